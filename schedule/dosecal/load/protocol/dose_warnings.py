"""What a protocol file's doses may well not mean, said at ``check``; a file is read all the same.

Conventions: as in ``checks``, but what is found is a warning. A warning is a problem whose code begins with W.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from dosecal.load.protocol.draft import aimed_at
from dosecal.load.protocol.grammar import Said
from dosecal.model.problems import Problem
from dosecal.model.spoken import number_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from dosecal.load.protocol.dose_grammar import Limits
    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.model.protocol import Protocol
    from dosecal.model.quantity import Amount

MOST_FOLD = 3
"""A step of more than this between two neighbouring bands is a warning; exactly this is not."""


def bands_go_on_at_their_edges(draft: Draft) -> Iterator[Problem]:
    """The doses of neighbouring weight bands are not more than 3-fold apart for the weight at which they meet."""
    for regimen in draft.entries["regimens"]:
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
    return Problem(above.where("give"), "W050", f"{regimen.path}.dose", message, hint)


def conditional_doses_exclude_each_other(protocol: Protocol) -> Iterator[Problem]:
    """No subject has two regimens of one product at one visit, where their conditions are meant as alternatives."""
    for overlap in protocol.overlaps:
        first, second = protocol.regimens[overlap.first], protocol.regimens[overlap.second]
        so = f", with {overlap.example}" if overlap.example else ""
        message = f"expected no two doses of {second.product} at {', '.join(overlap.visits)}, got {first.id} and "
        hint = "a subject with both conditions gets both doses: make the conditions exclude each other, if one is meant"
        yield Problem(second.source, "W051", f"regimens.{second.id}.if", f"{message}{second.id}{so}", hint)


def dose_warnings(draft: Draft, protocol: Protocol) -> tuple[Problem, ...]:
    """Everything that is to be said of the doses of a file without problems, in file order."""
    found = [*bands_go_on_at_their_edges(draft), *conditional_doses_exclude_each_other(protocol)]
    return tuple(sorted(found, key=lambda one: (one.source.line, one.source.column)))
