"""Whether the numbers of a body can be those of one: a height in inches, two numbers swapped, a slipped decimal point.

Conventions: exact; nothing is changed or refused here, it is said beside the dose. The limits are wide, so that hardly
any body lies outside: from 100 cm on a body mass index of 10 to 60 kg/m², below it (infants) of 5 to 35; an adult of
120 to 230 cm; and a body surface from two thirds to one and a half of 0.1 m² × (weight in kg)^⅔.

Reference:
    The surface by the weight alone is Meeh's (Z Biol 1879;15:425-58), here with 0.1 for his factor, since it is asked
    for its size and no dose is taken from it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.dosing.body import ADULT_YEARS
from dosecal.model.dosing.per_weight import IdealWeight, LeanWeight, MassIndex, PredictedWeight
from dosecal.model.worked_dose import BodyDoubt, DoubtKind

if TYPE_CHECKING:
    from dosecal.model.dosing.body import Body, Measure

INFANT_CM = 100
MASS_INDEX, MASS_INDEX_OF_INFANTS = (10, 60), (5, 35)
"""Plausible body mass indices in kg/m², both ends inside."""
HEIGHT_OF_ADULTS = (120, 230)
"""Plausible heights of adults in cm, both ends inside; the upper end holds for every age."""
SURFACE_OF_WEIGHT = (Fraction(2, 3), Fraction(3, 2))
"""How many times the surface by the weight alone a recorded one may be, both ends inside."""
SURFACE, SURFACE_OF_ADULTS = (Fraction("0.1"), Fraction(3)), (Fraction(1), Fraction(3))
"""Plausible body surfaces in m², both ends inside, where no weight is known."""


def doubts_of(body: Body, scale_kg: Fraction | None, measure: Measure | None) -> tuple[BodyDoubt, ...]:
    """What is to be said of the numbers that a dose takes from a body.

    Args:
        body: What is known of the body beside its weight.
        scale_kg: The weight on the scale; None where it is not known.
        measure: What the dose is multiplied with in place of that weight; None where it is that weight.
    """
    found = [_height_doubt(body, scale_kg), _surface_doubt(body, scale_kg), *_measure_doubts(scale_kg, measure)]
    return tuple(one for one in found if one is not None)


def _height_doubt(body: Body, scale_kg: Fraction | None) -> BodyDoubt | None:
    """Height and weight that can hardly be of one body, or a height that is hardly an adult's."""
    height = body.height_cm
    if height is None:
        return None
    if scale_kg is not None:
        index = MassIndex(height, scale_kg).value()
        low, high = MASS_INDEX if height >= INFANT_CM else MASS_INDEX_OF_INFANTS
        if not low <= index <= high:
            return BodyDoubt(DoubtKind.MASS_INDEX, index, height, scale_kg)
    low, high = HEIGHT_OF_ADULTS
    if height > high or (_is_adult(body) and height < low):
        return BodyDoubt(DoubtKind.HEIGHT, height, height, scale_kg, body.age_years)
    return None


def _is_adult(body: Body) -> bool:
    return body.age_years is not None and body.age_years >= ADULT_YEARS


def _surface_doubt(body: Body, scale_kg: Fraction | None) -> BodyDoubt | None:
    """A recorded surface that can hardly be that of a body, or of its weight."""
    surface = body.surface_m2
    if surface is None:
        return None
    low, high = SURFACE_OF_ADULTS if _is_adult(body) else SURFACE
    is_plausible = low <= surface <= high
    if scale_kg is not None:  # (surface ÷ 0.1)³ beside the square of the weight: no root is needed
        least, most = SURFACE_OF_WEIGHT
        is_plausible = least**3 * scale_kg**2 <= (10 * surface) ** 3 <= most**3 * scale_kg**2
    return None if is_plausible else BodyDoubt(DoubtKind.SURFACE, surface, None, scale_kg, body.age_years)


def _measure_doubts(scale_kg: Fraction | None, measure: Measure | None) -> list[BodyDoubt]:
    """A derived weight above the one on the scale, and what its formula was not clearly made for."""
    weight = None if measure is None else measure.weight
    if weight is None or not isinstance(weight.formula, IdealWeight | PredictedWeight | LeanWeight):
        return []
    found, formula, name = [], weight.formula, weight.formula.quantity
    if scale_kg is not None and weight.value > scale_kg:
        found.append(BodyDoubt(DoubtKind.ABOVE_ACTUAL, weight.value, None, scale_kg, weight=name))
    if isinstance(formula, PredictedWeight) and formula.height_cm < formula.BEGINS_CM:
        found.append(BodyDoubt(DoubtKind.BELOW_FORMULA, formula.height_cm, formula.height_cm))
    if not isinstance(formula, IdealWeight) and formula.age_years is None:
        found.append(BodyDoubt(DoubtKind.AGE_UNKNOWN, weight.value, weight=name))
    return found
