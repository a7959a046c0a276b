"""What was given is held against the range that a protocol allows, where it aims at a dose and where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import json_of, run_well
from tests.followed import files, followed

if TYPE_CHECKING:
    from pathlib import Path

KYMRIAH = """\
dose:
  - {weight: up to 50 kg, give: {from: 0.2 million cells/kg, to: 5 million cells/kg, aim: none stated}}
  - {weight: over 50 kg, give: {from: 10 million cells, to: 250 million cells, aim: none stated}}"""


def deviations(
    folder: Path, regimen: str, dose: str, visits: str = "D1: {}", visit: str = "D1,2026-03-02"
) -> list[dict[str, str]]:
    """The deviations of one subject of 70 kg who was given a dose."""
    arguments = files(
        folder,
        visits=visits,
        regimen=regimen,
        subjects="1,active,2026-03-02,70",
        columns=",weight_kg",
        actuals=[f"1,{visit},done,{dose}"],
    )
    return followed("deviations", arguments, "2026-03-30")


@pytest.mark.parametrize(
    ("dose", "by"),
    [
        ("900000000,cells", "650,000,000 cells over the greatest allowed dose, 250,000,000 cells"),
        ("250000001,cells", "1 cells over the greatest allowed dose, 250,000,000 cells"),
        ("9999999,cells", "1 cells under the least allowed dose, 10,000,000 cells"),
    ],
)
def test_given_dose_outside_a_range_without_an_aim_is_a_deviation(dose: str, by: str, tmp_path: Path) -> None:
    (row,) = deviations(tmp_path, KYMRIAH, dose)
    assert (row["deviation"], row["planned"]) == ("dose outside its allowed range", "10000000 to 250000000 cells")
    assert row["actual"] == dose.replace(",", " ")
    assert (row["notes"], row["deviation_percent"]) == (by, "")


@pytest.mark.parametrize("dose", ["10000000,cells", "250000000,cells", "100000000,cells"])
def test_given_dose_inside_a_range_without_an_aim_is_none(dose: str, tmp_path: Path) -> None:
    assert deviations(tmp_path, KYMRIAH, dose) == []


def test_given_dose_in_another_unit_than_the_range_can_not_be_compared(tmp_path: Path) -> None:
    (row,) = deviations(tmp_path, KYMRIAH, "100,mg")
    assert row["deviation"] == "dose can't be compared with an order"
    assert "nothing is compared" in row["notes"]


AIMED = "dose: {from: 1 mg/kg, to: 3 mg/kg, aim: 2 mg/kg}"


@pytest.mark.parametrize(
    ("dose", "kinds", "note"),
    [
        ("140", [], ""),
        ("150", ["dose differs from the ordered one"], "inside the allowed 70 to 210 mg"),
        ("210", ["dose differs from the ordered one"], "inside the allowed 70 to 210 mg"),
        ("211", ["dose outside its allowed range"], "1 mg over the greatest allowed dose, 210 mg"),
        ("69.9", ["dose outside its allowed range"], "0.1 mg under the least allowed dose, 70 mg"),
    ],
)
def test_given_dose_is_held_against_the_range_around_an_aim(
    dose: str, kinds: list[str], note: str, tmp_path: Path
) -> None:
    rows = deviations(tmp_path, AIMED, f"{dose},mg")
    assert [row["deviation"] for row in rows] == kinds
    assert all(note in row["notes"] for row in rows)


def test_given_dose_outside_its_tolerance_and_outside_its_range_is_both(tmp_path: Path) -> None:
    rows = deviations(tmp_path, f"{AIMED}\ntolerance: ±10 % of the ordered dose", "211,mg")
    assert [row["deviation"] for row in rows] == ["dose outside its tolerance", "dose outside its allowed range"]


SPLIT = f"{AIMED}\nsplit: {{D1: 40 %, D8: 60 %}}"


@pytest.mark.parametrize(
    ("dose", "is_outside"), [("28", False), ("84", False), ("84.1", True), ("27.9", True), ("140", True)]
)
def test_given_part_is_held_against_its_own_part_of_the_range(dose: str, is_outside: bool, tmp_path: Path) -> None:  # noqa: FBT001
    # 40 % of 70 to 210 mg
    rows = deviations(tmp_path, SPLIT, f"{dose},mg", "D1: {}\nD8: {}")
    assert ("dose outside its allowed range" in [row["deviation"] for row in rows]) is is_outside


def test_part_shows_its_own_range(tmp_path: Path) -> None:
    protocol, *_ = files(tmp_path, visits="D1: {}\nD8: {}", regimen=SPLIT)
    first, second = json_of(run_well("dose", protocol, "--arm", "active", "--weight", "70", "--json"))["doses"]
    assert (first["ordered_dose"], first["range"]) == ("56", ["28", "84"])
    assert (second["ordered_dose"], second["range"]) == ("84", ["42", "126"])
    options = ["--arm", "active", "--weight", "70", "--visit", "D1", "--given", "85 mg"]
    shown = " ".join(run_well("dose", protocol, *options).stdout.split())
    assert "allowed range 28 mg to 84 mg: inside" in shown
    assert "range 28 mg to 84 mg: OUTSIDE" in shown


def test_rows_and_sheets_of_parts_have_their_own_range(tmp_path: Path) -> None:
    arguments = files(
        tmp_path, visits="D1: {}\nD8: {}", regimen=SPLIT, subjects="1,active,2026-03-02,70", columns=",weight_kg"
    )
    rows = followed("doses", arguments[:2], "2026-03-30")
    assert ["allowed: 28 mg to 84 mg" in row["notes"] for row in rows] == [True, False]
    assert ["allowed: 42 mg to 126 mg" in row["notes"] for row in rows] == [False, True]
    sheet = " ".join(run_well("worksheet", *arguments[:2], "--subject", "1", "--visit", "D8").stdout.split())
    assert "range 42 mg to 126 mg 84 mg inside" in sheet
