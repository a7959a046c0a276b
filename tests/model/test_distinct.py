"""Distinct rows of columns: two rows are alike where every column is, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.model import distinct
from dosecal.model.distinct import distinct_rows, places_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

NUMBERS = st.integers(-(1 << 62), 1 << 62) | st.integers(-1, 3)


def ternary(number: int, count: int) -> list[int]:
    """The digits of a number to the base 3, so many of them."""
    return [number // 3**place % 3 for place in range(count - 1, -1, -1)]


def kinds_of(*columns: NDArray[np.integer]) -> list[tuple[int, ...]]:
    """The distinct rows as the function gives them."""
    first, _ = distinct_rows(*columns)
    return list(zip(*(column[first].tolist() for column in columns), strict=True))


def test_rows_that_differ_by_a_multiple_of_two_to_the_52_stay_apart() -> None:
    # five columns of 8,192 values need 2⁶⁵ keys: a place in the first counts 8,192⁴ = 2⁵², so that 4,096 of them are
    # 2⁶⁴, which a key of 64 bits takes for nothing
    values = np.arange(8_192, dtype=np.int64)
    one, other = np.zeros(5, dtype=np.int64), np.array([4_096, 0, 0, 0, 0])
    rows = np.vstack([np.stack([values] * 5, axis=1), one, other])
    first, codes = distinct_rows(*rows.T)
    assert len(first) == 8_193  # all but the second row of zeros
    assert codes[-1] != codes[-2]
    assert rows[first[codes]].tolist() == rows.tolist()


@pytest.mark.parametrize("count", [40, 41, 200])
def test_rows_of_more_than_forty_columns_of_three_states_stay_apart(count: int) -> None:
    # 3⁴⁰ keys fit a number of 64 bits, 3⁴¹ don't: the digits of 2⁶⁴ to the base 3 make a key that wraps to that of
    # zeros; each of the other rows differs from the zeros in one column alone
    wrapping = ternary(2**64 if count > 40 else 2**63, count)
    rows = np.vstack([np.zeros(count, dtype=np.int8), wrapping, np.eye(count, dtype=np.int8) * 2])
    first, codes = distinct_rows(*rows.T)
    assert len(first) == count + 2
    assert rows[first[codes]].tolist() == rows.tolist()


@given(st.integers(1, 6).flatmap(lambda width: st.lists(st.tuples(*[NUMBERS] * width), min_size=1, max_size=20)))
def test_distinct_rows_are_those_of_a_set_in_ascending_order(rows: list[tuple[int, ...]]) -> None:
    columns = [np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)]
    first, codes = distinct_rows(*columns)
    assert kinds_of(*columns) == sorted(set(rows))
    assert [rows[first[code]] for code in codes.tolist()] == rows
    assert [rows.index(rows[row]) for row in first.tolist()] == first.tolist()  # the first row of its kind


@pytest.mark.parametrize("marked", [0, 8])
def test_marking_and_sorting_find_the_same(monkeypatch: pytest.MonkeyPatch, marked: int) -> None:
    monkeypatch.setattr(distinct, "MARKED_PER_ROW", marked)
    first, codes = distinct_rows(np.array([2, -1, 2, 0]), np.array([True, False, True, False]))
    assert (first.tolist(), codes.tolist()) == ([1, 3, 0], [2, 0, 2, 1])


def test_no_rows_have_no_kinds() -> None:
    first, codes = distinct_rows(np.zeros(0, dtype=np.int8), np.zeros(0, dtype=np.int64))
    assert (first.tolist(), codes.tolist()) == ([], [])


def test_columns_of_small_numbers_are_not_packed_in_small_numbers() -> None:
    # 100 × 101 keys, in columns of one byte each
    hundred = np.arange(101, dtype=np.int8)
    assert len(distinct_rows(np.repeat(hundred, 101), np.tile(hundred, 101))[0]) == 101 * 101


def test_wanted_rows_are_found_among_others_or_are_not_there() -> None:
    among = np.array([5, 5, 7]), np.array([1, 2, 1])
    wanted = np.array([5, 7, 7, 6]), np.array([2, 1, 2, 1])
    assert places_of(wanted, among).tolist() == [1, 2, -1, -1]
    nothing = np.zeros(0, dtype=np.int64)
    assert places_of(wanted, (nothing, nothing)).tolist() == [-1, -1, -1, -1]
    assert places_of((nothing, nothing), among).tolist() == []
