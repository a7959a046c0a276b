"""A cohort's file to the calendar of each subject, or to the rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.report.calendars.subject_calendars import subject_calendars
from dosecal.report.tables.schedule import doses_table, visits_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dosecal.app.composition.composition import Composition
    from dosecal.report.calendars.subject_calendars import SubjectCalendar

_TABLES = {"visits": visits_table, "doses": doses_table}


def read_calendars(plan: Composition) -> Iterator[SubjectCalendar]:
    """The calendars of a cohort, or of one subject of it, in the order of the subjects' file for each version.

    Args:
        plan: The cohort; what was wrong with it is in its outcome at the end, and nothing may be written then unless
            ``plan.may_be_written``.

    Raises:
        ScheduleError: If a whole input is refused, or nobody has the id.
    """
    own = plan.inputs.subject
    for schedules in plan.groups():
        calendars: dict[str, SubjectCalendar] = {}
        for schedule in schedules:
            for one in subject_calendars(schedule):
                if own in {None, one.subject}:
                    before = calendars.pop(one.subject, None)
                    calendars[one.subject] = one if before is None else one.after(before)
        yield from calendars.values()


def read_rows(plan: Composition, table: str) -> Iterator[Mapping[str, str]]:
    """The rows of the visits or doses table, cell by cell, in the order of the subjects' file.

    Args:
        plan: The cohort, as for the calendars.
        table: ``visits`` or ``doses``.

    Raises:
        ScheduleError: If a whole input is refused, or nobody has the id.
    """
    own = plan.inputs.subject
    for schedules in plan.groups():
        lines: dict[str, int] = {}
        rows: list[dict[str, str]] = []
        for schedule in schedules:
            lines.update(zip(schedule.cohort.ids, schedule.cohort.line.tolist(), strict=True))
            rows += _TABLES[table](schedule).records()
        rows.sort(key=lambda row: lines[row["subject_id"]])
        yield from (row for row in rows if own in (None, row["subject_id"]))
