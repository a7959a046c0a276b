"""The days of visits as one number each, for targets that count every visit from one day.

Conventions: days are counted from the protocol's first anchor, 0 is the anchor itself. Where a visit follows another
one, the days are added along the chain as it is planned; where that is not a number of days (calendar months, another
anchor, an event without a planned day), there is no count, and the reason is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.exchange.findings import finding, visits_named
from dosecal.model.struct import Struct
from dosecal.model.timing import CountedFrom, EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol, Visit
    from dosecal.model.timing import Event


class DayCount(Struct, frozen=True):
    """When a visit is, in days from the first anchor.

    Attributes:
        visit: The visit.
        target: Days to the target; None where there is none, or no count.
        window: Days to the first and to the last allowed day, both inside; None where no window is stated, or no count.
        why: Why there is no target; empty where there is one.
    """

    visit: Visit
    target: int | None
    window: tuple[int, int] | None
    why: str = ""


def day_counts(protocol: Protocol, arm_id: str) -> tuple[DayCount, ...]:
    """The day counts of an arm's visits, in file order."""
    visits = [protocol.visits[place] for place in protocol.visits_of(arm_id)]
    known: dict[str, DayCount] = {}
    waiting = visits
    while waiting:  # dates follow each other in no circle, so each turn has at least one that waits for nothing
        later = []
        for visit in waiting:
            start = _counted_from(visit, protocol, arm_id, known)
            if start is None:
                later.append(visit)
            else:
                known[visit.id] = _day_count(visit, start)
        waiting = later
    return tuple(known[visit.id] for visit in visits)


def _day_count(visit: Visit, start: int | str) -> DayCount:
    """The count of a visit, by the day that it is counted from or the reason why there is none."""
    if isinstance(start, str):
        return DayCount(visit, None, None, start)
    if visit.months is not None:
        return DayCount(visit, None, None, "it is counted in calendar months, which are no number of days")
    base = start + (visit.offset or 0)
    window = None if visit.window is None else (base + visit.window.first, base + visit.window.last)
    if visit.offset is None:
        return DayCount(visit, None, window, "it has a window and no target")
    return DayCount(visit, base, window)


def _counted_from(visit: Visit, protocol: Protocol, arm_id: str, known: dict[str, DayCount]) -> int | str | None:
    """The day that a visit is counted from, or why there is none; None where that is still to be worked out."""
    if visit.after:
        return _day_of(visit.after, known)
    anchor = protocol.anchors[protocol.anchor_index(visit.anchor)]
    if anchor is protocol.anchors[0]:
        return 0
    if anchor.event is None:
        return f"it is counted from the anchor {anchor.id}, and the target counts from one anchor"
    return _event_day(anchor.event, protocol, arm_id, known)


def _event_day(event: Event, protocol: Protocol, arm_id: str, known: dict[str, DayCount]) -> int | str | None:
    if event.kind is EventKind.VISIT:
        return _day_of(event.of, known)
    days = [_day_of(one, known) for one in _dosed_visits(event, protocol, arm_id)]
    if None in days:
        return None
    planned = [day for day in days if isinstance(day, int)]
    if not planned or len(planned) < len(days):
        return f"it is counted from {event.words}, which has no planned day"
    return min(planned) if event.kind is EventKind.FIRST_DOSE else max(planned)


def _day_of(visit_id: str, known: dict[str, DayCount]) -> int | str | None:
    count = known.get(visit_id)
    if count is None:
        return None
    return f"{visit_id}, which it follows, has no day" if count.target is None else count.target


def _dosed_visits(event: Event, protocol: Protocol, arm_id: str) -> tuple[str, ...]:
    """The visits of the regimen whose dose is the event; none for the end of treatment or of the study."""
    regimens = [one for one in protocol.regimens if one.id == event.of and arm_id in one.arms]
    return tuple(visit for regimen in regimens for visit in regimen.visits)


def events_by_plan(visits: Iterable[Visit], protocol: Protocol) -> tuple[Problem, ...]:
    """That visits follow what happens, while the target counts them from the anchor as it is planned."""
    moving = [visit for visit in visits if _follows_actual(visit, protocol)]
    if not moving:
        return ()
    what = "counted from a date that happens (another visit's actual date, or an event)"
    message = f"{visits_named(moving)}: {what}; the target has the planned days from the first anchor, and moves none"
    return (finding(protocol, "W112", "", message),)


def _follows_actual(visit: Visit, protocol: Protocol) -> bool:
    if visit.after:
        return visit.counted_from is CountedFrom.ACTUAL
    return protocol.anchors[protocol.anchor_index(visit.anchor)].event is not None


def details_left_out(visits: Iterable[Visit], protocol: Protocol) -> tuple[Problem, ...]:
    """That visits have rules of time for which a schedule of one day and one window a visit has no place."""
    each = tuple(visits)
    kinds = (
        ("a second, wider window", [v for v in each if v.wider is not None]),
        ("a least time after another visit", [v for v in each if v.gaps]),
        ("timepoints", [v for v in each if v.timepoints]),
        ("a condition", [v for v in each if v.condition is not None]),
    )
    return tuple(
        finding(protocol, "W112", "", f"{visits_named(found)}: {what}, for which the target has no place")
        for what, found in kinds
        if found
    )


def without_day(counts: Iterable[DayCount], protocol: Protocol) -> tuple[Problem, ...]:
    """That visits are left out because the target wants a day for each; a line a reason."""
    reasons: dict[str, list[Visit]] = {}
    for count in counts:
        if count.target is None:
            reasons.setdefault(count.why, []).append(count.visit)
    return tuple(
        finding(protocol, "W110", "", f"{visits_named(visits)}: left out, since {why}", "add it in the target by hand")
        for why, visits in reasons.items()
    )
