"""When, where dates follow each other: chained visits, events, gaps and calendar months, resolved in order.

Conventions: a visit that is done gives its actual date; one that was missed the date on which it was expected; one that
was cancelled, by a row of its own or by an ending, none. An open visit gives its booked or planned date, and what
follows it is provisional until it is done.
The window belongs to the target and never moves; a gap moves the planned date alone, and only inside the window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dosecal.model.actuals import ActualStatus, no_actuals
from dosecal.model.findings import NOT_A_MOMENT
from dosecal.model.schedule import DateState
from dosecal.model.struct import Struct, field
from dosecal.model.timing import CountedFrom, Edge, EventKind
from dosecal.planning.dates.endings import closed_from, closing, is_closed
from dosecal.planning.dates.gaps import GapStart, gap_ends
from dosecal.planning.dates.months import add_months

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.actuals import Actuals
    from dosecal.model.cohort import Cohort, Dates
    from dosecal.model.protocol import Anchor, Protocol, Visit
    from dosecal.model.schedule import GapEnds
    from dosecal.model.timing import Event, Gap

    States = NDArray[np.int8]
    HasDose = NDArray[np.bool_]

NOT_A_DAY = np.datetime64("NaT", "D")


class Calendar(Struct, frozen=True):
    """The dates of every visit of a protocol for every subject, whether or not the subject's arm has it.

    Attributes:
        counted: (visits, subjects) The date that it is counted from.
        target: (visits, subjects) The date that the protocol aims at; NaT for a window alone.
        planned: (visits, subjects) The date on which it is planned.
        not_before: (visits, subjects) The first date that is late enough after other visits; NaT without a gap.
        state: (visits, subjects) A ``DateState``.
        gaps: When the gaps of a visit are over, (subjects,) by the visit's place; none for visits without one.
    """

    counted: Dates
    target: Dates
    planned: Dates
    not_before: Dates
    state: States
    gaps: dict[int, GapEnds] = field(default_factory=dict)


def is_chained(protocol: Protocol) -> bool:
    """Whether any date follows something else than a column of the subjects' table, or more than days after it."""
    has_events = any(anchor.event is not None for anchor in protocol.anchors)
    return has_events or any(v.after or v.gaps or v.months is not None for v in protocol.visits)


def resolve_dates(
    protocol: Protocol, cohort: Cohort, actuals: Actuals | None = None, has_dose: HasDose | None = None
) -> Calendar:
    """The dates of every visit, each after those that it is counted from.

    Args:
        protocol: The protocol, whose dates follow each other in no circle.
        cohort: The subjects.
        actuals: What happened; None for nothing yet.
        has_dose: (subjects, regimens, visits) Whether no condition takes a dose from a subject; None where none does.
    """
    happened = no_actuals(len(cohort), len(protocol.visits)) if actuals is None else actuals
    work = _Work(protocol, cohort, happened, has_dose)
    for node in _in_order(protocol):
        if node.is_anchor:
            work.date_anchor(node.place)
        else:
            work.date_visit(node.place)
    return work.calendar


class _Node(NamedTuple):
    """An anchor or a visit, by its place."""

    is_anchor: bool
    place: int


def _in_order(protocol: Protocol) -> list[_Node]:
    """The anchors and visits, each after those that it follows; otherwise in file order."""
    follows = {
        _Node(is_anchor=True, place=place): _doses_of(protocol, one) for place, one in enumerate(protocol.anchors)
    }
    follows |= {
        _Node(is_anchor=False, place=place): _followed(protocol, one) for place, one in enumerate(protocol.visits)
    }
    order: dict[_Node, None] = {}
    for start in follows:
        ahead = [] if start in order else [start]
        while ahead:
            missing = [node for node in follows[ahead[-1]] if node not in order]
            if missing:
                ahead.append(missing[0])
            else:
                order[ahead.pop()] = None
    return list(order)


def _doses_of(protocol: Protocol, anchor: Anchor) -> list[_Node]:
    """The visits from which an anchor's date follows; none for a column and for what is on record alone."""
    event = anchor.event
    return [] if event is None else [_Node(is_anchor=False, place=one) for one in _visits_of(protocol, event)]


def _visits_of(protocol: Protocol, event: Event) -> list[int]:
    if event.kind is EventKind.VISIT:
        return [protocol.visit_index(event.of)]
    return [protocol.visit_index(visit) for r in protocol.regimens if r.id == event.of for visit in r.visits]


def _followed(protocol: Protocol, visit: Visit) -> list[_Node]:
    """What a visit is counted from, and what it keeps a gap to."""
    names = [(not visit.after, visit.reference), *((gap.is_anchor, gap.after) for gap in visit.gaps)]
    return [
        _Node(is_anchor, protocol.anchor_index(name) if is_anchor else protocol.visit_index(name))
        for is_anchor, name in names
    ]


class _Work:
    """The columns while they are filled, one anchor or visit after another."""

    def __init__(self, protocol: Protocol, cohort: Cohort, actuals: Actuals, has_dose: HasDose | None) -> None:
        """Begin with nothing known."""
        self.protocol = protocol
        self.cohort = cohort
        self.actuals = actuals
        self.has_dose = has_dose
        self.closes = closing(protocol)
        self.anchors: dict[int, GapStart] = {}
        self.held: dict[int, tuple[Dates, States]] = {}
        shape = (len(protocol.visits), len(cohort))
        dates = [np.full(shape, NOT_A_DAY) for _ in range(4)]
        self.calendar = Calendar(dates[0], dates[1], dates[2], dates[3], np.zeros(shape, dtype=np.int8))

    def date_anchor(self, place: int) -> None:
        """Date an anchor: a column, what is on record, or visits and doses."""
        event = self.protocol.anchors[place].event
        if event is None:
            dates = self.cohort.anchors[:, place]
        elif event.kind is EventKind.OFF_TREATMENT:
            dates = self.actuals.off_treatment
        elif event.kind is EventKind.OFF_STUDY:
            dates = self.actuals.off_study
        else:
            self.anchors[place] = self._event(event)
            return
        no_time = np.full(len(dates), NOT_A_MOMENT)
        self.anchors[place] = GapStart(dates, no_time, no_time, _known_or(dates, DateState.ANCHOR_UNKNOWN))

    def _event(self, event: Event) -> GapStart:
        """The visit or the dose that an anchor is, on the day of the edge that counts."""
        visits = _visits_of(self.protocol, event)
        if event.kind is EventKind.VISIT:
            visit = np.full(len(self.cohort), visits[0])
            dates, state = self._held(visits[0])
            state = np.where(np.isnat(dates), np.int8(DateState.ANCHOR_UNKNOWN), state)
        else:
            visit, dates, state = self._dose(visits, event)
        at = np.arange(len(dates)), visit
        start, end = self.actuals.start[at], self.actuals.end[at]
        if event.edge is Edge.END:
            dates = np.where(np.isnat(end) | np.isnat(dates), dates, end.astype("datetime64[D]"))
            start = end
        return GapStart(dates, start, end, state)

    def _dose(self, visits: list[int], event: Event) -> tuple[NDArray[np.int64], Dates, States]:
        """The first or the last dose of those that were given or still are to be: its visit, its day, and its state."""
        actuals, has = self.actuals, self._has_regimen(event.of, visits)
        status = actuals.status[:, visits].T
        dates = np.stack([self._held(visit)[0] for visit in visits])
        is_done = status == ActualStatus.DONE
        is_out = (status == ActualStatus.MISSED) | (status == ActualStatus.CANCELLED) | ~has
        is_out |= np.stack([self._is_closed(visit) for visit in visits]) | (~is_done & (dates > actuals.off_treatment))
        days = dates.astype(np.int64)
        is_last = event.kind is EventKind.LAST_DOSE
        limit = np.iinfo(np.int64)
        worst = limit.min if is_last else limit.max
        at = (np.argmax if is_last else np.argmin)(np.where(is_out | np.isnat(dates), worst, days), axis=0)
        column = np.arange(len(self.cohort))
        chosen, chosen_done = dates[at, column], is_done[at, column]
        is_open = ~is_out & ~is_done
        unknown = is_out.all(axis=0) | ((is_open & np.isnat(dates)).any(axis=0) if is_last else is_out[at, column])
        chosen = np.where(unknown, NOT_A_DAY, chosen)
        state = np.where(chosen_done, DateState.KNOWN, DateState.PROVISIONAL)
        state = np.where(np.isnat(chosen), DateState.ANCHOR_UNKNOWN, state).astype(np.int8)
        return np.array(visits)[at], chosen, state

    def _has_regimen(self, name: str, visits: list[int]) -> NDArray[np.bool_]:
        """(visits, subjects) Whether each visit has a dose of a regimen for each subject."""
        place, regimen = next((at, one) for at, one in enumerate(self.protocol.regimens) if one.id == name)
        of_arm = np.array([arm.id in regimen.arms for arm in self.protocol.arms], dtype=np.bool_)[self.cohort.arm]
        if self.has_dose is None:
            return np.broadcast_to(of_arm, (len(visits), len(of_arm)))
        has: NDArray[np.bool_] = of_arm & self.has_dose[:, place, visits].T
        return has

    def date_visit(self, place: int) -> None:
        """Date a visit: what it is counted from, its target, and the day on which it is planned."""
        visit, calendar = self.protocol.visits[place], self.calendar
        counted, state = self._reference(visit)
        about = counted if visit.months is None else add_months(counted, visit.months, self.protocol.month_end)
        about = about + np.timedelta64(visit.offset or 0, "D")
        calendar.counted[place] = counted
        if visit.has_target:
            calendar.target[place] = calendar.planned[place] = about
        calendar.state[place] = state
        if visit.gaps:
            self._keep_gaps(place, visit, about)

    def _reference(self, visit: Visit) -> tuple[Dates, States]:
        """The date that a visit is counted from, and how far it is known."""
        if not visit.after:
            anchor = self.anchors[self.protocol.anchor_index(visit.anchor)]
            return anchor.date, anchor.state
        place = self.protocol.visit_index(visit.after)
        if visit.counted_from is CountedFrom.ACTUAL:
            return self._held(place)
        target = self.calendar.target[place]
        state = np.minimum(self.calendar.state[place], DateState.PROVISIONAL)
        return target, np.where(np.isnat(target), np.int8(DateState.FOLLOWED_UNKNOWN), state)

    def _held(self, place: int) -> tuple[Dates, States]:
        """The date on which a visit was, or is expected to be, held, and how far it is known."""
        if place not in self.held:
            self.held[place] = self._hold(place)
        return self.held[place]

    def _hold(self, place: int) -> tuple[Dates, States]:
        actuals, calendar = self.actuals, self.calendar
        status, booked = actuals.status[:, place], actuals.booked[:, place]
        planned, state = calendar.planned[place], np.minimum(calendar.state[place], DateState.PROVISIONAL)
        is_done, is_missed = status == ActualStatus.DONE, status == ActualStatus.MISSED
        expected = np.where(np.isnat(booked) | is_missed, planned, booked)
        dates = np.where(is_done, actuals.date[:, place], expected)
        dates = np.where((status == ActualStatus.CANCELLED) | self._is_closed(place), NOT_A_DAY, dates)
        state = np.where(is_done, DateState.KNOWN, np.where(is_missed, state, DateState.PROVISIONAL))
        return dates, np.where(np.isnat(dates), DateState.FOLLOWED_UNKNOWN, state).astype(np.int8)

    def _is_closed(self, place: int) -> NDArray[np.bool_]:
        """(subjects,) Whether a visit of which nothing is on record was cancelled by an ending."""
        visit = self.protocol.visits[place]
        first = np.timedelta64(0 if visit.window is None else visit.window.first, "D")
        day = self.calendar.target[place] if visit.has_target else self.calendar.counted[place] + first
        closed = closed_from(self.closes, self.actuals, place, slice(None))
        is_open: NDArray[np.bool_] = self.actuals.status[:, place] == ActualStatus.NONE
        return is_open & is_closed(closed, day)

    def _keep_gaps(self, place: int, visit: Visit, about: Dates) -> None:
        """Plan a visit on the first day that is late enough, inside its window; where there is none, on no day."""
        calendar = self.calendar
        starts = [(gap, self._gap_start(gap)) for gap in visit.gaps]
        ends, is_sure = gap_ends(starts, len(self.cohort), self.protocol.month_end)
        calendar.gaps[place] = ends
        earliest = ends.latest.astype("datetime64[D]")
        calendar.not_before[place] = earliest
        last = NOT_A_DAY if visit.window is None else about + np.timedelta64(visit.window.last, "D")
        possible = ends.earliest.astype("datetime64[D]")
        is_late, has_no_day = earliest > about, possible > last
        if visit.has_target:
            # where the only days left are those in whose course the gap ends, the first of them is planned
            day = np.where(earliest > last, possible, earliest)
            calendar.planned[place] = np.where(has_no_day, NOT_A_DAY, np.where(day > about, day, about))
        state = calendar.state[place]
        provisional = np.maximum(state, np.int8(DateState.PROVISIONAL))
        state = np.where(is_late & ~is_sure, provisional, state)
        calendar.state[place] = np.where(has_no_day, np.int8(DateState.NO_DAY_LEFT), state)

    def _gap_start(self, gap: Gap) -> GapStart:
        """What a gap runs from; no date where it did not happen, or has none."""
        if gap.is_anchor:
            return self.anchors[self.protocol.anchor_index(gap.after)]
        place = self.protocol.visit_index(gap.after)
        dates, state = self._held(place)
        dates = np.where(self.actuals.status[:, place] == ActualStatus.MISSED, NOT_A_DAY, dates)
        return GapStart(dates, self.actuals.start[:, place], self.actuals.end[:, place], state)


def _known_or(dates: Dates, otherwise: DateState) -> States:
    """(n,) ``KNOWN`` where there is a date."""
    return np.where(np.isnat(dates), np.int8(otherwise), np.int8(DateState.KNOWN))
