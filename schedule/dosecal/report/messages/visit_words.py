"""What is said of visits: their days and windows, what they wait for, and what depends on conditions."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from dosecal.model.conditions import Truth
from dosecal.model.counts import counted
from dosecal.model.messages import AND, COMMA, NOTHING, Msg, joined, msgid, term, unsaid
from dosecal.model.schedule import DateState
from dosecal.model.timing import EventKind
from dosecal.report.messages.notes import About, Note
from dosecal.report.messages.words import NONE_STATED

if TYPE_CHECKING:
    import numpy as np

    from dosecal.model.conditions import Condition
    from dosecal.model.protocol import Protocol, Visit
    from dosecal.model.regimen import Regimen
    from dosecal.model.timing import Cycles, Event

DATE_UNKNOWN = Msg("to be determined: the anchor's date is not known yet")


def window_words(protocol: Protocol, visit: Visit) -> Msg:
    """The window of a visit as a page prints it."""
    if visit.window is None:
        return NONE_STATED
    return visit.window.words if visit.has_target else study_day_words(protocol, visit)


def study_day_words(protocol: Protocol, visit: Visit) -> Msg:
    """The label of a visit's day, or of both ends of its window where it has no target.

    Empty for what has no label: a visit that follows another one or an event, and one that is counted in months.
    """
    label = protocol.numbering.label
    if visit.after or visit.months is not None or _event_of(visit, protocol) is not None:
        return NOTHING
    if visit.offset is not None:
        return unsaid(label(visit.offset))
    if visit.window is None:
        return NOTHING
    return Msg("{low} to {high}", low=label(visit.window.first), high=label(visit.window.last))


def day_words(protocol: Protocol, visit: Visit) -> Msg:
    """When a visit is, as a page prints it: ``D8``, ``6 months``, ``28 days after dose_1``."""
    label = study_day_words(protocol, visit)
    if label:
        return label
    if visit.months is not None:
        length, is_before = _months_words(visit.months), False
    elif visit.offset is None:
        return NOTHING
    elif not visit.offset:
        return Msg("the day of {visit}", visit=visit.after) if visit.after else Msg("the same day")
    else:
        length, is_before = counted(abs(visit.offset), "day"), visit.offset < 0
    if not visit.after:
        return length
    if is_before:
        return Msg("{time} before {visit}", time=length, visit=visit.after)
    return Msg("{length} after {visit}", length=length, visit=visit.after)


def _months_words(months: int) -> Msg:
    count, unit = (months // 12, "year") if months % 12 == 0 else (months, "month")
    return counted(count, unit)


def timing_rows(protocol: Protocol) -> tuple[tuple[Msg, list[Msg]], ...]:
    """What some visits say of their time beside day and window: a name, and a text for each visit."""
    visits = protocol.visits
    return (
        (Msg("wider window"), [v.wider.words if v.wider is not None else NOTHING for v in visits]),
        (Msg("at least"), [joined(gap.words for gap in v.gaps) for v in visits]),
        (Msg("timepoints"), [joined(one.label for one in v.timepoints) for v in visits]),
        (Msg("contact"), [term(v.contact) for v in visits]),
    )


def reference_words(protocol: Protocol, visit: Visit) -> Msg:
    """What a visit is counted from: its anchor, or the visit that it follows with which of its dates."""
    if visit.after:
        return Msg("{a} ({b})", a=visit.after, b=visit.counted_from.words)
    event = _event_of(visit, protocol)
    return unsaid(visit.anchor) if event is None else event.words


def _event_of(visit: Visit, protocol: Protocol) -> Event | None:
    """What happens that a visit is counted from; None for a visit, and for an anchor of the subjects' table."""
    return None if visit.after else protocol.anchors[protocol.anchor_index(visit.anchor)].event


def visit_notes(visit: Visit, protocol: Protocol, arm_id: str) -> tuple[Note, ...]:
    """What is to be said of a visit beside its dates."""
    regimen = next((r for r in protocol.regimens if r.id == visit.before and arm_id in r.arms), None)
    notes = [] if regimen is None else [Note(Msg("before the {infusion}", infusion=term(regimen.label)))]
    if visit.window is None:
        notes.append(Note(Msg("window: {window}", window=NONE_STATED), About.NO_WINDOW))
    if not visit.has_target:
        notes.append(Note(Msg("no target date, a window alone")))
    if visit.window is not None and visit.window.hours is not None:
        notes.append(Note(Msg("window: {window}", window=visit.window.words)))
    notes += map(Note, gap_sentences(visit))
    if visit.contact:
        notes.append(Note(contact_words(visit)))
    how_far = horizon_words(visit, protocol)
    return (*notes, Note(how_far, About.ALL_ROWS)) if how_far else tuple(notes)


def contact_words(visit: Visit) -> Msg:
    """How a subject is seen at a visit."""
    return Msg("contact: {contact}", contact=term(visit.contact))


def endless_cycles(visit: Visit, protocol: Protocol) -> Cycles | None:
    """The cycles of a visit, where they go on until something happens; None for other visits."""
    cycles = (one for one in protocol.cycles if visit.cycle is not None and one.id == visit.cycle.cycle)
    return next((one for one in cycles if one.count is None), None)


def horizon_words(visit: Visit, protocol: Protocol) -> Msg:
    """That the cycles of a visit go on beyond what is planned; empty where their number is stated."""
    cycles = endless_cycles(visit, protocol)
    if cycles is None:
        return NOTHING
    until = term(cycles.until)
    if not cycles.horizon:
        return Msg("cycles {id} go on until {until}, no horizon", id=cycles.id, until=until)
    planned = cycles.horizon
    return Msg("cycles {id} go on until {until}, planned for {horizon}", id=cycles.id, until=until, horizon=planned)


def date_state_words(visit: Visit, protocol: Protocol, state: DateState) -> Msg:
    """How far the date of a visit is known, and what it waits for; empty where it is known."""
    if state is DateState.ANCHOR_UNKNOWN:
        return DATE_UNKNOWN
    if state is DateState.FOLLOWED_UNKNOWN:
        return Msg("to be determined: {visit} has no date, or was cancelled", visit=visit.after)
    if state is DateState.NO_DAY_LEFT:
        return Msg("nothing is planned: no day is inside the window and {gaps}", gaps=gap_words(visit))
    if state is not DateState.PROVISIONAL:
        return NOTHING
    awaited = _awaited(visit, protocol)
    names = joined(awaited, AND)
    if len(awaited) == 1:
        return Msg("provisional until {visits} has happened", visits=names)
    return Msg("provisional until {visits} have happened", visits=names)


def moment_words(moment: np.datetime64) -> str:
    """A moment in ISO digits: its date alone where the day begins with it, or else with the time of day."""
    day, minute = moment.astype("datetime64[D]"), moment.astype("datetime64[m]").item()
    return str(day) if moment == day else f"{minute:%Y-%m-%d %H:%M}"


def gap_sentences(visit: Visit) -> tuple[Msg, ...]:
    """The least times after others that a visit keeps, one by one."""
    return tuple(Msg("at least {gap}", gap=gap.words) for gap in visit.gaps)


def gap_words(visit: Visit) -> Msg:
    """The least times after others that a visit keeps; empty for none."""
    gaps = gap_sentences(visit)
    return reduce(lambda gap, others: Msg("{gap} and {others}", gap=gap, others=others), gaps) if gaps else NOTHING


def too_early_words(late_enough: Truth, moment: np.datetime64, gaps: Msg) -> Msg:
    """That a day is too early for a visit, or perhaps so, and from when on it is late enough; empty for late enough.

    Args:
        late_enough: Whether the day is late enough after others.
        moment: From this moment on it certainly is.
        gaps: The least times that the visit keeps; empty to leave them unsaid.
    """
    if late_enough is Truth.TRUE:
        return NOTHING
    since = moment_words(moment)
    if late_enough is Truth.FALSE:
        return joined((Msg("too early: not before {moment}", moment=since), gaps), COMMA)
    perhaps = Msg("perhaps too early: late enough for certain from {moment} on", moment=since)
    return joined((perhaps, gaps), COMMA)


def _awaited(visit: Visit, protocol: Protocol) -> list[Msg]:
    """What has to happen before the date of a visit is sure, each once."""
    event = _event_of(visit, protocol)
    names = [unsaid(visit.after)] if visit.after else []
    if event is not None:
        names.append(unsaid(event.of) if event.kind is EventKind.VISIT else event.words)
    return list(dict.fromkeys([*names, *(unsaid(gap.after) for gap in visit.gaps)]))


PUSHED_WORDS = (
    NOTHING,
    Msg("the target is too early: planned on the first day that is late enough"),
    Msg("planned on the day in whose course the least time ends: look at the clock"),
)
"""What a least time after another visit did to a planned date: nothing, moved it, or leaves it to the time of day."""


def days_out_words(days: int, *, is_wider: bool = False) -> Msg:
    """By how many days a visit is outside its window; empty for inside it.

    Args:
        days: The days, negative for before it.
        is_wider: Whether it is the second, wider window.
    """
    if not days:
        return NOTHING
    count = counted(abs(days), "day")
    if is_wider:
        before, after = msgid("{days} before the wider window"), msgid("{days} after the wider window")
    else:
        before, after = msgid("{days} before the window"), msgid("{days} after the window")
    return Msg(before if days < 0 else after, days=count)


def condition_words(thing: str, condition: Condition, truth: Truth) -> Msg:
    """What is to be said of a condition: that it is not known, or that it is false all the same; empty for true.

    Args:
        thing: The id of what depends on it; empty for the visit itself.
        condition: The condition.
        truth: What it is for the subject.
    """
    if truth is Truth.TRUE:
        return NOTHING
    if truth is Truth.NOT_KNOWN:
        if thing:
            return Msg("{thing} only if {condition}: not known", thing=thing, condition=condition.words)
        return Msg("only if {condition}: not known", condition=condition.words)
    if thing:
        template = msgid("{thing} only if {condition}: false, and the visit was held")
        return Msg(template, thing=thing, condition=condition.words)
    return Msg("only if {condition}: false, and the visit was held", condition=condition.words)


def overlap_words(other: Regimen, visits: tuple[str, ...] = ()) -> Msg:
    """That a dose stands beside another one of its product, since both conditions can hold.

    Args:
        other: The rule of the other dose.
        visits: The visits of both, where they are not clear; empty for one that is.
    """
    if visits:
        template = msgid("WARNING: {other} is given at {visits}, too: their conditions do not exclude each other")
        return Msg(template, other=other.id, visits=", ".join(visits))
    template = msgid("WARNING: {other} is given at this visit, too: their conditions do not exclude each other")
    return Msg(template, other=other.id)


def age_words(age: int, on: str, protocol: Protocol) -> Msg:
    """That an age is outside the protocol's range."""
    ages = protocol.ages.words if protocol.ages else NOTHING
    return Msg("age {age} on {day} is outside the protocol's {ages}", age=str(age), day=on, ages=ages)
