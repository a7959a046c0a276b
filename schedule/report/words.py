"""What the tables and pages say, in words.

Conventions: one place for each sentence that is printed in more than one place. Numbers that people read have a leading
zero and no trailing one, separators from 1,000 on, and a space before the unit; "per kg" is written out.

Reference:
    ISMP List of Error-Prone Abbreviations, Symbols, and Dose Designations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule.model.conditions import Truth
from schedule.model.schedule import DateState
from schedule.model.spoken import amount_words, grouped_digits
from schedule.model.worked_dose import WeightState

if TYPE_CHECKING:
    from schedule.model.conditions import Condition
    from schedule.model.protocol import Protocol, Visit
    from schedule.model.quantity import Amount
    from schedule.model.regimen import Regimen
    from schedule.model.timing import Event
    from schedule.model.worked_dose import WorkedDose

NONE_STATED = "none stated"
JOINT = "; "

WEIGHT_STATES = {
    WeightState.USED: "",
    WeightState.NOT_NEEDED: "",
    WeightState.MISSING: "to be determined: no weight on or before this dose",
    WeightState.TOO_OLD: "to be determined: the weight is too old, weigh again",
    WeightState.NOT_MEASURED: "to be determined: the weight was not measured, weigh",
    WeightState.DATE_UNKNOWN: "to be determined: the weight has no date and its age is limited",
    WeightState.DOSE_DATE_UNKNOWN: "",
    WeightState.BODY_UNKNOWN: "to be determined: the formula needs to know more of the body",
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
    return f"{_counted(abs(visit.offset), 'day')}{after if visit.offset > 0 else after.replace('after', 'before')}"


def _months_words(months: int) -> str:
    count, unit = (months // 12, "year") if months % 12 == 0 else (months, "month")
    return _counted(count, unit)


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if abs(count) == 1 else f"{count} {unit}s"


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


def visit_notes(visit: Visit, protocol: Protocol, arm_id: str) -> str:
    """What is to be said of a visit beside its dates."""
    regimen = next((r for r in protocol.regimens if r.id == visit.before and arm_id in r.arms), None)
    parts = [f"before the {regimen.label}" if regimen else ""]
    parts.append("window: none stated" if visit.window is None else "")
    parts.append("no target date, a window alone" if not visit.has_target else "")
    parts.append(f"window: {visit.window.words}" if visit.window is not None and visit.window.hours is not None else "")
    parts += [f"at least {gap.words}" for gap in visit.gaps]
    parts.append(f"contact: {visit.contact}" if visit.contact else "")
    parts.append(horizon_words(visit, protocol))
    return JOINT.join(part for part in parts if part)


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
        gaps = " and ".join(f"at least {gap.words}" for gap in visit.gaps)
        return f"nothing is planned: no day is inside the window and {gaps}"
    if state is DateState.PROVISIONAL:
        return f"provisional until {_awaited(visit, protocol)}"
    return ""


def _awaited(visit: Visit, protocol: Protocol) -> str:
    event = _event_of(visit, protocol)
    names = [visit.after] if visit.after else []
    names += [event.words.removeprefix("actual date of ")] if event is not None else []
    names = list(dict.fromkeys([*names, *(gap.after for gap in visit.gaps)]))
    return f"{' and '.join(names)} {'has' if len(names) == 1 else 'have'} happened"


TOO_EARLY = "the target is too early: planned on the first day that is late enough"


def days_out_words(days: int) -> str:
    """By how many days a visit is outside its window; empty for inside it."""
    if not days:
        return ""
    count = f"{abs(days):,} {'day' if abs(days) == 1 else 'days'}"
    return f"{count} {'before' if days < 0 else 'after'} the window"


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


def age_words(age: int, on: str, protocol: Protocol) -> str:
    """That an age is outside the protocol's range."""
    ages = protocol.ages.words if protocol.ages else ""
    return f"age {age} on {on} is outside the protocol's {ages}"


def dose_rule_words(regimen: Regimen) -> str:
    """The rule of a regimen as a table prints it, with its cap and floor."""
    if regimen.bands:
        parts = [f"{plain_amount_words(band.dose)} ({band.words})" for band in regimen.bands]
    else:
        parts = [_rule_words(regimen, plain_amount_words(regimen.dose))]
    if regimen.at_most is not None:
        parts.append(f"at most {plain_amount_words(regimen.at_most)}")
    if regimen.at_least is not None:
        parts.append(f"at least {plain_amount_words(regimen.at_least)}")
    return ", ".join(parts)


def _rule_words(regimen: Regimen, amount: str) -> str:
    """The dose of a regimen, said as an amount, with what it is per."""
    if regimen.filtration is not None:
        cap = regimen.filtration.cap
        limit = f", at most {grouped_digits(cap)} mL per min" if cap is not None else ", no cap stated"
        return f"AUC {grouped_digits(regimen.dose.value)} (Calvert, {regimen.filtration.source} filtration rate{limit})"
    if regimen.body_surface:
        return f"{amount} of body surface ({regimen.body_surface})"
    return amount if regimen.which_weight == "actual" else f"{amount} of {regimen.which_weight} weight"


def measure_words(worked: WorkedDose) -> str:
    """The body surface or the weight that a dose was multiplied with; empty where it is the weight on the scale."""
    measure = worked.measure
    if worked.band is not None:
        return f"weight band: {worked.band.words}"
    if measure is None:
        return ""
    digits = grouped_digits(measure.value)
    if worked.regimen.filtration is not None and measure.before is not None:
        cap = worked.regimen.filtration.cap
        is_capped = cap is not None and measure.before > cap
        return f"filtration rate {grouped_digits(measure.before)} mL per min{', capped' if is_capped else ''}"
    if worked.regimen.body_surface:
        return f"body surface {digits} m² ({worked.regimen.body_surface})"
    return f"{measure.name} weight {digits} kg"


def plain_amount_words(amount: Amount) -> str:
    """An amount with separators and its unit spoken: ``1,000,000 cells per kg``."""
    return f"{grouped_digits(amount.value)} {amount.unit.spoken}"


def digits_as_read(text: str) -> str:
    """Plain digits with separators from 1,000 on; an empty text stays empty."""
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}{point}{rest}" if text else ""


def dose_in_words(regimen: Regimen) -> str:
    """The dose of a regimen with digits, words and power, and what it is per."""
    if regimen.bands:
        return ", ".join(f"{amount_in_words(band.dose)} ({band.words})" for band in regimen.bands)
    return _rule_words(regimen, amount_in_words(regimen.dose))


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
    return "weight is not used" if regimen.dose.unit.per else "flat dose: weight is not used"


def limit_words(worked: WorkedDose) -> str:
    """Which limit changed a dose, with the value before it."""
    if not worked.limited_by.value:
        return ""
    return f"{worked.limited_by.value} applied: {plain_amount_words(worked.calculated)} calculated"
