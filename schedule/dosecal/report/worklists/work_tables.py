"""A work list as tables: its visits, and how much there is on each day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.site import WEEKDAYS
from dosecal.report.messages.notes import JOINT
from dosecal.report.tables.columns import listed
from dosecal.report.tables.table import Kind, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dosecal.report.worklists.work_list import DayLoad, WorkRow


def work_table(work: Sequence[WorkRow]) -> Table:
    """The visits as a table."""
    columns = (
        listed("study", [row.study for row in work]),
        listed("protocol_version", [row.version for row in work]),
        listed("protocol_sha256", [row.digest for row in work]),
        listed("subject_id", [row.subject for row in work]),
        listed("site", [row.site for row in work]),
        listed("visit", [row.visit for row in work]),
        listed("visit_label", [row.label for row in work]),
        listed("status", [row.status.words for row in work]),
        listed("what", [row.what for row in work]),
        listed("date", [_iso(row.day) for row in work], Kind.DATE),
        listed("weekday", [_weekday(row.day) for row in work]),
        listed("window_start", [_iso(row.window_start) for row in work], Kind.DATE),
        listed("window_end", [_iso(row.window_end) for row in work], Kind.DATE),
        listed("days_left", ["" if row.days_left is None else str(row.days_left) for row in work], Kind.WHOLE),
        listed("doses", [JOINT.join(row.doses) for row in work]),
        listed("assessments", [JOINT.join(row.assessments) for row in work]),
        listed("notes", [row.notes for row in work]),
    )
    return Table("work", len(work), columns)


def load_table(load: Sequence[DayLoad]) -> Table:
    """The work of each day as a table; without infusions where doses are hidden."""
    infusions = ["" if one.infusions is None else str(one.infusions) for one in load]
    columns = (
        listed("date", [_iso(one.day) for one in load], Kind.DATE),
        listed("weekday", [_weekday(one.day) for one in load]),
        listed("site", [one.site for one in load]),
        listed("visits", [str(one.visits) for one in load], Kind.WHOLE),
        *((listed("infusions", infusions, Kind.WHOLE),) if any(infusions) or not load else ()),
        listed("assessments", [str(one.assessments) for one in load], Kind.WHOLE),
    )
    return Table("load", len(load), columns)


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _weekday(day: date | None) -> str:
    return "" if day is None else WEEKDAYS[day.weekday()]
