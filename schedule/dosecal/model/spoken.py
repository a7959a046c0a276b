"""Amounts in words, as a person reads them.

Conventions: no trailing zero, a leading zero, a space before the unit, "per kg" in place of a stroke, separators from
1,000 on. A number of cells, particles or vesicles from 1 million on is said three ways, since a count of zeros is
easily lost: all its digits, in millions, and as a power of ten with its factor. Never a bare power of ten, and never
"billion", which is a thousand million in one language and a million million in another. A value whose digits have no
end is shown after "≈" with ``FIGURES`` of them, or to a whole one, and what is counted is whole.
"""

from __future__ import annotations

from fractions import Fraction

from dosecal.model.messages import Msg, msgid, plural, term, unsaid
from dosecal.model.quantity import Unit, has_end, has_fraction, plain_digits, round_half_up

COUNTED = ("cells", "viable cells", "viral particles", "vesicles")
"""The substances that are counted in whole pieces."""

MILLION = 1_000_000
MYRIAD = 10_000
FIGURES = 4
"""How many digits are shown of a value that has no end: its whole ones, and more up to this many."""

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


ABOUT = "≈ "
"""What stands before a value that is not all of it."""

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


def number_digits(value: Fraction, unit: Unit | None = None, sign: str = "") -> str:
    """A value as a page prints it, after "≈" where that is not all of it: ``1,234.5``, ``≈ 508.7``, ``≈ -508.7``."""
    return digits_of(shown_value(value, unit), value, sign)


def number_words(value: Fraction, places: int | None = None, sign: str = "") -> str:
    """A derived number as a person reads it: all its digits where they are few, else rounded half up after "≈".

    Args:
        value: The exact value, 0 or more.
        places: How many decimals a rounded one has at most; None for ``FIGURES`` digits in all.
        sign: What stands before the digits, such as ``±``.
    """
    few = 10 ** (FEW_PLACES if places is None else places + 2)
    return digits_of(value if few % value.denominator == 0 else to_figures(value, places), value, sign)


def digits_of(shown: Fraction, exact: Fraction, sign: str = "") -> str:
    """A rounded value with its sign of rounding, where it is another one than the exact value."""
    return f"{'' if shown == exact else ABOUT}{sign}{grouped_digits(shown)}"


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


_AMOUNTS = {
    "cells": msgid("{n} cells"),
    "viable cells": msgid("{n} viable cells"),
    "total cells": msgid("{n} total cells"),
    "viral particles": msgid("{n} viral particles"),
    "vesicles": msgid("{n} vesicles"),
    "g": msgid("{n} g"),
    "mg": msgid("{n} mg"),
    "mcg": msgid("{n} mcg"),
    "units": msgid("{n} units"),
    "mL": msgid("{n} mL"),
    "kg": msgid("{n} kg"),
    "cm": msgid("{n} cm"),
    "m²": msgid("{n} m²"),
    "%": msgid("{n} %"),
    "min": msgid("{n} min"),
    "h": msgid("{n} h"),
    "s": msgid("{n} s"),
    "EU": msgid("{n} EU"),
    "mL/h": msgid("{n} mL/h"),
}
"""A number of each unit; the number comes in digits."""

_PER = {
    "kg": msgid("{amount} per kg"),
    "m²": msgid("{amount} per m²"),
    "mL": msgid("{amount} per mL"),
    "dL": msgid("{amount} per dL"),
    "min": msgid("{amount} per min"),
    "mL/min": msgid("{amount} per mL/min"),
    "h": msgid("{amount} per h"),
    "hour": msgid("{amount} per hour"),
    "day": msgid("{amount} per day"),
    "dose": msgid("{amount} per dose"),
    "vial": msgid("{amount} per vial"),
    "bag": msgid("{amount} per bag"),
    "cryobag": msgid("{amount} per cryobag"),
    "syringe": msgid("{amount} per syringe"),
    "ampoule": msgid("{amount} per ampoule"),
    "container": msgid("{amount} per container"),
    "kg per day": msgid("{amount} per kg per day"),
    "kg per h": msgid("{amount} per kg per h"),
    "kg per min": msgid("{amount} per kg per min"),
}
"""An amount per something."""

_NOUNS = {
    "cells": msgid("cells"),
    "viable cells": msgid("viable cells"),
    "total cells": msgid("total cells"),
    "viral particles": msgid("viral particles"),
    "vesicles": msgid("vesicles"),
    "units": msgid("units"),
}
"""The units that are words; the others are symbols, which stay."""

_UNITS_PER = {"mL": msgid("{unit} per mL"), "min": msgid("{unit} per min")}


def unit_words(unit: str) -> Msg:
    """A unit without a number: ``viable cells``, ``mg per mL``."""
    substance, _, per = unit.partition(" per ")
    noun = Msg(_NOUNS[substance]) if substance in _NOUNS else unsaid(substance)
    return Msg(_UNITS_PER[per], unit=noun) if per else noun


_ABOUT = msgid("≈ {amount}")


def of_unit(digits: str, unit: str, low: str = "") -> Msg:
    """A number with its unit as a page prints it: ``70.5 kg``, ``≈ 508.7 mg per kg``, ``5 to 10 mg per kg``.

    Args:
        digits: The number, in digits.
        unit: The unit with the word "per", such as ``cells per kg``; empty for none.
        low: The lower end of a range, in digits; empty for one number.
    """
    substance, _, what = unit.partition(" per ")
    number = digits if low else digits.removeprefix(ABOUT)
    amount = Msg(_AMOUNTS[substance], n=number) if substance else unsaid(number)
    amount = Msg("{low} to {high}", low=low, high=amount) if low else amount
    amount = per(amount, what) if what else amount
    return amount if number == digits else about(amount)


def about(amount: Msg) -> Msg:
    """An amount that is not all of its value."""
    return Msg(_ABOUT, amount=amount)


def per(amount: Msg, what: str) -> Msg:
    """An amount per something that it is stated per: ``kg``, ``day``, ``vial``, or a container of the protocol's own.

    "≈" stays before the whole, also in a language that says first what an amount is per: ``≈ 每毫升6,578,947个细胞``.
    """
    if amount.template == _ABOUT:
        return about(per(_inside(amount), what))
    if what not in _PER:
        return Msg("{amount} per {what}", amount=amount, what=term(what))
    return Msg(_PER[what], amount=amount)


def amount_words(value: Fraction, unit: Unit | None, low: str = "") -> Msg:
    """An amount as a page prints it: ``1,000,000 cells per kg (1 million; 1 × 10⁶)``, ``0.5 mg``, ``≈ 508.7 mg``.

    Args:
        value: The exact value.
        unit: The unit; None where it is not known, and then nothing stands for it.
        low: The lower end of a range whose upper end it is, in digits; empty for one amount.
    """
    shown = shown_value(value, unit)
    said = of_unit(digits_of(shown, value), "" if unit is None else unit.spoken, low)
    if value < MILLION or (unit is not None and unit.substance not in COUNTED):
        return said
    if said.template == _ABOUT:
        return about(_in_millions(_inside(said), value, shown))
    return _in_millions(said, value, shown)


def _inside(amount: Msg) -> Msg:
    inside = amount.arguments["amount"]
    return inside if isinstance(inside, Msg) else amount


def _in_millions(said: Msg, value: Fraction, shown: Fraction) -> Msg:
    """An amount with its millions, ten thousands and power of ten, which are rounded where ``shown`` is."""
    factor, exponent = _scientific(value)
    is_exact = shown == value
    sign = "" if is_exact else ABOUT
    n, myriads = (sign + grouped_digits(part if is_exact else to_figures(part)) for part in _shorter(value))
    power = power_words(shown) if is_exact else f"{sign}{grouped_digits(to_figures(factor))} × 10{raised(exponent)}"
    return plural(
        "{amount} (1 million; {power})",
        "{amount} ({n} million; {power})",
        1 if shown == MILLION else 2,
        amount=said,
        n=n,
        myriads=myriads,
        power=power,
    )


def _shorter(value: Fraction) -> tuple[Fraction, Fraction]:
    """A value in millions, and in ten thousands, in which Chinese counts."""
    return value / MILLION, value / MYRIAD


def exact_words(value: Fraction, unit: str) -> Msg:
    """A number with its unit and, where its digits have no end, the fraction that it is."""
    return with_fraction(of_unit(number_digits(value, Unit(unit) if unit in COUNTED else None), unit), value, unit)


def with_fraction(said: Msg, value: Fraction, unit: str) -> Msg:
    """A number that was rounded for reading with what it is: ``≈ 508.7 mg (exactly 36,625/72 mg)``."""
    if not has_fraction(value):
        return said
    return Msg("{amount} (exactly {exact})", amount=said, exact=of_unit(factor_words(value), unit))


def factor_words(value: Fraction) -> str:
    """A number that a working goes on from: as a fraction where its digits have no end, such as ``36,625/72``."""
    return f"{value.numerator:,}/{value.denominator:,}" if has_fraction(value) else number_digits(value)


def signed_percent(value: Fraction, places: int = 1) -> Msg:
    """A percentage with its sign, rounded half up for reading: ``+6.2 %``, ``≈ −4.8 %``; ``0 %`` is exactly that."""
    if not value:
        return of_unit("0", "%")
    rounded = to_figures(abs(value), places)
    sign = "" if rounded == abs(value) else "≈ "
    return of_unit(f"{sign}{'−' if value < 0 else '+'}{grouped_digits(rounded)}", "%")
