"""Start dates are judged by what closed days do to their doses and visits, and stand in one order.

2026-03-02 is a Monday. The site is open from Monday to Friday, and Wednesday 2026-03-11 is closed for an inventory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.load.sites.site_calendars import SiteBook
from dosecal.load.sites.site_file import read_sites
from dosecal.planning.starts import judge_starts, plan_candidates
from tests.example_protocols import protocol_of, protocol_text

if TYPE_CHECKING:
    from dosecal.model.starts import StartDates

SITES = b"""\
sites:
  here:
    country: none stated
    weekend: [Saturday, Sunday]
    closed: {2026-03-11: inventory}
"""
DOSED = "dose: 1 mg\nvisits: [D1, D3]"


def judged(first: str, last: str, visits: str, *, regimen: str = "", more: str = "", arm: str = "") -> StartDates:
    """The starts of a span of days, in all arms or in one."""
    protocol = protocol_of(protocol_text(regimen=regimen, visits=visits, more=more))
    arms = tuple(place for place, one in enumerate(protocol.arms) if arm in {"", one.id})
    starts = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
    candidates = plan_candidates(protocol, starts, arms)
    calendars = SiteBook(read_sites(SITES, "sites.yaml"), "sites.yaml").covering(*candidates.span)
    return judge_starts(protocol, candidates, 0, calendars)


def days_of(starts: StartDates) -> list[int]:
    """The day of the month of each start, in their order."""
    return [day.day for day in starts.start.tolist()]


def counts_of(starts: StartDates) -> dict[int, tuple[int, int, int, int]]:
    """Doses on closed days, visits without an open day, visits moved and days moved, by day of the month."""
    columns = (starts.doses_closed, starts.visits_broken, starts.visits_moved, starts.days_moved)
    return dict(zip(days_of(starts), zip(*(column.tolist() for column in columns), strict=True), strict=True))


def test_doses_on_closed_days_weigh_most() -> None:
    # D1 and D3 of Monday 2 to Sunday 8 March: D3 of Thursday is Saturday, of Friday is Sunday
    starts = judged("2026-03-02", "2026-03-08", "D1: {}\nD3: {}", regimen=DOSED, arm="active")
    assert counts_of(starts) == {
        2: (0, 0, 0, 0),
        3: (0, 0, 0, 0),
        4: (0, 0, 0, 0),
        5: (1, 0, 0, 0),
        6: (1, 0, 0, 0),
        7: (1, 0, 0, 0),
        8: (1, 0, 0, 0),
    }
    assert days_of(starts) == [2, 3, 4, 5, 6, 7, 8]


def test_two_visits_without_an_open_day_weigh_less_than_one_dose() -> None:
    # Wednesday 4 March: D4 is Saturday the 7th, D5 Sunday the 8th. Thursday the 5th: D3, a dose, is Saturday the 7th.
    starts = judged("2026-03-04", "2026-03-05", "D1: {}\nD3: {}\nD4: {}\nD5: {}", regimen=DOSED, arm="active")
    assert counts_of(starts)[4] == (0, 2, 0, 0)
    assert counts_of(starts)[5] == (1, 1, 0, 0)
    assert days_of(starts) == [4, 5]


def test_visit_with_an_open_day_in_its_window_breaks_nothing() -> None:
    # D8 of Wednesday 4 March is the 11th, the inventory: one day off. D8 of Saturday the 7th is Saturday the 14th.
    visits = "D8: {window: ±1 day}"
    starts = judged("2026-03-02", "2026-03-08", visits, regimen="")
    assert counts_of(starts)[4] == (0, 0, 1, 1)
    assert counts_of(starts)[7] == (0, 0, 1, 1)
    assert counts_of(starts)[8] == (0, 0, 1, 1)
    assert counts_of(starts)[2] == (0, 0, 0, 0)
    assert days_of(starts) == [2, 3, 5, 6, 4, 7, 8]


def test_policy_that_names_a_side_counts_that_side_alone() -> None:
    # D8 of Saturday 7 March is Saturday the 14th, of Sunday the 8th it is Sunday the 15th; the window is one day
    nearest = judged("2026-03-07", "2026-03-08", "D8: {window: ±1 day, closed_day: nearest}")
    following = judged("2026-03-07", "2026-03-08", "D8: {window: ±1 day, closed_day: next}")
    keep = judged("2026-03-07", "2026-03-08", "D8: {window: ±1 day, closed_day: keep}")
    assert counts_of(nearest) == {7: (0, 0, 1, 1), 8: (0, 0, 1, 1)}
    assert counts_of(following) == {7: (0, 1, 0, 0), 8: (0, 0, 1, 1)}
    assert counts_of(keep) == {7: (0, 1, 0, 0), 8: (0, 1, 0, 0)}


def test_fewer_moves_and_then_fewer_days_come_first() -> None:
    # D8 two days around: of Saturday 7 March one day off (Friday the 13th), of Sunday the 8th one day off (Monday)
    # D15 with no earlier side: of Saturday the 7th it is Saturday the 21st, two days off; of Sunday one day off
    visits = "D8: {window: ±2 days}\nD15: {window: +2 days}"
    starts = judged("2026-03-07", "2026-03-08", visits)
    assert counts_of(starts) == {7: (0, 0, 2, 3), 8: (0, 0, 2, 2)}
    assert days_of(starts) == [8, 7]


def test_visit_of_several_arms_counts_once_and_names_the_arms() -> None:
    starts = judged("2026-03-07", "2026-03-07", "D1: {window: +2 days}", regimen="dose: 1 mg")
    assert counts_of(starts) == {7: (1, 0, 1, 2)}
    (dose,), (move,) = starts.breaches, starts.moves
    assert (dose.is_dose, dose.arms, move.is_dose, move.arms) == (True, (0,), False, (1,))
    both = judged("2026-03-07", "2026-03-07", "D1: {}")
    assert [one.arms for one in both.breaches] == [(0, 1)]


def test_window_without_target_that_is_closed_throughout_breaks() -> None:
    # D-2 to D-1 of Monday 2 March are Saturday and Sunday; of Tuesday they are Sunday and Monday
    starts = judged("2026-03-02", "2026-03-03", "screening: {window: D-2 to D-1}")
    assert counts_of(starts) == {2: (0, 1, 0, 0), 3: (0, 0, 0, 0)}


def test_visit_of_another_anchor_is_not_judged_and_named() -> None:
    text = protocol_text(visits="D1: {}\nlater: {days: 7, anchor: discharge}")
    text = text.replace("arms:\n", "  discharge: {date: may be empty}\narms:\n", 1)
    protocol = protocol_of(text)
    candidates = plan_candidates(protocol, np.array(["2026-03-02"], dtype="datetime64[D]"), (0, 1))
    calendars = SiteBook(read_sites(SITES, "sites.yaml"), "sites.yaml").covering(*candidates.span)
    starts = judge_starts(protocol, candidates, 0, calendars)
    assert [protocol.visits[place].id for place in starts.not_judged] == ["later"]
    assert counts_of(starts) == {2: (0, 0, 0, 0)}
