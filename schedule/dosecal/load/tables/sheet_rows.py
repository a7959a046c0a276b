"""The rows of one sheet, with the cells in them that hold something.

Conventions: rows and columns have the places that the sheet shows; a row counts from 1, a column from 0.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from dosecal.load.tables.sheet_cells import Cell, CellReading
from dosecal.load.tables.text_chunks import column_index
from dosecal.load.tables.workbook_parts import too_large
from dosecal.load.tables.xml_parts import (
    MOST_CELL_CHARACTERS,
    MOST_TOKEN_BYTES,
    DamagedError,
    RichText,
    feed_xml,
    is_true,
    local_name,
    xml_parser,
)
from dosecal.model.problems import quoted
from dosecal.model.regex import regex
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dosecal.load.tables.table_reading import TableReading
    from dosecal.load.tables.workbook_parts import SheetPart, Workbook
    from dosecal.load.tables.xml_parts import Attributes

    TakeRow = Callable[[int, bool, "Row"], None]

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""The rows and columns of a sheet; a place beyond is no place."""
MOST_RANGES = 100_000
"""How many merged ranges a sheet may have: each is held until the end."""
_ROW_END = b"</row>"
_TOKEN = regex(
    r'(<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,5})")?(?: t="(s|n)")?(?:/>|><v>([0-9A-Za-z.+-]*)</v></c>)'
    r'|<row r="([0-9]{1,7})"((?: [A-Za-z0-9:]+="[A-Za-z0-9:. -]*")*)>|</row>)'
)
"""A cell with a number or the place of a shared text, and the beginning and the end of a row, as most programs write
them."""
_LETTERS, _WHOLE = regex("[A-Z]{1,3}"), regex("[0-9]{1,7}", re.ASCII)
_RANGE = regex(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?", re.ASCII)


class Range(NamedTuple):
    """Cells that are merged, from the first row and column to the last, both inside, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int


Row = dict[int, Cell]
"""The cells of a row that hold something, by their column from 0."""


class SheetLayout(Struct):
    """What a sheet says of its rows and columns beside their cells.

    Attributes:
        merged: Its merged ranges.
        hidden_columns: Ranges of columns that are hidden, from 0, the last one inside.
    """

    merged: list[Range] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)


class EnoughError(Exception):
    """Whoever takes the rows has seen enough."""


def read_sheet(book: Workbook, sheet: SheetPart, reading: TableReading, take: TakeRow) -> SheetLayout:
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


class _SheetParser:
    """Takes the tags of a sheet and gives its rows.

    Rows without anything but numbers and shared texts, which most have, are read at one stroke and never reach the
    reader of XML: a block is taken so where every byte of it belongs to such a row, and the reader of XML stands
    exactly behind the end of a row.
    """

    def __init__(self, book: Workbook, cells: CellReading, take: TakeRow) -> None:
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
        self._row, self._is_hidden = 0, False
        self._found: Row = {}
        self._at = -1
        self._cell: Attributes | None = None
        self._value: list[str] = []
        self._length = 0
        self._is_value = self._has_formula = self._has_value = False
        self._inline: RichText | None = None
        self._beginnings = {
            "c": self._begin_cell,
            "row": self._begin_row,
            "mergeCell": self._add_range,
            "col": self._add_columns,
            "sheetView": self._look_at_view,
        }

    def start(self, element: str, attributes: Attributes) -> None:
        """Look at a tag."""
        name = self._names.get(element)
        if name is None:
            name = self._names[element] = local_name(element)
        if self._cell is None:
            begin = self._beginnings.get(name)
            if begin is not None:
                begin(attributes)
        elif name == "v":
            self._is_value = self._has_value = True
        elif name == "f":
            self._has_formula = True
        elif name == "is":
            self._inline = RichText()
        elif self._inline is not None:
            self._inline.start(name, attributes)

    def end(self, element: str) -> None:
        """Look at the end of a tag."""
        name = self._names[element]
        if name == "v":
            self._is_value = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._row_end = self.parser.CurrentByteIndex
            self._end_row()
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
                    message = f"cell {letters}{digits} out of its order"
                    raise DamagedError(message)
                self._at = at
                if value:
                    cell = known.get((style, kind, value)) or self._known_cell(style, kind, value)
                    if cell.text or cell.fault is not None:
                        self._found[at] = cell
            elif row:
                self._go_to_row(row, is_hidden=False)
                number = row
            else:
                self._end_row()
                number = ""
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

    def _begin_row(self, attributes: Attributes) -> None:
        is_hidden = is_true(attributes.get("hidden")) or _is_zero(attributes.get("ht"))
        self._go_to_row(attributes.get("r"), is_hidden=is_hidden)

    def _go_to_row(self, number: str | None, *, is_hidden: bool) -> None:
        row = self._row + 1 if number is None else _whole(number)
        if not self._row < row <= MOST_ROWS:
            message = f"row {row} after row {self._row}"
            raise DamagedError(message)
        self._row, self._is_hidden = row, is_hidden
        self._at = -1
        self._found = {}

    def _end_row(self) -> None:
        if self._found:
            self._take(self._row, self._is_hidden, self._found)
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
            cell = self._cells.cell(
                attributes.get("t", "n"), attributes.get("s", "0"), raw, has_formula=self._has_formula
            )
        else:
            cell = None
        self._cell = self._inline = None
        if cell is not None and (cell.text or cell.fault is not None):
            self._found[self._at] = cell

    def _add_columns(self, attributes: Attributes) -> None:
        if is_true(attributes.get("hidden")) or _is_zero(attributes.get("width")):
            bounds = _whole(attributes.get("min")) - 1, _whole(attributes.get("max")) - 1
            self.layout.hidden_columns.append(bounds)
            if len(self.layout.hidden_columns) > MOST_COLUMNS:
                raise too_large(self._file, f"at most {MOST_COLUMNS:,} columns", "more")

    def _look_at_view(self, attributes: Attributes) -> None:
        if attributes.get("showZeros") in {"0", "false"}:
            self._cells.hides_zeros = True

    def _add_range(self, attributes: Attributes) -> None:
        text = attributes.get("ref", "")
        match = _RANGE.fullmatch(text)
        if match is None or len(self.layout.merged) >= MOST_RANGES:
            raise too_large(self._file, f"merged cells such as A2:B3, up to {MOST_RANGES:,} of them", quoted(text))
        left, top, right, bottom = match[1], int(match[2]), match[3] or match[1], int(match[4] or match[2])
        self.layout.merged.append(Range(top, column_index(left) + 1, bottom, column_index(right) + 1))


def _column(letters: str) -> int:
    if _LETTERS.fullmatch(letters) is None:
        message = f"a cell in column {quoted(letters)}"
        raise DamagedError(message)
    return column_index(letters)


def _whole(text: str | None) -> int:
    if text is None or _WHOLE.fullmatch(text) is None:
        message = f"the number {quoted(text or '')} of a row or column"
        raise DamagedError(message)
    return int(text)


def _is_zero(text: str | None) -> bool:
    """Whether a width or a height is nothing."""
    return text is not None and text.strip("0") in {"", "."} and "0" in text
