"""A site file to the calendars that a schedule needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dosecal.app.files.sources import printable, read_file
from dosecal.load.sites.site_calendars import SiteBook
from dosecal.load.sites.site_file import read_sites
from dosecal.model.adherence import VisitStatus
from dosecal.model.closed_day import ClosedDayOutcome
from dosecal.model.problems import Problem, SiteError, Source
from dosecal.model.struct import Struct, field
from dosecal.planning.dates.open_days import date_span, keep_to_open_days

if TYPE_CHECKING:
    from dosecal.model.schedule import Schedule

_STUCK = (
    ClosedDayOutcome.NO_WINDOW,
    ClosedDayOutcome.NO_OPEN_DAY,
    ClosedDayOutcome.TIE,
    ClosedDayOutcome.WINDOW_CLOSED,
)
"""What came of a visit that the protocol would move, or that has no day at all, and that has no open day."""

_OPEN = tuple(status for status in VisitStatus if status.is_open)
"""A visit that is still to be held."""


def load_sites(name: str) -> SiteBook:
    """The sites of a file.

    Raises:
        SiteError: With every problem that was found.
    """
    shown = printable(name)
    content = read_file(Path(name), shown, "a site file", (SiteError, "S001"))
    return SiteBook(read_sites(content, shown), shown)


class ClosedDayStep(Struct):
    """Plans schedules on open days, and counts what stays on closed ones.

    Attributes:
        book: The sites.
        doses: How many doses fall on closed days, of those that the reader may know of.
        stuck: How many visits have no open day that the protocol allows.
        used: The sites that subjects have.
    """

    book: SiteBook
    doses: int = field(default=0)
    stuck: int = field(default=0)
    used: set[str] = field(default_factory=set)

    def apply(self, schedule: Schedule) -> Schedule:
        """The schedule with its visits on open days as far as the protocol allows."""
        span = date_span(schedule)
        self.used.update(schedule.cohort.sites)
        if span is None:
            return schedule
        moved = keep_to_open_days(schedule, self.book.covering(*span))
        if moved.closed_doses is not None and moved.closed_visits is not None:
            is_stuck = np.isin(moved.closed_visits.outcome, _STUCK)
            if moved.adherence is not None:
                is_stuck &= np.isin(moved.adherence.status, _OPEN)
            self.stuck += int(np.count_nonzero(is_stuck))
        return moved

    def look_at(self, shown: Schedule) -> None:
        """Count the doses on closed days of a schedule as its reader may see it."""
        if shown.closed_doses is not None:
            self.doses += int(np.count_nonzero(shown.closed_doses.outcome))

    @property
    def warnings(self) -> list[Problem]:
        """What is to be said of all schedules together."""
        told = [one for one in self.book.warnings if one.subject.removeprefix("sites.") in self.used]
        where = Source(self.book.file)
        if self.doses:
            message = f"{self.doses:,} on closed days; a dose is never moved: see the column closed_day"
            told.append(Problem(where, "W005", "doses", message))
        if self.stuck:
            message = f"{self.stuck:,} without an open day that the protocol allows: see the notes"
            told.append(Problem(where, "W006", "visits", message))
        return told
