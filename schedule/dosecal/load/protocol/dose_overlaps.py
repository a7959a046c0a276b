"""Regimens of one product at one visit that a subject may have both of: their conditions do not exclude each other.

Conventions: conditions are alternatives where no facts make both true. That is found by trying: each value of a fact,
each limit of a number and a number on either side of it, each thing that may become of a visit.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, islice, pairwise, product
from math import ceil, floor, prod
from typing import TYPE_CHECKING

from dosecal.model.conditions import Became, Ended, FactIs, NumberIs, OneSubject, Truth, VisitBecame
from dosecal.model.protocol import Overlap
from dosecal.model.quantity import is_terminating, plain_digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dosecal.model.conditions import Condition
    from dosecal.model.protocol import Protocol
    from dosecal.model.regimen import Regimen

    Leaf = FactIs | NumberIs | Ended | VisitBecame
    Choice = tuple[OneSubject, str]

MOST_TRIED = 50_000
"""More combinations than this are not tried: the regimens then count as overlapping, since nobody knows."""
OTHER_SITE = "another site"


def overlapping_regimens(protocol: Protocol) -> tuple[Overlap, ...]:
    """The pairs of regimens of one product, arm and visit, at least one with a condition, that can both hold.

    Two regimens with the same condition are meant together, and are no such pair.
    """
    found = []
    for (first, one), (second, other) in combinations(enumerate(protocol.regimens), 2):
        visits = tuple(visit for visit in one.visits if visit in other.visits)
        if one.product != other.product or not visits or one.condition == other.condition:
            continue
        arms = [arm for arm in one.arms if arm in other.arms]
        example = _example(protocol, _conditions(one, other), arms) if arms else None
        if example is not None:
            found.append(Overlap(first, second, visits, example))
    return tuple(found)


def _conditions(*regimens: Regimen) -> list[Condition]:
    return [one.condition for one in regimens if one.condition is not None]


def _example(protocol: Protocol, conditions: list[Condition], arms: list[str]) -> str | None:
    """Facts with which all conditions hold, in words; None where there are none."""
    leaves = [leaf for condition in conditions for leaf in condition.leaves]
    choices = [*_fact_choices(protocol, leaves, arms), *_event_choices(leaves)]
    for tried in islice(product(*choices), MOST_TRIED):
        subject = _together(one for one, _ in tried)
        if all(subject.truth(condition) is Truth.TRUE for condition in conditions):
            return ", ".join(words for _, words in tried if words)
    return "" if prod(len(choice) for choice in choices) > MOST_TRIED else None


def _together(subjects: Iterable[OneSubject]) -> OneSubject:
    """The subject of whom all is known that is known of the others."""
    facts: dict[str, str | Fraction] = {}
    events: dict[Ended | VisitBecame, bool] = {}
    for one in subjects:
        facts |= one.facts
        events |= one.events
    return OneSubject(facts, events)


def _fact_choices(protocol: Protocol, leaves: list[Leaf], arms: list[str]) -> Iterator[list[Choice]]:
    """For each fact that is asked for, the values that have to be tried."""
    asked: dict[str, list[FactIs | NumberIs]] = {}
    for leaf in leaves:
        if isinstance(leaf, FactIs | NumberIs):
            asked.setdefault(leaf.fact, []).append(leaf)
    declared = {fact.id: fact.values for fact in protocol.facts if fact.values}
    known = {"sex": ("F", "M"), "arm": tuple(arms)} | declared
    for fact, tests in asked.items():
        numbers = [test for test in tests if isinstance(test, NumberIs)]
        named = [value for test in tests if isinstance(test, FactIs) for value in test.values]
        values: Iterable[str | Fraction] = known.get(fact, (*named, OTHER_SITE))
        if numbers:
            values = _numbers(numbers, is_whole=fact == "age")
        yield [(OneSubject({fact: value}, {}), f"{fact} {_value_words(value)}") for value in dict.fromkeys(values)]


def _value_words(value: str | Fraction) -> str:
    if isinstance(value, str):
        return value
    return plain_digits(value) if is_terminating(value) else str(value)


def _numbers(tests: list[NumberIs], *, is_whole: bool) -> list[Fraction]:
    """Every limit, and a number between each two of them and beyond both ends."""
    limits = sorted({limit for test in tests for limit in (test.low, test.high) if limit is not None})
    between = [(one + other) / 2 for one, other in pairwise(limits)]
    tried = [limits[0] - 1, *limits, *between, limits[-1] + 1]
    if is_whole:
        tried = [Fraction(whole) for one in tried for whole in (floor(one), ceil(one), floor(one) + 1) if whole >= 0]
    return sorted(set(tried))


def _event_choices(leaves: list[Leaf]) -> Iterator[list[Choice]]:
    """For each ending, whether it happened, and for each visit, what may have become of it."""
    for leaf in dict.fromkeys(leaf for leaf in leaves if isinstance(leaf, Ended)):
        before = f" before {leaf.before}" if leaf.before else ""
        words = f"{leaf.ending.value.replace('_', ' ')}{before}"
        yield [(OneSubject({}, {leaf: False}), ""), (OneSubject({}, {leaf: True}), words)]
    for visit in dict.fromkeys(leaf.visit for leaf in leaves if isinstance(leaf, VisitBecame)):
        yield [_visit_choice(visit, became) for became in (None, *Became)]


def _visit_choice(visit: str, became: Became | None) -> Choice:
    """That one thing became of a visit, and none of the others; None for nothing."""
    events: dict[Ended | VisitBecame, bool] = {VisitBecame(visit, one): one is became for one in Became}
    return OneSubject({}, events), "" if became is None else f"{visit} {became.value}"
