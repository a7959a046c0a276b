"""One slip in one line is one problem on that line, whichever table it stands in."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from dosecal.load.columns import SUBJECT_ID, Column, Kind
from dosecal.load.tables.actuals_file import read_actuals
from dosecal.load.tables.levels_file import read_levels
from dosecal.load.tables.lots_file import read_lots
from dosecal.load.tables.subjects import SubjectReader
from dosecal.load.tables.table_reader import TableReader, read_rows
from dosecal.load.tables.table_reading import STRICT, TableReading, table_reading
from dosecal.load.tables.text_table import TextTable, csv_table
from dosecal.load.tables.weights_file import read_weights
from dosecal.model.problems import CohortError
from tests.example_products import product_protocol
from tests.example_protocols import protocol_of, protocol_text

if TYPE_CHECKING:
    from collections.abc import Callable

PROTOCOL = protocol_of(protocol_text(regimen="dose: 1 mg/kg"))
PRODUCT = product_protocol("container: {called: vial, content: 25 million cells}", "dose: 1 million cells")
ROWS = {
    "subjects": ("subject_id,arm,start", "{},active,{}"),
    "weights": ("subject_id,date,weight_kg", "{},{},70.5"),
    "levels": ("subject_id,date,level", "{},{},2"),
    "lots": ("product,lot,container,content,unit,expires", "drug,L,{},25000000,cells,{}"),
    "actuals": ("subject_id,visit,date,status", "{},D1,{},done"),
}


def table(text: str, reading: TableReading = STRICT) -> TextTable:
    return csv_table(io.BytesIO(text.encode()), "t.csv", reading)


def problems_of(name: str, text: str, reading: TableReading = STRICT) -> list[str]:
    """What is wrong with a table of one of the kinds."""
    one = table(text, reading)
    readers: dict[str, Callable[[TextTable], object]] = {
        "weights": read_weights,
        "levels": read_levels,
        "lots": lambda lots: read_lots(lots, PRODUCT),
        "actuals": read_actuals,
    }
    if name == "subjects":
        return [str(problem) for _, bad in SubjectReader(PROTOCOL).read(one) for problem in bad]
    try:
        readers[name](one)
    except CohortError as error:
        return [str(problem) for problem in error.problems]
    return []


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize(
    ("told", "right", "slip"), [(None, "2026-03-09", "09/13/2026"), ("dd/mm/yyyy", "09/03/2026", "03/13/2026")]
)
def test_one_date_in_another_order_is_one_problem_on_its_line(
    name: str, told: str | None, right: str, slip: str
) -> None:
    head, row = ROWS[name]
    lines = [head, *(row.format(f"{number:03}", slip if number == 30 else right) for number in range(50))]
    (problem,) = problems_of(name, "\n".join(lines), table_reading(dates=told))
    assert problem.startswith("t.csv:32:")
    assert problem.endswith("[C104]")
    assert f'got "{slip}"' in problem


@pytest.mark.parametrize("name", ROWS)
def test_iso_date_among_dates_as_they_were_told_is_none(name: str) -> None:
    head, row = ROWS[name]
    lines = [head, row.format("001", "09/03/2026"), row.format("002", "2026-03-10")]
    assert problems_of(name, "\n".join(lines), table_reading(dates="dd/mm/yyyy")) == []


COLUMNS = (SUBJECT_ID, Column("size", Kind.DECIMAL, "C122", "", "", int).optional("nothing", 7))


def test_row_has_the_values_of_its_cells_and_of_columns_that_are_missing() -> None:
    rows = list(read_rows(table("subject_id,size\n007,3\n008,\n"), COLUMNS))
    assert [(row["subject_id"], row["size"], row.has("size")) for row in rows] == [("007", 3, True), ("008", 7, True)]
    (row,) = read_rows(table("subject_id\n007\n"), COLUMNS)
    assert (row["size"], row.has("size"), str(row.place("size"))) == (7, False, "t.csv:2:1")


def test_column_of_no_rows_is_empty() -> None:
    (rows,) = TableReader(table("subject_id,size\n"), COLUMNS)
    assert (rows.count, rows.file, rows.texts("subject_id"), rows.numbers("size").tolist()) == (0, "t.csv", (), [])
    assert rows.places("subject_id", {}).tolist() == []
