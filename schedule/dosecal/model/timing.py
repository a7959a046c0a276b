"""The rules of time as frozen types: cycles and their days, what a visit follows, gaps, events and timepoints.

Conventions: things refer to each other by id. Days of a cycle are labels from 1; offsets are signed whole days from
what they are counted from, and 0 is that day itself. A count of cycles counts occurrences: 3 means three of them.
"""

from __future__ import annotations

import re
from enum import Enum

from dosecal.model.counts import counted
from dosecal.model.days import MOST_DAYS
from dosecal.model.messages import Msg, joined, msgid, written
from dosecal.model.problems import RefusedError
from dosecal.model.struct import Struct

MOST_CYCLES = 1_000
"""The greatest number of cycles: with it no plan grows beyond all bounds."""


class CountedFrom(Enum):
    """Whether a date follows the date that the protocol planned for another visit, or the one on which it happened.

    ``ACTUAL`` takes the planned date for as long as the visit has not happened, and for good where it was missed.
    """

    PLANNED = msgid("planned")
    ACTUAL = msgid("actual")

    @property
    def words(self) -> Msg:
        """The word of it."""
        return Msg(self.value)


class Edge(Enum):
    """The end of a dose from which time runs."""

    START = "start"
    END = "end"


class CycleDay(Struct, frozen=True):
    """A day in a repeated period.

    Attributes:
        cycle: The id of the cycles (``C``).
        number: Which of them, from 1.
        day: The day in it, from 1.
    """

    cycle: str
    number: int
    day: int

    @property
    def label(self) -> str:
        """The label that protocols print, such as ``C2D8``."""
        return f"{self.cycle}{self.number}D{self.day}"

    @classmethod
    def of_day(cls, cycle: str, day: int, length: int) -> CycleDay:
        """The day of a cycle that a running day is, where cycle 1 starts on running day 1.

        Args:
            cycle: The id of the cycles.
            day: The running day, from 1.
            length: The days of one cycle.
        """
        number, rest = divmod(day - 1, length)
        return cls(cycle, number + 1, rest + 1)


class Stretch(Struct, frozen=True):
    """Cycles of one length, one after another.

    Attributes:
        days: The length of each, in days.
        cycles: How many; None for all that follow.
    """

    days: int
    cycles: int | None

    @property
    def words(self) -> Msg:
        """The length as a page prints it."""
        days = counted(self.days, "day")
        return Msg("{days} for {cycles}", days=days, cycles=counted(self.cycles, "cycle")) if self.cycles else days


class Lengths(Struct, frozen=True):
    """The lengths of cycles, which may change from one to another.

    Attributes:
        stretches: In order; only the last may hold for all that follow.
    """

    stretches: tuple[Stretch, ...]

    def length(self, number: int) -> int:
        """The days of a cycle, by its number from 1."""
        left = number
        for stretch in self.stretches:
            if stretch.cycles is None or left <= stretch.cycles:
                return stretch.days
            left -= stretch.cycles
        return self.stretches[-1].days

    def days_before(self, number: int) -> int:
        """The days from day 1 of cycle 1 to day 1 of a cycle, by its number from 1."""
        days, left = 0, number - 1
        for stretch in self.stretches:
            here = left if stretch.cycles is None else min(left, stretch.cycles)
            days, left = days + here * stretch.days, left - here
        return days

    @property
    def words(self) -> Msg:
        """The lengths as a page prints them: ``21 days for 4 cycles, then 28 days``."""
        return joined((one.words for one in self.stretches), msgid("{first}, then {rest}"))


class Cycles(Struct, frozen=True):
    """A period that comes again and again.

    Attributes:
        id: The letters of its labels (``C`` for C2D8).
        label: The words for people.
        anchor: The id of the anchor that day 1 of cycle 1 is counted from; empty where it follows other cycles.
        offset: Days from the anchor to day 1 of cycle 1; 0 where it follows other cycles.
        after: The id of the cycles that it follows, day 1 on the day after their last; empty for none.
        lengths: How long they are.
        count: How many there are; None where they go on until something happens.
        until: What ends them, in the protocol's words; empty where their number is stated.
        planned: How many this plan holds: ``count``, or as many as the horizon lets in.
        horizon: The horizon in words; empty where the number is stated, or where no horizon was given.
        counted_from: Whether a cycle is counted from the planned or the actual day 1 of the one before.
        quote: The source's sentence; empty for none.
    """

    id: str
    label: str
    anchor: str
    offset: int
    after: str
    lengths: Lengths
    count: int | None
    until: str
    planned: int
    horizon: Msg
    counted_from: CountedFrom
    quote: str = ""

    @property
    def is_endless(self) -> bool:
        """Whether they go on until something happens, and no horizon says how many are planned."""
        return self.count is None and not self.horizon


class Gap(Struct, frozen=True):
    """The least time between another visit and this one.

    Attributes:
        after: The id of the visit or anchor that it runs from.
        is_anchor: Whether that is an anchor.
        edge: The end of the dose from which hours run.
        days: Whole days; 0 where the gap is in hours or in months.
        hours: Hours; 0 where the gap is in days or in months.
        words: The gap as the protocol says it.
        months: Calendar months; 0 where the gap is in days or in hours.
    """

    after: str
    is_anchor: bool
    edge: Edge
    days: int
    hours: int
    words: Msg
    months: int = 0


class EventKind(Enum):
    """What an anchor may be that is no column of the subjects' table."""

    VISIT = "actual date of"
    FIRST_DOSE = "first dose of"
    LAST_DOSE = "last dose of"
    OFF_TREATMENT = "off_treatment"
    OFF_STUDY = "off_study"

    def words(self, of: str) -> Msg:
        """What happens, as a page prints it.

        Args:
            of: The id of the visit, or of the regimen; empty where the kind says all.
        """
        return Msg(_EVENTS[self], of=of)


_EVENTS = {
    EventKind.VISIT: msgid("actual date of {of}"),
    EventKind.FIRST_DOSE: msgid("first dose of {of}"),
    EventKind.LAST_DOSE: msgid("last dose of {of}"),
    EventKind.OFF_TREATMENT: msgid("end of treatment"),
    EventKind.OFF_STUDY: msgid("end of the subject's part in the study"),
}


class Event(Struct, frozen=True):
    """Something that happens, as an anchor.

    Attributes:
        kind: What happens.
        of: The id of the visit, or of the regimen; empty where the kind says all.
        edge: The end of the dose that counts.
        words: The event as the protocol says it.
    """

    kind: EventKind
    of: str
    edge: Edge
    words: Msg


class Timepoint(Struct, frozen=True):
    """A nominal moment within a visit, counted from a dose.

    Attributes:
        label: The moment as the protocol says it (``+1 h ± 5 min``).
        edge: The end of the dose from which it is counted.
        minutes: Minutes of elapsed time after it; negative for before it.
        earliest: Minutes from the moment to the first allowed one, 0 or negative; None where no window is stated.
        latest: Minutes from the moment to the last allowed one, inside the window; None likewise.
        is_before: Whether it comes before the dose begins: ``pre-dose`` without a time is 0 minutes before.

    Reference:
        SDTM Implementation Guide, --TPT, --ELTM and --TPTREF.
    """

    label: Msg
    edge: Edge
    minutes: int
    earliest: int | None
    latest: int | None
    is_before: bool = False


class Horizon(Struct, frozen=True):
    """How far cycles are planned that go on until something happens.

    Attributes:
        cycles: So many cycles; None where it is a length of time.
        days: The cycles that begin within so many days of their first; None where it is a number of cycles.
        words: The horizon as it was asked for.
    """

    cycles: int | None
    days: int | None
    words: Msg


def read_horizon(text: str) -> Horizon:
    """How far open-ended cycles are planned: so many cycles, or those that begin within so many days or weeks.

    Raises:
        RefusedError: If the text is no such horizon.
    """
    match = re.fullmatch(r"([1-9][0-9]{0,4}) (cycle|day|week)s?", text, re.ASCII)
    expected = 'a horizon such as "12 cycles", "52 weeks" or "180 days"'
    if match is None:
        raise RefusedError(expected)
    number = int(match[1])
    if match[2] == "cycle":
        if number > MOST_CYCLES:
            raise RefusedError(f"at most {MOST_CYCLES:,} cycles")
        return Horizon(number, None, written(text, counted(number, "cycle")))
    days = number * (7 if match[2] == "week" else 1)
    if days > MOST_DAYS:
        raise RefusedError(f"at most {MOST_DAYS:,} days")
    return Horizon(None, days, written(text, counted(number, match[2])))
