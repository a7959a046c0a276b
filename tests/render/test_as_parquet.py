"""Parquet: typed columns, a row group a table."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dosecal.render.as_parquet import ParquetRows
from dosecal.report.tables.table import Column, Kind, Table

if TYPE_CHECKING:
    from io import RawIOBase


def small(*ids: str) -> Table:
    return Table(
        "small",
        len(ids),
        (
            Column("id", Kind.TEXT, ids, np.arange(len(ids))),
            Column("dose", Kind.DECIMAL, ("70250000.125",)),
            Column("day", Kind.DATE, ("2020-02-29",)),
            Column("none", Kind.DATE, ("",)),
        ),
    )


def written(*tables: Table) -> pq.ParquetFile:
    stream = io.BytesIO()
    rows = ParquetRows(cast("RawIOBase", stream))  # a stream in memory is one that takes all it is given
    for table in tables:
        rows.write(table)
    rows.close()
    return pq.ParquetFile(io.BytesIO(stream.getvalue()))


def test_values_come_back_with_their_types() -> None:
    file = written(small("007", "NA"))
    assert file.schema_arrow.types == [pa.string(), pa.decimal128(38, 18), pa.date32(), pa.date32()]
    assert file.read().to_pylist() == [
        {"id": one, "dose": Decimal("70250000.125"), "day": date(2020, 2, 29), "none": None} for one in ("007", "NA")
    ]


def test_each_table_is_a_row_group() -> None:
    file = written(small("1", "2"), small("3"))
    assert file.num_row_groups == 2
    assert file.read()["id"].to_pylist() == ["1", "2", "3"]


def test_table_without_rows_is_a_file_with_columns() -> None:
    file = written(small("1").first(0))
    assert (file.metadata.num_rows, file.schema_arrow.names) == (0, ["id", "dose", "day", "none"])
