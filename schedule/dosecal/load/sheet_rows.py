"""The cells of one sheet as rows of texts, each with what is wrong with it.

Conventions: a cell is read where it shows what it holds. An error, a formula without a result, a truth value, a text
that is struck through, and a number that is shown as something else have no certain text: they are faults with their
cell, and never empty. Rows and columns count from 1 as the sheet shows them.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from dosecal.load.number_formats import Shown
from dosecal.load.table_reading import told_number
from dosecal.load.typed_cells import text_of_cell
from dosecal.load.workbook_parts import (
    MOST_CELL_CHARACTERS,
    MOST_TOKEN_BYTES,
    STRUCK,
    DamagedError,
    RichText,
    feed_xml,
    is_true,
    local_name,
    too_large,
    xml_parser,
)
from dosecal.model.days import iso_date
from dosecal.model.problems import RefusedError, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dosecal.load.table_reading import TableReading
    from dosecal.load.number_formats import NumberFormat
    from dosecal.load.workbook_parts import Attributes, CellStyle, SheetPart, Workbook

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""The rows and columns of a sheet; a place beyond is no place."""
MOST_RANGES = 100_000
"""How many merged ranges a sheet may have: each is held until the end."""
_LEAST_DATE = 61
"""The first day on which the calendar of 1900 is right: it has a 29 February 1900."""
_CALCULATE = "open the file in a spreadsheet, let it calculate, and save it"
_ISO_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_NUMBER = re.compile(r"[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]{1,3})?", re.ASCII)
_ROW_END = b"</row>"
_TOKEN = re.compile(
    r'(<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,5})")?(?: t="(s|n)")?(?:/>|><v>([0-9A-Za-z.+-]*)</v></c>)'
    r'|<row r="([0-9]{1,7})"((?: [A-Za-z0-9:]+="[A-Za-z0-9:. -]*")*)>|</row>)'
)
"""A cell with a number or the place of a shared text, and the beginning and the end of a row, as most programs write
them."""
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?", re.ASCII)


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


class Range(NamedTuple):
    """Cells that are merged, from the first row and column to the last, both inside, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int


Row = dict[int, Cell]
"""The cells of a row that hold something, by their column from 0."""


@dataclass(slots=True)
class SheetLayout:
    """What a sheet says of its rows and columns beside their cells.

    Attributes:
        merged: Its merged ranges.
        hidden_columns: Ranges of columns that are hidden, from 0, the last one inside.
    """

    merged: list[Range] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)


class EnoughError(Exception):
    """Whoever takes the rows has seen enough."""


def read_sheet(
    book: Workbook, sheet: SheetPart, reading: TableReading, take: Callable[[int, bool, Row], None]
) -> SheetLayout:
    """Read the rows of a sheet from the first to the last.

    Args:
        book: The workbook.
        sheet: The sheet.
        reading: The decimal mark that was told for numbers in texts.
        take: Takes the number of a row that holds something, whether it is hidden, and its cells; it may raise
            ``EnoughError``, which ends the reading.

    Raises:
        CohortError: If the sheet is too large.
        DamagedError: If it is no sheet.
    """
    rows = _SheetParser(book, CellReading(book, reading), take)
    with suppress(EnoughError):
        feed_xml(rows.parser, rows.without_plain_rows(book.sheet_blocks(sheet)))
    return rows.layout


def column_index(letters: str) -> int:
    """The place of a column from 0: 0 for A, 26 for AA."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def cell_name(row: int, column: int) -> str:
    """The name of a cell as the sheet shows it, such as ``C7``; the row from 1, the column from 0."""
    letters, left = "", column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


class _SheetParser:
    """Takes the tags of a sheet and gives its rows.

    Rows without anything but numbers and shared texts, which most have, are read at one stroke and never reach the
    reader of XML: a block is taken so where every byte of it belongs to such a row, and the reader of XML stands
    exactly behind the end of a row.
    """

    def __init__(self, book: Workbook, cells: CellReading, take: Callable[[int, bool, Row], None]) -> None:
        self.layout = SheetLayout()
        self.parser = xml_parser(self)
        self._row_end = -1
        self._plain: dict[str, bool] = {}
        self._known: dict[tuple[str, str, str], Cell] = {}
        self._file = book.file
        self._cells = cells
        self._take = take
        self._columns: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._row, self._last_row, self._is_hidden = 0, 0, False
        self._found: Row = {}
        self._at = -1
        self._cell: Attributes | None = None
        self._value: list[str] = []
        self._length = 0
        self._is_value = self._has_formula = self._has_value = False
        self._inline: RichText | None = None

    def start(self, element: str, attributes: Attributes) -> None:
        """Look at a tag."""
        name = self._names.get(element)
        if name is None:
            name = self._names[element] = local_name(element)
        if name == "c":
            self._begin_cell(attributes)
        elif self._cell is not None:
            if name == "v":
                self._is_value = self._has_value = True
            elif name == "f":
                self._has_formula = True
            elif name == "is":
                self._inline = RichText()
            elif self._inline is not None:
                self._inline.start(name, attributes)
        elif name == "row":
            is_hidden = is_true(attributes.get("hidden")) or _is_zero(attributes.get("ht"))
            self._begin_row(attributes.get("r"), is_hidden=is_hidden)
        elif name == "mergeCell":
            self._add_range(attributes.get("ref", ""))
        elif name == "sheetView" and attributes.get("showZeros") in {"0", "false"}:
            self._cells.hides_zeros = True
        elif name == "col" and (is_true(attributes.get("hidden")) or _is_zero(attributes.get("width"))):
            bounds = _whole(attributes.get("min")) - 1, _whole(attributes.get("max")) - 1
            self.layout.hidden_columns.append(bounds)
            if len(self.layout.hidden_columns) > MOST_COLUMNS:
                raise too_large(self._file, f"at most {MOST_COLUMNS:,} columns", "more")

    def end(self, element: str) -> None:
        """Look at the end of a tag."""
        name = self._names[element]
        if name == "v":
            self._is_value = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._row_end = self.parser.CurrentByteIndex
            if self._found:
                self._take(self._row, self._is_hidden, self._found)
            self._found = {}
        elif self._inline is not None:
            self._inline.end(name)

    def text(self, piece: str) -> None:
        """Keep a piece of text, if it belongs to a cell."""
        if self._is_value:
            self._value.append(piece)
            self._length += len(piece)
            if self._length > MOST_CELL_CHARACTERS:
                message = f"a value of more than {MOST_CELL_CHARACTERS:,} characters"
                raise DamagedError(message)
        elif self._inline is not None:
            self._inline.add(piece)

    def without_plain_rows(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """The blocks without the rows that are read at one stroke."""
        count, rest = 0, b""
        for block in blocks:
            whole = rest + block
            at = whole.rfind(_ROW_END) + len(_ROW_END)
            if at < len(_ROW_END):
                rest = whole
            elif self._row_end + len(_ROW_END) == count and self._take_plain_rows(whole[:at]):
                rest = whole[at:]
                continue
            else:
                yield whole[:at]
                count += at
                rest = whole[at:]
            if len(rest) > MOST_TOKEN_BYTES:
                yield rest
                count, rest = count + len(rest), b""
        yield rest

    def _take_plain_rows(self, block: bytes) -> bool:
        """Take the rows of a block, if there is nothing in it but plain ones."""
        tokens = _TOKEN.findall(block.decode("latin-1"))
        if sum([len(token[0]) for token in tokens]) != len(block):
            return False
        if not all(self._is_plain(token[7]) for token in tokens if token[6]):
            return False
        columns, known, number = self._columns, self._known, ""
        for _, letters, digits, style, kind, value, row, _ in tokens:
            if letters:
                at = columns.get(letters, -1)
                at = self._place(letters) if at < 0 else at
                if digits != number or at <= self._at:
                    raise DamagedError(f"cell {letters}{digits} out of its order")
                self._at = at
                if value:
                    cell = known.get((style, kind, value)) or self._known_cell(style, kind, value)
                    if cell.text or cell.fault is not None:
                        self._found[at] = cell
            elif row:
                self._begin_row(row, is_hidden=False)
                number = row
            else:
                number = ""
                if self._found:
                    self._take(self._row, False, self._found)  # noqa: FBT003 - it is shown
        return True

    def _known_cell(self, style: str, kind: str, value: str) -> Cell:
        cell = self._known[style, kind, value] = self._cells.read(kind or "n", style or "0", value, has_formula=False)
        return cell

    def _is_plain(self, attributes: str) -> bool:
        """Whether the attributes of a row don't hide it."""
        known = self._plain.get(attributes)
        if known is None:
            hides = re.search(r' (?:hidden="(?!0"|false")|ht="0*\.?0*")', attributes) is not None
            known = self._plain[attributes] = not hides
        return known

    def _begin_row(self, number: str | None, *, is_hidden: bool) -> None:
        self._row = self._last_row + 1 if number is None else _whole(number)
        if not self._last_row < self._row <= MOST_ROWS:
            message = f"row {self._row} after row {self._last_row}"
            raise DamagedError(message)
        self._last_row = self._row
        self._is_hidden = is_hidden
        self._at = -1
        self._found = {}

    def _begin_cell(self, attributes: Attributes) -> None:
        name = attributes.get("r")
        at = self._at + 1
        if name is not None:
            letters = name.rstrip("0123456789")
            at = self._place(letters)
            if name != f"{letters}{self._row}":
                message = f"cell {quoted(name)} in row {self._row}"
                raise DamagedError(message)
        if not self._at < at < MOST_COLUMNS:
            message = f"cell {quoted(name or '')} out of its order"
            raise DamagedError(message)
        self._at = at
        self._cell = attributes
        self._value, self._length = [], 0
        self._has_formula = self._has_value = False
        self._inline = None

    def _place(self, letters: str) -> int:
        known = self._columns.get(letters)
        return self._columns.setdefault(letters, _column(letters)) if known is None else known

    def _end_cell(self) -> None:
        attributes = self._cell
        if attributes is None:
            return
        if self._inline is not None:
            cell = self._cells.inline(self._inline, attributes.get("s", "0"))
        elif self._has_value or self._has_formula:
            raw = "".join(self._value)
            cell = self._cells.cell(attributes.get("t", "n"), attributes.get("s", "0"), raw, has_formula=self._has_formula)
        else:
            cell = None
        self._cell = self._inline = None
        if cell is not None and (cell.text or cell.fault is not None):
            self._found[self._at] = cell

    def _add_range(self, text: str) -> None:
        match = _RANGE.fullmatch(text)
        if match is None or len(self.layout.merged) >= MOST_RANGES:
            raise too_large(self._file, f"merged cells such as A2:B3, up to {MOST_RANGES:,} of them", quoted(text))
        left, top, right, bottom = match[1], int(match[2]), match[3] or match[1], int(match[4] or match[2])
        self.layout.merged.append(Range(top, column_index(left) + 1, bottom, column_index(right) + 1))


def _column(letters: str) -> int:
    if not letters.isascii() or not letters.isalpha() or not letters.isupper() or len(letters) > 3:  # noqa: PLR2004
        message = f"a cell in column {quoted(letters)}"
        raise DamagedError(message)
    return column_index(letters)


def _whole(text: str | None) -> int:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 7:  # noqa: PLR2004 - 1,048,576
        message = f"the number {quoted(text or '')} of a row or column"
        raise DamagedError(message)
    return int(text)


def _is_zero(text: str | None) -> bool:
    """Whether a width or a height is nothing."""
    return text is not None and text.strip("0") in {"", "."} and "0" in text


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

    def read(self, kind: str, style: str, raw: str, *, has_formula: bool) -> Cell:
        """What a cell says, read anew."""
        if kind == "e":
            return _faulty(f"the error {quoted(raw)[1:-1] if raw else 'of a formula'}", "mend the formula, or write the value")
        if has_formula and (self._book.is_uncalculated or (not raw and kind != "str")):
            what = "a formula that was not calculated" if self._book.is_uncalculated else "a formula without a result"
            return _faulty(what, _CALCULATE)
        if kind == "b":
            return _faulty(f"the truth value {'TRUE' if raw == '1' else 'FALSE'}", "write a word or a number")
        if kind == "s":
            return self._shared(raw, style)
        if kind == "str":
            return self._text(raw, style)
        if kind == "d":
            match = _ISO_DATE.fullmatch(raw)
            return Cell(match[1], is_number=True) if match else _faulty(quoted(raw), "write a date without a time of day")
        return self._number(raw.strip(), style) if raw.strip() else Cell("")

    def _shared(self, raw: str, style: str) -> Cell:
        place = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else -1  # noqa: PLR2004 - never so many
        if not 0 <= place < len(self._book.texts):
            message = f"the shared text {quoted(raw)}, which is not there"
            raise DamagedError(message)
        return self._text(self._book.texts[place], style, self._book.doubtful.get(place, ""))

    def _number(self, raw: str, style: str) -> Cell:
        own = self._style(style)
        if own is None or _NUMBER.fullmatch(raw) is None:
            return _faulty(f"{quoted(raw)} as a number", "save the workbook anew")
        if own.is_struck:
            return _faulty(f"the number {raw}, which is struck through", "write what is meant, or delete it")
        value, shown = float(raw), own.format
        if shown.shown is Shown.DATE:
            return self._date(value)
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
        day = int(value)
        if not _LEAST_DATE <= day <= 2_958_465:  # noqa: PLR2004 - 9999-12-31
            return _faulty(f"the number {_short(value)}, which is shown as a date", "format it as a number")
        return Cell(iso_date(day + self._book.first_day), is_number=True)


def _short(value: float) -> str:
    return repr(value).removesuffix(".0")


def _faulty(found: str, hint: str) -> Cell:
    return Cell("", fault=Fault(found, hint))
