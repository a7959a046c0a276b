"""Planned dates move to open days only as the policy says, and only inside the window.

The site is open from Monday to Friday; in May 2026 Friday the 1st is closed too, and Wednesday the 13th. The 1st is a
Friday, so the Saturdays are the 2nd, the 9th, the 16th and so on.
"""

from __future__ import annotations

import numpy as np
import pytest

from dosecal.load.sites.site_calendars import SiteBook
from dosecal.load.sites.site_file import read_sites
from dosecal.model.closed_day import POLICY_WORDS, ClosedDayOutcome, ClosedDayPolicy
from dosecal.model.days import read_date
from dosecal.planning.dates.open_days import closed_day_policies, date_span, late_enough, move_to_open_days
from tests.example_protocols import protocol_of, protocol_text
from tests.planning.chained import schedule_after

SITES = b"""\
sites:
  weekdays:
    country: none stated
    weekend: [Saturday, Sunday]
    closed: {2026-05-01: Labour Day, 2026-05-13: inventory}
  sundays: {country: none stated, weekend: [Sunday]}
  always: {country: none stated, weekend: none}
  never: {country: none stated, weekend: [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday]}
"""
BOOK = SiteBook(read_sites(SITES, "sites.yaml"), "sites.yaml")
CALENDARS = BOOK.covering(read_date("2026-01-01"), read_date("2026-12-31"))
NONE = ""


def moved(
    wanted: str, window: tuple[str, str], policy: ClosedDayPolicy, site: str = "weekdays"
) -> tuple[str, str, str]:
    """The planned date, the outcome and the reason of one row; dates of May 2026 by their day, empty for none."""
    dates = [np.array([f"2026-05-{day}" if day else "NaT"], dtype="datetime64[D]") for day in (wanted, *window)]
    place = np.array([BOOK.names.index(site)], dtype=np.int32)
    closed = move_to_open_days(dates[0], dates[1], dates[2], np.array([policy], dtype=np.int8), place, CALENDARS)
    outcome = ClosedDayOutcome(int(closed.outcome[0])).name
    return str(closed.planned[0]).removeprefix("2026-05-"), outcome, closed.reasons[closed.reason[0]]


@pytest.mark.parametrize(
    ("wanted", "window", "policy", "planned", "outcome"),
    [
        # Saturday the 9th: Friday is one day away, Monday two
        ("09", ("06", "12"), "nearest", "08", "MOVED"),
        ("09", ("09", "12"), "nearest", "11", "MOVED"),
        ("09", ("06", "12"), "next", "11", "MOVED"),
        ("09", ("06", "12"), "previous", "08", "MOVED"),
        ("09", ("06", "12"), "keep", "09", "KEPT"),
        # both ends of the window are inside it
        ("09", ("08", "09"), "nearest", "08", "MOVED"),
        ("09", ("09", "11"), "next", "11", "MOVED"),
        ("09", ("09", "10"), "next", "09", "NO_OPEN_DAY"),
        ("09", ("09", "10"), "nearest", "09", "NO_OPEN_DAY"),
        ("09", ("09", "09"), "nearest", "09", "NO_OPEN_DAY"),
        # the other side of the window doesn't help a policy with a direction
        ("09", ("06", "10"), "next", "09", "NO_OPEN_DAY"),
        ("09", ("09", "12"), "previous", "09", "NO_OPEN_DAY"),
        # Wednesday the 13th: Tuesday and Thursday are equally near
        ("13", ("10", "16"), "nearest", "13", "TIE"),
        ("13", ("10", "16"), "nearest, earlier first", "12", "MOVED"),
        ("13", ("10", "16"), "nearest, later first", "14", "MOVED"),
        ("13", ("13", "16"), "nearest", "14", "MOVED"),
        ("13", ("13", "16"), "nearest, earlier first", "14", "MOVED"),
        ("13", ("10", "13"), "nearest, later first", "12", "MOVED"),
        # Friday the 1st to Sunday the 3rd are closed together
        ("03", ("01", "04"), "nearest", "04", "MOVED"),
        ("01", ("01", "03"), "next", "01", "NO_OPEN_DAY"),
        ("02", ("01", "09"), "next", "04", "MOVED"),
        # no window is stated
        ("09", (NONE, NONE), "nearest", "09", "NO_WINDOW"),
        ("09", (NONE, NONE), "next", "09", "NO_WINDOW"),
        ("09", (NONE, NONE), "keep", "09", "KEPT"),
        # an open day stays whatever the policy
        ("08", ("05", "11"), "next", "08", "OPEN"),
        ("08", (NONE, NONE), "nearest", "08", "OPEN"),
    ],
)
def test_planned_date_follows_the_policy_inside_the_window(
    wanted: str, window: tuple[str, str], policy: str, planned: str, outcome: str
) -> None:
    assert moved(wanted, window, POLICY_WORDS[policy])[:2] == (planned, outcome)


@pytest.mark.parametrize(
    ("policy", "outcome"), [(ClosedDayPolicy.NONE_STATED, "NONE_STATED"), (ClosedDayPolicy.DOSE, "DOSE_KEPT")]
)
def test_dose_and_visit_without_policy_stay_where_they_are(policy: ClosedDayPolicy, outcome: str) -> None:
    assert moved("09", ("06", "12"), policy) == ("09", outcome, "Saturday")


def test_reason_of_a_closed_day_is_kept() -> None:
    assert moved("13", ("10", "16"), ClosedDayPolicy.NEXT)[2] == "inventory"


@pytest.mark.parametrize(
    ("site", "planned", "outcome"),
    [("sundays", "09", "OPEN"), ("always", "09", "OPEN"), ("never", "09", "NO_OPEN_DAY"), ("weekdays", "08", "MOVED")],
)
def test_each_row_is_held_against_its_own_site(site: str, planned: str, outcome: str) -> None:
    assert moved("09", ("06", "12"), ClosedDayPolicy.NEAREST, site)[:2] == (planned, outcome)


@pytest.mark.parametrize(
    ("window", "outcome"), [(("02", "03"), "WINDOW_CLOSED"), (("02", "04"), "OPEN"), ((NONE, NONE), "OPEN")]
)
def test_window_without_target_needs_one_open_day(window: tuple[str, str], outcome: str) -> None:
    assert moved(NONE, window, ClosedDayPolicy.NONE_STATED) == ("NaT", outcome, "")


def test_rows_of_many_sites_are_moved_together() -> None:
    days = np.array(["2026-05-09", "2026-05-09", "NaT", "2026-05-10"], dtype="datetime64[D]")
    start = np.array(["2026-05-06", "2026-05-06", "NaT", "2026-05-07"], dtype="datetime64[D]")
    end = np.array(["2026-05-12", "2026-05-12", "NaT", "2026-05-13"], dtype="datetime64[D]")
    site = np.array([0, 1, 0, 3], dtype=np.int32)
    policy = np.full(4, ClosedDayPolicy.NEAREST, dtype=np.int8)
    closed = move_to_open_days(days, start, end, policy, site, CALENDARS)
    assert closed.planned.astype(str).tolist() == ["2026-05-08", "2026-05-09", "NaT", "2026-05-10"]
    assert days.astype(str).tolist() == ["2026-05-09", "2026-05-09", "NaT", "2026-05-10"]


def test_date_outside_the_calendars_is_a_fault_of_the_caller() -> None:
    day = np.array(["2027-01-01"], dtype="datetime64[D]")
    with pytest.raises(ValueError, match="do not cover"):
        move_to_open_days(day, day, day, np.zeros(1, dtype=np.int8), np.zeros(1, dtype=np.int32), CALENDARS)


def test_policy_of_a_visit_is_its_own_or_the_files_and_a_dose_is_kept() -> None:
    visits = "baseline: {day: D1, before: infusion}\nD1: {}\nD8: {closed_day: next}\nD15: {}\nD22: {closed_day: keep}"
    text = protocol_text(regimen="dose: 1 mg\nvisits: [D1, D8]", visits=visits, more="closed_day: nearest\n")
    policies = closed_day_policies(protocol_of(text))
    dose, nearest = ClosedDayPolicy.DOSE, ClosedDayPolicy.NEAREST
    # the arm active is dosed at D1 and D8; the arm control is not
    assert policies[:, 0].tolist() == [dose, dose, dose, nearest, ClosedDayPolicy.KEEP]
    assert policies[:, 1].tolist() == [nearest, nearest, ClosedDayPolicy.NEXT, nearest, ClosedDayPolicy.KEEP]


def test_silence_of_the_file_is_no_policy() -> None:
    policies = closed_day_policies(protocol_of(protocol_text(visits="D1: {}")))
    assert policies.tolist() == [[ClosedDayPolicy.NONE_STATED, ClosedDayPolicy.NONE_STATED]]


def test_window_that_is_open_to_one_side_is_never_said_to_be_closed() -> None:
    for window in (("09", ""), ("", "10"), ("", "")):
        assert moved("", window, ClosedDayPolicy.NEAREST) == ("NaT", "OPEN", "")
    assert moved("", ("09", "10"), ClosedDayPolicy.NEAREST)[1] == "WINDOW_CLOSED"  # Saturday and Sunday
    assert moved("", ("09", "11"), ClosedDayPolicy.NEAREST)[1] == "OPEN"


def test_window_begins_where_it_is_late_enough_and_never_before_it_does() -> None:
    def days(*texts: str) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
        return np.array(texts, dtype="datetime64[D]")

    starts = days("2026-05-01", "2026-05-05", "2026-05-09", "NaT")
    gaps = days("NaT", "2026-05-07", "2026-05-07", "2026-05-07")
    assert late_enough(starts, gaps).astype(str).tolist() == ["2026-05-01", "2026-05-07", "2026-05-09", "NaT"]
    assert late_enough(starts, days("NaT", "NaT", "NaT", "NaT")).astype(str).tolist() == starts.astype(str).tolist()


@pytest.mark.parametrize("outside", ["2025-12-31", "2027-01-01"])
def test_calendars_that_do_not_cover_a_day_are_not_looked_into(outside: str) -> None:
    dates = np.array(["2026-05-09", outside], dtype="datetime64[D]")
    policy, site = np.array([ClosedDayPolicy.NEAREST] * 2, dtype=np.int8), np.zeros(2, dtype=np.int32)
    with pytest.raises(ValueError, match="do not cover every date"):
        move_to_open_days(dates, dates, dates, policy, site, CALENDARS)


def test_span_of_a_schedule_goes_from_its_first_to_its_last_day() -> None:
    # D1 is 2 March 2026 with a day before it, D29 is 30 March with two after it
    text = protocol_text(visits="D1: {window: ±1 day}\nD29: {window: ±2 days}")
    assert date_span(schedule_after(text, {})) == (read_day("2026-03-01"), read_day("2026-04-01"))


def read_day(text: str) -> int:
    return int(np.datetime64(text, "D").astype(np.int64))
