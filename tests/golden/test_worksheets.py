"""Whole worksheets and check sheets are as they were.

The kept files were made by the program and then read. The example with lots is worked by hand in
``tests/report/test_preparation_sheet.py``; the doses of the registry trials are 1,000,000 cells per kg for 93.8 kg, and
30,000,000 cells for everybody. ``python -m tests.golden.test_worksheets`` writes them anew; nothing does so by itself.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.command_line import run_well

HERE = Path(__file__).parent / "worksheets"
EXAMPLES = HERE.parents[2] / "protocols" / "examples"
WITH_LOTS = (
    *("worksheet", HERE / "msc-lots.yaml", HERE / "msc-lots-subjects.csv", "--subject", "007", "--visit", "D1"),
    *("--weights", HERE / "msc-lots-weights.csv", "--lots", HERE / "msc-lots-lots.csv"),
)


def registry(study: str, subject: str, visit: str) -> tuple[str | Path, ...]:
    """The arguments for a sheet of a registry trial's example subject."""
    return "worksheet", study, EXAMPLES / f"{study}-subjects.csv", "--subject", subject, "--visit", visit


COMMANDS: dict[str, tuple[str | Path, ...]] = {
    "NCT04611256-001-D1.txt": registry("NCT04611256", "001", "D1"),
    "NCT04611256-001-D3-check.txt": (*registry("NCT04611256", "001", "D3"), "--check-sheet"),
    "NCT04252118-001-D3.txt": registry("NCT04252118", "001", "D3"),
    "msc-lots-007-D1.txt": WITH_LOTS,
    "msc-lots-007-D1.json": (*WITH_LOTS, "--format", "json"),
    "msc-lots-007-D1-check.txt": (*WITH_LOTS, "--check-sheet"),
    "msc-lots-007-D1-check.yaml": (*WITH_LOTS, "--check-sheet", "--format", "yaml"),
}


def output_of(name: str) -> str:
    """The output as the program makes it now, with the program's version and the date masked."""
    text = run_well(*COMMANDS[name]).stdout
    text = re.sub(r"made by dosecal \S+, as of [0-9-]{10}", "made by dosecal (version), as of (date)", text)
    return re.sub(r'"(program_version|as_of)": "[^"]*"', r'"\1": "(masked)"', text)


@pytest.mark.parametrize("name", COMMANDS)
def test_sheet_is_the_kept_one(name: str) -> None:
    assert output_of(name) == (HERE / name).read_text(encoding="utf-8")


def test_nothing_else_is_kept() -> None:
    inputs = {"msc-lots.yaml", *(f"msc-lots-{name}.csv" for name in ("subjects", "weights", "lots"))}
    assert {path.name for path in HERE.iterdir()} == {*COMMANDS, *inputs}


BY_HAND = [
    ("NCT04611256-001-D1.txt", "1,000,000 cells per kg × 93.8 kg = 93,800,000 cells"),
    ("NCT04611256-001-D1.txt", "planned date  Tuesday 4 August 2020"),
    ("NCT04611256-001-D1.txt", "age of the weight  2 days on the day of the dose"),
    ("NCT04252118-001-D3.txt", "dose          2 of 3"),
    ("NCT04252118-001-D3.txt", "ordered dose  30,000,000 cells (30 million; 3 × 10⁷)"),
    ("NCT04252118-001-D3.txt", "planned date  Thursday 30 January 2020"),  # day 0 is Monday 27 January
    ("NCT04252118-001-D3.txt", "flat dose: weight is not used"),
    ("msc-lots-007-D1.txt", "8 mL + 0.56 mL = 8.56 mL"),
]


@pytest.mark.parametrize(("name", "said"), BY_HAND)
def test_kept_sheet_says_what_was_worked_by_hand(name: str, said: str) -> None:
    assert said in (HERE / name).read_text(encoding="utf-8")


def write_all() -> None:
    """Write every kept file anew."""
    for name in COMMANDS:
        (HERE / name).write_text(output_of(name), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_all()
