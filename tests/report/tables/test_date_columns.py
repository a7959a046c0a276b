"""What a row says of how its date is known, and the columns that some protocols alone have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from dosecal.report.calendars.activities import COUNTED_FROM, STUDY_DAY, VISIT, schedule_of_activities
from dosecal.report.tables.schedule import assessments_table, doses_table, visits_table
from dosecal.report.tables.schemas import column_names
from tests.command_line import run_well
from tests.example_protocols import MONTH_END, protocol_of, protocol_text
from tests.planning.chained import schedule_after

if TYPE_CHECKING:
    from pathlib import Path

    from dosecal.report.tables.table import Table

CHAIN = """\
D1: {window: none stated}
dose_2: {weeks: 4, after: D1, counted_from: actual, window: ±2 days, wider: ±7 days, at_least: 21 days after D1}
call: {days: 7, after: dose_2, counted_from: actual, window: ±4 hours, contact: phone}
month_6: {months: 6, window: ±14 days}
end: {days: 0, after: off_treatment, window: +14 days}
"""


def rows_of(table: Table) -> dict[str, dict[str, str]]:
    """The rows of one subject by visit."""
    cells = {column.name: column.cells(table.rows) for column in table.columns}
    return {cells["visit"][row]: {name: texts[row] for name, texts in cells.items()} for row in range(table.rows)}


def visits_after(said: dict[str, str], visits: str = CHAIN) -> dict[str, dict[str, str]]:
    return rows_of(visits_table(schedule_after(protocol_text(more=MONTH_END, visits=visits), said)))


def test_open_visit_leaves_what_follows_provisional() -> None:
    rows = visits_after({})
    assert rows["dose_2"]["notes"] == "at least 21 days after D1; provisional until D1 has happened"
    assert rows["call"]["notes"] == "window: ±4 hours; contact: phone; provisional until dose_2 has happened"
    assert rows["month_6"]["notes"] == ""
    assert rows["end"]["notes"] == "to be determined: the anchor's date is not known yet"


def test_cancelled_visit_is_named_beside_what_it_leaves_open() -> None:
    notes = visits_after({"dose_2": "cancelled"})["call"]["notes"]
    assert notes.endswith("to be determined: dose_2 has no date, or was cancelled")


def test_reference_is_the_visit_that_is_followed_and_has_no_day_label() -> None:
    row = visits_after({"D1": "2026-03-04"})["dose_2"]
    got = (row["anchor"], row["anchor_date"], row["offset_days"], row["study_day"])
    assert got == ("D1", "2026-03-04", "28", "")
    month = visits_after({})["month_6"]
    assert (month["anchor"], month["offset_days"], month["study_day"]) == ("start", "", "")


def test_wider_window_and_gap_have_columns_at_the_end() -> None:
    table = visits_table(schedule_after(protocol_text(more=MONTH_END, visits=CHAIN), {}))
    names = ("wider_start", "wider_end", "not_before")
    assert table.header == (*column_names("visits"), *names)
    row = rows_of(table)["dose_2"]  # the target is 30 March, 21 days after 2 March is 23 March
    assert [row[name] for name in names] == ["2026-03-23", "2026-04-06", "2026-03-23"]
    plain = visits_table(schedule_after(protocol_text(more=MONTH_END, visits="D1: {window: ±1 day}"), {}))
    assert plain.header == column_names("visits")


def test_gap_that_moves_a_date_and_gap_that_leaves_no_day_are_said() -> None:
    visits = "D1: {}\nD8: {window: ±2 days, at_least: 6 days after D1}"
    moved = visits_after({"D1": "2026-03-05"}, visits)["D8"]
    assert (moved["target_date"], moved["planned_date"]) == ("2026-03-09", "2026-03-11")
    assert moved["notes"].endswith("the target is too early: planned on the first day that is late enough")
    stuck = visits_after({"D1": "2026-03-06"}, visits)["D8"]
    assert (stuck["target_date"], stuck["planned_date"]) == ("2026-03-09", "")
    expected = "nothing is planned: no day is inside the window and at least 6 days after D1"
    assert stuck["notes"].endswith(expected)


def test_several_things_that_are_awaited_are_all_named() -> None:
    visits = "D1: {}\nD8: {}\nlater: {days: 3, after: D8, counted_from: actual, at_least: 12 days after D1}"
    # three days after 9 March is 12 March, twelve days after 2 March 14 March
    row = visits_after({}, visits)["later"]
    assert (row["target_date"], row["planned_date"]) == ("2026-03-12", "2026-03-14")
    assert row["notes"].endswith("provisional until D8 and D1 have happened")


def test_dose_of_a_provisional_visit_says_so() -> None:
    text = protocol_text(
        regimen="dose: 5 mg\nvisits: [D1, dose_2]",
        visits="D1: {}\ndose_2: {weeks: 4, after: D1, counted_from: actual}",
    )
    doses = rows_of(doses_table(schedule_after(text, {})))
    assert "provisional until D1 has happened" in doses["dose_2"]["notes"]
    assert "provisional" not in doses["D1"]["notes"]
    known = rows_of(doses_table(schedule_after(text, {"D1": "2026-03-03"})))
    assert known["dose_2"]["planned_date"] == "2026-03-31"
    assert "provisional" not in known["dose_2"]["notes"]


def test_one_row_an_assessment_keeps_the_columns_at_the_end() -> None:
    more = "assessments:\n  ct: {label: CT, visits: [dose_2]}\n"
    table = assessments_table(schedule_after(protocol_text(visits=CHAIN, more=MONTH_END + more), {}))
    names = [column.name for column in table.columns]
    assert names[-5:] == ["assessment", "notes", "wider_start", "wider_end", "not_before"]
    assert rows_of(table)["dose_2"]["assessment"] == "ct"


@pytest.mark.parametrize(
    ("visit", "day", "counted_from"),
    [
        ("dose_2", "28 days after D1", "D1 (actual)"),
        ("month_6", "6 months", "start"),
        ("end", "the same day", "end of treatment"),
        ("two_years", "2 years", "start"),
        ("before", "1 day before dose_2", "dose_2 (planned)"),
        ("beside", "the day of dose_2", "dose_2 (actual)"),
    ],
)
def test_schedule_of_activities_says_what_a_visit_follows(visit: str, day: str, counted_from: str) -> None:
    more = """\
two_years: {years: 2}
before: {days: -1, after: dose_2, counted_from: planned}
beside: {days: 0, after: dose_2, counted_from: actual}
"""
    activities = schedule_of_activities(protocol_of(protocol_text(more=MONTH_END, visits=CHAIN + more)))
    heads = dict(activities.heads)
    place = heads[VISIT].index(visit)
    assert (heads[STUDY_DAY][place], heads[COUNTED_FROM][place]) == (day, counted_from)


def test_schedule_of_activities_says_gaps_wider_windows_timepoints_and_contacts(tmp_path: Path) -> None:
    path = tmp_path / "protocol.yaml"
    path.write_text(
        protocol_text(more=MONTH_END, visits=CHAIN + "D2: {timepoints: [pre-dose, +1 h ± 5 min]}"), encoding="utf-8"
    )
    visits = {one["id"]: one for one in json.loads(run_well("show", path, "--format", "json").stdout)["visits"]}
    assert (visits["dose_2"]["wider_window"], visits["dose_2"]["at_least"]) == ("±7 days", "21 days after D1")
    assert visits["D2"]["timepoints"] == "pre-dose; +1 h ± 5 min"
    assert visits["call"]["contact"] == "phone"
