"""A cohort to its subjects, each with all that is planned for it: the way of a page, a picture and a calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.report.subjects.subject_views import SubjectViews

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.app.composition.composition import Composition
    from dosecal.report.subjects.subject_view import SubjectView


def read_subjects(plan: Composition) -> Iterator[SubjectView]:
    """Each subject, in the order of the subjects' file for each version of the protocol.

    Args:
        plan: The cohort, or one subject of it; what was wrong with it is in its outcome at the end, and nothing may be
            written then unless ``plan.may_be_written``.

    Raises:
        ScheduleError: If a whole input is refused, or nobody has the id.
    """
    for group in read_groups(plan):
        subjects: dict[str, SubjectView] = {}
        for views in group:
            for view in views:
                before = subjects.pop(view.subject, None)
                subjects[view.subject] = view if before is None else view.after(before)
        yield from subjects.values()


def read_subjects_with_visits(plan: Composition) -> Iterator[SubjectView]:
    """The subjects that have a visit, likewise; of the others a page or a file of visits has nothing to say."""
    return (view for view in read_subjects(plan) if view.visits)


def read_groups(plan: Composition) -> Iterator[list[Iterator[SubjectView]]]:
    """The subjects of the schedules that were read together, version by version, a subject once in each; likewise."""
    start, own = 0, plan.inputs.subject
    for schedules in plan.groups():
        group = []
        for schedule in schedules:
            group.append(_asked(SubjectViews(schedule, plan.promised, start), own))
            start += len(schedule.doses)
        yield group


def _asked(views: SubjectViews, own: str | None) -> Iterator[SubjectView]:
    """All subjects, or the one that is asked for."""
    ids = views.schedule.cohort.ids
    if own is None:
        return iter(views)
    return (views.of(place) for place, subject in enumerate(ids) if subject == own)
