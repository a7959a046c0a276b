"""A cohort's file to the calendar of each subject, or to the rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.problems import PlanError, Problem, Source, expected_got
from dosecal.report.schedule_tables import doses_table, visits_table
from dosecal.report.subject_calendars import subject_calendars

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dosecal.report.subject_calendars import SubjectCalendar
    from dosecal.report.tables import Table
    from dosecal.workflow.planning import CohortPlan, Progress

_TABLES = {"visits": visits_table, "doses": doses_table}


def read_calendars(
    plan: CohortPlan, subject: str | None = None, progress: Progress | None = None
) -> Iterator[SubjectCalendar]:
    """The calendars of a cohort, in the order of the subjects' file for each version of the protocol.

    Args:
        plan: The cohort; what was wrong with it is in its outcome at the end, and nothing may be written then unless
            ``plan.may_be_written``.
        subject: The id of one subject, for its calendar alone; None for all.
        progress: Is told the bytes read and the bytes in all (0 where not known) after each chunk.

    Raises:
        ScheduleError: If a whole input is refused, or nobody has the id.
    """
    is_found = subject is None
    for schedules in plan.groups(progress):
        for schedule in schedules:
            for calendar in subject_calendars(schedule):
                if subject in (None, calendar.subject):
                    is_found = True
                    yield calendar
    require_found(plan, subject, is_found=is_found)


def read_rows(
    plan: CohortPlan, table: str, subject: str | None = None, progress: Progress | None = None
) -> Iterator[Mapping[str, str]]:
    """The rows of the visits or doses table, cell by cell, in the order of the subjects' file.

    Args:
        plan: The cohort, as for the calendars.
        table: ``visits`` or ``doses``.
        subject: The id of one subject, for its rows alone; None for all.
        progress: Is told the bytes read and the bytes in all (0 where not known) after each chunk.

    Raises:
        ScheduleError: If a whole input is refused, or nobody has the id.
    """
    is_found = subject is None
    for schedules in plan.groups(progress):
        lines: dict[str, int] = {}
        rows: list[dict[str, str]] = []
        for schedule in schedules:
            lines.update(zip(schedule.cohort.ids, schedule.cohort.line.tolist(), strict=True))
            rows += _rows(_TABLES[table](schedule))
        is_found = is_found or subject in lines
        rows.sort(key=lambda row: lines[row["subject_id"]])
        yield from (row for row in rows if subject in (None, row["subject_id"]))
    require_found(plan, subject, is_found=is_found)


def _rows(table: Table) -> Iterator[dict[str, str]]:
    cells = [column.cells(table.rows) for column in table.columns]
    return (dict(zip(table.header, row, strict=True)) for row in zip(*cells, strict=True))


def require_found(plan: CohortPlan, subject: str | None, *, is_found: bool) -> None:
    """Refuse the id of a subject that isn't there.

    Raises:
        PlanError: If nobody has it, and no row was left out for its problems.
    """
    if not is_found and not plan.outcome.problems:
        message = expected_got("the id of a subject of the file", subject or "")
        raise PlanError((Problem(Source(plan.request.subjects), "L040", "--subject", message),))
