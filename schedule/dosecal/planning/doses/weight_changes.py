"""What is to be said of a weight, and which weight stays the dosing weight: for a whole cohort at once.

Conventions: a change is in percent of the dosing weight, which is the one that the dose before was calculated with.
Changes and ratios are compared exactly, for each distinct pair of weights once. Nothing here repairs a weight.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.cohort import METHODS
from dosecal.model.distinct import distinct_rows
from dosecal.model.regimen import EachDose
from dosecal.model.struct import Struct
from dosecal.model.worked_dose import WeightFlag

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dosecal.model.cohort import Indices, Weights
    from dosecal.model.regimen import WeightRule

    Flags = NDArray[np.int16]

POUNDS_RATIOS = ((Fraction("2.0"), Fraction("2.4")), (Fraction("0.41"), Fraction("0.5")))
"""Ratios to the weight before, both ends inside, at which one of the two may be in pounds: a kilogram is 2.2."""
DECIMAL_RATIOS = ((Fraction(8), Fraction(12)), (Fraction("0.08"), Fraction("0.125")))
"""Ratios to the weight before, both ends inside, at which a decimal point may have slipped."""


class HeldWeights(Struct, frozen=True):
    """The dosing weight of each dose of a regimen.

    Attributes:
        weight: (n,) The place of the weight in the cohort's weights; -1 where none can be used.
        flags: (n,) ``WeightFlag`` bits.
        before: (n,) The place of the weight that a flagged change is from; -1 for none.
    """

    weight: Indices
    flags: Flags
    before: Indices


def hold_weights(
    weights: Weights, found: Indices, subject: Indices, number: Indices, rule: WeightRule | None
) -> HeldWeights:
    """The dosing weight of each dose, and what is to be said of it.

    Args:
        weights: The cohort's weights.
        found: (n,) The place of the weight found for each dose; -1 for none.
        subject: (n,) The subject of each dose.
        number: (n,) Which dose of its regimen each is; each subject's go from 1 on without a gap.
        rule: The protocol's rule; None where it states none.
    """
    weight = found.copy()
    flags = np.zeros(len(found), dtype=np.int16)
    before = np.full(len(found), -1, dtype=np.int32)
    if rule is not None and (rule.ask is not None or rule.recalculate is not None):
        _hold(weights, (weight, flags, before), (subject, number), rule)
    _flag_each(weights, weight, flags, rule)
    return HeldWeights(weight, flags, before)


def _hold(
    weights: Weights, held: tuple[Indices, Flags, Indices], rows: tuple[Indices, Indices], rule: WeightRule
) -> None:
    """Go through the doses in their order, all subjects at once, and keep the dosing weight where the rule keeps it."""
    weight, flags, before = held
    subject, number = rows
    dosing = np.full(int(subject.max()) + 1 if len(subject) else 0, -1, dtype=np.int32)
    for dose in range(1, int(number.max()) + 1 if len(number) else 1):
        of_dose = np.flatnonzero(number == dose)
        last, newest = dosing[subject[of_dose]], weight[of_dose].copy()
        has_both = np.flatnonzero((last >= 0) & (newest >= 0))
        rows_with_both = of_dose[has_both]
        last_of, newest_of = last[has_both], newest[has_both]
        ask, recalculate = (
            _is_reached(weights, last_of, newest_of, one.is_reached if one is not None else None)
            for one in (rule.ask, rule.recalculate)
        )
        changed = weights.value[last_of] != weights.value[newest_of]
        flags[rows_with_both[ask]] |= WeightFlag.ASK
        if rule.recalculate is not None:
            kept = ~recalculate
            weight[rows_with_both[kept]] = last_of[kept]
            flags[rows_with_both[recalculate]] |= WeightFlag.RECALCULATED
            flags[rows_with_both[kept & changed]] |= WeightFlag.KEPT
        if rule.each_dose is EachDose.WEIGH_AGAIN:
            flags[rows_with_both[last_of == newest_of]] |= WeightFlag.NOT_WEIGHED_AGAIN
        before[rows_with_both] = np.where(ask | recalculate | changed, last_of, -1)
        used = weight[of_dose]
        dosing[subject[of_dose]] = np.where(used >= 0, used, last)


def _is_reached(
    weights: Weights, last: Indices, newest: Indices, is_reached: Callable[[Fraction], bool] | None
) -> NDArray[np.bool_]:
    """(n,) Whether the change from one weight to another reaches a threshold; False for no threshold."""
    if is_reached is None:
        return np.zeros(len(last), dtype=np.bool_)

    def compare(old: Fraction, new: Fraction) -> bool:
        return is_reached(100 * (new - old) / old)

    return _by_pair(weights, last, newest, compare)


def _by_pair(
    weights: Weights, first: Indices, second: Indices, compare: Callable[[Fraction, Fraction], bool]
) -> NDArray[np.bool_]:
    """(n,) What a comparison says of two weights, each distinct pair compared once."""
    old, new = weights.value[first], weights.value[second]
    row, of_row = distinct_rows(old, new)
    kilograms = weights.kilograms
    said = [compare(kilograms[a], kilograms[b]) for a, b in zip(old[row].tolist(), new[row].tolist(), strict=True)]
    return np.array(said, dtype=np.bool_)[of_row]


def _flag_each(weights: Weights, weight: Indices, flags: Flags, rule: WeightRule | None) -> None:
    """Flag how each weight came to be known, whether it is plausible, and whether the one before it casts doubt."""
    used = np.flatnonzero(weight >= 0)
    place = weight[used]
    for method, flag in (
        (METHODS.index("stated"), WeightFlag.STATED),
        (METHODS.index("estimated"), WeightFlag.ESTIMATED),
    ):
        flags[used[weights.method[place] == method]] |= flag
    if rule is not None and rule.plausible is not None:
        low, high = rule.plausible
        outside = np.array([not low <= kilograms <= high for kilograms in weights.kilograms], dtype=np.bool_)
        if len(outside):
            flags[used[outside[weights.value[place]]]] |= WeightFlag.IMPLAUSIBLE
    earlier = place - 1
    has_earlier = (earlier >= 0) & (weights.subject[earlier] == weights.subject[place])
    rows, earlier, place = used[has_earlier], earlier[has_earlier], place[has_earlier]
    for ratios, flag in ((POUNDS_RATIOS, WeightFlag.POUNDS), (DECIMAL_RATIOS, WeightFlag.DECIMAL)):

        def is_doubtful(old: Fraction, new: Fraction, ratios: tuple[tuple[Fraction, Fraction], ...] = ratios) -> bool:
            return any(low <= new / old <= high for low, high in ratios)

        doubtful = _by_pair(weights, earlier, place, is_doubtful) if len(rows) else np.zeros(0, dtype=np.bool_)
        flags[rows[doubtful]] |= flag
