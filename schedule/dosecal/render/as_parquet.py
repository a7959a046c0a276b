"""Tables to Parquet, one row group a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import BytesIO, RawIOBase

    import pyarrow.parquet as pq

    from dosecal.report.tables.table import Table


class ParquetRows:
    """Writes tables with the same columns, one after the other, to one Parquet file."""

    def __init__(self, stream: RawIOBase | BytesIO) -> None:
        """Write to an open binary file."""
        self._stream = stream
        self._writer: pq.ParquetWriter | None = None

    def write(self, table: Table) -> None:
        """Write a table's rows as one row group."""
        import pyarrow.parquet as pq  # noqa: PLC0415 - costs a quarter of a second, and is needed here alone

        rows = table.as_arrow()
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._stream, rows.schema)
        self._writer.write_table(rows)

    def close(self) -> None:
        """Write the end of the file."""
        if self._writer is not None:
            self._writer.close()
