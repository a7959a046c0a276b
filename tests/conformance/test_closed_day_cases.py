"""Published facts of visits that meet closed days, through the command line with a site file.

Each case stands in ``cases/visit_cases.json`` with its source. Where a peer's answer is a fault, ours is shown to be
another one; the reasons stand in ``docs/explanation/other-schedulers.md``.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import csv_rows_of, run_well
from tests.example_protocols import DAY_0, protocol_text

CASES: dict[str, dict[str, Any]] = {
    case["id"]: case
    for case in json.loads((Path(__file__).parent / "cases/visit_cases.json").read_text(encoding="utf-8"))["cases"]
    if case["kind"] == "closed_day_shift"
}
FAULTS = tuple(f"edc-facility-observed-{number}" for number in (1, 2, 4, 5))
OTHERS = ("psc-amendment-shift-onto-blackout-weekday", "psc-blackout-single", "psc-blackout-three-consecutive")
MONDAY_TO_FRIDAY = "country: none stated\nweekend: [Saturday, Sunday]"

Row = dict[str, str]


def planned(folder: Path, visits: str, start: str, site: str) -> list[Row]:
    """The planned visits of one subject at one site."""
    (folder / "protocol.yaml").write_text(protocol_text(visits=visits, numbering=DAY_0), encoding="utf-8")
    (folder / "subjects.csv").write_text(f"subject_id,arm,start,site\n1,control,{start},here\n", encoding="utf-8")
    below = "".join(f"    {line}\n" for line in site.splitlines())
    (folder / "sites.yaml").write_text(f"sites:\n  here:\n{below}", encoding="utf-8")
    files = (folder / "protocol.yaml", folder / "subjects.csv", "--sites", folder / "sites.yaml")
    return csv_rows_of(run_well("visits", *files).stdout)


def test_every_case_is_answered_here() -> None:
    assert sorted(CASES) == sorted((*FAULTS, *OTHERS))
    assert [name for name in CASES if CASES[name]["peer_quirk"]] == [name for name in CASES if name in FAULTS]


@pytest.mark.parametrize("name", FAULTS)
def test_nearest_open_day_of_the_window_is_taken_or_none(name: str, tmp_path: Path) -> None:
    given, expected = CASES[name]["input"], CASES[name]["expected"]
    window = f"-{given['before_days']} to +{given['after_days']} days"
    visit = f"seen: {{days: 0, window: {window}, closed_day: nearest}}"
    (row,) = planned(tmp_path, visit, given["suggested"], MONDAY_TO_FRIDAY)
    nearest = expected["nearest_open_in_window"]
    assert row["planned_date"] == (nearest or given["suggested"])
    assert ("no open day inside the window" in row["notes"]) == (nearest is None)
    assert row["planned_date"] != expected["peer"]
    assert row["window_start"] <= row["planned_date"] <= row["window_end"]
    assert row["target_date"] == given["suggested"]


def test_shift_onto_a_closed_weekday_goes_on_to_the_next_day(tmp_path: Path) -> None:
    case = CASES["psc-amendment-shift-onto-blackout-weekday"]
    site = f"country: none stated\nweekend: [{', '.join(case['input']['closed_weekdays'])}]"
    visit = f"seen: {{days: {case['input']['shift_days']}, window: +7 days, closed_day: next}}"
    (row,) = planned(tmp_path, visit, case["input"]["current_date"], site)
    assert row["planned_date"] == case["expected"]["actual_date"] == "2007-10-05"
    assert (row["target_date"], row["closed_day"]) == ("2007-10-04", "closed: Thursday")


def test_single_closed_day_gives_the_next_day_and_its_name(tmp_path: Path) -> None:
    case = CASES["psc-blackout-single"]
    (ideal,), (closed,) = case["input"]["ideal_dates"], case["input"]["closed_dates"]
    reason = case["expected"]["reason"].removeprefix("Rescheduled: ")
    site = f"country: none stated\nweekend: none\nclosed: {{{closed}: {reason}}}"
    (row,) = planned(tmp_path, "seen: {days: 0, window: +7 days, closed_day: next}", ideal, site)
    assert [row["planned_date"]] == case["expected"]["actual_dates"]
    assert row["closed_day"] == f"closed: {reason}" == "closed: Arbor Day"


def test_three_closed_days_give_the_fourth_and_later_visits_stay(tmp_path: Path) -> None:
    case = CASES["psc-blackout-three-consecutive"]
    ideal = case["input"]["ideal_dates"]
    start = date.fromisoformat(ideal[0])
    offsets = [(date.fromisoformat(day) - start).days for day in ideal]
    visits = "\n".join(f"v{k}: {{days: {days}, window: +6 days, closed_day: next}}" for k, days in enumerate(offsets))
    closed = case["input"]["closed_dates"]
    assert closed == [str(start + timedelta(days)) for days in range(3)]
    site = f"country: none stated\nweekend: none\nclosed: {{{closed[0]} to {closed[-1]}: holidays}}"
    rows = planned(tmp_path, visits, ideal[0], site)
    assert [row["planned_date"] for row in rows] == case["expected"]["actual_dates"]
    assert [row["target_date"] for row in rows] == ideal
