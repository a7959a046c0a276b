"""The visits and doses of a schedule as tables: the columns of the contract and what stands in them."""

from __future__ import annotations

import pytest

from dosecal.report.tables.schedule import assessments_table, doses_table, visits_table
from dosecal.report.tables.table import Table
from tests.example_protocols import protocol_text
from tests.planning.planned import NO_WEIGHTS, schedule_of
from tests.properties.cases import rows_of

# The contract, as the documentation prints it.
VISIT_COLUMNS = (
    "study, protocol_version, protocol_sha256, subject_id, site, arm, visit, visit_label, epoch, study_day, "
    "offset_days, anchor, anchor_date, target_date, weekday, window_start, window_end, planned_date, closed_day, "
    "actual_date, status, deviation_days, doses, assessments, notes"
)
DOSE_COLUMNS = (
    "study, protocol_version, protocol_sha256, subject_id, site, arm, regimen, dose_number, visit, study_day, "
    "planned_date, dose_rule, weight_kg, weight_date, calculated_dose, ordered_dose, unit, limited_by, product, "
    "volume_ml, containers, notes, dose_level, weekday, closed_day"
)

PROTOCOL = protocol_text(
    regimen="label: study infusion\ndose: 2 mg/kg\nat_most: 200 mg\nrounding: none\nvisits: [D1, D8]\n"
    "weight: {which: actual, not_older_than: 5 days, each_dose: weigh again}",
    visits="pre: {label: Baseline, day: D1, before: infusion}\nD1: {arms: [active], window: ±0 days}\n"
    "D8: {window: -1 to +2 days, epoch: treatment}\nscreening: {window: D-7 to D-1}",
    more="assessments:\n  ct: {label: CT, visits: [pre, D8]}\n  events: {label: Events, arms: [active], visits: [D8]}\n"
    "eligibility: {age: 18 to 65 years}\n",
)
HEADER = "subject_id,arm,start,weight_kg,weight_date,birth_date,site\n"
SUBJECTS = (
    f"{HEADER}007,active,2026-03-09,110.5,2026-03-08,1990-01-01,NA\n"
    "NA,control,2026-03-10,,,2010-03-10,\n"
    '"x,y",active,2026-03-11,70,2026-03-11,,B\n'
)
WEIGHTS = f"{NO_WEIGHTS}007,2026-03-15,90.25\n"


@pytest.fixture
def visits() -> list[dict[str, str]]:
    return rows_of(visits_table(schedule_of(PROTOCOL, SUBJECTS, WEIGHTS)))


@pytest.fixture
def doses() -> list[dict[str, str]]:
    return rows_of(doses_table(schedule_of(PROTOCOL, SUBJECTS, WEIGHTS)))


def test_columns_are_those_of_the_contract_in_its_order() -> None:
    schedule = schedule_of(PROTOCOL, SUBJECTS, WEIGHTS)
    assert ", ".join(visits_table(schedule).header) == VISIT_COLUMNS
    assert ", ".join(doses_table(schedule).header) == DOSE_COLUMNS
    long = VISIT_COLUMNS.replace(", assessments", ", assessment")
    assert ", ".join(assessments_table(schedule).header) == long


def test_every_row_carries_study_version_and_digest(visits: list[dict[str, str]], doses: list[dict[str, str]]) -> None:
    digest = schedule_of(PROTOCOL, SUBJECTS).protocol.sha256[:12]
    for row in (*visits, *doses):
        assert (row["study"], row["protocol_version"], row["protocol_sha256"]) == ("TEST-1", "1.0", digest)


def test_visit_row_says_everything_of_a_visit(visits: list[dict[str, str]]) -> None:
    # 16 March 2026 is a Monday, a week after the 9th; the window is 15 to 18 March
    row = next(one for one in visits if (one["subject_id"], one["visit"]) == ("007", "D8"))
    assert {name: text for name, text in row.items() if text} == {
        "study": "TEST-1",
        "protocol_version": "1.0",
        "protocol_sha256": row["protocol_sha256"],
        "subject_id": "007",
        "site": "NA",
        "arm": "active",
        "visit": "D8",
        "visit_label": "Day 8",
        "epoch": "treatment",
        "study_day": "D8",
        "offset_days": "7",
        "anchor": "start",
        "anchor_date": "2026-03-09",
        "target_date": "2026-03-16",
        "weekday": "Monday",
        "window_start": "2026-03-15",
        "window_end": "2026-03-18",
        "planned_date": "2026-03-16",
        "doses": "infusion",
        "assessments": "ct; events",
    }


def test_subjects_stand_in_input_order_and_visits_by_date(visits: list[dict[str, str]]) -> None:
    order = ["screening", "pre", "D1", "D8"]
    assert [(row["subject_id"], row["visit"]) for row in visits] == [
        *(("007", visit) for visit in order),
        *(("NA", visit) for visit in order if visit != "D1"),
        *(("x,y", visit) for visit in order),
    ]


def test_range_has_no_target_and_says_so(visits: list[dict[str, str]]) -> None:
    row = visits[0]
    assert row["visit"] == "screening"
    assert (row["target_date"], row["weekday"], row["planned_date"], row["offset_days"]) == ("", "", "", "")
    assert (row["window_start"], row["window_end"], row["study_day"]) == ("2026-03-02", "2026-03-08", "D-7 to D-1")
    assert row["notes"] == "no target date, a window alone"


def test_assessments_of_another_arm_are_left_out(visits: list[dict[str, str]]) -> None:
    row = next(one for one in visits if (one["subject_id"], one["visit"]) == ("NA", "D8"))
    assert (row["assessments"], row["doses"]) == ("ct", "")


def test_age_outside_the_range_is_noted_on_every_row_of_the_subject(visits: list[dict[str, str]]) -> None:
    # born on 10 March 2010, sixteen years old on the start
    noted = [row for row in visits if "age" in row["notes"]]
    assert {row["subject_id"] for row in noted} == {"NA"}
    assert len(noted) == 3
    for row in noted:
        assert row["notes"].endswith("age 16 on 2026-03-10 is outside the protocol's 18 to 65 years")


def test_long_table_has_a_row_an_assessment_and_keeps_visits_without_any() -> None:
    rows = rows_of(assessments_table(schedule_of(PROTOCOL, SUBJECTS, WEIGHTS)))
    assert [(row["visit"], row["assessment"]) for row in rows if row["subject_id"] == "007"] == [
        ("screening", ""),
        ("pre", "ct"),
        ("D1", ""),
        ("D8", "ct"),
        ("D8", "events"),
    ]
    last = rows[4]
    assert (last["target_date"], last["window_end"], last["doses"]) == ("2026-03-16", "2026-03-18", "infusion")


def test_dose_row_says_everything_of_a_dose(doses: list[dict[str, str]]) -> None:
    # 2 mg/kg × 110.5 kg = 221 mg, above the cap of 200 mg
    assert {name: text for name, text in doses[0].items() if text} == {
        "study": "TEST-1",
        "protocol_version": "1.0",
        "protocol_sha256": doses[0]["protocol_sha256"],
        "subject_id": "007",
        "site": "NA",
        "arm": "active",
        "regimen": "infusion",
        "dose_number": "1",
        "visit": "D1",
        "study_day": "D1",
        "planned_date": "2026-03-09",
        "dose_rule": "2 mg per kg, at most 200 mg",
        "weight_kg": "110.5",
        "weight_date": "2026-03-08",
        "calculated_dose": "221",
        "ordered_dose": "200",
        "unit": "mg",
        "limited_by": "cap",
        "product": "drug",
        "notes": "cap applied: 221 mg calculated; none stated: concentration, infusion rate",
        "weekday": "Monday",
    }


def test_later_weight_changes_the_later_dose_alone(doses: list[dict[str, str]]) -> None:
    # 2 mg/kg × 90.25 kg = 180.5 mg
    second = doses[1]
    assert (second["dose_number"], second["planned_date"], second["weight_kg"]) == ("2", "2026-03-16", "90.25")
    assert (second["ordered_dose"], second["limited_by"]) == ("180.5", "")


def test_dose_to_be_determined_has_empty_cells_and_a_note(doses: list[dict[str, str]]) -> None:
    last = doses[-1]
    assert (last["subject_id"], last["dose_number"], last["planned_date"]) == ("x,y", "2", "2026-03-18")
    assert [last[name] for name in ("weight_kg", "weight_date", "calculated_dose", "ordered_dose", "unit")] == [""] * 5
    assert last["notes"].startswith("to be determined: the weight is too old, weigh again; ")


def test_weight_without_a_date_is_noted() -> None:
    text = protocol_text(regimen="dose: 1 mg/kg")
    (row,) = rows_of(doses_table(schedule_of(text, "subject_id,arm,start,weight_kg\n1,active,2026-03-09,70\n")))
    assert (row["weight_kg"], row["weight_date"]) == ("70", "")
    assert row["notes"].startswith("the weight has no date; ")


def test_unknown_anchor_is_noted_on_visits_and_doses() -> None:
    text = """\
study: T
version: "1"
title: t
source: s
day_numbering: day 0
anchors: {start: {}, relapse: {date: may be empty}}
arms: {active: {label: Active}}
products: {drug: {label: drug}}
regimens: {r: {product: drug, dose: 5 mg/kg, visits: [again]}}
visits: {D0: {}, again: {days: 1, anchor: relapse}}
"""
    schedule = schedule_of(text, "subject_id,arm,start,relapse,weight_kg\n1,active,2026-03-09,,70\n")
    visit, (dose,) = rows_of(visits_table(schedule))[1], rows_of(doses_table(schedule))
    assert (visit["anchor"], visit["anchor_date"], visit["target_date"]) == ("relapse", "", "")
    for row in (visit, dose):
        assert "to be determined: the anchor's date is not known yet" in row["notes"]
    assert (dose["planned_date"], dose["ordered_dose"]) == ("", "")


@pytest.mark.parametrize("make", [visits_table, assessments_table, doses_table])
def test_cohort_of_nobody_gives_a_table_with_all_columns(make: object) -> None:
    table = make(schedule_of(PROTOCOL, HEADER))  # type: ignore[operator]
    assert isinstance(table, Table)
    assert table.rows == 0
    assert len(table.header) == 25
    assert rows_of(table) == []


def test_protocol_without_doses_has_an_empty_table_of_them() -> None:
    schedule = schedule_of(protocol_text(visits="D1: {}"), "subject_id,arm,start\n1,active,2026-03-09\n")
    assert rows_of(doses_table(schedule)) == []
    assert len(rows_of(visits_table(schedule))) == 1
