"""A cohort's file to one of its tables, in chunks."""

from __future__ import annotations

import gc
import io
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import IO, TYPE_CHECKING

import numpy as np

from schedule import __version__
from schedule.load.cohort_file import read_table, renamed
from schedule.load.entry_rows import LEVEL_OF_NOBODY, WEIGHT_OF_NOBODY, unknown_subjects
from schedule.load.levels_file import LEVEL_COLUMNS, LevelEntry, read_levels
from schedule.load.renames_file import read_renames
from schedule.load.subjects import SubjectReader, WeightEntry, columns_passed_over, repeated_ids
from schedule.load.weights_file import WEIGHT_COLUMNS, read_weights
from schedule.model.cohort import Cohort, keep_subjects
from schedule.model.problems import OutputError, Problem, Source
from schedule.plan.prepared import prepare_from_lots
from schedule.plan.resolve import first_dose_problems
from schedule.render.sinks import Sink, open_sink
from schedule.report.about import About, named_inputs
from schedule.report.schedule_tables import assessments_table, doses_table, visits_table
from schedule.workflow.preparations import load_lots, lot_warnings
from schedule.workflow.records import FollowUpStep, deviations_of, follow_up_step, unscheduled_of
from schedule.workflow.sites import ClosedDayStep, load_sites
from schedule.workflow.store import STANDARD_INPUT, is_same_file, open_input, open_output, read_mapping_file
from schedule.workflow.table_output import write_rows
from schedule.workflow.versions import VersionReaders, Versions, joined_tables, load_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schedule.load.text_table import TextTable
    from schedule.model.preparation import LotContainer
    from schedule.model.protocol import Protocol
    from schedule.model.schedule import Schedule
    from schedule.model.timing import Horizon
    from schedule.workflow.store import Writer

    Progress = Callable[[int, int], None]

_TABLES = {
    "visits": visits_table,
    "assessments": assessments_table,
    "doses": doses_table,
    "deviations": deviations_of,
    "unscheduled": unscheduled_of,
}


@dataclass(frozen=True, slots=True)
class TableRequest:
    """What is asked of a table command.

    Attributes:
        protocol: The name of the protocol.
        subjects: The name of the subjects' file; ``-`` for standard input.
        what: ``visits``, ``assessments``, ``doses``, ``deviations`` or ``unscheduled``.
        form: One of the formats.
        weights: The name of the weights' file; None for none.
        renames: The name of the file that renames columns; None for none.
        output: The name of the output; None for standard output.
        force: Whether a file that is there already may be replaced.
        skip_bad: Whether the good rows are written where others are bad.
        bom: Whether CSV begins with a byte order mark.
        width: The terminal's width for the format ``table``; None for no terminal.
        levels: The name of the dose levels' file; None for none.
        lots: The name of the lots' file, whose containers the doses get; None for none.
        sites: The name of the site file, for closed days; None for none.
        horizon: How far cycles are planned that go on until something happens; None for none given.
        actuals: The name of the actuals file; None for none.
        as_of: The day of judgement.
        also: Names of further versions of the protocol.
    """

    protocol: str
    subjects: str
    what: str
    form: str
    weights: str | None = None
    renames: str | None = None
    output: str | None = None
    force: bool = False
    skip_bad: bool = False
    bom: bool = False
    width: int | None = None
    levels: str | None = None
    lots: str | None = None
    sites: str | None = None
    horizon: Horizon | None = None
    actuals: str | None = None
    as_of: date = date.min
    also: tuple[str, ...] = ()


@dataclass(slots=True)
class Outcome:
    """What a table command did.

    Attributes:
        subjects, visits, doses: How many were planned.
        problems: What was wrong with the input; unless bad rows are skipped, nothing was written then.
        warnings: What was passed over, or changed on the way out.
        is_written: Whether the output was written.
    """

    subjects: int = 0
    visits: int = 0
    doses: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    is_written: bool = False


class _NothingToWriteError(Exception):
    """Leaves the output unwritten; the outcome says why."""


def write_table(request: TableRequest, progress: Progress | None = None) -> Outcome:
    """Plan a cohort and write one of its tables.

    Args:
        request: What is asked.
        progress: Is told the bytes read and the bytes in all (0 where not known) after each chunk.

    Returns:
        What was done; with problems, unless bad rows are skipped, nothing was written.

    Raises:
        ScheduleError: If the protocol, a whole input or the output is refused.
    """
    _refuse_output_over_input(request)
    versions = load_versions((request.protocol, *request.also), request.horizon)
    protocol = versions.protocols[0]
    outcome = Outcome()
    lots = None if request.lots is None else load_lots(request.lots, protocol, outcome.warnings)
    further = _further_weights(request, outcome)
    following = follow_up_step(request.actuals, request.as_of)
    step = None if request.sites is None else ClosedDayStep(load_sites(request.sites))
    seen: dict[str, int] = {}
    readers = VersionReaders(
        versions,
        tuple(
            SubjectReader(
                one,
                further,
                _further_levels(request, one, outcome),
                seen,
                sites=None if step is None else step.book.names,
            )
            for one in versions.protocols
        ),
    )
    with (
        suppress(_NothingToWriteError),
        _without_collector(),
        open_output(request.output, force=request.force) as stream,
        open_input(request.subjects) as (subjects, name, size),
    ):
        whole = _kept_for_twice(subjects) if request.skip_bad else subjects
        if request.skip_bad:
            twice = repeated_ids(_renamed(read_table(whole, name), request))
            for reader in readers.readers:
                reader.twice = twice
            whole.seek(0)
        table = _renamed(read_table(_Counted(whole, size, progress), name), request)
        _write_chunks(request, readers, table, _sink(request, versions, stream), outcome, _Steps(lots, following, step))
        outcome.warnings += following.all_warnings()
        outcome.warnings += [] if step is None else step.warnings
        _require_something_to_write(request, outcome)
    return outcome


def _require_something_to_write(request: TableRequest, outcome: Outcome) -> None:
    outcome.is_written = request.skip_bad or not outcome.problems
    if not outcome.is_written:
        raise _NothingToWriteError


@contextmanager
def _without_collector() -> Iterator[None]:
    """Spare the search for cycles, of which this work makes none, and which takes a quarter of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _kept_for_twice(stream: IO[bytes]) -> IO[bytes]:
    """The stream itself where it can be read twice, else its content in memory."""
    return stream if stream.seekable() else io.BytesIO(stream.read())


class _Counted:
    """An open binary file that tells how much of it was read."""

    def __init__(self, stream: IO[bytes], size: int, progress: Progress | None) -> None:
        self._stream = stream
        self._size = size
        self._progress = progress
        self._count = 0

    def read(self, size: int = -1, /) -> bytes:
        """So many bytes or fewer; all that is left for -1."""
        content = self._stream.read(size)
        self._count += len(content)
        if self._progress is not None:
            self._progress(self._count, self._size)
        return content

    def readline(self) -> bytes:
        """The rest of a line with its end."""
        content = self._stream.readline()
        self._count += len(content)
        return content


def _renamed(table: TextTable, request: TableRequest) -> TextTable:
    if request.renames is None:
        return table
    names = read_renames(read_mapping_file(request.renames), request.renames)
    return renamed(table, names, request.renames)


def _further_weights(request: TableRequest, outcome: Outcome) -> dict[str, tuple[WeightEntry, ...]]:
    if request.weights is None:
        return {}
    with open_input(request.weights) as (stream, name, _):
        table = read_table(stream, name)
        outcome.warnings += columns_passed_over(table, WEIGHT_COLUMNS)
        return read_weights(table)


def _further_levels(request: TableRequest, protocol: Protocol, outcome: Outcome) -> dict[str, tuple[LevelEntry, ...]]:
    if request.levels is None:
        return {}
    with open_input(request.levels) as (stream, name, _):
        table = read_table(stream, name)
        outcome.warnings += columns_passed_over(table, LEVEL_COLUMNS)
        return read_levels(table, protocol)


@dataclass(frozen=True, slots=True)
class _Steps:
    """What is done with a planned cohort beside the plan.

    Attributes:
        lots: The containers at hand; None where none are named.
        following: What happened.
        closed_days: The sites' closed days; None where none are named.
    """

    lots: tuple[LotContainer, ...] | None
    following: FollowUpStep
    closed_days: ClosedDayStep | None


def _groups(
    request: TableRequest, readers: VersionReaders, table: TextTable, outcome: Outcome, steps: _Steps
) -> Iterator[list[Schedule]]:
    """The schedules of a table's subjects, chunk by chunk; what was wrong with them is in the outcome at the end."""
    for group, bad in readers.read(table):
        outcome.problems += bad
        if outcome.problems and not request.skip_bad and request.what != "doses":
            continue  # nothing will be written: the rest is read for its problems alone
        yield [_planned(protocol, cohort, request, outcome, steps) for protocol, cohort in group]
    first = readers.readers[0]
    outcome.problems += unknown_subjects(first.weights, first.seen, WEIGHT_OF_NOBODY)
    outcome.problems += unknown_subjects(first.levels, first.seen, LEVEL_OF_NOBODY)
    outcome.problems += steps.following.unknown_subjects(first.seen)
    outcome.warnings += readers.warnings


def read_schedules(request: TableRequest, protocol: Protocol) -> tuple[tuple[Schedule, ...], Outcome]:
    """The whole cohort planned, kept in memory.

    Raises:
        ScheduleError: If a whole input is refused.
    """
    outcome = Outcome()
    reader = SubjectReader(protocol, _further_weights(request, outcome), _further_levels(request, protocol, outcome))
    readers = VersionReaders(Versions((protocol,)), (reader,))
    steps = _Steps(None, follow_up_step(None, request.as_of), None)
    with open_input(request.subjects) as (subjects, name, _):
        whole = _kept_for_twice(subjects) if request.skip_bad else subjects
        if request.skip_bad:
            reader.twice = repeated_ids(_renamed(read_table(whole, name), request))
            whole.seek(0)
        table = _renamed(read_table(whole, name), request)
        groups = _groups(request, readers, table, outcome, steps)
        return tuple(schedule for group in groups for schedule in group), outcome


def _write_chunks(
    request: TableRequest,
    readers: VersionReaders,
    table: TextTable,
    sink: Sink,
    outcome: Outcome,
    steps: _Steps,
) -> None:
    kept: list[list[Schedule]] = []
    for schedules in _groups(request, readers, table, outcome, steps):
        if steps.lots is not None:
            kept.append(schedules)  # containers are promised over all subjects, by date
        elif request.skip_bad or not outcome.problems:
            _write_group(sink, schedules, request)
    if steps.lots is not None and kept and (request.skip_bad or not outcome.problems):
        prepared, allocation = prepare_from_lots([schedule for group in kept for schedule in group], steps.lots)
        outcome.warnings += lot_warnings(allocation, request.lots or "")
        in_turn = iter(prepared)
        for schedules in kept:
            _write_group(sink, list(islice(in_turn, len(schedules))), request)
    sink.close()
    if sink.guarded:
        message = f"{sink.guarded:,} texts that a spreadsheet would run as a formula begin with an apostrophe now"
        outcome.warnings.append(Problem(Source(request.output or "<stdout>"), "W003", "", message))


def _write_group(sink: Sink, schedules: list[Schedule], request: TableRequest) -> None:
    """Write the table of subjects that were read together, whichever version each is planned by."""
    tables = [_TABLES[request.what](schedule) for schedule in schedules]
    table = joined_tables(tables, [schedule.cohort for schedule in schedules])
    write_rows(sink, table, request.output, request.form)


def _sink(request: TableRequest, versions: Versions, stream: Writer) -> Sink:
    about = _about(request, versions)
    return open_sink(request.form, stream, bom=request.bom, width=request.width, about=about)


def _about(request: TableRequest, versions: Versions) -> About:
    """What makes a table, for formats that say it."""
    inputs = named_inputs(
        ("protocol", request.protocol),
        *(("protocol", name) for name in request.also),
        ("subjects", STANDARD_INPUT if request.subjects == "-" else request.subjects),
        ("weights", request.weights),
        ("levels", request.levels),
        ("lots", request.lots),
        ("sites", request.sites),
        ("actuals", request.actuals),
        ("names of columns", request.renames),
    )
    return About(versions.protocols, f"dosecal {__version__}", request.as_of, inputs)


def _refuse_output_over_input(request: TableRequest) -> None:
    """Refuse an output that would take the place of what it is made from.

    Raises:
        OutputError: If the output is one of the inputs.
    """
    inputs = (
        *(request.protocol, request.subjects, request.weights, request.renames),
        *(request.levels, request.lots, request.sites, request.actuals),
        *request.also,
    )
    if request.output is not None and any(is_same_file(request.output, name) for name in inputs if name):
        message = "expected another file than the inputs, got one of them"
        raise OutputError((Problem(Source(request.output), "O005", "", message),))


def _planned(protocol: Protocol, cohort: Cohort, request: TableRequest, outcome: Outcome, steps: _Steps) -> Schedule:
    """The schedule of a cohort, without the subjects whose first dose can't be worked out where doses are asked for."""
    following = steps.following
    schedule, wrong_rows = following.plan(protocol, cohort)
    if wrong_rows:
        outcome.problems += wrong_rows
        cohort = keep_subjects(cohort, ~following.are_concerned(cohort, wrong_rows))
        schedule, _ = following.plan(protocol, cohort)
    problems = first_dose_problems(schedule) if request.what == "doses" else ()
    if problems:
        outcome.problems += problems
        bad = np.isin(cohort.line, [problem.source.line for problem in problems])
        schedule, _ = following.plan(protocol, keep_subjects(cohort, ~bad))
    outcome.subjects += len(schedule.cohort)
    outcome.visits += len(schedule.visits)
    outcome.doses += len(schedule.doses)
    return schedule if steps.closed_days is None else steps.closed_days.apply(schedule)
