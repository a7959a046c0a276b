"""Joins visits and doses: from a protocol and a cohort to a Schedule, purely.

Conventions: no clock, no files; the same input gives the same output. A dose that can't be worked out is a problem
where it is the subject's first of its regimen, since that one is prepared first; a later one is to be determined and
says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.cohort import SEXES
from dosecal.model.distinct import distinct_rows
from dosecal.model.dosing.body import Body, BodyUnknownError
from dosecal.model.problems import Problem, RefusedError
from dosecal.model.schedule import PlannedDoses, Schedule
from dosecal.model.struct import Struct
from dosecal.model.worked_dose import Variant, WeightState
from dosecal.planning.dates.chains import is_chained, resolve_dates
from dosecal.planning.dates.visits import planned_dates, visit_dates, visits_by
from dosecal.planning.doses.doses import (
    LevelUnknownError,
    LimitsConflictError,
    NoAimError,
    limits_of,
    work_out_dose,
)
from dosecal.planning.doses.eligibility import completed_years, is_age_outside
from dosecal.planning.doses.levels import choose_levels
from dosecal.planning.doses.weight_changes import hold_weights
from dosecal.planning.doses.weights import choose_weights
from dosecal.planning.product.prepared import prepare_doses

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.actuals import Actuals
    from dosecal.model.cohort import Cohort, Dates, Indices
    from dosecal.model.days import MonthEnd
    from dosecal.model.protocol import Protocol
    from dosecal.model.regimen import Regimen
    from dosecal.model.worked_dose import OpenOrder, WorkedDose
    from dosecal.planning.dates.chains import Calendar, HasDose

_PROBLEMS = {
    WeightState.MISSING: ("L001", "a weight_kg on or before the first dose", "none"),
    WeightState.TOO_OLD: ("L002", "a weight that is recent enough for the first dose", "one that is too old"),
    WeightState.NOT_MEASURED: ("L003", "a measured weight for the first dose", "one that was not measured"),
    WeightState.BODY_UNKNOWN: ("L008", "what the first dose's formula needs to know of the body", "not all of it"),
    WeightState.NOT_MADE_FOR_BODY: ("L009", "a body that the first dose's formula was made for", "another"),
    WeightState.LIMITS_CONFLICT: (
        "L010",
        "a floor at or below the cap for the first dose of this body",
        "one above it",
    ),
    WeightState.LEVEL_UNKNOWN: ("L011", "a level for the first dose", "none"),
    WeightState.DATE_UNKNOWN: ("L002", "a weight_date, since the protocol limits the weight's age", "none"),
}


def plan_schedule(
    protocol: Protocol, cohort: Cohort, actuals: Actuals | None = None, has_dose: HasDose | None = None
) -> Schedule:
    """The visits and doses of every subject.

    Args:
        protocol: The protocol.
        cohort: The subjects, whose arms and anchors are those of the protocol.
        actuals: What happened, from which the dates of others may follow; None for nothing yet.
        has_dose: (subjects, regimens, visits) Whether no condition takes a dose from a subject; None where none does.

    Returns:
        The schedule.
    """
    calendar = resolve_dates(protocol, cohort, actuals, has_dose) if is_chained(protocol) else None
    visits, doses = visits_by(calendar, protocol, cohort), doses_by(calendar, protocol, cohort, has_dose, actuals)
    age = completed_years(cohort.birth, cohort.anchors[:, 0], protocol.month_end)
    prepared = prepare_doses(protocol, cohort, doses)
    is_outside = is_age_outside(age, protocol.ages)
    return Schedule(protocol, cohort, visits, doses, prepared, age, is_outside, has_dose=has_dose)


def first_dose_problems(schedule: Schedule) -> tuple[Problem, ...]:
    """A problem for each subject and regimen whose first dose can't be worked out."""
    doses, cohort, protocol = schedule.doses, schedule.cohort, schedule.protocol
    problems = []
    is_open = np.isin(doses.weight_state, [int(state) for state in _PROBLEMS])
    for row in np.flatnonzero((doses.number == 1) & is_open).tolist():
        state = WeightState(int(doses.weight_state[row]))
        code, expected, found = _PROBLEMS[state]
        regimen = protocol.regimens[doses.regimen[row]]
        source = cohort.source(int(doses.subject[row]))
        if state is WeightState.LIMITS_CONFLICT:
            expected, found = _conflict(schedule, row), "that"
        message = f"expected {expected} (for {regimen.id} on {doses.day[row]}), got {found}"
        column = _COLUMNS.get(code) or ", ".join(regimen.rule.needs)
        problems.append(Problem(source, code, column, message))
    return (*problems, *_container_problems(schedule))


def _container_problems(schedule: Schedule) -> list[Problem]:
    """A problem for each first dose whose floor is above what the protocol lets a container hold."""
    doses, cohort, prepared = schedule.doses, schedule.cohort, schedule.prepared
    has_conflict = np.array([False, *(bool(one.conflict) for one in prepared.preparations)])
    if not has_conflict.any():
        return []
    problems = []
    for row in np.flatnonzero((doses.number == 1) & has_conflict[prepared.place + 1]).tolist():
        regimen = schedule.protocol.regimens[doses.regimen[row]]
        conflict = prepared.preparations[prepared.place[row]].conflict
        message = f"expected {conflict} (for {regimen.id} on {doses.day[row]})"
        problems.append(Problem(cohort.source(int(doses.subject[row])), "L020", "weight_kg", message))
    return problems


_COLUMNS = dict.fromkeys(("L001", "L002", "L003", "L010"), "weight_kg") | {"L011": "dose_level"}
"""The column of the subjects' table that a problem is about; for the others, what the formula needs."""


def _conflict(schedule: Schedule, row: int) -> str:
    """What was expected of the limits of a dose, with both values where they depend on the weight on the scale."""
    doses, weights = schedule.doses, schedule.cohort.weights
    regimen = schedule.protocol.regimens[doses.regimen[row]]
    place = int(doses.weight[row])
    try:
        limits_of(regimen, weights.kilograms[weights.value[place]] if place >= 0 else None, None)
    except LimitsConflictError as refusal:
        return refusal.expected
    return _PROBLEMS[WeightState.LIMITS_CONFLICT][1]


def doses_by(
    calendar: Calendar | None,
    protocol: Protocol,
    cohort: Cohort,
    has_dose: HasDose | None = None,
    actuals: Actuals | None = None,
) -> PlannedDoses:
    """The doses of every subject by protocol.

    Args:
        calendar: Every date of its visits; None where each is an anchor's column and so many days.
        protocol: The protocol.
        cohort: The subjects.
        has_dose: (subjects, regimens, visits) Whether no condition takes a dose from a subject; None where none does.
        actuals: What happened, and what is booked; None for nothing yet.

    Returns:
        One row a subject and planned dose: subjects in input order, doses by date (those not known yet last), then in
        the order of regimens and visits in the file. A dose that a subject doesn't have has no row and no number.
    """
    pieces = [_arm_doses(calendar, protocol, cohort, arm, has_dose, actuals) for arm in range(len(protocol.arms))]
    columns = [np.concatenate(parts) for parts in zip(*pieces, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    rows = _DoseRows(*(column[order] for column in columns))
    weighed = _weigh(protocol, cohort, rows)
    level = _levels(protocol, cohort, rows)
    done = _work_out(protocol, cohort, rows, weighed, level)
    return PlannedDoses(
        subject=rows.subject,
        regimen=rows.regimen,
        visit=rows.visit,
        number=rows.number,
        planned=rows.planned,
        day=rows.day,
        weight=weighed.weight,
        weight_state=weighed.state,
        weight_flags=weighed.flags,
        weight_before=weighed.before,
        weight_found=weighed.found,
        level=level,
        worked=done.worked,
        calculations=done.calculations,
        open_range=done.open_range,
        open_ranges=done.open_ranges,
    )


class _DoseRows(Struct, frozen=True):
    """The planned doses before they are worked out; ``first`` is the day of the first dose of the same regimen."""

    subject: Indices
    regimen: Indices
    visit: Indices
    number: Indices
    planned: Dates
    day: Dates
    first: Dates


def _arm_doses(
    calendar: Calendar | None,
    protocol: Protocol,
    cohort: Cohort,
    arm: int,
    has_dose: HasDose | None,
    actuals: Actuals | None,
) -> tuple[NDArray[np.generic], ...]:
    """The doses of an arm's subjects, as the columns of ``_DoseRows``."""
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
    has = None if has_dose is None else has_dose[subjects[:, None], regimen, visit]
    day = planned if actuals is None else _days_given(planned, actuals, subjects[:, None], visit)
    number, first = np.zeros(by_date.shape, dtype=np.int32), day.copy()
    for one in set(regimen_of.tolist()):
        is_one = regimen == one if has is None else (regimen == one) & has
        number[is_one] = np.cumsum(is_one, axis=1)[is_one]
        earliest = np.take_along_axis(day, np.argmax(is_one, axis=1)[:, None], axis=1)
        first = np.where(is_one, earliest, first)
    columns = np.broadcast_to(subjects[:, None], by_date.shape), regimen, visit, number, planned, day, first
    return tuple(column.ravel() if has is None else column[has] for column in columns)


def _days_given(planned: Dates, actuals: Actuals, subject: Indices, visit: Indices) -> Dates:
    """The day of each dose: the one on which its visit was held, else the one for which it is booked, else planned."""
    held, booked = actuals.date[subject, visit], actuals.booked[subject, visit]
    days: Dates = np.where(np.isnat(held), np.where(np.isnat(booked), planned, booked), held)
    return days


class _Weighed(Struct, frozen=True):
    """The weight of each dose, as ``PlannedDoses`` has it."""

    weight: Indices
    state: NDArray[np.int8]
    flags: NDArray[np.int16]
    before: Indices
    found: Indices


def _weigh(protocol: Protocol, cohort: Cohort, doses: _DoseRows) -> _Weighed:
    count = len(doses.subject)
    none = np.full(count, -1, dtype=np.int32)
    state = np.full(count, WeightState.NOT_NEEDED, dtype=np.int8)
    weighed = _Weighed(none, state, np.zeros(count, dtype=np.int16), none.copy(), none.copy())
    for index, one in enumerate(protocol.regimens):
        if not one.is_per_weight:
            continue
        rows = np.flatnonzero(doses.regimen == index)
        follows_changes = one.weight is not None and one.weight.recalculate is not None
        day = doses.first[rows] if one.takes_first_weight and not follows_changes else doses.day[rows]
        found, weighed.state[rows] = choose_weights(cohort.weights, doses.subject[rows], day, one.weight)
        held = hold_weights(cohort.weights, found, doses.subject[rows], doses.number[rows], one.weight)
        weighed.weight[rows], weighed.flags[rows] = held.weight, held.flags
        weighed.before[rows], weighed.found[rows] = held.before, found
    return weighed


def _levels(protocol: Protocol, cohort: Cohort, doses: _DoseRows) -> Indices:
    """The level of each dose; that of a split dose is the one of its first part."""
    level = np.full(len(doses.subject), -1, dtype=np.int32)
    for index, one in enumerate(protocol.regimens):
        if one.levels:
            rows = np.flatnonzero(doses.regimen == index)
            day = doses.first[rows] if one.split else doses.day[rows]
            level[rows] = choose_levels(cohort.levels, doses.subject[rows], day, one, index)
    return level


class _WorkedOut(Struct, frozen=True):
    """What came of working the doses out, as ``PlannedDoses`` has it."""

    worked: Indices
    calculations: tuple[WorkedDose, ...]
    open_range: Indices
    open_ranges: tuple[OpenOrder, ...]


def _work_out(protocol: Protocol, cohort: Cohort, rows: _DoseRows, weighed: _Weighed, level: Indices) -> _WorkedOut:
    """Each distinct regimen, body and variant is worked out once, exactly.

    The rows refer to it, or their state, which is written here, says why not.
    """
    state = weighed.state
    can_be = np.flatnonzero((state == WeightState.USED) | (state == WeightState.NOT_NEEDED))
    facts = _facts(protocol, cohort, rows, weighed.weight, level)[can_be]
    first, of_row = distinct_rows(*facts.T)
    distinct = facts[first]
    place, place_of_range = np.full((2, len(distinct)), -1, dtype=np.int32)
    refused = np.zeros(len(distinct), dtype=np.int8)
    calculations: list[WorkedDose] = []
    ranges: list[OpenOrder] = []
    for index, (regimen, value, level_of, is_later, part, *of_body) in enumerate(distinct.tolist()):
        body = _body(cohort, of_body)
        kilograms = cohort.weights.kilograms[value] if value >= 0 else None
        variant = Variant(level_of, bool(is_later), part)
        try:
            calculations.append(work_out_dose(protocol.regimens[regimen], kilograms, body, variant))
            place[index] = len(calculations) - 1
        except RefusedError as refusal:
            refused[index] = _REFUSALS.get(type(refusal), WeightState.NOT_MADE_FOR_BODY)
            if isinstance(refusal, NoAimError):
                ranges.append(refusal.order)
                place_of_range[index] = len(ranges) - 1
    worked, open_range = np.full((2, len(state)), -1, dtype=np.int32)
    worked[can_be], open_range[can_be] = place[of_row], place_of_range[of_row]
    state[can_be] = np.where(refused[of_row], refused[of_row], state[can_be])
    return _WorkedOut(worked, tuple(calculations), open_range, tuple(ranges))


_REFUSALS: dict[type[RefusedError], WeightState] = {
    BodyUnknownError: WeightState.BODY_UNKNOWN,
    LimitsConflictError: WeightState.LIMITS_CONFLICT,
    LevelUnknownError: WeightState.LEVEL_UNKNOWN,
    NoAimError: WeightState.NO_AIM,
}


def _body(cohort: Cohort, places: list[int]) -> Body:
    """What is known of a body, from the height, sex, age, rate, creatinine and surface of a row of facts."""
    height, sex, age, rate, creatinine, surface = places
    return Body(
        height_cm=cohort.measure("height_cm", height),
        sex=SEXES[sex] if sex >= 0 else "",
        age_years=age if age >= 0 else None,
        gfr=cohort.measure("gfr_ml_min", rate),
        creatinine=cohort.measure("creatinine_mg_dl", creatinine),
        surface_m2=cohort.measure("body_surface_m2", surface),
    )


def _facts(protocol: Protocol, cohort: Cohort, rows: _DoseRows, weight: Indices, level: Indices) -> NDArray[np.int64]:
    """(n, 11) What the amount of each dose depends on; -1 for what is not known or not asked for.

    The columns: regimen, weight, level, whether it is a later dose, part, height, sex, age, rate, creatinine, surface.
    Weight and age are there, too, where a height or a surface is held against them.
    """
    facts = np.full((len(weight), 11), -1, dtype=np.int64)
    facts[:, 0] = rows.regimen
    weighed = weight >= 0
    facts[weighed, 1] = cohort.weights.value[weight[weighed]]
    facts[:, 2] = level
    facts[:, 3] = 0
    for index, regimen in enumerate(protocol.regimens):
        of_regimen = np.flatnonzero(rows.regimen == index)
        if regimen.maintenance is not None:
            facts[of_regimen, 3] = rows.number[of_regimen] > 1
        for place, part in enumerate(regimen.split):
            facts[of_regimen[rows.visit[of_regimen] == protocol.visit_index(part.visit)], 4] = place
        _add_body(facts, cohort, (regimen, of_regimen), rows, protocol.month_end)
        if regimen.looks_at_body and not regimen.is_per_weight:
            found, _ = choose_weights(cohort.weights, rows.subject[of_regimen], rows.day[of_regimen], None)
            facts[of_regimen[found >= 0], 1] = cohort.weights.value[found[found >= 0]]
    return facts


def _add_body(
    facts: NDArray[np.int64],
    cohort: Cohort,
    of: tuple[Regimen, NDArray[np.intp]],
    rows: _DoseRows,
    month_end: MonthEnd | None,
) -> None:
    """Fill in what a regimen needs to know of the bodies."""
    regimen, of_regimen = of
    needs = regimen.rule.needs
    if not needs:
        return
    subject = rows.subject[of_regimen]
    for need, column in (("height_cm", 5), ("gfr_ml_min", 8), ("creatinine_mg_dl", 9), ("body_surface_m2", 10)):
        if need in needs and need in cohort.facts:
            facts[of_regimen, column] = cohort.facts[need].codes[subject]
    if "sex" in needs:
        facts[of_regimen, 6] = cohort.sex[subject]
    if "birth_date" in needs or regimen.looks_at_body:
        facts[of_regimen, 7] = completed_years(cohort.birth[subject], rows.day[of_regimen], month_end)
