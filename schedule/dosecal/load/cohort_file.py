"""Which reader a table of subjects or weights needs, by the end of its file's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.text_table import TextTable, csv_table
from dosecal.load.typed_tables import parquet_table, xlsx_table
from dosecal.model.problems import CohortError, Problem, Source, expected_got, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dosecal.load.text_table import ByteSource


def read_table(stream: ByteSource, file: str) -> TextTable:
    """The table in a file: ``.xlsx`` and ``.parquet`` by their names, anything else as CSV.

    Args:
        stream: The open file; CSV is read from it as the chunks are asked for.
        file: The name, for the choice and for problems.

    Raises:
        CohortError: If the beginning of the file is not such a table.
    """
    ending = file.rsplit(".", 1)[-1].lower() if "." in file else ""
    if ending == "xlsx":
        return xlsx_table(stream.read(), file)
    if ending in {"parquet", "pq"}:
        return parquet_table(stream.read(), file)
    return csv_table(stream, file)


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
        Problem(Source(file), "C202", ours, expected_got("a column of the table", theirs))
        for theirs, ours in names.items()
        if theirs not in table.header
    ]
    header = tuple(names.get(name, name) for name in table.header)
    problems += [
        Problem(Source(file), "C202", name, f"expected one column to be called {quoted(name)}, got several")
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    if problems:
        raise CohortError(tuple(problems))
    return TextTable(table.file, header, table.header_line, table.chunks)
