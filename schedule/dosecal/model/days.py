"""Dates, offsets and study days.

Conventions: a date is a whole local day of the proleptic Gregorian calendar, held as days since 1970-01-01; a column of
dates is ``datetime64[D]``, where NaT means not known. An offset is a signed number of whole days from an anchor; 0 is
the anchor itself. A study day is the label that a protocol prints for an offset and takes no part in arithmetic. Both
ends of a window are inside it.
"""

from __future__ import annotations

import re
from datetime import date
from enum import Enum

from dosecal.model.counts import counted
from dosecal.model.messages import Msg, msgid
from dosecal.model.problems import RefusedError, quoted
from dosecal.model.regex import regex
from dosecal.model.struct import Struct

EPOCH = date(1970, 1, 1).toordinal()
"""The ordinal of day 0 of the held dates."""

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Dates outside these years are refused: in a trial they are slips of the hand."""

MOST_DAYS = 36_525
"""The longest offset, in days (a hundred years): with it no date can leave the calendar."""

_ISO = regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LABEL = regex(r"D(-[1-9][0-9]{0,4}|0|[1-9][0-9]{0,4})", re.ASCII)


def read_date(text: str) -> int:
    """The day that an ISO date (``2026-03-09``) names, in days since 1970-01-01.

    Any other spelling is refused, since ``05/10/26`` is three different days to three readers.

    Raises:
        RefusedError: If the text is not such a date, or the day does not exist.
    """
    expected = 'a date such as "2026-03-09"'
    if _ISO.fullmatch(text) is None:
        raise RefusedError(expected, "year-month-day, with four, two and two digits")
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RefusedError(f"{expected} in the years {FIRST_YEAR} to {LAST_YEAR}")
    try:
        return held_day(date(year, month, day))
    except ValueError:
        raise RefusedError(f"{expected}, a day that exists") from None


def as_date(day: int) -> date:
    """The calendar date of a held day."""
    return date.fromordinal(day + EPOCH)


def held_day(day: date) -> int:
    """A calendar date as it is held, in days since 1970-01-01."""
    return day.toordinal() - EPOCH


def iso_date(day: int) -> str:
    """The ISO text of a held day."""
    return as_date(day).isoformat()


class DayNumbering(Enum):
    """How a protocol numbers its days around the anchor.

    Reference:
        SDTM Implementation Guide, "--DY": no day 0, the anchor is day 1 and the day before it is day -1.
    """

    NO_DAY_0 = msgid("no day 0")
    DAY_0 = msgid("day 0")

    @property
    def words(self) -> Msg:
        """The numbering as a page prints it."""
        return Msg(self.value)

    def study_day(self, offset: int) -> int:
        """The number that the protocol prints for an offset."""
        if self is DayNumbering.NO_DAY_0 and offset >= 0:
            return offset + 1
        return offset

    def label(self, offset: int) -> str:
        """The label of an offset, such as ``D3`` or ``D-1``."""
        return f"D{self.study_day(offset)}"

    def offset(self, label: str) -> int:
        """The offset, in days from the anchor, that a label such as ``D15`` or ``D-1`` stands for.

        Raises:
            RefusedError: If the text is no day label, or names day 0 where there is none.
        """
        match = _LABEL.fullmatch(label)
        if match is None:
            raise RefusedError('a day label such as "D15" or "D-1"')
        number = int(match[1])
        if self is DayNumbering.DAY_0 or number < 0:
            return number
        if number == 0:
            raise RefusedError(
                'a day label such as "D1" or "D-1"', "this protocol has no day 0: the day before D1 is D-1"
            )
        return number - 1


def is_day_label(text: str) -> bool:
    """Whether the text has the shape of a day label (``D15``, ``D-1``), whatever the numbering makes of it."""
    return _LABEL.fullmatch(text) is not None


class MonthEnd(Enum):
    """Where calendar months end that have no such day: 31 May and 6 months, 29 February and a year.

    Reference:
        CDC, Clinical Decision Support for Immunization (CDSi), test cases 4.45: the first day of the next month.
    """

    LAST_DAY = "last day of the month"
    NEXT_MONTH = "first day of the next month"


class Window(Struct, frozen=True):
    """The dates allowed around a target, as signed days from it; both ends are inside.

    Attributes:
        first: Days from the target to the first allowed date; usually 0 or negative.
        last: Days from the target to the last allowed date; usually 0 or positive.
        hours: Both ends in hours, where the protocol states hours; the days are then the whole days in them, since a
            date has no time of day. None where it states days.
    """

    first: int
    last: int
    hours: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        """Hold the order.

        Raises:
            ValueError: If the window ends before it starts.
        """
        if self.first > self.last:
            message = "a window does not end before it starts"
            raise ValueError(message)

    @property
    def holds_target(self) -> bool:
        """Whether the target is inside the window."""
        first, last = self.hours or (self.first, self.last)
        return first <= 0 <= last

    @property
    def words(self) -> Msg:
        """The window as a protocol prints it: ``±3 days``, ``-1 to +2 days``, ``±4 hours``, ``on the day``."""
        first, last = self.hours or (self.first, self.last)
        unit = "day" if self.hours is None else "hour"
        if first == last == 0 and unit == "day":
            return Msg("on the day")
        if first == -last:
            return counted(last, unit, sign="±")
        if first == 0:
            return counted(last, unit, sign="+")
        if last == 0:
            return counted(-first, unit, sign="-")
        ends = {"first": f"{first:+d}", "last": f"{last:+d}"}
        return Msg("{first} to {last} days", **ends) if unit == "day" else Msg("{first} to {last} hours", **ends)


_LENGTH = r"(0|[1-9][0-9]{0,4}) ?(days?|weeks?)"
_SPAN = r"(0|[1-9][0-9]{0,4}) ?(days?|weeks?|hours?)"
_EVEN = regex(rf"(?:±|\+/-) ?{_SPAN}", re.ASCII)
_ONE_SIDED = regex(rf"([+\-−]) ?{_SPAN}", re.ASCII)
_TWO_SIDED = regex(r"([+\-−]?) ?(0|[1-9][0-9]{0,4}) to ([+\-−]?) ?(0|[1-9][0-9]{0,4}) ?(days?|weeks?|hours?)", re.ASCII)
WINDOW_EXPECTED = 'a window such as "±3 days", "-1 to +2 days", "+14 days", "D-28 to D-1" or "none stated"'
_UNIT_DAYS = {"d": 1, "w": 7}
_HOURS_A_DAY = 24


def read_window(text: str) -> Window:
    """The window that a text such as ``±3 days``, ``-1 to +2 days``, ``+14 days``, ``-2 days`` or ``±4 hours`` states.

    A one-sided window ends at the target on its other side. Weeks are seven days.

    Raises:
        RefusedError: If the text is no such window, is longer than a hundred years, or ends before it starts.
    """
    if match := _EVEN.fullmatch(text):
        return _window(-int(match[1]), int(match[1]), match[2])
    if match := _ONE_SIDED.fullmatch(text):
        is_late = match[1] == "+"
        return _window(0 if is_late else -int(match[2]), int(match[2]) if is_late else 0, match[3])
    if match := _TWO_SIDED.fullmatch(text):
        first, last = (_signed(match[k], int(match[k + 1])) for k in (1, 3))
        return _window(first, last, match[5])
    raise RefusedError(WINDOW_EXPECTED)


def _window(first: int, last: int, unit: str) -> Window:
    if first > last:
        raise RefusedError(f"{WINDOW_EXPECTED}, the earlier end first", "this window ends before it starts")
    if unit.startswith("hour"):
        ends = [hours // _HOURS_A_DAY if hours >= 0 else -(-hours // _HOURS_A_DAY) for hours in (first, last)]
        return Window(ends[0], ends[1], (first, last))
    days = [_signed("-" if end < 0 else "+", _length(str(abs(end)), unit)) for end in (first, last)]
    return Window(days[0], days[1])


def _signed(sign: str, number: int) -> int:
    if not sign and number:
        raise RefusedError(WINDOW_EXPECTED, "write + or - before each end")
    return number if sign in {"+", ""} else -number


def _length(number: str, unit: str) -> int:
    days = int(number) * _UNIT_DAYS[unit[0]]
    if days > MOST_DAYS:
        raise RefusedError(f"at most {MOST_DAYS:,} days", f"{quoted(number)} is too long")
    return days


def read_length(text: str) -> int:
    """The whole days in a length such as ``7 days`` or ``2 weeks``.

    Raises:
        RefusedError: If the text is no such length.
    """
    match = re.fullmatch(_LENGTH, text, re.ASCII)
    if match is None:
        raise RefusedError('whole days such as "7 days"')
    return _length(match[1], match[2])
