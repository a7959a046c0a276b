"""Tables to XLSX: one sheet with the rows, one that says what made them.

Conventions: a date is a date cell that shows its ISO text. A number is a number cell where the sheet holds and shows
exactly its digits, up to 15 of them, and a text cell beyond, so that a file never changes a dose. Everything else is a
text cell, ids above all. What has no room is refused. Each distinct text is made into a cell once.
"""

from __future__ import annotations

import tempfile
import weakref
from itertools import count, repeat
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from dosecal.model.regex import regex
from dosecal.render.scratch import remove, scratch_prefix, sweep
from dosecal.render.sheet_room import PLAIN_ROW, ROOM, WIDEST, column_width, fit_on_paper, row_height, text_width
from dosecal.render.workbook import (
    ABOUT_SHEET,
    FILLS,
    MOST_CHARACTERS,
    MOST_ROWS,
    SheetLimitError,
    cell_length,
    close_workbook,
    open_workbook,
    set_pages,
    spreadsheet_day,
    write_about,
)
from dosecal.report.tables.column_notes import COLUMN_NOTES
from dosecal.report.tables.table import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import RawIOBase

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

    from dosecal.report.calendars.about import About
    from dosecal.report.tables.table import Codes, Column, Table

Made = TypeVar("Made")
MOST_DIGITS = 15
"""The digits that a number cell holds and shows exactly, whatever they are."""
_LIKE_A_NUMBER = regex("_(?=x[0-9a-fA-F]{4}_)")
_CONTROL = regex("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_BUTTON = 2
"""The room of the button that filters, beside a column's name."""
_BLOCK = 2_000
"""So many rows are laid out at once."""
_LONGEST_AS_TEXT = 255
"""Some programs show no longer text in a cell that is set to be one; a longer text is never taken for anything else."""


class XlsxRows:
    """Writes tables with the same columns, one after the other, to one sheet; rows wait in a folder of their own."""

    def __init__(self, stream: RawIOBase, about: About) -> None:
        """Write to an open binary file."""
        self._stream = stream
        self._about = about
        self._sheet: _RowSheet | None = None

    def write(self, table: Table) -> None:
        """Write a table's rows.

        Raises:
            SheetLimitError: If the sheet has no room for them.
        """
        if self._sheet is None:
            self._sheet = _RowSheet(self._stream, self._about, table)
        self._sheet.write(table)

    def close(self) -> None:
        """Write the end of the file."""
        if self._sheet is not None:
            self._sheet.close()


class _Sheet(Worksheet):  # type: ignore[misc]  # the library publishes no types
    """A sheet of the library to which whole rows can be written, each cell of which was made ready before.

    Written cell by cell, a large table takes six times as long.
    """

    def write_lines(self, first: int, lines: list[str]) -> None:
        """Write rows after all that are there.

        Args:
            first: The place of the first of them, from 0.
            lines: The rows as they stand in the file.
        """
        self._write_single_row(first)  # the row before, which the library keeps until a later one comes
        self.fh.writelines(lines)
        self.previous_row = first + len(lines)
        self.dim_rowmax = self.previous_row - 1


class _RowSheet:
    """The workbook of one table."""

    def __init__(self, stream: RawIOBase, about: About, table: Table) -> None:
        folder = tempfile.mkdtemp(prefix=scratch_prefix())
        sweep(Path(folder))
        self._book = open_workbook(stream, about, table.name, {"constant_memory": True, "tmpdir": folder})
        self._sheet: _Sheet = self._book.add_worksheet(table.name, _Sheet)
        self._about_sheet = self._book.add_worksheet(ABOUT_SHEET)
        self.discard = weakref.finalize(self, _discard, (self._sheet, self._about_sheet), folder)
        self._about = about
        self._formats = _Formats(self._book)
        self._columns = table.columns
        self._row = 1
        self._widths = [text_width(name, is_bold=True) + ROOM + _BUTTON for name in table.header]
        for place, name in enumerate(table.header):
            self._sheet.write_string(0, place, name, self._formats.head)

    def write(self, table: Table) -> None:
        if self._row + table.rows > MOST_ROWS:
            message = f"expected at most {MOST_ROWS - 1:,} rows beside the header, got more"
            raise SheetLimitError("O010", 0, "", message)
        starts = [f'<c r="{xl_col_to_name(place)}' for place in range(len(table.columns))]
        columns = [(self._cells(place, column), column.codes) for place, column in enumerate(table.columns)]
        tall = [(heights, codes) for heights, codes in map(self._heights, count(), table.columns) if heights]
        for first in range(0, table.rows, _BLOCK):
            last = min(first + _BLOCK, table.rows)
            blocks = [_spread(cells, codes, first, last) for cells, codes in columns]
            sizes = _sizes(tall, first, last)
            lines = []
            for row, (size, *cells) in enumerate(zip(sizes, *blocks, strict=True), self._row + first + 1):
                said = "".join([f"{start}{row}{cell}" for start, cell in zip(starts, cells, strict=True) if cell])
                lines.append(f'<row r="{row}"{size}>{said}</row>')
            self._sheet.write_lines(self._row + first, lines)
        self._row += table.rows

    def _cells(self, place: int, column: Column) -> list[str]:
        """The cell of each distinct text of a column, after its name; widens the column as the texts need it."""
        longest = max(map(len, column.texts), default=0)
        if longest > MOST_CHARACTERS // 2:
            self._require_room(column)
        if column.kind is Kind.TEXT:
            self._widths[place] = column_width(column.texts, self._widths[place])
        else:  # digits, with their separators
            self._widths[place] = max(self._widths[place], longest + (longest - 1) // 3 + ROOM)
        return [self._cell(text, column.kind) for text in column.texts]

    def _heights(self, place: int, column: Column) -> tuple[list[float], Codes | None]:
        """The height of a row for each distinct text of a column; none where all are those of a plain row."""
        if column.kind is not Kind.TEXT:
            return [], column.codes
        heights = [row_height(text, self._widths[place]) for text in column.texts]
        return (heights if max(heights, default=0) > PLAIN_ROW else []), column.codes

    def _cell(self, text: str, kind: Kind) -> str:
        """A cell after its name; empty for an empty one."""
        if not text:
            return ""
        if kind is Kind.DATE:
            day = spreadsheet_day(text)
            if day is not None:
                return f'" s="{_index(self._formats.date)}"><v>{day}</v></c>'
        elif kind is not Kind.TEXT and is_exact(text):
            index = _index(self._formats.of_places(len(text.partition(".")[2])))
            return f'" s="{index}"><v>{text}</v></c>'
        index = _index(self._formats.of_text(text))
        return f'" s="{index}" t="inlineStr"><is><t xml:space="preserve">{escaped(text)}</t></is></c>'

    def _require_room(self, column: Column) -> None:
        """See that every cell of a column has room for its text.

        Raises:
            SheetLimitError: If one has not.
        """
        for code, text in enumerate(column.texts):
            length = cell_length(text)
            if length > MOST_CHARACTERS:
                rows = [0] if column.codes is None else [row for row, one in enumerate(column.codes) if one == code]
                if rows:
                    message = f"expected at most {MOST_CHARACTERS:,} characters in a cell, got {length:,}"
                    raise SheetLimitError("O011", self._row + rows[0] + 1, column.name, message)

    def close(self) -> None:
        """Write the end of the file."""
        last, width = self._row - 1, len(self._columns) - 1
        for place, column in enumerate(self._columns):
            self._sheet.set_column(place, place, self._widths[place], self._formats.of_column(column.kind))
            if column.name == "status" and last:
                self._formats.fill_status(self._sheet, last, place)
        self._sheet.freeze_panes(1, 0)
        self._sheet.autofilter(0, 0, last, width)
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MOST_ROWS}"})
        set_pages(self._sheet, self._about, (0, 0))
        first = 3 if len(self._about.protocols) == 1 and self._is_headed_by_study() else 0
        self._sheet.print_area(0, first, last, width)
        self._fit_on_paper(first)
        write_about(self._book, self._about_sheet, self._about, self._sections(last))
        close_workbook(self._book)
        self.discard()

    def _fit_on_paper(self, first: int) -> None:
        """Print on a page's width, or on several pages beside each other with what says whose a row is on each."""
        names = [column.name for column in self._columns]
        fit_on_paper(self._sheet, self._widths, (first, names.index("visit") if "visit" in names else first))

    def _is_headed_by_study(self) -> bool:
        """Whether the first three columns say what the foot of each page says."""
        return [column.name for column in self._columns[:3]] == ["study", "protocol_version", "protocol_sha256"]

    def _sections(self, rows: int) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        names = {column.name for column in self._columns}
        yield "What it is", [("sheet", self._sheet.get_name()), ("rows", f"{rows:,}")]
        yield "How to read it", list(_READING if "status" in names else _READING[:-1])
        yield "Columns", [(column.name, COLUMN_NOTES.get(column.name, "")) for column in self._columns]


_READING = (
    ("empty cell", "not known or not stated"),
    ("text", "stays as it is: 007 is not 7, and a text that begins with = is not a formula"),
    ("number", "holds exactly the digits that were written; a number of more than 15 digits is a text"),
    ("date", "year, month, day"),
    ("colour", "repeats what the word in the column status says"),
)


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._places: dict[int, Format] = {}
        self.head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EDEDED", "num_format": "@"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self._text = book.add_format({"num_format": "@"})
        self._wrapped = book.add_format({"text_wrap": True})

    def of_column(self, kind: Kind) -> Format | None:
        """The format of a column's cells, also of those that somebody fills in later."""
        return {Kind.TEXT: self._text, Kind.DATE: self.date}.get(kind)

    def of_text(self, text: str) -> Format:
        """The format of a text; a long one is wrapped."""
        if len(text) > _LONGEST_AS_TEXT or "\n" in text or text_width(text) > WIDEST - ROOM:
            return self._wrapped
        return self._text

    def of_places(self, places: int) -> Format:
        """The format that shows a number with so many digits after the point, and separators from 1,000 on."""
        if places not in self._places:
            pattern = "#,##0" + ("." + "0" * places if places else "")
            # a little away from what stands at the right of it
            self._places[places] = self._book.add_format({"num_format": pattern, "align": "right", "indent": 1})
        return self._places[places]

    def fill_status(self, sheet: Worksheet, last: int, place: int) -> None:
        """Fill the cells of the column ``status`` by their words."""
        for status, fill in FILLS.items():
            rule = {"type": "cell", "criteria": "==", "value": f'"{status}"', "format": self._book.add_format(fill)}
            sheet.conditional_format(1, place, last, place, rule)


def escaped(text: str) -> str:
    """A text as it stands in the file: signs that XML lacks by their number, and texts that look so made different.

    Reference:
        ECMA-376, part 1, ST_Xstring.
    """
    named = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", _LIKE_A_NUMBER.sub("_x005F_", text))
    return escape(named)


def _index(form: Format) -> int:
    """The number by which a cell names its format."""
    index: int = form._get_xf_index()  # noqa: SLF001 - rows that are written at once name their formats themselves
    return index


def _sizes(tall: list[tuple[list[float], Codes | None]], first: int, last: int) -> list[str]:
    """What each row from the first to before the last says of its height: that of its highest cell, if not plain."""
    if not tall:
        return [""] * (last - first)
    heights = map(max, *(_spread(heights, codes, first, last) for heights, codes in tall), repeat(PLAIN_ROW))
    return [f' ht="{height:g}" customHeight="1"' if height > PLAIN_ROW else "" for height in heights]


def _spread(cells: list[Made], codes: Codes | None, first: int, last: int) -> list[Made]:
    """What is made of each row's text, from the first row to before the last."""
    return [cells[0]] * (last - first) if codes is None else [cells[code] for code in codes[first:last].tolist()]


def is_exact(text: str) -> bool:
    """Whether a number cell holds exactly the digits of a number: no more than 15 of them from the first to the last.

    ``70.1`` is held as the binary number nearest to it, which reads and shows as 70.1 again, and as nothing else.
    """
    digits = text.lstrip("-").replace(".", "")
    return digits.isascii() and digits.isdigit() and len(digits.lstrip("0")) <= MOST_DIGITS


def _discard(sheets: tuple[Worksheet, ...], folder: str) -> None:
    """Remove the rows that wait on the disk."""
    for sheet in sheets:
        sheet.row_data_fh.close()
    remove(Path(folder))
