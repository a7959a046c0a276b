"""What on record makes one doubt the record: warnings that ask a person to look, and change nothing.

Conventions: the schedule has been followed up. A warning names the subject and the visit by their ids and stands at the
row that it is about.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.actuals import ActualStatus
from dosecal.model.adherence import VisitStatus
from dosecal.model.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dosecal.model.cohort import Dates
    from dosecal.model.protocol import Protocol, Visit
    from dosecal.model.record import CohortRecord
    from dosecal.model.schedule import Schedule

FAR_DAYS = 183
"""A visit that was held, or is booked, further than half a year from its day is doubted."""

FAR_YEARS_BEFORE, FAR_YEARS_AFTER = 20, 5
"""An anchor so many years before the day of judgement, or after it, is doubted."""

SILENT_DAYS = 60
"""A subject is silent whose visits are overdue, and who was not seen, for more than so many days."""

_DAYS_A_YEAR = 366


def doubts(schedule: Schedule) -> list[Problem]:
    """Every warning about what is on record of a schedule's subjects.

    Raises:
        ValueError: If the schedule was not followed up.
    """
    record = _record_of(schedule)
    found = chain(
        _moved_anchors(schedule, record),
        _far_visits(schedule, record),
        _far_others(schedule, record),
        _far_anchors(schedule),
        _out_of_order(schedule, record),
        _doses_of_no_visit(schedule, record),
    )
    return list(found)


def _record_of(schedule: Schedule) -> CohortRecord:
    if schedule.record is None or schedule.adherence is None:
        message = "a schedule is followed up before its record is doubted"
        raise ValueError(message)
    return schedule.record


def _warning(schedule: Schedule, row: int, code: str, message: str) -> Problem:
    """A warning about the visit of a row of the plan."""
    visits, record = schedule.visits, _record_of(schedule)
    subject, place = int(visits.subject[row]), int(visits.visit[row])
    source = record.record.source(int(record.row[subject, place]))
    said = f"subject {schedule.cohort.ids[subject]}: {schedule.protocol.visits[place].id} {message}"
    return Problem(source, code, "date", said)


def _doses_of_no_visit(schedule: Schedule, record: CohortRecord) -> Iterator[Problem]:
    """Doses that were given at a visit without a name, which no order can be held against."""
    whole = record.record
    for row, subject in zip(record.unscheduled_row.tolist(), record.unscheduled_subject.tolist(), strict=True):
        if whole.amount[row] >= 0:
            said = "a dose at a visit without a name is held against no order, and counted nowhere; name the visit"
            yield Problem(whole.source(row), "W065", "visit", f"subject {schedule.cohort.ids[subject]}: {said}")


def _moved_anchors(schedule: Schedule, record: CohortRecord) -> Iterator[Problem]:
    """Visits that are an anchor's own day, and were held on another."""
    protocol, visits, cohort = schedule.protocol, schedule.visits, schedule.cohort
    done = record.actuals.status[visits.subject, visits.visit] == ActualStatus.DONE
    actual = record.actuals.date[visits.subject, visits.visit]
    for column, anchor in enumerate(protocol.anchors):
        own = np.zeros((len(protocol.visits), len(protocol.arms)), dtype=np.bool_)
        for arm, one in enumerate(protocol.arms):
            own[[protocol.visit_index(visit.id) for visit in _own_visits(protocol, anchor.id, one.id)], arm] = True
        if anchor.event is not None or not own.any():
            continue
        date = cohort.anchors[visits.subject, column]
        is_moved = done & own[visits.visit, cohort.arm[visits.subject]] & (actual != date) & ~np.isnat(date)
        for row in np.flatnonzero(is_moved).tolist():
            said = f"was held on {actual[row]}, and {anchor.id}, the day that it stands for, is {date[row]}: "
            yield _warning(schedule, row, "W061", said + "is that the date from which visits are counted?")


def _own_visits(protocol: Protocol, anchor: str, arm: str) -> list[Visit]:
    """The visits that are the day of an anchor: those that are dosed, or have no other day, or else all on it."""
    on_it = [v for v in protocol.visits if v.anchor == anchor and v.offset == 0 and not v.after and arm in v.arms]
    dosed = [visit for visit in on_it if protocol.regimens_at(visit.id, arm)]
    fixed = [visit for visit in on_it if visit.window is None or visit.window.first == visit.window.last]
    return dosed or fixed or on_it


def _far_visits(schedule: Schedule, record: CohortRecord) -> Iterator[Problem]:
    """Visits that were held, or are booked, far from the days that the protocol allows."""
    visits, actuals = schedule.visits, record.actuals
    at = visits.subject, visits.visit
    first = _else(visits.window_start, visits.target, schedule.cohort.anchors[visits.subject, 0])
    last = _else(visits.window_end, visits.target)
    far = np.timedelta64(FAR_DAYS, "D")
    for day, what in ((actuals.date[at], "was held"), (actuals.booked[at], "is booked")):
        for row in np.flatnonzero((day < first - far) | (day > last + far)).tolist():
            side = "before" if day[row] < first[row] else "after"
            away = int(abs((day[row] - (first if side == "before" else last)[row]).astype(np.int64)))
            said = f"{what} on {day[row]}, {away:,} days {side} the days that the protocol allows: is the year right?"
            yield _warning(schedule, row, "W062", said)


def _else(*dates: Dates) -> Dates:
    """(n,) The first of several dates that is known."""
    found = dates[0]
    for other in dates[1:]:
        found = np.where(np.isnat(found), other, found)
    return found


def _far_others(schedule: Schedule, record: CohortRecord) -> Iterator[Problem]:
    """Endings and visits without a name far before the first anchor."""
    cohort, rows = schedule.cohort, record.record
    far = np.timedelta64(FAR_DAYS, "D")
    dates = rows.date[record.unscheduled_row]
    named = [
        (int(row), int(who), date)
        for row, who, date in zip(record.unscheduled_row, record.unscheduled_subject, dates, strict=True)
    ]
    for ending, column in (("off_treatment", record.actuals.off_treatment), ("off_study", record.actuals.off_study)):
        places = np.flatnonzero(~np.isnat(column))
        named += [(_row_of(record, cohort.ids[who], ending), who, column[who]) for who in places.tolist()]
    for row, who, date in named:
        start = cohort.anchors[who, 0]
        if date < start - far:
            what = rows.visits[rows.visit[row]] or "a visit without a name"
            away = int((start - date).astype(np.int64))
            first = schedule.protocol.anchors[0].id
            said = f"subject {cohort.ids[who]}: {what} on {date}, {away:,} days before {first}: is the year right?"
            yield Problem(rows.source(row), "W062", "date", said)


def _row_of(record: CohortRecord, subject: str, visit: str) -> int:
    """The row of the record in which an ending of a subject stands."""
    rows = record.record
    is_row = (rows.subject == rows.place(subject)) & (rows.visit == rows.visits.index(visit))
    return int(np.flatnonzero(is_row)[0])


def _far_anchors(schedule: Schedule) -> Iterator[Problem]:
    """Anchors that are many years from the day of judgement."""
    cohort, adherence = schedule.cohort, schedule.adherence
    as_of = np.datetime64("NaT", "D") if adherence is None else adherence.as_of
    first = as_of - np.timedelta64(FAR_YEARS_BEFORE * _DAYS_A_YEAR, "D")
    last = as_of + np.timedelta64(FAR_YEARS_AFTER * _DAYS_A_YEAR, "D")
    for column, anchor in enumerate(schedule.protocol.anchors):
        dates = cohort.anchors[:, column]
        for who in np.flatnonzero((dates < first) | (dates > last)).tolist():
            said = f"subject {cohort.ids[who]}: {anchor.id} is {dates[who]}, far from {as_of}: is the year right?"
            yield Problem(cohort.source(who), "W062", anchor.id, said)


def _out_of_order(schedule: Schedule, record: CohortRecord) -> Iterator[Problem]:
    """Visits that were held before one that the plan has before them."""
    visits, actuals = schedule.visits, record.actuals
    done = actuals.status[visits.subject, visits.visit] == ActualStatus.DONE
    far = np.abs(actuals.date[visits.subject, visits.visit] - visits.target) > np.timedelta64(FAR_DAYS, "D")
    rows = np.flatnonzero(done & ~np.isnat(visits.target) & ~far)
    actual = actuals.date[visits.subject[rows], visits.visit[rows]]
    latest = _latest_before(visits.subject[rows], actual.view(np.int64))
    before = rows[latest]
    is_late = (visits.subject[before] == visits.subject[rows]) & (visits.target[before] < visits.target[rows])
    for at in np.flatnonzero(is_late & (actual[latest] > actual)).tolist():
        other = schedule.protocol.visits[int(visits.visit[before[at]])].id
        said = f"was held on {actual[at]}, before {other} on {actual[latest[at]]}, which comes first: are both right?"
        yield _warning(schedule, int(rows[at]), "W063", said)


def _latest_before(subject: NDArray[np.int32], day: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) The place of the latest day of the same subject up to each row; of equal days the last."""
    room = int(np.ptp(day)) + 1 if len(day) else 1
    key = subject.astype(np.int64) * room + (day - day.min(initial=0))
    is_latest = key >= np.maximum.accumulate(key)
    return np.maximum.accumulate(np.where(is_latest, np.arange(len(day)), 0))


def silent_subjects(schedule: Schedule) -> tuple[str, ...]:
    """The ids of the subjects with no ending on record whose visits are long overdue, and who were not seen since."""
    record, visits, adherence = _record_of(schedule), schedule.visits, schedule.adherence
    if adherence is None or not len(record.record):
        return ()
    actuals, limit = record.actuals, adherence.as_of - np.timedelta64(SILENT_DAYS, "D")
    last_day = _else(visits.window_end, visits.not_before, visits.target)
    is_awaited = np.isin(adherence.status, (VisitStatus.OVERDUE, VisitStatus.PAST_ITS_DAY)) & (last_day < limit)
    is_silent = np.zeros(len(schedule.cohort), dtype=np.bool_)
    is_silent[visits.subject[is_awaited]] = True
    is_silent &= np.isnat(actuals.off_treatment) & np.isnat(actuals.off_study)
    is_silent &= ~(actuals.date >= limit).any(axis=1)
    is_silent[record.unscheduled_subject[record.record.date[record.unscheduled_row] >= limit]] = False
    return tuple(schedule.cohort.ids[who] for who in np.flatnonzero(is_silent).tolist())
