"""Least times between visits: when they are over, and whether a visit is late enough.

Conventions: days and months count dates. Hours run between times of day; a time that is not on record is some time of
its day, from 00:00 to 23:59, so that an answer is yes, no, or not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.conditions import Truth
from dosecal.model.findings import NOT_A_MOMENT
from dosecal.model.schedule import DateState, GapEnds
from dosecal.model.struct import Struct
from dosecal.model.timing import Edge
from dosecal.planning.dates.months import add_months

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from dosecal.model.cohort import Dates
    from dosecal.model.days import MonthEnd
    from dosecal.model.schedule import Moments
    from dosecal.model.timing import Gap

LAST_MINUTE = np.timedelta64(24 * 60 - 1, "m")
"""From the beginning of a day to its last minute."""


class GapStart(Struct, frozen=True):
    """What a gap runs from.

    Attributes:
        date: (subjects,) The day on which it happened, or is expected; NaT where it did not happen, or has none.
        start: (subjects,) The recorded time at which its dose began; NaT where none is on record.
        end: (subjects,) The recorded time at which its dose ended; NaT likewise.
        state: (subjects,) A ``DateState``.
    """

    date: Dates
    start: Moments
    end: Moments
    state: NDArray[np.int8]


def some_time_of(date: Dates, recorded: Moments, not_before: Moments | None = None) -> tuple[Moments, Moments]:
    """(n,) The earliest and the latest moment that something can have happened at.

    Args:
        date: (n,) Its day; NaT where it is not known.
        recorded: (n,) Its time; NaT where none is on record.
        not_before: (n,) The time of something that came before it; NaT where none is on record. None for nothing.
    """
    midnight = date.astype("datetime64[m]")
    first = midnight if not_before is None else np.where(np.isnat(not_before), midnight, not_before)
    is_recorded = ~np.isnat(recorded)
    earliest = np.where(is_recorded, recorded, first)
    latest = np.where(is_recorded, recorded, midnight + LAST_MINUTE)
    unknown = np.isnat(date)
    return np.where(unknown, NOT_A_MOMENT, earliest), np.where(unknown, NOT_A_MOMENT, latest)


def gap_ends(
    gaps: Iterable[tuple[Gap, GapStart]], subjects: int, month_end: MonthEnd | None
) -> tuple[GapEnds, NDArray[np.bool_]]:
    """When all the gaps of a visit are over.

    Args:
        gaps: Each gap with what it runs from.
        subjects: The number of subjects.
        month_end: Where months end that have no such day.

    Returns:
        The ends, and (subjects,) whether the last of them follows from what is on record alone.
    """
    earliest, latest, sure = (np.full(subjects, NOT_A_MOMENT) for _ in range(3))
    is_known, is_sure = np.ones((2, subjects), dtype=np.bool_)
    for gap, start in gaps:
        first, last = _end_of(gap, start, month_end)
        on_record = start.state == DateState.KNOWN
        is_last = np.isnat(latest) | (last > latest)
        is_sure = np.where(is_last, on_record, is_sure)
        is_known &= on_record | np.isnat(last)
        earliest, latest = np.fmax(earliest, first), np.fmax(latest, last)
        sure = np.where(on_record, np.fmax(sure, first), sure)
    return GapEnds(earliest, latest, sure, is_known), is_sure


def _end_of(gap: Gap, start: GapStart, month_end: MonthEnd | None) -> tuple[Moments, Moments]:
    """(subjects,) The earliest and the latest moment at which a gap is over."""
    if not gap.hours:
        date = add_months(start.date, gap.months, month_end) if gap.months else start.date
        over = (date + np.timedelta64(gap.days, "D")).astype("datetime64[m]")
        return over, over
    hours = np.timedelta64(gap.hours, "h")
    if gap.edge is Edge.END:
        first, last = some_time_of(start.date, start.end, start.start)
    else:
        first, last = some_time_of(start.date, start.start)
    return first + hours, last + hours


def is_late_enough(gaps: GapEnds, first: Moments, last: Moments, *, by_record: bool) -> NDArray[np.int8]:
    """(n,) Whether each visit is late enough after others, as ``Truth``; true where there is no gap.

    Args:
        gaps: When the gaps are over.
        first: (n,) The earliest moment that the visit can be at; NaT for no visit, which is late enough.
        last: (n,) The latest.
        by_record: Whether it is judged by what is on record alone, and not by what is expected.
    """
    too_soon = last < (gaps.sure if by_record else gaps.earliest)
    late = np.isnat(gaps.latest) | np.isnat(first) | (first >= gaps.latest)
    unknown = ~late if not by_record else ~late | (~gaps.is_known & ~np.isnat(first))
    truth = np.select([too_soon, unknown], [Truth.FALSE, Truth.NOT_KNOWN], Truth.TRUE)
    return truth.astype(np.int8)
