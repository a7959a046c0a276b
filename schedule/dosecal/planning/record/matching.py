"""Which planned visit a visit without a name could have been.

Conventions: a date is held against the windows of the subject's visits of which nothing is known to have become; both
ends of a window are inside it, and where no window is stated the target alone is. A date in two windows is an
ambiguity, and nobody picks one of them. A date in none lies in a gap: it is an unscheduled visit after the visit before
it, and strictly before the first day of the next window. The visits on both sides of a gap are those of the plan: one
that was held stands on the day on which it was held, and one that was cancelled is set aside. Where the protocol says
so, a date shortly before a window counts for that window's visit. A visit that is on record as missed takes no date,
and is named where its window holds one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.findings import Fit, Matches
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.cohort import Dates, Indices
    from dosecal.model.schedule import PlannedVisits


class OnRecord(Struct, frozen=True):
    """What is on record of planned visits.

    Attributes:
        is_free: (n,) Whether nothing is known to have become of each: it is neither held, missed nor cancelled.
        is_missed: (n,) Whether it is on record as missed.
        is_cancelled: (n,) Whether it is cancelled, by a row of its own or by an ending.
        held: (n,) The day on which it was held; NaT where it was not.
    """

    is_free: NDArray[np.bool_]
    is_missed: NDArray[np.bool_]
    is_cancelled: NDArray[np.bool_]
    held: Dates


_FAR = np.int64(1) << 40
"""Later than any date, and with a minus earlier."""


def match_dates(
    visits: PlannedVisits,
    on_record: OnRecord,
    subject: Indices,
    date: Dates,
    match_next: int | None,
) -> Matches:
    """Where each date lies among the windows of its subject.

    Args:
        visits: The planned visits, those of a subject side by side.
        on_record: Which of them are on record.
        subject: (k,) The subject of each date.
        date: (k,) The dates.
        match_next: Days before a window within which a date counts for its visit; None for none.
    """
    start = np.searchsorted(visits.subject, subject, side="left")
    count = np.searchsorted(visits.subject, subject, side="right") - start
    of_date = np.repeat(np.arange(len(subject)), count)
    row = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count) + np.repeat(start, count)
    day = date.view(np.int64)[of_date]
    opens, closes = _edges(visits, on_record, row)
    is_inside = (opens <= day) & (day <= closes) & (opens > -_FAR) & (closes < _FAR)
    holds = on_record.is_free[row] & is_inside
    windows = np.bincount(of_date[holds], minlength=len(subject)).astype(np.int32)
    is_before = (closes < day) | (on_record.held[row].view(np.int64) == day)
    before = _best(of_date, row, np.where(~holds & is_before, closes, -_FAR), len(subject))
    after = _best(of_date, row, np.where(~holds & (opens > day), -opens, -_FAR), len(subject))
    holders = of_date[holds], row[holds]
    one = _nth(holders, len(subject), 0)
    two = _nth(holders, len(subject), 1)
    gap_end = np.where(after >= 0, _edges(visits, on_record, np.maximum(after, 0))[0], _FAR) if len(visits) else after
    early = gap_end - date.view(np.int64)
    is_soon = (after >= 0) & (early <= (-1 if match_next is None else match_next))
    is_soon &= np.append(on_record.is_free, False)[after]  # -1, none, is the end
    missed = _best(of_date, row, np.where(on_record.is_missed[row] & is_inside, opens, -_FAR), len(subject))
    fit = np.select(
        [windows > 1, windows == 1, is_soon, (before >= 0) & (after >= 0), after >= 0, before >= 0],
        [Fit.SEVERAL_WINDOWS, Fit.ONE_WINDOW, Fit.SOON_BEFORE_NEXT, Fit.GAP, Fit.BEFORE_ALL, Fit.AFTER_ALL],
        Fit.NO_VISITS,
    ).astype(np.int8)
    is_held = windows > 0
    return Matches(
        fit=fit,
        first=np.where(is_held, one, before).astype(np.int32),
        second=np.where(is_held, two, after).astype(np.int32),
        windows=windows,
        days_early=np.where(fit == Fit.SOON_BEFORE_NEXT, early, 0).astype(np.int32),
        missed=missed.astype(np.int32),
    )


def _edges(
    visits: PlannedVisits, on_record: OnRecord, row: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first and last day of each row: on which it was held, of its window, or else its target; far off for none."""
    target, held = visits.target[row], on_record.held[row]
    opens = np.where(np.isnat(visits.window_start[row]), target, visits.window_start[row])
    closes = np.where(np.isnat(visits.window_end[row]), target, visits.window_end[row])
    opens, closes = (np.where(np.isnat(held), planned, held) for planned in (opens, closes))
    is_out = on_record.is_cancelled[row]
    first = np.where(np.isnat(opens) | is_out, -_FAR, opens.view(np.int64))
    last = np.where(np.isnat(closes) | is_out, _FAR, closes.view(np.int64))
    return first, last


def _best(
    of_date: NDArray[np.int64], row: NDArray[np.int64], value: NDArray[np.int64], dates: int
) -> NDArray[np.int64]:
    """(k,) The row with the greatest value of each date, the last of equals; -1 where no value counts."""
    best = np.full(dates, -1, dtype=np.int64)
    counts = value > -_FAR
    order = np.lexsort((row[counts], value[counts]))
    best[of_date[counts][order]] = row[counts][order]  # of several written to one place, the last stays
    return best


def _nth(holders: tuple[NDArray[np.int64], NDArray[np.int64]], dates: int, place: int) -> NDArray[np.int64]:
    """(k,) The row of the window that holds each date at a place among them, from 0; -1 where there is none."""
    of_date, row = holders
    found = np.full(dates, -1, dtype=np.int64)
    starts = np.searchsorted(of_date, np.arange(dates))
    counts = np.bincount(of_date, minlength=dates)
    has = counts > place
    found[has] = row[starts[has] + place]
    return found
