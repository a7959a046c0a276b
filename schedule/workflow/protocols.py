"""Protocols by name, and one dose of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from schedule.load.protocol_file import load_protocol as protocol_from_bytes
from schedule.model.problems import PlanError, Problem, RefusedError, Source, expected_got
from schedule.plan.doses import UNKNOWN_BODY, BodyUnknownError, work_out_dose
from schedule.report.worksheet import Working, dose_working
from schedule.workflow.store import read_protocol_file, shipped_studies

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from schedule.model.protocol import Protocol
    from schedule.model.regimen import Regimen
    from schedule.model.timing import Horizon
    from schedule.model.worked_dose import Body


def load_protocol(name: str | Path) -> Protocol:
    """The protocol in a file, or the shipped protocol of a study.

    Args:
        name: A path, or the id of a shipped study such as ``NCT04611256``.

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


def work_doses(
    protocol: Protocol, arm: str, weight_kg: Fraction | None, visit: str | None, body: Body = UNKNOWN_BODY
) -> tuple[Working, ...]:
    """The doses of an arm for one weight, worked step by step.

    Args:
        protocol: The protocol.
        arm: The id of the arm.
        weight_kg: The body weight in kilograms; None where none is given.
        visit: The id of a visit, for its doses alone; None for all.
        body: What else is known of the body.

    Returns:
        A working for each regimen of the arm that is given at the visit.

    Raises:
        PlanError: If there is no such arm or visit, no dose there, or what the dose needs is not known.
    """
    _require(arm, [one.id for one in protocol.arms], protocol, "L004", "--arm")
    if visit is not None:
        _require(visit, [one.id for one in protocol.visits], protocol, "L005", "--visit")
    given = [protocol.regimens[index] for index in protocol.regimens_of(arm)]
    given = [regimen for regimen in given if visit is None or visit in regimen.visits]
    if not given:
        where = f"at visit {visit} in arm {arm}" if visit else f"in arm {arm}"
        _refuse(protocol, "L006", "--arm", f"expected an arm and visit with a dose, got none {where}")
    return tuple(_work(protocol, regimen, arm, (weight_kg, body), visit) for regimen in given)


_OPTIONS = {
    "height_cm": "--height",
    "sex": "--sex",
    "birth_date": "--age",
    "gfr_ml_min": "--gfr",
    "creatinine_mg_dl": "--creatinine",
}


def _work(
    protocol: Protocol, regimen: Regimen, arm: str, known: tuple[Fraction | None, Body], visit: str | None
) -> Working:
    weight_kg, body = known
    if regimen.is_per_weight and weight_kg is None:
        needed = f"for the dose of {regimen.id}, {regimen.dose.unit.spoken}"
        message = f'expected a weight in kilograms such as "--weight 70.5" {needed}, got none'
        _refuse(protocol, "L007", "--weight", message)
    try:
        worked = work_out_dose(regimen, weight_kg, body)
    except BodyUnknownError as refusal:
        options = " and ".join(_OPTIONS[need] for need in refusal.expected.split(" and "))
        _refuse(protocol, "L008", options, f"expected {options} for the dose of {regimen.id}, got none")
    except RefusedError as refusal:
        _refuse(protocol, "L009", regimen.id, f"expected {refusal.expected}, got another body")
    return dose_working(worked, arm, regimen.visits if visit is None else (visit,))


def _require(name: str, known: list[str], protocol: Protocol, code: str, option: str) -> None:
    if name not in known:
        _refuse(protocol, code, option, expected_got(f"one of {', '.join(known)}", name))


def _refuse(protocol: Protocol, code: str, about: str, message: str) -> NoReturn:
    raise PlanError((Problem(Source(protocol.file), code, about, message),))
