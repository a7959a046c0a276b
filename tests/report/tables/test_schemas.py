"""The published columns and types are those of every table that is made, for every example protocol."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow.parquet as pq
import pytest

from dosecal import load_protocol, plan, table_schema
from dosecal.report.tables.schemas import TABLES, table_columns
from dosecal.report.tables.table import Table
from tests.command_line import run_well
from tests.example_protocols import protocol_of, protocol_text
from tests.followed import files

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol
    from dosecal.report.tables.table import Column

EXAMPLES = Path(__file__).resolve().parents[3] / "protocols" / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
MAKERS = (
    *(f"tables.{one}" for one in ("schedule", "deviations", "unscheduled", "moves", "starts", "timepoints", "demand")),
    "worklists.work_tables",
)
VISITS = """\
D1: {timepoints: [+1 h]}
D8: {window: ±1 day, wider: ±3 days, at_least: 5 days after D1}
"""
SITES = "sites:\n  CDMX-01: {country: MX, weekend: [Saturday, Sunday]}\n"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Table]:
    """The tables that are made while a test runs."""
    tables: list[Table] = []

    def recorded(name: str, rows: int, columns: tuple[Column, ...]) -> Table:
        tables.append(Table(name, rows, columns))
        return tables[-1]

    for name in MAKERS:
        monkeypatch.setattr(import_module(f"dosecal.report.{name}"), "Table", recorded)
    return tables


def columns_of(table: Table) -> list[tuple[str, str]]:
    return [(column.name, column.kind.value) for column in table.columns]


def published(name: str, protocol: Protocol | None = None, *, has_actuals: bool = False) -> list[tuple[str, str]]:
    return [(column, kind.value) for column, kind in table_columns(name, protocol, has_actuals=has_actuals)]


@pytest.mark.parametrize("name", NAMES)
def test_visits_and_doses_of_every_example_have_the_published_columns(name: str, made: list[Table]) -> None:
    protocol = load_protocol(EXAMPLES / f"{name}.yaml")
    levels = EXAMPLES / f"{name}-levels.csv"
    subjects = (EXAMPLES / f"{name}.yaml", EXAMPLES / f"{name}-subjects.csv", "--horizon", "52 weeks")
    run_well("visits", *subjects, "--long")
    run_well("doses", *subjects, *(("--levels", levels) if levels.exists() else ()), "--skip-bad")
    assert {table.name for table in made} == {"visits", "assessments", "doses"}
    for table in made:
        assert columns_of(table) == published(table.name, protocol)


def test_every_table_has_the_published_columns(tmp_path: Path, made: list[Table]) -> None:
    actuals = ["1,D1,2026-03-02,done,71,mg", "1,,2026-03-05,done", "1,D8,2026-03-20,done"]
    more = {"regimen": "dose: 1 mg/kg", "columns": ",weight_kg,site", "subjects": "1,active,2026-03-02,70,CDMX-01"}
    protocol, subjects, option, record = files(tmp_path, visits=VISITS, actuals=actuals, **more)
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")
    judged = (option, record, "--as-of", "2026-03-21")
    run_well("visits", protocol, subjects, "--long", *judged)
    run_well("doses", protocol, subjects, *judged)
    run_well("deviations", protocol, subjects, *judged)
    run_well("unscheduled", protocol, subjects, *judged)
    run_well("today", protocol, subjects, *judged, "--format", "csv")
    move = ("--subject", "1", "--visit", "D8", "--to", "2026-03-10", "--as-of", "2026-03-03")
    run_well("reschedule", protocol, subjects, *move)
    run_well("starts", protocol, "--sites", tmp_path / "sites.yaml", "--from", "2026-03-02", "--to", "2026-03-06")
    run_well("timepoints", protocol, "--visit", "D1", "--start", "2026-03-02T08:30", "--zone", "UTC")
    run_well("demand", protocol, subjects)
    found = {table.name: columns_of(table) for table in made if table.name not in {"infusions", "load"}}
    assert set(found) == set(TABLES)
    whole = load_protocol(protocol)
    for name in TABLES:
        assert found[name] == published(name, whole, has_actuals=True), name


@pytest.mark.parametrize("has_actuals", [False, True])
@pytest.mark.parametrize("visits", ["D1: {}", "D1: {}\nD8: {window: ±1 day, wider: ±3 days}", VISITS])
def test_further_columns_of_visits_are_those_that_the_protocol_states(
    visits: str, tmp_path: Path, made: list[Table], *, has_actuals: bool
) -> None:
    protocol, subjects, option, record = files(tmp_path, visits=visits)
    run_well("visits", protocol, subjects, *((option, record) if has_actuals else ()))
    assert columns_of(made[-1]) == published("visits", load_protocol(protocol), has_actuals=has_actuals)


def test_schema_of_arrow_is_that_of_a_parquet_file(tmp_path: Path) -> None:
    protocol, subjects, *_ = files(tmp_path, visits="D1: {}")
    for command, name, options in (
        ("visits", "visits", ()),
        ("visits", "assessments", ("--long",)),
        ("doses", "doses", ()),
    ):
        run_well(command, protocol, subjects, *options, "--format", "parquet", "-o", tmp_path / name)
        assert pq.read_schema(tmp_path / name).equals(table_schema(name))


def test_schema_of_pandas_is_that_of_the_frames_whoever_is_in_them() -> None:
    protocol = protocol_of(protocol_text(visits=VISITS, regimen="dose: 1 mg/kg"))
    columns = {"subject_id": ["1"], "arm": ["active"], "start": ["2026-03-02"], "weight_kg": ["70"]}
    for subjects in (
        pd.DataFrame(columns),
        pd.DataFrame(columns).iloc[:0],
        pd.DataFrame(columns).assign(arm="control"),
    ):
        planned = plan(protocol, subjects)
        assert planned.visits.dtypes.to_dict() == table_schema("visits", "pandas", protocol)
        assert planned.doses.dtypes.to_dict() == table_schema("doses", "pandas", protocol)


def test_schema_of_spark_names_every_column_with_its_type() -> None:
    ddl = table_schema("deviations", "spark")
    assert ddl.startswith("study string, protocol_version string,")
    assert ddl.endswith(
        "days_out bigint, deviation_percent decimal(38,18), notes string, wider_days_out bigint, minutes_out bigint"
    )
    assert "date date, fit string" in table_schema("unscheduled", "spark")
    for name in TABLES:
        assert [part.split()[0] for part in table_schema(name, "spark").split(", ")] == table_schema(name).names


def test_unknown_table_and_engine_are_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match="no such table: 'visit'; there are visits, assessments, doses"):
        table_schema("visit")
    with pytest.raises(ValueError, match="no such engine: 'ray'; there are arrow, pandas, spark"):
        table_schema("visits", "ray")
