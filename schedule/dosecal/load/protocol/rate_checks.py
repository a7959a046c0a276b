"""The rules that tie a rate and a measured volume to the dose and its product: one small function a rule.

Conventions: as in ``checks``. Lengths of time are in minutes, rates in mL per hour.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dosecal.load.protocol.draft import of_each
from dosecal.load.protocol.product_checks import product_of, strength_of
from dosecal.load.protocol.regimen_checks import whole_limit
from dosecal.model.counts import counted
from dosecal.model.product import converted, is_convertible
from dosecal.model.quantity import Amount, Rounding, Unit, round_by
from dosecal.model.spoken import number_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.load.protocol.rates import Duration
    from dosecal.model.problems import Problem
    from dosecal.model.product import DoseSpeed, Speed

_MINUTES_A_DAY = 24 * 60
_HOURS_A_DAY = 24
_ML = Unit("mL")
_COUNTED = ("counts", "counted", "recovery", "viability", "purity")
"""What a product says where a mL of it gives another number than its strength; then nothing is compared here."""


def _plain_strength(regimen: Entry, draft: Draft) -> Amount | None:
    """The amount in a mL of a product from which nothing is taken but what it holds; None where that is not so."""
    product = product_of(regimen, draft)
    if product is None or any(product.says(key) for key in _COUNTED):
        return None
    return strength_of(product)


def _infused_strength(regimen: Entry, draft: Draft) -> Amount | None:
    """The amount in a mL as it is infused; None where it depends on the dose, or is not known."""
    product = product_of(regimen, draft)
    if product is None or product.record("dilution") is None:
        return _plain_strength(regimen, draft)
    to = product.value("dilution.to")
    return None if to is None else to.amount


def _is_of(strength: Amount, other: Amount) -> bool:
    return is_convertible(strength.unit.substance, other.unit.substance) and strength.value > 0


def rates_fit(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """A rate says something, its limits leave one, its aim lies within its range, and it is of what is dosed."""
    said = regimen.record("rate")
    if said is None:
        return
    if not said.sources or said.sources.keys() == {"aim"}:
        yield regimen.problem("P230", "rate", 'expected a rate such as "{at_most: 4 mL/min}", got none')
    most, least = said.value("at_most"), said.value("at_least")
    if most and least and most.is_per_kg == least.is_per_kg and least.ml_per_hour > most.ml_per_hour:
        message = f"expected a least rate at or below {most.words}, got {least.words}"
        yield regimen.problem("P230", "rate.at_least", message)
    over, aim, give = said.value("over"), said.value("aim"), said.value("give")
    if over and aim and not over.shortest <= aim <= over.longest:
        yield regimen.problem("P230", "rate.aim", f"expected an aim within {over.words}, got another")
    if give and (over or aim):
        yield regimen.problem("P230", "rate.give", "expected one of a duration and a rate of the dose, got both")
    if give and regimen.dose and not is_convertible(give.per_hour.unit.substance, regimen.dose.unit.substance):
        dosed = regimen.dose.unit.substance
        message = f"expected a rate in {dosed}, as the dose is, got {give.per_hour.unit.substance}"
        yield regimen.problem("P230", "rate.give", message)


def rates_of_the_dose_keep_their_limits(regimen: Entry, draft: Draft) -> Iterator[Problem]:
    """A rate of the dose lies within the least and the greatest rate, where the product says what is in a mL."""
    strength = _infused_strength(regimen, draft)
    give: DoseSpeed | None = regimen.value("rate.give")
    if give is None or strength is None or not _is_of(strength, give.per_hour):
        return
    per_hour = converted(give.per_hour, strength.unit.substance).value / strength.value
    for key, side in (("at_most", "at or below"), ("at_least", "at or above")):
        limit: Speed | None = regimen.value(f"rate.{key}")
        if limit is None or limit.is_per_kg != bool(give.per_hour.unit.per):
            continue
        if per_hour > limit.ml_per_hour if key == "at_most" else per_hour < limit.ml_per_hour:
            unit = "mL per kg per h" if limit.is_per_kg else "mL per h"
            found = f"{give.words}, which is {number_words(per_hour)} {unit} at {number_words(strength.value)} "
            message = f"expected a rate {side} {limit.words}, got {found}{strength.unit.substance} per mL"
            yield regimen.problem("P230", "rate.give", message)


def lengths_agree(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """The days of an infusion that is dosed per day are those of its duration, and of its rate."""
    days = regimen.value("for")
    if days is None:
        return
    over: Duration | None = regimen.value("rate.over")
    asked = f'an infusion over {counted(days, "day")}, as "for" has it'
    if over is not None and not over.shortest <= days * _MINUTES_A_DAY <= over.longest:
        yield regimen.problem("P247", "rate.over", f"expected {asked}, got {over.words}")
    aim: Fraction | None = regimen.value("rate.aim")
    if aim is not None and aim != days * _MINUTES_A_DAY:
        yield regimen.problem("P247", "rate.aim", f"expected {asked}, got {number_words(aim)} min")
    yield from _give_of_a_day(regimen)


def _give_of_a_day(regimen: Entry) -> Iterator[Problem]:
    """A rate of the dose that does not give each day's dose in a day; it is not compared where doses differ."""
    give: DoseSpeed | None = regimen.value("rate.give")
    dose: Any = regimen.value("dose")
    if give is None or not isinstance(dose, Amount) or dose.unit.per != give.per_hour.unit.per:
        return
    if not is_convertible(give.per_hour.unit.substance, dose.unit.substance):
        return
    wanted = converted(dose, give.per_hour.unit.substance)
    if wanted.value != give.per_hour.value * _HOURS_A_DAY:
        unit = give.per_hour.unit.spoken
        message = f"expected {number_words(wanted.value / _HOURS_A_DAY)} {unit} per h, as the dose per day is"
        yield regimen.problem("P247", "rate.give", f"{message}, got {give.words}")


def volumes_are_rounded_within_the_limits(regimen: Entry, draft: Draft) -> Iterator[Problem]:
    """The protocol's rounding of the volume carries no dose over its flat cap or under its flat floor."""
    rounding, of_product = _volume_rounding(regimen), _plain_strength(regimen, draft)
    if rounding is None:
        return
    parts = [percent / 100 for _, percent, _ in regimen.value("split") or () if isinstance(percent, Fraction)]
    for key in ("at_most", "at_least"):
        limit = whole_limit(regimen, key)
        strength = Amount(Fraction(1), _ML) if limit is not None and limit.unit == _ML else of_product
        if limit is None or limit.unit.per or strength is None or not _is_of(strength, limit):
            continue
        for share in parts or [Fraction(1)]:
            part = Amount(limit.value * share, limit.unit)
            yield from _crossing(regimen, key, rounding, strength, part)


def _crossing(regimen: Entry, key: str, rounding: Rounding, strength: Amount, limit: Amount) -> Iterator[Problem]:
    """A problem where the volume of a limit is rounded to one that does not keep it."""
    substance = strength.unit.substance
    volume = converted(limit, substance).value / strength.value
    rounded = round_by(rounding, volume)
    if not (rounded > volume if key == "at_most" else rounded < volume):
        return
    mode = "down" if key == "at_most" else "up"
    said = f"{number_words(limit.value)} {limit.unit.substance} are {number_words(volume)} mL"
    held = f"{number_words(rounded * strength.value)} {substance}"
    holds = f"{number_words(rounded)} mL, to which that is rounded, hold {held}"
    message = (
        f'expected a rounding of the volume that keeps {key}, "mode: {mode}", got another one: {said}, and {holds}'
    )
    yield regimen.problem("P219", "rounding.volume", message)


def _volume_rounding(regimen: Entry) -> Rounding | None:
    """The rounding of the volume; None where none is stated, or where it does not say how."""
    of_volume = regimen.record("rounding.volume")
    step: Amount | None = None if of_volume is None else of_volume.value("to")
    if of_volume is None or step is None:
        return None
    mode, ties = of_volume.value("mode") or "nearest", of_volume.value("ties") or ""
    if bool(ties) != (mode == "nearest") or not step.value or step.unit != _ML:
        return None
    return Rounding(step, mode, ties)


RATE_CHECKS = of_each(
    "regimens",
    rates_fit,
    rates_of_the_dose_keep_their_limits,
    lengths_agree,
    volumes_are_rounded_within_the_limits,
)
"""Every rule of rates and volumes, in the order in which problems at the same place are told."""
