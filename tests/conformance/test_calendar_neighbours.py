"""Dates at the edges of calendars, each counted by hand; 2 March 2026 is a Monday.

Leap days, year ends and ends of months; labels on both sides of an anchor; one-sided windows and windows in hours; gaps
that meet closed days; the Golden Week of 2025, worked for on Sunday 28 September and Saturday 11 October in China; a
dose that ends after midnight; a wash-out between two periods; anchors that are not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run_well
from tests.example_protocols import DAY_0, MONTH_END, NO_DAY_0, protocol_text

if TYPE_CHECKING:
    from pathlib import Path

    Row = dict[str, str]

WEEKENDS = "sites:\n  here: {country: none stated, weekend: [Saturday, Sunday]}\n"
CHINA = "sites:\n  here: {country: CN, weekend: [Saturday, Sunday]}\n"


def planned(
    folder: Path, visits: str, start: str, *options: str, actuals: tuple[str, ...] = (), **more: str
) -> dict[str, Row]:
    """The visits of one subject by their ids.

    Args:
        folder: Where files are written.
        visits: The visits of the protocol.
        start: The first day.
        options: Further options.
        actuals: What happened by 2030, as ``visit,date,status,dose_start,dose_end``.
        more: ``sites``, the text of a site file; ``anchors``, further anchors, and their empty columns; and what
            ``protocol_text`` takes.
    """
    sites, anchors = more.pop("sites", ""), more.pop("anchors", "")
    text = protocol_text(visits=visits, **more).replace("arms:", f"{anchors}arms:", 1)
    (folder / "p.yaml").write_text(text, encoding="utf-8")
    arm = "active" if "regimen" in more else "control"
    columns = "".join(f",{line.partition(':')[0].strip()}" for line in anchors.splitlines() if "may be empty" in line)
    subject = f"1,{arm},{start},here{',' * columns.count(',')}"
    (folder / "s.csv").write_text(f"subject_id,arm,start,site{columns}\n{subject}\n", encoding="utf-8")
    arguments: list[str | Path] = [folder / "p.yaml", folder / "s.csv", *options]
    if sites:
        (folder / "sites.yaml").write_text(sites, encoding="utf-8")
        arguments += ["--sites", folder / "sites.yaml"]
    if actuals:
        rows = "".join(f"1,{row}{',' * (4 - row.count(','))}\n" for row in actuals)
        (folder / "a.csv").write_text(f"subject_id,visit,date,status,dose_start,dose_end\n{rows}", encoding="utf-8")
        arguments += ["--actuals", folder / "a.csv", "--as-of", "2030-01-01"]
    return {row["visit"]: row for row in csv_rows_of(run_well("visits", *arguments).stdout)}


RULES = (MONTH_END, "month_end: first day of the next month\n")


@pytest.mark.parametrize(
    ("start", "rule", "last_day", "next_month"),
    [
        # no month has such a day: the last day of the month, or the first of the next
        ("2026-05-31", "months: 6", "2026-11-30", "2026-12-01"),
        ("2026-12-31", "months: 2", "2027-02-28", "2027-03-01"),
        ("2024-02-29", "years: 1", "2025-02-28", "2025-03-01"),
        ("2024-02-29", "months: 12", "2025-02-28", "2025-03-01"),
        ("2096-02-29", "years: 4", "2100-02-28", "2100-03-01"),  # 2100 is no leap year
        ("2026-03-31", "months: -1", "2026-02-28", "2026-03-01"),
    ],
)
def test_month_without_such_a_day_ends_as_the_file_says(
    start: str, rule: str, last_day: str, next_month: str, tmp_path: Path
) -> None:
    targets = [planned(tmp_path, f"x: {{{rule}}}", start, more=line)["x"]["target_date"] for line in RULES]
    assert targets == [last_day, next_month]


@pytest.mark.parametrize("line", RULES)
@pytest.mark.parametrize(
    ("start", "rule", "target"),
    [
        ("2026-12-31", "weeks: 1", "2027-01-07"),
        ("2026-12-31", "years: 1", "2027-12-31"),
        ("2024-02-29", "years: 4", "2028-02-29"),
        ("2024-02-29", "months: 1", "2024-03-29"),
        ("2024-02-29", "days: 1", "2024-03-01"),
        ("2096-02-29", "years: 8", "2104-02-29"),
        ("2026-03-02", "weeks: 24", "2026-08-17"),  # 168 days: 29, 30, 31, 30, 31 and 17 of August
        ("2026-03-02", "days: 180", "2026-08-29"),
        ("2026-03-02", "months: 6", "2026-09-02"),
        ("2026-03-02", "weeks: 4", "2026-03-30"),
        ("2026-03-02", "months: 1", "2026-04-02"),
    ],
)
def test_months_years_weeks_and_days_are_four_things(
    start: str, rule: str, target: str, line: str, tmp_path: Path
) -> None:
    assert planned(tmp_path, f"x: {{{rule}}}", start, more=line)["x"]["target_date"] == target


@pytest.mark.parametrize("counted_from", ["actual", "planned"])
@pytest.mark.parametrize(
    ("line", "chained"), [(RULES[0], ["2026-02-28", "2026-03-28"]), (RULES[1], ["2026-03-01", "2026-04-01"])]
)
def test_end_of_month_is_lost_in_a_chain_and_kept_from_the_anchor(
    counted_from: str, line: str, chained: list[str], tmp_path: Path
) -> None:
    after = f"months: 1, counted_from: {counted_from}"
    visits = f"D1: {{}}\nm1: {{{after}, after: D1}}\nm2: {{{after}, after: m1}}\nanchored: {{months: 2}}"
    rows = planned(tmp_path, visits, "2026-01-31", more=line)
    assert [rows[visit]["target_date"] for visit in ("m1", "m2", "anchored")] == [*chained, "2026-03-31"]


@pytest.mark.parametrize(("line", "not_before"), [(RULES[0], "2026-03-30"), (RULES[1], "2026-03-30")])
def test_gap_in_months_counts_as_visits_do(line: str, not_before: str, tmp_path: Path) -> None:
    visits = "D1: {}\nD31: {at_least: 2 months after start}\nD60: {at_least: 1 month after D1}"
    rows = planned(tmp_path, visits, "2026-01-30", more=line)
    assert rows["D31"]["not_before"] == not_before
    # no 30 February
    assert rows["D60"]["not_before"] == ("2026-02-28" if line == RULES[0] else "2026-03-01")


@pytest.mark.parametrize(
    ("numbering", "visit", "target", "window"),
    [
        # the anchor is Sunday 1 March 2026
        (NO_DAY_0, "D-28: {}", "2026-02-01", ("", "")),
        (NO_DAY_0, "D-1: {window: ±1 day}", "2026-02-28", ("2026-02-27", "2026-03-01")),
        (NO_DAY_0, "D1: {window: ±1 day}", "2026-03-01", ("2026-02-28", "2026-03-02")),
        (NO_DAY_0, "x: {window: D-1 to D1}", "", ("2026-02-28", "2026-03-01")),
        (NO_DAY_0, "x: {window: D-28 to D-1}", "", ("2026-02-01", "2026-02-28")),
        (NO_DAY_0, "x: {day: D1, window: D-2 to D3}", "2026-03-01", ("2026-02-27", "2026-03-03")),
        (DAY_0, "D-1: {}", "2026-02-28", ("", "")),
        (DAY_0, "x: {day: D0, window: D-2 to D3}", "2026-03-01", ("2026-02-27", "2026-03-04")),
        (NO_DAY_0, "D8: {window: +3 days}", "2026-03-08", ("2026-03-08", "2026-03-11")),
        (NO_DAY_0, "D8: {window: -3 days}", "2026-03-08", ("2026-03-05", "2026-03-08")),
        (NO_DAY_0, "D8: {window: ±4 hours}", "2026-03-08", ("2026-03-08", "2026-03-08")),
        (NO_DAY_0, "D8: {window: ±30 hours}", "2026-03-08", ("2026-03-07", "2026-03-09")),
    ],
)
def test_labels_and_windows_around_the_anchor(
    numbering: str, visit: str, target: str, window: tuple[str, str], tmp_path: Path
) -> None:
    (row,) = planned(tmp_path, visit, "2026-03-01", numbering=numbering).values()
    assert (row["target_date"], row["window_start"], row["window_end"]) == (target, *window)


@pytest.mark.parametrize(
    ("visit", "day", "note"),
    [
        # 1 to 8 October are closed; D4 is Saturday 4 October
        ("D4: {window: ±3 days, closed_day: nearest}", "2025-10-04", "no open day inside the window"),
        ("D4: {window: ±4 days, closed_day: nearest}", "2025-09-30", "planned 4 days earlier"),
        ("D4: {window: ±5 days, closed_day: next}", "2025-10-09", "planned 5 days later"),
        ("D4: {window: +4 days, closed_day: nearest}", "2025-10-04", "no open day inside the window"),
        ("D11: {window: ±3 days, closed_day: nearest}", "2025-10-11", ""),
        ("D-3: {window: ±3 days, closed_day: nearest}", "2025-09-28", ""),
        ('D12: {window: ±3 days, closed_day: "nearest, earlier first"}', "2025-10-11", "planned 1 day earlier"),
        ("x: {window: D1 to D8}", "", "every day of the window is closed"),
        ("x: {window: D1 to D9}", "", ""),
    ],
)
def test_golden_week_and_the_weekend_days_that_are_worked_for_it(
    visit: str, day: str, note: str, tmp_path: Path
) -> None:
    (row,) = planned(tmp_path, visit, "2025-10-01", sites=CHINA).values()
    assert (row["planned_date"], note in row["notes"]) == (day, True)
    assert ("closed day" in row["notes"]) == (note.startswith(("planned", "no open")))


def test_closed_day_moves_no_visit_to_a_day_that_is_too_early(tmp_path: Path) -> None:
    visits = "D1: {}\nx: {days: 12, window: ±3 days, closed_day: nearest, at_least: 12 days after D1}"
    # Saturday 14 March is the first day that is late enough: Friday is nearer than Monday, and too early
    assert planned(tmp_path, visits, "2026-03-02", sites=WEEKENDS)["x"]["planned_date"] == "2026-03-16"


def test_gap_that_pushes_a_visit_onto_a_closed_day_is_followed_by_the_rule_for_it(tmp_path: Path) -> None:
    visits = "D1: {}\nD5: {}\nx: {days: 11, window: ±3 days, closed_day: nearest, at_least: 8 days after D5}"
    row = planned(tmp_path, visits, "2026-03-02", sites=WEEKENDS, actuals=("D5,2026-03-06,done",))["x"]
    # Friday 6 March and 8 days are Saturday 14 March
    assert (row["target_date"], row["not_before"], row["planned_date"]) == ("2026-03-13", "2026-03-14", "2026-03-16")


@pytest.mark.parametrize(
    ("actuals", "day"),
    [
        ((), "2026-03-04"),  # 36 hours are two whole days while the time of the dose is not known
        (("D1,2026-03-02,done",), "2026-03-04"),
        (("D1,2026-03-02,done,2026-03-02 08:00",), "2026-03-03"),
        (("D1,2026-03-02,done,2026-03-02 13:00",), "2026-03-04"),
    ],
)
def test_gap_in_hours_is_exact_where_the_time_is_known(actuals: tuple[str, ...], day: str, tmp_path: Path) -> None:
    visits = "D1: {}\nx: {days: 1, window: +3 days, at_least: 36 hours after D1}"
    row = planned(tmp_path, visits, "2026-03-02", actuals=actuals)["x"]
    assert (row["not_before"], row["planned_date"]) == (day, day)


def test_dose_that_ends_after_midnight_is_counted_from_the_day_on_which_it_ended(tmp_path: Path) -> None:
    rows = planned(
        tmp_path,
        "D1: {}\nstart_7: {days: 7, after: D1, counted_from: actual}\nend_7: {days: 7, after: last, arms: [active]}",
        "2026-03-02",
        regimen="dose: 1 mg",
        anchors="  last: {is: end of last dose of infusion}\n",
        actuals=("D1,2026-03-02,done,2026-03-02 23:30,2026-03-03 01:30",),
    )
    assert (rows["start_7"]["target_date"], rows["end_7"]["target_date"]) == ("2026-03-09", "2026-03-10")


def test_wash_out_moves_the_second_period_inside_its_window(tmp_path: Path) -> None:
    visits = """\
P1D1: {days: 0}
P1D15: {days: 14, after: P1D1, counted_from: actual}
P2D1: {days: 28, window: ±3 days, at_least: 14 days after P1D15}
P2D15: {days: 14, after: P2D1, counted_from: actual, window: ±1 day}"""
    rows = planned(tmp_path, visits, "2026-02-16", actuals=("P1D1,2026-02-18,done",))
    # two days late: 4 March and 14 days are 18 March, inside 13 to 19 March
    days = [rows[visit]["planned_date"] for visit in ("P1D15", "P2D1", "P2D15")]
    assert days == ["2026-03-04", "2026-03-18", "2026-04-01"]


def test_anchors_that_are_not_known_leave_all_that_follows_open(tmp_path: Path) -> None:
    visits = (
        "x: {days: 3, after: surgery}\ny: {days: 3, after: x, counted_from: planned}\nz: {days: 1, after: disc}\nD1: {}"
    )
    anchors = "  surgery: {date: may be empty}\n  disc: {date: may be empty}\n"
    rows = planned(tmp_path, visits, "2026-03-02", anchors=anchors)
    assert {visit: row["target_date"] for visit, row in rows.items()} == {"D1": "2026-03-02", "x": "", "y": "", "z": ""}
    assert all("to be determined" in rows[visit]["notes"] for visit in "xyz")


def test_late_cycle_across_the_year_s_end_moves_those_after_it(tmp_path: Path) -> None:
    cycles = "cycles:\n  C: {length: 28 days, count: 3, counted_from: actual}\n"
    actuals = ("C1D1,2026-12-07,done", "C2D1,2027-01-08,done")
    rows = planned(tmp_path, "C*D1: {window: ±2 days}\nC*D8: {}", "2026-12-07", more=cycles, actuals=actuals)
    assert {visit: row["target_date"] for visit, row in rows.items()} == {
        "C1D1": "2026-12-07",
        "C1D8": "2026-12-14",
        "C2D1": "2027-01-04",
        "C2D8": "2027-01-15",
        "C3D1": "2027-02-05",
        "C3D8": "2027-02-12",
    }
