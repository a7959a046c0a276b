"""Protocols by name: a file, or the id of a shipped study or example."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from dosecal.app.files.sources import read_protocol_file, shipped_examples, shipped_studies
from dosecal.load.protocol.protocol_file import read_protocol
from dosecal.model.problems import PlanError, Problem, Source, expected_got

if TYPE_CHECKING:
    from pathlib import Path

    from dosecal.model.protocol import Protocol
    from dosecal.model.timing import Horizon


def load_protocol(name: str | Path) -> Protocol:
    """The protocol in a file, or the shipped protocol of a study.

    Args:
        name: A path, or the id of a shipped study or example such as ``NCT04611256`` or ``examples/ryoncil``.

    Raises:
        ProtocolError: With every problem that was found.
    """
    content, shown = read_protocol_file(str(name))
    return read_protocol(content, shown)


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
    protocol = read_protocol(content, shown, horizon)
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


def require_one_of(name: str, known: list[str], protocol: Protocol, code: str, option: str) -> None:
    """See that a name is one that the protocol has.

    Raises:
        PlanError: If it is none.
    """
    if name not in known:
        refuse_by(protocol, code, option, expected_got(f"one of {', '.join(known)}", name))


def refuse_by(protocol: Protocol, code: str, about: str, message: str) -> NoReturn:
    """Refuse what is asked for, by the rules of a protocol.

    Raises:
        PlanError: Always.
    """
    raise PlanError((Problem(Source(protocol.file), code, about, message),))
