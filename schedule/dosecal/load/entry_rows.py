"""Rows of a small table (weights, levels) to entries: each cell by its own reader, with every problem and its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from dosecal.model.problems import CohortError, Problem, RefusedError, Source, expected_got, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dosecal.load.text_chunks import TextChunk
    from dosecal.load.text_table import TextTable


@dataclass(frozen=True, slots=True)
class CellReader:
    """How the cells of one column are read.

    Attributes:
        name: The column.
        parse: Gives a cell's value, or refuses it.
        code: The code of a refusal.
        is_required: Whether the column must be there.
        absent: The value where the column is not there.
    """

    name: str
    parse: Callable[[str], Any]
    code: str
    is_required: bool = True
    absent: object = None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A row that could be read whole.

    Attributes:
        values: The value of each column.
        places: Where the cell of each column that is there begins.
    """

    values: dict[str, Any]
    places: dict[str, Source]


def read_entries(table: TextTable, columns: tuple[CellReader, ...]) -> list[EntryRow]:
    """The rows of a table, in its order.

    Raises:
        CohortError: With every problem of the table; nothing of it is used then.
    """
    where = Source(table.file, table.header_line, 1 if table.header_line else 0)
    problems = [
        Problem(where, "C004", one.name, f"expected a column named {quoted(one.name)}, got none")
        for one in columns
        if one.is_required and one.name not in table.header
    ]
    if problems:
        raise CohortError(tuple(problems))
    there = [one for one in columns if one.name in table.header]
    absent = {one.name: one.absent for one in columns if one.name not in table.header}
    rows: list[EntryRow] = []
    for chunk in table.chunks:
        problems += chunk.problems
        if chunk.lines:
            rows += _rows_of(chunk, [(one, table.header.index(one.name)) for one in there], absent, problems)
    if problems:
        raise CohortError(tuple(sorted(problems, key=lambda one: (one.source.line, one.source.column))))
    return rows


def _rows_of(
    chunk: TextChunk, there: list[tuple[CellReader, int]], absent: Mapping[str, object], problems: list[Problem]
) -> Iterator[EntryRow]:
    failed = {problem.source.line for problem in chunk.problems}
    texts = {one.name: chunk.texts(column) for one, column in there}
    for row, line in enumerate(chunk.lines):
        if line in failed:
            continue  # a cell without a certain text, which is a problem already
        before = len(problems)
        values: dict[str, Any] = dict(absent)
        places: dict[str, Source] = {}
        for one, column in there:
            text = texts[one.name][row]
            places[one.name] = chunk.place(row, column)
            try:
                values[one.name] = one.parse(text)
            except RefusedError as refusal:
                message = expected_got(refusal.expected, text)
                problems.append(Problem(places[one.name], one.code, one.name, message, refusal.hint))
        if len(problems) == before:
            yield EntryRow(values, places)


def read_subject_id(text: str) -> str:
    """The id of a subject, kept to the character.

    Raises:
        RefusedError: If the text is empty.
    """
    if not text:
        raise RefusedError('an id such as "007"')
    return text


WEIGHT_OF_NOBODY, LEVEL_OF_NOBODY = "C201", "C152"


class Placed(Protocol):
    """An entry that knows where it stands."""

    @property
    def source(self) -> Source:
        """Where it stands."""
        ...


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
        Problem(
            of_subject[0].source,
            code,
            "subject_id",
            expected_got("a subject of the subjects' table", subject),
            "ids are compared to the character",
        )
        for subject, of_subject in entries.items()
        if subject not in known
    )
