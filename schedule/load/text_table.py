"""A table of texts, in chunks, whatever file it came from.

Conventions: the first row names the columns; every cell is text; an empty cell is an empty text. Lines and columns are
one-based places in the input, for problems. A row that has not as many cells as the header is a problem, not a guess.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from schedule.load.text_file import decode_text
from schedule.model.problems import CohortError, Problem, Source, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    CellPlace = Callable[[int, int], Source]

ROWS_AT_ONCE = 20_000
"""How many rows are held at once: enough to be fast, few enough to be small."""


@dataclass(frozen=True, slots=True)
class TextChunk:
    """Some rows of a table, as columns.

    Attributes:
        lines: (n,) The line of each row in the input.
        columns: (n,) texts for each column of the header, in its order.
        place: Gives the place of a cell from its row in the chunk and its column, from 0.
        problems: What is wrong with rows that are left out.
    """

    lines: list[int]
    columns: list[tuple[str, ...]]
    place: CellPlace
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of texts that is read once, from the first chunk to the last.

    Attributes:
        file: The name of the input, for problems.
        header: The names of the columns.
        header_line: The line of the header; 0 where it has none.
        chunks: The rows.
    """

    file: str
    header: tuple[str, ...]
    header_line: int
    chunks: Iterator[TextChunk]


def require_header(header: tuple[str, ...], file: str, line: int) -> None:
    """Refuse a header that names a column twice.

    Raises:
        CohortError: With a problem for each repeated name.
    """
    seen: set[str] = set()
    problems = []
    for index, name in enumerate(header):
        if name in seen:
            message = f"expected each column once, got {quoted(name)} again"
            problems.append(Problem(Source(file, line, index + 1), "C005", "header", message))
        seen.add(name)
    if problems:
        raise CohortError(tuple(problems))


def csv_table(content: Iterable[bytes], file: str) -> TextTable:
    """A table from CSV in UTF-8: comma, double quotes, any line ends; a byte order mark is passed over.

    Args:
        content: The lines of the file as bytes, as a binary file gives them.
        file: The name of the file, for problems.

    Raises:
        CohortError: If it is empty or not UTF-8, or the header is not readable; later faults come with the chunks.
    """
    lines = _Lines(content, file)
    reader = csv.reader(lines, strict=True)
    try:
        header = next(reader, None)
    except csv.Error as error:
        raise CohortError((_csv_problem(error, file, max(lines.count, 1)),)) from None
    if lines.problem:
        raise CohortError((lines.problem,))
    if not header or header == [""]:
        message = 'expected a header such as "subject_id,arm,start", got nothing'
        raise CohortError((Problem(Source(file, 1, 1), "C003", "", message, "the first line names the columns"),))
    names = tuple(header)
    require_header(names, file, 1)
    return TextTable(file, names, 1, _csv_chunks(reader, lines, len(names), file))


class _Lines:
    """The decoded lines of a file, which the reader takes one by one, with those of the current chunk kept."""

    def __init__(self, content: Iterable[bytes], file: str) -> None:
        self._content = iter(content)
        self._file = file
        self.count = 0
        self.problem: Problem | None = None
        self.kept: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self.problem:
            raise StopIteration
        line = next(self._content)
        self.count += 1
        try:
            text = line.decode("utf-8-sig" if self.count == 1 else "utf-8")
        except UnicodeDecodeError:
            text = ""
        if not text or "\0" in text or (self.count == 1 and text.startswith("\ufffe")):
            text, problem = decode_text(line, self._file, "C002")
            if problem:
                source = Source(self._file, self.count, problem.source.column)
                self.problem = Problem(source, problem.code, problem.subject, problem.message, problem.hint)
                raise StopIteration
        self.kept.append(text)
        return text


def _csv_problem(error: csv.Error, file: str, line: int) -> Problem:
    if "field larger" in str(error):
        message = f"expected cells of at most {csv.field_size_limit():,} characters, got a longer one"
        return Problem(Source(file, line, 1), "C008", "", message)
    message = f"expected cells separated by commas, with quotes doubled inside quotes, got a fault in them: {error}"
    return Problem(Source(file, line, 1), "C007", "", message)


def _csv_chunks(reader: Iterator[list[str]], lines: _Lines, width: int, file: str) -> Iterator[TextChunk]:
    is_over = False
    while not is_over:
        lines.kept.clear()
        first_line = lines.count
        rows, starts, problems = [], [], []
        before = first_line
        try:
            for row in islice(reader, ROWS_AT_ONCE):
                if len(row) == width:
                    rows.append(row)
                    starts.append(before + 1)
                elif row:
                    message = f"expected {width} cells as in the header, got {len(row)}"
                    problems.append(Problem(Source(file, before + 1, 1), "C006", "", message))
                before = lines.count
            is_over = before == first_line or lines.problem is not None
        except csv.Error as error:
            problems.append(_csv_problem(error, file, before + 1))
            is_over = True
        if lines.problem:
            problems.append(lines.problem)
        columns = list(zip(*rows, strict=True)) if rows else [()] * width
        yield TextChunk(starts, columns, _csv_place(lines, starts, first_line, file), problems)


def _csv_place(lines: _Lines, starts: list[int], first_line: int, file: str) -> CellPlace:
    def place(row: int, column: int) -> Source:
        line = starts[row]
        text = "".join(lines.kept[line - first_line - 1 :][:50])
        at = _cell_start(text, column)
        before = text[:at]
        return Source(file, line + before.count("\n"), at - before.rfind("\n"))

    return place


def _cell_start(text: str, column: int) -> int:
    """Where the cell begins in a record's text: after as many commas outside quotes."""
    is_quoted = False
    for at, character in enumerate(text):
        if column == 0:
            return at
        if character == '"':
            is_quoted = not is_quoted
        elif character == "," and not is_quoted:
            column -= 1
    return len(text)


def chunked(
    columns: list[list[str]], file: str, first_line: int, problems: list[Problem] | None = None
) -> Iterator[TextChunk]:
    """Chunks of a table that is in memory; a cell's place is its row and the number of its column.

    Args:
        columns: The columns, equally long.
        file: The name for problems.
        first_line: The line of the first row.
        problems: What was wrong with the table's cells; they come with the first chunk.
    """
    count = len(columns[0]) if columns else 0
    left = problems or []
    for start in range(0, max(count, 1), ROWS_AT_ONCE):
        lines = list(range(first_line + start, first_line + min(start + ROWS_AT_ONCE, count)))
        parts = [tuple(column[start : start + ROWS_AT_ONCE]) for column in columns]
        yield TextChunk(lines, parts, _row_place(lines, file), left)
        left = []


def _row_place(lines: list[int], file: str) -> CellPlace:
    return lambda row, column: Source(file, lines[row], column + 1)


def csv_lines(text: str) -> Iterator[bytes]:
    """The lines of a text as bytes, for tables that are in memory."""
    return iter(io.BytesIO(text.encode()))
