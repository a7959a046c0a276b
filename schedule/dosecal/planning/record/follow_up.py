"""What happened, put beside what was planned: who has which visit, what became of it, and what closes it.

Conventions: conditions are judged for each subject once; a visit whose condition is false is no visit of the subject,
unless it was held all the same; one whose condition is not known stays, and that is said. The planned dates are those
of the schedule and are changed by nothing here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.actuals import ActualStatus, no_actuals
from dosecal.model.adherence import VisitStatus
from dosecal.model.cohort import SEXES, KnownFact
from dosecal.model.conditions import Became, Ending, Truth
from dosecal.model.findings import NOT_A_MOMENT
from dosecal.model.schedule import GapEnds, PlannedVisits, Schedule
from dosecal.model.struct import names_of, replace
from dosecal.model.timing import EventKind
from dosecal.planning.conditions import KnownEvents, evaluate, things_had
from dosecal.planning.dates.endings import closed_from, closing
from dosecal.planning.dates.gaps import is_late_enough, some_time_of
from dosecal.planning.record.adherence import VisitFacts, judge_visits
from dosecal.planning.resolve import plan_schedule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.adherence import Adherence
    from dosecal.model.cohort import Dates, Indices
    from dosecal.model.conditions import Condition
    from dosecal.model.protocol import Protocol
    from dosecal.model.record import CohortRecord

    Truths = NDArray[np.int8]

NOT_A_DAY = np.datetime64("NaT", "D")
_BECAME = {
    Became.DONE: ActualStatus.DONE,
    Became.MISSED: ActualStatus.MISSED,
    Became.CANCELLED: ActualStatus.CANCELLED,
}


def follow_up(schedule: Schedule, record: CohortRecord | None, as_of: np.datetime64) -> Schedule:
    """The schedule with its conditions judged and, where there is a record, with the status of each visit.

    Args:
        schedule: What was planned, by the same record.
        record: What is on record of the schedule's cohort; None where nothing was given.
        as_of: The day of judgement.
    """
    followed = schedule
    if schedule.protocol.conditions:
        truths = subject_truths(schedule, record, as_of)
        followed = _without_false(schedule, truths, record)
    if record is None:
        return followed
    adherence = judge_visits(visit_facts(followed, record), as_of)
    booking = _judge_bookings(followed.visits, record, adherence)
    return replace(followed, adherence=replace(adherence, booking=booking), record=record)


def _judge_bookings(visits: PlannedVisits, record: CohortRecord, adherence: Adherence) -> Truths | None:
    """(n,) Whether the day of each open visit's booking is late enough; None where the protocol asks for no gap."""
    if visits.gaps is None:
        return None
    booked = record.actuals.booked[visits.subject, visits.visit]
    booked = np.where(np.isin(adherence.status, [one for one in VisitStatus if one.is_open]), booked, NOT_A_DAY)
    day = some_time_of(booked, np.full(len(booked), NOT_A_MOMENT))
    return is_late_enough(visits.gaps, *day, by_record=False)


def subject_truths(schedule: Schedule, record: CohortRecord | None, as_of: np.datetime64) -> Truths:
    """(subjects, conditions) Whether each condition of the protocol holds for each subject.

    Args:
        schedule: What was planned.
        record: What is on record; None for nothing.
        as_of: The day up to which the record goes.
    """
    conditions = schedule.protocol.conditions
    facts = _known_facts(schedule)
    events = _known_events(schedule, conditions, record, as_of)
    return np.stack([evaluate(one, facts, events, len(schedule.cohort)) for one in conditions], axis=1)


def _known_facts(schedule: Schedule) -> dict[str, KnownFact]:
    cohort, needs = schedule.cohort, schedule.protocol.fact_needs
    facts = {name: fact for name, fact in cohort.facts.items() if name in needs}
    if "sex" in needs:
        facts["sex"] = KnownFact(cohort.sex, SEXES)
    if "arm" in needs:
        facts["arm"] = KnownFact(cohort.arm, tuple(arm.id for arm in schedule.protocol.arms))
    if "site" in needs:
        sites = {site: place for place, site in enumerate(dict.fromkeys(site for site in cohort.sites if site))}
        codes = np.array([sites.get(site, -1) for site in cohort.sites], dtype=np.int32)
        facts["site"] = KnownFact(codes, tuple(sites))
    if "age" in needs:
        facts["age"] = _ages(schedule.age)
    return facts


def _ages(age: Indices) -> KnownFact:
    distinct, codes = np.unique(age, return_inverse=True)
    numbers: tuple[Fraction, ...] = tuple(Fraction(years) for years in distinct.tolist())
    return KnownFact(np.where(age < 0, -1, codes).astype(np.int32), numbers)


def _known_events(
    schedule: Schedule, conditions: tuple[Condition, ...], record: CohortRecord | None, as_of: np.datetime64
) -> KnownEvents:
    named = dict.fromkeys(visit for condition in conditions for visit in condition.visits)
    never = np.full(len(schedule.cohort), NOT_A_DAY)
    dates = {visit: _visit_dates(schedule, visit, record) for visit in named}
    if record is None:
        return KnownEvents(dict.fromkeys(Ending, never), dates, {}, is_recorded=False, as_of=as_of)
    actuals = record.actuals
    places = {visit: schedule.protocol.visit_index(visit) for visit in named}
    became = {
        (visit, one): actuals.status[:, place] == status
        for visit, place in places.items()
        for one, status in _BECAME.items()
    }
    endings = {Ending.OFF_TREATMENT: actuals.off_treatment, Ending.OFF_STUDY: actuals.off_study}
    return KnownEvents(endings, dates, became, as_of=as_of)


def _visit_dates(schedule: Schedule, visit_id: str, record: CohortRecord | None) -> Dates:
    """(subjects,) The actual date of a visit, or the planned one while it is open."""
    place = schedule.protocol.visit_index(visit_id)
    rows = np.flatnonzero(schedule.visits.visit == place)
    dates = np.full(len(schedule.cohort), NOT_A_DAY)
    dates[schedule.visits.subject[rows]] = schedule.visits.planned[rows]
    if record is None:
        return dates
    actual = record.actuals.date[:, place]
    return np.where(np.isnat(actual), dates, actual)


def _without_false(schedule: Schedule, truths: Truths, record: CohortRecord | None) -> Schedule:
    """The schedule without the visits and doses of subjects for whom their condition is false.

    Where that takes doses, the rest is planned once more: they are numbered anew, and what is counted from the first or
    the last dose is counted from one that the subject has. What is counted from a visit that the subject doesn't have
    is to be determined, as after one that was cancelled.
    """
    protocol = schedule.protocol
    has_visit, has_regimen = things_had(protocol, truths)
    has_dose = _has_dose(has_visit, has_regimen, record)
    actuals = no_actuals(len(schedule.cohort), len(protocol.visits)) if record is None else record.actuals
    lacks = ~has_visit & (actuals.status == ActualStatus.NONE)
    planned = schedule
    has_all = has_dose[schedule.doses.subject, schedule.doses.regimen, schedule.doses.visit].all()
    if not has_all or lacks[:, _are_followed(protocol)].any():
        without = replace(actuals, status=np.where(lacks, np.int8(ActualStatus.CANCELLED), actuals.status))
        planned = plan_schedule(protocol, schedule.cohort, without, has_dose)
    visits = planned.visits
    keeps_visit = has_visit[visits.subject, visits.visit]
    if record is not None:
        keeps_visit |= record.actuals.status[visits.subject, visits.visit] != ActualStatus.NONE
    return replace(planned, visits=keep_visits(visits, keeps_visit), truths=truths)


def _are_followed(protocol: Protocol) -> NDArray[np.bool_]:
    """(visits,) Whether a date is counted from each visit, or keeps a gap to it."""
    names = {name for one in protocol.visits for name in (one.after, *(gap.after for gap in one.gaps))}
    names |= {one.event.of for one in protocol.anchors if one.event is not None and one.event.kind is EventKind.VISIT}
    return np.array([one.id in names for one in protocol.visits], dtype=np.bool_)


def _has_dose(
    has_visit: NDArray[np.bool_], has_regimen: NDArray[np.bool_], record: CohortRecord | None
) -> NDArray[np.bool_]:
    """(subjects, regimens, visits) Whether no condition takes a dose from a subject: neither its own nor its visit's.

    A visit that was held is the subject's whatever its condition says, and so is a dose that is on record as given.

    Args:
        has_visit: (subjects, visits) Whether no condition takes the visit.
        has_regimen: (subjects, regimens) Whether no condition takes the regimen.
        record: What is on record; None for nothing.
    """
    if record is None:
        by_conditions: NDArray[np.bool_] = has_regimen[:, :, None] & has_visit[:, None, :]
        return by_conditions
    has_dose = np.repeat(has_regimen[:, :, None], has_visit.shape[1], 2)
    named = record.given_regimen >= 0
    has_dose[record.given_subject[named], record.given_regimen[named], record.given_visit[named]] = True
    has: NDArray[np.bool_] = has_dose & (has_visit | (record.actuals.status == ActualStatus.DONE))[:, None, :]
    return has


def keep_visits(visits: PlannedVisits, is_kept: NDArray[np.bool_]) -> PlannedVisits:
    """Some of the planned visits, in the same order.

    Args:
        visits: The planned visits.
        is_kept: (n,) Whether each is kept.
    """
    if is_kept.all():
        return visits
    columns = {name: getattr(visits, name)[is_kept] for name in names_of(visits) if name != "gaps"}
    if visits.gaps is None:
        return PlannedVisits(**columns)
    ends = {name: getattr(visits.gaps, name)[is_kept] for name in names_of(visits.gaps)}
    return PlannedVisits(**columns, gaps=GapEnds(**ends))


def has_condition(schedule: Schedule, truth: Truth) -> NDArray[np.bool_]:
    """(n,) Whether the condition of each planned visit is this for its subject; false for a visit without one."""
    protocol, visits = schedule.protocol, schedule.visits
    if schedule.truths is None:
        return np.zeros(len(visits), dtype=np.bool_)
    place = {condition: index for index, condition in enumerate(protocol.conditions)}
    condition = np.array([-1 if one.condition is None else place[one.condition] for one in protocol.visits])
    of_row = condition[visits.visit]
    has: NDArray[np.bool_] = (of_row >= 0) & (schedule.truths[visits.subject, of_row] == truth)
    return has


def visit_facts(schedule: Schedule, record: CohortRecord) -> VisitFacts:
    """The planned visits with what is on record of them.

    Args:
        schedule: What was planned.
        record: What is on record of its cohort.
    """
    visits, actuals = schedule.visits, record.actuals
    at = visits.subject, visits.visit
    status = actuals.status[at]
    return VisitFacts(
        subject=visits.subject,
        target=visits.target,
        window_start=visits.window_start,
        window_end=visits.window_end,
        wider_start=visits.wider_start,
        wider_end=visits.wider_end,
        booked=actuals.booked[at],
        actual=actuals.date[at],
        is_done=status == ActualStatus.DONE,
        is_missed=status == ActualStatus.MISSED,
        is_cancelled=status == ActualStatus.CANCELLED,
        closed_from=closed_from(closing(schedule.protocol), actuals, visits.visit, visits.subject),
        not_before=visits.not_before if visits.gaps is None else visits.gaps.earliest.astype("datetime64[D]"),
        is_certain=~has_condition(schedule, Truth.NOT_KNOWN),
    )
