"""Published facts of dates, windows and day numbers that a protocol file can say today, through the command line.

Each case stands in ``cases/visit_cases.json`` with its source. What is not answered yet is listed with what it waits
for, so that no case drops out unseen.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import csv_rows_of, run_well
from tests.example_protocols import DAY_0, NO_DAY_0, protocol_text

CASES: dict[str, dict[str, Any]] = {
    case["id"]: case
    for case in json.loads((Path(__file__).parent / "cases/visit_cases.json").read_text(encoding="utf-8"))["cases"]
}

# kind: the cases that are answered, how many there are, and what the rest waits for
KINDS: dict[str, tuple[tuple[str, ...], int, str]] = {
    "bulk_shift": ((), 2, "nothing: they stand in test_follow_up_cases.py"),
    "calendar_rule": ((), 1, "nothing: they stand in test_calendar_cases.py"),
    "chained_schedule": ((), 3, "nothing: they stand in test_calendar_cases.py"),
    "closed_day_shift": ((), 7, "nothing: they stand in test_closed_day_cases.py"),
    "cycle_label": ((), 4, "nothing: they stand in test_calendar_cases.py"),
    "day_numbering": (("ts-week4-day1-bug", "freon-start-day-0"), 2, ""),
    "early_termination": ((), 1, "nothing: they stand in test_follow_up_cases.py"),
    "match_date_to_visit": ((), 3, "nothing: they stand in test_follow_up_cases.py"),
    "offset_schedule": (("usdm-cdisc-pilot-LZZT", "edc-observed-cell-plan"), 2, ""),
    "overdue_vs_missed": ((), 2, "nothing: they stand in test_follow_up_cases.py"),
    "period_days": ((), 2, "nothing: they stand in test_calendar_cases.py"),
    "period_range": ((), 2, "nothing: they stand in test_calendar_cases.py"),
    "rebase": ((), 1, "nothing: they stand in test_calendar_cases.py"),
    "redcap_unique_event_name": ((), 4, "nothing: they stand in test_redcap_name_cases.py"),
    "repeat": ((), 1, "nothing: they stand in test_calendar_cases.py"),
    "segment_schedule": ((), 2, "nothing: they stand in test_calendar_cases.py"),
    "segment_transition": ((), 1, "nothing: they stand in test_calendar_cases.py"),
    "study_day_no_zero": (("sdtm-dy-2020-01-01", "sdtm-dy-2023-08-02"), 2, ""),
    "unscheduled_limit": ((), 2, "nothing: they stand in test_follow_up_cases.py"),
    "validation": (
        ("edc-sequence-observed-1", "edc-sequence-observed-2", "edc-sequence-observed-4"),
        4,
        "see test_calendar_cases.py",
    ),
    "window": (
        (
            *("np-day14-window", "usdm-asymmetric-screening-lilly"),
            *("edc-window-weeks", "usdm-asymmetric-screening-alexion"),
        ),
        4,
        "",
    ),
    "window_gap": ((), 2, "nothing: they stand in test_follow_up_cases.py"),
}
ANSWERED = [case for answered, _, _ in KINDS.values() for case in answered]

Row = dict[str, str]


def planned(folder: Path, visits: str, start: str, numbering: str) -> dict[str, Row]:
    """The planned visits of one subject, by id."""
    (folder / "protocol.yaml").write_text(protocol_text(visits=visits, numbering=numbering), encoding="utf-8")
    (folder / "subjects.csv").write_text(f"subject_id,arm,start\n1,control,{start}\n", encoding="utf-8")
    rows = csv_rows_of(run_well("visits", folder / "protocol.yaml", folder / "subjects.csv").stdout)
    return {row["visit"]: row for row in rows}


def test_no_case_drops_out_unseen() -> None:
    counted: dict[str, int] = {}
    for case in CASES.values():
        counted[case["kind"]] = counted.get(case["kind"], 0) + 1
    assert counted == {kind: there for kind, (_, there, _) in KINDS.items()}
    for kind, (answered, there, waits) in KINDS.items():
        assert {CASES[case]["kind"] for case in answered} <= {kind}
        assert bool(waits) == (len(answered) < there)
    assert len(ANSWERED) == 13  # counted by hand


def test_peers_faults_that_are_answered_are_these() -> None:
    faults = [case for case in ANSWERED if CASES[case]["peer_quirk"]]
    assert faults == ["ts-week4-day1-bug", "edc-sequence-observed-1"]


def test_four_weeks_are_28_days_after_day_1_and_not_27(tmp_path: Path) -> None:
    case = CASES["ts-week4-day1-bug"]
    row = planned(tmp_path, "week_4: {weeks: 4}", case["input"]["baseline"], NO_DAY_0)["week_4"]
    assert row["target_date"] == case["expected"]["correct"] == "2026-01-29"
    assert row["target_date"] != case["expected"]["peer"]
    assert (row["offset_days"], row["study_day"]) == ("28", "D29")


def test_seven_days_after_a_start_on_day_0_are_day_7(tmp_path: Path) -> None:
    case = CASES["freon-start-day-0"]
    row = planned(tmp_path, "later: {days: 7}", "2026-01-01", DAY_0)["later"]
    assert row["study_day"] == f"D{case['expected']['study_day_label']}" == "D7"


@pytest.mark.parametrize("name", ["sdtm-dy-2020-01-01", "sdtm-dy-2023-08-02"])
def test_study_day_has_no_day_0(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    start, dates = case["input"]["reference"], case["input"]["dates"]
    days = [(date.fromisoformat(one) - date.fromisoformat(start)).days for one in dates]
    visits = "\n".join(f"v{k}: {{days: {day}}}" for k, day in enumerate(days))
    rows = planned(tmp_path, visits, start, NO_DAY_0)
    assert [rows[f"v{k}"]["target_date"] for k in range(len(days))] == dates
    assert [rows[f"v{k}"]["study_day"] for k in range(len(days))] == [f"D{d}" for d in case["expected"]["study_days"]]


@pytest.mark.parametrize(
    ("name", "numbering"), [("usdm-cdisc-pilot-LZZT", NO_DAY_0), ("edc-observed-cell-plan", DAY_0)]
)
def test_published_schedule_is_planned(name: str, numbering: str, tmp_path: Path) -> None:
    case = CASES[name]
    visits = [
        f"v{k}: {{label: {one['code']}, days: {one['offset_days']}, "
        f"window: -{one['before_days']} to +{one['after_days']} days}}"
        for k, one in enumerate(case["input"]["visits"])
    ]
    rows = planned(tmp_path, "\n".join(visits), case["input"]["anchor"], numbering)
    columns = ("visit_label", "target_date", "window_start", "window_end")
    assert [[row[column] for column in columns] for row in rows.values()] == case["expected"]["rows"]


def test_unequal_window_has_both_ends_inside(tmp_path: Path) -> None:
    case = CASES["np-day14-window"]
    row = planned(tmp_path, "D14: {window: -3 to +7 days}", case["input"]["anchor"], NO_DAY_0)["D14"]
    expected = case["expected"]
    got = (row["target_date"], row["window_start"], row["window_end"])
    assert got == (expected["target"], expected["earliest"], expected["latest"])


def test_window_in_weeks_is_sevens_of_days(tmp_path: Path) -> None:
    case = CASES["edc-window-weeks"]  # 7 days before, 42 days after
    row = planned(tmp_path, "one: {days: 0, window: -1 to +6 weeks}", case["input"]["target"], DAY_0)["one"]
    assert row["window_start"] == case["expected"]["earliest"]
    assert row["window_end"] == case["expected"]["latest"]


@pytest.mark.parametrize(
    ("name", "visit"),
    [
        ("usdm-asymmetric-screening-lilly", "screening: {days: -28, window: +26 days}"),
        ("usdm-asymmetric-screening-alexion", "screening: {days: -42, window: +33 days}"),
    ],
)
def test_screening_window_opens_on_its_target_and_closes_before_the_anchor(
    name: str, visit: str, tmp_path: Path
) -> None:
    expected = CASES[name]["expected"]
    start = date(2026, 3, 2)
    row = planned(tmp_path, visit, start.isoformat(), DAY_0)["screening"]
    first, last = (date.fromisoformat(row[end]) for end in ("window_start", "window_end"))
    assert ((first - start).days, (last - start).days) == (expected["first_offset"], expected["last_offset"])
    assert row["target_date"] == row["window_start"]


@pytest.mark.parametrize("name", ["edc-sequence-observed-1", "edc-sequence-observed-2", "edc-sequence-observed-4"])
def test_visits_of_one_day_and_before_the_anchor_are_planned(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    assert case["expected"]["ours"].startswith("accept")
    visits = "\n".join(f"{code}: {{days: {offset}}}" for code, offset in case["input"]["visits"])
    rows = planned(tmp_path, visits, case["input"]["anchor"], DAY_0)
    assert [[code, int(row["offset_days"])] for code, row in rows.items()] == case["input"]["visits"]
    if case["peer_quirk"]:
        assert case["expected"]["peer"].startswith("error")
