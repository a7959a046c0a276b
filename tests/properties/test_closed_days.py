"""Whatever the window, policy and calendar: moves stay inside windows, and what stays on a closed day says why.

The calculation that ours is held against looks at one day after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dosecal.model.closed_day import ClosedDayOutcome, ClosedDayPolicy
from dosecal.model.messages import NOTHING, unsaid
from dosecal.model.site import Calendars, ClosedDays, calendars_of
from dosecal.planning.dates.open_days import move_to_open_days

DAYS = 60
FIRST = 20_000
"""The first day of the calendars; targets keep away from their ends, so that every window lies inside."""


@dataclass(frozen=True)
class Case:
    """A calendar of some sites, and rows of one visit each."""

    closed: tuple[frozenset[int], ...]
    rows: tuple[tuple[int, int, int | None, int | None, ClosedDayPolicy], ...]

    @property
    def calendars(self) -> Calendars:
        """The calendars of the sites."""
        reason = np.array([[day in some for day in range(DAYS)] for some in self.closed], dtype=np.int16)
        return calendars_of(tuple(map(str, range(len(self.closed)))), FIRST, reason, (NOTHING, unsaid("for the test")))

    def moved(self) -> ClosedDays:
        """What our calculation gives."""
        site, day, before, after, policy = (list(column) for column in zip(*self.rows, strict=True))
        start = [FIRST + d - b if b is not None else None for d, b in zip(day, before, strict=True)]
        end = [FIRST + d + a if a is not None else None for d, a in zip(day, after, strict=True)]
        return move_to_open_days(
            _dates([FIRST + d for d in day]),
            _dates(start),
            _dates(end),
            np.array(policy, dtype=np.int8),
            np.array(site, dtype=np.int32),
            self.calendars,
        )


def _dates(days: list[int] | list[int | None]) -> np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]:
    return np.array([np.datetime64("NaT", "D") if d is None else np.datetime64(d, "D") for d in days])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    sites = draw(st.integers(1, 3))
    closed = tuple(frozenset(draw(st.sets(st.integers(0, DAYS - 1), max_size=DAYS))) for _ in range(sites))
    row = st.tuples(
        st.integers(0, sites - 1),
        st.integers(20, 40),
        st.integers(0, 15),
        st.integers(0, 15),
        st.sampled_from(ClosedDayPolicy),
        st.booleans(),
    )
    rows = draw(st.lists(row, min_size=1, max_size=12))
    return Case(
        closed,
        tuple((s, d, b if has_window else None, a if has_window else None, p) for s, d, b, a, p, has_window in rows),
    )


def allowed(closed: frozenset[int], row: tuple[int, int, int | None, int | None, ClosedDayPolicy]) -> list[int]:
    """The open days that a policy allows inside the window, the nearest first."""
    _, day, before, after, policy = row
    if before is None or after is None:
        return []
    found = [d for d in range(day - before, day + after + 1) if d not in closed]
    if policy is ClosedDayPolicy.NEXT:
        found = [d for d in found if d > day]
    if policy is ClosedDayPolicy.PREVIOUS:
        found = [d for d in found if d < day]
    later_first = policy is ClosedDayPolicy.NEAREST_LATER
    return sorted(found, key=lambda d: (abs(d - day), -d if later_first else d))


STAYS = (ClosedDayPolicy.NONE_STATED, ClosedDayPolicy.KEEP, ClosedDayPolicy.DOSE)


@given(cases())
def test_planned_date_is_inside_the_window_and_open_or_says_why_not(case: Case) -> None:
    result = case.moved()
    planned = (result.planned.astype(np.int64) - FIRST).tolist()
    for k, (site, day, before, after, _) in enumerate(case.rows):
        is_open = planned[k] not in case.closed[site]
        outcome = ClosedDayOutcome(int(result.outcome[k]))
        assert is_open == (outcome in {ClosedDayOutcome.OPEN, ClosedDayOutcome.MOVED})
        assert (planned[k] != day) == (outcome is ClosedDayOutcome.MOVED)
        if before is not None and after is not None:
            assert day - before <= planned[k] <= day + after
        assert (result.reasons[result.reason[k]] == "") == (day not in case.closed[site])


@given(cases())
def test_planned_date_is_the_one_that_looking_day_by_day_finds(case: Case) -> None:
    result = case.moved()
    for k, row in enumerate(case.rows):
        site, day, before, _, policy = row
        outcome = ClosedDayOutcome(int(result.outcome[k]))
        found = allowed(case.closed[site], row)
        if day not in case.closed[site] or policy in STAYS:
            expected = day
        elif before is None:
            expected, found = day, []
            assert outcome is ClosedDayOutcome.NO_WINDOW
        elif not found:
            expected = day
            assert outcome is ClosedDayOutcome.NO_OPEN_DAY
        elif policy is ClosedDayPolicy.NEAREST and len(found) > 1 and found[0] + found[1] == 2 * day:
            expected = day
            assert outcome is ClosedDayOutcome.TIE
        else:
            expected = found[0]
        assert int(result.planned[k].astype(np.int64)) - FIRST == expected


@given(cases())
def test_dose_is_never_moved(case: Case) -> None:
    rows = tuple((s, d, b, a, ClosedDayPolicy.DOSE) for s, d, b, a, _ in case.rows)
    result = Case(case.closed, rows).moved()
    assert np.array_equal(result.planned, result.wanted)


@given(cases())
def test_rows_are_moved_alike_together_and_alone(case: Case) -> None:
    together = case.moved()
    for k, row in enumerate(case.rows):
        alone = Case(case.closed, (row,)).moved()
        assert (alone.planned[0], alone.outcome[0]) == (together.planned[k], together.outcome[k])
