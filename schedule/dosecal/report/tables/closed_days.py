"""What closed days say of a table's rows: why a day is closed, and what became of the planned date.

Conventions: the column ``closed_day`` says why the site is closed on the date that the protocol wants; the notes say
whether the planned date moved, by how much, or why it stayed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.closed_day import POLICY_WORDS, ClosedDayOutcome, ClosedDayPolicy
from dosecal.model.counts import counted
from dosecal.report.messages.words import NONE_STATED
from dosecal.report.tables.columns import coded, constant
from dosecal.report.tables.noted import joined, noted

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol, Visit
    from dosecal.model.site import ClosedDays
    from dosecal.report.tables.noted import Notes
    from dosecal.report.tables.table import Codes, Column

_NO_OPEN_DAY = {
    ClosedDayPolicy.NEXT: "closed day: no open day after it inside the window, the target stays",
    ClosedDayPolicy.PREVIOUS: "closed day: no open day before it inside the window, the target stays",
}
_STAYS = {
    ClosedDayOutcome.OPEN: "",
    ClosedDayOutcome.MOVED: "",
    ClosedDayOutcome.KEPT: "closed day: the protocol keeps the target",
    ClosedDayOutcome.NONE_STATED: "closed day: what to do is not stated, the target stays",
    ClosedDayOutcome.DOSE_KEPT: "closed day: a dose is not moved",
    ClosedDayOutcome.NO_WINDOW: "closed day: no window is stated to move in, the target stays",
    ClosedDayOutcome.NO_OPEN_DAY: "closed day: no open day inside the window, the target stays",
    ClosedDayOutcome.TIE: "closed day: two open days are equally near and which is not stated, the target stays",
    ClosedDayOutcome.WINDOW_CLOSED: "every day of the window is closed",
}


def closed_day_column(closed: ClosedDays | None) -> Column:
    """Why the site is closed on the wanted day of each row; empty for an open day."""
    if closed is None:
        return constant("closed_day")
    return coded("closed_day", closed.reasons, closed.reason.astype(np.int64))


def closed_day_notes(closed: ClosedDays) -> Notes:
    """What is said of each row."""
    policies, outcomes = len(ClosedDayPolicy), len(ClosedDayOutcome)
    texts = [outcome_words(outcome, policy) for outcome in ClosedDayOutcome for policy in ClosedDayPolicy]
    codes: Codes = closed.outcome.astype(np.int64) * policies + closed.policy
    moved = np.flatnonzero(closed.outcome == ClosedDayOutcome.MOVED)
    days, of_row = np.unique((closed.planned[moved] - closed.wanted[moved]).astype(np.int64), return_inverse=True)
    codes[moved] = policies * outcomes + of_row
    notes = noted([*texts, *(moved_words(by) for by in days.tolist())], codes)
    if closed.booked is None or not closed.booked.any():
        return notes
    booked = ["", *(f"booked for a closed day: {reason.removeprefix('closed: ')}" for reason in closed.reasons[1:])]
    return joined(noted(booked, closed.booked.astype(np.int64)), notes)


def policy_words(protocol: Protocol, visit: Visit) -> str:
    """What a protocol wants of a visit on a closed day; a visit that is dosed in every arm is kept."""
    if all(protocol.regimens_at(visit.id, arm) for arm in visit.arms):
        return "keep"
    said = {policy: text for text, policy in POLICY_WORDS.items()}
    return said.get(visit.closed_day, NONE_STATED)


def outcome_words(outcome: ClosedDayOutcome, policy: ClosedDayPolicy) -> str:
    """What an outcome says of a row that was not moved."""
    if outcome is ClosedDayOutcome.NO_OPEN_DAY:
        return _NO_OPEN_DAY.get(policy, _STAYS[outcome])
    return _STAYS[outcome]


def moved_words(days: int) -> str:
    """By how much a planned date moved."""
    return f"closed day: planned {counted(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"
