"""Which visits move with a moved one, worked by hand on a calendar of March 2026; the first visit is on the 2nd."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dosecal.load.sites.site_calendars import SiteBook
from dosecal.load.sites.site_file import read_sites
from dosecal.load.tables.actuals_file import read_actuals
from dosecal.load.tables.cohort_file import read_table
from dosecal.model.conditions import Truth
from dosecal.model.findings import Move, Why
from dosecal.model.problems import PlanError
from dosecal.planning.dates.cascade import Cascade, reschedule
from dosecal.planning.record.follow_up import follow_up
from dosecal.planning.record.record import join_record
from dosecal.planning.resolve import plan_schedule
from tests.example_protocols import protocol_of, protocol_text
from tests.planning.planned import cohort_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from dosecal.model.site import Calendars

VISITS = """\
D1: {window: ±1 day}
D8: {window: ±2 days}
call: {days: 7, after: D8, counted_from: actual, window: ±2 days}
D29: {window: ±3 days}"""
ASKED, FOLLOWS, LATER, CHAINED = Why.ASKED, Why.FOLLOWS, Why.LATER, Why.CHAINED


def day(text: str) -> int:
    """A day as days since 1970-01-01."""
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def moves_of(
    visit: str,
    to: str,
    how: Cascade,
    *rows: str,
    as_of: str = "2026-03-02",
    visits: str = VISITS,
    site_days: Callable[[int, int], Calendars] | None = None,
) -> dict[str, Move]:
    """The moves of one subject by the visit's id, in their order; rows are ``visit,date,status``."""
    protocol = protocol_of(protocol_text(visits=visits))
    cohort = cohort_of(protocol, "subject_id,arm,start,site\n1,active,2026-03-02,weekdays\n")
    text = "subject_id,visit,date,status\n" + "".join(f"1,{row}\n" for row in rows)
    record = read_actuals(read_table(io.BytesIO(text.encode()), "actuals.csv"))
    joined, problems = join_record(record, protocol, cohort, np.datetime64(as_of, "D"))
    assert problems == ()
    schedule = follow_up(plan_schedule(protocol, cohort, joined.actuals), joined, np.datetime64(as_of, "D"))
    return {protocol.visits[one.visit].id: one for one in reschedule(schedule, visit, day(to), how, site_days)}


def said(moves: dict[str, Move]) -> list[tuple[str, str, str, Why]]:
    """Each visit with the days that it leaves and takes, as ISO text."""

    def iso(days: int | None) -> str:
        return "" if days is None else str(np.datetime64(days, "D"))

    return [(name, iso(move.before), iso(move.after), move.why) for name, move in moves.items()]


D8 = ("D8", "2026-03-09", "2026-03-12", ASKED)


@pytest.mark.parametrize(
    ("how", "others"),
    [
        (Cascade.NONE, [("call", "2026-03-16", "2026-03-19", FOLLOWS)]),  # it is counted from the booked day
        (Cascade.CHAINED, [("call", "2026-03-16", "2026-03-19", CHAINED)]),
        (
            Cascade.LATER,
            [("call", "2026-03-16", "2026-03-19", LATER), ("D29", "2026-03-30", "2026-04-02", LATER)],
        ),
    ],
)
def test_visit_moves_with_those_that_are_asked_for(how: Cascade, others: list[tuple[str, str, str, Why]]) -> None:
    moves = moves_of("D8", "2026-03-12", how)
    assert said(moves) == [D8, *others]
    # the window is 7 to 11 March, and never moves
    assert (moves["D8"].window, moves["D8"].days_out) == ((day("2026-03-07"), day("2026-03-11")), 1)
    assert (moves["D8"].first, moves["D8"].is_restored) == (day("2026-03-09"), False)


@pytest.mark.parametrize("how", [Cascade.NONE, Cascade.CHAINED])
def test_earlier_visits_and_those_that_do_not_depend_on_it_stay(how: Cascade) -> None:
    assert said(moves_of("D29", "2026-03-31", how)) == [("D29", "2026-03-30", "2026-03-31", ASKED)]


def test_visit_that_was_booked_by_hand_and_depends_on_nothing_keeps_its_day() -> None:
    moves = moves_of("D8", "2026-03-12", Cascade.CHAINED, "D29,2026-04-01,planned")
    assert said(moves) == [D8, ("call", "2026-03-16", "2026-03-19", CHAINED)]


def test_follower_that_is_booked_for_its_new_day_already_is_not_said_to_move() -> None:
    assert said(moves_of("D8", "2026-03-12", Cascade.CHAINED, "call,2026-03-19,planned")) == [D8]


def test_visit_whose_day_is_not_known_brings_those_that_wait_for_it() -> None:
    visits = "D1: {}\nrange: {window: D4 to D10}\nresult: {days: 3, after: range, counted_from: actual}"
    moves = moves_of("range", "2026-03-06", Cascade.CHAINED, visits=visits)
    assert said(moves) == [("range", "", "2026-03-06", ASKED), ("result", "", "2026-03-09", CHAINED)]
    assert (moves["range"].first, moves["result"].first) == (None, None)
    with pytest.raises(PlanError) as refused:
        moves_of("range", "2026-03-06", Cascade.LATER, visits=visits)
    (problem,) = refused.value.problems
    assert (problem.code, "a visit whose day is known" in problem.message) == ("L062", True)


@pytest.mark.parametrize(
    ("rows", "visit", "code", "found"),
    [
        (["D8,2026-03-09,done"], "D8", "L062", "got one that is done (D8 of subject 1)"),
        (["D8,2026-03-11,done"], "D8", "L062", "got one that is on record as held on a later day (D8 of subject 1)"),
        ([], "D9", "L005", "expected one of the subject's visits (D1, D8, call, D29), got another (D9 of subject 1)"),
    ],
)
def test_visit_that_can_not_move_is_refused_and_named(rows: list[str], visit: str, code: str, found: str) -> None:
    with pytest.raises(PlanError) as refused:
        moves_of(visit, "2026-03-12", Cascade.NONE, *rows, as_of="2026-03-10")
    (problem,) = refused.value.problems
    assert problem.code == code
    assert found in problem.message


@pytest.mark.parametrize(("to", "is_past"), [("2026-03-09", True), ("2026-03-10", False), ("2026-03-11", False)])
def test_day_before_the_day_of_judgement_is_past(to: str, is_past: bool) -> None:  # noqa: FBT001 - a case
    moves = moves_of("D29", to, Cascade.NONE, as_of="2026-03-10")
    assert moves["D29"].is_past is is_past


@pytest.mark.parametrize(("to", "late_enough"), [("2026-03-08", Truth.FALSE), ("2026-03-10", Truth.TRUE)])
def test_day_is_held_against_the_gap_to_other_visits(to: str, late_enough: Truth) -> None:
    visits = "D1: {}\nD8: {window: ±3 days, at_least: 7 days after D1}"
    moves = moves_of("D8", to, Cascade.NONE, visits=visits)
    assert (moves["D8"].late_enough, str(moves["D8"].late_from)) == (late_enough, "2026-03-09T00:00")


def test_visit_without_a_window_is_never_out_of_one() -> None:
    moves = moves_of("D8", "2026-03-31", Cascade.NONE, visits="D1: {}\nD8: {}")
    assert (moves["D8"].window, moves["D8"].days_out) == (None, 0)


def test_visit_that_is_booked_for_the_day_already_moves_nothing() -> None:
    assert moves_of("D8", "2026-03-12", Cascade.LATER, "D8,2026-03-12,planned") == {}
    back = moves_of("D8", "2026-03-09", Cascade.NONE, "D8,2026-03-12,planned")
    assert (back["D8"].is_restored, back["D8"].why) == (True, ASKED)


def test_follower_is_booked_for_the_open_day_that_the_protocol_gives() -> None:
    # Saturday the 14th is asked for, and stays; a week later is Saturday the 21st, and Friday is the nearest open day
    sites = b"sites: {weekdays: {country: none stated, weekend: [Saturday, Sunday]}}"
    book = SiteBook(read_sites(sites, "sites.yaml"), "sites.yaml")
    visits = VISITS.replace("actual, window: ±2 days", "actual, window: ±2 days, closed_day: nearest")
    spans = []

    def covering(first: int, last: int) -> Calendars:
        spans.append((first, last))
        return book.covering(first, last)

    moves = moves_of("D8", "2026-03-14", Cascade.CHAINED, visits=visits, site_days=covering)
    assert set(spans) == {(day("2026-03-01"), day("2026-04-02"))}  # from the first window to the last
    assert said(moves) == [
        ("D8", "2026-03-09", "2026-03-14", ASKED),
        ("call", "2026-03-16", "2026-03-20", CHAINED),
    ]


def test_visit_that_stays_out_of_its_window_is_said_beside_those_that_move() -> None:
    # the window of D29 is 27 March to 2 April
    moves = moves_of("D8", "2026-03-10", Cascade.NONE, "D29,2026-04-05,planned")
    assert said(moves) == [
        ("D8", "2026-03-09", "2026-03-10", ASKED),
        ("call", "2026-03-16", "2026-03-17", FOLLOWS),
        ("D29", "2026-04-05", "2026-04-05", Why.STAYS),
    ]
    assert moves["D29"].days_out == 3


def test_visit_for_which_no_day_is_left_has_none() -> None:
    # six days after 8 March are the 14th, and the window of D8 ends on the 10th
    visits = "D1: {}\nD8: {window: ±1 day, at_least: 6 days after D1}"
    moves = moves_of("D1", "2026-03-08", Cascade.NONE, visits=visits)
    assert said(moves) == [("D1", "2026-03-02", "2026-03-08", ASKED), ("D8", "2026-03-09", "", Why.NO_DAY)]
    assert moves["D8"].after is None
