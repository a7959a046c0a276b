"""How a printed number is compared with an exact one."""

from __future__ import annotations

from fractions import Fraction


def near(value: Fraction, printed: str) -> bool:
    """Whether a value rounds to a printed number, half up."""
    places = len(printed.partition(".")[2])
    scaled = value * 10**places
    return Fraction((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator), 10**places) == Fraction(
        printed
    )
