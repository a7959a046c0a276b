"""What is known of a body, from text: its weight and how it came to be known, its height, the sex."""

from __future__ import annotations

import re
from fractions import Fraction

from dosecal.model.cohort import METHODS, SEXES
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import plain_digits, read_number
from dosecal.model.regex import regex

KG_PER_POUND = Fraction("0.45359237")
"""The international pound.

Reference:
    National Institute of Standards and Technology, Handbook 44, Appendix C.
"""
OUNCES_PER_POUND = 16
_POUND, _OUNCE = r"([0-9]{1,4}(?:\.[0-9]{1,6})?) ?(?:lbs?|pounds?)", r"([0-9]{1,2}(?:\.[0-9]{1,6})?) ?(?:oz|ounces?)"
_POUNDS = regex(f"{_POUND}(?: {_OUNCE})?", re.ASCII)

LEAST_KILOGRAMS, MOST_KILOGRAMS = Fraction("0.1"), 500
"""No child that is born lives with less; a fetus of 16 weeks weighs so much."""
LEAST_CENTIMETRES, MOST_CENTIMETRES = 20, 300
"""No child that lives is shorter; a number below is a height in metres."""
CENTIMETRES_PER_INCH = Fraction("2.54")
_LENGTHS = {
    regex(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?(?:in|inch|inches|\")", re.ASCII): (CENTIMETRES_PER_INCH, "inches"),
    regex(r"([0-9](?:\.[0-9]{1,6})?) ?(?:m|metres?|meters?)", re.ASCII): (Fraction(100), "metres"),
}
MOST_YEARS = 130
MOST_ML_PER_MINUTE = 500
LEAST_MG_PER_DL, MOST_MG_PER_DL = Fraction("0.05"), 30
LEAST_SQUARE_METRES, MOST_SQUARE_METRES = Fraction("0.05"), 5
"""The body surface of a child of half a pound."""


def read_kilograms(text: str) -> Fraction:
    """A body weight in kilograms: at least 0.1 and at most 500, in plain digits.

    Raises:
        RefusedError: If the text is not such a weight.
    """
    hint = _pounds_hint(text) or ("a number alone; the unit is always kg" if text[:1].isdigit() else "")
    return _read_measure(text, 'a weight in kilograms such as "70.5"', (LEAST_KILOGRAMS, MOST_KILOGRAMS), hint)


def _pounds_hint(text: str) -> str:
    """What pounds and ounces are in kilograms, for a person to check and write; nothing is computed from it here."""
    match = _POUNDS.fullmatch(text)
    if match is None:
        return ""
    kilograms = (Fraction(match[1]) + Fraction(match[2] or 0) / OUNCES_PER_POUND) * KG_PER_POUND
    return f"pounds are not read: {text} is {plain_digits(kilograms)} kg at 0.45359237 kg to the pound; weigh in kg"


def read_method(text: str) -> int:
    """The place in ``METHODS`` of the way in which a weight came to be known; -1 for an empty text.

    Raises:
        RefusedError: If the text is another word.
    """
    if not text:
        return -1
    if text not in METHODS:
        raise RefusedError(f"{', '.join(METHODS)}, or nothing")
    return METHODS.index(text)


def read_centimetres(text: str) -> Fraction:
    """A height in centimetres: at least 20 and at most 300, in plain digits.

    Raises:
        RefusedError: If the text is not such a height.
    """
    expected = 'a height in centimetres such as "170"'
    hint = _length_hint(text) or ("a number alone; the unit is always cm" if text[:1].isdigit() else "")
    value = _read_measure(text, expected, (Fraction(0), MOST_CENTIMETRES), hint)
    if value < LEAST_CENTIMETRES:
        raise RefusedError(f"{expected}, at least {LEAST_CENTIMETRES}", "is it in metres?" if value <= 3 else "")  # noqa: PLR2004
    return value


def _length_hint(text: str) -> str:
    """What inches or metres are in centimetres, for a person to check and write."""
    for pattern, (factor, called) in _LENGTHS.items():
        match = pattern.fullmatch(text)
        if match is not None:
            return f"{called} are not read: {text} is {plain_digits(Fraction(match[1]) * factor)} cm; write that"
    return ""


def read_rate(text: str) -> Fraction:
    """A glomerular filtration rate in mL/min: above 0 and at most 500, in plain digits.

    Raises:
        RefusedError: If the text is not such a rate.
    """
    return _read_measure(text, 'a filtration rate in mL/min such as "90"', (Fraction(0), MOST_ML_PER_MINUTE))


def read_creatinine(text: str) -> Fraction:
    """A serum creatinine in mg/dL: at least 0.05 and at most 30, in plain digits; one in µmol/L is nearly always above.

    Raises:
        RefusedError: If the text is not such a creatinine.
    """
    return _read_measure(text, 'a serum creatinine in mg/dL such as "0.9"', (LEAST_MG_PER_DL, MOST_MG_PER_DL))


def read_surface(text: str) -> Fraction:
    """A body surface in square metres: at least 0.05 and at most 5, in plain digits.

    Raises:
        RefusedError: If the text is not such a body surface.
    """
    return _read_measure(text, 'a body surface in m² such as "1.82"', (LEAST_SQUARE_METRES, MOST_SQUARE_METRES))


def _read_measure(text: str, expected: str, ends: tuple[Fraction, int], hint: str = "") -> Fraction:
    """A number above 0 and within two ends, both inside."""
    least, most = ends
    try:
        value = read_number(text)
    except RefusedError as refusal:
        raise RefusedError(expected, refusal.hint or hint) from None
    if not 0 < value <= most:
        raise RefusedError(f"{expected}, above 0 and at most {most}")
    if value < least:
        raise RefusedError(f"{expected}, at least {plain_digits(least)}", "no body has so little")
    return value


def read_sex(text: str) -> int:
    """The place in ``SEXES`` of a sex; -1 for an empty text.

    Raises:
        RefusedError: If the text is another word.
    """
    if not text:
        return -1
    if text not in SEXES:
        raise RefusedError(f"{' or '.join(SEXES)}, or nothing")
    return SEXES.index(text)


def read_years(text: str) -> int:
    """An age in completed years: a whole number up to 130.

    Raises:
        RefusedError: If the text is not such an age.
    """
    expected = 'an age in completed years such as "42"'
    try:
        value = read_number(text, example="42")
    except RefusedError as refusal:
        raise RefusedError(expected, refusal.hint) from None
    if value.denominator != 1 or value > MOST_YEARS:
        raise RefusedError(f"{expected}, a whole number up to {MOST_YEARS}")
    return int(value)
