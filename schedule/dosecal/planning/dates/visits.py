"""When: from anchors and offsets to target dates and windows, for a whole cohort at once.

Conventions: a target is its anchor plus the offset; the window is about the target and never moves; both of its ends
are inside. A visit is planned on its target. Where dates follow others, ``chains`` has resolved them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.schedule import DateState, GapEnds, PlannedVisits
from dosecal.planning.dates.chains import is_chained, resolve_dates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.actuals import Actuals
    from dosecal.model.cohort import Cohort, Dates, Indices
    from dosecal.model.days import Window
    from dosecal.model.protocol import Protocol
    from dosecal.planning.dates.chains import Calendar, HasDose

NOT_A_DAY = np.datetime64("NaT", "D")


def plan_visits(
    protocol: Protocol, cohort: Cohort, actuals: Actuals | None = None, has_dose: HasDose | None = None
) -> PlannedVisits:
    """The visits of every subject by protocol.

    Args:
        protocol: The protocol.
        cohort: The subjects, whose arms and anchors are those of the protocol.
        actuals: What happened, from which the dates of visits may follow; None for nothing yet.
        has_dose: (subjects, regimens, visits) Whether no condition takes a dose from a subject; None where none does.

    Returns:
        One row a subject and visit of its arm: subjects in input order, visits by target date (by the start of the
        window where there is no target; those not known yet last), then in file order.
    """
    calendar = resolve_dates(protocol, cohort, actuals, has_dose) if is_chained(protocol) else None
    return visits_by(calendar, protocol, cohort)


def visits_by(calendar: Calendar | None, protocol: Protocol, cohort: Cohort) -> PlannedVisits:
    """The visits of every subject, by a calendar that was resolved already.

    Args:
        calendar: Every date; None where each is an anchor's column and so many days.
        protocol: The protocol.
        cohort: The subjects.
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
        if calendar is None:
            dates = visit_dates(protocol, visits, cohort.anchors[of_arm])
        else:
            dates = _sorting_dates(calendar, protocol)[visits][:, of_arm].T
        visit[rows] = _in_date_order(visits, dates)
    if calendar is None:
        return _dated(protocol, cohort, subject, visit)
    return _dated_by(calendar, protocol, subject, visit)


def _in_date_order(visits: Indices, dates: Dates) -> NDArray[np.int32]:
    """(subjects, visits) The places of an arm's visits, by date for each subject, ties in file order."""
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


def _sorting_dates(calendar: Calendar, protocol: Protocol) -> Dates:
    """(visits, subjects) The target of each visit, or the start of its window where it has no target."""
    dates = calendar.target.copy()
    for place, visit in enumerate(protocol.visits):
        if not visit.has_target:
            dates[place] = calendar.counted[place] + np.timedelta64(_range_start(visit.window), "D")
    return dates


def planned_dates(calendar: Calendar, visits: Indices, subjects: Indices) -> Dates:
    """(subjects, visits) The planned date of each visit; NaT where there is none.

    Args:
        calendar: Every date.
        visits: (visits,) Places of visits in the protocol.
        subjects: (subjects,) Places of subjects in the cohort.
    """
    dates: Dates = calendar.planned[visits][:, subjects].T
    return dates


def _range_start(window: object) -> int:
    first: int = getattr(window, "first", 0)
    return first


def _dated(protocol: Protocol, cohort: Cohort, subject: Indices, visit: Indices) -> PlannedVisits:
    anchor_date = _anchor_dates(protocol, cohort, subject, visit)
    has_target = np.array([v.has_target for v in protocol.visits])
    offset = np.array([v.offset or 0 for v in protocol.visits], dtype="timedelta64[D]")
    about = anchor_date + offset[visit]
    target = about if has_target.all() else np.where(has_target[visit], about, NOT_A_DAY)
    first, last = _around(about, visit, [v.window for v in protocol.visits])
    wider_first, wider_last = _around(about, visit, [v.wider for v in protocol.visits])
    never = np.broadcast_to(NOT_A_DAY, about.shape)
    unknown = np.isnat(anchor_date)
    state = np.broadcast_to(np.int8(DateState.KNOWN), about.shape)
    if unknown.any():
        state = np.where(unknown, np.int8(DateState.ANCHOR_UNKNOWN), state)
    return PlannedVisits(
        subject, visit, anchor_date, target, first, last, target, wider_first, wider_last, never, state
    )


def _dated_by(calendar: Calendar, protocol: Protocol, subject: Indices, visit: Indices) -> PlannedVisits:
    at = visit, subject
    counted, target = calendar.counted[at], calendar.target[at]
    has_target = np.array([v.has_target for v in protocol.visits])
    about = np.where(has_target[visit], target, counted)
    first, last = _around(about, visit, [v.window for v in protocol.visits])
    wider_first, wider_last = _around(about, visit, [v.wider for v in protocol.visits])
    return PlannedVisits(
        subject=subject,
        visit=visit,
        anchor_date=counted,
        target=target,
        window_start=first,
        window_end=last,
        planned=calendar.planned[at],
        wider_start=wider_first,
        wider_end=wider_last,
        not_before=calendar.not_before[at],
        state=calendar.state[at],
        gaps=_gaps_by(calendar, protocol, subject, visit),
    )


def _gaps_by(calendar: Calendar, protocol: Protocol, subject: Indices, visit: Indices) -> GapEnds | None:
    """When the gaps of each row are over; None where the protocol asks for none."""
    if not calendar.gaps:
        return None
    place = np.full(len(protocol.visits), -1)
    place[list(calendar.gaps)] = np.arange(len(calendar.gaps))
    rows = np.flatnonzero(place[visit] >= 0)
    at = place[visit[rows]], subject[rows]
    earliest, latest, sure = (np.full(len(visit), np.datetime64("NaT", "m")) for _ in range(3))
    is_known = np.ones(len(visit), dtype=np.bool_)
    ends = calendar.gaps.values()
    earliest[rows] = np.stack([one.earliest for one in ends])[at]
    latest[rows] = np.stack([one.latest for one in ends])[at]
    sure[rows] = np.stack([one.sure for one in ends])[at]
    is_known[rows] = np.stack([one.is_known for one in ends])[at]
    return GapEnds(earliest, latest, sure, is_known)


def _anchor_dates(protocol: Protocol, cohort: Cohort, subject: Indices, visit: Indices) -> Dates:
    if len(protocol.anchors) == 1:
        return cohort.anchors[:, 0][subject]
    anchor_of = np.array([protocol.anchor_index(v.anchor) for v in protocol.visits], dtype=np.int32)
    return cohort.anchors[subject, anchor_of[visit]]


def _around(about: Dates, visit: Indices, windows: list[Window | None]) -> tuple[Dates, Dates]:
    """(n,) Both ends of the window of each row; NaT, which days from none stated make of a date, where there is none.

    Args:
        about: (n,) The target, or what a window without a target is about.
        visit: (n,) The place of the visit.
        windows: The window of each visit of the protocol.
    """
    if all(window is None for window in windows):
        never = np.broadcast_to(NOT_A_DAY, about.shape)
        return never, never
    none_stated = np.timedelta64("NaT", "D")
    first = [none_stated if w is None else np.timedelta64(w.first, "D") for w in windows]
    last = [none_stated if w is None else np.timedelta64(w.last, "D") for w in windows]
    return about + np.array(first)[visit], about + np.array(last)[visit]
