"""The doses in the pieces of a text: which numbers belong together, in which unit, and under which bound.

Conventions: a group is a run of numbers joined as a range or a list; most texts have one. A number that days, patients
or containers account for is no dose; a number that nothing accounts for keeps the text from being certain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.doses.dose_bases import OF_UNITS, leading_bases
from dosecal.load.doses.dose_phrases import Kind
from dosecal.load.doses.dose_quantities import Number, number_at
from dosecal.load.doses.dose_units import BODIES, RATES, UNITS_THERE, is_known, unit_of
from dosecal.model.problems import RefusedError
from dosecal.model.struct import Struct, replace

if TYPE_CHECKING:
    from dosecal.load.doses.dose_tokens import Piece
    from dosecal.load.doses.dose_units import WrittenUnit
    from dosecal.model.quantity import Unit

_BETWEEN = OF_UNITS | {Kind.LABEL, Kind.RANGE, Kind.LIST}
_SMALL_WORDS = frozenset({"a", "the", "dose", "doses", "of"})
_COUNTED_NOUNS = frozenset({"dose", "infusion", "injection", "treatment", "administration", "transplantation"})
MOST_COUNTED = 20
"""Up to here a number after "dose" may be the number of the dose."""

_BEFORE = frozenset({Kind.FILLER, Kind.LABEL, Kind.MARK, Kind.SPREAD})


class Group(Struct, frozen=True):
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
        return " to ".join(dict.fromkeys((self.numbers[0].text, self.numbers[-1].text)))

    @property
    def has_unit(self) -> bool:
        """Whether any of its numbers has a unit."""
        return any(number.has_unit for number in self.numbers)

    @property
    def is_volume(self) -> bool:
        """Whether it is a volume."""
        return self.numbers[-1].substance in {"mL", "L"}

    @property
    def per(self) -> str:
        """What its numbers are stated per; empty for a flat amount."""
        return next((number.per for number in self.numbers if number.per), "")

    @property
    def period(self) -> str:
        """The period that its numbers are stated for; empty for none."""
        return next((number.period for number in self.numbers if number.period), "")

    @property
    def is_strength(self) -> bool:
        """Whether it is a concentration."""
        return all(number.is_strength for number in self.numbers)

    @property
    def has_strength(self) -> bool:
        """Whether any of its numbers is a concentration."""
        return any(number.is_strength for number in self.numbers)

    @property
    def is_loose(self) -> bool:
        """Whether neither a unit nor a factor makes it an amount."""
        return not self.has_unit and all(number.term.is_bare for number in self.numbers)


def find_groups(pieces: tuple[Piece, ...]) -> tuple[Group, ...]:
    """All groups of numbers, in the order written.

    Raises:
        RefusedError: If a number is negative.
    """
    groups: list[Group] = []
    last: Number | None = None
    led = leading_bases(pieces)
    for at, piece in enumerate(pieces):
        if piece.term is None:
            continue
        number = number_at(pieces, at, piece.term, led)
        join, doubts = (None, ()) if last is None else _join(pieces, last, number)
        held = groups[-1] if groups else None
        if held is not None and join is Kind.SPREAD:
            groups[-1] = replace(held, doubts=(*held.doubts, *doubts), numbers=_with_unit(held, number))
        elif held is not None and join is not None:
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
        held = replace(
            held, substance=spread.substance, per=spread.per, bases=spread.bases, is_strength=spread.is_strength
        )
    return (*group.numbers[:-1], replace(held, term=term))


def _join(pieces: tuple[Piece, ...], last: Number, number: Number) -> tuple[Kind | None, tuple[str, ...]]:
    """What joins two numbers, None for nothing, and the doubts."""
    between = _without_labels(pieces[last.at + 1 : number.at])
    kinds = {piece.kind for piece in between}
    if not between or (last.substance and number.substance and last.substance != number.substance):
        return None, ()
    if between[-1].kind is Kind.SPREAD and kinds <= _BETWEEN | {Kind.SPREAD}:
        return Kind.SPREAD, (f"plus or minus {number.term.text} is stated",)
    if Kind.BOUND in kinds:
        reaches = _reaches_up(between) and (not last.has_unit or last.per == number.per)
        return (Kind.RANGE, ("it is not clear whether a range or a bound is meant",)) if reaches else (None, ())
    signs = [piece for piece in between if piece.kind in {Kind.RANGE, Kind.LIST}]
    if not signs or not all(_may_stand_between(piece) for piece in between):
        return None, ()
    kind = Kind.RANGE if Kind.RANGE in kinds else Kind.LIST
    doubts = {
        "a stroke stands between two doses": signs[0].word == "/" and last.has_unit,
        "a colon stands between two doses": any(piece.text == ":" for piece in between),
        "one dose follows the other": any(piece.word == "then" for piece in signs),
    }
    return kind, tuple(doubt for doubt, holds in doubts.items() if holds)


def _reaches_up(between: tuple[Piece, ...]) -> bool:
    """Whether only "up to" and units stand between two numbers: ``1 million up to 3 million cells``."""
    bounds = [piece.text.lower() for piece in between if piece.kind is Kind.BOUND]
    others = {piece.kind for piece in between if piece.kind is not Kind.BOUND}
    return len(bounds) == 1 and bounds[0].startswith("up") and others <= _BETWEEN


def _may_stand_between(piece: Piece) -> bool:
    if piece.kind is Kind.CONTEXT:
        return piece.text.startswith(("/", "per"))
    return (
        piece.kind in _BETWEEN
        or piece.text == ":"
        or (piece.kind is Kind.FILLER and piece.text.lower() in _SMALL_WORDS)
    )


_LABELLED = ("dose level", "level", "cohort", "arm", "group")


def _without_labels(between: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The pieces without "(cohort 1)" and "arm 2:", which only name a dose."""
    kept: list[Piece] = []
    place = 0
    while place < len(between):
        window = between[place : place + 3]
        labels = [p.kind is Kind.CONTEXT and p.text.lower().startswith(_LABELLED) for p in window]
        if len(window) > 2 and labels[1] and window[0].text == "(" and window[2].text == ")":  # noqa: PLR2004  ( label )
            place += 3
        elif labels[0]:
            place += 2 if len(window) > 1 and window[1].text == ":" else 1
        else:
            kept.append(window[0])
            place += 1
    return tuple(kept)


def pair_doubts(pieces: tuple[Piece, ...], group: Group) -> tuple[str, ...]:
    """The doubt about two numbers that only a comma or a stroke joins: ``1, 5 million`` and ``1/2 million``."""
    if len(group.numbers) != 2 or group.numbers[0].has_unit or not group.numbers[0].term.is_bare:  # noqa: PLR2004  a pair
        return ()
    first, second = group.numbers
    between = pieces[first.at + 1 : second.at]
    signs = [piece.text for piece in between]
    if not first.term.text.isdigit() or not second.term.text.isdigit():
        return ()
    if signs == [","]:
        return ("a comma between two numbers can be a decimal mark",)
    return ("a stroke can write a fraction or two doses",) if signs == ["/"] else ()


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


def units_of(group: Group, named: str) -> tuple[tuple[Unit | WrittenUnit | None, ...], tuple[str, ...]]:
    """The unit of each number of a group, and the doubts.

    Args:
        group: The group.
        named: The substance that the text names before its first number; empty for none.
    """
    numbers = group.numbers
    doubts: list[str] = []
    beside = [number.substance for number in numbers if number.substance]
    if group.is_loose and named:
        doubts.append("the unit stands before the number")
    units: list[Unit | WrittenUnit | None] = []
    for place, number in enumerate(numbers):
        giver = number if number.has_unit else _giver(numbers, place)
        if not number.has_unit and giver.has_unit and giver.at < number.at:
            doubts.append("a number without a unit follows one with a unit")
        substance = number.substance or giver.substance or (beside[0] if beside else named)
        per = giver.per or _shared_per(group, place)
        if per and not giver.per:
            doubts.append(f"per {per} is taken to belong to each number")
        if not substance and per in BODIES and not number.is_strange:
            doubts.append(f"of what is not said, only per {per}; cells are offered")
            substance = "cells"
        units.append(unit_of(substance, per))
    if len({unit.per for unit in units if unit}) > 1:
        doubts.append("flat and relative doses stand side by side")
    doubts += [_outside(unit) for unit in units if unit is not None and not is_known(unit)]
    return tuple(units), tuple(dict.fromkeys(doubts))


def _outside(unit: Unit | WrittenUnit) -> str:
    of_time = unit.per.rpartition("/")[2] in RATES
    return "" if of_time else f'"{unit.symbol}" is no unit here; {UNITS_THERE}'


def _shared_per(group: Group, place: int) -> str:
    """What a number with a unit and no basis is stated per where another of its group has one: ``1 mg - 2 mg/kg``."""
    later = next((number.per for number in group.numbers[place + 1 :] if number.per), "")
    return later or (group.per if Kind.RANGE in group.joins else "")


def _giver(numbers: tuple[Number, ...], place: int) -> Number:
    """The number whose unit one without a unit takes: the next that has one, else the last before."""
    for number in (*numbers[place + 1 :], *reversed(numbers[:place])):
        if number.has_unit:
            return number
    return numbers[place]
