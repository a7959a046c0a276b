"""Visits by what they are counted from, for formats that hold chains of time themselves.

Conventions: a visit is related to an anchor or to another visit by a length of time, in days or in calendar months,
which is negative where it comes before. An anchor that is the actual date of a visit is that visit. Where a format
wants a length of time for a visit that has a window alone, it is that to the allowed day nearest to what the window is
counted from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.exchange.findings import finding, visits_named
from dosecal.model.counts import counted
from dosecal.model.struct import Struct
from dosecal.model.timing import EventKind

if TYPE_CHECKING:
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Anchor, Protocol, Visit


class Relation(Struct, frozen=True):
    """A visit and what it is counted from.

    Attributes:
        visit: The visit, which has a target or a window.
        reference: The id of the anchor or of the other visit.
        is_anchor: Whether that is an anchor.
        count: Signed days, or calendar months.
        is_months: Whether it is months.
    """

    visit: Visit
    reference: str
    is_anchor: bool
    count: int
    is_months: bool

    @property
    def is_before(self) -> bool:
        """Whether the visit comes before what it is counted from."""
        return self.count < 0

    @property
    def window(self) -> tuple[int, int] | None:
        """The days from the visit's day to the first and the last allowed day; None where no window is stated."""
        window = self.visit.window
        if window is None:
            return None
        to_target = 0 if self.visit.has_target else self.count
        return window.first - to_target, window.last - to_target

    @property
    def words(self) -> str:
        """The length of time in words, such as ``7 days after D1``."""
        return self.words_from(self.reference)

    def words_from(self, reference: str) -> str:
        """The same from what it is counted from by another name, such as the label of an anchor."""
        if not self.count:
            return f"on the day of {reference}"
        length = counted(abs(self.count), "month" if self.is_months else "day")
        return f"{length} {'before' if self.is_before else 'after'} {reference}"


def relations_of(protocol: Protocol, *, with_ranges: bool = False) -> tuple[Relation, ...]:
    """The relations of visits, in file order; without those that follow one that has none.

    Args:
        protocol: The protocol.
        with_ranges: Whether visits with a window alone have one, too.
    """
    found = [_relation(visit, protocol) for visit in protocol.visits if visit.has_target or with_ranges]
    while True:
        there = {one.visit.id for one in found}
        kept = [one for one in found if one.is_anchor or one.reference in there]
        if len(kept) == len(found):
            return tuple(found)
        found = kept


def _relation(visit: Visit, protocol: Protocol) -> Relation:
    count, is_months = (visit.offset or 0, False) if visit.months is None else (visit.months, True)
    if not visit.has_target and visit.window is not None:
        count = min(max(0, visit.window.first), visit.window.last)
    if visit.after:
        return Relation(visit, visit.after, is_anchor=False, count=count, is_months=is_months)
    event = protocol.anchors[protocol.anchor_index(visit.anchor)].event
    if event is not None and event.kind is EventKind.VISIT:
        return Relation(visit, event.of, is_anchor=False, count=count, is_months=is_months)
    return Relation(visit, visit.anchor, is_anchor=True, count=count, is_months=is_months)


def anchors_of(relations: tuple[Relation, ...], protocol: Protocol) -> tuple[Anchor, ...]:
    """The anchors that visits are counted from, in file order."""
    used = {relation.reference for relation in relations if relation.is_anchor}
    return tuple(anchor for anchor in protocol.anchors if anchor.id in used)


def relation_findings(relations: tuple[Relation, ...], protocol: Protocol) -> tuple[Problem, ...]:
    """What such a format can't take of a protocol's visits."""
    there = [relation.visit for relation in relations]
    kept = {visit.id for visit in there}
    without = [visit for visit in protocol.visits if not visit.has_target]
    follow = [visit for visit in protocol.visits if visit.has_target and visit.id not in kept]
    some = [visit for visit in there if len(visit.arms) < len(protocol.arms)]
    said = (
        (without, "W110", "left out, since the target wants a length of time and they have a window alone"),
        (follow, "W110", "left out, since they are counted from a visit that is left out"),
        ([v for v in there if v.window is None], "W111", "no window is stated, and none is written"),
        (some, "W112", "for some arms alone, for which the target has no place"),
    )
    return tuple(finding(protocol, code, "", f"{visits_named(v)}: {message}") for v, code, message in said if v)
