"""The steps of a dose: from its rule and the body to what is ordered, or to the ends of what may be.

Conventions: each step has the rule, the numbers with their units put in, and the result; the exact value stands in the
working and the ordered dose once. What the protocol does not state is said, never filled in.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model import formulas
from dosecal.model.counts import counted
from dosecal.model.formulas import CALVERT_ML_MIN
from dosecal.model.messages import NOTHING, Msg, joined, msgid, unsaid
from dosecal.model.quantity import Amount, round_by
from dosecal.model.regimen import RECORDED, WEIGHT_WORDS
from dosecal.model.spoken import digits_of, grouped_digits, of_unit, shown_value, to_figures
from dosecal.model.worked_dose import Limit, OpenOrder
from dosecal.report.messages import words
from dosecal.report.messages.weight_words import signed_percent
from dosecal.report.messages.workings import (
    TIMES,
    Step,
    exact_words,
    factor_words,
    given,
    with_fraction,
)

if TYPE_CHECKING:
    from dosecal.model.quantity import Rounding
    from dosecal.model.regimen import Regimen
    from dosecal.model.worked_dose import Body, Measure, WorkedDose

_ENDS = (
    (msgid("least dose allowed"), msgid("least dose by the rule"), msgid("least dose at the visit")),
    (msgid("greatest dose allowed"), msgid("greatest dose by the rule"), msgid("greatest dose at the visit")),
)


def dose_steps(worked: WorkedDose) -> tuple[Step, ...]:
    """From the rule to the ordered dose."""
    return (
        given(Msg("dose rule"), words.dose_in_words(worked.regimen)),
        *_level_steps(worked),
        _weight_step(worked),
        *_band_steps(worked),
        *_measure_steps(worked),
        _calculation_step(worked),
        *_limit_steps(worked),
        _rounding_step(worked),
        *_part_steps(worked),
        *_range_steps(worked),
        Step(Msg("ordered dose"), NOTHING, words.order_words(worked)),
    )


def open_steps(order: OpenOrder) -> tuple[Step, ...]:
    """From the rule to what may be ordered, where the protocol aims at no dose of its range."""
    low, high = (words.amount_in_words(end) for end in order.range)
    return (
        given(Msg("dose rule"), words.dose_in_words(order.regimen)),
        _weight_step(order),
        *_measure_steps(order),
        *range_steps(order),
        Step(
            Msg("ordered dose"),
            NOTHING,
            Msg("to be ordered: any dose from {low} to {high} is allowed, none is aimed at", low=low, high=high),
        ),
    )


def _weight_step(worked: WorkedDose | OpenOrder) -> Step:
    if worked.weight_kg is None:
        return given(Msg("weight"), words.weight_words(worked.regimen))
    return given(Msg("weight"), Msg("{a}, as given", a=_kg(worked.weight_kg)))


def _level_steps(worked: WorkedDose) -> tuple[Step, ...]:
    """The level, and the loading or the later dose, where a regimen has several."""
    dose = words.stated_words(worked)
    if worked.level is not None:
        return (given(Msg("dose level"), Msg("{level}: {dose}", level=worked.level.id, dose=dose)),)
    if worked.regimen.levels:
        return (given(Msg("dose level"), Msg("none: {rule}", rule=dose)),)
    if worked.regimen.maintenance is not None:
        is_later = worked.stated == worked.regimen.maintenance
        return (Step(Msg("later dose") if is_later else Msg("first dose"), NOTHING, dose),)
    return ()


def _part_steps(worked: WorkedDose) -> tuple[Step, ...]:
    """The part of a split dose."""
    if worked.part is None:
        return ()
    working = part_of(worked.part.percent, words.plain_amount_words(worked.whole))
    result = words.plain_amount_words(worked.ordered)
    return (Step(Msg("part at {visit}", visit=worked.part.visit), working, result),)


def part_of(percent: Fraction, whole: Msg) -> Msg:
    """A share of an amount."""
    return Msg("{p} % of {a}", p=grouped_digits(percent), a=whole)


def _range_steps(worked: WorkedDose) -> tuple[Step, ...]:
    """The range of a body's dose, and that rounding left it where it did."""
    if worked.own_range is None:
        return ()
    low, high = worked.own_range
    said = range_words(low, high)
    if low.value <= worked.ordered.value <= high.value:
        return (Step(Msg("allowed range"), NOTHING, Msg("{range}: inside", range=said)),)
    return (Step(Msg("allowed range"), NOTHING, Msg("{range}: the dose is OUTSIDE after rounding", range=said)),)


def range_words(low: Amount, high: Amount) -> Msg:
    """Both ends of a range."""
    return Msg("{least} to {most}", least=words.plain_amount_words(low), most=words.plain_amount_words(high))


def _band_steps(worked: WorkedDose) -> tuple[Step, ...]:
    if worked.band is None:
        return ()
    dose = words.plain_amount_words(worked.band.dose)
    return (Step(Msg("weight band"), NOTHING, Msg("{band}: {dose}", band=worked.band.words, dose=dose)),)


def _kg(kilograms: Fraction) -> Msg:
    return of_unit(grouped_digits(kilograms), "kg")


def _measure_steps(worked: WorkedDose | OpenOrder) -> tuple[Step, ...]:
    """The body surface, or the weight that is not the one on the scale, with the numbers put in."""
    measure, body = worked.measure, worked.body
    if worked.regimen.filtration is not None and not isinstance(worked, OpenOrder):
        return _clearance_steps(worked)
    if measure is None:
        return ()
    if not worked.regimen.body_surface:
        percent = None if worked.regimen.weight is None else worked.regimen.weight.percent
        return _weight_measure_steps(worked.weight_kg, body, measure, percent)
    result, name = exact_words(measure.value, "m²"), Msg("body surface")
    is_recorded = worked.regimen.body_surface == RECORDED
    if is_recorded or worked.weight_kg is None or body.height_cm is None:
        return (Step(name, NOTHING, Msg("{a}, as recorded: the formula is none stated", a=result)),)
    height = of_unit(grouped_digits(body.height_cm), "cm")
    return (Step(name, formulas.surface_working(worked.regimen.body_surface, height, _kg(worked.weight_kg)), result),)


def _weight_measure_steps(
    weight_kg: Fraction | None, body: Body, measure: Measure, percent: Fraction | None
) -> tuple[Step, ...]:
    """The weight that a dose takes in place of the one on the scale."""
    height = of_unit(grouped_digits(body.height_cm or Fraction(0)), "cm")
    result = exact_words(measure.value, "kg")
    if measure.name == "predicted":
        return (Step(WEIGHT_WORDS["predicted"], formulas.predicted_working(body.sex, height), result),)
    ideal = formulas.ideal_working(body.sex, height)
    if weight_kg is None:
        return (Step(WEIGHT_WORDS["ideal"], ideal, result),)
    weight = _kg(weight_kg)
    if measure.before is not None and percent is not None:
        working = formulas.adjusted_working(percent, of_unit(factor_words(measure.before), "kg"), weight)
        return (
            Step(WEIGHT_WORDS["ideal"], ideal, exact_words(measure.before, "kg")),
            _over_ideal_step(weight_kg, measure.before),
            Step(WEIGHT_WORDS["adjusted"], NOTHING if measure.is_actual else working, words.or_actual(result, measure)),
        )
    if measure.name == "ideal":
        return Step(WEIGHT_WORDS["ideal"], ideal, result), _over_ideal_step(weight_kg, measure.value)
    mass_index = weight_kg / ((body.height_cm or Fraction(1)) / 100) ** 2
    return (
        Step(
            Msg("body mass index"),
            formulas.mass_index_working(height, weight),
            exact_words(mass_index, "kg per m²"),
        ),
        Step(WEIGHT_WORDS["lean"], formulas.lean_working(body.sex, height, weight), result),
    )


def _over_ideal_step(weight_kg: Fraction, ideal_kg: Fraction) -> Step:
    """How far the weight on the scale is from the ideal one."""
    over = signed_percent(100 * (weight_kg - ideal_kg) / ideal_kg)
    working = Msg("({a} ÷ {b} − 1) × 100", a=_kg(weight_kg), b=of_unit(factor_words(ideal_kg), "kg"))
    return Step(Msg("weight over ideal"), working, unsaid(over))


def _clearance_steps(worked: WorkedDose) -> tuple[Step, ...]:
    """The filtration rate, the cap where it is reached, and the sum that Calvert's formula multiplies."""
    measure, body, rule = worked.measure, worked.body, worked.regimen.filtration
    if measure is None or measure.before is None or rule is None:
        return ()
    name, rate, kilograms = Msg("filtration rate"), exact_words(measure.before, "mL per min"), worked.weight_kg
    steps: list[Step] = []
    if measure.weight is not None:
        kilograms = measure.weight.value
        steps += _weight_measure_steps(worked.weight_kg, body, measure.weight, rule.percent)
    if rule.source == "measured" or kilograms is None or body.creatinine is None:
        steps.append(Step(name, NOTHING, Msg("{a}, measured", a=rate)))
    else:
        weight = of_unit(factor_words(kilograms), "kg")
        creatinine = of_unit(grouped_digits(body.creatinine), "mg per dL")
        steps.append(Step(name, formulas.clearance_working(body.sex, body.age_years or 0, weight, creatinine), rate))
    counted = measure.before
    if rule.cap is not None:
        counted, cap = min(measure.before, rule.cap), of_unit(grouped_digits(rule.cap), "mL per min")
        said = Msg("{a}: not reached", a=cap)
        if measure.before > rule.cap:
            said = Msg("{a}: applied; {b}", a=cap, b=words.uncapped_words(worked))
        steps.append(Step(Msg("rate cap"), NOTHING, said))
    working = Msg("{a} + {b}", a=factor_words(counted), b=str(CALVERT_ML_MIN))
    name = Msg("rate + {n}", n=str(CALVERT_ML_MIN))
    return (*steps, Step(name, working, exact_words(measure.value, "mL per min")))


def _calculation_step(worked: WorkedDose) -> Step:
    result = with_fraction(
        words.plain_amount_words(worked.calculated), worked.calculated.value, worked.calculated.unit.spoken
    )
    factors = [words.plain_amount_words(worked.stated)]
    if worked.regimen.filtration is not None and worked.measure is not None:
        factors = [Msg("AUC {n}", n=grouped_digits(worked.stated.value))]
        factors.append(of_unit(factor_words(worked.measure.value), "mL per min"))
    elif worked.stated.unit.per and worked.measure is not None:
        unit = "m²" if worked.regimen.body_surface else "kg"
        factors.append(of_unit(factor_words(worked.measure.value), unit))
    elif worked.stated.unit.per and worked.weight_kg is not None:
        factors.append(_kg(worked.weight_kg))
    return Step(Msg("calculated dose"), _product(factors, worked.regimen.days), result)


def _product(factors: list[Msg], days: int) -> Msg:
    """The factors of a dose and its days as a working; nothing for a single one."""
    factors = [*factors, counted(days, "day")] if days > 1 else factors
    return joined(factors, TIMES) if len(factors) > 1 else NOTHING


def _limit_steps(worked: WorkedDose) -> tuple[Step, ...]:
    (cap, floor), regimen = worked.limits, worked.regimen
    limits = (
        (Msg("cap"), regimen.at_most, cap, Limit.CAP, words.cap_words(regimen)),
        (Msg("floor"), regimen.at_least, floor, Limit.FLOOR, words.floor_words(regimen)),
    )
    steps = []
    for name, stated, limit, reached, rule in limits:
        if stated is None or limit is None:
            continue
        said = Msg("{a}: not reached", a=words.plain_amount_words(limit))
        if worked.limited_by is reached:
            said = Msg(
                "{a}: applied, in place of {b}",
                a=words.plain_amount_words(limit),
                b=words.plain_amount_words(worked.calculated),
            )
        is_worked = stated.unit.per or limit.value != stated.value
        steps.append(Step(name, rule if is_worked else NOTHING, said))
    return tuple(steps)


def _rounding_step(worked: WorkedDose) -> Step:
    rounding = worked.regimen.rounding
    if rounding is None:
        return Step(Msg("rounding"), NOTHING, not_rounded(worked.regimen))
    working = Msg(
        "{a} to {b}, {how}",
        a=_before_rounding(worked, rounding),
        b=words.plain_amount_words(rounding.increment),
        how=rounding.words,
    )
    return Step(Msg("rounding"), working, words.plain_amount_words(worked.whole))


def not_rounded(regimen: Regimen) -> Msg:
    """That a dose is not rounded, since the protocol says so or says nothing."""
    is_open = "rounding" in regimen.unstated
    return Msg("none stated: not rounded") if is_open else Msg("none, by the protocol")


def _before_rounding(worked: WorkedDose, rounding: Rounding) -> Msg:
    """What is rounded, with as many digits as it takes to round to the same."""
    value, unit, places = worked.limited.value, worked.limited.unit, 0
    shown = shown_value(value, unit)
    while round_by(rounding, shown) != worked.whole.value:
        shown, places = to_figures(value, places), places + 1
    return of_unit(digits_of(shown, value), unit.spoken)


def range_steps(order: OpenOrder) -> tuple[Step, ...]:
    """How the ends of the range come about."""
    steps = [] if order.band is None else [Step(Msg("weight band"), NOTHING, order.band.words)]
    for names, stated, whole, end in zip(_ENDS, order.stated, order.whole, order.range, strict=True):
        steps += _end_steps(order, names, stated, (whole, end))
    return tuple(steps)


def _end_steps(order: OpenOrder, names: tuple[str, str, str], stated: Amount, of: tuple[Amount, Amount]) -> list[Step]:
    """One end by the rule, then the cap or floor that changes it, then its part of the visit."""
    allowed, by_rule, at_visit = map(Msg, names)
    whole, end = of
    value, working = _by_rule(order, stated)
    result, said = words.plain_amount_words(Amount(value, whole.unit)), words.plain_amount_words(whole)
    steps = [Step(allowed, working, result)]
    if value != whole.value:
        limited = Msg("{a}, by the cap", a=said) if value > whole.value else Msg("{a}, by the floor", a=said)
        steps = [Step(by_rule, working, result), Step(allowed, NOTHING, limited)]
    if order.part is not None:
        steps.append(Step(at_visit, part_of(order.part.percent, said), words.plain_amount_words(end)))
    return steps


def _by_rule(order: OpenOrder, stated: Amount) -> tuple[Fraction, Msg]:
    """An end by the rule alone, and its working; that is empty where the end is stated as it is given."""
    value, factors = stated.value * order.regimen.days, [words.plain_amount_words(stated)]
    factor = order.weight_kg if order.measure is None else order.measure.value
    if stated.unit.per and factor is not None:
        value *= factor
        factors.append(of_unit(factor_words(factor), "m²" if stated.unit.per == "m²" else "kg"))
    return value, _product(factors, order.regimen.days)
