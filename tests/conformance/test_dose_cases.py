"""Published dose calculations that a protocol file can say today, through the command line.

Each case stands in ``cases/dose_cases.json`` with its source; the tables below say how its protocol would word it. The
cases of other rules and of products stand in the files beside this one; all are counted here, so that none drops out.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import csv_rows_of, json_of, run, run_well
from tests.conformance.test_dosing_cases import ANSWERED_HERE as OF_RULES
from tests.conformance.test_product_cases import ANSWERED_HERE as OF_PRODUCTS
from tests.example_protocols import protocol_text

CASES: dict[str, dict[str, Any]] = {
    case["id"]: case
    for case in json.loads((Path(__file__).parent / "cases/dose_cases.json").read_text(encoding="utf-8"))["cases"]
}

# id, dose, cap, weight in kg, ordered dose: the printed number, or where the source prints a rule alone, worked by hand
DOSES = [
    ("DC064", "4 mg/kg", "", "85", "340 mg"),
    ("DC071", "50 mg/kg", "", "10", "500 mg"),
    ("DC082", "5 mg/kg", "", "38.6", "193 mg"),
    ("DC105", "10 mg/kg", "", "50", "500 mg"),
    ("DC108", "1 million cells/kg", "", "68.45", "68450000 cells"),
    ("DC109", "30 million cells", "", "", "30000000 cells"),
    ("DC116", "20 million cells", "", "", "20000000 cells"),
    ("DC119", "0.5 million cells/kg", "", "60", "30000000 cells"),
    ("DC129", "0.2 million cells/kg", "", "38", "7600000 cells"),
    ("DC130", "5 million cells/kg", "", "38", "190000000 cells"),
    ("DC131", "0.2 million cells/kg", "", "50", "10000000 cells"),
    ("DC136", "2 million cells/kg", "200 million cells", "80", "160000000 cells"),
    ("DC138", "2 million cells/kg", "200 million cells", "120", "200000000 cells"),
    ("DC140", "0.5 million cells/kg", "100 million cells", "70", "35000000 cells"),
    ("DC140", "1 million cells/kg", "100 million cells", "70", "70000000 cells"),
    ("DC141", "0.5 million cells/kg", "100 million cells", "120", "60000000 cells"),
    ("DC141", "1 million cells/kg", "100 million cells", "120", "100000000 cells"),
    ("DC142", "5 million cells/kg", "", "30", "150000000 cells"),
    ("DC155", "3 million cells/kg", "300 million cells", "110", "300000000 cells"),
]
DOSE_IDS = [f"{case}-{dose}" for case, dose, *_ in DOSES]
CAPPED = {"DC138": "240000000", "DC141": "120000000", "DC155": "330000000"}

# id, value, increment, rounded half up: all printed by the sources
ROUNDINGS = [
    ("DC051", "1.345 mg", "0.1 mg", "1.3"),
    ("DC052", "1.25 mg", "0.1 mg", "1.3"),
    ("DC054", "0.969 mg", "0.01 mg", "0.97"),
    ("DC055", "0.963 mg", "0.01 mg", "0.96"),
    ("DC056", "5.35 mg", "0.1 mg", "5.4"),
    ("DC057", "0.45 mg", "0.1 mg", "0.5"),
]

# id, dose as a protocol file can have it, printed words
DISPLAYS = [
    ("DC176", "1.0 mg", "1 mg"),
    ("DC177", "0.5 mg", "0.5 mg"),
    ("DC179", "100000 units", "100,000 units"),
    ("DC180", "1000000 units", "1,000,000 units"),
]

# id, regimen, options of the dose, printed number of its measure: what is printed is a surface or a weight, so the dose
# is 1 mg for each m² or kg of it. DC030 is printed cut off (1.1199… as 1.119), DC027 likewise (1.8097… as 1.809).
MEASURES = [
    ("DC016", "dose: 1 mg/m²\nbody_surface: Mosteller", "170 70", "1.818"),
    ("DC018", "dose: 1 mg/m²\nbody_surface: Du Bois", "170 70", "1.81"),
    ("DC019", "dose: 1 mg/m²\nbody_surface: Haycock", "170 70", "1.83"),
    ("DC023", "dose: 1 mg/m²\nbody_surface: Haycock", "110 18", "0.78"),
    ("DC024", "dose: 1 mg/m²\nbody_surface: Mosteller", "175 75", "1.907"),
    ("DC027", "dose: 1 mg/m²\nbody_surface: Du Bois", "170 70", "1.809"),
    ("DC030", "dose: 1 mg/m²\nbody_surface: Du Bois", "120 41", "1.119"),
    ("DC033", "dose: 1 mg/kg\nweight: {which: ideal, ideal: Devine, each_dose: weigh again}", "175 90 M", "70.5"),
    ("DC035", "dose: 1 mg/kg\nweight: {which: lean, lean: Janmahasatian, each_dose: weigh again}", "175 90 M", "64.0"),
    ("DC039", "dose: 1 mg/kg\nweight: {which: ideal, ideal: Devine, each_dose: weigh again}", "170 70 F", "61.44"),
]

# id, target, cap in mL/min, measured rate, printed dose in mg
BY_AUC = [
    ("DC001", "4", "125 mL/min", "50", "300"),
    ("DC003", "6", "125 mL/min", "50", "450"),
    ("DC004", "4", "125 mL/min", "75", "400"),
    ("DC005", "5", "125 mL/min", "75", "500"),
    ("DC008", "5", "125 mL/min", "100", "625"),
    ("DC009", "6", "125 mL/min", "100", "750"),
    ("DC011", "5", "125 mL/min", "125", "750"),
    ("DC013", "5", "none stated", "90", "575"),
]

# id, text, what must not be read from it as the one reading
TRAPS = [
    ("DC111", "3.0x10e7 cells", "300000000"),
    ("DC113", "2 × 106 MSC/kg", "212"),
]

ANSWERED = {row[0] for table in (DOSES, ROUNDINGS, DISPLAYS, MEASURES, BY_AUC, TRAPS) for row in table}


def test_every_case_is_answered() -> None:
    # counted by hand: 17 doses (two of them at both ends of a range), 6 roundings, 4 displays, 10 measures, 8 by AUC,
    # 2 traps; 33 volumes, containers, rates, syringes and counts; the others are ranges, limits, weights and deviations
    assert len(ANSWERED) == 47
    assert len(set(OF_PRODUCTS)) == 33
    assert ANSWERED | set(OF_RULES) | set(OF_PRODUCTS) == set(CASES)
    assert len(CASES) == 94


def numbers_of(case: dict[str, Any]) -> set[Fraction]:
    """What the case holds right: the exact number, or both ends of a range."""
    computed = case["computed"]
    if isinstance(computed, dict):
        return {Fraction(value) for value in computed.values()}
    return {Fraction(case["computed_exact"])}


def regimen_of(dose: str, cap: str) -> str:
    lines = [f"dose: {dose}", "rounding: none"]
    return "\n".join(lines + ([f"at_most: {cap}"] if cap else []))


@pytest.mark.parametrize(("case", "dose", "cap", "kg", "ordered"), DOSES, ids=DOSE_IDS)
def test_published_dose_is_ordered(case: str, dose: str, cap: str, kg: str, ordered: str, tmp_path: Path) -> None:
    (tmp_path / "protocol.yaml").write_text(protocol_text(regimen=regimen_of(dose, cap)), encoding="utf-8")
    (tmp_path / "subjects.csv").write_text(f"subject_id,arm,start,weight_kg\n1,active,2026-03-09,{kg}\n")
    row = csv_rows_of(run_well("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv").stdout)[0]
    assert f"{row['ordered_dose']} {row['unit']}" == ordered
    if case != "DC109":  # its number is the total of three doses
        assert Fraction(row["ordered_dose"]) in numbers_of(CASES[case])
    is_capped = Fraction(row["ordered_dose"]) == 100_000_000 or case in {"DC138", "DC155"}
    assert row["limited_by"] == ("cap" if is_capped else "")
    assert row["calculated_dose"] == (CAPPED[case] if is_capped else row["ordered_dose"])


@pytest.mark.parametrize(
    ("case", "dose", "total"),
    [
        ("DC109", "30 million cells", 90_000_000),
        ("DC116", "20 million cells", 80_000_000),  # "80 million in total"
        ("DC119", "0.5 million cells/kg", 120_000_000),  # four times 30 million, for 60 kg
    ],
)
def test_published_number_of_doses_gives_the_total(case: str, dose: str, total: int, tmp_path: Path) -> None:
    days = ["D1", "D3", "D6", "D9"][: CASES[case]["inputs"]["doses"]]
    regimen = f"{regimen_of(dose, '')}\nvisits: [{', '.join(days)}]"
    text = protocol_text(regimen=regimen, visits="\n".join(f"{day}: {{}}" for day in days))
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "subjects.csv").write_text("subject_id,arm,start,weight_kg\n1,active,2026-03-09,60\n")
    rows = csv_rows_of(run_well("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv").stdout)
    assert [row["visit"] for row in rows] == days
    assert sum(Fraction(row["ordered_dose"]) for row in rows) == total


@pytest.mark.parametrize(("case", "dose", "cap", "kg", "ordered"), DOSES, ids=DOSE_IDS)
def test_published_dose_is_worked_at_the_bench(
    case: str, dose: str, cap: str, kg: str, ordered: str, tmp_path: Path
) -> None:
    assert case in CASES
    (tmp_path / "protocol.yaml").write_text(protocol_text(regimen=regimen_of(dose, cap)), encoding="utf-8")
    weight = ["--weight", kg] if kg else []
    (worked,) = json_of(run_well("dose", tmp_path / "protocol.yaml", "--arm", "active", *weight, "--json"))["doses"]
    assert f"{worked['ordered_dose']} {worked['unit']}" == ordered


@pytest.mark.parametrize(("case", "value", "increment", "rounded"), ROUNDINGS, ids=[row[0] for row in ROUNDINGS])
@pytest.mark.parametrize("per", ["", "/kg"], ids=["flat", "per-kg"])
def test_published_rounding_is_half_up(
    case: str, value: str, increment: str, rounded: str, per: str, tmp_path: Path
) -> None:
    regimen = f"dose: {value}{per}\nrounding: {{dose: {{to: {increment}, ties: up}}}}"
    (tmp_path / "protocol.yaml").write_text(protocol_text(regimen=regimen), encoding="utf-8")
    (tmp_path / "subjects.csv").write_text("subject_id,arm,start,weight_kg\n1,active,2026-03-09,1\n")
    row = csv_rows_of(run_well("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv").stdout)[0]
    assert row["ordered_dose"] == rounded == CASES[case]["source_printed"]
    assert row["calculated_dose"] == value.removesuffix(" mg")


@pytest.mark.parametrize(("case", "dose", "words"), DISPLAYS, ids=[row[0] for row in DISPLAYS])
def test_published_display_is_printed(case: str, dose: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "protocol.yaml").write_text(protocol_text(regimen=regimen_of(dose, "")), encoding="utf-8")
    (worked,) = json_of(run_well("dose", tmp_path / "protocol.yaml", "--arm", "active", "--json"))["doses"]
    assert worked["words"] == words
    assert words in CASES[case]["source_printed"].split(" or ")


def test_dose_without_a_leading_zero_is_refused_and_not_repaired() -> None:
    assert CASES["DC177"]["inputs"]["text"] == ".5 mg"
    result = run("read-dose", ".5 mg", "--json")
    assert (result.exit_code, json_of(result)["status"], json_of(result)["value"]) == (1, "unreadable", None)


@pytest.mark.parametrize(("case", "text", "literal"), TRAPS, ids=[row[0] for row in TRAPS])
def test_trap_is_offered_both_ways_and_never_read(case: str, text: str, literal: str, tmp_path: Path) -> None:
    result = run("read-dose", text, "--json")
    said = json_of(result)
    assert (result.exit_code, said["status"], said["value"]) == (1, "ambiguous", None)
    assert [reading["value"] for reading in said["readings"]] == [
        str(int(CASES[case]["computed"]["intended"])),
        literal,
    ]
    (tmp_path / "protocol.yaml").write_text(protocol_text(regimen=regimen_of(text, "")), encoding="utf-8")
    checked = run("check", tmp_path / "protocol.yaml")
    assert checked.exit_code == 1
    assert "[P105]" in checked.stdout


@pytest.mark.parametrize(("case", "regimen", "body", "printed"), MEASURES, ids=[row[0] for row in MEASURES])
def test_published_measure_is_what_the_dose_is_multiplied_with(
    case: str, regimen: str, body: str, printed: str, tmp_path: Path
) -> None:
    (tmp_path / "protocol.yaml").write_text(protocol_text(regimen=f"{regimen}\nrounding: none"), encoding="utf-8")
    height, kg, *sex = body.split()
    options = ["--height", height, "--weight", kg, "--age", "40", *(["--sex", *sex] if sex else [])]
    (worked,) = json_of(run_well("dose", tmp_path / "protocol.yaml", "--arm", "active", *options, "--json"))["doses"]
    head = "subject_id,arm,start,weight_kg,height_cm,sex,birth_date\n"
    row = f"1,active,2026-03-09,{kg},{height},{''.join(sex)},1986-03-09\n"
    (tmp_path / "subjects.csv").write_text(head + row, encoding="utf-8")
    planned = csv_rows_of(run_well("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv").stdout)[0]
    assert worked["ordered_dose"] == worked["measure"] == planned["ordered_dose"]
    value = Fraction(worked["ordered_dose"])
    computed = CASES[case]["computed"]
    right = Fraction(str(computed["devine"] if isinstance(computed, dict) else computed))
    assert abs(value - right) < Fraction(1, 10**11)
    places = len(printed.partition(".")[2])
    shown = Fraction((2 * value * 10**places + 1).__floor__() // 2, 10**places)
    cut = Fraction((value * 10**places).__floor__(), 10**places)
    if CASES[case].get("flag"):
        assert Fraction(printed) not in {shown, cut}
    else:
        assert Fraction(printed) == (cut if case in {"DC027", "DC030"} else shown)


@pytest.mark.parametrize(("case", "target", "cap", "rate", "printed"), BY_AUC, ids=[row[0] for row in BY_AUC])
def test_published_dose_by_auc_is_ordered(
    case: str, target: str, cap: str, rate: str, printed: str, tmp_path: Path
) -> None:
    regimen = f"dose: AUC {target} by Calvert\ngfr: {{from: measured, cap: {cap}}}"
    (tmp_path / "protocol.yaml").write_text(protocol_text(regimen=regimen), encoding="utf-8")
    (tmp_path / "subjects.csv").write_text(f"subject_id,arm,start,gfr_ml_min\n1,active,2026-03-09,{rate}\n")
    row = csv_rows_of(run_well("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv").stdout)[0]
    assert (row["ordered_dose"], row["unit"]) == (printed, "mg")
    assert Fraction(printed) == Fraction(CASES[case]["computed_exact"]) == CASES[case]["source_printed"]


FLAGGED = {case["id"] for case in CASES.values() if case.get("flag")}


def test_flagged_cases_that_are_answered_are_these() -> None:
    answered = {"DC023", "DC024", "DC071", "DC111", "DC113"}
    assert answered == FLAGGED & ANSWERED


@pytest.mark.parametrize("case", ["DC111", "DC113"])
def test_flagged_trap_is_not_read_as_it_is_printed(case: str) -> None:
    printed = CASES[case]["inputs"]["text"]
    said = json_of(run("read-dose", printed, "--json"))
    assert said["status"] != "read"
    assert said["value"] is None


def test_implausible_dose_is_flagged_for_its_drug_and_not_for_its_arithmetic() -> None:
    assert CASES["DC071"]["flag"] == "SOURCE_CLINICALLY_IMPLAUSIBLE"
    assert Fraction(CASES["DC071"]["computed_exact"]) == CASES["DC071"]["source_printed"] == 500
