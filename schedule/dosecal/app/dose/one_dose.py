"""One dose, worked for a subject who stands in no table.

Conventions: what is not given is not known, and is asked for; nothing is filled in.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.app.composition.protocols import refuse_by, require_one_of
from dosecal.load.doses.fact_texts import read_facts
from dosecal.model.conditions import OneSubject, Truth
from dosecal.model.dosing.body import Body, BodyUnknownError
from dosecal.model.messages import NOTHING
from dosecal.model.problems import PlanError, Problem, RefusedError, Source
from dosecal.model.struct import Struct
from dosecal.model.worked_dose import Variant
from dosecal.planning.doses.doses import (
    UNKNOWN_BODY,
    LevelUnknownError,
    LimitsConflictError,
    NoAimError,
    work_out_dose,
)
from dosecal.planning.record.given import hold_against, hold_against_range
from dosecal.report.messages.visit_words import condition_words, overlap_words
from dosecal.report.sheets.worksheet import Working, dose_working, open_working, with_given, with_notes

if TYPE_CHECKING:
    from dosecal.load.tables.table_reading import TableReading
    from dosecal.model.conditions import Condition
    from dosecal.model.messages import Msg
    from dosecal.model.moments import UseTimes
    from dosecal.model.protocol import Protocol
    from dosecal.model.quantity import Amount
    from dosecal.model.regimen import Regimen


class DoseRequest(Struct, frozen=True):
    """Whose dose is asked for, and how it is made up.

    Attributes:
        arm: The id of the arm.
        weight_kg: The actual body weight in kilograms; None where none is given.
        body: What else is known of the body.
        visit: The id of a visit, for its doses alone; None for all.
        level: The dose level; empty where none is given.
        site: The name of the site, whose containers are taken; empty for those of no site.
        facts: Further facts of the subject that conditions ask for, such as ``stage=late``.
        given: What was given, to be held against the order; None for nothing.
        day: The day, as ISO text, for the expiry of lots.
        lots: The name of the lots' file; None to take the product as the protocol states it.
        reading: How that is written; None for a comma, UTF-8, ISO dates and a point.
        syringe_ml: The nominal capacity of the syringe; None for the smallest that holds the volume.
        pump: What a pump is set to, and whether that is a duration in minutes and no rate in mL per hour; None for
            nothing to compare.
        times: When the product is thawed and infused; None where nothing of that is given.
    """

    arm: str
    weight_kg: Fraction | None = None
    body: Body = UNKNOWN_BODY
    visit: str | None = None
    level: str = ""
    site: str = ""
    facts: tuple[str, ...] = ()
    given: Amount | None = None
    day: str = ""
    lots: str | None = None
    reading: TableReading | None = None
    syringe_ml: Fraction | None = None
    pump: tuple[Fraction, bool] | None = None
    times: UseTimes | None = None


def work_doses(protocol: Protocol, request: DoseRequest) -> tuple[Working, ...]:
    """The doses of an arm for one body, worked step by step.

    A condition is judged by what is given of the subject: a regimen or a visit that it takes away is not there, and one
    whose condition is not known stays and says so.

    Args:
        protocol: The protocol.
        request: Whose dose is asked for.

    Returns:
        A working for each regimen of the arm that is given at the visit; several where its doses differ from visit to
        visit.

    Raises:
        PlanError: If there is no such arm, visit, level or fact, no dose there, or what the dose needs is not known.
    """
    arm, visit = request.arm, request.visit
    require_one_of(arm, [one.id for one in protocol.arms], protocol, "L004", "--arm")
    if visit is not None:
        require_one_of(visit, [one.id for one in protocol.visits], protocol, "L005", "--visit")
    given = [protocol.regimens[index] for index in protocol.regimens_of(arm)]
    given = [regimen for regimen in given if visit is None or visit in regimen.visits]
    if not given:
        where = f"at visit {visit} in arm {arm}" if visit else f"in arm {arm}"
        refuse_by(protocol, "L006", "--arm", f"expected an arm and visit with a dose, got none {where}")
    levels = list(dict.fromkeys(level.id for regimen in given for level in regimen.levels))
    if request.level:
        require_one_of(request.level, levels, protocol, "L012", "--level")
    subject = _subject(protocol, request)
    had = [(regimen, _visits_had(protocol, regimen, subject)) for regimen in given]
    had = [(regimen, visits) for regimen, visits in had if visits and visit in {None, *visits}]
    if not had:
        message = "expected a subject with a dose, got one for whom the conditions of all of them are false"
        refuse_by(protocol, "L006", "--arm", message)
    workings = tuple(
        _work(protocol, regimen, request, variant, visits)
        for regimen, of_subject in had
        for variant, visits in _variants(protocol, regimen, request, of_subject)
    )
    workings = tuple(_with_conditions(protocol, one, subject) for one in workings)
    return _with_overlaps(protocol, workings)


def _subject(protocol: Protocol, request: DoseRequest) -> OneSubject:
    """What is known of the subject, as far as conditions ask for it."""
    body, known = request.body, {"arm": request.arm}
    beside: dict[str, str | Fraction] = {**known, **({"site": request.site} if request.site else {})}
    beside |= {"sex": body.sex} if body.sex else {}
    beside |= {"age": Fraction(body.age_years)} if body.age_years is not None else {}
    return OneSubject(read_facts(request.facts, protocol, beside), {})


def _visits_had(protocol: Protocol, regimen: Regimen, subject: OneSubject) -> tuple[str, ...]:
    """The visits at which no condition takes the regimen from the subject; not known takes nothing."""
    if regimen.condition is not None and subject.truth(regimen.condition) is Truth.FALSE:
        return ()
    return tuple(
        visit for visit in regimen.visits if _truth(protocol.visit(visit).condition, subject) is not Truth.FALSE
    )


def _truth(condition: Condition | None, subject: OneSubject) -> Truth:
    return Truth.TRUE if condition is None else subject.truth(condition)


def _with_conditions(protocol: Protocol, working: Working, subject: OneSubject) -> Working:
    """The working, which says what is not known of its own condition and of those of its visits."""
    regimen = working.regimen
    notes = [
        NOTHING
        if regimen.condition is None
        else condition_words("", regimen.condition, _truth(regimen.condition, subject))
    ]
    for visit in working.visits:
        condition = protocol.visit(visit).condition
        if condition is not None:
            notes.append(condition_words(visit, condition, _truth(condition, subject)))
    return with_notes(working, tuple(dict.fromkeys(note for note in notes if note)))


def _with_overlaps(protocol: Protocol, workings: tuple[Working, ...]) -> tuple[Working, ...]:
    """The workings; one that stands beside another dose of its product at a visit says so."""
    notes: dict[str, list[Msg]] = {}
    there = {one.regimen.id for one in workings}
    for overlap in protocol.overlaps:
        pair = protocol.regimens[overlap.first], protocol.regimens[overlap.second]
        if {one.id for one in pair} <= there:
            for one, other in (pair, pair[::-1]):
                notes.setdefault(one.id, []).append(overlap_words(other, overlap.visits))
    return tuple(with_notes(one, tuple(notes.get(one.regimen.id, ()))) for one in workings)


def hold_given(working: Working, given: Amount, file: str) -> Working:
    """The working with what was given held against the order, or against the range where none is aimed at.

    Raises:
        PlanError: If it is in another unit than the order.
    """
    try:
        if working.order is not None:
            return with_given(working, hold_against_range(working.order, given))
        return working if working.worked is None else with_given(working, hold_against(working.worked, given))
    except RefusedError as refusal:
        problem = Problem(Source(file), "L013", "--given", f"expected {refusal.expected}, got {given.unit.spoken}")
        raise PlanError((problem,)) from None


def _variants(
    protocol: Protocol, regimen: Regimen, request: DoseRequest, visits_had: tuple[str, ...]
) -> list[tuple[Variant, tuple[str, ...]]]:
    """Which doses of a regimen differ, each with those of its visits that the subject has; of one where it is asked."""
    level = next((k for k, one in enumerate(regimen.levels) if one.id == request.level), -1)
    parts = {part.visit: place for place, part in enumerate(regimen.split)}
    found: dict[Variant, list[str]] = {}
    in_order = sorted(visits_had, key=lambda visit: _offset(protocol, visit))
    for number, visit in enumerate(in_order):
        is_later = regimen.maintenance is not None and number > 0
        found.setdefault(Variant(level, is_later, parts.get(visit, -1)), []).append(visit)
    whole = [(variant, tuple(v for v in regimen.visits if v in visits)) for variant, visits in found.items()]
    if request.visit is None:
        return whole
    return [(variant, (request.visit,)) for variant, visits in whole if request.visit in visits]


def _offset(protocol: Protocol, visit_id: str) -> int:
    return protocol.visit(visit_id).offset or 0


_OPTIONS = {
    "height_cm": "--height",
    "sex": "--sex",
    "birth_date": "--age",
    "gfr_ml_min": "--gfr",
    "creatinine_mg_dl": "--creatinine",
    "body_surface_m2": "--body-surface",
}


def _work(
    protocol: Protocol, regimen: Regimen, request: DoseRequest, variant: Variant, visits: tuple[str, ...]
) -> Working:
    if regimen.is_per_weight and request.weight_kg is None:
        needed = f"for the dose of {regimen.id}, {regimen.dose.unit.spoken}"
        message = f'expected a weight in kilograms such as "--weight 70.5" {needed}, got none'
        refuse_by(protocol, "L007", "--weight", message)
    try:
        worked = work_out_dose(regimen, request.weight_kg, request.body, variant)
    except BodyUnknownError as refusal:
        options = " and ".join(_OPTIONS[need] for need in refusal.needs)
        refuse_by(protocol, "L008", options, f"expected {options} for the dose of {regimen.id}, got none")
    except LevelUnknownError as refusal:
        refuse_by(protocol, "L011", "--level", f"expected {refusal.expected}, got none")
    except NoAimError as refusal:
        return open_working(refusal.order, request.arm, visits, ())
    except LimitsConflictError as refusal:
        refuse_by(protocol, "L010", regimen.id, f"expected {refusal.expected}")
    except RefusedError as refusal:
        refuse_by(protocol, "L009", regimen.id, f"expected {refusal.expected}, got another body")
    return dose_working(worked, request.arm, visits, ())
