"""The numbers of a written dose with the unit that stands by each.

Conventions: what a number counts stands beside it, with nothing between but what can stand before cells; what it is
stated per may stand further off, or before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.doses.dose_bases import follows_auc, is_bracketed, period_name, reach_of
from dosecal.load.doses.dose_phrases import Kind
from dosecal.load.doses.dose_units import AUC, BODIES, INDIRECT, per_of
from dosecal.model.spoken import COUNTED
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from dosecal.load.doses.dose_numbers import Term
    from dosecal.load.doses.dose_tokens import Piece

FEWEST_CELLS = 1000
"""A smaller number of cells, without a factor, is the digits of a name or has lost its factor."""

STRANGE = "?"
"""The substance of a number whose unit is several words that are not understood."""


class Number(Struct, frozen=True):
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


class _UnitSearch(Struct):
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
            case Kind.PER if piece.word in INDIRECT:
                return ()
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
    for place in (*led.get(at, ()), *reach_of(pieces, at)):
        if pieces[place].kind is Kind.PER and is_bracketed(pieces, at, place):
            doubts.append(f'"{pieces[place].text.strip()}" stands after another number')
        if place not in others and not search.is_strength:
            doubts += search.take(pieces[place], place, is_next=place == at + 1)
    substance = search.named_substance()
    if follows_auc(pieces, at):
        doubts += ["another unit follows the AUC"] if substance not in {"", AUC} else []
        substance = AUC
    doubts += _doubts_of_cells(pieces, at, term, search)
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


def _doubts_of_cells(pieces: tuple[Piece, ...], at: int, term: Term, search: _UnitSearch) -> list[str]:
    """Why a number of cells is not certain."""
    substance = search.named_substance()
    doubts = ["viable stands with no cells"] if search.is_viable and substance != "viable cells" else []
    if not term.is_bare or substance not in {"cells", "viable cells"}:
        return doubts
    if search.is_marked and not search.substance:
        doubts.append("cells are not named")
    if substance == "cells" and pieces[at + 1].text in {"B", "b"}:
        doubts.append('"B" can be billion')
    is_alone = all(piece.text == "cells" or piece.kind in {Kind.TERM, Kind.VIABLE, Kind.PER} for piece in pieces)
    if term.mantissas and term.mantissas[0].value < FEWEST_CELLS and not is_alone:
        doubts.append(f"fewer than {FEWEST_CELLS:,} cells: the number may belong to a name, or have lost a factor")
    return doubts
