"""What happened, as columns over subjects and the protocol's visits.

Conventions: rows are subjects and columns are visits, by their places; dates are ``datetime64[D]`` and times
``datetime64[m]``, both local, and NaT means not known. A visit of status ``NONE`` has not been recorded, which says
nothing of what happened.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.cohort import Dates


class ActualStatus(IntEnum):
    """What became of a visit."""

    NONE = 0
    DONE = 1
    MISSED = 2
    CANCELLED = 3


class Actuals(Struct, frozen=True):
    """What happened to the subjects of a cohort.

    Attributes:
        date: (subjects, visits) The day on which the visit happened; NaT where it has not.
        status: (subjects, visits) An ``ActualStatus``.
        booked: (subjects, visits) The day for which it is booked; NaT where it is not.
        start: (subjects, visits) The local time at which its dose began; NaT where it is not known.
        end: (subjects, visits) The local time at which its dose ended; NaT where it is not known.
        off_treatment: (subjects,) The day on which treatment ended; NaT where it has not.
        off_study: (subjects,) The day on which the subject left the study; NaT where they have not.
    """

    date: Dates
    status: NDArray[np.int8]
    booked: Dates
    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    off_treatment: Dates
    off_study: Dates


def no_actuals(subjects: int, visits: int) -> Actuals:
    """The actuals of a cohort of which nothing has been recorded; the columns are read-only and take no room.

    Args:
        subjects: The number of subjects.
        visits: The number of the protocol's visits.
    """
    shape = (subjects, visits)
    no_day = np.broadcast_to(np.datetime64("NaT", "D"), shape)
    no_time = np.broadcast_to(np.datetime64("NaT", "m"), shape)
    never = np.broadcast_to(np.datetime64("NaT", "D"), (subjects,))
    return Actuals(
        date=no_day,
        status=np.broadcast_to(np.int8(ActualStatus.NONE), shape),
        booked=no_day,
        start=no_time,
        end=no_time,
        off_treatment=never,
        off_study=never,
    )
