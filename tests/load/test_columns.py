"""Columns of tables that are read are declared once, and what is said of each holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dosecal.load.columns import ANCHOR, REFUSED, SUBJECT_COLUMNS, Column, Kind, names_of, one_of
from dosecal.load.tables.actuals_file import ACTUAL_COLUMNS
from dosecal.load.tables.levels_file import LEVEL_COLUMNS
from dosecal.load.tables.lots_file import LOT_COLUMNS
from dosecal.load.tables.table_reader import value_of
from dosecal.load.tables.table_reading import STRICT
from dosecal.load.tables.weights_file import WEIGHT_COLUMNS
from dosecal.model.problems import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLES = {
    "subjects": (*SUBJECT_COLUMNS, ANCHOR),
    "weights": WEIGHT_COLUMNS,
    "levels": LEVEL_COLUMNS,
    "lots": LOT_COLUMNS,
    "actuals": ACTUAL_COLUMNS,
}
COLUMNS = [pytest.param(one, id=f"{table}-{one.name}") for table, columns in TABLES.items() for one in columns]


@pytest.mark.parametrize("column", COLUMNS)
def test_example_of_a_column_is_read(column: Column) -> None:
    assert column.example
    assert value_of(column, column.example, STRICT) is not None


@pytest.mark.parametrize("column", COLUMNS)
def test_column_says_what_it_means_and_what_an_empty_cell_does(column: Column) -> None:
    assert column.meaning
    assert column.when_empty
    assert column.is_required or column.when_empty != REFUSED


@pytest.mark.parametrize("columns", TABLES.values(), ids=TABLES)
def test_column_stands_once_in_its_table(columns: Sequence[Column]) -> None:
    assert len(set(names_of(columns))) == len(columns)


def test_ids_are_those_that_a_sheet_may_show_otherwise() -> None:
    ids = {one.name for columns in TABLES.values() for one in columns if one.kind is Kind.ID}
    assert ids == {"subject_id", "site", "lot", "container", "for_subject"}


def test_text_that_has_no_value_is_refused_with_what_is_expected() -> None:
    read = one_of({"a": 1}, '"a"')
    assert (read("a"), one_of(("b",), "")("b")) == (1, "b")
    with pytest.raises(RefusedError, match=r'^"a"$'):
        read("b")
