"""Calendar months, counted from the date given and ended on the last day of a short month."""

from __future__ import annotations

import numpy as np
import pytest

from dosecal.planning.months import add_months


def months_after(date: str, months: int) -> str:
    return str(add_months(np.array([date], dtype="datetime64[D]"), months)[0])


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


def test_a_hundred_and_eighty_days_are_not_six_months() -> None:
    # 2 March + 180 days: 29 days of March, 30, 31, 30, 31 make 151 on 31 July, and 29 more are 29 August
    assert months_after("2026-03-02", 6) == "2026-09-02"
    assert str(np.datetime64("2026-03-02") + 180) == "2026-08-29"


def test_date_that_is_not_known_stays_so() -> None:
    dates = add_months(np.array(["NaT", "2026-01-31"], dtype="datetime64[D]"), 1)
    assert dates.astype(str).tolist() == ["NaT", "2026-02-28"]
