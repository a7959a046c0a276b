"""Amounts in words, as a person reads them.

Conventions: no trailing zero, a leading zero, a space before the unit, "per kg" in place of a stroke, separators from
1,000 on. A number of cells, particles or vesicles from 1 million on is said three ways, since a count of zeros is
easily lost: all its digits, in millions, and as a power of ten with its factor. Never a bare power of ten, and never
"billion", which is a thousand million in one language and a million million in another. A value whose digits have no
end is shown after "≈" with ``FIGURES`` of them, or to a whole one, and what is counted is whole.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.quantity import has_end, plain_digits, round_half_up

if TYPE_CHECKING:
    from dosecal.model.quantity import Unit

COUNTED = ("cells", "viable cells", "viral particles", "vesicles")
"""The substances that are counted in whole pieces."""

MILLION = 1_000_000
FIGURES = 4
"""How many digits are shown of a value that has no end: its whole ones, and more up to this many."""

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


FEW_PLACES = 6
"""A derived number with more decimals than this is rounded for reading, too."""


def grouped_digits(value: Fraction) -> str:
    """The exact value with a comma between each three digits of its whole part: ``70,250,000``, ``1,234.5``.

    Raises:
        ValueError: If the value has no finite decimal form.
    """
    whole, point, rest = plain_digits(value).partition(".")
    return f"{int(whole):,}{point}{rest}" if value >= 1 else f"{whole}{point}{rest}"


def to_figures(value: Fraction, places: int | None = None) -> Fraction:
    """A value rounded half up for reading, and never to 0.

    Args:
        value: The exact value, 0 or more.
        places: How many decimals it has at most; None for ``FIGURES`` digits in all, or all the whole ones.
    """
    first = 0
    while value and value * 10**first < 1:
        first += 1
    if places is None:
        whole = value.numerator // value.denominator
        places = max(FIGURES - len(str(whole)), 0) if whole else FIGURES - 1 + first
    return round_half_up(value, Fraction(1, 10**places)) or round_half_up(value, Fraction(1, 10**first))


def shown_value(value: Fraction, unit: Unit | None = None) -> Fraction:
    """What a page shows of a value: itself where its digits end, else so many of them; of what is counted, whole ones.

    Args:
        value: The exact value, 0 or more.
        unit: The unit; None for what is not counted, or where it is not known.
    """
    if unit is not None and unit.substance in COUNTED and not unit.per and value >= 1:
        return round_half_up(value, Fraction(1))
    return value if has_end(value) else to_figures(value)


def number_digits(value: Fraction, unit: Unit | None = None) -> str:
    """A value as a page prints it, after "≈" where that is not all of it: ``1,234.5``, ``≈ 508.7``."""
    return digits_of(shown_value(value, unit), value)


def number_words(value: Fraction, places: int | None = None) -> str:
    """A derived number as a person reads it: all its digits where they are few, else rounded half up after "≈".

    Args:
        value: The exact value, 0 or more.
        places: How many decimals a rounded one has at most; None for ``FIGURES`` digits in all.
    """
    few = 10 ** (FEW_PLACES if places is None else places + 2)
    return grouped_digits(value) if few % value.denominator == 0 else digits_of(to_figures(value, places), value)


def digits_of(shown: Fraction, exact: Fraction) -> str:
    """A rounded value with its sign of rounding, where it is another one than the exact value."""
    return f"{'' if shown == exact else '≈ '}{grouped_digits(shown)}"


def power_words(value: Fraction) -> str:
    """The exact value as a factor and a power of ten: ``7.025 × 10⁷``; the value is at least 1."""
    factor, exponent = _scientific(value)
    return f"{plain_digits(factor)} × 10{raised(exponent)}"


def _scientific(value: Fraction) -> tuple[Fraction, int]:
    """A value of at least 1 as a factor from 1 to below 10, and the power of ten that it is multiplied with."""
    exponent = len(str(value.numerator // value.denominator)) - 1
    return value / 10**exponent, exponent


def raised(exponent: int) -> str:
    """An exponent in raised digits: ``⁶``."""
    return str(exponent).translate(_RAISED)


def amount_words(value: Fraction, unit: Unit | None) -> str:
    """An amount as a page prints it: ``1,000,000 cells per kg (1 million; 1 × 10⁶)``, ``0.5 mg``, ``≈ 508.7 mg``.

    Args:
        value: The exact value.
        unit: The unit; None where it is not known, and then nothing stands for it.
    """
    shown = shown_value(value, unit)
    said = digits_of(shown, value) if unit is None else f"{digits_of(shown, value)} {unit.spoken}"
    if value < MILLION or (unit is not None and unit.substance not in COUNTED):
        return said
    if shown != value:
        factor, exponent = _scientific(value)
        million = f"≈ {grouped_digits(to_figures(value / MILLION))}"
        return f"{said} ({million} million; ≈ {grouped_digits(to_figures(factor))} × 10{raised(exponent)})"
    return f"{said} ({grouped_digits(shown / MILLION)} million; {power_words(shown)})"
