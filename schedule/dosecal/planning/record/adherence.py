"""What became of each planned visit as of a day: one status a row, and the days between plan and fact.

Conventions: both ends of a window are inside it, so a visit is overdue from the day after its last day on. A visit
that keeps a gap to others is due from the first day of its window that is late enough. A visit for which the protocol
states no window is due on its day, which is the day for which it is booked, or else its target, or the first day that
is late enough after that, and past its day from the next day on: never overdue, since the file can't say whether it
may still be held. A visit whose condition is not known is neither overdue nor past its day nor missed: whether it was
due is not known. A second, wider window changes no status: it says how far out a visit is that was held outside its
window. What is on record as done, missed or cancelled stands; every other status is worked out from the dates. An open
visit on or after the day on which a subject leaves the study is cancelled, that day included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.adherence import Adherence, VisitStatus, WindowMet
from dosecal.model.struct import Struct
from dosecal.planning.dates.endings import is_closed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.adherence import Statuses
    from dosecal.model.cohort import Dates, Indices

_NO_DAY = np.iinfo(np.int64).min
"""What NaT is, as a number of days: the least there is."""


class VisitFacts(Struct, frozen=True):
    """Planned visits with what is on record of them, rows of a subject side by side.

    Attributes:
        subject: (n,) The place of the subject; it never falls from one row to the next.
        target: (n,) The target date; NaT where there is none or it is not known.
        window_start: (n,) The first allowed date; NaT where none is stated or known.
        window_end: (n,) The last allowed date; NaT likewise.
        wider_start: (n,) The first date of the second, wider window; NaT where none is stated or known.
        wider_end: (n,) The last date of the wider window; NaT likewise.
        booked: (n,) The day for which it is booked; NaT for none.
        actual: (n,) The day on which it was held; NaT for a visit that was not.
        is_done: (n,) Whether it is on record as done.
        is_missed: (n,) Whether it is on record as missed.
        is_cancelled: (n,) Whether it is on record as cancelled, or never applied.
        closed_from: (n,) The day from which an open visit is cancelled, since the subject is off study, or off
            treatment and the visit does not survive that; NaT for none.
        not_before: (n,) The first date that may be late enough after other visits; NaT where there is no gap to keep.
        is_certain: (n,) Whether it is known that the subject has the visit.
    """

    subject: Indices
    target: Dates
    window_start: Dates
    window_end: Dates
    wider_start: Dates
    wider_end: Dates
    booked: Dates
    actual: Dates
    is_done: NDArray[np.bool_]
    is_missed: NDArray[np.bool_]
    is_cancelled: NDArray[np.bool_]
    closed_from: Dates
    not_before: Dates
    is_certain: NDArray[np.bool_]

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.subject)


def judge_visits(facts: VisitFacts, as_of: np.datetime64) -> Adherence:
    """The status of each visit as of a day, and its deviation where it was held.

    Args:
        facts: The visits and what is on record of them.
        as_of: The day.
    """
    day = _known_day(facts)
    status = _open_statuses(facts, day, as_of)
    days_out = _days_out(facts, facts.window_start, facts.window_end)
    wider_days_out = _days_out(facts, facts.wider_start, facts.wider_end)
    status[facts.is_cancelled] = VisitStatus.CANCELLED
    status[facts.is_missed] = VisitStatus.MISSED
    done = facts.is_done
    status[done] = VisitStatus.DONE
    status[done & (days_out < 0)] = VisitStatus.DONE_EARLY
    status[done & (days_out > 0)] = VisitStatus.DONE_LATE
    has_deviation = done & ~np.isnat(facts.actual) & ~np.isnat(facts.target)
    apart = facts.actual.view(np.int64) - facts.target.view(np.int64)
    deviation = np.where(has_deviation, apart, 0)
    met = _window_met(facts, days_out, wider_days_out)
    return Adherence(as_of, status, facts.actual, deviation, has_deviation, days_out, wider_days_out, met)


def _known_day(facts: VisitFacts) -> Dates:
    """(n,) The target, or else the start of the window: where the visit stands among the others."""
    return np.where(np.isnat(facts.target), facts.window_start, facts.target)


def _days_out(facts: VisitFacts, start: Dates, end: Dates) -> NDArray[np.int64]:
    """(n,) Days from a window to the actual date; comparisons with NaT are false, so no window gives 0."""
    out = np.zeros(len(facts), dtype=np.int64)
    actual = facts.actual.view(np.int64)
    early = facts.is_done & (facts.actual < start)
    late = facts.is_done & (facts.actual > end)
    out[early] = actual[early] - start.view(np.int64)[early]
    out[late] = actual[late] - end.view(np.int64)[late]
    return out


def _window_met(facts: VisitFacts, days_out: NDArray[np.int64], wider_days_out: NDArray[np.int64]) -> NDArray[np.int8]:
    """(n,) Which window each visit was held in."""
    is_held = facts.is_done & ~np.isnat(facts.actual)
    has_window = is_held & (~np.isnat(facts.window_start) | ~np.isnat(facts.window_end))
    has_wider = ~np.isnat(facts.wider_start) | ~np.isnat(facts.wider_end)
    is_inside = has_window & (days_out == 0)
    is_wider = is_held & has_wider & (wider_days_out == 0)
    found = [is_inside, is_wider, is_held & has_wider, has_window]
    met = [WindowMet.WINDOW, WindowMet.WIDER, WindowMet.OUTSIDE_BOTH, WindowMet.OUTSIDE]
    return np.select(found, met, WindowMet.NONE).astype(np.int8)


def _open_statuses(facts: VisitFacts, day: Dates, as_of: np.datetime64) -> Statuses:
    """(n,) The status of each visit as if nothing were on record of it alone."""
    its_day = np.where(np.isnat(facts.booked), day, facts.booked)
    opens = np.where(np.isnat(facts.window_start), its_day, facts.window_start)
    first = np.where(facts.not_before > opens, facts.not_before, opens)
    status = np.full(len(facts), VisitStatus.NOT_YET_DUE, dtype=np.int8)
    status[first <= as_of] = VisitStatus.DUE
    is_over, has_no_window = facts.window_end < as_of, np.isnat(facts.window_end)
    status[has_no_window & (first < as_of)] = VisitStatus.PAST_ITS_DAY
    status[is_over] = VisitStatus.OVERDUE
    # a visit without a window is no longer awaited either, once a later one was held
    is_passed = _has_later_done(facts, day) & (is_over | (has_no_window & (first <= as_of)))
    status[is_passed] = VisitStatus.MISSED
    closes = is_closed(facts.closed_from, day)
    has_left = ~np.isnat(facts.closed_from) & (facts.closed_from <= as_of)
    status[has_left & ~closes] = VisitStatus.MISSED
    status[~facts.is_certain & np.isin(status, _ONCE_DUE)] = VisitStatus.NOT_KNOWN_WHETHER_DUE
    status[closes] = VisitStatus.CANCELLED
    return status


_ONCE_DUE = (VisitStatus.OVERDUE, VisitStatus.PAST_ITS_DAY, VisitStatus.MISSED)


def _has_later_done(facts: VisitFacts, day: Dates) -> NDArray[np.bool_]:
    """(n,) Whether a visit that stands later in the subject's plan is on record as done."""
    if not len(facts):
        return np.zeros(0, dtype=np.bool_)
    starts = np.flatnonzero(np.diff(facts.subject, prepend=facts.subject[0] - 1))
    done_days = np.where(facts.is_done, day.view(np.int64), _NO_DAY)
    latest = np.maximum.reduceat(done_days, starts)
    counts = np.diff(starts, append=len(facts))
    later: NDArray[np.bool_] = np.repeat(latest, counts) > day.view(np.int64)
    return later & ~np.isnat(day)
