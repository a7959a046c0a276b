"""Whole outputs are as they were.

The kept files were made by the program and then read; worked by hand, with a calendar, were the rows of ``BY_HAND``
below (the first treated subject of each trial, and those whose visits cross a leap day or the ends of months), and the
marks of the first and last assessment of each schedule of activities against the registry records. All other dates and
doses are held against plain calculations in ``tests/registry``.
"""

from __future__ import annotations

import pytest

from tests.command_line import csv_rows_of
from tests.golden.outputs import COMMANDS, NAMES, output_of, path_of


@pytest.mark.parametrize(("study", "name"), NAMES)
def test_output_is_the_kept_one(study: str, name: str) -> None:
    assert output_of(study, name) == path_of(study, name).read_bytes().decode()


def test_nothing_else_is_kept() -> None:
    folder = path_of("", "").parent
    kept = {path.name for path in folder.iterdir() if path.suffix in {".txt", ".md", ".csv", ".json"}}
    assert kept == {path_of(study, name).name for study, name in NAMES}
    assert len(kept) == 2 * len(COMMANDS) == 14


BY_HAND = [
    # started on Tuesday 4 August 2020: day 3 two days later, day 25 twenty-four days later, 4 + 24 = 28
    ("NCT04611256", "001", "baseline", "2020-08-04", "Tuesday"),
    ("NCT04611256", "001", "D3", "2020-08-06", "Thursday"),
    ("NCT04611256", "001", "D25", "2020-08-28", "Friday"),
    # started on Saturday 15 February 2020: 15 + 14 = 29, a leap day
    ("NCT04252118", "007", "D0", "2020-02-15", "Saturday"),
    ("NCT04252118", "007", "D14", "2020-02-29", "Saturday"),
    # 180 days: 14 to the end of February, then 31 + 30 + 31 + 30 + 31 = 153 to the end of July, and 13 more
    ("NCT04252118", "007", "D180", "2020-08-13", "Thursday"),
    # started on Friday 28 February 2020: 29 February and 1 and 2 March are three days
    ("NCT04252118", "011", "D3", "2020-03-02", "Monday"),
    # a control, started on Sunday 1 March 2020: 90 days are 30 of March, 30 of April, and 30 of May
    ("NCT04252118", "012", "D90", "2020-05-30", "Saturday"),
]


@pytest.mark.parametrize(("study", "subject", "visit", "target", "weekday"), BY_HAND)
def test_kept_visit_is_that_of_a_calendar(study: str, subject: str, visit: str, target: str, weekday: str) -> None:
    rows = csv_rows_of(path_of(study, "visits.csv").read_text(encoding="utf-8"))
    (row,) = (one for one in rows if (one["subject_id"], one["visit"]) == (subject, visit))
    assert (row["target_date"], row["weekday"], row["planned_date"]) == (target, weekday, target)


@pytest.mark.parametrize(
    ("study", "subject", "doses"),
    [
        # 1,000,000 cells per kg for 93.8 kg and 82.6 kg
        ("NCT04611256", "001", [("D1", "2020-08-04", "93800000"), ("D3", "2020-08-06", "93800000")]),
        ("NCT04611256", "003", [("D1", "2020-08-11", "82600000"), ("D3", "2020-08-13", "82600000")]),
        ("NCT04611256", "002", []),
        (
            "NCT04252118",
            "007",
            [("D0", "2020-02-15", "30000000"), ("D3", "2020-02-18", "30000000"), ("D6", "2020-02-21", "30000000")],
        ),
        ("NCT04252118", "012", []),
    ],
)
def test_kept_doses_are_those_of_the_record(study: str, subject: str, doses: list[tuple[str, str, str]]) -> None:
    rows = csv_rows_of(path_of(study, "doses.csv").read_text(encoding="utf-8"))
    own = [row for row in rows if row["subject_id"] == subject]
    assert [(row["visit"], row["planned_date"], row["ordered_dose"]) for row in own] == doses


def test_kept_marks_are_those_of_the_record() -> None:
    # "at baseline and days 2, 3, 5, 10, 15, 20, and 25"; "Day 28"; "At Baseline , Day 3, … Day 90 and Day 180"
    expected = {
        ("NCT04611256", "chest_imaging"): "baseline D2 D3 D5 D10 D15 D20 D25",
        ("NCT04611256", "immunoglobulins"): "D1 D3 D7 D15 D20 D25",
        ("NCT04252118", "mortality"): "D28",
        ("NCT04252118", "creatine_kinase"): "baseline D3 D6 D10 D14 D21 D28 D90 D180",
    }
    for (study, assessment), visits in expected.items():
        rows = csv_rows_of(path_of(study, "activities.csv").read_text(encoding="utf-8"))
        (row,) = (one for one in rows if one["id"] == assessment)
        assert [name for name, mark in row.items() if mark == "X"] == visits.split()
