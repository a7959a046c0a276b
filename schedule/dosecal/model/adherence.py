"""What became of planned visits, as columns.

Conventions: one row a planned visit, in the order of the planned visits; dates are ``datetime64[D]`` and NaT means not
known. Every row has exactly one status. Days before are negative, days after positive.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from dosecal.model.messages import NOTHING, Msg
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dosecal.model.cohort import Dates

    Statuses = NDArray[np.int8]


class VisitStatus(IntEnum):
    """Where a visit stands as of a day."""

    NOT_YET_DUE = 0
    DUE = 1
    OVERDUE = 2
    MISSED = 3
    CANCELLED = 4
    DONE = 5
    DONE_EARLY = 6
    DONE_LATE = 7
    PAST_ITS_DAY = 8
    """No window is stated, and its day has gone by: the file can't say whether it may still be held."""
    NOT_KNOWN_WHETHER_DUE = 9
    """Its window is over, or its day gone by, and it is not known whether the subject has it."""

    @property
    def words(self) -> Msg:
        """The status as tables print it."""
        return _STATUS_WORDS[self]

    @property
    def is_open(self) -> bool:
        """Whether the visit can still be held."""
        return self in _OPEN


_STATUS_WORDS = {
    VisitStatus.NOT_YET_DUE: Msg("not yet due"),
    VisitStatus.DUE: Msg("due"),
    VisitStatus.OVERDUE: Msg("overdue"),
    VisitStatus.MISSED: Msg("missed"),
    VisitStatus.CANCELLED: Msg("cancelled"),
    VisitStatus.DONE: Msg("done"),
    VisitStatus.DONE_EARLY: Msg("done early"),
    VisitStatus.DONE_LATE: Msg("done late"),
    VisitStatus.PAST_ITS_DAY: Msg("past its day"),
    VisitStatus.NOT_KNOWN_WHETHER_DUE: Msg("not known whether due"),
}

_OPEN = {
    VisitStatus.NOT_YET_DUE,
    VisitStatus.DUE,
    VisitStatus.OVERDUE,
    VisitStatus.PAST_ITS_DAY,
    VisitStatus.NOT_KNOWN_WHETHER_DUE,
}


class WindowMet(IntEnum):
    """Which of a visit's windows the day on which it was held lies in."""

    NONE = 0
    """It was not held, or no window is stated."""
    WINDOW = 1
    WIDER = 2
    """Outside the window, and inside the second, wider one."""
    OUTSIDE = 3
    """Outside the window, and no wider one is stated."""
    OUTSIDE_BOTH = 4

    @property
    def words(self) -> Msg:
        """What tables print of it."""
        return _MET_WORDS[self]


_MET_WORDS = {
    WindowMet.NONE: NOTHING,
    WindowMet.WINDOW: Msg("inside the window"),
    WindowMet.WIDER: Msg("inside the wider window"),
    WindowMet.OUTSIDE: Msg("outside the window"),
    WindowMet.OUTSIDE_BOTH: Msg("outside both windows"),
}


class Adherence(Struct, frozen=True):
    """What became of each planned visit, as of a day.

    Attributes:
        as_of: The day.
        status: (n,) A ``VisitStatus``.
        actual: (n,) The day on which the visit was held; NaT where it was not.
        deviation: (n,) Whole days from the target to the actual date; 0 where ``has_deviation`` is false.
        has_deviation: (n,) Whether both dates are known.
        days_out: (n,) Whole days from the window to the actual date: negative before it, positive after it, 0 inside
            it, where no window is stated, and where the visit was not held.
        wider_days_out: (n,) Likewise from the second, wider window; 0 too where none is stated.
        window_met: (n,) A ``WindowMet``.
        booking: (n,) Whether the day for which an open visit is booked is late enough after other visits, as ``Truth``;
            true where it is not booked. None where the protocol asks for no gap.
    """

    as_of: np.datetime64
    status: Statuses
    actual: Dates
    deviation: NDArray[np.int64]
    has_deviation: NDArray[np.bool_]
    days_out: NDArray[np.int64]
    wider_days_out: NDArray[np.int64]
    window_met: NDArray[np.int8]
    booking: NDArray[np.int8] | None = None
