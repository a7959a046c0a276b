"""Start dates, judged: what each of them breaks, best first.

Conventions: days are held as days since 1970-01-01; things of the protocol are named by their place in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from dosecal.model.closed_day import ClosedDayOutcome
    from dosecal.model.cohort import Dates
    from dosecal.model.conditions import Condition
    from dosecal.model.messages import Msg


class Breach(Struct, frozen=True):
    """One visit of one start that meets a closed day.

    Attributes:
        place: The place of the start among the ordered starts.
        visit: The place of the visit in the protocol.
        is_dose: Whether it is a dose given at the visit that is meant.
        wanted: The date that the protocol wants; the start of the window where it wants none.
        planned: The open day inside the window that stands in; the wanted date where there is none.
        reason: The place in the reasons of why that date is closed.
        outcome: Why no open day stands in, or that one does; OPEN where a gap after another visit left no day.
        arms: The places of the arms in which it is so.
    """

    place: int
    visit: int
    is_dose: bool
    wanted: int
    planned: int
    reason: int
    outcome: ClosedDayOutcome
    arms: tuple[int, ...]


class StartDates(Struct, frozen=True):
    """Start dates, best first.

    Attributes:
        start: (n,) The dates.
        doses_closed: (n,) At how many visits a dose falls on a closed day.
        visits_broken: (n,) How many visits without a dose have no open day that the protocol allows.
        visits_moved: (n,) How many visits are held on an open day off their target, inside their window.
        days_moved: (n,) By how many days these are off target in all.
        breaches: What breaks, by start, date and visit.
        moves: What moves inside its window, likewise.
        not_judged: The places of the visits that a start alone doesn't date.
        reasons: Why days are closed; the first is empty.
        conditional: By the place of a visit, the conditions that it or its dose depends on and that are not known of
            the subject; it is judged as if they held.
    """

    start: Dates
    doses_closed: NDArray[np.int64]
    visits_broken: NDArray[np.int64]
    visits_moved: NDArray[np.int64]
    days_moved: NDArray[np.int64]
    breaches: tuple[Breach, ...]
    moves: tuple[Breach, ...]
    not_judged: tuple[int, ...]
    reasons: tuple[Msg, ...]
    conditional: Mapping[int, tuple[Condition, ...]]

    def __len__(self) -> int:
        """How many starts there are."""
        return len(self.start)
