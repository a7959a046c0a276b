"""A cohort's file to each of its doses, ready for its sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.problems import PlanError, Problem, Source, expected_got
from dosecal.report.planned_dose import dose_rows
from dosecal.workflow.worksheets import sheet_dose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.model.schedule import Schedule
    from dosecal.report.sheet_sections import SheetDose
    from dosecal.workflow.planning import CohortPlan


def read_doses(
    plan: CohortPlan, program_version: str, subject: str | None = None, visit: str | None = None
) -> Iterator[SheetDose]:
    """The doses of a cohort that are worked out, subject by subject; what is not yet is a warning of the outcome.

    Args:
        plan: The cohort; what was wrong with it is in its outcome at the end, and nothing may be written then unless
            ``plan.may_be_written``.
        program_version: The version of the program.
        subject: The id of one subject, for its doses alone; None for all.
        visit: The id of one visit, for its doses alone; None for all.

    Raises:
        ScheduleError: If a whole input is refused, there is no such visit, nobody has the id, or there is no dose.
    """
    _require_visit(plan, visit)
    plan.shows_doses = True
    start, is_found, is_dosed = 0, subject is None, False
    for group in plan.groups():
        for schedule in group:
            for place in _places(schedule, subject):
                is_found = True
                for dose in _doses(plan, schedule, start, program_version, (place, visit)):
                    is_dosed = True
                    yield dose
            start += len(schedule.doses)
    if not is_found and not plan.outcome.problems:
        message = expected_got("the id of a subject of the file", subject or "")
        raise PlanError((Problem(Source(plan.request.subjects), "L040", "--subject", message),))
    is_awaited = any(one.code == "L041" for one in plan.outcome.warnings)
    if not is_dosed and not is_awaited and not plan.outcome.problems:
        where = f" at visit {visit}" if visit else ""
        message = f"expected a subject and visit with a dose, got none{where}"
        raise PlanError((Problem(Source(plan.request.subjects), "L006", "subject_id", message),))


def _require_visit(plan: CohortPlan, visit: str | None) -> None:
    known = dict.fromkeys(one.id for protocol in plan.versions.protocols for one in protocol.visits)
    if visit is not None and visit not in known:
        message = expected_got(f"one of {', '.join(known)}", visit)
        raise PlanError((Problem(Source(plan.protocol.file), "L005", "--visit", message),))


def _places(schedule: Schedule, subject: str | None) -> range:
    if subject is None:
        return range(len(schedule.cohort))
    ids = schedule.cohort.ids
    place = ids.index(subject) if subject in ids else len(ids)
    return range(place, min(place + 1, len(ids)))


def _doses(
    plan: CohortPlan, schedule: Schedule, start: int, program_version: str, where: tuple[int, str | None]
) -> Iterator[SheetDose]:
    """The doses of one subject, at one visit or at all; the schedule's rows begin at ``start`` among all."""
    subject, visit = where
    visits = {one.id: place for place, one in enumerate(schedule.protocol.visits)}
    if visit is not None and visit not in visits:
        return
    for row in dose_rows(schedule, subject, None if visit is None else visits[visit]):
        lots = None if plan.promised is None else plan.promised.get(start + row, ())
        dose = sheet_dose(schedule, row, lots, (program_version, plan.request.as_of.isoformat()))
        if isinstance(dose, Problem):
            plan.outcome.warnings.append(dose)
        else:
            yield dose
