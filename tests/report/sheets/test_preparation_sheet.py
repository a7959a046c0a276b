"""The preparation worksheet: what stands on it, each number worked by hand."""

from __future__ import annotations

import pytest

from dosecal.report.sheets.preparation_sheet import preparation_sheet
from dosecal.report.sheets.sheet import Blank, Fact, Grid, Note, NumberedStep, Section, Sheet, Signature
from tests.example_protocols import protocol_text
from tests.report.given_doses import given_from_lots, given_of

PER_KG = """\
dose: 2 mg/kg
at_most: 200 mg
at_least: 50 mg
weight: {which: actual, measured: not required, each_dose: weigh again, ask_from: 5 %}
rounding: {dose: {to: 5 mg, ties: up}}
visits: [D1, D8]
"""
VISITS = "D1: {}\nD8: {}"


def sheet_of(regimen: str, row: str, weights: str = "subject_id,date,weight_kg\n", *, dose: int = 0) -> Sheet:
    given = given_of(protocol_text(regimen=regimen, visits=VISITS), row, weights)
    return preparation_sheet(given[dose])


def section_of(sheet: Sheet, name: str) -> Section:
    return next(section for section in sheet.sections if section.id == name)


def facts_of(sheet: Sheet, name: str) -> dict[str, str]:
    return {line.id: line.text for line in section_of(sheet, name).lines if isinstance(line, Fact)}


def steps_of(sheet: Sheet) -> list[tuple[str, str, str]]:
    lines = section_of(sheet, "calculation").lines
    return [(line.name, line.working, line.outcome) for line in lines if isinstance(line, NumberedStep)]


def rows_of(sheet: Sheet, name: str) -> list[tuple[str, ...]]:
    return [row for line in section_of(sheet, name).lines if isinstance(line, Grid) for row in line.rows]


def warnings_of(sheet: Sheet, name: str) -> list[str]:
    return [line.text for line in section_of(sheet, name).lines if isinstance(line, Note) and line.is_warning]


def test_header_carries_study_subject_visit_and_which_dose_of_how_many() -> None:
    sheet = sheet_of(PER_KG, "007,active,2026-03-02,71.25,2026-03-01,measured,,,,S9", dose=1)
    assert (sheet.marks.study, sheet.marks.protocol_version, sheet.marks.subject) == ("TEST-1", "1.0", "007")
    assert sheet.marks.made_by == "made by dosecal 9.9.9, as of 2026-11-25"
    assert facts_of(sheet, "subject") == {
        "subject": "007",
        "dose": "2 of 2",
        "site": "S9",
        "visit": "D8, Day 8",
        "arm": "Active",
        "planned_date": "Monday 9 March 2026",
    }


def test_order_is_said_in_digits_words_and_power() -> None:
    sheet = sheet_of("dose: 1 million cells/kg", "a,active,2026-03-02,70.25,2026-03-01,measured,,,,")
    order = facts_of(sheet, "order")
    assert order["ordered_dose"] == "70,250,000 cells (70.25 million; 7.025 × 10⁷)"
    assert order["dose_rule"] == "1,000,000 cells per kg (1 million; 1 × 10⁶)"
    (main,) = (line for line in section_of(sheet, "order").lines if isinstance(line, Fact) and line.is_main)
    assert (main.value, main.unit) == ("70250000", "cells")


def test_weight_has_its_age_and_its_change_since_the_dose_before() -> None:
    # 75 kg on 8 March is one day old on 9 March; from 71.25 kg it is +3.75 kg, 3.75 ÷ 71.25 = 5.263 %
    row = "a,active,2026-03-02,71.25,2026-03-01,measured,,,,"
    sheet = sheet_of(PER_KG, row, "subject_id,date,weight_kg,method\na,2026-03-08,75,stated\n", dose=1)
    weight = facts_of(sheet, "weight")
    assert (weight["weight"], weight["weight_date"], weight["weight_method"]) == (
        *("75 kg", "Sunday 8 March 2026", "stated"),
    )
    assert weight["weight_age"] == "1 day on the day of the dose"
    assert weight["weight_change"] == "+3.75 kg, ≈ +5.26 % from 71.25 kg (dose before, Sunday 1 March 2026)"
    assert weight["weight_rule"] == "actual weight; each dose: weigh again; a change at or above 5 % asks for review"
    assert warnings_of(sheet, "weight") == [
        "the weight was stated, not measured",
        "weight changed by ≈ +5.3 % since the dosing weight of 71.25 kg, at or above 5 %: ask for review",
    ]


def test_weight_without_a_date_has_no_age() -> None:
    weight = facts_of(sheet_of(PER_KG, "a,active,2026-03-02,71.25,,,,,,"), "weight")
    assert (weight["weight_date"], weight["weight_method"]) == ("not given", "not given")
    assert weight["weight_age"] == "not known: the weight has no date"
    assert weight["weight_change"] == "first dose"


def test_flat_dose_says_that_weight_is_not_used() -> None:
    sheet = sheet_of("dose: 30 mg", "a,active,2026-03-02,,,,,,,")
    assert facts_of(sheet, "weight") == {"weight": "flat dose: weight is not used"}


@pytest.mark.parametrize(
    ("kilograms", "cap", "floor"),
    [
        # 2 mg per kg: 208.6 mg, 40 mg, 200 mg, 142.5 mg
        ("104.3", "8.6 mg over: the cap is given", "158.6 mg above"),
        ("20", "160 mg below", "10 mg under: the floor is given"),
        ("100", "exactly at the limit", "150 mg above"),
        ("71.25", "57.5 mg below", "92.5 mg above"),
    ],
)
def test_limits_say_what_was_reached_and_by_how_much(kilograms: str, cap: str, floor: str) -> None:
    rows = rows_of(sheet_of(PER_KG, f"a,active,2026-03-02,{kilograms},2026-03-01,measured,,,,"), "limits")
    assert [(row[0], row[1], row[3]) for row in rows] == [
        ("cap", "at most 200 mg", cap),
        ("floor", "at least 50 mg", floor),
    ]


def test_limit_that_is_not_stated_is_said_to_be_so() -> None:
    sheet = sheet_of("dose: 2 mg/kg", "a,active,2026-03-02,70,2026-03-01,measured,,,,")
    assert facts_of(sheet, "limits") == {"cap": "no cap stated by the protocol"}
    assert rows_of(sheet, "limits") == []
    assert "infusion rate" in facts_of(sheet, "open")["unstated"]


def test_rounding_of_the_dose_has_its_deviation() -> None:
    # 2 × 71.25 = 142.5, a tie, up to 145: 2.5 ÷ 142.5 = 1.754 %
    rounding = facts_of(sheet_of(PER_KG, "a,active,2026-03-02,71.25,2026-03-01,measured,,,,"), "rounding")
    assert rounding == {
        "rounding": "to 5 mg, ties up",
        "dose_deviation": "≈ +1.75 %",
        "volume_rounding": "none stated: measured to 0.01 mL below 1 mL and to 0.1 mL from 1 mL on, ties up",
    }


def test_three_people_sign_and_nothing_is_filled_in_for_them() -> None:
    sheet = sheet_of(PER_KG, "a,active,2026-03-02,70,2026-03-01,measured,,,,")
    lines = section_of(sheet, "signatures").lines
    assert [line.role for line in lines if isinstance(line, Signature)] == [
        *("prepared by", "independently checked by", "released by"),
    ]


def test_without_lots_and_strength_the_label_and_the_volume_are_written_by_hand() -> None:
    sheet = sheet_of("dose: 1 million cells/kg", "a,active,2026-03-02,70,2026-03-01,measured,,,,")
    blanks = [line.id for section in sheet.sections for line in section.lines if isinstance(line, Blank)]
    assert blanks == ["lot", "expires", "volume"]


def test_age_outside_the_protocols_range_is_a_warning() -> None:
    text = protocol_text(regimen="dose: 30 mg") + "eligibility: {age: 18 to 65 years}\n"
    (given,) = given_of(text, "a,active,2026-03-02,,,,,,2010-03-02,")
    assert warnings_of(preparation_sheet(given), "order") == [
        "age 16 on 2026-03-02 is outside the protocol's 18 to 65 years"
    ]


def test_calculation_from_two_lots_is_worked_step_by_step() -> None:
    # A: 40 million ÷ 4 mL = 10 million per mL, 80 % of them viable: 8 million per mL, 32 million a vial, two vials.
    # B: 12.5 million per mL × 90 % = 11.25 million per mL. 70.25 − 64 = 6.25 million; ÷ 11.25 million = 5/9 mL.
    # 64 million + 0.56 × 11.25 million = 70.3 million. 100 − 8.56 = 91.44 mL.
    steps = steps_of(preparation_sheet(given_from_lots("007")[0]))
    for step in (
        ("calculated dose", "1,000,000 viable cells per kg × 70.25 kg", "= 70,250,000 viable cells"),
        ("label strength, lot A", "40,000,000 cells ÷ 4 mL", "= 10,000,000 cells per mL"),
        ("label strength, lot B", "50,000,000 cells ÷ 4 mL", "= 12,500,000 cells per mL"),
        ("exact volume, lot A", "64,000,000 viable cells ÷ 8,000,000 viable cells per mL", "= 8 mL"),
        (
            "exact volume, lot B",
            "6,250,000 viable cells ÷ 11,250,000 viable cells per mL",
            "≈ 0.5556 mL (exactly 5/9 mL)",
        ),
        ("measured volume, lot B", "to 0.01 mL, ties up", "= 0.56 mL"),
        ("measured volume in all", "8 mL + 0.56 mL", "= 8.56 mL"),
        ("concentration", "70,300,000 viable cells ÷ 100 mL", "= 703,000 viable cells per mL"),
    ):
        assert step in steps


def test_what_is_drawn_opened_left_and_infused_stands_once() -> None:
    # 64 + 45 − 70.3 = 38.7 million, in 4 − 0.56 mL; 100 mL in 60 min are 100 mL an hour
    sheet = preparation_sheet(given_from_lots("007")[0])
    give = facts_of(sheet, "give")
    assert {name: give[name] for name in ("containers", "volume", "left_over", "diluent", "total_volume", "rate")} == {
        "containers": "3 vials",
        "volume": "8.56 mL",
        "left_over": "38,700,000 viable cells (38.7 million; 3.87 × 10⁷) in 3.44 mL",
        "diluent": "91.44 mL",
        "total_volume": "100 mL",
        "rate": "100 mL/h",
    }
    assert give["duration"] == "60 min"
    texts: list[str] = [line.text for section in sheet.sections for line in section.lines if isinstance(line, Fact)]
    texts += [f"{name} {working} {outcome}" for name, working, outcome in steps_of(sheet)]
    assert sum("mL/h" in text for text in texts) == 1
    rounding = facts_of(sheet, "rounding")
    # 50,000 ÷ 70,250,000 = 0.0712 %
    assert rounding["delivered_dose"] == "70,300,000 viable cells (70.3 million; 7.03 × 10⁷)"
    assert rounding["delivered_deviation"] == "≈ +0.07 % of the ordered dose"


def test_product_block_has_the_labels_and_what_is_taken_from_each_lot() -> None:
    rows = rows_of(preparation_sheet(given_from_lots("007")[0]), "product")
    assert rows == [
        ("A", "40,000,000 cells (total cells, at thaw)", "4 mL", "80 %, trypan blue", "30 June 2026"),
        ("B", "50,000,000 cells (total cells, at thaw)", "4 mL", "90 %, trypan blue", "31 January 2027"),
        ("A", "A1, A2", "8 mL", "64,000,000 viable cells"),
        ("B", "B1", "0.56 mL", "6,300,000 viable cells"),
    ]


def test_limits_of_the_product_have_a_verdict_and_a_margin() -> None:
    # 100 mL ÷ 70.25 kg = 1.42349 mL per kg; 8.56 mL × 10 % × 1.10 g ÷ 70.25 kg = 0.013404 g per kg
    rows = {row[0]: row[1:] for row in rows_of(preparation_sheet(given_from_lots("007")[0]), "limits")}
    assert rows["cap"] == (
        *("at most 100,000,000 viable cells", "70,250,000 viable cells", "29,750,000 viable cells below"),
    )
    assert rows["volume"] == ("at most 10 mL per kg", "≈ 1.423 mL per kg", "kept, by ≈ 8.577 mL per kg")
    assert rows["DMSO"][2] == "kept, by ≈ 0.9866 g per kg per day"


def test_dose_that_the_lots_do_not_cover_says_what_is_missing() -> None:
    # A1, A2 and B1 went to the dose of 1 June, B2 and B3 to the subject whose dose is on 5 June
    sheet = preparation_sheet(given_from_lots("007")[1])
    (warning,) = warnings_of(sheet, "product")
    assert warning.startswith("The lots at hand do not cover this dose: 66,100,000 viable cells")


def test_limit_that_is_not_kept_is_a_warning_by_name() -> None:
    lots = (
        "product,lot,container,content,unit,counts,volume_ml,viability_percent,expires\n"
        "msc,A,A1,400000000,cells,total cells,8000,80,2026-06-30\n"
    )
    # 0.05 million per mL × 80 % = 0.04 million; 70.25 ÷ 0.04 = 1,756.25 mL; × 10 % × 1.10 g ÷ 70.25 kg = 2.75 g per kg
    sheet = preparation_sheet(given_from_lots("007", lots=lots)[0])
    rows = {row[0]: row[3] for row in rows_of(sheet, "limits")}
    assert rows["DMSO"] == "NOT KEPT, by 1.75 g per kg per day, 2.75 times"
    assert any(text.startswith("NOT KEPT: DMSO, at most 1 g per kg per day") for text in warnings_of(sheet, "limits"))
