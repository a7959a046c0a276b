"""The pieces that tables are made of: from arrays to columns of codes and texts.

Conventions: a column of dates is coded by its days from the earliest one, so that each date is written out once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.distinct import distinct_rows
from dosecal.model.messages import msgid
from dosecal.model.quantity import column_digits, exact_fraction, has_fraction
from dosecal.model.site import WEEKDAYS
from dosecal.report.tables.table import Column, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from numpy.typing import NDArray

    from dosecal.model.cohort import Dates
    from dosecal.report.tables.table import Codes

MOST_DAYS_APART = 4_000
"""Up to so many days more than there are dates, all days between them are written out."""

_NO_DAY = np.iinfo(np.int64).min
"""What NaT is, as a number of days: the least there is."""

SHORT_WEEKDAYS = (
    msgid("Mon"),
    msgid("Tue"),
    msgid("Wed"),
    msgid("Thu"),
    msgid("Fri"),
    msgid("Sat"),
    msgid("Sun"),
)
_THURSDAY = 3
"""1970-01-01 was a Thursday."""


def constant(name: str, text: str = "", kind: Kind = Kind.TEXT) -> Column:
    """A column with one text in all rows."""
    return Column(name, kind, (text,))


def coded(name: str, texts: Sequence[str], codes: Codes, kind: Kind = Kind.TEXT) -> Column:
    """A column of codes into texts."""
    return Column(name, kind, tuple(texts), codes)


def decimals(name: str, values: Sequence[Fraction | None], codes: Codes) -> Column:
    """A column of codes into numbers; None for one that is not known."""
    texts = tuple("" if value is None else column_digits(value) for value in values)
    pairs = zip(texts, values, strict=True)
    fractions = {text: exact_fraction(value) for text, value in pairs if value is not None and has_fraction(value)}
    return Column(name, Kind.DECIMAL, texts, codes, tuple(fractions.items()))


class DateCodes:
    """A column of dates as codes: 0 where there is no date, else the place among the days written out, from 1.

    The days written out are those from the earliest to the latest date, or, where these would be many more than there
    are dates, those that occur.
    """

    def __init__(self, dates: Dates) -> None:
        """Code the dates."""
        self.codes: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.days: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        if not len(dates) or (dates.strides == (0,) and np.isnat(dates[0])):
            return  # one missing date for all rows, as where no window is stated
        days = dates.view(np.int64)
        has_unknown = int(np.min(days)) == _NO_DAY
        known = days[days != _NO_DAY] if has_unknown else days
        if not len(known):
            return
        start, end = int(np.min(known)), int(np.max(known))
        if end - start < MOST_DAYS_APART + len(known):
            self.days = np.arange(start, end + 1)
            self.codes = days - (start - 1)
        else:
            self.days = np.unique(known)
            self.codes = np.searchsorted(self.days, days) + 1
        if has_unknown:
            self.codes[days == _NO_DAY] = 0

    def dates(self, name: str) -> Column:
        """The ISO dates."""
        if not len(self.days):
            return constant(name, kind=Kind.DATE)
        texts = np.datetime_as_string(self.days.astype("datetime64[D]")).tolist()
        return Column(name, Kind.DATE, ("", *texts), self.codes)

    def weekdays(self, name: str) -> Column:
        """The English names of the days of the week."""
        if not len(self.days):
            return constant(name)
        texts = (WEEKDAYS[day] for day in ((self.days + _THURSDAY) % 7).tolist())
        return Column(name, Kind.TEXT, ("", *texts), self.codes)


def paired(
    first: tuple[Sequence[str], Codes], second: tuple[Sequence[str], Codes], joint: str
) -> tuple[list[str], NDArray[np.int64]]:
    """Two coded columns of texts as one, joined where both say something."""
    texts_1, codes_1 = first
    texts_2, codes_2 = second
    first_row, codes = distinct_rows(codes_1, codes_2)
    pairs = zip(codes_1[first_row].tolist(), codes_2[first_row].tolist(), strict=True)
    texts = [joint.join(text for text in (texts_1[a], texts_2[b]) if text) for a, b in pairs]
    return texts, codes


def listed(name: str, texts: Sequence[str], kind: Kind = Kind.TEXT) -> Column:
    """A column from the text of every row."""
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    codes = np.fromiter(map(places.__getitem__, texts), dtype=np.int64, count=len(texts))
    return Column(name, kind, tuple(places) or ("",), codes)
