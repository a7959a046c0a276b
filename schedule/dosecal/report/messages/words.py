"""What the tables and pages say, in words.

Conventions: one place for each sentence that is printed in more than one place. Numbers that people read have a leading
zero and no trailing one, separators from 1,000 on, and a space before the unit; "per kg" is written out.

Reference:
    ISMP List of Error-Prone Abbreviations, Symbols, and Dose Designations.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.counts import counted
from dosecal.model.dosing.per_surface import PerSurface
from dosecal.model.messages import COMMA, NOTHING, Msg, joined, term
from dosecal.model.quantity import READ_PLACES, Unit
from dosecal.model.spoken import COUNTED, amount_words, grouped_digits, number_digits, of_unit, per, shown_value
from dosecal.model.worked_dose import Limit, WeightState

if TYPE_CHECKING:
    from collections.abc import Callable

    from dosecal.model.quantity import Amount
    from dosecal.model.regimen import DoseRange, Regimen, WeightBand
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
    return number_digits(Fraction(f"{whole}.{rest}"), Unit(unit) if unit in COUNTED else None, sign)


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
