"""What the tables and pages say, in words.

Conventions: one place for each sentence that is printed in more than one place. Numbers that people read have a leading
zero and no trailing one, separators from 1,000 on, and a space before the unit; "per kg" is written out.

Reference:
    ISMP List of Error-Prone Abbreviations, Symbols, and Dose Designations.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.conditions import Truth
from dosecal.model.counts import counted
from dosecal.model.formulas import CALVERT, CALVERT_ML_MIN
from dosecal.model.quantity import READ_PLACES, Unit
from dosecal.model.regimen import ACTUAL, RECORDED
from dosecal.model.schedule import DateState
from dosecal.model.spoken import COUNTED, amount_words, grouped_digits, number_digits, shown_value
from dosecal.model.worked_dose import WeightState
from dosecal.report.messages.notes import JOINT, About, Note

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from dosecal.model.conditions import Condition
    from dosecal.model.protocol import Protocol, Visit
    from dosecal.model.quantity import Amount
    from dosecal.model.regimen import DoseRange, Regimen, WeightBand
    from dosecal.model.timing import Event
    from dosecal.model.worked_dose import Measure, WorkedDose

NONE_STATED = "none stated"
NOT_ROUNDED = "not rounded: the prescriber states the dose"

WEIGHT_STATES = {
    WeightState.USED: "",
    WeightState.NOT_NEEDED: "",
    WeightState.MISSING: "to be determined: no weight on or before this dose",
    WeightState.TOO_OLD: "to be determined: the weight is too old, weigh again",
    WeightState.NOT_MEASURED: "to be determined: the weight was not measured, weigh",
    WeightState.DATE_UNKNOWN: "to be determined: the weight has no date and its age is limited",
    WeightState.DOSE_DATE_UNKNOWN: "",
    WeightState.BODY_UNKNOWN: "to be determined: the formula needs to know more of the body",
    WeightState.LIMITS_CONFLICT: "to be determined: the floor lies above the cap for this body, and nobody picks one",
    WeightState.LEVEL_UNKNOWN: "to be determined: no level holds on the day of this dose",
    WeightState.NO_AIM: "to be determined: the protocol aims at no one dose of its range",
    WeightState.NOT_MADE_FOR_BODY: "to be determined: the formula was not made for this body",
}


DATE_UNKNOWN = "to be determined: the anchor's date is not known yet"


def window_words(protocol: Protocol, visit: Visit) -> str:
    """The window of a visit as a page prints it."""
    if visit.window is None:
        return NONE_STATED
    return visit.window.words if visit.has_target else study_day_words(protocol, visit)


def study_day_words(protocol: Protocol, visit: Visit) -> str:
    """The label of a visit's day, or of both ends of its window where it has no target.

    Empty for what has no label: a visit that follows another one or an event, and one that is counted in months.
    """
    label = protocol.numbering.label
    if visit.after or visit.months is not None or _event_of(visit, protocol) is not None:
        return ""
    if visit.offset is not None:
        return label(visit.offset)
    return "" if visit.window is None else f"{label(visit.window.first)} to {label(visit.window.last)}"


def day_words(protocol: Protocol, visit: Visit) -> str:
    """When a visit is, as a page prints it: ``D8``, ``6 months``, ``28 days after dose_1``."""
    label = study_day_words(protocol, visit)
    if label:
        return label
    after = f" after {visit.after}" if visit.after else ""
    if visit.months is not None:
        return f"{_months_words(visit.months)}{after}"
    if visit.offset is None:
        return ""
    if not visit.offset:
        return f"the day of {visit.after}" if visit.after else "the same day"
    return f"{counted(abs(visit.offset), 'day')}{after if visit.offset > 0 else after.replace('after', 'before')}"


def _months_words(months: int) -> str:
    count, unit = (months // 12, "year") if months % 12 == 0 else (months, "month")
    return counted(count, unit)


def timing_rows(protocol: Protocol) -> tuple[tuple[str, list[str]], ...]:
    """What some visits say of their time beside day and window: a name, and a text for each visit."""
    visits = protocol.visits
    return (
        ("wider window", [v.wider.words if v.wider is not None else "" for v in visits]),
        ("at least", [JOINT.join(gap.words for gap in v.gaps) for v in visits]),
        ("timepoints", [JOINT.join(one.label for one in v.timepoints) for v in visits]),
        ("contact", [v.contact for v in visits]),
    )


def reference_words(protocol: Protocol, visit: Visit) -> str:
    """What a visit is counted from: its anchor, or the visit that it follows with which of its dates."""
    if visit.after:
        return f"{visit.after} ({visit.counted_from.value})"
    event = _event_of(visit, protocol)
    return visit.anchor if event is None else event.words


def _event_of(visit: Visit, protocol: Protocol) -> Event | None:
    """What happens that a visit is counted from; None for a visit, and for an anchor of the subjects' table."""
    return None if visit.after else protocol.anchors[protocol.anchor_index(visit.anchor)].event


def visit_notes(visit: Visit, protocol: Protocol, arm_id: str) -> tuple[Note, ...]:
    """What is to be said of a visit beside its dates."""
    regimen = next((r for r in protocol.regimens if r.id == visit.before and arm_id in r.arms), None)
    notes = [Note(f"before the {regimen.label}" if regimen else "")]
    notes.append(Note("window: none stated" if visit.window is None else "", About.NO_WINDOW))
    notes.append(Note("no target date, a window alone" if not visit.has_target else ""))
    is_by_the_clock = visit.window is not None and visit.window.hours is not None
    notes.append(Note(f"window: {visit.window.words}" if visit.window is not None and is_by_the_clock else ""))
    notes += [Note(f"at least {gap.words}") for gap in visit.gaps]
    notes.append(Note(f"contact: {visit.contact}" if visit.contact else ""))
    notes.append(Note(horizon_words(visit, protocol), About.ALL_ROWS))
    return tuple(note for note in notes if note.text)


def horizon_words(visit: Visit, protocol: Protocol) -> str:
    """That the cycles of a visit go on beyond what is planned; empty where their number is stated."""
    cycles = next((one for one in protocol.cycles if visit.cycle is not None and one.id == visit.cycle.cycle), None)
    if cycles is None or cycles.count is not None:
        return ""
    how_far = f"planned for {cycles.horizon}" if cycles.horizon else "no horizon"
    return f"cycles {cycles.id} go on until {cycles.until}, {how_far}"


def date_state_words(visit: Visit, protocol: Protocol, state: DateState) -> str:
    """How far the date of a visit is known, and what it waits for; empty where it is known."""
    if state is DateState.ANCHOR_UNKNOWN:
        return DATE_UNKNOWN
    if state is DateState.FOLLOWED_UNKNOWN:
        return f"to be determined: {visit.after} has no date, or was cancelled"
    if state is DateState.NO_DAY_LEFT:
        return f"nothing is planned: no day is inside the window and {gap_words(visit)}"
    if state is DateState.PROVISIONAL:
        return f"provisional until {_awaited(visit, protocol)}"
    return ""


def moment_words(moment: np.datetime64) -> str:
    """A moment in ISO digits: its date alone where the day begins with it, or else with the time of day."""
    day = str(moment.astype("datetime64[D]"))
    return day if moment == moment.astype("datetime64[D]") else str(moment.astype("datetime64[m]")).replace("T", " ")


def gap_words(visit: Visit, joint: str = " and ") -> str:
    """The least times after others that a visit keeps."""
    return joint.join(f"at least {gap.words}" for gap in visit.gaps)


def too_early_words(late_enough: Truth, moment: np.datetime64, gaps: str) -> str:
    """That a day is too early for a visit, or perhaps so, and from when on it is late enough; empty for late enough.

    Args:
        late_enough: Whether the day is late enough after others.
        moment: From this moment on it certainly is.
        gaps: The least times that the visit keeps; empty to leave them unsaid.
    """
    if late_enough is Truth.TRUE:
        return ""
    since = f", {gaps}" if gaps else ""
    if late_enough is Truth.FALSE:
        return f"too early: not before {moment_words(moment)}{since}"
    return f"perhaps too early: late enough for certain from {moment_words(moment)} on{since}"


def _awaited(visit: Visit, protocol: Protocol) -> str:
    event = _event_of(visit, protocol)
    names = [visit.after] if visit.after else []
    names += [event.words.removeprefix("actual date of ")] if event is not None else []
    names = list(dict.fromkeys([*names, *(gap.after for gap in visit.gaps)]))
    return f"{' and '.join(names)} {'has' if len(names) == 1 else 'have'} happened"


PUSHED_WORDS = (
    "",
    "the target is too early: planned on the first day that is late enough",
    "planned on the day in whose course the least time ends: look at the clock",
)
"""What a least time after another visit did to a planned date: nothing, moved it, or leaves it to the time of day."""


def days_out_words(days: int, window: str = "the window") -> str:
    """By how many days a visit is outside a window; empty for inside it."""
    if not days:
        return ""
    return f"{counted(abs(days), 'day')} {'before' if days < 0 else 'after'} {window}"


def condition_words(thing: str, condition: Condition, truth: Truth) -> str:
    """What is to be said of a condition: that it is not known, or that it is false all the same; empty for true.

    Args:
        thing: The id of what depends on it; empty for the visit itself.
        condition: The condition.
        truth: What it is for the subject.
    """
    if truth is Truth.TRUE:
        return ""
    found = "not known" if truth is Truth.NOT_KNOWN else "false, and the visit was held"
    return f"{thing + ' ' if thing else ''}only if {condition.words}: {found}"


def overlap_words(other: Regimen, visits: tuple[str, ...] = ()) -> str:
    """That a dose stands beside another one of its product, since both conditions can hold.

    Args:
        other: The rule of the other dose.
        visits: The visits of both, where they are not clear; empty for one that is.
    """
    where = f" at {', '.join(visits)}" if visits else " at this visit"
    return f"WARNING: {other.id} is given{where}, too: their conditions do not exclude each other"


def age_words(age: int, on: str, protocol: Protocol) -> str:
    """That an age is outside the protocol's range."""
    ages = protocol.ages.words if protocol.ages else ""
    return f"age {age} on {on} is outside the protocol's {ages}"


def dose_rule_words(regimen: Regimen) -> str:
    """The rule of a regimen as a table prints it, with its parts, cap and floor."""
    parts = [_all_doses(regimen, plain_amount_words)]
    if regimen.at_most is not None:
        parts.append(f"at most {cap_words(regimen)}")
    if regimen.at_least is not None:
        parts.append(f"at least {floor_words(regimen)}")
    return ", ".join(parts)


def cap_words(regimen: Regimen, say: Callable[[Amount], str] | None = None) -> str:
    """The cap as it is stated, with what it is of; empty where none is stated.

    Args:
        regimen: The regimen.
        say: Says an amount; None for ``plain_amount_words``.
    """
    return _stated_limit_words(regimen, regimen.at_most, say, is_per_day=regimen.at_most_is_per_day)


def floor_words(regimen: Regimen, say: Callable[[Amount], str] | None = None) -> str:
    """The floor, likewise."""
    return _stated_limit_words(regimen, regimen.at_least, say, is_per_day=regimen.at_least_is_per_day)


def _stated_limit_words(
    regimen: Regimen, limit: Amount | None, say: Callable[[Amount], str] | None, *, is_per_day: bool
) -> str:
    if limit is None:
        return ""
    said = (say or plain_amount_words)(limit)
    if is_per_day:
        return f"{said} per day"
    return f"{said} per dose" if regimen.days > 1 else said


def _all_doses(regimen: Regimen, say: Callable[[Amount], str]) -> str:
    """The doses of a regimen, each said as an amount, with what tells them apart."""
    if regimen.is_masked:
        return regimen.label
    if regimen.bands:
        rule = ", ".join(f"{_band_words(regimen, band, say)} ({band.words})" for band in regimen.bands)
    elif not regimen.dose_is_standard:
        rule = ", ".join(f"level {level.id}: {_rule_words(regimen, level.dose, say)}" for level in regimen.levels)
    else:
        rule = _range_words(regimen.dose, regimen.range, lambda amount: _rule_words(regimen, amount, say))
    if regimen.maintenance is not None:
        rule = f"first {rule}, then {_rule_words(regimen, regimen.maintenance, say)}"
    if regimen.dose_is_standard and regimen.levels:
        levels = (f"{_rule_words(regimen, level.dose, say)} at level {level.id}" for level in regimen.levels)
        rule = f"{rule}; {', '.join(levels)}"
    if regimen.days > 1:
        rule = f"{rule} per day, for {regimen.days} days in one infusion"
    if regimen.split:
        shares = (f"{grouped_digits(part.percent)} % at {part.visit}" for part in regimen.split)
        rule = f"{rule} in all, {', '.join(shares)}"
    return rule


def _band_words(regimen: Regimen, band: WeightBand, say: Callable[[Amount], str]) -> str:
    """The dose of a band; one per m² with its formula."""
    said = _range_words(band.dose, band.range, say)
    return f"{said} of body surface, {_surface_words(regimen)}" if band.dose.unit.per == "m²" else said


def _range_words(aim: Amount, allowed: DoseRange | None, say: Callable[[Amount], str]) -> str:
    if allowed is None:
        return say(aim)
    if not allowed.has_aim:
        return f"{grouped_digits(allowed.low.value)} to {say(allowed.high)}, no aim stated"
    return f"{say(aim)} ({grouped_digits(allowed.low.value)} to {plain_amount_words(allowed.high)} allowed)"


def _rule_words(regimen: Regimen, dose: Amount, say: Callable[[Amount], str]) -> str:
    """One of the doses of a regimen with what it is per."""
    if regimen.filtration is not None:
        rule = regimen.filtration
        limit = "no cap stated" if rule.cap is None else f"at most {grouped_digits(rule.cap)} mL per min"
        how = ", ".join(part for part in (f"{rule.source} filtration rate", rule.weight_words, limit) if part)
        return f"AUC {grouped_digits(dose.value)} ({CALVERT}, {how})"
    if regimen.body_surface:
        return f"{say(dose)} of body surface ({_surface_words(regimen)})"
    is_of_scale = regimen.which_weight == ACTUAL or not dose.unit.per
    return say(dose) if is_of_scale or regimen.weight is None else f"{say(dose)} of {regimen.weight.which_words}"


def open_range_words(ends: tuple[Amount, Amount]) -> str:
    """The doses that are allowed where none is aimed at."""
    return f"any dose from {number_digits(ends[0].value, ends[0].unit)} to {plain_amount_words(ends[1])} is allowed"


def measure_words(worked: WorkedDose) -> str:
    """The body surface or the weight that a dose was multiplied with; empty where it is the weight on the scale."""
    measure = worked.measure
    if worked.band is not None:
        surface = "" if measure is None else f", body surface {number_digits(measure.value)} m²"
        by = f" ({_surface_words(worked.regimen)})" if surface else ""
        return f"weight band: {worked.band.words}{surface}{by}"
    if measure is None:
        return ""
    digits = number_digits(measure.value)
    if worked.regimen.filtration is not None and measure.before is not None:
        cap = worked.regimen.filtration.cap
        is_capped = cap is not None and measure.before > cap
        capped = f", capped: {uncapped_words(worked)}" if is_capped else ""
        weight = "" if measure.weight is None else f"; {other_weight_words(measure.weight)}"
        return f"filtration rate {number_digits(measure.before)} mL per min{capped}{weight}"
    if worked.regimen.body_surface:
        return f"body surface {digits} m² ({_surface_words(worked.regimen)})"
    return other_weight_words(measure)


def other_weight_words(measure: Measure) -> str:
    """A weight in place of the one on the scale; an adjusted one that is the actual one says so."""
    said = f"{measure.name} weight {number_digits(measure.value)} kg"
    if not measure.is_actual or measure.before is None:
        return said
    return f"{said}, the actual one: it is not above the ideal {number_digits(measure.before)} kg"


def _surface_words(regimen: Regimen) -> str:
    return "as recorded, formula none stated" if regimen.body_surface == RECORDED else regimen.body_surface


def uncapped_words(worked: WorkedDose) -> str:
    """The dose by AUC that an uncapped filtration rate would give."""
    before = worked.measure.before if worked.measure is not None else None
    uncapped = worked.stated.value * ((before or 0) + CALVERT_ML_MIN) * worked.regimen.days
    return f"{number_digits(uncapped)} {worked.calculated.unit.spoken} without the cap"


def part_words(worked: WorkedDose) -> str:
    """Which part of a split dose it is; empty where the dose is not split."""
    if worked.part is None:
        return ""
    return f"part: {grouped_digits(worked.part.percent)} % of {plain_amount_words(worked.whole)}"


def plain_amount_words(amount: Amount) -> str:
    """An amount with separators and its unit spoken: ``1,000,000 cells per kg``, ``≈ 508.7 mg``."""
    return f"{number_digits(amount.value, amount.unit)} {amount.unit.spoken}"


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


def dose_in_words(regimen: Regimen) -> str:
    """The dose of a regimen with digits, words and power, and what it is per."""
    return _all_doses(regimen, amount_in_words)


def stated_words(worked: WorkedDose) -> str:
    """The dose that one subject has at one visit, as it is stated: a level's, a band's, the loading dose."""
    return _rule_words(worked.regimen, worked.stated, amount_in_words)


def order_words(worked: WorkedDose) -> str:
    """The dose that is ordered; one whose digits have no end is stated by the prescriber, who is told so."""
    said = amount_in_words(worked.ordered)
    return said if is_whole(worked.ordered) else f"{said} by the rule, {NOT_ROUNDED}"


def is_whole(amount: Amount) -> bool:
    """Whether a page shows all of an amount, so that it can stand as what is ordered."""
    return shown_value(amount.value, amount.unit) == amount.value


def amount_in_words(amount: Amount) -> str:
    """An amount with digits, words and power: ``70,250,000 cells (70.25 million; 7.025 × 10⁷)``."""
    return amount_words(amount.value, amount.unit)


def unstated_words(regimen: Regimen) -> str:
    """What the protocol leaves open for a regimen."""
    return f"none stated: {', '.join(regimen.unstated)}" if regimen.unstated else ""


def weight_words(regimen: Regimen) -> str:
    """Whether a regimen takes a weight, where it takes none."""
    if regimen.is_per_weight:
        return ""
    if regimen.is_per_kg:
        return "the weight on the scale is not used"
    if regimen.dose.unit.per:
        return "weight is not used"
    is_of_rate = regimen.rate is not None and regimen.rate.is_per_kg
    return "flat dose: the rate alone takes a weight" if is_of_rate else "flat dose: weight is not used"


def range_words(worked: WorkedDose) -> str:
    """The doses allowed for a body, and whether the ordered one left them by rounding; empty where none are stated."""
    if worked.own_range is None:
        return ""
    low, high = worked.own_range
    said = f"allowed: {plain_amount_words(low)} to {plain_amount_words(high)}"
    is_inside = low.value <= worked.ordered.value <= high.value
    return said if is_inside else f"{said}; OUTSIDE after rounding"


def limit_words(worked: WorkedDose) -> str:
    """Which limit changed a dose, with the value before it."""
    if not worked.limited_by.value:
        return ""
    return f"{worked.limited_by.value} applied: {plain_amount_words(worked.calculated)} calculated"
