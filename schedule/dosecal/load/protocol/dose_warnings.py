"""What a protocol file's doses may well not mean, said at ``check``; a file is read all the same.

Conventions: as in ``checks``, but what is found is a warning, a problem whose code begins with W. Conditions of two
regimens are alternatives where no facts make both true. That is found by trying: each value of a fact, each limit of a
number and a number on either side of it, each thing that may become of a visit.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, islice, pairwise, product
from math import ceil, floor, prod
from typing import TYPE_CHECKING

from dosecal.load.protocol.draft import aimed_at, of_each
from dosecal.load.protocol.grammar import Said
from dosecal.model.cohort import SEXES
from dosecal.model.conditions import Became, Ended, FactIs, NumberIs, OneSubject, Truth, VisitBecame
from dosecal.model.protocol import Overlap
from dosecal.model.quantity import is_terminating, plain_digits
from dosecal.model.spoken import number_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.load.protocol.regimens import Limits
    from dosecal.model.conditions import Condition
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol
    from dosecal.model.quantity import Amount
    from dosecal.model.regimen import Regimen

    Leaf = FactIs | NumberIs | Ended | VisitBecame
    Choice = tuple[OneSubject, str]

MOST_FOLD = 3
"""A step of more than this between two neighbouring bands is a warning; exactly this is not."""
MOST_TRIED = 50_000
"""More combinations than this are not tried: the regimens then count as overlapping, since nobody knows."""
OTHER_SITE = "another site"


def bands_go_on_at_their_edges(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """The doses of neighbouring weight bands are not more than 3-fold apart for the weight at which they meet."""
    for below, above in pairwise(regimen.bands):
        limits: Limits = below.values["weight"]
        if limits.high is None:
            continue
        edge = limits.high[0]
        steps = zip(_ends(below), _ends(above), strict=False)
        folds = [_fold(regimen, one, other, edge) for one, other in steps]
        worst = max((fold for fold in folds if fold is not None), default=None, key=lambda fold: fold[0])
        if worst is not None and worst[0] > MOST_FOLD:
            yield _jump(regimen, above, edge, worst)


def _ends(band: Said) -> tuple[Amount, ...]:
    """What a band gives: its dose, or the ends of its range and its target."""
    give = band.values["give"]
    if not isinstance(give, Said):
        return (give,) * 3
    low, high = give.values["from"], give.values["to"]
    return low, high, aimed_at(give) or low


def _fold(regimen: Entry, below: Amount, above: Amount, edge: Fraction) -> tuple[Fraction, Fraction, Fraction] | None:
    """How many times the greater of two doses is the other for a body of a weight, and both; None per m² and flat."""
    if "m²" in {below.unit.per, above.unit.per}:
        return None if below.unit != above.unit else _folded(below.value, above.value)
    one, other = (_limited(regimen, dose.value * (edge if dose.unit.per else 1), edge) for dose in (below, above))
    return _folded(one, other)


def _folded(one: Fraction, other: Fraction) -> tuple[Fraction, Fraction, Fraction] | None:
    return (max(one, other) / min(one, other), one, other) if one and other else None


def _limited(regimen: Entry, dose: Fraction, edge: Fraction) -> Fraction:
    """A dose within cap and floor, which may take a step away."""
    for key, pick in (("at_most", min), ("at_least", max)):
        limit = regimen.value(key)
        if limit is not None:
            dose = pick(dose, limit.amount.value * (edge if limit.amount.unit.per else 1))
    return dose


def _jump(regimen: Entry, above: Said, edge: Fraction, worst: tuple[Fraction, Fraction, Fraction]) -> Problem:
    fold, one, other = worst
    unit = regimen.doses[0][0].unit.flat.spoken
    doses = f"{number_words(one)} {unit} in the band below and {number_words(other)} {unit} in this one"
    said = f"for {number_words(edge)} kg {doses}: {number_words(fold)}-fold"
    message = f"expected doses that go on from band to band, got {said}"
    hint = "is one of the two per kg and meant to be flat, or the other way round?"
    return regimen.problem("W050", "dose", message, hint, above.where("give"))


def conditional_doses_exclude_each_other(draft: Draft, protocol: Protocol) -> Iterator[Problem]:
    """No subject has two regimens of one product at one visit, where their conditions are meant as alternatives."""
    for overlap in protocol.overlaps:
        first, second = draft.entries["regimens"][overlap.first], draft.entries["regimens"][overlap.second]
        so = f", with {overlap.example}" if overlap.example else ""
        doses = f"two doses of {second.value('product')} at {', '.join(overlap.visits)}"
        message = f"expected no {doses}, got {first.id} and {second.id}{so}"
        hint = "a subject with both conditions gets both doses: make the conditions exclude each other, if one is meant"
        yield second.problem("W051", "if", message, hint, second.source)


def dose_warnings(draft: Draft, protocol: Protocol) -> tuple[Problem, ...]:
    """Everything that is to be said of the doses of a file without problems, in file order."""
    of_bands = (problem for check in of_each("regimens", bands_go_on_at_their_edges) for problem in check(draft))
    found = [*of_bands, *conditional_doses_exclude_each_other(draft, protocol)]
    return tuple(sorted(found, key=lambda one: (one.source.line, one.source.column)))


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
    known = {"sex": SEXES, "arm": tuple(arms)} | declared
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
