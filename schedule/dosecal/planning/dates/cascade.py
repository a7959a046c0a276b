"""What moves when one visit of a subject is booked for another day.

Conventions: a booking moves dates of open visits alone; what is done, missed or cancelled, and what was unscheduled,
never moves. A booking changes no target of its own visit and no window of it; a visit that is counted from the actual
date of a booked one is expected as many days after the booking. "Later" is the order of the plan, not of the bookings,
so that moving by n days and back by n days restores every date. The preview and the change are one calculation.

Where the site is known, a day that the protocol gives is moved to an open day by the protocol's own rule, as it is for
every planned visit; a day that a person asks for, and days that move with it by as many days, stay as they are.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from dosecal.model.adherence import VisitStatus
from dosecal.model.closed_day import ClosedDayOutcome, ClosedDayPolicy
from dosecal.model.conditions import Truth
from dosecal.model.findings import NOT_A_MOMENT, ClosedMove, Move, Why
from dosecal.model.problems import PlanError, Problem, Source
from dosecal.model.record import Outcome
from dosecal.model.struct import Struct, replace
from dosecal.planning.dates.gaps import is_late_enough, some_time_of
from dosecal.planning.dates.open_days import is_dosed, open_days_of
from dosecal.planning.dates.visits import plan_visits

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dosecal.model.cohort import Dates
    from dosecal.model.record import CohortRecord, Record
    from dosecal.model.schedule import PlannedVisits, Schedule
    from dosecal.model.site import Calendars, ClosedDays

    Days = NDArray[np.int64]
    SiteDays = Callable[[int, int], Calendars]

_NO_DAY = np.iinfo(np.int64).min


class Cascade(Enum):
    """Which other visits move with a moved one."""

    NONE = "none"
    LATER = "later"
    CHAINED = "chained"


class _Subject(Struct, frozen=True):
    """One subject's visits in the order of the plan.

    Attributes:
        visit: (n,) Their places in the protocol.
        current: (n,) The days for which they are booked, or planned where they are not.
        first: (n,) The days on which they were planned first.
        is_open: (n,) Whether they can still be held.
        rank: (n,) Their places in the order of the plan without any booking.
    """

    visit: NDArray[np.int32]
    current: NDArray[np.int64]
    first: NDArray[np.int64]
    is_open: NDArray[np.bool_]
    rank: NDArray[np.int64]


def reschedule(
    schedule: Schedule, visit_id: str, to: int, cascade: Cascade, site_days: SiteDays | None = None
) -> tuple[Move, ...]:
    """What moves when a visit is booked for another day, and what is then out of its window.

    Args:
        schedule: The schedule of one subject, with its record and adherence.
        visit_id: The visit.
        to: The day, in days since 1970-01-01.
        cascade: Which other visits are booked anew with it.
        site_days: The open days of the subject's site from a first to a last day; None where no site is known.

    Returns:
        The asked visit, then the others in the order of the plan; nothing where it is booked for that day already.

    Raises:
        PlanError: If the subject has no such visit, it can't move any more, or a cascade would need its unknown day.
    """
    subject = _subject(schedule, site_days)
    at = _place_of(schedule, subject, visit_id)
    current = int(subject.current[at])
    if cascade is Cascade.LATER and current == _NO_DAY:
        _refuse(schedule, visit_id, "a visit whose day is known, to move later ones with it", "one to be determined")
    if current == to:
        return ()
    booked = _moved_bookings(schedule, subject, (at, to), cascade, site_days)
    plan = _planned_with(schedule, booked.days)
    found = _Found(plan, booked, _closed_moves(schedule, plan, booked, site_days))
    moves = (_move(schedule, subject, found, row) for row in (at, *_others(subject, at)))
    return tuple(move for move in moves if move is not None)


def _open_days(schedule: Schedule, plan: PlannedVisits, wanted: Dates, site_days: SiteDays) -> ClosedDays:
    """What closed days do to wanted days of a plan's visits."""
    columns = (wanted, plan.window_start, plan.window_end)
    known = np.concatenate([days[~np.isnat(days)] for days in columns]).astype(np.int64)
    first, last = (int(np.min(known)), int(np.max(known))) if len(known) else (0, 0)
    calendars, has_dose = site_days(first, last), schedule.has_dose
    return open_days_of(schedule.protocol, schedule.cohort, plan, calendars, wanted=wanted, has_dose=has_dose)


def _on_open_days(schedule: Schedule, plan: PlannedVisits, site_days: SiteDays | None) -> Dates:
    """(n,) The planned dates of a plan, on open days as far as the protocol allows where the site is known."""
    return plan.planned if site_days is None else _open_days(schedule, plan, plan.planned, site_days).planned


def _closed_moves(
    schedule: Schedule, plan: PlannedVisits, booked: _Bookings, site_days: SiteDays | None
) -> dict[int, ClosedMove]:
    """What closed days say of each visit's day, by visit; nothing where no site is known."""
    if site_days is None:
        return {}
    days = booked.days[plan.visit]
    wanted = np.where(days == _NO_DAY, plan.planned.view(np.int64), days)
    wanted = np.array([booked.wanted.get(visit, day) for visit, day in zip(plan.visit.tolist(), wanted, strict=True)])
    closed = _open_days(schedule, plan, wanted.astype(np.int64).view("datetime64[D]"), site_days)
    return {
        visit: ClosedMove(
            reason=closed.reasons[int(closed.reason[row])],
            wanted=int(wanted[row]),
            open=int(closed.planned.view(np.int64)[row]),
            outcome=ClosedDayOutcome(int(closed.outcome[row])),
            policy=ClosedDayPolicy(int(closed.policy[row])),
        )
        for row, visit in enumerate(plan.visit.tolist())
    }


def _others(subject: _Subject, at: int) -> list[int]:
    return [row for row in range(len(subject.visit)) if row != at]


def _subject(schedule: Schedule, site_days: SiteDays | None) -> _Subject:
    record, adherence = _followed(schedule)
    visits = schedule.visits
    no_day = np.datetime64("NaT", "D")
    booked = record.actuals.booked[0, visits.visit]
    unmoved = _planned_with(schedule, np.full(len(schedule.protocol.visits), _NO_DAY))
    recorded = np.append(record.record.planned_first, no_day)[record.row[0, visits.visit]]  # -1, no row, is the end
    unmoved_days = _on_open_days(schedule, unmoved, site_days)
    first = np.where(np.isnat(recorded), _by_visit(schedule, unmoved, unmoved_days)[visits.visit], recorded)
    rank = np.zeros(len(schedule.protocol.visits), dtype=np.int64)
    rank[unmoved.visit] = np.arange(len(unmoved))
    statuses = [status.value for status in VisitStatus if status.is_open]
    return _Subject(
        visit=visits.visit,
        current=np.where(np.isnat(booked), _on_open_days(schedule, visits, site_days), booked).view(np.int64),
        first=first.view(np.int64),
        is_open=np.isin(adherence, statuses) & ~np.isin(visits.visit, _held_later(schedule, record.record)),
        rank=rank[visits.visit],
    )


def _held_later(schedule: Schedule, record: Record) -> list[int]:
    """The places of the visits that are done in the record, those after the day of judgement included."""
    is_done = (record.subject == record.place(schedule.cohort.ids[0])) & (record.outcome == Outcome.DONE)
    ids = {record.visits[visit] for visit in record.visit[is_done].tolist()}
    return [place for place, visit in enumerate(schedule.protocol.visits) if visit.id in ids]


def _followed(schedule: Schedule) -> tuple[CohortRecord, NDArray[np.int8]]:
    if schedule.record is None or schedule.adherence is None:
        message = "a schedule is followed up before it is rescheduled"
        raise ValueError(message)
    return schedule.record, schedule.adherence.status


def _as_of(schedule: Schedule) -> np.datetime64:
    if schedule.adherence is None:
        message = "a schedule is followed up before it is rescheduled"
        raise ValueError(message)
    return schedule.adherence.as_of


def _place_of(schedule: Schedule, subject: _Subject, visit_id: str) -> int:
    """The row of the visit that is asked for.

    Raises:
        PlanError: If there is none, or it is closed.
    """
    ids = [schedule.protocol.visits[place].id for place in subject.visit.tolist()]
    if visit_id not in ids:
        _refuse(schedule, visit_id, f"one of the subject's visits ({', '.join(ids)})", "another", code="L005")
    at = ids.index(visit_id)
    if not subject.is_open[at]:
        status = VisitStatus(int(_followed(schedule)[1][at]))
        found = f"one that is {status.words}" if not status.is_open else "one that is on record as held on a later day"
        _refuse(schedule, visit_id, "a visit that is still open", found)
    return at


def _refuse(schedule: Schedule, visit_id: str, expected: str, found: str, code: str = "L062") -> NoReturn:
    subject = schedule.cohort.ids[0]
    message = f"expected {expected}, got {found} ({visit_id} of subject {subject})"
    raise PlanError((Problem(Source(schedule.protocol.file), code, "--visit", message),))


def _planned_with(schedule: Schedule, days: Days) -> PlannedVisits:
    """The plan with the open visits booked for these days.

    Args:
        schedule: The schedule of the subject.
        days: (visits,) The day of each visit of the protocol; ``_NO_DAY`` for no booking.
    """
    record, _ = _followed(schedule)
    actuals = replace(record.actuals, booked=days.view("datetime64[D]")[None, :])
    return plan_visits(schedule.protocol, schedule.cohort, actuals, schedule.has_dose)


class _Bookings(Struct, frozen=True):
    """The bookings that a rescheduling leads to.

    Attributes:
        days: (visits,) Their days; ``_NO_DAY`` for no booking.
        why: Why each moved one moves, by visit.
        wanted: The days that the protocol gives if every day were open, by visit, where they are booked by it.
    """

    days: Days
    why: dict[int, Why]
    wanted: dict[int, int]


class _Found(Struct, frozen=True):
    """The plan with the new bookings, the bookings, and what closed days say of each visit."""

    plan: PlannedVisits
    booked: _Bookings
    closed: dict[int, ClosedMove]


def _moved_bookings(
    schedule: Schedule, subject: _Subject, move: tuple[int, int], cascade: Cascade, site_days: SiteDays | None
) -> _Bookings:
    """The bookings when the visit of a row is moved to a day."""
    at, to = move
    record, _ = _followed(schedule)
    days = record.actuals.booked[0].view(np.int64).copy()
    asked = int(subject.visit[at])
    why = {asked: Why.ASKED}
    moved, wanted = {asked: to}, dict[int, int]()
    if cascade is Cascade.LATER:
        is_later = (subject.rank > subject.rank[at]) & subject.is_open & (subject.current != _NO_DAY)
        rows = np.flatnonzero(is_later).tolist()
        moved |= {int(subject.visit[row]): int(subject.current[row]) + to - int(subject.current[at]) for row in rows}
        why |= {int(subject.visit[row]): Why.LATER for row in rows}
    elif cascade is Cascade.CHAINED:
        wanted, followers = _followers(schedule, subject, at, to, site_days)
        moved |= followers
        why |= dict.fromkeys(followers, Why.CHAINED)
    for visit, day in moved.items():
        days[visit] = day
    return _Bookings(days, why, wanted)


def _followers(
    schedule: Schedule, subject: _Subject, at: int, to: int, site_days: SiteDays | None
) -> tuple[dict[int, int], dict[int, int]]:
    """The new day of each open visit whose day depends on the day of the moved one, by visit.

    Returns:
        The days by protocol, and the open days that they are booked for, each counted from the open days of the others.
    """
    record, _ = _followed(schedule)
    asked, current = int(subject.visit[at]), int(subject.current[at])
    nothing = np.full(len(schedule.protocol.visits), _NO_DAY)
    probes = [_days_with(schedule, nothing, asked, day) for day in (to, to + 1, current) if day != _NO_DAY]
    depends = np.any([probe != probes[0] for probe in probes[1:]], axis=0)
    depends[asked] = False
    kept = np.where(depends, _NO_DAY, record.actuals.booked[0].view(np.int64))
    kept[asked] = to
    wanted, booked = dict[int, int](), dict[int, int]()
    rows = [row for row in _others(subject, at) if depends[subject.visit[row]] and subject.is_open[row]]
    for row in sorted(rows, key=lambda row: int(subject.rank[row])):
        visit, plan = int(subject.visit[row]), _planned_with(schedule, kept)
        new = int(_by_visit(schedule, plan, plan.planned).view(np.int64)[visit])
        open_day = int(_by_visit(schedule, plan, _on_open_days(schedule, plan, site_days)).view(np.int64)[visit])
        # one that is planned for the same open day as before needs no booking, and gets none
        if new == _NO_DAY or (open_day == subject.current[row] and np.isnat(record.actuals.booked[0, visit])):
            continue
        wanted[visit], booked[visit], kept[visit] = new, open_day, open_day
    return wanted, booked


def _days_with(schedule: Schedule, days: Days, visit: int, day: int) -> Days:
    """(visits,) The planned day of each visit, as if one more were booked for a day."""
    booked = days.copy()
    booked[visit] = day
    plan = _planned_with(schedule, booked)
    return _by_visit(schedule, plan, plan.planned).view(np.int64)


def _by_visit(schedule: Schedule, plan: PlannedVisits, dates: Dates) -> Dates:
    by_visit = np.full(len(schedule.protocol.visits), np.datetime64("NaT", "D"))
    by_visit[plan.visit] = dates
    return by_visit


def _move(schedule: Schedule, subject: _Subject, found: _Found, row: int) -> Move | None:
    """The move of one visit; None for one that is not open, or stays and is inside its window."""
    plan, booked = found.plan, found.booked
    visit, before = int(subject.visit[row]), int(subject.current[row])
    closed = found.closed.get(visit)
    raw = int(_by_visit(schedule, plan, plan.planned).view(np.int64)[visit])
    planned = raw if closed is None else closed.open
    after = planned if booked.days[visit] == _NO_DAY else int(booked.days[visit])
    why = booked.why.get(visit, Why.STAYS if after == before else Why.NO_DAY if after == _NO_DAY else Why.FOLLOWS)
    if not subject.is_open[row] or (after == before and (why is not Why.STAYS or after == _NO_DAY)):
        return None
    own = np.zeros(1, dtype=np.int32), np.array([visit]), schedule.cohort.arm[:1]
    first = int(subject.first[row])
    late_enough, late_from = _late_enough(plan, visit, after)
    move = Move(
        visit=visit,
        before=None if before == _NO_DAY else before,
        after=None if after == _NO_DAY else after,
        first=None if first == _NO_DAY else first,
        why=why,
        window=_window(schedule, plan, visit),
        is_dosed=bool(is_dosed(schedule.protocol, *own, schedule.has_dose)[0]),
        closed=closed,
        is_past=_NO_DAY < after < int(_as_of(schedule).astype(np.int64)),
        late_enough=late_enough,
        late_from=late_from,
    )
    return move if why is not Why.STAYS or move.days_out or late_enough is not Truth.TRUE else None


def _late_enough(plan: PlannedVisits, visit: int, day: int) -> tuple[Truth, np.datetime64]:
    """Whether a day is late enough for a visit after others, and the moment from which on one certainly is."""
    rows = np.flatnonzero(plan.visit == visit)
    if plan.gaps is None or not len(rows):
        return Truth.TRUE, NOT_A_MOMENT
    days = np.full(len(plan), day, dtype=np.int64).view("datetime64[D]")
    moments = some_time_of(days, np.full(len(plan), NOT_A_MOMENT))
    truth = is_late_enough(plan.gaps, *moments, by_record=False)
    return Truth(int(truth[rows[0]])), plan.gaps.latest[rows[0]]


def _window(schedule: Schedule, plan: PlannedVisits, visit: int) -> tuple[int, int] | None:
    start = _by_visit(schedule, plan, plan.window_start)[visit]
    end = _by_visit(schedule, plan, plan.window_end)[visit]
    if np.isnat(start) or np.isnat(end):
        return None
    return int(start.astype(np.int64)), int(end.astype(np.int64))
