"""The pieces that tables are made of: from arrays to columns of codes and texts.

Conventions: a column of dates is coded by its days from the earliest one, so that each date is written out once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from schedule.report.tables import Column, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from schedule.model.cohort import Dates
    from schedule.report.tables import Codes

MOST_PAIRS = 1 << 22
"""Up to so many pairs, those that occur are found by marking; beyond, by sorting."""

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_THURSDAY = 3
"""1970-01-01 was a Thursday."""


def constant(name: str, text: str = "", kind: Kind = Kind.TEXT) -> Column:
    """A column with one text in all rows."""
    return Column(name, kind, (text,))


def coded(name: str, texts: Sequence[str], codes: Codes, kind: Kind = Kind.TEXT) -> Column:
    """A column of codes into texts."""
    return Column(name, kind, tuple(texts), codes)


class DateCodes:
    """A column of dates as codes: 0 where there is no date, else the days from the earliest one, and 1."""

    def __init__(self, dates: Dates) -> None:
        """Code the dates."""
        self.codes: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.is_empty = not len(dates) or bool(dates.strides == (0,) and np.isnat(dates[0]))
        if self.is_empty:
            return  # one missing date for all rows, as where no window is stated
        days = dates.view(np.int64)
        unknown = np.isnat(dates)
        has_unknown = bool(unknown.any())
        known = days[~unknown] if has_unknown else days
        self.is_empty = not len(known)
        self.start = int(known.min()) if len(known) else 0
        self.count = int(known.max()) - self.start + 1 if len(known) else 0
        self.codes = days - (self.start - 1)
        if has_unknown:
            self.codes[unknown] = 0

    def dates(self, name: str) -> Column:
        """The ISO dates."""
        if self.is_empty:
            return constant(name, kind=Kind.DATE)
        days = np.arange(self.start, self.start + self.count).astype("datetime64[D]")
        return Column(name, Kind.DATE, ("", *np.datetime_as_string(days).tolist()), self.codes)

    def weekdays(self, name: str) -> Column:
        """The English names of the days of the week."""
        if self.is_empty:
            return constant(name)
        texts = ("", *(_WEEKDAYS[(self.start + k + _THURSDAY) % 7] for k in range(self.count)))
        return Column(name, Kind.TEXT, texts, self.codes)


def paired(
    first: tuple[Sequence[str], Codes], second: tuple[Sequence[str], Codes], joint: str
) -> tuple[list[str], NDArray[np.int64]]:
    """Two coded columns of texts as one, joined where both say something."""
    texts_1, codes_1 = first
    texts_2, codes_2 = second
    room = len(texts_1) * len(texts_2)
    key = codes_1.astype(np.int64) * len(texts_2) + codes_2
    if room <= MOST_PAIRS:
        is_used = np.zeros(room, dtype=bool)
        is_used[key] = True
        distinct = np.flatnonzero(is_used)
        codes = (np.cumsum(is_used) - 1)[key]
    else:
        distinct, codes = np.unique(key, return_inverse=True)
    pairs = (divmod(one, len(texts_2)) for one in distinct.tolist())
    texts = [joint.join(text for text in (texts_1[a], texts_2[b]) if text) for a, b in pairs]
    return texts, codes.astype(np.int64)
