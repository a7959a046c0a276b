"""Least times in hours, judged by the times of day that are on record; all days are in March 2026."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.followed import files, followed

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "subject_id,visit,date,status,dose_start,dose_end"
SOON, UNKNOWN = "visit too soon after another", "not known whether too soon after another"
NO_TIME = "a time is not on record"


def deviations(folder: Path, gap: str, *rows: str, more: str = "") -> list[tuple[str, ...]]:
    """What deviates of the second visit: kind, planned, actual, days and minutes too early, and notes.

    Args:
        folder: Where files are written.
        gap: The least time before the second visit, which is held on the day after the first.
        rows: Visit and day, and the times at which the dose began and ended.
        more: Further visits.
    """
    arguments = files(folder, visits=f"D1: {{}}\nD2: {{at_least: {gap}}}{more}")
    lines = []
    for row in rows:
        visit, day, *times = row.split()
        stamps = [f"2026-03-{time.replace('/', ' ')}" if time != "-" else "" for time in times]
        lines.append(",".join(("1", visit, f"2026-03-{day}", "done", *stamps, *[""] * (2 - len(stamps)))))
    arguments[3].write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    found = followed("deviations", arguments, "2026-03-20")
    names = ("deviation", "planned", "actual", "days_out", "minutes_out", "notes")
    return [tuple(row[name] for name in names) for row in found if row["visit"] == "D2" and "soon" in row["deviation"]]


EIGHT = "8 hours after end of D1"


def test_hours_between_recorded_times_are_counted_and_not_days(tmp_path: Path) -> None:
    # from Monday 21:30 to Tuesday 03:00 are 5.5 hours
    found = deviations(tmp_path, EIGHT, "D1 02 02/20:00 02/21:30", "D2 03 03/03:00 03/03:30")
    assert found == [(SOON, "from 2026-03-03 05:30 on", "2026-03-03 03:00", "", "-150", "too soon by 2.5 h")]


@pytest.mark.parametrize(
    ("began", "minutes", "said"),
    [
        ("05:29", "-1", "too soon by 1 min"),
        ("04:09", "-81", "too soon by 1.35 h"),
        ("04:10", "-80", "too soon by 1 h 20 min"),
    ],
)
def test_visit_before_the_last_minute_of_a_gap_is_too_soon(began: str, minutes: str, said: str, tmp_path: Path) -> None:
    found = deviations(tmp_path, EIGHT, "D1 02 02/20:00 02/21:30", f"D2 03 03/{began} 03/09:00")
    assert found == [(SOON, "from 2026-03-03 05:30 on", f"2026-03-03 {began}", "", minutes, said)]


@pytest.mark.parametrize("began", ["05:30", "05:31"])
def test_visit_at_the_end_of_a_gap_is_late_enough(began: str, tmp_path: Path) -> None:
    assert deviations(tmp_path, EIGHT, "D1 02 02/20:00 02/21:30", f"D2 03 03/{began} 03/09:00") == []


def test_gap_from_the_start_of_a_dose_runs_from_its_start(tmp_path: Path) -> None:
    rows = ("D1 02 02/20:00 02/21:30", "D2 03 03/04:00 03/04:30")
    assert deviations(tmp_path, "8 hours after D1", *rows) == []
    assert [row[0] for row in deviations(tmp_path, EIGHT, *rows)] == [SOON]


@pytest.mark.parametrize(
    ("rows", "kind", "planned"),
    [
        # neither time is on record: 8 hours may or may not have passed from one day to the next
        (("D1 02", "D2 03"), UNKNOWN, "for certain from 2026-03-03 07:59 on"),
        (("D1 02", "D2 04"), None, ""),
        (("D1 02", "D2 02"), UNKNOWN, "for certain from 2026-03-03 07:59 on"),
        # the first ended at 21:30: on the same day it is too soon, whenever it was
        (("D1 02 02/20:00 02/21:30", "D2 02"), SOON, "from 2026-03-03 05:30 on"),
        (("D1 02 02/20:00 02/21:30", "D2 03"), UNKNOWN, "for certain from 2026-03-03 05:30 on"),
        (("D1 02 02/07:00 02/08:00", "D2 03"), None, ""),
        # only its start is on record: it ended from then on
        (("D1 02 02/20:00 -", "D2 03 03/03:59 03/05:00"), SOON, "from 2026-03-03 04:00 on"),
        (("D1 02 02/20:00 -", "D2 03 03/04:00 03/05:00"), UNKNOWN, "for certain from 2026-03-03 07:59 on"),
        (("D1 02 02/20:00 -", "D2 03 03/07:59 03/09:00"), None, ""),
        # only the second one's time is on record
        (("D1 02", "D2 03 03/07:58 03/09:00"), UNKNOWN, "for certain from 2026-03-03 07:59 on"),
        (("D1 02", "D2 03 03/08:00 03/09:00"), None, ""),
    ],
)
def test_missing_time_leaves_it_unknown_unless_every_time_of_the_day_gives_one_answer(
    rows: tuple[str, ...], kind: str | None, planned: str, tmp_path: Path
) -> None:
    found = [(row[0], row[1]) for row in deviations(tmp_path, EIGHT, *rows)]
    assert found == ([] if kind is None else [(kind, planned)])


def test_row_that_is_not_known_says_what_is_missing(tmp_path: Path) -> None:
    (row,) = deviations(tmp_path, EIGHT, "D1 02", "D2 03")
    assert row[2:] == ("2026-03-03", "", "", NO_TIME)
    (row,) = deviations(tmp_path, EIGHT, "D2 03 03/03:00 03/03:30")
    assert (row[0], row[5]) == (UNKNOWN, "what the gap runs from is not on record")


@pytest.mark.parametrize(
    ("gap", "day", "days"),
    [
        ("3 days after D1", "04", "-1"),
        ("3 days after D1", "05", None),
        ("1 month after D-1", "27", "-1"),  # the day before 2 March is 1 March, and D-1 was held on 28 February
        ("1 month after D-1", "28", None),
    ],
)
def test_gap_in_days_or_months_counts_dates_whatever_the_clock_says(
    gap: str, day: str, days: str | None, tmp_path: Path
) -> None:
    visits = f"D-1: {{}}\nD1: {{}}\nD2: {{at_least: {gap}}}"
    arguments = files(tmp_path, visits=visits, more="month_end: last day of the month\n")
    rows = (
        HEADER,
        "1,D-1,2026-02-28,done,2026-02-28 22:00,2026-02-28 23:00",
        "1,D1,2026-03-02,done,2026-03-02 20:00,2026-03-02 21:30",
        f"1,D2,2026-03-{day},done,2026-03-{day} 03:00,",
    )
    arguments[3].write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = followed("deviations", arguments, "2026-04-20")
    soon = [(row["days_out"], row["minutes_out"]) for row in found if row["deviation"] == SOON]
    assert soon == ([] if days is None else [(days, "")])


def test_gap_to_a_visit_that_was_missed_is_no_gap(tmp_path: Path) -> None:
    arguments = files(
        tmp_path,
        visits=f"D1: {{}}\nD2: {{at_least: {EIGHT}}}",
        actuals=["1,D1,,missed", "1,D2,2026-03-03,done"],
    )
    assert [row["deviation"] for row in followed("deviations", arguments, "2026-03-20")] == ["visit missed"]


def test_certain_gap_is_too_soon_although_another_is_not_known(tmp_path: Path) -> None:
    gaps = f"[{EIGHT}, 3 days after D-1]"
    found = deviations(tmp_path, gaps, "D-1 01", "D1 02", "D2 03", more="\nD-1: {}")
    # three days after 1 March is 4 March, which decides; whether 8 hours had passed does not
    assert [(row[0], row[3]) for row in found] == [(SOON, "-1")]


def test_gap_after_the_last_dose_runs_from_its_recorded_end(tmp_path: Path) -> None:
    text = {"regimen": "dose: 5 mg\nvisits: [D1, D8]", "subjects": "1,active,2026-03-02"}
    visits = "D1: {}\nD8: {}\nend: {days: 9, arms: [active], at_least: 48 hours after end of last}"
    arguments = files(tmp_path, visits=visits, **text)
    protocol = arguments[0].read_text(encoding="utf-8")
    anchors = "  start: {label: first infusion}\n"
    arguments[0].write_text(
        protocol.replace(anchors, f"{anchors}  last: {{is: last dose of infusion}}\n"), encoding="utf-8"
    )
    rows = (
        HEADER,
        "1,D1,2026-03-02,done,2026-03-02 09:00,2026-03-02 10:00",
        "1,D8,2026-03-09,done,2026-03-09 21:00,2026-03-09 23:00",
        "1,end,2026-03-11,done,2026-03-11 22:00,",
    )
    arguments[3].write_text("\n".join(rows) + "\n", encoding="utf-8")
    (row,) = followed("deviations", arguments, "2026-03-20")
    assert (row["deviation"], row["planned"], row["minutes_out"]) == (SOON, "from 2026-03-11 23:00 on", "-60")
