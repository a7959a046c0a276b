"""Dates among windows: one window, several, a gap, and before or after all of them."""

from __future__ import annotations

import numpy as np
import pytest

from dosecal.model.findings import Fit
from dosecal.model.schedule import PlannedVisits
from dosecal.planning.record.matching import OnRecord, match_dates

NAT = np.datetime64("NaT", "D")


def march(*numbers: int | None) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    days = [NAT if day is None else np.datetime64("2026-03-01", "D") + (day - 1) for day in numbers]
    return np.array(days, dtype="datetime64[D]")


def visits(*windows: tuple[int, int | None], subject: tuple[int, ...] | None = None) -> PlannedVisits:
    """Visits with these windows in March, each with its target on the first day."""
    count = len(windows)
    first, last = march(*(one for one, _ in windows)), march(*(one for _, one in windows))
    nothing = march(*[None] * count)
    return PlannedVisits(
        subject=np.array(subject or [0] * count, dtype=np.int32),
        visit=np.arange(count, dtype=np.int32),
        anchor_date=first,
        target=first,
        window_start=first,
        window_end=last,
        planned=first,
        wider_start=nothing,
        wider_end=nothing,
        not_before=nothing,
        state=np.zeros(count, dtype=np.int8),
    )


def free(
    count: int,
    *recorded: int,
    missed: tuple[int, ...] = (),
    cancelled: tuple[int, ...] = (),
    held: dict[int, int] | None = None,
) -> OnRecord:
    """Of so many visits those that are on record, by their places: missed, cancelled, or held on a day of March."""
    on_record = [*recorded, *missed, *cancelled, *(held or {})]
    return OnRecord(
        np.array([place not in on_record for place in range(count)], dtype=np.bool_),
        np.array([place in missed for place in range(count)], dtype=np.bool_),
        np.array([place in cancelled for place in range(count)], dtype=np.bool_),
        march(*((held or {}).get(place) for place in range(count))),
    )


PLAN = visits((2, 4), (9, 12), (11, 14), (20, 22))


@pytest.mark.parametrize(
    ("day", "fit", "first", "second"),
    [
        (1, Fit.BEFORE_ALL, -1, 0),
        (2, Fit.ONE_WINDOW, 0, -1),
        (4, Fit.ONE_WINDOW, 0, -1),
        (5, Fit.GAP, 0, 1),
        (8, Fit.GAP, 0, 1),
        (10, Fit.ONE_WINDOW, 1, -1),
        (11, Fit.SEVERAL_WINDOWS, 1, 2),
        (12, Fit.SEVERAL_WINDOWS, 1, 2),
        (13, Fit.ONE_WINDOW, 2, -1),
        (15, Fit.GAP, 2, 3),
        (22, Fit.ONE_WINDOW, 3, -1),
        (23, Fit.AFTER_ALL, 3, -1),
    ],
)
def test_date_in_march_fits(day: int, fit: Fit, first: int, second: int) -> None:
    found = match_dates(PLAN, free(4), np.zeros(1, dtype=np.int32), march(day), None)
    assert (Fit(int(found.fit[0])), int(found.first[0])) == (fit, first)
    if fit in {Fit.SEVERAL_WINDOWS, Fit.GAP, Fit.BEFORE_ALL}:
        assert int(found.second[0]) == second


def test_visit_that_is_on_record_takes_no_further_date() -> None:
    found = match_dates(PLAN, free(4, 1), np.zeros(1, dtype=np.int32), march(11), None)
    assert (Fit(int(found.fit[0])), int(found.first[0])) == (Fit.ONE_WINDOW, 2)


@pytest.mark.parametrize(
    ("day", "fit", "early"), [(18, Fit.GAP, 0), (19, Fit.SOON_BEFORE_NEXT, 1), (20, Fit.ONE_WINDOW, 0)]
)
def test_date_one_day_before_a_window_counts_for_it_where_the_protocol_says_one_day(
    day: int, fit: Fit, early: int
) -> None:
    found = match_dates(PLAN, free(4), np.zeros(1, dtype=np.int32), march(day), 1)
    assert (Fit(int(found.fit[0])), int(found.days_early[0])) == (fit, early)


def test_each_date_is_held_against_its_own_subject_s_windows() -> None:
    plan = visits((2, 4), (9, 12), subject=(0, 1))
    found = match_dates(plan, free(2), np.array([1, 0], dtype=np.int32), march(3, 3), None)
    assert [Fit(fit) for fit in found.fit.tolist()] == [Fit.BEFORE_ALL, Fit.ONE_WINDOW]


def test_subject_without_dates_has_nothing_to_fit() -> None:
    found = match_dates(visits(), free(0), np.zeros(1, dtype=np.int32), march(3), None)
    assert [Fit(fit) for fit in found.fit.tolist()] == [Fit.NO_VISITS]


def test_date_fits_the_target_of_a_visit_without_a_window_and_no_day_beside_it() -> None:
    plan = visits((2, 4), (9, None), (20, 22))
    found = match_dates(plan, free(3), np.zeros(3, dtype=np.int32), march(8, 9, 10), None)
    assert [Fit(fit) for fit in found.fit.tolist()] == [Fit.GAP, Fit.ONE_WINDOW, Fit.GAP]
    assert found.first.tolist() == [0, 1, 1]


def test_gap_ends_with_the_next_visit_of_the_plan_whether_or_not_it_is_on_record() -> None:
    found = match_dates(PLAN, free(4, 1, 2), np.zeros(1, dtype=np.int32), march(6), 3)
    assert (Fit(int(found.fit[0])), int(found.first[0]), int(found.second[0])) == (Fit.GAP, 0, 1)


@pytest.mark.parametrize(
    ("day", "held", "first", "second"),
    [
        # the window of the second visit is 9 to 12 March, and the third is cancelled
        (9, 10, 0, 1),
        (10, 10, 1, 3),  # on its own day it comes before
        (11, 10, 1, 3),
        (6, 5, 1, 3),  # held before its window
        (14, 15, 0, 1),  # held after it
        (16, 15, 1, 3),
    ],
)
def test_visit_that_was_held_ends_a_gap_on_the_day_on_which_it_was_held(
    day: int, held: int, first: int, second: int
) -> None:
    on_record = free(4, 0, cancelled=(2,), held={1: held})
    found = match_dates(PLAN, on_record, np.zeros(1, dtype=np.int32), march(day), None)
    assert (Fit(int(found.fit[0])), int(found.first[0]), int(found.second[0])) == (Fit.GAP, first, second)


def test_cancelled_visit_takes_no_date_and_ends_no_gap() -> None:
    found = match_dates(PLAN, free(4, cancelled=(1, 2)), np.zeros(3, dtype=np.int32), march(10, 6, 16), 3)
    assert [Fit(fit) for fit in found.fit.tolist()] == [Fit.GAP] * 3
    assert (found.first.tolist(), found.second.tolist()) == ([0, 0, 0], [3, 3, 3])


def test_visit_that_is_on_record_as_missed_is_named_where_its_window_holds_the_date() -> None:
    found = match_dates(PLAN, free(4, missed=(1,)), np.zeros(2, dtype=np.int32), march(10, 8), None)
    assert found.missed.tolist() == [1, -1]
    assert [Fit(fit) for fit in found.fit.tolist()] == [Fit.GAP, Fit.GAP]
