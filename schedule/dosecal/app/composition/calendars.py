"""A cohort to what each subject gets: a calendar, a timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from dosecal.report.calendars.subject_calendars import subject_calendars

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dosecal.app.composition.composition import Composition
    from dosecal.model.schedule import Schedule
    from dosecal.report.calendars.subject_calendars import SubjectCalendar
    from dosecal.report.calendars.timeline import Timeline

Thing = TypeVar("Thing", "SubjectCalendar", "Timeline")


def each_subject(
    plan: Composition, made_of: Callable[[Schedule], Iterable[tuple[str, Thing]]]
) -> Iterator[tuple[str, Thing]]:
    """Each subject with what is made of it, in the order of the subjects' file for each version of the protocol.

    Args:
        plan: The cohort, or one subject of it; what was wrong with it is in its outcome at the end, and nothing may be
            written then unless ``plan.may_be_written``.
        made_of: Makes it of the subjects of a schedule, each by its id.

    Raises:
        ScheduleError: If a whole input is refused, or nobody has the id.
    """
    own = plan.inputs.subject
    for schedules in plan.groups():
        things: dict[str, Thing] = {}
        for schedule in schedules:
            for subject, thing in made_of(schedule):
                if own in {None, subject}:
                    before = things.pop(subject, None)
                    things[subject] = thing if before is None else thing.after(before)
        yield from things.items()


def read_calendars(plan: Composition) -> Iterator[SubjectCalendar]:
    """The calendars of a cohort, likewise."""
    calendars = each_subject(plan, lambda schedule: ((one.subject, one) for one in subject_calendars(schedule)))
    return (calendar for _, calendar in calendars)
