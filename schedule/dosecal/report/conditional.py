"""What is done and given at each visit of each subject, as far as it depends on conditions.

Conventions: what depends on no condition depends on visit and arm alone; ``at`` is visit times arms, plus arm. A thing
whose condition is false for the subject is left out, one whose condition is not known stays and is noted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.conditions import Truth
from dosecal.model.distinct import distinct_rows
from dosecal.report import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from dosecal.model.protocol import Assessment
    from dosecal.model.regimen import Regimen
    from dosecal.model.schedule import Schedule
    from dosecal.report.tables import Codes


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
    conditions = list(dict.fromkeys(one.condition for one in things if one.condition is not None))
    if schedule.truths is None or not conditions:
        return [tuple(dict.fromkeys(one.id for one in pair)) for pair in pairs], at
    place = {condition: index for index, condition in enumerate(protocol.conditions)}
    truths_of = (schedule.truths[schedule.visits.subject, place[condition]] for condition in conditions)
    first, codes = distinct_rows(at, *truths_of)
    lists = []
    for row in first.tolist():
        truths = schedule.truths[schedule.visits.subject[row]]
        lists.append(
            tuple(
                dict.fromkeys(
                    one.id
                    for one in pairs[int(at[row])]
                    if one.condition is None or truths[place[one.condition]] != Truth.FALSE
                )
            )
        )
    return lists, codes


def condition_notes(schedule: Schedule, at: Codes) -> tuple[list[str], Codes] | None:
    """A note on each visit row for each condition that is not known, or was false when the visit was held.

    Args:
        schedule: The schedule.
        at: (n,) Visit times arms, plus arm, of each row.

    Returns:
        Distinct texts and codes; None where no condition is to be noted.
    """
    protocol = schedule.protocol
    if not protocol.conditions:
        return None
    truths = schedule.truths
    first, codes = distinct_rows(at, *(() if truths is None else truths[schedule.visits.subject].T))
    texts = [
        _note(schedule, int(at[row]), None if truths is None else truths[schedule.visits.subject[row]])
        for row in first.tolist()
    ]
    return texts, codes


def _note(schedule: Schedule, at: int, truths: NDArray[np.int8] | None) -> str:
    protocol = schedule.protocol
    visit, arm = protocol.visits[at // len(protocol.arms)], protocol.arms[at % len(protocol.arms)].id
    place = {condition: index for index, condition in enumerate(protocol.conditions)}
    parts = []
    if visit.condition is not None:
        truth = Truth.NOT_KNOWN if truths is None else Truth(int(truths[place[visit.condition]]))
        parts.append(words.condition_words("", visit.condition, truth))
    done = [(one.id, one.condition) for one in protocol.assessments_at(visit.id, arm)]
    given = [(one.id, one.condition) for one in protocol.regimens_at(visit.id, arm)]
    parts += [
        words.condition_words(name, condition, Truth.NOT_KNOWN)
        for name, condition in (*done, *given)
        if condition is not None and (truths is None or truths[place[condition]] == Truth.NOT_KNOWN)
    ]
    return words.JOINT.join(part for part in parts if part)


def dose_conditions(schedule: Schedule, row: int) -> tuple[str, ...]:
    """What is to be said of the conditions of a dose: those that are not known, or false though it was given."""
    protocol, doses = schedule.protocol, schedule.doses
    visit, regimen = protocol.visits[int(doses.visit[row])], protocol.regimens[int(doses.regimen[row])]
    notes = []
    for condition in dict.fromkeys(one for one in (visit.condition, regimen.condition) if one is not None):
        truth = Truth.NOT_KNOWN
        if schedule.truths is not None:
            truth = Truth(int(schedule.truths[int(doses.subject[row]), protocol.conditions.index(condition)]))
        notes.append(words.condition_words("", condition, truth))
    return tuple(note for note in notes if note)
