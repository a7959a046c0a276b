"""Tables whose cells have types: frames in memory, Parquet and XLSX files.

Conventions: the libraries are imported where they are used, since each costs a tenth of a second or more.
"""

from __future__ import annotations

import io
import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dosecal.load.text_table import TextTable, chunked, require_header
from dosecal.load.typed_cells import text_columns
from dosecal.model.problems import CohortError, Problem, Source, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from dosecal.load.text_chunks import TextChunk

FRAME = "<frame>"
_BATCH = 20_000
_FLOAT_BYTES = 8
"""The bytes of Python's own numbers with a point."""


def frame_table(frame: pd.DataFrame) -> TextTable:
    """A table from a pandas frame; a row's line is its place in the frame, from 1, whatever its index says.

    Raises:
        CohortError: If a column's name is not text, or stands twice.
    """
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
    columns, faults = text_columns(cells, FRAME, 1)
    return TextTable(FRAME, names, 0, chunked(columns, FRAME, 1, faults))


def _cells(column: pd.Series[Any]) -> list[object]:
    """The cells of a column; numbers of 32 bits stay such, since their texts in 64 bits are others."""
    width = getattr(column.dtype, "itemsize", _FLOAT_BYTES)
    if column.dtype.kind == "f" and width < _FLOAT_BYTES:
        return list(column.to_numpy(dtype=f"f{width}", na_value=math.nan))
    return column.tolist()


def parquet_table(content: bytes, file: str) -> TextTable:
    """A table from a Parquet file; a row's line is its place in the file, from 1.

    Raises:
        CohortError: If it is no Parquet file; a fault further inside comes with the chunks.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - costs a quarter of a second, and is needed here alone

    with _parquet_faults(file):
        reader = pq.ParquetFile(io.BytesIO(content), page_checksum_verification=True)
        names = tuple(reader.schema_arrow.names)
    require_header(names, file, 0)
    return TextTable(file, names, 0, _parquet_chunks(reader, names, file))


@contextmanager
def _parquet_faults(file: str) -> Iterator[None]:
    """Turn what Arrow raises for damaged bytes into a problem with the file."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    try:
        yield
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        found = " ".join(str(error).split())
        message = f"expected a Parquet file, got something else: {found or type(error).__name__}"
        raise CohortError((Problem(Source(file), "C001", "", message),)) from None


def _parquet_chunks(reader: Any, names: tuple[str, ...], file: str) -> Iterator[TextChunk]:  # noqa: ANN401 - untyped
    line = 1
    with _parquet_faults(file):
        batches = reader.iter_batches(batch_size=_BATCH)
    while True:
        with _parquet_faults(file):
            batch = next(batches, None)
            if batch is None:
                return
            cells = [(name, _arrow_cells(batch.column(index))) for index, name in enumerate(names)]
        columns, faults = text_columns(cells, file, line)
        yield from chunked(columns, file, line, faults)
        line += batch.num_rows


def _arrow_cells(column: Any) -> list[object]:  # noqa: ANN401 - untyped
    """The cells of a column; numbers of 32 bits stay such, as in a frame."""
    if str(column.type) in {"float", "halffloat"}:
        return list(column.to_numpy(zero_copy_only=False))
    cells: list[object] = column.to_pylist()
    return cells


_IDENTIFIERS = ("subject_id", "site", "lot", "container")


def xlsx_table(content: bytes, file: str) -> TextTable:
    """A table from the first sheet of an XLSX workbook; a row's line is its row in the sheet.

    A number in a column of identifiers is refused: the sheet may show ``007`` where the cell holds 7. Empty rows at the
    end are passed over.

    Raises:
        CohortError: If it is no workbook, or is empty.
    """
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - needed here alone

    try:
        rows = (
            CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)
        )
    except CalamineError as error:
        message = f"expected an XLSX workbook, got something else: {error}"
        raise CohortError((Problem(Source(file), "C001", "", message),)) from None
    if not rows:
        message = 'expected a header such as "subject_id, arm, start", got nothing'
        raise CohortError((Problem(Source(file, 1, 1), "C003", "", message),))
    while len(rows) > 1 and all(cell == "" for cell in rows[-1]):
        rows.pop()  # what was formatted and never filled in
    names = tuple(str(name) for name in rows[0])
    require_header(names, file, 1)
    cells = [(name, [row[index] for row in rows[1:]]) for index, name in enumerate(names)]
    columns, faults = text_columns(cells, file, 2)
    for index, (name, column) in enumerate(cells):
        numbers = [row for row, cell in enumerate(column) if isinstance(cell, float)]
        if name in _IDENTIFIERS and numbers:
            place = Source(file, numbers[0] + 2, index + 1)
            message = f"expected ids as text, got numbers ({len(numbers):,} of them)"
            hint = 'a sheet may show "007" where the cell holds 7: format the column as text'
            faults.append(Problem(place, "C009", name, message, hint))
    return TextTable(file, names, 1, chunked(columns, file, 2, faults))
