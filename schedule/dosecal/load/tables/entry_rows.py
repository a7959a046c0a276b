"""Rows of a small table (weights, levels) to entries: each cell by its own reader, with every problem and its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from dosecal.load.plain_text import read_id
from dosecal.load.tables.table_header import require_columns
from dosecal.load.tables.text_chunks import cell_problems
from dosecal.model.problems import CohortError, Problem, RefusedError, expected_got
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dosecal.load.tables.table_reading import TableReading
    from dosecal.load.tables.text_chunks import TextChunk
    from dosecal.load.tables.text_table import TextTable
    from dosecal.model.problems import Source


class CellReader(Struct, frozen=True):
    """How the cells of one column are read.

    Attributes:
        name: The column.
        parse: Gives a cell's value, or refuses it; of a date or a number, with the way in which the table is written.
        code: The code of a refusal.
        is_required: Whether the column must be there.
        absent: The value where the column is not there.
    """

    name: str
    parse: Callable[[str, TableReading], Any]
    code: str
    is_required: bool = True
    absent: object = None


class EntryRow(Struct, frozen=True):
    """A row that could be read whole, while its chunk is read.

    Attributes:
        values: The value of each column.
        chunk: The chunk that it stands in.
        row: Its place there.
        columns: The places of the columns that are there.
    """

    values: dict[str, Any]
    chunk: TextChunk
    row: int
    columns: Mapping[str, int]

    def place(self, name: str) -> Source:
        """Where the cell of a column begins; of a column that is not there, where the row does."""
        return self.chunk.place(self.row, self.columns.get(name, 0))


def read_entries(
    table: TextTable, columns: tuple[CellReader, ...], check: Callable[[EntryRow], Iterable[Problem]] = lambda _: ()
) -> Iterator[EntryRow]:
    """The rows of a table, in its order; to be used only when all of them have come.

    Args:
        table: The table.
        columns: How its columns are read.
        check: Gives what is wrong with a row whose cells can all be read.

    Raises:
        CohortError: At the end, with every problem of the table; nothing of it is used then.
    """
    require_columns(table, [one.name for one in columns if one.is_required], [one.name for one in columns])
    places = {one.name: table.header.index(one.name) for one in columns if one.name in table.header}
    there = [one for one in columns if one.name in places]
    absent = {one.name: one.absent for one in columns if one.name not in places}
    problems: list[Problem] = []
    for chunk in table.chunks:
        own = cell_problems(chunk, frozenset(places.values()))
        problems += own
        bad = {problem.source.line for problem in own}  # a cell without a certain text is a problem already
        for row, values in _rows_of(chunk, there, places, table.reading, problems) if chunk.lines else ():
            if chunk.lines[row] not in bad:
                entry = EntryRow({**absent, **values}, chunk, row, places)
                wrong = tuple(check(entry))
                problems += wrong
                if not wrong:
                    yield entry
    if problems:
        raise CohortError(tuple(sorted(problems, key=lambda one: (one.source.line, one.source.column))))


def _rows_of(
    chunk: TextChunk,
    there: list[CellReader],
    places: Mapping[str, int],
    reading: TableReading,
    problems: list[Problem],
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The place and the values of each row whose cells can be read; each distinct text of a column is read once."""
    columns = [_values_of(chunk, one, places[one.name], reading) for one in there]
    failed = {(problem.source.line, problem.source.column) for problem in chunk.problems}
    for row, line in enumerate(chunk.lines):
        values: dict[str, Any] = {}
        for one, (texts, known, codes) in zip(there, columns, strict=True):
            value = known[codes[row]]
            if not isinstance(value, RefusedError):
                values[one.name] = value
            elif (line, places[one.name] + 1) not in failed:
                message = expected_got(value.expected, texts[codes[row]])
                problems.append(Problem(chunk.place(row, places[one.name]), one.code, one.name, message, value.hint))
        if len(values) == len(there):
            yield row, values


def _values_of(
    chunk: TextChunk, column: CellReader, place: int, reading: TableReading
) -> tuple[list[str], list[Any], list[int]]:
    """The distinct texts of a column, the value or the refusal of each, and which of them each row has."""
    texts, codes = chunk.distinct(place)
    values: list[Any] = []
    for text in texts:
        try:
            values.append(column.parse(text, reading))
        except RefusedError as refusal:
            values.append(refusal)
    return texts, values, codes.tolist()


def read_date_cell(text: str, reading: TableReading) -> int:
    """The day of a date.

    Raises:
        RefusedError: If it is none.
    """
    return reading.date(text)


def text_cell(parse: Callable[[str], Any]) -> Callable[[str, TableReading], Any]:
    """A reader of cells to which it is all one how dates and numbers are written."""
    return lambda text, _: parse(text)


def number_cell(parse: Callable[[str], Any]) -> Callable[[str, TableReading], Any]:
    """A reader of numbers, with the decimal mark of the table; an empty text is given on as it is."""
    return lambda text, reading: reading.number(text, parse) if text else parse(text)


read_subject_cell = text_cell(read_id)
"""The id of a subject, kept to the character."""


WEIGHT_OF_NOBODY, LEVEL_OF_NOBODY = "C201", "C152"


class Placed(Protocol):
    """An entry that knows where it stands."""

    @property
    def source(self) -> Source:
        """Where it stands."""
        ...


def no_such_subject(source: Source, code: str, about: str, subject: str) -> Problem:
    """That nobody of the subjects' table has an id."""
    message = expected_got("a subject of the subjects' table", subject)
    return Problem(source, code, about, message, "ids are compared to the character")


def unknown_subjects(
    entries: Mapping[str, Sequence[Placed]], known: Mapping[str, int], code: str
) -> tuple[Problem, ...]:
    """A problem for each subject of a further table that is not among the subjects.

    Args:
        entries: The entries of the table by subject.
        known: The ids of the subjects' table.
        code: The code of the problems.
    """
    return tuple(
        no_such_subject(of_subject[0].source, code, "subject_id", subject)
        for subject, of_subject in entries.items()
        if subject not in known
    )
