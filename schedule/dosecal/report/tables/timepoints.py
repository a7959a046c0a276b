"""The timepoints of one dose as a table, for the bench and the ward.

Conventions: rows stand in the order of the protocol; local times have their offset from UTC beside them, and what is
not known or not stated is empty with a note.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.messages import NOTHING, Msg, joined
from dosecal.model.timing import Edge
from dosecal.report.messages.words import NONE_STATED
from dosecal.report.tables.columns import coded, constant
from dosecal.report.tables.table import Kind, Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from dosecal.model.moments import GivenDose, TimedPoint
    from dosecal.model.protocol import Protocol, Visit
    from dosecal.report.tables.table import Column

_HOUR = 60
_EDGES = {Edge.START: Msg("start of the dose"), Edge.END: Msg("end of the dose")}


def timepoints_table(protocol: Protocol, visit: Visit, dose: GivenDose, points: tuple[TimedPoint, ...]) -> Table:
    """One row a timepoint.

    Args:
        protocol: The protocol.
        visit: The visit.
        dose: When the dose is given.
        points: Its timepoints with their times.
    """

    def column(name: str, say: Callable[[TimedPoint], str], kind: Kind = Kind.TEXT) -> Column:
        return coded(name, [say(one) for one in points], np.arange(len(points)), kind)

    columns = (
        constant("study", protocol.study),
        constant("protocol_version", protocol.version),
        constant("protocol_sha256", protocol.digest),
        constant("visit", visit.id),
        constant("dose_start", _moment(dose.start.astimezone(dose.zone))),
        constant("dose_end", _moment(dose.end.astimezone(dose.zone)) if dose.end else ""),
        constant("zone", str(dose.zone)),
        column("timepoint", lambda one: one.timepoint.label),
        column("counted_from", lambda one: _EDGES[one.timepoint.edge]),
        column("elapsed", lambda one: _elapsed(one.timepoint.minutes)),
        column("date", lambda one: one.at.date().isoformat() if one.at else "", Kind.DATE),
        column("time", lambda one: _time(one.at)),
        column("earliest", lambda one: _near(one.earliest, one)),
        column("latest", lambda one: _near(one.latest, one)),
        column("utc_offset", lambda one: _offset(one.at or one.latest)),
        column("notes", lambda one: _notes(one, dose)),
    )
    return Table("timepoints", len(points), columns)


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _time(moment: datetime | None) -> str:
    return "" if moment is None else moment.strftime("%H:%M")


def _near(moment: datetime | None, point: TimedPoint) -> str:
    """A time of day, with its date and its offset from UTC where they are others than the timepoint's."""
    if moment is None:
        return ""
    is_same_day = point.at is not None and moment.date() == point.at.date()
    has_other_offset = point.at is not None and moment.utcoffset() != point.at.utcoffset()
    text = _time(moment) if is_same_day else f"{moment.date().isoformat()} {_time(moment)}"
    return f"{text} {_offset(moment)}" if has_other_offset else text


def _offset(moment: datetime | None) -> str:
    if moment is None:
        return ""
    text = moment.strftime("%z")
    return f"UTC{text[:3]}:{text[3:]}"


def _elapsed(minutes: int) -> str:
    """Elapsed time as ISO 8601 has it, such as ``PT1H30M``; negative for before the dose.

    Reference:
        SDTM Implementation Guide, --ELTM.
    """
    hours, rest = divmod(abs(minutes), _HOUR)
    sign = "-" if minutes < 0 else ""
    if not minutes:
        return "PT0M"
    return f"{sign}PT{f'{hours}H' if hours else ''}{f'{rest}M' if rest else ''}"


def _notes(point: TimedPoint, dose: GivenDose) -> Msg:
    timepoint = point.timepoint
    if timepoint.edge is Edge.END and dose.end is None:
        return Msg("to be determined: the end of the dose is not known yet")
    parts = [Msg("before the dose begins") if timepoint.is_before else NOTHING]
    if timepoint.earliest is None:
        parts.append(Msg("window: {window}", window=NONE_STATED))
    if point.at is not None and point.at.utcoffset() != dose.start.astimezone(dose.zone).utcoffset():
        parts.append(Msg("the clocks change in between: the time of day is another, the elapsed time is right"))
    if point.at is not None and _is_shown_twice(point.at):
        second = Msg("the clocks show this time twice: it is the second one")
        parts.append(second if point.at.fold else Msg("the clocks show this time twice: it is the first one"))
    return joined(parts)


def _is_shown_twice(moment: datetime) -> bool:
    """Whether clocks that are put back show the time of day twice."""
    return moment.replace(fold=1 - moment.fold).utcoffset() != moment.utcoffset()
