"""``dosecal timepoints``: local times of a dose's timepoints, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run, run_well
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

POINTS = "[pre-dose, 'pre-dose, within 60 min', end of infusion, +15 min, +1 h ± 5 min, '+24 h ± 1 h', +2 h after end]"


@pytest.fixture
def protocol(tmp_path: Path) -> Path:
    """A trial with timepoints on its first day."""
    path = tmp_path / "pk.yaml"
    path.write_text(protocol_text(visits=f"D1: {{timepoints: {POINTS}}}\nD2: {{}}"), encoding="utf-8")
    return path


def times(protocol: Path, start: str, zone: str, *more: str) -> list[tuple[str, ...]]:
    arguments = ("--visit", "D1", "--start", start, "--zone", zone, "--format", "csv", *more)
    rows = csv_rows_of(run_well("timepoints", protocol, *arguments).stdout)
    return [tuple(row[name] for name in ("date", "time", "earliest", "latest", "utc_offset")) for row in rows]


def test_timepoints_are_counted_from_the_start_and_the_end_of_the_dose(protocol: Path) -> None:
    day, offset = "2026-03-09", "UTC-06:00"
    got = times(protocol, "2026-03-09T08:30", "America/Mexico_City", "--end", "2026-03-09T09:28")
    assert got == [
        ("", "", "", "2026-03-09 08:30", offset),
        ("", "", "2026-03-09 07:30", "2026-03-09 08:30", offset),
        (day, "09:28", "", "", offset),
        (day, "08:45", "", "", offset),
        (day, "09:30", "09:25", "09:35", offset),
        ("2026-03-10", "08:30", "07:30", "09:30", offset),
        (day, "11:28", "", "", offset),
    ]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        # the day has 25 hours: 24 hours after half past eight it is half past seven by the clocks
        ("2026-10-24T08:30", ("2026-10-25", "07:30", "06:30", "08:30", "UTC+01:00")),
        # and 23 hours in spring
        ("2026-03-28T08:30", ("2026-03-29", "09:30", "08:30", "10:30", "UTC+02:00")),
    ],
)
def test_day_on_which_the_clocks_change_is_counted_in_elapsed_time(
    protocol: Path, start: str, expected: tuple[str, ...]
) -> None:
    assert times(protocol, start, "Europe/Madrid")[5] == expected


def test_timepoint_past_midnight_has_the_next_date(protocol: Path) -> None:
    got = times(protocol, "2026-12-31T23:30", "Asia/Shanghai")
    assert got[3] == ("2026-12-31", "23:45", "", "", "UTC+08:00")
    assert got[4] == ("2027-01-01", "00:30", "00:25", "00:35", "UTC+08:00")


def test_end_that_is_not_known_leaves_what_is_counted_from_it_open(protocol: Path) -> None:
    arguments = ("--visit", "D1", "--start", "2026-03-09T08:30", "--zone", "UTC", "--format", "csv")
    rows = csv_rows_of(run_well("timepoints", protocol, *arguments).stdout)
    open_rows = [row for row in rows if row["notes"].startswith("to be determined")]
    assert [(row["timepoint"], row["date"], row["time"]) for row in open_rows] == [
        ("end of infusion", "", ""),
        ("'+2 h after end", "", ""),  # guarded for spreadsheets, which take + for the beginning of a formula
    ]
    assert {row["elapsed"] for row in rows} == {"PT0M", "PT15M", "PT1H", "PT24H", "PT2H"}


@pytest.mark.parametrize(
    ("visit", "start", "zone", "end", "code"),
    [
        ("D2", "2026-03-09T08:30", "UTC", None, "L067"),
        ("D9", "2026-03-09T08:30", "UTC", None, "L005"),
        ("D1", "2026-03-09T08:30", "Mexico", None, "S105"),
        ("D1", "2026-03-09", "UTC", None, "L065"),
        ("D1", "2026-03-09T08:30", "UTC", "2026-03-09T08:30", "L066"),
    ],
)
def test_other_request_is_refused(
    protocol: Path, visit: str, start: str, zone: str, end: str | None, code: str
) -> None:
    more = ("--end", end) if end else ()
    result = run("timepoints", protocol, "--visit", visit, "--start", start, "--zone", zone, *more)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"[{code}]" in result.stderr


@pytest.mark.parametrize(
    ("start", "place", "expected", "note"),
    [
        # New York, Sunday 1 November 2026: at two o'clock summer time it is one o'clock again
        ("2026-11-01T00:30", 4, ("01:30", "01:25", "01:35", "UTC-04:00"), "it is the first one"),
        ("2026-11-01T01:30-04:00", 4, ("01:30", "01:25", "01:35", "UTC-05:00"), "it is the second one"),
        # a window that reaches from one offset to the other says which
        ("2026-11-01T00:55", 4, ("01:55", "01:50", "01:00 UTC-05:00", "UTC-04:00"), "it is the first one"),
        ("2026-10-31T01:10", 5, ("01:10", "00:10", "01:10 UTC-05:00", "UTC-04:00"), "it is the first one"),
        # the second half past one, 24 hours after half past two
        ("2026-10-31T02:30", 5, ("01:30", "01:30 UTC-04:00", "02:30", "UTC-05:00"), "it is the second one"),
        ("2026-11-01T02:00", 4, ("03:00", "02:55", "03:05", "UTC-05:00"), ""),
    ],
)
def test_time_that_the_clocks_show_twice_says_which_of_the_two_it_is(
    protocol: Path, start: str, place: int, expected: tuple[str, ...], note: str
) -> None:
    arguments = ("--visit", "D1", "--start", start, "--zone", "America/New_York", "--format", "csv")
    row = csv_rows_of(run_well("timepoints", protocol, *arguments).stdout)[place]
    assert (row["time"], row["earliest"], row["latest"], row["utc_offset"]) == expected
    assert ("show this time twice" in row["notes"]) == bool(note)
    assert note in row["notes"]
