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
from dosecal.model.messages import Msg, joined
from dosecal.model.quantity import column_digits, exact_fraction
from dosecal.model.struct import Struct, field
from dosecal.report.messages.words import WEIGHT_STATES
from dosecal.report.subjects.subject_views import SubjectViews
from dosecal.report.worklists.work_words import closed_day_words, what_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dosecal.model.protocol import Protocol
    from dosecal.model.schedule import Schedule
    from dosecal.report.subjects.subject_view import SubjectDose, SubjectVisit

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
    work: list[WorkRow] = []
    infusions: list[InfusionRow] = []
    for schedule in schedules:
        as_of = _judged_on(schedule)
        last = as_of + timedelta(days=days - 1)
        visits = SubjectViews(schedule).visits
        for row in _work_rows(schedule, last, site):
            visit = visits.visit(row)
            work.append(_work_row(visit, as_of))
            if visit.day is not None and visit.day <= last:
                infusions += (_infusion_row(dose, visit, visit.day) for dose in visit.doses)
    hides_doses = any(schedule.protocol.is_masked for schedule in schedules)
    return WorkList(
        as_of=_judged_on(schedules[0]),
        days=days,
        work=tuple(sorted(work, key=_urgency)),
        infusions=tuple(sorted(infusions, key=lambda row: (row.day, row.site, row.subject, row.regimen))),
        load=_load(work, None if hides_doses else infusions, _judged_on(schedules[0]), days),
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


def _judged_on(schedule: Schedule) -> date:
    if schedule.adherence is None:
        message = "a schedule is followed up before its work is listed"
        raise ValueError(message)
    return date.fromisoformat(str(schedule.adherence.as_of))


def _work_rows(schedule: Schedule, last: date, site: str | None) -> list[int]:
    """The rows of the visits that belong to the work up to the last day, for one site or all, in order."""
    record, adherence, visits = schedule.record, schedule.adherence, schedule.visits
    if record is None or adherence is None:
        return []
    booked = record.actuals.booked[visits.subject, visits.visit]
    day = np.where(np.isnat(booked), visits.planned, booked)
    first = np.fmin(np.fmin(visits.window_start, day), visits.target)
    is_open = np.isin(adherence.status, (VisitStatus.OVERDUE, VisitStatus.DUE, VisitStatus.PAST_ITS_DAY))
    is_work = is_open | ((adherence.status == VisitStatus.NOT_YET_DUE) & (first <= np.datetime64(last)))
    if site is not None:
        is_work &= np.array([one == site for one in schedule.cohort.sites], dtype=np.bool_)[visits.subject]
    rows: list[int] = np.flatnonzero(is_work).tolist()
    return rows


def _work_row(visit: SubjectVisit, as_of: date) -> WorkRow:
    start, end = visit.window or (None, None)
    return WorkRow(
        study=visit.protocol.study,
        version=visit.protocol.version,
        digest=visit.protocol.digest,
        subject=visit.subject,
        site=visit.site,
        visit=visit.visit.id,
        label=visit.visit.label,
        status=VisitStatus.NOT_YET_DUE if visit.status is None else visit.status,
        what=what_words(visit, as_of),
        day=visit.day,
        window_start=start,
        window_end=end,
        days_left=None if end is None else (end - as_of).days,
        doses=tuple(one.id for one in visit.regimens),
        assessments=tuple(one.id for one in visit.assessments),
        notes=joined((closed_day_words(visit), *visit.conditions)),
    )


def _infusion_row(dose: SubjectDose, visit: SubjectVisit, day: date) -> InfusionRow:
    ordered = dose.ordered
    return InfusionRow(
        study=visit.protocol.study,
        version=visit.protocol.version,
        digest=visit.protocol.digest,
        subject=visit.subject,
        site=visit.site,
        visit=visit.visit.id,
        day=day,
        regimen=dose.regimen.id,
        product=dose.regimen.product,
        dose="" if ordered is None else column_digits(ordered.value),
        fraction="" if ordered is None else exact_fraction(ordered.value),
        unit="" if ordered is None else ordered.unit.symbol,
        notes=joined((visit.too_early_by_gaps, closed_day_words(visit), WEIGHT_STATES[dose.state])),
    )
