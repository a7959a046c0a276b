"""The steps of a dose: from its rule and the body to what is ordered, or to the ends of what may be.

Conventions: each step has the rule, the numbers with their units put in, and the result; the exact value stands in the
working and the ordered dose once. What the protocol does not state is said, never filled in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.counts import counted
from dosecal.model.messages import NOTHING, Msg, joined, msgid
from dosecal.model.quantity import round_by
from dosecal.model.spoken import (
    digits_of,
    grouped_digits,
    of_unit,
    shown_value,
    to_figures,
    with_fraction,
)
from dosecal.model.worked_dose import Limit, OpenOrder
from dosecal.report.messages import words
from dosecal.report.messages.workings import (
    TIMES,
    Step,
    given,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.quantity import Amount, Rounding
    from dosecal.model.regimen import Regimen
    from dosecal.model.worked_dose import WorkedDose

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
    """What planning worked out of the body, as it worked it out."""
    steps = () if worked.measure is None else worked.measure.steps
    return tuple(Step(one.formula.quantity, one.formula.working(), one.formula.result(one.value)) for one in steps)


def _calculation_step(worked: WorkedDose) -> Step:
    result = with_fraction(
        words.plain_amount_words(worked.calculated), worked.calculated.value, worked.calculated.unit.spoken
    )
    return Step(Msg("calculated dose"), _product(worked, worked.stated), result)


def _product(worked: WorkedDose | OpenOrder, stated: Amount) -> Msg:
    """A stated dose, what it is multiplied with and its days as a working; empty for a single factor."""
    factors = [worked.regimen.rule.factor_words(stated, words.plain_amount_words)]
    if stated.unit.per and worked.measure is not None:
        factors.append(worked.measure.result.formula.factor(worked.measure.value))
    elif stated.unit.per and worked.weight_kg is not None:
        factors.append(_kg(worked.weight_kg))
    factors += [counted(worked.regimen.days, "day")] if worked.regimen.days > 1 else []
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
    return Msg("none, by the protocol") if regimen.rounding_is_stated else Msg("none stated: not rounded")


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
    ends = zip(_ENDS, order.stated, order.calculated, order.whole, order.range, strict=True)
    for names, stated, calculated, whole, end in ends:
        steps += _end_steps(order, names, stated, (calculated, whole, end))
    return tuple(steps)


def _end_steps(
    order: OpenOrder, names: tuple[str, str, str], stated: Amount, of: tuple[Amount, Amount, Amount]
) -> list[Step]:
    """One end by the rule, then the cap or floor that changes it, then its part of the visit."""
    allowed, by_rule, at_visit = map(Msg, names)
    calculated, whole, end = of
    working = _product(order, stated)
    result, said = words.plain_amount_words(calculated), words.plain_amount_words(whole)
    steps = [Step(allowed, working, result)]
    if calculated != whole:
        is_capped = calculated.value > whole.value
        limited = Msg("{a}, by the cap", a=said) if is_capped else Msg("{a}, by the floor", a=said)
        steps = [Step(by_rule, working, result), Step(allowed, NOTHING, limited)]
    if order.part is not None:
        steps.append(Step(at_visit, part_of(order.part.percent, said), words.plain_amount_words(end)))
    return steps
