"""Protocols by name, and one dose of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from dosecal.load.protocol_file import load_protocol as protocol_from_bytes
from dosecal.model.problems import PlanError, Problem, RefusedError, Source, expected_got
from dosecal.model.worked_dose import Body, Variant
from dosecal.planning.doses import (
    UNKNOWN_BODY,
    BodyUnknownError,
    LevelUnknownError,
    LimitsConflictError,
    NoAimError,
    work_out_dose,
)
from dosecal.planning.given import hold_against
from dosecal.report.worksheet import Working, dose_working, with_given
from dosecal.workflow.store import read_protocol_file, shipped_examples, shipped_studies

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from dosecal.model.protocol import Protocol
    from dosecal.model.quantity import Amount
    from dosecal.model.regimen import Regimen
    from dosecal.model.timing import Horizon


def load_protocol(name: str | Path) -> Protocol:
    """The protocol in a file, or the shipped protocol of a study.

    Args:
        name: A path, or the id of a shipped study or example such as ``NCT04611256`` or ``examples/ryoncil``.

    Raises:
        ProtocolError: With every problem that was found.
    """
    content, shown = read_protocol_file(str(name))
    return protocol_from_bytes(content, shown)


def load_for_planning(name: str | Path, horizon: Horizon | None = None) -> Protocol:
    """The protocol in a file, with its cycles as far as they are to be planned.

    Args:
        name: A path, or the id of a shipped study.
        horizon: How far cycles are planned that go on until something happens; None for none given.

    Raises:
        ProtocolError: With every problem that was found.
        PlanError: If cycles go on until something happens and no horizon is given.
    """
    content, shown = read_protocol_file(str(name))
    protocol = protocol_from_bytes(content, shown, horizon)
    require_horizon(protocol)
    return protocol


def require_horizon(protocol: Protocol) -> None:
    """See that the number of cycles to be planned is known.

    Raises:
        PlanError: If cycles go on until something happens and no horizon was given; nobody picks one.
    """
    problems = tuple(
        Problem(
            Source(protocol.file),
            "L060",
            f"cycles.{cycles.id}",
            f"expected a horizon such as \"--horizon '12 cycles'\", since they go on until {cycles.until}, got none",
        )
        for cycles in protocol.cycles
        if cycles.is_endless
    )
    if problems:
        raise PlanError(problems)


def load_shipped() -> tuple[Protocol, ...]:
    """The shipped protocols, by study id."""
    return tuple(load_protocol(study) for study in shipped_studies())


def load_examples() -> tuple[tuple[str, Protocol], ...]:
    """The shipped example protocols, each after its id."""
    return tuple((name, load_protocol(name)) for name in shipped_examples())


@dataclass(frozen=True, slots=True)
class DoseRequest:
    """Whose dose is asked for.

    Attributes:
        arm: The id of the arm.
        weight_kg: The body weight in kilograms; None where none is given.
        body: What else is known of the body.
        visit: The id of a visit, for its doses alone; None for all.
        level: The dose level; empty where none is given.
    """

    arm: str
    weight_kg: Fraction | None = None
    body: Body = UNKNOWN_BODY
    visit: str | None = None
    level: str = ""


def work_doses(protocol: Protocol, request: DoseRequest) -> tuple[Working, ...]:
    """The doses of an arm for one body, worked step by step.

    Args:
        protocol: The protocol.
        request: Whose dose is asked for.

    Returns:
        A working for each regimen of the arm that is given at the visit; several where its doses differ from visit to
        visit.

    Raises:
        PlanError: If there is no such arm, visit or level, no dose there, or what the dose needs is not known.
    """
    arm, visit = request.arm, request.visit
    _require(arm, [one.id for one in protocol.arms], protocol, "L004", "--arm")
    if visit is not None:
        _require(visit, [one.id for one in protocol.visits], protocol, "L005", "--visit")
    given = [protocol.regimens[index] for index in protocol.regimens_of(arm)]
    given = [regimen for regimen in given if visit is None or visit in regimen.visits]
    if not given:
        where = f"at visit {visit} in arm {arm}" if visit else f"in arm {arm}"
        _refuse(protocol, "L006", "--arm", f"expected an arm and visit with a dose, got none {where}")
    levels = [level.id for regimen in given for level in regimen.levels]
    if request.level:
        _require(request.level, levels, protocol, "L012", "--level")
    return tuple(
        _work(protocol, regimen, request, variant, visits)
        for regimen in given
        for variant, visits in _variants(protocol, regimen, request)
    )


def hold_given(working: Working, given: Amount, file: str) -> Working:
    """The working with what was given held against the order.

    Raises:
        PlanError: If it is in another unit than the order.
    """
    try:
        return with_given(working, hold_against(working.worked, given))
    except RefusedError as refusal:
        problem = Problem(Source(file), "L013", "--given", f"expected {refusal.expected}, got {given.unit.spoken}")
        raise PlanError((problem,)) from None


def _variants(protocol: Protocol, regimen: Regimen, request: DoseRequest) -> list[tuple[Variant, tuple[str, ...]]]:
    """Which doses of a regimen differ, each with its visits; of one visit alone where it is asked for."""
    level = next((k for k, one in enumerate(regimen.levels) if one.id == request.level), -1)
    parts = {part.visit: place for place, part in enumerate(regimen.split)}
    found: dict[Variant, list[str]] = {}
    in_order = sorted(regimen.visits, key=lambda visit: _offset(protocol, visit))
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
        _refuse(protocol, "L007", "--weight", message)
    try:
        worked = work_out_dose(regimen, request.weight_kg, request.body, variant)
    except BodyUnknownError as refusal:
        options = " and ".join(_OPTIONS[need] for need in refusal.expected.split(" and "))
        _refuse(protocol, "L008", options, f"expected {options} for the dose of {regimen.id}, got none")
    except LevelUnknownError as refusal:
        _refuse(protocol, "L011", "--level", f"expected {refusal.expected}, got none")
    except NoAimError as refusal:
        _refuse(protocol, "L014", regimen.id, f"expected {refusal.expected}")
    except LimitsConflictError as refusal:
        _refuse(protocol, "L010", regimen.id, f"expected {refusal.expected}")
    except RefusedError as refusal:
        _refuse(protocol, "L009", regimen.id, f"expected {refusal.expected}, got another body")
    return dose_working(worked, request.arm, visits)


def _require(name: str, known: list[str], protocol: Protocol, code: str, option: str) -> None:
    if name not in known:
        _refuse(protocol, code, option, expected_got(f"one of {', '.join(known)}", name))


def _refuse(protocol: Protocol, code: str, about: str, message: str) -> NoReturn:
    raise PlanError((Problem(Source(protocol.file), code, about, message),))
