"""What is found when the record is held against the plan: deviations, given doses, unscheduled visits, moved visits.

Conventions: columns refer to rows of the planned visits, of the planned doses and of the record by their place, and -1
is none. Days before are negative, days after positive.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.conditions import Truth
from dosecal.model.messages import Msg, msgid
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from dosecal.model.closed_day import ClosedDayOutcome, ClosedDayPolicy
    from dosecal.model.cohort import Indices
    from dosecal.model.quantity import Amount


NOT_A_MOMENT = np.datetime64("NaT", "m")


class Fit(IntEnum):
    """How a date lies among a subject's windows."""

    ONE_WINDOW = 0
    SEVERAL_WINDOWS = 1
    GAP = 2
    SOON_BEFORE_NEXT = 3
    """In a gap, and so shortly before the next window that the protocol counts it for that."""
    BEFORE_ALL = 4
    AFTER_ALL = 5
    NO_VISITS = 6
    """The subject has no visit with a date."""


class Matches(Struct, frozen=True):
    """Where dates lie among windows.

    Attributes:
        fit: (k,) A ``Fit``.
        first: (k,) The row of the first visit whose window holds the date, or of the one before the gap.
        second: (k,) The row of the second visit whose window holds the date, or of the one after the gap.
        windows: (k,) How many windows hold the date.
        days_early: (k,) Days from the date to the first day of the next window, where it counts for that; else 0.
        missed: (k,) The row of a visit that is on record as missed and whose window holds the date; -1 for none.
    """

    fit: NDArray[np.int8]
    first: Indices
    second: Indices
    windows: Indices
    days_early: Indices
    missed: Indices


class DoseComparison(Struct, frozen=True):
    """A given dose beside the ordered one.

    Attributes:
        given: What was given.
        ordered: What was ordered; None where the planned dose is to be determined, and where the protocol aims at none.
        is_tolerated: Whether it is within the protocol's tolerance; None where none is stated or nothing is compared.
        allowed: The least and the greatest dose that the protocol allows, both inside; None where it states no range.
    """

    given: Amount
    ordered: Amount | None
    is_tolerated: bool | None = None
    allowed: tuple[Amount, Amount] | None = None

    @property
    def is_allowed(self) -> bool | None:
        """Whether the given dose lies in the range; None for no range, or for one in another unit."""
        if self.allowed is None or self.allowed[0].unit != self.given.unit:
            return None
        return self.allowed[0].value <= self.given.value <= self.allowed[1].value

    @property
    def is_comparable(self) -> bool:
        """Whether both are known, of one unit, and the ordered one is not 0."""
        return self.ordered is not None and self.ordered.unit == self.given.unit and self.ordered.value > 0

    @property
    def deviation_percent(self) -> Fraction:
        """The signed deviation of the given dose in percent of the ordered one, exactly.

        Raises:
            ValueError: If they can't be compared.
        """
        if self.ordered is None or not self.is_comparable:
            message = "doses of one unit are compared, and the ordered one is above 0"
            raise ValueError(message)
        return 100 * (self.given.value - self.ordered.value) / self.ordered.value

    @property
    def percent_of_given(self) -> Fraction | None:
        """The same difference in percent of the given dose, exactly; None where nothing was given.

        Raises:
            ValueError: If they can't be compared.
        """
        if self.ordered is None or not self.is_comparable:
            message = "doses of one unit are compared, and the ordered one is above 0"
            raise ValueError(message)
        return 100 * (self.given.value - self.ordered.value) / self.given.value if self.given.value else None


class GivenDoses(Struct, frozen=True):
    """The doses on record beside the planned ones.

    Attributes:
        record_row: (g,) The row of the record.
        subject: (g,) The place of the subject in the cohort.
        visit: (g,) The place of the visit in the protocol.
        regimen: (g,) The place of the regimen in the protocol.
        dose_row: (g,) The row of the planned dose; -1 where none is planned.
        comparison: (g,) The place in ``comparisons``.
        comparisons: The distinct comparisons.
    """

    record_row: Indices
    subject: Indices
    visit: Indices
    regimen: Indices
    dose_row: Indices
    comparison: Indices
    comparisons: tuple[DoseComparison, ...]


class DeviationKind(IntEnum):
    """How what happened differs from the protocol, in the order in which a visit's deviations are listed."""

    EARLY = 0
    LATE = 1
    EARLY_IN_WIDER = 2
    """Before its window, and inside the second, wider one."""
    LATE_IN_WIDER = 3
    EARLY_FOR_BOTH = 4
    LATE_FOR_BOTH = 5
    MISSED = 6
    MAYBE_MISSED = 7
    """Not held, and it is not known whether the subject has the visit."""
    TOO_SOON = 8
    """Before the least time after another visit was over."""
    MAYBE_TOO_SOON = 9
    """A time, or what the least time runs from, is not on record."""
    AFTER_ENDING = 10
    """Held although the subject was off study, or off treatment and the visit does not survive that."""
    NOT_FOR_SUBJECT = 11
    """Held although its condition is false for the subject."""
    OUT_OF_TOLERANCE = 12
    """The given dose is further from the ordered one than the protocol tolerates."""
    OTHER_DOSE = 13
    """The given dose is not the ordered one, and the protocol states no tolerance."""
    OTHER_UNIT = 14
    """Given in another unit than was ordered, or without an order, so that nothing can be compared."""
    OUT_OF_RANGE = 15
    """The given dose lies outside the doses that the protocol allows."""

    @property
    def words(self) -> Msg:
        """The kind as tables print it."""
        return _KIND_WORDS[self]


_KIND_WORDS = {
    DeviationKind.EARLY: Msg("visit before its window"),
    DeviationKind.LATE: Msg("visit after its window"),
    DeviationKind.EARLY_IN_WIDER: Msg("visit before its window, inside the wider one"),
    DeviationKind.LATE_IN_WIDER: Msg("visit after its window, inside the wider one"),
    DeviationKind.EARLY_FOR_BOTH: Msg("visit before both its windows"),
    DeviationKind.LATE_FOR_BOTH: Msg("visit after both its windows"),
    DeviationKind.MISSED: Msg("visit missed"),
    DeviationKind.MAYBE_MISSED: Msg("not known whether the visit was due"),
    DeviationKind.TOO_SOON: Msg("visit too soon after another"),
    DeviationKind.MAYBE_TOO_SOON: Msg("not known whether too soon after another"),
    DeviationKind.AFTER_ENDING: Msg("visit after the subject left"),
    DeviationKind.NOT_FOR_SUBJECT: Msg("visit that the subject should not have"),
    DeviationKind.OUT_OF_TOLERANCE: Msg("dose outside its tolerance"),
    DeviationKind.OTHER_DOSE: Msg("dose differs from the ordered one"),
    DeviationKind.OTHER_UNIT: Msg("dose can't be compared with an order"),
    DeviationKind.OUT_OF_RANGE: Msg("dose outside its allowed range"),
}


class Deviations(Struct, frozen=True):
    """Deviations from the protocol: subjects in input order, each one's by the order of the plan.

    Attributes:
        kind: (d,) A ``DeviationKind``.
        visit_row: (d,) The row of the planned visit.
        given: (d,) The place of the given dose in the given doses; -1 for a deviation of a visit.
        days_out: (d,) Whole days from what was allowed to what happened; 0 for a missed visit and for a dose.
    """

    kind: NDArray[np.int8]
    visit_row: Indices
    given: Indices
    days_out: Indices

    def __len__(self) -> int:
        """The number of deviations."""
        return len(self.kind)


class Why(Enum):
    """Why a visit stands in a rescheduling."""

    ASKED = msgid("asked for")
    LATER = msgid("later than the moved visit")
    CHAINED = msgid("counted from the moved visit")
    FOLLOWS = msgid("expected with the visit that it is counted from")
    """It is not booked, and its planned date follows the moved visit by protocol."""
    STAYS = msgid("stays")
    NO_DAY = msgid("no day is left for it")
    """It is not booked, and no day of its window is late enough after the moved visit any more."""

    @property
    def words(self) -> Msg:
        """Why, as tables print it."""
        return Msg(self.value)

    @property
    def is_booked(self) -> bool:
        """Whether the visit is booked anew."""
        return self not in {Why.FOLLOWS, Why.STAYS, Why.NO_DAY}


class ClosedMove(Struct, frozen=True):
    """What closed days say of the day of a rescheduled visit.

    Attributes:
        reason: Why the site is closed on the wanted day, such as ``Monday``; empty for an open day.
        wanted: The day that was asked for, or that the protocol gives if every day were open.
        open: The day that the protocol's rule for closed days takes in its place; the wanted day where it takes none.
        outcome: What came of the rule.
        policy: The rule.
    """

    reason: Msg
    wanted: int
    open: int
    outcome: ClosedDayOutcome
    policy: ClosedDayPolicy


class Move(Struct, frozen=True):
    """One visit of a rescheduling; days are days since 1970-01-01.

    Attributes:
        visit: The place of the visit in the protocol.
        before: The day for which it was booked or planned; None where none was known.
        after: The day for which it is booked now; None where no day is left for it.
        first: The day on which it was planned before it was first moved; None where none was known.
        why: Why it moves; ``STAYS`` for one that doesn't, and is out of its window or too early then.
        window: The first and last day of its window; None where none is stated or known.
        is_dosed: Whether a dose is given at it.
        closed: What the site's closed days say of its day; None where no site is known.
        is_past: Whether its day lies before the day of judgement.
        late_enough: Whether its day is late enough after other visits.
        late_from: The moment from which on it certainly is; NaT where no gap is kept.
    """

    visit: int
    before: int | None
    after: int | None
    first: int | None
    why: Why
    window: tuple[int, int] | None
    is_dosed: bool
    closed: ClosedMove | None = None
    is_past: bool = False
    late_enough: Truth = Truth.TRUE
    late_from: np.datetime64 = NOT_A_MOMENT

    @property
    def is_restored(self) -> bool:
        """Whether it is back on the day on which it was planned first."""
        return self.after is not None and self.after == self.first

    @property
    def days_out(self) -> int:
        """Days from the window to its day: negative before it, positive after it, 0 inside it or without one."""
        if self.window is None or self.after is None:
            return 0
        return min(self.after - self.window[0], 0) + max(self.after - self.window[1], 0)
