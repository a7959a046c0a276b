"""What a group of numbers can mean: every interpretation, the likelier first, as exact values.

Conventions: an interpretation gives one value for each number of the group. A factor written once, at the end of a
range or a list, belongs to each number that has none and no unit of its own: ``1-3x10^7`` is 1 × 10^7 to 3 × 10^7.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from dosecal.load.doses.dose_groups import units_of
from dosecal.load.doses.dose_numbers import Choice
from dosecal.load.doses.dose_phrases import Kind
from dosecal.load.doses.dose_powers import NO_MANTISSA
from dosecal.load.doses.dose_units import is_counted
from dosecal.model.quantity import is_terminating
from dosecal.model.regex import regex
from dosecal.model.struct import Struct, replace

if TYPE_CHECKING:
    from dosecal.load.doses.dose_groups import Group
    from dosecal.load.doses.dose_numbers import Term
    from dosecal.load.doses.dose_quantities import Number
    from dosecal.load.doses.dose_units import WrittenUnit
    from dosecal.model.quantity import Unit

SURELY_WHOLE = 10_000
"""A number from here on is written out: no factor of a later number belongs to it."""

ONE = (Choice(Fraction(1)),)


class Interpretation(Struct, frozen=True):
    """One way to take a group.

    Attributes:
        values: One exact value for each number.
        why: How it is taken.
    """

    values: tuple[Fraction, ...]
    why: str


class Meaning(Struct, frozen=True):
    """All that a group can mean.

    Attributes:
        interpretations: The likelier first; none where a number is malformed.
        units: One for each value; None for a number without a unit.
        period: The period that the values are stated for; empty for none.
        doubts: Why it is not certain; the number of interpretations comes on top.
        notes: What a reader should know although it is certain.
        lasting_doubts: Those that a second, certain statement of the same value does not remove.
        has_choices: Whether a number can be taken in several ways, even where one of them has no finite digits.
    """

    interpretations: tuple[Interpretation, ...]
    units: tuple[Unit | WrittenUnit | None, ...]
    period: str
    doubts: tuple[str, ...]
    notes: tuple[str, ...]
    lasting_doubts: tuple[str, ...]
    has_choices: bool

    @property
    def is_certain(self) -> bool:
        """Whether there is one way to take it and no doubt."""
        return len(self.interpretations) == 1 and not self.has_choices and not self.doubts


def meaning_of(group: Group, named: str) -> Meaning:
    """What a group can mean.

    Args:
        group: The group.
        named: The substance that the text names before its first number; empty for none.
    """
    units, unit_doubts = units_of(group, named)
    numbers = tuple(_restored(number, unit, group) for number, unit in zip(group.numbers, units, strict=True))
    terms, doubts, notes = _with_shared_factors(numbers, group)
    spelling = [doubt for number in group.numbers for doubt in number.term.doubts]
    standing = [doubt for number in group.numbers for doubt in number.doubts]
    interpretations = _interpretations(terms)
    orders: tuple[str, ...] = ()
    if len(terms) > 1 and interpretations:
        interpretations, orders = _weigh_order(interpretations, numbers, group)
    lasting = tuple(dict.fromkeys((*standing, *group.doubts, *unit_doubts)))
    doubts = (*spelling, *lasting, *doubts, *orders, *_odd_values(interpretations, units, numbers))
    has_choices = any(len(term.mantissas) > 1 or len(term.factors) > 1 for term in terms)
    return Meaning(
        _once(interpretations), units, group.period, tuple(dict.fromkeys(doubts)), notes, lasting, has_choices
    )


_LOST_ALONE = regex(r"(?:(\d+)\.)?10([2-9]|1[0-8])")


def _restored(number: Number, unit: Unit | WrittenUnit | None, group: Group) -> Number:
    """The number, with the power of ten that ``106 cells`` or ``5.106 cells`` may have lost."""
    term = number.term
    found = _LOST_ALONE.fullmatch(term.text)
    countable = unit is None or is_counted(unit)
    shares = len(group.numbers) > 1 and any(not other.term.is_bare for other in group.numbers)
    if found is None or not term.is_bare or not countable or shares or not term.mantissas:
        return number
    literal = term.mantissas[0].value
    power = int(found[1] or 1) * Fraction(10) ** int(found[2])
    lost = Choice(power, "the digits taken as a power of ten that lost its superscript")
    return replace(number, term=replace(term, mantissas=(lost, Choice(literal, "the digits taken as they stand"))))


def _with_shared_factors(
    numbers: tuple[Number, ...], group: Group
) -> tuple[tuple[Term, ...], tuple[str, ...], tuple[str, ...]]:
    """The terms, each with its own factor or the one that belongs to it; the doubts and the notes."""
    terms: list[Term] = []
    doubts: list[str] = []
    notes: list[str] = []
    for place, number in enumerate(numbers):
        term = number.term
        later = next((n for n in numbers[place + 1 :] if not n.term.is_bare), None)
        earlier = next((n for n in reversed(numbers[:place]) if not n.term.is_bare), None)
        small = bool(term.mantissas) and term.mantissas[0].value < SURELY_WHOLE
        if len(numbers) == 2 and not place and _leaves_out_thousands(numbers, group):  # noqa: PLR2004  a pair
            terms.append(replace(term, factors=_THOUSANDS))
            doubts.append("the thousands may stand for the first number too")
        elif not term.is_bare or not small:
            terms.append(term)
        elif later is not None and not number.is_closed:
            terms.append(replace(term, factors=later.term.factors))
            doubts += (
                ["a power of ten alone may not belong to the number before"] if later.term.text == NO_MANTISSA else []
            )
            notes.append("the factor written once is applied to each number")
        elif later is None and earlier is not None and not earlier.is_closed:
            literal = Choice(Fraction(1), "the last number taken without the factor")
            taken = replace(earlier.term.factors[0], why="the factor of the number before applied to the last one too")
            terms.append(replace(term, factors=(taken, literal)))
            doubts.append("the last number has no factor of its own")
        else:
            terms.append(term)
    if len(group.numbers) > 1 and group.joins[-1] is Kind.RANGE:
        notes.append("a range")
    return tuple(terms), tuple(doubts), tuple(dict.fromkeys(notes))


_THOUSANDS = (
    Choice(Fraction(1000), "the thousands of the last number taken for the first one too"),
    Choice(Fraction(1), "the first number taken as it stands"),
)


def _leaves_out_thousands(numbers: tuple[Number, ...], group: Group) -> bool:
    """Whether a range such as ``50-100,000`` rises more than a thousandfold unless its thousands belong to both."""
    first, last = (number.term for number in numbers)
    is_range = Kind.RANGE in group.joins and not numbers[0].is_closed and last.text.endswith(",000")
    both = first.is_bare and last.is_bare and bool(first.mantissas and last.mantissas)
    return is_range and both and first.mantissas[0].value * 1000 < last.mantissas[0].value


def _interpretations(terms: tuple[Term, ...]) -> tuple[Interpretation, ...]:
    if not all(term.mantissas for term in terms):
        return ()
    most = max(len(term.mantissas) for term in terms)
    widest = max(len(term.factors or ONE) for term in terms)
    ways = [(0, f) for f in range(widest)] + [(m, 0) for m in range(1, most)]
    found: list[Interpretation] = []
    for m, f in ways:
        chosen = [
            (
                term.mantissas[min(m, len(term.mantissas) - 1)],
                (term.factors or ONE)[min(f, len(term.factors or ONE) - 1)],
            )
            for term in terms
        ]
        values = tuple(mantissa.value * factor.value for mantissa, factor in chosen)
        why = "; ".join(dict.fromkeys(choice.why for pair in chosen for choice in pair if choice.why))
        if all(is_terminating(value) for value in values):
            found.append(Interpretation(values, why or "as it is written"))
    return tuple(found)


def _weigh_order(
    interpretations: tuple[Interpretation, ...], numbers: tuple[Number, ...], group: Group
) -> tuple[tuple[Interpretation, ...], tuple[str, ...]]:
    """The interpretations, with the literal one where a factor may not be shared, and the doubts about the order.

    ``50 to 1 million cells`` falls when the million is shared and rises when it is not; ``200, 100 and 50 million``
    is a list that falls.
    """
    first = interpretations[0].values
    is_range = Kind.RANGE in group.joins
    if all(a < b for a, b in pairwise(first)):
        return interpretations, ()
    if len(set(first)) == 1:
        return interpretations, ("both ends of the range are the same",) if is_range else ()
    if len(first) > 2 and not is_range:  # noqa: PLR2004  a pair
        falls = all(a > b for a, b in pairwise(first))
        return interpretations, () if falls else ("the numbers neither rise nor fall",)
    shared = numbers[0].term.is_bare and not numbers[0].is_closed and not numbers[-1].term.is_bare
    if shared and first[0] > first[-1] > numbers[0].term.mantissas[0].value:
        literal = Interpretation(
            (numbers[0].term.mantissas[0].value, *first[1:]), "the first number taken without the factor"
        )
        both = (literal, *interpretations) if is_range else (*interpretations, literal)
        return both, ("the numbers fall if the factor belongs to both",)
    return interpretations, ("the range falls",) if is_range else ()


def _odd_values(
    interpretations: tuple[Interpretation, ...],
    units: tuple[Unit | WrittenUnit | None, ...],
    numbers: tuple[Number, ...],
) -> tuple[str, ...]:
    """The doubts that the values themselves raise."""
    doubts: list[str] = []
    for interpretation in interpretations[:1]:
        for value, unit, number in zip(interpretation.values, units, numbers, strict=True):
            counted = is_counted(unit)
            if not value:
                doubts.append("a dose of nothing is stated")
            if counted and value.denominator != 1:
                doubts.append("what is counted can't be divided; a factor may be missing")
            if counted and number.term.is_bare and number.has_unit and not number.beside:
                doubts.append("words stand between the number and what it counts")
    return tuple(doubts)


def _once(interpretations: tuple[Interpretation, ...]) -> tuple[Interpretation, ...]:
    """The interpretations without those that give the same values as one before."""
    found: dict[tuple[Fraction, ...], Interpretation] = {}
    for one in interpretations:
        found.setdefault(one.values, one)
    return tuple(found.values())
