"""Conditions over columns of subjects: true, false, or not known, as worked by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from dosecal.load.protocol.condition_text import parse_condition
from dosecal.model.cohort import KnownFact
from dosecal.model.conditions import Became, Ending, Truth
from dosecal.planning.conditions import KnownEvents, evaluate

NO, UNKNOWN, YES = Truth.FALSE, Truth.NOT_KNOWN, Truth.TRUE

# three subjects: a woman of 49, a man of 50, and one of whom nothing is known
SEX = KnownFact(np.array([0, 1, -1], dtype=np.int32), ("F", "M"))
AGE = KnownFact(np.array([0, 1, -1], dtype=np.int32), (Fraction(49), Fraction(50)))
FACTS = {"sex": SEX, "age": AGE}


def day(*texts: str) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    return np.array([np.datetime64(text or "NaT", "D") for text in texts])


EVENTS = KnownEvents(
    endings={Ending.OFF_TREATMENT: day("2026-03-09", "2026-03-10", ""), Ending.OFF_STUDY: day("", "", "")},
    visit_dates={"D8": day("2026-03-10", "2026-03-10", "2026-03-10")},
    became={
        ("D3", Became.DONE): np.array([True, False, False]),
        ("D3", Became.MISSED): np.array([False, True, False]),
        ("D3", Became.CANCELLED): np.array([False, False, False]),
    },
    as_of=np.datetime64("2026-03-09", "D"),
)


@pytest.mark.parametrize(
    ("text", "truths"),
    [
        ("sex is F", [YES, NO, UNKNOWN]),
        ("sex is not F", [NO, YES, UNKNOWN]),
        ("age is under 50", [YES, NO, UNKNOWN]),
        ("age is at least 50", [NO, YES, UNKNOWN]),
        ("age is at most 49", [YES, NO, UNKNOWN]),
        ("age is over 49", [NO, YES, UNKNOWN]),
        ("age is 49 to 50", [YES, YES, UNKNOWN]),
        ("age is exactly 50", [NO, YES, UNKNOWN]),
        ("site is 03", [UNKNOWN, UNKNOWN, UNKNOWN]),
        ("sex is F and age is under 50", [YES, NO, UNKNOWN]),
        ("sex is F or age is at least 50", [YES, YES, UNKNOWN]),
        ("sex is M and site is 03", [NO, UNKNOWN, UNKNOWN]),
        ("sex is F or site is 03", [YES, UNKNOWN, UNKNOWN]),
        ("D3 missed", [NO, YES, UNKNOWN]),
        ("D3 not missed", [YES, NO, UNKNOWN]),
        ("D3 done", [YES, NO, UNKNOWN]),
        ("off treatment", [YES, YES, NO]),
        ("off study", [NO, NO, NO]),
        ("off treatment before D8", [YES, NO, UNKNOWN]),
    ],
)
def test_condition_of_three_subjects_is(text: str, truths: list[Truth]) -> None:
    assert evaluate(parse_condition(text), FACTS, EVENTS, 3).tolist() == truths


def test_ending_before_a_visit_is_false_once_the_visit_s_day_is_there_without_it() -> None:
    later = KnownEvents(EVENTS.endings, EVENTS.visit_dates, EVENTS.became, as_of=np.datetime64("2026-03-10", "D"))
    assert evaluate(parse_condition("off treatment before D8"), FACTS, later, 3).tolist() == [YES, NO, NO]


@pytest.mark.parametrize("text", ["off treatment", "off treatment before D8", "D3 missed", "not D3 missed"])
def test_events_are_not_known_without_any_record(text: str) -> None:
    nothing = KnownEvents(EVENTS.endings, EVENTS.visit_dates, EVENTS.became, is_recorded=False)
    assert evaluate(parse_condition(text), FACTS, nothing, 3).tolist() == [UNKNOWN] * 3
