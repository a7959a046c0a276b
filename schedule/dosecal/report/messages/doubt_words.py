"""What is to be said of the numbers of a body, in words.

Conventions: each sentence has the numbers with their units, and asks; none proposes another number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.formulas import PREDICTED_CM
from dosecal.model.spoken import grouped_digits, number_words
from dosecal.model.worked_dose import DoubtKind
from dosecal.report.messages.notes import JOINT

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.worked_dose import BodyDoubt

_KILOGRAMS, _CENTIMETRES, _SQUARE_METRES = "kg", "cm", "m²"


def doubt_words(doubts: tuple[BodyDoubt, ...]) -> str:
    """All that is to be said of a body, joined and marked; empty for nothing."""
    return JOINT.join(map(marked_doubt, doubts))


def marked_doubt(doubt: BodyDoubt) -> str:
    """What is to be said of one number of a body, marked where somebody has to look at it."""
    return f"WARNING: {doubt_sentence(doubt)}" if doubt.kind.is_warning else doubt_sentence(doubt)


def doubt_sentence(doubt: BodyDoubt) -> str:
    """What is to be said of one number of a body."""
    weight = "" if doubt.weight_kg is None else _said(doubt.weight_kg, _KILOGRAMS)
    if doubt.kind is DoubtKind.MASS_INDEX and doubt.height_cm is not None:
        both = f"height {_said(doubt.height_cm, _CENTIMETRES)} and weight {weight}"
        return f"{both} give a body mass index of {number_words(doubt.value, 1)} kg per m²: check both, and their units"
    if doubt.kind is DoubtKind.HEIGHT:
        age = "" if doubt.age_years is None else f" at {doubt.age_years} years"
        return f"height {_said(doubt.value, _CENTIMETRES)}{age}: check it, and its unit"
    if doubt.kind is DoubtKind.SURFACE:
        beside = f" for {weight}" if weight else ""
        return f"body surface {_said(doubt.value, _SQUARE_METRES)}{beside}: check it"
    if doubt.kind is DoubtKind.ABOVE_ACTUAL:
        derived = f"{number_words(doubt.value)} {_KILOGRAMS}"
        return f"the {doubt.name} weight, {derived}, is above the weight on the scale, {weight}"
    if doubt.kind is DoubtKind.BELOW_FORMULA:
        begin, height = _said(PREDICTED_CM, _CENTIMETRES), _said(doubt.value, _CENTIMETRES)
        return f"the formula of the predicted weight counts from {begin} on, and the height is {height}"
    return f"the formula of the {doubt.name} weight was made for adults, and the age is not known"


def _said(value: Fraction, unit: str) -> str:
    return f"{grouped_digits(value)} {unit}"
