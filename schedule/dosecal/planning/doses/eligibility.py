"""Who is outside the protocol's range of ages: noted, never refused.

Conventions: an age is in completed years on the first anchor. Where the year has no 29 February, someone born on it
completes a year as the protocol's months end, and on 1 March where it does not say so. An unknown birth gives no age.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.days import MonthEnd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.cohort import Dates, Indices
    from dosecal.model.protocol import AgeRange

UNKNOWN_AGE = -1


def completed_years(birth: Dates, on: Dates, month_end: MonthEnd | None) -> Indices:
    """(n,) The age in completed years on a day; ``UNKNOWN_AGE`` where the birth or the day is not known.

    Args:
        birth: (n,) The days of birth, none after its day in ``on``.
        on: (n,) The days on which the ages are wanted.
        month_end: Where months end that have no such day, by the protocol; None where it does not say so.
    """
    known = ~(np.isnat(birth) | np.isnat(on))
    age = np.full(len(birth), UNKNOWN_AGE, dtype=np.int32)
    years = on[known].astype("datetime64[Y]") - birth[known].astype("datetime64[Y]")
    birthday = _in_year(birth[known])
    if month_end is MonthEnd.LAST_DAY:
        is_short = (birthday == _LEAP_DAY) & (_in_year(on[known] + np.timedelta64(1, "D")) != _LEAP_DAY)
        birthday = np.where(is_short, birthday - 1, birthday)
    age[known] = years.astype(np.int64) - (_in_year(on[known]) < birthday)
    return age


_LEAP_DAY = 1 * 32 + 28
"""29 February, as ``_in_year`` numbers it."""


def _in_year(dates: Dates) -> NDArray[np.int64]:
    """(n,) A number that grows with the month and the day of it."""
    months = dates.astype("datetime64[M]")
    month = months.astype(np.int64) % 12
    day = (dates - months.astype("datetime64[D]")).astype(np.int64)
    number: NDArray[np.int64] = month * 32 + day
    return number


def is_age_outside(age: Indices, ages: AgeRange | None) -> NDArray[np.bool_]:
    """(n,) Whether an age is known and outside the range, whose both ends are inside."""
    outside: NDArray[np.bool_] = np.zeros(len(age), dtype=np.bool_)
    if ages is None:
        return outside
    if ages.lowest is not None:
        outside |= age < ages.lowest
    if ages.highest is not None:
        outside |= age > ages.highest
    outside &= age != UNKNOWN_AGE
    return outside
