"""Tables and the schedule of activities as spreadsheets, from the command line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import typer

from dosecal.app.options.outputs import refuse_terminal
from tests.command_line import csv_rows_of, run, run_well
from tests.example_protocols import protocol_text
from tests.followed import files
from tests.render.workbooks import sheet_of, values_of

if TYPE_CHECKING:
    from pathlib import Path

STUDIES = ("NCT04611256", "NCT04252118")


def as_text(cell: Any) -> str:
    """A cell as CSV has it."""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else repr(cell)
    return str(cell)


@pytest.mark.parametrize("command", ["visits", "doses"])
@pytest.mark.parametrize("study", STUDIES)
def test_every_cell_is_what_csv_has(study: str, command: str, protocols: Path, tmp_path: Path) -> None:
    subjects = protocols / "examples" / f"{study}-subjects.csv"
    run_well(command, study, subjects, "--format", "xlsx", "-o", tmp_path / "table.xlsx")
    head, *rows = values_of((tmp_path / "table.xlsx").read_bytes(), command)
    expected = csv_rows_of(run_well(command, study, subjects).stdout)
    assert [dict(zip(head, map(as_text, row), strict=True)) for row in rows] == expected


def test_status_stands_in_the_sheet_and_the_day_on_the_other(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits="D1: {}\nD3: {}\nD8: {window: ±1 day}", actuals=["1,D1,2026-03-02,done"])
    options = ("--as-of", "2026-03-20", "--format", "xlsx", "-o", tmp_path / "v.xlsx")
    run_well("visits", *arguments, *options)
    content = (tmp_path / "v.xlsx").read_bytes()
    head, *rows = values_of(content, "visits")
    assert [row[head.index("status")] for row in rows] == ["done", "past its day", "overdue"]
    said = {row[0]: row[1] for row in values_of(content, "About")}
    assert (said["as of"], said["input: actuals"]) == ("2026-03-20", "actuals.csv")
    run_well("visits", *arguments, *options, "--force")
    assert (tmp_path / "v.xlsx").read_bytes() == content


@pytest.mark.parametrize("command", ["deviations", "unscheduled"])
def test_follow_up_is_written_too(command: str, tmp_path: Path) -> None:
    actuals = ["1,D1,2026-03-02,done", "1,D8,2026-03-20,done", "1,,2026-03-12,done"]
    arguments = files(tmp_path, visits="D1: {}\nD8: {window: ±1 day}", actuals=actuals)
    run_well(command, *arguments, "--as-of", "2026-03-21", "--format", "xlsx", "-o", tmp_path / "o.xlsx")
    assert len(values_of((tmp_path / "o.xlsx").read_bytes(), command)) == 2


def test_preview_of_a_rescheduling_is_a_workbook_too(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits="D1: {}\nD8: {window: ±1 day}")
    asked = ("--subject", "1", "--visit", "D8", "--to", "2026-03-10", "--as-of", "2026-03-03", "--format", "xlsx")
    content = run_well("reschedule", *arguments, *asked).stdout_bytes
    assert values_of(content, "moves")[1][4] == "D8"


def test_schedule_of_activities_is_a_workbook(tmp_path: Path) -> None:
    run_well("show", "NCT04611256", "--format", "xlsx", "-o", tmp_path / "soa.xlsx")
    content = (tmp_path / "soa.xlsx").read_bytes()
    sheet = sheet_of(content, "Schedule of activities")
    assert [cell.value for cell in sheet[1]][:4] == ["kind", "visit", "baseline", "D1"]
    assert content == run_well("show", "NCT04611256", "--format", "xlsx").stdout_bytes


def test_text_that_is_too_long_for_a_cell_is_a_located_problem(tmp_path: Path) -> None:
    text = protocol_text(visits=f"D1: {{label: {'a' * 32_768}}}")
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "s.csv").write_text("subject_id,arm,start\n1,control,2026-03-02\n", encoding="utf-8")
    out = tmp_path / "o.xlsx"
    result = run("visits", tmp_path / "p.yaml", tmp_path / "s.csv", "--format", "xlsx", "-o", out)
    message = "visit_label: expected at most 32,767 characters in a cell, got 32,768"
    assert f"{out}:2: {message} (a sheet holds no more; CSV, JSON Lines and Parquet do) [O011]" in result.stderr
    assert (result.exit_code, out.exists()) == (1, False)


def test_label_of_an_activity_that_is_too_long_is_a_located_problem(tmp_path: Path) -> None:
    more = f"assessments:\n  ct: {{label: {'a' * 32_768}, visits: [D1]}}\n"
    (tmp_path / "p.yaml").write_text(protocol_text(visits="D1: {}", more=more), encoding="utf-8")
    result = run("show", tmp_path / "p.yaml", "--format", "xlsx", "-o", tmp_path / "o.xlsx")
    assert (result.exit_code, "[O011]" in result.stderr) == (1, True)


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
def test_what_is_no_text_is_not_for_a_terminal(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdout", Terminal())
    with pytest.raises(typer.BadParameter, match="is not for a terminal: name a file with -o"):
        refuse_terminal(form, None)
    refuse_terminal(form, "file")
    refuse_terminal("csv", None)
