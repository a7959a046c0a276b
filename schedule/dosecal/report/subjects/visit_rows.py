"""The visits in the rows of a schedule, one by one; what many rows say in the same words is made once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from dosecal.model.adherence import VisitStatus
from dosecal.model.closed_day import ClosedDayOutcome, closed_words
from dosecal.model.messages import NOTHING, Msg
from dosecal.model.protocol import Assessment
from dosecal.model.regimen import Regimen
from dosecal.model.schedule import DateState
from dosecal.report.messages.visit_words import PUSHED_WORDS, study_day_words
from dosecal.report.subjects.columns import date_at
from dosecal.report.subjects.offered_days import awaits_event, offered_days
from dosecal.report.subjects.subject_view import SubjectVisit
from dosecal.report.tables.conditional import condition_notes, things_at_rows
from dosecal.report.tables.date_columns import booking_words, pushed_codes
from dosecal.report.tables.noted import texts_of
from dosecal.report.tables.schedule import visit_notes_of

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from dosecal.model.cohort import Dates
    from dosecal.model.schedule import Schedule
    from dosecal.report.messages.notes import Note
    from dosecal.report.subjects.dose_rows import DoseRows
    from dosecal.report.subjects.subject_view import Span
    from dosecal.report.tables.noted import Notes
    from dosecal.report.tables.table import Codes

_Thing = TypeVar("_Thing", Assessment, Regimen)


class VisitRows:
    """The planned visits of a schedule."""

    def __init__(self, schedule: Schedule, doses: DoseRows) -> None:
        """Read the visits of a schedule, with the doses that are planned and on record at them."""
        protocol, visits = schedule.protocol, schedule.visits
        self._schedule, self._doses = schedule, doses
        self._at: Codes = visits.visit.astype(np.int64) * len(protocol.arms) + schedule.cohort.arm[visits.subject]
        self._study_days = [study_day_words(protocol, one) for one in protocol.visits]
        self._regimens, self._assessments = self._things(protocol.regimens), self._things(protocol.assessments)

    def visit(self, row: int) -> SubjectVisit:
        """The visit in a row."""
        schedule, visits, adherence = self._schedule, self._schedule.visits, self._schedule.adherence
        subject, place = visits.subject.item(row), visits.visit.item(row)
        closed_day, outcome, moved_days, booked_closed = self._closed(row)
        booked, planned_first, reason, note = self._recorded(subject, place)
        has_deviation = adherence is not None and bool(adherence.has_deviation[row])
        return SubjectVisit(
            protocol=schedule.protocol,
            subject=schedule.cohort.ids[subject],
            site=schedule.cohort.sites[subject],
            visit=schedule.protocol.visits[place],
            study_day=self._study_days[place],
            target=date_at(visits.target, row),
            window=_span(visits.window_start, visits.window_end, row),
            wider=_span(visits.wider_start, visits.wider_end, row),
            not_before=date_at(visits.not_before, row),
            planned=date_at(visits.planned, row),
            state=DateState(visits.state.item(row)),
            closed_day=closed_day,
            closed_outcome=outcome,
            moved_days=moved_days,
            booked_closed=booked_closed,
            booked=booked,
            actual=None if adherence is None else date_at(adherence.actual, row),
            status=None if adherence is None else VisitStatus(adherence.status.item(row)),
            deviation_days=adherence.deviation.item(row) if adherence is not None and has_deviation else None,
            days_out=0 if adherence is None else adherence.days_out.item(row),
            planned_first=planned_first,
            reason=reason,
            note=note,
            regimens=self._regimens[0][self._regimens[1].item(row)],
            assessments=self._assessments[0][self._assessments[1].item(row)],
            doses=self._doses.at(subject, place),
            given=self._doses.given_at(subject, place),
            _row=row,
            _rows=self,
        )

    def _things(self, things: tuple[_Thing, ...]) -> tuple[list[tuple[_Thing, ...]], Codes]:
        """The things at each row, as distinct lists and codes."""
        lists, codes = things_at_rows(self._schedule, things, self._at)
        known = {one.id: one for one in things}
        return [tuple(known[one] for one in ids) for ids in lists], codes

    def _closed(self, row: int) -> tuple[Msg, ClosedDayOutcome, int, Msg]:
        """Why the wanted day is closed, what came of it, by how many days it moved, and why the booked day is."""
        closed = self._schedule.closed_visits
        if closed is None:
            return NOTHING, ClosedDayOutcome.OPEN, 0, NOTHING
        outcome = ClosedDayOutcome(closed.outcome.item(row))
        moved = (closed.planned[row] - closed.wanted[row]).astype(int) if outcome is ClosedDayOutcome.MOVED else 0
        booked = NOTHING if closed.booked is None else closed_words(closed.reasons[closed.booked.item(row)])
        return closed_words(closed.reasons[closed.reason.item(row)]), outcome, int(moved), booked

    def _recorded(self, subject: int, place: int) -> tuple[date | None, date | None, str, str]:
        """The booked date, the date before it was first moved, the reason and the note of a visit."""
        record = self._schedule.record
        if record is None:
            return None, None, "", ""
        booked, row, texts = (
            date_at(record.actuals.booked, subject, place),
            record.row.item(subject, place),
            record.record,
        )
        if row < 0:
            return booked, None, "", ""
        reason, note = texts.texts[texts.reason.item(row)], texts.texts[texts.note.item(row)]
        return booked, date_at(texts.planned_first, row), reason, note

    @cached_property
    def _notes(self) -> Notes:
        return visit_notes_of(self._schedule, self._at)

    @cached_property
    def _conditions(self) -> Notes | None:
        return condition_notes(self._schedule, self._at)

    @cached_property
    def _awaits_event(self) -> NDArray[np.bool_]:
        return awaits_event(self._schedule)

    @cached_property
    def _pushed(self) -> NDArray[np.int64]:
        return pushed_codes(self._schedule.visits)

    def notes(self, row: int) -> tuple[Note, ...]:
        """What ``SubjectVisit.notes`` has; the others below likewise."""
        return self._notes[0][self._notes[1].item(row)]

    def conditions(self, row: int) -> tuple[Msg, ...]:
        """What is to be said of conditions."""
        return () if self._conditions is None else texts_of(self._conditions, row)

    def awaits_event(self, row: int) -> bool:
        """Whether it comes only if something happens."""
        return bool(self._awaits_event[row])

    def pushed(self, row: int) -> Msg:
        """What a least time after another visit did to the planned date; empty for nothing."""
        return PUSHED_WORDS[self._pushed.item(row)]

    def too_early(self, row: int, *, with_gaps: bool) -> Msg:
        """That the booked day is too early."""
        return booking_words(self._schedule, row, with_gaps=with_gaps)

    def offered(self, row: int) -> tuple[Span, ...]:
        """The days on which it may be held."""
        return offered_days(self._schedule, row)


def _span(first: Dates, last: Dates, row: int) -> Span | None:
    start, end = date_at(first, row), date_at(last, row)
    return None if start is None or end is None else (start, end)
