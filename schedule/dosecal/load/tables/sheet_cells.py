"""What the cells of a workbook say, each with what is wrong with it.

Conventions: a cell is read where it shows what it holds. An error, a formula without a result, a truth value, a text
that is struck through, and a number that is shown as something else have no certain text: they are faults with their
cell, and never empty.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

from dosecal.load.doses.number_formats import Shown
from dosecal.load.tables.table_reading import told_number
from dosecal.load.tables.typed_cells import text_of_cell
from dosecal.load.tables.xml_parts import STRUCK, DamagedError
from dosecal.model.days import iso_date
from dosecal.model.problems import RefusedError, quoted
from dosecal.model.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable

    from dosecal.load.doses.number_formats import NumberFormat
    from dosecal.load.tables.table_reading import TableReading
    from dosecal.load.tables.workbook_parts import CellStyle, Workbook
    from dosecal.load.tables.xml_parts import RichText

_FIRST_DAY, _LAST_DAY = 61, 2_958_465
"""The days that a calendar of spreadsheets counts rightly: after a 29 February 1900, which it has, to 9999-12-31."""
_MOST_TEXTS = 1_000_000_000
_CALCULATE = "open the file in a spreadsheet, let it calculate, and save it"
_ISO_DATE = regex(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_NUMBER = regex(r"[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]{1,3})?", re.ASCII)


class Fault(NamedTuple):
    """Why a cell has no certain text: what was found in it, and what to do."""

    found: str
    hint: str


class Cell(NamedTuple):
    """What a cell says.

    Attributes:
        text: Its text; empty for a fault.
        is_number: Whether it holds a number or a date.
        fault: What is wrong; None for nothing.
    """

    text: str
    is_number: bool = False
    fault: Fault | None = None


class CellReading:
    """Reads what cells hold; each distinct content once.

    Attributes:
        hides_zeros: Whether the sheet shows nothing for a zero.
    """

    def __init__(self, book: Workbook, reading: TableReading) -> None:
        """Read the cells of a workbook."""
        self._book = book
        self._reading = reading
        self._known: dict[tuple[str, str, str, bool], Cell] = {}
        self.hides_zeros = False

    def cell(self, kind: str, style: str, raw: str, *, has_formula: bool) -> Cell:
        """What a cell says; the same content is read once.

        Args:
            kind: Its type, as the file has it.
            style: The number of its style.
            raw: Its value; of a shared text the place of that.
            has_formula: Whether the value is what a formula gave.
        """
        key = (kind, style, raw, has_formula)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self.read(kind, style, raw, has_formula=has_formula)
        return known

    def inline(self, text: RichText, style: str) -> Cell:
        """What a cell says whose text stands in it."""
        return self._text(text.whole(), style, text.doubt)

    def read(self, kind: str, style: str, raw: str, *, has_formula: bool) -> Cell:
        """What a cell says, read anew."""
        if kind == "e":
            return _faulty(f"the error {quoted(raw)[1:-1]}", "mend the formula, or write the value")
        if has_formula and (self._book.is_uncalculated or (not raw and kind != "str")):
            what = "a formula that was not calculated" if self._book.is_uncalculated else "a formula without a result"
            return _faulty(what, _CALCULATE)
        readers: dict[str, Callable[[str, str], Cell]] = {
            "b": _truth,
            "s": self._shared,
            "str": self._text,
            "d": _iso_date,
        }
        return readers.get(kind, self._number)(raw, style)

    def _text(self, text: str, style: str, doubt: str = "") -> Cell:
        """What a cell with a text says.

        Args:
            text: The text.
            style: The number of its style.
            doubt: What the text is where it is shown otherwise than its letters say.
        """
        own = self._style(style)
        if own is not None and own.is_struck:
            doubt = STRUCK
        elif own is not None and own.format.hides_text:
            doubt = "text that its format hides"
        return _faulty(doubt, "write what is meant in plain letters, or delete it") if doubt and text else Cell(text)

    def _style(self, style: str) -> CellStyle | None:
        place = int(style) if style.isascii() and style.isdigit() else -1
        return self._book.styles[place] if 0 <= place < len(self._book.styles) else None

    def _shared(self, raw: str, style: str) -> Cell:
        is_place = raw.isascii() and raw.isdigit() and int(raw[:12]) < _MOST_TEXTS
        if not is_place or int(raw) >= len(self._book.texts):
            message = f"the shared text {quoted(raw)}, which is not there"
            raise DamagedError(message)
        return self._text(self._book.texts[int(raw)], style, self._book.doubtful.get(int(raw), ""))

    def _number(self, raw: str, style: str) -> Cell:
        number, own = raw.strip(), self._style(style)
        if not number:
            return Cell("")
        if own is None or _NUMBER.fullmatch(number) is None:
            return _faulty(f"{quoted(raw)} as a number", "save the workbook anew")
        if own.is_struck:
            return _faulty(f"the number {number}, which is struck through", "write what is meant, or delete it")
        if own.format.shown is Shown.DATE:
            return self._date(float(number))
        return self._plain_number(float(number), own.format)

    def _plain_number(self, value: float, shown: NumberFormat) -> Cell:
        if shown.shown is not Shown.NUMBER:
            found = f"the number {_short(value)}, which is shown as {shown.shown.value}"
            return _faulty(found, "format the column as a number, and see that it shows what is meant")
        try:
            text = text_of_cell(value)
        except RefusedError as refusal:
            return _faulty(f"the number {_short(value)}", refusal.hint)
        if self._is_shown_otherwise(text, shown):
            found = f"the number {text}, which the format {quoted(shown.code)} shows otherwise"
            return _faulty(found, "let the sheet show it whole, or write the number that is meant")
        return Cell(told_number(text, self._reading), is_number=True)

    def _is_shown_otherwise(self, text: str, shown: NumberFormat) -> bool:
        """Whether the sheet shows a number with fewer or other digits, or not at all."""
        if text == "0":
            return shown.hides_zero or self.hides_zeros
        whole, _, places = text.partition(".")
        is_cut = shown.places is not None and len(places) > shown.places
        return is_cut or len(whole.lstrip("-")) < shown.digits

    def _date(self, value: float) -> Cell:
        if not math.isfinite(value) or value != int(value):
            return _faulty("a date with a time of day", "write the date alone")
        if not _FIRST_DAY <= value <= _LAST_DAY:
            return _faulty(f"the number {_short(value)}, which is shown as a date", "format it as a number")
        return Cell(iso_date(int(value) + self._book.first_day), is_number=True)


def _truth(raw: str, _: str) -> Cell:
    return _faulty(f"the truth value {'TRUE' if raw == '1' else 'FALSE'}", "write a word or a number")


def _iso_date(raw: str, _: str) -> Cell:
    match = _ISO_DATE.fullmatch(raw)
    if match is None:
        return _faulty(quoted(raw), "write a date without a time of day")
    return Cell(match[1], is_number=True)


def _short(value: float) -> str:
    return repr(value).removesuffix(".0")


def _faulty(found: str, hint: str) -> Cell:
    return Cell("", fault=Fault(found, hint))
