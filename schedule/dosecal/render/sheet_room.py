"""How much room a text takes in a sheet, so that none lies over another and none is cut off, on a screen or on paper.

Conventions: a width is in digits of the sheet's font, as spreadsheets count the width of a column; a height is in
points. Rows have their height stated: not every program works it out when it opens a file. The font is Arial, which is
there, or stands in for by one of the same widths, wherever spreadsheets are read; estimates are on the wide side.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

PLAIN_ROW = 15.0
"""The height of a row of one line."""
FONT = {"font_name": "Arial", "font_size": 10}
WIDEST = 48
"""The widest that a column gets for a text that can be wrapped into a row of some lines."""
ROOM = 2
"""What a column has beside its widest text."""
MOST_WIDTH = 250
"""The widest column of a sheet."""
_LEAST_SCALE = 65
"""The least percent to which print is made smaller: 10 points become 6.5, which is still read."""
_PAGE = 146 * 100 / _LEAST_SCALE
"""What a page of A4 across holds of such print, between its margins."""
_EDGE = 5 / 7
"""What a column takes beside its width."""

_MOST_LINES = 31
_LINE, _WIDE_LINE = 12.75, 17.0
_MOST_HEIGHT = 409.0
_EM = 556
"""The width of a digit in thousandths of the font's size; the others follow, of Arial and all that stand in for it."""
_WIDTHS = {
    222: "ijl|'",
    278: "!,./:;I[]\\ft ",
    356: '()-`r{}"*',
    500: "cksvxyzJ^",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "wCDHNRU",
    778: "GOQ",
    833: "mM",
    1015: "%W@",
}
_SIGN_WIDTHS = {sign: width / _EM for width, signs in _WIDTHS.items() for sign in signs}
_WIDE = 1000 / _EM
_BOLD = 1.08


@cache
def _sign_width(sign: str) -> float:
    """The width of a sign in digits; a letter with an accent has that of its letter."""
    if unicodedata.east_asian_width(sign) in {"W", "F"}:
        return _WIDE
    return _SIGN_WIDTHS.get(unicodedata.normalize("NFD", sign)[0], 1.0 if sign.isascii() else 1.1)


def text_width(text: str, *, is_bold: bool = False) -> float:
    """The width of the widest line of a text."""
    widest = max(sum(map(_sign_width, line)) for line in text.split("\n"))
    return widest * _BOLD if is_bold else widest


def line_count(text: str, width: float, *, is_bold: bool = False) -> int:
    """The lines of a text that is wrapped between words, and within one that is wider than the column."""
    return sum(_lines_of(line, width - 1, is_bold=is_bold) for line in text.split("\n"))


def _lines_of(line: str, width: float, *, is_bold: bool) -> int:
    lines, used = 1, 0.0
    for word in line.split(" "):
        size = text_width(f"{word} ", is_bold=is_bold)
        if used and used + size > width + 1:
            lines, used = lines + 1, 0.0
        lines += int(size // max(width, 1)) if size > width + 1 else 0
        used += size
    return lines


def column_width(texts: Sequence[str], width: float = 0.0) -> float:
    """The width of a column of texts: that of the widest, or so wide that the wrapped ones find room in a row.

    Args:
        texts: The texts.
        width: What the column has already.
    """
    widest = 0.0
    for text in texts:
        if len(text) * _WIDE > widest:  # no sign is wider
            widest = max(widest, text_width(text))
    if widest + ROOM <= WIDEST:
        return max(width, widest + ROOM)
    width = max(width, WIDEST)
    longest = max(texts, key=len)
    while width < MOST_WIDTH and line_count(longest, width) > _MOST_LINES:
        width = min(width * 1.5, MOST_WIDTH)
    return width


def row_height(text: str, width: float, *, is_bold: bool = False) -> float:
    """The height of a row for a text in a column of a width; that of a plain row for one line."""
    if text.isascii() and "\n" not in text and len(text) * _WIDE < width:  # no sign is wider
        return PLAIN_ROW
    lines = line_count(text, width, is_bold=is_bold)
    is_wide = any(unicodedata.east_asian_width(sign) in {"W", "F"} for sign in text)
    return max(PLAIN_ROW, min(lines * (_WIDE_LINE if is_wide else _LINE) + 1.5, _MOST_HEIGHT))


def fit_on_paper(sheet: Worksheet, widths: Sequence[float], named: tuple[int, int]) -> None:
    """Have a sheet printed on a page's width, or on several ones beside each other where it would be too small.

    Args:
        sheet: The sheet.
        widths: The widths of the columns.
        named: The first of the columns that are printed, and the last of those that say whose a row is, which come
            again on each page.
    """
    if columns_within(widths[named[0] :]) == len(widths) - named[0]:
        sheet.fit_to_pages(1, 0)
        return
    sheet.set_print_scale(_LEAST_SCALE)
    sheet.print_across()
    sheet.repeat_columns(*named)


def columns_within(widths: Sequence[float]) -> int:
    """How many columns, at least one, a page of the smallest print holds."""
    return max(1, sum(width <= _PAGE for width in accumulate(width + _EDGE for width in widths)))
