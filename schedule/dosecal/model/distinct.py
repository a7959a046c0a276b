"""The distinct rows of columns of whole numbers, for a whole cohort at once.

Conventions: columns are packed into one key as long as every key fits a 64-bit number, and numbered anew (0, 1, 2 …)
before one would not: so no two rows ever share a key, whatever the columns hold and however many there are. Numbers are
sorted, and not rows, since that is many times faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Column = NDArray[np.integer] | NDArray[np.bool_]
    Places = NDArray[np.int64]

MOST_KEYS = 1 << 62
"""Up to so many keys there may be: each fits a signed 64-bit number."""
MARKED_PER_ROW = 8
"""Up to so many keys for each row, those that occur are found by marking; beyond, by sorting."""


def distinct_rows(*columns: Column) -> tuple[Places, Places]:
    """The distinct rows of columns of the same length.

    Args:
        columns: (n,) Whole numbers, at least one column.

    Returns:
        The place of the first row of each distinct kind, kinds ascending by the first column, then by the next; and
        (n,) the place of each row's kind among them.
    """
    key, room = _packed(columns)
    if not len(key):
        return key, key
    if room <= MARKED_PER_ROW * len(key):
        is_used = np.zeros(room, dtype=np.bool_)
        is_used[key] = True
        codes = (np.cumsum(is_used) - 1)[key]
        first = np.empty(int(np.count_nonzero(is_used)), dtype=np.int64)
        first[codes[::-1]] = np.arange(len(key) - 1, -1, -1)  # the first row of a kind is written last
        return first, codes
    _, first, codes = np.unique(key, return_index=True, return_inverse=True)
    return first.astype(np.int64), codes.reshape(-1).astype(np.int64)


def places_of(wanted: tuple[Column, ...], among: tuple[Column, ...]) -> Places:
    """(n,) The place of each wanted row among other rows, each of which stands once; -1 where it is not there.

    Args:
        wanted: Columns of (n,) whole numbers.
        among: As many columns of (m,) whole numbers.
    """
    columns = [np.concatenate([mine, other]) for mine, other in zip(wanted, among, strict=True)]
    _, codes = distinct_rows(*columns)
    count = len(wanted[0])
    place = np.full(int(codes.max(initial=-1)) + 1, -1, dtype=np.int64)
    place[codes[count:]] = np.arange(len(among[0]))
    return place[codes[:count]]


def _packed(columns: tuple[Column, ...]) -> tuple[Places, int]:
    """One key a row that is equal where all columns are, and how many keys there may be: never above ``MOST_KEYS``."""
    key, room = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        own, size = _from_nothing(column.astype(np.int64))
        if room * size > MOST_KEYS:
            (key, room), (own, size) = _numbered(key), _numbered(own)
        key = key * size + own
        room *= size
    return key, room


def _from_nothing(column: Places) -> tuple[Places, int]:
    """A column moved so that its least is 0, and how many numbers it may hold."""
    if not len(column):
        return column, 1
    low, high = int(column.min()), int(column.max())
    if high - low >= MOST_KEYS:
        return _numbered(column)
    return column - low, high - low + 1


def _numbered(column: Places) -> tuple[Places, int]:
    """The place of each number among the distinct ones, and how many these are: at most as many as there are rows.

    Two columns of fewer than 2³¹ rows, each numbered so, have fewer than 2⁶² pairs.
    """
    distinct, codes = np.unique(column, return_inverse=True)
    return codes.reshape(-1).astype(np.int64), max(len(distinct), 1)
