"""Where a protocol's visits stand on an axis of days, counted by hand."""

from __future__ import annotations

import pytest

from dosecal.model.days import MonthEnd
from dosecal.report.calendars.timeline_days import DayRange, month_days, reach_of
from tests.example_protocols import DAY_0, MONTH_END, protocol_of, protocol_text


@pytest.mark.parametrize(
    ("months", "fewest", "most"),
    [
        (0, 0, 0),
        (1, 28, 31),  # from 1 February of a common year; from 1 January
        (2, 59, 62),  # from 1 January of a common year; from 1 July
        (-1, -31, -28),
        (12, 365, 366),
        (48, 1460, 1461),  # with 29 February 2100 left out
    ],
)
def test_months_are_as_many_days_as_they_can_be(months: int, fewest: int, most: int) -> None:
    assert month_days(months, MonthEnd.LAST_DAY) == (fewest, most)


@pytest.mark.parametrize(("months", "fewest", "most"), [(1, 28, 31), (2, 59, 62), (12, 365, 366), (-1, -31, -28)])
def test_months_that_go_on_to_the_next_are_as_many_days_as_they_can_be(months: int, fewest: int, most: int) -> None:
    # 31 January to 1 March is 29 or 30 days, 31 May to 1 July is 31; 29 February to 1 March of the next year is 366
    assert month_days(months, MonthEnd.NEXT_MONTH) == (fewest, most)


def test_visit_that_follows_another_stands_behind_its_target() -> None:
    visits = "D1: {}\nD8: {window: ±1 day}\nlast: {after: D8, counted_from: actual, days: 14, window: -1 to +2 days}"
    protocol = protocol_of(protocol_text(visits=visits))
    reach = reach_of(protocol.visit("last"), protocol, "control")
    # day 8 is 7 days after the anchor, and 14 more are 21; the window is 20 to 23
    assert (reach.origin, reach.target, reach.window) == ("start", DayRange(21, 21), DayRange(20, 23))


def test_months_after_a_visit_are_a_range_with_a_window_about_it() -> None:
    visits = "D0: {}\nlast: {after: D0, counted_from: planned, months: 1, window: ±2 days}"
    protocol = protocol_of(protocol_text(visits=visits, numbering=DAY_0, more=MONTH_END))
    reach = reach_of(protocol.visit("last"), protocol, "control")
    assert (reach.target, reach.window, reach.first) == (DayRange(28, 31), DayRange(26, 33), 28)


def test_range_without_a_target_is_a_window_alone() -> None:
    protocol = protocol_of(protocol_text(visits="screening: {window: D-14 to D-1}\nD1: {}"))
    reach = reach_of(protocol.visit("screening"), protocol, "active")
    assert (reach.target, reach.window, reach.first) == (None, DayRange(-14, -1), -14)


@pytest.mark.parametrize(("event", "day"), [("first dose of infusion", 2), ("last dose of infusion", 9)])
def test_visit_counted_from_a_dose_stands_behind_the_visit_that_has_it(event: str, day: int) -> None:
    text = protocol_text(regimen="dose: 2 mg\nvisits: [D2, D9]", visits="D1: {}\nD2: {}\nD9: {}")
    text = text.replace("arms:\n  active", f"  dosed: {{is: {event}}}\narms:\n  active", 1)
    text += "  after: {anchor: dosed, days: 1, arms: [active]}\n"
    protocol = protocol_of(text)
    reach = reach_of(protocol.visit("after"), protocol, "active")
    assert (reach.origin, reach.target) == ("start", DayRange(day, day))


def test_what_is_counted_from_another_date_has_an_axis_of_its_own() -> None:
    text = protocol_text(visits="D1: {}\nlate: {anchor: ended, days: 30}")
    text = text.replace("arms:\n  active", "  ended: {label: off treatment, date: may be empty}\narms:\n  active", 1)
    protocol = protocol_of(text)
    assert reach_of(protocol.visit("late"), protocol, "active").origin == "ended"


def test_what_is_counted_from_an_ending_has_an_axis_of_its_own() -> None:
    protocol = protocol_of(protocol_text(visits="D1: {}\nlate: {after: off_treatment, days: 30}"))
    reach = reach_of(protocol.visit("late"), protocol, "active")
    assert (reach.origin, reach.target) == ("off_treatment", DayRange(30, 30))


def test_arm_without_the_dose_has_no_day_for_it() -> None:
    text = protocol_text(regimen="dose: 2 mg\nvisits: [D2]", visits="D1: {}\nD2: {}")
    text = text.replace("arms:\n  active", "  dosed: {is: first dose of infusion}\narms:\n  active", 1)
    text += "  after: {anchor: dosed, days: 1, arms: [active]}\n"
    protocol = protocol_of(text)
    assert reach_of(protocol.visit("after"), protocol, "control").origin == "dosed"
