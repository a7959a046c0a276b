"""Published cases of dosing rules beside the plain dose, through the command line: ranges, limits, tolerances, weights.

Each case stands in ``cases/dose_cases.json`` with its source; what is asserted is the printed number, or where the
source prints a rule alone, the number worked by hand.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import csv_rows_of, json_of, run, run_well
from tests.example_protocols import protocol_text

CASES: dict[str, dict[str, Any]] = {
    case["id"]: case
    for case in json.loads((Path(__file__).parent / "cases/dose_cases.json").read_text(encoding="utf-8"))["cases"]
}
ANSWERED_HERE = (
    *("DC022", "DC036", "DC040", "DC042", "DC043", "DC046", "DC047"),
    *("DC079", "DC135", "DC144", "DC152", "DC156", "DC174", "DC175"),
)


def worked(folder: Path, regimen: str, *options: str) -> dict[str, Any]:
    """The dose of ``dosecal dose --json`` for a protocol with this regimen."""
    (folder / "protocol.yaml").write_text(protocol_text(regimen=regimen), encoding="utf-8")
    result = run_well("dose", folder / "protocol.yaml", "--arm", "active", *options, "--json")
    (one,) = json_of(result)["doses"]
    found: dict[str, Any] = one
    return found


def step_of(dose: dict[str, Any], name: str) -> str:
    """What a step of a dose gives."""
    (found,) = [step["result"] for step in dose["steps"] if step["name"] == name]
    text: str = found
    return text


def test_body_mass_index_is_the_printed_one(tmp_path: Path) -> None:
    rule = "dose: 1 mg/kg\nweight: {which: lean, lean: Janmahasatian, each_dose: weigh again}"
    dose = worked(tmp_path, rule, "--weight", "70", "--height", "170", "--sex", "M")
    assert step_of(dose, "body mass index").startswith(f"≈ {CASES['DC022']['source_printed']} kg per m²")


def test_weight_over_the_ideal_one_is_the_printed_percentage(tmp_path: Path) -> None:
    # a man of 175 cm: 50 + 2.3 × (175 ÷ 2.54 − 60) = 70.46 kg, as the case takes it; 90 ÷ 70.46 − 1 = 27.7 %
    rule = "dose: 1 mg/kg\nweight: {which: adjusted 40 %, ideal: Devine, each_dose: weigh again}"
    dose = worked(tmp_path, rule, "--weight", "90", "--height", "175", "--sex", "M", "--age", "40")
    said = step_of(dose, "weight over ideal")
    assert said.startswith("≈ +27.7 %")
    assert round(float(said[2:7])) == int(CASES["DC036"]["source_printed"])


# id, weight as it is printed, kilograms in the refusal, kilograms that are printed; a textbook's 2.2 is another number
POUNDS = [
    ("DC043", "30 lb", "13.6077711", "13.6078"),
    ("DC046", "57 lb", "25.85476509", "26"),
    ("DC047", "8 lb 6 oz", "3.79883609875", "3.8"),
    ("DC040", "60 lb", "27.2155422", "27.27"),
    ("DC042", "178.2 lb", "80.830160334", "81"),
]
BY_TEXTBOOK = {"DC040", "DC042"}


@pytest.mark.parametrize(("case", "text", "kilograms", "printed"), POUNDS, ids=[row[0] for row in POUNDS])
def test_pounds_are_refused_with_their_exact_kilograms(
    case: str, text: str, kilograms: str, printed: str, tmp_path: Path
) -> None:
    (tmp_path / "protocol.yaml").write_text(protocol_text(regimen="dose: 1 mg/kg"), encoding="utf-8")
    result = run("dose", tmp_path / "protocol.yaml", "--arm", "active", "--weight", text)
    assert result.exit_code == 1
    assert f"{text} is {kilograms} kg" in result.stderr
    assert result.stdout == ""
    (tmp_path / "subjects.csv").write_text(f"subject_id,arm,start,weight_kg\n1,active,2026-03-09,{text}\n")
    table = run("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv")
    assert (table.exit_code, f"{text} is {kilograms} kg" in table.stderr) == (1, True)
    assert printed == CASES[case]["source_printed"]
    step = Fraction(1, 10 ** CASES[case]["round_to_decimals"])
    is_near = abs(Fraction(kilograms) - Fraction(printed)) <= step / 2
    assert is_near is (case not in BY_TEXTBOOK)


def test_implied_body_surface_gives_the_ordered_dose(tmp_path: Path) -> None:
    # √(105 cm × 59.0625 kg ÷ 3,600) = 1.3125 m², which is what 5,250 mg of 4,000 mg per m² imply
    rule = "dose: 4000 mg/m²\nbody_surface: Mosteller"
    dose = worked(tmp_path, rule, "--weight", "59.0625", "--height", "105")
    assert Fraction(dose["measure"]) == Fraction(CASES["DC079"]["computed_exact"])
    assert Fraction(dose["ordered_dose"]) == CASES["DC079"]["inputs"]["mg"]


KYMRIAH = """dose:
  - {weight: up to 50 kg, give: {from: 0.2 million cells/kg, to: 5 million cells/kg, aim: 5 million cells/kg}}
  - {weight: over 50 kg, give: {from: 10 million cells, to: 250 million cells, aim: 250 million cells}}"""


@pytest.mark.parametrize(
    ("kg", "allowed"),
    [
        ("38", ["7600000", "190000000"]),
        ("50", ["10000000", "250000000"]),  # continuous at the limit
        ("50.1", ["10000000", "250000000"]),
        ("90", ["10000000", "250000000"]),  # and not 90 times so much, as the abstract prints it
    ],
)
def test_second_range_is_of_all_cells_and_not_per_kg(kg: str, allowed: list[str], tmp_path: Path) -> None:
    assert CASES["DC135"]["flag"] == "SOURCE_LOOKS_WRONG"
    assert worked(tmp_path, KYMRIAH, "--weight", kg)["range"] == allowed


def test_least_dose_per_kg_against_the_most_of_a_bag_is_a_conflict_and_no_cap(tmp_path: Path) -> None:
    rule = "dose: 5000 units/kg\nat_least: 5000 units/kg\nat_most: 1000000 units"
    assert worked(tmp_path, rule, "--weight", "200")["ordered_dose"] == "1000000"
    result = run("dose", tmp_path / "protocol.yaml", "--arm", "active", "--weight", "210")
    assert result.exit_code == 1
    floor = f"{int(CASES['DC144']['computed_exact']):,}"
    assert f"the floor is {floor} units and the cap 1,000,000 units" in result.stderr


def test_bands_with_a_gap_are_refused_and_the_tenfold_slips_of_a_table_show(tmp_path: Path) -> None:
    bands = (
        "dose:\n"
        "  - {weight: up to 60 kg, give: 50 million cells}\n"
        "  - {weight: 61 to under 80 kg, give: 70 million cells}\n"
        "  - {weight: 81 kg and over, give: 90 million cells}"
    )
    (tmp_path / "protocol.yaml").write_text(protocol_text(regimen=bands), encoding="utf-8")
    checked = run("check", tmp_path / "protocol.yaml")
    assert checked.exit_code == 1
    assert checked.stdout.count("[P222]") == 2  # 60 to 61 kg, and 80 to 81 kg
    # what 18 mL at 5 million per mL hold, beside what is printed
    assert 18 * 5_000_000 == int(CASES["DC152"]["computed_exact"]) != CASES["DC152"]["inputs"]["cells_printed"]


@pytest.mark.parametrize(
    ("given", "is_inside"), [("79 million cells", False), ("80 million cells", True), ("120 million cells", True)]
)
def test_prepared_dose_is_held_against_the_stated_range(given: str, is_inside: bool, tmp_path: Path) -> None:  # noqa: FBT001
    dose = worked(tmp_path, "dose: 100 million cells\ntolerance: ±20 million cells", "--given", given)
    assert dose["given"]["is_tolerated"] is is_inside
    if given.startswith("79"):
        assert CASES["DC156"]["computed"] == "out of range"


def test_deviation_of_a_banded_dose_is_of_the_calculated_one(tmp_path: Path) -> None:
    # 105 mg calculated, rounded to bands of 50 mg
    rule = "dose: 105 mg\nrounding: {dose: {to: 50 mg, ties: up}}"
    assert worked(tmp_path, rule)["deviation_percent_fraction"] == CASES["DC174"]["computed_exact"]


def test_deviation_says_its_base(tmp_path: Path) -> None:
    dose = worked(tmp_path, "dose: 100 mg\ntolerance: ±10 % of the ordered dose", "--given", "110 mg")
    computed = CASES["DC175"]["computed"]
    assert Fraction(dose["given"]["percent_of_ordered"]) == Fraction(str(computed["of_ordered"]))
    assert Fraction(dose["given"]["percent_of_given_fraction"]) == Fraction(100, 11)
    assert abs(Fraction(100, 11) - Fraction(str(computed["of_given"]))) < Fraction(1, 10**12)


def test_ranges_of_the_table_are_those_of_the_rows(tmp_path: Path) -> None:
    (tmp_path / "protocol.yaml").write_text(protocol_text(regimen=KYMRIAH), encoding="utf-8")
    (tmp_path / "subjects.csv").write_text(
        "subject_id,arm,start,weight_kg\n1,active,2026-03-09,38\n2,active,2026-03-09,51\n", encoding="utf-8"
    )
    rows = csv_rows_of(run_well("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv").stdout)
    assert [row["ordered_dose"] for row in rows] == ["190000000", "250000000"]
    assert "allowed: 7,600,000 cells to 190,000,000 cells" in rows[0]["notes"]
