"""Tables of codes and texts, and what Arrow and pandas make of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dosecal.report.tables import Column, Kind, Table, joined_frame

CODES = np.array([0, 2, 1, 0])


@pytest.fixture
def table() -> Table:
    """Four rows of a column of each kind, and one with one text for all."""
    return Table(
        "small",
        4,
        (
            Column("id", Kind.TEXT, ("007", "NA", "x,y"), CODES),
            Column("count", Kind.WHOLE, ("1", "-14", ""), CODES),
            Column("dose", Kind.DECIMAL, ("70250000", "0.000000001", ""), CODES),
            Column("day", Kind.DATE, ("2020-02-29", "2199-12-31", ""), CODES),
            Column("study", Kind.TEXT, ("T",)),
        ),
    )


def test_cells_are_the_texts_of_the_codes(table: Table) -> None:
    assert table.columns[0].cells(table.rows) == ["007", "x,y", "NA", "007"]
    assert table.columns[4].cells(table.rows) == ["T", "T", "T", "T"]
    assert table.header == ("id", "count", "dose", "day", "study")


def test_first_rows_are_a_table_too(table: Table) -> None:
    first = table.first(2)
    assert (first.rows, first.columns[0].cells(2), first.columns[4].cells(2)) == (2, ["007", "x,y"], ["T", "T"])
    assert table.first(10).rows == 4


def test_arrow_has_exact_types_and_nulls(table: Table) -> None:
    arrow = table.as_arrow()
    assert arrow.schema.types == [pa.string(), pa.int64(), pa.decimal128(38, 18), pa.date32(), pa.string()]
    assert arrow.to_pydict() == {
        "id": ["007", "x,y", "NA", "007"],
        "count": [1, None, -14, 1],
        "dose": [Decimal(70250000), None, Decimal("0.000000001"), Decimal(70250000)],
        "day": [date(2020, 2, 29), None, date(2199, 12, 31), date(2020, 2, 29)],
        "study": ["T", "T", "T", "T"],
    }


def test_pandas_has_exact_types_and_missing_values(table: Table) -> None:
    frame = table.as_pandas()
    assert [str(dtype) for dtype in frame.dtypes] == ["string", "Int64", "object", "datetime64[s]", "string"]
    assert frame["id"].tolist() == ["007", "x,y", "NA", "007"]
    assert frame["dose"].tolist() == [Decimal(70250000), None, Decimal("0.000000001"), Decimal(70250000)]
    assert frame["count"].isna().tolist() == frame["day"].isna().tolist() == [False, True, False, False]
    assert frame["day"][2] == pd.Timestamp("2199-12-31")
    assert frame.index.tolist() == [0, 1, 2, 3]


def test_more_decimal_places_than_the_column_has_are_never_rounded_away() -> None:
    table = Table("small", 1, (Column("dose", Kind.DECIMAL, ("0.0000000000000000001",)),))
    with pytest.raises(ValueError, match=r"dose: 0\.0000000000000000001"):
        table.as_arrow()
    assert table.as_pandas()["dose"].tolist() == [Decimal("0.0000000000000000001")]


def test_frames_of_several_tables_are_one_frame(table: Table) -> None:
    frame = joined_frame([table, table.first(1)])
    assert frame["id"].tolist() == ["007", "x,y", "NA", "007", "007"]
    assert frame.index.tolist() == [0, 1, 2, 3, 4]
    assert [str(dtype) for dtype in frame.dtypes] == ["string", "Int64", "object", "datetime64[s]", "string"]


def test_table_without_rows_keeps_its_columns() -> None:
    nobody = np.array([], dtype=np.int64)
    table = Table("small", 0, (Column("id", Kind.TEXT, (), nobody), Column("dose", Kind.DECIMAL, ("",), nobody)))
    assert table.columns[0].cells(0) == []
    assert table.as_arrow().schema.names == ["id", "dose"]
    assert (len(table.as_pandas()), list(table.as_pandas())) == (0, ["id", "dose"])
