"""Protocols as their reader may see them, and what is to be said of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.problems import Problem, Source
from dosecal.model.protocol import UNBLINDED
from dosecal.planning.masking import masked_protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dosecal.model.protocol import Protocol


def as_shown(protocols: Sequence[Protocol], *, is_unblinded: bool) -> tuple[tuple[Protocol, ...], list[Problem]]:
    """Protocols as a reader may see them; that they unblind, and that a file doesn't say whether its arms are blinded.

    Args:
        protocols: The protocols.
        is_unblinded: Whether the reader may know the arms, or is to know the doses.
    """
    warnings = []
    for one in protocols:
        if one.is_blinded and is_unblinded:
            message = f"{UNBLINDED}: arms, doses or products of a blinded trial are shown"
            warnings.append(Problem(Source(one.file), "W021", "blinding", message))
        warnings += [warning for warning in one.warnings if warning.code == "W022"]
    return tuple(one if is_unblinded else masked_protocol(one) for one in protocols), warnings


def hidden_doses(shown: Sequence[Protocol]) -> list[Problem]:
    """That doses are not among the rows of an output, for each protocol of which something is hidden."""
    message = "doses, and how those that were given differ from them, are hidden, since arms are blinded"
    return [Problem(Source(one.file), "W023", "", message, "--unblinded shows them") for one in shown if one.is_masked]
