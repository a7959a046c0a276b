"""Visits of cycles, one by one: from ``C*D1`` to C1D1, C2D1 and the rest.

Conventions: what stands for several days becomes as many visits, cycle by cycle, where the first name of those cycles
stands in the file. What can't be read is left out, since it is a problem already. Cycles that go on are planned as far
as the horizon lets in, and as far as a date is counted from them; what a list names beyond that is no problem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.protocol.cycle_patterns import CyclePattern, read_cycle_pattern
from dosecal.load.protocol.grammar import Said
from dosecal.model.struct import Struct, replace
from dosecal.model.timing import MOST_CYCLES, CycleDay, Lengths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dosecal.load.protocol.draft import Entry
    from dosecal.model.problems import Source
    from dosecal.model.timing import Horizon

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
    said = Said(entry.said.source, {**entry.said.values, "visits": tuple(expanded)}, entry.said.sources)
    return replace(entry, said=said)
