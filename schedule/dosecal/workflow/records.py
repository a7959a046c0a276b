"""An actuals file to what is on record of a cohort, chunk by chunk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from dosecal.load.actuals_file import ACTUAL_COLUMNS, NEEDED, read_actuals
from dosecal.load.cohort_file import read_table
from dosecal.load.subjects import columns_passed_over
from dosecal.load.text_table import TextTable
from dosecal.load.typed_tables import frame_table
from dosecal.model.actuals import ActualStatus
from dosecal.model.adherence import VisitStatus
from dosecal.model.problems import Problem, Source, expected_got
from dosecal.planning.deviations import compare_doses, find_deviations
from dosecal.planning.doubts import SILENT_DAYS, doubts, silent_subjects
from dosecal.planning.follow_up import follow_up
from dosecal.planning.matching import OnRecord, match_dates
from dosecal.planning.record import join_record
from dosecal.planning.resolve import plan_schedule
from dosecal.report.date_columns import booking_warnings
from dosecal.report.deviations_table import deviations_table
from dosecal.report.unscheduled_table import unscheduled_table
from dosecal.workflow.store import open_input

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    from dosecal.model.cohort import Cohort
    from dosecal.model.protocol import Protocol
    from dosecal.model.record import CohortRecord, Record
    from dosecal.model.schedule import Schedule
    from dosecal.report.tables import Table


def deviations_of(schedule: Schedule) -> Table:
    """The table of a followed schedule's deviations from its protocol."""
    given = compare_doses(schedule, _record_of(schedule))
    return deviations_table(schedule, find_deviations(schedule, given), given)


def unscheduled_of(schedule: Schedule) -> Table:
    """The table of the visits without a name that are on record, with where they lie among the planned ones."""
    record, visits = _record_of(schedule), schedule.visits
    at = visits.subject, visits.visit
    status = record.actuals.status[at]
    is_cancelled = np.zeros(len(visits), dtype=np.bool_)
    if schedule.adherence is not None:
        is_cancelled = schedule.adherence.status == VisitStatus.CANCELLED
    is_free = (status == ActualStatus.NONE) & ~is_cancelled
    on_record = OnRecord(is_free, status == ActualStatus.MISSED, is_cancelled, record.actuals.date[at])
    date = record.record.date[record.unscheduled_row]
    matches = match_dates(visits, on_record, record.unscheduled_subject, date, schedule.protocol.match_next)
    return unscheduled_table(schedule, matches)


def _record_of(schedule: Schedule) -> CohortRecord:
    if schedule.record is None:
        message = "these tables are made of a record"
        raise ValueError(message)
    return schedule.record


@dataclass(slots=True)
class FollowUpStep:
    """Plans cohorts by what is on record of them, and puts what happened beside it.

    Attributes:
        record: What is on record; None where no file is given.
        as_of: The day of judgement.
        warnings: What was passed over.
        later_rows: How many rows are later than the day, and are not counted.
        doubts: What on record asks for a look, each warning once.
        silent: The subjects without an ending whose visits are long overdue.
    """

    record: Record | None
    as_of: np.datetime64
    warnings: list[Problem] = field(default_factory=list)
    later_rows: int = 0
    doubts: dict[Problem, None] = field(default_factory=dict)
    silent: dict[str, None] = field(default_factory=dict)

    def require_record(self) -> None:
        """Take an empty record where no file is given, so that every visit has a status."""
        if self.record is None:
            self.record = read_actuals(TextTable("<none>", NEEDED, 0, iter(())))

    def plan(self, protocol: Protocol, cohort: Cohort) -> tuple[Schedule, tuple[Problem, ...]]:
        """The schedule of a cohort, followed up, and the problems of its rows on record."""
        if self.record is None:
            return follow_up(plan_schedule(protocol, cohort), None, self.as_of), ()
        joined, problems = join_record(self.record, protocol, cohort, self.as_of)
        self.later_rows += joined.later_rows
        schedule = follow_up(plan_schedule(protocol, cohort, joined.actuals), joined, self.as_of)
        self.doubts |= dict.fromkeys((*booking_warnings(schedule), *doubts(schedule)))
        self.silent |= dict.fromkeys(silent_subjects(schedule))
        return schedule, problems

    def are_concerned(self, cohort: Cohort, problems: Sequence[Problem]) -> NDArray[np.bool_]:
        """(subjects,) Whether a problem of the record concerns each subject."""
        if self.record is None:
            return np.zeros(len(cohort), dtype=np.bool_)
        lines = [problem.source.line for problem in problems]
        places = np.unique(self.record.subject[np.isin(self.record.line, lines)])
        named = {self.record.ids[place] for place in places.tolist()}
        return np.array([one in named for one in cohort.ids], dtype=np.bool_)

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
            Problem(
                record.source(int(first[place])),
                "C317",
                "subject_id",
                expected_got("a subject of the subjects' table", record.ids[place]),
                "ids are compared to the character",
            )
            for place in strangers
        ]

    def all_warnings(self) -> list[Problem]:
        """What is to be said of all cohorts together."""
        told = [*self.warnings, *_first_of_each_kind(self.doubts)]
        if self.record is None:
            return told
        where = Source(self.record.file)
        if self.later_rows:
            count = f"{self.later_rows:,} rows are" if self.later_rows > 1 else "1 row is"
            message = f"{count} later than {self.as_of}, and {count.rsplit(maxsplit=1)[-1]} not counted"
            told.append(Problem(where, "W007", "date", message))
        if self.silent:
            who = f"{len(self.silent):,} {'subject' if len(self.silent) == 1 else 'subjects'}"
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


def follow_up_step(actuals: str | None, as_of: date) -> FollowUpStep:
    """The step that follows up on an actuals file.

    Args:
        actuals: The name of the file; None for none.
        as_of: The day of judgement.

    Raises:
        CohortError: If the file can't be read whole.
    """
    day = np.datetime64(as_of, "D")
    if actuals is None:
        return FollowUpStep(None, day)
    with open_input(actuals) as (stream, name, _):
        table = read_table(stream, name)
        return FollowUpStep(read_actuals(table), day, columns_passed_over(table, ACTUAL_COLUMNS))


def frame_follow_up(actuals: pd.DataFrame | None, as_of: date | None) -> FollowUpStep:
    """The step that follows up on what happened by a pandas frame.

    Args:
        actuals: The frame; None for nothing on record.
        as_of: The day of judgement; None where nothing is on record.

    Raises:
        CohortError: If the frame can't be read whole.
        ValueError: If only one of the two is given.
    """
    if (actuals is None) != (as_of is None):
        message = "actuals and as_of are given together: a status is judged as of a day"
        raise ValueError(message)
    record = None if actuals is None else read_actuals(frame_table(actuals))
    return FollowUpStep(record, np.datetime64("NaT" if as_of is None else as_of, "D"))
