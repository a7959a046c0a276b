"""Measures of a body that doses are stated per: body surface, and weights other than the one on the scale.

Conventions: kilograms, centimetres and square metres; exact fractions in, exact fractions out: no measure is rounded.
A root or a power that is no fraction is carried to ``PLACES`` decimal places, more than any table holds or page shows.
A formula is refused where it was not made for the body. The constants, and where each formula comes from, stand in
``dosecal.model.formulas``.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from math import isqrt

from dosecal.model import formulas
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import plain_digits, round_half_up

WORKING_DIGITS = 60
PLACES = 40
"""Decimal places of a root or a power: the 18 places of a table are then right for every dose that is multiplied."""

_CONTEXT = Context(prec=WORKING_DIGITS)
_STEP = Fraction(1, 10**PLACES)


def body_surface(formula: str, height_cm: Fraction, weight_kg: Fraction) -> Fraction:
    """The body surface in square metres: exactly where the root is a fraction, else to ``PLACES`` decimal places.

    Args:
        formula: One of ``SURFACE_FORMULAS``.
        height_cm: The height in centimetres, above 0.
        weight_kg: The weight in kilograms, above 0.

    Raises:
        KeyError: For another formula.
    """
    if formula == formulas.MOSTELLER:
        return _root(height_cm * weight_kg / formulas.MOSTELLER_DIVISOR)
    factor, of_height, of_weight = (Decimal(text) for text in formulas.SURFACE_POWERS[formula])
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
    return _devine(sex, height_cm, age_years)


def adjusted_weight(sex: str, height_cm: Fraction, age_years: int, actual_kg: Fraction, percent: Fraction) -> Fraction:
    """The adjusted weight in kilograms: ideal + percent of (actual − ideal).

    It is made for those who weigh more than the ideal weight: for others it is the actual weight as it is.

    Raises:
        RefusedError: Where there is no ideal weight.
    """
    ideal = _devine(sex, height_cm, age_years)
    return actual_kg if actual_kg <= ideal else ideal + percent / 100 * (actual_kg - ideal)


def _devine(sex: str, height_cm: Fraction, age_years: int) -> Fraction:
    if height_cm < formulas.SHORTEST_IDEAL_CM:
        least = f"{plain_digits(formulas.SHORTEST_IDEAL_CM)} cm ({formulas.DEVINE_INCHES} inches)"
        raise RefusedError(f"a height of at least {least} for the ideal weight")
    _require_adult(age_years, "ideal weight")
    inches = height_cm / formulas.CM_PER_INCH - formulas.DEVINE_INCHES
    return formulas.BASE_KG[sex] + formulas.DEVINE_KG_PER_INCH * inches


def _require_adult(age_years: int, what: str) -> None:
    if age_years < formulas.ADULT_YEARS:
        raise RefusedError(f"an age of at least {formulas.ADULT_YEARS} years for the {what}")


def predicted_weight(sex: str, height_cm: Fraction, age_years: int | None = None) -> Fraction:
    """The predicted weight in kilograms (ARDS Network): 50 (men) or 45.5 (women) + 0.91 × (cm − 152.4).

    Args:
        sex: ``F`` or ``M``.
        height_cm: The height in centimetres.
        age_years: The age in completed years; None where it is not known.

    Raises:
        RefusedError: Under 48 inches, where the Network's own table begins, or under 18 years.
    """
    if height_cm < formulas.SHORTEST_PREDICTED_CM:
        least = f"{plain_digits(formulas.SHORTEST_PREDICTED_CM)} cm (48 inches)"
        raise RefusedError(f"a height of at least {least} for the predicted weight")
    if age_years is not None:
        _require_adult(age_years, "predicted weight")
    return formulas.BASE_KG[sex] + formulas.PREDICTED_KG_PER_CM * (height_cm - formulas.PREDICTED_CM)


def lean_weight(sex: str, height_cm: Fraction, actual_kg: Fraction, age_years: int | None = None) -> Fraction:
    """The lean weight in kilograms: 9270 w ÷ (6680 + 216 BMI) for men, ÷ (8780 + 244 BMI) for women.

    Args:
        sex: ``F`` or ``M``.
        height_cm: The height in centimetres.
        actual_kg: The weight on the scale in kilograms.
        age_years: The age in completed years; None where it is not known.

    Raises:
        RefusedError: Under 18 years, for whom the formula was not made.
    """
    if age_years is not None:
        _require_adult(age_years, "lean weight")
    base, of_index = formulas.LEAN_DIVISORS[sex]
    return formulas.LEAN_FACTOR * actual_kg / (base + of_index * body_mass_index(height_cm, actual_kg))


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
    """
    _require_adult(age_years, "estimated clearance")
    if age_years >= formulas.CLEARANCE_YEARS:
        raise RefusedError(f"an age under {formulas.CLEARANCE_YEARS} years for the estimated clearance")
    factor = formulas.CLEARANCE_OF_WOMEN if sex == "F" else 1
    years = formulas.CLEARANCE_YEARS - age_years
    return factor * years * weight_kg / (formulas.CLEARANCE_DIVISOR * creatinine)


def _root(value: Fraction) -> Fraction:
    exact = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return exact if exact * exact == value else _rounded(_CONTEXT.sqrt(_decimal(value)))


def _decimal(value: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


def _rounded(value: Decimal) -> Fraction:
    return round_half_up(Fraction(value), _STEP)
