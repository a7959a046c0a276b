"""Tables to lines of bytes: whatever is joined, shared and repeated, the rows are those of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings

from dosecal.render.rows import encode_rows
from tests.render.tables import cells_of, repeated, tables

if TYPE_CHECKING:
    from dosecal.report.tables.table import Column, Table


def as_they_are(column: Column) -> list[str]:
    return list(column.texts)


@given(table=tables())
@settings(max_examples=200)
def test_rows_are_the_cells_with_joints_between(table: Table) -> None:
    expected = "".join("<" + "|".join(row) + ">\n" for row in cells_of(table))
    assert b"".join(encode_rows(table, as_they_are, "<", "|", ">\n")).decode() == expected


@pytest.mark.parametrize("rows", [1, 9, 10, 11, 100, 1005, 20_000])
@pytest.mark.parametrize("period", [1, 7, 10])
def test_alike_subjects_and_the_one_that_differs_are_told_apart(rows: int, period: int) -> None:
    table = repeated(rows, period)
    expected = "".join(",".join(row) + "\n" for row in cells_of(table))
    assert b"".join(encode_rows(table, as_they_are, "", ",", "\n")).decode() == expected


def test_table_without_rows_has_no_lines() -> None:
    assert list(encode_rows(repeated(10, 5).first(0), as_they_are, "", ",", "\n")) == []


def test_runs_that_look_alike_and_are_not_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    # with factors of 0 every two runs of one length look alike
    monkeypatch.setattr("dosecal.render.rows._MIXERS", np.zeros(4096, dtype=np.int64))
    table = repeated(1000, 10)
    expected = "".join(",".join(row) + "\n" for row in cells_of(table))
    assert b"".join(encode_rows(table, as_they_are, "", ",", "\n")).decode() == expected
