"""Spellings of a written dose that are understood and never certain: each is rewritten as a file would have it.

Conventions: a row is a pattern and its replacement, tried in order over the whole text. What is rewritten is shown and
keeps the dose from being certain. What a dose is stated per stays so in any spelling: no row takes a basis away.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from dosecal.load.doses.dose_chinese import CHINESE, HAS_CHINESE, TRADITIONAL, apart, spelled_numbers
from dosecal.load.doses.dose_numbers import NUMBER
from dosecal.load.doses.dose_spanish import PLAIN, POINT_GROUP, SMALL
from dosecal.model.problems import RefusedError
from dosecal.model.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable

    Row = tuple[str, str | Callable[[re.Match[str]], str]]

_WIDE: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x3380, 0x33E0)},
    **{ord(c): plain for c, plain in zip("〜∼・【】〔〕′º《》「」″", "~~·[][]'°" + '"' * 5, strict=True)},
    ord("、"): ", ",
    ord("。"): ". ",
    ord("…"): "...",
}
_MIXED_WIDTHS = regex(r"[0-9][.,．，]?[０-９]|[０-９][.,．，]?[0-9]")

_PLAIN_TEXT = regex(
    r"[0-9.,]+(?: (?:million|thousand))? ?(?:(?:viable )?cells|viral particles|vesicles|units|m?g|mcg|mL)?"
    r"(?:/kg|/m\^?2)?"
)
"""What a protocol file holds: no row changes it, so that none is compiled for it."""

_UNIT = r"(?:mg|mcg|µg|ng|g|IU|UI|U|[uU]nits?|cells?|m[lL]|mmol|mEq|vg|particles|vesicles)"
_PER = r"((?i:/\s*|\bper\s+))"
_BODY = r"(?i:b\.?\s?w\.?(?:\s?t\.?)?|body\s?-?weight|body\s?-?mass|bm)(?!\w)"
_AFTER_M = r"[\s)\],;:./]|$|(?:days?|iv|IV|on|over|weekly|daily|every|q\d)\b|[JDd]\d"
_CURVE = (
    r"(?i)(?<![a-z])(?:area\s+under\s+(?:the\s+)?(?:[a-z]+[-\s]+){0,3}curve|ABC|AUC)\s*(?:[(\[]\s*AUC)?\s*[)\]]{0,2}"
)

_ODD: tuple[Row, ...] = (
    # per kg
    (r"(?i)/\s*per\b\s*", "/"),
    (r"(?i)\bpor\b", "per"),
    (r"(?i)\bfor\s+(?:each\s+|every\s+|an?\s+)?(?=kilos?\b|kilogram|kg\b)", "per "),
    (r"(?i)\ban?\s+(?=kilo(?:gram(?:me)?)?\b)", "per "),
    (rf"{_PER}(?i:kilos?|kgs)\b", r"\1kg"),
    (rf"(?i:(?<=kg)(?:[-./]\s?|(?=b))|(?<=kg)\s+(?=bm|body\s?-?mass|bwt|b\.\s?wt)){_BODY}", " body weight"),
    (rf"(?i){_PER}kg\s?\^?\s?-\s?1(?!\d)", r"\1kg"),
    (r"(?i)(?<=kg)\s*[/.-]?\s*\(?ibw\b\)?", " ideal body weight"),
    (r"(?i)(?<=kg)\s*[/.-]?\s*\(?pbw\b\)?", " predicted body weight"),
    (r"(?i)(?<=kg)\s*[/.-]?\s*\(?lbw\b\)?", " lean body weight"),
    (r"(?i)\bi/([vm])\b", r"I\1"),
    (r"/\s*[(\[]\s*(kg|m2|m\s?\^\s?2)\b([^)\]]*)[)\]]", r"/\1\2"),
    (rf"{_PER}1\s?(?=kg\b|m2\b)", r"\1"),
    # per m²: only an "m" after what is weighed or counted can have lost its raised 2
    (rf"{_PER}(?i:sq(?:uare)?\.?\s?m(?:t|tr)?s?|[sq]?qm|mq|sq\.?\s?met(?:er|re)s?)\b\.?(?!\s?\^)", r"\1m2 "),
    (rf"{_PER}(?i:m(?:et(?:er|re)s?)?)\s?(?:(?i:sq(?:uared?)?)\b\.?|[(\[{{]\s?\^?2\s?[)\]}}])", r"\1m2 "),
    (rf"{_PER}(?i:met(?:er|re)s?)\s?\^?\s?2(?!\d)", r"\1m2 "),
    (rf"{_PER}m\s?\^?\s?-\s?2(?!\d)", r"\1m2 "),
    (rf"{_PER}m\s2(?![\d.,]|\s*(?i:times|x|×|doses?|days?|weeks?|h\b|hours?|mg|g\b|m[lL]))", r"\1m2 "),
    (rf"((?:{_UNIT}|million)\s*/\s*)m(?={_AFTER_M})(?!\s*\^|\s+[lL]\b)", r"\1m2 "),
    (rf"(?i)({_UNIT})\s?per\s?(?=kg|kilo|m2|sq)", r"\1 per "),
    # products and exponents in place of strokes
    (r"/\s*\(\s*(kg|m2|m\s?\^\s?2)\s*[·.×/ ]\s*(days?|d|hr?|hours?|min(?:utes?)?)\s*\)", r"/\1/\2"),
    (r"(/\s*(?:kg|m2|m\s?\^\s?2))\s*[·.×]\s*(?=(?:days?|d|hr?|hours?|min(?:utes?)?)\b)", r"\1/"),
    (rf"({_UNIT})(\s?[·.]\s?|)kg\s?\^?\s?-\s?1(?!\d)", r"\1/kg"),
    (rf"({_UNIT})(?:\s?·\s?|)m\s?\^?\s?-\s?2(?!\d)|({_UNIT})\s?\.?\s?m\s?-\s?2(?!\d)", r"\1\2/m2"),
    (r"(kg(?:\s?\^?-1)?|m2|m\s?\^?-2)\s?[·.]?\s?(?:days?|d)\s?\^?-1(?!\d)", r"\1/day"),
    (r"(kg(?:\s?\^?\s?-\s?1)?)\s?[·.]?\s?(h|hr|min|s)\s?\^?\s?-\s?1(?!\d)", r"\1/\2"),
    (r"(?:\s?[·.]\s?|(?<![a-zA-Z]))(h|hr|min|s)\^?-1(?!\d)", r"/\1"),
    (rf"({_UNIT})[·.]?(h|hr|min)\^?-1(?!\d)", r"\1/\2"),
    # numbers and units
    (r"\b10\s?(?i:exp)\.?\s?\(?(\d{1,2})\)?(?!\d)", r"10^\1"),
    (r"\b10\s+(?i:to\s+the\s+(?:power\s+(?:of\s+)?)?)(\d{1,2})(?:th|rd|nd)?(?:\s+power)?\b", r"10^\1"),
    (r"(\d)\s?(?:M|mega)\s?(?=(?:IU|UI|U)\b)", r"\1 million "),
    (r"(\d)\s?k(?=(?:IU|UI|U)\b)", r"\1 thousand "),
    (r"\bUI\b", "IU"),
    (r"(?<!\d)(\d{1,3})'(\d{3}),(\d{3})(?!\d)", r"\1,\2,\3"),
    (r"(?<![\d'])(\d{1,3})'(\d{1,2})(?![\d'\"])", r"\1.\2"),
    (r"(?i)\b(milli|micro)?grammes?\b", r"\1gram"),
    (r"\b(?i:microgr?|mcgr|µgr|[µu]gm)\b\.?", "mcg"),
    (r"\bIU'?s\b", "IU"),
    (rf"(\d\s?{_UNIT}(?:/kg|/m2|/m\^2)?)[xX]\s?(\d{{1,2}})(?![\d.,^])", r"\1 × \2"),
    # ranges
    (r"(\d|[A-Za-zµ²万亿千百)](?=~\S))\s*~\s*(?=\d)", r"\1-"),
    (r"([A-Za-zµ²万亿千百)]) ~ (?=\d)", r"\1-"),
    (rf"[(\[]\s*({NUMBER}\s*(?:-|to)\s*{NUMBER})\s*[)\]](?=\s*(?:×|(?i:million|thousand)|[eE]\d))", r"\1"),
    # a target AUC
    (rf"{_CURVE}\s*(?:of\b|=|:|-|at\b)?\s*(?:(?:of|de)\b)?\s*(?=\d)(?!(?:0|12|24|72)(?![\d.]))", "AUC "),
    (r"\bAUC (\d[\d.]*(?:\s*-\s*\d[\d.]*)?) dose\b", r"AUC \1"),
    (r"\bAUC (\d(?:\.\d+)?) (\d(?:\.\d+)?)(?=\s*(?:$|[),;]|for\b|on\b|day|IV\b|every|q\d))", r"AUC \1-\2"),
)


def plain_signs(text: str) -> str:
    """The text with signs and digits of full width, and traditional characters, as their plain ones.

    Raises:
        RefusedError: If digits of two widths stand in one number.
    """
    if _MIXED_WIDTHS.search(text):
        raise RefusedError("the digits 0 to 9", "digits of two widths stand in one number; write the digits 0 to 9")
    return text.translate(_WIDE).translate(TRADITIONAL) if HAS_CHINESE.search(text) else text.translate(_WIDE)


def rewrite(text: str) -> str:
    """A normalised text with everything that is understood in another language or spelling written as in a file."""
    if _PLAIN_TEXT.fullmatch(text):
        return text
    plain = text
    if HAS_CHINESE.search(text):
        text = apart(_applied(CHINESE, spelled_numbers(text), is_word=False))
    english = _applied(PLAIN, text, is_word=True)
    if english != text:
        text = _applied(SMALL, re.sub(POINT_GROUP, r"\1,\2", english), is_word=True)
    text = re.sub(r" +", " ", _applied(_ODD, text, is_word=False)).strip()
    return re.sub(r" (?=[,;)])", "", text) if text != plain else text


def _applied(rows: tuple[Row, ...], text: str, *, is_word: bool) -> str:
    for pattern, replacement in rows:
        text = _compiled(pattern, is_word=is_word).sub(replacement, text)
    return text


@cache
def _compiled(pattern: str, *, is_word: bool) -> re.Pattern[str]:
    """The pattern; of whole words where it is one, which a digit may touch."""
    return regex(rf"(?i)(?<![^\W\d_])(?:{pattern})(?![^\W\d_])" if is_word else pattern)
