"""What a rescheduling moves, as a table, and the actuals file that it leads to.

Conventions: the table and the file are made of the same moves. In the file a booking is a row with the status
``planned``, the day for which it is booked, the day on which it was planned first, and the reason. Rows of other visits
and subjects stay as they are, to the character.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.closed_day import ClosedDayOutcome, closed_words
from dosecal.model.days import as_date, iso_date
from dosecal.model.findings import Why
from dosecal.model.messages import Msg, msgid
from dosecal.model.site import WEEKDAYS
from dosecal.report.messages import visit_words, words
from dosecal.report.messages.notes import JOINT
from dosecal.report.tables.closed_days import booked_words, moved_words, outcome_words
from dosecal.report.tables.columns import DateCodes, constant, listed
from dosecal.report.tables.table import Kind, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dosecal.model.cohort import Dates
    from dosecal.model.findings import ClosedMove, Move
    from dosecal.model.protocol import Visit
    from dosecal.model.schedule import Schedule

BOOKING_COLUMNS = ("subject_id", "visit", "date", "status", "dose", "unit", "note", "planned_first", "reason")
"""The columns of an actuals file that is begun with bookings."""

PLANNED = "planned"
_NO_DAY = np.iinfo(np.int64).min


def moves_table(schedule: Schedule, moves: Sequence[Move]) -> Table:
    """One row a visit that moves, or that stays and is out of its window then; the asked one first.

    Args:
        schedule: The schedule of the subject.
        moves: The moves.
    """
    protocol = schedule.protocol
    before, after = DateCodes(_days([move.before for move in moves])), DateCodes(_days([move.after for move in moves]))
    windows = [("", "") if move.window is None else tuple(map(iso_date, move.window)) for move in moves]
    columns = (
        constant("study", protocol.study),
        constant("protocol_version", protocol.version),
        constant("protocol_sha256", protocol.digest),
        constant("subject_id", schedule.cohort.ids[0]),
        listed("visit", [protocol.visits[move.visit].id for move in moves]),
        before.dates("from_date"),
        after.dates("to_date"),
        after.weekdays("weekday"),
        listed("days", [_days_moved(move) for move in moves], Kind.WHOLE),
        listed("why", [move.why.words for move in moves]),
        listed("window_start", [start for start, _ in windows], Kind.DATE),
        listed("window_end", [end for _, end in windows], Kind.DATE),
        listed("days_out", [str(move.days_out) for move in moves], Kind.WHOLE),
        listed("first_planned", ["" if move.first is None else iso_date(move.first) for move in moves], Kind.DATE),
        listed("notes", [JOINT.join(_notes(move, protocol.visits[move.visit])) for move in moves]),
        listed("closed_day", ["" if move.closed is None else closed_words(move.closed.reason) for move in moves]),
        DateCodes(np.array([move.late_from for move in moves], dtype="datetime64[D]")).dates("not_before"),
    )
    return Table("moves", len(moves), columns)


def _days(days: Sequence[int | None]) -> Dates:
    return np.array([_NO_DAY if day is None else day for day in days], dtype=np.int64).view("datetime64[D]")


def _days_moved(move: Move) -> str:
    return "" if move.before is None or move.after is None else str(move.after - move.before)


def _notes(move: Move, visit: Visit) -> list[Msg]:
    notes = [
        visit_words.too_early_words(move.late_enough, move.late_from, visit_words.gap_words(visit)),
        visit_words.days_out_words(move.days_out),
    ]
    if move.why is Why.NO_DAY:
        notes.append(Msg("no day is inside the window and {gaps}", gaps=visit_words.gap_words(visit)))
    if move.is_past:
        notes.append(Msg("that day is past"))
    if move.window is None:
        notes.append(Msg("window: {window}", window=words.NONE_STATED))
    if move.is_dosed and move.why is not Why.STAYS:
        notes.append(Msg("a dose is given: look at product, weight and expiry again"))
    if move.is_restored and move.why.is_booked:
        notes.append(Msg("back on its first date"))
    notes += [] if move.closed is None else _closed_notes(move, move.closed)
    return [note for note in notes if note]


def _closed_notes(move: Move, closed: ClosedMove) -> list[Msg]:
    """What closed days did to a day that the protocol gives, or what they say of one that a person chose."""
    if not closed.reason:
        return []
    if move.why in {Why.CHAINED, Why.FOLLOWS}:
        moved = closed.outcome is ClosedDayOutcome.MOVED
        return [moved_words(closed.open - closed.wanted) if moved else outcome_words(closed.outcome, closed.policy)]
    notes = [booked_words(closed.reason)]
    if closed.outcome is ClosedDayOutcome.MOVED:
        weekday = Msg(WEEKDAYS[as_date(closed.open).weekday()])
        template = msgid("the protocol's rule would take {weekday} {day}")
        notes.append(Msg(template, weekday=weekday, day=iso_date(closed.open)))
    return notes


def booked_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], schedule: Schedule, moves: Sequence[Move], reason: str
) -> Table:
    """An actuals table with the bookings that moves lead to.

    Args:
        header: The names of the table's columns; missing ones are added at the end.
        rows: The texts of its rows.
        schedule: The schedule of the subject.
        moves: The moves.
        reason: Why, in the person's words; empty for none.
    """
    names = [*header, *(name for name in BOOKING_COLUMNS if name not in header)]
    position = {name: place for place, name in enumerate(names)}
    edited = [[*row, *[""] * (len(names) - len(row))] for row in rows]
    subject = schedule.cohort.ids[0]
    for move in moves:
        if not move.why.is_booked or move.after is None:
            continue
        visit = schedule.protocol.visits[move.visit].id
        at = _booking_of(edited, position, subject, visit)
        if move.is_restored and (at is None or not edited[at][position["note"]]):
            edited = [row for place, row in enumerate(edited) if place != at]
            continue
        if at is None:
            edited.append([""] * len(names))
            at = len(edited) - 1
        said = {
            "subject_id": subject,
            "visit": visit,
            "date": as_date(move.after).isoformat(),
            "status": PLANNED,
            "planned_first": "" if move.first is None else iso_date(move.first),
            "reason": _reason(move, schedule, moves, reason) or edited[at][position["reason"]],
        }
        for name, text in said.items():
            edited[at][position[name]] = text
    columns = tuple(listed(name, [row[place] for row in edited]) for name, place in position.items())
    return Table("actuals", len(edited), columns)


def _booking_of(rows: Sequence[Sequence[str]], position: Mapping[str, int], subject: str, visit: str) -> int | None:
    """The place of the row that books a visit; None where it is not booked."""
    wanted = (subject, visit, PLANNED)
    keys = ("subject_id", "visit", "status")
    return next((at for at, row in enumerate(rows) if tuple(row[position[key]] for key in keys) == wanted), None)


def _reason(move: Move, schedule: Schedule, moves: Sequence[Move], reason: str) -> str:
    if move.why is Why.ASKED:
        return reason
    asked = schedule.protocol.visits[moves[0].visit].id
    why = Msg("{a} ({b})", a=move.why.words, b=asked)
    return f"{why}: {reason}" if reason else why
