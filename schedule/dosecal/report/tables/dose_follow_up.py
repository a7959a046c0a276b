"""What conditions and the record say of planned doses, as notes.

Conventions: a dose keeps its number whatever becomes of it, and a note says what became of its visit. Nothing here
changes a dose: whether a later one takes the place of one that was not given is the protocol's to say, and a person's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.adherence import VisitStatus
from dosecal.model.conditions import Truth
from dosecal.model.distinct import distinct_rows, places_of
from dosecal.model.dose_status import status_of_doses
from dosecal.model.messages import NOTHING, Msg, joined
from dosecal.report.messages import visit_words
from dosecal.report.messages.notes import JOINT
from dosecal.report.tables.columns import paired

if TYPE_CHECKING:
    from dosecal.model.cohort import Indices
    from dosecal.model.conditions import Condition
    from dosecal.model.schedule import Schedule
    from dosecal.report.tables.noted import Texts
    from dosecal.report.tables.table import Codes

FIRST_NOT_GIVEN = Msg("the first dose was not given: whether this one takes its place is not stated")


def dose_condition_notes(schedule: Schedule) -> Texts | None:
    """A note for each dose whose condition, or whose visit's, is not known or is false; None where none depends on one.

    A dose whose condition is false is there only since it is on record, or since its visit was held.
    """
    protocol, doses = schedule.protocol, schedule.doses
    of_visit = [visit.condition for visit in protocol.visits]
    of_regimen = [regimen.condition for regimen in protocol.regimens]
    if schedule.truths is None or not any((*of_visit, *of_regimen)):
        return None
    by_visit = _not_true(schedule, of_visit, doses.visit)
    by_regimen = _not_true(schedule, of_regimen, doses.regimen)
    said = [
        NOTHING,
        *(visit_words.condition_words("", one, truth) for one in protocol.conditions for truth in _NOT_TRUE),
    ]
    first, codes = distinct_rows(by_visit, by_regimen)
    pairs = zip(by_visit[first].tolist(), by_regimen[first].tolist(), strict=True)
    texts = [joined(dict.fromkeys((said[one], said[other]))) for one, other in pairs]
    return texts, codes


_NOT_TRUE = (Truth.NOT_KNOWN, Truth.FALSE)


def _not_true(schedule: Schedule, conditions: list[Condition | None], of_dose: Indices) -> Codes:
    """(n,) The place of each dose's condition and of what it is, from 1, where it is not true; 0 elsewhere."""
    place = {condition: index + 1 for index, condition in enumerate(schedule.protocol.conditions)}
    code = np.array([0 if one is None else place[one] for one in conditions], dtype=np.int64)[of_dose]
    if schedule.truths is None:
        return np.where(code > 0, (code - 1) * len(_NOT_TRUE) + 1, 0)
    truth = schedule.truths[schedule.doses.subject, np.maximum(code - 1, 0)]
    one_of = np.select([truth == one for one in _NOT_TRUE], range(1, len(_NOT_TRUE) + 1), 0)
    return np.where((code > 0) & (one_of > 0), (code - 1) * len(_NOT_TRUE) + one_of, 0)


def overlap_notes(schedule: Schedule) -> tuple[list[str], Codes] | None:
    """A note on each dose beside another one of its product at the visit, since both conditions hold, or may.

    Returns:
        Distinct texts and codes; None where no two regimens of the protocol overlap.
    """
    protocol, doses = schedule.protocol, schedule.doses
    if not protocol.overlaps:
        return None
    texts = ["", *(visit_words.overlap_words(one) for one in protocol.regimens)]
    notes: tuple[list[str], Codes] = ([""], np.zeros(len(doses), dtype=np.int64))
    for overlap in protocol.overlaps:
        for own, other in ((overlap.first, overlap.second), (overlap.second, overlap.first)):
            there = np.flatnonzero(doses.regimen == other)
            mine = np.flatnonzero(doses.regimen == own)
            among = doses.subject[there], doses.visit[there]
            has_both = places_of((doses.subject[mine], doses.visit[mine]), among) >= 0
            code = np.zeros(len(doses), dtype=np.int64)
            code[mine[has_both]] = other + 1
            notes = paired(notes, (texts, code), JOINT)
    return notes


def dose_day_notes(schedule: Schedule) -> Texts | None:
    """For each dose whose visit was held, or is booked, on another day than it is planned, that day: it is the dose's.

    Returns:
        Distinct texts and codes; None where there is no record.
    """
    if schedule.record is None:
        return None
    doses = schedule.doses
    differs = np.flatnonzero((doses.day != doses.planned) & ~np.isnat(doses.day))
    is_held = ~np.isnat(schedule.record.actuals.date[doses.subject[differs], doses.visit[differs]])
    first, of_row = distinct_rows(doses.day[differs].astype(np.int64), is_held.astype(np.int64))
    code = np.zeros(len(doses), dtype=np.int64)
    code[differs] = of_row + 1
    pairs = zip(doses.day[differs][first].tolist(), is_held[first].tolist(), strict=True)
    return [NOTHING, *(held_words(day) if held else _booked_words(day) for day, held in pairs)], code


def held_words(day: object) -> Msg:
    """That the visit of a dose was held, and when."""
    return Msg("the visit was held on {day}", day=str(day))


def _booked_words(day: object) -> Msg:
    return Msg("the visit is booked for {day}", day=str(day))


def dose_record_notes(schedule: Schedule) -> Texts | None:
    """What became of each dose's visit where it was not held, and what of the first dose that others follow.

    Returns:
        Distinct texts and codes; None where there is no record.
    """
    own, doses = status_of_doses(schedule), schedule.doses
    if own is None:
        return None
    missed, cancelled = own == VisitStatus.MISSED, own == VisitStatus.CANCELLED
    has_loading = np.array([one.maintenance is not None for one in schedule.protocol.regimens] or [False])
    is_first = doses.number == 1
    first_out = np.zeros((len(schedule.cohort), len(has_loading)), dtype=np.bool_)
    first_out[doses.subject[is_first], doses.regimen[is_first]] = (missed | cancelled)[is_first]
    follows = ~is_first & has_loading[doses.regimen] & first_out[doses.subject, doses.regimen]
    code = np.select([missed, cancelled, follows], [1, 2, 3], 0).astype(np.int64)
    return [NOTHING, Msg("the visit was missed"), Msg("the visit is cancelled"), FIRST_NOT_GIVEN], code
