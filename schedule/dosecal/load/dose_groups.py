"""The doses in the pieces of a text: which numbers belong together, in which unit, and under which bound.

Conventions: a group is a run of numbers joined as a range or a list; most texts have one. A number that days, patients
or containers account for is no dose; a number that nothing accounts for keeps the text from being certain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from dosecal.load.dose_phrases import STRAY, Kind
from dosecal.load.dose_units import AUC, BODIES, RATES, UNITS_THERE, is_known, per_of, unit_of
from dosecal.model.problems import RefusedError
from dosecal.model.spoken import COUNTED

if TYPE_CHECKING:
    from dosecal.load.dose_numbers import Term
    from dosecal.load.dose_tokens import Piece
    from dosecal.load.dose_units import WrittenUnit
    from dosecal.model.quantity import Unit

_OF_UNITS = frozenset({Kind.SUBSTANCE, Kind.PER, Kind.PERIOD, Kind.ADJECTIVE, Kind.VIABLE})
_BASES = frozenset({Kind.PER, Kind.PERIOD})
_BETWEEN = _OF_UNITS | {Kind.LABEL, Kind.RANGE, Kind.LIST}
_SMALL_WORDS = frozenset({"a", "the", "dose", "doses", "of"})
_COUNTED_NOUNS = frozenset({"dose", "infusion", "injection", "treatment", "administration", "transplantation"})
STRANGE = "?"
"""The substance of a number whose unit is several words that are not understood."""

MOST_COUNTED = 20
"""Up to here a number after "dose" may be the number of the dose."""

FEWEST_CELLS = 1000
"""A smaller number of cells, without a factor, is the digits of a name or has lost its factor."""

_BEFORE = frozenset({Kind.FILLER, Kind.LABEL, Kind.MARK, Kind.SPREAD})


@dataclass(frozen=True, slots=True)
class Number:
    """A number that could be a dose, with the unit that stands by it.

    Attributes:
        term: The number.
        at: Its place among the pieces.
        text: The number with its factor, as it is written.
        substance: What is counted; empty where nothing is said by this number.
        per: What it is stated per, its parts joined by strokes; empty for nothing.
        period: The period that it is stated for: a day; empty for none.
        beside: Whether the unit follows at once, or with nothing between but what can stand before cells.
        is_strength: Whether a volume follows, so that it is a concentration.
        is_strange: Whether words that are not understood stand in the place of its unit.
        is_led: Whether what it is stated per stands before it.
        bases: The places of the pieces that say what it is stated per.
        doubts: Why it is not certain.
    """

    term: Term
    at: int
    text: str
    substance: str
    per: str
    period: str
    beside: bool
    is_strength: bool
    is_led: bool
    is_strange: bool
    bases: tuple[int, ...]
    doubts: tuple[str, ...]

    @property
    def has_unit(self) -> bool:
        """Whether any unit stands by it."""
        return bool(self.substance or self.per)

    @property
    def is_closed(self) -> bool:
        """Whether a unit follows it, so that no factor or unit of a later number belongs to it."""
        return bool(self.substance or (self.per and not self.is_led))

    @property
    def symbol(self) -> str:
        """Its unit as a file would write it."""
        return "/".join(part for part in (self.substance, self.per) if part)


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


@dataclass(slots=True)
class _UnitSearch:
    """What has been found so far on the way from a number to the next one."""

    substance: str = ""
    strange: str = ""
    period: str = ""
    is_viable: bool = False
    is_marked: bool = False
    is_strength: bool = False
    is_beside: bool = True
    bases: dict[int, str] = field(default_factory=dict)

    def take(self, piece: Piece, place: int, *, is_next: bool) -> tuple[str, ...]:
        """Take the piece of a place in; the doubts that it raises."""
        match piece.kind:
            case Kind.SUBSTANCE:
                return self._take_substance(piece, is_next=is_next)
            case Kind.PER:
                self.bases[place], _, doubt = piece.word.partition("|")
                return (f'"{piece.text.strip()}": {doubt}',) if doubt else ()
            case Kind.PERIOD:
                self.period = self.period or period_name(piece.word.partition("|")[0])
            case Kind.STRENGTH:
                self.is_strength = True
            case Kind.VIABLE:
                self.is_viable = self.is_viable or not self.substance
                return ("it is not clear that the number counts viable cells",) if self.substance else ()
            case Kind.ADJECTIVE:
                self.is_marked = self.is_marked or piece.word == "marker"
            case kind if kind is not Kind.MARK and not self.substance:
                self.is_beside = False
                if kind is Kind.UNKNOWN and not self.bases:
                    self.strange = self.strange or (piece.text if is_next and piece.text.isalpha() else STRANGE)
        return ()

    def _take_substance(self, piece: Piece, *, is_next: bool) -> tuple[str, ...]:
        name, _, spelling = piece.word.partition("|")
        counted = name in COUNTED
        if self.substance:
            same = name == self.substance or (counted and self.substance in COUNTED)
            return () if same else ("two units follow the number",)
        if not counted and not is_next:
            return (f'the unit "{name}" does not follow a number',)
        self.substance = name
        return (f'"{piece.text}" {spelling}',) if spelling else ()

    def named_substance(self) -> str:
        """The substance that all this comes to; empty for none."""
        substance = self.substance or ("cells" if self.is_marked else "")
        if not substance and self.bases:
            substance = self.strange
        return "viable cells" if self.is_viable and substance == "cells" else substance


_PERIODS = {"d": "day", "w": "week", "wk": "week", "mo": "month", "yr": "year", "diem": "day"}


def period_name(written: str) -> str:
    """The name of a period: ``d``, ``days``, ``daily`` and ``24 h`` are a day."""
    name = re.sub(r"^24.*|^dai?ly", "day", written.strip().lower())
    name = re.sub(r"ly$", "", name)
    return _PERIODS.get(name.removesuffix("s"), name.removesuffix("s"))


def number_at(pieces: tuple[Piece, ...], at: int, term: Term, led: dict[int, tuple[int, ...]]) -> Number:
    """The number at a place, with the unit found before the next number begins.

    Args:
        pieces: All pieces of the text.
        at: The place of the number.
        term: The number.
        led: The places of the bases that stand before a number and belong to it, by its place.
    """
    search = _UnitSearch()
    doubts: list[str] = []
    others = {place for number, places in led.items() if number != at for place in places}
    for place in (*led.get(at, ()), *_reach(pieces, at)):
        if place > at and place not in others and pieces[place].kind is Kind.PER and _is_bracketed(pieces, at, place):
            doubts.append(f'"{pieces[place].text.strip()}" stands after a bracket with another number')
        if place not in others and not search.is_strength:
            doubts += search.take(pieces[place], place, is_next=place == at + 1)
    substance = search.named_substance()
    if _follows_auc(pieces, at):
        doubts += ["another unit follows the AUC"] if substance not in {"", AUC} else []
        substance = AUC
    if search.is_viable and substance != "viable cells":
        doubts.append("viable stands with no cells")
    if substance == "cells" and term.is_bare and search.is_marked and not search.substance:
        doubts.append("cells are not named")
    if substance == "cells" and term.is_bare and pieces[at + 1].text in {"B", "b"}:
        doubts.append('"B" can be billion')
    if substance in {"cells", "viable cells"} and _is_few(term):
        doubts.append(f"fewer than {FEWEST_CELLS:,} cells are no dose; a factor may be missing")
    bases = tuple(search.bases.values())
    doubts += ["two divisors are stated"] if set(BODIES) <= set(bases) else []
    return Number(
        term=term,
        at=at,
        text=pieces[at].text,
        substance="" if substance == STRANGE else substance,
        per=per_of(bases),
        period=search.period,
        beside=search.is_beside,
        is_strength=search.is_strength,
        is_led=bool(led.get(at)),
        is_strange=substance == STRANGE,
        bases=tuple(search.bases),
        doubts=tuple(doubts),
    )


def _is_few(term: Term) -> bool:
    return term.is_bare and bool(term.mantissas) and term.mantissas[0].value < FEWEST_CELLS


def _reach(pieces: tuple[Piece, ...], at: int) -> list[int]:
    """The places whose pieces can belong to the number at a place: up to the next number, and what follows its bracket."""
    reach: list[int] = []
    has_substance = False
    term = pieces[at].term
    is_bare = term is not None and term.is_bare
    for place in range(at + 1, len(pieces)):
        piece = pieces[place]
        if piece.kind is Kind.TERM:
            return reach + _after_bracket(pieces, at, place)
        if piece.kind is Kind.BOUND and has_substance:
            break
        if piece.kind is Kind.LIST and piece.text.isalpha() and not has_substance and is_bare:
            ahead = next((other.kind for other in pieces[place + 1 :] if other.kind is not Kind.LIST), None)
            if ahead in {Kind.SUBSTANCE, Kind.ADJECTIVE, Kind.UNKNOWN, Kind.PER}:
                break
        has_substance = has_substance or piece.kind is Kind.SUBSTANCE
        reach.append(place)
    return reach


def _is_bracketed(pieces: tuple[Piece, ...], at: int, place: int) -> bool:
    """Whether another number, in a bracket, stands between a number and the piece at a place."""
    return any(piece.kind is Kind.TERM for piece in pieces[at + 1 : place])


def _depth(piece: Piece) -> int:
    return sum(piece.text.count(c) for c in "([{") - sum(piece.text.count(c) for c in ")]}")


def _after_bracket(pieces: tuple[Piece, ...], at: int, place: int) -> list[int]:
    """The bases after the bracket in which another number stands: ``5 mg (1 mL) per kg``; none outside a bracket."""
    depth = sum(_depth(piece) for piece in pieces[at + 1 : place])
    if depth <= 0:
        return []
    for end in range(place, len(pieces)):
        depth += _depth(pieces[end])
        if depth <= 0:
            rest = range(end + 1, len(pieces))
            return list(takewhile(lambda later: pieces[later].kind in _BASES, rest))
    return []


def _follows_auc(pieces: tuple[Piece, ...], at: int) -> bool:
    """Whether "AUC" stands before the number at a place."""
    before = next((p for p in reversed(pieces[:at]) if p.kind not in {Kind.FILLER, Kind.BOUND} and p.text != ":"), None)
    return before is not None and before.kind is Kind.SUBSTANCE and before.word.partition("|")[0] == AUC


def _can_lead(piece: Piece) -> bool:
    return piece.kind in _BASES and STRAY not in piece.word


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
        is_clause = before.kind in {Kind.LIST, Kind.CONTEXT, Kind.DOUBT, Kind.MARK} and before.text not in {")", "]", "}"}
        led[at] = tuple(range(start + 1, end + 1)) if is_clause else ()
    return led


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
    if signs[0].word == "/" and last.has_unit:
        return kind, ("a stroke stands between two doses",)
    return kind, ("one dose follows the other",) if any(piece.word == "then" for piece in signs) else ()


def _reaches_up(between: tuple[Piece, ...]) -> bool:
    """Whether only "up to" and units stand between two numbers: ``1 million up to 3 million cells``."""
    bounds = [piece.text.lower() for piece in between if piece.kind is Kind.BOUND]
    others = {piece.kind for piece in between if piece.kind is not Kind.BOUND}
    return len(bounds) == 1 and bounds[0].startswith("up") and others <= _BETWEEN


def _may_stand_between(piece: Piece) -> bool:
    if piece.kind is Kind.CONTEXT:
        return piece.text.startswith(("/", "per"))
    return piece.kind in _BETWEEN or (piece.kind is Kind.FILLER and piece.text.lower() in _SMALL_WORDS)


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
    return tuple(f'it is not clear what "{text}" belongs to' for text in dict.fromkeys(unclear))


def _has_own_basis(group: Group, offered: tuple[Group, ...]) -> bool:
    """Whether what a group that is no dose is stated per is its own: a concentration, a cap, the rate of a volume."""
    if group in offered or group.is_strength or group.bound:
        return True
    return group.is_volume and (group.per in RATES or all(dose.per for dose in offered))


def _covers(group: Group, piece: Piece) -> bool:
    name = piece.word.partition("|")[0]
    return name in group.per.split("/") or {"body weight": "kg", "body surface": "m²"}.get(name, name) in group.per
