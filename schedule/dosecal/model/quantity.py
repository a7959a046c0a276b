"""Exact amounts with units of a closed set, and the one rounding.

Conventions: a number is read from text and held as a whole number or a fraction; no float takes part. Units are a
closed set; viable cells and cells are different kinds. Nothing is converted between kinds. A dose is rounded once, at
the end, by the rule that the protocol names.
"""

from __future__ import annotations

import re
from fractions import Fraction

from dosecal.model.messages import Msg, msgid
from dosecal.model.problems import RefusedError
from dosecal.model.regex import regex
from dosecal.model.struct import Struct

MOST_DIGITS = 30
"""A number with more digits than this is refused: nobody typed it."""

COLUMN_DIGITS, COLUMN_PLACES = 38, 18
"""Digits in all, and after the point, of a decimal in a table."""

READ_PLACES = 12
"""A value with more decimals than this has none that a person reads as its last: no product of what is typed has."""
_FINEST: int = 10**READ_PLACES
_GREATEST_DENOMINATOR: int = 10**MOST_DIGITS
"""What is worked out from typed numbers has a smaller one, and a root a greater."""

_PLAIN = regex(r"(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_EXPONENT = regex(r"[0-9][eE]", re.ASCII)
_GROUPED = regex(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?", re.ASCII)

SUBSTANCES = ("cells", "viable cells", "viral particles", "vesicles", "g", "mg", "mcg", "units", "mL")
"""What a dose can be counted or measured in."""

DIVISORS = ("", "kg", "m²", "mL/min")
"""What a dose can be stated per: nothing (flat), body weight in kilograms, body surface in square metres, or clearance
in millilitres a minute, as a target AUC is: AUC 5 is 5 mg for each mL/min."""


class Unit(Struct, frozen=True):
    """A unit of the closed set: a substance, and what it is stated per.

    Attributes:
        substance: One of ``SUBSTANCES``.
        per: One of ``DIVISORS``; empty for a flat amount.
    """

    substance: str
    per: str = ""

    def __post_init__(self) -> None:
        """Hold the closed set.

        Raises:
            ValueError: For a substance or divisor outside it.
        """
        if self.substance not in SUBSTANCES or self.per not in DIVISORS:
            message = f"no such unit: {self.substance!r} per {self.per!r}"
            raise ValueError(message)

    @property
    def symbol(self) -> str:
        """The unit as a file writes it: ``cells``, ``cells/kg``, ``mg/m²``."""
        return f"{self.substance}/{self.per}" if self.per else self.substance

    @property
    def spoken(self) -> str:
        """The unit as a page prints it, with the word "per": ``cells per kg``."""
        return f"{self.substance} per {self.per}" if self.per else self.substance

    @property
    def flat(self) -> Unit:
        """The unit of the amount that is left when the divisor is multiplied out."""
        return Unit(self.substance)


class Amount(Struct, frozen=True):
    """An exact, non-negative amount with its unit."""

    value: Fraction
    unit: Unit

    def __post_init__(self) -> None:
        """Hold the sign.

        Raises:
            ValueError: For a negative value.
        """
        if self.value < 0:
            message = "an amount is not negative"
            raise ValueError(message)


def read_number(text: str, *, example: str = "70.5") -> Fraction:
    """An exact number from plain digits with a point as the decimal mark.

    Refused are ``nan``, ``inf``, signs, underscores, exponents, commas, digits outside ASCII, a bare ``.5`` or ``5.``,
    leading zeros, blanks and nothing at all: each has been read wrongly by somebody.

    Args:
        text: The text as it was typed, without surrounding blanks.
        example: A number that would do, for the message.

    Returns:
        The number, exactly.

    Raises:
        RefusedError: If the text is not such a number.
    """
    if _PLAIN.fullmatch(text) is None or len(text) > MOST_DIGITS:
        raise RefusedError(f'a number in plain digits such as "{example}"', _number_hint(text))
    return Fraction(text)


def read_grouped_number(text: str, *, example: str = "1,000,000") -> Fraction:
    """An exact number in plain digits, or from 1,000 on with a comma between each three digits.

    A single group, as in ``1,234``, is refused, since to half of the world it is 1.234; ``1,234.5`` and ``1,234,000``
    have one reading.

    Raises:
        RefusedError: If the text is not such a number.
    """
    if _GROUPED.fullmatch(text) and len(text) <= MOST_DIGITS and (text.count(",") > 1 or "." in text):
        return Fraction(text.replace(",", ""))
    return read_number(text, example=example)


def _number_hint(text: str) -> str:
    if "," in text:
        return "a comma is read as a decimal mark by some and as a separator by others; write a point"
    if text.startswith("."):
        return "write the zero before the point"
    if any(c.isdigit() and not c.isascii() for c in text):
        return "the digits are not 0 to 9"
    if "_" in text or _EXPONENT.search(text):
        return "write all the digits"
    return ""


def is_terminating(value: Fraction) -> bool:
    """Whether the value can be written out in finitely many decimal digits."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def has_end(value: Fraction) -> bool:
    """Whether the digits of a value end within ``READ_PLACES`` decimals, so that a page can show them all."""
    return _FINEST % value.denominator == 0


def plain_digits(value: Fraction) -> str:
    """The exact value in plain digits, never with an exponent or a trailing zero: ``70250000``, ``0.5``.

    Raises:
        ValueError: If the value has no finite decimal form.
    """
    if value.denominator == 1:
        return str(value.numerator)
    if not is_terminating(value):
        message = f"{value} has no finite decimal form"
        raise ValueError(message)
    places = 0
    scaled = value
    while scaled.denominator != 1:
        scaled *= 10
        places += 1
    digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def round_half_up(value: Fraction, increment: Fraction) -> Fraction:
    """The multiple of the increment nearest to the value, ties away from zero.

    Args:
        value: Any exact value.
        increment: The step, above 0, in the same unit.

    Returns:
        An exact multiple of the increment, at most half an increment from the value.

    Raises:
        ValueError: If the increment is not above 0.

    Reference:
        Ties away from zero ("half up") is what pharmacy calculation courses teach, such as the US Army's MD0904,
        where 500 mg from 400 mg/mL is 1.25 mL and is drawn as 1.3 mL.
    """
    if increment <= 0:
        message = "a rounding increment is above 0"
        raise ValueError(message)
    steps = abs(value) / increment
    whole = (2 * steps.numerator + steps.denominator) // (2 * steps.denominator)
    return whole * increment if value >= 0 else -whole * increment


def has_fraction(value: Fraction) -> bool:
    """Whether a value whose digits have no end is a fraction, and no root that was carried to many places."""
    return not has_end(value) and value.denominator < _GREATEST_DENOMINATOR


def exact_fraction(value: Fraction) -> str:
    """The fraction that a value is, for a program: ``36625/72``; empty where it has none."""
    return f"{value.numerator}/{value.denominator}" if has_fraction(value) else ""


def column_digits(value: Fraction) -> str:
    """The digits of a decimal in a table: exact, and half up to 18 decimals where it has more or no end."""
    is_exact = 10**COLUMN_PLACES % value.denominator == 0
    return plain_digits(value if is_exact else round_half_up(value, Fraction(1, 10**COLUMN_PLACES)))


class Rounding(Struct, frozen=True):
    """A rule by which an amount is rounded, as the protocol states it.

    Attributes:
        increment: The step, above 0.
        mode: ``nearest``, ``up`` or ``down``.
        ties: Where a value halfway between two steps goes: ``up`` (away from zero), ``down`` (towards zero) or ``even``
            (to the even number of steps); empty for a mode without ties.
    """

    increment: Amount
    mode: str
    ties: str

    def __post_init__(self) -> None:
        """Hold the closed sets.

        Raises:
            ValueError: For another mode or way of ties, or an increment of 0.
        """
        if self.mode not in {"nearest", "up", "down"} or self.ties not in {"up", "down", "even", ""}:
            message = f"no such rounding: {self.mode!r}, ties {self.ties!r}"
            raise ValueError(message)
        if bool(self.ties) != (self.mode == "nearest") or not self.increment.value:
            message = "a rounding to the nearest step says where ties go, and no step is 0"
            raise ValueError(message)

    @property
    def words(self) -> Msg:
        """How it goes: ``ties up`` or ``always down``."""
        return Msg(_ROUNDINGS[self.mode, self.ties])


_ROUNDINGS = {
    ("up", ""): msgid("always up"),
    ("down", ""): msgid("always down"),
    ("nearest", "up"): msgid("ties up"),
    ("nearest", "down"): msgid("ties down"),
    ("nearest", "even"): msgid("ties to the even step"),
}


def round_by(rounding: Rounding, value: Fraction) -> Fraction:
    """The value rounded by a rule.

    Args:
        rounding: The rule, whose increment is in the value's unit.
        value: An exact value, 0 or more.

    Returns:
        An exact multiple of the increment, less than one increment from the value.
    """
    increment = rounding.increment.value
    steps = value / increment
    below = steps.numerator // steps.denominator
    rest = steps - below
    if not rest or rounding.mode == "down":
        return below * increment
    is_up = rounding.mode == "up" or rest > Fraction(1, 2)
    if rounding.mode == "nearest" and rest == Fraction(1, 2):
        is_up = rounding.ties == "up" or (rounding.ties == "even" and below % 2 == 1)
    return (below + is_up) * increment
