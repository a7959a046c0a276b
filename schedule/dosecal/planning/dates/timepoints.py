"""When the timepoints of a dose are, in local time, from the moment at which it begins or ends."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dosecal.model.moments import TimedPoint
from dosecal.model.timing import Edge

if TYPE_CHECKING:
    from datetime import datetime

    from dosecal.model.moments import GivenDose
    from dosecal.model.timing import Timepoint


def plan_timepoints(timepoints: tuple[Timepoint, ...], dose: GivenDose) -> tuple[TimedPoint, ...]:
    """The local times of timepoints, in their own order.

    Args:
        timepoints: What the protocol says.
        dose: When the dose is given; without its end the timepoints after it have no times.
    """
    return tuple(_timed(one, dose) for one in timepoints)


def _timed(timepoint: Timepoint, dose: GivenDose) -> TimedPoint:
    reference = dose.start if timepoint.edge is Edge.START else dose.end
    if reference is None:
        return TimedPoint(timepoint, None, None, None)

    def after(minutes: int | None) -> datetime | None:
        """The local time so many minutes of elapsed time after the nominal moment."""
        if minutes is None:
            return None
        return (reference + timedelta(minutes=timepoint.minutes + minutes)).astimezone(dose.zone)

    if timepoint.is_before and not timepoint.minutes:
        return TimedPoint(timepoint, None, after(timepoint.earliest), dose.start.astimezone(dose.zone))
    return TimedPoint(timepoint, after(0), after(timepoint.earliest), after(timepoint.latest))
