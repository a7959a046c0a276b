"""One row of a CSV file appended or changed, so that every other byte of the file stays.

Conventions: a file is cut into records and cells that know where they stand in its text; a new row is put between two
places, or the cells that change are, and nothing else is written anew. A file that can't be cut with certainty, or does
not come back from its text to the same bytes, is refused. What was made is read again before it is given out, and must
be the old rows with the one difference.

Places in the text count characters without a byte order mark. Cells are texts without their quotes.
"""

from __future__ import annotations

import csv
import re
from itertools import accumulate
from typing import TYPE_CHECKING

from dosecal.load.plain_text import line_fault
from dosecal.load.tables.csv_rows import lines_of
from dosecal.load.tables.table_reading import STRICT
from dosecal.model.problems import OutputError, Problem, Source, quoted
from dosecal.model.regex import regex
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import NoReturn

    from dosecal.load.tables.table_reading import TableReading

UNSAFE, NO_ROW, NO_COLUMN = "O050", "O051", "O052"
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CELL = regex(r'"(?P<quoted>[^"]*(?:""[^"]*)*)"')
_SEPARATOR_LINE = regex(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_FORMULA = frozenset("=+-@")
_SIGNED_NUMBER = regex(r"[+-][0-9]+(?:[.,][0-9]+)?")


class Cell(Struct, frozen=True):
    """A cell and where it stands, its quotes included.

    Attributes:
        start, end: Its places in the text.
        text: What it says.
        is_quoted: Whether it stands in quotes.
    """

    start: int
    end: int
    text: str
    is_quoted: bool


class Row(Struct, frozen=True):
    """A record of a file.

    Attributes:
        line: The line on which it begins.
        start, end: Its places in the text, without the line end.
        line_end: What ends it; empty at the end of a file without a last line end.
        texts: What its cells say.
    """

    line: int
    start: int
    end: int
    line_end: str
    texts: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no cell says anything."""
        return not any(self.texts)


class EditedTable(Struct, frozen=True):
    """A CSV file that may be edited.

    Attributes:
        file: Its name, for problems.
        mark: Its byte order mark; empty for none.
        codec: Its encoding.
        separator: What stands between its cells.
        text: Its text.
        header: The row that names its columns.
        rows: The rows after it that are not empty.
    """

    file: str
    mark: bytes
    codec: str
    separator: str
    text: str
    header: Row
    rows: tuple[Row, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, an empty one for a column without."""
        return self.header.texts

    def cells_of(self, row: Row) -> dict[str, str]:
        """The cells of a row by the names of their columns."""
        return {name: text for name, text in zip(self.columns, row.texts, strict=True) if name}

    def rows_with(self, cells: Mapping[str, str]) -> tuple[Row, ...]:
        """The rows that say the same as some cells; a column that the table lacks is empty in all of its rows."""
        return tuple(
            row for row in self.rows if all(self.cells_of(row).get(name, "") == text for name, text in cells.items())
        )

    def appended(self, cells: Mapping[str, str]) -> bytes:
        """The file with a new row after its last one.

        Raises:
            OutputError: If a cell has no column, or can't stand in a line.
        """
        self._require_cells(cells)
        last = self.rows[-1] if self.rows else self.header
        quotes_all = all(cell.is_quoted for cell in self._cut(last) if cell.text)
        row = self.separator.join(self._written(cells.get(name, ""), quotes=quotes_all) for name in self.columns)
        line_end = last.line_end or self.header.line_end or "\n"
        return self._checked(last.end, last.end, line_end + row, (*self.said, self._in_order(cells)))

    def changed(self, before: Mapping[str, str], cells: Mapping[str, str]) -> bytes:
        """The file with other texts in some cells of one row.

        Args:
            before: What the row says, in as many columns as tell it from all others.
            cells: What is to stand in some of its columns.

        Raises:
            OutputError: If no row says that, or several do; if a cell has no column, or can't stand in a line.
        """
        self._require_cells(cells)
        row = self._the_row(before)
        texts = [cells.get(name, text) if name else text for name, text in zip(self.columns, row.texts, strict=True)]
        pieces, at = list[str](), row.start
        for cell, text in zip(self._cut(row), texts, strict=True):
            same = text == cell.text
            written = self.text[cell.start : cell.end] if same else self._written(text, quotes=cell.is_quoted)
            pieces += [self.text[at : cell.start], written]
            at = cell.end
        said = tuple(tuple(texts) if one is row else one.texts for one in self.rows)
        return self._checked(row.start, row.end, "".join(pieces), said)

    def _cut(self, row: Row) -> tuple[Cell, ...]:
        """The cells of a row with their places.

        Raises:
            OutputError: If they are not those that the csv module finds.
        """
        at, cells = row.start, list[Cell]()
        while True:
            cells.append(_cell_at(self.text, at, row.end, self.separator))
            at = cells[-1].end + len(self.separator)
            if at > row.end:
                break
        if tuple(cell.text for cell in cells) != row.texts or cells[-1].end != row.end:
            _refuse(self.file, row.line, "cells that can be cut with certainty", "others")
        return tuple(cells)

    @property
    def said(self) -> tuple[tuple[str, ...], ...]:
        """What the cells of each row say."""
        return tuple(row.texts for row in self.rows)

    def _in_order(self, cells: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(cells.get(name, "") if name else "" for name in self.columns)

    def _the_row(self, before: Mapping[str, str]) -> Row:
        found = self.rows_with(before)
        if len(found) == 1:
            return found[0]
        shown = ", ".join(f"{name} {quoted(text)}" for name, text in before.items() if text)
        place = Source(self.file, found[1].line if found else 0)
        count = f"{len(found)} rows" if found else "no row"
        raise OutputError((Problem(place, NO_ROW, "", f"expected one row with {shown}, got {count}"),))

    def _require_cells(self, cells: Mapping[str, str]) -> None:
        missing = [name for name, text in cells.items() if text and name not in self.columns]
        problems = [
            Problem(
                Source(self.file, self.header.line),
                NO_COLUMN,
                name,
                f"expected a column named {quoted(name)}, got none",
                "add it at the end of the header, and a separator at the end of each row",
            )
            for name in missing
        ]
        problems += [
            Problem(Source(self.file), UNSAFE, name, f"expected words on one line, got {quoted(text)} ({fault})")
            for name, text in cells.items()
            if (fault := cell_fault(text))
        ]
        if problems:
            raise OutputError(tuple(problems))

    def _written(self, text: str, *, quotes: bool) -> str:
        needs = self.separator in text or '"' in text or text != text.strip()
        is_word_of_its_own = len(self.columns) == 1 and not text
        return '"' + text.replace('"', '""') + '"' if quotes or needs or is_word_of_its_own else text

    def _checked(self, start: int, end: int, new: str, said: tuple[tuple[str, ...], ...]) -> bytes:
        """The bytes with another text between two places, if they say what they should."""
        text = self.text[:start] + new + self.text[end:]
        try:
            content = self.mark + text.encode(self.codec)
        except UnicodeEncodeError as error:
            message = f"expected characters of {self.codec}, got {quoted(text[error.start])}"
            raise OutputError((Problem(Source(self.file), UNSAFE, "", message),)) from None
        again = edited_table(content, self.file, _Told(self.separator, self.codec))
        if again.said != said:
            _refuse(self.file, 0, "the file to say the same but for one row", "another one")
        return content


class _Told(Struct, frozen=True):
    """How a file is written, as far as cutting it goes."""

    separator: str | None
    encoding: str | None


def cell_fault(text: str) -> str:
    """Why a text can't stand in a cell that is written; empty where it can. A number may be negative."""
    if fault := line_fault(text):
        return fault
    if text[:1] in _FORMULA and _SIGNED_NUMBER.fullmatch(text) is None:
        return "a spreadsheet takes what begins so for a formula"
    return ""


def edited_table(content: bytes, file: str, reading: TableReading | _Told = STRICT) -> EditedTable:
    """A CSV file as far as it can be edited with certainty.

    Args:
        content: Its bytes.
        file: Its name, for problems.
        reading: Its separator and encoding, where these are not a comma and UTF-8.

    Raises:
        OutputError: If it can't.
    """
    separator = reading.separator or ","
    mark, codec = _mark_of(content, reading.encoding or "utf-8")
    try:
        text = content[len(mark) :].decode(codec)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        _refuse(file, line, f"text in {codec}", f"the byte {error.object[error.start]:#04x}")
    if mark + text.encode(codec) != content:
        _refuse(file, 0, f"bytes that their text in {codec} gives again", "others")
    if "\0" in text:
        _refuse(file, text[: text.index("\0")].count("\n") + 1, "text", "a zero byte")
    rows = _rows_of(text, separator, file)
    header = next((row for row in rows if not row.is_empty), None)
    if header is None:
        _refuse(file, 1, "a header", "nothing")
    _require_names(header, file)
    width = len(header.texts)
    below = [row for row in rows if row.line > header.line and not row.is_empty]
    for row in below:
        if len(row.texts) != width:
            _refuse(file, row.line, f"{width} cells, as the header has", str(len(row.texts)))
    return EditedTable(file, mark, codec, separator, text, header, tuple(below))


def new_table(columns: Sequence[str], cells: Mapping[str, str] | None = None, file: str = "") -> bytes:
    """A new file with a header and, where cells are given, one row; a comma, UTF-8, line feeds.

    Raises:
        OutputError: If a cell has no column, or can't stand in a line.
    """
    content = (",".join(columns) + "\n").encode()
    return content if cells is None else edited_table(content, file).appended(cells)


def _mark_of(content: bytes, encoding: str) -> tuple[bytes, str]:
    """The byte order mark of a file and the encoding of what follows."""
    name = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    for mark, codec in _MARKS:
        if content.startswith(mark) and codec.startswith(name):
            return mark, codec
    return b"", "utf-16-le" if name == "utf-16" else name


def _rows_of(text: str, separator: str, file: str) -> list[Row]:
    """The records of a text; its first line may say the separator, as spreadsheets have it.

    Raises:
        OutputError: If a record can't be cut with certainty.
    """
    match = _SEPARATOR_LINE.match(text)
    skipped = 0 if match is None else match.end()
    lines = list(lines_of(text[skipped:]))
    ends = list(accumulate(map(len, lines), initial=skipped))
    first_line = 1 + text.count("\n", 0, skipped)
    reader = csv.reader(lines, strict=True, delimiter=separator)
    rows: list[Row] = []
    before = 0
    try:
        for texts in reader:
            start, stop, last = ends[before], ends[reader.line_num], lines[reader.line_num - 1]
            line_end = "\r\n" if last.endswith("\r\n") else "\n" if last.endswith("\n") else ""
            rows.append(Row(first_line + before, start, stop - len(line_end), line_end, tuple(texts) or ("",)))
            before = reader.line_num
    except csv.Error as error:
        _refuse(file, first_line + before, "rows that can be cut with certainty", f"others: {error}")
    return rows


def _cell_at(text: str, at: int, row_end: int, separator: str) -> Cell:
    """The cell that begins at a place of a row."""
    match = _CELL.match(text, at)
    if match is not None:
        return Cell(at, match.end(), match["quoted"].replace('""', '"'), is_quoted=True)
    end = text.find(separator, at, row_end)
    end = row_end if end < 0 else end
    return Cell(at, end, text[at:end], is_quoted=False)


def _require_names(header: Row, file: str) -> None:
    names = [name for name in header.texts if name]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        _refuse(file, header.line, "each column once", f"{quoted(twice[0])} again")


def _refuse(file: str, line: int, expected: str, found: str) -> NoReturn:
    message = f"expected {expected}, got {found}"
    hint = "nothing was written: mend the file, and look at it again"
    raise OutputError((Problem(Source(file, line), UNSAFE, "", message, hint),))
