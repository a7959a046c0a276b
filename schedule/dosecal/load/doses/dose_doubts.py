"""What in a written dose keeps it from being certain, whatever its numbers mean.

Conventions: a doubt is a sentence. A text is certain only if each of its pieces has a place: a unit that stands before
its number, a bracket that is not closed or a dash that joins nothing may have lost what they belonged to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.doses.dose_phrases import Kind
from dosecal.load.doses.dose_units import AUC, AUC_TEXT, INDIRECT
from dosecal.model.dosing.by_auc import CALVERT
from dosecal.model.spoken import COUNTED

if TYPE_CHECKING:
    from dosecal.load.doses.dose_tokens import Piece

MOST_SHOWN = 5
"""How many words that are not understood a note names."""

_SIGNS = frozenset({Kind.RANGE, Kind.LIST})
_PASSED = frozenset({Kind.FILLER, Kind.LABEL, Kind.MARK, Kind.SPREAD, Kind.BOUND})
_NUMBERED = frozenset({Kind.TERM, Kind.CONTEXT, Kind.DOUBT})
_PAIRS = {")": "(", "]": "[", "}": "{"}


def named_before(pieces: tuple[Piece, ...]) -> str:
    """The substance that a text names before its first number; empty for none, or several."""
    before = _before_numbers(pieces)
    named = {piece.word.partition("|")[0] for piece in before if piece.kind is Kind.SUBSTANCE}
    named.discard(AUC)
    if named == {"cells"} and any(piece.kind is Kind.VIABLE for piece in before):
        named = {"viable cells"}
    return named.pop() if len(named) == 1 else ""


def doubts_of(pieces: tuple[Piece, ...]) -> tuple[str, ...]:
    """All doubts that the pieces raise, apart from the numbers."""
    found = [doubt for rule in _RULES for doubt in rule(pieces)]
    return tuple(dict.fromkeys(found))


def _before_numbers(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    first = next((at for at, piece in enumerate(pieces) if piece.kind is Kind.TERM), len(pieces))
    return pieces[:first]


def _stated(pieces: tuple[Piece, ...]) -> list[str]:
    of_periods = [piece.word.partition("|")[2] for piece in pieces if piece.kind is Kind.PERIOD]
    return [piece.word for piece in pieces if piece.kind in {Kind.DOUBT, Kind.CONTEXT} and piece.word] + of_periods


def _not_understood(pieces: tuple[Piece, ...]) -> list[str]:
    unknown = dict.fromkeys(piece.text for piece in pieces if piece.kind is Kind.UNKNOWN)
    shown = ", ".join(f'"{word}"' for word in list(unknown)[:MOST_SHOWN])
    return [f"not understood: {shown}"] if shown else []


def _totals(pieces: tuple[Piece, ...]) -> list[str]:
    total = any(piece.kind is Kind.TOTAL for piece in pieces)
    return ["a total is not one administration"] if total else []


def _units_before(pieces: tuple[Piece, ...]) -> list[str]:
    before = _before_numbers(pieces)
    named = [piece.word.partition("|")[0] for piece in before if piece.kind is Kind.SUBSTANCE]
    named = [name for name in named if name != AUC]
    doubts = []
    if any(piece.kind in {Kind.PER, Kind.STRENGTH} and piece.word not in INDIRECT for piece in before):
        doubts.append("a divisor stands before the number")
    if any(name not in COUNTED for name in named) or len(set(named)) > 1:
        doubts.append("a unit stands before the number")
    if any(piece.kind is Kind.VIABLE for piece in before) and "cells" not in named:
        doubts.append("viable stands before the number")
    return doubts


def _loose_dashes(pieces: tuple[Piece, ...]) -> list[str]:
    """A dash or a stroke before a number that is no dose, as in ``1 million cells - 10 %``."""
    loose = any(
        (piece.text, piece.kind) in {("-", Kind.RANGE), ("/", Kind.LIST)} and pieces[at + 1].kind is not Kind.TERM
        for at, piece in enumerate(pieces[:-1])
    )
    return ["a dash or a stroke stands before a number that is no dose"] if loose else []


def _loose_signs(pieces: tuple[Piece, ...]) -> list[str]:
    """A sign that joins nothing: at either end of the text, or plus or minus with no number after it."""
    ends = [piece for piece in (*pieces[:1], *pieces[-1:]) if piece.kind in _SIGNS or piece.text in {"-", "="}]
    spread = any(
        piece.kind is Kind.SPREAD and Kind.TERM not in {other.kind for other in pieces[at + 1 : at + 2]}
        for at, piece in enumerate(pieces)
    ) or any(piece.kind is Kind.SPREAD for piece in _before_numbers(pieces))
    return ["something seems to be cut off"] if ends or spread else []


def _open_brackets(pieces: tuple[Piece, ...]) -> list[str]:
    """A bracket without its other half, as in a text that was cut off."""
    opened: list[str] = []
    for c in "".join(piece.text for piece in pieces if piece.kind is not Kind.TERM):
        if c in _PAIRS.values():
            opened.append(c)
        elif c in _PAIRS and (not opened or opened.pop() != _PAIRS[c]):
            return ["a bracket is not opened"]
    return ["a bracket is not closed"] if opened else []


def _loose_bounds(pieces: tuple[Piece, ...]) -> list[str]:
    """A bound that stands by no number after it, as in ``1 million cells at most``."""
    for at, piece in enumerate(pieces):
        if piece.kind is not Kind.BOUND:
            continue
        rest = [later for later in pieces[at + 1 :] if later.kind not in _PASSED]
        if not rest or rest[0].kind not in _NUMBERED:
            return ["a bound stands beside the number"]
    return []


def _target_auc(pieces: tuple[Piece, ...]) -> list[str]:
    """Anything beside a target AUC: a file writes it alone."""
    stated = any(piece.word.partition("|")[0] == AUC for piece in pieces if piece.kind is Kind.SUBSTANCE)
    alone = AUC_TEXT.fullmatch(" ".join(piece.text for piece in pieces))
    if not stated or (alone is not None and alone[2]):
        return []
    if alone is not None:
        return [f'the formula is not named, as in "{alone[0]} by {CALVERT}"']
    return [f'a target AUC is written alone, as in "AUC 5 by {CALVERT}"']


_RULES = (
    _stated,
    _not_understood,
    _totals,
    _units_before,
    _loose_dashes,
    _loose_signs,
    _open_brackets,
    _loose_bounds,
    _target_auc,
)
