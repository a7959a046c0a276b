"""The days after or before a visit on which something is due at a stated time from its dose.

Conventions: the hour of the dose is not known when a calendar is printed. A time of whole days, such as +48 h, falls on
one date; any other of a day or more falls on one of two, and one of less than a day is part of the visit. A window of
a day or more gives as many dates more. That a dose goes on over midnight is left aside.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.model.timing import Timepoint
    from dosecal.report.subjects.subject_view import SubjectVisit

_DAY_MINUTES = 24 * 60


class SampleDay(Struct, frozen=True):
    """A day, or one of several, on which timepoints of a visit fall.

    Attributes:
        visit: The visit from whose dose they are counted.
        first: The first such date.
        last: The last one, inside; that of ``first`` where the date is certain, once the visit's own is.
    """

    visit: SubjectVisit
    first: date
    last: date


def sample_days(visit: SubjectVisit) -> Iterator[SampleDay]:
    """The days other than its own on which timepoints of a visit fall, each once; none while it has no date."""
    if visit.day is None:
        return
    spans = {_days_of(timepoint) for timepoint in visit.visit.timepoints}
    for first, last in sorted(span for span in spans if not span[0] <= 0 <= span[1]):
        yield SampleDay(visit, visit.day + timedelta(first), visit.day + timedelta(last))


def _days_of(timepoint: Timepoint) -> tuple[int, int]:
    """The first and the last day on which a timepoint may fall, both inside, in days from that of the dose."""
    first = timepoint.minutes // _DAY_MINUTES
    last = -(-timepoint.minutes // _DAY_MINUTES)
    return first - -(timepoint.earliest or 0) // _DAY_MINUTES, last + (timepoint.latest or 0) // _DAY_MINUTES
