"""One subject's visit to another day: the preview, and with it the actuals file that books it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from dosecal import __version__
from dosecal.load.actuals_file import strict_rows
from dosecal.load.cohort_file import read_table, renamed
from dosecal.load.renames_file import read_renames
from dosecal.load.subjects import SubjectReader
from dosecal.model.cohort import keep_subjects
from dosecal.model.findings import Why
from dosecal.model.problems import CohortError, OutputError, PlanError, Problem, Source, expected_got
from dosecal.planning.cascade import Cascade, reschedule
from dosecal.render.sinks import open_sink
from dosecal.report.about import About, named_inputs
from dosecal.report.moves_table import BOOKING_COLUMNS, booked_table, moves_table
from dosecal.workflow.protocols import load_for_planning
from dosecal.workflow.records import follow_up_step
from dosecal.workflow.sites import load_sites
from dosecal.workflow.store import is_same_file, open_input, open_output, read_mapping_file
from dosecal.workflow.table_output import write_rows

if TYPE_CHECKING:
    from datetime import date

    from dosecal.load.site_calendars import SiteBook
    from dosecal.load.text_table import TextTable
    from dosecal.model.cohort import Cohort
    from dosecal.model.findings import Move
    from dosecal.model.protocol import Protocol
    from dosecal.model.schedule import Schedule
    from dosecal.model.timing import Horizon
    from dosecal.report.tables import Table


@dataclass(frozen=True, slots=True)
class RescheduleRequest:
    """What is asked of a rescheduling.

    Attributes:
        protocol: The name of the protocol.
        subjects: The name of the subjects' file.
        subject: The id of the subject.
        visit: The id of the visit.
        to: The new day, in days since 1970-01-01.
        as_of: The day of judgement.
        cascade: ``none``, ``later`` or ``chained``.
        actuals: The name of the actuals file; None where there is none yet.
        renames: The name of the file that renames columns; None for none.
        sites: The name of the site file; None for none.
        horizon: How far cycles are planned that go on until something happens; None for none given.
        reason: Why, in the person's words; empty for none.
        form: The format of the preview.
        apply_to: The name of the actuals file that is written; None for the preview alone.
        apply_form: The format of that file.
        force: Whether a file that is there already may be replaced.
        width: The terminal's width; None for no terminal.
    """

    protocol: str
    subjects: str
    subject: str
    visit: str
    to: int
    as_of: date
    cascade: str = "none"
    actuals: str | None = None
    renames: str | None = None
    sites: str | None = None
    horizon: Horizon | None = None
    reason: str = ""
    form: str = "table"
    apply_to: str | None = None
    apply_form: str = "csv"
    force: bool = False
    width: int | None = None


@dataclass(slots=True)
class Rescheduled:
    """What a rescheduling did.

    Attributes:
        moved: How many visits move.
        stay_out: How many visits stay and are out of their windows then.
        dosed: How many of the moved visits have a dose.
        warnings: What is to be said beside it.
    """

    moved: int
    stay_out: int
    dosed: int
    warnings: list[Problem] = field(default_factory=list)


def write_rescheduling(request: RescheduleRequest) -> Rescheduled:
    """Print what moves and why and, where that is asked for, write the actuals file that books it.

    Raises:
        ScheduleError: If an input or the output is refused, or the visit can't be moved.
    """
    _refuse_output_over_input(request)
    protocol = load_for_planning(request.protocol, request.horizon)
    following = follow_up_step(request.actuals, request.as_of)
    following.require_record()
    cohort = _subject(request, protocol)
    schedule, problems = following.plan(protocol, cohort)
    if problems:
        raise CohortError(problems)
    book = _site_book(request, schedule)
    days = None if book is None else book.covering
    moves = reschedule(schedule, request.visit, request.to, Cascade(request.cascade), days)
    warnings = [*following.all_warnings(), *_dose_warnings(request, schedule, moves)]
    warnings += [] if book is None else book.warnings
    if request.apply_to is not None:
        _write_bookings(request, schedule, moves)
    with open_output(None, force=False) as stream:
        sink = open_sink(request.form, stream, bom=False, width=request.width, about=_about(request, protocol))
        write_rows(sink, moves_table(schedule, moves), None, request.form)
        sink.close()
    stays = sum(move.why is Why.STAYS for move in moves)
    dosed = sum(move.is_dosed and move.why is not Why.STAYS for move in moves)
    return Rescheduled(len(moves) - stays, stays, dosed, warnings)


def _about(request: RescheduleRequest, protocol: Protocol) -> About:
    """What makes the preview, for formats that say it."""
    inputs = named_inputs(
        ("protocol", request.protocol),
        ("subjects", request.subjects),
        ("sites", request.sites),
        ("actuals", request.actuals),
        ("names of columns", request.renames),
    )
    return About((protocol,), f"dosecal {__version__}", request.as_of, inputs)


def _refuse_output_over_input(request: RescheduleRequest) -> None:
    """Refuse an output that would take the place of a protocol, of subjects, or, unforced, of the actuals.

    Raises:
        OutputError: If the output is one of them.
    """
    inputs = [request.protocol, request.subjects, request.renames, request.sites]
    if not request.force:
        inputs.append(request.actuals)
    if request.apply_to is not None and any(is_same_file(request.apply_to, name) for name in inputs if name):
        message = "expected another file than the inputs, got one of them"
        hint = "--force replaces the actuals file" if request.actuals == request.apply_to else ""
        raise OutputError((Problem(Source(request.apply_to), "O005", "", message, hint),))


def _subject(request: RescheduleRequest, protocol: Protocol) -> Cohort:
    """The cohort of the one subject.

    Raises:
        CohortError: If the subject's row is refused.
        PlanError: If there is no such subject.
    """
    reader = SubjectReader(protocol)
    with open_input(request.subjects) as (stream, name, _):
        table = _renamed(read_table(stream, name), request)
        for cohort, bad in reader.read(table):
            line = reader.seen.get(request.subject)
            own = [problem for problem in bad if problem.source.line == line]
            if own:
                raise CohortError(tuple(own))
            if request.subject in cohort.ids:
                return keep_subjects(cohort, np.array([one == request.subject for one in cohort.ids]))
    raise _no_subject(request)


def _no_subject(request: RescheduleRequest) -> PlanError:
    message = expected_got("a subject of the subjects' table", request.subject)
    return PlanError(
        (Problem(Source(request.subjects), "L063", "--subject", message, "ids are compared to the character"),)
    )


def _renamed(table: TextTable, request: RescheduleRequest) -> TextTable:
    if request.renames is None:
        return table
    return renamed(table, read_renames(read_mapping_file(request.renames), request.renames), request.renames)


def _dose_warnings(request: RescheduleRequest, schedule: Schedule, moves: tuple[Move, ...]) -> list[Problem]:
    dosed = [schedule.protocol.visits[move.visit].id for move in moves if move.is_dosed and move.why is not Why.STAYS]
    if not dosed:
        return []
    message = f"a dose is given at {', '.join(dosed)}: look at product, weight and expiry again"
    return [Problem(Source(request.subjects), "W008", "", message)]


def _site_book(request: RescheduleRequest, schedule: Schedule) -> SiteBook | None:
    """The days of the subject's site; None where no site file is given.

    Raises:
        PlanError: If the site file lacks the subject's site.
    """
    if request.sites is None:
        return None
    book = load_sites(request.sites)
    site = schedule.cohort.sites[0]
    if site not in book.names:
        message = expected_got(f"one of the sites of the site file ({', '.join(book.names)})", site)
        raise PlanError((Problem(schedule.cohort.source(0), "C160", "site", message),))
    return book.only(site)


def _write_bookings(request: RescheduleRequest, schedule: Schedule, moves: tuple[Move, ...]) -> None:
    table = _bookings(request, schedule, moves)
    with open_output(request.apply_to, force=request.force) as stream:
        sink = open_sink(request.apply_form, stream, bom=False, width=None)
        sink.write(table)
        sink.close()


def _bookings(request: RescheduleRequest, schedule: Schedule, moves: tuple[Move, ...]) -> Table:
    if request.actuals is None:
        return booked_table(BOOKING_COLUMNS, [], schedule, moves, request.reason)
    with open_input(request.actuals) as (stream, name, _):
        table = read_table(stream, name)
        return booked_table(table.header, list(strict_rows(table)), schedule, moves, request.reason)
