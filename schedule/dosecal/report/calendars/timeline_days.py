"""Where a protocol's visits stand on an axis of days, before there is any subject.

Conventions: days are offsets from an event that the protocol does not date: an anchor of the subjects' table, or an
ending. A visit that follows another one stands where it would be if that were held on its target. A target in calendar
months has no one offset; it has the first and the last that it can be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.days import MonthEnd
from dosecal.model.struct import Struct
from dosecal.model.timing import EventKind

if TYPE_CHECKING:
    from dosecal.model.days import Window
    from dosecal.model.protocol import Protocol, Visit
    from dosecal.model.timing import Event


class DayRange(Struct, frozen=True):
    """Days from the first to the last, both inside."""

    first: int
    last: int

    def moved(self, first: int, last: int) -> DayRange:
        """The range with its ends moved by so many days."""
        return DayRange(self.first + first, self.last + last)


class Reach(Struct, frozen=True):
    """The days that a visit may be on.

    Attributes:
        origin: The id of the anchor that the days are counted from.
        target: The target day, as one day or, for months, as the days that it can be; None where there is none.
        window: The window; None where none is stated.
        wider: The wider window; None where none is stated.
    """

    origin: str
    target: DayRange | None
    window: DayRange | None
    wider: DayRange | None = None

    @property
    def first(self) -> int:
        """The target's first day, or that of the window where there is no target."""
        known = self.target or self.window
        return known.first if known is not None else 0


class _Place(Struct, frozen=True):
    """What a visit is counted from: the anchor, and the days from it."""

    origin: str
    days: DayRange


def reach_of(visit: Visit, protocol: Protocol, arm_id: str) -> Reach:
    """The days that a visit may be on in an arm.

    Args:
        visit: A visit of the arm.
        protocol: The protocol.
        arm_id: The id of the arm.
    """
    place = _reference(visit, protocol, arm_id)
    if visit.months is not None:
        target = place.days.moved(*month_days(visit.months, protocol.month_end))
    elif visit.offset is not None:
        target = place.days.moved(visit.offset, visit.offset)
    else:
        return Reach(place.origin, None, _around(place.days, visit.window))
    return Reach(place.origin, target, _around(target, visit.window), _around(target, visit.wider))


def _around(days: DayRange, window: Window | None) -> DayRange | None:
    return None if window is None else days.moved(window.first, window.last)


def _reference(visit: Visit, protocol: Protocol, arm_id: str) -> _Place:
    """Where what a visit is counted from stands."""
    if visit.after:
        return _of_visit(protocol.visit(visit.after), protocol, arm_id)
    anchor = protocol.anchors[protocol.anchor_index(visit.anchor)]
    followed = None if anchor.event is None else _visit_of(anchor.event, protocol, arm_id)
    if followed is None:
        return _Place(anchor.id, DayRange(0, 0))
    return _of_visit(followed, protocol, arm_id)


def _of_visit(visit: Visit, protocol: Protocol, arm_id: str) -> _Place:
    reach = reach_of(visit, protocol, arm_id)
    days = reach.target or reach.window
    return _Place(reach.origin, DayRange(0, 0) if days is None else days)


def _visit_of(event: Event, protocol: Protocol, arm_id: str) -> Visit | None:
    """The visit on which an event is expected; None for one that no visit tells of."""
    if event.kind is EventKind.VISIT:
        return protocol.visit(event.of)
    regimen = next((one for one in protocol.regimens if one.id == event.of and arm_id in one.arms), None)
    if regimen is None or event.kind not in {EventKind.FIRST_DOSE, EventKind.LAST_DOSE}:
        return None
    given = [protocol.visit(one) for one in regimen.visits if arm_id in protocol.visit(one).arms]
    if not given:
        return None
    pick = min if event.kind is EventKind.FIRST_DOSE else max
    return pick(given, key=lambda one: reach_of(one, protocol, arm_id).first)


def month_days(months: int, month_end: MonthEnd | None) -> tuple[int, int]:
    """The fewest and the most days that a number of calendar months can be.

    The days are those of the years around 2000, with its 29 February, and
    around 2100, which has none.
    """
    starts = np.concatenate([np.arange(f"{year}-01-01", f"{year + 8}-01-01", dtype="M8[D]") for year in (1996, 2096)])
    month = starts.astype("M8[M]")
    later = month + months
    length = ((later + 1).astype("M8[D]") - later.astype("M8[D]")).astype(np.int64)
    most = length if month_end is MonthEnd.NEXT_MONTH else length - 1
    day = (starts - month.astype("M8[D]")).astype(np.int64)
    days = (later.astype("M8[D]") + np.minimum(day, most) - starts).astype(np.int64)
    return int(np.min(days)), int(np.max(days))
