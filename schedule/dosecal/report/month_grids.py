"""Grids of months, in which days are marked: weeks from Monday on.

Conventions: a cell without a day, before the first and after the last of its month, has an empty text.
"""

from __future__ import annotations

from calendar import Calendar
from typing import TYPE_CHECKING

from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from dosecal.report.phrases import Wording

_WEEKS = Calendar()


class DayMark(Struct, frozen=True):
    """What is marked on a day.

    Attributes:
        numbers: The numbers of the visits that are planned on it.
        is_done: Whether all of them were held.
    """

    numbers: tuple[str, ...]
    is_done: bool


def month_grids(
    marks: Mapping[date, DayMark], possible: Iterable[date], wording: Wording
) -> tuple[dict[str, object], ...]:
    """The months that have a visit, or a day on which one is possible, in order.

    Args:
        marks: The days of visits.
        possible: The days that windows allow.
        wording: The language of the months' names.
    """
    allowed = frozenset(possible)
    months = sorted({day.replace(day=1) for day in (*marks, *allowed)})
    return tuple(
        {
            "name": wording.month(first),
            "weeks": [
                [_cell(day, first.month, marks, allowed) for day in week]
                for week in _WEEKS.monthdatescalendar(first.year, first.month)
            ],
        }
        for first in months
    )


def _cell(day: date, month: int, marks: Mapping[date, DayMark], allowed: frozenset[date]) -> dict[str, str]:
    if day.month != month:
        return {"day": "", "kind": "", "numbers": ""}
    mark = marks.get(day)
    if mark is None:
        return {"day": str(day.day), "kind": "possible" if day in allowed else "", "numbers": ""}
    return {"day": str(day.day), "kind": "done" if mark.is_done else "visit", "numbers": ",".join(mark.numbers)}
