"""What a row changes: a folder is planned without it and with it, and the two plans are compared.

Conventions: a visit's day is the one on which it was held, else the one for which it is booked, else the one on which
it is planned. Visits and doses are told apart by the ids of subject, visit and regimen, as the reader may see them, so
that nothing is compared that a blinded reader may not know.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from dosecal.app.composition.composition import Composition
from dosecal.app.composition.purpose import Purpose
from dosecal.model.adherence import VisitStatus
from dosecal.model.findings import DeviationKind
from dosecal.model.messages import NOTHING, Msg
from dosecal.model.schedule import DateState
from dosecal.model.spoken import amount_words, signed_percent
from dosecal.model.struct import Struct, field
from dosecal.planning.record.deviations import compare_doses, find_deviations
from dosecal.report.tables.deviations import deviations_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dosecal.app.composition.inputs import Inputs
    from dosecal.model.findings import GivenDoses
    from dosecal.model.preparation import LotContainer, Preparation
    from dosecal.model.problems import Problem
    from dosecal.model.quantity import Amount
    from dosecal.model.schedule import Schedule

VisitKey = tuple[str, str]
DoseKey = tuple[str, str, str]
_PREVIEW = Purpose(judges=True)


class PlannedDay(Struct, frozen=True):
    """A visit's day in a plan, and what is known of it.

    Attributes:
        day: The day, ISO; empty where it is not known.
        window: Its first and last allowed day, ISO; None where none is stated or known.
        is_open: Whether it can still be held.
        is_off: Whether it was held, or is booked, outside its window, or without one on another day than its target.
        has_no_day: Whether no day of its window is late enough after another visit.
        closed: Why the site is closed on its day; empty for open, or where no site is known.
        reference: The id of the visit or anchor that it is counted from.
        is_over: Whether it is missed or cancelled.
    """

    day: str
    window: tuple[str, str] | None
    is_open: bool
    is_off: bool
    has_no_day: bool
    closed: str
    reference: str
    is_over: bool = False


class PlannedOrder(Struct, frozen=True):
    """A dose in a plan.

    Attributes:
        day: Its day, ISO; empty where it is not known.
        ordered: What is ordered; None where it is to be determined.
        weight: The weight that it is worked out with, and its day; empty for none.
        containers: The containers that it gets, ``lot:container``.
        short: How much of it the lots do not cover; None where they do, or none are given.
        expired: Those of its containers that expire before its day.
    """

    day: str
    ordered: Amount | None
    containers: tuple[str, ...]
    short: Amount | None
    expired: tuple[str, ...]


class PlanFacts(Struct):
    """What one plan says, for a comparison.

    Attributes:
        days: The visits.
        orders: The doses.
        broken: The deviations: subject, visit and kind, with what the table of deviations says of each.
        warnings: What the plan warns of.
    """

    days: dict[VisitKey, PlannedDay] = field(default_factory=dict)
    orders: dict[DoseKey, PlannedOrder] = field(default_factory=dict)
    broken: dict[tuple[str, str, DeviationKind], Msg] = field(default_factory=dict)
    warnings: dict[Problem, None] = field(default_factory=dict)


class Moved(Struct, frozen=True):
    """A visit whose day is another one.

    Attributes:
        subject, visit: Which.
        was, becomes: Its day without and with the row, ISO; empty for not known, or no such visit.
        why: Why.
        is_dosed: Whether a dose is given at it.
    """

    subject: str
    visit: str
    was: str
    becomes: str
    why: Msg
    is_dosed: bool


class LookKind(Enum):
    """What asks for a look before a row is saved; the values are the headings."""

    BROKEN = "broken"
    CLOSED = "closed day"
    DOSE = "dose"
    LOT = "lots"
    PRINTED = "printed"


class Look(Struct, frozen=True):
    """One thing to look at before a row is saved.

    Attributes:
        kind: What it is about.
        subject, visit: Whom and which visit it concerns; empty for none.
        text: What it is.
    """

    kind: LookKind
    subject: str
    visit: str
    text: Msg


class Consequences(Struct, frozen=True):
    """What a row changes.

    Attributes:
        moved: The visits whose day is another one, by subject and day.
        stays: How many visits stay.
        looks: What asks for a look.
        warnings: What the plan warns of with the row and not without it.
        is_off: Whether the visit of the row is off its day then.
        differs: Whether the dose of the row differs from what was ordered.
    """

    moved: tuple[Moved, ...] = ()
    stays: int = 0
    looks: tuple[Look, ...] = ()
    warnings: tuple[Problem, ...] = ()
    is_off: bool = False
    differs: bool = False


def plan_facts(inputs: Inputs) -> PlanFacts:
    """What a plan of inputs says.

    Raises:
        ScheduleError: If anything in them is refused.
    """
    plan = Composition(inputs, _PREVIEW)
    facts = PlanFacts()
    start = 0
    for schedule in plan.schedules():
        _add_days(facts, schedule)
        _add_orders(facts, schedule, plan.promised or {}, start)
        _add_broken(facts, schedule)
        start += len(schedule.doses)
    facts.warnings = dict.fromkeys(plan.outcome.warnings)
    return facts


def compared(without: PlanFacts, with_row: PlanFacts, of_row: VisitKey) -> Consequences:
    """What a row changes.

    Args:
        without: What the plan says without it.
        with_row: What it says with it.
        of_row: The subject and the visit of the row; empty for none.
    """
    dosed = {(subject, visit) for subject, visit, _ in (*without.orders, *with_row.orders)}
    moved = tuple(_moves(without, with_row, of_row, dosed))
    broken = {key: said for key, said in with_row.broken.items() if without.broken.get(key) != said}
    told = {(subject, visit) for subject, visit, _ in broken} | {of_row}
    looks = (
        *(Look(LookKind.BROKEN, subject, visit, said) for (subject, visit, _), said in broken.items()),
        *_day_looks(without, with_row, told),
        *_order_looks(without, with_row),
    )
    own = with_row.days.get(of_row)
    differs = any(key[:2] == of_row and key[2] in _OF_A_DOSE for key in with_row.broken)
    return Consequences(
        moved=moved,
        stays=len(with_row.days) - len(moved),
        looks=looks,
        warnings=tuple(one for one in with_row.warnings if one not in without.warnings),
        is_off=own is not None and own.is_off,
        differs=differs,
    )


_OF_AN_AMOUNT = {DeviationKind.OUT_OF_TOLERANCE, DeviationKind.OTHER_DOSE}
_OF_A_DOSE = {
    DeviationKind.OUT_OF_TOLERANCE,
    DeviationKind.OTHER_DOSE,
    DeviationKind.OTHER_UNIT,
    DeviationKind.OUT_OF_RANGE,
}


def _add_days(facts: PlanFacts, schedule: Schedule) -> None:
    visits, adherence, record, closed = schedule.visits, schedule.adherence, schedule.record, schedule.closed_visits
    planned = visits.planned if closed is None else closed.planned
    if adherence is None or record is None:
        return
    booked = record.actuals.booked[visits.subject, visits.visit]
    is_open = np.isnat(adherence.actual)
    day = np.where(~is_open, adherence.actual, np.where(np.isnat(booked), planned, booked))
    is_said = ~is_open | ~np.isnat(booked)
    has_window = ~np.isnat(visits.window_start) & ~np.isnat(visits.window_end)
    outside = (day < visits.window_start) | (day > visits.window_end)
    is_off = is_said & np.where(has_window, outside, ~np.isnat(visits.target) & (day != visits.target))
    for row in range(len(visits)):
        visit = schedule.protocol.visits[int(visits.visit[row])]
        window = (str(visits.window_start[row]), str(visits.window_end[row])) if has_window[row] else None
        facts.days[schedule.cohort.ids[int(visits.subject[row])], visit.id] = PlannedDay(
            day=_iso(day[row]),
            window=window,
            is_open=bool(is_open[row]),
            is_off=bool(is_off[row]),
            has_no_day=int(visits.state[row]) == DateState.NO_DAY_LEFT,
            closed=_why_closed(schedule, row),
            reference=visit.reference,
            is_over=int(adherence.status[row]) in {VisitStatus.MISSED, VisitStatus.CANCELLED},
        )


def _why_closed(schedule: Schedule, row: int) -> str:
    """Why the site is closed on the day of a visit, whether it is planned or booked for it."""
    closed = schedule.closed_visits
    if closed is None:
        return ""
    if closed.booked is not None and closed.booked[row]:
        return closed.reasons[int(closed.booked[row])]
    is_kept = closed.reason[row] and closed.planned[row] == closed.wanted[row]
    return closed.reasons[int(closed.reason[row])] if is_kept else ""


def _add_orders(
    facts: PlanFacts, schedule: Schedule, promised: dict[int, tuple[LotContainer, ...]], start: int
) -> None:
    doses = schedule.doses
    for row in range(len(doses)):
        regimen = schedule.protocol.regimens[int(doses.regimen[row])]
        visit = schedule.protocol.visits[int(doses.visit[row])]
        day, worked = _iso(doses.day[row]), int(doses.worked[row])
        containers = promised.get(start + row, ())
        facts.orders[schedule.cohort.ids[int(doses.subject[row])], visit.id, regimen.id] = PlannedOrder(
            day=day,
            ordered=doses.calculations[worked].ordered if worked >= 0 else None,
            containers=tuple(f"{one.lot}:{one.id}" for one in containers),
            short=_short(schedule, row),
            expired=tuple(f"{one.lot}:{one.id}" for one in containers if one.expires and one.expires < day),
        )


def _short(schedule: Schedule, row: int) -> Amount | None:
    place = int(schedule.prepared.place[row])
    preparation: Preparation | None = schedule.prepared.preparations[place] if place >= 0 else None
    return None if preparation is None else preparation.short


def _add_broken(facts: PlanFacts, schedule: Schedule) -> None:
    if schedule.record is None:
        return
    given = compare_doses(schedule, schedule.record)
    found = find_deviations(schedule, given)
    table, compared = deviations_table(schedule, found, given), _compared(schedule, given)
    for of, kind in zip(table.records(), map(DeviationKind, found.kind.tolist()), strict=True):
        what, rule, actual = kind.words, of["rule"], of["actual"]
        said = Msg("{what}: {reason}", what=what, reason=rule)
        doses = compared.get((of["subject_id"], of["visit"]), ()) if kind in _OF_AN_AMOUNT else ()
        if len(doses) == 1:
            said = Msg("{what}: {reason}", what=what, reason=doses[0])
        elif actual:
            said = Msg("{what}: {rule}; got {actual}", what=what, rule=rule, actual=actual)
        facts.broken[of["subject_id"], of["visit"], kind] = said


def _compared(schedule: Schedule, given: GivenDoses) -> dict[tuple[str, str], list[Msg]]:
    """The given doses beside the ordered ones, where both are known, by subject and visit."""
    said: dict[tuple[str, str], list[Msg]] = {}
    columns = (given.subject, given.visit, given.comparison)
    for subject, visit, place in zip(*(column.tolist() for column in columns), strict=True):
        one = given.comparisons[place]
        if one.ordered is not None and one.is_comparable:
            amounts = {"given": one.given, "ordered": one.ordered}
            words = {name: amount_words(amount.value, amount.unit) for name, amount in amounts.items()}
            percent = signed_percent(one.deviation_percent, 2)
            beside = Msg("{given} given, {ordered} ordered: {percent}", **words, percent=percent)
            said.setdefault((schedule.cohort.ids[subject], schedule.protocol.visits[visit].id), []).append(beside)
    return said


def _iso(day: np.datetime64) -> str:
    return "" if np.isnat(day) else str(day)


def _moves(without: PlanFacts, with_row: PlanFacts, of_row: VisitKey, dosed: set[VisitKey]) -> Iterable[Moved]:
    keys = dict.fromkeys((*without.days, *with_row.days))
    moves = []
    for key in keys:
        was, becomes = without.days.get(key), with_row.days.get(key)
        days = ("" if was is None else was.day, "" if becomes is None else becomes.day)
        if days[0] != days[1] and (was is None) == (becomes is None):
            moves.append(Moved(*key, *days, _why(key, with_row, of_row), key in dosed))
    return sorted(moves, key=lambda one: (one.subject, one.becomes or one.was))


def _why(key: VisitKey, with_row: PlanFacts, of_row: VisitKey) -> Msg:
    if key == of_row:
        return Msg("recorded here")
    day = with_row.days.get(key)
    reference = "" if day is None else day.reference
    return Msg("counted from {visit}", visit=reference) if reference else Msg("follows what is recorded")


def _day_looks(without: PlanFacts, with_row: PlanFacts, told: set[VisitKey]) -> Iterable[Look]:
    """Windows that open visits are out of then, visits that will not be held or have no day any more, closed days."""
    for key, day in with_row.days.items():
        was = without.days.get(key)
        if was is not None and day.is_over and not was.is_over and key not in told:
            yield Look(LookKind.BROKEN, *key, Msg("is missed or cancelled then"))
        if was is not None and (was.day, was.closed, was.has_no_day, was.is_off) == (
            day.day,
            day.closed,
            day.has_no_day,
            day.is_off,
        ):
            continue
        if day.is_open and day.is_off:
            window = Msg("no window is stated")
            if day.window:
                window = Msg("{first} to {last}", first=day.window[0], last=day.window[1])
            yield Look(LookKind.BROKEN, *key, Msg("booked outside its window ({window})", window=window))
        if day.has_no_day:
            yield Look(LookKind.BROKEN, *key, Msg("no day of its window is late enough after another visit"))
        if day.closed:
            yield Look(LookKind.CLOSED, *key, Msg("{day} is a closed day: {why}", day=day.day, why=day.closed))


def _order_looks(without: PlanFacts, with_row: PlanFacts) -> Iterable[Look]:
    """Doses on another day, of another amount or from other containers, and those that the lots cover no more."""
    for key, order in with_row.orders.items():
        was = without.orders.get(key)
        subject, visit, _ = key
        if was is not None and was.day != order.day:
            new_day = order.day or Msg("no day yet")
            text = Msg("its dose is on {day}: look at product, weight and expiry again", day=new_day)
            yield Look(LookKind.DOSE, subject, visit, text)
        if was is not None and was.ordered != order.ordered:
            yield Look(LookKind.DOSE, subject, visit, _another_order(was.ordered, order.ordered))
        if order.expired and (was is None or was.expired != order.expired):
            text = Msg("{containers} expire before its day", containers=", ".join(order.expired))
            yield Look(LookKind.LOT, subject, visit, text)
        if order.short is not None and (was is None or was.short is None):
            short = amount_words(order.short.value, order.short.unit)
            yield Look(
                LookKind.LOT, subject, visit, Msg("the lots do not cover its dose: {amount} is missing", amount=short)
            )
        if was is not None and was.containers and order.containers and was.containers != order.containers:
            text = Msg(
                "its dose gets {now}, and no more {before}",
                now=", ".join(order.containers),
                before=", ".join(was.containers),
            )
            yield Look(LookKind.LOT, subject, visit, text)


def _another_order(was: Amount | None, now: Amount | None) -> Msg:
    before, after = (NOTHING if one is None else amount_words(one.value, one.unit) for one in (was, now))
    if was is None:
        return Msg("its dose can be worked out: {now}", now=after)
    if now is None:
        return Msg("its dose of {before} is to be determined", before=before)
    return Msg("its dose is {now}, and no more {before}", now=after, before=before)
