"""Published calculations of surfaces, weights, clearances, rates and doses, through the command line.

Each has its source beside it. What is printed is rounded by the source: the program's exact number rounds to it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from dosecal.model.quantity import round_half_up
from tests.command_line import csv_rows_of, json_of, run_well
from tests.example_products import product_text
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

NCCN = "NCCN Chemotherapy Order Templates, appendix B, carboplatin dosing in adults, 2020-12-09"
FDA = "FDA, Carboplatin dosing, 2010-10"
BLINCYTO = "blinatumomab: 15 mcg/m²/day, not to exceed 28 mcg/day"


def worked(folder: Path, text: str, *options: str) -> dict[str, Any]:
    """The one dose of ``dosecal dose --json``."""
    (folder / "protocol.yaml").write_text(text, encoding="utf-8")
    (one,) = json_of(run_well("dose", folder / "protocol.yaml", "--arm", "active", *options, "--json"))["doses"]
    dose: dict[str, Any] = one
    return dose


# source, formula, cm, kg, printed m²
SURFACES = [
    ("calcipedia.org, five formulas at 170 cm and 70 kg", "Mosteller", "170", "70", "1.82"),
    ("calcipedia.org, five formulas at 170 cm and 70 kg", "Du Bois", "170", "70", "1.81"),
    ("calcipedia.org, five formulas at 170 cm and 70 kg", "Haycock", "170", "70", "1.83"),
    ("√(180 × 80 ÷ 3600) is 2", "Mosteller", "180", "80", "2.00"),
]


@pytest.mark.parametrize(("source", "formula", "cm", "kg", "printed"), SURFACES)
def test_published_surface_is_the_measure_of_the_dose(
    source: str, formula: str, cm: str, kg: str, printed: str, tmp_path: Path
) -> None:
    assert source
    text = protocol_text(regimen=f"dose: 1 mg/m²\nbody_surface: {formula}\nrounding: none")
    dose = worked(tmp_path, text, "--height", cm, "--weight", kg)
    assert round_half_up(Fraction(dose["measure"]), Fraction(1, 100)) == Fraction(printed)


# source, the protocol's lines, options of the body, printed mg
BY_AUC = [
    (NCCN, "AUC 6", "from: measured, cap: 125 mL/min", "--gfr 125", "900"),
    (NCCN, "AUC 5", "from: measured, cap: 125 mL/min", "--gfr 180", "750"),
    (FDA, "AUC 4", "from: measured, cap: 125 mL/min", "--gfr 126", "600"),
    (
        "tools.gera.services, carboplatin: AUC 5, 90 mL/min",
        "AUC 5",
        "from: measured, cap: none stated",
        "--gfr 90",
        "575",
    ),
    # (140 − 60) × 72 ÷ (72 × 1) = 80; 5 × (80 + 25)
    (
        "Cockcroft and Gault 1976",
        "AUC 5",
        "from: estimated, weight: actual, cap: none stated",
        "--sex M --age 60 --weight 72 --creatinine 1",
        "525",
    ),
    # woman of 60 years, 160 cm, 90 kg, 0.7 mg/dL: ideal 52.38, adjusted 67.43 kg; 80 × 67.43 ÷ 50.4 × 0.85 = 90.98
    (
        NCCN,
        "AUC 5",
        "from: estimated, weight: adjusted 40 %, ideal: Devine, cap: 125 mL/min",
        "--sex F --age 60 --height 160 --weight 90 --creatinine 0.7",
        "579.9",
    ),
    # by the ideal weight: 80 × 52.3819 ÷ 50.4 × 0.85 = 70.6740 mL/min
    (
        NCCN,
        "AUC 5",
        "from: estimated, weight: ideal, ideal: Devine, cap: 125 mL/min",
        "--sex F --age 60 --height 160 --weight 90 --creatinine 0.7",
        "478.4",
    ),
    # by the actual weight: 80 × 90 ÷ 50.4 × 0.85 = 121.43 mL/min
    (
        NCCN,
        "AUC 5",
        "from: estimated, weight: actual, at_most: 125 mL/min",
        "--sex F --age 60 --weight 90 --creatinine 0.7",
        "732.1",
    ),
    # 0.6 mg/dL: 141.67 mL/min, capped: the FDA's greatest dose
    (
        FDA,
        "AUC 5",
        "from: estimated, formula: Cockcroft-Gault, weight: actual, cap: 125 mL/min",
        "--sex F --age 60 --weight 90 --creatinine 0.6",
        "750",
    ),
]


@pytest.mark.parametrize(("source", "target", "gfr", "options", "printed"), BY_AUC)
def test_published_dose_by_auc_is_calverts(
    source: str, target: str, gfr: str, options: str, printed: str, tmp_path: Path
) -> None:
    assert source
    text = protocol_text(regimen=f"dose: {target} by Calvert\ngfr: {{{gfr}}}\nrounding: none")
    dose = worked(tmp_path, text, *options.split())
    places = Fraction(1, 10 ** len(printed.partition(".")[2]))
    assert round_half_up(Fraction(dose["ordered_dose"]), places) == Fraction(printed)


def test_steps_of_an_estimated_rate_name_the_weight_that_it_takes(tmp_path: Path) -> None:
    gfr = "gfr: {from: estimated, weight: adjusted 40 %, ideal: Devine, cap: 125 mL/min}"
    text = protocol_text(regimen=f"dose: AUC 5 by Calvert\n{gfr}\nrounding: none")
    options = ["--sex", "F", "--age", "60", "--height", "160", "--weight", "90", "--creatinine", "0.7"]
    steps = {step["name"]: step for step in worked(tmp_path, text, *options)["steps"]}
    assert steps["dose rule"]["result"] == (
        "AUC 5 (Calvert, estimated filtration rate, adjusted weight (40 %; Devine), at most 125 mL per min)"
    )
    assert steps["ideal weight"]["working"] == "45.5 kg + 2.3 kg × (160 cm ÷ 2.54 cm − 60)"
    assert steps["adjusted weight"]["working"] == "13,305/254 kg + 0.4 × (90 kg − 13,305/254 kg)"
    assert steps["filtration rate"]["working"] == "0.85 × (140 − 60) × 17,127/254 kg ÷ (72 × 0.7 mg per dL)"


# source, the weight rule, sex with cm and kg, printed kg
WEIGHTS = [
    # 50 + 2.3 × (180 ÷ 2.54 − 60) = 74.99
    ("Devine 1974", "ideal, ideal: Devine", "M 180 95", "74.99"),
    (
        "Busulfex label: 25 % of what is above the ideal weight",
        "adjusted 25 %, ideal: Devine",
        "M 180 95",
        "79.99",
    ),
    ("NCCN: 40 %", "adjusted 40 %, ideal: Devine", "M 180 95", "83.00"),
    ("heparin above 130 % of the ideal weight: 30 %", "adjusted 30 %, ideal: Devine", "M 180 95", "80.99"),
    ("not above the ideal weight: the actual one", "adjusted 40 %, ideal: Devine", "M 180 70", "70.00"),
    ("ARDS Network 2000: 50 + 0.91 × (175 − 152.4)", "predicted", "M 175 90", "70.57"),
    # 9270 × 90 ÷ (6680 + 216 × 29.39)
    ("Janmahasatian 2005", "lean, lean: Janmahasatian", "M 175 90", "64.04"),
]


@pytest.mark.parametrize(("source", "which", "body", "printed"), WEIGHTS)
def test_published_weight_is_the_measure_of_the_dose(
    source: str, which: str, body: str, printed: str, tmp_path: Path
) -> None:
    assert source
    sex, cm, kg = body.split()
    text = protocol_text(regimen=f"dose: 1 mg/kg\nweight: {{which: {which}, each_dose: weigh again}}\nrounding: none")
    dose = worked(tmp_path, text, "--sex", sex, "--height", cm, "--weight", kg, "--age", "50")
    assert round_half_up(Fraction(dose["measure"] or dose["weight_kg"]), Fraction(1, 100)) == Fraction(printed)


# source, regimen, options, ordered dose
DOSES = [
    (
        BLINCYTO,
        "dose: 15 mcg/m²\ndose_is: per day\nfor: 7 days\nbody_surface: Mosteller\nat_most: 28 mcg per day",
        "--height 150 --weight 40",
        "135.554",
    ),
    (
        BLINCYTO,
        "dose: 15 mcg/m²\ndose_is: per day\nfor: 7 days\nbody_surface: Mosteller\nat_most: 28 mcg per day",
        "--height 180 --weight 80",
        "196",
    ),
    ("vancomycin 15 mg/kg, at most 2 g", "dose: 15 mg/kg\nat_most: 2000 mg", "--weight 140", "2000"),
    ("alteplase 0.9 mg/kg, at most 90 mg", "dose: 0.9 mg/kg\nat_most: 90 mg", "--weight 70", "63"),
    ("alteplase 0.9 mg/kg, at most 90 mg", "dose: 0.9 mg/kg\nat_most: 90 mg", "--weight 110", "90"),
    ("rituximab 375 mg/m² for 1.8 m²", "dose: 375 mg/m²\nbody_surface: none stated", "--body-surface 1.8", "675"),
    (
        "Yescarta: 2 million/kg, at most 200 million",
        "dose: 2 million viable cells/kg\nat_most: 200 million viable cells",
        "--weight 101",
        "200000000",
    ),
    ("Ryoncil: 2 million/kg", "dose: 2 million cells/kg", "--weight 50", "100000000"),
]


@pytest.mark.parametrize(("source", "rule", "options", "printed"), DOSES)
def test_published_rule_gives_its_dose(source: str, rule: str, options: str, printed: str, tmp_path: Path) -> None:
    assert source
    dose = worked(tmp_path, protocol_text(regimen=f"{rule}\nrounding: none"), *options.split())
    places = Fraction(1, 10 ** len(printed.partition(".")[2]))
    assert round_half_up(Fraction(dose["ordered_dose"]), places) == Fraction(printed)


# source, product, regimen, options, mL to draw, mL/h, containers
PREPARED: list[tuple[str, str, str, str, str, str | None, int | None]] = [
    # 5 mcg × 80 × 60 = 24 mg an hour from 1.6 mg in a mL
    (
        "dopamine drip",
        "concentration: 1.6 mg/mL",
        "dose: 400 mg\nrate: {give: 5 mcg/kg/min}",
        "--weight 80",
        "250",
        "15",
        None,
    ),
    (
        "heparin 20,000 units from 5,000 units/mL",
        "concentration: 5000 units/mL",
        "dose: 20000 units",
        "",
        "4",
        None,
        None,
    ),
    ("US Army MD0904: 500 mg from 400 mg/mL", "concentration: 400 mg/mL", "dose: 500 mg", "", "1.3", None, None),
    (
        "vancomycin 1,250 mg at 5 mg/mL over 125 min",
        "concentration: 5 mg/mL",
        "dose: 1250 mg\nrate: {over: 125 min}",
        "",
        "250",
        "120",
        None,
    ),
    (
        "Ryoncil: 25 million in 3.8 mL, 50 kg",
        "container: {called: vial, content: 25 million cells, volume: 3.8 mL}",
        "dose: 2 million cells/kg\nrate: {over: 60 min}",
        "--weight 50",
        "15.2",
        "15.2",
        4,
    ),
    (
        "trastuzumab 4 mg/kg, 420 mg vials of 21 mg/mL",
        "container: {called: vial, content: 420 mg, volume: 20 mL}",
        "dose: 4 mg/kg",
        "--weight 110",
        "21",
        None,
        2,
    ),
]


@pytest.mark.parametrize("case", PREPARED, ids=[case[0] for case in PREPARED])
def test_published_dose_is_prepared(
    case: tuple[str, str, str, str, str, str | None, int | None], tmp_path: Path
) -> None:
    _, product, rule, options, ml, rate, containers = case
    preparation = worked(tmp_path, product_text(product, rule), *options.split())["preparation"]
    assert (preparation["volume_ml"], preparation["containers"]) == (ml, containers)
    assert (None if preparation["rate"] is None else preparation["rate"]["ml_per_hour"]) == rate


def test_rows_of_a_cohort_are_the_doses_at_the_bench(tmp_path: Path) -> None:
    gfr = "gfr: {from: estimated, weight: adjusted 40 %, ideal: Devine, cap: 125 mL/min}"
    (tmp_path / "protocol.yaml").write_text(protocol_text(regimen=f"dose: AUC 5 by Calvert\n{gfr}"), encoding="utf-8")
    (tmp_path / "subjects.csv").write_text(
        "subject_id,arm,start,weight_kg,height_cm,sex,birth_date,creatinine_mg_dl\n"
        "1,active,2026-03-09,90,160,F,1966-01-01,0.7\n2,active,2026-03-09,50,160,F,1966-01-01,0.7\n"
    )
    first, second = csv_rows_of(run_well("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv").stdout)
    assert round_half_up(Fraction(first["ordered_dose"]), Fraction(1, 10)) == Fraction("579.9")
    assert "adjusted weight ≈ 67.43 kg" in first["notes"]
    # 50 kg are not above the ideal 52.38: 80 × 50 ÷ 50.4 × 0.85 = 67.46; 5 × 92.46
    assert round_half_up(Fraction(second["ordered_dose"]), Fraction(1, 10)) == Fraction("462.3")
    assert "adjusted weight 50 kg, the actual one: it is not above the ideal ≈ 52.38 kg" in second["notes"]
