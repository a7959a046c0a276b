"""Joins visits and doses: from a protocol and a cohort to a Schedule, purely.

Conventions: no clock, no files; the same input gives the same output. A dose that can't be worked out is a problem
where it is the subject's first of its regimen, since that one is prepared first; a later one is to be determined and
says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from schedule.model.problems import PlanError, Problem
from schedule.model.protocol import EachDose
from schedule.model.schedule import PlannedDoses, Schedule
from schedule.model.worked_dose import WeightState
from schedule.plan.doses import work_out_dose
from schedule.plan.eligibility import completed_years, is_age_outside
from schedule.plan.visits import plan_visits, visit_dates
from schedule.plan.weights import choose_weights

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from schedule.model.cohort import Cohort, Dates, Indices
    from schedule.model.protocol import Protocol, Regimen
    from schedule.model.worked_dose import WorkedDose

_PROBLEMS = {
    WeightState.MISSING: ("L001", "a weight_kg on or before the first dose", "none"),
    WeightState.TOO_OLD: ("L002", "a weight that is recent enough for the first dose", "one that is too old"),
    WeightState.NOT_MEASURED: ("L003", "a measured weight for the first dose", "one that was not measured"),
    WeightState.DATE_UNKNOWN: ("L002", "a weight_date, since the protocol limits the weight's age", "none"),
}


def plan_schedule(protocol: Protocol, cohort: Cohort) -> Schedule:
    """The visits and doses of every subject.

    Args:
        protocol: The protocol.
        cohort: The subjects, whose arms and anchors are those of the protocol.

    Returns:
        The schedule.
    """
    visits, doses = plan_visits(protocol, cohort), plan_doses(protocol, cohort)
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
        problems.append(Problem(source, code, "weight_kg", f"expected {expected} ({about}), got {found}"))
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


def plan_doses(protocol: Protocol, cohort: Cohort) -> PlannedDoses:
    """The doses of every subject by protocol.

    Returns:
        One row a subject and planned dose: subjects in input order, doses by date (those not known yet last), then in
        the order of regimens and visits in the file.
    """
    pieces = [_arm_doses(protocol, cohort, arm) for arm in range(len(protocol.arms))]
    subject, regimen, visit, number, planned, first = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    order = np.argsort(subject, kind="stable")
    subject, regimen, visit, number = subject[order], regimen[order], visit[order], number[order]
    planned, first = planned[order], first[order]
    weight, state = _weigh(protocol, cohort, subject, regimen, planned, first)
    worked, calculations = _work_out(protocol, cohort, regimen, weight, state)
    return PlannedDoses(subject, regimen, visit, number, planned, weight, state, worked, calculations)


def _arm_doses(protocol: Protocol, cohort: Cohort, arm: int) -> tuple[NDArray[np.generic], ...]:
    """The doses of an arm's subjects: subject, regimen, visit, number, planned date and date of the first dose."""
    pairs = [
        (regimen, protocol.visit_index(visit_id))
        for regimen in protocol.regimens_of(protocol.arms[arm].id)
        for visit_id in protocol.regimens[regimen].visits
    ]
    subjects = np.flatnonzero(cohort.arm == arm).astype(np.int32)
    regimen_of = np.array([regimen for regimen, _ in pairs], dtype=np.int32)
    visit_of = np.array([visit for _, visit in pairs], dtype=np.int32)
    dates = visit_dates(protocol, visit_of, cohort.anchors[subjects])
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


def _weigh(
    protocol: Protocol, cohort: Cohort, subject: Indices, regimen: Indices, planned: Dates, first: Dates
) -> tuple[Indices, NDArray[np.int8]]:
    weight = np.full(len(subject), -1, dtype=np.int32)
    state = np.full(len(subject), WeightState.NOT_NEEDED, dtype=np.int8)
    for index, one in enumerate(protocol.regimens):
        if not one.is_per_weight:
            continue
        rows = np.flatnonzero(regimen == index)
        uses_first = one.weight is not None and one.weight.each_dose is EachDose.FIRST_WEIGHT
        day = first[rows] if uses_first else planned[rows]
        weight[rows], state[rows] = choose_weights(cohort.weights, subject[rows], day, one.weight)
    return weight, state


def _work_out(
    protocol: Protocol, cohort: Cohort, regimen: Indices, weight: Indices, state: NDArray[np.int8]
) -> tuple[Indices, tuple[WorkedDose, ...]]:
    """Each distinct pair of regimen and weight is worked out once, exactly; the rows refer to it."""
    can_be = (state == WeightState.USED) | (state == WeightState.NOT_NEEDED)
    kilograms = cohort.weights.kilograms
    value = np.full(len(regimen), -1, dtype=np.int64)
    weighed = weight >= 0
    value[weighed] = cohort.weights.value[weight[weighed]]
    key = regimen.astype(np.int64) * (len(kilograms) + 1) + value + 1
    distinct, inverse = np.unique(key[can_be], return_inverse=True)
    worked = np.full(len(regimen), -1, dtype=np.int32)
    worked[can_be] = inverse
    calculations = tuple(_calculation(protocol.regimens, kilograms, int(one)) for one in distinct)
    return worked, calculations


def _calculation(regimens: tuple[Regimen, ...], kilograms: tuple[Fraction, ...], key: int) -> WorkedDose:
    regimen, value = divmod(key, len(kilograms) + 1)
    return work_out_dose(regimens[regimen], kilograms[value - 1] if value else None)
