"""The second person's check: what is sent while it is open, and what comes of a comparison."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from dosecal.web.routes import ROUTES
from tests.web.page_client import Page
from tests.web.test_shell import filled

if TYPE_CHECKING:
    from pathlib import Path

CHECK = "/check/004/D4"
RIGHT = {
    "value_0_calculated_dose": "46.8 million cells",
    "value_0_ordered_dose": "46.8 million cells",
    "value_0_volume": "7.1 mL",
    "value_0_containers": "2 vials",
}
"""Worked by hand: 2 million × 23.4 kg; ÷ (25 million ÷ 3.8 mL) = 7.1136 mL; ÷ 25 million = 1.872 vials."""
RESULTS = ("46,800,000", "46800000", "46.8", "46,710,526", "7.1136", "7.1 mL", "1.872", "2 vials", "V09", "V10")


@pytest.fixture
def checked(page: Page) -> Page:
    """A page on which MG has opened the check of a dose."""
    page.work_as("MG", "pharmacist")
    assert page.get(CHECK).status_code == 200
    return page


def body_of(text: str) -> str:
    """The text of a page without its form's secret, in which any figures may stand."""
    return re.sub(r'name="csrf" value="[^"]*"', "", text)


def test_the_page_of_a_check_has_inputs_and_no_result(checked: Page) -> None:
    text = body_of(checked.get(CHECK).text)
    assert [one for one in RESULTS if one in text] == []
    for one in ("23.4 kg", "2,000,000 cells per kg", "25,000,000 cells", "3.8 mL", "R-103"):
        assert one in text


def test_the_page_of_a_check_is_the_same_for_lots_that_differ_in_the_result(ryoncil: Path) -> None:
    texts = []
    for first in (1, 3):
        lots = (ryoncil / "lots.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [one for one in lots if "R-103" not in one or int(one.split(",V")[1][:2]) >= first]
        (ryoncil / "lots.csv").write_text("".join(kept), encoding="utf-8")
        text = Page(ryoncil).work_as("MG", "pharmacist").get(CHECK).text
        texts.append(re.sub(r'data-digest="[^"]*"', "", body_of(text)))
    assert texts[0] == texts[1]


def test_while_a_check_is_open_no_other_page_is_sent(checked: Page) -> None:
    for route in ROUTES:
        if route.is_of_check or route.is_of_session:
            continue
        path = filled(route.path)
        answer = checked.post(path) if route.is_form else checked.get(path)
        assert answer.status_code == 403, path
        assert [one for one in RESULTS if one in body_of(answer.text)] == [], path


def test_the_check_sheet_of_another_dose_is_not_printed_meanwhile(checked: Page) -> None:
    assert checked.post("/print/check/001/D11").status_code == 404


@pytest.mark.parametrize("initials", ["", "MG", "mg", "M G", "1"])
def test_the_second_person_is_another_one(checked: Page, initials: str) -> None:
    answer = checked.post(CHECK, **RIGHT, second_initials=initials)
    assert answer.status_code == 422
    assert [one for one in ("46,710,526", "7.1136", "agrees", "differs") if one in answer.text] == []


@pytest.mark.parametrize("text", ["46.8 million", "46,8 million cells", "46800000", "10E6 cells", ""])
def test_a_value_that_has_no_certain_reading_is_refused(checked: Page, text: str) -> None:
    answer = checked.post(CHECK, **{**RIGHT, "value_0_ordered_dose": text}, second_initials="AB")
    assert answer.status_code == 422
    assert 'id="value_0_ordered_dose"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_values_that_agree_end_the_check_and_are_an_entry(checked: Page) -> None:
    answer = checked.post(CHECK, **RIGHT, second_initials="AB")
    assert answer.text.count("<span>agrees</span>") == 4
    assert "differs" not in answer.text
    assert checked.get("/dose/004/D4").status_code == 200
    history = (checked.folder / "history.jsonl").read_text(encoding="utf-8")
    assert '"by":"AB"' in history
    assert "all 4 values agree" in history


def test_a_value_that_differs_is_named_and_nothing_of_what_was_found(checked: Page) -> None:
    answer = checked.post(CHECK, **{**RIGHT, "value_0_volume": "7.2 mL"}, second_initials="AB")
    assert answer.text.count("<span>agrees</span>") == 3
    assert answer.text.count("<span>differs</span>") == 1
    assert [one for one in RESULTS if one in body_of(answer.text)] == []
    assert checked.get("/dose/004/D4").status_code == 403
    assert "differs: volume to draw" in (checked.folder / "history.jsonl").read_text(encoding="utf-8")


def test_leaving_a_check_is_an_entry(checked: Page) -> None:
    assert checked.post("/check/leave").headers["location"] == "/dose/004/D4"
    assert "left without a comparison" in (checked.folder / "history.jsonl").read_text(encoding="utf-8")


def test_a_check_begins_with_a_first_person(page: Page) -> None:
    assert page.get(CHECK).headers["location"] == "/who"
