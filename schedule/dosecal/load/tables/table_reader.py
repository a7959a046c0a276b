"""The one reader of tables: from declared columns to the values of cells, with every problem and its place.

Conventions: each distinct text of a column is read once a chunk. A value is None where nothing is given, or where the
cell is refused: then its row is bad. A cell has one problem at most, and a row with a bad cell is checked no further.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from dosecal.load.columns import REFUSED, Kind, names_of
from dosecal.load.tables.table_header import require_columns
from dosecal.load.tables.text_chunks import NO_CERTAIN_TEXT, cell_name, cell_problems
from dosecal.model.problems import CohortError, Problem, RefusedError, expected_got
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from dosecal.load.columns import Column
    from dosecal.load.tables.table_reading import TableReading
    from dosecal.load.tables.text_chunks import TextChunk
    from dosecal.load.tables.text_table import TextTable
    from dosecal.model.problems import Source

    Check = Callable[["Row"], Iterable[Problem]]
    Numbers = NDArray[np.int64]

NO_DAY = np.iinfo(np.int64).min
"""What NaT is, as a number of days."""


class TableReader:
    """A table that is about to be read: its declared columns, and the places of those that are there.

    Attributes:
        table: The table.
        columns: The columns that are looked at, by name.
        position: The places of those that are there.
    """

    def __init__(self, table: TextTable, columns: Sequence[Column]) -> None:
        """See that the table has the columns that it must have.

        Raises:
            CohortError: With every problem of the header.
        """
        require_columns(table, names_of(one for one in columns if one.is_required), names_of(columns))
        self.table = table
        self.columns = {one.name: one for one in columns}
        self.position = {name: table.header.index(name) for name in self.columns if name in table.header}

    def __iter__(self) -> Iterator[Rows]:
        """The rows, chunk by chunk."""
        return (Rows(self, chunk) for chunk in self.table.chunks)


class Rows:
    """Rows whose cells are read column by column.

    Attributes:
        reader: The table that they are of.
        chunk: Their texts.
        count: How many there are.
        problems: What is wrong with them, as far as it was met.
        bad: The rows that have a problem.
    """

    def __init__(self, reader: TableReader, chunk: TextChunk) -> None:
        """Begin with the problems that the chunk came with, but for those of cells that nobody reads."""
        self.reader, self.chunk, self.count = reader, chunk, len(chunk.lines)
        self.problems = [*cell_problems(chunk, frozenset(reader.position.values())), *self._ids_without_text()]
        self._faulty = {(one.source.line, one.source.column) for one in self.problems if one.code == NO_CERTAIN_TEXT}
        lines = {line for line, _ in self._faulty}
        self.bad = {row for row, line in enumerate(chunk.lines) if line in lines} if lines else set()

    def _ids_without_text(self) -> Iterator[Problem]:
        """A problem for each id that a workbook has as a number or a date."""
        hint = 'a sheet may show "007" where the cell holds 7: format the column as text, and write the ids anew'
        columns = self.reader.position.items() if self.chunk.numbers else ()
        for name, column in columns:
            is_id = self.reader.columns[name].kind is Kind.ID
            for row in (
                np.flatnonzero(np.frombuffer(self.chunk.numbers[column], dtype=np.bool_)).tolist() if is_id else ()
            ):
                place = self.chunk.place(row, column)
                found = (
                    f"a number or a date ({self.chunk.texts(column)[row]}) in the cell {cell_name(place.line, column)}"
                )
                yield Problem(place, NO_CERTAIN_TEXT, name, f"expected ids as text, got {found}", hint)

    @property
    def file(self) -> str:
        """The file that they stand in, which may be one of several."""
        return self.chunk.place(0, 0).file if self.count else self.reader.table.file

    def texts(self, name: str) -> tuple[str, ...]:
        """(n,) The texts of a column; empty ones where it is missing."""
        column = self.reader.position.get(name)
        return ("",) * self.count if column is None or not self.count else self.chunk.texts(column)

    def place(self, row: int, name: str) -> Source:
        """Where the cell of a column begins; of a column that is not there, where the row does."""
        return self.chunk.place(row, self.reader.position.get(name, 0))

    def is_faulty(self, row: int, name: str) -> bool:
        """Whether a cell has no certain text, which is a problem already."""
        return (self.chunk.lines[row], self.reader.position.get(name, 0) + 1) in self._faulty

    def refuse(self, row: int, name: str, code: str, message: str, hint: str = "") -> None:
        """Keep a problem with a cell, unless it has one already; the row is bad."""
        self.bad.add(row)
        if not self.is_faulty(row, name):
            self.problems.append(Problem(self.place(row, name), code, name, message, hint))

    def distinct(self, name: str) -> tuple[list[str], Numbers]:
        """The distinct texts of a column, and (n,) which of them each row has; an empty one where it is missing."""
        if name not in self.reader.position or not self.count:
            return [""], np.zeros(self.count, dtype=np.int64)
        return self.chunk.distinct(self.reader.position[name])

    def values(self, name: str) -> tuple[list[Any], Numbers]:
        """The value of each distinct text of a column, and (n,) which of them each row has."""
        column = self.reader.columns[name]
        texts, codes = self.distinct(name)
        values: list[Any] = []
        refusals: dict[int, RefusedError] = {}
        for text in texts:
            try:
                values.append(value_of(column, text, self.reader.table.reading))
            except RefusedError as refusal:
                refusals[len(values)] = refusal
                values.append(None)
        for row, code in enumerate(codes.tolist() if refusals else ()):
            if code in refusals:
                why = refusals[code]
                self.refuse(row, name, column.code, expected_got(why.expected, texts[code]), why.hint)
        return values, codes

    def numbers(self, name: str, nothing: int = -1) -> Numbers:
        """(n,) The values of a column of numbers, with one that stands for nothing."""
        values, codes = self.values(name)
        return np.array([nothing if value is None else value for value in values], dtype=np.int64)[codes]

    def places(self, name: str, known: dict[Any, int]) -> Numbers:
        """(n,) The place of each value among those that are known, to which new ones are added; -1 for nothing."""
        values, codes = self.values(name)
        places = [-1 if value is None else known.setdefault(value, len(known)) for value in values]
        return np.array(places, dtype=np.int64)[codes]

    def records(self) -> Iterator[Row]:
        """The rows that can be read whole."""
        columns = [self.values(name) for name in self.reader.columns]
        cells = zip(*([values[code] for code in codes.tolist()] for values, codes in columns), strict=True)
        for row, values in enumerate(cells):
            if row not in self.bad:
                yield Row(self, row, dict(zip(self.reader.columns, values, strict=True)))


class Row(Struct):
    """A row that can be read whole, while its table is read."""

    rows: Rows
    row: int
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - each column has values of its own
        """The value of a column."""
        return self.values[name]

    def has(self, name: str) -> bool:
        """Whether the table has a column."""
        return name in self.rows.reader.position

    def place(self, name: str) -> Source:
        """Where the cell of a column begins; of a column that is not there, where the row does."""
        return self.rows.place(self.row, name)


def value_of(column: Column, text: str, reading: TableReading) -> Any:  # noqa: ANN401 - as above
    """The value of a cell.

    Raises:
        RefusedError: If it can't be read.
    """
    if not text and column.when_empty != REFUSED:
        return column.empty
    if column.kind is Kind.DATE:
        return reading.date(text)
    if column.kind is Kind.TIME:
        return column.read(reading.moment(text))
    return reading.number(text, column.read) if text and column.kind is Kind.DECIMAL else column.read(text)


def _nothing(_: Row) -> Iterable[Problem]:
    """Nothing is wrong with a row whose cells can all be read."""
    return ()


def read_rows(table: TextTable, columns: Sequence[Column], check: Check = _nothing) -> Iterator[Row]:
    """The rows of a table, in its order; to be used only when all of them have come.

    Args:
        table: The table.
        columns: Its columns.
        check: Gives what is wrong with a row whose cells can all be read.

    Raises:
        CohortError: At the end, with every problem of the table; nothing of it is used then.
    """
    problems: list[Problem] = []
    for rows in TableReader(table, columns):
        for row in rows.records():
            wrong = tuple(check(row))
            problems += wrong
            if not wrong:
                yield row
        problems += rows.problems
    raise_all(problems)


Entry = TypeVar("Entry")


def read_by_subject(
    table: TextTable, columns: Sequence[Column], make: Callable[[Row], Entry], check: Check = _nothing
) -> dict[str, tuple[Entry, ...]]:
    """What is made of the rows of each subject, by id, in the order of the table.

    Raises:
        CohortError: With every problem of the table; nothing of it is used then.
    """
    groups: dict[str, list[Entry]] = {}
    for row in read_rows(table, columns, check):
        groups.setdefault(row["subject_id"], []).append(make(row))
    return {subject: tuple(group) for subject, group in groups.items()}


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by line and column."""
    return sorted(problems, key=lambda one: (one.source.line, one.source.column))


def raise_all(problems: Sequence[Problem]) -> None:
    """Refuse what has problems.

    Raises:
        CohortError: With all of them, by line and column.
    """
    if problems:
        raise CohortError(tuple(in_order(problems)))
