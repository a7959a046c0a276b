"""One planned dose taken out of a schedule, with its subject, its visit and the weight it was worked out with.

Conventions: dates are calendar dates, weights exact kilograms. What is not known is None or empty, as each docstring
says; a dose that is to be determined has no calculation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.actuals import ActualStatus
from dosecal.model.cohort import METHODS
from dosecal.model.days import as_date
from dosecal.model.struct import Struct
from dosecal.model.worked_dose import WeightFlag, WeightState
from dosecal.report.messages import words
from dosecal.report.messages.weight_words import WeightFacts
from dosecal.report.tables.conditional import dose_conditions
from dosecal.report.tables.dose_follow_up import dose_overlaps, dose_record

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from dosecal.model.messages import Msg
    from dosecal.model.protocol import Arm, Protocol, Visit
    from dosecal.model.regimen import Regimen
    from dosecal.model.schedule import Schedule
    from dosecal.model.worked_dose import OpenOrder, WorkedDose


class WeightUsed(Struct, frozen=True):
    """A weight of a subject as it was recorded.

    Attributes:
        kilograms: The weight, above 0.
        day: The day of the weight; None where it is not given.
        method: ``measured``, ``stated`` or ``estimated``; empty where it is not given.
    """

    kilograms: Fraction
    day: date | None
    method: str


class PlannedDose(Struct, frozen=True):
    """A dose by protocol.

    Attributes:
        protocol: The protocol.
        subject: The subject's id.
        site: The site; empty where it is not given.
        arm: The subject's arm.
        visit: The visit at which it is given.
        regimen: The rule.
        number: Which dose of its regimen it is, from 1.
        count: How many doses of its regimen the subject is planned to have, those that a condition leaves out among
            them, so that a number is never above it.
        planned: The planned date; None where it is not known yet.
        day: The day that weight, level, age and lots are of: held, else booked, else planned; None likewise.
        is_held: Whether its visit was held.
        weight: The weight on the scale that it was worked out with; None where none is used.
        weight_before: The weight that the dose before it was worked out with; None for the first, and for none.
        weight_facts: What is to be said of the weight.
        worked: The calculation; None where the dose is to be determined.
        open: What the protocol allows where it aims at no dose; None elsewhere.
        state: What came of looking for the weight.
        record: What became of its visit; nothing where it is open.
        notes: What is to be said of the subject before a dose is given.
    """

    protocol: Protocol
    subject: str
    site: str
    arm: Arm
    visit: Visit
    regimen: Regimen
    number: int
    count: int
    planned: date | None
    day: date | None
    is_held: bool
    weight: WeightUsed | None
    weight_before: WeightUsed | None
    weight_facts: WeightFacts
    worked: WorkedDose | None
    open: OpenOrder | None
    state: WeightState
    record: tuple[Msg, ...]
    notes: tuple[Msg, ...]

    @property
    def weight_age_days(self) -> int | None:
        """The age of the weight on the day of the dose, in days; None where either day is not known."""
        if self.weight is None or self.weight.day is None or self.day is None:
            return None
        return (self.day - self.weight.day).days


def dose_rows(schedule: Schedule, subject: int, visit: int | None) -> tuple[int, ...]:
    """The places of a subject's doses among the schedule's, in the order of the plan.

    Args:
        schedule: The schedule.
        subject: The place of the subject in the cohort.
        visit: The place of a visit in the protocol, for its doses alone; None for all.
    """
    doses = schedule.doses
    is_asked = doses.subject == subject
    if visit is not None:
        is_asked &= doses.visit == visit
    return tuple(int(row) for row in np.flatnonzero(is_asked))


def planned_dose(schedule: Schedule, row: int) -> PlannedDose:
    """The dose in a row of the schedule's doses."""
    protocol, cohort, doses = schedule.protocol, schedule.cohort, schedule.doses
    subject, regimen, worked = int(doses.subject[row]), int(doses.regimen[row]), int(doses.worked[row])
    of_regimen = np.flatnonzero((doses.subject == subject) & (doses.regimen == regimen))
    number, open_range = int(doses.number[row]), int(doses.open_range[row])
    before = next((int(one) for one in of_regimen if int(doses.number[one]) == number - 1), None)
    return PlannedDose(
        protocol=protocol,
        subject=cohort.ids[subject],
        site=cohort.sites[subject],
        arm=protocol.arms[int(cohort.arm[subject])],
        visit=protocol.visits[int(doses.visit[row])],
        regimen=protocol.regimens[regimen],
        number=number,
        count=int(doses.number[of_regimen].max()),
        planned=_day(doses.planned[row]),
        day=_day(doses.day[row]),
        is_held=_is_held(schedule, row),
        weight=_weight(schedule, int(doses.weight[row])),
        weight_before=None if before is None else _weight(schedule, int(doses.weight[before])),
        weight_facts=_weight_facts(schedule, row),
        worked=None if worked < 0 else doses.calculations[worked],
        open=None if open_range < 0 else doses.open_ranges[open_range],
        state=WeightState(int(doses.weight_state[row])),
        record=dose_record(schedule, row),
        notes=(*_age_notes(schedule, subject), *dose_conditions(schedule, row), *dose_overlaps(schedule, row)),
    )


def _is_held(schedule: Schedule, row: int) -> bool:
    record, doses = schedule.record, schedule.doses
    return record is not None and bool(record.actuals.status[doses.subject[row], doses.visit[row]] == ActualStatus.DONE)


def _age_notes(schedule: Schedule, subject: int) -> tuple[Msg, ...]:
    if not schedule.age_is_outside[subject]:
        return ()
    on = str(schedule.cohort.anchors[subject, 0])
    return (words.age_words(int(schedule.age[subject]), on, schedule.protocol),)


def _weight(schedule: Schedule, place: int) -> WeightUsed | None:
    """The weight in a place of the cohort's weights; None for -1."""
    if place < 0:
        return None
    weights = schedule.cohort.weights
    method = int(weights.method[place])
    kilograms = weights.kilograms[int(weights.value[place])]
    return WeightUsed(kilograms, _day(weights.date[place]), METHODS[method] if method >= 0 else "")


def _weight_facts(schedule: Schedule, row: int) -> WeightFacts:
    doses, weights = schedule.doses, schedule.cohort.weights
    used = int(doses.weight[row])
    earlier = used - 1 if used > 0 and weights.subject[used - 1] == weights.subject[used] else -1
    places = (used, int(doses.weight_before[row]), int(doses.weight_found[row]), earlier)
    kilograms = (None if place < 0 else weights.kilograms[int(weights.value[place])] for place in places)
    return WeightFacts(WeightFlag(int(doses.weight_flags[row])), *kilograms)


def _day(day: np.datetime64) -> date | None:
    return None if np.isnat(day) else as_date(int(day.astype(np.int64)))
