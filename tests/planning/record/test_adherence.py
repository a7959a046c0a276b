"""The status of each visit as of a day, worked by hand on a calendar of March 2026; 2 March 2026 is a Monday."""

from __future__ import annotations

import numpy as np
import pytest

from dosecal.model.adherence import VisitStatus, WindowMet
from dosecal.model.struct import replace
from dosecal.planning.record.adherence import VisitFacts, judge_visits

NAT = np.datetime64("NaT", "D")


def days(*texts: str) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    """Days of March 2026 by their number; an empty text is not known."""
    return np.array(
        [np.datetime64(f"2026-03-{text:0>2}", "D") if text else NAT for text in texts], dtype="datetime64[D]"
    )


def facts(  # noqa: PLR0913 - what may be on record of visits
    target: tuple[str, ...],
    *,
    window: int | None = 2,
    wider: int | None = None,
    actual: dict[int, str] | None = None,
    missed: tuple[int, ...] = (),
    cancelled: tuple[int, ...] = (),
    closed_from: str = "",
    subject: tuple[int, ...] | None = None,
    not_before: str = "",
    booked: str = "",
    uncertain: tuple[int, ...] = (),
) -> VisitFacts:
    """Visits on these days, with windows of so many days on both sides, and what is on record of them by place."""
    count = len(target)
    planned = days(*target)
    held = days(*((actual or {}).get(place, "") for place in range(count)))
    width = np.timedelta64("NaT", "D") if window is None else np.timedelta64(window, "D")
    further = np.timedelta64("NaT", "D") if wider is None else np.timedelta64(wider, "D")
    return VisitFacts(
        subject=np.array(subject or [0] * count, dtype=np.int32),
        target=planned,
        window_start=planned - width,
        window_end=planned + width,
        wider_start=planned - further,
        wider_end=planned + further,
        booked=np.full(count, days(booked)[0]),
        actual=held,
        is_done=np.array([place in (actual or {}) for place in range(count)], dtype=np.bool_),
        is_missed=np.array([place in missed for place in range(count)], dtype=np.bool_),
        is_cancelled=np.array([place in cancelled for place in range(count)], dtype=np.bool_),
        closed_from=np.full(count, days(closed_from)[0]),
        not_before=np.full(count, days(not_before)[0]),
        is_certain=np.array([place not in uncertain for place in range(count)], dtype=np.bool_),
    )


def words(given: VisitFacts, as_of: str) -> list[str]:
    judged = judge_visits(given, days(as_of)[0])
    return [VisitStatus(status).words for status in judged.status.tolist()]


@pytest.mark.parametrize(
    ("as_of", "status"),
    [("6", "not yet due"), ("7", "due"), ("9", "due"), ("11", "due"), ("12", "overdue"), ("31", "overdue")],
)
def test_window_of_7_to_11_march_holds_both_ends_and_overdue_begins_the_day_after(as_of: str, status: str) -> None:
    assert words(facts(("9",)), as_of) == [status]


@pytest.mark.parametrize(
    ("as_of", "status"), [("8", "not yet due"), ("9", "due"), ("10", "past its day"), ("31", "past its day")]
)
def test_visit_without_a_window_is_due_on_its_target_and_never_overdue(as_of: str, status: str) -> None:
    assert words(facts(("9",), window=None), as_of) == [status]


@pytest.mark.parametrize(
    ("window", "as_of", "status"),
    [
        # the target is 9 March, and 10 March the first day that is late enough after another visit
        (2, "9", "not yet due"),
        (2, "10", "due"),
        (2, "11", "due"),
        (2, "12", "overdue"),
        (None, "9", "not yet due"),
        (None, "10", "due"),
        (None, "11", "past its day"),
    ],
)
def test_visit_is_not_due_before_it_is_late_enough_after_another(window: int | None, as_of: str, status: str) -> None:
    assert words(facts(("9",), window=window, not_before="10"), as_of) == [status]


@pytest.mark.parametrize(
    ("window", "as_of", "status"),
    [
        (2, "6", "not yet due"),
        (2, "11", "due"),
        (2, "12", "not known whether due"),
        (None, "9", "due"),
        (None, "10", "not known whether due"),
    ],
)
def test_visit_that_nobody_knows_to_be_the_subject_s_is_never_overdue(
    window: int | None, as_of: str, status: str
) -> None:
    assert words(facts(("9",), window=window, uncertain=(0,)), as_of) == [status]


def test_visit_that_nobody_knows_to_be_the_subject_s_is_never_missed() -> None:
    given = facts(("2", "9", "16"), actual={2: "16"}, uncertain=(0,))
    assert words(given, "20") == ["not known whether due", "missed", "done"]
    left = facts(("2", "16"), closed_from="9", uncertain=(0, 1))
    assert words(left, "20") == ["not known whether due", "cancelled"]
    on_record = facts(("2", "9"), missed=(0,), cancelled=(1,), uncertain=(0, 1))
    assert words(on_record, "20") == ["missed", "cancelled"]


@pytest.mark.parametrize(
    ("actual", "status", "deviation", "out"),
    [
        ("6", "done early", -3, -1),
        ("7", "done", -2, 0),
        ("9", "done", 0, 0),
        ("11", "done", 2, 0),
        ("12", "done late", 3, 1),
    ],
)
def test_held_visit_is_early_or_late_by_days_out_of_its_window(
    actual: str, status: str, deviation: int, out: int
) -> None:
    judged = judge_visits(facts(("9",), actual={0: actual}), days("31")[0])
    assert VisitStatus(int(judged.status[0])).words == status
    assert (judged.deviation.tolist(), judged.has_deviation.tolist()) == ([deviation], [True])
    assert judged.days_out.tolist() == [out]


def test_held_visit_without_a_window_is_done_whenever_it_was_held() -> None:
    judged = judge_visits(facts(("9",), window=None, actual={0: "20"}), days("31")[0])
    assert VisitStatus(int(judged.status[0])).words == "done"
    assert (judged.deviation.tolist(), judged.days_out.tolist()) == ([11], [0])


def test_visit_is_missed_when_its_window_is_over_and_a_later_one_was_held() -> None:
    assert words(facts(("2", "9", "16"), actual={1: "9"}), "20") == ["missed", "done", "overdue"]


def test_open_window_stays_due_although_a_later_visit_was_held() -> None:
    assert words(facts(("2", "9"), actual={1: "3"}), "4") == ["due", "done early"]


def test_visit_without_a_window_is_missed_once_a_later_one_was_held() -> None:
    assert words(facts(("2", "9"), window=None, actual={1: "9"}), "20") == ["missed", "done"]


def test_visits_of_other_subjects_make_none_missed() -> None:
    assert words(facts(("2", "9"), actual={1: "9"}, subject=(0, 1)), "20") == ["overdue", "done"]


def test_two_visits_of_one_day_make_each_other_not_missed() -> None:
    assert words(facts(("2", "2"), actual={1: "2"}), "20") == ["overdue", "done"]


def test_record_of_missed_and_cancelled_stands_whatever_the_day() -> None:
    assert words(facts(("9", "16"), missed=(0,), cancelled=(1,)), "2") == ["missed", "cancelled"]


def test_open_visits_from_the_day_off_study_on_are_cancelled_and_earlier_ones_missed() -> None:
    given = facts(("2", "9", "16"), actual={0: "2"}, closed_from="16")
    assert words(given, "16") == ["done", "missed", "cancelled"]


def test_visit_without_a_known_date_is_not_yet_due_and_cancelled_off_study() -> None:
    assert words(facts(("",)), "31") == ["not yet due"]
    assert words(facts(("",), closed_from="16"), "31") == ["cancelled"]


def test_nobody_has_no_status() -> None:
    assert words(facts(()), "2") == []


@pytest.mark.parametrize(
    ("window", "wider", "held", "met", "out", "wider_out"),
    [
        # the target is Thursday 12 March; the window is 10 to 14 March, the wider one 7 to 17 March
        (2, 5, "12", WindowMet.WINDOW, 0, 0),
        (2, 5, "10", WindowMet.WINDOW, 0, 0),
        (2, 5, "14", WindowMet.WINDOW, 0, 0),
        (2, 5, "9", WindowMet.WIDER, -1, 0),
        (2, 5, "7", WindowMet.WIDER, -3, 0),
        (2, 5, "6", WindowMet.OUTSIDE_BOTH, -4, -1),
        (2, 5, "15", WindowMet.WIDER, 1, 0),
        (2, 5, "17", WindowMet.WIDER, 3, 0),
        (2, 5, "18", WindowMet.OUTSIDE_BOTH, 4, 1),
        (2, None, "15", WindowMet.OUTSIDE, 1, 0),
        (2, None, "14", WindowMet.WINDOW, 0, 0),
        (None, None, "18", WindowMet.NONE, 0, 0),
    ],
)
def test_held_visit_is_in_its_window_in_the_wider_one_or_in_neither(
    window: int | None, wider: int | None, held: str, met: WindowMet, out: int, wider_out: int
) -> None:
    judged = judge_visits(facts(("12",), window=window, wider=wider, actual={0: held}), days("20")[0])
    assert (judged.window_met[0], judged.days_out[0], judged.wider_days_out[0]) == (met, out, wider_out)


def test_open_visit_meets_no_window() -> None:
    judged = judge_visits(facts(("12",), wider=5), days("20")[0])
    assert (judged.window_met[0], words(facts(("12",), wider=5), "16")) == (WindowMet.NONE, ["overdue"])


@pytest.mark.parametrize(
    ("as_of", "status"), [("12", "not yet due"), ("15", "not yet due"), ("16", "due"), ("17", "past its day")]
)
def test_day_of_a_visit_without_a_window_is_the_one_it_is_booked_for(as_of: str, status: str) -> None:
    assert words(facts(("9",), window=None, booked="16"), as_of) == [status]


@pytest.mark.parametrize(("as_of", "status"), [("11", "due"), ("12", "overdue")])
def test_booking_changes_no_window(as_of: str, status: str) -> None:
    assert words(facts(("9",), booked="16"), as_of) == [status]


def test_visit_that_was_not_held_or_has_no_target_has_no_deviation() -> None:
    held_without_target = replace(facts(("9", "9", "9"), actual={0: "10", 1: "10"}), target=days("9", "", "9"))
    judged = judge_visits(held_without_target, days("20")[0])
    assert judged.has_deviation.tolist() == [True, False, False]
    assert judged.deviation.tolist() == [1, 0, 0]


def test_range_without_a_target_is_missed_once_a_later_visit_was_held() -> None:
    # a range from the 3rd to the 5th, and a visit that was held on the 9th
    rows = replace(facts(("4", "9"), window=1, actual={1: "9"}), target=days("", "9"))
    assert words(rows, "7") == ["missed", "done"]


@pytest.mark.parametrize(
    ("start", "end", "held", "met"),
    [
        ("", "11", "1", WindowMet.WINDOW),  # a last day alone
        ("", "11", "12", WindowMet.OUTSIDE),
        ("7", "", "31", WindowMet.WINDOW),  # a first day alone
        ("7", "", "6", WindowMet.OUTSIDE),
        ("", "", "9", WindowMet.NONE),
    ],
)
def test_window_of_one_side_is_a_window(start: str, end: str, held: str, met: WindowMet) -> None:
    rows = replace(facts(("9",), actual={0: held}), window_start=days(start), window_end=days(end))
    assert judge_visits(rows, days("31")[0]).window_met.tolist() == [met]


@pytest.mark.parametrize(
    ("start", "end", "held", "met"),
    [
        ("", "20", "1", WindowMet.WIDER),
        ("", "20", "21", WindowMet.OUTSIDE_BOTH),
        ("5", "", "31", WindowMet.WIDER),
        ("5", "", "4", WindowMet.OUTSIDE_BOTH),
    ],
)
def test_wider_window_of_one_side_is_one(start: str, end: str, held: str, met: WindowMet) -> None:
    rows = replace(facts(("9",), actual={0: held}), wider_start=days(start), wider_end=days(end))
    assert judge_visits(rows, days("31")[0]).window_met.tolist() == [met]


def test_visit_that_was_held_on_a_day_that_nobody_gave_met_no_window() -> None:
    rows = replace(facts(("9",), actual={0: "9"}), actual=days(""))
    judged = judge_visits(rows, days("31")[0])
    assert (judged.window_met.tolist(), judged.has_deviation.tolist()) == ([WindowMet.NONE], [False])
    assert words(rows, "31") == ["done"]


def test_end_of_the_study_that_is_still_to_come_makes_no_visit_missed() -> None:
    # on the 10th, with the end on the 20th: the visit of the 9th is due until the 11th, and from the 12th on overdue
    assert words(facts(("9",), closed_from="20"), "10") == ["due"]
    assert words(facts(("9",), closed_from="20"), "12") == ["overdue"]
    assert words(facts(("9",), closed_from="20"), "20") == ["missed"]


def test_visit_without_a_window_is_missed_on_its_own_day_if_a_later_one_was_held() -> None:
    # the visit of the 10th was held on the 8th
    assert words(facts(("9", "10"), window=None, actual={1: "8"}), "9") == ["missed", "done"]
