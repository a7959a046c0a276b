"""What may be offered to a participant: the days on which a visit may be held, and the visits that are certain to come.

Conventions: a day is offered that lies in the visit's window, is late enough after other visits, and on which the site
is open, where that is known. Days are given as runs from a first to a last day, both inside.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.conditions import AllOf, AnyOf, Became, Ended, NotSo, Truth, VisitBecame
from dosecal.model.timing import EventKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.conditions import Test
    from dosecal.model.protocol import Protocol, Visit
    from dosecal.model.schedule import Schedule

Runs = tuple[tuple[date, date], ...]


def offered_days(schedule: Schedule, row: int) -> Runs:
    """The days on which a planned visit may be held; none where its window is not stated or not known."""
    visits, closed = schedule.visits, schedule.closed_visits
    first, last = np.fmax(visits.window_start[row], visits.not_before[row]), visits.window_end[row]
    if np.isnat(visits.window_start[row]) or np.isnat(last):
        return ()
    days = np.arange(first, last + np.timedelta64(1, "D"), dtype="datetime64[D]")
    if closed is not None and closed.calendars is not None and closed.site is not None:
        at = days.astype(np.int64) - closed.calendars.first
        days = days[closed.calendars.reason[int(closed.site[row]), at] == 0]
    if not len(days):
        return ()
    breaks = np.flatnonzero(np.diff(days.astype(np.int64)) > 1)
    starts, ends = [0, *(breaks + 1).tolist()], [*breaks.tolist(), len(days) - 1]
    return tuple((_date(days[start]), _date(days[end])) for start, end in zip(starts, ends, strict=True))


def _date(day: np.datetime64) -> date:
    return date.fromisoformat(str(day))


def awaits_event(schedule: Schedule) -> NDArray[np.bool_]:
    """(n,) Whether each planned visit comes only if something happens that is on no record yet.

    Such a visit has no date, and is counted from the end of treatment or of the study; or its condition is not known,
    and false as long as no visit is missed or cancelled and nobody leaves.
    """
    protocol, visits = schedule.protocol, schedule.visits
    is_undated = np.isnat(visits.target) & np.isnat(visits.window_start)
    awaits: NDArray[np.bool_] = is_undated & _follows_ending(protocol)[visits.visit]
    if schedule.truths is None:
        return awaits
    for place, condition in enumerate(protocol.conditions):
        has = np.array([one.condition == condition for one in protocol.visits], dtype=np.bool_)
        if _if_all_goes_well(condition.test) is Truth.FALSE:
            awaits |= has[visits.visit] & (schedule.truths[visits.subject, place] == Truth.NOT_KNOWN)
    return awaits


def _if_all_goes_well(test: Test) -> Truth:
    """What a condition is of a subject who stays and has every visit, and of whom no fact is known."""
    match test:
        case Ended():
            return Truth.FALSE
        case VisitBecame():
            return Truth.TRUE if test.became is Became.DONE else Truth.FALSE
        case NotSo():
            return Truth(Truth.TRUE - _if_all_goes_well(test.part))
        case AllOf():
            return min(_if_all_goes_well(part) for part in test.parts)
        case AnyOf():
            return max(_if_all_goes_well(part) for part in test.parts)
        case _:
            return Truth.NOT_KNOWN


def _follows_ending(protocol: Protocol) -> NDArray[np.bool_]:
    """(visits,) Whether each visit is counted from an ending, at once or by way of others."""
    endings = {
        anchor.id
        for anchor in protocol.anchors
        if anchor.event is not None and anchor.event.kind in {EventKind.OFF_TREATMENT, EventKind.OFF_STUDY}
    }

    def first_of_chain(visit: Visit) -> Visit:
        while visit.after:
            visit = protocol.visit(visit.after)
        return visit

    return np.array([first_of_chain(visit).anchor in endings for visit in protocol.visits], dtype=np.bool_)
