"""Moments of a day: when a dose began and ended, and when its timepoints are, on the absolute clock.

Conventions: every moment carries its offset from UTC; elapsed time is counted in UTC, so that an hour is an hour on the
days on which the clocks change. A local time is that of the zone at that moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from dosecal.model.timing import Timepoint


class GivenDose(Struct, frozen=True):
    """When a dose is given.

    Attributes:
        start: The moment at which it begins, in UTC.
        end: The moment at which it ends, in UTC; None where it is not known.
        zone: The zone whose local times are said.
    """

    start: datetime
    end: datetime | None
    zone: tzinfo


class UseTimes(Struct, frozen=True):
    """What is known of the times of a thawed product's use; each moment has the zone whose local time is said.

    Attributes:
        thawed: The moment of thaw; None where it is not known.
        start: The moment at which the infusion begins; None where it is not known.
        end: The moment at which it ends, after the start; None where it is not known.
    """

    thawed: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None


class TimedPoint(Struct, frozen=True):
    """A timepoint of a dose with its local times.

    Attributes:
        timepoint: What the protocol says.
        at: The nominal moment; None before a dose without a stated time, or where the dose's end is not known.
        earliest: The first allowed moment; None where none is stated, or where it is not known.
        latest: The last allowed moment, inside the window; None likewise. Before a dose it is the dose's start.
    """

    timepoint: Timepoint
    at: datetime | None
    earliest: datetime | None
    latest: datetime | None
