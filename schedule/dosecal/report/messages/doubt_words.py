"""What is to be said of the numbers of a body, in words.

Conventions: each sentence has the numbers with their units, and asks; none proposes another number.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.counts import counted
from dosecal.model.dosing.per_weight import PredictedWeight
from dosecal.model.messages import Msg, joined, msgid
from dosecal.model.spoken import grouped_digits, number_words, of_unit
from dosecal.model.worked_dose import DoubtKind

if TYPE_CHECKING:
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
    return _SENTENCES[doubt.kind](doubt)


def _mass_index(doubt: BodyDoubt) -> Msg:
    return Msg(
        "height {h} and weight {w} give a body mass index of {i}: check both, and their units",
        h=_measured(doubt.height_cm, "cm"),
        w=_measured(doubt.weight_kg, "kg"),
        i=of_unit(number_words(doubt.value, 1), "kg per m²"),
    )


def _height(doubt: BodyDoubt) -> Msg:
    height = _measured(doubt.value, "cm")
    if doubt.age_years is None:
        return Msg("height {h}: check it, and its unit", h=height)
    return Msg("height {h} at {age}: check it, and its unit", h=height, age=counted(doubt.age_years, "year"))


def _surface(doubt: BodyDoubt) -> Msg:
    surface = _measured(doubt.value, "m²")
    if doubt.weight_kg is None:
        return Msg("body surface {s}: check it", s=surface)
    return Msg("body surface {s} for {w}: check it", s=surface, w=_measured(doubt.weight_kg, "kg"))


def _above_actual(doubt: BodyDoubt) -> Msg:
    return Msg(
        "the {weight}, {a}, is above the weight on the scale, {w}",
        weight=doubt.weight,
        a=of_unit(number_words(doubt.value), "kg"),
        w=_measured(doubt.weight_kg, "kg"),
    )


def _below_formula(doubt: BodyDoubt) -> Msg:
    return Msg(
        "the formula of the predicted weight counts from {a} on, and the height is {h}",
        a=_measured(PredictedWeight.BEGINS_CM, "cm"),
        h=_measured(doubt.value, "cm"),
    )


def _age_unknown(doubt: BodyDoubt) -> Msg:
    template = msgid("the formula of the {weight} was made for adults, and the age is not known")
    return Msg(template, weight=doubt.weight)


_SENTENCES = {
    DoubtKind.MASS_INDEX: _mass_index,
    DoubtKind.HEIGHT: _height,
    DoubtKind.SURFACE: _surface,
    DoubtKind.ABOVE_ACTUAL: _above_actual,
    DoubtKind.BELOW_FORMULA: _below_formula,
    DoubtKind.AGE_UNKNOWN: _age_unknown,
}


def _measured(value: Fraction | None, unit: str) -> Msg:
    """A number of a body; a doubt has each one that its sentence says."""
    return of_unit(grouped_digits(value or Fraction(0)), unit)
