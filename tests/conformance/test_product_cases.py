"""Published cases of products: volumes, containers, dilutions, limits, rates, syringes, counts; through the commands.

Each case stands in ``cases/dose_cases.json`` with its source. Its protocol is written as a pharmacist would write it;
what is asserted is the exact number that the case holds right, and the printed one where the source prints one.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import csv_rows_of, json_of, run, run_well

CASES: dict[str, dict[str, Any]] = {
    case["id"]: case
    for case in json.loads((Path(__file__).parent / "cases/dose_cases.json").read_text(encoding="utf-8"))["cases"]
}

PROTOCOL = """\
study: TEST-1
version: "1.0"
title: A trial for the tests
source: the tests
day_numbering: no day 0
anchors:
  start: {{label: first infusion}}
arms:
  active: {{label: Active}}
products:
  drug:
    label: study drug
{product}
regimens:
  infusion:
    product: drug
{regimen}
    visits: [D1]
visits:
  D1: {{}}
"""

# id, product, regimen, weight in kg, decimals of the printed volume (none where the source prints no rounded one)
VOLUMES = [
    ("DC062", "concentration: 400 mg/mL", "dose: 500 mg", "", 1),
    ("DC072", 'concentration: "5,000 units/mL"', 'dose: "20,000 units"', "", None),
    ("DC074", 'concentration: "10,000 units/mL"', "dose: 7500 units", "", None),
    ("DC087", "concentration: 50 mg/mL", "dose: 20 mg/kg", "0.834", 2),
    ("DC088", "concentration: 50 mg/mL", "dose: 20 mg/kg", "0.834", 3),
    ("DC089", "concentration: 50 mg/mL", "dose: 20 mg/kg", "0.834", 4),
    ("DC091", "concentration: 50 mg/mL", "dose: 40 mg/kg", "0.834", 3),
    ("DC093", "concentration: 20 mg/mL", "dose: 5 mg/kg", "1.2", 2),
    ("DC095", "concentration: 4 mg/mL", "dose: 0.5 mg/kg", "1.31", 1),
    ("DC114", "concentration: 10 million cells/mL", "dose: 150 million cells", "", None),
    (
        "DC162",
        "counts: total cells\nconcentration: 10 million cells/mL\nviability: {is: 85 %}",
        "dose: 1 million viable cells/kg",
        "70",
        None,
    ),
    (
        "DC169",
        "concentration: 6 million cells/mL\npurity: {lymphocytes: 30 %, CD3+ cells: 70 %, collection efficiency: 50 %}",
        "dose: 50 million cells/kg",
        "70",
        None,
    ),
]
WRONGLY_PRINTED = {"DC074"}

# id, strength of a tablet or content of a vial, regimen, weight in kg, containers
CONTAINERS = [
    ("DC099", "{called: tablet, content: 500 mg}", "dose: 100 mg/kg", "100", 20),
    ("DC100", "{called: tablet, content: 500 mg}", "dose: 100 mg/kg", "40", 8),
    ("DC103", "{called: tablet, content: 500 mg}", "dose: 1000 mg", "", 2),
    ("DC120", "{called: vial, content: 25 million cells, volume: 3.8 mL}", "dose: 2 million cells/kg", "50", 4),
]
OTHERS = (
    *("DC069", "DC076", "DC078", "DC080", "DC081", "DC125", "DC127", "DC128", "DC146", "DC147", "DC161"),
    *("DC163", "DC164", "DC167", "DC168", "DC170", "DC171"),
)
ANSWERED_HERE = (*(row[0] for row in VOLUMES), *(row[0] for row in CONTAINERS), *OTHERS)


def indented(lines: str) -> str:
    return "\n".join(f"    {line}" for line in lines.splitlines())


def written(folder: Path, product: str, regimen: str) -> Path:
    path = folder / "protocol.yaml"
    path.write_text(PROTOCOL.format(product=indented(product), regimen=indented(regimen)), encoding="utf-8")
    return path


def worked(folder: Path, product: str, regimen: str, *options: str) -> dict[str, Any]:
    """The dose of ``dosecal dose --json``."""
    result = run_well("dose", written(folder, product, regimen), "--arm", "active", *options, "--json")
    (dose,) = json_of(result)["doses"]
    found: dict[str, Any] = dose
    return found


def prepared(folder: Path, product: str, regimen: str, *options: str) -> dict[str, Any]:
    """The preparation in it."""
    found: dict[str, Any] = worked(folder, product, regimen, *options)["preparation"]
    return found


def weighing(kg: str) -> list[str]:
    return ["--weight", kg] if kg else []


def number(found: dict[str, Any], name: str) -> Fraction:
    """A number of JSON: its fraction where its digits have no end."""
    return Fraction(found.get(f"{name}_fraction", found[name]))


def exact(case: str) -> Fraction:
    return Fraction(CASES[case]["computed_exact"])


def rounded(places: int | None) -> str:
    """The rounding of the volume alone, to so many decimals; None for none."""
    step = "none" if places is None else f"{{to: 0.{'0' * (places - 1)}1 mL, ties: up}}"
    return f"rounding: {{dose: none, volume: {step}}}"


@pytest.mark.parametrize(("case", "product", "regimen", "kg", "places"), VOLUMES, ids=[row[0] for row in VOLUMES])
def test_published_volume_is_drawn(
    case: str, product: str, regimen: str, kg: str, places: int | None, tmp_path: Path
) -> None:
    found = prepared(tmp_path, product, f"{regimen}\n{rounded(places)}", *weighing(kg))
    assert number(found, "exact_volume_ml") == exact(case)
    printed = CASES[case]["source_printed"]
    if case in WRONGLY_PRINTED:
        assert CASES[case]["flag"] == "SOURCE_LOOKS_WRONG"
        assert number(found, "volume_ml") != Fraction(printed)
    elif places is not None:
        assert number(found, "volume_ml") == Fraction(printed)
    else:
        assert number(found, "volume_ml") == exact(case)


@pytest.mark.parametrize(("case", "product", "regimen", "kg", "places"), VOLUMES, ids=[row[0] for row in VOLUMES])
def test_published_volume_stands_in_the_table(
    case: str, product: str, regimen: str, kg: str, places: int | None, tmp_path: Path
) -> None:
    protocol = written(tmp_path, product, f"{regimen}\n{rounded(places)}")
    (tmp_path / "subjects.csv").write_text(f"subject_id,arm,start,weight_kg\n1,active,2026-03-09,{kg}\n")
    (row,) = csv_rows_of(run_well("doses", protocol, tmp_path / "subjects.csv").stdout)
    allowed = Fraction(1, 2_000_000) if places is None else Fraction(1, 2 * 10**places)
    assert abs(number(row, "volume_ml") - exact(case)) <= allowed


@pytest.mark.parametrize(
    ("case", "container", "regimen", "kg", "count"), CONTAINERS, ids=[row[0] for row in CONTAINERS]
)
def test_published_containers_are_opened(
    case: str, container: str, regimen: str, kg: str, count: int, tmp_path: Path
) -> None:
    found = prepared(tmp_path, f"container: {container}", regimen, *weighing(kg))
    assert found["containers"] == count == exact(case)
    assert number(found, "exact_containers") == exact(case)
    if isinstance(CASES[case]["source_printed"], int):
        assert found["containers"] == CASES[case]["source_printed"]


def test_forgotten_viability_would_underdose_and_one_applied_twice_is_refused(tmp_path: Path) -> None:
    product = "counts: viable cells\nconcentration: 10 million cells/mL\nviability: {is: 85 %}"
    checked = run("check", written(tmp_path, product, "dose: 1 million viable cells/kg"))
    assert checked.exit_code == 1
    assert "[P226]" in checked.stdout
    viable = prepared(
        *(tmp_path, "counts: viable cells\nconcentration: 10 million cells/mL"),
        *("dose: 1 million viable cells/kg", "--weight", "70"),
    )
    # 70 million ÷ 10 million: the case's 7 mL for a concentration that is viable already
    assert viable["exact_volume_ml"] == "7"


def test_before_reconstitution_a_ml_holds_content_by_volume(tmp_path: Path) -> None:
    product = "container: {called: bag, content: 100 million cells, volume: 15 mL}"
    assert number(prepared(tmp_path, product, "dose: 100 million cells"), "strength_per_ml") == exact("DC128")


def test_reconstitution_to_a_strength_says_both_volumes(tmp_path: Path) -> None:
    product = (
        "container: {called: bag, content: 100 million cells, volume: 15 mL}\ndilution: {to: 2.5 million cells/mL}"
    )
    found = prepared(tmp_path, product, "dose: 100 million cells")
    assert number(found, "infused_ml") == exact("DC127")
    assert found["dilution"]["diluent_ml"] == "25"  # "15 mL product + 25 mL diluent"


def test_bag_with_diluent_holds_content_by_both_volumes(tmp_path: Path) -> None:
    product = "container: {called: bag, content: 72 million cells, volume: 10.8 mL}\ndilution: {add: 18 mL}"
    found = prepared(tmp_path, product, "dose: 72 million cells")
    assert Fraction(found["dilution"]["concentration"]) == exact("DC125")
    assert found["volume_ml"] == "28.8"


def dmso_limit(folder: Path, dmso: str, regimen: str, kg: str) -> dict[str, Any]:
    product = (
        "container: {called: vial, content: 25 million cells, volume: 3.8 mL}\n"
        f"dmso: {dmso}\nlimits: {{dmso: at most 1 g/kg per day}}"
    )
    (limit,) = prepared(folder, product, regimen, "--weight", kg)["limits"]
    found: dict[str, Any] = limit
    return found


def test_dmso_of_four_vials_is_thirty_times_below_its_limit(tmp_path: Path) -> None:
    limit = dmso_limit(tmp_path, "10 % v/v", "dose: 2 million cells/kg", "50")
    assert number(limit, "value") == exact("DC147")
    assert limit["verdict"] == "within"
    assert 29 < number(limit, "fold") < 30  # 1 ÷ 0.03344 = 29.9


@pytest.mark.parametrize(("dmso", "reached"), [("10 % v/v", "2000/11"), ("10 % w/v", "200")])
def test_volume_that_reaches_the_dmso_limit_depends_on_what_the_percentage_is_of(
    dmso: str, reached: str, tmp_path: Path
) -> None:
    limit = dmso_limit(tmp_path, dmso, "dose: 2 million cells/kg", "20")
    assert number(limit, "reached_ml") == Fraction(reached)
    assert exact("DC146") == Fraction(2000, 11)  # the case's 200 mL "if % is w/v"


def test_range_of_durations_gives_both_rates_and_no_choice(tmp_path: Path) -> None:
    product = "dilution: {total: 300 mL}"
    rate = prepared(tmp_path, product, "dose: 10 million cells/kg\nrate: {over: 60 to 80 min}", "--weight", "70")[
        "rate"
    ]
    found = {"max_ml_min": number(rate, "fastest_ml_per_hour") / 60}
    found["min_ml_min"] = number(rate, "slowest_ml_per_hour") / 60
    assert found == {name: Fraction(str(value)) for name, value in CASES["DC161"]["computed"].items()}
    assert rate["ml_per_hour"] is None


def test_rate_of_a_dose_per_kg_and_minute_gives_one_rate_and_the_time_of_the_bag(tmp_path: Path) -> None:
    # 5 mcg × 80 kg × 60 min = 24 mg an hour, ÷ 1.6 mg/mL = 15 mL/h; 250 mL hold 400 mg
    regimen = "dose: 400 mg\nrate: {give: 5 mcg/kg/min}"
    rate = prepared(tmp_path, "concentration: 1.6 mg/mL", regimen, "--weight", "80")["rate"]
    assert rate["ml_per_hour"] == "15"
    assert number(rate, "minutes") / 60 == exact("DC069")
    assert f"{float(Fraction(rate['minutes']) / 60):.1f}" == CASES["DC069"]["source_printed"]


FLUOROURACIL = "concentration: 45.57 mg/mL"


def test_four_days_give_one_rate_in_ml_per_hour(tmp_path: Path) -> None:
    regimen = "dose: 5250 mg\nrounding: {dose: none, volume: none}\nrate: {over: 4 days}"
    rate = prepared(tmp_path, FLUOROURACIL, regimen)["rate"]
    assert number(rate, "exact_ml_per_hour") * 24 == exact("DC076")
    assert rate["ml_per_hour"] == "1.2"
    assert f"{float(exact('DC076')):.1f}" == CASES["DC076"]["source_printed"]


def pump_said(folder: Path, product: str, regimen: str, pump: str) -> str:
    steps = worked(folder, product, regimen, "--pump", pump)["steps"]
    (said,) = [step["result"] for step in steps if step["name"] == "pump"]
    text: str = said
    return text


def test_ml_of_a_day_entered_as_ml_of_an_hour_is_named_24_fold(tmp_path: Path) -> None:
    regimen = "dose: 5250 mg\nrate: {over: 4 days}"
    said = pump_said(tmp_path, FLUOROURACIL, regimen, CASES["DC078"]["inputs"]["wrong"])
    assert said == "28.8 mL/h against 1.2 mL/h: DIFFERS, 24-fold too fast"
    assert exact("DC078") == CASES["DC078"]["source_printed"] == 24
    assert pump_said(tmp_path, FLUOROURACIL, regimen, "1.2 mL/h") == "1.2 mL/h: as the protocol has it"


def test_46_hours_given_in_2_is_named_23_fold(tmp_path: Path) -> None:
    said = pump_said(tmp_path, FLUOROURACIL, "dose: 4500 mg\nrate: {over: 46 h}", "2 h")
    assert said.endswith("DIFFERS, 23-fold too fast")
    assert exact("DC081") == 23


def test_dose_per_day_is_multiplied_with_the_days(tmp_path: Path) -> None:
    regimen = "dose: 1000 mg/m²\nbody_surface: Mosteller\ndose_is: per day\nfor: 4 days\nrate: {over: 4 days}"
    options = ("--weight", "72", "--height", "180")
    dose = worked(tmp_path, FLUOROURACIL, regimen, *options)
    assert abs(number(dose, "ordered_dose") / number(dose, "measure") - exact("DC080")) < Fraction(1, 10**14)
    assert exact("DC080") == CASES["DC080"]["source_printed"]


@pytest.mark.parametrize(
    ("case", "dose", "syringe", "percent"), [("DC170", "4 mL", "10", "19/4"), ("DC171", "0.3 mL", "1", "7")]
)
def test_syringe_tolerance_is_the_standards(case: str, dose: str, syringe: str, percent: str, tmp_path: Path) -> None:
    found = prepared(tmp_path, "limits: {volume: at most 10 mL}", f"dose: {dose}", "--syringe", syringe)["syringe"]
    assert number(found, "tolerance_ml") == exact(case)
    assert number(found, "percent") == Fraction(percent)  # the cases' notes: 4.75 % and 7 % of the dose


def counted(*options: str) -> dict[str, Any]:
    found: dict[str, Any] = json_of(run_well("count", *options, "--json"))
    return found


def test_counted_chamber_gives_viable_cells_in_a_ml() -> None:
    inputs = CASES["DC164"]["inputs"]
    found = counted("--viable", str(inputs["viable"]), "--squares", str(inputs["squares"]), "--dilution", "1.5")
    assert number(found, "viable_per_ml") == exact("DC164") == Fraction(CASES["DC164"]["source_printed"])


def test_counted_chamber_gives_the_viability() -> None:
    assert Fraction(counted("--viable", "120", "--total", "150")["viability_percent"]) == exact("DC167")


def test_percentage_of_dead_cells_gives_their_number() -> None:
    found = counted("--total", "57", "--dead-percent", "5.3")
    assert number(found, "dead") == exact("DC163") == Fraction(CASES["DC163"]["source_printed"])


def test_mean_of_a_square_gives_the_volume_for_a_number_of_cells() -> None:
    found = counted("--viable", "4", "--dilution", "2", "--wanted", "5000")
    assert number(found, "volume_ml") == exact("DC168")
    # the same assignment's 20 viable of 56: 35.714… %
    assert number(counted("--viable", "20", "--total", "56"), "viability_percent") == Fraction(250, 7)


def test_floor_above_what_a_bag_may_hold_stops(tmp_path: Path) -> None:
    # 5,000 units × 210 kg = 1,050,000 units, and a bag holds 1,000,000 at the most
    product = 'concentration: "10,000 units/mL"\nlimits: {container: "at most 1,000,000 units"}'
    protocol = written(tmp_path, product, "dose: 5000 units/kg\nat_least: 5000 units/kg")
    result = run("dose", protocol, "--arm", "active", "--weight", "210")
    assert result.exit_code == 1
    assert f"{int(exact('DC144')):,} units" in result.stderr
    assert "1,000,000 units" in result.stderr
    assert "[L020]" in result.stderr
    (tmp_path / "subjects.csv").write_text("subject_id,arm,start,weight_kg\n1,active,2026-03-09,210\n")
    planned = run("doses", protocol, tmp_path / "subjects.csv")
    assert (planned.exit_code, planned.stdout) == (1, "")
    assert "[L020]" in planned.stderr


def test_dose_above_what_a_bag_may_hold_is_said_and_not_capped(tmp_path: Path) -> None:
    product = 'concentration: "10,000 units/mL"\nlimits: {container: "at most 1,000,000 units"}'
    dose = worked(tmp_path, product, "dose: 5000 units/kg", "--weight", "210")
    assert dose["ordered_dose"] == "1050000"
    (limit,) = dose["preparation"]["limits"]
    assert (limit["verdict"], limit["by"]) == ("beyond", "50000")


def test_label_that_contradicts_itself_is_a_problem_with_both_values(tmp_path: Path) -> None:
    product = (
        "container: {called: vial, content: 25 million cells, volume: 3.8 mL}\nconcentration: 6.68 million cells/mL"
    )
    checked = run("check", written(tmp_path, product, "dose: 2 million cells/kg"))
    assert checked.exit_code == 1
    assert "6,580,000 cells" in checked.stdout  # 25 million ÷ 3.8 = 6.5789… million, as finely as 6.68 is written
    assert "6.68 million cells/mL" in checked.stdout


FLAGGED = {case["id"] for case in CASES.values() if case.get("flag")}


def test_flagged_cases_that_are_answered_here_are_these() -> None:
    assert FLAGGED & set(ANSWERED_HERE) == WRONGLY_PRINTED
