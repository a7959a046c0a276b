"""When: from anchors and offsets to target dates and windows, for a whole cohort at once.

Conventions: a target is its anchor plus the offset; the window is about the target and never moves; both of its ends
are inside. A visit is planned on its target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from schedule.model.schedule import DateState, PlannedVisits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from schedule.model.cohort import Cohort, Dates, Indices
    from schedule.model.protocol import Protocol

NOT_A_DAY = np.datetime64("NaT", "D")


def plan_visits(protocol: Protocol, cohort: Cohort) -> PlannedVisits:
    """The visits of every subject by protocol.

    Args:
        protocol: The protocol.
        cohort: The subjects, whose arms and anchors are those of the protocol.

    Returns:
        One row a subject and visit of its arm: subjects in input order, visits by target date (by the start of the
        window where there is no target; those not known yet last), then in file order.
    """
    visits_of_arm = [np.array(protocol.visits_of(arm.id), dtype=np.int32) for arm in protocol.arms]
    counts = np.array([len(visits) for visits in visits_of_arm], dtype=np.int64)
    ends = np.cumsum(counts[cohort.arm])
    starts = ends - counts[cohort.arm]
    total = int(ends[-1]) if len(cohort) else 0
    subject = np.repeat(np.arange(len(cohort), dtype=np.int32), counts[cohort.arm])
    visit = np.empty(total, dtype=np.int32)
    for arm, visits in enumerate(visits_of_arm):
        of_arm = np.flatnonzero(cohort.arm == arm)
        rows = starts[of_arm][:, None] + np.arange(len(visits))
        visit[rows] = _in_date_order(protocol, visits, cohort.anchors[of_arm])
    return _dated(protocol, cohort, subject, visit)


def _in_date_order(protocol: Protocol, visits: Indices, anchors: Dates) -> NDArray[np.int32]:
    """(subjects, visits) The places of an arm's visits, by date for each subject, ties in file order."""
    dates = visit_dates(protocol, visits, anchors)
    if not len(dates) or not len(visits):
        return np.broadcast_to(visits, dates.shape)
    offsets = np.where(np.isnat(dates), np.iinfo(np.int64).max, dates.astype(np.int64))
    if np.all(offsets[:, 1:] >= offsets[:, :-1]):
        return np.broadcast_to(visits, dates.shape)
    return visits[np.argsort(offsets, axis=1, kind="stable")]


def visit_dates(protocol: Protocol, visits: Indices, anchors: Dates) -> Dates:
    """(subjects, visits) The target of each visit, or the start of its window where it has no target.

    Args:
        protocol: The protocol.
        visits: (visits,) Places of visits in the protocol.
        anchors: (subjects, anchors) The anchors' dates.
    """
    planned = [protocol.visits[index] for index in visits]
    first = [visit.offset if visit.offset is not None else _range_start(visit.window) for visit in planned]
    column = [protocol.anchor_index(visit.anchor) for visit in planned]
    dates: Dates = anchors[:, column] + np.array(first, dtype="timedelta64[D]")
    return dates


def _range_start(window: object) -> int:
    first: int = getattr(window, "first", 0)
    return first


def _dated(protocol: Protocol, cohort: Cohort, subject: Indices, visit: Indices) -> PlannedVisits:
    anchor_date = _anchor_dates(protocol, cohort, subject, visit)
    has_target = np.array([v.offset is not None for v in protocol.visits])
    offset = np.array([v.offset or 0 for v in protocol.visits], dtype="timedelta64[D]")
    about = anchor_date + offset[visit]
    target = about if has_target.all() else np.where(has_target[visit], about, NOT_A_DAY)
    if all(v.window is None for v in protocol.visits):
        first = last = np.broadcast_to(NOT_A_DAY, about.shape)
    else:
        first, last = (about + days[visit] for days in _windows(protocol))
    never = np.broadcast_to(NOT_A_DAY, about.shape)
    state = np.where(np.isnat(anchor_date), np.int8(DateState.ANCHOR_UNKNOWN), np.int8(DateState.KNOWN))
    return PlannedVisits(subject, visit, anchor_date, target, first, last, target, never, never, never, state)


def _anchor_dates(protocol: Protocol, cohort: Cohort, subject: Indices, visit: Indices) -> Dates:
    if len(protocol.anchors) == 1:
        return cohort.anchors[:, 0][subject]
    anchor_of = np.array([protocol.anchor_index(v.anchor) for v in protocol.visits], dtype=np.int32)
    return cohort.anchors[subject, anchor_of[visit]]


def _windows(protocol: Protocol) -> tuple[NDArray[np.timedelta64], NDArray[np.timedelta64]]:
    """(visits,) Days from the target to each end of the window; NaT, which swallows a date, where none is stated."""
    windows = [visit.window for visit in protocol.visits]
    none_stated = np.timedelta64("NaT", "D")
    first = np.array(
        [none_stated if w is None else np.timedelta64(w.first, "D") for w in windows], dtype="timedelta64[D]"
    )
    last = np.array(
        [none_stated if w is None else np.timedelta64(w.last, "D") for w in windows], dtype="timedelta64[D]"
    )
    return first, last
