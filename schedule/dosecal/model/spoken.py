"""Amounts in words, as a person reads them.

Conventions: no trailing zero, a leading zero, a space before the unit, "per kg" in place of a stroke, separators from
1,000 on. A number of cells, particles or vesicles from 1 million on is said three ways, since a count of zeros is
easily lost: all its digits, in millions, and as a power of ten with its factor. Never a bare power of ten, and never
"billion", which is a thousand million in one language and a million million in another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.quantity import plain_digits

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.quantity import Unit

COUNTED = ("cells", "viable cells", "viral particles", "vesicles")
"""The substances that are counted in whole pieces."""

MILLION = 1_000_000
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def grouped_digits(value: Fraction) -> str:
    """The exact value with a comma between each three digits of its whole part: ``70,250,000``, ``1,234.5``.

    Raises:
        ValueError: If the value has no finite decimal form.
    """
    whole, point, rest = plain_digits(value).partition(".")
    return f"{int(whole):,}{point}{rest}" if value >= 1 else f"{whole}{point}{rest}"


def power_words(value: Fraction) -> str:
    """The exact value as a factor and a power of ten: ``7.025 × 10⁷``; the value is at least 1."""
    exponent = len(plain_digits(value).partition(".")[0]) - 1
    return f"{plain_digits(value / 10**exponent)} × 10{str(exponent).translate(_RAISED)}"


def amount_words(value: Fraction, unit: Unit | None) -> str:
    """An exact amount as a page prints it: ``1,000,000 cells per kg (1 million; 1 × 10⁶)``, ``0.5 mg``.

    Args:
        value: The exact value.
        unit: The unit; None where it is not known, and then nothing stands for it.

    Raises:
        ValueError: If the value has no finite decimal form.
    """
    digits = grouped_digits(value)
    said = f"{digits} {unit.spoken}" if unit is not None else digits
    if value < MILLION or (unit is not None and unit.substance not in COUNTED):
        return said
    return f"{said} ({grouped_digits(value / MILLION)} million; {power_words(value)})"
