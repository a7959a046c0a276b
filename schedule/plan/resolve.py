"""Joins visits and doses: from a protocol and a cohort to a Schedule, purely.

Conventions: no clock, no files; the same input gives the same output. A dose that can't be worked out is a problem
where it is the subject's first of its regimen, since that one is prepared first; a later one is to be determined and
says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from schedule.model.cohort import SEXES
from schedule.model.problems import PlanError, Problem, RefusedError
from schedule.model.regimen import EachDose
from schedule.model.schedule import PlannedDoses, Schedule
from schedule.model.worked_dose import Body, WeightState
from schedule.plan.chains import is_chained, resolve_dates
from schedule.plan.doses import BodyUnknownError, work_out_dose
from schedule.plan.eligibility import completed_years, is_age_outside
from schedule.plan.visits import planned_dates, visit_dates, visits_by
from schedule.plan.weights import choose_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from schedule.model.actuals import Actuals
    from schedule.model.cohort import Cohort, Dates, Indices
    from schedule.model.protocol import Protocol
    from schedule.model.worked_dose import WorkedDose
    from schedule.plan.chains import Calendar

_PROBLEMS = {
    WeightState.MISSING: ("L001", "a weight_kg on or before the first dose", "none"),
    WeightState.TOO_OLD: ("L002", "a weight that is recent enough for the first dose", "one that is too old"),
    WeightState.NOT_MEASURED: ("L003", "a measured weight for the first dose", "one that was not measured"),
    WeightState.BODY_UNKNOWN: ("L008", "what the first dose's formula needs to know of the body", "not all of it"),
    WeightState.NOT_MADE_FOR_BODY: ("L009", "a body that the first dose's formula was made for", "another"),
    WeightState.DATE_UNKNOWN: ("L002", "a weight_date, since the protocol limits the weight's age", "none"),
}


def plan_schedule(protocol: Protocol, cohort: Cohort, actuals: Actuals | None = None) -> Schedule:
    """The visits and doses of every subject.

    Args:
        protocol: The protocol.
        cohort: The subjects, whose arms and anchors are those of the protocol.
        actuals: What happened, from which the dates of others may follow; None for nothing yet.

    Returns:
        The schedule.
    """
    calendar = resolve_dates(protocol, cohort, actuals) if is_chained(protocol) else None
    visits, doses = visits_by(calendar, protocol, cohort), doses_by(calendar, protocol, cohort)
    age = completed_years(cohort.birth, cohort.anchors[:, 0])
    return Schedule(protocol, cohort, visits, doses, age, is_age_outside(age, protocol.ages))


def first_dose_problems(schedule: Schedule) -> tuple[Problem, ...]:
    """A problem for each subject and regimen whose first dose can't be worked out for want of a weight."""
    doses, cohort, protocol = schedule.doses, schedule.cohort, schedule.protocol
    problems = []
    is_open = np.isin(doses.weight_state, [int(state) for state in _PROBLEMS])
    for row in np.flatnonzero((doses.number == 1) & is_open):
        code, expected, found = _PROBLEMS[WeightState(int(doses.weight_state[row]))]
        regimen = protocol.regimens[doses.regimen[row]]
        source = cohort.source(int(doses.subject[row]))
        about = f"for {regimen.id} on {doses.planned[row]}"
        column = ", ".join(regimen.body_needs) if code in {"L008", "L009"} else "weight_kg"
        problems.append(Problem(source, code, column, f"expected {expected} ({about}), got {found}"))
    return tuple(problems)


def require_first_doses(schedule: Schedule) -> Schedule:
    """The same schedule, in which every first dose could be worked out.

    Raises:
        PlanError: With a problem for each first dose that could not.
    """
    problems = first_dose_problems(schedule)
    if problems:
        raise PlanError(problems)
    return schedule


def doses_by(calendar: Calendar | None, protocol: Protocol, cohort: Cohort) -> PlannedDoses:
    """The doses of every subject by protocol.

    Args:
        calendar: Every date of its visits; None where each is an anchor's column and so many days.
        protocol: The protocol.
        cohort: The subjects.

    Returns:
        One row a subject and planned dose: subjects in input order, doses by date (those not known yet last), then in
        the order of regimens and visits in the file.
    """
    pieces = [_arm_doses(calendar, protocol, cohort, arm) for arm in range(len(protocol.arms))]
    columns = [np.concatenate(parts) for parts in zip(*pieces, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    rows = _DoseRows(*(column[order] for column in columns))
    weight, state = _weigh(protocol, cohort, rows)
    worked, calculations = _work_out(protocol, cohort, rows, weight, state)
    return PlannedDoses(
        rows.subject, rows.regimen, rows.visit, rows.number, rows.planned, weight, state, worked, calculations
    )


@dataclass(frozen=True, slots=True)
class _DoseRows:
    """The planned doses before they are worked out; ``first`` is the date of the first dose of the same regimen."""

    subject: Indices
    regimen: Indices
    visit: Indices
    number: Indices
    planned: Dates
    first: Dates


def _arm_doses(
    calendar: Calendar | None, protocol: Protocol, cohort: Cohort, arm: int
) -> tuple[NDArray[np.generic], ...]:
    """The doses of an arm's subjects: subject, regimen, visit, number, planned date and date of the first dose."""
    pairs = [
        (regimen, protocol.visit_index(visit_id))
        for regimen in protocol.regimens_of(protocol.arms[arm].id)
        for visit_id in protocol.regimens[regimen].visits
    ]
    subjects = np.flatnonzero(cohort.arm == arm).astype(np.int32)
    regimen_of = np.array([regimen for regimen, _ in pairs], dtype=np.int32)
    visit_of = np.array([visit for _, visit in pairs], dtype=np.int32)
    if calendar is None:
        dates = visit_dates(protocol, visit_of, cohort.anchors[subjects])
    else:
        dates = planned_dates(calendar, visit_of, subjects)
    days = np.where(np.isnat(dates), np.iinfo(np.int64).max, dates.astype(np.int64))
    by_date = np.argsort(days, axis=1, kind="stable")
    planned = np.take_along_axis(dates, by_date, axis=1)
    regimen, visit = regimen_of[by_date], visit_of[by_date]
    number, first = np.zeros(by_date.shape, dtype=np.int32), planned.copy()
    for one in set(regimen_of.tolist()):
        is_one = regimen == one
        number[is_one] = np.cumsum(is_one, axis=1)[is_one]
        earliest = np.take_along_axis(planned, np.argmax(is_one, axis=1)[:, None], axis=1)
        first = np.where(is_one, earliest, first)
    rows = np.repeat(subjects, len(pairs))
    return rows, regimen.ravel(), visit.ravel(), number.ravel(), planned.ravel(), first.ravel()


def _weigh(protocol: Protocol, cohort: Cohort, doses: _DoseRows) -> tuple[Indices, NDArray[np.int8]]:
    weight = np.full(len(doses.subject), -1, dtype=np.int32)
    state = np.full(len(doses.subject), WeightState.NOT_NEEDED, dtype=np.int8)
    for index, one in enumerate(protocol.regimens):
        if not one.is_per_weight:
            continue
        rows = np.flatnonzero(doses.regimen == index)
        uses_first = one.weight is not None and one.weight.each_dose is EachDose.FIRST_WEIGHT
        day = doses.first[rows] if uses_first else doses.planned[rows]
        weight[rows], state[rows] = choose_weights(cohort.weights, doses.subject[rows], day, one.weight)
    return weight, state


def _work_out(
    protocol: Protocol, cohort: Cohort, rows: _DoseRows, weight: Indices, state: NDArray[np.int8]
) -> tuple[Indices, tuple[WorkedDose, ...]]:
    """Each distinct regimen and body is worked out once, exactly; the rows refer to it, or their state says why not."""
    can_be = np.flatnonzero((state == WeightState.USED) | (state == WeightState.NOT_NEEDED))
    facts = _facts(protocol, cohort, rows, weight)[can_be]
    distinct, of_row = _distinct_rows(facts)
    place = np.full(len(distinct), -1, dtype=np.int32)
    refused = np.zeros(len(distinct), dtype=np.int8)
    calculations: list[WorkedDose] = []
    for index, (regimen, value, *of_body) in enumerate(distinct.tolist()):
        body = _body(cohort, of_body)
        kilograms = cohort.weights.kilograms[value] if value >= 0 else None
        try:
            calculations.append(work_out_dose(protocol.regimens[regimen], kilograms, body))
            place[index] = len(calculations) - 1
        except BodyUnknownError:
            refused[index] = WeightState.BODY_UNKNOWN
        except RefusedError:
            refused[index] = WeightState.NOT_MADE_FOR_BODY
    worked = np.full(len(state), -1, dtype=np.int32)
    worked[can_be] = place[of_row]
    state[can_be] = np.where(refused[of_row], refused[of_row], state[can_be])
    return worked, tuple(calculations)


def _body(cohort: Cohort, places: list[int]) -> Body:
    """What is known of a body, from the height, sex, age, rate and creatinine of a row of facts."""
    height, sex, age, rate, creatinine = places
    return Body(
        height_cm=cohort.centimetres[height] if height >= 0 else None,
        sex=SEXES[sex] if sex >= 0 else "",
        age_years=age if age >= 0 else None,
        gfr=cohort.rates[rate] if rate >= 0 else None,
        creatinine=cohort.creatinines[creatinine] if creatinine >= 0 else None,
    )


def _facts(protocol: Protocol, cohort: Cohort, rows: _DoseRows, weight: Indices) -> NDArray[np.int64]:
    """(n, 7) Regimen, weight, height, sex, age, rate and creatinine of each dose; -1 for not known or not asked for."""
    facts = np.full((len(weight), 7), -1, dtype=np.int64)
    facts[:, 0] = rows.regimen
    weighed = weight >= 0
    facts[weighed, 1] = cohort.weights.value[weight[weighed]]
    columns = (
        ("height_cm", 2, cohort.height),
        ("sex", 3, cohort.sex),
        ("gfr_ml_min", 5, cohort.gfr),
        ("creatinine_mg_dl", 6, cohort.creatinine),
    )
    for index, regimen in enumerate(protocol.regimens):
        needs = regimen.body_needs
        of_regimen = np.flatnonzero(rows.regimen == index) if needs else np.zeros(0, dtype=np.int64)
        subject = rows.subject[of_regimen]
        for need, column, places in columns:
            if need in needs:
                facts[of_regimen, column] = places[subject]
        if "birth_date" in needs:
            facts[of_regimen, 4] = completed_years(cohort.birth[subject], rows.planned[of_regimen])
    return facts


def _distinct_rows(facts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """The distinct rows, and the place of each row among them; whole numbers from -1 on are packed into one."""
    if not len(facts):
        return facts, np.zeros(0, dtype=np.intp)
    room = facts.max(axis=0) + 2
    key = np.zeros(len(facts), dtype=np.int64)
    for column, size in enumerate(room.tolist()):
        key = key * size + facts[:, column] + 1
    _, first, of_row = np.unique(key, return_index=True, return_inverse=True)
    return facts[first], of_row
