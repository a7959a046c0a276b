"""Tables whose cells have types: frames in memory and Parquet files.

Conventions: the libraries are imported where they are used, since each costs a tenth of a second or more.
"""

from __future__ import annotations

import io
import math
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeGuard

from dosecal.load.tables.table_header import require_header
from dosecal.load.tables.table_reading import STRICT
from dosecal.load.tables.text_table import TextTable, chunked
from dosecal.load.tables.typed_cells import text_columns
from dosecal.model.problems import CohortError, Problem, Source, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from dosecal.load.tables.table_reading import TableReading
    from dosecal.load.tables.text_chunks import TextChunk

FRAME = "<frame>"
_BATCH = 20_000
_FEW_BITS = frozenset(("float", "halffloat"))
"""Arrow's names of numbers with a point of 32 bits and of 16."""
_FLOAT_BYTES = 8
"""The bytes of Python's own numbers with a point."""


def frame_table(frame: object, reading: TableReading = STRICT) -> TextTable:
    """A table from a frame; a row's line is its place in the frame, from 1, whatever its index says.

    Args:
        frame: A pandas frame, or whatever gives its rows as an Arrow stream or by the interchange of data frames: a
            frame of Polars, a relation of DuckDB, a table or a reader of batches of Arrow. A stream is read once.
        reading: How its texts are written; what has a type of its own needs no telling.

    Raises:
        CohortError: If a column's name is not text, or stands twice.
        TypeError: If it is nothing of that.
    """
    if not _is_pandas(frame):
        batches = _batches_of(frame)
        names = tuple(batches.schema.names)
        require_header(names, FRAME, 0)
        return TextTable(FRAME, names, 0, _arrow_chunks(iter(batches), names, FRAME, reading), reading)
    columns_named: Sequence[object] = frame.columns.tolist()
    names = tuple(name for name in columns_named if isinstance(name, str))
    if len(names) < len(columns_named):
        others = (name for name in columns_named if not isinstance(name, str))
        raise CohortError(
            tuple(
                Problem(Source(FRAME), "C009", "header", f"expected names as text, got {quoted(repr(name))}")
                for name in others
            )
        )
    require_header(names, FRAME, 0)
    cells = [(name, _cells(frame.iloc[:, index])) for index, name in enumerate(names)]
    columns, faults = text_columns(cells, FRAME, 1, reading)
    return TextTable(FRAME, names, 0, chunked(columns, FRAME, 1, faults), reading)


def _is_pandas(frame: object) -> TypeGuard[pd.DataFrame]:
    """Whether it is a frame of pandas, which is not imported for the question."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(frame, pandas.DataFrame)


def _batches_of(frame: object) -> Any:  # noqa: ANN401 - untyped
    """The rows of a frame as Arrow's batches.

    Raises:
        TypeError: If it has no way to give them.
    """
    import pyarrow as pa  # noqa: PLC0415 - costs a quarter of a second, and is needed here alone

    try:
        if hasattr(frame, "__arrow_c_stream__"):
            return pa.RecordBatchReader.from_stream(frame)
        if hasattr(frame, "__dataframe__"):
            from pyarrow.interchange import from_dataframe  # noqa: PLC0415 - as above

            return from_dataframe(frame).to_reader()
    except (pa.ArrowException, ValueError, NotImplementedError):
        pass  # a column gives a stream that is no table, and the interchange has not every type
    message = (
        "expected a frame of pandas or Polars, a relation of DuckDB, or a table of Arrow, got "
        f"{type(frame).__module__}.{type(frame).__qualname__}: make a frame of it, such as with .collect(), "
        ".compute(), .to_arrow() or pandas.DataFrame(…)"
    )
    raise TypeError(message)


def _cells(column: pd.Series[Any]) -> list[object]:
    """The cells of a column; numbers of 32 bits stay such, since their texts in 64 bits are others."""
    width = getattr(column.dtype, "itemsize", _FLOAT_BYTES)
    if column.dtype.kind == "f" and width < _FLOAT_BYTES:
        return list(column.to_numpy(dtype=f"f{width}", na_value=math.nan))
    return column.tolist()


def parquet_table(content: bytes, file: str, reading: TableReading = STRICT) -> TextTable:
    """A table from a Parquet file; a row's line is its place in the file, from 1.

    Raises:
        CohortError: If it is no Parquet file; a fault further inside comes with the chunks.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - costs a quarter of a second, and is needed here alone

    with _arrow_faults(file):
        parquet = pq.ParquetFile(io.BytesIO(content), page_checksum_verification=True)
        names = tuple(parquet.schema_arrow.names)
        batches = parquet.iter_batches(batch_size=_BATCH)
    require_header(names, file, 0)
    return TextTable(file, names, 0, _arrow_chunks(batches, names, file, reading), reading, is_whole=True)


@contextmanager
def _arrow_faults(file: str) -> Iterator[None]:
    """Turn what Arrow raises for damaged data into a problem with the file."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    try:
        yield
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        found = " ".join(str(error).split()) or type(error).__name__
        expected = "a frame that can be read" if file == FRAME else "a Parquet file"
        message = f"expected {expected}, got something else: {found}"
        raise CohortError((Problem(Source(file), "C001", "", message),)) from None


def _arrow_chunks(
    batches: Iterator[Any], names: tuple[str, ...], file: str, reading: TableReading
) -> Iterator[TextChunk]:
    line = 1
    while True:
        with _arrow_faults(file):
            batch = next(batches, None)
        if batch is None:
            break
        for start in range(0, batch.num_rows, _BATCH):
            part = batch.slice(start, _BATCH)
            with _arrow_faults(file):
                cells = [(name, _arrow_cells(part.column(index))) for index, name in enumerate(names)]
            columns, faults = text_columns(cells, file, line, reading)
            yield from chunked(columns, file, line, faults)
            line += part.num_rows
    if line == 1:
        yield from chunked([[] for _ in names], file, line)


def _arrow_cells(column: Any) -> list[object]:  # noqa: ANN401 - untyped
    """The cells of a column; numbers of 32 bits stay such, as in a frame."""
    if str(getattr(column.type, "value_type", "")) in _FEW_BITS and hasattr(column, "dictionary_decode"):
        column = column.dictionary_decode()
    if str(column.type) in _FEW_BITS:
        return list(column.to_numpy(zero_copy_only=False))
    cells: list[object] = column.to_pylist()
    return cells
