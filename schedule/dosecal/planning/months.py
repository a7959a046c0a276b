"""Calendar months added to dates, for a whole column at once.

Conventions: a month too short for the day of the month ends on its last day; months are counted from the date given,
and never from a date that was itself shortened. NaT stays NaT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from dosecal.model.cohort import Dates


def add_months(dates: Dates, months: int) -> Dates:
    """(n,) The dates so many calendar months later, or earlier for a negative number.

    Args:
        dates: (n,) Whole days.
        months: Calendar months; a year is twelve.
    """
    month_of = dates.astype("datetime64[M]")
    day_in_month = dates - month_of.astype("datetime64[D]")
    later = month_of + np.timedelta64(months, "M")
    first = later.astype("datetime64[D]")
    last_day = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - first - np.timedelta64(1, "D")
    moved: Dates = first + np.minimum(day_in_month, last_day)
    return moved
