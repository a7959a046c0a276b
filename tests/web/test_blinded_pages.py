"""What a blinded session gets: no arm, dose, product or lot, in no byte of any answer."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from dosecal.web.routes import ROUTES
from tests.web.page_client import Page, study_folder
from tests.web.test_shell import filled

if TYPE_CHECKING:
    from pathlib import Path

    from httpx2 import Response

TELLING = ("placebo", "high dose", "low dose", "54 mg", "81 mg", "75 cm2", ">high<", ",high,")
"""What tells an arm; that xanomeline is tried is in the title of the trial, which everybody knows."""
PARALLEL = """\
study: par-1
version: "1"
source: invented
title: Cells against none
day_numbering: no day 0
window: none stated
anchors:
  start: {label: first dose}
arms:
  secretarm: {label: Telltale cells, blinded_as: study treatment}
  otherarm: {label: Nothing at all, blinded_as: study treatment}
products:
  hushcells:
    label: Hushhush cells
    counts: none stated
    container: {called: vial, content: 25 million cells, volume: 3.8 mL}
regimens:
  whispered:
    arms: [secretarm]
    product: hushcells
    route: intravenous
    dose: 2 million cells/kg
    at_most: none stated
    weight: {which: actual, each_dose: none stated}
    rounding: none stated
    rate: none stated
    visits: [D1]
visits:
  D1: {}
  D8: {}
"""
SECRETS = ("secretarm", "telltale", "hushcells", "hushhush", "whispered", "46,800,000", "46800000", "lq-7", "vx1")


@pytest.fixture
def parallel(tmp_path: Path) -> Path:
    """A blinded trial that gives cells of lots to one of its arms."""
    folder = tmp_path / "parallel"
    folder.mkdir()
    (folder / "protocol.yaml").write_text(PARALLEL, encoding="utf-8")
    (folder / "subjects.csv").write_text(
        "subject_id,arm,start,weight_kg,weight_date,weight_method\n001,secretarm,2026-04-16,23.4,2026-04-12,measured\n",
        encoding="utf-8",
    )
    (folder / "lots.csv").write_text(
        "product,lot,container,content,unit,volume_ml,expires\n"
        "hushcells,LQ-7,VX1,25000000,cells,3.8,2026-12-31\nhushcells,LQ-7,VX2,25000000,cells,3.8,2026-12-31\n",
        encoding="utf-8",
    )
    return folder


def text_of(answer: Response) -> str:
    """What an answer says, in small letters: its headers and its text, of a PDF that of its pages."""
    if answer.headers.get("content-type", "").startswith("application/pdf"):
        reader = PdfReader(io.BytesIO(answer.content))
        text = "\n".join(one.extract_text() for one in reader.pages) + str(reader.metadata)
    else:
        text = answer.text
    return (text + str(answer.headers)).lower()


def answers(page: Page) -> list[tuple[str, Response]]:
    """The answer of every address, of those with forms with an empty one."""
    found = []
    for route in ROUTES:
        path = filled(route.path).replace("subject}", "001")
        found.append((path, page.post(path) if route.is_form else page.get(path)))
    return found


def test_a_blinded_page_tells_no_arm(lzzt: Path) -> None:
    page = Page(lzzt).work_as("LC", "coordinator")
    for path, answer in answers(page):
        assert [one for one in TELLING if one in text_of(answer)] == [], path


def test_a_blinded_page_tells_no_dose_product_or_lot(parallel: Path) -> None:
    page = Page(parallel).work_as("LC", "coordinator")
    for path, answer in answers(page):
        assert [one for one in SECRETS if one in text_of(answer)] == [], path


def test_an_unblinded_page_has_them(parallel: Path) -> None:
    page = Page(parallel, is_unblinded=True).work_as("MG", "pharmacist")
    text = page.get("/dose/001/D1").text
    assert "46,800,000" in text
    assert "LQ-7" in text
    assert "UNBLINDED" in text


def test_an_unblinded_page_asks_who_works_there_first_and_it_is_on_record(parallel: Path) -> None:
    page = Page(parallel, is_unblinded=True)
    assert page.get("/today").headers["location"] == "/who"
    page.work_as("MG", "pharmacist")
    assert page.get("/today").status_code == 200
    assert '"kind":"unblinded"' in (parallel / "history.jsonl").read_text(encoding="utf-8")


def test_what_is_wrong_with_a_blinded_trials_files_tells_nothing(parallel: Path) -> None:
    (parallel / "subjects.csv").write_text("subject_id,arm,start\n001,secretarms,2026-04-16\n", encoding="utf-8")
    page = Page(parallel).work_as("LC", "coordinator")
    answer = page.get("/today")
    assert answer.status_code == 422
    assert [one for one in SECRETS if one in answer.text.lower()] == []


def test_a_protocol_that_cannot_be_read_counts_as_blinded(parallel: Path) -> None:
    (parallel / "protocol.yaml").write_text(PARALLEL.replace("2 million cells/kg", "2*10E6 cells/kg"), encoding="utf-8")
    answer = Page(parallel).get("/protocol")
    assert answer.status_code == 422
    assert "10E6" not in answer.text
    assert "P105" in answer.text


def test_the_lines_of_an_open_trials_file_are_shown(protocols: Path, tmp_path: Path) -> None:
    folder = study_folder(protocols, "ryoncil", tmp_path / "study")
    text = (folder / "protocol.yaml").read_text(encoding="utf-8")
    (folder / "protocol.yaml").write_text(text.replace("2 million cells/kg", "2*10E6 cells/kg"), encoding="utf-8")
    answer = Page(folder).get("/protocol")
    assert "<mark>2*10E6 cells/kg</mark>" in answer.text


FORMS = (
    ("/record/001/D1", {"status": "done", "date": "2026-04-16"}),
    ("/record/001/D8", {"status": "planned", "date": "2026-04-30"}),
    ("/record/001/weight", {"date": "2026-04-16", "weight_kg": "46.8", "method": "measured"}),
    ("/record/001/weight", {"date": "2026-04-16", "weight_kg": "4,6"}),
    ("/add/subject", {"subject_id": "002", "arm": "x", "start": "2026-04-16"}),
    ("/add/subject", {"subject_id": "002", "arm": "", "start": "2026-04-16"}),
    ("/record/001/D1", {"status": "done", "date": "2026-04-16", "dose_given": "46.8 million cells"}),
)


@pytest.mark.parametrize(("path", "form"), FORMS)
def test_what_a_recording_changes_tells_nothing_to_a_blinded_session(
    parallel: Path, path: str, form: dict[str, str]
) -> None:
    page = Page(parallel).work_as("LC", "coordinator")
    answer = page.post(path, act="preview", **form)
    assert [one for one in SECRETS if one in text_of(answer)] == []


def test_an_entry_of_an_unblinded_person_tells_nothing_to_a_blinded_session(parallel: Path) -> None:
    unblinded = Page(parallel, is_unblinded=True).work_as("MG", "pharmacist")
    form = {"status": "done", "date": "2026-04-16", "dose_given": "46.8 million cells", "note": "Hushhush cells, LQ-7"}
    preview = unblinded.post("/record/001/D1", act="preview", **form).text
    number = preview.split('name="number" value="')[1].split('"')[0]
    saved = unblinded.post(
        "/record/001/D1",
        act="save",
        number=number,
        initials="MG",
        role="pharmacist",
        looked="yes",
        reason="VX1",
        **form,
    )
    assert saved.status_code == 303
    page = Page(parallel).work_as("LC", "coordinator")
    for path in (
        saved.headers["location"],
        "/history",
        "/history.csv",
        "/record/001/D1?corrects=3",
        "/participants/001",
    ):
        assert [one for one in SECRETS if one in text_of(page.get(path))] == [], path


@pytest.mark.parametrize("path", ["/record/001/level", "/add/lot", "/add/container"])
def test_a_blinded_session_records_nothing_that_tells(parallel: Path, path: str) -> None:
    assert Page(parallel).work_as("LC", "coordinator").get(path).status_code == 404
