"""Ages, and who is outside the protocol's range."""

from __future__ import annotations

import numpy as np
import pytest

from dosecal.model.days import MonthEnd
from dosecal.model.protocol import AgeRange
from dosecal.planning.doses.eligibility import UNKNOWN_AGE, completed_years, is_age_outside


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        ("1990-06-15", "2020-06-14", 29),
        ("1990-06-15", "2020-06-15", 30),
        ("1990-06-15", "2020-06-16", 30),
        ("1990-12-31", "2020-01-01", 29),
        ("1920-01-31", "2020-01-30", 99),  # born before 1970
        ("1969-12-31", "1970-01-01", 0),
        ("2004-02-29", "2022-02-28", 17),
        ("2004-02-29", "2022-03-01", 18),
        ("2004-02-29", "2024-02-29", 20),
        ("2003-03-01", "2024-02-29", 20),
        ("2003-02-28", "2024-02-29", 21),
        ("2020-03-09", "2020-03-09", 0),
        ("NaT", "2020-03-09", UNKNOWN_AGE),
        ("2020-03-09", "NaT", UNKNOWN_AGE),
    ],
)
def test_age_is_in_completed_years(birth: str, on: str, years: int) -> None:
    ages = completed_years(np.array([birth], dtype="datetime64[D]"), np.array([on], dtype="datetime64[D]"), None)
    assert ages.tolist() == [years]


@pytest.mark.parametrize(
    ("ages", "outside", "inside"),
    [
        (AgeRange(18, 65), [17, 66], [18, 65]),
        (AgeRange(18, None), [0, 17], [18, 120]),
        (AgeRange(None, 65), [66], [0, 65]),
        (None, [], [0, 120]),
    ],
)
def test_both_ends_of_the_range_are_inside(ages: AgeRange | None, outside: list[int], inside: list[int]) -> None:
    answers = is_age_outside(np.array([*outside, *inside], dtype=np.int32), ages)
    assert answers.tolist() == [True] * len(outside) + [False] * len(inside)


@pytest.mark.parametrize("ages", [AgeRange(18, 65), AgeRange(None, 65), AgeRange(18, None), None])
def test_unknown_age_is_never_outside(ages: AgeRange | None) -> None:
    assert is_age_outside(np.array([UNKNOWN_AGE], dtype=np.int32), ages).tolist() == [False]


def test_each_subject_has_an_age_of_its_own() -> None:
    births = ["1990-06-15", "NaT", "1990-01-31", "1990-12-01", "1990-06-30"]
    on = ["2020-06-15", "2020-06-15", "2020-02-01", "2020-11-30", "NaT"]
    ages = completed_years(np.array(births, dtype="datetime64[D]"), np.array(on, dtype="datetime64[D]"), None)
    assert ages.tolist() == [30, UNKNOWN_AGE, 30, 29, UNKNOWN_AGE]


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        ("1990-01-31", "2020-02-01", 30),  # an earlier day of the month, but a later month
        ("1990-02-01", "2020-01-31", 29),
        ("1990-12-31", "2020-12-31", 30),
        ("1990-12-01", "2020-11-30", 29),
        ("1990-01-01", "2020-12-31", 30),
        ("1960-11-30", "1969-12-01", 9),  # both before 1970
        ("1960-12-01", "1969-11-30", 8),
    ],
)
def test_month_comes_before_the_day_of_it(birth: str, on: str, years: int) -> None:
    ages = completed_years(np.array([birth], dtype="datetime64[D]"), np.array([on], dtype="datetime64[D]"), None)
    assert ages.tolist() == [years]


def test_unknown_age_is_no_age_that_anybody_has() -> None:
    birth, on = np.array(["NaT"], dtype="datetime64[D]"), np.array(["2026-03-09"], dtype="datetime64[D]")
    unknown = completed_years(birth, on, None)
    assert unknown.tolist() == [-1]
    assert is_age_outside(np.array([-1, 0, 1], dtype=np.int32), AgeRange(18, 65)).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("on", "last_day", "next_month"),
    [
        ("2022-02-27", 17, 17),
        ("2022-02-28", 18, 17),
        ("2022-03-01", 18, 18),
        ("2024-02-28", 19, 19),  # a leap year has the day itself
        ("2024-02-29", 20, 20),
        ("2100-02-28", 96, 95),  # no leap year
    ],
)
def test_birthday_of_29_february_ends_as_the_protocol_s_months_do(on: str, last_day: int, next_month: int) -> None:
    dates = np.array(["2004-02-29"], dtype="datetime64[D]"), np.array([on], dtype="datetime64[D]")
    ages = [completed_years(*dates, rule).tolist() for rule in (MonthEnd.LAST_DAY, MonthEnd.NEXT_MONTH, None)]
    assert ages == [[last_day], [next_month], [next_month]]
