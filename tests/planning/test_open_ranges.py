"""Ranges that a protocol states without an aim: both ends are worked out, and no dose."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dosecal.app.composition.protocols import load_protocol
from dosecal.app.dose.one_dose import DoseRequest, work_doses
from dosecal.model.problems import ProtocolError
from tests.command_line import csv_rows_of, json_of, run, run_well
from tests.example_protocols import DAY_0, protocol_of, protocol_text

if TYPE_CHECKING:
    from pathlib import Path

OPEN = "{from: 1 million cells/kg, to: 5 million cells/kg, aim: none stated}"
PER_KG = f"dose: {OPEN}"
BANDS = f"dose: [{{weight: up to 50 kg, give: {OPEN}}}, {{weight: over 50 kg, give: 100 million cells}}]"


@pytest.fixture
def planned(tmp_path: Path) -> PlannedRows:
    """Plans a regimen for one subject of 40 kg."""
    return PlannedRows(tmp_path)


class PlannedRows:
    """Rows of the doses table of one subject."""

    def __init__(self, folder: Path) -> None:
        """Write into a folder."""
        self.folder = folder

    def __call__(self, regimen: str, visits: str = "D0: {}", kilograms: str = "40") -> list[dict[str, str]]:
        """The rows for a regimen."""
        protocol, subjects = self.folder / "protocol.yaml", self.folder / "subjects.csv"
        protocol.write_text(protocol_text(regimen=regimen, visits=visits, numbering=DAY_0), encoding="utf-8")
        subjects.write_text(f"subject_id,arm,start,weight_kg\n001,active,2026-03-02,{kilograms}\n", encoding="utf-8")
        return csv_rows_of(run_well("doses", protocol, subjects).stdout)


def test_range_without_an_aim_orders_nothing_and_names_both_ends(planned: PlannedRows) -> None:
    (row,) = planned(PER_KG)
    assert (row["calculated_dose"], row["ordered_dose"], row["weight_kg"]) == ("", "", "40")
    # 40 kg x 1 million and 40 kg x 5 million
    assert "any dose from 40,000,000 to 200,000,000 cells is allowed" in row["notes"]
    assert "none stated: aim of the range, " in row["notes"]


def test_ends_of_an_open_range_keep_to_the_cap(planned: PlannedRows) -> None:
    (row,) = planned(f"{PER_KG}\nat_most: 150 million cells")
    assert "any dose from 40,000,000 to 150,000,000 cells is allowed" in row["notes"]


def test_parts_of_an_open_range_are_ranges(planned: PlannedRows) -> None:
    rows = planned(f"{PER_KG}\nsplit: {{D0: 10 %, D1: 90 %}}\nvisits: [D0, D1]", "D0: {}\nD1: {}")
    # 10 and 90 in a hundred of 40 to 200 million
    assert ["any dose from 4,000,000 to 20,000,000 cells" in rows[0]["notes"], rows[0]["ordered_dose"]] == [True, ""]
    assert ["any dose from 36,000,000 to 180,000,000 cells" in rows[1]["notes"], rows[1]["ordered_dose"]] == [True, ""]


def test_band_beside_an_open_range_is_worked_out(planned: PlannedRows) -> None:
    (heavy,) = planned(BANDS, kilograms="50.5")
    assert (heavy["ordered_dose"], "any dose" in heavy["notes"]) == ("100000000", False)
    (light,) = planned(BANDS, kilograms="50")
    assert (light["ordered_dose"], "any dose from 50,000,000 to 250,000,000" in light["notes"]) == ("", True)


def test_one_dose_of_an_open_range_is_worked_to_both_its_ends_and_none_is_ordered(protocols: Path) -> None:
    protocol = load_protocol(protocols / "examples" / "tisagenlecleucel.yaml")
    (working,) = work_doses(protocol, DoseRequest("treated", weight_kg=Fraction(38)))
    assert working.worked is None
    steps = {str(step.name): (step.working, step.result) for step in working.steps}
    # 38 kg x 200,000 and 38 kg x 5 million
    assert steps["least dose allowed"] == ("200,000 viable cells per kg × 38 kg", "7,600,000 viable cells")
    assert steps["greatest dose allowed"] == ("5,000,000 viable cells per kg × 38 kg", "190,000,000 viable cells")
    assert steps["ordered dose"][1].startswith("to be ordered: any dose from 7,600,000 viable cells (7.6 million")


def test_open_range_as_json_has_its_ends_and_no_dose(protocols: Path) -> None:
    options = ["--arm", "treated", "--weight", "70", "--given", "900 million viable cells", "--json"]
    (said,) = json_of(run_well("dose", protocols / "examples" / "tisagenlecleucel.yaml", *options))["doses"]
    assert (said["ordered_dose"], said["calculated_dose"], said["unit"]) == (None, None, "viable cells")
    assert said["range"] == ["10000000", "250000000"]
    assert said["given"] == {
        "dose": "900000000",
        "unit": "viable cells",
        "percent_of_ordered": None,
        "percent_of_given": None,
        "is_tolerated": None,
        "is_in_range": False,
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("900 million viable cells", "10,000,000 viable cells to 250,000,000 viable cells: OUTSIDE"),
        ("250 million viable cells", "10,000,000 viable cells to 250,000,000 viable cells: inside"),
        ("10 million viable cells", "10,000,000 viable cells to 250,000,000 viable cells: inside"),
        ("9999999 viable cells", "10,000,000 viable cells to 250,000,000 viable cells: OUTSIDE"),
    ],
)
def test_given_dose_is_held_against_a_range_without_an_aim(given: str, said: str, protocols: Path) -> None:
    options = ["--arm", "treated", "--weight", "70", "--given", given]
    shown = run_well("dose", protocols / "examples" / "tisagenlecleucel.yaml", *options).stdout
    assert said in " ".join(shown.split())


def test_given_dose_in_another_unit_than_an_open_range_is_refused(protocols: Path) -> None:
    options = ["--arm", "treated", "--weight", "70", "--given", "900 mg"]
    result = run("dose", protocols / "examples" / "tisagenlecleucel.yaml", *options)
    assert (result.exit_code, "[L013]" in result.stderr) == (1, True)


def test_pump_has_nothing_to_be_compared_with_before_a_dose_of_a_range_is_ordered(protocols: Path) -> None:
    options = ["--arm", "treated", "--weight", "70", "--pump", "10 mL/h"]
    result = run("dose", protocols / "examples" / "tisagenlecleucel.yaml", *options)
    assert (result.exit_code, "none of which is ordered yet [L025]" in result.stderr) == (1, True)


def test_ends_of_an_open_range_stand_in_order() -> None:
    reversed_ends = "dose: {from: 5 million cells/kg, to: 1 million cells/kg, aim: none stated}"
    with pytest.raises(ProtocolError) as error:
        protocol_of(protocol_text(regimen=reversed_ends))
    assert [problem.code for problem in error.value.problems] == ["P243"]


def test_an_aim_is_said_or_said_to_be_none_stated() -> None:
    with pytest.raises(ProtocolError) as error:
        protocol_of(protocol_text(regimen="dose: {from: 1 million cells/kg, to: 5 million cells/kg}"))
    assert [problem.code for problem in error.value.problems] == ["P102"]
