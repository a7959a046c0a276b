"""How far dates are known, in the columns of visits and doses; and the columns that some protocols alone need.

Conventions: a protocol whose dates are all known, and which states neither a wider window nor a gap, has no column and
no note from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.conditions import Truth
from dosecal.model.messages import NOTHING, Msg
from dosecal.model.problems import Problem
from dosecal.model.schedule import DateState
from dosecal.report.messages import visit_words
from dosecal.report.messages.notes import Note
from dosecal.report.tables.columns import DateCodes
from dosecal.report.tables.noted import as_texts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.cohort import Indices
    from dosecal.model.schedule import PlannedVisits, Schedule
    from dosecal.report.tables.noted import Notes, Texts
    from dosecal.report.tables.table import Codes, Column


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


def visit_date_notes(schedule: Schedule) -> Notes | None:
    """What is to be said of how each visit's date is known; None where there is nothing to say."""
    visits = schedule.visits
    has_gaps = any(visit.gaps for visit in schedule.protocol.visits)
    if not has_gaps and not visits.state.any():
        return None
    return _notes(schedule, visits.visit, visits.state, pushed_codes(visits))


def pushed_codes(visits: PlannedVisits) -> NDArray[np.int64]:
    """(n,) The place in ``words.PUSHED_WORDS`` of what a least time after another visit did to each planned date."""
    is_late = (visits.not_before > visits.target) & (visits.state < DateState.ANCHOR_UNKNOWN)
    return np.where(is_late, np.where(visits.not_before > visits.window_end, 2, 1), 0)


def dose_date_notes(schedule: Schedule) -> tuple[list[str], Codes] | None:
    """Likewise for each dose, whose date is that of its visit; None where there is nothing to say."""
    visits, doses = schedule.visits, schedule.doses
    shape = len(schedule.cohort), len(schedule.protocol.visits)
    if not visits.state.any() and not np.isnat(doses.planned).any():
        return None
    state = np.zeros(shape, dtype=np.int8)
    state[visits.subject, visits.visit] = visits.state
    of_dose = state[doses.subject, doses.visit]
    return as_texts(_notes(schedule, doses.visit, of_dose, np.zeros(len(doses), dtype=np.int64)))


def booking_notes(schedule: Schedule) -> Texts | None:
    """That the day for which a visit is booked is too early after others; None where there is nothing to say."""
    adherence = schedule.adherence
    if adherence is None or adherence.booking is None or not (adherence.booking != Truth.TRUE).any():
        return None
    texts, codes = {NOTHING: 0}, np.zeros(len(schedule.visits), dtype=np.int64)
    for row in np.flatnonzero(adherence.booking != Truth.TRUE).tolist():
        codes[row] = texts.setdefault(booking_words(schedule, row), len(texts))
    return list(texts), codes


def booking_words(schedule: Schedule, row: int, *, with_gaps: bool = True) -> Msg:
    """That the day for which a visit is booked is too early after others; empty for late enough, and for no booking.

    Args:
        schedule: The schedule.
        row: The row of the planned visit.
        with_gaps: Whether the least times that the visit keeps are said, too.
    """
    visits, adherence = schedule.visits, schedule.adherence
    if adherence is None or adherence.booking is None or visits.gaps is None:
        return NOTHING
    visit = schedule.protocol.visits[int(visits.visit[row])]
    gaps = visit_words.gap_words(visit) if with_gaps else NOTHING
    said = visit_words.too_early_words(Truth(int(adherence.booking[row])), visits.gaps.latest[row], gaps)
    return Msg("booked {what}", what=said) if said else NOTHING


def booking_warnings(schedule: Schedule) -> list[Problem]:
    """A warning for each visit that is booked for a day that is too early after others."""
    notes, record, visits = booking_notes(schedule), schedule.record, schedule.visits
    if notes is None or record is None:
        return []
    told = []
    for row in np.flatnonzero(notes[1]).tolist():
        subject, place = int(visits.subject[row]), int(visits.visit[row])
        day = record.actuals.booked[subject, place]
        who = f"subject {schedule.cohort.ids[subject]}: {schedule.protocol.visits[place].id} on {day}"
        source = record.record.source(int(record.row[subject, place]))
        told.append(Problem(source, "W060", "date", f"{who} is {notes[0][int(notes[1][row])]}"))
    return told


def dose_booking_notes(schedule: Schedule) -> Texts | None:
    """Likewise for each dose, whose day is that of its visit."""
    notes = booking_notes(schedule)
    if notes is None:
        return None
    of_visit = np.zeros((len(schedule.cohort), len(schedule.protocol.visits)), dtype=np.int64)
    of_visit[schedule.visits.subject, schedule.visits.visit] = notes[1]
    return notes[0], of_visit[schedule.doses.subject, schedule.doses.visit]


def _notes(schedule: Schedule, visit: Indices, state: NDArray[np.int8], pushed: NDArray[np.int64]) -> Notes:
    protocol = schedule.protocol
    notes: list[tuple[Note, ...]] = []
    for one in protocol.visits:
        for how in DateState:
            text = visit_words.date_state_words(one, protocol, how)
            notes += [tuple(Note(part) for part in (why, text) if part) for why in visit_words.PUSHED_WORDS]
    return notes, (visit.astype(np.int64) * len(DateState) + state) * len(visit_words.PUSHED_WORDS) + pushed
