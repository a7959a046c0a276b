"""``--horizon``: cycles that go on until something happens are planned as far as somebody says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from dosecal.model.problems import PlanError
from dosecal.workflow import plan
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
