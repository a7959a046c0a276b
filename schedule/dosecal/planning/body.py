"""Measures of a body that doses are stated per: body surface, and weights other than the one on the scale.

Conventions: kilograms, centimetres and square metres; exact fractions in, exact decimals out. Roots and powers are
carried to ``WORKING_DIGITS`` significant digits; every measure is rounded half up, once, to ``PLACES`` decimal places,
and from there on everything is exact again. A formula is refused where it was not made for the body.

Reference:
    Mosteller 1987; Du Bois and Du Bois 1916; Haycock 1978; Gehan and George 1970; Devine 1974 (ideal weight); ARDS
    Network 2000 (predicted weight); Janmahasatian 2005 (lean weight); Cockcroft and Gault 1976 (clearance).
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

from dosecal.model.problems import RefusedError
from dosecal.model.quantity import round_half_up

WORKING_DIGITS = 40
PLACES = 12
"""Decimal places of a measure: a millionth of a square millimetre, a millionth of a milligram."""

CM_PER_INCH = Fraction("2.54")
SHORTEST_IDEAL_CM = 60 * CM_PER_INCH
"""Devine's formula begins at 60 inches."""
YOUNGEST_IDEAL_YEARS = 18
OLDEST_CLEARANCE_YEARS = 140

_CONTEXT = Context(prec=WORKING_DIGITS)
_STEP = Fraction(1, 10**PLACES)
# factor, power of the height, power of the weight
_POWERS = {
    "Du Bois": ("0.007184", "0.725", "0.425"),
    "Haycock": ("0.024265", "0.3964", "0.5378"),
    "Gehan-George": ("0.0235", "0.42246", "0.51456"),
}


def body_surface(formula: str, height_cm: Fraction, weight_kg: Fraction) -> Fraction:
    """The body surface in square metres, rounded to ``PLACES`` decimal places.

    Args:
        formula: ``Mosteller``, ``Du Bois``, ``Haycock`` or ``Gehan-George``.
        height_cm: The height in centimetres, above 0.
        weight_kg: The weight in kilograms, above 0.

    Raises:
        KeyError: For another formula.
    """
    if formula == "Mosteller":
        return _rounded(_CONTEXT.sqrt(_decimal(height_cm * weight_kg / 3600)))
    factor, of_height, of_weight = (Decimal(text) for text in _POWERS[formula])
    height = _CONTEXT.power(_decimal(height_cm), of_height)
    weight = _CONTEXT.power(_decimal(weight_kg), of_weight)
    return _rounded(_CONTEXT.multiply(_CONTEXT.multiply(factor, height), weight))


def ideal_weight(sex: str, height_cm: Fraction, age_years: int) -> Fraction:
    """The ideal weight in kilograms after Devine: 50 (men) or 45.5 (women) + 2.3 × (inches − 60).

    Args:
        sex: ``F`` or ``M``.
        height_cm: The height in centimetres.
        age_years: The age in completed years.

    Raises:
        RefusedError: Under 60 inches or 18 years, for whom the formula was not made.
    """
    return _to_places(_devine(sex, height_cm, age_years))


def adjusted_weight(sex: str, height_cm: Fraction, age_years: int, actual_kg: Fraction) -> Fraction:
    """The adjusted weight in kilograms: ideal + 0.4 × (actual − ideal), rounded once at its end.

    Raises:
        RefusedError: Where there is no ideal weight.
    """
    ideal = _devine(sex, height_cm, age_years)
    return _to_places(ideal + Fraction("0.4") * (actual_kg - ideal))


def _devine(sex: str, height_cm: Fraction, age_years: int) -> Fraction:
    if height_cm < SHORTEST_IDEAL_CM:
        raise RefusedError("a height of at least 152.4 cm (60 inches) for the ideal weight")
    if age_years < YOUNGEST_IDEAL_YEARS:
        raise RefusedError(f"an age of at least {YOUNGEST_IDEAL_YEARS} years for the ideal weight")
    return _base(sex) + Fraction("2.3") * (height_cm / CM_PER_INCH - 60)


def predicted_weight(sex: str, height_cm: Fraction) -> Fraction:
    """The predicted weight in kilograms (ARDS Network): 50 (men) or 45.5 (women) + 0.91 × (cm − 152.4).

    Raises:
        RefusedError: If the height is so small that no weight above 0 comes out.
    """
    weight = _base(sex) + Fraction("0.91") * (height_cm - Fraction("152.4"))
    if weight <= 0:
        raise RefusedError("a height for which the predicted weight is above 0")
    return _to_places(weight)


def lean_weight(sex: str, height_cm: Fraction, actual_kg: Fraction) -> Fraction:
    """The lean weight in kilograms: 9270 w ÷ (6680 + 216 BMI) for men, ÷ (8780 + 244 BMI) for women."""
    index = body_mass_index(height_cm, actual_kg)
    divisor = 6680 + 216 * index if sex == "M" else 8780 + 244 * index
    return _to_places(9270 * actual_kg / divisor)


def body_mass_index(height_cm: Fraction, weight_kg: Fraction) -> Fraction:
    """The body mass index in kg per m², exactly."""
    return weight_kg / (height_cm / 100) ** 2


def creatinine_clearance(sex: str, age_years: int, weight_kg: Fraction, creatinine: Fraction) -> Fraction:
    """The creatinine clearance in mL/min: (140 − age) × kg ÷ (72 × mg/dL), for women × 0.85.

    Args:
        sex: ``F`` or ``M``.
        age_years: The age in completed years.
        weight_kg: The weight in kilograms.
        creatinine: The serum creatinine in mg/dL, above 0.

    Raises:
        RefusedError: Under 18 or from 140 years on, for whom the formula was not made.

    Reference:
        Cockcroft and Gault 1976.
    """
    if not YOUNGEST_IDEAL_YEARS <= age_years < OLDEST_CLEARANCE_YEARS:
        raise RefusedError(f"an age from {YOUNGEST_IDEAL_YEARS} years on for the estimated clearance")
    factor = Fraction("0.85") if sex == "F" else Fraction(1)
    return _to_places(factor * (140 - age_years) * weight_kg / (72 * creatinine))


def _base(sex: str) -> Fraction:
    bases: dict[str, Fraction] = {"M": Fraction(50), "F": Fraction("45.5")}
    return bases[sex]


def _to_places(value: Fraction) -> Fraction:
    return round_half_up(value, _STEP)


def _decimal(value: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


def _rounded(value: Decimal) -> Fraction:
    return _to_places(Fraction(value))
