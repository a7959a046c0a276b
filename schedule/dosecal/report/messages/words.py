"""What the tables and pages say, in words.

Conventions: one place for each sentence that is printed in more than one place. Numbers that people read have a leading
zero and no trailing one, separators from 1,000 on, and a space before the unit; "per kg" is written out.

Reference:
    ISMP List of Error-Prone Abbreviations, Symbols, and Dose Designations.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING

from dosecal.model.conditions import Truth
from dosecal.model.counts import counted
from dosecal.model.dosing.per_surface import PerSurface
from dosecal.model.messages import AND, COMMA, NOTHING, Msg, joined, msgid, term, unsaid
from dosecal.model.quantity import READ_PLACES, Unit
from dosecal.model.schedule import DateState
from dosecal.model.spoken import COUNTED, amount_words, grouped_digits, number_digits, of_unit, per, shown_value
from dosecal.model.timing import EventKind
from dosecal.model.worked_dose import Limit, WeightState
from dosecal.report.messages.notes import About, Note

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from dosecal.model.conditions import Condition
    from dosecal.model.protocol import Protocol, Visit
    from dosecal.model.quantity import Amount
    from dosecal.model.regimen import DoseRange, Regimen, WeightBand
    from dosecal.model.timing import Cycles, Event
    from dosecal.model.worked_dose import WorkedDose

    Say = Callable[[Amount, str], Msg]
    """Says an amount, or the range from a lower end in digits up to it."""

NONE_STATED = Msg("none stated")

WEIGHT_STATES = {
    WeightState.USED: NOTHING,
    WeightState.NOT_NEEDED: NOTHING,
    WeightState.MISSING: Msg("to be determined: no weight on or before this dose"),
    WeightState.TOO_OLD: Msg("to be determined: the weight is too old, weigh again"),
    WeightState.NOT_MEASURED: Msg("to be determined: the weight was not measured, weigh"),
    WeightState.DATE_UNKNOWN: Msg("to be determined: the weight has no date and its age is limited"),
    WeightState.DOSE_DATE_UNKNOWN: NOTHING,
    WeightState.BODY_UNKNOWN: Msg("to be determined: the formula needs to know more of the body"),
    WeightState.LIMITS_CONFLICT: Msg(
        "to be determined: the floor lies above the cap for this body, and nobody picks one"
    ),
    WeightState.LEVEL_UNKNOWN: Msg("to be determined: no level holds on the day of this dose"),
    WeightState.NO_AIM: Msg("to be determined: the protocol aims at no one dose of its range"),
    WeightState.NOT_MADE_FOR_BODY: Msg("to be determined: the formula was not made for this body"),
}


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
    day = str(moment.astype("datetime64[D]"))
    return day if moment == moment.astype("datetime64[D]") else str(moment.astype("datetime64[m]")).replace("T", " ")


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


def dose_rule_words(regimen: Regimen) -> Msg:
    """The rule of a regimen as a table prints it, with its parts, cap and floor."""
    parts = [_all_doses(regimen, plain_amount_words)]
    if regimen.at_most is not None:
        parts.append(Msg("at most {a}", a=cap_words(regimen)))
    if regimen.at_least is not None:
        parts.append(Msg("at least {a}", a=floor_words(regimen)))
    return joined(parts, COMMA)


def cap_words(regimen: Regimen, say: Callable[[Amount], Msg] | None = None) -> Msg:
    """The cap as it is stated, with what it is of; empty where none is stated.

    Args:
        regimen: The regimen.
        say: Says an amount; None for ``plain_amount_words``.
    """
    return _stated_limit_words(regimen, regimen.at_most, say, is_per_day=regimen.at_most_is_per_day)


def floor_words(regimen: Regimen, say: Callable[[Amount], Msg] | None = None) -> Msg:
    """The floor, likewise."""
    return _stated_limit_words(regimen, regimen.at_least, say, is_per_day=regimen.at_least_is_per_day)


def _stated_limit_words(
    regimen: Regimen, limit: Amount | None, say: Callable[[Amount], Msg] | None, *, is_per_day: bool
) -> Msg:
    if limit is None:
        return NOTHING
    said = (say or plain_amount_words)(limit)
    if is_per_day:
        return per(said, "day")
    return per(said, "dose") if regimen.days > 1 else said


def _all_doses(regimen: Regimen, say: Say) -> Msg:
    """The doses of a regimen, each said as an amount, with what tells them apart."""
    if regimen.is_masked:
        return term(regimen.label)
    rule = _first_doses(regimen, say)
    if regimen.maintenance is not None:
        rule = Msg("first {rule}, then {more}", rule=rule, more=_rule_words(regimen, regimen.maintenance, say))
    if regimen.dose_is_standard and regimen.levels:
        levels = (
            Msg("{rule} at level {level}", rule=_rule_words(regimen, level.dose, say), level=level.id)
            for level in regimen.levels
        )
        rule = joined((rule, joined(levels, COMMA)))
    if regimen.days > 1:
        days = counted(regimen.days, "day")
        rule = Msg("{rule} per day, for {days} in one infusion", rule=rule, days=days)
    if regimen.split:
        shares = (Msg("{p} % at {visit}", p=grouped_digits(part.percent), visit=part.visit) for part in regimen.split)
        rule = Msg("{rule} in all, {parts}", rule=rule, parts=joined(shares, COMMA))
    return rule


def _first_doses(regimen: Regimen, say: Say) -> Msg:
    """The dose of a regimen, or those of its bands or levels; of several in turn the first one."""
    if regimen.bands:
        bands = (Msg("{a} ({b})", a=_band_words(regimen, band, say), b=band.words) for band in regimen.bands)
        return joined(bands, COMMA)
    if not regimen.dose_is_standard:
        levels = (
            Msg("level {level}: {rule}", level=level.id, rule=_rule_words(regimen, level.dose, say))
            for level in regimen.levels
        )
        return joined(levels, COMMA)

    def say_rule(amount: Amount, low: str) -> Msg:
        return _rule_words(regimen, amount, say, low)

    return _range_words(regimen.dose, regimen.range, say_rule)


def _rule_words(regimen: Regimen, dose: Amount, say: Say, low: str = "") -> Msg:
    """One of the doses of a regimen with what it is per."""
    return regimen.rule.words(dose, lambda amount: say(amount, low))


def _band_words(regimen: Regimen, band: WeightBand, say: Say) -> Msg:
    """The dose of a band; one per m² with its formula."""
    said = _range_words(band.dose, band.range, say)
    if band.dose.unit.per != PerSurface.per:
        return said
    return joined((Msg("{rule} of body surface", rule=said), regimen.rule.how), COMMA)


def _range_words(aim: Amount, allowed: DoseRange | None, say: Say) -> Msg:
    if allowed is None:
        return say(aim, "")
    low = grouped_digits(allowed.low.value)
    if not allowed.has_aim:
        return joined((say(allowed.high, low), Msg("no aim stated")), COMMA)
    return Msg("{rule} ({range} allowed)", rule=say(aim, ""), range=plain_amount_words(allowed.high, low))


def open_range_words(ends: tuple[Amount, Amount]) -> Msg:
    """The doses that are allowed where none is aimed at."""
    low = number_digits(ends[0].value, ends[0].unit)
    return Msg("any dose from {low} to {high} is allowed", low=low, high=plain_amount_words(ends[1]))


def measure_words(worked: WorkedDose) -> Msg:
    """The band, the body surface or the weight of a dose; empty where it took the weight on the scale alone."""
    measure = worked.measure
    said = NOTHING if measure is None else worked.regimen.rule.measure_words(measure)
    return said if worked.band is None else joined((Msg("weight band: {band}", band=worked.band.words), said), COMMA)


def part_words(worked: WorkedDose) -> Msg:
    """Which part of a split dose it is; empty where the dose is not split."""
    if worked.part is None:
        return NOTHING
    share = Msg("{p} % of {a}", p=grouped_digits(worked.part.percent), a=plain_amount_words(worked.whole))
    return Msg("part: {part}", part=share)


def plain_amount_words(amount: Amount, low: str = "") -> Msg:
    """An amount with separators and its unit spoken: ``1,000,000 cells per kg``, ``≈ 508.7 mg``, ``5 to 10 mg``.

    Args:
        amount: The amount.
        low: The lower end of a range, in digits; empty for one amount.
    """
    return of_unit(number_digits(amount.value, amount.unit), amount.unit.spoken, low)


def digits_as_read(text: str, unit: str = "") -> str:
    """The digits of a table's cell as a person reads them; their sign stays, and so does an empty text.

    Args:
        text: Plain digits: exact, or half up to 18 decimals where they have no end.
        unit: The unit as a file writes it; empty for none.
    """
    whole, point, rest = text.removeprefix("-").partition(".")
    if not text:
        return ""
    sign = "-" if text.startswith("-") else ""
    if len(rest) <= READ_PLACES and not (rest and unit in COUNTED):
        return f"{sign}{int(whole):,}{point}{rest}"
    said = number_digits(Fraction(f"{whole}.{rest}"), Unit(unit) if unit in COUNTED else None)
    return f"≈ {sign}{said[2:]}" if said.startswith("≈") else f"{sign}{said}"


def dose_in_words(regimen: Regimen) -> Msg:
    """The dose of a regimen with digits, words and power, and what it is per."""
    return _all_doses(regimen, amount_in_words)


def stated_words(worked: WorkedDose) -> Msg:
    """The dose that one subject has at one visit, as it is stated: a level's, a band's, the loading dose."""
    return worked.regimen.rule.words(worked.stated, amount_in_words)


def order_words(worked: WorkedDose) -> Msg:
    """The dose that is ordered; one whose digits have no end is stated by the prescriber, who is told so."""
    said = amount_in_words(worked.ordered)
    if is_whole(worked.ordered):
        return said
    return Msg("{a} by the rule, not rounded: the prescriber states the dose", a=said)


def is_whole(amount: Amount) -> bool:
    """Whether a page shows all of an amount, so that it can stand as what is ordered."""
    return shown_value(amount.value, amount.unit) == amount.value


def amount_in_words(amount: Amount, low: str = "") -> Msg:
    """An amount with digits, words and power: ``70,250,000 cells (70.25 million; 7.025 × 10⁷)``.

    Args:
        amount: The amount.
        low: The lower end of a range, in digits; empty for one amount.
    """
    return amount_words(amount.value, amount.unit, low)


def unstated_words(regimen: Regimen) -> Msg:
    """What the protocol leaves open for a regimen."""
    if not regimen.unstated:
        return NOTHING
    return Msg("none stated: {what}", what=joined(regimen.unstated, COMMA))


def weight_words(regimen: Regimen) -> Msg:
    """Whether a regimen takes a weight, where it takes none."""
    if regimen.is_per_weight:
        return NOTHING
    if not regimen.rule.per and regimen.rate is not None and regimen.rate.is_per_kg:
        return Msg("flat dose: the rate alone takes a weight")
    return regimen.rule.without_scale


def range_words(worked: WorkedDose) -> Msg:
    """The doses allowed for a body, and whether the ordered one left them by rounding; empty where none are stated."""
    if worked.own_range is None:
        return NOTHING
    low, high = worked.own_range
    ends = Msg("{least} to {most}", least=plain_amount_words(low), most=plain_amount_words(high))
    if low.value <= worked.ordered.value <= high.value:
        return Msg("allowed: {range}", range=ends)
    return Msg("allowed: {range}; OUTSIDE after rounding", range=ends)


def limit_words(worked: WorkedDose) -> Msg:
    """Which limit changed a dose, with the value before it."""
    if worked.limited_by is Limit.NONE:
        return NOTHING
    calculated = plain_amount_words(worked.calculated)
    if worked.limited_by is Limit.CAP:
        return Msg("cap applied: {dose} calculated", dose=calculated)
    return Msg("floor applied: {dose} calculated", dose=calculated)
