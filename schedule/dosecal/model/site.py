"""Sites, and the days on which each is open.

Conventions: a day is a whole local day of the site, as days since 1970-01-01; a weekday is 0 for Monday to 6 for
Sunday. A calendar covers a span of whole years, and knows for each day in it why the site is closed, or that it is
open, and which open days come next and came before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.messages import Msg, msgid
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.problems import Source

    Dates = NDArray[np.datetime64]
    Indices = NDArray[np.int32]

WEEKDAYS = (
    msgid("Monday"),
    msgid("Tuesday"),
    msgid("Wednesday"),
    msgid("Thursday"),
    msgid("Friday"),
    msgid("Saturday"),
    msgid("Sunday"),
)

THURSDAY = 3
"""The weekday of 1970-01-01."""

NO_DAY = np.int64(1) << 40
"""Stands for an open day that the calendar doesn't have: later, or with a minus earlier, than any date."""


class DayRange(Struct, frozen=True):
    """Days that a site's file names, both ends inside, and why.

    Attributes:
        first: The first day.
        last: The last day; the same for one day.
        reason: Why they are closed or open.
    """

    first: int
    last: int
    reason: str


class YearlyDay(Struct, frozen=True):
    """A day that is closed every year, and why; 29 February exists in leap years alone."""

    month: int
    day: int
    reason: str


class Site(Struct, frozen=True):
    """A place where subjects are seen.

    Attributes:
        name: The name, as the ``site`` column of the subjects' table has it.
        zone: The IANA time zone; empty where none is stated.
        country: The ISO 3166-1 code whose national holidays are closed days; empty where the file says that none is
            stated.
        subdivision: The country's part whose holidays are closed days too; empty for the whole country's alone.
        categories: Which kinds of the country's holidays are closed days.
        language: The language of the holidays' names; empty for English where the names are known in it.
        weekend: The weekdays that are closed.
        closed: Further closed days, each once.
        yearly: Further days that are closed every year.
        opened: Days that are open whatever else is said of them; none of them stands in ``closed``.
        capacity: How many visits a weekday has room for, by weekday; None for a weekday of which nothing is stated.
        source: Where its name stands in the file.
    """

    name: str
    zone: str
    country: str
    subdivision: str
    categories: tuple[str, ...]
    language: str
    weekend: tuple[int, ...]
    closed: tuple[DayRange, ...]
    yearly: tuple[YearlyDay, ...]
    opened: tuple[DayRange, ...]
    capacity: tuple[int | None, ...]
    source: Source


class Calendars(Struct, frozen=True):
    """The open days of sites, in a span of days.

    Attributes:
        names: The sites.
        first: The first day of the span.
        reason: (sites, days) The place in ``reasons`` of why the site is closed; 0 where it is open.
        reasons: Why a day is closed, such as ``Constitution Day (MX)``; the first is empty.
        next_open: (sites, days) The first open day on or after each day; ``NO_DAY`` where the span has none.
        previous_open: (sites, days) The last open day on or before each day; ``-NO_DAY`` where the span has none.
    """

    names: tuple[str, ...]
    first: int
    reason: NDArray[np.int16]
    reasons: tuple[Msg, ...]
    next_open: NDArray[np.int64]
    previous_open: NDArray[np.int64]

    @property
    def last(self) -> int:
        """The last day of the span."""
        width: int = self.reason.shape[1]
        return self.first + width - 1

    def covers(self, first: int, last: int) -> bool:
        """Whether all days from the first to the last are in the span."""
        return self.first <= first and last <= self.last


def calendars_of(names: tuple[str, ...], first: int, reason: NDArray[np.int16], reasons: tuple[Msg, ...]) -> Calendars:
    """Calendars with their open days looked up once for each day.

    Args:
        names: The sites.
        first: The first day of the span.
        reason: (sites, days) The place in ``reasons`` of why each day is closed; 0 for open.
        reasons: Why days are closed; the first is empty.
    """
    days = first + np.arange(reason.shape[1], dtype=np.int64)
    is_open = reason == 0
    later = np.where(is_open, days, NO_DAY)
    earlier = np.where(is_open, days, -NO_DAY)
    next_open = np.minimum.accumulate(later[:, ::-1], axis=1)[:, ::-1]
    return Calendars(
        names, first, reason, reasons, np.ascontiguousarray(next_open), np.maximum.accumulate(earlier, axis=1)
    )


class ClosedDays(Struct, frozen=True):
    """What closed days do to planned rows.

    Attributes:
        wanted: (n,) The date that each row would be planned on if every day were open; NaT where there is none.
        planned: (n,) The date that it is planned on.
        reason: (n,) The place in ``reasons`` of why the wanted date is closed; 0 where it is open.
        outcome: (n,) A ``ClosedDayOutcome``.
        policy: (n,) The ``ClosedDayPolicy`` that was followed.
        reasons: Why days are closed; the first is empty.
        booked: (n,) The place in ``reasons`` of why the day is closed for which an open visit is booked; 0 where it is
            open, or none is booked. None where no bookings are known.
        calendars: The open days of the sites; None where no further day was asked for.
        site: (n,) The place of each row's site in the calendars; None likewise.
    """

    wanted: Dates
    planned: Dates
    reason: NDArray[np.int16]
    outcome: NDArray[np.int8]
    policy: NDArray[np.int8]
    reasons: tuple[Msg, ...]
    booked: NDArray[np.int16] | None = None
    calendars: Calendars | None = None
    site: Indices | None = None


def site_places(names: tuple[str, ...], sites: tuple[str, ...]) -> Indices:
    """(subjects,) The place of each subject's site among the names; -1 where it is not among them."""
    places = {name: place for place, name in enumerate(names)}
    return np.array([places.get(site, -1) for site in sites], dtype=np.int32)
