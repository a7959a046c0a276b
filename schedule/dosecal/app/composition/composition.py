"""The one composition: from the inputs to the schedules that every output is made from.

Conventions: everything that goes with the subjects (versions, weights, levels, lots, sites, what happened) is joined
here and nowhere else, so that a table, a page, a work list, a file for another system and a frame say the same. Data
goes through in chunks; what needs all subjects at once (containers, which are promised by date) waits for them.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from dosecal import __version__
from dosecal.app.composition.blinding import as_shown
from dosecal.app.composition.closed_days import ClosedDayStep, load_sites
from dosecal.app.composition.dose_warnings import DoseWarnings, lot_warnings
from dosecal.app.composition.input_tables import opened_table, subject_table
from dosecal.app.composition.inputs import name_of
from dosecal.app.composition.one_subject import OneSubject, only_subjects
from dosecal.app.composition.protocols import load_for_planning, require_horizon
from dosecal.app.composition.purpose import ANY_PURPOSE, Outcome, Purpose
from dosecal.app.composition.records import follow_up_step
from dosecal.app.composition.studies import Studies, StudyReaders
from dosecal.load.tables.arms_file import ARM_COLUMNS, read_arms
from dosecal.load.tables.containers_file import CONTAINER_COLUMNS, read_containers
from dosecal.load.tables.levels_file import LEVEL_COLUMNS, read_levels
from dosecal.load.tables.lots_file import LOT_COLUMNS, read_lots
from dosecal.load.tables.subjects import (
    LEVEL_OF_NOBODY,
    WEIGHT_OF_NOBODY,
    MetSubjects,
    SubjectReader,
    no_such_subject,
    repeated_ids,
    unknown_subjects,
)
from dosecal.load.tables.table_header import columns_passed_over
from dosecal.load.tables.weights_file import WEIGHT_COLUMNS, read_weights
from dosecal.model.problems import CohortError, PlanError, Problem, Source
from dosecal.model.protocol import Protocol
from dosecal.planning.masking import masked
from dosecal.planning.product.accounts import Accounts, accounts_of
from dosecal.planning.product.prepared import prepare_from_lots
from dosecal.planning.resolve import first_dose_problems
from dosecal.report.calendars.about import About, named_inputs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dosecal.app.composition.input_tables import Progress
    from dosecal.app.composition.inputs import Inputs, TableSource
    from dosecal.app.composition.records import FollowUpStep
    from dosecal.app.composition.studies import ReadCohort
    from dosecal.load.columns import Column
    from dosecal.load.sites.site_calendars import SiteBook
    from dosecal.load.tables.text_table import TextTable
    from dosecal.model.cohort import Cohort
    from dosecal.model.preparation import LotContainer
    from dosecal.model.schedule import Schedule

Entries = TypeVar("Entries")


class Composition:
    """A cohort that is about to be planned: everything but the subjects themselves is read.

    Attributes:
        inputs: What it is planned from.
        purpose: What for.
        studies: The versions of the protocol, or of several.
        protocols: The same protocols, in the order in which they were named, as the reader may see them.
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
        self._is_unblinded = inputs.unblinded or purpose.reveals
        self.protocols, of_blinding = as_shown(self.studies.protocols, is_unblinded=self._is_unblinded)
        self.outcome.warnings += of_blinding
        self.outcome.hides_doses = any(one.is_masked for one in self.protocols)
        self._dose_warnings = DoseWarnings()
        of_protocols = self.studies.protocols
        self.lots = self._entries(inputs.lots, LOT_COLUMNS, lambda table: read_lots(table, *of_protocols))
        self._promising = self.lots if purpose.promises else None
        self.accounts = self._entries(inputs.containers, CONTAINER_COLUMNS, self._read_accounts) or Accounts()
        weights = self._entries(inputs.weights, WEIGHT_COLUMNS, read_weights) or {}
        levels = self._entries(inputs.levels, LEVEL_COLUMNS, read_levels) or {}
        arms = self._entries(inputs.arms if self._is_unblinded else None, ARM_COLUMNS, read_arms) or {}
        self._following: FollowUpStep = self._record()
        self.book: SiteBook | None = None if inputs.sites is None else load_sites(inputs.sites)
        self._closed_days = ClosedDayStep(self.book) if self.book is not None and purpose.on_open_days else None
        met = MetSubjects()
        sites = None if self.book is None else self.book.names
        self._readers = StudyReaders(
            self.studies,
            tuple(
                SubjectReader(
                    one,
                    weights,
                    levels,
                    met,
                    sites=sites,
                    any_version=purpose.any_version,
                    arms=arms,
                    takes_words=not self._is_unblinded,
                )
                for one in of_protocols
            ),
            looks_back=inputs.actuals is not None and not purpose.any_version,
        )

    @property
    def protocol(self) -> Protocol:
        """The protocol that was named first, as the reader may see it."""
        return self.protocols[0]

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
        look = self._know_twice if self.inputs.skip_bad else None
        with _without_collector(), subject_table(self.inputs, progress, look) as table:
            for group in self._planned(table) if self._promising is None else self._prepared(table, self._promising):
                for schedule in group if self.purpose.reveals else ():
                    self._dose_warnings.look_at(schedule)
                shown = group if self.purpose.reveals else [self.for_reader(schedule) for schedule in group]
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

    def for_reader(self, schedule: Schedule) -> Schedule:
        """A schedule as whoever asked may see it, where what is made of it need not unblind by its nature."""
        return schedule if self.inputs.unblinded else masked(schedule)

    def require_no_problem(self) -> None:
        """See that all that was read so far may be used.

        Raises:
            ScheduleError: With all problems, unless bad rows are skipped.
        """
        if not self.may_be_written:
            raise refusal_of(self.outcome.problems)

    def _know_twice(self, table: TextTable) -> None:
        """Tell the readers which ids stand twice: where bad rows are skipped, every row of such an id is bad."""
        self._readers.readers[0].met.twice = repeated_ids(table)

    def _planned(self, table: TextTable) -> Iterator[list[Schedule]]:
        """The schedules, chunk by chunk; what was wrong with the subjects is in the outcome at the end."""
        outcome, readers, own = self.outcome, self._readers, OneSubject(self.inputs.subject)
        watched = own.watched(table)
        for group, bad in readers.read(watched):
            outcome.problems += own.concerned(bad, all_count=self._promising is not None)
            kept = group if self._promising is not None else [own.alone(read) for read in group]
            parts = [self._schedules(read) for read in kept if len(read.cohort) or own.id is None]
            if self.may_be_written:  # else the rest is planned for its problems alone
                yield [schedule for schedules in parts for schedule in schedules]
        first = readers.readers[0]
        outcome.problems += unknown_subjects(first.weights, first.met, WEIGHT_OF_NOBODY)
        outcome.problems += unknown_subjects(first.levels, first.met, LEVEL_OF_NOBODY)
        outcome.problems += self._following.unknown_subjects(first.met)
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
        self.outcome.warnings += lot_warnings(allocation, name_of(self.inputs.lots) or "<frame>", known)
        in_turn = iter(prepared)
        for group in kept:
            yield list(islice(in_turn, len(group)))

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
            bad |= {one for one, line in _lines(read.cohort) if line in lines}
            schedules, _ = following.plan_over_time(only_subjects(read, lambda one: one not in bad))
        outcome.subjects += len(schedules[-1].cohort)
        outcome.visits += sum(len(schedule.visits) for schedule in schedules)
        step = self._closed_days
        return schedules if step is None else [step.apply(schedule) for schedule in schedules]

    def _first_dose_problems(self, schedules: list[Schedule], bad: set[str]) -> list[Problem]:
        """The first doses that can't be worked out, where doses are needed, of subjects that are not bad already."""
        problems: list[Problem] = []
        for schedule in schedules if self.purpose.needs_doses else ():
            lines = {line for one, line in _lines(schedule.cohort) if one in bad}
            problems += [one for one in first_dose_problems(schedule) if one.source.line not in lines]
        return problems

    def _entries(
        self, source: TableSource | None, columns: tuple[Column, ...], read: Callable[[TextTable], Entries]
    ) -> Entries | None:
        """What stands in a table beside the subjects; None where it is not given."""
        if source is None:
            return None
        with opened_table(source, self.inputs.reading) as table:
            self.outcome.warnings += columns_passed_over(table, columns)
            return read(table)

    def _read_accounts(self, table: TextTable) -> Accounts:
        """What became of the lots' containers."""
        return accounts_of(read_containers(table, self.lots or ()))

    def _record(self) -> FollowUpStep:
        """What follows up on what happened."""
        inputs, judges, is_hidden = self.inputs, self.purpose.judges, not self._is_unblinded
        if inputs.actuals is None:
            return follow_up_step(None, inputs.as_of, judges=judges, is_hidden=is_hidden)
        with opened_table(inputs.actuals, inputs.reading) as actuals:
            return follow_up_step(actuals, inputs.as_of, judges=judges, is_hidden=is_hidden)


def _lines(cohort: Cohort) -> Iterator[tuple[str, int]]:
    """The ids of subjects, each with the line on which it stands."""
    return zip(cohort.ids, cohort.line.tolist(), strict=True)


def load_studies(inputs: Inputs, *, several: bool = False) -> Studies:
    """The protocols of the inputs, as far as they are to be planned.

    Args:
        inputs: The inputs.
        several: Whether they may be those of several studies.

    Raises:
        ProtocolError: If one of them can't be read.
        PlanError: If one is there twice, they are not of one study, or cycles go on without an end or a horizon.
    """
    protocols: list[Protocol] = []
    for source in inputs.protocols:
        if isinstance(source, Protocol):
            require_horizon(source)
            protocols.append(source)
        else:
            protocols.append(load_for_planning(source, inputs.horizon))
    return Studies.of(protocols, several=several)


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
