"""A work list for a terminal, as JSON, and as a line of bars."""

from __future__ import annotations

import json
from datetime import date
from enum import IntEnum
from typing import TYPE_CHECKING

from dosecal.model.counts import counted
from dosecal.model.struct import names_of, replace
from dosecal.render.as_terminal import PLAIN, room_of, table_terminal
from dosecal.render.whole_text import BOLD, painted, visible, wrapped
from dosecal.report.messages.notes import JOINT
from dosecal.report.tables.columns import listed
from dosecal.report.tables.table import Kind, Table
from dosecal.report.worklists.work_tables import load_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dosecal.render.as_terminal import Look
    from dosecal.report.worklists.work_list import DayLoad, InfusionRow, WorkList, WorkRow


def worklist_terminal(work: WorkList, headline: str, made_by: str, width: int | None, look: Look = PLAIN) -> str:
    """The work list as text: visits by their status, overdue ones first, infusions, and the work of each day.

    Args:
        work: The work list.
        headline: What it is of, for the first line.
        made_by: The program's version and the day, for the last line.
        width: The terminal's width in columns; None for no terminal, and then without bars.
        look: Whether there are colours.
    """
    room = room_of(width)
    lines = wrapped(visible(headline), room, rest="  ")
    for status, count in work.counts if work.work else ():
        rows = [row for row in work.work if row.status is status]
        lines += _part(status.words.capitalize(), counted(count, "visit"), work_seen(rows, work), width, look)
    if not work.work:
        lines += [*_title("Visits", look), "none is due, overdue or coming"]
    if work.infusions or not work.hides_doses:
        lines += _part("Infusions", f"{len(work.infusions):,}", infusions_seen(work.infusions, work), width, look)
    if work.hides_doses:
        lines += _title("Infusions of blinded arms: hidden (--unblinded shows them)", look)
    lines += _assessments(work, room, look)
    lines += _part("Work a day", "", load_table(work.load), width, look)
    if width is not None:
        lines += sparkline(work, room)
    return "".join(f"{line}\n" for line in (*lines, "", *wrapped(made_by, room)))


def _part(title: str, count: str, table: Table, width: int | None, look: Look) -> list[str]:
    """A table below its title and how many there are; the title alone where there are none."""
    if not table.rows:
        return _title(f"{title}: none", look)
    said = table_terminal(table, width, replace(look, most_lines=None))
    return [*_title(f"{title}: {count}" if count else title, look), *said.splitlines()]


def _title(title: str, look: Look) -> list[str]:
    return ["", painted(title, BOLD) if look.is_coloured else title]


def _assessments(work: WorkList, room: int, look: Look) -> list[str]:
    """What is done, each list once with the visits that have it; by subject where it is not the same for all."""
    found: dict[tuple[str, str, str], dict[str, list[WorkRow]]] = {}
    for row in work.work:
        lists = found.setdefault((row.study, row.version, row.visit), {})
        lists.setdefault(_labelled(work, row, "assessment", row.assessments) or "none", []).append(row)
    visits: dict[str, list[str]] = {}
    for lists in found.values():
        for said, rows in lists.items():
            label = visible(rows[0].label or rows[0].visit)
            of_whom = "" if len(lists) == 1 else f" of {', '.join(visible(row.subject) for row in rows)}"
            visits.setdefault(said, []).append(f"{label}{of_whom}")
    lines = [wrapped(f"{', '.join(names)}: {said}", room, rest="  ") for said, names in visits.items()]
    return [*_title("Assessments", look), *(part for line in lines for part in line)] if set(visits) - {"none"} else []


def work_seen(rows: Sequence[WorkRow], work: WorkList) -> Table:
    """Visits of one status as people read them: labels, the window as one, and the days that the status has."""
    has_studies = len({(row.study, row.version) for row in work.work}) > 1
    columns = (
        *((listed("study", [row.study for row in rows]),) if has_studies else ()),
        listed("subject_id", [row.subject for row in rows]),
        listed("visit_name", [row.label or row.visit for row in rows]),
        listed("window", [_window(row) for row in rows]),
        listed("status", [row.what for row in rows]),
        listed("date", ["" if row.day is None else row.day.isoformat() for row in rows], Kind.DATE),
        listed("site", [row.site for row in rows]),
        listed("doses", [_labelled(work, row, "dose", row.doses) for row in rows]),
        listed("notes", [row.notes for row in rows]),
    )
    return Table("work", len(rows), tuple(column for column in columns if any(column.texts)))


def _window(row: WorkRow) -> str:
    ends = [day.isoformat() for day in (row.window_start, row.window_end) if day is not None]
    return " to ".join(dict.fromkeys(ends))


def _labelled(work: WorkList, row: WorkRow | InfusionRow, kind: str, ids: Iterable[str]) -> str:
    """What things are called, in place of their ids."""
    labels = (work.labels.get((row.study, row.version, kind, name), name) for name in ids)
    return JOINT.join(dict.fromkeys(labels))  # what is hidden has one label for all


def infusions_seen(infusions: Sequence[InfusionRow], work: WorkList) -> Table:
    """Infusions as people read them."""
    columns = (
        listed("date", [row.day.isoformat() for row in infusions], Kind.DATE),
        listed("subject_id", [row.subject for row in infusions]),
        listed("visit_name", [_labelled(work, row, "visit", [row.visit]) for row in infusions]),
        listed("ordered_dose", [row.dose for row in infusions], Kind.DECIMAL),
        listed("unit", [row.unit for row in infusions]),
        listed("product_name", [_labelled(work, row, "product", [row.product]) for row in infusions]),
        listed("site", [row.site for row in infusions]),
        listed("weekday", [f"{row.day:%A}" for row in infusions]),
        listed("notes", [row.notes for row in infusions]),
        listed("regimen", [_labelled(work, row, "dose", [row.regimen]) for row in infusions]),
    )
    return Table("infusions", len(infusions), tuple(column for column in columns if any(column.texts)))


def sparkline(work: WorkList, room: int) -> list[str]:
    """The visits of each day as lines of bars between the first and the last day; none without the library."""
    try:
        from sparklines import sparklines  # noqa: PLC0415 - only where bars are drawn, and only if it is there
    except ImportError:
        return []
    days = work.load_by_day
    bars = "".join(sparklines([visits for _, visits, _ in days], minimum=0))
    parts = [bars[place : place + room] for place in range(0, len(bars), room)]
    most = max(visits for _, visits, _ in days)
    return ["", *wrapped(f"Visits a day, {days[0][0]} {' '.join(parts)} {days[-1][0]} (at most {most})", room)]


def worklist_json(work: WorkList, about: dict[str, object]) -> str:
    """The work list as JSON, with what is to be said of the whole first.

    Args:
        work: The work list.
        about: Keys and values that stand first.
    """
    whole = {
        **about,
        "days": work.days,
        "hides_doses": work.hides_doses,
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
    "fraction": "dose_fraction",
}
"""The names of the tables' columns for fields that have a shorter one."""


def _plain(row: WorkRow | InfusionRow | DayLoad) -> dict[str, object]:
    said = {_NAMES.get(name, name): _plain_value(getattr(row, name)) for name in names_of(row)}
    return {name: value for name, value in said.items() if name != "dose_fraction" or value}


def _plain_value(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, IntEnum):
        return str(getattr(value, "words", value))
    if isinstance(value, tuple):
        return JOINT.join(value)
    return value
