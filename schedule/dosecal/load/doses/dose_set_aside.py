"""What in a written dose can be the dose: bounds, volumes, concentrations and loose numbers are set aside.

Conventions: nothing is offered without what it is stated per. Where a basis stands in the text that the doses don't
have and that nothing else accounts for, no dose may be offered at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.doses.dose_bases import BASES
from dosecal.load.doses.dose_phrases import Kind
from dosecal.load.doses.dose_readings import Meaning, meaning_of
from dosecal.load.doses.dose_units import BODIES, INDIRECT, RATES, unit_words
from dosecal.model.regex import regex
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from dosecal.load.doses.dose_groups import Group
    from dosecal.load.doses.dose_tokens import Piece

_BOUNDS = {"most": "a maximum", "upper": "an upper bound", "lower": "a lower bound", "approximate": "an approximation"}


class Findings(Struct, frozen=True):
    """What is left of the groups once bounds, volumes and loose numbers are set aside.

    Attributes:
        groups: The groups that can be the dose.
        doubts: What keeps any of them from being certain.
        notes: What was passed over.
    """

    groups: tuple[Group, ...]
    doubts: tuple[str, ...]
    notes: tuple[str, ...]


def set_aside(pieces: tuple[Piece, ...], groups: tuple[Group, ...]) -> Findings:
    """The groups that can be the dose, what keeps them from being certain, and what was passed over."""
    doubts: list[str] = []
    notes: list[str] = []
    kept = [group for group in groups if not group.is_strength]
    notes += [f"{group.text} per volume is a concentration" for group in groups if group.is_strength]
    doubts += ["doses and concentrations stand in one list" for group in kept if group.has_strength]
    amounts = [group for group in kept if not group.is_volume]
    led = [group for group in amounts if group.numbers[0].is_led]
    if led and led[0].per:
        doubts += [
            f"it is not clear that {g.text} is stated per {led[0].per}" for g in amounts if not (g.per or g.bound)
        ]
        amounts = [group for group in amounts if group.per or group.bound]
    if kept and not amounts and len(kept) < len(groups):
        doubts.append("a volume of a stated concentration is not worked out here")
    if amounts and not all(group.is_loose for group in amounts):
        volumes = [group for group in kept if group.is_volume]
        notes += [f"{group.text} {group.numbers[-1].symbol} is a volume" for group in volumes]
        doubts += [f"{group.text} {group.numbers[-1].symbol} may be the dose" for group in volumes if group.per]
        kept = amounts
    malformed = [group for group in kept if _runs_into_letters(pieces, group)]
    doubts += [f'"{group.text}" runs into letters' for group in malformed]
    kept = [group for group in kept if group not in malformed]
    if not all(group.is_loose for group in kept):
        doubts += [f"the number {group.text} is not accounted for" for group in kept if group.is_loose]
        kept = [group for group in kept if not group.is_loose]
    free = [group for group in kept if not group.bound]
    if free:
        caps = [group for group in kept if group.bound in {"most", "upper"} and _caps(group, free)]
        meanings = [meaning_of(group, "") for group in caps]
        doubts += ["the cap can be taken in several ways" for meaning in meanings if not meaning.is_certain]
        notes += [f"a cap is stated: at most {_first_words(meaning)}" for meaning in meanings]
        kept = [group for group in kept if group not in caps]
    doubts += [f"{_BOUNDS[group.bound]} is not a dose" for group in kept if group.bound]
    return Findings(tuple(kept), tuple(doubts), tuple(notes))


def _first_words(meaning: Meaning) -> str:
    if not meaning.interpretations:
        return "a number that is malformed"
    return unit_words(meaning.interpretations[0].values[0], meaning.units[0])


def _runs_into_letters(pieces: tuple[Piece, ...], group: Group) -> bool:
    number = group.numbers[-1]
    after = pieces[number.at + 1] if number.at + 1 < len(pieces) else None
    if after is None or not after.touches or not number.term.is_bare:
        return False
    opened = sum(piece.text == after.text for piece in pieces[: number.at])
    is_inch = after.text in {'"', "'"} and opened % 2 == 0
    return after.kind is Kind.UNKNOWN or after.text == "." or is_inch


def _caps(group: Group, doses: list[Group]) -> bool:
    """Whether a bounded group is the flat cap of doses that are per kg or per m²."""
    return not group.numbers[-1].per and all(dose.numbers[-1].per for dose in doses)


def lost_bases(pieces: tuple[Piece, ...], groups: tuple[Group, ...], offered: tuple[Group, ...]) -> tuple[str, ...]:
    """Why nothing may be offered: a basis stands in the text that the doses don't have; empty where each has its own.

    Args:
        pieces: All pieces of the text.
        groups: All groups of numbers.
        offered: Those that can be the dose.
    """
    taken = {place for group in offered for number in group.numbers for place in number.bases}
    own = {place for group in groups if _has_own_basis(group, offered) for n in group.numbers for place in n.bases}
    lost = [piece for place, piece in enumerate(pieces) if piece.kind is Kind.PER and place not in taken | own]
    unclear = [piece.text.strip() for piece in lost if not all(_covers(group, piece) for group in offered)]
    unclear += [piece.text for place, piece in enumerate(pieces) if _hides_basis(pieces, place)]
    return tuple(f'it is not clear what "{text}" belongs to' for text in dict.fromkeys(unclear))


def _has_own_basis(group: Group, offered: tuple[Group, ...]) -> bool:
    """Whether what a group that is no dose is stated per is its own: a concentration, a cap, the rate of a volume."""
    if group in offered or group.is_strength or group.bound:
        return True
    return group.is_volume and (group.per in RATES or all(dose.per for dose in offered))


def _covers(group: Group, piece: Piece) -> bool:
    of_dose = group.per.split("/")
    return bool(set(BODIES) & set(of_dose)) if piece.word in INDIRECT else piece.word.partition("|")[0] in of_dose


_GLUED = regex(r"(?i).+(?:kg|kilo|m2|sqm)")


def _hides_basis(pieces: tuple[Piece, ...], place: int) -> bool:
    """Whether a piece hides what the dose is stated per: ``5 mg·foo``, ``5 mg/ (foo)``, ``5 million cellsperkg``."""
    piece = pieces[place]
    if piece.kind is not Kind.UNKNOWN:
        return False
    before = pieces[place - 1] if place else None
    is_sign = piece.text in {"/", "·", "×"} and before is not None and before.kind in {Kind.SUBSTANCE, *BASES}
    return is_sign or _GLUED.fullmatch(piece.text) is not None
