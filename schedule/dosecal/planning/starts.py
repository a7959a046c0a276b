"""Which days to start on: every start date of a span judged against a site's open days at once.

Conventions: a start is the date of the protocol's first anchor. A dose on a closed day breaks a start, since no dose is
moved. A visit on a closed day breaks it unless an open day inside the window can stand in: the one that the policy
names or, where none is stated or two are equally near, the nearest. A visit that is counted from something that a start
alone doesn't date is not judged. A visit or dose whose condition is false by the facts that are given of a subject is
not looked at; one whose condition is not known is judged, and that is said.

Starts are ordered by: doses on closed days, visits without an open day, visits off their target, days off target in
all, and then the date itself; fewer and earlier come first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.closed_day import ClosedDayOutcome, ClosedDayPolicy
from dosecal.model.cohort import Cohort, KnownFact, Levels, Weights
from dosecal.model.conditions import Truth
from dosecal.model.schedule import DateState
from dosecal.model.starts import Breach, StartDates
from dosecal.model.struct import Struct
from dosecal.planning.conditions import KnownEvents, evaluate, things_had
from dosecal.planning.dates.open_days import is_dosed, late_enough, move_to_open_days, policies_of_visits
from dosecal.planning.dates.visits import plan_visits
from dosecal.planning.record.follow_up import keep_visits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from numpy.typing import NDArray

    from dosecal.model.cohort import Dates, Indices
    from dosecal.model.conditions import Condition
    from dosecal.model.protocol import Protocol
    from dosecal.model.schedule import PlannedVisits
    from dosecal.model.site import Calendars, ClosedDays
    from dosecal.planning.dates.chains import HasDose

_FINDS_A_DAY = (ClosedDayPolicy.NONE_STATED, ClosedDayPolicy.NEAREST)
"""Policies under which a person picks the day that is still open here: of two equally near, the earlier stands in."""
_BREAKS = (
    ClosedDayOutcome.KEPT,
    ClosedDayOutcome.DOSE_KEPT,
    ClosedDayOutcome.NO_WINDOW,
    ClosedDayOutcome.NO_OPEN_DAY,
    ClosedDayOutcome.WINDOW_CLOSED,
)


class Candidates(Struct, frozen=True):
    """Every start in every arm, planned.

    Attributes:
        starts: (starts,) The start dates.
        arms: The places of the arms that are judged.
        visits: The planned visits of a subject for each arm and start: all starts of the first arm come first.
        cohort: These subjects.
        has_dose: (subjects, regimens, visits) Whether no condition takes a dose from a subject; None where the protocol
            has no condition.
        truths: (subjects, conditions) Whether each condition of the protocol holds; None likewise.
    """

    starts: Dates
    arms: tuple[int, ...]
    visits: PlannedVisits
    cohort: Cohort
    has_dose: HasDose | None = None
    truths: NDArray[np.int8] | None = None

    @property
    def start(self) -> NDArray[np.int64]:
        """(n,) The place of each row's start."""
        return self.visits.subject.astype(np.int64) % len(self.starts)

    @property
    def arm(self) -> NDArray[np.int64]:
        """(n,) The place of each row's arm in the protocol."""
        return np.array(self.arms, dtype=np.int64)[self.visits.subject // len(self.starts)]

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last day that any row touches."""
        visits = self.visits
        columns = (self.starts, visits.planned, visits.target, visits.window_start, visits.window_end)
        known = np.concatenate([days[~np.isnat(days)] for days in columns]).astype(np.int64)
        return int(np.min(known)), int(np.max(known))


def plan_candidates(
    protocol: Protocol, starts: Dates, arms: tuple[int, ...], facts: Mapping[str, str | Fraction] | None = None
) -> Candidates:
    """The visits of a subject that starts on each of some days, in each of some arms.

    Args:
        protocol: The protocol.
        starts: (starts,) At least one start date.
        arms: The places of the arms.
        facts: What is known of the subject, by the names of facts; None for nothing.
    """
    subjects = len(starts) * len(arms)
    anchors = np.full((subjects, len(protocol.anchors)), np.datetime64("NaT", "D"))
    anchors[:, 0] = np.tile(starts, len(arms))
    arm = np.repeat(np.array(arms, dtype=np.int32), len(starts))
    cohort = _cohort(arm, anchors)
    if not protocol.conditions:
        return Candidates(starts, arms, plan_visits(protocol, cohort), cohort)
    truths = _truths(protocol, arm, facts or {})
    has_visit, has_regimen = things_had(protocol, truths)
    has_dose: HasDose = has_regimen[:, :, None] & has_visit[:, None, :]
    visits = plan_visits(protocol, cohort, None, has_dose)
    visits = keep_visits(visits, has_visit[visits.subject, visits.visit])
    return Candidates(starts, arms, visits, cohort, has_dose, truths)


def _truths(protocol: Protocol, arm: Indices, facts: Mapping[str, str | Fraction]) -> NDArray[np.int8]:
    """(subjects, conditions) Whether each condition holds; nothing has happened yet, so no event is known."""
    known = {"arm": KnownFact(arm, tuple(one.id for one in protocol.arms))}
    same = np.zeros(len(arm), dtype=np.int32)
    for name, value in facts.items():
        values: tuple[str] | tuple[Fraction] = (value,) if isinstance(value, str) else (value,)  # noqa: RUF034 - two types
        known[name] = KnownFact(same, values)
    nothing = KnownEvents({}, {}, {}, is_recorded=False)
    return np.stack([evaluate(one, known, nothing, len(arm)) for one in protocol.conditions], axis=1)


def _cohort(arm: Indices, anchors: Dates) -> Cohort:
    """Subjects of whom nothing is known but an arm and the anchors."""
    count = len(arm)
    unknown = np.full(count, -1, dtype=np.int32)
    nothing = np.zeros(0, dtype=np.int32)
    no_dates = np.zeros(0, dtype="datetime64[D]")
    return Cohort(
        ids=("",) * count,
        sites=("",) * count,
        arm=arm,
        anchors=anchors,
        birth=np.full(count, np.datetime64("NaT", "D")),
        sex=unknown,
        weights=Weights(nothing, no_dates, nothing, nothing, ()),
        levels=Levels(nothing, no_dates, nothing, nothing, ()),
        file="",
        line=np.zeros(count, dtype=np.int32),
    )


def judge_starts(protocol: Protocol, candidates: Candidates, site: int, calendars: Calendars) -> StartDates:
    """Every start with what it breaks, best first.

    Args:
        protocol: The protocol.
        candidates: The starts.
        site: The place of the site in the calendars.
        calendars: Calendars that cover the candidates' span.
    """
    visits = candidates.visits
    policy = policies_of_visits(protocol, candidates.cohort, visits, candidates.has_dose)
    closed = move_to_open_days(
        visits.planned,
        late_enough(visits.window_start, visits.not_before),
        visits.window_end,
        np.where(np.isin(policy, _FINDS_A_DAY), ClosedDayPolicy.NEAREST_EARLIER, policy).astype(np.int8),
        np.full(len(visits), site, dtype=np.int32),
        calendars,
    )
    has_no_day = visits.state == DateState.NO_DAY_LEFT
    closed.outcome[has_no_day] = ClosedDayOutcome.OPEN
    breaks = np.isin(closed.outcome, _BREAKS) | has_no_day
    dosed = is_dosed(protocol, visits.subject, visits.visit, candidates.cohort.arm[visits.subject], candidates.has_dose)
    moved = closed.outcome == ClosedDayOutcome.MOVED
    return _ordered(candidates, closed, (breaks & dosed, breaks & ~dosed, moved), protocol)


def _conditional(protocol: Protocol, candidates: Candidates) -> dict[int, tuple[Condition, ...]]:
    """The conditions that are not known of a subject and that a judged visit or its dose depends on, by visit."""
    if candidates.truths is None:
        return {}
    unknown = (candidates.truths == Truth.NOT_KNOWN).any(axis=0)
    open_ones = {one for one, is_open in zip(protocol.conditions, unknown.tolist(), strict=True) if is_open}
    arms = {protocol.arms[arm].id for arm in candidates.arms}
    found = {}
    for place in np.unique(candidates.visits.visit).tolist():
        visit = protocol.visits[place]
        given = [one.condition for one in protocol.regimens if visit.id in one.visits and arms & {*one.arms}]
        asked = dict.fromkeys(one for one in (visit.condition, *given) if one is not None and one in open_ones)
        if asked:
            found[place] = tuple(asked)
    return found


def _ordered(
    candidates: Candidates,
    closed: ClosedDays,
    found: tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]],
    protocol: Protocol,
) -> StartDates:
    """The starts in their order: a visit counts once, however many arms have it."""
    on_closed, without_day, moved = found
    shape = (len(candidates.starts), len(protocol.visits))
    at = candidates.start * shape[1] + candidates.visits.visit

    def once(rows: NDArray[np.bool_]) -> NDArray[np.int64]:
        marked = np.zeros(shape[0] * shape[1], dtype=bool)
        marked[at[rows]] = True
        visits: NDArray[np.int64] = marked.reshape(shape).sum(axis=1)
        return visits

    days = np.zeros(shape[0] * shape[1], dtype=np.int64)
    by = np.abs((closed.planned - closed.wanted).astype(np.int64))
    np.maximum.at(days, at[moved], by[moved])
    columns = (once(on_closed), once(without_day), once(moved), days.reshape(shape).sum(axis=1))
    order = np.lexsort((candidates.starts.astype(np.int64), *reversed(columns)))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    breaches = (
        *_breaches(candidates, closed, np.flatnonzero(on_closed), place, is_dose=True),
        *_breaches(candidates, closed, np.flatnonzero(without_day), place, is_dose=False),
    )
    moves = _breaches(candidates, closed, np.flatnonzero(moved), place, is_dose=False)
    unknown = np.isin(candidates.visits.state, (DateState.ANCHOR_UNKNOWN, DateState.FOLLOWED_UNKNOWN))
    return StartDates(
        start=candidates.starts[order],
        doses_closed=columns[0][order],
        visits_broken=columns[1][order],
        visits_moved=columns[2][order],
        days_moved=columns[3][order],
        breaches=tuple(sorted(breaches, key=lambda one: (one.place, one.wanted, one.visit))),
        moves=tuple(sorted(moves, key=lambda one: (one.place, one.wanted, one.visit))),
        not_judged=tuple(np.unique(candidates.visits.visit[unknown]).tolist()),
        reasons=closed.reasons,
        conditional=_conditional(protocol, candidates),
    )


def _breaches(
    candidates: Candidates, closed: ClosedDays, rows: NDArray[np.int64], place: NDArray[np.int64], *, is_dose: bool
) -> tuple[Breach, ...]:
    """Each visit that a closed day meets, once, with the arms in which it does."""
    arms: dict[tuple[int, int, int, int, int, int], list[int]] = {}
    columns = (
        place[candidates.start[rows]],
        candidates.visits.visit[rows],
        _days(closed.wanted[rows], candidates.visits.window_start[rows]),
        _days(closed.planned[rows], candidates.visits.window_start[rows]),
        closed.reason[rows],
        closed.outcome[rows],
    )
    keys = zip(*(column.tolist() for column in columns), strict=True)
    for key, arm in zip(keys, candidates.arm[rows].tolist(), strict=True):
        arms.setdefault(key, []).append(arm)
    return tuple(
        Breach(start, visit, is_dose, wanted, planned, reason, ClosedDayOutcome(outcome), tuple(of_arms))
        for (start, visit, wanted, planned, reason, outcome), of_arms in arms.items()
    )


def _days(dates: Dates, otherwise: Dates) -> NDArray[np.int64]:
    """(n,) The dates as held days; the start of the window where there is none."""
    return np.where(np.isnat(dates), otherwise, dates).astype(np.int64)
