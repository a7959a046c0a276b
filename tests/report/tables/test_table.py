"""Tables of codes and texts, and what Arrow and pandas make of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dosecal.model.quantity import column_digits
from dosecal.report.tables.table import Column, DecimalRangeError, Kind, Table, joined_frame

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


TYPES = ["string", "Int64", "decimal128(38, 18)[pyarrow]", "date32[day][pyarrow]", "string"]


def test_pandas_has_exact_types_and_missing_values(table: Table) -> None:
    frame = joined_frame([table])
    assert [str(dtype) for dtype in frame.dtypes] == TYPES
    assert frame["id"].tolist() == ["007", "x,y", "NA", "007"]
    assert frame["dose"].tolist() == [Decimal(70250000), pd.NA, Decimal("0.000000001"), Decimal(70250000)]
    assert frame["count"].isna().tolist() == frame["day"].isna().tolist() == [False, True, False, False]
    assert frame["day"][2] == date(2199, 12, 31)
    assert frame.index.tolist() == [0, 1, 2, 3]


def test_decimal_is_exact_and_half_up_to_18_decimals_where_it_has_more_or_no_end() -> None:
    assert column_digits(Fraction(70250000)) == "70250000"
    assert column_digits(Fraction("0.123456789012345678")) == "0.123456789012345678"
    assert column_digits(Fraction("-0.1234567890123456785")) == "-0.123456789012345679"
    assert column_digits(Fraction("70.1234567891234567891")) == "70.123456789123456789"
    assert column_digits(Fraction(2, 3)) == "0.666666666666666667"
    assert column_digits(Fraction(1, 10**19)) == "0"


def test_decimal_with_more_than_20_digits_before_the_point_is_refused() -> None:
    most, more = (
        Table("small", 1, (Column("dose", Kind.DECIMAL, (digits,)),)) for digits in ("-" + "9" * 20, "1" * 21)
    )
    assert most.as_arrow()["dose"].to_pylist() == joined_frame([most])["dose"].tolist() == [Decimal("-" + "9" * 20)]
    for make in (more.as_arrow, more.require_room, lambda: joined_frame([more])):
        with pytest.raises(DecimalRangeError, match="dose: 111111111111111111111"):
            make()


def test_frames_of_several_tables_are_one_frame(table: Table) -> None:
    frame = joined_frame([table, table.first(1)])
    assert frame["id"].tolist() == ["007", "x,y", "NA", "007", "007"]
    assert frame.index.tolist() == [0, 1, 2, 3, 4]
    assert [str(dtype) for dtype in frame.dtypes] == TYPES


def test_table_without_rows_keeps_its_columns_and_types() -> None:
    nobody = np.array([], dtype=np.int64)
    table = Table("small", 0, (Column("id", Kind.TEXT, (), nobody), Column("dose", Kind.DECIMAL, ("",), nobody)))
    assert table.columns[0].cells(0) == []
    assert table.as_arrow().schema.types == [pa.string(), pa.decimal128(38, 18)]
    assert [str(dtype) for dtype in joined_frame([table]).dtypes] == [TYPES[0], TYPES[2]]
