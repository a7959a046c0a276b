"""Texts of dosing rules that are no doses: percentages, tolerances, weights, limits, numbers of days, levels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dosecal.load.doses.dose_amounts import parse_dose
from dosecal.model.messages import Msg, msgid, written
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import read_number
from dosecal.model.regex import regex
from dosecal.model.regimen import ADJUSTED, Tolerance
from dosecal.model.spoken import amount_words, grouped_digits
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.quantity import Amount

_PERCENT = regex(r"([0-9.,]+) ?%", re.ASCII)
_TOLERANCE = regex(r"(less than )?± ?(.+?)( of the (ordered|given) dose)?")
_PLAUSIBLE = regex(r"([0-9.]+) to ([0-9.]+) kg", re.ASCII)
_DAYS = regex(r"([1-9][0-9]{0,2}) days?", re.ASCII)
_TIME_WORD = regex(
    r"\b(?:once|twice|every|each|(?:dai|week|month)ly|(?:hour|day|week|month|cycle|dose)s?)\b", re.IGNORECASE
)
"""Words of time and of doses that the text of an amount may have, and that would change what a limit is of."""
_LEVEL = regex(r"[A-Za-z0-9+-][A-Za-z0-9_.+-]{0,39}", re.ASCII)

PERCENT_EXPECTED = 'a percentage such as "10 %"'
TOLERANCE_EXPECTED = (
    'a tolerance such as "±10 % of the ordered dose", "less than ±10 % of the given dose" or "±20 million cells"'
)
LEVEL_PATTERN = "^[A-Za-z0-9+-][A-Za-z0-9_.+-]{0,39}$"
ALL_PERCENT = 100
LIMIT_EXPECTED = 'an amount such as "200 mg", "28 mcg per day" or "28 mcg per dose"'


class WrittenWeight(Struct, frozen=True):
    """Which weight, as a file says it.

    Attributes:
        which: ``actual``, ``ideal``, ``adjusted``, ``predicted`` or ``lean``.
        percent: What counts of an adjusted weight; None where nothing is said, and for others.
    """

    which: str
    percent: Fraction | None = None


class WrittenLimit(Struct, frozen=True):
    """A cap or a floor as a file says it.

    Attributes:
        amount: The amount, flat or per kg.
        per: ``day`` or ``dose``; empty where nothing is said.
        text: The text.
    """

    amount: Amount
    per: str
    text: str


def parse_percent(text: str) -> Fraction:
    """A percentage above 0, up to 100.

    Raises:
        RefusedError: If the text is not such a percentage.
    """
    match = _PERCENT.fullmatch(text)
    if match is None:
        raise RefusedError(PERCENT_EXPECTED, "a number, then the sign %")
    try:
        percent = read_number(match[1], example="10")
    except RefusedError as refusal:
        raise RefusedError(PERCENT_EXPECTED, refusal.hint) from None
    if not 0 < percent <= ALL_PERCENT:
        raise RefusedError(f"{PERCENT_EXPECTED}, above 0 and at most 100")
    return percent


def parse_which_weight(text: str) -> WrittenWeight:
    """Which weight of a body; an adjusted one with its percent, which is asked for elsewhere where it is missing.

    Raises:
        RefusedError: If the text names no weight.
    """
    return _read_weight(text, ("actual", "ideal", "predicted", "lean"))


def parse_clearance_weight(text: str) -> WrittenWeight:
    """Which weight an estimated filtration rate takes.

    Raises:
        RefusedError: If the text names no such weight.
    """
    return _read_weight(text, ("actual", "ideal"))


def _read_weight(text: str, known: tuple[str, ...]) -> WrittenWeight:
    name, _, percent = text.partition(" ")
    if name == ADJUSTED:
        return WrittenWeight(name, parse_percent(percent) if percent else None)
    if text not in known:
        shown = " or ".join(f'"{one}"' for one in (*known, "adjusted 25 %"))
        raise RefusedError(shown)
    return WrittenWeight(text)


def parse_limit(text: str) -> WrittenLimit:
    """A cap or a floor, and what it is of where that is said.

    Raises:
        RefusedError: If the text is no such limit.
    """
    amount, per = text, ""
    for ending in ("day", "dose"):
        if text.endswith(f" per {ending}"):
            amount, per = text.removesuffix(f" per {ending}"), ending
    if _TIME_WORD.search(amount):
        raise RefusedError(LIMIT_EXPECTED, 'what it is of is said by "per day" or "per dose" alone')
    try:
        return WrittenLimit(parse_dose(amount), per, text)
    except RefusedError as refusal:
        raise RefusedError(LIMIT_EXPECTED, refusal.hint) from None


def parse_tolerance(text: str) -> Tolerance:
    """How far what is given may be from what was ordered: in percent of one of the two, or as an amount.

    Raises:
        RefusedError: If the text is not such a tolerance, or a percentage does not say what it is of.
    """
    match = _TOLERANCE.fullmatch(text)
    if match is None:
        raise RefusedError(TOLERANCE_EXPECTED)
    is_inside = match[1] is None
    if not match[2].endswith("%"):
        if match[3]:
            raise RefusedError(TOLERANCE_EXPECTED, "an amount is of nothing")
        amount = parse_dose(match[2])
        words = Msg("±{amount}", amount=amount_words(amount.value, amount.unit))
        return Tolerance(None, amount, "ordered dose", is_inside, written(text, _below(words, is_inside=is_inside)))
    if not match[3]:
        raise RefusedError(TOLERANCE_EXPECTED, "say what the percentage is of: 110 of 100 is 10 % of 100, 9.1 % of 110")
    percent = parse_percent(match[2])
    of = f"{match[4]} dose"
    words = Msg(_TOLERANCES[of], p=f"±{grouped_digits(percent)}")
    return Tolerance(percent, None, of, is_inside, written(text, _below(words, is_inside=is_inside)))


_TOLERANCES = {
    "ordered dose": msgid("{p} % of the ordered dose"),
    "given dose": msgid("{p} % of the given dose"),
}


def _below(limit: Msg, *, is_inside: bool) -> Msg:
    return limit if is_inside else Msg("less than {a}", a=limit)


def parse_plausible(text: str) -> tuple[Fraction, Fraction]:
    """The lowest and the highest plausible weight in kilograms.

    Raises:
        RefusedError: If the text is not such a range.
    """
    expected = 'weights such as "30 to 200 kg"'
    match = _PLAUSIBLE.fullmatch(text)
    if match is None:
        raise RefusedError(expected)
    low, high = read_number(match[1], example="30"), read_number(match[2], example="200")
    if low >= high:
        raise RefusedError(expected, "the lower weight comes first")
    return low, high


def parse_day_count(text: str) -> int:
    """A number of days from 1 to 999.

    Raises:
        RefusedError: If the text is not such a number.
    """
    match = _DAYS.fullmatch(text)
    if match is None:
        raise RefusedError('a number of days such as "4 days"')
    return int(match[1])


def parse_level(text: str) -> str:
    """The name of a dose level: up to 40 letters, digits, signs, points or underscores (``-1``, ``2``, ``2b``).

    Raises:
        RefusedError: If the text is not such a name.
    """
    if _LEVEL.fullmatch(text) is None:
        raise RefusedError('the name of a level such as "1" or "-1"', "letters, digits, + - _ and .")
    return text
