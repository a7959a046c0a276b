"""The views of a schedule's subjects, one by one, from its columns.

Conventions: what is in a view is what the tables of visits and doses say, so that a page, a file and a table never
differ. Every column is indexed once for all subjects, so that many subjects take as long as each of them.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from dosecal.report.subjects.columns import RowsOfSubjects, date_at
from dosecal.report.subjects.dose_rows import DoseRows
from dosecal.report.subjects.subject_view import SubjectView, UnscheduledVisit
from dosecal.report.subjects.visit_rows import VisitRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dosecal.model.preparation import LotContainer
    from dosecal.model.schedule import Schedule


class SubjectViews:
    """The subjects of a schedule.

    Attributes:
        schedule: The schedule.
        doses: Their doses.
        visits: Their visits.
    """

    def __init__(
        self, schedule: Schedule, promised: Mapping[int, tuple[LotContainer, ...]] | None = None, start: int = 0
    ) -> None:
        """Read a schedule.

        Args:
            schedule: The schedule, with closed days and what happened where they are known; masked for blinded readers.
            promised: The containers that each dose got, by its row among the doses of several schedules in turn; None
                where no lots are given.
            start: Which of these rows is the first of this schedule.
        """
        self.schedule = schedule
        self.doses = DoseRows(schedule, promised, start)
        self.visits = VisitRows(schedule, self.doses)
        self._rows = RowsOfSubjects(schedule.visits.subject, len(schedule.cohort))

    def __iter__(self) -> Iterator[SubjectView]:
        """Each subject, in the order of the input."""
        return (self.of(subject) for subject in range(len(self.schedule.cohort)))

    def of(self, subject: int) -> SubjectView:
        """The view of a subject, by its place in the cohort."""
        schedule, cohort, adherence = self.schedule, self.schedule.cohort, self.schedule.adherence
        actuals = None if schedule.record is None else schedule.record.actuals
        return SubjectView(
            protocols=(schedule.protocol,),
            subject=cohort.ids[subject],
            site=cohort.sites[subject],
            arm=schedule.protocol.arms[cohort.arm.item(subject)],
            source=cohort.source(subject),
            visits=tuple(self.visits.visit(row) for row in self._rows.of(subject)),
            doses=self.doses.of(subject),
            weights=self.doses.weights_of(subject),
            unscheduled=self._unscheduled.get(subject, ()),
            off_treatment=None if actuals is None else date_at(actuals.off_treatment, subject),
            off_study=None if actuals is None else date_at(actuals.off_study, subject),
            as_of=None if adherence is None else date.fromisoformat(str(adherence.as_of)),
        )

    @cached_property
    def _unscheduled(self) -> dict[int, tuple[UnscheduledVisit, ...]]:
        """The visits of each subject that are none of the protocol's, by day."""
        record = self.schedule.record
        if record is None:
            return {}
        found: dict[int, list[UnscheduledVisit]] = {}
        pairs = zip(record.unscheduled_subject.tolist(), record.unscheduled_row.tolist(), strict=True)
        for subject, row in pairs:
            note = record.record.texts[record.record.note.item(row)]
            day = date.fromisoformat(str(record.record.date[row]))
            found.setdefault(subject, []).append(UnscheduledVisit(self.schedule.protocol, day, note))
        return {subject: tuple(sorted(some, key=lambda one: one.day)) for subject, some in found.items()}
