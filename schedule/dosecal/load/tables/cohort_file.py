"""Which reader a table needs, by the end of its file's name; a folder or a pattern of files is one table."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from dosecal.load.tables.file_kind import PARQUETS, UNREAD, WORKBOOKS, refuse_ending
from dosecal.load.tables.table_files import JoinedChunks, ending_of, table_files
from dosecal.load.tables.table_header import header_found
from dosecal.load.tables.table_reading import STRICT
from dosecal.load.tables.text_table import TextTable, csv_table
from dosecal.load.tables.typed_tables import parquet_table
from dosecal.model.problems import CohortError, Problem, Source, expected_got, quoted
from dosecal.model.struct import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from dosecal.load.tables.table_reading import TableReading
    from dosecal.load.tables.text_blocks import ByteSource

    OpenFile = Callable[[str], AbstractContextManager[tuple[ByteSource, str, int]]]


def read_table(stream: ByteSource, file: str, reading: TableReading = STRICT) -> TextTable:
    """The table in a file: ``.xlsx``, ``.xlsm`` and ``.parquet`` by their names, anything else as CSV.

    Args:
        stream: The open file; CSV is read from it as the chunks are asked for.
        file: The name, for the choice and for problems.
        reading: How it is written, where that is not the strict default.

    Raises:
        CohortError: If the beginning of the file is not such a table.
    """
    ending = ending_of(file)
    if ending in WORKBOOKS:
        from dosecal.load.tables.xlsx_table import xlsx_table  # noqa: PLC0415 - for workbooks alone

        return xlsx_table(stream.read(), file, reading)
    if ending in PARQUETS:
        return parquet_table(stream.read(), file, reading)
    if ending in UNREAD:
        refuse_ending(stream.read(), file)
    return csv_table(stream, file, reading)


@contextmanager
def open_table(name: str, open_file: OpenFile, reading: TableReading = STRICT) -> Iterator[TextTable]:
    """The table of a name: a file, a sheet of a workbook (``book.xlsx#Weights``), a folder, or a pattern of files.

    Args:
        name: The name as the user gave it.
        open_file: Opens a file, or standard input for ``-``, and says its name for problems and its size.
        reading: How the files are written.

    Raises:
        CohortError: If there is no such file, or the files are not one table.
    """
    source = table_files(name)
    own = reading if source.sheet is None else replace(reading, sheet=source.sheet)
    with ExitStack() as stack:
        if not source.is_several:
            stream, shown, _ = stack.enter_context(open_file(source.files[0]))
            yield read_table(stream, shown, own)
            return
        chunks = JoinedChunks(source.files, lambda file: _opened(file, open_file, own))
        stack.callback(chunks.close)
        first = chunks.first
        yield replace(first, file=name, header_line=0, chunks=iter(chunks), is_whole=True)


@contextmanager
def _opened(file: str, open_file: OpenFile, reading: TableReading) -> Iterator[TextTable]:
    with open_file(file) as (stream, shown, _):
        yield read_table(stream, shown, reading)


def renamed(table: TextTable, names: Mapping[str, str], file: str) -> TextTable:
    """The table with columns renamed to ours.

    Args:
        table: The table.
        names: Our name for each of theirs.
        file: The name of the file that says so, for problems.

    Raises:
        CohortError: If a column to be renamed is not there, or two columns would have one name.
    """
    problems = [
        Problem(Source(file), "C202", ours, expected_got("a column of the table", theirs), header_found(table))
        for theirs, ours in names.items()
        if theirs not in table.header
    ]
    header = tuple(names.get(name, name) for name in table.header)
    problems += [
        Problem(Source(file), "C202", name, f"expected one column to be called {quoted(name)}, got several")
        for name in sorted({name for name in header if name and header.count(name) > 1})
    ]
    if problems:
        raise CohortError(tuple(problems))
    return replace(table, header=header)
