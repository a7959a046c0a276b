"""Calendar months added to dates, for a whole column at once.

Conventions: a month too short for the day of the month ends as the protocol says; months are counted from the date
given, and never from a date that was itself moved so. NaT stays NaT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.days import MonthEnd

if TYPE_CHECKING:
    from dosecal.model.cohort import Dates


def add_months(dates: Dates, months: int, month_end: MonthEnd | None) -> Dates:
    """(n,) The dates so many calendar months later, or earlier for a negative number.

    Args:
        dates: (n,) Whole days.
        months: Calendar months; a year is twelve.
        month_end: Where a month ends that has no such day.

    Raises:
        ValueError: If that is not stated, which whoever read the protocol has to see to.
    """
    if month_end is None:
        message = "months are not counted without a rule for their end"
        raise ValueError(message)
    month_of = dates.astype("datetime64[M]")
    day_in_month = dates - month_of.astype("datetime64[D]")
    later = month_of + np.timedelta64(months, "M")
    first = later.astype("datetime64[D]")
    length = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - first
    longest = length - np.timedelta64(1, "D") if month_end is MonthEnd.LAST_DAY else length
    moved: Dates = first + np.minimum(day_in_month, longest)
    return moved
