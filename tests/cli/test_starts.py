"""Start dates where visits and doses depend on facts of the subject. 2 March 2026 is a Monday."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, json_of, run, run_well
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

SITES = "sites:\n  here: {country: none stated, weekend: [Saturday, Sunday]}\n"
VISITS = "D1: {}\nD6: {if: sex is F and age is under 50}\nD7: {if: stage is late}\nD8: {if: D1 missed}"
STAGES = "facts:\n  stage: {values: [early, late]}\n  ecog: {is: a number}\n"
MONDAY = ("--from", "2026-03-02", "--to", "2026-03-02")


def files(folder: Path, **more: str) -> tuple[Path, str, Path]:
    (folder / "sites.yaml").write_text(SITES, encoding="utf-8")
    text = protocol_text(visits=more.pop("visits", VISITS), more=STAGES, **more)
    (folder / "protocol.yaml").write_text(text, encoding="utf-8")
    return folder / "protocol.yaml", "--sites", folder / "sites.yaml"


@pytest.mark.parametrize(
    ("facts", "broken"),
    [
        # of a start on Monday, day 6 is Saturday 7 March and day 7 Sunday 8 March
        ((), {"D6", "D7"}),
        (("sex=F", "age=49", "stage=late"), {"D6", "D7"}),
        (("sex=F", "age=50", "stage=late"), {"D7"}),
        (("sex=M",), {"D7"}),
        (("stage=early",), {"D6"}),
        (("sex=M", "stage=early"), set()),
        (("age=51", "stage=early"), set()),
    ],
)
def test_visits_that_the_subject_does_not_have_break_no_start(
    facts: tuple[str, ...], broken: set[str], tmp_path: Path
) -> None:
    options = [part for fact in facts for part in ("--fact", fact)]
    whole = json_of(run_well("starts", *files(tmp_path), *MONDAY, "--format", "json", *options))
    (start,) = whole["starts"]
    assert {one["visit"] for one in start["breaks"]} == broken
    assert whole["facts"] == list(facts)


def test_visits_with_open_conditions_are_named_with_what_they_depend_on(tmp_path: Path) -> None:
    options = ("--fact", "sex=F", "--fact", "stage=late", "--format", "csv")
    result = run_well("starts", *files(tmp_path), *MONDAY, *options)
    # the visit on Monday 9 March breaks nothing, and is named with the others
    said = "D6 (only if sex is F and age is under 50); D8 (only if D1 missed)"
    assert f"judged as if the subject had them, since their conditions are not known: {said}\n" in result.stderr
    (row,) = csv_rows_of(result.stdout)
    assert "D6 (only if sex is F and age is under 50) on Sat 2026-03-07" in row["breaks"]
    assert "D7 on Sun 2026-03-08" in row["breaks"]


def test_dose_that_the_subject_does_not_have_breaks_no_start(tmp_path: Path) -> None:
    regimen = "dose: 30 mg\nvisits: [D1, D6]\nif: ecog is at most 1"
    arguments = files(tmp_path, visits="D1: {}\nD6: {window: ±2 days, closed_day: nearest}", regimen=regimen)
    found = []
    for facts in ((), ("--fact", "ecog=2"), ("--fact", "ecog=1")):
        options = ("--arm", "active", "--format", "csv", *facts)
        (row,) = csv_rows_of(run_well("starts", *arguments, *MONDAY, *options).stdout)
        found.append((row["verdict"], row["doses_on_closed_days"], row["moves"]))
    # Friday 6 March is the nearest open day where the visit has no dose
    moved = "D6 from Sat 2026-03-07 to Fri 2026-03-06: closed: Saturday"
    assert found == [("breaks", "1", ""), ("fits inside windows", "0", moved), ("breaks", "1", "")]


def test_visit_without_its_conditional_dose_is_planned_on_an_open_day(tmp_path: Path) -> None:
    regimen = "dose: 30 mg\nvisits: [D1, D6]\nif: ecog is at most 1"
    protocol, option, sites = files(
        tmp_path, visits="D1: {}\nD6: {window: ±2 days, closed_day: nearest}", regimen=regimen
    )
    table = tmp_path / "subjects.csv"
    rows = "1,active,2026-03-02,here,1\n2,active,2026-03-02,here,2\n3,active,2026-03-02,here,\n"
    table.write_text(f"subject_id,arm,start,site,ecog\n{rows}", encoding="utf-8")
    planned = csv_rows_of(run_well("visits", protocol, table, option, sites).stdout)
    assert [row["planned_date"] for row in planned if row["visit"] == "D6"] == [
        "2026-03-07",
        "2026-03-06",
        "2026-03-07",
    ]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (("sex=female",), "expected sex=F or sex=M"),
        (("stage=2",), "expected stage=early or stage=late"),
        (("age=49.5",), 'expected completed years such as "age=49"'),
        (("age=old",), "--fact"),
        (
            ("weight=70",),
            "expected one of the facts that the protocol's conditions ask for (sex, age, stage), each once",
        ),
        (("site=here",), "expected one of the facts"),
        (("sex=F", "sex=M"), "(age, stage), each once"),
        (("sex",), "expected sex=F or sex=M"),
    ],
)
def test_fact_is_one_of_the_protocol_with_one_of_its_values(facts: tuple[str, ...], said: str, tmp_path: Path) -> None:
    options = [part for fact in facts for part in ("--fact", fact)]
    result = run("starts", *files(tmp_path), *MONDAY, *options)
    assert (result.exit_code, result.stderr.strip()[-6:], said in result.stderr) == (1, "[L068]", True)


def test_no_fact_is_asked_for_where_the_protocol_has_no_condition(tmp_path: Path) -> None:
    result = run("starts", *files(tmp_path, visits="D1: {}"), *MONDAY, "--fact", "sex=F")
    assert (result.exit_code, "expected no further fact" in result.stderr) == (1, True)


def test_visit_that_precedes_a_dose_of_its_day_stays_on_a_closed_day(tmp_path: Path) -> None:
    regimen = "dose: 30 mg\nvisits: [D1, D6]\nif: ecog is at most 1"
    visits = "D1: {}\nD6: {}\nbase: {day: D6, before: infusion, window: ±2 days, closed_day: nearest}"
    arguments = files(tmp_path, visits=visits, regimen=regimen)
    options = ("--arm", "active", "--format", "csv", "--fact", "ecog=1")
    (row,) = csv_rows_of(run_well("starts", *arguments, *MONDAY, *options).stdout)
    assert (row["doses_on_closed_days"], row["visits_without_open_day"], row["moves"]) == ("1", "1", "")


def test_arm_without_the_regimen_has_no_dose_on_a_closed_day(tmp_path: Path) -> None:
    regimen = "dose: 30 mg\nvisits: [D1, D6]\nif: ecog is at most 1"
    arguments = files(tmp_path, visits="D1: {}\nD6: {}", regimen=regimen)
    options = ("--arm", "control", "--format", "csv", "--fact", "ecog=1")
    (row,) = csv_rows_of(run_well("starts", *arguments, *MONDAY, *options).stdout)
    assert (row["doses_on_closed_days"], row["visits_without_open_day"]) == ("0", "1")
