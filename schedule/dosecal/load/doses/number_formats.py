"""What a spreadsheet shows of a number, by the code of its format.

Conventions: a number is read where the sheet shows it whole, in plain digits; a date where it shows year, month and
day. What is shown as a percentage, in millions, rounded or with words beside it is another number to whoever looks at
the sheet than to whoever reads the file.

Reference:
    ECMA-376, Office Open XML, part 1, 18.8.30 and 18.8.31 (number formats).
"""

from __future__ import annotations

import re
from enum import Enum

from dosecal.model.regex import regex
from dosecal.model.struct import Struct


class Shown(Enum):
    """As what a number is shown."""

    NUMBER = "a number"
    DATE = "a date"
    PART_OF_A_DATE = "a date without its year, month or day"
    TIME = "a time of day"
    PERCENT = "a percentage"
    OTHER = "something else than its digits"


class NumberFormat(Struct, frozen=True):
    """How a number is shown.

    Attributes:
        shown: As what.
        places: How many digits after the point are shown; None for all.
        digits: How many digits before it are shown at least; beyond the number's own they are zeros.
        code: The code of the format; empty for one that the standard numbers.
        hides_zero: Whether 0 is shown in another way, or not at all.
        hides_text: Whether a text is not shown.
    """

    shown: Shown
    places: int | None = None
    digits: int = 1
    code: str = ""
    hides_zero: bool = False
    hides_text: bool = False


_BESIDE = regex(r"_.|\*.|\[(?:Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color ?\d+|\$-[^\]]+)\]|\\[ -]")
"""Room, filling, colours and languages: what changes nothing of what a number says."""
_ELAPSED = regex(r"\[[hms]+\]", re.IGNORECASE)
_WORDS = regex(r'"[^"]*"|\\.')
_PLAIN = regex(r"[#?,]*([0#?,]*[0#?])(?:\.([0#?]+))?")
_DATE_LETTERS = frozenset("ymdhsYMDHS")
_MOST_CODE = 255
_PLAIN_CODES = {"1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "37": "#,##0", "38": "#,##0", "41": "#,##0"}
_CODES = {**_PLAIN_CODES, "39": "#,##0.00", "40": "#,##0.00", "43": "#,##0.00", "0": "General", "49": "@"}
_FULL_DATES = frozenset(("14", "15", "22", "30", "31"))
_TIMES = frozenset(("18", "19", "20", "21", "32", "33", "34", "35", "45", "46", "47", "55", "56"))
_PARTS = frozenset(("16", "17", "27", "28", "29", "36", "50", "51", "52", "53", "54", "57", "58"))


def builtin_format(number: str) -> NumberFormat:
    """The format that the standard gives a number; those of the Far East as they are shown in every country."""
    if number in _CODES:
        return read_number_format(_CODES[number])
    if number in _FULL_DATES:
        return NumberFormat(Shown.DATE)
    if number in _TIMES:
        return NumberFormat(Shown.TIME)
    if number in _PARTS:
        return NumberFormat(Shown.PART_OF_A_DATE)
    return NumberFormat(Shown.PERCENT if number in {"9", "10"} else Shown.OTHER)


def read_number_format(code: str) -> NumberFormat:
    """What a code such as ``#,##0.00`` or ``yyyy-mm-dd`` shows of a number that is not negative, and of a text."""
    if len(code) > _MOST_CODE:
        return NumberFormat(Shown.OTHER)
    positive, *others = _sections(code)
    shown, places, digits = _section_shown(positive)
    hides_zero = digits == 0
    if len(others) > 1:
        hides_zero = _section_shown(others[1])[0] is not Shown.NUMBER or not others[1]
    hides_text = len(others) > 2 and not others[2].strip()  # noqa: PLR2004 - the fourth part is for texts
    return NumberFormat(shown, places, digits, code, hides_zero, hides_text)


def _section_shown(code: str) -> tuple[Shown, int | None, int]:
    """As what a part of a code shows a number, and how many digits after and before the point."""
    bare = _BESIDE.sub("", code)
    signs = _WORDS.sub("", bare)
    has_digits = any(sign in signs for sign in "[0#?")
    match = _PLAIN.fullmatch(signs.strip())
    if match is not None and signs == bare:
        return Shown.NUMBER, len(match[2] or ""), match[1].count("0")
    kinds = (
        (code == "@" or (signs == bare and signs.strip().lower() == "general"), Shown.NUMBER),
        (_ELAPSED.search(signs) is not None, Shown.TIME),
        ("%" in signs, Shown.PERCENT),
        (not has_digits and _DATE_LETTERS.intersection(signs), _date_shown(signs.lower())),
    )
    return next((shown for is_of_kind, shown in kinds if is_of_kind), Shown.OTHER), None, 1


def _sections(code: str) -> list[str]:
    """The parts of a code between its semicolons, outside words: for positive, negative, zero and text."""
    parts, is_word = [""], False
    for at, sign in enumerate(code):
        if sign == '"':
            is_word = not is_word
        if sign == ";" and not is_word and code[at - 1 : at] != "\\":
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _date_shown(signs: str) -> Shown:
    """What a code of letters shows; a year of another calendar (``e``) is no year here."""
    shows = {one for one in "ymdhs" if one in signs}
    if shows >= {"y", "m", "d"}:
        return Shown.DATE
    return Shown.TIME if shows & {"h", "s"} else Shown.PART_OF_A_DATE
