"""Lines of text in which a number, its unit, a date and an id are never parted.

Conventions: a width is in columns of a terminal: a wide letter of Chinese, Japanese or Korean takes two, a combining
sign none. Lines break between words; what belongs together counts as one word. A word wider than the room stands on a
line of its own, whole. Nothing is ever cut off.

Reference:
    Unicode Standard Annex 11, East Asian Width.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

from dosecal.model.regex import regex
from dosecal.model.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

TIED = "\0"
"""Stands for a blank at which no line breaks; in a text from outside it is a blank like any other."""

_JOINER = "\u2060"
"""Stands between two ideographs between which no line breaks; it has no width, and is never printed."""

LEAST_WIDTH = 20
"""The narrowest that anything is set for: a terminal that says less has not said its width."""

BOLD, RED, YELLOW, GREEN = "1", "1;31", "33", "32"
"""How words are shown on a terminal that has colours; the words say it alone as well."""

_KEPT = frozenset((TIED, _JOINER, "\u200c", "\u200d"))
"""What is not printable and stays: ours, and signs without a width that words of some scripts are written with."""

_TEXTS_KEPT = 1 << 14


def visible(text: str) -> str:
    """The text without anything that a terminal would obey: blanks of every kind as a blank, the rest written out."""
    if text.isprintable():
        return text
    return "".join(" " if category(c) == "Zs" else c if c in _KEPT else one_line(c) for c in text)


def display_width(text: str) -> int:
    """How many columns of a terminal a text takes; signs that only colour it take none."""
    if "\x1b" in text:
        text = _colour().sub("", text)
    return len(text) if text.isascii() else sum(map(_columns, text))


@cache
def _colour() -> re.Pattern[str]:
    return regex(r"\x1b\[[\d;]*m")


@cache
def _columns(character: str) -> int:
    """The columns of a character. The sign that asks for a picture in place of a letter makes that letter wide."""
    if character == "\ufe0f":
        return 1
    if category(character) in {"Mn", "Me", "Cf"} or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def painted(text: str, style: str) -> str:
    """The text in a weight or colour; as it is for no style."""
    return f"\x1b[{style}m{text}\x1b[0m" if style and text else text


def tied(text: str) -> str:
    """The text as one word, whatever blanks and ideographs it has: an id, a date or an amount."""
    word = text.replace(" ", TIED)
    return word if word.isascii() else _between_ideographs().sub(_JOINER, word)


def untied(text: str) -> str:
    """The text with its blanks again."""
    return text.replace(TIED, " ").replace(_JOINER, "")


@lru_cache(_TEXTS_KEPT)
def unbroken(text: str) -> str:
    """The text with number and unit, the parts of a date, and a noun and its id tied together.

    "give 100,000,000 viable cells per kg on day 1" has five words then: give, the amount, on, day 1.
    """
    for pattern in _belonging_together():
        text = pattern.sub(lambda found: found[0].replace(" ", TIED), text)
    return text


@cache
def _belonging_together() -> tuple[re.Pattern[str], ...]:
    """What is tied, dates first, so that the number in one is not taken for an amount."""
    power = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
    letter = r"[^\W\d_]"
    number = rf"[\"'“«(\[≈~<>≤≥±+−-]*\d(?:[\d.,:/×^%–{power}-]*[\d%{power}])?(?: × 10[{power}]+)?"
    kind = "million|billion|thousand|viable|total|viral|nucleated|de|millón|millones"
    unit = rf"(?: (?:{kind})(?= {letter}))*(?: (?:[%°]|{letter})\S*)?(?: (?:viables?|totales)\b)?"
    days = "Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun"
    iso = r"\d{4}-\d\d-\d\d"
    before = "(?:(?:->|[≈=×÷±+−<>≤≥-]) )?"
    patterns = (
        rf"(?:\b(?:{days})(?:day)?,? )?{iso}(?:,? \d\d:\d\d)?(?: UTC\S+)?",
        rf"(?:\b{letter}+,? )?\b\d{{1,2}} (?:de )?{letter}{{3,}} (?:de )?\d{{4}}\b",
        rf"(?<!\S){before}(?!{iso}){number}(?: (?:to|a|至|–) {number})?{unit}(?: (?:per|por|每) \S+)*",
        r"(?<!\S)\S+ \[\d+\]",
        r"\b(?:subject|visit|lot|arm|dose|day|version|file|site|cycle|level) (?=\S*\d)\S+",
    )
    return tuple(map(re.compile, patterns))


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """The text in lines, at least one.

    Args:
        text: The text.
        width: How wide a line is.
        first: What stands before the text on its first line.
        rest: The blanks before it on the others; fewer where its widest word would not fit beside them.
    """
    words = [(blanks, word, display_width(word)) for blanks, word in _words(unbroken(text), width - len(rest[:2]))]
    rest = rest[: width - max((wide for _, _, wide in words if wide <= width), default=0)]
    lines: list[str] = []
    line, is_begun = first, False
    for blanks, word, wide in words:
        if is_begun and display_width(line) + len(blanks) + wide <= width:
            line += blanks + word
            continue
        if is_begun or (line.strip() and display_width(line) + wide > width):
            lines.append(line)
            line = rest
        elif not line.strip():
            line = line[: max(width - wide, len(rest))]
        line += word
        is_begun = True
    return [untied(one).rstrip() for one in (*lines, line)]


def _words(text: str, width: int) -> Iterable[tuple[str, str]]:
    """The words of a text, each with the blanks before it; a line of ideographs may break between them.

    A range of amounts that no line holds breaks before its end, "200,000" and "to 5,000,000 viable cells per kg".
    """
    for blanks, word in re.findall(r"( *)([^ ]+)", text):
        if TIED in word and display_width(word) > width:
            first, *others = _before_the_end_of_a_range().split(word)
            yield blanks, first
            yield from ((" ", part) for part in others)
        elif word.isascii():
            yield blanks, word
        else:
            first, *others = _between_ideographs().split(word)
            yield blanks, first
            yield from (("", part) for part in others)


@cache
def _before_the_end_of_a_range() -> re.Pattern[str]:
    return regex(rf"{TIED}(?=(?:to|a|至|–){TIED})")


@cache
def _between_ideographs() -> re.Pattern[str]:
    """Where a text of ideographs may break: not before a stop, and not near a number, which they may be the unit of."""
    signs = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    stops = "\u3001\u3002\uff0c\uff1b\uff1a\uff09\u201d"
    far = "".join(rf"(?<![\d{TIED}]{'.' * places})" for places in range(1, 5))
    return regex(rf"(?<=[{signs}{stops}])(?=[{signs}\uff08\u201c]){far}")


def fitted(text: str, width: int | None) -> str:
    """A finished text with its lines broken to a width, each further line under the text of its first.

    A name that two blanks part from its text, as in "  weight  70 kg", stays above nothing but blanks.

    Args:
        text: The text, of any number of lines; those that fit stay as they are.
        width: The width of the terminal; None for none, and then nothing is broken.
    """
    if width is None:
        return text
    room = max(width, LEAST_WIDTH)
    return "\n".join(part for line in text.split("\n") for part in _fitted_line(line, room))


def _fitted_line(line: str, width: int) -> list[str]:
    line = visible(line)
    if display_width(line) <= width:
        return [line]
    blanks, name, text = _name_and_text().findall(line)[0]
    return wrapped(text, width, blanks + name, " " * (display_width(blanks + name) if name else len(blanks) + 2))


@cache
def _name_and_text() -> re.Pattern[str]:
    return regex(r"^( *)((?:\S+ )*\S+ {2,})?(.*)$")
