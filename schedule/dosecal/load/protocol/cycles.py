"""Days of cycles as protocol files name them (``C2D8``, ``C*D1``, ``C1-2D8``, ``C3+D1-7``), and the visits they become.

Conventions: numbers of cycles and days in them are from 1, both ends of a range inside. ``C2+2D1`` is cycle 2 and every
second one after it; ``C2-8+2D1`` likewise as far as cycle 8. Of two names that stand for one day the more particular
wins: one cycle before a range of them, a range before an open one, that before all; and some of a range before all of
it, every third before every second.

What stands for several days becomes as many visits, cycle by cycle, where the first name of those cycles stands in the
file. What can't be read is left out, since it is a problem already. Cycles that go on are planned as far as the horizon
lets in, and as far as a date is counted from them; what a list names beyond that is no problem.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dosecal.load.protocol.grammar import ID_PATTERN, IDENTIFIER, Text
from dosecal.model.problems import RefusedError
from dosecal.model.regex import regex
from dosecal.model.struct import Struct, replace
from dosecal.model.timing import MOST_CYCLES, CycleDay, Lengths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dosecal.load.protocol.draft import Entry
    from dosecal.model.problems import Source
    from dosecal.model.timing import Horizon

_VISIT_KEY_PATTERN = (
    rf"^({ID_PATTERN}"
    r"|[A-Za-z]{1,8}(\*|[1-9][0-9]{0,3}(-[1-9][0-9]{0,3})?(\+([2-9]|[1-9][0-9]{1,2}))?|[1-9][0-9]{0,3}\+)"
    r"D-?[0-9]{1,5}(-[0-9]{1,5})?)$"
)
_PATTERN = regex(
    r"([A-Za-z]{1,8})(?:(\*)|([1-9][0-9]{0,3})(?:-([1-9][0-9]{0,3}))?(\+([2-9]|[1-9][0-9]{1,2})?)?)"
    r"D(-?[0-9]{1,5})(?:-([0-9]{1,5}))?",
    re.ASCII,
)


class CyclePattern(Struct, frozen=True):
    """Days of cycles by one name.

    Attributes:
        cycle: The id of the cycles.
        first: The first of them.
        last: The last of them; None for all that follow.
        first_day: The first day in each.
        last_day: The last day in each.
        step: Each so many of these cycles, from the first on; 1 for all of them.
    """

    cycle: str
    first: int
    last: int | None
    first_day: int
    last_day: int
    step: int = 1

    @property
    def generality(self) -> tuple[int, int, int]:
        """How general it is: a name with a lesser value wins."""
        of_cycles = (
            (3 if self.first == 1 and self.step == 1 else 2) if self.last is None else int(self.last > self.first)
        )
        return of_cycles, -self.step, int(self.last_day > self.first_day)

    def cycles(self, planned: int) -> range:
        """The numbers of the cycles that it stands for.

        Args:
            planned: How many cycles there are.
        """
        return range(self.first, (planned if self.last is None else min(self.last, planned)) + 1, self.step)


def read_cycle_pattern(text: str) -> CyclePattern | None:
    """The days of cycles that a name stands for where its letters name cycles; None where it has not their shape."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        return None
    if match[4] and match[5] and not match[6]:
        return None  # a range that ends and goes on
    first = int(match[3] or 1)
    last = int(match[4]) if match[4] else None if match[2] or match[5] else first
    first_day = int(match[7])
    return CyclePattern(match[1], first, last, first_day, int(match[8] or first_day), int(match[6] or 1))


def names_cycles_surely(text: str) -> bool:
    """Whether a name can only be one of several days of cycles, since no id has such signs."""
    return "*" in text or "+" in text


def _visit_key(text: str) -> str:
    """The id of a visit, or a name for days of cycles."""
    pattern = read_cycle_pattern(text)
    if pattern is None:
        return str(IDENTIFIER.parsed(text))
    is_backward = pattern.last is not None and pattern.last < pattern.first
    if is_backward or pattern.last_day < pattern.first_day:
        raise RefusedError('days of cycles such as "C1-2D8" or "C*D1-7"', "the earlier one comes first")
    return text


def _cycle_id(text: str) -> str:
    if text == "D":
        raise RefusedError("", "D begins the labels of days")
    return text


VISIT_KEY = Text(
    'a visit id such as "D3" or "month_6", or days of cycles such as "C2D8", "C*D1" or "C1-2D8"',
    _visit_key,
    "P107",
    _VISIT_KEY_PATTERN,
)
CYCLE_ID = Text(
    'letters such as "C"',
    _cycle_id,
    "P107",
    "^[A-Za-z]{1,8}$",
    shape=regex(r"([A-Za-z]{1,8})", re.ASCII),
    fuller='letters such as "C", up to eight',
)

MOST_VISITS = 5_000
"""The greatest number of visits of all cycles together."""


class CycleSpan(Struct, frozen=True):
    """How long cycles are and how many are planned.

    Attributes:
        id: Their id.
        lengths: Their lengths.
        planned: How many are planned.
        is_open: Whether they go on until something happens.
    """

    id: str
    lengths: Lengths
    planned: int
    is_open: bool

    def days_of(self, pattern: CyclePattern) -> Iterator[CycleDay]:
        """The days that a name stands for and that there are, cycle by cycle."""
        for number in pattern.cycles(self.planned):
            for day in range(max(pattern.first_day, 1), min(pattern.last_day, self.lengths.length(number)) + 1):
                yield CycleDay(self.id, number, day)

    def room_of(self, pattern: CyclePattern) -> int:
        """No fewer days than a name stands for, found without counting them one by one."""
        return len(pattern.cycles(self.planned)) * max(pattern.last_day - pattern.first_day + 1, 1)


def cycle_spans(
    cycles: Iterable[Entry], names: Iterable[str], needed: Iterable[str], horizon: Horizon | None
) -> dict[str, CycleSpan]:
    """The cycles whose lengths and number could be read.

    Args:
        cycles: What is said of each.
        names: The names of visits, and those that lists mention: without a horizon, cycles that go on are planned as
            far as these go.
        needed: The names of visits from which a date is counted: cycles that go on are planned as far as these go.
        horizon: How far cycles are planned that go on; None for no further than the file names them.
    """
    named = needed if horizon is not None else (*names, *needed)
    patterns = [pattern for pattern in map(read_cycle_pattern, named) if pattern is not None]
    spans = {}
    for entry in cycles:
        stretches, count = entry.value("length"), entry.value("count")
        if stretches is None or count is None:
            continue
        lengths = Lengths(stretches)
        if isinstance(count, int):
            planned = count
        else:
            least = sum(one.cycles or 1 for one in stretches) if horizon is None else cycles_within(lengths, horizon)
            planned = max([least, *(max(one.first, one.last or 0) for one in patterns if one.cycle == entry.id)])
        spans[entry.id] = CycleSpan(entry.id, lengths, min(planned, MOST_CYCLES), not isinstance(count, int))
    return spans


def cycles_within(lengths: Lengths, horizon: Horizon) -> int:
    """How many cycles a horizon lets in: those that begin within it."""
    if horizon.cycles is not None:
        return horizon.cycles
    number = 1
    while number < MOST_CYCLES and lengths.days_before(number + 1) < (horizon.days or 0):
        number += 1
    return number


def pattern_in(name: str, spans: dict[str, CycleSpan]) -> CyclePattern | None:
    """The days of cycles that a name stands for; None where its letters name no cycles."""
    pattern = read_cycle_pattern(name)
    return pattern if pattern is not None and pattern.cycle in spans else None


def lies_beyond(name: str, spans: dict[str, CycleSpan], own: Iterable[str]) -> bool:
    """Whether a name stands for days of cycles that the file has, and that begin after the last planned one.

    Args:
        name: The name.
        spans: The cycles.
        own: The names of visits in the file.
    """
    pattern = pattern_in(name, spans)
    if pattern is None or not spans[pattern.cycle].is_open or pattern.first <= spans[pattern.cycle].planned:
        return False
    length = spans[pattern.cycle].lengths.length(pattern.first)
    return any(
        one.cycle == pattern.cycle
        and pattern.first in one.cycles(MOST_CYCLES)
        and one.first_day <= pattern.first_day <= pattern.last_day <= min(one.last_day, length)
        for one in map(read_cycle_pattern, own)
        if one is not None
    )


def is_too_large(names: Iterable[str], spans: dict[str, CycleSpan]) -> bool:
    """Whether names stand for more days of cycles than a plan holds."""
    patterns = (pattern_in(name, spans) for name in names)
    return sum(spans[one.cycle].room_of(one) for one in patterns if one is not None) > MOST_VISITS


def expanded_visits(visits: tuple[Entry, ...], spans: dict[str, CycleSpan]) -> tuple[Entry, ...]:
    """The visits with those of cycles one by one; of two names for one day the more particular wins."""
    named: dict[str, list[tuple[CyclePattern, Entry]]] = {}
    for entry in visits:
        pattern = pattern_in(entry.id, spans)
        if pattern is not None:
            named.setdefault(pattern.cycle, []).append((pattern, entry))
    found: list[Entry] = []
    for entry in visits:
        pattern = pattern_in(entry.id, spans)
        if pattern is None:
            found.append(entry)
        elif pattern.cycle in named:
            found += _days_of(named.pop(pattern.cycle), spans[pattern.cycle])
    return tuple(found)


def _days_of(named: list[tuple[CyclePattern, Entry]], span: CycleSpan) -> list[Entry]:
    chosen: dict[CycleDay, Entry] = {}
    for pattern, entry in sorted(named, key=lambda pair: pair[0].generality):
        for day in span.days_of(pattern):
            chosen.setdefault(day, entry)
    in_order = sorted(chosen.items(), key=lambda pair: (pair[0].number, pair[0].day))
    return [replace(entry, id=day.label, cycle=day, key=entry.id) for day, entry in in_order]


def with_listed_days(entry: Entry, spans: dict[str, CycleSpan], known: frozenset[str], named: frozenset[str]) -> Entry:
    """The thing with the days of cycles in its list of visits one by one, each once.

    A name that stands for no visit stays as it is, and is found to be unknown; one that lies beyond the planned cycles
    is left out.

    Args:
        entry: The thing.
        spans: The cycles.
        known: The ids of the visits, those of cycles one by one.
        named: The names of the visits as they stand in the file.
    """
    listed = entry.listed("visits")
    own = {name for name, _ in listed}
    expanded: list[tuple[str, Source]] = []
    met: set[str] = set()
    for name, source in listed:
        pattern = pattern_in(name, spans)
        days = [day.label for day in spans[pattern.cycle].days_of(pattern)] if pattern else []
        days = [label for label in days if label in known]
        if name in known or not days:
            expanded += [] if lies_beyond(name, spans, named) else [(name, source)]
            continue
        expanded += [(label, source) for label in days if label not in own and label not in met]
        met.update(days)
    if not listed:
        return entry
    return replace(entry, said=replace(entry.said, values={**entry.said.values, "visits": tuple(expanded)}))
