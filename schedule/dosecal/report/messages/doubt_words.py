"""What is to be said of the numbers of a body, in words.

Conventions: each sentence has the numbers with their units, and asks; none proposes another number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.counts import counted
from dosecal.model.formulas import PREDICTED_CM
from dosecal.model.messages import Msg, joined
from dosecal.model.regimen import WEIGHT_WORDS
from dosecal.model.spoken import grouped_digits, number_words, of_unit
from dosecal.model.worked_dose import DoubtKind

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.worked_dose import BodyDoubt


def doubt_words(doubts: tuple[BodyDoubt, ...]) -> Msg:
    """All that is to be said of a body, joined and marked; empty for nothing."""
    return joined(map(marked_doubt, doubts))


def marked_doubt(doubt: BodyDoubt) -> Msg:
    """What is to be said of one number of a body, marked where somebody has to look at it."""
    sentence = doubt_sentence(doubt)
    return Msg("WARNING: {what}", what=sentence) if doubt.kind.is_warning else sentence


def doubt_sentence(doubt: BodyDoubt) -> Msg:
    """What is to be said of one number of a body."""
    weight = None if doubt.weight_kg is None else _measured(doubt.weight_kg, "kg")
    if doubt.kind is DoubtKind.MASS_INDEX and doubt.height_cm is not None and weight is not None:
        return Msg(
            "height {h} and weight {w} give a body mass index of {i}: check both, and their units",
            h=_measured(doubt.height_cm, "cm"),
            w=weight,
            i=of_unit(number_words(doubt.value, 1), "kg per m²"),
        )
    if doubt.kind is DoubtKind.HEIGHT:
        height = _measured(doubt.value, "cm")
        if doubt.age_years is None:
            return Msg("height {h}: check it, and its unit", h=height)
        age = counted(doubt.age_years, "year")
        return Msg("height {h} at {age}: check it, and its unit", h=height, age=age)
    if doubt.kind is DoubtKind.SURFACE:
        surface = _measured(doubt.value, "m²")
        if weight is None:
            return Msg("body surface {s}: check it", s=surface)
        return Msg("body surface {s} for {w}: check it", s=surface, w=weight)
    if doubt.kind is DoubtKind.ABOVE_ACTUAL and weight is not None:
        derived = of_unit(number_words(doubt.value), "kg")
        name = WEIGHT_WORDS[doubt.name]
        return Msg("the {weight}, {a}, is above the weight on the scale, {w}", weight=name, a=derived, w=weight)
    if doubt.kind is DoubtKind.BELOW_FORMULA:
        return Msg(
            "the formula of the predicted weight counts from {a} on, and the height is {h}",
            a=_measured(PREDICTED_CM, "cm"),
            h=_measured(doubt.value, "cm"),
        )
    name = WEIGHT_WORDS[doubt.name]
    return Msg("the formula of the {weight} was made for adults, and the age is not known", weight=name)


def _measured(value: Fraction, unit: str) -> Msg:
    return of_unit(grouped_digits(value), unit)
