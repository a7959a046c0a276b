"""The one composition: from the inputs to the schedules that every output is made from.

Conventions: everything that goes with the subjects (versions, weights, levels, lots, sites, what happened) is joined
here and nowhere else, so that a table, a page, a work list, a file for another system and a frame say the same. Data
goes through in chunks; what needs all subjects at once (containers, which are promised by date) waits for them.
"""

from __future__ import annotations

import gc
import io
from contextlib import contextmanager
from itertools import islice
from typing import IO, TYPE_CHECKING

import numpy as np

from dosecal import __version__
from dosecal.app.composition.blinding import as_shown
from dosecal.app.composition.closed_days import ClosedDayStep, load_sites
from dosecal.app.composition.dose_warnings import DoseWarnings, lot_warnings
from dosecal.app.composition.inputs import TableContent
from dosecal.app.composition.protocols import load_for_planning, require_horizon
from dosecal.app.composition.records import follow_up_step
from dosecal.app.composition.studies import ReadCohort, Studies, StudyReaders
from dosecal.app.files.store import open_input, read_mapping_file
from dosecal.load.tables.cohort_file import open_table, read_table, renamed
from dosecal.load.tables.containers_file import CONTAINER_COLUMNS, read_containers
from dosecal.load.tables.csv_rows import CUT_CODES
from dosecal.load.tables.entry_rows import LEVEL_OF_NOBODY, WEIGHT_OF_NOBODY, no_such_subject, unknown_subjects
from dosecal.load.tables.levels_file import LEVEL_COLUMNS, LevelEntry, read_levels
from dosecal.load.tables.lots_file import LOT_COLUMNS, read_lots
from dosecal.load.tables.renames_file import read_renames
from dosecal.load.tables.subjects import SubjectReader, WeightEntry, columns_passed_over, repeated_ids
from dosecal.load.tables.table_reading import STRICT
from dosecal.load.tables.typed_tables import frame_table
from dosecal.load.tables.weights_file import WEIGHT_COLUMNS, read_weights
from dosecal.model.cohort import Cohort, keep_subjects
from dosecal.model.problems import CohortError, PlanError, Problem, Source
from dosecal.model.protocol import Protocol
from dosecal.model.struct import Struct, field, replace
from dosecal.planning.masking import masked
from dosecal.planning.product.accounts import Accounts, accounts_of
from dosecal.planning.product.prepared import prepare_from_lots
from dosecal.planning.resolve import first_dose_problems
from dosecal.report.calendars.about import About, named_inputs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from dosecal.app.composition.inputs import ArrowStream, Inputs, Interchange, ProtocolSource, TableSource
    from dosecal.app.composition.records import FollowUpStep
    from dosecal.load.sites.site_calendars import SiteBook
    from dosecal.load.tables.table_reading import TableReading
    from dosecal.load.tables.text_blocks import ByteSource
    from dosecal.load.tables.text_chunks import TextChunk
    from dosecal.load.tables.text_table import TextTable
    from dosecal.model.preparation import LotContainer
    from dosecal.model.schedule import Schedule

    Progress = Callable[[int, int], None]


class NothingToWriteError(Exception):
    """Leaves an output unwritten; the outcome says why."""


class Outcome(Struct):
    """What was done with a cohort.

    Attributes:
        subjects, visits, doses: How many were planned; of the doses those that the reader may know of.
        hides_doses: Whether there may be others, of blinded arms.
        problems: What was wrong with the input; unless bad rows are skipped, nothing was written then.
        warnings: What was passed over, or changed on the way out.
        is_written: Whether the output was written.
    """

    subjects: int = 0
    visits: int = 0
    doses: int = 0
    hides_doses: bool = False
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    is_written: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether a part of the subjects could not be read, so that it is not known who is missing."""
        return any(problem.code in CUT_CODES for problem in self.problems)


class Purpose(Struct, frozen=True, kw_only=True):
    """What a plan is for, as far as that changes what is a problem; never what comes out.

    Attributes:
        needs_doses: Whether a first dose that can't be worked out is a problem.
        judges: Whether every visit has a status, where nothing is on record, too.
        several_studies: Whether the protocols may be those of several studies.
        any_version: Whether a subject is planned whose ``protocol_version`` is another one.
        on_open_days: Whether visits are planned on the open days of the sites; otherwise only the sites are known.
        reveals: Whether it tells doses by its nature, so that a blinded trial's are not hidden.
        promises: Whether each dose gets containers of the lots; otherwise the lots are read and no more.
    """

    needs_doses: bool = False
    judges: bool = False
    several_studies: bool = False
    any_version: bool = False
    on_open_days: bool = True
    reveals: bool = False
    promises: bool = True


ANY_PURPOSE = Purpose()
DOSING = Purpose(needs_doses=True, reveals=True)
SHEETS = Purpose(reveals=True)
FORECAST = Purpose(needs_doses=True, reveals=True, promises=False)


class Composition:
    """A cohort that is about to be planned: everything but the subjects themselves is read.

    Attributes:
        inputs: What it is planned from.
        purpose: What for.
        studies: The versions of the protocol, or of several.
        outcome: What was done so far; whole when the schedules have been read to their end.
        book: The sites; None where no site file is given.
        lots: The containers at hand; None where none are given.
        accounts: What became of them, as far as that is on record.
        promised: The containers that each dose got, by its row among the doses of all schedules in turn; None without
            lots, and before the first schedule is given.
    """

    def __init__(self, inputs: Inputs, purpose: Purpose = ANY_PURPOSE) -> None:
        """Read all that goes with the subjects.

        Raises:
            ScheduleError: If the protocol or a whole input is refused.
        """
        self.inputs = inputs
        self.purpose = purpose
        self.outcome = Outcome(warnings=[*inputs.notes])
        self.promised: dict[int, tuple[LotContainer, ...]] | None = None
        self.studies = load_studies(inputs, several=purpose.several_studies)
        self._shown, of_blinding = as_shown(self.studies.protocols, is_unblinded=self._is_unblinded)
        self.outcome.warnings += of_blinding
        self.outcome.hides_doses = any(one.is_masked for one in self._shown)
        self._dose_warnings = DoseWarnings()
        self.lots = self._read_lots()
        self.accounts = self._read_containers()
        weights, levels = self._read_weights(), self._read_levels()
        with self._opened(inputs.actuals) as actuals:
            self._following: FollowUpStep = follow_up_step(
                actuals, inputs.as_of, judges=purpose.judges, is_hidden=not self._is_unblinded
            )
        self.book: SiteBook | None = None if inputs.sites is None else load_sites(inputs.sites)
        self._closed_days = ClosedDayStep(self.book) if self.book is not None and purpose.on_open_days else None
        seen: dict[str, int] = {}
        sites = None if self.book is None else self.book.names
        self._readers = StudyReaders(
            self.studies,
            tuple(
                SubjectReader(one, weights, levels, seen, sites=sites, any_version=purpose.any_version)
                for one in self.studies.protocols
            ),
            looks_back=inputs.actuals is not None and not purpose.any_version,
        )

    @property
    def protocol(self) -> Protocol:
        """The protocol that was named first, as the reader may see it."""
        return self.protocols[0]

    @property
    def protocols(self) -> tuple[Protocol, ...]:
        """All protocols, in the order in which they were named, as the reader may see them."""
        return self._shown

    @property
    def _promised(self) -> tuple[LotContainer, ...] | None:
        """The containers that the doses get; None where there are none to be promised."""
        return self.lots if self.purpose.promises else None

    @property
    def _is_unblinded(self) -> bool:
        return self.inputs.unblinded or self.purpose.reveals

    @property
    def about(self) -> About:
        """What makes an output of the cohort, for formats that say it."""
        inputs = named_inputs(*self.inputs.named)
        return About(self.protocols, f"dosecal {__version__}", self.inputs.judged_on, inputs)

    @property
    def may_be_written(self) -> bool:
        """Whether something may be written of what was read so far: bad rows may be skipped, rows not read may not."""
        return not self.outcome.problems or (self.inputs.skip_bad and not self.outcome.is_cut)

    def groups(self, progress: Progress | None = None) -> Iterator[list[Schedule]]:
        """The schedules of the subjects: those that were read together, a schedule a version.

        With lots, all are planned before the first is given, since containers are promised by date over all subjects.

        Args:
            progress: Is told the bytes read and the bytes in all (0 where not known) after each chunk.

        Raises:
            ScheduleError: If a whole input is refused, or there is no subject with the id that is asked for.
        """
        with _without_collector(), self._subjects(progress) as table:
            for group in self._planned(table) if self._promised is None else self._prepared(table, self._promised):
                for schedule in group if self.purpose.reveals else ():
                    self._dose_warnings.look_at(schedule)
                shown = group if self._is_unblinded else [masked(schedule) for schedule in group]
                for schedule in shown:
                    self.outcome.doses += len(schedule.doses)
                    if self._closed_days is not None:
                        self._closed_days.look_at(schedule)
                yield shown
        self.outcome.warnings += self._following.all_warnings()
        self.outcome.warnings += [] if self._closed_days is None else self._closed_days.warnings
        self.outcome.warnings += self._dose_warnings.warnings

    def schedules(self) -> tuple[Schedule, ...]:
        """The schedules of all subjects at once, in the order of the input for each version.

        Raises:
            ScheduleError: If anything is refused, unless bad rows are skipped.
        """
        schedules = tuple(schedule for group in self.groups() for schedule in group)
        self.require_no_problem()
        return schedules

    def require_no_problem(self) -> None:
        """See that all that was read so far may be used.

        Raises:
            ScheduleError: With all problems, unless bad rows are skipped.
        """
        if not self.may_be_written:
            raise refusal_of(self.outcome.problems)

    @contextmanager
    def _subjects(self, progress: Progress | None) -> Iterator[TextTable]:
        """The table of the subjects."""
        source = self.inputs.subjects
        if not isinstance(source, str):
            table = self._at_hand(source)
            if self.inputs.skip_bad:
                chunks = list(table.chunks)  # a stream is read once
                self._know_twice(replace(table, chunks=iter(chunks)))
                table = replace(table, chunks=iter(chunks))
            yield self._renamed(table)
            return
        opener = _Opener(progress)
        if self.inputs.skip_bad:
            with open_table(source, opener.open_to_keep, self._reading) as table:
                self._know_twice(table)
        with open_table(source, opener.open, self._reading) as table:
            yield self._renamed(table)

    def _know_twice(self, table: TextTable) -> None:
        """Tell the readers which ids stand twice, where bad rows are skipped: then every row of such an id is bad."""
        if self.inputs.skip_bad:
            twice = repeated_ids(self._renamed(table))
            for reader in self._readers.readers:
                reader.twice = twice

    def _planned(self, table: TextTable) -> Iterator[list[Schedule]]:
        """The schedules, chunk by chunk; what was wrong with the subjects is in the outcome at the end."""
        outcome, readers, own = self.outcome, self._readers, _OneSubject(self.inputs.subject)
        watched = own.watched(table)
        for group, bad in readers.read(watched):
            outcome.problems += own.concerned(bad, all_count=self._promised is not None)
            kept = group if self._promised is not None else [own.alone(read) for read in group]
            parts = [self._schedules(read) for read in kept if len(read.cohort) or own.id is None]
            if self.may_be_written:  # else the rest is planned for its problems alone
                yield [schedule for schedules in parts for schedule in schedules]
        first = readers.readers[0]
        outcome.problems += unknown_subjects(first.weights, first.seen, WEIGHT_OF_NOBODY)
        outcome.problems += unknown_subjects(first.levels, first.seen, LEVEL_OF_NOBODY)
        outcome.problems += self._following.unknown_subjects(first.seen)
        outcome.warnings += [*readers.warnings, *own.warnings(table.file)]
        if own.id is not None and not own.places and not outcome.problems:
            raise PlanError((no_such_subject(Source(table.file), "L040", "--subject", own.id),))

    def _prepared(self, table: TextTable, lots: tuple[LotContainer, ...]) -> Iterator[list[Schedule]]:
        """All schedules with their doses made up from the lots at hand."""
        kept = list(self._planned(table))
        if not kept or not self.may_be_written:
            return
        schedules = [schedule for group in kept for schedule in group]
        prepared, allocation = prepare_from_lots(schedules, lots, self.accounts)
        self.promised = allocation.promised
        known = {product.id for one in self.protocols for product in one.products}
        self.outcome.warnings += lot_warnings(allocation, _name_of(self.inputs.lots), known)
        in_turn = iter(prepared)
        for schedules in kept:
            yield list(islice(in_turn, len(schedules)))

    def _schedules(self, read: ReadCohort) -> list[Schedule]:
        """A cohort's schedules, one a version in force; without the subjects of whom something is wrong.

        Where doses are needed, these are also those whose first dose can't be worked out.
        """
        following, outcome = self._following, self.outcome
        schedules, wrong_rows = following.plan_over_time(read)
        bad = following.concerned(wrong_rows)
        unplanned = self._first_dose_problems(schedules, bad)
        outcome.problems += [*wrong_rows, *unplanned]
        if wrong_rows or unplanned:
            lines = {problem.source.line for problem in unplanned}
            bad |= {one for one, line in zip(read.cohort.ids, read.cohort.line.tolist(), strict=True) if line in lines}
            schedules, _ = following.plan_over_time(only_subjects(read, lambda one: one not in bad))
        outcome.subjects += len(schedules[-1].cohort)
        outcome.visits += sum(len(schedule.visits) for schedule in schedules)
        step = self._closed_days
        return schedules if step is None else [step.apply(schedule) for schedule in schedules]

    def _first_dose_problems(self, schedules: list[Schedule], bad: set[str]) -> list[Problem]:
        """The first doses that can't be worked out, where doses are needed, of subjects that are not bad already."""
        if not self.purpose.needs_doses:
            return []
        problems: list[Problem] = []
        for schedule in schedules:
            lines = {
                line for one, line in zip(schedule.cohort.ids, schedule.cohort.line.tolist(), strict=True) if one in bad
            }
            problems += [one for one in first_dose_problems(schedule) if one.source.line not in lines]
        return problems

    @property
    def _reading(self) -> TableReading:
        return self.inputs.reading or STRICT

    @contextmanager
    def _opened(self, source: TableSource | None) -> Iterator[TextTable | None]:
        """A whole input table; None where it is not given."""
        if source is None:
            yield None
        elif isinstance(source, str):
            with open_table(source, open_input, self._reading) as table:
                yield table
        else:
            yield self._at_hand(source)

    def _at_hand(self, source: TableContent | pd.DataFrame | ArrowStream | Interchange) -> TextTable:
        """The table of what is in memory: the bytes of a file, or a frame."""
        if isinstance(source, TableContent):
            return read_table(io.BytesIO(source.content), source.name, self._reading)
        return frame_table(source, self._reading)

    def _renamed(self, table: TextTable) -> TextTable:
        if self.inputs.renames is None:
            return table
        names = read_renames(read_mapping_file(self.inputs.renames), self.inputs.renames)
        return renamed(table, names, self.inputs.renames)

    def _read_lots(self) -> tuple[LotContainer, ...] | None:
        with self._opened(self.inputs.lots) as table:
            if table is None:
                return None
            self.outcome.warnings += columns_passed_over(table, LOT_COLUMNS)
            return read_lots(table, *self.studies.protocols)

    def _read_containers(self) -> Accounts:
        """What became of the lots' containers; nothing where no record of them is given."""
        with self._opened(self.inputs.containers) as table:
            if table is None:
                return Accounts()
            self.outcome.warnings += columns_passed_over(table, CONTAINER_COLUMNS)
            return accounts_of(read_containers(table, self.lots or ()))

    def _read_weights(self) -> dict[str, tuple[WeightEntry, ...]]:
        with self._opened(self.inputs.weights) as table:
            if table is None:
                return {}
            self.outcome.warnings += columns_passed_over(table, WEIGHT_COLUMNS)
            return read_weights(table)

    def _read_levels(self) -> dict[str, tuple[LevelEntry, ...]]:
        with self._opened(self.inputs.levels) as table:
            if table is None:
                return {}
            self.outcome.warnings += columns_passed_over(table, LEVEL_COLUMNS)
            return read_levels(table)


def load_studies(inputs: Inputs, *, several: bool = False) -> Studies:
    """The protocols of the inputs, as far as they are to be planned.

    Args:
        inputs: The inputs.
        several: Whether they may be those of several studies.

    Raises:
        ProtocolError: If one of them can't be read.
        PlanError: If one is there twice, they are not of one study, or cycles go on without an end or a horizon.
    """
    return Studies.of([_loaded(one, inputs) for one in inputs.protocols], several=several)


def _loaded(source: ProtocolSource, inputs: Inputs) -> Protocol:
    if not isinstance(source, Protocol):
        return load_for_planning(source, inputs.horizon)
    require_horizon(source)
    return source


def shown_protocols(inputs: Inputs) -> tuple[tuple[Protocol, ...], list[Problem]]:
    """The protocols of an output that needs no subjects, as its reader may see them, and what is to be said of that.

    Raises:
        ScheduleError: If one of them is refused.
    """
    return as_shown(load_studies(inputs).protocols, is_unblinded=inputs.unblinded)


def refusal_of(problems: list[Problem]) -> CohortError | PlanError:
    """The refusal of all problems: of the plan where every row could be read, else of the rows."""
    kind = PlanError if all(problem.code.startswith("L") for problem in problems) else CohortError
    return kind(tuple(problems))


def _name_of(source: TableSource | None) -> str:
    if isinstance(source, TableContent):
        return source.name
    return source if isinstance(source, str) else "<frame>"


def only_subjects(read: ReadCohort, is_kept: Callable[[str], bool]) -> ReadCohort:
    """Some of the subjects alone, by their ids."""

    def kept(cohort: Cohort) -> Cohort:
        return keep_subjects(cohort, np.array([is_kept(one) for one in cohort.ids], dtype=np.bool_))

    return ReadCohort(
        read.protocol, kept(read.cohort), tuple((protocol, kept(cohort)) for protocol, cohort in read.earlier)
    )


class _OneSubject(Struct):
    """The subject that is asked for alone, if one is: the lines on which it stands, and what was wrong beside it.

    Attributes:
        id: The id; None for all subjects.
        places: The files and lines of the subject, as they are met.
        files: The files of the subjects, as they are met; what is wrong in any other counts.
        passed_over: How many problems there were in the rows of others.
    """

    id: str | None
    places: set[tuple[str, int]] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    passed_over: int = 0

    def watched(self, table: TextTable) -> TextTable:
        """The table, whose chunks tell on their way on which lines the subject stands."""
        if self.id is None or "subject_id" not in table.header:
            return table
        return replace(table, chunks=self._watch(table, table.header.index("subject_id")))

    def _watch(self, table: TextTable, column: int) -> Iterator[TextChunk]:
        for chunk in table.chunks:
            if chunk.lines:
                ids, file = chunk.texts(column), chunk.place(0, 0).file
                self.files.add(file)
                self.places |= {(file, line) for line, text in zip(chunk.lines, ids, strict=True) if text == self.id}
            yield chunk

    def concerned(self, problems: list[Problem], *, all_count: bool) -> list[Problem]:
        """The problems that count; those in rows of others are passed over unless all count."""
        if self.id is None or all_count:
            return problems
        # where a part was not read, the subject may stand once more
        own = [one for one in problems if self._counts(one)]
        self.passed_over += len(problems) - len(own)
        return own

    def _counts(self, problem: Problem) -> bool:
        file, line = problem.source.file, problem.source.line
        return file not in self.files or (file, line) in self.places or problem.code in CUT_CODES

    def alone(self, read: ReadCohort) -> ReadCohort:
        """The subject alone of what was read; nobody where it has others."""
        return read if self.id is None else only_subjects(read, lambda one: one == self.id)

    def warnings(self, file: str) -> list[Problem]:
        """That problems of others were passed over."""
        if not self.passed_over:
            return []
        message = f"problems in the rows of other subjects are passed over: {self.passed_over:,}"
        return [Problem(Source(file), "W040", "", message, "dosecal doses names them")]


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


class _Opener:
    """Opens the files of the subjects, and tells how much of them was read."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._kept: dict[str, tuple[bytes, str]] = {}

    @contextmanager
    def open_to_keep(self, name: str) -> Iterator[tuple[IO[bytes], str, int]]:
        """A file that is opened once more; what can be read only once is kept in memory."""
        with open_input(name) as (stream, shown, size):
            if stream.seekable():
                start = stream.tell()
                yield stream, shown, size
                stream.seek(start)  # standard input is one stream, however often it is opened
                return
            self._kept[name] = (stream.read(), shown)
        yield io.BytesIO(self._kept[name][0]), shown, size

    @contextmanager
    def open(self, name: str) -> Iterator[tuple[ByteSource, str, int]]:
        """A file that tells how much of it was read."""
        if name in self._kept:
            content, shown = self._kept.pop(name)
            yield _Counted(io.BytesIO(content), len(content), self._progress), shown, len(content)
            return
        with open_input(name) as (stream, shown, size):
            yield _Counted(stream, size, self._progress), shown, size


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
