"""An actuals file to what is on record of a cohort, chunk by chunk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.load.columns import names_of
from dosecal.load.tables.actuals_file import ACTUAL_COLUMNS, read_actuals
from dosecal.load.tables.subjects import no_such_subject
from dosecal.load.tables.table_header import columns_passed_over
from dosecal.load.tables.text_table import TextTable
from dosecal.model.counts import counted
from dosecal.model.problems import Problem, Source
from dosecal.model.record import Outcome
from dosecal.model.struct import Struct, field
from dosecal.planning.record.doubts import SILENT_DAYS, doubts, silent_subjects
from dosecal.planning.record.follow_up import follow_up
from dosecal.planning.record.in_force import part_by_version
from dosecal.planning.record.record import join_record
from dosecal.planning.resolve import plan_schedule
from dosecal.report.tables.date_columns import booking_warnings

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from datetime import date

    from dosecal.app.composition.studies import ReadCohort
    from dosecal.model.cohort import Cohort
    from dosecal.model.protocol import Protocol
    from dosecal.model.record import Record
    from dosecal.model.schedule import Schedule


class FollowUpStep(Struct):
    """Plans cohorts by what is on record of them, and puts what happened beside it.

    Attributes:
        record: What is on record; None where no file is given.
        as_of: The day of judgement.
        is_hidden: Whether the reader may not know the arms of a blinded trial.
        warnings: What was passed over.
        doubts: What on record asks for a look, each warning once.
        silent: The subjects without an ending whose visits are long overdue.
    """

    record: Record | None
    as_of: np.datetime64
    is_hidden: bool = False
    warnings: list[Problem] = field(default_factory=list)
    doubts: dict[Problem, None] = field(default_factory=dict)
    silent: dict[str, None] = field(default_factory=dict)

    def plan(self, protocol: Protocol, cohort: Cohort) -> tuple[Schedule, tuple[Problem, ...]]:
        """The schedule of a cohort, followed up, and the problems of its rows on record."""
        if self.record is None:
            return follow_up(plan_schedule(protocol, cohort), None, self.as_of), ()
        joined, problems = join_record(self.record, protocol, cohort, self.as_of, is_hidden=self.is_hidden)
        return follow_up(plan_schedule(protocol, cohort, joined.actuals), joined, self.as_of), problems

    def plan_over_time(self, read: ReadCohort) -> tuple[list[Schedule], tuple[Problem, ...]]:
        """The schedules of a cohort by each version that was in force, from the first to the latest.

        Returns:
            A schedule a version, each with the visits of the days on which it was in force, and the problems of the
            rows on record, each by the version in force on its day.
        """
        schedule, problems = self.plan(read.protocol, read.cohort)
        schedules, wrong = [schedule], list(problems)
        for protocol, cohort in read.earlier if self.record is not None else ():
            since = np.datetime64(schedules[0].protocol.effective or 0, "D")
            earlier, of_earlier = self.plan(protocol, cohort)
            past = set(self._before(wrong, since, cohort.ids))
            wrong = [one for one in wrong if one not in past]
            wrong += self._before(of_earlier, since, cohort.ids)
            schedules[:1] = part_by_version(schedules[0], earlier, since)
        for one in schedules if self.record is not None else ():
            self.doubts |= dict.fromkeys((*booking_warnings(one), *doubts(one)))
            self.silent |= dict.fromkeys(silent_subjects(one))
        return schedules, tuple(wrong)

    def _before(self, problems: Sequence[Problem], day: np.datetime64, ids: Sequence[str]) -> list[Problem]:
        """The problems of rows that are on record for a day before another one, of some subjects."""
        record, known = self.record, set(ids)
        rows = {} if record is None else record.rows_at(one.source for one in problems)
        return [
            one
            for one in problems
            if record is not None
            and (row := rows.get(one.source, -1)) >= 0
            and record.date[row] < day
            and record.ids[record.subject[row]] in known
        ]

    def concerned(self, problems: Sequence[Problem]) -> set[str]:
        """The ids of the subjects whom problems of the record concern."""
        if self.record is None:
            return set()
        rows = self.record.rows_at(one.source for one in problems)
        return {self.record.ids[self.record.subject[row]] for row in rows.values()}

    def unknown_subjects(self, known: Container[str]) -> list[Problem]:
        """A problem for the first row of each subject on record that is not among the subjects."""
        record = self.record
        if record is None:
            return []
        strangers = [place for place, subject in enumerate(record.ids) if subject not in known]
        if not strangers:
            return []
        _, first = np.unique(record.subject, return_index=True)
        return [
            no_such_subject(record.source(int(first[place])), "C317", "subject_id", record.ids[place])
            for place in strangers
        ]

    def all_warnings(self) -> list[Problem]:
        """What is to be said of all cohorts together."""
        told = [*self.warnings, *_first_of_each_kind(self.doubts)]
        if self.record is None:
            return told
        where = Source(self.record.file)
        later = int(np.count_nonzero((self.record.date > self.as_of) & (self.record.outcome == Outcome.DONE)))
        if later:
            stays = "is not counted" if later == 1 else "are not counted"
            message = f"{counted(later, 'row is', 'rows are')} later than {self.as_of}, and {stays}"
            told.append(Problem(where, "W007", "date", message))
        if self.silent:
            who = counted(len(self.silent), "subject")
            message = (
                f"no ending is on record for {who} with visits overdue and none held for more than {SILENT_DAYS} days: "
                "a row off_treatment or off_study says that a subject has left"
            )
            told.append(Problem(where, "W064", "visit", message))
        return told


_MOST_TOLD = 10
"""How many warnings of one kind are told one by one."""


def _first_of_each_kind(doubts: Iterable[Problem]) -> list[Problem]:
    """The first warnings of each code, and how many more there are."""
    told: dict[str, list[Problem]] = {}
    for one in doubts:
        told.setdefault(one.code, []).append(one)
    short = []
    for code, some in told.items():
        short += some[:_MOST_TOLD]
        more = len(some) - _MOST_TOLD
        if more > 0:
            short.append(Problem(Source(some[0].source.file), code, some[0].subject, f"{more:,} more of this kind"))
    return short


def follow_up_step(
    table: TextTable | None, as_of: date | None, *, judges: bool = False, is_hidden: bool = False
) -> FollowUpStep:
    """The step that follows up on what happened.

    Args:
        table: The actuals; None for nothing on record.
        as_of: The day of judgement; None where nothing is judged.
        judges: Whether every visit has a status where nothing is on record, too.
        is_hidden: Whether the reader may not know the arms of a blinded trial.

    Raises:
        CohortError: If the table can't be read whole.
    """
    day = np.datetime64("NaT" if as_of is None else as_of, "D")
    if table is None:
        nothing = read_actuals(TextTable("<none>", names_of(ACTUAL_COLUMNS), 0, iter(()))) if judges else None
        return FollowUpStep(nothing, day, is_hidden)
    return FollowUpStep(read_actuals(table), day, is_hidden, columns_passed_over(table, ACTUAL_COLUMNS))
