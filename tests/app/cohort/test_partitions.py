"""Partitions that are planned by themselves and read back together hold the same types and values in every reader."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from dosecal import plan, table_schema
from tests.command_line import run_well
from tests.example_protocols import protocol_of, protocol_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dosecal.model.protocol import Protocol

WEIGHTS = ("20", "13.7", "", "7.123456789012345678")
DOSES = (Decimal(3), Decimal("2.055"), None, Decimal("1.068518518351851852"))
"""0.15 mg/kg: 3 mg and 2.055 mg; none of nobody's weight; and 1.0685185183518518517, half up to 18 decimals."""


@pytest.fixture
def protocol() -> Protocol:
    """A trial with one dose, by weight, and a visit without a window."""
    return protocol_of(protocol_text(regimen="dose: 0.15 mg/kg", visits="D1: {}\nD8: {window: ±1 day}"))


@pytest.fixture
def folder(protocol: Protocol, tmp_path: Path) -> Path:
    """The doses of a subject a partition, the visits beside them; one has no dose, and one partition nobody."""
    for name in ("visits", "doses"):
        (tmp_path / name).mkdir()
    for number, weight in enumerate(WEIGHTS):
        row = {"subject_id": f"{number:03}", "arm": "active" if weight else "control", "start": "2026-03-02"}
        subjects = pd.DataFrame([row | {"weight_kg": weight}], dtype="string")
        for part, rows in ((f"{number}.parquet", subjects), (f"{number}-nobody.parquet", subjects.iloc[:0])):
            planned = plan(protocol, rows)
            planned.visits.to_parquet(tmp_path / "visits" / part)
            planned.doses.to_parquet(tmp_path / "doses" / part)
    return tmp_path


def by_arrow(folder: Path) -> pa.Table:
    return ds.dataset(folder).to_table()


def by_duckdb(folder: Path) -> pa.Table:
    rows = duckdb.connect().sql(f"select * from '{folder}/*.parquet'").arrow()  # noqa: S608 - a path of this test
    return rows.read_all() if isinstance(rows, pa.RecordBatchReader) else rows


def by_polars(folder: Path) -> pa.Table:
    return pl.read_parquet(f"{folder}/*.parquet").to_arrow()


def by_pandas(folder: Path) -> pa.Table:
    return pa.Table.from_pandas(pd.read_parquet(folder, dtype_backend="pyarrow"), preserve_index=False)


READERS = (by_arrow, by_duckdb, by_polars, by_pandas)


def rows_of(table: pa.Table) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda row: (row["subject_id"], row["visit"]))


@pytest.mark.parametrize("read", READERS)
def test_partitions_read_back_together_hold_what_was_planned(read: Callable[[Path], pa.Table], folder: Path) -> None:
    doses = read(folder / "doses")
    given = [(row["weight_kg"], row["ordered_dose"], row["planned_date"]) for row in rows_of(doses)]
    day = date(2026, 3, 2)
    expected = [(Decimal(weight), dose, day) for weight, dose in zip(WEIGHTS, DOSES, strict=True) if dose is not None]
    assert given == expected
    visits = rows_of(read(folder / "visits"))
    assert [(row["subject_id"], row["visit"]) for row in visits][:3] == [("000", "D1"), ("000", "D8"), ("001", "D1")]
    assert [row["window_start"] for row in visits] == [None, date(2026, 3, 8)] * len(WEIGHTS)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("name", ["visits", "doses"])
def test_types_of_partitions_are_the_published_ones_in_every_reader(
    name: str, read: Callable[[Path], pa.Table], folder: Path
) -> None:
    schema = table_schema(name)
    found = read(folder / name).schema
    texts = {pa.string(), pa.large_string(), pa.string_view()}
    assert found.names == schema.names
    assert [
        kind for kind, ours in zip(found.types, schema.types, strict=True) if kind != ours and kind not in texts
    ] == []


def test_file_of_the_command_line_has_the_values_of_the_frames(folder: Path, tmp_path: Path) -> None:
    text = protocol_text(regimen="dose: 0.15 mg/kg", visits="D1: {}\nD8: {window: ±1 day}")
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    rows = "".join(f"{n:03},{'active' if w else 'control'},2026-03-02,{w}\n" for n, w in enumerate(WEIGHTS))
    (tmp_path / "s.csv").write_text(f"subject_id,arm,start,weight_kg\n{rows}", encoding="utf-8")
    for name in ("visits", "doses"):
        run_well(
            name, tmp_path / "p.yaml", tmp_path / "s.csv", "--format", "parquet", "-o", f"{tmp_path}/{name}-parts/"
        )
        assert rows_of(by_arrow(tmp_path / f"{name}-parts")) == rows_of(by_arrow(folder / name))
