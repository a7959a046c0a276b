"""Every table of every example on terminals of 40 to 200 columns: each number of the CSV whole, beside its unit."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosecal.render.as_terminal import table_terminal
from dosecal.render.whole_text import display_width
from tests.render.terminal_rows import amounts_of, parts_of, printed_table, rows_of

if TYPE_CHECKING:
    from dosecal.report.tables.table import Table

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "protocols" / "examples"
NAMES = sorted(path.stem.removesuffix("-subjects") for path in FOLDER.glob("*-subjects.csv"))
ACTUALS = ("--actuals", FOLDER / "NCT04611256-actuals.csv", "--as-of", "2020-09-20")


def arguments(command: str, name: str) -> tuple[str | Path, ...]:
    protocol = name if name.startswith("NCT") else FOLDER / f"{name}.yaml"
    horizon = ("--horizon", "3 cycles") if name == "topaz-1" else ()
    lots = ("--lots", FOLDER / f"{name}-lots.csv") if name == "ryoncil" and command != "visits" else ()
    levels = ("--levels", FOLDER / f"{name}-levels.csv") if name == "car-t-escalation" and command != "visits" else ()
    return (command, protocol, FOLDER / f"{name}-subjects.csv", *horizon, *lots, *levels)


MORE: dict[str, tuple[str | Path, ...]] = {
    "deviations": (*arguments("deviations", "NCT04611256"), *ACTUALS),
    "followed visits": (*arguments("visits", "NCT04611256"), *ACTUALS),
    "long visits": (*arguments("visits", "NCT04252118"), "--long"),
    "weights": (*arguments("doses", "ryoncil"), "--weights", FOLDER / "ryoncil-weights.csv"),
    "starts": (
        *("starts", "NCT04611256", "--sites", FOLDER / "NCT04611256-sites.yml"),
        *("--from", "2026-01-01", "--to", "2026-01-31"),
    ),
    "reschedule": (
        *(*arguments("reschedule", "NCT04611256"), *ACTUALS[:2], "--as-of", "2020-08-06"),
        *("--subject", "003", "--visit", "D5", "--to", "2020-08-17", "--cascade", "later"),
    ),
    "timepoints": (
        *("timepoints", FOLDER / "inm004-phase-1.yaml", "--visit", "D1", "--start", "2026-03-09T08:30"),
        *("--end", "2026-03-09T09:28", "--zone", "America/Mexico_City"),
    ),
}
CASES = {
    **{f"{command} {name}": arguments(command, name) for command in ("visits", "doses", "demand") for name in NAMES},
    **MORE,
}


@cache
def table_of(case: str) -> Table:
    return printed_table(*CASES[case])


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=12)
@given(width=st.integers(40, 200))
def test_every_number_and_date_stands_whole_in_its_row_beside_its_unit(case: str, width: int) -> None:
    table = table_of(case)
    text = table_terminal(table, width)
    rows = rows_of(table)
    parts = parts_of(text)
    if not rows:
        assert text == "no rows\n"
        return
    below = "\n".join(parts[len(rows) :])
    assert all(
        line.startswith(("in every row: ", "empty in every row: ", "left out of ", " ")) for line in below.splitlines()
    )
    dates = [column.name for column in table.columns if column.kind.value == "date"]
    for row, part in zip(rows, parts, strict=False):
        for name in ("subject_id", "visit", "product"):
            assert not row.get(name) or row[name] in part or f"{name} {row[name]}" in below
        for whole in (*amounts_of(row), *(row[name] for name in dates if row[name])):
            assert whole in part


@pytest.mark.parametrize("case", CASES)
def test_no_line_is_wider_than_the_terminal_but_for_one_id_or_amount(case: str) -> None:
    for width in range(40, 201, 20):
        for line in table_terminal(table_of(case), width).splitlines():
            assert display_width(line) <= width


@pytest.mark.parametrize("case", CASES)
def test_whole_numbers_are_left_out_at_no_width(case: str) -> None:
    table = table_of(case)
    for width in (40, 80, 120):
        text = " ".join(table_terminal(table, width).split())
        for column in table.columns:
            if column.kind.value == "whole number" and any(column.cells(table.rows)):
                label = column.name.replace("_", " ").split()[0]
                assert label in text
