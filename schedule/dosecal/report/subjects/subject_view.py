"""One subject of a plan, with everything that anybody shows of it: visits, doses, weights, and what is on record.

Conventions: days are dates, and spans of days have both ends inside. None is not known, not stated, or not there, as
each docstring says; an empty message says nothing. Weights are kilograms, and amounts carry their units. In a plan that
was masked for a blinded reader there is nothing here that such a reader may not know: hidden doses are not there, and
arms, regimens and labels have the words that the protocol has for them.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dosecal.model.closed_day import ClosedDayOutcome
from dosecal.model.schedule import DateState
from dosecal.model.struct import Struct, replace
from dosecal.report.tables.closed_days import moved_words

if TYPE_CHECKING:
    from datetime import datetime
    from fractions import Fraction

    from dosecal.model.adherence import VisitStatus
    from dosecal.model.messages import Msg
    from dosecal.model.preparation import LotContainer, Preparation
    from dosecal.model.problems import Source
    from dosecal.model.protocol import Arm, Assessment, Protocol, Visit
    from dosecal.model.quantity import Amount
    from dosecal.model.regimen import Regimen
    from dosecal.model.worked_dose import Limit, OpenOrder, WeightState, WorkedDose
    from dosecal.report.messages.notes import Note
    from dosecal.report.messages.weight_words import WeightFacts
    from dosecal.report.subjects.dose_rows import DoseRows
    from dosecal.report.subjects.visit_rows import VisitRows

Span = tuple[date, date]
"""A first and a last day, both inside."""


class RecordedWeight(Struct, frozen=True):
    """A weight of a subject as it was recorded.

    Attributes:
        kilograms: The weight, above 0.
        day: The day of the weight; None where it is not given.
        method: ``measured``, ``stated`` or ``estimated``; empty where it is not given.
    """

    kilograms: Fraction
    day: date | None
    method: str


class RecordedDose(Struct, frozen=True):
    """A dose that is on record of a visit that was held.

    Attributes:
        regimen: Its regimen; None where neither the record nor the protocol says which.
        amount: What was given; None where a time alone is on record.
        start: The local time at which it began; None where it is not given.
        end: The local time at which it ended; None likewise.
    """

    regimen: Regimen | None
    amount: Amount | None
    start: datetime | None
    end: datetime | None


class UnscheduledVisit(Struct, frozen=True):
    """A visit on record that is none of the protocol's.

    Attributes:
        protocol: The version of the protocol that was in force.
        day: The day on which it was held.
        note: What the record says of it; empty for nothing.
    """

    protocol: Protocol
    day: date
    note: str


class SubjectDose(Struct, frozen=True):
    """A subject's dose by protocol.

    Attributes:
        protocol: The version of the protocol that it is planned by.
        subject: The subject's id.
        site: The site's id; empty for none.
        arm: The arm.
        source: Where the subject stands in the input, for problems.
        visit: The visit at which it is given.
        regimen: The rule.
        number: Which dose of its regimen it is, by date, from 1.
        count: How many doses of its regimen the subject is planned to have, those that a condition leaves out among
            them, so that a number is never above it.
        planned: The planned date; None where it is not known yet.
        day: The day that weight, level, age and lots are of: held, else booked, else planned; None likewise.
        is_held: Whether its visit was held.
        state: What came of looking for the weight.
        worked: The calculation; None where the dose is to be determined.
        open: What the protocol allows where it aims at no dose; None elsewhere.
        preparation: How it is made up from its product; None where nothing can be said of that: the dose is to be
            determined, or the protocol states neither strength nor lots.
        lots: The containers that are promised to it, in the order of use; empty where the lots at hand don't cover it,
            None where no lots are given.
    """

    protocol: Protocol
    subject: str
    site: str
    arm: Arm
    source: Source
    visit: Visit
    regimen: Regimen
    number: int
    count: int
    planned: date | None
    day: date | None
    is_held: bool
    state: WeightState
    worked: WorkedDose | None
    open: OpenOrder | None
    preparation: Preparation | None
    lots: tuple[LotContainer, ...] | None
    _row: int
    _rows: DoseRows

    @property
    def ordered(self) -> Amount | None:
        """The ordered dose, flat and exact; None where it is to be determined, or left to somebody."""
        return None if self.worked is None else self.worked.ordered

    @property
    def limited_by(self) -> Limit | None:
        """The limit that changed the dose; None where there is no calculation."""
        return None if self.worked is None else self.worked.limited_by

    @property
    def weight(self) -> RecordedWeight | None:
        """The weight on the scale that it was worked out with; None where none is used."""
        return self._rows.weight(self._row)

    @property
    def weight_before(self) -> RecordedWeight | None:
        """The weight that the dose before it was worked out with; None for the first, and for none."""
        return self._rows.weight_before(self._row)

    @property
    def weight_facts(self) -> WeightFacts:
        """What is to be said of the weight."""
        return self._rows.weight_facts(self._row)

    @property
    def weight_age_days(self) -> int | None:
        """The age of the weight on the day of the dose, in days; None where either day is not known."""
        weight = self.weight
        if weight is None or weight.day is None or self.day is None:
            return None
        return (self.day - weight.day).days

    @property
    def given(self) -> RecordedDose | None:
        """What is on record of it, the first where there are several; None for nothing."""
        return self._rows.given(self._row)

    @property
    def record(self) -> tuple[Msg, ...]:
        """What became of its visit, so that nobody prepares what was given or never will be; none where it is open."""
        return self._rows.record(self._row)

    @property
    def notes(self) -> tuple[Msg, ...]:
        """What is to be said of the subject before it is given: the age, conditions, other doses of the product."""
        return self._rows.notes(self._row)


class SubjectVisit(Struct, frozen=True):
    """A subject's visit by protocol, and what became of it.

    Attributes:
        protocol: The version of the protocol that it is planned by.
        subject: The subject's id.
        site: The site's id; empty for none.
        visit: The protocol's visit.
        study_day: Its printed label; empty for none.
        target: The date that the protocol aims at; None where there is none, or it is not known yet.
        window: The first and the last allowed date; None where no window is stated, or the anchor is not known.
        wider: The second, wider window likewise.
        not_before: The first date that is late enough after other visits; None where the protocol asks for no gap, or
            the other visit's date is not known.
        planned: The date on which it is planned; None where there is no target, or no day left for it.
        state: How far its date is known.
        closed_day: That the site is closed on the date that the protocol wants, and why; empty for an open day.
        closed_outcome: What a closed day did to the planned date.
        moved_days: By how many days a closed day moved the planned date, later is positive; 0 where it did not.
        booked_closed: That the site is closed on the day for which it is booked, and why; empty for an open day.
        booked: The date for which it is booked; None for none, and once it was held.
        actual: The date on which it was held; None where it was not.
        status: Its status as of the day of judgement; None where there is no record.
        deviation_days: By how many days the actual date differs from the target, later is positive; None for nothing on
            record, and where there is no target.
        days_out: By how many days it was held outside its window, later is positive; 0 inside it, where no window is
            stated, and where it was not held.
        planned_first: The date for which it was planned before it was first moved, by the record; None for none.
        reason: Why its date was changed, in the words of the record; empty for nothing.
        note: What the record says of it; empty for nothing.
        regimens: What is dosed at it; in a masked plan, the words for what is hidden.
        assessments: What is done at it.
        doses: The doses that are planned at it.
        given: The doses that are on record of it.
    """

    protocol: Protocol
    subject: str
    site: str
    visit: Visit
    study_day: Msg
    target: date | None
    window: Span | None
    wider: Span | None
    not_before: date | None
    planned: date | None
    state: DateState
    closed_day: Msg
    closed_outcome: ClosedDayOutcome
    moved_days: int
    booked_closed: Msg
    booked: date | None
    actual: date | None
    status: VisitStatus | None
    deviation_days: int | None
    days_out: int
    planned_first: date | None
    reason: str
    note: str
    regimens: tuple[Regimen, ...]
    assessments: tuple[Assessment, ...]
    doses: tuple[SubjectDose, ...]
    given: tuple[RecordedDose, ...]
    _row: int
    _rows: VisitRows

    @property
    def day(self) -> date | None:
        """The day on which it was held, or is booked, or is planned: the first of these that is known."""
        return self.actual or self.booked or self.planned

    @property
    def is_provisional(self) -> bool:
        """Whether its planned date follows that of a visit that has not happened yet, and may still move."""
        return self.state is DateState.PROVISIONAL

    @property
    def closed_day_stays(self) -> bool:
        """Whether the site is closed on the date that the protocol wants, and the planned date is that date."""
        return bool(self.closed_day) and self.closed_outcome is not ClosedDayOutcome.MOVED

    @property
    def why_moved(self) -> tuple[Msg, ...]:
        """Why it is planned for another day than the protocol aims at; none where it is not, or the record says why."""
        by_closed_day = (self.closed_day, moved_words(self.moved_days)) if self.moved_days else ()
        pushed = self._rows.pushed(self._row)
        return (*by_closed_day, pushed) if pushed else by_closed_day

    @property
    def offered(self) -> tuple[Span, ...]:
        """The days on which it may be held: those of its window that are late enough, and open where that is known."""
        return self._rows.offered(self._row)

    @property
    def awaits_event(self) -> bool:
        """Whether it comes only if something happens that is on no record yet."""
        return self._rows.awaits_event(self._row)

    @property
    def too_early(self) -> Msg:
        """That it is booked for a day that is too early after another visit; empty for no such booking."""
        return self._rows.too_early(self._row, with_gaps=False)

    @property
    def too_early_by_gaps(self) -> Msg:
        """The same, with the least times that it keeps."""
        return self._rows.too_early(self._row, with_gaps=True)

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes of its row in the table of visits."""
        return self._rows.notes(self._row)

    @property
    def conditions(self) -> tuple[Msg, ...]:
        """Those of them that tell of conditions which are not known, or were false when it was held."""
        return self._rows.conditions(self._row)


class SubjectView(Struct, frozen=True):
    """All that is planned for one subject, and what is on record.

    Attributes:
        protocols: The versions of the protocol that the subject is planned by, each for the days on which it was in
            force; at least one, the newest last.
        subject: The subject's id.
        site: The site's id; empty for none.
        arm: The arm.
        source: Where the subject stands in the input, for problems.
        visits: By target date, then in file order, those of an earlier version first; those without a date stand where
            the visits table has them.
        doses: By date, those of an earlier version first.
        weights: The weights on record, undated ones first, then by day.
        unscheduled: The visits on record that are none of the protocol's, by day.
        off_treatment: The day on which treatment ended; None where it has not.
        off_study: The day on which the subject left the study; None where they have not.
        as_of: The day of judgement; None where nothing is judged.
    """

    protocols: tuple[Protocol, ...]
    subject: str
    site: str
    arm: Arm
    source: Source
    visits: tuple[SubjectVisit, ...]
    doses: tuple[SubjectDose, ...]
    weights: tuple[RecordedWeight, ...]
    unscheduled: tuple[UnscheduledVisit, ...]
    off_treatment: date | None
    off_study: date | None
    as_of: date | None

    @property
    def protocol(self) -> Protocol:
        """The version of the protocol that the subject is planned by now."""
        return self.protocols[-1]

    @property
    def next_visit(self) -> SubjectVisit | None:
        """The first visit, by its day, that can still be held and waits for no event; None for none with a day."""
        waiting = (one for one in self.visits if one.actual is None and (one.status is None or one.status.is_open))
        dated = [(one.day, place, one) for place, one in enumerate(waiting) if one.day and not one.awaits_event]
        return min(dated)[-1] if dated else None

    def doses_on(self, day: date) -> tuple[SubjectDose, ...]:
        """The doses of a day: those of visits that were held on it, are booked for it, or are planned for it."""
        return tuple(dose for one in self.visits if one.day == day for dose in one.doses)

    def after(self, before: SubjectView) -> SubjectView:
        """The view with what an earlier version of the protocol says of the days on which it was in force."""
        return replace(
            self,
            protocols=(*before.protocols, *self.protocols),
            visits=(*before.visits, *self.visits),
            doses=(*before.doses, *self.doses),
            unscheduled=(*before.unscheduled, *self.unscheduled),
        )
