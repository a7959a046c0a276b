"""What happened, as columns of the visits table: the actual date, the status, the deviation, and the notes on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.adherence import VisitStatus, WindowMet
from dosecal.model.distinct import distinct_rows
from dosecal.model.messages import COMMA, Msg, joined
from dosecal.model.struct import replace
from dosecal.report.messages.visit_words import days_out_words
from dosecal.report.tables.columns import DateCodes, coded, constant
from dosecal.report.tables.noted import noted
from dosecal.report.tables.table import Column, Kind, Tone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.adherence import Adherence
    from dosecal.model.schedule import Schedule
    from dosecal.report.tables.noted import Notes


def follow_up_columns(adherence: Adherence | None) -> tuple[Column, Column, Column]:
    """The columns ``actual_date``, ``status`` and ``deviation_days``; empty where there is no record."""
    if adherence is None:
        return constant("actual_date", kind=Kind.DATE), constant("status"), constant("deviation_days", kind=Kind.WHOLE)
    return DateCodes(adherence.actual).dates("actual_date"), status_column(adherence), _deviations(adherence)


TONES = {
    VisitStatus.OVERDUE: Tone.WRONG,
    VisitStatus.MISSED: Tone.WRONG,
    VisitStatus.DUE: Tone.SOON,
    VisitStatus.DONE: Tone.WELL,
    VisitStatus.DONE_EARLY: Tone.WELL,
    VisitStatus.DONE_LATE: Tone.WELL,
}


def status_column(adherence: Adherence) -> Column:
    """The column ``status``."""
    tones = tuple((status.words, tone) for status, tone in TONES.items())
    column = coded("status", [status.words for status in VisitStatus], adherence.status.astype(np.int64))
    return replace(column, tones=tones)


def _deviations(adherence: Adherence) -> Column:
    return _signed("deviation_days", adherence.deviation, adherence.has_deviation)


def booked_columns(schedule: Schedule) -> tuple[Column, ...]:
    """The column ``booked_date``, the day for which an open visit is booked, where there is a record; else none."""
    if schedule.record is None:
        return ()
    booked = schedule.record.actuals.booked[schedule.visits.subject, schedule.visits.visit]
    return (DateCodes(booked).dates("booked_date"),)


def wider_columns(schedule: Schedule) -> tuple[Column, ...]:
    """The columns that say how far out of its windows each held visit is; none where no wider window is stated."""
    adherence = schedule.adherence
    if adherence is None or not any(visit.wider is not None for visit in schedule.protocol.visits):
        return ()
    is_out = adherence.window_met != WindowMet.NONE
    has_wider = np.isin(adherence.window_met, (WindowMet.WIDER, WindowMet.OUTSIDE_BOTH)) | (
        is_out & ~np.isnat(schedule.visits.wider_start)
    )
    return (
        coded("window_met", [one.words for one in WindowMet], adherence.window_met.astype(np.int64)),
        _signed("days_out", adherence.days_out, is_out),
        _signed("wider_days_out", adherence.wider_days_out, has_wider),
    )


def _signed(name: str, days: NDArray[np.int64], is_shown: NDArray[np.bool_]) -> Column:
    """A column of whole days; empty where they are not to be shown."""
    distinct, codes = np.unique(days, return_inverse=True)
    shown = np.where(is_shown, codes.reshape(-1) + 1, 0).astype(np.int64)
    return coded(name, ["", *map(str, distinct.tolist())], shown, Kind.WHOLE)


def follow_up_notes(adherence: Adherence) -> Notes:
    """By how many days each held visit is outside its window, and the wider one, as notes."""
    columns = adherence.window_met, adherence.days_out, adherence.wider_days_out
    first, codes = distinct_rows(*columns)
    kinds = zip(*(column[first].tolist() for column in columns), strict=True)
    return noted([_note(WindowMet(met), out, wider) for met, out, wider in kinds], codes)


def _note(met: WindowMet, days_out: int, wider_days_out: int) -> Msg:
    said = days_out_words(days_out)
    if met is WindowMet.WIDER:
        return joined((said, met.words), COMMA)
    if met is WindowMet.OUTSIDE_BOTH:
        return joined((said, days_out_words(wider_days_out, is_wider=True)), COMMA)
    return said
