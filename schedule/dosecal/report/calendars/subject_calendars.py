"""Each subject's visits and doses in turn: what a printed calendar and another system's file are made from.

Conventions: everything here comes from the columns of the schedule, as the tables of visits and doses do, so that a
page, a file and a table never differ. None means not known, not stated, or nothing to say.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from dosecal.model.adherence import VisitStatus
from dosecal.model.closed_day import closed_words
from dosecal.model.days import as_date
from dosecal.model.messages import NOTHING, Msg
from dosecal.model.schedule import DateState
from dosecal.model.struct import Struct, replace
from dosecal.report.calendars.offered_days import awaits_event, offered_days
from dosecal.report.messages.words import study_day_words
from dosecal.report.tables.conditional import things_at_rows
from dosecal.report.tables.date_columns import booking_words
from dosecal.report.tables.schedule import visit_notes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from dosecal.model.protocol import Arm, Assessment, Protocol, Visit
    from dosecal.model.quantity import Amount
    from dosecal.model.regimen import Regimen
    from dosecal.model.schedule import Schedule
    from dosecal.report.calendars.offered_days import Runs
    from dosecal.report.messages.notes import Note
    from dosecal.report.tables.table import Codes


_Thing = TypeVar("_Thing")


class CalendarVisit(Struct, frozen=True):
    """A subject's visit.

    Attributes:
        visit: The protocol's visit.
        study_day: Its printed label; empty for none.
        target: The date that the protocol aims at.
        window: The first and the last allowed date, both inside; None where no window is stated or the anchor is not
            known.
        wider: The second, wider window likewise.
        planned: The date on which it is planned.
        closed_day: Why the site is closed on the date that the protocol wants; empty for an open day.
        actual: The date on which it was held.
        booked: The date for which it is booked.
        status: Its status; None where there is no record.
        deviation_days: By how many days the actual date differs from the target; None for nothing on record.
        regimens: What is dosed at it.
        assessments: What is done at it.
        notes: The notes of its row.
        offered: The days on which it may be held, as runs from a first to a last day, both inside: those of its window
            that are late enough after other visits, and on which the site is open where that is known.
        awaits_event: Whether it comes only if something happens that is on no record yet.
        too_early: That it is booked for a day that is too early after another visit; empty for no such booking.
        is_provisional: Whether its planned date follows that of a visit that has not happened yet, and may still move.
    """

    visit: Visit
    study_day: Msg
    target: date | None
    window: tuple[date, date] | None
    wider: tuple[date, date] | None
    planned: date | None
    closed_day: Msg
    actual: date | None
    booked: date | None
    status: VisitStatus | None
    deviation_days: int | None
    regimens: tuple[Regimen, ...]
    assessments: tuple[Assessment, ...]
    notes: tuple[Note, ...]
    offered: Runs = ()
    awaits_event: bool = False
    too_early: Msg = NOTHING
    is_provisional: bool = False

    @property
    def day(self) -> date | None:
        """The day on which it was held, or is booked, or is planned: the first of these that is known."""
        return self.actual or self.booked or self.planned


class CalendarDose(Struct, frozen=True):
    """A subject's dose.

    Attributes:
        regimen: The protocol's regimen.
        number: Which dose of its regimen it is, by date, from 1.
        visit: The id of its visit.
        ordered: The ordered dose, exactly; None where it is to be determined.
    """

    regimen: Regimen
    number: int
    visit: str
    ordered: Amount | None


class SubjectCalendar(Struct, frozen=True):
    """All that is planned for one subject.

    Attributes:
        protocol: The version that the subject is planned by.
        subject: The subject's id.
        site: The site's id; empty for none.
        arm: The arm.
        visits: By target date, then in file order; those without a date stand where the visits table has them.
        doses: By date.
    """

    protocol: Protocol
    subject: str
    site: str
    arm: Arm
    visits: tuple[CalendarVisit, ...]
    doses: tuple[CalendarDose, ...]

    def after(self, before: SubjectCalendar) -> SubjectCalendar:
        """The calendar with what an earlier version of the protocol says of the days on which it was in force."""
        return replace(self, visits=(*before.visits, *self.visits), doses=(*before.doses, *self.doses))


def subject_calendars(schedule: Schedule) -> Iterator[SubjectCalendar]:
    """The calendar of each subject of a schedule, in the order of the input; a subject without visits has none."""
    protocol, cohort = schedule.protocol, schedule.cohort
    doses, visits = _doses(schedule), _visits(schedule)
    subjects = schedule.visits.subject.tolist()
    for subject, rows in groupby(range(len(subjects)), key=subjects.__getitem__):
        own = tuple(visits(row) for row in rows)
        arm = protocol.arms[int(cohort.arm[subject])]
        yield SubjectCalendar(
            protocol, cohort.ids[subject], cohort.sites[subject], arm, own, tuple(doses.get(subject, ()))
        )


def _visits(schedule: Schedule) -> Callable[[int], CalendarVisit]:
    """The visit of a row of the plan."""
    protocol, visits, adherence, closed = schedule.protocol, schedule.visits, schedule.adherence, schedule.closed_visits
    at = visits.visit.astype(np.int64) * len(protocol.arms) + schedule.cohort.arm[visits.subject]
    regimens = _things(*things_at_rows(schedule, protocol.regimens, at), {one.id: one for one in protocol.regimens})
    assessments = _things(
        *things_at_rows(schedule, protocol.assessments, at), {one.id: one for one in protocol.assessments}
    )
    labels = [study_day_words(protocol, one) for one in protocol.visits]
    lists, of_row = visit_notes_of(schedule, at)
    waiting = awaits_event(schedule)
    booked = None if schedule.record is None else schedule.record.actuals.booked[visits.subject, visits.visit]

    def visit(row: int) -> CalendarVisit:
        place = int(visits.visit[row])
        return CalendarVisit(
            visit=protocol.visits[place],
            study_day=labels[place],
            target=_date(visits.target[row]),
            window=_span(visits.window_start[row], visits.window_end[row]),
            wider=_span(visits.wider_start[row], visits.wider_end[row]),
            planned=_date(visits.planned[row]),
            closed_day=NOTHING if closed is None else closed_words(closed.reasons[int(closed.reason[row])]),
            actual=None if adherence is None else _date(adherence.actual[row]),
            booked=None if booked is None else _date(booked[row]),
            status=None if adherence is None else VisitStatus(int(adherence.status[row])),
            deviation_days=None
            if adherence is None or not adherence.has_deviation[row]
            else int(adherence.deviation[row]),
            regimens=regimens(row),
            assessments=assessments(row),
            notes=lists[int(of_row[row])],
            offered=offered_days(schedule, row),
            awaits_event=bool(waiting[row]),
            too_early=booking_words(schedule, row, with_gaps=False),
            is_provisional=bool(visits.state[row] == DateState.PROVISIONAL),
        )

    return visit


def _things(
    lists: list[tuple[str, ...]], codes: Codes, known: Mapping[str, _Thing]
) -> Callable[[int], tuple[_Thing, ...]]:
    """The things of a row, of distinct lists of their ids."""
    found = [tuple(known[one] for one in ids) for ids in lists]
    return lambda row: found[int(codes[row])]


def _doses(schedule: Schedule) -> dict[int, list[CalendarDose]]:
    """The doses of each subject, by the place of the subject, in the order of the plan."""
    protocol, doses = schedule.protocol, schedule.doses
    found: dict[int, list[CalendarDose]] = {}
    columns = (doses.subject, doses.regimen, doses.number, doses.visit, doses.worked)
    for subject, regimen, number, visit, worked in zip(*(column.tolist() for column in columns), strict=True):
        ordered = None if worked < 0 else doses.calculations[worked].ordered
        dose = CalendarDose(protocol.regimens[regimen], number, protocol.visits[visit].id, ordered)
        found.setdefault(subject, []).append(dose)
    return found


def _date(day: np.datetime64) -> date | None:
    return None if np.isnat(day) else as_date(int(day.astype(np.int64)))


def _span(first: np.datetime64, last: np.datetime64) -> tuple[date, date] | None:
    start, end = _date(first), _date(last)
    return None if start is None or end is None else (start, end)
