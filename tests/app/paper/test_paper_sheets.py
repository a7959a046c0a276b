"""Worksheets and schedules of activities on paper, from the command line to the page."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pdfplumber
import pytest

from tests.command_line import run, run_well

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "protocols" / "examples"
SUBJECTS = EXAMPLES / "NCT04611256-subjects.csv"
LOTS = ROOT / "tests" / "golden" / "worksheets"
FROM_LOTS: tuple[str | Path, ...] = (
    *(LOTS / "msc-lots.yaml", LOTS / "msc-lots-subjects.csv"),
    *("--weights", LOTS / "msc-lots-weights.csv", "--lots", LOTS / "msc-lots-lots.csv"),
)


def pages_of(content: bytes) -> list[str]:
    """The text of each page of a PDF."""
    with pdfplumber.open(io.BytesIO(content)) as document:
        return [page.extract_text() for page in document.pages]


def printed(folder: Path, *arguments: str | Path) -> list[str]:
    """The text of each page of what is printed."""
    file = folder / "printed.pdf"
    run_well("print", *arguments, "-o", file)
    return pages_of(file.read_bytes())


def test_check_sheet_comes_after_its_worksheet_on_a_page_of_its_own(tmp_path: Path) -> None:
    pages = printed(tmp_path, "NCT04611256", SUBJECTS, "--what", "worksheet", "--subject", "001")
    assert [page.splitlines()[0].split(" subject")[0] for page in pages] == [
        *("Preparation worksheet", "Check sheet", "Preparation worksheet", "Check sheet")
    ]
    assert all("page 1 of 1" in page for page in pages)


def test_dose_of_the_worksheet_is_nowhere_on_the_check_sheet(tmp_path: Path) -> None:
    worksheet, check = printed(
        tmp_path, "NCT04611256", SUBJECTS, "--what", "worksheet", "--subject", "001", "--visit", "D1"
    )
    # 1,000,000 cells per kg for 93.8 kg
    assert "93,800,000 cells (93.8 million; 9.38 × 10⁷)" in worksheet
    assert "93,800,000" not in check
    assert "93.8 kg" in check


@pytest.mark.parametrize(("only", "head"), [("preparation", "Preparation worksheet"), ("check", "Check sheet")])
def test_one_of_the_two_sheets_alone(only: str, head: str, tmp_path: Path) -> None:
    pages = printed(tmp_path, "NCT04611256", SUBJECTS, "--what", "worksheet", "--visit", "D1", "--only", only)
    assert {page.splitlines()[0].split(" subject")[0] for page in pages} == {head}


def test_every_subject_of_a_cohort_has_its_doses(tmp_path: Path) -> None:
    pages = printed(tmp_path, "NCT04611256", SUBJECTS, "--what", "worksheet", "--only", "check")
    doses = [re.search(r"subject (\S+) · visit (\S+) · dose (\d) of 2", page.splitlines()[0]) for page in pages]
    rows = run_well("doses", "NCT04611256", SUBJECTS).stdout.splitlines()[1:]
    assert len(doses) == len(rows)
    assert all(found is not None for found in doses)


def test_lots_are_promised_over_the_whole_cohort(tmp_path: Path) -> None:
    pages = printed(tmp_path, *FROM_LOTS, "--what", "worksheet", "--subject", "007", "--visit", "D1")
    # worked by hand in tests/report/test_preparation_sheet.py: 8 mL of lot A and 0.56 mL of lot B
    assert "8 mL + 0.56 mL = 8.56 mL" in "\n".join(pages)
    text = run_well("worksheet", *FROM_LOTS, "--subject", "007", "--visit", "D1").stdout
    assert "8.56 mL" in text


def test_folder_has_each_sheet_in_a_file_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "sheets"
    run_well("print", "NCT04611256", SUBJECTS, "--what", "worksheet", "--subject", "001", "-o", f"{folder}/")
    assert sorted(path.name for path in folder.iterdir()) == [
        "001-D1-infusion-check.pdf",
        "001-D1-infusion-preparation.pdf",
        "001-D3-infusion-check.pdf",
        "001-D3-infusion-preparation.pdf",
    ]


@pytest.mark.parametrize("what", ["worksheet", "soa"])
def test_same_input_gives_the_same_bytes(what: str, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.pdf", "two.pdf", "one.html", "two.html")]
    for file in files:
        subjects = (SUBJECTS, "--visit", "D1") if what == "worksheet" else ()
        run_well("print", "NCT04611256", *subjects, "--what", what, "--lang", "zh-CN", "-o", file)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[2].read_bytes() == files[3].read_bytes()


def test_html_says_what_the_pdf_says(tmp_path: Path) -> None:
    file = tmp_path / "sheets.html"
    run_well("print", "NCT04611256", SUBJECTS, "--what", "worksheet", "--lang", "es-MX", "--visit", "D1", "-o", file)
    text = file.read_text(encoding="utf-8").replace("\u00a0", " ")
    for said in ("Hoja de preparación", "dosis indicada", "93,800,000 células (93.8 millones; 9.38 × 10⁷)", "preparó"):
        assert said in text
    assert '<html lang="es-MX">' in text


def test_visit_that_the_protocol_has_not_is_refused(tmp_path: Path) -> None:
    found = run("print", "NCT04611256", SUBJECTS, "--what", "worksheet", "--visit", "D9", "-o", tmp_path / "a.pdf")
    assert found.exit_code == 1
    assert "--visit: expected one of baseline, D1" in found.stderr
    assert found.stderr.rstrip().endswith("[L005]")


def test_subject_that_nobody_has_is_refused(tmp_path: Path) -> None:
    found = run("print", "NCT04611256", SUBJECTS, "--what", "worksheet", "--subject", "999", "-o", tmp_path / "a.pdf")
    assert (found.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert "[L040]" in found.stderr


def test_subjects_without_a_dose_are_refused(tmp_path: Path) -> None:
    found = run("print", "NCT04611256", SUBJECTS, "--what", "worksheet", "--visit", "D2", "-o", tmp_path / "a.pdf")
    assert (found.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert "subject_id: expected a subject and visit with a dose, got none at visit D2 [L006]" in found.stderr


def test_dose_that_is_not_known_yet_is_a_warning(tmp_path: Path) -> None:
    subjects = tmp_path / "subjects.csv"
    subjects.write_text(
        "subject_id,arm,start,weight_kg,weight_date\n001,msc,2026-03-02,70,2026-03-01\n002,msc,2026-03-02,,\n"
    )
    found = run("print", "NCT04611256", subjects, "--what", "worksheet", "-o", tmp_path / "a.pdf")
    assert "4 documents written" in found.stderr
    assert found.stderr.count("[L041]") == 2


def test_text_without_a_wording_is_refused_and_given_by_a_file(tmp_path: Path) -> None:
    protocol = tmp_path / "protocol.yaml"
    text = (LOTS / "msc-lots.yaml").read_text(encoding="utf-8")
    protocol.write_text(text.replace("label: Cells", "label: A rare arm"), encoding="utf-8")
    arguments = (protocol, *FROM_LOTS[1:], "--what", "worksheet", "--lang", "es-MX", "-o", tmp_path / "a.pdf")
    found = run("print", *arguments)
    assert found.exit_code == 1
    assert 'got none for "A rare arm"' in found.stderr
    assert "[O020]" in found.stderr
    assert not (tmp_path / "a.pdf").exists()
    words = tmp_path / "words.yaml"
    words.write_text("es-MX:\n  A rare arm: Un grupo raro\n", encoding="utf-8")
    run_well("print", *arguments, "--words", words)
    assert "Un grupo raro" in "\n".join(pages_of((tmp_path / "a.pdf").read_bytes()))


def test_schedule_of_activities_needs_no_subjects(tmp_path: Path) -> None:
    (page,) = printed(tmp_path, "NCT04252118", "--what", "soa")
    assert "infusion: 30,000,000 cells [a, 2] X X X" in page  # D0, D3 and D6
    assert "Mortality within 28 days [7] X" in page
    assert "a arm msc only" in page
    assert (
        '2 "3 times of MSCs(3.0*10E7 [sic: read as 10⁷, see query] MSCs intravenously at Day 0, Day 3, Day 6)."' in page
    )


@pytest.mark.parametrize(("paper", "size"), [("a4", (842, 595)), ("letter", (792, 612))])
def test_schedule_of_activities_lies_on_its_side(paper: str, size: tuple[int, int], tmp_path: Path) -> None:
    file = tmp_path / "soa.pdf"
    run_well("print", "NCT04252118", "--what", "soa", "--paper", paper, "-o", file)
    with pdfplumber.open(file) as document:
        assert {(round(page.width), round(page.height)) for page in document.pages} == {size}
