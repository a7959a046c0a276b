"""What each visit is counted from, as a protocol file says it: an anchor, another visit, or its cycle.

Conventions: a rule is worked out only where its parts could be read; what is wrong with the others is said elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.struct import Struct
from dosecal.model.timing import CountedFrom, CycleDay, EventKind, Lengths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.model.timing import Gap

IMPLIED_ANCHORS = {"off_treatment": EventKind.OFF_TREATMENT, "off_study": EventKind.OFF_STUDY}
"""Events that every study has, and that a visit may follow without their standing among the anchors."""


class TimingRule(Struct, frozen=True):
    """What a visit is counted from, and how far.

    Attributes:
        anchor: The id of the anchor; empty where it follows a visit.
        after: The id of the visit; empty where it is counted from an anchor.
        counted_from: Which date of that visit.
        offset: Days; None where it has a window alone, or counts months.
        months: Calendar months; None where it counts days.
    """

    anchor: str
    after: str
    counted_from: CountedFrom
    offset: int | None
    months: int | None = None


def first_anchor(draft: Draft) -> str:
    """The id of the default anchor; empty where there is none to be read."""
    anchors = draft.entries["anchors"]
    return anchors[0].id if anchors else ""


def timing_rule(visit: Entry, draft: Draft) -> TimingRule:
    """What a visit is counted from."""
    if visit.cycle is not None:
        return _in_cycle(visit.cycle, draft)
    offsets = draft.offsets_of(visit)
    months = visit.value("months") or visit.value("years")
    offset = offsets[0][1] if offsets and months is None else None
    after = visit.value("after")
    if after is None or after in draft.anchor_names:
        anchor = after or visit.value("anchor") or first_anchor(draft)
        return TimingRule(anchor, "", CountedFrom.PLANNED, offset, months)
    return TimingRule("", after, visit.value("counted_from") or CountedFrom.PLANNED, offset, months)


def _in_cycle(day: CycleDay, draft: Draft) -> TimingRule:
    """A day of a cycle: from day 1 of its own cycle and that from the one before, or all from day 1 of cycle 1."""
    entry = draft.entry("cycles", day.cycle)
    if entry is None:
        return TimingRule("", "", CountedFrom.PLANNED, day.day - 1)
    lengths, start = Lengths(entry.value("length")), cycles_start(entry, draft)
    counted_from = entry.value("counted_from")
    if counted_from is CountedFrom.ACTUAL:
        if day.day > 1:
            return TimingRule("", CycleDay(day.cycle, day.number, 1).label, counted_from, day.day - 1)
        if day.number > 1:
            before = CycleDay(day.cycle, day.number - 1, 1)
            return TimingRule("", before.label, counted_from, lengths.length(before.number))
        return start
    further = lengths.days_before(day.number) + day.day - 1
    if start.after and further:
        return TimingRule("", CycleDay(day.cycle, 1, 1).label, CountedFrom.PLANNED, further)
    return TimingRule(start.anchor, start.after, start.counted_from, (start.offset or 0) + further)


def cycles_start(entry: Entry, draft: Draft, met: frozenset[str] = frozenset()) -> TimingRule:
    """What day 1 of cycle 1 is counted from: an anchor, or day 1 of the last of the cycles that it follows.

    Args:
        entry: The cycles.
        draft: The draft.
        met: Cycles that follow these; where they follow each other in a circle, which is a problem, it ends there.
    """
    before = draft.entry("cycles", entry.value("after")) if entry.says("after") else None
    if (
        before is None
        or before.id in met
        or not isinstance(before.value("count"), int)
        or before.value("length") is None
    ):
        offsets = draft.offsets_of(entry)
        offset = offsets[0][1] if offsets else 0
        return TimingRule(entry.value("anchor") or first_anchor(draft), "", CountedFrom.PLANNED, offset)
    count, lengths = before.value("count"), Lengths(before.value("length"))
    if before.value("counted_from") is CountedFrom.ACTUAL:
        last = CycleDay(before.id, count, 1)
        return TimingRule("", last.label, CountedFrom.ACTUAL, lengths.length(count))
    start = cycles_start(before, draft, met | {entry.id})
    if start.after:
        days = lengths.days_before(count + 1)
        return TimingRule("", CycleDay(before.id, 1, 1).label, CountedFrom.PLANNED, days)
    return TimingRule(start.anchor, "", CountedFrom.PLANNED, (start.offset or 0) + lengths.days_before(count + 1))


def gaps_of(visit: Entry) -> tuple[Gap, ...]:
    """The gaps that a visit states, one or several."""
    said = visit.value("at_least")
    if said is None:
        return ()
    return tuple(gap for gap, _ in said) if isinstance(said, tuple) else (said,)


def implied_anchors(draft: Draft) -> tuple[str, ...]:
    """The events that visits follow and that no anchor of the file is, in a fixed order."""
    own = {anchor.id for anchor in draft.entries["anchors"]}
    followed = {visit.value("after") for visit in draft.entries["visits"]}
    followed |= {gap.after for visit in draft.entries["visits"] for gap in gaps_of(visit)}
    return tuple(name for name in IMPLIED_ANCHORS if name in followed and name not in own)


def followed_names(visit: Entry, draft: Draft) -> Iterator[str]:
    """The ids of the visits and anchors that a visit's date depends on."""
    rule = timing_rule(visit, draft)
    yield rule.after or rule.anchor
    for gap in gaps_of(visit):
        yield gap.after
