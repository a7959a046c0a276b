"""The allocation starts from what is at hand, and a dose keeps its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run_well
from tests.example_products import product_text

if TYPE_CHECKING:
    from pathlib import Path

PRODUCT = "container: {called: vial, content: 25 million cells, volume: 3.8 mL}"
LOTS = "product,lot,container,content,unit,volume_ml,expires\n" + "".join(
    f"drug,L,{place},25000000,cells,3.8,2026-0{place}-28\n" for place in range(4, 9)
)
SUBJECTS = "subject_id,arm,start\n001,active,2026-03-02\n002,active,2026-03-09\n"
HEADER = "date,lot,container,what,subject_id,visit\n"


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A trial of two subjects with two doses each, of one vial, and five vials."""
    protocol = product_text(PRODUCT, "dose: 25 million cells", ("D1", "D8"))
    texts = {"p.yaml": "blinding: open label\n" + protocol, "s.csv": SUBJECTS, "l.csv": LOTS}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def containers(trial: Path, rows: str, actuals: str = "") -> list[str]:
    (trial / "c.csv").write_text(HEADER + rows, encoding="utf-8")
    (trial / "a.csv").write_text(f"subject_id,visit,date,status\n{actuals}", encoding="utf-8")
    asked = ("p.yaml", "s.csv", "--lots", "l.csv", "--containers", "c.csv", "--actuals", "a.csv")
    table = csv_rows_of(run_well("doses", *asked, "--as-of", "2026-03-08").stdout)
    return [row["containers"] for row in table]


def test_container_that_is_not_at_hand_is_promised_to_nobody(trial: Path) -> None:
    assert containers(trial, "") == ["L:4", "L:5", "L:6", "L:7"]
    gone = "2026-03-01,L,4,lost,,\n2026-03-01,L,6,set aside,,\n"
    assert containers(trial, gone)[:3] == ["L:5", "L:7", "L:8"]


def test_dose_keeps_the_container_that_was_given(trial: Path) -> None:
    given = "2026-03-02,L,8,given,001,D1\n"
    done = "001,D1,2026-03-02,done\n"
    assert containers(trial, given, done) == ["L:8", "L:4", "L:5", "L:6"]


def test_dose_that_was_given_and_whose_container_nobody_recorded_gets_none(trial: Path) -> None:
    assert containers(trial, "", "001,D1,2026-03-02,done\n")[1:] == ["L:4", "L:5", "L:6"]
