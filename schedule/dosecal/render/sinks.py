"""Where rows of tables go: one sink a format, written to chunk by chunk.

Conventions: a sink writes to an open binary file that is not yet visible to anybody.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Protocol

from dosecal.render.as_csv import BYTE_ORDER_MARK, count_guarded, csv_header, csv_rows
from dosecal.render.as_jsonl import jsonl_rows
from dosecal.render.as_terminal import PLAIN, table_terminal

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import RawIOBase

    from dosecal.render.as_terminal import Look
    from dosecal.report.calendars.about import About
    from dosecal.report.tables.table import Table


class Sink(Protocol):
    """Takes tables with the same columns, one after the other.

    Attributes:
        guarded: How many texts were guarded against being run by a spreadsheet.
    """

    guarded: int

    def write(self, table: Table) -> None:
        """Write a table's rows."""
        ...

    def close(self) -> None:
        """Write what comes after the last row."""
        ...


class CsvSink:
    """CSV with one header."""

    def __init__(self, stream: RawIOBase | BytesIO, *, bom: bool) -> None:
        """Write to an open binary file, with a byte order mark first where it is asked for."""
        self._stream = stream
        self._has_header = False
        self._bom = bom
        self.guarded = 0

    def write(self, table: Table) -> None:
        """Write a table's rows, after the header if they are the first."""
        if not self._has_header:
            self._stream.write((BYTE_ORDER_MARK if self._bom else b"") + csv_header(table))
            self._has_header = True
        self.guarded += count_guarded(table)
        for block in csv_rows(table):
            self._stream.write(block)

    def close(self) -> None:
        """Write nothing: CSV has no end."""


class JsonlSink:
    """JSON Lines."""

    def __init__(self, stream: RawIOBase) -> None:
        """Write to an open binary file."""
        self._stream = stream
        self.guarded = 0

    def write(self, table: Table) -> None:
        """Write a table's rows."""
        for block in jsonl_rows(table):
            self._stream.write(block)

    def close(self) -> None:
        """Write nothing: JSON Lines has no end."""


class ParquetSink:
    """Parquet, a row group a table."""

    def __init__(self, stream: RawIOBase | BytesIO) -> None:
        """Write to an open binary file."""
        from dosecal.render.as_parquet import ParquetRows  # noqa: PLC0415 - Arrow costs a quarter of a second

        self._rows = ParquetRows(stream)
        self.guarded = 0

    def write(self, table: Table) -> None:
        """Write a table's rows."""
        self._rows.write(table)

    def close(self) -> None:
        """Write the end of the file."""
        self._rows.close()


class ParquetParts:
    """A folder of Parquet files, one a table, which readers take as one table."""

    def __init__(self, write_file: Callable[[str, bytes], None]) -> None:
        """Write each file by its name and content."""
        self._write_file = write_file
        self._count = 0
        self.guarded = 0

    def write(self, table: Table) -> None:
        """Write a table's rows as a file."""
        content = BytesIO()
        part = ParquetSink(content)
        part.write(table)
        part.close()
        self._write_file(f"part-{self._count:05}.parquet", content.getvalue())
        self._count += 1

    def close(self) -> None:
        """Write nothing: each file has its end."""


class XlsxSink:
    """One sheet of a workbook, and one that says what made it."""

    def __init__(self, stream: RawIOBase, about: About) -> None:
        """Write to an open binary file."""
        from dosecal.render.as_xlsx import XlsxRows  # noqa: PLC0415 - for workbooks alone

        self._rows = XlsxRows(stream, about)
        self.guarded = 0

    def write(self, table: Table) -> None:
        """Write a table's rows; texts are text cells, which nothing runs."""
        self._rows.write(table)

    def close(self) -> None:
        """Write the end of the file."""
        self._rows.close()


class TerminalSink:
    """A table to look at."""

    def __init__(self, stream: RawIOBase, width: int | None, look: Look) -> None:
        """Write to an open binary file, for a terminal of the given width or none."""
        self._stream = stream
        self._width = width
        self._look = look
        self.guarded = 0

    def write(self, table: Table) -> None:
        """Write a table's rows under heads of their own."""
        self._stream.write(table_terminal(table, self._width, self._look).encode())

    def close(self) -> None:
        """Write nothing more."""


def open_sink(
    form: str,
    stream: RawIOBase,
    *,
    bom: bool,
    width: int | None,
    about: About | None = None,
    look: Look = PLAIN,
) -> Sink:
    """The sink of a format.

    Args:
        form: ``csv``, ``jsonl``, ``parquet``, ``xlsx`` or ``table``.
        stream: An open binary file.
        bom: Whether CSV begins with a byte order mark.
        width: The terminal's width in characters for ``table``; None for no terminal.
        about: What made the table, which ``xlsx`` says on a sheet of its own; the other formats don't need it.
        look: The columns that are asked for, and whether there are colours, for ``table``.

    Raises:
        ValueError: For any other format, and for ``xlsx`` of which nobody says what made it.
    """
    if form == "csv":
        return CsvSink(stream, bom=bom)
    if form == "jsonl":
        return JsonlSink(stream)
    if form == "parquet":
        return ParquetSink(stream)
    if form == "xlsx" and about is not None:
        return XlsxSink(stream, about)
    if form == "table":
        return TerminalSink(stream, width, look)
    raise ValueError(f"no such format: {form}")
