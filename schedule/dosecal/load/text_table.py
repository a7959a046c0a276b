"""A table of texts, in chunks, whatever file it came from.

Conventions: the first row names the columns; every cell is text; an empty cell is an empty text. Lines and columns are
one-based places in the input, for problems. A row that has not as many cells as the header is a problem, not a guess.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple, Protocol

from dosecal.load.text_chunks import ListedChunk, PlainChunk, TextChunk
from dosecal.load.text_file import decode_text
from dosecal.model.problems import CohortError, Problem, Source, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.text_chunks import CellPlace


class ByteSource(Protocol):
    """An open binary file, as far as it is needed."""

    def read(self, size: int = -1, /) -> bytes:
        """So many bytes or fewer; all that is left for -1."""
        ...

    def readline(self) -> bytes:
        """The rest of a line with its end."""
        ...


class _Reader(Protocol):
    """What ``csv.reader`` gives."""

    line_num: int

    def __iter__(self) -> _Reader:
        """Itself."""
        ...

    def __next__(self) -> list[str]:
        """The next row."""
        ...


BLOCK_BYTES = 1 << 22
"""About how many bytes are read at once: enough to be fast, few enough to be small."""

ROWS_AT_ONCE = 100_000
"""How many rows are taken apart at once where there are quotes."""


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


class Block(NamedTuple):
    """Whole lines of a file.

    Attributes:
        line: The number of the first.
        text: The lines with their ends.
    """

    line: int
    text: str


class _Blocks:
    """The decoded lines of a file, block by block, up to the end or to the first line that can't be decoded."""

    def __init__(self, content: ByteSource, file: str) -> None:
        """Decode an open binary file."""
        self._content = content
        self._file = file
        self._line = 1
        self.problem: Problem | None = None

    def __iter__(self) -> _Blocks:
        return self

    def __next__(self) -> Block:
        content = b"" if self.problem else self._content.read(BLOCK_BYTES)
        if not content:
            raise StopIteration
        content += self._content.readline()
        text, problem = decode_text(content, self._file, "C002", has_mark=self._line == 1)
        if problem is not None:
            text = "".join(_good_lines(content, problem.source.line - 1))
            place = Source(self._file, problem.source.line + self._line - 1, problem.source.column)
            self.problem = Problem(place, problem.code, problem.subject, problem.message, problem.hint)
        block = Block(self._line, text)
        self._line += text.count("\n")
        return block


def _good_lines(content: bytes, count: int) -> Iterator[str]:
    return (line.decode("utf-8-sig") for line in islice(io.BytesIO(content), count))


def _without_lines(text: str, count: int) -> str:
    """The text after so many lines."""
    at = 0
    for _ in range(count):
        at = text.find("\n", at) + 1
        if not at:
            return ""
    return text[at:]


def _lines_of(text: str) -> Iterator[str]:
    return io.StringIO(text, newline="\n")


def csv_table(content: ByteSource, file: str) -> TextTable:
    """A table from CSV in UTF-8: comma, double quotes, any line ends; a byte order mark is passed over.

    Args:
        content: The open file.
        file: The name of the file, for problems.

    Raises:
        CohortError: If it is empty or not UTF-8, or the header is not readable; later faults come with the chunks.
    """
    blocks = _Blocks(content, file)
    first = next(blocks, Block(1, ""))
    reader = csv.reader(_lines_of(first.text), strict=True)
    try:
        header = next(reader, None)
    except csv.Error as error:
        raise CohortError((_csv_problem(error, file, max(reader.line_num, 1)),)) from None
    if not header and blocks.problem:
        raise CohortError((blocks.problem,))
    if not header or header == [""]:
        message = 'expected a header such as "subject_id,arm,start", got nothing'
        raise CohortError((Problem(Source(file, 1, 1), "C003", "", message, "the first line names the columns"),))
    names = tuple(header)
    require_header(names, file, 1)
    rest = Block(1 + reader.line_num, _without_lines(first.text, reader.line_num))
    return TextTable(file, names, 1, _csv_chunks(rest, blocks, len(names), file))


def _csv_problem(error: csv.Error, file: str, line: int) -> Problem:
    if "field larger" in str(error):
        message = f"expected cells of at most {csv.field_size_limit():,} characters, got a longer one"
        return Problem(Source(file, line, 1), "C008", "", message)
    message = f"expected cells separated by commas, with quotes doubled inside quotes, got a fault in them: {error}"
    return Problem(Source(file, line, 1), "C007", "", message)


def _csv_chunks(first: Block, blocks: _Blocks, width: int, file: str) -> Iterator[TextChunk]:
    """The rows after the header: cut plainly while there is no quote, by the csv module from the first quote on."""
    for block in chain((first,), blocks):
        if '"' in block.text:
            yield from _quoted_chunks(chain((block,), blocks), block.line, width, file)
            break
        content = block.text.encode().replace(b"\r\n", b"\n")
        if content and not content.endswith(b"\n"):
            content += b"\n"
        plain = None if b"\r" in content else PlainChunk.of(content, file, block.line, width)
        if plain is not None:
            yield plain
        else:
            yield from _quoted_chunks(iter((block,)), block.line, width, file)
    if blocks.problem:
        yield ListedChunk([], [()] * width, _nowhere, [blocks.problem])


def _nowhere(row: int, column: int) -> Source:
    message = f"no cell {row}, {column} in a chunk without rows"
    raise IndexError(message)


class _Kept:
    """The text of the blocks that the rows in hand came from."""

    def __init__(self, blocks: Iterator[Block]) -> None:
        """Keep what passes through."""
        self._blocks = blocks
        self._kept: list[Block] = []
        self._joined: tuple[int, int, str, list[int]] = (0, 0, "", [])

    def lines(self) -> Iterator[str]:
        """The lines with their ends; a line feed inside quotes ends a line too."""
        for block in self._blocks:
            self._kept.append(block)
            yield from _lines_of(block.text)

    def forget_before(self, line: int) -> None:
        """Keep no block that ends before a line."""
        while len(self._kept) > 1 and self._kept[1].line <= line:
            self._kept.pop(0)

    def from_line_on(self, line: int) -> str:
        """The kept text from the beginning of a line on."""
        first = self._kept[0].line
        if self._joined[:2] != (first, len(self._kept)):
            whole = "".join(block.text for block in self._kept)
            starts = [0, *(at + 1 for at, character in enumerate(whole) if character == "\n")]
            self._joined = (first, len(self._kept), whole, starts)
        _, _, whole, starts = self._joined
        return whole[starts[line - first] :]


def _quoted_chunks(blocks: Iterator[Block], first_line: int, width: int, file: str) -> Iterator[TextChunk]:
    kept = _Kept(blocks)
    reader = csv.reader(kept.lines(), strict=True)
    before = first_line - 1
    is_over = False
    while not is_over:
        start = before + reader.line_num + 1
        kept.forget_before(start)
        rows: list[list[str]] = []
        problems: list[Problem] = []
        try:
            rows.extend(islice(reader, ROWS_AT_ONCE))
            is_over = len(rows) < ROWS_AT_ONCE
        except csv.Error as error:
            problems.append(_csv_problem(error, file, before + reader.line_num))
            is_over = True
        starts = _first_lines(rows, start, before + reader.line_num, kept)
        if set(map(len, rows)) - {width}:
            rows, starts, uneven = _even_rows(rows, starts, width, file)
            problems += uneven
        columns: list[tuple[str, ...]] = list(zip(*rows, strict=True)) if rows else [()] * width
        yield ListedChunk(starts, columns, _csv_place(kept, starts, file), problems)


def _first_lines(rows: list[list[str]], first_line: int, last_line: int, kept: _Kept) -> list[int]:
    """The line on which each row begins; where rows go over several lines, or a fault ended them, counted out again."""
    if last_line - first_line + 1 == len(rows):
        return list(range(first_line, last_line + 1))
    if not rows:
        return []
    again = csv.reader(_lines_of(kept.from_line_on(first_line)), strict=True)
    starts = []
    for _ in rows:
        starts.append(first_line + again.line_num)
        next(again)
    return starts


def _even_rows(
    rows: list[list[str]], starts: list[int], width: int, file: str
) -> tuple[list[list[str]], list[int], list[Problem]]:
    """The rows that are as wide as the header, and a problem for each other one; empty lines are passed over."""
    even = [(row, start) for row, start in zip(rows, starts, strict=True) if len(row) == width]
    problems = [
        Problem(Source(file, start, 1), "C006", "", f"expected {width} cells as in the header, got {len(row)}")
        for row, start in zip(rows, starts, strict=True)
        if row and len(row) != width
    ]
    return [row for row, _ in even], [start for _, start in even], problems


def _csv_place(kept: _Kept, starts: list[int], file: str) -> CellPlace:
    def place(row: int, column: int) -> Source:
        line = starts[row]
        record = kept.from_line_on(line)
        at = _cell_start(record, column)
        before = record[:at]
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
        yield ListedChunk(lines, parts, _row_place(lines, file), left)
        left = []


def _row_place(lines: list[int], file: str) -> CellPlace:
    return lambda row, column: Source(file, lines[row], column + 1)
