"""The page of a dose: a number out of certain inputs alone, and what was tried is told from what is on file."""

from __future__ import annotations

import os
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dosecal.app.composition.protocols import load_protocol
from dosecal.app.dose.one_dose import DoseRequest, work_doses
from dosecal.load.doses.body_text import read_kilograms
from dosecal.report.messages.workings import short_words

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.page_client import Page

EXAMPLES = 1_000 if os.environ.get("DOSECAL_BROWSER") == "all" else 25
NUMBER = re.compile(r'class="num"><span class="q">([^<]*)<')


def tried(page: Page, weight: str, day: str = "2026-04-12", **more: str) -> str:
    """The answer to a weight that is typed."""
    return page.post("/dose", subject="004", visit="D4", weight_kg=weight, weight_date=day, **more).text


def answer_of(text: str) -> str:
    """The part of the page that is the answer."""
    return text[text.index('id="answer"') : text.index('class="card inputs live"')]


def test_a_filed_dose_is_first_whole_and_owned(page: Page) -> None:
    text = page.get("/dose/004/D4").text
    answer = answer_of(text)
    assert NUMBER.findall(answer) == ["46,800,000 cells"]
    for one in (
        "Participant 004",
        "D4, dose 2 of 8",
        "Thursday\xa016\xa0April\xa02026",
        "US02",
        "7.1 mL",
        "V09",
        "V10",
    ):
        assert one in answer
    assert "Tried" not in answer
    assert text.index('id="answer"') < text.index('id="weight_kg"')


def test_a_weight_is_named_with_its_file_and_row(page: Page) -> None:
    assert "subjects.csv, row 5" in page.get("/dose/004/D4").text
    assert "weights.csv, row 3" in page.get("/dose/004/D15").text


def test_a_tried_weight_says_so_and_offers_nothing_for_care(page: Page) -> None:
    answer = answer_of(tried(page, "24.1"))
    assert NUMBER.findall(answer) == ["48,200,000 cells"]
    assert "Tried, not on file" in answer
    assert "the file says" in answer
    for one in ("/check/", "/print/", "Record as given", "Signatures"):
        assert one not in answer


def test_a_tried_weight_does_not_take_the_day_of_the_filed_one(page: Page) -> None:
    text = tried(page, "24.1")
    assert "is not taken for another weight" in text.replace("\n", " ")
    assert 'id="weight_date" name="weight_date" value=""' in text
    assert "12\xa0April\xa02026; 4" not in answer_of(text)


def test_a_day_that_was_typed_for_the_tried_weight_stays(page: Page) -> None:
    text = tried(page, "24.1", dated_for="24.1")
    assert 'id="weight_date" name="weight_date" value="2026-04-12"' in text


def test_the_filed_value_typed_again_is_no_trial(page: Page) -> None:
    assert "Tried" not in answer_of(tried(page, "23.4"))


@pytest.mark.parametrize(
    "weight", ["23,4", "154 lb", "0", "1_000", "", "nan", "1e2", "501", "-3", "٢٣", "23.4 kg", ".5"]
)
def test_a_weight_without_a_certain_reading_gives_no_number(page: Page, weight: str) -> None:
    text = tried(page, weight)
    answer = answer_of(text)
    assert "No dose" in answer
    assert "C105" in answer
    assert NUMBER.findall(answer) == []
    assert "cells" not in answer
    assert 'aria-invalid="true"' in text


@pytest.mark.parametrize("day", ["05/10/26", "2026-02-30", "yesterday"])
def test_a_day_without_a_certain_reading_gives_no_number(page: Page, day: str) -> None:
    answer = answer_of(tried(page, "24.1", day))
    assert "C104" in answer
    assert "cells" not in answer


def test_a_dose_that_the_lots_do_not_cover_has_no_volume_and_says_who_has_the_vials(page: Page) -> None:
    answer = answer_of(page.get("/dose/004/D15").text)
    assert "don’t cover this dose" in answer
    assert "R-103:V01" in answer
    assert "7 mL" not in answer


def test_without_a_participant_there_is_no_dose_yet(page: Page) -> None:
    text = page.get("/dose").text
    assert "No dose yet" in text
    assert NUMBER.findall(text) == []


def test_a_participant_without_a_weight_has_no_dose_yet(page: Page) -> None:
    (page.folder / "weights.csv").unlink()
    subjects = (page.folder / "subjects.csv").read_text(encoding="utf-8")
    (page.folder / "subjects.csv").write_text(subjects.replace("23.4,2026-04-12,measured", ",,"), encoding="utf-8")
    answer = answer_of(page.get("/dose/004/D4").text)
    assert "No dose yet" in answer
    assert "cells" not in answer


def test_a_file_that_changes_is_read_again(page: Page) -> None:
    assert "46,800,000" in page.get("/dose/004/D4").text
    subjects = (page.folder / "subjects.csv").read_text(encoding="utf-8")
    (page.folder / "subjects.csv").write_text(subjects.replace("23.4,", "24.4,"), encoding="utf-8")
    assert "subjects.csv changed at 03:12" in page.get("/alive").json()["words"]
    assert "48,800,000" in page.get("/dose/004/D4").text


@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(weight=st.decimals(Decimal("0.1"), Decimal(500), places=3))
def test_the_page_says_what_the_command_says(page: Page, protocols: Path, weight: Decimal) -> None:
    """A thousand of them: ``make browser``."""
    typed = format(weight.normalize(), "f")
    protocol = load_protocol(protocols / "examples" / "ryoncil.yaml")
    (working,) = work_doses(protocol, DoseRequest("treated", read_kilograms(typed), visit="D4"))
    assert working.worked is not None
    assert NUMBER.findall(answer_of(tried(page, typed))) == [short_words(working.worked.ordered)]
