"""How an axis of days is laid out: where it is broken, and which of its days are named.

Conventions: a day is as wide as a day, so that a window of one day has a width; an axis is broken where days crowd on
one side of a gap, and never in the middle of them. Lengths on paper are in inches.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BREAK_FROM = 0.4
"""By so much more of the days than of the length one side of a gap must hold for the axis to be broken there."""
MOST_PARTS = 3
_FEWEST_DAYS = 4
"""A part that is drawn larger has at least so many days."""
_LEAST_SHARE = 0.14
_EDGE = 0.025
"""The part of the whole width that an axis has beyond its first and last day."""
_LEAST_EDGE = 0.8


class AxisPart(Struct, frozen=True):
    """A part of a broken axis.

    Attributes:
        start: Where it begins, in days.
        end: Where it ends.
        share: Its part of the width.
    """

    start: float
    end: float
    share: float

    def holds(self, day: float) -> bool:
        """Whether a day is on it."""
        return self.start <= day <= self.end


def axis_parts(days: Sequence[int]) -> tuple[AxisPart, ...]:
    """The parts of an axis that shows days: one, or up to three where they crowd.

    Args:
        days: The days that are shown; at least one.
    """
    parts = [sorted(set(days))]
    while len(parts) < MOST_PARTS:
        places = [(place, _break(part)) for place, part in enumerate(parts)]
        found = next(((place, at) for place, at in places if at), None)
        if found is None:
            break
        place, at = found
        parts[place : place + 1] = [parts[place][:at], parts[place][at:]]
    shares = [max(len(part) / sum(map(len, parts)), _LEAST_SHARE) for part in parts]
    shares = [share / sum(shares) for share in shares]
    ends = [_ends(part, share) for part, share in zip(parts, shares, strict=True)]
    for place, (one, other) in enumerate(pairwise(parts)):
        middle = (one[-1] + other[0]) / 2
        ends[place] = (ends[place][0], min(ends[place][1], middle))
        ends[place + 1] = (max(ends[place + 1][0], middle), ends[place + 1][1])
    return tuple(AxisPart(start, end, share) for (start, end), share in zip(ends, shares, strict=True))


def _ends(days: Sequence[int], share: float) -> tuple[float, float]:
    edge = max((days[-1] - days[0]) * _EDGE / share, _LEAST_EDGE)
    return days[0] - edge, days[-1] + edge


def _break(days: Sequence[int]) -> int:
    """The place of the first day after the gap at which an axis is broken; 0 for none."""
    count, length = len(days), days[-1] - days[0]
    best, found = BREAK_FROM, 0
    for place in range(1, count):
        for some, span in ((place, days[place - 1] - days[0]), (count - place, days[-1] - days[place])):
            crowd = some / count - span / length
            if some >= _FEWEST_DAYS and crowd > best:
                best, found = crowd, place
    return found


def named_days(
    days: Sequence[tuple[int, str]], part: AxisPart, width: float, room_of: Callable[[str], float]
) -> tuple[tuple[int, str], ...]:
    """The days of a part whose labels fit beside each other.

    Args:
        days: The days that can be named, each with its label, those that are named rather than others first.
        part: The part of the axis.
        width: Its width.
        room_of: The width that a label takes, with the space between two.
    """
    named: list[tuple[int, str]] = []
    taken: list[tuple[float, float]] = []
    scale = width / (part.end - part.start)
    for day, label in days:
        if not part.holds(day):
            continue
        place, room = (day - part.start) * scale, room_of(label)
        start, end = place - room / 2, place + room / 2
        if all(end <= other_start or start >= other_end for other_start, other_end in taken):
            named.append((day, label))
            taken.append((start, end))
    return tuple(named)
