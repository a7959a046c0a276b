"""Published facts of cycles, chains and segments, answered through the command line.

Each case stands in ``cases/visit_cases.json`` with its source. Where a peer's answer is a fault of theirs, the test has
both answers, and ``docs/explanation/other-schedulers.md`` the reason for ours.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from dosecal.model.timing import CycleDay
from tests.command_line import csv_rows_of, run, run_well
from tests.conformance.test_visit_cases import CASES, planned
from tests.example_protocols import DAY_0, protocol_text

if TYPE_CHECKING:
    from pathlib import Path

    Row = dict[str, str]

_RULE = re.compile(r"as the start day of the Study(?: ([+-]) (\d+) (days|weeks))?")
_CHAIN = re.compile(r"when (.+?)(?: each)? completed(?: \+ (\d+) (days|weeks))?")
_DAYS = {"days": 1, "weeks": 7}


def rows_of(folder: Path, protocol: str, subjects: str, actuals: str = "", *more: str) -> list[Row]:
    """The visits of a protocol's text and of two CSV texts."""
    (folder / "protocol.yaml").write_text(protocol, encoding="utf-8")
    (folder / "subjects.csv").write_text(subjects, encoding="utf-8")
    arguments: list[str | Path] = ["visits", folder / "protocol.yaml", folder / "subjects.csv", *more]
    if actuals:
        (folder / "actuals.csv").write_text(actuals, encoding="utf-8")
        arguments += ["--actuals", folder / "actuals.csv"]
    return csv_rows_of(run_well(*arguments).stdout)


@pytest.mark.parametrize("name", ["psc-cycle-label-1-1", "psc-cycle-label-28-10", "psc-cycle-label-4-21"])
def test_running_day_is_the_day_of_a_cycle(name: str, tmp_path: Path) -> None:
    day, length = CASES[name]["input"]["absolute_day"], CASES[name]["input"]["cycle_length"]
    text = protocol_text(
        visits=f"C*D1-{length}: {{}}",
        more=f"cycles:\n  C: {{length: {length} days, count: 3, counted_from: planned}}\n",
    )
    rows = rows_of(tmp_path, text, "subject_id,arm,start\n1,control,2026-01-01\n")
    (label,) = (row["visit"] for row in rows if row["study_day"] == f"D{day}")
    assert label == CASES[name]["expected"]["label"]


def test_label_of_a_day_beyond_a_hundred_years_is_right_and_its_plan_refused(tmp_path: Path) -> None:
    case = CASES["psc-cycle-label-115545-50"]
    day, length = case["input"]["absolute_day"], case["input"]["cycle_length"]
    assert CycleDay.of_day("C", day, length).label == case["expected"]["label"] == "C2311D45"
    text = protocol_text(
        visits="C2311D45: {}", more="cycles:\n  C: {length: 50 days, count: 2311, counted_from: planned}\n"
    )
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    result = run("check", tmp_path / "protocol.yaml")
    assert (result.exit_code, "at most 1,000 cycles" in result.stdout) == (1, True)


def rule_days(rule: str) -> tuple[str, int]:
    """What a peer's rule counts from (empty for the start of the study) and the days."""
    if match := _RULE.fullmatch(rule):
        sign = -1 if match[1] == "-" else 1
        return "", sign * int(match[2] or 0) * _DAYS[match[3] or "days"]
    match = _CHAIN.fullmatch(rule)
    assert match is not None
    return match[1], int(match[2] or 0) * _DAYS[match[3] or "days"]


def as_visits(case: dict[str, Any]) -> tuple[str, list[tuple[int | None, int]]]:
    """A peer's rules as visits of ours, and for each the row that it follows (None for the start) and the days.

    A rule that stands again is the next occurrence: it follows the one before by the same length of time.
    """
    lines: list[str] = []
    follows: list[tuple[int | None, int]] = []
    last: dict[str, int] = {}
    for place, (label, rule) in enumerate(case["input"]["rules"]):
        after, days = rule_days(rule)
        again = last.get(label)
        is_repeated = sum(one == [label, rule] for one in case["input"]["rules"]) > 1 and " each " not in rule
        if not after and not (is_repeated and again is not None):
            row, how = None, f"days: {days}"
        else:
            row = again if is_repeated and again is not None else last[after]
            how = f"days: {days}, after: v{row}, counted_from: actual"
        target, earliest, latest = map(date.fromisoformat, case["expected"]["rows"][place][1:])
        window = f"-{(target - earliest).days} to +{(latest - target).days} days"
        lines.append(f"v{place}: {{{how}, window: {window}}}")
        follows.append((row, days))
        last[label] = place
    return "\n".join(lines), follows


@pytest.mark.parametrize(("name", "chained"), [("freon-example-1", 1), ("freon-example-2", 33)])
def test_visit_that_follows_another_is_counted_from_its_day_and_not_from_the_next(
    name: str, chained: int, tmp_path: Path
) -> None:
    case = CASES[name]
    visits, follows = as_visits(case)
    (start,) = case["input"]["study_start"]
    rows = planned(tmp_path, visits, start, DAY_0)
    expected: list[date] = []
    for row, days in follows:
        expected.append((date.fromisoformat(start) if row is None else expected[row]) + timedelta(days))
    assert [rows[f"v{place}"]["target_date"] for place in range(len(rows))] == [day.isoformat() for day in expected]
    peer = [date.fromisoformat(row[1]) for row in case["expected"]["rows"]]
    assert sum(row is not None for row, _ in follows) >= chained
    for place, (row, days) in enumerate(follows):
        ours, window = rows[f"v{place}"], case["expected"]["rows"][place]
        width = (ours["window_start"], ours["target_date"], ours["window_end"])
        first, target, last = map(date.fromisoformat, width)
        assert (target - first, last - target) == (
            peer[place] - date.fromisoformat(window[2]),
            date.fromisoformat(window[3]) - peer[place],
        )
        if row is None:
            assert target == peer[place]
        else:
            assert peer[place] - peer[row] - timedelta(days) in {timedelta(0), timedelta(1)}  # the peer's own day after


def test_dates_of_the_peers_examples_by_our_rule_were_counted_by_hand(tmp_path: Path) -> None:
    # 10 April 2018 + 28 days: 20 days to 30 April, 8 more
    visits, _ = as_visits(CASES["freon-example-1"])
    rows = planned(tmp_path, visits, "2018-04-10", DAY_0)
    assert (rows["v4"]["target_date"], CASES["freon-example-1"]["expected"]["rows"][4][1]) == (
        "2018-05-08",
        "2018-05-09",
    )
    visits, _ = as_visits(CASES["freon-example-2"])
    rows = planned(tmp_path, visits, "2011-04-22", DAY_0)
    # V4 a week after 22 April, its run-in two days later, V5 a week after V4, V8 two weeks after V7 (20 May)
    assert [rows[f"v{place}"]["target_date"] for place in (5, 6, 7, 13)] == [
        *("2011-04-29", "2011-05-01", "2011-05-06", "2011-06-03")
    ]


def test_skipped_visit_gives_its_expected_date(tmp_path: Path) -> None:
    case = CASES["oracle-skip-visit"]
    visits = """\
V1: {days: 0}
V2: {days: 7, after: V1, counted_from: actual}
V3: {days: 7, after: V2, counted_from: actual}
"""
    first = case["input"]["V1"]
    actuals = f"subject_id,visit,date,status\n1,V1,{first},done\n1,V2,,missed\n"
    subjects = f"subject_id,arm,start\n1,control,{first}\n"
    rows = rows_of(tmp_path, protocol_text(visits=visits), subjects, actuals, "--as-of", "2026-01-10")
    assert {row["visit"]: row["target_date"] for row in rows} == {"V1": first, **case["expected"]}


@pytest.mark.parametrize("name", ["psc-days-in-segment-17-7x1-d2", "psc-days-in-segment-17-7x1-d1"])
def test_day_of_a_period_is_its_start_and_the_days_before_it(name: str, tmp_path: Path) -> None:
    case = CASES[name]["input"]
    text = protocol_text(visits=f"P*D{case['activity_day']}: {{}}", more=period_text("P", case))
    rows = rows_of(tmp_path, text, "subject_id,arm,start\n1,control,2026-01-01\n")
    assert [row["study_day"] for row in rows] == [f"D{day}" for day in CASES[name]["expected"]["study_days"]]


def period_text(cycle: str, period: dict[str, Any], head: str = "cycles:\n") -> str:
    """A peer's period as cycles of ours."""
    return (
        f"{head}  {cycle}: {{day: D{period['start_day']}, length: {period['duration_days']} days, "
        f"count: {period['repetitions']}, counted_from: planned}}\n"
    )


@pytest.mark.parametrize("name", ["psc-period-range--7-4x1", "psc-period-range-1-14x2"])
def test_period_goes_from_its_first_day_to_its_last(name: str, tmp_path: Path) -> None:
    case, expected = CASES[name]["input"], CASES[name]["expected"]
    text = protocol_text(visits=f"P*D1-{case['duration_days']}: {{}}", more=period_text("P", case))
    rows = rows_of(tmp_path, text, "subject_id,arm,start\n1,control,2026-03-02\n")
    assert (rows[0]["study_day"], rows[-1]["study_day"]) == (f"D{expected['first_day']}", f"D{expected['last_day']}")
    assert len(rows) == case["duration_days"] * case["repetitions"]


def segment_text(periods: list[dict[str, Any]], anchor: str = "") -> tuple[str, str]:
    """A peer's segment: the visits for its activities, and the cycles for its periods."""
    letters = "ABC"[: len(periods)]
    visits = [
        f"{letter}*D{day}: {{label: {activity}}}"
        for letter, period in zip(letters, periods, strict=True)
        for activity, day in period["activities"]
    ]
    cycles = [
        period_text(letter, period, head="").replace("{", f"{{anchor: {anchor}, " if anchor else "{")
        for letter, period in zip(letters, periods, strict=True)
    ]
    return "\n".join(visits) + "\n", "cycles:\n" + "".join(cycles)


@pytest.mark.parametrize("name", ["psc-segment-negative-days-day-zero-counts", "psc-preview-start-day-2"])
def test_segment_of_several_periods_is_planned(name: str, tmp_path: Path) -> None:
    case = CASES[name]["input"]
    visits, cycles = segment_text(case["periods"])
    day_0 = date.fromisoformat(case["segment_start_date"]) - timedelta(case["segment_start_day"])
    text = protocol_text(visits=visits, numbering=DAY_0, more=cycles)
    rows = rows_of(tmp_path, text, f"subject_id,arm,start\n1,control,{day_0}\n")
    got = [
        {
            "date": row["target_date"],
            "activity": row["visit_label"],
            "repetition": int(re.sub(r"[A-Z](\d+)D.*", r"\1", row["visit"])) - 1,
            "study_day": int(row["study_day"].removeprefix("D")),
        }
        for row in rows
    ]
    assert got == CASES[name]["expected"]["rows"]
    assert len(got) == CASES[name]["expected"]["count"]


def test_new_segment_is_counted_from_its_own_start_and_what_happened_stays(tmp_path: Path) -> None:
    case = CASES["psc-immediate-transition"]
    visits, cycles = segment_text(case["input"]["periods"], "second")
    old = "S1: {day: D1}\nS2: {day: D2}\nS3: {day: D3}\n"
    text = protocol_text(visits=old + visits, more=cycles).replace(
        "  start: {label", "  start: {}\n  second: {label", 1
    )
    second = case["input"]["new_segment_start_date"]
    actuals = "subject_id,visit,date,status\n1,S1,,cancelled\n1,S2,2005-08-04,done\n1,S3,,cancelled\n"
    subjects = f"subject_id,arm,start,second\n1,control,2005-08-01,{second}\n"
    rows = rows_of(tmp_path, text, subjects, actuals, "--as-of", second)
    assert [row["target_date"] for row in rows[:3]] == [one["ideal_date"] for one in case["input"]["existing"]]
    words = {"done": "occurred", "cancelled": "canceled"}
    assert [words[row["status"].split()[0].rstrip(",")] for row in rows[:3]] == case["expected"]["existing_states"]
    got = {(row["target_date"], row["visit_label"], row["study_day"]) for row in rows[3:]}
    assert got == {(one["date"], one["activity"], f"D{one['study_day']}") for one in case["expected"]["new_rows"]}
    assert len(rows) - 3 == len(case["expected"]["new_rows"])


def test_count_is_of_occurrences_and_not_of_repeats(tmp_path: Path) -> None:
    case = CASES["freon-repeat-twice"]
    count = case["input"]["repeat_count"] + 1  # the peer repeats twice what comes three times
    text = protocol_text(
        visits="W*D1: {}", more=f"cycles:\n  W: {{length: 1 week, count: {count}, counted_from: planned}}\n"
    )
    rows = rows_of(tmp_path, text, "subject_id,arm,start\n1,control,2026-01-01\n")
    assert [row["study_day"] for row in rows] == [f"D{day}" for day in case["expected"]["days"]]


def test_actual_date_of_an_anchor_visit_moves_what_follows_it(tmp_path: Path) -> None:
    case = CASES["np-anchor-rebase"]
    start, actual = case["input"]["anchor"], case["input"]["actual"]["Randomisation"]
    visits = """\
before: {day: D1}
Randomisation: {day: D7}
V2: {days: 7, after: Randomisation, counted_from: actual}
"""
    text, subjects = protocol_text(visits=visits), f"subject_id,arm,start\n1,control,{start}\n"
    rows = {row["visit"]: row["target_date"] for row in rows_of(tmp_path, text, subjects)}
    assert {name: rows[name] for name in case["expected"]["before"]} == case["expected"]["before"]
    actuals = f"subject_id,visit,date,status\n1,Randomisation,{actual},done\n"
    moved = rows_of(tmp_path, text, subjects, actuals, "--as-of", actual)
    after = {row["visit"]: row["target_date"] for row in moved}
    assert after["V2"] == case["expected"]["after"]["V2"] == "2025-07-11"
    assert after["before"] == rows["before"]


def test_every_sunday_of_a_month_is_found(tmp_path: Path) -> None:
    case = CASES["psc-nth-weekday-sun-1993-02"]
    text = protocol_text(visits="X*D1: {}", more="cycles:\n  X: {length: 1 day, count: 28, counted_from: planned}\n")
    rows = rows_of(tmp_path, text, "subject_id,arm,start\n1,control,1993-02-01\n")
    found = [row["target_date"] for row in rows if row["weekday"] == case["input"]["weekday"]]
    assert found == case["expected"]["dates"]


def test_day_outside_its_period_is_refused(tmp_path: Path) -> None:
    case = CASES["psc-activity-day-out-of-period"]
    more = f"cycles:\n  P: {{length: {case['input']['period_duration_days']} days, count: 1, counted_from: planned}}\n"
    refused = []
    for day in case["input"]["activity_days"]:
        (tmp_path / "protocol.yaml").write_text(protocol_text(visits=f"P*D{day}: {{}}", more=more), encoding="utf-8")
        result = run("check", tmp_path / "protocol.yaml")
        refused.append(result.exit_code == 1 and "[P302]" in result.stdout)
    assert all(refused) is case["expected"]["all_rejected"]
