"""On which open day: from targets, windows and policies to planned dates, for any number of rows at once.

Conventions: dates are ``datetime64[D]`` and NaT means not known or not stated; both ends of a window are inside it. The
target and the window never move. A planned date is moved only where the protocol's policy says so, only to an open day
and only inside the window; in every other case the target stays and the outcome says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.closed_day import ClosedDayOutcome, ClosedDayPolicy
from dosecal.model.site import ClosedDays, site_places
from dosecal.model.struct import replace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.cohort import Cohort, Dates, Indices
    from dosecal.model.protocol import Protocol, Visit
    from dosecal.model.schedule import PlannedVisits, Schedule
    from dosecal.model.site import Calendars
    from dosecal.planning.dates.chains import HasDose

    Days = NDArray[np.int64]

_NEAREST = (ClosedDayPolicy.NEAREST, ClosedDayPolicy.NEAREST_EARLIER, ClosedDayPolicy.NEAREST_LATER)
_STAYS = {
    ClosedDayPolicy.NONE_STATED: ClosedDayOutcome.NONE_STATED,
    ClosedDayPolicy.KEEP: ClosedDayOutcome.KEPT,
    ClosedDayPolicy.DOSE: ClosedDayOutcome.DOSE_KEPT,
}


def move_to_open_days(
    wanted: Dates,
    window_start: Dates,
    window_end: Dates,
    policy: NDArray[np.int8],
    site: Indices,
    calendars: Calendars,
) -> ClosedDays:
    """The planned date of each row, and what closed days did to it.

    Args:
        wanted: (n,) The dates that rows are planned on before closed days are looked at; NaT where there is none.
        window_start: (n,) The first allowed dates, late enough after other visits too; NaT where no window is stated.
        window_end: (n,) The last allowed dates; NaT likewise.
        policy: (n,) A ``ClosedDayPolicy`` for each row.
        site: (n,) The place of each row's site in the calendars; none is -1.
        calendars: Calendars that cover every wanted date and, where there is none, every window.

    Returns:
        The planned dates with their reasons and outcomes.

    Raises:
        ValueError: If a date is outside the span of the calendars.
    """
    days = wanted.view(np.int64)
    known = ~np.isnat(wanted)
    all_known = bool(known.all())
    at = _places(days if all_known else np.where(known, days, calendars.first), site, calendars)
    reason = calendars.reason.ravel()[at]
    if not all_known:
        reason[~known] = 0
    planned = wanted.copy()
    outcome = np.zeros(len(wanted), dtype=np.int8)
    closed = np.flatnonzero(reason)
    if len(closed):
        move = _move(days[closed], window_start[closed], window_end[closed], policy[closed], at[closed], calendars)
        planned[closed], outcome[closed] = move
    if not all_known:
        rows = np.flatnonzero(~known & ~np.isnat(window_start) & ~np.isnat(window_end))
        shut = _is_shut(window_start[rows], window_end[rows], site[rows], calendars)
        outcome[rows[shut]] = ClosedDayOutcome.WINDOW_CLOSED
    return ClosedDays(wanted, planned, reason, outcome, policy, calendars.reasons, calendars=calendars, site=site)


def _places(days: Days, site: Indices, calendars: Calendars) -> Days:
    """(n,) The place of each day of each site in the calendars, laid end to end.

    Raises:
        ValueError: If a day is outside the span, which whoever made the calendars has to see to.
    """
    if len(days) and not calendars.covers(int(np.min(days)), int(np.max(days))):
        message = "the calendars do not cover every date"
        raise ValueError(message)
    width = calendars.reason.shape[1]
    at: Days = days - calendars.first
    if len(calendars.names) > 1:
        at += site.astype(np.int64) * width
    return at


def _move(
    days: Days, window_start: Dates, window_end: Dates, policy: NDArray[np.int8], at: Days, calendars: Calendars
) -> tuple[Dates, NDArray[np.int8]]:
    """The planned dates and outcomes of rows whose target is closed."""
    later, earlier = calendars.next_open.ravel()[at], calendars.previous_open.ravel()[at]
    has_start, has_end = ~np.isnat(window_start), ~np.isnat(window_end)
    is_nearest = np.isin(policy, _NEAREST)
    may_later = has_end & (later <= window_end.astype(np.int64)) & (is_nearest | (policy == ClosedDayPolicy.NEXT))
    may_earlier = has_start & (earlier >= window_start.astype(np.int64))
    may_earlier &= is_nearest | (policy == ClosedDayPolicy.PREVIOUS)
    both = may_later & may_earlier
    equal = both & (later - days == days - earlier)
    takes_later = may_later & (
        ~both | (later - days < days - earlier) | (equal & (policy == ClosedDayPolicy.NEAREST_LATER))
    )
    takes_earlier = may_earlier & ~takes_later & (~equal | (policy == ClosedDayPolicy.NEAREST_EARLIER))
    planned = np.where(takes_later, later, np.where(takes_earlier, earlier, days))
    outcome = np.full(len(days), ClosedDayOutcome.NO_OPEN_DAY, dtype=np.int8)
    outcome[~(has_start | has_end)] = ClosedDayOutcome.NO_WINDOW
    outcome[equal] = ClosedDayOutcome.TIE
    outcome[takes_later | takes_earlier] = ClosedDayOutcome.MOVED
    for one, stays in _STAYS.items():
        outcome[policy == one] = stays
    return planned.astype("datetime64[D]"), outcome


def _is_shut(start: Dates, end: Dates, site: Indices, calendars: Calendars) -> NDArray[np.bool_]:
    """(n,) Whether every day of a window is closed."""
    at = _places(start.astype(np.int64), site, calendars)
    shut: NDArray[np.bool_] = calendars.next_open.ravel()[at] > end.astype(np.int64)
    return shut


def date_span(schedule: Schedule) -> tuple[int, int] | None:
    """The first and the last day that any row of a schedule touches; None where no date is known."""
    visits = schedule.visits
    columns = (visits.planned, visits.window_start, visits.window_end, schedule.doses.day, *_bookings(schedule))
    known = [days[~np.isnat(days)].astype(np.int64) for days in columns]
    known = [days for days in known if len(days)]
    if not known:
        return None
    return min(int(np.min(days)) for days in known), max(int(np.max(days)) for days in known)


def keep_to_open_days(schedule: Schedule, calendars: Calendars) -> Schedule:
    """The schedule with its visits planned on open days as far as the protocol allows, and its doses where they were.

    Args:
        schedule: A schedule whose subjects all have a site of the calendars.
        calendars: Calendars that cover the schedule's span.
    """
    visits, doses, cohort = schedule.visits, schedule.doses, schedule.cohort
    site = site_places(calendars.names, cohort.sites)
    closed = open_days_of(schedule.protocol, cohort, visits, calendars, has_dose=schedule.has_dose)
    none: Dates = np.broadcast_to(np.datetime64("NaT", "D"), doses.day.shape)
    is_dose = np.full(len(doses), ClosedDayPolicy.DOSE, dtype=np.int8)
    closed_doses = move_to_open_days(doses.day, none, none, is_dose, site[doses.subject], calendars)
    for booked in _bookings(schedule):
        closed = replace(closed, booked=_reasons_on(booked, site[visits.subject], calendars))
    return replace(
        schedule, visits=replace(visits, planned=closed.planned), closed_visits=closed, closed_doses=closed_doses
    )


def open_days_of(
    protocol: Protocol,
    cohort: Cohort,
    visits: PlannedVisits,
    calendars: Calendars,
    *,
    wanted: Dates | None = None,
    has_dose: HasDose | None = None,
) -> ClosedDays:
    """What closed days do to planned visits.

    Args:
        protocol: The protocol.
        cohort: The subjects, each with a site of the calendars.
        visits: Their planned visits.
        calendars: Calendars that cover the visits and the wanted dates.
        wanted: (n,) The dates that are looked at; None for the planned ones.
        has_dose: (subjects, regimens, visits) Whether no condition takes a dose from a subject; None where none does.
    """
    site = site_places(calendars.names, cohort.sites)[visits.subject]
    policy = policies_of_visits(protocol, cohort, visits, has_dose)
    start = late_enough(visits.window_start, visits.not_before)
    days = visits.planned if wanted is None else wanted
    closed = move_to_open_days(days, start, visits.window_end, policy, site, calendars)
    # what has a target and no planned date has no day left after a gap, which is said already
    closed.outcome[np.isnat(days) & ~np.isnat(visits.target)] = ClosedDayOutcome.OPEN
    return closed


def _bookings(schedule: Schedule) -> tuple[Dates, ...]:
    """(n,) The day for which each visit is booked; nothing where no record is known."""
    if schedule.record is None:
        return ()
    return (schedule.record.actuals.booked[schedule.visits.subject, schedule.visits.visit],)


def _reasons_on(days: Dates, site: Indices, calendars: Calendars) -> NDArray[np.int16]:
    """(n,) Why each day is closed; 0 where it is open or not known."""
    reason = np.zeros(len(days), dtype=np.int16)
    known = np.flatnonzero(~np.isnat(days))
    reason[known] = calendars.reason.ravel()[_places(days[known].astype(np.int64), site[known], calendars)]
    return reason


def late_enough(window_start: Dates, not_before: Dates) -> Dates:
    """(n,) The start of each window, or the first day in it that is late enough after other visits."""
    if bool(np.isnat(not_before).all()):
        return window_start
    start: Dates = np.where(not_before > window_start, not_before, window_start)
    return start


def closed_day_policies(protocol: Protocol) -> NDArray[np.int8]:
    """(visits, arms) The policy of each visit in each arm.

    A visit at which its arm is dosed, or that prepares a dose of the same day, is kept whatever is stated; so it is in
    an arm that shares the words of that one for blinded readers.
    """
    rows = [[_policy(protocol, visit, arm.id) for arm in protocol.arms] for visit in protocol.visits]
    return np.array(rows, dtype=np.int8).reshape(len(protocol.visits), len(protocol.arms))


def policies_of_visits(
    protocol: Protocol, cohort: Cohort, visits: PlannedVisits, has_dose: HasDose | None
) -> NDArray[np.int8]:
    """(n,) The policy of each visit; where conditions take every dose of it from a subject, what is stated holds.

    Args:
        protocol: The protocol.
        cohort: The subjects.
        visits: Their planned visits.
        has_dose: (subjects, regimens, visits) Whether no condition takes a dose from a subject; None where none does.
    """
    arm = cohort.arm[visits.subject]
    policy = closed_day_policies(protocol)[visits.visit, arm]
    if has_dose is None:
        return policy
    prepares = np.array([bool(visit.before) for visit in protocol.visits], dtype=np.bool_)[visits.visit]
    stated = np.array([visit.closed_day for visit in protocol.visits], dtype=np.int8)[visits.visit]
    keeps = is_dosed(protocol, visits.subject, visits.visit, arm, has_dose) | prepares
    of_visit: NDArray[np.int8] = np.where(keeps, policy, stated)
    return of_visit


def is_dosed(
    protocol: Protocol, subject: Indices, visit: Indices, arm: Indices, has_dose: HasDose | None
) -> NDArray[np.bool_]:
    """(n,) Whether a dose is given at each visit of each subject, or to an arm that shares the words of the subject's.

    Args:
        protocol: The protocol.
        subject: (n,) The places of the subjects.
        visit: (n,) The places of the visits.
        arm: (n,) The places of the subjects' arms.
        has_dose: (subjects, regimens, visits) Whether no condition takes a dose from a subject; None where none does.
    """
    dosed = np.zeros(len(visit), dtype=np.bool_)
    groups = [protocol.like_arm(one.id) for one in protocol.arms]
    for place, regimen in enumerate(protocol.regimens):
        of_arm = np.array([not alike.isdisjoint(regimen.arms) for alike in groups], dtype=np.bool_)
        of_visit = np.array([one.id in regimen.visits for one in protocol.visits], dtype=np.bool_)
        has = of_arm[arm] & of_visit[visit]
        dosed |= has if has_dose is None else has & has_dose[subject, place, visit]
    return dosed


def _policy(protocol: Protocol, visit: Visit, arm: str) -> ClosedDayPolicy:
    alike = protocol.like_arm(arm)
    is_dosed = any(
        (regimen.id == visit.before or visit.id in regimen.visits) and not alike.isdisjoint(regimen.arms)
        for regimen in protocol.regimens
    )
    return ClosedDayPolicy.DOSE if is_dosed else visit.closed_day
