"""Grids of months, in which days are marked: weeks from Monday on.

Conventions: a cell without a day, before the first and after the last of its month, has an empty text.
"""

from __future__ import annotations

from calendar import Calendar
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet
    from datetime import date

    from dosecal.report.messages.language import Wording

_WEEKS = Calendar()


class DayMark(IntEnum):
    """What is marked on a day, what matters most first."""

    VISIT = 0
    ABOUT = 1
    """A visit whose date may still move."""
    DONE = 2

    @property
    def word(self) -> str:
        """Its word in the record of a page."""
        return self.name.lower()


def month_grids(
    marks: Mapping[date, DayMark], possible: AbstractSet[date], wording: Wording
) -> tuple[dict[str, object], ...]:
    """The months that have a visit, or a day on which one is possible, in order.

    Args:
        marks: The days of visits.
        possible: The days that windows allow.
        wording: The language of the months' names.
    """
    months = sorted({day.replace(day=1) for day in (*marks, *possible)})
    return tuple(
        {
            "name": wording.month(first),
            "weeks": [
                [_cell(day, first.month, marks, possible) for day in week]
                for week in _WEEKS.monthdatescalendar(first.year, first.month)
            ],
        }
        for first in months
    )


def _cell(day: date, month: int, marks: Mapping[date, DayMark], possible: AbstractSet[date]) -> dict[str, str]:
    if day.month != month:
        return {"day": "", "kind": ""}
    kind = marks[day].word if day in marks else "possible" if day in possible else ""
    return {"day": str(day.day), "kind": kind}
