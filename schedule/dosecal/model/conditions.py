"""Conditions under which a visit, an assessment or a regimen holds for a subject, as frozen types.

Conventions: a condition speaks of facts of a subject (sex, age, arm, site, declared facts) and of earlier events (what
became of a visit, off treatment, off study), and of nothing else. It is true, false or not known; not known is never
taken for either. An age is in completed years on the first anchor, as eligibility has it.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction


class Truth(IntEnum):
    """What a condition is for a subject; "and" is the least, "or" the greatest of its parts."""

    FALSE = 0
    NOT_KNOWN = 1
    TRUE = 2


class Ending(Enum):
    """An event that ends a subject's part in the trial, or in its treatment.

    Their values are the words that stand in the column ``visit`` of the actuals file, too.
    """

    OFF_TREATMENT = "off_treatment"
    OFF_STUDY = "off_study"


class Became(Enum):
    """What became of a visit, in the words of the actuals file."""

    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


class FactIs(Struct, frozen=True):
    """A fact has one of some values: ``sex is F``, ``site is either 03 or 04``.

    Attributes:
        fact: ``sex``, ``arm``, ``site`` or a declared fact.
        values: The values that make it true.
    """

    fact: str
    values: tuple[str, ...]


class NumberIs(Struct, frozen=True):
    """A number lies between two limits: ``age is under 50``, ``age is at least 18``.

    Attributes:
        fact: ``age`` or a declared fact that is a number.
        low: The lower limit; None for none.
        high: The upper limit; None for none.
        low_is_inside: Whether the lower limit itself makes it true.
        high_is_inside: Whether the upper limit itself makes it true.
    """

    fact: str
    low: Fraction | None = None
    high: Fraction | None = None
    low_is_inside: bool = False
    high_is_inside: bool = False

    def holds(self, number: Fraction) -> bool:
        """Whether a number makes it true."""
        if self.low is not None and (number < self.low or (number == self.low and not self.low_is_inside)):
            return False
        return self.high is None or number < self.high or (number == self.high and self.high_is_inside)


class Ended(Struct, frozen=True):
    """An ending happened, at all or before a visit's date: ``off treatment before C6D1``.

    Attributes:
        ending: The ending.
        before: The id of the visit whose day must come later; empty for an ending at any time.
    """

    ending: Ending
    before: str = ""


class VisitBecame(Struct, frozen=True):
    """A visit is on record as done, missed or cancelled: ``D3 missed``."""

    visit: str
    became: Became


class NotSo(Struct, frozen=True):
    """The part is false."""

    part: Test


class AllOf(Struct, frozen=True):
    """Every part is true."""

    parts: tuple[Test, ...]


class AnyOf(Struct, frozen=True):
    """At least one part is true."""

    parts: tuple[Test, ...]


Test = FactIs | NumberIs | Ended | VisitBecame | NotSo | AllOf | AnyOf


class Condition(Struct, frozen=True):
    """A condition as the protocol says it, and what it means.

    Attributes:
        words: The protocol's words.
        test: What they mean.
    """

    words: str
    test: Test

    @property
    def leaves(self) -> tuple[FactIs | NumberIs | Ended | VisitBecame, ...]:
        """What the condition asks, in the order of its words, without "and", "or" and "not"."""
        return tuple(_leaves(self.test))

    @property
    def facts(self) -> tuple[str, ...]:
        """The names of the facts that it asks for, each once."""
        asked = (leaf.fact for leaf in self.leaves if isinstance(leaf, FactIs | NumberIs))
        return tuple(dict.fromkeys(asked))

    def of_arm(self, arm: str) -> Test | bool:
        """What is left of it for a subject of an arm: whether it holds, where nothing else is asked."""
        return _of_arm(self.test, arm)

    @property
    def visits(self) -> tuple[str, ...]:
        """The ids of the visits that it speaks of, each once."""
        named = (
            leaf.before if isinstance(leaf, Ended) else leaf.visit
            for leaf in self.leaves
            if isinstance(leaf, Ended | VisitBecame)
        )
        return tuple(dict.fromkeys(visit for visit in named if visit))


def _of_arm(test: Test, arm: str) -> Test | bool:
    if isinstance(test, FactIs) and test.fact == "arm":
        return arm in test.values
    if isinstance(test, NotSo):
        part = _of_arm(test.part, arm)
        return not part if isinstance(part, bool) else NotSo(part)
    if not isinstance(test, AllOf | AnyOf):
        return test
    decides = isinstance(test, AnyOf)  # one part that is true decides "or", one that is false "and"
    parts = [_of_arm(part, arm) for part in test.parts]
    if decides in parts:
        return decides
    open_parts = tuple(part for part in parts if not isinstance(part, bool))
    if len(open_parts) < 2:  # noqa: PLR2004 - one part needs nothing to join it
        return open_parts[0] if open_parts else not decides
    return type(test)(open_parts)


def _leaves(test: Test) -> Iterator[FactIs | NumberIs | Ended | VisitBecame]:
    if isinstance(test, NotSo):
        yield from _leaves(test.part)
    elif isinstance(test, AllOf | AnyOf):
        for part in test.parts:
            yield from _leaves(part)
    else:
        yield test


class OneSubject(Struct, frozen=True):
    """What is known of one subject, of whom no column is made.

    Attributes:
        facts: Each fact that is known: a text, or an exact number.
        events: Whether each event of a condition happened, as far as that is known.
    """

    facts: Mapping[str, str | Fraction]
    events: Mapping[Ended | VisitBecame, bool]

    def truth(self, condition: Condition) -> Truth:
        """Whether a condition holds for the subject."""
        return self._of(condition.test)

    def _of(self, test: Test) -> Truth:
        if isinstance(test, NotSo):
            return Truth(Truth.TRUE - self._of(test.part))
        if isinstance(test, AllOf):
            return min(self._of(part) for part in test.parts)
        if isinstance(test, AnyOf):
            return max(self._of(part) for part in test.parts)
        if isinstance(test, Ended | VisitBecame):
            return _truth(self.events.get(test))
        known = self.facts.get(test.fact)
        if isinstance(test, FactIs):
            return _truth(None if known is None else known in test.values)
        return _truth(None if known is None or isinstance(known, str) else test.holds(known))


def _truth(is_so: bool | None) -> Truth:  # noqa: FBT001 - the answer itself
    if is_so is None:
        return Truth.NOT_KNOWN
    return Truth.TRUE if is_so else Truth.FALSE


class DeclaredFact(Struct, frozen=True):
    """A fact of a subject that the protocol declares; it is a column of the subjects' table, named as the fact.

    Attributes:
        id: The name of the column.
        label: The words for people.
        values: The only values there are, as texts; empty for a number.
    """

    id: str
    label: str
    values: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether it is a number."""
        return not self.values
