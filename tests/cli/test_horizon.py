"""``--horizon``: cycles that go on until something happens are planned as far as somebody says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from dosecal.app.cohort.frames import plan
from dosecal.model.problems import PlanError
from tests.command_line import csv_rows_of, run, run_well
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

OPEN = "cycles:\n  C: {length: 21 days, count: until progression, counted_from: planned}\n"


@pytest.fixture
def protocol(tmp_path: Path) -> Path:
    """A trial whose cycles go on until progression."""
    path = tmp_path / "onc.yaml"
    path.write_text(protocol_text(regimen="dose: 5 mg\nvisits: [C*D1]", visits="C*D1: {}", more=OPEN), encoding="utf-8")
    return path


@pytest.fixture
def subjects(tmp_path: Path) -> Path:
    """One subject."""
    path = tmp_path / "subjects.csv"
    path.write_text("subject_id,arm,start\n1,active,2026-03-02\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("command", ["visits", "doses", "demand", "worksheet"])
def test_cycles_without_an_end_need_a_horizon(command: str, protocol: Path, subjects: Path) -> None:
    more = ("--subject", "1") if command == "worksheet" else ()
    result = run(command, protocol, subjects, *more)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "cycles.C: expected a horizon" in result.stderr
    assert result.stderr.endswith("[L060]\n")


def test_horizon_is_said_on_every_row(protocol: Path, subjects: Path) -> None:
    rows = csv_rows_of(run_well("visits", protocol, subjects, "--horizon", "3 cycles").stdout)
    assert [(row["visit"], row["target_date"]) for row in rows] == [
        ("C1D1", "2026-03-02"),
        ("C2D1", "2026-03-23"),
        ("C3D1", "2026-04-13"),
    ]
    assert all("cycles C go on until progression, planned for 3 cycles" in row["notes"] for row in rows)
    assert len(csv_rows_of(run_well("doses", protocol, subjects, "--horizon", "9 weeks").stdout)) == 3


def test_other_horizon_is_refused(protocol: Path, subjects: Path) -> None:
    result = run("visits", protocol, subjects, "--horizon", "12")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith('--horizon: expected a horizon such as "12 cycles"')
    assert result.stderr.endswith("[L061]\n")


def test_protocol_is_checked_and_shown_without_a_horizon(protocol: Path) -> None:
    assert "1 visit" in run_well("check", protocol).stdout
    assert "C1D1" in run_well("show", protocol).stdout


def test_frames_take_a_horizon_too(protocol: Path) -> None:
    subjects = pd.DataFrame({"subject_id": ["1"], "arm": ["active"], "start": ["2026-03-02"]})
    assert len(plan(protocol, subjects, horizon="2 cycles").visits) == 2
    with pytest.raises(PlanError) as caught:
        plan(protocol, subjects)
    assert [problem.code for problem in caught.value.problems] == ["L060"]


def test_sheets_and_forecast_reach_as_far_as_the_horizon(protocol: Path, subjects: Path) -> None:
    options = ("--horizon", "3 cycles")
    text = run_well("worksheet", protocol, subjects, "--subject", "1", "--visit", "C2D1", *options).stdout
    assert "dose          2 of 3" in text
    assert "The cycles C go on until progression, planned for 3 cycles." in text
    rows = csv_rows_of(run_well("demand", protocol, subjects, "--format", "csv", *options).stdout)
    assert [(row["period_start"], row["amount"]) for row in rows] == [
        *[("2026-03-02", "5"), ("2026-03-23", "5"), ("2026-04-13", "5")],
    ]


BEYOND = """\
assessments:
  ct: {label: CT, visits: [C2D1, C4D1, C6+D1]}
  late: {label: Late sample, visits: [C4D1]}
after_off_treatment: [C5D1]
"""


def planned_ids(folder: Path, visits: str, more: str, regimen: str = "") -> list[tuple[str, str, str]]:
    """The visits that three cycles plan, with what is given and done at each."""
    folder.joinpath("p.yaml").write_text(protocol_text(visits=visits, more=OPEN + more, regimen=regimen), "utf-8")
    folder.joinpath("s.csv").write_text("subject_id,arm,start\n1,active,2026-03-02\n", "utf-8")
    result = run_well("visits", folder / "p.yaml", folder / "s.csv", "--horizon", "3 cycles")
    return [(row["visit"], row["doses"], row["assessments"]) for row in csv_rows_of(result.stdout)]


def test_what_lists_name_beyond_the_horizon_is_no_problem_of_the_file(tmp_path: Path) -> None:
    found = planned_ids(tmp_path, "C*D1: {}\nC4D8: {}", BEYOND, "dose: 5 mg\nvisits: [C1D1, C4D8, C5D1]")
    assert found == [("C1D1", "infusion", ""), ("C2D1", "", "ct"), ("C3D1", "", "")]
    doses = run_well("doses", tmp_path / "p.yaml", tmp_path / "s.csv", "--horizon", "3 cycles")
    assert [row["visit"] for row in csv_rows_of(doses.stdout)] == ["C1D1"]


def test_regimen_that_lies_beyond_the_horizon_gives_no_dose_within_it(tmp_path: Path) -> None:
    found = planned_ids(tmp_path, "C*D1: {}", "", "dose: 5 mg\nvisits: [C4D1]")
    assert [visit for visit, *_ in found] == ["C1D1", "C2D1", "C3D1"]
    for command in ("doses", "demand"):
        run_well(command, tmp_path / "p.yaml", tmp_path / "s.csv", "--horizon", "3 cycles")


@pytest.mark.parametrize("name", ["C4D2", "D4D1", "C4D22", "C2D2"])
def test_day_that_no_cycle_has_is_still_unknown_beyond_the_horizon(name: str, tmp_path: Path) -> None:
    more = f"{OPEN}assessments:\n  ct: {{label: CT, visits: [{name}]}}\n"
    tmp_path.joinpath("p.yaml").write_text(protocol_text(visits="C*D1: {}", more=more), "utf-8")
    tmp_path.joinpath("s.csv").write_text("subject_id,arm,start\n1,active,2026-03-02\n", "utf-8")
    result = run("visits", tmp_path / "p.yaml", tmp_path / "s.csv", "--horizon", "3 cycles")
    assert (result.exit_code, result.stderr.strip()[-6:]) == (1, "[P202]")


@pytest.mark.parametrize(
    ("visits", "more"),
    [
        ("scan: {days: 2, after: C4D1, counted_from: actual}", ""),
        ("scan: {days: 200, at_least: 7 days after C4D1}", ""),
        ("scan: {days: 200, if: C4D1 missed}", ""),
    ],
)
def test_cycles_are_planned_as_far_as_another_date_is_counted_from_them(visits: str, more: str, tmp_path: Path) -> None:
    found = [visit for visit, *_ in planned_ids(tmp_path, f"C*D1: {{}}\n{visits}", more)]
    assert found == ["C1D1", "C2D1", "C3D1", "C4D1", "scan"]
    rows = run_well("visits", tmp_path / "p.yaml", tmp_path / "s.csv", "--horizon", "3 cycles").stdout
    assert "planned for 4 cycles" in rows


def test_row_of_a_cycle_beyond_the_horizon_says_so(protocol: Path, subjects: Path, tmp_path: Path) -> None:
    tmp_path.joinpath("a.csv").write_text("subject_id,visit,date,status\n1,C4D1,2026-05-04,done\n", "utf-8")
    options = ("--actuals", tmp_path / "a.csv", "--as-of", "2026-06-01")
    result = run("visits", protocol, subjects, *options, "--horizon", "3 cycles")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "(it lies beyond the cycles that were planned: ask for more with --horizon) [C315]" in result.stderr
    run_well("visits", protocol, subjects, *options, "--horizon", "4 cycles")


def test_days_of_cycles_survive_an_ending_by_the_name_that_the_file_gives_them(tmp_path: Path) -> None:
    text = protocol_text(visits="D1: {}\nC*D1: {}", more=f"{OPEN}after_off_treatment: ['C*D1']\n")
    tmp_path.joinpath("p.yaml").write_text(text, "utf-8")
    tmp_path.joinpath("s.csv").write_text("subject_id,arm,start\n1,active,2026-03-02\n", "utf-8")
    rows = "subject_id,visit,date,status\n1,off_treatment,2026-03-10,done\n"
    tmp_path.joinpath("a.csv").write_text(rows, "utf-8")
    options = ("--actuals", tmp_path / "a.csv", "--as-of", "2026-03-20", "--horizon", "2 cycles")
    result = run_well("visits", tmp_path / "p.yaml", tmp_path / "s.csv", *options)
    assert [(row["visit"], row["status"]) for row in csv_rows_of(result.stdout)] == [
        ("D1", "missed"),
        ("C1D1", "past its day"),
        ("C2D1", "not yet due"),
    ]
