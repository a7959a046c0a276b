"""The numbers of a written dose: each way in which digits, a power of ten or a counting word can be taken.

Conventions: a term is a mantissa (``1.5``) and, where it has one, a factor (``× 10^6``, ``million``). Each is a tuple of
choices, the likelier first; one choice means that there is only one way to take it. A doubt is a sentence that keeps a
term from being certain although only one value is offered. All values are exact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from schedule.model.quantity import MOST_DIGITS

NUMBER = r"\d+(?:[.,]\d+)*"
"""Digits with points and commas inside, whatever they mean."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to take a mantissa or a factor.

    Attributes:
        value: The exact value.
        why: How it is taken, in words; empty where there is no other way.
    """

    value: Fraction
    why: str = ""


@dataclass(frozen=True, slots=True)
class Term:
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


_WHOLE = re.compile(r"0|[1-9]\d*")
_POINT = re.compile(r"(0|[1-9]\d*)\.(\d+)")
_GROUPS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_ONE_GROUP = re.compile(r"[1-9]\d{0,2},\d{3}")
_INDIAN = re.compile(r"[1-9]\d?(?:,\d{2})+,\d{3}")
_DECIMAL_COMMA = re.compile(r"(?:0|[1-9]\d*),\d+")
_POINT_GROUPS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){2,}(?:,\d+)?|[1-9]\d{0,2}\.\d{3},\d+")
_COMMA_LIST = re.compile(r"\d{1,2}(?:,\d{1,2}){2,}")


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
    if _WHOLE.fullmatch(text):
        return (Choice(Fraction(text)),), ()
    if point := _POINT.fullmatch(text):
        return _point_choices(text, point)
    if _GROUPS.fullmatch(text):
        return _group_choices(text, of_power=of_power)
    if _INDIAN.fullmatch(text):
        return (Choice(Fraction(text.replace(",", "")), "commas in the Indian places"),), (
            f'the commas of "{text}" are not three digits apart',
        )
    if _DECIMAL_COMMA.fullmatch(text):
        return _comma_choices(text)
    if _POINT_GROUPS.fullmatch(text):
        plain = text.replace(".", "").replace(",", ".")
        return (Choice(Fraction(plain), "the points taken as separators"),), (
            f'the points of "{text}" would be separators; write commas between each three digits',
        )
    if text.isdigit():
        return (Choice(Fraction(text)),), (f'"{text}" begins with a zero; a decimal point may be lost',)
    return (), (f'"{text}" is not a number',)


def _point_choices(text: str, point: re.Match[str]) -> tuple[tuple[Choice, ...], tuple[str, ...]]:
    # "1.250" is 1,250 to half of Europe, and nobody else types the idle zero; "1.125" is left a decimal number.
    whole, rest = point.groups()
    if whole != "0" and len(whole) <= 3 and len(rest) == 3 and rest.endswith("0"):  # noqa: PLR2004  digits of a group
        decimal = Choice(Fraction(text), "the point taken as the decimal mark")
        grouped = Choice(Fraction(whole + rest), "the point taken as a separator")
        return (decimal, grouped), ()
    return (Choice(Fraction(text)),), ()


def _group_choices(text: str, *, of_power: bool) -> tuple[tuple[Choice, ...], tuple[str, ...]]:
    grouped = Choice(Fraction(text.replace(",", "")), "the comma taken as a separator")
    if not _ONE_GROUP.fullmatch(text) or (text.endswith(",000") and not of_power):
        return (Choice(grouped.value),), ()
    decimal = Choice(Fraction(text.replace(",", ".")), "the comma taken as the decimal mark")
    return ((decimal, grouped) if of_power else (grouped, decimal)), ()


def _comma_choices(text: str) -> tuple[tuple[Choice, ...], tuple[str, ...]]:
    decimal = Choice(Fraction(text.replace(",", ".")), "the comma taken as the decimal mark")
    struck = Choice(Fraction(text.replace(",", "")), "the comma passed over")
    doubt = f'the comma of "{text}" is a decimal mark to some; write a point'
    return ((decimal, struck) if decimal.value and not text.startswith("0") else (decimal,)), (doubt,)
