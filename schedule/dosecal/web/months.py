"""Months on a page: which days a site is closed on, and how a day looks in a small calendar."""

from __future__ import annotations

from calendar import Calendar, monthrange
from datetime import timedelta
from typing import TYPE_CHECKING

from dosecal.model.regex import regex
from dosecal.model.struct import Struct
from dosecal.web.study import EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from dosecal.web.study import Plan

WEEKS = Calendar()
_CODE = regex(r"([A-Za-z])[A-Za-z]*[ _-]?([0-9]{1,3})")
_MOST_LETTERS = 5


class ClosedDays:
    """The closed days of one site; none where no site file says any."""

    def __init__(self, plan: Plan, site: str) -> None:
        """Look a site up in the site file of a plan."""
        book = plan.composition.book
        self._book = book.only(site) if book is not None and site in book.names else None

    @property
    def is_known(self) -> bool:
        """Whether the site file has the site."""
        return self._book is not None

    def reason(self, day: date) -> str:
        """Why the site is closed on a day; empty for an open day, and where nothing is known."""
        if self._book is None:
            return ""
        number = (day - EPOCH).days
        calendars = self._book.covering(number, number)
        return calendars.reasons[int(calendars.reason[0, number - calendars.first])]


class DayCell(Struct, frozen=True):
    """A day of a small calendar.

    Attributes:
        day: The day; None before the first and after the last of the month.
        kinds: How it looks, as classes of the style sheet.
        code: What stands under its number; empty for nothing.
        words: What is said of it to whoever hears the page; empty for nothing.
    """

    day: date | None
    kinds: str = ""
    code: str = ""
    words: tuple[str, ...] = ()


class DayMarks:
    """What is marked on days, until the cells of a calendar are made of it."""

    def __init__(self) -> None:
        """Mark nothing yet."""
        self._kinds: dict[date, list[str]] = {}
        self._codes: dict[date, list[str]] = {}
        self._words: dict[date, list[str]] = {}

    def mark(self, day: date, kind: str, code: str = "", words: str = "") -> None:
        """Mark a day: how it looks, what stands under its number, and what is said of it."""
        self._kinds.setdefault(day, []).append(kind)
        for texts, text in ((self._codes, code), (self._words, words)):
            if text:
                texts.setdefault(day, []).append(text)

    def cells(self) -> dict[date, DayCell]:
        """The cells of the marked days."""
        return {
            day: DayCell(
                day,
                " ".join(dict.fromkeys(" ".join(kinds).split())),
                " ".join(self._codes.get(day, ())),
                tuple(self._words.get(day, ())),
            )
            for day, kinds in self._kinds.items()
        }


class Month(Struct, frozen=True):
    """A month in weeks from Monday on."""

    first: date
    weeks: tuple[tuple[DayCell, ...], ...]


def days_between(first: date, last: date) -> Iterator[date]:
    """Each day from a first to a last, both inside."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def end_of_month(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_between(first: date, last: date, cells: Mapping[date, DayCell]) -> tuple[Month, ...]:
    """All months from that of the first day to that of the last, those without a marked day as well."""
    found = []
    month = first.replace(day=1)
    while month <= last:
        weeks = tuple(
            tuple(cells.get(day, DayCell(day)) if day.month == month.month else DayCell(None) for day in week)
            for week in WEEKS.monthdatescalendar(month.year, month.month)
        )
        found.append(Month(month, weeks))
        month = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    return tuple(found)


def short_code(visit: str, place: int) -> str:
    """A visit in few letters: its id where that is short, ``V7`` for ``visit_7``, else its place in the plan."""
    if len(visit) <= _MOST_LETTERS:
        return visit
    match = _CODE.fullmatch(visit)
    return f"{match[1].upper()}{match[2]}" if match is not None else f"#{place}"
