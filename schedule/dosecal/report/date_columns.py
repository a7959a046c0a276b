"""How far dates are known, in the columns of visits and doses; and the columns that some protocols alone need.

Conventions: a protocol whose dates are all known, and which states neither a wider window nor a gap, has no column and
no note from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.schedule import DateState
from dosecal.report import words
from dosecal.report.columns import DateCodes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.cohort import Indices
    from dosecal.model.schedule import Schedule
    from dosecal.report.tables import Codes, Column


def date_columns(schedule: Schedule) -> tuple[Column, ...]:
    """The wider window and the first date that is late enough, each where the protocol states such."""
    protocol, visits = schedule.protocol, schedule.visits
    columns: list[Column] = []
    if any(visit.wider is not None for visit in protocol.visits):
        columns.append(DateCodes(visits.wider_start).dates("wider_start"))
        columns.append(DateCodes(visits.wider_end).dates("wider_end"))
    if any(visit.gaps for visit in protocol.visits):
        columns.append(DateCodes(visits.not_before).dates("not_before"))
    return tuple(columns)


def visit_date_notes(schedule: Schedule) -> tuple[list[str], Codes] | None:
    """What is to be said of how each visit's date is known; None where there is nothing to say."""
    visits = schedule.visits
    has_gaps = any(visit.gaps for visit in schedule.protocol.visits)
    if not has_gaps and not visits.state.any():
        return None
    pushed = (visits.not_before > visits.target) & (visits.state < DateState.ANCHOR_UNKNOWN)
    return _notes(schedule, visits.visit, visits.state, pushed)


def dose_date_notes(schedule: Schedule) -> tuple[list[str], Codes] | None:
    """Likewise for each dose, whose date is that of its visit; None where there is nothing to say."""
    visits, doses = schedule.visits, schedule.doses
    shape = len(schedule.cohort), len(schedule.protocol.visits)
    if not visits.state.any() and not np.isnat(doses.planned).any():
        return None
    state = np.zeros(shape, dtype=np.int8)
    state[visits.subject, visits.visit] = visits.state
    of_dose = state[doses.subject, doses.visit]
    return _notes(schedule, doses.visit, of_dose, np.zeros(len(doses), dtype=np.bool_))


def _notes(
    schedule: Schedule, visit: Indices, state: NDArray[np.int8], pushed: NDArray[np.bool_]
) -> tuple[list[str], Codes]:
    protocol = schedule.protocol
    texts = []
    for one in protocol.visits:
        for how in DateState:
            text = words.date_state_words(one, protocol, how)
            texts += [text, words.JOINT.join(part for part in (words.TOO_EARLY, text) if part)]
    return texts, (visit.astype(np.int64) * len(DateState) + state) * 2 + pushed
