"""What moves when one visit of a subject is booked for another day.

Conventions: a booking moves dates of open visits alone; what is done, missed or cancelled, and what was unscheduled,
never moves. A booking changes no target and no window. Visits that follow another one's actual date are looked at as if
the moved visit had been held on its new day. "Later" is the order of the plan, not of the bookings, so that moving by n
days and back by n days restores every date. The preview and the change are one calculation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from schedule.model.actuals import ActualStatus
from schedule.model.adherence import VisitStatus
from schedule.model.findings import Move, Why
from schedule.model.problems import PlanError, Problem, Source
from schedule.plan.visits import plan_visits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from schedule.model.actuals import Actuals
    from schedule.model.cohort import Dates
    from schedule.model.record import CohortRecord
    from schedule.model.schedule import PlannedVisits, Schedule

_NO_DAY = np.iinfo(np.int64).min


class Cascade(Enum):
    """Which other visits move with a moved one."""

    NONE = "none"
    LATER = "later"
    CHAINED = "chained"


@dataclass(frozen=True, slots=True)
class _Subject:
    """One subject's visits in the order of the plan.

    Attributes:
        visit: (n,) Their places in the protocol.
        planned: (n,) The days by protocol.
        current: (n,) The days for which they are booked, or planned where they are not.
        first: (n,) The days on which they were planned first.
        is_open: (n,) Whether they can still be held.
    """

    visit: NDArray[np.int32]
    planned: NDArray[np.int64]
    current: NDArray[np.int64]
    first: NDArray[np.int64]
    is_open: NDArray[np.bool_]


def reschedule(schedule: Schedule, visit_id: str, to: int, cascade: Cascade) -> tuple[Move, ...]:
    """What moves when a visit is booked for another day, and what is then out of its window.

    Args:
        schedule: The schedule of one subject, with its record and adherence.
        visit_id: The visit.
        to: The day, in days since 1970-01-01.
        cascade: Which other visits move with it.

    Returns:
        The asked visit, then the others in the order of the plan; nothing where it is booked for that day already.

    Raises:
        PlanError: If the subject has no such visit, it can't move any more, or a cascade would need its unknown day.
    """
    subject = _subject(schedule)
    at = _place_of(schedule, subject, visit_id)
    current = int(subject.current[at])
    if cascade is Cascade.LATER and current == _NO_DAY:
        _refuse(schedule, visit_id, "a visit whose day is known, to move later ones with it", "one to be determined")
    if current == to:
        return ()
    probe = _probe(schedule, int(subject.visit[at]), to)
    after, why = _moved_days(schedule, subject, at, to, cascade)
    chosen = [at, *(row for row in range(len(subject.visit)) if row != at)]
    moves = []
    for row in chosen:
        move = _move(schedule, subject, probe, row, int(after[row]), why[row])
        if move is not None:
            moves.append(move)
    return tuple(moves)


def _subject(schedule: Schedule) -> _Subject:
    record, adherence = _followed(schedule)
    visits = schedule.visits
    booked = record.actuals.booked[0, visits.visit]
    planned = visits.planned
    row = record.row[0, visits.visit]
    no_day = np.datetime64("NaT", "D")
    recorded = np.append(record.record.planned_first, no_day)[row]  # -1, for no row, is the one at the end
    statuses = [status.value for status in VisitStatus if status.is_open]
    return _Subject(
        visit=visits.visit,
        planned=planned.view(np.int64),
        current=np.where(np.isnat(booked), planned, booked).view(np.int64),
        first=np.where(np.isnat(recorded), planned, recorded).view(np.int64),
        is_open=np.isin(adherence, statuses),
    )


def _followed(schedule: Schedule) -> tuple[CohortRecord, NDArray[np.int8]]:
    if schedule.record is None or schedule.adherence is None:
        message = "a schedule is followed up before it is rescheduled"
        raise ValueError(message)
    return schedule.record, schedule.adherence.status


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
        status = VisitStatus(int(_followed(schedule)[1][at])).words
        _refuse(schedule, visit_id, "a visit that is still open", f"one that is {status}")
    return at


def _refuse(schedule: Schedule, visit_id: str, expected: str, found: str, code: str = "L062") -> NoReturn:
    subject = schedule.cohort.ids[0]
    message = f"expected {expected}, got {found} ({visit_id} of subject {subject})"
    raise PlanError((Problem(Source(schedule.protocol.file), code, "--visit", message),))


def _probe(schedule: Schedule, visit: int, day: int) -> PlannedVisits:
    """The plan as if the visit had been held on a day."""
    record, _ = _followed(schedule)
    return plan_visits(schedule.protocol, schedule.cohort, _held(record.actuals, visit, day))


def _held(actuals: Actuals, visit: int, day: int) -> Actuals:
    date, status = actuals.date.copy(), actuals.status.copy()
    date[0, visit] = np.datetime64(day, "D")
    status[0, visit] = ActualStatus.DONE
    return replace(actuals, date=date, status=status)


def _moved_days(
    schedule: Schedule, subject: _Subject, at: int, to: int, cascade: Cascade
) -> tuple[NDArray[np.int64], list[Why]]:
    """(n,) The new day of each visit, which is the old one where it stays, and why it has it."""
    after = subject.current.copy()
    why = [Why.STAYS] * len(after)
    after[at], why[at] = to, Why.ASKED
    known = subject.is_open & (subject.current != _NO_DAY)
    if cascade is Cascade.LATER:
        for row in range(at + 1, len(after)):
            if known[row]:
                after[row], why[row] = subject.current[row] + to - subject.current[at], Why.LATER
    elif cascade is Cascade.CHAINED:
        for row, day in _followers(schedule, subject, at, to).items():
            if subject.is_open[row] and day != _NO_DAY:
                after[row], why[row] = day, Why.CHAINED
    return after, why


def _followers(schedule: Schedule, subject: _Subject, at: int, to: int) -> dict[int, int]:
    """The new day by protocol of each visit whose day depends on the day of the moved one."""
    visit = int(subject.visit[at])
    new = _days_by_visit(schedule, _probe(schedule, visit, to))
    others = [_days_by_visit(schedule, _probe(schedule, visit, to + 1))]
    if subject.current[at] != _NO_DAY:
        others.append(_days_by_visit(schedule, _probe(schedule, visit, int(subject.current[at]))))
    depends = np.any([other != new for other in others], axis=0)
    rows = [row for row, place in enumerate(subject.visit.tolist()) if row != at and depends[place]]
    return {row: int(new[subject.visit[row]]) for row in rows}


def _days_by_visit(schedule: Schedule, plan: PlannedVisits) -> NDArray[np.int64]:
    """(visits,) The planned day of each visit of the protocol; ``_NO_DAY`` where there is none."""
    return _by_visit(schedule, plan, plan.planned).view(np.int64)


def _by_visit(schedule: Schedule, plan: PlannedVisits, dates: Dates) -> Dates:
    by_visit = np.full(len(schedule.protocol.visits), np.datetime64("NaT", "D"))
    by_visit[plan.visit] = dates
    return by_visit


def _move(schedule: Schedule, subject: _Subject, probe: PlannedVisits, row: int, after: int, why: Why) -> Move | None:
    """The move of one visit; None for one that stays inside its window, or is not open."""
    visit = int(subject.visit[row])
    before = int(subject.current[row])
    has_no_news = why in {Why.LATER, Why.CHAINED} and after == before
    if not subject.is_open[row] or after == _NO_DAY or has_no_news:
        return None
    window = _window(schedule, probe, visit)
    arm = schedule.protocol.arms[int(schedule.cohort.arm[0])].id
    first = int(subject.first[row])
    move = Move(
        visit=visit,
        before=None if before == _NO_DAY else before,
        after=after,
        first=after if first == _NO_DAY else first,
        why=why,
        window=window,
        is_dosed=bool(schedule.protocol.regimens_at(schedule.protocol.visits[visit].id, arm)),
    )
    return move if why is not Why.STAYS or move.days_out else None


def _window(schedule: Schedule, probe: PlannedVisits, visit: int) -> tuple[int, int] | None:
    start = _by_visit(schedule, probe, probe.window_start)[visit]
    end = _by_visit(schedule, probe, probe.window_end)[visit]
    if np.isnat(start) or np.isnat(end):
        return None
    return int(start.astype(np.int64)), int(end.astype(np.int64))
