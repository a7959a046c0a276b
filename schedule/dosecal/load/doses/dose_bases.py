"""What a written dose is stated per, and to which number that belongs.

Conventions: a basis belongs to the number before it, over any words up to the next number; before the first number of a
text, or between a comma and a number, it belongs to the number after it. "By body weight" is no basis.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from dosecal.load.doses.dose_phrases import STRAY, Kind
from dosecal.load.doses.dose_units import AUC

if TYPE_CHECKING:
    from dosecal.load.doses.dose_tokens import Piece

BASES = frozenset({Kind.PER, Kind.PERIOD})
"""The kinds of piece that say what a dose is stated per."""

OF_UNITS = BASES | {Kind.SUBSTANCE, Kind.ADJECTIVE, Kind.VIABLE}
"""The kinds of piece that units are written with."""

_PERIODS = {
    "d": "day",
    "j": "day",
    "jour": "day",
    "w": "week",
    "wk": "week",
    "mo": "month",
    "yr": "year",
    "diem": "day",
}


def period_name(written: str) -> str:
    """The name of a period: ``d``, ``days``, ``daily`` and ``24 h`` are a day."""
    name = re.sub(r"^24.*|^dai?ly", "day", written.strip().lower())
    name = re.sub(r"ly$", "", name)
    return _PERIODS.get(name.removesuffix("s"), name.removesuffix("s"))


def reach_of(pieces: tuple[Piece, ...], at: int) -> list[int]:
    """The places whose pieces can belong to the number at a place: up to the next number, and after its bracket."""
    reach: list[int] = []
    has_substance = False
    term = pieces[at].term
    is_bare = term is not None and term.is_bare
    for place in range(at + 1, len(pieces)):
        piece = pieces[place]
        if piece.kind is Kind.TERM:
            return reach + _after_bracket(pieces, at, place) + _after_volume(pieces, place)
        if piece.kind is Kind.BOUND and has_substance:
            break
        if piece.kind is Kind.LIST and piece.text.isalpha() and not has_substance and is_bare:
            ahead = next((other.kind for other in pieces[place + 1 :] if other.kind is not Kind.LIST), None)
            if ahead in {Kind.SUBSTANCE, Kind.ADJECTIVE, Kind.UNKNOWN, Kind.PER}:
                break
        has_substance = has_substance or piece.kind is Kind.SUBSTANCE
        reach.append(place)
    return reach


def is_bracketed(pieces: tuple[Piece, ...], at: int, place: int) -> bool:
    """Whether another number stands between a number with its unit and the piece at a place."""
    between = [piece.kind for piece in pieces[at + 1 : place]]
    return Kind.TERM in between and Kind.SUBSTANCE in between[: between.index(Kind.TERM)]


def _depth(piece: Piece) -> int:
    return sum(piece.text.count(c) for c in "([{") - sum(piece.text.count(c) for c in ")]}")


def _after_bracket(pieces: tuple[Piece, ...], at: int, place: int) -> list[int]:
    """The units and bases after the bracket in which another number stands: ``5 mg (1 mL) per kg``; else none."""
    depth = sum(_depth(piece) for piece in pieces[at + 1 : place])
    if depth <= 0:
        return []
    for end in range(place, len(pieces)):
        depth += _depth(pieces[end])
        if depth <= 0:
            rest = range(end + 1, len(pieces))
            return list(takewhile(lambda later: pieces[later].kind in OF_UNITS or pieces[later].text == "-", rest))
    return []


def _after_volume(pieces: tuple[Piece, ...], place: int) -> list[int]:
    """The bases in words after a volume that a dose stands in: ``5 mg in 1 mL per eye``; a stroke is of the volume."""
    units = [piece.word.partition("|")[0] for piece in pieces[place + 1 : place + 2]]
    is_volume = pieces[place - 1].text.lower() == "in" and units in (["mL"], ["L"])
    run = takewhile(lambda later: pieces[later].kind in BASES, range(place + 2, len(pieces)))
    return [later for later in run if is_volume and not pieces[later].text.lstrip().startswith("/")]


def follows_auc(pieces: tuple[Piece, ...], at: int) -> bool:
    """Whether "AUC" stands before the number at a place."""
    before = next((p for p in reversed(pieces[:at]) if p.kind not in {Kind.FILLER, Kind.BOUND} and p.text != ":"), None)
    return before is not None and before.kind is Kind.SUBSTANCE and before.word.partition("|")[0] == AUC


def _can_lead(piece: Piece) -> bool:
    return piece.kind in BASES and STRAY not in piece.word


def leading_bases(pieces: tuple[Piece, ...]) -> dict[int, tuple[int, ...]]:
    """The places of bases that stand before a number and belong to it, by the place of the number.

    Before the first number that is every basis; later on, a basis between a comma or the like and a number.
    """
    led: dict[int, tuple[int, ...]] = {}
    numbers = [at for at, piece in enumerate(pieces) if piece.kind is Kind.TERM]
    for at in numbers:
        if at == numbers[0]:
            led[at] = tuple(place for place in range(at) if _can_lead(pieces[place]))
            continue
        end = at - 1
        while pieces[end].kind in {Kind.FILLER, Kind.LABEL, Kind.BOUND} or pieces[end].text == ":":
            end -= 1
        start = end
        while _can_lead(pieces[start]):
            start -= 1
        before = pieces[start]
        is_clause = before.kind in {Kind.LIST, Kind.CONTEXT, Kind.DOUBT, Kind.MARK} and before.text not in {
            ")",
            "]",
            "}",
        }
        led[at] = tuple(range(start + 1, end + 1)) if is_clause else ()
    return led
