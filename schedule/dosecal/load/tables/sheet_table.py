"""The rows of a sheet as a table: the first one that holds something names the columns, the others fill them.

Conventions: a row's line is its row in the sheet. A row that is hidden, or holds something beyond the header, is left
out and named; a cell without a certain text, or a part of merged ones, is named, and empty in its row.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from dosecal.load.tables.csv_rows import ROWS_AT_ONCE
from dosecal.load.tables.row_sieve import empty_rows_between
from dosecal.load.tables.sheet_cells import Cell
from dosecal.load.tables.table_header import require_header
from dosecal.load.tables.text_chunks import NO_CERTAIN_TEXT, ListedChunk, cell_name
from dosecal.load.tables.text_table import ROWS_LOOKED_AT, TextTable, named_columns, no_header, row_place
from dosecal.load.tables.workbook_parts import too_large
from dosecal.model.problems import CohortError, Problem, Source, quoted
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dosecal.load.tables.sheet_cells import Fault
    from dosecal.load.tables.sheet_rows import Row, SheetLayout
    from dosecal.load.tables.table_reading import TableReading
    from dosecal.load.tables.text_chunks import TextChunk

MOST_CELLS = 20_000_000
"""How many cells a table may have."""
MOST_FAULTS = 100_000
"""How many faults of cells and rows are named; more are no table."""
_EMPTY = Cell("")


class SheetRows(Struct):
    """The rows of a sheet as they come.

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
    _stray: list[int] = field(default_factory=list)
    _left_out: list[list[str]] = field(default_factory=list)
    _stray_message: str = ""
    _last: int = 0

    def take(self, line: int, is_hidden: bool, row: Row) -> None:  # noqa: FBT001 - a row as the reader gives it
        """Take the next row that holds something."""
        if not self.header_line:
            self._take_header(line, is_hidden, row)
            return
        if line > self._last + 1:
            self._add(empty_rows_between(self.file, self._last + 1, line - 1))
        self._last = line
        if len(self._below) < ROWS_LOOKED_AT:
            self._below.append((line, tuple(cell.text for cell in row.values())))
        stray = next((place for place in row if place >= len(self.header)), None)
        if (is_hidden or stray is not None) and len(self._left_out) < MOST_FAULTS:
            self._left_out.append([row.get(place, _EMPTY).text for place in range(len(self.header))])
        if is_hidden:
            self._hidden.append(line)
        elif stray is not None:
            found = quoted(row[stray].text) if row[stray].fault is None else "something"
            message = f"expected nothing beyond the header, got {found} in the cell {cell_name(line, stray)}"
            self._stray_message = self._stray_message or message
            self._stray.append(line)
        else:
            self._fill(line, row)

    def _take_header(self, line: int, is_hidden: bool, row: Row) -> None:  # noqa: FBT001 - as above
        self.header = named_columns([row[place].text if place in row else "" for place in range(max(row) + 1)])
        self.header_line = self._last = line
        for place, cell in row.items():
            if cell.fault is not None:
                self._refuse_cell(line, place, cell.fault)
        if is_hidden:
            message = "expected a header that is shown, got a hidden row"
            self._add(Problem(Source(self.file, line), "C016", "header", message, "show all rows"))
        if self._problems:
            raise CohortError(tuple(self._problems))
        require_header(self.header, self.file, line)
        self._columns = [[] for _ in self.header]
        self._numbers = [bytearray() for _ in self.header]

    def _fill(self, line: int, row: Row) -> None:
        self._lines.append(line)
        if len(self._lines) * len(self.header) > MOST_CELLS:
            raise too_large(self.file, f"at most {MOST_CELLS:,} cells", "more")
        for place, (column, numbers) in enumerate(zip(self._columns, self._numbers, strict=True)):
            text, is_number, fault = row.get(place, _EMPTY)
            column.append(text)
            numbers.append(is_number)
            if fault is not None:
                self._refuse_cell(line, place, fault)

    def _add(self, problem: Problem) -> None:
        if len(self._problems) >= MOST_FAULTS:
            raise too_large(self.file, f"at most {MOST_FAULTS:,} faults of cells and rows", "more")
        self._problems.append(problem)

    def _refuse_cell(self, line: int, place: int, fault: Fault) -> None:
        found = f"{fault.found} in the cell {cell_name(line, place)}"
        name = self.header[place] if place < len(self.header) else "header"
        message = f"expected a text, a number or a date, got {found}"
        self._add(Problem(Source(self.file, line, place + 1), NO_CERTAIN_TEXT, name, message, fault.hint))

    def table(
        self, layout: SheetLayout, reading: TableReading, warnings: tuple[Problem, ...], origin: str
    ) -> TextTable:
        """The table, when the last row has come.

        Raises:
            CohortError: If there is no header.
        """
        if not self.header_line:
            raise CohortError((no_header(self.file, origin),))
        if self._hidden:
            message = f"expected rows that are shown, got hidden ones: {_ranges(self._hidden)}"
            hint = "show all rows (a filter may be set), or delete them"
            self._add(Problem(Source(self.file, self._hidden[0]), "C016", "", message, hint))
        if self._stray:
            message = f"{self._stray_message}; rows left out: {_ranges(self._stray)}"
            self._add(Problem(Source(self.file, self._stray[0]), "C012", "header", message))
        self._refuse_merged(layout)
        of_header = tuple(one for one in self._problems if one.source.line == self.header_line)
        return TextTable(
            file=self.file,
            header=self.header,
            header_line=self.header_line,
            chunks=self._chunks(),
            reading=reading,
            below=tuple(self._below),
            hidden=self._hidden_columns(layout),
            warnings=warnings,
            faults=of_header,
            origin=origin,
            is_whole=True,
        )

    def _hidden_columns(self, layout: SheetLayout) -> frozenset[int]:
        is_hidden = bytearray(len(self.header))
        for first, last in layout.hidden_columns:
            is_hidden[first : last + 1] = b"\1" * len(is_hidden[first : last + 1])
        return frozenset(place for place, flag in enumerate(is_hidden) if flag)

    def _refuse_merged(self, layout: SheetLayout) -> None:
        """A problem for each cell of the table that is merged with others."""
        for one in layout.merged:
            lines = range(max(one.top, self.header_line), min(one.bottom, self._last) + 1)
            places = range(one.left - 1, min(one.right, len(self.header)))
            if (one.top, one.left) == (one.bottom, one.right):
                continue
            name = f"{cell_name(one.top, one.left - 1)}:{cell_name(one.bottom, one.right - 1)}"
            message = f"expected a cell of its own, got a part of the merged cells {name}"
            for line in lines if places else ():
                for place in places:
                    source = Source(self.file, line, place + 1)
                    self._add(Problem(source, NO_CERTAIN_TEXT, self.header[place], message, "split them"))

    def _chunks(self) -> Iterator[TextChunk]:
        of_rows = (one for one in self._problems if one.source.line != self.header_line)
        problems = sorted(of_rows, key=lambda one: (one.source.line, one.source.column))
        count = len(self._lines)
        for start in range(0, max(count, 1), ROWS_AT_ONCE):
            end = start + ROWS_AT_ONCE
            lines = self._lines[start:end]
            columns = [tuple(column[start:end]) for column in self._columns]
            numbers = [bytes(flags[start:end]) for flags in self._numbers]
            own = [one for one in problems if end >= count or one.source.line <= lines[-1]]
            problems = problems[len(own) :]
            left_out = self._left_out if end >= count else []
            yield ListedChunk(lines, columns, row_place(lines, self.file), own, numbers, left_out)


def _ranges(lines: Sequence[int]) -> str:
    """Numbers of rows in words, such as ``2 to 4, 9``."""
    ends = [lines[0], *(end for one, other in pairwise(lines) if other > one + 1 for end in (one, other)), lines[-1]]
    pairs = zip(ends[::2], ends[1::2], strict=True)
    return ", ".join(f"{first}" if first == last else f"{first} to {last}" for first, last in pairs)
