"""Whether a condition holds for each subject of a cohort: true, false, or not known.

Conventions: a column of truths is ``int8`` with the values of ``Truth``; "and" is the least, "or" the greatest of the
parts, and "not" turns true and false round. A fact that is not given makes not known, never false. An ending that is on
no record is not known while its time may still come, and false once the day that it should come before is past.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Ended,
    Ending,
    FactIs,
    NotSo,
    NumberIs,
    Test,
    Truth,
    VisitBecame,
)
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from dosecal.model.cohort import Dates, KnownFact
    from dosecal.model.conditions import Became
    from dosecal.model.protocol import Protocol

    Truths = NDArray[np.int8]


class KnownEvents(Struct, frozen=True):
    """What is on record of each subject's visits and endings.

    Attributes:
        endings: (n,) The date of each ending; NaT where none is on record.
        visit_dates: (n,) By visit, its actual date, or the planned one while it is open; NaT where neither is known.
        became: (n,) By visit and outcome, whether that is on record.
        is_recorded: Whether there is a record at all; without one every event is not known.
        as_of: The day up to which the record goes; None where it is not said, and then no day is past.
    """

    endings: Mapping[Ending, Dates]
    visit_dates: Mapping[str, Dates]
    became: Mapping[tuple[str, Became], NDArray[np.bool_]]
    is_recorded: bool = True
    as_of: np.datetime64 | None = None


def evaluate(condition: Condition, facts: Mapping[str, KnownFact], events: KnownEvents, subjects: int) -> Truths:
    """(n,) Whether the condition holds for each subject.

    Args:
        condition: The condition.
        facts: The facts it asks for, by name; one that is missing is not known of anybody.
        events: What is on record.
        subjects: How many subjects there are.
    """
    return _Evaluation(facts, events, subjects).of(condition.test)


class _Evaluation(Struct, frozen=True):
    """One walk over a condition's parts; the attributes are the arguments of ``evaluate``."""

    facts: Mapping[str, KnownFact]
    events: KnownEvents
    subjects: int

    def of(self, test: Test) -> Truths:
        """(n,) The truths of a part."""
        if isinstance(test, NotSo):
            turned: Truths = np.int8(Truth.TRUE) - self.of(test.part)
            return turned
        if isinstance(test, AllOf):
            least: Truths = np.minimum.reduce([self.of(part) for part in test.parts])
            return least
        if isinstance(test, AnyOf):
            greatest: Truths = np.maximum.reduce([self.of(part) for part in test.parts])
            return greatest
        if isinstance(test, FactIs | NumberIs):
            return self._fact(test)
        return self._ended(test) if isinstance(test, Ended) else self._became(test)

    def _unknown(self) -> Truths:
        return np.full(self.subjects, Truth.NOT_KNOWN, dtype=np.int8)

    def _fact(self, test: FactIs | NumberIs) -> Truths:
        known = self.facts.get(test.fact)
        if known is None:
            return self._unknown()
        if isinstance(test, FactIs):
            return _by_value(known, np.array([value in test.values for value in known.values], dtype=np.bool_))
        numbers = [value for value in known.values if not isinstance(value, str)]
        return _by_value(known, np.array([test.holds(number) for number in numbers], dtype=np.bool_))

    def _ended(self, test: Ended) -> Truths:
        ended = self.events.endings.get(test.ending)
        if ended is None or not self.events.is_recorded:
            return self._unknown()
        happened = ~np.isnat(ended)
        if not test.before:
            return np.where(happened, Truth.TRUE, Truth.FALSE).astype(np.int8)
        day = self.events.visit_dates.get(test.before)
        if day is None:
            return self._unknown()
        truths = self._unknown()
        truths[happened & (ended < day)] = Truth.TRUE
        truths[happened & (ended >= day)] = Truth.FALSE
        if self.events.as_of is not None:
            truths[~happened & (day <= self.events.as_of)] = Truth.FALSE
        return truths

    def _became(self, test: VisitBecame) -> Truths:
        if not self.events.is_recorded:
            return self._unknown()
        truths = self._unknown()
        for (visit, became), is_so in self.events.became.items():
            if visit == test.visit:
                truths[is_so] = Truth.TRUE if became is test.became else Truth.FALSE
        return truths


def things_had(protocol: Protocol, truths: Truths) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which visits and which regimens no condition of their own takes from each subject; not known takes nothing.

    Args:
        protocol: The protocol.
        truths: (subjects, conditions) Whether each of its conditions holds.

    Returns:
        (subjects, visits) and (subjects, regimens).
    """
    place = {condition: index for index, condition in enumerate(protocol.conditions)}
    keeps = np.append(truths != Truth.FALSE, np.ones((len(truths), 1), dtype=np.bool_), axis=1)
    of_visit = [-1 if one.condition is None else place[one.condition] for one in protocol.visits]
    of_regimen = [-1 if one.condition is None else place[one.condition] for one in protocol.regimens]
    return keeps[:, of_visit], keeps[:, np.array(of_regimen, dtype=np.int64)]


def _by_value(known: KnownFact, makes_true: NDArray[np.bool_]) -> Truths:
    """(n,) The truths, from (values,) whether each value makes it true."""
    by_value = np.where(makes_true, Truth.TRUE, Truth.FALSE).astype(np.int8)
    truths: Truths = np.append(by_value, np.int8(Truth.NOT_KNOWN))[known.codes]
    return truths
