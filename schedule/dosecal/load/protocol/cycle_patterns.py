"""Days of cycles as protocol files name them (``C2D8``, ``C*D1``, ``C1-2D8``, ``C3+D1-7``), and what they stand for.

Conventions: numbers of cycles and days in them are from 1, both ends of a range inside. ``C2+2D1`` is cycle 2 and every
second one after it; ``C2-8+2D1`` likewise as far as cycle 8. Of two names that stand for one day the more particular
wins: one cycle before a range of them, a range before an open one, that before all; and some of a range before all of
it, every third before every second.
"""

from __future__ import annotations

import re

from dosecal.load.protocol.grammar import parse_id
from dosecal.model.problems import RefusedError
from dosecal.model.regex import regex
from dosecal.model.struct import Struct

VISIT_KEY_PATTERN = (
    r"^([A-Za-z][A-Za-z0-9_.-]{0,39}"
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


def parse_visit_key(text: str) -> str:
    """The id of a visit, or a name for days of cycles.

    Raises:
        RefusedError: If the text is neither.
    """
    pattern = read_cycle_pattern(text)
    if pattern is None:
        return parse_id(text)
    is_backward = pattern.last is not None and pattern.last < pattern.first
    if is_backward or pattern.last_day < pattern.first_day:
        raise RefusedError('days of cycles such as "C1-2D8" or "C*D1-7"', "the earlier one comes first")
    return text


def parse_cycle_id(text: str) -> str:
    """The letters of a cycle's labels.

    Raises:
        RefusedError: If the text is not one to eight letters, or is the D of a day.
    """
    expected = 'letters such as "C", up to eight'
    if re.fullmatch(r"[A-Za-z]{1,8}", text, re.ASCII) is None:
        raise RefusedError(expected)
    if text == "D":
        raise RefusedError(expected, "D begins the labels of days")
    return text
