"""Doses that are not one amount for all: levels, parts, loading doses, ranges, doses per day, limits per kg."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, json_of, run, run_well
from tests.example_protocols import DAY_0, protocol_text

if TYPE_CHECKING:
    from pathlib import Path

WEEK = "D0: {}\nD1: {}\nD2: {}\nD7: {}"


def planned(folder: Path, regimen: str, subjects: str, *more: tuple[str, str]) -> list[dict[str, str]]:
    """The rows of ``dosecal doses``; each of ``more`` is an option and the content of its file."""
    (folder / "protocol.yaml").write_text(
        protocol_text(regimen=regimen, visits=WEEK, numbering=DAY_0), encoding="utf-8"
    )
    (folder / "subjects.csv").write_text(subjects, encoding="utf-8")
    options: list[str | Path] = []
    for name, content in more:
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
        options += [f"--{name}", folder / f"{name}.csv"]
    return csv_rows_of(run_well("doses", folder / "protocol.yaml", folder / "subjects.csv", *options).stdout)


ONE = "subject_id,arm,start,weight_kg\n1,active,2026-03-09,{kg}\n"


def test_split_dose_is_given_in_parts_that_add_to_the_whole(tmp_path: Path) -> None:
    # 2 million × 61.7 kg = 123,400,000; 10 %, 30 % and 60 % of it
    rows = planned(tmp_path, "dose: 2 million cells/kg\nsplit: {D0: 10 %, D1: 30 %, D2: 60 %}", ONE.format(kg="61.7"))
    assert [(row["visit"], row["ordered_dose"]) for row in rows] == [
        ("D0", "12340000"),
        ("D1", "37020000"),
        ("D2", "74040000"),
    ]
    assert {row["calculated_dose"] for row in rows} == {"123400000"}


def test_cap_and_rounding_of_a_split_dose_are_those_of_its_whole(tmp_path: Path) -> None:
    rule = "dose: 3 mg/kg\nat_most: 200 mg\nrounding: {dose: {to: 10 mg, ties: up}}\nsplit: {D0: 25 %, D1: 75 %}"
    capped = planned(tmp_path, rule, ONE.format(kg="90"))  # 270 mg, capped at 200
    assert [row["ordered_dose"] for row in capped] == ["50", "150"]
    rounded = planned(tmp_path, rule, ONE.format(kg="55"))  # 165 mg, to 170; a quarter is 42.5
    assert [row["ordered_dose"] for row in rounded] == ["42.5", "127.5"]


def test_parts_of_one_dose_take_the_first_weight(tmp_path: Path) -> None:
    weights = "subject_id,date,weight_kg\n1,2026-03-10,70\n"
    rows = planned(
        tmp_path,
        "dose: 1 mg/kg\nsplit: {D0: 50 %, D2: 50 %}",
        "subject_id,arm,start,weight_kg,weight_date\n1,active,2026-03-09,60,2026-03-08\n",
        ("weights", weights),
    )
    assert [(row["weight_kg"], row["ordered_dose"]) for row in rows] == [("60", "30"), ("60", "30")]


def test_first_dose_is_the_loading_dose_and_every_later_one_the_maintenance_dose(tmp_path: Path) -> None:
    rows = planned(tmp_path, "dose: {first: 400 mcg/kg, then: 200 mcg/kg}\nvisits: [D7, D0, D1]", ONE.format(kg="62.5"))
    assert [(row["visit"], row["ordered_dose"]) for row in rows] == [("D0", "25000"), ("D1", "12500"), ("D7", "12500")]


def test_dose_per_day_is_multiplied_with_the_days_of_its_infusion(tmp_path: Path) -> None:
    rows = planned(
        tmp_path, "dose: 10 mg/kg\ndose_is: per day\nfor: 4 days\nvisits: [D0]", ONE.format(kg="70")
    )  # 10 × 70 × 4
    assert rows[0]["ordered_dose"] == "2800"


RANGE = "dose: {from: 0.5 million cells/kg, to: 1 million cells/kg, aim: 0.75 million cells/kg}\nvisits: [D0]"


@pytest.mark.parametrize(
    ("kg", "ordered", "allowed"),
    [("70", "52500000", ["35000000", "70000000"]), ("120", "90000000", ["60000000", "100000000"])],
)
def test_range_is_that_of_the_body_and_ends_at_the_cap(
    kg: str, ordered: str, allowed: list[str], tmp_path: Path
) -> None:
    rule = f"{RANGE}\nat_most: 100 million cells"
    assert planned(tmp_path, rule, ONE.format(kg=kg))[0]["ordered_dose"] == ordered
    (worked,) = json_of(run_well("dose", tmp_path / "protocol.yaml", "--arm", "active", "--weight", kg, "--json"))[
        "doses"
    ]
    assert worked["range"] == allowed


@pytest.mark.parametrize(
    ("given", "is_inside"),
    [("35 million cells", True), ("34,999,999 cells", False), ("70 million cells", True), ("70,000,001 cells", False)],
)
def test_both_ends_of_a_range_are_inside(given: str, is_inside: bool, tmp_path: Path) -> None:  # noqa: FBT001
    planned(tmp_path, RANGE, ONE.format(kg="70"))
    options = ["--arm", "active", "--weight", "70", "--given", given, "--json"]
    (worked,) = json_of(run_well("dose", tmp_path / "protocol.yaml", *options))["doses"]
    assert worked["given"]["is_in_range"] is is_inside


LEVELS = 'levels: {"1": 1 million cells/kg, "2": 3 million cells/kg, "3": 10 million cells/kg}'
ESCALATION = f"{LEVELS}\nlevel: each subject's\nvisits: [D0, D7]"


def test_level_is_each_subjects_own(tmp_path: Path) -> None:
    subjects = "subject_id,arm,start,weight_kg,dose_level\n1,active,2026-03-09,70,1\n2,active,2026-03-09,70,3\n"
    rows = planned(tmp_path, ESCALATION, subjects)
    assert [(row["subject_id"], row["dose_level"], row["ordered_dose"]) for row in rows] == [
        ("1", "1", "70000000"),
        ("1", "1", "70000000"),
        ("2", "3", "700000000"),
        ("2", "3", "700000000"),
    ]


@pytest.mark.parametrize(
    ("day", "doses"),
    [
        ("2026-03-09", ["210000000", "210000000"]),  # from the day of the first dose on
        ("2026-03-10", ["70000000", "210000000"]),
        ("2026-03-16", ["70000000", "210000000"]),  # the second dose is on 16 March
        ("2026-03-17", ["70000000", "70000000"]),
    ],
)
def test_level_holds_from_its_day_on(day: str, doses: list[str], tmp_path: Path) -> None:
    subjects = "subject_id,arm,start,weight_kg,dose_level\n1,active,2026-03-09,70,1\n"
    levels = f"subject_id,date,level\n1,{day},2\n"
    rows = planned(tmp_path, ESCALATION, subjects, ("levels", levels))
    assert [row["ordered_dose"] for row in rows] == doses


def test_reduction_replaces_the_standard_dose_from_its_day_on(tmp_path: Path) -> None:
    rule = 'dose: 75 mg/m²\nbody_surface: Mosteller\nlevels: {"-1": 60 mg/m²}\nvisits: [D0, D7]'
    # √(180 cm × 80 kg ÷ 3,600) = 2 m²
    subjects = "subject_id,arm,start,weight_kg,height_cm\n1,active,2026-03-09,80,180\n"
    rows = planned(tmp_path, rule, subjects, ("levels", "subject_id,date,level\n1,2026-03-12,-1\n"))
    assert [(row["dose_level"], row["ordered_dose"]) for row in rows] == [
        ("", "150"),
        ("'-1", "120"),  # guarded, since a spreadsheet would run a text that begins with a minus sign
    ]


@pytest.mark.parametrize("level", ["", "4"])
def test_first_dose_without_a_level_of_the_protocol_stops(level: str, tmp_path: Path) -> None:
    text = protocol_text(regimen=ESCALATION, visits=WEEK, numbering=DAY_0)
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "subjects.csv").write_text(
        f"subject_id,arm,start,weight_kg,dose_level\n1,active,2026-03-09,70,{level}\n", encoding="utf-8"
    )
    result = run("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv")
    assert result.exit_code == 1
    assert ("[C150]" if level else "[L011]") in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("rows", "problem", "code"),
    [
        ("1,2026-03-12,4", '2:14: level: expected a level of the protocol (1, 2, 3), got "4"', "[C150]"),
        ("1,2026-03-12,2\n1,2026-03-12,3", "3:14: level: expected one level a day, got another one", "[C151]"),
        ("2,2026-03-12,2", '2:14: subject_id: expected a subject of the subjects\' table, got "2"', "[C152]"),
        ("1,12/03/2026,2", '2:3: date: expected a date such as "2026-03-09", got "12/03/2026"', "[C104]"),
    ],
)
def test_levels_table_is_read_whole_or_not_at_all(rows: str, problem: str, code: str, tmp_path: Path) -> None:
    text = protocol_text(regimen=ESCALATION, visits=WEEK, numbering=DAY_0)
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "subjects.csv").write_text(
        "subject_id,arm,start,weight_kg,dose_level\n1,active,2026-03-09,70,1\n", encoding="utf-8"
    )
    (tmp_path / "levels.csv").write_text(f"subject_id,date,level\n{rows}\n", encoding="utf-8")
    result = run("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv", "--levels", tmp_path / "levels.csv")
    assert result.exit_code == 1
    assert f"levels.csv:{problem}" in result.stderr
    assert code in result.stderr


def test_level_at_the_bench_is_one_of_the_protocol(tmp_path: Path) -> None:
    text = protocol_text(regimen=ESCALATION, visits=WEEK, numbering=DAY_0)
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    options: list[str | Path] = ["dose", tmp_path / "protocol.yaml", "--arm", "active", "--weight", "70", "--json"]
    (worked,) = json_of(run_well(*options, "--level", "2"))["doses"]
    assert (worked["dose_level"], worked["ordered_dose"]) == ("2", "210000000")
    assert "[L012]" in run(*options, "--level", "4").stderr
    assert "[L011]" in run(*options).stderr


def test_level_of_one_regimen_is_no_other_regimens(tmp_path: Path) -> None:
    text = protocol_text(regimen=ESCALATION, visits=WEEK, numbering=DAY_0)
    second = """  second:
    arms: [active]
    product: drug
    levels: {"1": 5 mg, "2": 7 mg}
    level: each subject's
    visits: [D0]
visits:"""
    (tmp_path / "protocol.yaml").write_text(text.replace("visits:\n  D0", f"{second}\n  D0"), encoding="utf-8")
    (tmp_path / "subjects.csv").write_text(
        "subject_id,arm,start,weight_kg,dose_level\n1,active,2026-03-09,70,1\n", encoding="utf-8"
    )
    (tmp_path / "levels.csv").write_text("subject_id,date,level,regimen\n1,2026-03-09,2,second\n", encoding="utf-8")
    files = [tmp_path / name for name in ("protocol.yaml", "subjects.csv")]
    rows = csv_rows_of(run_well("doses", *files, "--levels", tmp_path / "levels.csv").stdout)
    assert [(row["regimen"], row["ordered_dose"]) for row in rows] == [
        ("infusion", "70000000"),
        ("second", "7"),
        ("infusion", "70000000"),
    ]


# a floor per kg against a cap of the bag, as a label of islet cells has them: 5,000 per kg, at most 1,000,000
BAG = "dose: 5000 units/kg\nat_least: 5000 units/kg\nat_most: 1000000 units\nvisits: [D0]"


def test_floor_per_kg_below_the_cap_is_ordered(tmp_path: Path) -> None:
    assert planned(tmp_path, BAG, ONE.format(kg="200"))[0]["ordered_dose"] == "1000000"


def test_floor_per_kg_above_the_cap_stops_and_shows_both(tmp_path: Path) -> None:
    planned(tmp_path, BAG, ONE.format(kg="200"))
    (tmp_path / "subjects.csv").write_text(ONE.format(kg="210"), encoding="utf-8")
    result = run("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv")
    assert result.exit_code == 1
    assert "the floor is 1,050,000 units and the cap 1,000,000 units" in result.stderr
    assert "[L010]" in result.stderr
    at_the_bench = run("dose", tmp_path / "protocol.yaml", "--arm", "active", "--weight", "210")
    assert at_the_bench.exit_code == 1
    assert "the floor is 1,050,000 units and the cap 1,000,000 units [L010]" in at_the_bench.stderr


def test_limit_per_kg_changes_a_flat_dose(tmp_path: Path) -> None:
    rule = "dose: 150 mg\nat_most: 3 mg/kg\nvisits: [D0]"
    row = planned(tmp_path, rule, ONE.format(kg="40"))[0]
    assert (row["calculated_dose"], row["ordered_dose"], row["limited_by"]) == ("150", "120", "cap")
    assert planned(tmp_path, rule, ONE.format(kg="60"))[0]["ordered_dose"] == "150"


@pytest.mark.parametrize(
    ("rule", "value", "rounded"),
    [
        ("mode: down", "0.99", "0"),
        ("mode: up", "0.01", "1"),
        ("mode: up", "2", "2"),
        ("mode: down", "2", "2"),
        ("ties: up", "2.5", "3"),
        ("ties: down", "2.5", "2"),
        ("ties: even", "2.5", "2"),
        ("ties: even", "3.5", "4"),
        ("ties: down", "2.51", "3"),
        ("ties: up", "2.49", "2"),
    ],
)
def test_dose_is_rounded_the_way_that_the_protocol_says(rule: str, value: str, rounded: str, tmp_path: Path) -> None:
    regimen = f"dose: {value} mg\nrounding: {{dose: {{to: 1 mg, {rule}}}}}\nvisits: [D0]"
    assert planned(tmp_path, regimen, ONE.format(kg="70"))[0]["ordered_dose"] == rounded


@pytest.mark.parametrize(
    ("tolerance", "given", "is_tolerated"),
    [
        ("±10 % of the ordered dose", "110 mg", True),
        ("±10 % of the ordered dose", "110.01 mg", False),
        ("±10 % of the ordered dose", "90 mg", True),
        ("less than ±10 % of the ordered dose", "110 mg", False),
        ("less than ±10 % of the ordered dose", "109.99 mg", True),
        ("±10 % of the given dose", "110 mg", True),  # 10 of 110 is 9.1 %
        ("±9 % of the given dose", "110 mg", False),
        ("±10 % of the given dose", "90 mg", False),  # 10 of 90 is 11.1 %
        ("±20 mg", "80 mg", True),
        ("±20 mg", "79.9 mg", False),
    ],
)
def test_tolerance_has_its_base_and_its_limit(
    tolerance: str,
    given: str,
    is_tolerated: bool,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    text = protocol_text(regimen=f"dose: 100 mg\ntolerance: {tolerance}", numbering=DAY_0, visits="D0: {}")
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    options = ["--arm", "active", "--given", given, "--json"]
    (worked,) = json_of(run_well("dose", tmp_path / "protocol.yaml", *options))["doses"]
    assert worked["given"]["is_tolerated"] is is_tolerated


def test_deviation_is_said_of_both_bases(tmp_path: Path) -> None:
    text = protocol_text(regimen="dose: 100 mg", numbering=DAY_0, visits="D0: {}")
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    result = run_well("dose", tmp_path / "protocol.yaml", "--arm", "active", "--given", "110 mg")
    assert "+10 % of the ordered dose, ≈ +9.09 % of the given" in result.stdout


def test_given_dose_in_another_unit_is_refused(tmp_path: Path) -> None:
    text = protocol_text(regimen="dose: 100 mg", numbering=DAY_0, visits="D0: {}")
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    result = run("dose", tmp_path / "protocol.yaml", "--arm", "active", "--given", "0.1 g")
    assert (result.exit_code, "[L013]" in result.stderr) == (1, True)


@pytest.mark.parametrize(("which", "options"), [("predicted", []), ("ideal", ["--age", "40"])])
def test_weight_of_a_height_asks_for_none_on_the_scale(which: str, options: list[str], tmp_path: Path) -> None:
    formula = "ideal: Devine, " if which == "ideal" else ""
    rule = f"dose: 10 mg/kg\nweight: {{which: {which}, {formula}each_dose: none stated}}"
    text = protocol_text(regimen=rule, numbering=DAY_0, visits="D0: {}")
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    body = ["--arm", "active", "--height", "175", "--sex", "M", *options, "--json"]
    (worked,) = json_of(run_well("dose", tmp_path / "protocol.yaml", *body))["doses"]
    # predicted: 50 + 0.91 × (175 − 152.4) = 70.566; ideal: 50 + 2.3 × (175 ÷ 2.54 − 60) = 70.464566929134
    assert worked["ordered_dose"] == {"predicted": "705.66", "ideal": "704.645669291338582677"}[which]
    assert worked["weight_kg"] is None
    # a weight that is in the table takes no part, whatever there is to be said of it
    head = "subject_id,arm,start,weight_kg,weight_method,height_cm,sex,birth_date\n"
    (tmp_path / "subjects.csv").write_text(f"{head}1,active,2026-03-09,92,estimated,175,M,1986-03-09\n")
    (row,) = csv_rows_of(run_well("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv").stdout)
    assert (row["weight_kg"], row["ordered_dose"]) == ("", worked["ordered_dose"])
    assert "estimated" not in row["notes"]
    assert "the weight on the scale is not used" in row["notes"]


def test_body_surface_without_a_formula_is_the_recorded_one(tmp_path: Path) -> None:
    rule = "dose: 75 mg/m²\nbody_surface: none stated"
    text = protocol_text(regimen=rule, numbering=DAY_0, visits="D0: {}")
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    head = "subject_id,arm,start,body_surface_m2\n"
    (tmp_path / "subjects.csv").write_text(f"{head}1,active,2026-03-09,1.82\n")
    (row,) = csv_rows_of(run_well("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv").stdout)
    assert row["ordered_dose"] == "136.5"  # 75 × 1.82
    assert "body surface 1.82 m² (as recorded, formula none stated)" in row["notes"]
    assert "formula of the body surface" in row["notes"].partition("none stated: ")[2]
    (tmp_path / "subjects.csv").write_text(f"{head}1,active,2026-03-09,\n")
    result = run("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv")
    assert "body_surface_m2: expected what the first dose's formula needs" in result.stderr
    assert "[L008]" in result.stderr
    for bad in ('"1,82"', "0.049"):  # no body has as little as that
        (tmp_path / "subjects.csv").write_text(f"{head}1,active,2026-03-09,{bad}\n")
        assert "[C116]" in run("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv").stderr


def test_part_says_its_whole_in_the_table(tmp_path: Path) -> None:
    rows = planned(tmp_path, "dose: 2 million cells/kg\nsplit: {D0: 10 %, D1: 90 %}", ONE.format(kg="61.7"))
    assert "part: 10 % of 123,400,000 cells" in rows[0]["notes"]


def test_rate_cap_says_the_dose_without_it(tmp_path: Path) -> None:
    text = protocol_text(
        regimen="dose: AUC 5 by Calvert\n"
        "gfr: {from: estimated, weight: actual, formula: Cockcroft-Gault, cap: 125 mL/min}",
        numbering=DAY_0,
        visits="D0: {}",
    )
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    head = "subject_id,arm,start,weight_kg,sex,birth_date,creatinine_mg_dl\n"
    # (140 − 40) × 108 ÷ (72 × 1) = 150 mL/min; 5 × (150 + 25) = 875, capped 5 × (125 + 25) = 750
    (tmp_path / "subjects.csv").write_text(f"{head}1,active,2026-03-09,108,M,1986-03-09,1\n")
    (row,) = csv_rows_of(run_well("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv").stdout)
    assert row["ordered_dose"] == "750"
    assert "filtration rate 150 mL per min, capped: 875 mg without the cap" in row["notes"]
