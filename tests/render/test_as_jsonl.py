"""JSON Lines: one object a row, exact decimals as strings."""

from __future__ import annotations

import json

from hypothesis import given

from dosecal.render.as_jsonl import jsonl_rows
from dosecal.report.tables.table import Column, Kind, Table
from tests.render.tables import cells_of, tables


@given(table=tables())
def test_every_reader_of_json_reads_the_cells_back(table: Table) -> None:
    lines = b"".join(jsonl_rows(table)).decode().split("\n")
    assert lines.pop() == ""
    expected = [dict(zip(table.header, (cell or None for cell in row), strict=True)) for row in cells_of(table)]
    assert [json.loads(line) for line in lines] == expected


def test_row_is_an_object_in_the_order_of_the_columns() -> None:
    table = Table(
        "one",
        1,
        (
            Column("id", Kind.TEXT, ('007 "患"',)),
            Column("offset", Kind.WHOLE, ("-14",)),
            Column("dose", Kind.DECIMAL, ("70250000.5",)),
            Column("day", Kind.DATE, ("2020-02-29",)),
            Column("none", Kind.WHOLE, ("",)),
        ),
    )
    assert b"".join(jsonl_rows(table)).decode() == (
        '{"id": "007 \\"患\\"", "offset": -14, "dose": "70250000.5", "day": "2020-02-29", "none": null}\n'
    )
