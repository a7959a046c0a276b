"""A cohort's file to a picture of each subject's timeline: one file, or a folder of them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dosecal.app.composition.composition import Composition, NothingToWriteError
from dosecal.app.files.folder import open_output_folder, safe_name
from dosecal.app.files.pictures import drawn
from dosecal.app.files.store import open_output, refuse_output_over_input
from dosecal.model.struct import Struct
from dosecal.report.calendars.timeline import subject_timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dosecal.app.composition.composition import Outcome
    from dosecal.app.composition.inputs import Inputs
    from dosecal.app.files.folder import OutputPlace
    from dosecal.report.calendars.timeline import Timeline


class TimelineRequest(Struct, frozen=True):
    """Which timelines are asked for.

    Attributes:
        inputs: What the cohort is planned from.
        place: Where the pictures go, as ``svg`` or ``png``.
        made_by: The program's version and the day.
    """

    inputs: Inputs
    place: OutputPlace
    made_by: str


def print_timelines(request: TimelineRequest, progress: Callable[[int], None] | None = None) -> tuple[Outcome, int]:
    """Draw the timelines that are asked for, all or none.

    Args:
        request: What is asked.
        progress: Is told how many are drawn, after each.

    Returns:
        What was done, and how many were drawn.

    Raises:
        ScheduleError: If an input or the output is refused, nobody has the id, or what pictures need is not installed.
    """
    refuse_output_over_input(request.place.name, request.inputs.files)
    plan, count = Composition(request.inputs), 0
    with suppress(NothingToWriteError):
        if request.place.is_folder:
            with open_output_folder(request.place.name, force=request.place.force) as folder:
                for count, (subject, timeline) in enumerate(_timelines(plan, request), start=1):
                    folder.write(
                        f"{safe_name(subject)}.{request.place.form}",
                        drawn(timeline, request.place.form, request.place.name),
                    )
                    if progress is not None:
                        progress(count)
                _require_good(plan, count)
        else:
            with open_output(request.place.name, force=request.place.force) as stream:
                for count, (_, timeline) in enumerate(_timelines(plan, request), start=1):  # noqa: B007
                    stream.write(drawn(timeline, request.place.form, request.place.name))
                _require_good(plan, count)
        plan.outcome.is_written = True
    return plan.outcome, count


def _timelines(plan: Composition, request: TimelineRequest) -> Iterator[tuple[str, Timeline]]:
    """The subjects' ids with their timelines, in the order of the subjects' file for each version of the protocol."""
    own = request.inputs.subject
    for schedules in plan.groups():
        timelines: dict[str, Timeline] = {}
        for schedule in schedules:
            for row, subject in enumerate(schedule.cohort.ids):
                if own in {None, subject}:
                    before = timelines.pop(subject, None)
                    timeline = subject_timeline(schedule, row, request.made_by)
                    timelines[subject] = timeline if before is None else timeline.after(before)
        yield from timelines.items()


def _require_good(plan: Composition, count: int) -> None:
    if not plan.may_be_written or not count:
        raise NothingToWriteError
