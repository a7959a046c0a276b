"""When: targets, windows and the order of rows."""

from __future__ import annotations

import pytest

from tests.example_protocols import DAY_0, NO_DAY_0, protocol_text
from tests.planning.planned import schedule_of

HEADER = "subject_id,arm,start\n"


def visits_of(visits: str, subjects: str, *, numbering: str = NO_DAY_0, more: str = "") -> list[tuple[str, ...]]:
    """Subject, visit, target, start and end of the window of each row."""
    schedule = schedule_of(protocol_text(visits=visits, numbering=numbering, more=more), subjects)
    planned = schedule.visits
    return [
        (
            *(schedule.cohort.ids[planned.subject[row]], schedule.protocol.visits[planned.visit[row]].id),
            *(str(column[row]) for column in (planned.target, planned.window_start, planned.window_end)),
        )
        for row in range(len(planned))
    ]


@pytest.mark.parametrize(
    ("numbering", "visit", "target"),
    [
        (NO_DAY_0, "D1", "2020-02-28"),
        (NO_DAY_0, "D2", "2020-02-29"),
        (NO_DAY_0, "D3", "2020-03-01"),
        (NO_DAY_0, "D-1", "2020-02-27"),
        (DAY_0, "D0", "2020-02-28"),
        (DAY_0, "D1", "2020-02-29"),
        (DAY_0, "D2", "2020-03-01"),
        (DAY_0, "D-1", "2020-02-27"),
        (DAY_0, "D366", "2021-02-28"),  # 2020 is a leap year: 366 days to the same day
    ],
)
def test_target_is_the_anchor_and_the_offset(numbering: str, visit: str, target: str) -> None:
    rows = visits_of(f"{visit}: {{}}", f"{HEADER}1,active,2020-02-28\n", numbering=numbering)
    assert rows == [("1", visit, target, "NaT", "NaT")]


@pytest.mark.parametrize(
    ("said", "target"),
    [("days: 14", "2026-01-15"), ("weeks: 2", "2026-01-15"), ("days: -7", "2025-12-25"), ("day: D15", "2026-01-15")],
)
def test_lengths_are_added_and_labels_converted(said: str, target: str) -> None:
    assert visits_of(f"later: {{{said}}}", f"{HEADER}1,active,2026-01-01\n")[0][2] == target


@pytest.mark.parametrize(
    ("window", "start", "end"),
    [
        ("±3 days", "2026-03-06", "2026-03-12"),
        ("-1 to +2 days", "2026-03-08", "2026-03-11"),
        ("+14 days", "2026-03-09", "2026-03-23"),
        ("-2 days", "2026-03-07", "2026-03-09"),
        ("±0 days", "2026-03-09", "2026-03-09"),
        ("none stated", "NaT", "NaT"),
    ],
)
def test_window_is_about_the_target_with_both_ends_inside(window: str, start: str, end: str) -> None:
    rows = visits_of(f"D1: {{window: {window}}}", f"{HEADER}1,active,2026-03-09\n")
    assert rows == [("1", "D1", "2026-03-09", start, end)]


def test_window_of_the_file_holds_where_a_visit_says_nothing_else() -> None:
    rows = visits_of(
        "D1: {}\nD8: {window: none stated}\nD15: {window: ±1 day}",
        f"{HEADER}1,active,2026-03-09\n",
        more="window: ±2 days\n",
    )
    assert [row[3:] for row in rows] == [("2026-03-07", "2026-03-11"), ("NaT", "NaT"), ("2026-03-22", "2026-03-24")]


def test_range_before_the_anchor_has_no_target_and_comes_at_its_start() -> None:
    rows = visits_of("D1: {}\nscreening: {window: D-28 to D-1}", f"{HEADER}1,active,2026-03-09\n")
    # 28 days before 9 March 2026: 9 March is the 68th day of the year, 9 February the 40th
    assert rows == [
        ("1", "screening", "NaT", "2026-02-09", "2026-03-08"),
        ("1", "D1", "2026-03-09", "NaT", "NaT"),
    ]


def test_range_across_the_anchor_has_no_day_0_to_count() -> None:
    # without day 0 from D-2 to D2 are four days: two before the anchor, the anchor, and one after
    (row,) = visits_of("first: {window: D-2 to D2}", f"{HEADER}1,active,2026-03-09\n")
    assert row[3:] == ("2026-03-07", "2026-03-10")
    (row,) = visits_of("first: {window: D-2 to D2}", f"{HEADER}1,active,2026-03-09\n", numbering=DAY_0)
    assert row[3:] == ("2026-03-07", "2026-03-11")


def test_labelled_range_around_a_day_is_its_window() -> None:
    (row,) = visits_of("week_2: {day: D15, window: D13 to D18}", f"{HEADER}1,active,2026-03-01\n")
    assert row[2:] == ("2026-03-15", "2026-03-13", "2026-03-18")


def test_rows_stand_by_subject_then_by_date_then_in_file_order() -> None:
    rows = visits_of(
        "late: {days: 5}\nsecond: {days: 0}\nearly: {days: -3}\nthird: {days: 0}",
        f"{HEADER}b,active,2026-03-09\na,control,2026-03-01\n",
    )
    order = ["early", "second", "third", "late"]
    assert [row[:2] for row in rows] == [*(("b", visit) for visit in order), *(("a", visit) for visit in order)]


def test_arm_has_its_own_visits_alone() -> None:
    rows = visits_of(
        "D1: {arms: [active]}\nD2: {}\nD3: {arms: [control]}", f"{HEADER}1,control,2026-03-09\n2,active,2026-03-09\n"
    )
    assert [row[:2] for row in rows] == [("1", "D2"), ("1", "D3"), ("2", "D1"), ("2", "D2")]


TWO_ANCHORS = """\
study: T
version: "1"
title: Two anchors
source: the tests
day_numbering: no day 0
anchors: {start: {}, last_dose: {date: may be empty}}
arms: {active: {label: Active}}
visits:
  follow_up: {days: 30, anchor: last_dose, window: ±3 days}
  D1: {}
  D29: {}
"""


def test_visits_of_two_anchors_are_ordered_by_their_dates() -> None:
    subjects = "subject_id,arm,start,last_dose\n1,active,2026-03-01,2026-02-10\n2,active,2026-03-01,2026-03-20\n"
    planned = schedule_of(TWO_ANCHORS, subjects).visits
    # 30 days after 10 February is 12 March; after 20 March it is 19 April
    assert planned.visit.tolist() == [1, 0, 2, 1, 2, 0]
    assert planned.target.astype(str).tolist()[:3] == ["2026-03-01", "2026-03-12", "2026-03-29"]
    assert planned.target.astype(str).tolist()[3:] == ["2026-03-01", "2026-03-29", "2026-04-19"]
    assert planned.anchor_date.astype(str).tolist()[1] == "2026-02-10"


def test_visit_of_an_anchor_that_is_not_known_yet_has_no_dates_and_comes_last() -> None:
    planned = schedule_of(TWO_ANCHORS, "subject_id,arm,start,last_dose\n1,active,2026-03-01,\n").visits
    assert planned.visit.tolist() == [1, 2, 0]
    for column in (planned.anchor_date, planned.target, planned.window_start, planned.window_end, planned.planned):
        assert str(column[2]) == "NaT"


def test_cohort_of_nobody_has_no_rows() -> None:
    schedule = schedule_of(protocol_text(regimen="dose: 1 mg/kg"), HEADER)
    assert (len(schedule.visits), len(schedule.doses)) == (0, 0)


def test_many_visits_on_one_day_stand_in_file_order() -> None:
    # more than a sort keeps in order by chance; the last visit of the file is the earliest day
    names = [f"v{number:02}" for number in range(40)]
    visits = "\n".join(f"{name}: {{days: 0}}" for name in names) + "\nearlier: {days: -1}"
    rows = visits_of(visits, f"{HEADER}1,active,2026-03-09\n2,active,2026-03-09\n")
    assert [row[1] for row in rows] == ["earlier", *names] * 2


def test_visits_already_in_order_keep_it_for_every_subject() -> None:
    rows = visits_of("D1: {}\nday_1_again: {day: D1}\nD2: {}", f"{HEADER}1,active,2026-03-09\n2,active,2026-03-01\n")
    assert [row[:3] for row in rows] == [
        ("1", "D1", "2026-03-09"),
        ("1", "day_1_again", "2026-03-09"),
        ("1", "D2", "2026-03-10"),
        ("2", "D1", "2026-03-01"),
        ("2", "day_1_again", "2026-03-01"),
        ("2", "D2", "2026-03-02"),
    ]


def test_range_without_a_target_stands_by_the_start_of_its_window() -> None:
    # D2 to D9 starts one day after the anchor: after D1, before D3
    rows = visits_of("D1: {}\nD3: {}\nrange: {window: D2 to D9}", f"{HEADER}1,active,2026-03-09\n")
    assert [row[1:] for row in rows] == [
        ("D1", "2026-03-09", "NaT", "NaT"),
        ("range", "NaT", "2026-03-10", "2026-03-17"),
        ("D3", "2026-03-11", "NaT", "NaT"),
    ]


def test_window_of_one_visit_is_none_of_the_others() -> None:
    rows = visits_of("D1: {}\nD8: {window: -1 to +2 days}\nD15: {}", f"{HEADER}1,active,2026-03-09\n")
    assert [row[3:] for row in rows] == [("NaT", "NaT"), ("2026-03-15", "2026-03-18"), ("NaT", "NaT")]


def test_each_visit_has_the_date_of_its_own_anchor() -> None:
    subjects = "subject_id,arm,start,last_dose\n1,active,2026-03-01,2026-02-10\n2,active,2026-03-01,2026-03-20\n"
    planned = schedule_of(TWO_ANCHORS, subjects).visits
    start = "2026-03-01"
    assert planned.anchor_date.astype(str).tolist() == [start, "2026-02-10", start, start, start, "2026-03-20"]
    # 30 days after 10 February and 20 March, three days on either side
    assert planned.window_start.astype(str).tolist() == ["NaT", "2026-03-09", "NaT", "NaT", "NaT", "2026-04-16"]
    assert planned.window_end.astype(str).tolist() == ["NaT", "2026-03-15", "NaT", "NaT", "NaT", "2026-04-22"]
    assert planned.planned.tolist() == planned.target.tolist()


def test_arm_that_nobody_is_in_has_no_rows() -> None:
    rows = visits_of("D1: {arms: [active]}\nD2: {arms: [control]}", f"{HEADER}1,control,2026-03-09\n")
    assert rows == [("1", "D2", "2026-03-10", "NaT", "NaT")]


def test_arm_without_visits_leaves_its_subjects_out_and_the_others_in_place() -> None:
    rows = visits_of(
        "D1: {arms: [active]}\nD2: {arms: [active]}",
        f"{HEADER}1,control,2026-03-09\n2,active,2026-03-01\n3,control,2026-03-09\n",
    )
    assert [row[:3] for row in rows] == [("2", "D1", "2026-03-01"), ("2", "D2", "2026-03-02")]


def test_visits_after_an_early_first_one_are_ordered_too() -> None:
    rows = visits_of("D1: {}\nD15: {}\nD8: {}", f"{HEADER}1,active,2026-03-09\n")
    assert [row[1:3] for row in rows] == [("D1", "2026-03-09"), ("D8", "2026-03-16"), ("D15", "2026-03-23")]


def test_every_column_of_a_cohort_of_nobody_is_empty() -> None:
    visits = schedule_of(protocol_text(visits="D1: {window: ±1 day}\nD8: {}"), HEADER).visits
    dates = (visits.anchor_date, visits.target, visits.window_start, visits.window_end, visits.planned)
    assert [len(column) for column in (visits.subject, visits.visit, *dates)] == [0] * 7
