"""Axes of days: broken where days crowd, with labels that don't overlap."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.render.timeline_axis import AxisPart, axis_parts, named_days


def parted(*days: int) -> list[list[int]]:
    """The days on each part of their axis."""
    return [[day for day in sorted(days) if part.holds(day)] for part in axis_parts(days)]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((0, 7, 14, 21, 28), [[0, 7, 14, 21, 28]]),
        ((5,), [[5]]),
        ((0, 3, 6, 10, 14, 21, 28, 90, 180), [[0, 3, 6, 10, 14, 21, 28], [90, 180]]),
        ((-180, -90, 0, 1, 2, 3, 4), [[-180, -90], [0, 1, 2, 3, 4]]),
        ((0, 1, 2, 3, 30, 31, 32, 33, 900), [[0, 1, 2, 3], [30, 31, 32, 33], [900]]),
    ],
)
def test_axis_is_broken_where_days_crowd(days: tuple[int, ...], expected: list[list[int]]) -> None:
    assert parted(*days) == expected


@given(st.lists(st.integers(-400, 4_000), min_size=1, max_size=60))
def test_every_day_is_on_one_part_and_parts_follow_each_other(days: list[int]) -> None:
    parts = axis_parts(days)
    assert all(sum(part.holds(day) for part in parts) == 1 for day in days)
    assert all(one.end <= other.start for one, other in pairwise(parts))
    assert all(part.start < part.end for part in parts)
    assert sum(part.share for part in parts) == pytest.approx(1)


@given(st.lists(st.integers(-50, 300), min_size=1, max_size=60, unique=True), st.floats(1, 8))
def test_named_days_have_room_and_the_first_is_among_them(days: list[int], width: float) -> None:
    (part,) = (AxisPart(min(days) - 1, max(days) + 1, 1.0),)
    named = named_days([(day, str(day)) for day in days], part, width, lambda _: 0.3)
    scale = width / (part.end - part.start)
    assert named[0][0] == days[0]
    places = sorted(day for day, _ in named)
    assert all((other - one) * scale >= 0.3 - 1e-9 for one, other in pairwise(places))


def test_days_of_other_parts_are_not_named() -> None:
    part = AxisPart(-1, 10, 1.0)
    assert named_days([(0, "D0"), (5, "D5"), (90, "D90")], part, 5, lambda _: 0.3) == ((0, "D0"), (5, "D5"))
