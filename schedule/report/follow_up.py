"""What happened, as columns of the visits table: the actual date, the status, the deviation, and the notes on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from schedule.model.adherence import VisitStatus
from schedule.report.columns import DateCodes, coded, constant
from schedule.report.tables import Column, Kind
from schedule.report.words import days_out_words

if TYPE_CHECKING:
    from schedule.model.adherence import Adherence
    from schedule.model.schedule import Schedule
    from schedule.report.tables import Codes


def follow_up_columns(adherence: Adherence | None) -> tuple[Column, Column, Column]:
    """The columns ``actual_date``, ``status`` and ``deviation_days``; empty where there is no record."""
    if adherence is None:
        return constant("actual_date", kind=Kind.DATE), constant("status"), constant("deviation_days", kind=Kind.WHOLE)
    return DateCodes(adherence.actual).dates("actual_date"), status_column(adherence), _deviations(adherence)


def status_column(adherence: Adherence) -> Column:
    """The column ``status``."""
    return coded("status", [status.words for status in VisitStatus], adherence.status.astype(np.int64))


def _deviations(adherence: Adherence) -> Column:
    days, codes = np.unique(adherence.deviation, return_inverse=True)
    shown = np.where(adherence.has_deviation, codes.reshape(-1) + 1, 0)
    return coded("deviation_days", ["", *map(str, days.tolist())], shown.astype(np.int64), Kind.WHOLE)


def booked_columns(schedule: Schedule) -> tuple[Column, ...]:
    """The column ``booked_date``, the day for which an open visit is booked, where there is a record; else none."""
    if schedule.record is None:
        return ()
    booked = schedule.record.actuals.booked[schedule.visits.subject, schedule.visits.visit]
    return (DateCodes(booked).dates("booked_date"),)


def follow_up_notes(adherence: Adherence) -> tuple[list[str], Codes]:
    """By how many days each held visit is outside its window, as distinct texts and codes."""
    days, codes = np.unique(adherence.days_out, return_inverse=True)
    return [days_out_words(count) for count in days.tolist()], codes.reshape(-1).astype(np.int64)
