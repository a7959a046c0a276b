"""Published facts of visits that were held, missed, moved or ended, through the command line.

Each case stands in ``cases/visit_cases.json`` with its source. None of them is a peer's fault.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import csv_rows_of, run, run_well
from tests.example_protocols import DAY_0, MONTH_END
from tests.followed import files, followed, statuses

KINDS = (
    "bulk_shift",
    "early_termination",
    "match_date_to_visit",
    "overdue_vs_missed",
    "unscheduled_limit",
    "window_gap",
)
CASES: dict[str, dict[str, Any]] = {
    case["id"]: case
    for case in json.loads((Path(__file__).parent / "cases/visit_cases.json").read_text(encoding="utf-8"))["cases"]
    if case["kind"] in KINDS
}

# The peer's three-monthly schedule: a start on 2023-06-11, month 3 with -14 to +45 days, month 6 likewise, so that the
# windows are 28 August to 26 October and 27 November to 25 January.
THREE_MONTHLY = (
    "v1000: {days: 0}\nv1030: {months: 3, window: -14 to +45 days}\nv1060: {months: 6, window: -14 to +45 days}"
)
START_1000 = "1,control,2023-06-11"


def day_after(start: str, day: str) -> int:
    return (date.fromisoformat(day) - date.fromisoformat(start)).days


def test_every_case_is_answered_here_and_none_is_a_fault() -> None:
    assert {kind: sum(case["kind"] == kind for case in CASES.values()) for kind in KINDS} == {
        "bulk_shift": 2,
        "early_termination": 1,
        "match_date_to_visit": 3,
        "overdue_vs_missed": 2,
        "unscheduled_limit": 2,
        "window_gap": 2,
    }
    assert [name for name, case in CASES.items() if case["peer_quirk"]] == []


@pytest.mark.parametrize("name", ["np-overdue-1", "np-overdue-2"])
def test_visit_is_missed_once_a_later_one_was_held_and_overdue_until_then(name: str, tmp_path: Path) -> None:
    given, expected = CASES[name]["input"], CASES[name]["expected"]
    start = given["visits"][0][1]
    visits = "\n".join(f"{one}: {{days: {day_after(start, day)}, window: ±3 days}}" for one, day, _ in given["visits"])
    done = [f"1,{one},{day},done" for one, day, state in given["visits"] if state == "done"]
    found = statuses(files(tmp_path, visits=visits, actuals=done, subjects=f"1,control,{start}"), given["as_of"])
    assert [one for one, status in found.items() if status == "overdue"] == expected["overdue"]
    assert [one for one, status in found.items() if status == "missed"] == expected["missed"]
    assert [one for one, status in found.items() if status == "not yet due"] == expected.get("upcoming", [])


@pytest.mark.parametrize("name", ["edc-match-date-1", "edc-match-date-2", "edc-match-date-4"])
def test_date_is_matched_to_the_window_that_holds_it_or_to_the_gap(name: str, tmp_path: Path) -> None:
    given, expected = CASES[name]["input"]["date"], CASES[name]["expected"]["result"]
    actuals = ["1,v1000,2023-06-11,done", f"1,,{given},done"]
    arguments = files(tmp_path, more=MONTH_END, visits=THREE_MONTHLY, actuals=actuals, subjects=START_1000)
    (row,) = followed("unscheduled", arguments, "2024-01-31")
    if expected.startswith("gap"):
        assert row["finding"].replace("v", "").startswith(expected)
    else:
        assert (row["fit"], row["visit"]) == ("one window", f"v{expected}")


@pytest.mark.parametrize("name", ["edc-unscheduled-before-next-lower-1", "edc-unscheduled-before-next-lower-3"])
def test_unscheduled_visit_comes_strictly_before_the_next_window(name: str, tmp_path: Path) -> None:
    given, expected = CASES[name]["input"], CASES[name]["expected"]
    actuals = ["1,v1000,2023-06-11,done", "1,v1030,2023-09-11,done", f"1,,{given['date']},done"]
    arguments = files(tmp_path, more=MONTH_END, visits=THREE_MONTHLY, actuals=actuals, subjects=START_1000)
    (row,) = followed("unscheduled", arguments, "2024-01-31")
    assert (row["fit"] == "gap" and row["visit"] == f"v{given['unscheduled_after']}") == expected["allowed"]


def test_last_day_before_the_next_window_is_unscheduled_and_its_first_day_is_not(tmp_path: Path) -> None:
    fits = {}
    for day in ("2023-11-26", "2023-11-27"):
        actuals = ["1,v1000,2023-06-11,done", "1,v1030,2023-09-11,done", f"1,,{day},done"]
        arguments = files(tmp_path, more=MONTH_END, visits=THREE_MONTHLY, actuals=actuals, subjects=START_1000)
        fits[day] = followed("unscheduled", arguments, "2024-01-31")[0]["fit"]
    assert fits == {"2023-11-26": "gap", "2023-11-27": "one window"}


@pytest.mark.parametrize("name", ["edc-gap-adjusted-7", "edc-gap-adjusted-6"])
def test_date_in_a_gap_counts_for_the_next_visit_where_the_protocol_says_so(name: str, tmp_path: Path) -> None:
    given = CASES[name]["input"]
    rule = f"match_next: up to {given['max_gap_days_added_to_lower']} days before its window\n"
    day = date(2023, 11, 27) - timedelta(days=given["days_before_1060_earliest"])
    actuals = ["1,v1000,2023-06-11,done", f"1,,{day},done"]
    with_rule = files(tmp_path, visits=THREE_MONTHLY, actuals=actuals, subjects=START_1000, more=MONTH_END + rule)
    (row,) = followed("unscheduled", with_rule, "2024-01-31")
    assert row["visit"] == f"v{CASES[name]['expected']['result']}"
    without = files(tmp_path, more=MONTH_END, visits=THREE_MONTHLY, actuals=actuals, subjects=START_1000)
    assert followed("unscheduled", without, "2024-01-31")[0]["fit"] == "gap"


def test_open_visits_on_or_after_the_day_off_study_are_cancelled_and_the_others_stay(tmp_path: Path) -> None:
    case = CASES["psc-off-study"]
    start, rows = case["input"]["start_date"], case["input"]["rows"]
    conditional = ", if: sex is F"
    visits = "\n".join(
        f"v{k}: {{days: {day_after(start, day)}{conditional if state == 'conditional' else ''}}}"
        for k, (day, state) in enumerate(rows)
    )
    words = {"occurred": "done", "canceled": "cancelled"}
    actuals = [f"1,v{k},{day},{words[state]}" for k, (day, state) in enumerate(rows) if state in words]
    actuals.append(f"1,off_study,{case['input']['off_study_date']},done")
    found = statuses(files(tmp_path, visits=visits, actuals=actuals, subjects=f"1,control,{start}"), "2007-12-31")
    ours = {"occurred": "done", "canceled": "cancelled", "not applicable": "cancelled"}
    assert list(found.values()) == [ours[state] for state in case["expected"]["states"]]


def test_only_open_visits_from_the_moved_one_on_move(tmp_path: Path) -> None:
    case = CASES["psc-delay-as-of"]
    given, expected = case["input"], case["expected"]
    start = "2008-04-25"
    visits = "\n".join(f"{row['id']}: {{days: {day_after(start, row['date'])}}}" for row in given["rows"])
    closed = {"occurred": "done", "canceled": "cancelled", "missed": "missed", "not applicable": "cancelled"}
    actuals = [f"1,{row['id']},{row['date']},{closed[row['state']]}" for row in given["rows"] if row["state"] in closed]
    arguments = files(tmp_path, visits=visits, actuals=actuals, subjects=f"1,control,{start}")
    (moved,) = expected["moved"]
    options = ("--subject", "1", "--visit", moved, "--to", expected["moved"][moved], "--cascade", "later")
    preview = followed("reschedule", arguments, given["as_of"], *options)
    assert {row["visit"]: row["to_date"] for row in preview} == expected["moved"]
    assert preview[0]["days"] == str(given["shift_days"])


def test_scheduled_and_conditional_visits_move_and_no_others(tmp_path: Path) -> None:
    case = CASES["psc-amendment-shift-states"]
    closed = {"occurred": "done", "canceled": "cancelled", "not applicable": "cancelled"}
    dates = []
    for row in case["input"]["rows"]:
        condition = ", if: sex is F" if row["state"] == "conditional" else ""
        actuals = [f"1,V,{row['date']},{closed[row['state']]}"] if row["state"] in closed else []
        arguments = files(
            tmp_path,
            visits=f"V: {{days: 0{condition}}}",
            actuals=actuals,
            subjects=f"1,control,{row['date']}",
            numbering=DAY_0,
        )
        to = date.fromisoformat(row["date"]) + timedelta(days=row["shift"])
        options = ("--subject", "1", "--visit", "V", "--to", str(to), "--as-of", "2004-04-30", "--format", "csv")
        result = run("reschedule", *arguments, *options)
        assert result.exit_code == (1 if actuals else 0)
        dates.append(row["date"] if actuals else csv_rows_of(result.stdout)[0]["to_date"])
    assert dates == case["expected"]["dates"]


def test_unscheduled_visits_of_a_file_are_listed_beside_planned_ones_that_do_not_change(tmp_path: Path) -> None:
    arguments = files(
        tmp_path, more=MONTH_END, visits=THREE_MONTHLY, actuals=["1,,2023-10-27,done"], subjects=START_1000
    )
    with_it = run_well("visits", *arguments, "--as-of", "2024-01-31").stdout
    without = files(tmp_path, more=MONTH_END, visits=THREE_MONTHLY, subjects=START_1000)
    assert run_well("visits", *without, "--as-of", "2024-01-31").stdout == with_it
