"""A table from a sheet of an XLSX workbook: what the sheet shows, or its cells by name.

Conventions: a row's line is its row in the sheet. The only sheet that is shown is read; of several the first, which is
said, unless another one has the same columns: then nobody picks. Hidden sheets are never read, hidden rows and columns
and merged cells among the data are refused.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from dosecal.load.file_kind import require_workbook
from dosecal.load.sheet_rows import Cell, EnoughError, cell_name, read_sheet
from dosecal.load.table_header import require_header
from dosecal.load.table_reading import STRICT
from dosecal.load.text_chunks import ListedChunk
from dosecal.load.text_table import ROWS_AT_ONCE, ROWS_LOOKED_AT, TextTable, named_columns, no_header, row_place
from dosecal.load.workbook_parts import DamagedError, open_workbook, too_large
from dosecal.model.problems import CohortError, Problem, Source, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.sheet_rows import Fault, Row, SheetLayout
    from dosecal.load.table_reading import TableReading
    from dosecal.load.text_chunks import TextChunk
    from dosecal.load.workbook_parts import SheetPart, Workbook

IDENTIFIERS = frozenset(("subject_id", "site", "lot", "container", "for_subject"))
"""Columns whose cells must be text: a sheet may show ``007`` where the cell holds 7."""
MOST_CELLS = 20_000_000
"""How many cells a table may have."""
MOST_NAMED = 20
"""How many stray cells or hidden ranges are named one by one."""
MOST_FAULTS = 100_000
"""How many cells without a certain text are named; more are no table."""
_EMPTY = Cell("")
_CERTAIN = "a text, a number or a date"


def xlsx_table(content: bytes, file: str, reading: TableReading = STRICT) -> TextTable:
    """A table from an XLSX workbook.

    A number in a column of identifiers is refused: the sheet may show ``007`` where the cell holds 7. Empty rows at the
    end are passed over.

    Args:
        content: The bytes of the file.
        file: The name for problems.
        reading: The sheet that was chosen, and the decimal mark of numbers that are text.

    Raises:
        CohortError: If it is no workbook, too large or empty, or it is not certain which sheet is meant.
    """
    require_workbook(content, file)
    try:
        book = open_workbook(content, file)
        sheet, warnings = _chosen(book, reading)
        rows = SheetRows(file)
        layout = read_sheet(book, sheet, reading, rows.take)
    except (DamagedError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        found = " ".join(str(error).split()) or "something else"
        message = f"expected an XLSX workbook, got a damaged one: {found}"
        raise CohortError((Problem(Source(file), "C001", "", message, "save it anew"),)) from None
    origin = f" (in the sheet {quoted(sheet.name)})" if len(book.sheets) > 1 else ""
    if file.lower().endswith(".xlsm"):
        warnings = (*warnings, Problem(Source(file), "W042", "", "macros are passed over: cells are read as they were saved"))
    return rows.table(layout, reading, warnings, origin)


def _chosen(book: Workbook, reading: TableReading) -> tuple[SheetPart, tuple[Problem, ...]]:
    """The sheet to be read, and what is to be said of the choice."""
    shown = [sheet for sheet in book.sheets if not sheet.is_hidden]
    if reading.sheet is not None:
        chosen = next((sheet for sheet in book.sheets if sheet.name == reading.sheet), None)
        if chosen is None:
            message = f"expected one of the sheets {_names(book.sheets)}, got {quoted(reading.sheet)}"
            raise CohortError((Problem(Source(book.file), "C015", "", message),))
        return chosen, ()
    headers = {sheet: _header_of(book, sheet) for sheet in shown}
    filled = [sheet for sheet in shown if headers[sheet]]
    if not filled:
        raise CohortError((no_header(book.file, " in a sheet that is shown"),))
    first, *others = filled
    same = [other for other in others if headers[first] <= headers[other]]
    choice = f"{book.file}#{first.name}"
    if same:
        message = f"expected one sheet with these columns, got several: {_names((first, *same))}"
        hint = f"name the file with its sheet, such as {quoted(choice)}"
        raise CohortError((Problem(Source(book.file), "C015", "", message, hint),))
    unread = [sheet for sheet in book.sheets if sheet is not first and (sheet.is_hidden or sheet in others)]
    if not unread:
        return first, ()
    named = ", ".join(f"{quoted(one.name)}{' (hidden)' if one.is_hidden else ''}" for one in unread)
    message = f"read from the sheet {quoted(first.name)}; not read: {named}"
    return first, (Problem(Source(book.file), "W041", "", message, f"{quoted(choice)} names a sheet"),)


def _names(sheets: tuple[SheetPart, ...]) -> str:
    return ", ".join(quoted(sheet.name) for sheet in sheets)


def _header_of(book: Workbook, sheet: SheetPart) -> frozenset[str]:
    """The texts of the first row of a sheet that holds something."""
    found: set[str] = set()

    def take(_: int, __: bool, row: Row) -> None:  # noqa: FBT001 - a row as the reader gives it
        found.update(cell.text or "?" for cell in row.values())
        raise EnoughError

    read_sheet(book, sheet, STRICT, take)
    return frozenset(found)


@dataclass(slots=True)
class SheetRows:
    """The rows of a sheet as they come: the first one names the columns, the others fill them.

    Attributes:
        file: The name for problems.
        header: The names of the columns.
        header_line: The row of the header; 0 before it has come.
    """

    file: str
    header: tuple[str, ...] = ()
    header_line: int = 0
    _lines: list[int] = field(default_factory=list)
    _columns: list[list[str]] = field(default_factory=list)
    _numbers: list[bytearray] = field(default_factory=list)
    _problems: list[Problem] = field(default_factory=list)
    _hidden: list[int] = field(default_factory=list)
    _below: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    _stray: int = 0
    _last: int = 0

    def take(self, line: int, is_hidden: bool, row: Row) -> None:  # noqa: FBT001 - a row as the reader gives it
        """Take the next row that holds something."""
        if not self.header_line:
            self._take_header(line, is_hidden, row)
            return
        if line > self._last + 1:
            self._refuse_gap(line)
        self._last = line
        if len(self._below) < ROWS_LOOKED_AT:
            self._below.append((line, tuple(cell.text for cell in row.values())))
        if is_hidden:
            self._hidden.append(line)
            return
        self._lines.append(line)
        if len(self._lines) * len(self.header) > MOST_CELLS:
            raise too_large(self.file, f"at most {MOST_CELLS:,} cells", "more")
        for place, (column, numbers) in enumerate(zip(self._columns, self._numbers, strict=True)):
            text, is_number, fault = row.pop(place, _EMPTY)
            column.append(text)
            numbers.append(is_number)
            if fault is not None:
                self._refuse_cell(line, place, fault)
        if row:
            self._refuse_stray(line, row)

    def _take_header(self, line: int, is_hidden: bool, row: Row) -> None:  # noqa: FBT001 - as above
        self.header = named_columns([row[place].text if place in row else "" for place in range(max(row) + 1)])
        self.header_line = self._last = line
        for place, cell in row.items():
            if cell.fault is not None:
                self._refuse_cell(line, place, cell.fault)
        if is_hidden:
            message = "expected a header that is shown, got a hidden row"
            self._problems.append(Problem(Source(self.file, line), "C016", "header", message, "show all rows"))
        if self._problems:
            raise CohortError(tuple(self._problems))
        require_header(self.header, self.file, line)
        self._columns = [[] for _ in self.header]
        self._numbers = [bytearray() for _ in self.header]

    def _refuse_cell(self, line: int, place: int, fault: Fault) -> None:
        message = f"expected {_CERTAIN}, got {fault.found} in the cell {cell_name(line, place)}"
        self._add_fault(line, place, message, fault.hint)

    def _add_fault(self, line: int, place: int, message: str, hint: str) -> None:
        if len(self._problems) >= MOST_FAULTS:
            raise too_large(self.file, f"at most {MOST_FAULTS:,} cells without a certain text", "more")
        name = self.header[place] if place < len(self.header) else "header"
        self._problems.append(Problem(Source(self.file, line, place + 1), "C009", name, message, hint))

    def _refuse_gap(self, line: int) -> None:
        first, last = self._last + 1, line - 1
        found = "an empty row" if first == last else f"empty rows up to row {last:,}"
        message = f"expected empty rows at the end alone, got {found} between others"
        hint = "delete them, or fill them in: what stood there can't be known"
        self._problems.append(Problem(Source(self.file, first, 1), "C013", "", message, hint))

    def _refuse_stray(self, line: int, row: Row) -> None:
        self._stray += 1
        if self._stray <= MOST_NAMED:
            place, cell = next(iter(row.items()))
            found = quoted(cell.text) if cell.fault is None else cell.fault.found
            message = f"expected nothing beyond the header, got {found} in the cell {cell_name(line, place)}"
            self._problems.append(Problem(Source(self.file, line, place + 1), "C012", "header", message))

    def table(
        self, layout: SheetLayout, reading: TableReading, warnings: tuple[Problem, ...], origin: str
    ) -> TextTable:
        """The table, when the last row has come.

        Raises:
            CohortError: If there is no header, or its cells are merged.
        """
        if not self.header_line:
            raise CohortError((no_header(self.file, origin),))
        self._refuse_hidden_rows()
        self._refuse_merged(layout)
        is_hidden = bytearray(len(self.header))
        for first, last in layout.hidden_columns:
            is_hidden[first : last + 1] = b"\1" * len(is_hidden[first : last + 1])
        hidden = frozenset(place for place, flag in enumerate(is_hidden) if flag)
        chunks = ids_as_text(self._chunks(), [at for at, name in enumerate(self.header) if name in IDENTIFIERS], self.header)
        return TextTable(
            self.file, self.header, self.header_line, chunks, reading, tuple(self._below), hidden, warnings, origin, is_whole=True
        )

    def _refuse_hidden_rows(self) -> None:
        if not self._hidden:
            return
        runs = [self._hidden[0]]
        for one, other in pairwise(self._hidden):
            runs += [one, other] if other > one + 1 else []
        runs.append(self._hidden[-1])
        pairs = list(zip(runs[::2], runs[1::2], strict=True))
        shown = ", ".join(f"{first}" if first == last else f"{first} to {last}" for first, last in pairs[:MOST_NAMED])
        more = f" and {len(pairs) - MOST_NAMED:,} more ranges" if len(pairs) > MOST_NAMED else ""
        message = f"expected rows that are shown, got hidden ones: {shown}{more}"
        hint = "show all rows (a filter may be set), or delete them"
        self._problems.append(Problem(Source(self.file, self._hidden[0]), "C016", "", message, hint))

    def _refuse_merged(self, layout: SheetLayout) -> None:
        """A problem for each row of the table that merged cells touch."""
        last = self._last
        for one in layout.merged:
            top, bottom = max(one.top, self.header_line), min(one.bottom, last)
            if one.left > len(self.header) or top > bottom or (one.top, one.left) == (one.bottom, one.right):
                continue
            name = f"{cell_name(one.top, one.left - 1)}:{cell_name(one.bottom, one.right - 1)}"
            for line in range(top, bottom + 1):
                for place in range(one.left - 1, min(one.right, len(self.header))):
                    self._add_fault(line, place, f"expected a cell of its own, got a part of the merged cells {name}", "split them")
        header = [one for one in self._problems if one.code == "C009" and one.source.line == self.header_line]
        if header:
            raise CohortError(tuple(header))

    def _chunks(self) -> Iterator[TextChunk]:
        problems = sorted(self._problems, key=lambda one: (one.source.line, one.source.column))
        if self._stray > MOST_NAMED:
            message = f"expected nothing beyond the header, got {self._stray - MOST_NAMED:,} more rows with something there"
            problems.append(Problem(Source(self.file), "C012", "header", message))
        bad = {one.source.line for one in problems if one.code == "C012"}
        keep = [at for at, line in enumerate(self._lines) if line not in bad] if bad else range(len(self._lines))
        for start in range(0, max(len(keep), 1), ROWS_AT_ONCE):
            part = keep[start : start + ROWS_AT_ONCE]
            lines = [self._lines[at] for at in part]
            columns = [tuple(column[at] for at in part) for column in self._columns]
            numbers = [bytes(flags[at] for at in part) for flags in self._numbers]
            is_last = start + ROWS_AT_ONCE >= len(keep)
            until = len(problems) if is_last else next(
                (at for at, one in enumerate(problems) if one.source.line > lines[-1]), len(problems)
            )
            own, problems = problems[:until], problems[until:]
            yield ListedChunk(lines, columns, row_place(lines, self.file), own, numbers)


def ids_as_text(chunks: Iterator[TextChunk], columns: list[int], header: tuple[str, ...]) -> Iterator[TextChunk]:
    """The chunks, with a problem for each cell of some columns that holds a number or a date and no text.

    Args:
        chunks: The chunks.
        columns: The places of the columns.
        header: The names of all columns.
    """
    for chunk in chunks:
        numbers = getattr(chunk, "numbers", ())
        for column in columns if numbers else ():
            for row, is_number in enumerate(numbers[column]):
                if is_number:
                    place = chunk.place(row, column)
                    shown = chunk.texts(column)[row]
                    message = f"expected ids as text, got a number or a date ({shown}) in the cell {cell_name(place.line, column)}"
                    hint = 'a sheet may show "007" where the cell holds 7: format the column as text, and write the ids anew'
                    chunk.problems.append(Problem(place, "C009", header[column], message, hint))
        yield chunk
