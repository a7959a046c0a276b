"""The numbers of a written dose: each way in which digits, a power of ten or a counting word can be taken.

Conventions: a term is a mantissa (``1.5``) and, where it has one, a factor (``× 10^6``, ``million``). Each is a tuple
of choices, the likelier first; one choice means that there is only one way to take it. A doubt is a sentence that keeps
a term from being certain although only one value is offered. All values are exact.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.quantity import MOST_DIGITS
from dosecal.model.regex import regex
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

GROUP = 3
"""How many digits a separator parts."""

NUMBER = r"\d+(?:[.,]\d+)*"
"""Digits with points and commas inside, whatever they mean."""


class Choice(Struct, frozen=True):
    """One way to take a mantissa or a factor.

    Attributes:
        value: The exact value.
        why: How it is taken, in words; empty where there is no other way.
    """

    value: Fraction
    why: str = ""


class Term(Struct, frozen=True):
    """One number of a written dose.

    Attributes:
        start: Where it begins.
        end: Where it ends, exclusive.
        text: The mantissa as it is written.
        mantissas: At least one choice.
        factors: The choices of the factor; empty where none is written.
        doubts: Why it is not certain, beside there being choices.
    """

    start: int
    end: int
    text: str
    mantissas: tuple[Choice, ...]
    factors: tuple[Choice, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Whether no factor is written."""
        return not self.factors


def mantissa_choices(text: str, *, of_power: bool) -> tuple[tuple[Choice, ...], tuple[str, ...]]:
    """The ways to take digits with points and commas, and the doubts.

    Args:
        text: Digits, with points and commas inside.
        of_power: Whether a power of ten follows; digits before one are seldom grouped.

    Returns:
        The choices, none where the number is malformed, and the doubts.
    """
    if len(text) > MOST_DIGITS:
        return (), (f"a number of more than {MOST_DIGITS} characters is not read",)
    for pattern, choose in _SHAPES:
        if pattern.fullmatch(text):
            return choose(text, of_power)
    return (), (f'"{text}" is not a number',)


Chosen = tuple[tuple[Choice, ...], tuple[str, ...]]


def _as_written(text: str, _of_power: bool) -> Chosen:  # noqa: FBT001  one row of a table
    return (Choice(Fraction(text)),), ()


def _decimal(text: str, _of_power: bool) -> Chosen:  # noqa: FBT001
    # "1.250" is 1,250 to half of Europe, and nobody else types the idle zero; "1.125" is left a decimal number.
    whole, _, rest = text.partition(".")
    if whole != "0" and len(whole) <= GROUP and len(rest) == GROUP and rest.endswith("0"):
        decimal = Choice(Fraction(text), "the point taken as the decimal mark")
        grouped = Choice(Fraction(whole + rest), "the point taken as a separator")
        return (decimal, grouped), ()
    return _as_written(text, _of_power)


def _grouped(text: str, of_power: bool) -> Chosen:  # noqa: FBT001
    # Nobody types three idle decimal zeros, so "250,000" is certain; before a power of ten "1,000" may be 1.
    grouped = Choice(Fraction(text.replace(",", "")), "the comma taken as a separator")
    if text.count(",") > 1 or "." in text or (text.endswith(",000") and not of_power):
        return (Choice(grouped.value),), ()
    decimal = Choice(Fraction(text.replace(",", ".")), "the comma taken as the decimal mark")
    return ((decimal, grouped) if of_power else (grouped, decimal)), ()


def _indian(text: str, _of_power: bool) -> Chosen:  # noqa: FBT001
    doubt = f'the commas of "{text}" are not three digits apart'
    return (Choice(Fraction(text.replace(",", "")), "commas in the Indian places"),), (doubt,)


def _decimal_comma(text: str, _of_power: bool) -> Chosen:  # noqa: FBT001
    decimal = Choice(Fraction(text.replace(",", ".")), "the comma taken as the decimal mark")
    struck = Choice(Fraction(text.replace(",", "")), "the comma passed over")
    doubt = f'the comma of "{text}" is a decimal mark to some; write a point'
    return ((decimal,) if text.startswith("0") else (decimal, struck)), (doubt,)


def _point_grouped(text: str, _of_power: bool) -> Chosen:  # noqa: FBT001
    plain = text.replace(".", "").replace(",", ".")
    doubt = f'the points of "{text}" would be separators; write commas between each three digits'
    return (Choice(Fraction(plain), "the points taken as separators"),), (doubt,)


def _led_by_zero(text: str, _of_power: bool) -> Chosen:  # noqa: FBT001
    return (Choice(Fraction(text)),), (f'"{text}" begins with a zero; a decimal point may be lost',)


_SHAPES: tuple[tuple[re.Pattern[str], Callable[[str, bool], Chosen]], ...] = tuple(
    (regex(pattern), choose)
    for pattern, choose in (
        (r"0|[1-9]\d*", _as_written),
        (r"(?:0|[1-9]\d*)\.\d+", _decimal),
        (r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", _grouped),
        (r"[1-9]\d?(?:,\d{2})+,\d{3}", _indian),
        (r"(?:0|[1-9]\d*),\d+", _decimal_comma),
        (r"[1-9]\d{0,2}(?:\.\d{3}){2,}(?:,\d+)?|[1-9]\d{0,2}\.\d{3},\d+", _point_grouped),
        (r"\d+", _led_by_zero),
    )
)
