"""Doses of visits that were missed or are cancelled need nothing and get no container; those given keep their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.command_line import csv_rows_of, run_well
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

PROTOCOL = protocol_text(regimen="dose: 10 mg\nvisits: [D1, D8, D15]", visits="D1: {}\nD8: {}\nD15: {}")
LOTS = "product,lot,container,content,unit\ndrug,L1,V1,10,mg\ndrug,L1,V2,10,mg\n"


def trial(folder: Path, *actuals: str) -> list[str]:
    """A trial of one subject from 2 March 2026 on, and two containers of one dose each."""
    files = {
        "p.yaml": PROTOCOL,
        "s.csv": "subject_id,arm,start\n001,active,2026-03-02\n",
        "a.csv": "\n".join(["subject_id,visit,date,status", *actuals, ""]),
        "lots.csv": LOTS,
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return [*(str(folder / name) for name in ("p.yaml", "s.csv")), "--actuals", str(folder / "a.csv")]


def test_dose_of_a_cancelled_visit_needs_nothing(tmp_path: Path) -> None:
    inputs = trial(tmp_path, "001,D1,2026-03-02,done", "001,D8,,cancelled")
    said = run_well("demand", *inputs, "--as-of", "2026-03-05", "--by", "day", "--format", "csv")
    assert [row["period_start"] for row in csv_rows_of(said.stdout)] == ["2026-03-02", "2026-03-16"]
    assert "1 dose is left out: the visit was missed or is cancelled" in said.stderr


def test_doses_after_an_ending_need_nothing(tmp_path: Path) -> None:
    inputs = trial(tmp_path, "001,D1,2026-03-02,done", "001,off_study,2026-03-05,done")
    said = run_well("demand", *inputs, "--as-of", "2026-03-05", "--by", "day", "--format", "csv")
    assert [row["period_start"] for row in csv_rows_of(said.stdout)] == ["2026-03-02"]
    assert "2 doses are left out" in said.stderr


def test_container_goes_to_the_dose_that_is_still_to_come(tmp_path: Path) -> None:
    inputs = trial(tmp_path, "001,D1,2026-03-02,done", "001,D8,,cancelled")
    lots = ("--lots", str(tmp_path / "lots.csv"), "--as-of", "2026-03-05")
    rows = csv_rows_of(run_well("doses", *inputs, *lots, "--format", "csv").stdout)
    assert {row["visit"]: row["containers"] for row in rows} == {"D1": "L1:V1", "D8": "", "D15": "L1:V2"}
