"""What closed days say of a table's rows: why a day is closed, and what became of the planned date.

Conventions: the column ``closed_day`` says why the site is closed on the date that the protocol wants; the notes say
whether the planned date moved, by how much, or why it stayed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.closed_day import POLICY_WORDS, ClosedDayOutcome, ClosedDayPolicy, closed_words
from dosecal.model.counts import counted
from dosecal.model.messages import NOTHING, Msg
from dosecal.report.messages.words import NONE_STATED
from dosecal.report.tables.columns import coded, constant
from dosecal.report.tables.noted import in_turn, noted

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol, Visit
    from dosecal.model.site import ClosedDays
    from dosecal.report.tables.noted import Notes
    from dosecal.report.tables.table import Codes, Column

_NO_OPEN_DAY = {
    ClosedDayPolicy.NEXT: Msg("no open day after it inside the window"),
    ClosedDayPolicy.PREVIOUS: Msg("no open day before it inside the window"),
}
_WHY = {
    ClosedDayOutcome.OPEN: NOTHING,
    ClosedDayOutcome.MOVED: NOTHING,
    ClosedDayOutcome.KEPT: Msg("the protocol keeps the target"),
    ClosedDayOutcome.NONE_STATED: Msg("what to do is not stated"),
    ClosedDayOutcome.DOSE_KEPT: Msg("a dose is not moved"),
    ClosedDayOutcome.NO_WINDOW: Msg("no window is stated to move in"),
    ClosedDayOutcome.NO_OPEN_DAY: Msg("no open day inside the window"),
    ClosedDayOutcome.TIE: Msg("two open days are equally near and which is not stated"),
    ClosedDayOutcome.WINDOW_CLOSED: Msg("every day of the window is closed"),
}
_SAYS_ENOUGH = {ClosedDayOutcome.KEPT, ClosedDayOutcome.DOSE_KEPT}
"""The outcomes of which the reason says by itself that the target stays."""


def closed_day_column(closed: ClosedDays | None) -> Column:
    """Why the site is closed on the wanted day of each row; empty for an open day."""
    if closed is None:
        return constant("closed_day")
    return coded("closed_day", [closed_words(one) for one in closed.reasons], closed.reason.astype(np.int64))


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
    booked = [NOTHING, *(booked_words(reason) for reason in closed.reasons[1:])]
    return in_turn(noted(booked, closed.booked.astype(np.int64)), notes)


def booked_words(reason: Msg) -> Msg:
    """That a visit is booked for a closed day, and why that is closed."""
    return Msg("booked for a closed day: {reason}", reason=reason)


def policy_words(protocol: Protocol, visit: Visit) -> Msg:
    """What a protocol wants of a visit on a closed day; a visit that is dosed in every arm is kept."""
    if all(protocol.regimens_at(visit.id, arm) for arm in visit.arms):
        return Msg("keep")
    said = {policy: Msg(text) for text, policy in POLICY_WORDS.items()}
    return said.get(visit.closed_day, NONE_STATED)


def why_words(outcome: ClosedDayOutcome, policy: ClosedDayPolicy) -> Msg:
    """Why no other day stands in for a closed one; empty where none is needed, or one does."""
    if outcome is ClosedDayOutcome.NO_OPEN_DAY:
        return _NO_OPEN_DAY.get(policy, _WHY[outcome])
    return _WHY[outcome]


def outcome_words(outcome: ClosedDayOutcome, policy: ClosedDayPolicy) -> Msg:
    """What an outcome says of a row that was not moved."""
    why = why_words(outcome, policy)
    if not why or outcome is ClosedDayOutcome.WINDOW_CLOSED:
        return why
    if outcome in _SAYS_ENOUGH:
        return Msg("closed day: {why}", why=why)
    return Msg("closed day: {why}, the target stays", why=why)


def moved_words(days: int) -> Msg:
    """By how much a planned date moved."""
    count = counted(abs(days), "day")
    if days > 0:
        return Msg("closed day: planned {days} later", days=count)
    return Msg("closed day: planned {days} earlier", days=count)
