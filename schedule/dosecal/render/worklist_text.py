"""A work list for a terminal, as JSON, and as a line of bars."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from enum import IntEnum
from typing import TYPE_CHECKING

from dosecal.model.visible import one_line
from dosecal.render.as_terminal import table_terminal
from dosecal.report.worklist import infusions_table, load_table, work_table

if TYPE_CHECKING:
    from dosecal.report.tables import Table
    from dosecal.report.worklist import DayLoad, InfusionRow, WorkList, WorkRow

_HIDDEN = ("study", "protocol_version", "protocol_sha256", "visit_label")
"""Columns that a terminal has no room for; the headline names the protocols."""


def worklist_terminal(work: WorkList, headline: str, made_by: str, width: int | None) -> str:
    """The work list as text: visits, infusions, and the work of each day.

    Args:
        work: The work list.
        headline: What it is of, for the first line.
        made_by: The program's version and the day, for the last line.
        width: The terminal's width in characters; None for no terminal, and then without bars.
    """
    parts = [f"{one_line(headline)}\n"]
    tables = (
        ("Visits", work_table(work.work), "none is due, overdue or coming"),
        ("Infusions", infusions_table(work.infusions), "none"),
        ("Work a day", load_table(work.load), "none"),
    )
    for title, table, nothing in tables:
        parts.append(f"\n{title}\n")
        parts.append(table_terminal(_narrowed(table), width) if table.rows else f"{nothing}\n")
    if width is not None:
        parts.append(sparkline(work))
    parts.append(f"\n{made_by}\n")
    return "".join(parts)


def _narrowed(table: Table) -> Table:
    columns = tuple(column for column in table.columns if column.name not in _HIDDEN)
    return type(table)(table.name, table.rows, columns)


def sparkline(work: WorkList) -> str:
    """The visits of each day as a line of bars between the first and the last day; empty without the library."""
    try:
        from sparklines import sparklines  # noqa: PLC0415 - only where bars are drawn, and only if it is there
    except ImportError:
        return ""
    days = work.load_by_day
    bars = "".join(sparklines([visits for _, visits, _ in days], minimum=0))
    most = max(visits for _, visits, _ in days)
    return f"\nVisits a day, {days[0][0]} {bars} {days[-1][0]} (at most {most})\n"


def worklist_json(work: WorkList, about: dict[str, object]) -> str:
    """The work list as JSON, with what is to be said of the whole first.

    Args:
        work: The work list.
        about: Keys and values that stand first.
    """
    whole = {
        **about,
        "days": work.days,
        "work": [_plain(row) for row in work.work],
        "infusions": [_plain(row) for row in work.infusions],
        "load": [_plain(one) for one in work.load],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


_NAMES = {
    "version": "protocol_version",
    "digest": "protocol_sha256",
    "subject": "subject_id",
    "day": "date",
    "label": "visit_label",
}
"""The names of the tables' columns for fields that have a shorter one."""


def _plain(row: WorkRow | InfusionRow | DayLoad) -> dict[str, object]:
    return {_NAMES.get(field.name, field.name): _plain_value(getattr(row, field.name)) for field in fields(row)}


def _plain_value(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, IntEnum):
        return str(getattr(value, "words", value))
    return value
