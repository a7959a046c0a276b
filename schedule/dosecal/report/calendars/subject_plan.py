"""One subject's rows of a schedule, with what is on record of them, one by one.

Conventions: days are days since 1970-01-01, and None is not known or not stated; rows of the schedule are named by
their place in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.adherence import VisitStatus
from dosecal.model.closed_day import ClosedDayOutcome, closed_words
from dosecal.model.days import iso_date
from dosecal.model.messages import NOTHING, Msg, msgid
from dosecal.model.struct import Struct
from dosecal.report.calendars.timeline_days import DayRange
from dosecal.report.messages.words import days_out_words

if TYPE_CHECKING:
    from dosecal.model.cohort import Dates
    from dosecal.model.schedule import Schedule


class SubjectPlan(Struct, frozen=True):
    """One subject of a schedule.

    Attributes:
        schedule: The schedule of its cohort.
        subject: The place of the subject.
        visit_rows: The rows of its visits, in the order of the plan.
        dosed: The places in the protocol of the visits at which a dose is planned.
        given: The places of the visits of which a given dose is on record.
        unscheduled: The days of its visits without a name.
    """

    schedule: Schedule
    subject: int
    visit_rows: tuple[int, ...]
    dosed: frozenset[int]
    given: frozenset[int]
    unscheduled: tuple[int, ...]

    @classmethod
    def of(cls, schedule: Schedule, subject: int) -> SubjectPlan:
        """The rows of one subject."""
        record, doses = schedule.record, schedule.doses
        given: frozenset[int] = frozenset()
        unscheduled: tuple[int, ...] = ()
        if record is not None:
            given = frozenset(record.given_visit[record.given_subject == subject].tolist())
            rows = record.unscheduled_row[record.unscheduled_subject == subject]
            unscheduled = tuple(sorted(record.record.date[rows].astype(np.int64).tolist()))
        return cls(
            schedule,
            subject,
            tuple(np.flatnonzero(schedule.visits.subject == subject).tolist()),
            frozenset(doses.visit[doses.subject == subject].tolist()),
            given,
            unscheduled,
        )

    @property
    def lines(self) -> tuple[tuple[int, Msg], ...]:
        """The day of judgement and the subject's endings, each with its words; none without a record."""
        adherence, record = self.schedule.adherence, self.schedule.record
        if adherence is None or record is None:
            return ()
        days = (
            (int(adherence.as_of.astype(np.int64)), msgid("as of {day}")),
            (_day(record.actuals.off_treatment, self.subject), msgid("off treatment {day}")),
            (_day(record.actuals.off_study, self.subject), msgid("off study {day}")),
        )
        return tuple((day, Msg(template, day=iso_date(day))) for day, template in days if day is not None)

    def dates_of(self, row: int) -> tuple[int | None, int | None, DayRange | None, DayRange | None]:
        """The target, the planned date, the window and the wider window of a visit."""
        visits = self.schedule.visits
        window = _range(visits.window_start, visits.window_end, row)
        return (
            _day(visits.target, row),
            _day(visits.planned, row),
            window,
            _range(visits.wider_start, visits.wider_end, row),
        )

    def held(self, row: int) -> int | None:
        """The day on which a visit was held."""
        adherence = self.schedule.adherence
        return None if adherence is None else _day(adherence.actual, row)

    def booked(self, row: int) -> int | None:
        """The day for which a visit is booked."""
        record = self.schedule.record
        if record is None:
            return None
        day = record.actuals.booked[self.subject, self.schedule.visits.visit[row]]
        return None if np.isnat(day) else int(day.astype(np.int64))

    def is_dosed(self, row: int) -> bool:
        """Whether a dose is planned at a visit."""
        return int(self.schedule.visits.visit[row]) in self.dosed

    def is_given(self, row: int) -> bool:
        """Whether a given dose is on record of a visit."""
        return int(self.schedule.visits.visit[row]) in self.given

    def status(self, row: int) -> VisitStatus | None:
        """The status of a visit; None without a record."""
        adherence = self.schedule.adherence
        return None if adherence is None else VisitStatus(int(adherence.status[row]))

    def status_words(self, row: int) -> Msg:
        """The status of a visit in words; empty without a record."""
        status = self.status(row)
        return NOTHING if status is None else status.words

    def days_out_words(self, row: int) -> Msg:
        """By how many days a visit was held outside its window; empty for inside it."""
        adherence = self.schedule.adherence
        return NOTHING if adherence is None else days_out_words(int(adherence.days_out[row]))

    def closed_words(self, row: int) -> Msg:
        """Why the site is closed on the wanted day of a visit, and that it stays if it does; empty for an open day."""
        closed = self.schedule.closed_visits
        if closed is None or not closed.reason[row]:
            return NOTHING
        why = closed_words(closed.reasons[int(closed.reason[row])])
        stays = closed.outcome[row] != ClosedDayOutcome.MOVED and self.held(row) is None
        return Msg("target {closed}, it stays", closed=why) if stays else Msg("target {closed}", closed=why)


def _day(dates: Dates, row: int) -> int | None:
    return None if np.isnat(dates[row]) else int(dates[row].astype(np.int64))


def _range(first: Dates, last: Dates, row: int) -> DayRange | None:
    start, end = _day(first, row), _day(last, row)
    return None if start is None or end is None else DayRange(start, end)
