"""A cohort's file to the calendar of each subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule.model.problems import PlanError, Problem, Source, expected_got
from schedule.report.subject_calendars import subject_calendars

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule.report.subject_calendars import SubjectCalendar
    from schedule.workflow.planning import CohortPlan, Progress


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
    if not is_found and not plan.outcome.problems:
        message = expected_got("the id of a subject of the file", subject or "")
        raise PlanError((Problem(Source(plan.request.subjects), "L040", "--subject", message),))
