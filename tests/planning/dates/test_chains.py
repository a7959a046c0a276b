"""Dates that follow other dates: chains, events, gaps, months and cycles, before and after things have happened."""

from __future__ import annotations

import pytest

from dosecal.model.schedule import DateState
from tests.example_protocols import DAY_0, MONTH_END, protocol_text
from tests.planning.chained import Row, rows_after, schedule_after

DOSES = """\
D1: {label: dose 1}
dose_2: {weeks: 4, after: D1, counted_from: actual, window: -3 to +7 days, at_least: 21 days after D1}
dose_3: {months: 6, after: D1, counted_from: planned, window: ±14 days}
call: {days: 7, after: dose_2, counted_from: actual}
"""
KNOWN, PROVISIONAL = DateState.KNOWN, DateState.PROVISIONAL


def test_chained_visit_is_provisional_on_the_planned_date_until_the_other_has_happened() -> None:
    rows = rows_after(protocol_text(visits=DOSES, more=MONTH_END))
    # 2 March + 28 days is 30 March; + 7 is 6 April; 6 months after 2 March is 2 September
    assert [(name, row.target) for name, row in rows.items()] == [
        ("D1", "2026-03-02"),
        ("dose_2", "2026-03-30"),
        ("call", "2026-04-06"),
        ("dose_3", "2026-09-02"),
    ]
    assert [row.state for row in rows.values()] == [KNOWN, PROVISIONAL, PROVISIONAL, KNOWN]


def test_late_visit_moves_what_is_counted_from_its_actual_date_and_nothing_else() -> None:
    rows = rows_after(protocol_text(visits=DOSES, more=MONTH_END), {"D1": "2026-03-05"})
    assert (rows["dose_2"].target, rows["dose_2"].state) == ("2026-04-02", KNOWN)
    assert rows["dose_2"].window == ("2026-03-30", "2026-04-09")
    assert (rows["call"].target, rows["call"].state) == ("2026-04-09", PROVISIONAL)
    assert (rows["dose_3"].target, rows["dose_3"].state) == ("2026-09-02", KNOWN)
    assert rows["D1"].target == "2026-03-02"  # the target of what happened stays


def test_missed_visit_gives_the_date_on_which_it_was_expected() -> None:
    rows = rows_after(protocol_text(visits=DOSES, more=MONTH_END), {"D1": "2026-03-02", "dose_2": "missed"})
    assert (rows["call"].counted, rows["call"].target, rows["call"].state) == ("2026-03-30", "2026-04-06", KNOWN)


def test_cancelled_visit_leaves_what_follows_to_be_determined() -> None:
    rows = rows_after(protocol_text(visits=DOSES, more=MONTH_END), {"D1": "2026-03-02", "dose_2": "cancelled"})
    call = rows["call"]
    assert (call.counted, call.target, call.planned, call.state) == ("NaT", "NaT", "NaT", DateState.FOLLOWED_UNKNOWN)
    assert list(rows)[-1] == "call"  # what has no date comes last


@pytest.mark.parametrize(
    ("ending", "survivors"),
    [("off_treatment", "after_off_treatment: [call]\n"), ("off_study", "after_off_study: [call]\n")],
)
def test_visit_that_an_ending_cancels_leaves_what_follows_to_be_determined(ending: str, survivors: str) -> None:
    text = protocol_text(visits=DOSES, more=MONTH_END + survivors)
    # dose_2 is 30 March: an ending on that day cancels it, one on the day after does not
    call = rows_after(text, {"D1": "2026-03-02", ending: "2026-03-30"})["call"]
    assert (call.counted, call.target, call.planned, call.state) == ("NaT", "NaT", "NaT", DateState.FOLLOWED_UNKNOWN)
    assert rows_after(text, {"D1": "2026-03-02", ending: "2026-03-31"})["call"].target == "2026-04-06"
    done = rows_after(text, {"D1": "2026-03-02", "dose_2": "2026-03-29", ending: "2026-03-29"})["call"]
    assert (done.target, done.state) == ("2026-04-05", KNOWN)
    missed = rows_after(text, {"D1": "2026-03-02", "dose_2": "missed", ending: "2026-03-20"})["call"]
    assert missed.target == "2026-04-06"


def test_ending_cancels_no_visit_where_the_protocol_says_of_none_that_it_survives() -> None:
    text = protocol_text(visits=DOSES, more=MONTH_END)
    assert rows_after(text, {"D1": "2026-03-02", "off_treatment": "2026-03-05"})["call"].target == "2026-04-06"


def test_chain_behind_a_cancelled_visit_is_to_be_determined_to_its_end() -> None:
    visits = (
        "D1: {}\nD8: {}\na: {days: 7, after: D8, counted_from: actual}\nb: {days: 7, after: a, counted_from: planned}"
    )
    rows = rows_after(protocol_text(visits=visits, more="after_off_study: [a, b]\n"), {"off_study": "2026-03-05"})
    assert [rows[name].target for name in ("D8", "a", "b")] == ["2026-03-09", "NaT", "NaT"]
    planned = visits.replace("after: D8, counted_from: actual", "after: D8, counted_from: planned")
    rows = rows_after(protocol_text(visits=planned, more="after_off_study: [a, b]\n"), {"off_study": "2026-03-05"})
    assert [rows[name].target for name in ("D8", "a", "b")] == ["2026-03-09", "2026-03-16", "2026-03-23"]


def test_gap_to_a_visit_that_an_ending_cancels_is_no_gap() -> None:
    visits = "D1: {}\nD8: {}\nD10: {at_least: 21 days after D8}"
    text = protocol_text(visits=visits, more="after_off_treatment: [D10]\n")
    row = rows_after(text, {"off_treatment": "2026-03-09"})["D10"]
    assert (row.planned, row.not_before) == ("2026-03-11", "NaT")


def test_booked_visit_gives_the_day_for_which_it_is_booked() -> None:
    rows = rows_after(protocol_text(visits=DOSES, more=MONTH_END), {"D1": "2026-03-02", "dose_2 booked": "2026-04-01"})
    assert (rows["dose_2"].target, rows["call"].target) == ("2026-03-30", "2026-04-08")
    assert rows["call"].state is PROVISIONAL


def test_visit_that_follows_a_window_without_a_target_waits_for_it() -> None:
    visits = "screening: {window: D-14 to D-1}\nresult: {days: 3, after: screening, counted_from: actual}\nD1: {}"
    assert rows_after(protocol_text(visits=visits))["result"].state is DateState.FOLLOWED_UNKNOWN
    rows = rows_after(protocol_text(visits=visits), {"screening": "2026-02-20"})
    assert (rows["result"].target, rows["result"].state) == ("2026-02-23", KNOWN)


def test_chain_is_resolved_whatever_the_order_of_the_file() -> None:
    visits = """\
c: {days: 1, after: b, counted_from: planned}
b: {days: 1, after: a, counted_from: planned}
a: {days: 1}
"""
    rows = rows_after(protocol_text(visits=visits))
    assert [(name, row.target) for name, row in rows.items()] == [
        ("a", "2026-03-03"),
        ("b", "2026-03-04"),
        ("c", "2026-03-05"),
    ]


@pytest.mark.parametrize(
    ("dose_1", "planned", "not_before", "state"),
    [
        # the target is 28 days after 2 March; 21 days after 2 March is before it
        ("2026-03-02", "2026-03-30", "2026-03-23", KNOWN),
        # 21 days after 10 March is 31 March: one day after the target, inside the window to 6 April
        ("2026-03-10", "2026-03-31", "2026-03-31", KNOWN),
        # 21 days after 16 March is the last day of the window
        ("2026-03-16", "2026-04-06", "2026-04-06", KNOWN),
        # and after 17 March a day too late
        ("2026-03-17", "NaT", "2026-04-07", DateState.NO_DAY_LEFT),
    ],
)
def test_gap_moves_the_planned_date_inside_the_window_alone(
    dose_1: str, planned: str, not_before: str, state: DateState
) -> None:
    visits = "D1: {}\ndose_2: {days: 28, window: -3 to +7 days, at_least: 21 days after D1}"
    row = rows_after(protocol_text(visits=visits), {"D1": dose_1})["dose_2"]
    assert (row.planned, row.not_before, row.state) == (planned, not_before, state)
    assert (row.target, row.window) == ("2026-03-30", ("2026-03-27", "2026-04-06"))  # neither ever moves


def test_gap_to_what_did_not_happen_is_no_gap() -> None:
    visits = "D1: {}\nD8: {window: ±1 day, at_least: 21 days after D1}"
    for said in ("missed", "cancelled"):
        row = rows_after(protocol_text(visits=visits), {"D1": said})["D8"]
        assert (row.planned, row.not_before, row.state) == ("2026-03-09", "NaT", KNOWN)
    assert rows_after(protocol_text(visits=visits))["D8"].state is DateState.NO_DAY_LEFT


def test_followers_of_a_visit_without_a_day_have_none() -> None:
    visits = """\
D1: {}
D8: {window: ±1 day, at_least: 21 days after D1}
call: {days: 7, after: D8, counted_from: actual}
"""
    assert rows_after(protocol_text(visits=visits))["call"].state is DateState.FOLLOWED_UNKNOWN
    assert rows_after(protocol_text(visits=visits), {"D8": "2026-03-10"})["call"].target == "2026-03-17"


@pytest.mark.parametrize(
    ("gap", "said", "not_before"),
    [
        ("48 hours after D1", {}, "2026-03-04"),
        ("50 hours after D1", {}, "2026-03-05"),  # the time is not known: rounded up to three days
        ("50 hours after D1", {"D1": "2026-03-02", "D1 from": "2026-03-02T08:30"}, "2026-03-04"),  # 10:30 on the 4th
        (
            "50 hours after end of D1",
            {"D1": "2026-03-02", "D1 to": "2026-03-02T22:30"},
            "2026-03-05",
        ),  # 00:30 on the 5th
        ("50 hours after end of D1", {"D1": "2026-03-02", "D1 from": "2026-03-02T08:30"}, "2026-03-05"),
        ("2 weeks after start", {}, "2026-03-16"),
    ],
)
def test_gap_in_hours_runs_from_the_recorded_time_or_else_in_whole_days(
    gap: str, said: dict[str, str], not_before: str
) -> None:
    visits = f"D1: {{}}\nD2: {{at_least: {gap}}}"
    assert rows_after(protocol_text(visits=visits), said)["D2"].not_before == not_before


SAME_DAY = "D1: {window: ±0 days}\nlater: {days: 0, window: ±0 days, at_least: 8 hours after D1}"


@pytest.mark.parametrize(
    ("said", "planned", "not_before", "state"),
    [
        # no time is known: the same day may be late enough, the next one certainly is
        ({}, "2026-03-02", "2026-03-03", PROVISIONAL),
        ({"D1": "2026-03-02"}, "2026-03-02", "2026-03-03", KNOWN),
        ({"D1": "2026-03-02", "D1 from": "2026-03-02T08:30"}, "2026-03-02", "2026-03-02", KNOWN),
        ({"D1": "2026-03-02", "D1 from": "2026-03-02T17:30"}, "NaT", "2026-03-03", DateState.NO_DAY_LEFT),
    ],
)
def test_day_in_whose_course_a_gap_may_end_is_planned_where_the_window_has_no_other(
    said: dict[str, str], planned: str, not_before: str, state: DateState
) -> None:
    row = rows_after(protocol_text(visits=SAME_DAY), said)["later"]
    assert (row.planned, row.not_before, row.state) == (planned, not_before, state)


def test_latest_of_several_gaps_holds() -> None:
    visits = "D1: {}\nD3: {}\nD5: {at_least: [48 hours after D3, 2 days after D1]}"
    row = rows_after(protocol_text(visits=visits), {"D1": "2026-03-02", "D3": "2026-03-06"})["D5"]
    assert (row.target, row.not_before, row.planned, row.state) == ("2026-03-06", "2026-03-08", "2026-03-08", KNOWN)


def test_dose_is_planned_on_the_day_that_its_gap_allows() -> None:
    text = protocol_text(
        regimen="dose: 5 mg\nvisits: [D1, D8]", visits="D1: {}\nD8: {window: ±3 days, at_least: 6 days after D1}"
    )
    doses = schedule_after(text, {"D1": "2026-03-05"}).doses
    assert doses.planned.astype(str).tolist() == ["2026-03-02", "2026-03-11"]


LAST = protocol_text(
    regimen="dose: 5 mg\nvisits: [D1, D8, D15]",
    visits="D1: {}\nD8: {}\nD15: {}\nend: {days: 30, anchor: last_dose, arms: [active]}",
).replace("  start: {label: first infusion}\n", "  start: {}\n  last_dose: {is: last dose of infusion}\n")


@pytest.mark.parametrize(
    ("said", "counted", "state"),
    [
        ({}, "2026-03-16", PROVISIONAL),
        ({"D1": "2026-03-02", "D8": "2026-03-09", "D15": "2026-03-18"}, "2026-03-18", KNOWN),
        ({"D1": "2026-03-02", "D8": "2026-03-09", "D15": "missed"}, "2026-03-09", KNOWN),
        ({"D1": "2026-03-02", "D15": "missed"}, "2026-03-09", PROVISIONAL),
        ({"D1": "2026-03-02", "off_treatment": "2026-03-05"}, "2026-03-02", KNOWN),
        ({"D1": "2026-03-02", "off_treatment": "2026-03-09"}, "2026-03-09", PROVISIONAL),  # that day may be the last
        ({"D1": "2026-03-02", "off_study": "2026-03-09"}, "2026-03-02", KNOWN),
        ({"D1": "2026-03-02", "off_study": "2026-03-10"}, "2026-03-09", PROVISIONAL),
        ({"off_study": "2026-03-02"}, "NaT", DateState.ANCHOR_UNKNOWN),
        ({"D1": "missed", "D8": "missed", "D15": "cancelled"}, "NaT", DateState.ANCHOR_UNKNOWN),
    ],
)
def test_last_dose_is_the_last_that_was_or_is_to_be_given(said: dict[str, str], counted: str, state: DateState) -> None:
    row = rows_after(LAST, said)["end"]
    assert (row.counted, row.state) == (counted, state)


@pytest.mark.parametrize(
    ("event", "said", "counted", "state"),
    [
        ("first dose of infusion", {}, "2026-03-02", PROVISIONAL),
        ("first dose of infusion", {"D1": "2026-03-04"}, "2026-03-04", KNOWN),
        ("first dose of infusion", {"D1": "missed"}, "2026-03-09", PROVISIONAL),
        ("actual date of D8", {"D8": "2026-03-10"}, "2026-03-10", KNOWN),
        ("actual date of D8", {}, "2026-03-09", PROVISIONAL),
        (
            "end of last dose of infusion",
            {"D15": "2026-03-16", "D15 to": "2026-03-17T00:20"},
            "2026-03-17",
            KNOWN,
        ),
        # the end of a dose counts where it is asked for, and known
        ("end of last dose of infusion", {"D15": "2026-03-16"}, "2026-03-16", KNOWN),
        (
            "last dose of infusion",
            {"D15": "2026-03-16", "D15 from": "2026-03-16T23:00", "D15 to": "2026-03-17T00:20"},
            "2026-03-16",
            KNOWN,
        ),
        ("actual date of D8", {"D8": "cancelled"}, "NaT", DateState.ANCHOR_UNKNOWN),
    ],
)
def test_anchor_may_be_what_happens(event: str, said: dict[str, str], counted: str, state: DateState) -> None:
    row = rows_after(LAST.replace("last dose of infusion", event), said)["end"]
    assert (row.counted, row.state) == (counted, state)


def test_anchor_that_happens_is_no_column_of_the_subjects() -> None:
    assert (
        rows_after(LAST, {}, "subject_id,arm,start\n1,active,2026-03-02\n")["end"].target == "2026-04-15"
    )  # 30 days after 16 March


def test_arm_without_the_regimen_has_no_first_dose() -> None:
    text = LAST.replace("end: {days: 30, anchor: last_dose, arms: [active]}", "end: {days: 30}")
    assert rows_after(text, {}, "subject_id,arm,start\n1,control,2026-03-02\n")["end"].target == "2026-04-01"


def test_end_of_treatment_is_known_once_it_is_on_record() -> None:
    text = protocol_text(visits="D1: {}\nearly_end: {days: 0, after: off_treatment, window: +14 days}")
    assert rows_after(text)["early_end"].state is DateState.ANCHOR_UNKNOWN
    row = rows_after(text, {"off_treatment": "2026-04-10"})["early_end"]
    assert (row.target, row.window, row.state) == ("2026-04-10", ("2026-04-10", "2026-04-24"), KNOWN)


def test_months_are_counted_from_the_anchor_and_ended_with_the_month() -> None:
    visits = "\n".join(f"month_{k}: {{months: {k}, window: ±2 days}}" for k in (1, 2, 13)) + "\nyear: {years: 1}"
    rows = rows_after(protocol_text(visits=visits, more=MONTH_END), {}, "subject_id,arm,start\n1,active,2026-01-31\n")
    assert [(name, row.target) for name, row in rows.items()] == [
        ("month_1", "2026-02-28"),
        ("month_2", "2026-03-31"),
        ("year", "2027-01-31"),
        ("month_13", "2027-02-28"),
    ]
    assert rows["month_1"].window == ("2026-02-26", "2026-03-02")


def test_wider_window_is_about_the_target_like_the_other() -> None:
    for timing in ("days: 28", "weeks: 4, after: D1, counted_from: planned"):
        visits = f"D1: {{}}\nlater: {{{timing}, window: ±2 days, wider: -5 to +10 days}}"
        row = rows_after(protocol_text(visits=visits))["later"]
        assert row.window == ("2026-03-28", "2026-04-01")
        assert row.wider == ("2026-03-25", "2026-04-09")


@pytest.mark.parametrize(
    ("window", "ends"),
    [
        ("±4 hours", ("2026-03-09", "2026-03-09")),
        ("±36 hours", ("2026-03-08", "2026-03-10")),
        ("-12 to +48 hours", ("2026-03-09", "2026-03-11")),
    ],
)
def test_window_in_hours_counts_on_dates_as_its_whole_days(window: str, ends: tuple[str, str]) -> None:
    assert rows_after(protocol_text(visits=f"D8: {{window: {window}}}"))["D8"].window == ends


def cycles_text(how: str, visits: str, more: str = "") -> str:
    return protocol_text(visits=visits, more=f"cycles:\n  C: {{{how}}}\n{more}")


def targets(rows: dict[str, Row]) -> list[tuple[str, str]]:
    return [(name, row.target) for name, row in rows.items()]


def test_cycles_counted_from_planned_dates_stay_where_they_are() -> None:
    text = cycles_text("length: 21 days, count: 3, counted_from: planned", "C*D1: {}\nC1-2D8: {}")
    expected = [
        ("C1D1", "2026-03-02"),
        ("C1D8", "2026-03-09"),
        ("C2D1", "2026-03-23"),
        ("C2D8", "2026-03-30"),
        ("C3D1", "2026-04-13"),
    ]
    assert targets(rows_after(text)) == expected
    assert targets(rows_after(text, {"C2D1": "2026-03-26"})) == expected


def test_late_day_1_moves_its_cycle_and_those_after_it() -> None:
    text = cycles_text("length: 21 days, count: 3, counted_from: actual", "C*D1: {}\nC*D8: {}")
    rows = rows_after(text, {"C1D1": "2026-03-02", "C2D1": "2026-03-26"})
    # C2D1 is three days late: 26 March + 7 is 2 April; + 21 is 16 April, + 7 is 23 April
    assert targets(rows) == [
        ("C1D1", "2026-03-02"),
        ("C1D8", "2026-03-09"),
        ("C2D1", "2026-03-23"),
        ("C2D8", "2026-04-02"),
        ("C3D1", "2026-04-16"),
        ("C3D8", "2026-04-23"),
    ]
    assert [row.state for row in rows.values()] == [KNOWN, KNOWN, KNOWN, KNOWN, KNOWN, PROVISIONAL]


def test_late_day_8_moves_nothing() -> None:
    text = cycles_text("length: 21 days, count: 2, counted_from: actual", "C*D1: {}\nC*D8: {}")
    assert targets(rows_after(text, {"C1D8": "2026-03-12"})) == targets(rows_after(text))


def test_length_that_changes_is_counted_cycle_by_cycle() -> None:
    for counted_from in ("planned", "actual"):
        text = cycles_text(
            f"length: '14 days for 2 cycles, then 28 days', count: 5, counted_from: {counted_from}", "C*D1: {}"
        )
        # 2 March, 16 March, 30 March, then every 28 days: 27 April, 25 May
        assert [target for _, target in targets(rows_after(text))] == [
            *("2026-03-02", "2026-03-16", "2026-03-30", "2026-04-27", "2026-05-25")
        ]


def test_twice_weekly_for_two_weeks_then_weekly_for_four() -> None:
    text = protocol_text(
        visits="W1-2D1: {}\nW1-2D4: {}\nW3+D1: {}",
        more="cycles:\n  W: {length: 7 days, count: 6, counted_from: planned}\n",
    )
    assert [target for _, target in targets(rows_after(text))] == [
        *("2026-03-02", "2026-03-05", "2026-03-09", "2026-03-12"),
        *("2026-03-16", "2026-03-23", "2026-03-30", "2026-04-06"),
    ]


@pytest.mark.parametrize("first", ["planned", "actual"])
@pytest.mark.parametrize("then", ["planned", "actual"])
def test_cycles_follow_others_on_the_day_after_their_last(first: str, then: str) -> None:
    more = f"  M: {{after: C, length: 28 days, count: 2, counted_from: {then}}}\n"
    text = cycles_text(f"length: 21 days, count: 2, counted_from: {first}", "C*D1: {}\nM*D1: {}\nM2D3: {}", more)
    # two cycles of 21 days from 2 March end on 12 April; 13 April + 28 is 11 May
    assert targets(rows_after(text)) == [
        ("C1D1", "2026-03-02"),
        ("C2D1", "2026-03-23"),
        ("M1D1", "2026-04-13"),
        ("M2D1", "2026-05-11"),
        ("M2D3", "2026-05-13"),
    ]
    late = rows_after(text, {"C2D1": "2026-03-25"})["M2D3"].target
    assert late == ("2026-05-15" if first == "actual" else "2026-05-13")


def test_segment_may_begin_before_the_anchor() -> None:
    text = protocol_text(
        visits="P*D1: {}\nP*D3: {}",
        numbering=DAY_0,
        more="cycles:\n  P: {day: D-7, length: 7 days, count: 2, counted_from: planned}\n",
    )
    assert targets(rows_after(text)) == [
        ("P1D1", "2026-02-23"),
        ("P1D3", "2026-02-25"),
        ("P2D1", "2026-03-02"),
        ("P2D3", "2026-03-04"),
    ]


def test_every_subject_has_dates_of_their_own() -> None:
    text = cycles_text("length: 21 days, count: 2, counted_from: actual", "C*D1: {}")
    schedule = schedule_after(
        text.replace("arms:", "  consent: {date: may be empty}\narms:"),
        {},
        "subject_id,arm,start,consent\n1,active,2026-03-02,\n",
    )
    assert schedule.visits.target.astype(str).tolist() == ["2026-03-02", "2026-03-23"]


def test_window_alone_stands_where_it_begins_also_where_dates_follow_each_other() -> None:
    visits = "D1: {}\ncall: {days: 7, after: D1, counted_from: actual}\nscreening: {window: D-28 to D-1}"
    rows = rows_after(protocol_text(visits=visits))
    # 28 days before Monday 2 March is Monday 2 February
    assert list(rows) == ["screening", "D1", "call"]
    assert (rows["screening"].target, rows["screening"].window) == ("NaT", ("2026-02-02", "2026-03-01"))


def test_end_of_the_study_is_known_once_it_is_on_record() -> None:
    text = protocol_text(visits="D1: {}\nlast_call: {days: 3, after: off_study, window: +14 days}")
    assert rows_after(text)["last_call"].state is DateState.ANCHOR_UNKNOWN
    row = rows_after(text, {"off_study": "2026-04-10", "off_treatment": "2026-04-01"})["last_call"]
    assert (row.target, row.state) == ("2026-04-13", KNOWN)


def test_first_dose_of_a_regimen_is_of_that_regimen_alone() -> None:
    other = "  other: {arms: [active], product: drug, dose: 1 mg, visits: [D8]}\n  infusion:\n"
    text = LAST.replace("  infusion:\n", other).replace("last dose of infusion", "first dose of other")
    assert rows_after(text)["end"].counted == "2026-03-09"
    assert rows_after(text.replace("first dose of other", "first dose of infusion"))["end"].counted == "2026-03-02"


def test_range_that_an_ending_cancels_leaves_what_follows_to_be_determined() -> None:
    # the days from 5 March on (D4): an ending on that day cancels it, one on the day after does not
    visits = "D1: {}\nrange: {window: D4 to D10}\nresult: {days: 3, after: range, counted_from: actual}"
    text = protocol_text(visits=visits, more="after_off_study: [result]\n")
    for ending, planned in (("2026-03-05", "NaT"), ("2026-03-06", "2026-03-10")):
        said = {"range booked": "2026-03-07", "off_study": ending}
        assert rows_after(text, said)["result"].target == planned


def test_gap_that_ends_on_the_target_itself_makes_it_no_less_certain() -> None:
    visits = "D1: {{}}\nD8: {{window: ±3 days, at_least: {} days after D1}}"
    # 7 days after 2 March is the target, 9 March; the day after it is as certain as the first visit
    kept = rows_after(protocol_text(visits=visits.format(7)))["D8"]
    assert (kept.planned, kept.state) == ("2026-03-09", KNOWN)
    moved = rows_after(protocol_text(visits=visits.format(8)))["D8"]
    assert (moved.planned, moved.state) == ("2026-03-10", PROVISIONAL)


def test_ends_of_gaps_stand_beside_their_visit_alone() -> None:
    # 8 days after 2 March begin on the 10th; six hours after some time of 9 March end on it or on the 10th
    visits = "D1: {}\nD8: {window: ±3 days, at_least: 8 days after D1}\nD9: {at_least: 6 hours after D8}"
    gaps = schedule_after(protocol_text(visits=visits), {"D1": "2026-03-02", "D8": "2026-03-09"}).visits.gaps
    assert gaps is not None
    assert gaps.earliest.astype(str).tolist() == ["NaT", "2026-03-10T00:00", "2026-03-09T06:00"]
    assert gaps.latest.astype(str).tolist() == ["NaT", "2026-03-10T00:00", "2026-03-10T05:59"]
    assert gaps.sure.astype(str).tolist() == ["NaT", "2026-03-10T00:00", "2026-03-09T06:00"]
    assert gaps.is_known.tolist() == [True, True, True]
    planned = schedule_after(protocol_text(visits=visits), {}).visits.gaps
    assert planned is not None
    assert planned.is_known.tolist() == [True, False, False]
    assert planned.sure.astype(str).tolist() == ["NaT", "NaT", "NaT"]


def test_last_dose_is_not_known_while_the_day_of_a_dose_that_is_to_come_is_not() -> None:
    visits = (
        "D1: {}\nrange: {window: D4 to D10}\nlate: {days: 3, after: range, counted_from: actual}\n"
        "end: {days: 30, anchor: last_dose, arms: [active]}"
    )
    text = protocol_text(regimen="dose: 5 mg\nvisits: [D1, late]", visits=visits)
    text = text.replace("  start: {label: first infusion}\n", "  start: {}\n  last_dose: {is: last dose of infusion}\n")
    end = rows_after(text, {"D1": "2026-03-02"})["end"]
    assert (end.counted, end.state) == ("NaT", DateState.ANCHOR_UNKNOWN)
    # 8 March and 3 days
    assert rows_after(text, {"D1": "2026-03-02", "range": "2026-03-08"})["end"].counted == "2026-03-11"
