"""A cohort's file to its schedules, chunk by chunk: what every output of a cohort is made from.

Conventions: everything that goes with the subjects (weights, levels, lots, sites, what happened, further versions) is
joined here, once, so that a table, a page and a file for another system say the same.
"""

from __future__ import annotations

import gc
import io
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import IO, TYPE_CHECKING

import numpy as np

from dosecal import __version__
from dosecal.load.cohort_file import read_table, renamed
from dosecal.load.csv_rows import CUT_CODES
from dosecal.load.entry_rows import LEVEL_OF_NOBODY, WEIGHT_OF_NOBODY, unknown_subjects
from dosecal.load.levels_file import LEVEL_COLUMNS, LevelEntry, read_levels
from dosecal.load.renames_file import read_renames
from dosecal.load.subjects import SubjectReader, WeightEntry, columns_passed_over, repeated_ids
from dosecal.load.weights_file import WEIGHT_COLUMNS, read_weights
from dosecal.model.cohort import Cohort, keep_subjects
from dosecal.model.problems import OutputError, Problem, Source
from dosecal.planning.prepared import prepare_from_lots
from dosecal.planning.resolve import first_dose_problems
from dosecal.report.about import About, named_inputs
from dosecal.workflow.preparations import load_lots, lot_warnings
from dosecal.workflow.records import FollowUpStep, follow_up_step
from dosecal.workflow.sites import ClosedDayStep, load_sites
from dosecal.workflow.store import STANDARD_INPUT, is_same_file, open_input, read_mapping_file
from dosecal.workflow.versions import VersionReaders, load_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dosecal.load.text_table import TextTable
    from dosecal.model.preparation import LotContainer
    from dosecal.model.protocol import Protocol
    from dosecal.model.schedule import Schedule
    from dosecal.model.timing import Horizon
    from dosecal.workflow.versions import Versions

    Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What a cohort is planned from.

    Attributes:
        protocol: The name of the protocol.
        subjects: The name of the subjects' file; ``-`` for standard input.
        weights: The name of the weights' file; None for none.
        renames: The name of the file that renames columns; None for none.
        levels: The name of the dose levels' file; None for none.
        lots: The name of the lots' file, whose containers the doses get; None for none.
        sites: The name of the site file, for closed days; None for none.
        horizon: How far cycles are planned that go on until something happens; None for none given.
        actuals: The name of the actuals file; None for none.
        as_of: The day of judgement.
        also: Names of further versions of the protocol.
        skip_bad: Whether the good rows are planned where others are bad.
        needs_doses: Whether a first dose that can't be worked out is a problem.
    """

    protocol: str
    subjects: str
    weights: str | None = None
    renames: str | None = None
    levels: str | None = None
    lots: str | None = None
    sites: str | None = None
    horizon: Horizon | None = None
    actuals: str | None = None
    as_of: date = date.min
    also: tuple[str, ...] = ()
    skip_bad: bool = False
    needs_doses: bool = False

    @property
    def named_inputs(self) -> tuple[tuple[str, str], ...]:
        """What is read, each with what it is, in the order in which an output names them."""
        return named_inputs(
            ("protocol", self.protocol),
            *(("protocol", name) for name in self.also),
            ("subjects", STANDARD_INPUT if self.subjects == "-" else self.subjects),
            ("weights", self.weights),
            ("levels", self.levels),
            ("lots", self.lots),
            ("sites", self.sites),
            ("actuals", self.actuals),
            ("names of columns", self.renames),
        )

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of all that is read, in the order in which an output names them."""
        names = (self.protocol, *self.also, self.subjects, self.weights, self.levels, self.lots, self.sites)
        return tuple(name for name in (*names, self.actuals, self.renames) if name)


@dataclass(slots=True)
class Outcome:
    """What was done with a cohort.

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

    @property
    def is_cut(self) -> bool:
        """Whether a part of the subjects could not be read, so that it is not known who is missing."""
        return any(problem.code in CUT_CODES for problem in self.problems)


class CohortPlan:
    """A cohort that is about to be planned: everything but the subjects themselves is read.

    Attributes:
        request: What it is planned from.
        versions: The versions of the protocol.
        outcome: What was done so far; whole when the schedules have been read to their end.
        promised: The containers that each dose got, by its row among the doses of all schedules in turn; None without
            lots, and before the first schedule is given.
    """

    def __init__(self, request: PlanRequest) -> None:
        """Read all that goes with the subjects.

        Raises:
            ScheduleError: If the protocol or a whole input is refused.
        """
        self.request = request
        self.outcome = Outcome()
        self.promised: dict[int, tuple[LotContainer, ...]] | None = None
        self.versions: Versions = load_versions((request.protocol, *request.also), request.horizon)
        self._lots: tuple[LotContainer, ...] | None = None
        if request.lots is not None:
            self._lots = load_lots(request.lots, self.versions.protocols[0], self.outcome.warnings)
        further = _further_weights(request, self.outcome)
        self._following: FollowUpStep = follow_up_step(request.actuals, request.as_of)
        self._closed_days = None if request.sites is None else ClosedDayStep(load_sites(request.sites))
        seen: dict[str, int] = {}
        sites = None if self._closed_days is None else self._closed_days.book.names
        self._readers = VersionReaders(
            self.versions,
            tuple(
                SubjectReader(one, further, _further_levels(request, one, self.outcome), seen, sites=sites)
                for one in self.versions.protocols
            ),
        )

    @property
    def protocol(self) -> Protocol:
        """The version that was named first."""
        return self.versions.protocols[0]

    @property
    def about(self) -> About:
        """What makes an output of the cohort, for formats that say it."""
        return About(self.versions.protocols, f"dosecal {__version__}", self.request.as_of, self.request.named_inputs)

    @property
    def may_be_written(self) -> bool:
        """Whether something may be written of what was read so far: bad rows may be skipped, rows not read may not."""
        return not self.outcome.problems or (self.request.skip_bad and not self.outcome.is_cut)

    def groups(self, progress: Progress | None = None) -> Iterator[list[Schedule]]:
        """The schedules of the subjects: those that were read together, a schedule a version.

        With lots, all are planned before the first is given, since containers are promised by date over all subjects.

        Args:
            progress: Is told the bytes read and the bytes in all (0 where not known) after each chunk.

        Raises:
            ScheduleError: If a whole input is refused.
        """
        with _without_collector(), open_input(self.request.subjects) as (subjects, name, size):
            whole = _kept_for_twice(subjects) if self.request.skip_bad else subjects
            if self.request.skip_bad:
                twice = repeated_ids(_renamed(read_table(whole, name), self.request))
                for reader in self._readers.readers:
                    reader.twice = twice
                whole.seek(0)
            table = _renamed(read_table(_Counted(whole, size, progress), name), self.request)
            yield from self._planned(table) if self._lots is None else self._prepared(table, self._lots)
        self.outcome.warnings += self._following.all_warnings()
        self.outcome.warnings += [] if self._closed_days is None else self._closed_days.warnings

    def _planned(self, table: TextTable) -> Iterator[list[Schedule]]:
        """The schedules, chunk by chunk; what was wrong with the subjects is in the outcome at the end."""
        outcome, readers = self.outcome, self._readers
        for group, bad in readers.read(table):
            outcome.problems += bad
            if not self.may_be_written and not self.request.needs_doses:
                continue  # nothing will be written: the rest is read for its problems alone
            yield [self._schedule(protocol, cohort) for protocol, cohort in group]
        first = readers.readers[0]
        outcome.problems += unknown_subjects(first.weights, first.seen, WEIGHT_OF_NOBODY)
        outcome.problems += unknown_subjects(first.levels, first.seen, LEVEL_OF_NOBODY)
        outcome.problems += self._following.unknown_subjects(first.seen)
        outcome.warnings += readers.warnings

    def _prepared(self, table: TextTable, lots: tuple[LotContainer, ...]) -> Iterator[list[Schedule]]:
        """All schedules with their doses made up from the lots at hand."""
        kept = list(self._planned(table))
        if not kept or not self.may_be_written:
            return
        prepared, allocation = prepare_from_lots([schedule for group in kept for schedule in group], lots)
        self.promised = allocation.promised
        self.outcome.warnings += lot_warnings(allocation, self.request.lots or "")
        in_turn = iter(prepared)
        for schedules in kept:
            yield list(islice(in_turn, len(schedules)))

    def _schedule(self, protocol: Protocol, cohort: Cohort) -> Schedule:
        """A cohort's schedule; where doses are needed, without the subjects whose first one can't be worked out."""
        following, outcome = self._following, self.outcome
        schedule, wrong_rows = following.plan(protocol, cohort)
        if wrong_rows:
            outcome.problems += wrong_rows
            cohort = keep_subjects(cohort, ~following.are_concerned(cohort, wrong_rows))
            schedule, _ = following.plan(protocol, cohort)
        problems = first_dose_problems(schedule) if self.request.needs_doses else ()
        if problems:
            outcome.problems += problems
            bad = np.isin(cohort.line, [problem.source.line for problem in problems])
            schedule, _ = following.plan(protocol, keep_subjects(cohort, ~bad))
        outcome.subjects += len(schedule.cohort)
        outcome.visits += len(schedule.visits)
        outcome.doses += len(schedule.doses)
        return schedule if self._closed_days is None else self._closed_days.apply(schedule)


def refuse_output_over_input(output: str | None, inputs: tuple[str, ...]) -> None:
    """Refuse an output that would take the place of what it is made from.

    Raises:
        OutputError: If the output is one of the inputs.
    """
    if output is not None and any(is_same_file(output, name) for name in inputs):
        message = "expected another file than the inputs, got one of them"
        raise OutputError((Problem(Source(output), "O005", "", message),))


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


def _renamed(table: TextTable, request: PlanRequest) -> TextTable:
    if request.renames is None:
        return table
    names = read_renames(read_mapping_file(request.renames), request.renames)
    return renamed(table, names, request.renames)


def _further_weights(request: PlanRequest, outcome: Outcome) -> dict[str, tuple[WeightEntry, ...]]:
    if request.weights is None:
        return {}
    with open_input(request.weights) as (stream, name, _):
        table = read_table(stream, name)
        outcome.warnings += columns_passed_over(table, WEIGHT_COLUMNS)
        return read_weights(table)


def _further_levels(request: PlanRequest, protocol: Protocol, outcome: Outcome) -> dict[str, tuple[LevelEntry, ...]]:
    if request.levels is None:
        return {}
    with open_input(request.levels) as (stream, name, _):
        table = read_table(stream, name)
        outcome.warnings += columns_passed_over(table, LEVEL_COLUMNS)
        return read_levels(table, protocol)
