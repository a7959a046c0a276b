"""How fast an infusion runs: always one unit, mL per hour, since mL per 24 h beside it has cost lives.

Conventions: exact; volumes in mL, durations in minutes. A rule that allows a range gives both ends; the program doesn't
choose between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.messages import Msg
from dosecal.model.preparation import NotKnownError, PumpCheck, WorkedRate
from dosecal.model.product import RateRule, Speed, converted
from dosecal.model.spoken import number_words, of_unit

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.quantity import Amount

_HOUR = 60


def work_out_rate(
    rule: RateRule, infused_ml: Fraction, concentration: Amount | None, weight_kg: Fraction | None
) -> WorkedRate:
    """The rates and durations that a rule gives for a volume.

    Args:
        rule: The rule.
        infused_ml: The volume that is infused, above 0.
        concentration: The amount in one mL of it, flat; None where it is not known.
        weight_kg: The actual body weight; None where it is not known.

    Raises:
        NotKnownError: If what the rule needs is not known, or its parts contradict each other.
    """
    if rule.is_per_kg and weight_kg is None:
        raise NotKnownError(Msg("a body weight, since the rate is per kg"))
    fastest = [infused_ml * _HOUR / rule.shortest] if rule.shortest is not None else []
    slowest = [infused_ml * _HOUR / rule.longest] if rule.longest is not None else []
    fastest += [_of_body(rule.at_most, weight_kg)] if rule.at_most is not None else []
    slowest += [_of_body(rule.at_least, weight_kg)] if rule.at_least is not None else []
    most, least = min(fastest, default=None), max(slowest, default=None)
    if most is not None and least is not None and least > most:
        raise NotKnownError(
            Msg(
                "a rate that keeps both limits, but the least, {least}, is above the greatest, {greatest}",
                least=_said(least),
                greatest=_said(most),
            )
        )
    program = _program(rule, infused_ml, concentration, weight_kg)
    _require_within(program, least, most)
    if program is None and (least is None or least == most):
        program = most
    is_one_time = rule.shortest == rule.longest
    return WorkedRate(
        rule=rule,
        program=program,
        slowest=least,
        fastest=most,
        not_below=_own_limit(rule.at_least, weight_kg) if is_one_time else least,
        not_above=_own_limit(rule.at_most, weight_kg) if is_one_time else most,
        minutes=None if program is None else infused_ml * _HOUR / program,
        shortest=None if most is None else infused_ml * _HOUR / most,
        longest=None if least is None else infused_ml * _HOUR / least,
    )


def _require_within(program: Fraction | None, least: Fraction | None, most: Fraction | None) -> None:
    """See that the one rate that a rule names is none that its limits forbid; nobody picks one of the two.

    Raises:
        NotKnownError: If it is above the greatest or below the least rate; both are named.
    """
    if program is not None and most is not None and program > most:
        raise NotKnownError(
            Msg(
                "a rate that keeps its limits, but {rate} is above the greatest, {greatest}",
                rate=_said(program),
                greatest=_said(most),
            )
        )
    if program is not None and least is not None and program < least:
        raise NotKnownError(
            Msg(
                "a rate that keeps its limits, but {rate} is below the least, {least}",
                rate=_said(program),
                least=_said(least),
            )
        )


def _said(rate: Fraction) -> Msg:
    return of_unit(number_words(rate), "mL per hour")


def _own_limit(speed: Speed | None, weight_kg: Fraction | None) -> Fraction | None:
    """The protocol's own limit of the rate for a body; None where it states none."""
    return None if speed is None else _of_body(speed, weight_kg)


def check_pump(rate: WorkedRate, entered: Fraction, *, is_duration: bool) -> PumpCheck | None:
    """What a pump is set to, held against a rate.

    Args:
        rate: The protocol's rate for the dose.
        entered: A rate in mL per hour above 0, or a duration in minutes.
        is_duration: Whether it is a duration.

    Returns:
        The comparison; None where the rule gives nothing to compare with.
    """
    if is_duration:
        one, low, high = rate.minutes, rate.shortest, rate.longest
    else:
        one, low, high = rate.setting, rate.slowest, rate.fastest
    ends = [end for end in (low, high) if end is not None]
    is_range = rate.program is None or (rate.rule.aim is None and rate.rule.give is None and len(ends) == 1)
    if not is_range and one is not None:
        is_same = entered in {one, rate.minutes if is_duration else rate.program}
        return PumpCheck(entered, one, is_duration, is_same)
    if not ends:
        return None
    is_within = (low is None or entered >= low) and (high is None or entered <= high)
    return PumpCheck(entered, min(ends, key=lambda end: abs(end - entered)), is_duration, is_within)


def _of_body(speed: Speed, weight_kg: Fraction | None) -> Fraction:
    """A rate in mL per hour for a body; the weight is known where the rate is per kg."""
    return speed.ml_per_hour * weight_kg if speed.is_per_kg and weight_kg is not None else speed.ml_per_hour


def _program(
    rule: RateRule, infused_ml: Fraction, concentration: Amount | None, weight_kg: Fraction | None
) -> Fraction | None:
    """The one rate that a rule names: by how much of the dose runs, or by the duration that is aimed at."""
    if rule.give is not None:
        if concentration is None:
            raise NotKnownError(Msg("a strength in a mL, since the rate is of the dose"))
        amount = converted(rule.give.per_hour, concentration.unit.substance)
        factor = weight_kg if amount.unit.per == "kg" and weight_kg is not None else 1
        return amount.value * factor / concentration.value
    return None if rule.aim is None else infused_ml * _HOUR / rule.aim
