"""Recording from the page: previewed, bound to the preview, saved once."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.web.page_client import Page

if TYPE_CHECKING:
    from pathlib import Path

SATURDAY = date(2026, 4, 18)
HELD = {"status": "done", "date": "2026-04-18", "dose_given": "100 million cells"}
WHO = {"initials": "LC", "role": "coordinator", "looked": "yes", "reason": "transfer from the ward was late"}
PATH = "/record/001/D11"


@pytest.fixture
def late(ryoncil: Path) -> Page:
    """The page two days after the visit D11 of subject 001."""
    return Page(ryoncil, SATURDAY).work_as("LC", "coordinator")


def number_in(text: str) -> str:
    """The one-time number of a form."""
    match = re.search(r'name="number" value="([^"]*)"', text)
    return "" if match is None else match[1]


def rows_of(page: Page) -> list[str]:
    """The rows of what happened."""
    return (page.folder / "actuals.csv").read_text(encoding="utf-8").splitlines()


def test_a_preview_writes_nothing_and_says_what_moves(late: Page) -> None:
    before = rows_of(late)
    text = late.post(PATH, act="preview", **HELD).text
    assert rows_of(late) == before
    moved = re.findall(r'<tr class="moved"><th scope="row">([^<]*)</th>', text)
    assert moved[:3] == ["D11", "D15", "D18"]  # each at least 3 days after the one before: 18, 21, 24 April
    assert "100,000,000 cells" in text


def test_a_save_without_a_preview_shows_the_preview(late: Page) -> None:
    before = rows_of(late)
    answer = late.post(PATH, act="save", **HELD, **WHO)
    assert answer.status_code == 200
    assert rows_of(late) == before


def test_a_save_is_one_row_and_one_entry_and_a_second_click_shows_the_first(late: Page) -> None:
    before = (late.folder / "actuals.csv").read_bytes()
    number = number_in(late.post(PATH, act="preview", **HELD).text)
    first = late.post(PATH, act="save", number=number, **HELD, **WHO)
    second = late.post(PATH, act="save", number=number, **HELD, **WHO)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert (late.folder / "actuals.csv").read_bytes() == before + b"001,D11,2026-04-18,done,100000000,cells,\n"
    assert (late.folder / "history.jsonl").read_text(encoding="utf-8").count('"kind":"dose"') == 1
    assert "Saved as entry" in late.get(first.headers["location"]).text


@pytest.mark.parametrize(
    ("missing", "said"), [("reason", "a reason"), ("looked", "was read"), ("initials", "initials"), ("role", "role")]
)
def test_a_save_without_what_it_needs_is_refused_at_its_field(late: Page, missing: str, said: str) -> None:
    number = number_in(late.post(PATH, act="preview", **HELD).text)
    answer = late.post(PATH, act="save", number=number, **HELD, **{**WHO, missing: ""})
    assert answer.status_code == 422
    assert said in answer.text
    assert len(rows_of(late)) == 6


def test_a_monitor_records_nothing(late: Page) -> None:
    number = number_in(late.post(PATH, act="preview", **HELD).text)
    assert late.post(PATH, act="save", number=number, **HELD, **{**WHO, "role": "monitor"}).status_code == 422
    assert len(rows_of(late)) == 6


@pytest.mark.parametrize("table", ["actuals.csv", "subjects.csv", "weights.csv", "lots.csv"])
def test_a_file_that_was_changed_meanwhile_is_a_conflict(late: Page, table: str) -> None:
    number = number_in(late.post(PATH, act="preview", **HELD).text)
    content = (late.folder / table).read_bytes()
    (late.folder / table).write_bytes(content.replace(b"\n", b"\r\n"))
    answer = late.post(PATH, act="save", number=number, **HELD, **WHO)
    assert answer.status_code == 409
    assert table in answer.text
    assert 'value="2026-04-18"' in answer.text
    assert not (late.folder / "history.jsonl").exists()
    again = late.post(PATH, act="save", number=number_in(answer.text), **HELD, **WHO)
    assert again.status_code == 303


def test_another_row_than_the_previewed_one_is_not_saved(late: Page) -> None:
    number = number_in(late.post(PATH, act="preview", **HELD).text)
    answer = late.post(PATH, act="save", number=number, **{**HELD, "date": "2026-04-17"}, **WHO)
    assert answer.status_code == 409
    assert len(rows_of(late)) == 6


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        (PATH, {**HELD, "date": "2026-04-19"}, "a day up to 2026-04-18"),
        (PATH, {**HELD, "date": "18/04/26"}, "a date such as"),
        (PATH, {**HELD, "dose_given": "100"}, "unit"),
        (PATH, {"date": "2026-04-18"}, "status"),
        ("/record/001/weight", {"date": "2026-04-18", "weight_kg": "50,1"}, "a weight in kilograms"),
    ],
)
def test_what_the_tables_readers_refuse_is_refused(late: Page, path: str, form: dict[str, str], said: str) -> None:
    answer = late.post(path, act="preview", **form)
    assert answer.status_code == 422
    assert said in re.sub(r"<[^>]*>", "", answer.text)
    assert number_in(answer.text) == ""


def test_nothing_is_recorded_where_the_page_is_read_only(ryoncil: Path) -> None:
    page = Page(ryoncil, SATURDAY, is_read_only=True).work_as("LC", "coordinator")
    assert page.get(PATH).status_code == 403
    assert page.post(PATH, act="preview", **HELD).status_code == 403
    assert "/record/" not in page.get("/today").text


def test_a_page_of_another_day_is_read_only(ryoncil: Path) -> None:
    page = Page(ryoncil, SATURDAY, as_of=date(2026, 4, 16)).work_as("LC", "coordinator")
    assert page.get(PATH).status_code == 403


def test_an_entry_that_was_not_carried_out_is_asked_about(late: Page) -> None:
    number = number_in(late.post(PATH, act="preview", **HELD).text)
    before = (late.folder / "actuals.csv").read_bytes()
    late.post(PATH, act="save", number=number, **HELD, **WHO)
    (late.folder / "actuals.csv").write_bytes(before)  # as a kill between the entry and its row leaves it
    text = late.get("/history").text
    assert "was not carried out" in text
    assert late.post("/history/settle", act="carry out").status_code == 303
    assert (late.folder / "actuals.csv").read_bytes() != before
    assert "was not carried out" not in late.get("/history").text


def test_a_change_from_outside_is_said_and_can_be_explained(late: Page) -> None:
    number = number_in(late.post(PATH, act="preview", **HELD).text)
    late.post(PATH, act="save", number=number, **HELD, **WHO)
    subjects = (late.folder / "subjects.csv").read_text(encoding="utf-8")
    (late.folder / "subjects.csv").write_text(subjects.replace("US02", "US01"), encoding="utf-8")
    assert "subjects.csv was changed from outside" in late.get("/history").text
    late.post("/history/settle", act="explain", file="subjects.csv", reason="moved to another site")
    assert "subjects.csv was changed from outside" not in late.get("/history").text
