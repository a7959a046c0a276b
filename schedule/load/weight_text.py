"""A body weight and how it came to be known, from text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule.model.cohort import METHODS
from schedule.model.problems import RefusedError
from schedule.model.quantity import read_number

if TYPE_CHECKING:
    from fractions import Fraction

MOST_KILOGRAMS = 500


def read_kilograms(text: str) -> Fraction:
    """A body weight in kilograms: above 0 and at most 500, in plain digits.

    Raises:
        RefusedError: If the text is not such a weight.
    """
    expected = 'a weight in kilograms such as "70.5"'
    try:
        value = read_number(text)
    except RefusedError as refusal:
        hint = refusal.hint or ("a number alone; the unit is always kg" if text[:1].isdigit() else "")
        raise RefusedError(expected, hint) from None
    if not 0 < value <= MOST_KILOGRAMS:
        raise RefusedError(f"{expected}, above 0 and at most {MOST_KILOGRAMS}")
    return value


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
