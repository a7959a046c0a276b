"""Calendar months, counted from the date given and ended by either rule in a short month."""

from __future__ import annotations

import numpy as np
import pytest

from dosecal.model.days import MonthEnd
from dosecal.planning.dates.months import add_months

LAST, NEXT = MonthEnd.LAST_DAY, MonthEnd.NEXT_MONTH


def months_after(date: str, months: int, rule: MonthEnd = LAST) -> str:
    return str(add_months(np.array([date], dtype="datetime64[D]"), months, rule)[0])


@pytest.mark.parametrize(
    ("date", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),  # a leap year
        ("2026-01-31", 2, "2026-03-31"),  # from the anchor, not from 28 February
        ("2026-01-31", 3, "2026-04-30"),
        ("2026-01-15", 6, "2026-07-15"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2100-01-31", 1, "2100-02-28"),  # no leap year
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-31", -12, "2025-01-31"),
        ("2025-12-31", 2, "2026-02-28"),
        ("1969-12-31", 2, "1970-02-28"),
    ],
)
def test_short_month_ends_on_its_last_day(date: str, months: int, expected: str) -> None:
    assert months_after(date, months) == expected


@pytest.mark.parametrize(
    ("date", "months", "expected"),
    [
        ("2026-05-31", 6, "2026-12-01"),
        ("2026-01-29", 1, "2026-03-01"),
        ("2026-01-30", 1, "2026-03-01"),
        ("2026-01-31", 1, "2026-03-01"),  # never a second or third day of March
        ("2024-01-30", 1, "2024-03-01"),
        ("2024-01-29", 1, "2024-02-29"),  # a leap year has the day itself
        ("2026-01-31", 2, "2026-03-31"),  # from the anchor, not from 1 March
        ("2024-02-29", 12, "2025-03-01"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2100-01-29", 1, "2100-03-01"),  # no leap year
        ("2026-03-31", -1, "2026-03-01"),
        ("2025-12-31", 2, "2026-03-01"),
        ("1969-12-31", 2, "1970-03-01"),
        ("2026-01-15", 6, "2026-07-15"),
    ],
)
def test_short_month_goes_on_to_the_first_of_the_next(date: str, months: int, expected: str) -> None:
    assert months_after(date, months, NEXT) == expected


def test_months_are_not_counted_without_a_rule() -> None:
    with pytest.raises(ValueError, match="without a rule"):
        add_months(np.array(["2026-01-31"], dtype="datetime64[D]"), 1, None)


def test_a_hundred_and_eighty_days_are_not_six_months() -> None:
    # 2 March + 180 days: 29 days of March, 30, 31, 30, 31 make 151 on 31 July, and 29 more are 29 August
    assert months_after("2026-03-02", 6) == "2026-09-02"
    assert str(np.datetime64("2026-03-02") + 180) == "2026-08-29"


def test_date_that_is_not_known_stays_so() -> None:
    dates = add_months(np.array(["NaT", "2026-01-31"], dtype="datetime64[D]"), 1, LAST)
    assert dates.astype(str).tolist() == ["NaT", "2026-02-28"]
