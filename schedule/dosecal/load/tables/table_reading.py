"""How somebody says that a table is written: its separator, encoding, order of dates, decimal mark, and sheet.

Conventions: what is not told is the strict default (comma, UTF-8, ISO dates, a point). Nothing is found out from the
table: what is found instead of the default is named together with the option that would read it.
"""

from __future__ import annotations

import codecs
from functools import lru_cache
from typing import TYPE_CHECKING

from dosecal.load.tables.table_mapping_file import read_date_pattern
from dosecal.model.days import iso_date, read_date
from dosecal.model.problems import RefusedError
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from dosecal.model.table_mapping import DatePattern

SEPARATORS = {
    ",": "commas",
    ";": "semicolons",
    "\t": "tabs",
    "|": "bars",
    "，": "full-width commas",  # noqa: RUF001 - the comma of Chinese
}
"""What may stand between cells, with its name."""

_SEPARATOR_WORDS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|"}
_CODECS = frozenset(
    (
        *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb2312", "gb18030", "big5", "big5hkscs"),
        *("shift_jis", "cp932", "euc_jp", "euc_kr", "cp949", "iso8859-1", "iso8859-2", "iso8859-9", "iso8859-15"),
        *("mac-roman", "cp437", "cp850", "koi8-r", *(f"cp{page}" for page in range(1250, 1259))),
    )
)
"""The encodings of text that files are met in, as Python names them."""

MOST_DAYS_KEPT = 1 << 16
"""How many dates are kept as they were read: the dates of a cohort come again and again."""
_SERIAL_DAYS = 25_569
"""The days from 1899-12-30, from which spreadsheets count, to 1970-01-01."""


class TableReading(Struct, frozen=True):
    """How a table is to be read; None is the strict default.

    Attributes:
        separator: What stands between the cells of CSV; None for a comma.
        encoding: The encoding of CSV, as Python names it; None for UTF-8.
        dates: How dates in text are written; None for ISO dates, which are read beside any other.
        decimal: The decimal mark of numbers in text; None for a point.
        sheet: The name of the sheet of a workbook; None for the one that is there.
    """

    separator: str | None = None
    encoding: str | None = None
    dates: DatePattern | None = None
    decimal: str | None = None
    sheet: str | None = None

    def iso(self, text: str) -> str:
        """The ISO text of a date in the told order; a text that is none is given back as it is."""
        return text if self.dates is None else self.dates.iso(text) or text

    def date(self, text: str) -> int:
        """The day of a date, in days since 1970-01-01.

        Raises:
            RefusedError: If the text is no date in the told order, nor an ISO date.
        """
        try:
            return _day(self.iso(text))
        except RefusedError as refusal:
            if self.dates is None:
                raise RefusedError(refusal.expected, _other_dates(text) or refusal.hint) from None
            expected = f'a date such as "{self.dates.text("2026-03-09")}"'
            raise RefusedError(expected, f"dates are read as {self.dates.words}, as told") from None

    def moment(self, text: str) -> str:
        """A date and a time of day with the date in ISO; a text without a blank is given back as it is."""
        day, blank, time = text.rpartition(" ")
        return f"{self.iso(day)} {time}" if blank else text

    def point(self, text: str) -> str:
        """A number with a point as its decimal mark."""
        return _exchanged(text) if self.decimal == "," else text

    def number(self, text: str, parse: Callable[[str], Fraction]) -> Fraction:
        """A number with the told decimal mark.

        Args:
            text: The number.
            parse: Reads it with a point.

        Raises:
            RefusedError: If it can't be read.
        """
        if self.decimal == "," and "." in text and "," not in text and text.count(".") == 1:
            raise RefusedError('a number such as "70,5"', "the decimal mark is a comma, as told")
        try:
            return parse(self.point(text))
        except RefusedError as refusal:
            raise RefusedError(refusal.expected, self._number_hint(text, parse) or refusal.hint) from None

    def _number_hint(self, text: str, parse: Callable[[str], Fraction]) -> str:
        """The option that would read a number with a comma, where that is one."""
        if self.decimal == ",":
            return "the decimal mark is a comma, as told"
        if text.count(",") != 1 or "." in text:
            return ""
        try:
            parse(_exchanged(text))
        except RefusedError:
            return ""
        return (
            f'a comma is read as a decimal mark by some and as a separator by others: --decimal "," reads it as '
            f"{_exchanged(text)}; else write a point"
        )


STRICT = TableReading()
"""A comma, UTF-8, ISO dates, a point."""


def table_reading(
    separator: str | None = None, encoding: str | None = None, dates: str | None = None, decimal: str | None = None
) -> TableReading:
    """How a table is to be read, from the texts of options; None for what was not told.

    Args:
        separator: One of ``, ; |``, a tab, the comma of Chinese, or the word for one.
        encoding: The name of an encoding, such as ``gbk``.
        dates: A pattern such as ``dd/mm/yyyy`` or ``dd-mmm-yyyy``.
        decimal: ``.`` or ``,``.

    Raises:
        RefusedError: If one of them can't be read.
    """
    return TableReading(
        None if separator is None else _separator(separator),
        None if encoding is None else _encoding(encoding),
        None if dates is None else read_date_order(dates),
        None if decimal is None else _decimal(decimal),
    )


def _separator(text: str) -> str:
    found = _SEPARATOR_WORDS.get(text, text)
    if found not in SEPARATORS:
        raise RefusedError('a separator: ",", ";", "|", "，" or "tab"')  # noqa: RUF001 - the comma of Chinese
    return found


def _encoding(text: str) -> str:
    try:
        name = codecs.lookup(text).name
    except (LookupError, ValueError):
        name = ""
    if name not in _CODECS:
        raise RefusedError('an encoding such as "utf-8", "cp1252" (Western Windows), "gbk" or "utf-16"')
    return name


def _decimal(text: str) -> str:
    if text not in {".", ","}:
        raise RefusedError('a decimal mark: "." or ","')
    return text


def read_date_order(text: str) -> DatePattern:
    """The order in which dates are written, such as ``dd/mm/yyyy``.

    Raises:
        RefusedError: If it is none; years of two digits are none.
    """
    try:
        return read_date_pattern(text.upper())
    except RefusedError:
        raise RefusedError('an order of dates such as "dd/mm/yyyy", "mm/dd/yyyy" or "dd-mmm-yyyy"') from None


def told_number(text: str, reading: TableReading) -> str:
    """The text of a number that came as a number, with the decimal mark that was told for the texts beside it."""
    return text.replace(".", ",") if reading.decimal == "," else text


def _exchanged(text: str) -> str:
    return text.translate({ord(","): ".", ord("."): ","})


def _other_dates(text: str) -> str:
    """The options that would read a date in another order, each with the date; or what a count of days is."""
    if text.isascii() and text.isdigit() and len(text) == 5:  # noqa: PLR2004 - 27 years before and 173 after 2000
        day = iso_date(int(text) - _SERIAL_DAYS)
        return f"a spreadsheet counts days so, and shows {day}: format the column as dates, or write them out"
    mark = next((one for one in "/.- " if one in text), "")
    readings: dict[str, str] = {}
    for parts in (("dd", "mm", "yyyy"), ("mm", "dd", "yyyy"), ("yyyy", "mm", "dd"), ("dd", "mmm", "yyyy")):
        order = mark.join(parts)
        iso = read_date_order(order).iso(text)
        if iso is not None and iso != text and _exists(iso):
            readings.setdefault(iso, order)
    told = [f"--dates {order} reads it as {iso}" for iso, order in readings.items()]
    several = ": whoever wrote it knows" if len(told) > 1 else ""
    return f"{', '.join(told)}{several}" if told else ""


_day = lru_cache(MOST_DAYS_KEPT)(read_date)


def _exists(iso: str) -> bool:
    try:
        read_date(iso)
    except RefusedError:
        return False
    return True
