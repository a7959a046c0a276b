"""The work of the coming days: who is due or overdue, which windows close, what is infused, how much there is a day.

Conventions: a visit stands on the day for which it is booked, or else planned. The period is so many days from the day
of judgement on, that day included. Days left count to the last day of the window, which is 0 days left; an overdue
visit has as many days less than none. An infusion that has no certain dose says what it waits for. A day that is too
early after another visit, and one on which the site is closed, say so beside the visit and the infusion.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.adherence import VisitStatus
from dosecal.model.closed_day import closed_words
from dosecal.model.counts import counted
from dosecal.model.messages import COMMA, NOTHING, Msg, joined
from dosecal.model.quantity import column_digits, exact_fraction
from dosecal.model.site import WEEKDAYS
from dosecal.model.struct import Struct, field
from dosecal.model.worked_dose import WeightState
from dosecal.report.messages import words
from dosecal.report.messages.notes import JOINT
from dosecal.report.tables.columns import listed
from dosecal.report.tables.conditional import condition_notes, things_at_rows
from dosecal.report.tables.date_columns import booking_words
from dosecal.report.tables.noted import texts_of
from dosecal.report.tables.table import Kind, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from dosecal.model.adherence import Adherence
    from dosecal.model.cohort import Dates
    from dosecal.model.protocol import Protocol
    from dosecal.model.record import CohortRecord
    from dosecal.model.schedule import Schedule

    LabelKey = tuple[str, str, str, str]
    """Study, version, kind of thing, and its id."""


WORK_ORDER = (VisitStatus.OVERDUE, VisitStatus.DUE, VisitStatus.PAST_ITS_DAY, VisitStatus.NOT_YET_DUE)
"""The statuses of visits that are work, the most urgent first."""


class WorkRow(Struct, frozen=True):
    """A visit to be held, moved or asked after, with the ids of its doses and assessments; a date not known is None."""

    study: str
    version: str
    digest: str
    subject: str
    site: str
    visit: str
    label: str
    status: VisitStatus
    what: Msg
    day: date | None
    window_start: date | None
    window_end: date | None
    days_left: int | None
    doses: tuple[str, ...]
    assessments: tuple[str, ...]
    notes: Msg


class InfusionRow(Struct, frozen=True):
    """A dose to be ordered: the product, and how much of it; an amount that is not known is empty, with a note.

    The fraction is that of an amount whose digits have no end; empty for others.
    """

    study: str
    version: str
    digest: str
    subject: str
    site: str
    visit: str
    day: date
    regimen: str
    product: str
    dose: str
    fraction: str
    unit: str
    notes: Msg


class DayLoad(Struct, frozen=True):
    """What there is to do on a day at a site; the infusions are None where doses are hidden."""

    day: date
    site: str
    visits: int
    infusions: int | None
    assessments: int


class WorkList(Struct, frozen=True):
    """The work of a period.

    Attributes:
        as_of: The day of judgement, which is the first of the period.
        days: How many days the period has.
        work: The visits: overdue ones first, then by the days that are left.
        infusions: The doses, by day.
        hides_doses: Whether doses of blinded arms are not among them.
        load: Each day and site of the period, days without work included where there is one site alone.
        labels: What visits, regimens, products and assessments are called, each by study, version, kind and id.
    """

    as_of: date
    days: int
    work: tuple[WorkRow, ...]
    infusions: tuple[InfusionRow, ...]
    load: tuple[DayLoad, ...]
    labels: Mapping[LabelKey, str] = field(default_factory=dict)
    hides_doses: bool = False

    @property
    def counts(self) -> tuple[tuple[VisitStatus, int], ...]:
        """How many visits there are of each status that is work; those past their day where there are such."""
        counts = Counter(row.status for row in self.work)
        shown = (one for one in WORK_ORDER if counts[one] or one is not VisitStatus.PAST_ITS_DAY)
        return tuple((one, counts[one]) for one in shown)

    @property
    def load_by_day(self) -> tuple[tuple[date, int, int], ...]:
        """Each day of the period with its visits and infusions, all sites together."""
        visits, infusions = Counter[date](), Counter[date]()
        for one in self.load:
            visits[one.day] += one.visits
            infusions[one.day] += one.infusions or 0
        days = [self.as_of + timedelta(days=shift) for shift in range(self.days)]
        return tuple((day, visits[day], infusions[day]) for day in days)


def work_list(schedules: Sequence[Schedule], days: int, site: str | None = None) -> WorkList:
    """The work of the days from the day of judgement on.

    Args:
        schedules: Schedules that were followed up on one day; at least one.
        days: How many days the period has, at least 1.
        site: The site whose work it is; None for all.

    Raises:
        ValueError: If a schedule was not followed up.
    """
    pieces = [_Piece.of(schedule, days, site) for schedule in schedules]
    as_of = pieces[0].as_of
    work = [row for piece in pieces for row in piece.work()]
    infusions = [row for piece in pieces for row in piece.infusions()]
    hides_doses = any(schedule.protocol.is_masked for schedule in schedules)
    return WorkList(
        as_of=as_of,
        days=days,
        work=tuple(sorted(work, key=_urgency)),
        infusions=tuple(sorted(infusions, key=lambda row: (row.day, row.site, row.subject, row.regimen))),
        load=_load(work, None if hides_doses else infusions, as_of, days),
        labels={key: label for schedule in schedules for key, label in _labels(schedule.protocol)},
        hides_doses=hides_doses,
    )


def _labels(protocol: Protocol) -> Iterator[tuple[LabelKey, str]]:
    things = (
        ("visit", protocol.visits),
        ("dose", protocol.regimens),
        ("product", protocol.products),
        ("assessment", protocol.assessments),
    )
    for kind, some in things:
        for one in some:
            yield (protocol.study, protocol.version, kind, one.id), one.label


def _urgency(row: WorkRow) -> tuple[int, int, date, str, str]:
    """What rows are ordered by; those of a subject and day stay in the order of the plan."""
    left = row.days_left if row.days_left is not None and row.status is not VisitStatus.NOT_YET_DUE else 1 << 20
    return (WORK_ORDER.index(row.status), left, row.day or date.max, row.site, row.subject)


def _load(
    work: Sequence[WorkRow], infusions: Sequence[InfusionRow] | None, as_of: date, days: int
) -> tuple[DayLoad, ...]:
    last = as_of + timedelta(days=days - 1)
    inside = [row for row in work if row.day is not None and as_of <= row.day <= last]
    visits = Counter((row.day, row.site) for row in inside)
    done = Counter[tuple[date | None, str]]()
    for row in inside:
        done[row.day, row.site] += len(row.assessments)
    given = Counter((row.day, row.site) for row in infusions or () if as_of <= row.day <= last)
    sites = sorted({row.site for row in work})
    return tuple(
        DayLoad(day, site, visits[day, site], None if infusions is None else given[day, site], done[day, site])
        for day in (as_of + timedelta(days=shift) for shift in range(days))
        for site in sites
        if len(sites) == 1 or visits[day, site]
    )


class _Piece(Struct, frozen=True):
    """One schedule's part of the work: (n,) the day of each visit, and the rows that belong to the work, in order."""

    schedule: Schedule
    record: CohortRecord
    adherence: Adherence
    last: np.datetime64
    day: Dates
    rows: NDArray[np.int64]

    @classmethod
    def of(cls, schedule: Schedule, days: int, site: str | None) -> _Piece:
        """The part of a schedule, for one site or all."""
        record, adherence, visits = schedule.record, schedule.adherence, schedule.visits
        if record is None or adherence is None:
            message = "a schedule is followed up before its work is listed"
            raise ValueError(message)
        last = adherence.as_of + np.timedelta64(days - 1, "D")
        booked = record.actuals.booked[visits.subject, visits.visit]
        day = np.where(np.isnat(booked), visits.planned, booked)
        first = np.fmin(np.fmin(visits.window_start, day), visits.target)
        is_open = np.isin(adherence.status, (VisitStatus.OVERDUE, VisitStatus.DUE, VisitStatus.PAST_ITS_DAY))
        is_work = is_open | ((adherence.status == VisitStatus.NOT_YET_DUE) & (first <= last))
        if site is not None:
            is_work &= np.array([one == site for one in schedule.cohort.sites], dtype=np.bool_)[visits.subject]
        return cls(schedule, record, adherence, last, day, np.flatnonzero(is_work))

    @property
    def as_of(self) -> date:
        """The day of judgement."""
        return date.fromisoformat(str(self.adherence.as_of))

    def work(self) -> list[WorkRow]:
        """The visits."""
        schedule, visits = self.schedule, self.schedule.visits
        protocol, cohort = schedule.protocol, schedule.cohort
        at = visits.visit.astype(np.int64) * len(protocol.arms) + cohort.arm[visits.subject]
        doses, dose_codes = things_at_rows(schedule, protocol.regimens, at)
        done, done_codes = things_at_rows(schedule, protocol.assessments, at)
        conditions = condition_notes(schedule, at)
        found = []
        for row in self.rows.tolist():
            subject, visit = int(visits.subject[row]), protocol.visits[int(visits.visit[row])]
            end = _date(visits.window_end, row)
            status = VisitStatus(int(self.adherence.status[row]))
            found.append(
                WorkRow(
                    study=protocol.study,
                    version=protocol.version,
                    digest=protocol.digest,
                    subject=cohort.ids[subject],
                    site=cohort.sites[subject],
                    visit=visit.id,
                    label=visit.label,
                    status=status,
                    what=self._what(row, status),
                    day=_date(self.day, row),
                    window_start=_date(visits.window_start, row),
                    window_end=end,
                    days_left=None if end is None else (end - self.as_of).days,
                    doses=doses[int(dose_codes[row])],
                    assessments=done[int(done_codes[row])],
                    notes=joined((self._closed(row), *(() if conditions is None else texts_of(conditions, row)))),
                )
            )
        return found

    def _what(self, row: int, status: VisitStatus) -> Msg:
        return joined((booking_words(self.schedule, row), self._when(row, status)))

    def _when(self, row: int, status: VisitStatus) -> Msg:
        visits = self.schedule.visits
        end, start, late_enough = (_date(d, row) for d in (visits.window_end, visits.window_start, visits.not_before))
        if status is VisitStatus.NOT_YET_DUE:
            opens = start or _date(self.day, row)
            if start is not None and late_enough is not None:
                opens = max(start, late_enough)
            if opens is None:
                return NOTHING
            when = _in_days((opens - self.as_of).days)
            return Msg("opens {when}", when=when) if start else Msg("planned {when}", when=when)
        if end is None:
            return self._without_window(row, status)
        left = (end - self.as_of).days
        if left >= 0:
            return Msg("closes {when}", when=_in_days(left))
        wider = _date(self.schedule.visits.wider_end, row)
        overdue = Msg("overdue by {days}", days=counted(-left, "day"))
        return joined((overdue, NOTHING if wider is None else self._wider(wider)))

    def _without_window(self, row: int, status: VisitStatus) -> Msg:
        day = _date(self.day, row)
        when = Msg("due") if day is None else Msg("planned {when}", when=_in_days((day - self.as_of).days))
        return when if status is VisitStatus.PAST_ITS_DAY else joined((when, Msg("no window is stated")), COMMA)

    def _closed(self, row: int) -> Msg:
        """Why the site is closed on the day of a visit; empty for an open day, and where no sites are known."""
        closed = self.schedule.closed_visits
        if closed is None:
            return NOTHING
        is_booked = not np.isnat(self.record.actuals.booked[self._at(row)])
        if is_booked:
            return NOTHING if closed.booked is None else closed_words(closed.reasons[int(closed.booked[row])])
        stays = closed.planned[row] == closed.wanted[row]
        return closed_words(closed.reasons[int(closed.reason[row])]) if stays else NOTHING

    def _at(self, row: int) -> tuple[int, int]:
        return int(self.schedule.visits.subject[row]), int(self.schedule.visits.visit[row])

    def _wider(self, end: date) -> Msg:
        left = (end - self.as_of).days
        if left >= 0:
            return Msg("the wider window closes {when}", when=_in_days(left))
        return Msg("the wider window closed {when}", when=_in_days(left))

    def infusions(self) -> list[InfusionRow]:
        """The doses at the visits whose day is not after the period."""
        schedule, doses = self.schedule, self.schedule.doses
        protocol, cohort = schedule.protocol, schedule.cohort
        visits = schedule.visits
        row_of = {(int(visits.subject[row]), int(visits.visit[row])): row for row in self.rows.tolist()}
        found = []
        subjects = set(visits.subject[self.rows].tolist())
        for dose in np.flatnonzero(np.isin(doses.subject, list(subjects))).tolist():
            row = row_of.get((int(doses.subject[dose]), int(doses.visit[dose])))
            day = None if row is None or self.day[row] > self.last else _date(self.day, row)
            if row is None or day is None:
                continue
            regimen = protocol.regimens[int(doses.regimen[dose])]
            worked = int(doses.worked[dose])
            ordered = doses.calculations[worked].ordered if worked >= 0 else None
            found.append(
                InfusionRow(
                    study=protocol.study,
                    version=protocol.version,
                    digest=protocol.digest,
                    subject=cohort.ids[int(doses.subject[dose])],
                    site=cohort.sites[int(doses.subject[dose])],
                    visit=protocol.visits[int(doses.visit[dose])].id,
                    day=day,
                    regimen=regimen.id,
                    product=regimen.product,
                    dose="" if ordered is None else column_digits(ordered.value),
                    fraction="" if ordered is None else exact_fraction(ordered.value),
                    unit="" if ordered is None else ordered.unit.symbol,
                    notes=joined(
                        (
                            booking_words(schedule, row),
                            self._closed(row),
                            words.WEIGHT_STATES[WeightState(int(doses.weight_state[dose]))],
                        )
                    ),
                )
            )
        return found


def _date(dates: Dates, row: int) -> date | None:
    return None if np.isnat(dates[row]) else date.fromisoformat(str(dates[row]))


def _in_days(count: int) -> Msg:
    if not count:
        return Msg("today")
    days = counted(abs(count), "day")
    return Msg("in {days}", days=days) if count > 0 else Msg("{days} ago", days=days)


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _weekday(day: date | None) -> str:
    return "" if day is None else WEEKDAYS[day.weekday()]


def work_table(work: Sequence[WorkRow]) -> Table:
    """The visits as a table."""
    columns = (
        listed("study", [row.study for row in work]),
        listed("protocol_version", [row.version for row in work]),
        listed("protocol_sha256", [row.digest for row in work]),
        listed("subject_id", [row.subject for row in work]),
        listed("site", [row.site for row in work]),
        listed("visit", [row.visit for row in work]),
        listed("visit_label", [row.label for row in work]),
        listed("status", [row.status.words for row in work]),
        listed("what", [row.what for row in work]),
        listed("date", [_iso(row.day) for row in work], Kind.DATE),
        listed("weekday", [_weekday(row.day) for row in work]),
        listed("window_start", [_iso(row.window_start) for row in work], Kind.DATE),
        listed("window_end", [_iso(row.window_end) for row in work], Kind.DATE),
        listed("days_left", ["" if row.days_left is None else str(row.days_left) for row in work], Kind.WHOLE),
        listed("doses", [JOINT.join(row.doses) for row in work]),
        listed("assessments", [JOINT.join(row.assessments) for row in work]),
        listed("notes", [row.notes for row in work]),
    )
    return Table("work", len(work), columns)


def load_table(load: Sequence[DayLoad]) -> Table:
    """The work of each day as a table; without infusions where doses are hidden."""
    infusions = ["" if one.infusions is None else str(one.infusions) for one in load]
    columns = (
        listed("date", [_iso(one.day) for one in load], Kind.DATE),
        listed("weekday", [_weekday(one.day) for one in load]),
        listed("site", [one.site for one in load]),
        listed("visits", [str(one.visits) for one in load], Kind.WHOLE),
        *((listed("infusions", infusions, Kind.WHOLE),) if any(infusions) or not load else ()),
        listed("assessments", [str(one.assessments) for one in load], Kind.WHOLE),
    )
    return Table("load", len(load), columns)
