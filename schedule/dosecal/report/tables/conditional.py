"""What is done and given at each visit of each subject, as far as it depends on conditions.

Conventions: what depends on no condition depends on visit and arm alone; ``at`` is visit times arms, plus arm. A thing
whose condition is false for the subject is left out, one whose condition is not known stays and is noted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.conditions import Truth
from dosecal.model.distinct import distinct_rows
from dosecal.model.messages import NOTHING, Msg
from dosecal.model.protocol import Assessment, Protocol
from dosecal.report.messages import visit_words
from dosecal.report.messages.notes import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dosecal.model.regimen import Regimen
    from dosecal.model.schedule import Schedule
    from dosecal.report.tables.noted import Notes
    from dosecal.report.tables.table import Codes


def things_at_rows(
    schedule: Schedule, things: Sequence[Assessment | Regimen], at: Codes
) -> tuple[list[tuple[str, ...]], Codes]:
    """The ids of the things at each visit row, as distinct lists and codes.

    Args:
        schedule: The schedule.
        things: The assessments, or the regimens, in file order.
        at: (n,) Visit times arms, plus arm, of each row.
    """
    protocol = schedule.protocol
    arms = [arm.id for arm in protocol.arms]
    pairs = [
        [one for one in things if visit.id in one.visits and arm in one.arms]
        for visit in protocol.visits
        for arm in arms
    ]
    depends = [one for one in things if one.condition is not None]
    if schedule.truths is None or not depends:
        return [tuple(dict.fromkeys(one.id for one in pair)) for pair in pairs], at
    has = [_has(schedule, one) for one in depends]
    first, codes = distinct_rows(at, *has)
    lists = []
    for row in first.tolist():
        left_out = [one for one, is_had in zip(depends, has, strict=True) if not is_had[row]]
        lists.append(tuple(dict.fromkeys(one.id for one in pairs[int(at[row])] if one not in left_out)))
    return lists, codes


def _has(schedule: Schedule, thing: Assessment | Regimen) -> NDArray[np.bool_]:
    """(n,) Whether the condition of a thing does not take it from each visit row; a dose on record is the subject's."""
    visits, protocol = schedule.visits, schedule.protocol
    if schedule.truths is None or thing.condition is None:
        return np.ones(len(visits), dtype=np.bool_)
    if not isinstance(thing, Assessment):
        regimen = protocol.regimens.index(thing)
        given = schedule.has_dose
        return np.ones(len(visits), np.bool_) if given is None else given[visits.subject, regimen, visits.visit]
    had: NDArray[np.bool_] = schedule.truths[visits.subject, protocol.conditions.index(thing.condition)] != Truth.FALSE
    return had


def condition_notes(schedule: Schedule, at: Codes) -> Notes | None:
    """A note on each visit row for each condition that is not known, or was false when the visit was held.

    Args:
        schedule: The schedule.
        at: (n,) Visit times arms, plus arm, of each row.

    Returns:
        Distinct lists of notes and codes; None where no condition is to be noted.
    """
    protocol = schedule.protocol
    if not protocol.conditions:
        return None
    truths = schedule.truths
    has = {one.id: _has(schedule, one) for one in protocol.regimens if one.condition is not None}
    first, codes = distinct_rows(at, *has.values(), *(() if truths is None else truths[schedule.visits.subject].T))
    notes = []
    for row in first.tolist():
        given = {name for name, is_had in has.items() if is_had[row]}
        own = None if truths is None else truths[schedule.visits.subject[row]]
        notes.append(_conditions_of(protocol, int(at[row]), own, given))
    return notes, codes


def _conditions_of(protocol: Protocol, at: int, truths: NDArray[np.int8] | None, has: set[str]) -> tuple[Note, ...]:
    """What is not known or false of the conditions of a visit and its things; a false one of a dose if that is there.

    Args:
        protocol: The protocol.
        at: Visit times arms, plus arm.
        truths: (conditions,) The truth of each condition; None where they have not been judged.
        has: The ids of the regimens with a condition whose dose is the subject's.
    """
    visit, arm = protocol.visits[at // len(protocol.arms)], protocol.arms[at % len(protocol.arms)].id
    place = {condition: index for index, condition in enumerate(protocol.conditions)}
    parts: list[Msg] = []
    if visit.condition is not None:
        truth = Truth.NOT_KNOWN if truths is None else Truth(int(truths[place[visit.condition]]))
        parts.append(visit_words.condition_words("", visit.condition, truth))
    done, given = protocol.assessments_at(visit.id, arm), protocol.regimens_at(visit.id, arm)
    things: tuple[Assessment | Regimen, ...] = (*done, *given)
    for one in things:
        if one.condition is not None:
            truth = Truth.NOT_KNOWN if truths is None else Truth(int(truths[place[one.condition]]))
            is_said = truth is not Truth.FALSE or (one in given and one.id in has)
            parts.append(visit_words.condition_words(one.id, one.condition, truth) if is_said else NOTHING)
    return tuple(Note(part) for part in parts if part)


def dose_conditions(schedule: Schedule, row: int) -> tuple[Msg, ...]:
    """What is to be said of the conditions of a dose: those that are not known, or false though it was given."""
    protocol, doses = schedule.protocol, schedule.doses
    visit, regimen = protocol.visits[int(doses.visit[row])], protocol.regimens[int(doses.regimen[row])]
    notes = []
    for condition in dict.fromkeys(one for one in (visit.condition, regimen.condition) if one is not None):
        truth = Truth.NOT_KNOWN
        if schedule.truths is not None:
            truth = Truth(int(schedule.truths[int(doses.subject[row]), protocol.conditions.index(condition)]))
        notes.append(visit_words.condition_words("", condition, truth))
    return tuple(note for note in notes if note)
