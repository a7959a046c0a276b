"""The doses in the pieces of a text: which numbers belong together, in which unit, and under which bound.

Conventions: a group is a run of numbers joined as a range or a list; most texts have one. A number that days, patients or
containers account for is no dose; a number that nothing accounts for keeps the text from being certain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from schedule.load.dose_tokens import Kind, Piece
from schedule.model.problems import RefusedError
from schedule.model.quantity import Unit
from schedule.model.spoken import COUNTED

if TYPE_CHECKING:
    from schedule.load.dose_numbers import Term

_BETWEEN = frozenset({Kind.SUBSTANCE, Kind.PER, Kind.ELSE_PER, Kind.ADJECTIVE, Kind.VIABLE, Kind.LABEL, Kind.RANGE, Kind.LIST})
_SMALL_WORDS = frozenset({"a", "the", "dose", "doses", "of"})
_COUNTED_NOUNS = frozenset({"dose", "infusion", "injection", "treatment", "administration", "transplantation"})
MOST_COUNTED = 20
"""Up to here a number after "dose" may be the number of the dose."""

_BEFORE = frozenset({Kind.FILLER, Kind.LABEL, Kind.MARK, Kind.SPREAD})


@dataclass(frozen=True, slots=True)
class Number:
    """A number that could be a dose, with the unit that stands by it.

    Attributes:
        term: The number.
        at: Its place among the pieces.
        substance: What is counted; empty where nothing is said by this number.
        per: The divisor; empty for none.
        beside: Whether the unit follows at once, or with nothing between but what can stand before cells.
        is_strength: Whether a volume follows, so that it is a concentration.
        doubts: Why it is not certain.
    """

    term: Term
    at: int
    substance: str
    per: str
    beside: bool
    is_strength: bool
    doubts: tuple[str, ...]

    @property
    def has_unit(self) -> bool:
        """Whether any unit stands by it."""
        return bool(self.substance or self.per)


@dataclass(frozen=True, slots=True)
class Group:
    """Numbers that are joined.

    Attributes:
        numbers: At least one, in the order written.
        joins: What stands between each two of them.
        bound: Which kind of bound stands before; empty for none.
        doubts: Why the group is not certain.
    """

    numbers: tuple[Number, ...]
    joins: tuple[Kind, ...] = ()
    bound: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The first and last number as they are written."""
        return " to ".join(dict.fromkeys(number.term.text for number in self.numbers))

    @property
    def has_unit(self) -> bool:
        """Whether any of its numbers has a unit."""
        return any(number.has_unit for number in self.numbers)

    @property
    def is_volume(self) -> bool:
        """Whether it is a flat volume."""
        return self.numbers[-1].substance == "mL" and not self.numbers[-1].per

    @property
    def is_strength(self) -> bool:
        """Whether it is a concentration."""
        return self.numbers[-1].is_strength

    @property
    def is_loose(self) -> bool:
        """Whether neither a unit nor a factor makes it an amount."""
        return not self.has_unit and all(number.term.is_bare for number in self.numbers)


def number_at(pieces: tuple[Piece, ...], at: int, term: Term) -> Number:
    """The number at a place, with the unit found before the next number begins."""
    substance = per = ""
    viable = marked = strange = strength = False
    doubts: list[str] = []
    beside = True
    for place, piece in enumerate(pieces[at + 1 :], at + 1):
        if piece.kind is Kind.TERM or (piece.kind is Kind.BOUND and substance):
            break
        if piece.kind is Kind.SUBSTANCE:
            name, _, doubt = piece.word.partition("|")
            taken, why = _taken(name, substance, is_next=place == at + 1)
            doubts += [f'"{piece.text}" {doubt}'] if doubt and taken else []
            doubts += [why] if why else []
            substance = substance or taken
        elif piece.kind in {Kind.PER, Kind.ELSE_PER}:
            divisor = piece.word if piece.kind is Kind.PER else piece.word.partition("|")[2]
            doubts += ["two divisors are stated"] if per and divisor and per != divisor else []
            per = per or divisor
        elif piece.kind is Kind.STRENGTH:
            strength = True
            break
        elif piece.kind is Kind.VIABLE:
            doubts += ["it is not clear that the number counts viable cells"] if substance else []
            viable = viable or not substance
        elif piece.kind is Kind.ADJECTIVE:
            marked = marked or piece.word == "marker"
        elif not substance and piece.kind is not Kind.MARK:
            beside = False
            strange = strange or (piece.kind is Kind.UNKNOWN and not per)
    if marked and not substance:
        substance = "cells"
    if strange and not substance:
        per = ""  # "vg/kg" is not "cells/kg"
    if substance == "cells" and at + 1 < len(pieces) and pieces[at + 1].text == "B" and term.is_bare:
        doubts.append('"B" can be billion')
    if viable:
        doubts += [] if substance == "cells" else ["viable stands with no cells"]
        substance = "viable cells" if substance == "cells" else substance
    return Number(term, at, substance, per, beside, strength, tuple(doubts))


def _taken(name: str, substance: str, *, is_next: bool) -> tuple[str, str]:
    """The substance that a word adds to a number, and the doubt that it raises."""
    counted = name in COUNTED
    if substance:
        same = name == substance or (counted and substance in COUNTED)
        return "", "" if same else "two units follow the number"
    if counted or is_next:
        return name, ""
    return "", f'the unit "{name}" does not follow a number'


def find_groups(pieces: tuple[Piece, ...]) -> tuple[Group, ...]:
    """All groups of numbers, in the order written.

    Raises:
        RefusedError: If a number is negative.
    """
    groups: list[Group] = []
    last: Number | None = None
    for at, piece in enumerate(pieces):
        if piece.term is None:
            continue
        number = number_at(pieces, at, piece.term)
        join, doubts = (None, ()) if last is None else _join(pieces, last, number)
        if join is Kind.SPREAD:
            groups[-1] = replace(groups[-1], doubts=(*groups[-1].doubts, *doubts), numbers=_with_unit(groups[-1], number))
        elif join is not None:
            held = groups[-1]
            groups[-1] = replace(
                held, numbers=(*held.numbers, number), joins=(*held.joins, join), doubts=(*held.doubts, *doubts)
            )
        else:
            bound, more = _opening(pieces, at)
            groups.append(Group((number,), (), bound, (*doubts, *more)))
        last = number
    return tuple(groups)


def _with_unit(group: Group, spread: Number) -> tuple[Number, ...]:
    """The numbers of a group whose last is followed by plus or minus another, which may carry unit and factor."""
    held = group.numbers[-1]
    term = held.term
    if term.is_bare and not held.has_unit:
        term = replace(term, factors=spread.term.factors, doubts=(*term.doubts, *spread.term.doubts))
    if not held.has_unit:
        held = replace(held, substance=spread.substance, per=spread.per, is_strength=spread.is_strength)
    return (*group.numbers[:-1], replace(held, term=term))


def _join(pieces: tuple[Piece, ...], last: Number, number: Number) -> tuple[Kind | None, tuple[str, ...]]:
    """What joins two numbers, None for nothing, and the doubts."""
    between = pieces[last.at + 1 : number.at]
    if between and between[-1].kind is Kind.SPREAD and all(p.kind in _BETWEEN | {Kind.SPREAD} for p in between):
        return Kind.SPREAD, (f"plus or minus {number.term.text} is stated",)
    reach = [p for p in between if p.kind is Kind.BOUND]
    if [p.word for p in reach] == ["upper"] and (not last.has_unit or last.per == number.per):
        others = [p for p in between if p.kind is not Kind.BOUND]
        if reach[0].text.lower().startswith("up") and all(p.kind in _BETWEEN for p in others):
            return Kind.RANGE, ("it is not clear whether a range or a bound is meant",)
        return None, ()
    if not all(_may_stand_between(p) for p in between):
        return None, ()
    signs = [p for p in between if p.kind in {Kind.RANGE, Kind.LIST}]
    if not signs:
        return None, ()
    kind = Kind.RANGE if any(p.kind is Kind.RANGE for p in signs) else Kind.LIST
    return kind, _doubts_of_joining(last, number, signs)


def _may_stand_between(piece: Piece) -> bool:
    if piece.kind is Kind.CONTEXT:
        return piece.text.startswith(("/", "per"))
    return piece.kind in _BETWEEN or (piece.kind is Kind.FILLER and piece.text.lower() in _SMALL_WORDS)


def _doubts_of_joining(last: Number, number: Number, signs: list[Piece]) -> tuple[str, ...]:
    if len(signs) == 1 and signs[0].word == "/":
        if last.has_unit:
            return ("a stroke stands between two doses",)
        digits = last.term.is_bare and last.term.text.isdigit() and number.term.text.isdigit()
        return ("a stroke can write a fraction or two doses",) if digits and number.at == last.at + 2 else ()
    return ()


def comma_pair_doubts(pieces: tuple[Piece, ...], group: Group) -> tuple[str, ...]:
    """The doubt about two bare numbers that only a comma joins, as in ``1, 5 million``: a list, or 1.5 million."""
    if len(group.numbers) != 2 or group.numbers[0].has_unit or not group.numbers[0].term.is_bare:  # noqa: PLR2004  a pair
        return ()
    first, second = group.numbers
    between = pieces[first.at + 1 : second.at]
    if [piece.text for piece in between] == [","] and first.term.text.isdigit() and second.term.text.isdigit():
        return ("a comma between two numbers can be a decimal mark",)
    return ()


def _opening(pieces: tuple[Piece, ...], at: int) -> tuple[str, tuple[str, ...]]:
    """The kind of bound that stands before a group, and the doubts about what stands before it.

    Raises:
        RefusedError: If a minus sign stands before it.
    """
    before = pieces[at - 1] if at else None
    if before is not None and before.text == "-":
        if pieces[at].touches and not (before.touches and at > 1 and pieces[at - 2].kind is not Kind.MARK):
            raise RefusedError("a dose above 0", "a minus sign stands before the number")
        return "", ("a dash stands before the number",)
    doubts: tuple[str, ...] = ()
    if before is not None and before.kind in {Kind.LIST, Kind.RANGE} and at > 1:
        led = pieces[at - 2].kind in {Kind.CONTEXT, Kind.DOUBT} and any(c.isdigit() for c in pieces[at - 2].text)
        doubts = (f'"{pieces[at - 2].text}" and the dose may run into one another',) if led else ()
    if before is not None and before.text.lower() in _COUNTED_NOUNS and _opens_small(pieces, at):
        doubts = (f'the number after "{before.text}" may only count it',)
    bound = ""
    for piece in reversed(pieces[:at]):
        if piece.kind is Kind.BOUND:
            bound = "most" if piece.word == "most" else bound or piece.word
        elif piece.kind not in _BEFORE or piece.text in {")", "]", "}"}:
            break
    return bound, doubts


def _opens_small(pieces: tuple[Piece, ...], at: int) -> bool:
    """Whether a small whole number stands here, and a sign that joins it to the next."""
    term = pieces[at].term
    joins = at + 1 < len(pieces) and pieces[at + 1].kind in {Kind.RANGE, Kind.LIST}
    return joins and term is not None and term.is_bare and term.text.isdigit() and int(term.text) <= MOST_COUNTED


def has_loose_bound(pieces: tuple[Piece, ...]) -> bool:
    """Whether a bound stands by no number after it, as in ``1 million cells at most``."""
    for at, piece in enumerate(pieces):
        if piece.kind is not Kind.BOUND:
            continue
        rest = [p for p in pieces[at + 1 :] if p.kind not in _BEFORE | {Kind.BOUND}]
        if not rest or rest[0].kind not in {Kind.TERM, Kind.CONTEXT, Kind.DOUBT}:
            return True
    return False


def units_of(group: Group, spoken_of: str) -> tuple[tuple[Unit | None, ...], tuple[str, ...]]:
    """The unit of each number of a group, and the doubts.

    Args:
        group: The group.
        spoken_of: The substance that the text names before its first number; empty for none.
    """
    numbers = group.numbers
    doubts: list[str] = []
    named = [number.substance for number in numbers if number.substance]
    units: list[Unit | None] = []
    for place, number in enumerate(numbers):
        giver = number if number.has_unit else _giver(numbers, place)
        if not number.has_unit and giver.has_unit and giver.at < number.at:
            doubts.append("a number without a unit follows one with a unit")
        substance = number.substance or giver.substance or (named[0] if named else spoken_of)
        if not substance and giver.per:
            doubts.append(f"of what is not said, only per {giver.per}; cells are offered")
            substance = "cells"
        units.append(Unit(substance, giver.per) if substance else None)
    if len({unit.per for unit in units if unit}) > 1:
        doubts.append("flat and relative doses stand side by side")
    return tuple(units), tuple(dict.fromkeys(doubts))


def _giver(numbers: tuple[Number, ...], place: int) -> Number:
    """The number whose unit one without a unit takes: the next that has one, else the last before."""
    for number in (*numbers[place + 1 :], *reversed(numbers[:place])):
        if number.has_unit:
            return number
    return numbers[place]
