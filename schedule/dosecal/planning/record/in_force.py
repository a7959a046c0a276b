"""What has happened is judged by the version of the protocol that was in force on its day.

Conventions: a subject who moved to a newer version is planned by both; each visit, with its doses, is taken from the
version in force on its day: the actual one where it was held, else the one on which it is planned. A visit without a
day is still to come, and is the newer version's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from dosecal.model.adherence import Adherence
from dosecal.model.preparation import PreparedDoses
from dosecal.model.schedule import PlannedDoses, Schedule
from dosecal.model.site import ClosedDays
from dosecal.model.struct import names_of, replace
from dosecal.planning.record.follow_up import keep_visits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.cohort import Dates, Indices
    from dosecal.model.record import CohortRecord

    Mask = NDArray[np.bool_]

Rows = TypeVar("Rows", PlannedDoses, PreparedDoses, Adherence, ClosedDays)


def part_by_version(new: Schedule, old: Schedule, since: np.datetime64) -> tuple[Schedule, Schedule]:
    """What an older version says of the days before a newer one took effect, and the newer one of the rest.

    Args:
        new: The schedule by the newer version, with what is on record.
        old: The same subjects, or some of them, by the older version, with the same record. A subject whom it can't
            plan was never planned by it, and stays with the newer version.
        since: The day from which the newer version is in force.

    Returns:
        The older version's schedule with the visits of the days before, and the newer one's with the others. A visit
        that the newer version brought in for a day before it took effect is in neither, unless it was held.
    """
    is_past = _day(new) < since
    new_past, new_held = _by_place(new, is_past), _by_place(new, ~np.isnat(_actual(new)))
    new_known = _by_place(new, np.ones(len(new.visits), dtype=np.bool_))
    subjects, visits = _places_in(new, old)  # of each subject and visit of the older version
    both = (subjects >= 0)[:, None] & (visits >= 0)[None, :]
    at = np.ix_(np.maximum(subjects, 0), np.maximum(visits, 0))
    known = both & new_known[at]
    old_past = _by_place(old, _day(old) < since)
    takes_old = np.where(known, new_past[at], old_past) & _by_place(old, np.ones(len(old.visits), dtype=np.bool_))
    replaced = np.zeros(new_known.shape, dtype=np.bool_)
    of_subject, of_visit = np.nonzero(takes_old & both)
    replaced[subjects[of_subject], visits[of_visit]] = True
    moved = np.zeros(len(new.cohort), dtype=np.bool_)
    moved[subjects[subjects >= 0]] = True
    takes_new = ~replaced & ~(new_past & ~new_held & moved[:, None])
    return (
        keep_rows(old, takes_old, _unscheduled_before(old, since)),
        keep_rows(new, takes_new, ~(_unscheduled_before(new, since) & _of_subjects(new, moved))),
    )


def _unscheduled_before(schedule: Schedule, day: np.datetime64) -> Mask:
    """(k,) Whether each visit without a name is on record before a day."""
    record = schedule.record
    if record is None:
        return np.zeros(0, dtype=np.bool_)
    is_before: Mask = record.record.date[record.unscheduled_row] < day
    return is_before


def _of_subjects(schedule: Schedule, marked: Mask) -> Mask:
    """(k,) Whether each visit without a name is one of the marked subjects'."""
    return np.zeros(0, dtype=np.bool_) if schedule.record is None else marked[schedule.record.unscheduled_subject]


def _actual(schedule: Schedule) -> Dates:
    """(n,) The day on which each visit was held; NaT where it was not."""
    if schedule.record is None:
        return np.full(len(schedule.visits), np.datetime64("NaT", "D"))
    actual: Dates = schedule.record.actuals.date[schedule.visits.subject, schedule.visits.visit]
    return actual


def _day(schedule: Schedule) -> Dates:
    """(n,) The day of each visit: the actual, else the booked, else the planned one, else the end of its window."""
    visits, actual = schedule.visits, _actual(schedule)
    days: Dates = np.where(np.isnat(visits.planned), visits.window_end, visits.planned)
    if schedule.record is not None:
        booked = schedule.record.actuals.booked[visits.subject, visits.visit]
        days = np.where(np.isnat(booked), days, booked)
    day: Dates = np.where(np.isnat(actual), days, actual)
    return day


def _by_place(schedule: Schedule, of_row: Mask) -> Mask:
    """(subjects, visits) A mark of the rows, by their place."""
    marks = np.zeros((len(schedule.cohort), len(schedule.protocol.visits)), dtype=np.bool_)
    marks[schedule.visits.subject, schedule.visits.visit] = of_row
    return marks


def _places_in(new: Schedule, old: Schedule) -> tuple[Indices, Indices]:
    """The place in the newer schedule of each subject and each visit of the older one; -1 for none."""
    subjects = {one: place for place, one in enumerate(new.cohort.ids)}
    visits = {one.id: place for place, one in enumerate(new.protocol.visits)}
    return (
        np.array([subjects.get(one, -1) for one in old.cohort.ids], dtype=np.int32),
        np.array([visits.get(one.id, -1) for one in old.protocol.visits], dtype=np.int32),
    )


def keep_rows(schedule: Schedule, is_kept: Mask, unscheduled: Mask) -> Schedule:
    """A schedule with some of its visits, and the doses of these.

    Args:
        schedule: The schedule, before closed days are looked at.
        is_kept: (subjects, visits) Which visits are kept.
        unscheduled: (k,) Which of the visits without a name on record are kept.
    """
    visit_rows = is_kept[schedule.visits.subject, schedule.visits.visit]
    dose_rows = is_kept[schedule.doses.subject, schedule.doses.visit]
    return replace(
        schedule,
        visits=keep_visits(schedule.visits, visit_rows),
        doses=kept_columns(schedule.doses, dose_rows),
        prepared=kept_columns(schedule.prepared, dose_rows),
        adherence=None if schedule.adherence is None else kept_columns(schedule.adherence, visit_rows),
        record=None if schedule.record is None else _kept_record(schedule.record, is_kept, unscheduled),
    )


def kept_columns(rows: Rows, is_kept: Mask) -> Rows:
    """Some of the rows; what is no column is that of all."""
    columns = {name: getattr(rows, name) for name in names_of(rows)}
    kept: dict[str, Any] = {name: one[is_kept] for name, one in columns.items() if isinstance(one, np.ndarray)}
    return replace(rows, **kept)


def _kept_record(record: CohortRecord, is_kept: Mask, unscheduled: Mask) -> CohortRecord:
    given = is_kept[record.given_subject, record.given_visit]
    return replace(
        record,
        given_row=record.given_row[given],
        given_subject=record.given_subject[given],
        given_visit=record.given_visit[given],
        given_regimen=record.given_regimen[given],
        unscheduled_row=record.unscheduled_row[unscheduled],
        unscheduled_subject=record.unscheduled_subject[unscheduled],
    )
