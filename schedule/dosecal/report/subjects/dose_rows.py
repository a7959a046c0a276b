"""The doses in the rows of a schedule, one by one; what is looked for among all rows is found once for all."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from dosecal.model.actuals import ActualStatus
from dosecal.model.adherence import VisitStatus
from dosecal.model.cohort import METHODS
from dosecal.model.dose_status import status_of_doses
from dosecal.model.messages import NOTHING, Msg, msgid
from dosecal.model.worked_dose import WeightFlag, WeightState
from dosecal.report.messages import visit_words
from dosecal.report.messages.weight_words import WeightFacts
from dosecal.report.subjects.columns import RowsOfSubjects, date_at, moment_at
from dosecal.report.subjects.subject_view import RecordedDose, RecordedWeight, SubjectDose
from dosecal.report.tables.conditional import dose_conditions
from dosecal.report.tables.dose_follow_up import dose_record_notes, held_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dosecal.model.adherence import Statuses
    from dosecal.model.preparation import LotContainer
    from dosecal.model.schedule import Schedule
    from dosecal.report.tables.noted import Texts


class DoseRows:
    """The planned doses of a schedule, and the weights and doses on record of its subjects."""

    def __init__(
        self, schedule: Schedule, promised: Mapping[int, tuple[LotContainer, ...]] | None = None, start: int = 0
    ) -> None:
        """Read the doses of a schedule.

        Args:
            schedule: The schedule.
            promised: The containers that each dose got, by its row among the doses of several schedules in turn; None
                where no lots are given.
            start: Which of these rows is the first of this schedule.
        """
        self._schedule, self._promised, self._start = schedule, promised, start
        self._rows = RowsOfSubjects(schedule.doses.subject, len(schedule.cohort))
        self._weights = RowsOfSubjects(schedule.cohort.weights.subject, len(schedule.cohort))
        self._last: tuple[int, tuple[SubjectDose, ...]] = -1, ()

    def of(self, subject: int) -> tuple[SubjectDose, ...]:
        """The doses of a subject, by its place; those of the last one that was asked for are kept."""
        if self._last[0] != subject:
            self._last = subject, tuple(self._made(subject))
        return self._last[1]

    def at(self, subject: int, place: int) -> tuple[SubjectDose, ...]:
        """The doses of a subject at a visit, by its place in the protocol."""
        visit = self._schedule.protocol.visits[place]
        return tuple(one for one in self.of(subject) if one.visit is visit)

    def weights_of(self, subject: int) -> tuple[RecordedWeight, ...]:
        """The weights on record of a subject."""
        return tuple(self._weight(place) for place in self._weights.of(subject))

    def _made(self, subject: int) -> list[SubjectDose]:
        rows, doses = self._rows.of(subject), self._schedule.doses
        counts: dict[int, int] = {}
        for row in rows:
            regimen = doses.regimen.item(row)
            counts[regimen] = max(counts.get(regimen, 0), doses.number.item(row))
        return [self._dose(row, subject, counts[doses.regimen.item(row)]) for row in rows]

    def _dose(self, row: int, subject: int, count: int) -> SubjectDose:
        schedule, doses, record = self._schedule, self._schedule.doses, self._schedule.record
        protocol, cohort, visit = schedule.protocol, schedule.cohort, doses.visit.item(row)
        worked, open_range, prepared = (
            column.item(row) for column in (doses.worked, doses.open_range, schedule.prepared.place)
        )
        return SubjectDose(
            protocol=protocol,
            subject=cohort.ids[subject],
            site=cohort.sites[subject],
            arm=protocol.arms[cohort.arm.item(subject)],
            source=cohort.source(subject),
            visit=protocol.visits[visit],
            regimen=protocol.regimens[doses.regimen.item(row)],
            number=doses.number.item(row),
            count=count,
            planned=date_at(doses.planned, row),
            day=date_at(doses.day, row),
            is_held=record is not None and bool(record.actuals.status[subject, visit] == ActualStatus.DONE),
            state=WeightState(doses.weight_state.item(row)),
            worked=None if worked < 0 else doses.calculations[worked],
            open=None if open_range < 0 else doses.open_ranges[open_range],
            preparation=None if prepared < 0 else schedule.prepared.preparations[prepared],
            lots=None if self._promised is None else self._promised.get(self._start + row, ()),
            _row=row,
            _rows=self,
        )

    def weight(self, row: int) -> RecordedWeight | None:
        """What ``SubjectDose.weight`` has; the others below likewise."""
        place = self._schedule.doses.weight.item(row)
        return None if place < 0 else self._weight(place)

    def weight_before(self, row: int) -> RecordedWeight | None:
        """The weight of the dose before."""
        doses = self._schedule.doses
        regimen, number = doses.regimen.item(row), doses.number.item(row) - 1
        own = self._rows.of(doses.subject.item(row))
        before = (one for one in own if doses.regimen.item(one) == regimen and doses.number.item(one) == number)
        found = next(before, None)
        return None if found is None else self.weight(found)

    def _weight(self, place: int) -> RecordedWeight:
        """The weight in a place of the cohort's weights."""
        weights = self._schedule.cohort.weights
        method = weights.method.item(place)
        kilograms = weights.kilograms[weights.value.item(place)]
        return RecordedWeight(kilograms, date_at(weights.date, place), METHODS[method] if method >= 0 else "")

    def weight_facts(self, row: int) -> WeightFacts:
        """What is to be said of the weight."""
        doses, weights = self._schedule.doses, self._schedule.cohort.weights
        used = doses.weight.item(row)
        earlier = used - 1 if used > 0 and weights.subject[used - 1] == weights.subject[used] else -1
        places = (used, doses.weight_before.item(row), doses.weight_found.item(row), earlier)
        kilograms = (None if place < 0 else weights.kilograms[weights.value.item(place)] for place in places)
        return WeightFacts(WeightFlag(doses.weight_flags.item(row)), *kilograms)

    @cached_property
    def _given(self) -> dict[tuple[int, int], tuple[RecordedDose, ...]]:
        """The doses on record, by the places of subject and visit."""
        record = self._schedule.record
        found: dict[tuple[int, int], tuple[RecordedDose, ...]] = {}
        if record is None:
            return found
        rows, regimens = record.record, self._schedule.protocol.regimens
        columns = (record.given_subject, record.given_visit, record.given_regimen, record.given_row)
        for subject, visit, regimen, row in zip(*(column.tolist() for column in columns), strict=True):
            amount = rows.amount.item(row)
            dose = RecordedDose(
                regimens[regimen] if regimen >= 0 else None,
                rows.amounts[amount] if amount >= 0 else None,
                moment_at(rows.start, row),
                moment_at(rows.end, row),
            )
            found[subject, visit] = (*found.get((subject, visit), ()), dose)
        return found

    def given_at(self, subject: int, place: int) -> tuple[RecordedDose, ...]:
        """The doses on record of a subject's visit."""
        return self._given.get((subject, place), ())

    def given(self, row: int) -> RecordedDose | None:
        """What is on record of a dose."""
        doses = self._schedule.doses
        regimen = self._schedule.protocol.regimens[doses.regimen.item(row)]
        there = self.given_at(doses.subject.item(row), doses.visit.item(row))
        return next((one for one in there if one.regimen is regimen), None)

    @cached_property
    def _status(self) -> Statuses | None:
        return status_of_doses(self._schedule)

    @cached_property
    def _record_notes(self) -> Texts | None:
        return dose_record_notes(self._schedule)

    def record(self, row: int) -> tuple[Msg, ...]:
        """What became of the visit."""
        record, doses = self._schedule.record, self._schedule.doses
        if record is None or self._record_notes is None:
            return ()
        held = date_at(record.actuals.date, doses.subject.item(row), doses.visit.item(row))
        texts, codes = self._record_notes
        said = (NOTHING if held is None else held_words(held), texts[codes.item(row)], self._later_weight(row))
        return tuple(text for text in said if text)

    def _later_weight(self, row: int) -> Msg:
        """That the day of an open dose has gone by, and the subject was weighed since then; empty for neither."""
        schedule, adherence, day = self._schedule, self._schedule.adherence, date_at(self._schedule.doses.day, row)
        if adherence is None or self._status is None or day is None or schedule.doses.weight[row] < 0:
            return NOTHING
        as_of = date.fromisoformat(str(adherence.as_of))
        dates = (
            date_at(schedule.cohort.weights.date, one) for one in self._weights.of(schedule.doses.subject.item(row))
        )
        since = [one for one in dates if one is not None and day < one <= as_of]
        if not VisitStatus(self._status.item(row)).is_open or not since or day >= as_of:
            return NOTHING
        template = msgid("the day of the dose has gone by, and the weight of {day} is not used")
        return Msg(template, day=max(since).isoformat())

    def notes(self, row: int) -> tuple[Msg, ...]:
        """What is to be said of the subject."""
        return (*self._age_notes(row), *dose_conditions(self._schedule, row), *self._overlaps(row))

    def _age_notes(self, row: int) -> tuple[Msg, ...]:
        schedule, subject = self._schedule, self._schedule.doses.subject.item(row)
        if not schedule.age_is_outside[subject]:
            return ()
        on = str(schedule.cohort.anchors[subject, 0])
        return (visit_words.age_words(int(schedule.age[subject]), on, schedule.protocol),)

    def _overlaps(self, row: int) -> tuple[Msg, ...]:
        """A note for each other dose of its product at the visit, since both conditions hold, or may."""
        protocol, doses = self._schedule.protocol, self._schedule.doses
        if not protocol.overlaps:
            return ()
        visit, own = doses.visit.item(row), doses.regimen.item(row)
        there = (one for one in self._rows.of(doses.subject.item(row)) if doses.visit.item(one) == visit)
        pairs = {(one.first, one.second) for one in protocol.overlaps}
        others = sorted({doses.regimen.item(one) for one in there})
        beside = (one for one in others if (min(one, own), max(one, own)) in pairs)
        return tuple(visit_words.overlap_words(protocol.regimens[one]) for one in beside)
