"""Each subject's visits and doses in turn: what a printed calendar and another system's file are made from.

Conventions: everything here is what the tables of visits and doses say, cell by cell, so that a page, a file and a
table never differ. None means not known, not stated, or nothing to say.
"""

from __future__ import annotations

from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from dosecal.model.schedule import DateState
from dosecal.model.struct import Struct, replace
from dosecal.report.calendars.offered_days import awaits_event, offered_days
from dosecal.report.messages.words import JOINT
from dosecal.report.tables.date_columns import booking_words
from dosecal.report.tables.schedule import doses_table, visits_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dosecal.model.protocol import Arm, Assessment, Protocol, Visit
    from dosecal.model.regimen import Regimen
    from dosecal.model.schedule import Schedule
    from dosecal.report.calendars.offered_days import Runs


_INSIDE = "\0"
"""Stands for the sign between two notes where it is inside one: no text that is read has this character."""


class CalendarVisit(Struct, frozen=True):
    """A subject's visit.

    Attributes:
        visit: The protocol's visit.
        study_day: Its printed label; empty for none.
        target: The date that the protocol aims at.
        window: The first and the last allowed date, both inside; None where no window is stated or the anchor is not
            known.
        wider: The second, wider window likewise.
        planned: The date on which it is planned.
        closed_day: Why the site is closed on the date that the protocol wants; empty for an open day.
        actual: The date on which it was held.
        booked: The date for which it is booked.
        status: The status in words; empty where there is no record.
        deviation_days: By how many days the actual date differs from the target; None for nothing on record.
        regimens: What is dosed at it.
        assessments: What is done at it.
        notes: The notes of its row.
        offered: The days on which it may be held, as runs from a first to a last day, both inside: those of its window
            that are late enough after other visits, and on which the site is open where that is known.
        awaits_event: Whether it comes only if something happens that is on no record yet.
        too_early: That it is booked for a day that is too early after another visit; empty for no such booking.
        is_provisional: Whether its planned date follows that of a visit that has not happened yet, and may still move.
    """

    visit: Visit
    study_day: str
    target: date | None
    window: tuple[date, date] | None
    wider: tuple[date, date] | None
    planned: date | None
    closed_day: str
    actual: date | None
    booked: date | None
    status: str
    deviation_days: int | None
    regimens: tuple[Regimen, ...]
    assessments: tuple[Assessment, ...]
    notes: tuple[str, ...]
    offered: Runs = ()
    awaits_event: bool = False
    too_early: str = ""
    is_provisional: bool = False

    @property
    def day(self) -> date | None:
        """The day on which it was held, or is booked, or is planned: the first of these that is known."""
        return self.actual or self.booked or self.planned


class CalendarDose(Struct, frozen=True):
    """A subject's dose, as its row of the doses table says it.

    Attributes:
        regimen: The protocol's regimen.
        number: Which dose of its regimen it is, by date, from 1.
        visit: The id of its visit.
        planned: The date on which it is planned.
        rule: The dose rule in words.
        ordered: The ordered dose in plain exact digits; empty where it is to be determined.
        unit: The unit of the ordered dose.
        product: The product's id; empty for none.
        volume_ml: The volume in plain exact digits; empty where it is not known.
        containers: The containers in words; empty likewise.
        notes: The notes of its row.
    """

    regimen: Regimen
    number: int
    visit: str
    planned: date | None
    rule: str
    ordered: str
    unit: str
    product: str
    volume_ml: str
    containers: str
    notes: tuple[str, ...]


class SubjectCalendar(Struct, frozen=True):
    """All that is planned for one subject.

    Attributes:
        protocol: The version that the subject is planned by.
        subject: The subject's id.
        site: The site's id; empty for none.
        arm: The arm.
        visits: By target date, then in file order; those without a date stand where the visits table has them.
        doses: By date.
    """

    protocol: Protocol
    subject: str
    site: str
    arm: Arm
    visits: tuple[CalendarVisit, ...]
    doses: tuple[CalendarDose, ...]

    def after(self, before: SubjectCalendar) -> SubjectCalendar:
        """The calendar with what an earlier version of the protocol says of the days on which it was in force."""
        return replace(self, visits=(*before.visits, *self.visits), doses=(*before.doses, *self.doses))


def subject_calendars(schedule: Schedule) -> Iterator[SubjectCalendar]:
    """The calendar of each subject of a schedule, in the order of the input; a subject without visits has none."""
    protocol = schedule.protocol
    arms = {arm.id: arm for arm in protocol.arms}
    doses = {
        subject: tuple(_dose(protocol, row) for row in rows)
        for subject, rows in groupby(doses_table(schedule).records(), key=itemgetter("subject_id"))
    }
    waiting = awaits_event(schedule).tolist()
    numbered = enumerate(visits_table(schedule).records())
    for subject, grouped in groupby(numbered, key=lambda pair: pair[1]["subject_id"]):
        places, rows = zip(*grouped, strict=True)
        visits = tuple(
            replace(
                _visit(protocol, row),
                offered=offered_days(schedule, place),
                awaits_event=waiting[place],
                too_early=booking_words(schedule, place, with_gaps=False),
                is_provisional=bool(schedule.visits.state[place] == DateState.PROVISIONAL),
            )
            for place, row in zip(places, rows, strict=True)
        )
        yield SubjectCalendar(protocol, subject, rows[0]["site"], arms[rows[0]["arm"]], visits, doses.get(subject, ()))


def _visit(protocol: Protocol, row: Mapping[str, str]) -> CalendarVisit:
    regimens = {one.id: one for one in protocol.regimens}
    assessments = {one.id: one for one in protocol.assessments}
    return CalendarVisit(
        visit=protocol.visit(row["visit"]),
        study_day=row["study_day"],
        target=_date(row["target_date"]),
        window=_span(row["window_start"], row["window_end"]),
        wider=_span(row.get("wider_start", ""), row.get("wider_end", "")),
        planned=_date(row["planned_date"]),
        closed_day=row["closed_day"],
        actual=_date(row["actual_date"]),
        booked=_date(row.get("booked_date", "")),
        status=row["status"],
        deviation_days=int(row["deviation_days"]) if row["deviation_days"] else None,
        regimens=tuple(regimens[one] for one in _parts(row["doses"])),
        assessments=tuple(assessments[one] for one in _parts(row["assessments"])),
        notes=_notes(protocol, row["notes"]),
    )


def _dose(protocol: Protocol, row: Mapping[str, str]) -> CalendarDose:
    regimens = {one.id: one for one in protocol.regimens}
    return CalendarDose(
        regimen=regimens[row["regimen"]],
        number=int(row["dose_number"]),
        visit=row["visit"],
        planned=_date(row["planned_date"]),
        rule=row["dose_rule"],
        ordered=row["ordered_dose"],
        unit=row["unit"],
        product=row["product"],
        volume_ml=row["volume_ml"],
        containers=row["containers"],
        notes=_notes(protocol, row["notes"]),
    )


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _span(first: str, last: str) -> tuple[date, date] | None:
    return (date.fromisoformat(first), date.fromisoformat(last)) if first and last else None


def _notes(protocol: Protocol, text: str) -> tuple[str, ...]:
    """The notes of a row; a text of the protocol that holds the sign between two notes stays whole."""
    texts = (
        *(visit.contact for visit in protocol.visits),
        *(cycles.until for cycles in protocol.cycles),
        *(condition.words for condition in protocol.conditions),
        *(regimen.label for regimen in protocol.regimens),
    )
    for whole in dict.fromkeys(one for one in texts if JOINT in one):
        text = text.replace(whole, whole.replace(JOINT, _INSIDE))
    return tuple(part.replace(_INSIDE, JOINT) for part in _parts(text))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split(JOINT)) if text else ()
