"""Pages that are printed: what stands on them, in PDF and HTML, and what is refused."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pdfplumber
import pytest

from dosecal.render import fonts
from tests.command_line import run, run_well

if TYPE_CHECKING:
    from pathlib import Path

PROTOCOL = """\
study: WIN-1
version: "2.0"
title: Windows and records
source: none
day_numbering: no day 0
anchors:
  start: {label: start}
  surgery: {date: may be empty}
arms:
  active: {label: Active}
products:
  drug: {label: drug, counts: none stated, concentration: none stated}
regimens:
  tablets: {arms: [active], product: drug, route: oral, dose: 10 mg, visits: [D8], label: Wonderdrug}
visits:
  D1: {window: ±0 days}
  D8: {window: ±2 days}
  D15: {}
  D29: {window: ±3 days}
  check: {anchor: surgery, days: 5, label: Check}
assessments:
  bloods: {label: Blood sample, visits: [D1, D8, D15, D29]}
"""
SUBJECTS = "subject_id,arm,start,surgery,site\n1,active,2026-03-02,,A\n"
ACTUALS = """\
subject_id,visit,date,status
1,D1,2026-03-02,done
1,D8,2026-03-11,done
1,D15,,missed
1,D29,2026-03-31,planned
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a protocol, a subject and what happened to it."""
    (tmp_path / "p.yaml").write_text(PROTOCOL, encoding="utf-8")
    (tmp_path / "s.csv").write_text(SUBJECTS, encoding="utf-8")
    (tmp_path / "a.csv").write_text(ACTUALS, encoding="utf-8")
    return tmp_path


def text_of(file: Path) -> str:
    """The text of a PDF, line by line."""
    with pdfplumber.open(file) as document:
        return "\n".join(page.extract_text() for page in document.pages).replace("\N{NO-BREAK SPACE}", " ")


def shown_text(file: Path) -> str:
    """The text of a page of HTML, its parts on lines of their own."""
    html = re.sub(r"<style>.*?</style>", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"<[^>]+>", "\n", html)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("form", ["pdf", "html"])
def test_participants_calendar_says_days_and_windows_in_words(folder: Path, form: str) -> None:
    file = folder / f"out.{form}"
    run_well("print", folder / "p.yaml", folder / "s.csv", "-o", file, "--as-of", "2026-03-01")
    text = text_of(file) if form == "pdf" else shown_text(file)
    # started on Monday 2 March 2026: day 8 is 9 March, two days about it are 7 and 11 March; day 29 is 30 March
    for words in (
        *("Monday 2 March 2026", "on this day only", "Monday 9 March 2026", "Monday 30 March 2026"),
        *("Monday 16 March 2026", "to be arranged", "WIN-1", "March 2026", "as of 1 March 2026", "participant 1"),
    ):
        assert words in text, words
    assert "any day from Sat 7 Mar 2026 to" in text
    assert "Wed 11 Mar 2026" in text
    assert "done" not in text


@pytest.mark.parametrize("form", ["pdf", "html"])
def test_visits_are_told_as_held_only_from_a_record(folder: Path, form: str) -> None:
    file = folder / f"out.{form}"
    run_well("print", folder / "p.yaml", folder / "s.csv", "--actuals", folder / "a.csv", "--as-of", "2026-03-20",
             "-o", file)  # fmt: skip
    text = text_of(file) if form == "pdf" else shown_text(file)
    assert ("Wednesday 11 March 2026" in text, "Tuesday 31 March 2026" in text) == (True, True)
    assert len(re.findall(r"^done$|\bdone Blood", text, re.MULTILINE)) == 2
    assert "did not take place" in text
    assert "any day from Sat 7 Mar 2026" not in " ".join(text.split())


def test_participants_page_withholds_what_tells_and_says_so(folder: Path) -> None:
    text = PROTOCOL.replace("label: Check}", "label: Wonderdrug check}")
    (folder / "p.yaml").write_text(text, encoding="utf-8")
    result = run_well("print", folder / "p.yaml", folder / "s.csv", "-o", folder / "out.html")
    shown = (folder / "out.html").read_text(encoding="utf-8")
    assert ("Wonderdrug" in shown, "Study visit" in shown) == (False, True)
    assert "are not printed: Wonderdrug check [W020]" in result.stderr


@pytest.mark.parametrize("form", ["pdf", "html"])
def test_coordinators_calendar_has_doses_without_amounts_statuses_and_deviations(folder: Path, form: str) -> None:
    file = folder / f"out.{form}"
    run_well("print", folder / "p.yaml", folder / "s.csv", "--actuals", folder / "a.csv", "--as-of", "2026-03-20",
             "--what", "coordinator", "-o", file)  # fmt: skip
    text = " ".join((text_of(file) if form == "pdf" else shown_text(file)).split())
    for words in (
        *("give: Wonderdrug", "Arm Active", "+2 days from target", "on the target date", "missed", "not yet due"),
        *("none stated", "booked for", "Tue 31 Mar 2026", "Wed 11 Mar 2026", "to be determined"),
    ):
        assert words in text, words
    assert "10 mg" not in text


def test_the_same_input_gives_the_same_bytes(folder: Path) -> None:
    for name in ("1.pdf", "2.pdf", "1.html", "2.html"):
        run_well("print", folder / "p.yaml", folder / "s.csv", "--as-of", "2026-03-01", "-o", folder / name)
    assert (folder / "1.pdf").read_bytes() == (folder / "2.pdf").read_bytes()
    assert (folder / "1.html").read_bytes() == (folder / "2.html").read_bytes()


def test_contact_is_that_of_the_site(folder: Path) -> None:
    (folder / "c.yaml").write_text("A: Office A, 55 0000\nB: Office B\n", encoding="utf-8")
    for contact in (folder / "c.yaml", "Office A, 55 0000"):
        run_well(
            "print", folder / "p.yaml", folder / "s.csv", "--contact", contact, "-o", folder / "out.pdf", "--force"
        )
        text = text_of(folder / "out.pdf")
        assert ("Office A, 55 0000" in text, "Office B" in text) == (True, False)


def test_a_folder_has_a_file_for_each_subject(folder: Path) -> None:
    (folder / "s.csv").write_text(f"{SUBJECTS}a/2,active,2026-03-03,,A\n", encoding="utf-8")
    for form in ("pdf", "html"):
        run_well("print", folder / "p.yaml", folder / "s.csv", "--format", form, "-o", f"{folder}/out/")
    assert sorted(file.name for file in (folder / "out").iterdir()) == ["1.html", "1.pdf", "a%2F2.html", "a%2F2.pdf"]
    assert "participant a/2" in text_of(folder / "out" / "a%2F2.pdf")


def test_one_bad_row_leaves_everything_unwritten_unless_skipped(folder: Path) -> None:
    (folder / "s.csv").write_text(f"{SUBJECTS}2,active,2026-13-03,,A\n", encoding="utf-8")
    for output in ("out.pdf", "out.html", "out/"):
        name = f"{folder}/{output}"
        result = run("print", folder / "p.yaml", folder / "s.csv", "-o", name)
        assert (result.exit_code, "[C104]" in result.stderr, "nothing was written" in result.stderr) == (1, True, True)
        assert not (folder / output).exists()
        result = run("print", folder / "p.yaml", folder / "s.csv", "-o", name, "--skip-bad")
        assert (result.exit_code, (folder / output).exists()) == (1, True)


def test_words_of_another_language_are_asked_for_and_given(folder: Path) -> None:
    arguments = ("print", folder / "p.yaml", folder / "s.csv", "--lang", "es-MX", "-o", folder / "out.pdf")
    result = run(*arguments)
    assert result.exit_code == 1
    assert 'got none for "Check"; "Blood sample" (--words FILE gives them' in result.stderr
    assert "[O020]" in result.stderr
    words = "es-MX:\n  Check: Revisión\n  Blood sample: Muestra de sangre\n"
    (folder / "w.yaml").write_text(words, encoding="utf-8")
    run_well(*arguments, "--words", folder / "w.yaml")
    text = text_of(folder / "out.pdf")
    for said in ("lunes 9 de marzo de 2026", "Revisión", "Muestra de sangre", "por acordar", "página 1 de 1"):
        assert said in text, said


WORDS = """\
es-MX:
  Check: Revisión
  Blood sample: Muestra de sangre
  Active: Activo
  Wonderdrug: Maravilla
  drug: medicamento
  oral: por boca
  by phone; video if needed: por teléfono; video si hace falta
  Visit schedule: Plan de visitas
  first dose: dosis inicial
en:
  first dose: initial dose
"""


def test_words_of_the_user_go_before_all_others_and_stay_whole(folder: Path) -> None:
    protocol = PROTOCOL.replace("  D15: {}", "  D15: {contact: by phone; video if needed}")
    (folder / "p.yaml").write_text(
        protocol.replace("10 mg,", "10 mg/kg, weight: {which: actual, each_dose: weigh again},"), encoding="utf-8"
    )
    (folder / "s.csv").write_text(
        "subject_id,arm,start,surgery,weight_kg,weight_date,weight_method\n1,active,2026-03-02,,70,2026-03-02,measured\n",
        encoding="utf-8",
    )
    (folder / "w.yaml").write_text(WORDS, encoding="utf-8")

    def said(what: str, language: str) -> str:
        run_well("print", folder / "p.yaml", folder / "s.csv", "--what", what, "--lang", language, "--words",
                 folder / "w.yaml", "--force", "-o", folder / "out.html")  # fmt: skip
        return shown_text(folder / "out.html")

    assert "Día 15 (por teléfono; video si hace falta)" in said("participant", "es-MX")
    assert "contacto: por teléfono; video si hace falta" in said("coordinator", "es-MX")
    assert "Plan de visitas" in said("coordinator", "es-MX")
    assert ("dosis inicial" in said("worksheet", "es-MX"), "initial dose" in said("worksheet", "en")) == (True, True)


def test_wording_of_an_amount_has_its_numbers(folder: Path) -> None:
    (folder / "w.yaml").write_text("en:\n  10 mg: 100 mg\n", encoding="utf-8")
    result = run("print", folder / "p.yaml", folder / "s.csv", "--what", "worksheet", "--words", folder / "w.yaml",
                 "-o", folder / "out.html")  # fmt: skip
    assert (result.exit_code, 'got none for "10 mg"' in result.stderr, "[O020]" in result.stderr) == (1, True, True)


def test_words_of_the_user_that_tell_are_not_printed_for_participants(folder: Path) -> None:
    (folder / "w.yaml").write_text("en:\n  Your visit calendar: Your Wonderdrug calendar\n", encoding="utf-8")
    result = run_well("print", folder / "p.yaml", folder / "s.csv", "--words", folder / "w.yaml", "-o",
                      folder / "out.html")  # fmt: skip
    assert "Wonderdrug" not in (folder / "out.html").read_text(encoding="utf-8")
    assert "are not printed: Your visit calendar [W020]" in result.stderr


def test_telephone_number_stays_whole(folder: Path) -> None:
    run_well("print", folder / "p.yaml", folder / "s.csv", "--contact", "Office, +52 (55) 0000 0000 or 0001", "-o",
             folder / "out.html")  # fmt: skip
    html = (folder / "out.html").read_text(encoding="utf-8")
    assert "Office, +52\u00a0(55)\u00a00000\u00a00000 or 0001" in html


def test_bad_files_of_words_and_contacts_are_named(folder: Path) -> None:
    (folder / "bad.yaml").write_text("- a\n", encoding="utf-8")
    for option, code in (("--words", "C240"), ("--contact", "C241")):
        result = run("print", folder / "p.yaml", folder / "s.csv", option, folder / "bad.yaml", "-o", folder / "o.pdf")
        assert (result.exit_code, f"[{code}]" in result.stderr) == (1, True)
    result = run("print", folder / "p.yaml", folder / "s.csv", "--words", "no.yaml", "-o", folder / "o.pdf")
    assert (result.exit_code, "[C001]" in result.stderr) == (1, True)


def test_a_character_without_a_glyph_is_named(folder: Path) -> None:
    result = run("print", folder / "p.yaml", folder / "s.csv", "--contact", "𓀀", "-o", folder / "out.pdf")
    assert result.exit_code == 1
    assert 'got "𓀀" (U+13000) [O021]' in result.stderr
    assert not (folder / "out.pdf").exists()


def test_missing_packages_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fonts._fonts_in.cache_clear()  # noqa: SLF001 - as in a process of its own
    monkeypatch.setitem(sys.modules, "typst", None)
    result = run("print", folder / "p.yaml", folder / "s.csv", "-o", folder / "out.pdf")
    assert (result.exit_code, "pip install 'dosecal[paper]') [O022]" in result.stderr) == (1, True)
    monkeypatch.setitem(sys.modules, "babel.dates", None)
    day = "2031-05-06"  # on no other page, so that its words are not known yet
    result = run("print", folder / "p.yaml", folder / "s.csv", "--as-of", day, "-o", folder / "out.html")
    assert (result.exit_code, "pip install 'dosecal[paper]') [O022]" in result.stderr) == (1, True)


def test_nobody_has_the_id(folder: Path) -> None:
    result = run("print", folder / "p.yaml", folder / "s.csv", "--subject", "9", "-o", folder / "out.pdf")
    assert (result.exit_code, "[L040]" in result.stderr, (folder / "out.pdf").exists()) == (1, True, False)


def test_an_output_is_no_input_and_nothing_is_replaced_unasked(folder: Path) -> None:
    (folder / "out.pdf").write_bytes(b"old")
    assert "[O001]" in run("print", folder / "p.yaml", folder / "s.csv", "-o", folder / "out.pdf").stderr
    (folder / "p.html").write_text(PROTOCOL, encoding="utf-8")
    assert "[O005]" in run("print", folder / "p.html", folder / "s.csv", "-o", folder / "p.html", "--force").stderr


@pytest.mark.parametrize(
    "arguments", [("-o", "out.txt"), ("-o", "out.pdf", "--format", "html"), ("-o", "out.pdf", "--lang", "fr"), ()]
)
def test_wrong_usage_ends_with_2(folder: Path, arguments: tuple[str, ...]) -> None:
    assert run("print", folder / "p.yaml", folder / "s.csv", *arguments).exit_code == 2
    assert run("print", folder / "p.yaml", "-o", folder / "out.pdf").exit_code == 2


def test_subjects_that_would_not_be_read_are_refused(folder: Path) -> None:
    result = run("print", folder / "p.yaml", folder / "s.csv", "--what", "soa", "-o", folder / "out.html")
    assert (result.exit_code, (folder / "out.html").exists()) == (2, False)
    assert "made from the protocol alone" in " ".join(result.stderr.split())


def test_html_is_whole_in_itself_and_escapes_texts(folder: Path) -> None:
    run_well("print", folder / "p.yaml", folder / "s.csv", "--contact", "<b>&</b>", "--paper", "letter", "-o",
             folder / "out.html")  # fmt: skip
    html = (folder / "out.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in html
    assert "default-src 'none'" in html
    assert re.search(r"@page record1 \{\s+size: letter; margin: 14mm 16mm 20mm;", html)
    assert re.search(r"src=|href=|url\(|@import", html) is None


def test_timeline_is_a_picture_of_one_subject_or_a_folder_of_them(folder: Path) -> None:
    arguments = ("print", folder / "p.yaml", folder / "s.csv", "--what", "timeline", "--actuals", folder / "a.csv")
    run_well(*arguments, "--as-of", "2026-03-20", "--subject", "1", "-o", folder / "1.svg")
    assert "subject 1" in (folder / "1.svg").read_text(encoding="utf-8")
    run_well(*arguments, "--as-of", "2026-03-20", "--format", "png", "-o", f"{folder}/lines/")
    assert (folder / "lines" / "1.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "arguments",
    [("-o", "1.svg"), ("-o", "1.pdf", "--subject", "1"), ("-o", "1.svg", "--subject", "1", "--lang", "es-MX"),
     ("-o", "no/", "--format", "pdf")],
)  # fmt: skip
def test_timeline_that_can_not_be_ends_with_2(folder: Path, arguments: tuple[str, ...]) -> None:
    assert run("print", folder / "p.yaml", folder / "s.csv", "--what", "timeline", *arguments).exit_code == 2


def test_bad_rows_leave_no_timeline(folder: Path) -> None:
    (folder / "s.csv").write_text(f"{SUBJECTS}2,active,2026-13-03,,A\n", encoding="utf-8")
    arguments = ("print", folder / "p.yaml", folder / "s.csv", "--what", "timeline")
    result = run(*arguments, "-o", f"{folder}/lines/")
    assert (result.exit_code, (folder / "lines").exists()) == (1, False)
    result = run(*arguments, "-o", folder / "9.svg", "--subject", "9", "--skip-bad")
    assert (result.exit_code, (folder / "9.svg").exists()) == (1, False)
    result = run(*arguments, "-o", f"{folder}/lines/", "--skip-bad")
    assert (result.exit_code, [file.name for file in (folder / "lines").iterdir()]) == (1, ["1.svg"])
