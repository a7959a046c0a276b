"""A table of texts, in chunks, whatever file it came from.

Conventions: the first row that is not empty names the columns; every cell is text; an empty cell is an empty text.
Lines and columns are one-based places in the input, for problems. A row that has not as many cells as the header is a
problem, not a guess. Wholly empty rows and columns at the end, and rows before the header, are passed over.
"""

from __future__ import annotations

import csv
import re
from itertools import islice
from typing import TYPE_CHECKING

from dosecal.load.tables.csv_rows import ROWS_AT_ONCE, Form, Kept, csv_chunks, cut, lines_of, without_lines
from dosecal.load.tables.row_sieve import RowSieve
from dosecal.load.tables.table_header import require_header
from dosecal.load.tables.table_reading import SEPARATORS, STRICT
from dosecal.load.tables.text_blocks import Block, Blocks, damage
from dosecal.load.tables.text_chunks import ListedChunk
from dosecal.model.problems import CohortError, Problem, Source, quoted
from dosecal.model.struct import Struct, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dosecal.load.tables.table_reading import TableReading
    from dosecal.load.tables.text_blocks import ByteSource
    from dosecal.load.tables.text_chunks import CellPlace, TextChunk


ROWS_LOOKED_AT = 9
"""How many rows below the header are looked at for one that looks like the header."""


class TextTable(Struct, frozen=True):
    """A table of texts that is read once, from the first chunk to the last.

    Attributes:
        file: The name of the input, for problems.
        header: The names of the columns.
        header_line: The line of the header; 0 where it has none.
        chunks: The rows.
        reading: How its dates and numbers are written.
        below: Line and cells of the first rows after the header, for a header that is none.
        hidden: The places of columns that a sheet hides.
        warnings: What is to be said of how it was read.
        faults: What is wrong with the header, to be said where its names are those that are asked for.
        origin: Which part of a file it is, as the end of a sentence; empty where it is the whole.
        is_whole: Whether it is a whole file; a frame or a part of a file may be empty, and a file of subjects not.
    """

    file: str
    header: tuple[str, ...]
    header_line: int
    chunks: Iterator[TextChunk]
    reading: TableReading = STRICT
    below: tuple[tuple[int, tuple[str, ...]], ...] = ()
    hidden: frozenset[int] = frozenset()
    warnings: tuple[Problem, ...] = ()
    faults: tuple[Problem, ...] = ()
    origin: str = ""
    is_whole: bool = False


def named_columns(header: Sequence[str]) -> tuple[str, ...]:
    """The header without the columns at its end that have no name."""
    names = tuple(header)
    while names and not names[-1]:
        names = names[:-1]
    return names


def no_header(file: str, origin: str = "") -> Problem:
    """That a table has not even a header."""
    message = f'expected a header such as "subject_id,arm,start", got nothing{origin}'
    return Problem(Source(file, 1, 1), "C003", "", message, "the first line names the columns")


def nobody(table: TextTable) -> Problem:
    """That a table of subjects has no row."""
    message = f"expected a row for each subject, got a header and no row{table.origin}: there is nobody to plan"
    return Problem(Source(table.file, table.header_line, 1 if table.header_line else 0), "C003", "", message)


def csv_table(content: ByteSource, file: str, reading: TableReading = STRICT) -> TextTable:
    """A table from CSV: double quotes, any line ends; a byte order mark is passed over.

    Args:
        content: The open file.
        file: The name of the file, for problems.
        reading: Its separator and encoding, where these are not a comma and UTF-8.

    Raises:
        CohortError: If it is empty or in another encoding, or the header is not readable; later faults come with the
            chunks, or are raised with them where a told encoding does not fit.
    """
    blocks = Blocks(content, file, reading.encoding)
    separator = reading.separator or ","
    first = next((block for block in blocks if block.text), Block(1, "", is_damaged=False))
    first = _after_separator_line(first, file, separator)
    head = Form(file, separator, RowSieve(file, 0, 0))
    header, line, rest = _header(first, blocks, head)
    names = named_columns(header)
    require_header(names, file, line)
    form = replace(head, sieve=RowSieve(file, len(names), len(header)))
    below = tuple(_rows_below(rest, form))
    return TextTable(file, names, line, csv_chunks(rest, blocks, form), reading, below, is_whole=True)


def _after_separator_line(first: Block, file: str, separator: str) -> Block:
    """The block without a line ``sep=;``, by which Excel says its separator, if it says the one that is told."""
    match = re.match(r'"?sep=(.)"?\r?\n', first.text, re.IGNORECASE)
    if match is None:
        return first
    if match[1] != separator:
        raise CohortError((_other_separator(Source(file, 1, 1), separator, match[1], "line 1 says so"),))
    return Block(first.line + 1, first.text[match.end() :], first.is_damaged)


def _header(first: Block, blocks: Blocks, form: Form) -> tuple[list[str], int, Block]:
    """The cells of the first row that is not empty, its line, and the block after it.

    Raises:
        CohortError: If there is none, or it can't be cut with certainty.
    """
    kept = Kept(iter((first,)))
    reader = form.reader(kept.lines())
    while True:
        before = reader.line_num
        try:
            header = next(reader, None)
        except csv.Error:
            raise CohortError((cut(kept, first.line + before, form, blocks),)) from None
        if header is None:
            raise CohortError((no_header(form.file),))
        if any(header):
            break
    line = first.line + before
    text = kept.record(line, first.line + reader.line_num)
    if problem := damage(text, line, form.file):
        raise CohortError((problem,))
    rest = Block(first.line + reader.line_num, without_lines(first.text, reader.line_num), first.is_damaged)
    _require_separator(text, rest.text[: rest.text.find("\n") + 1] or rest.text, line, form)
    return header, line, rest


def _require_separator(header: str, row: str, line: int, form: Form) -> None:
    """Refuse a header whose names are parted by another separator, as the row below it is."""
    own = header.count(form.separator)
    for other in SEPARATORS:
        count = header.count(other)
        if other != form.separator and count > own and (not row.strip() or row.count(other) == count):
            raise CohortError((_other_separator(Source(form.file, line, 1), form.separator, other, ""),))


def _other_separator(place: Source, told: str, found: str, more: str) -> Problem:
    shown = "tab" if found == "\t" else found
    hint = "leave --separator out" if found == "," else f'--separator "{shown}" reads it'
    message = f"expected cells separated by {SEPARATORS[told]}, got {SEPARATORS.get(found, quoted(found))}"
    return Problem(place, "C010", "", message, f"{more}; {hint}" if more else hint)


def _rows_below(rest: Block, form: Form) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The first rows after the header, as far as they can be cut."""
    lines = list(islice(lines_of(rest.text), ROWS_LOOKED_AT))
    reader = form.reader(iter(lines))
    try:
        for row in reader:
            yield rest.line + reader.line_num - 1, tuple(row)
    except csv.Error:
        return


def chunked(
    columns: list[list[str]], file: str, first_line: int, problems: list[Problem] | None = None
) -> Iterator[TextChunk]:
    """Chunks of a table that is in memory; a cell's place is its row and the number of its column.

    Args:
        columns: The columns, equally long.
        file: The name for problems.
        first_line: The line of the first row.
        problems: What was wrong with the table's cells; each comes with the chunk of its row.
    """
    count = len(columns[0]) if columns else 0
    for start in range(0, max(count, 1), ROWS_AT_ONCE):
        lines = list(range(first_line + start, first_line + min(start + ROWS_AT_ONCE, count)))
        parts = [tuple(column[start : start + ROWS_AT_ONCE]) for column in columns]
        own = [one for one in problems or () if not lines or lines[0] <= one.source.line <= lines[-1]]
        yield ListedChunk(lines, parts, row_place(lines, file), own)


def row_place(lines: list[int], file: str) -> CellPlace:
    """Places that are a line and the number of a column."""
    return lambda row, column: Source(file, lines[row], column + 1)
