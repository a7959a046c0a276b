"""The rules that tie a rate and a measured volume to the dose and its product: one small function a rule.

Conventions: as in ``checks``. Lengths of time are in minutes, rates in mL per hour.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dosecal.load.protocol.dose_checks import whole_limit
from dosecal.load.protocol.grammar import Said
from dosecal.model.counts import counted
from dosecal.model.problems import Problem
from dosecal.model.product import converted, is_convertible
from dosecal.model.quantity import Amount, Rounding, Unit, round_by
from dosecal.model.spoken import number_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.load.protocol.product_texts import Duration, WrittenStrength
    from dosecal.model.product import DoseSpeed, Speed

_MINUTES_A_DAY = 24 * 60
_HOURS_A_DAY = 24
_ML = Unit("mL")
_COUNTED = ("counts", "counted", "recovery", "viability", "purity")
"""What a product says where a mL of it gives another number than its strength; then nothing is compared here."""


def as_record(entry: Entry, key: str) -> Said | None:
    """What a key says as a record; None where it says nothing, none stated, or something unreadable."""
    said = entry.value(key)
    return said if isinstance(said, Said) else None


def strength_of(product: Entry) -> Amount | None:
    """The amount in a mL: as it is stated, or content ÷ volume; None where neither is."""
    written: WrittenStrength | None = product.value("concentration")
    if written is not None:
        return written.strength.amount
    container = as_record(product, "container")
    if container is None or not {"content", "volume"} <= container.values.keys():
        return None
    content: Amount = container.values["content"]
    volume: Fraction | None = container.values["volume"]
    return None if volume is None else Amount(content.value / volume, content.unit)


def _plain_strength(draft: Draft, regimen: Entry) -> Amount | None:
    """The amount in a mL of a product from which nothing is taken but what it holds; None where that is not so."""
    product = draft.entry("products", regimen.value("product"))
    if product is None or any(product.says(key) for key in _COUNTED):
        return None
    return strength_of(product)


def rates_fit(draft: Draft) -> Iterator[Problem]:
    """A rate says something, its limits leave one, its aim lies within its range, and it is of what is dosed."""
    for regimen in draft.entries["regimens"]:
        said = as_record(regimen, "rate")
        if said is None:
            continue
        path = f"{regimen.path}.rate"
        if not said.sources or said.sources.keys() == {"aim"}:
            yield Problem(said.source, "P230", path, 'expected a rate such as "{at_most: 4 mL/min}", got none')
        yield from _end_problems(said, path)
        give, dose = said.values.get("give"), regimen.dose
        if give and dose and not is_convertible(give.per_hour.unit.substance, dose.unit.substance):
            message = f"expected a rate in {dose.unit.substance}, as the dose is, got {give.per_hour.unit.substance}"
            yield Problem(said.where("give"), "P230", f"{path}.give", message)


def _end_problems(said: Said, path: str) -> Iterator[Problem]:
    """Ends of a rate, or of a duration, that leave nothing between them, or two rules for one rate."""
    values = said.values
    most, least = values.get("at_most"), values.get("at_least")
    if most and least and most.is_per_kg == least.is_per_kg and least.ml_per_hour > most.ml_per_hour:
        message = f"expected a least rate at or below {most.words}, got {least.words}"
        yield Problem(said.where("at_least"), "P230", f"{path}.at_least", message)
    over, aim, give = values.get("over"), values.get("aim"), values.get("give")
    if over and aim and not over.shortest <= aim <= over.longest:
        message = f"expected an aim within {over.words}, got another"
        yield Problem(said.where("aim"), "P230", f"{path}.aim", message)
    if give and (over or aim):
        message = "expected one of a duration and a rate of the dose, got both"
        yield Problem(said.where("give"), "P230", f"{path}.give", message)


def rates_of_the_dose_keep_their_limits(draft: Draft) -> Iterator[Problem]:
    """A rate of the dose lies within the least and the greatest rate, where the product says what is in a mL."""
    for regimen in draft.entries["regimens"]:
        said = as_record(regimen, "rate")
        strength = _infused_strength(draft, regimen)
        give: DoseSpeed | None = None if said is None else said.values.get("give")
        if said is None or give is None or strength is None or not _is_of(strength, give.per_hour):
            continue
        per_hour = converted(give.per_hour, strength.unit.substance).value / strength.value
        for key, side in (("at_most", "at or below"), ("at_least", "at or above")):
            limit: Speed | None = said.values.get(key)
            if limit is None or limit.is_per_kg != bool(give.per_hour.unit.per):
                continue
            if per_hour > limit.ml_per_hour if key == "at_most" else per_hour < limit.ml_per_hour:
                unit = "mL per kg per h" if limit.is_per_kg else "mL per h"
                found = f"{give.words}, which is {number_words(per_hour)} {unit} at {number_words(strength.value)} "
                message = f"expected a rate {side} {limit.words}, got {found}{strength.unit.substance} per mL"
                yield Problem(said.where("give"), "P230", f"{regimen.path}.rate.give", message)


def _infused_strength(draft: Draft, regimen: Entry) -> Amount | None:
    """The amount in a mL as it is infused; None where it depends on the dose, or is not known."""
    product = draft.entry("products", regimen.value("product"))
    dilution = None if product is None else product.value("dilution")
    if isinstance(dilution, Said):
        to: WrittenStrength | None = dilution.values.get("to")
        return None if to is None else to.strength.amount
    return _plain_strength(draft, regimen)


def _is_of(strength: Amount, other: Amount) -> bool:
    return is_convertible(strength.unit.substance, other.unit.substance) and strength.value > 0


def lengths_agree(draft: Draft) -> Iterator[Problem]:
    """The days of an infusion that is dosed per day are those of its duration, and of its rate."""
    for regimen in draft.entries["regimens"]:
        said, days = as_record(regimen, "rate"), regimen.value("for")
        if said is None or days is None:
            continue
        path = f"{regimen.path}.rate"
        over: Duration | None = said.values.get("over")
        asked = f'an infusion over {counted(days, "day")}, as "for" has it'
        if over is not None and not over.shortest <= days * _MINUTES_A_DAY <= over.longest:
            yield Problem(said.where("over"), "P247", f"{path}.over", f"expected {asked}, got {over.words}")
        aim: Fraction | None = said.values.get("aim")
        if aim is not None and aim != days * _MINUTES_A_DAY:
            yield Problem(said.where("aim"), "P247", f"{path}.aim", f"expected {asked}, got {number_words(aim)} min")
        yield from _give_of_a_day(regimen, said, path)


def _give_of_a_day(regimen: Entry, said: Said, path: str) -> Iterator[Problem]:
    """A rate of the dose that does not give each day's dose in a day; it is not compared where doses differ."""
    give: DoseSpeed | None = said.values.get("give")
    dose: Any = regimen.value("dose")
    if give is None or not isinstance(dose, Amount) or dose.unit.per != give.per_hour.unit.per:
        return
    if not is_convertible(give.per_hour.unit.substance, dose.unit.substance):
        return
    wanted = converted(dose, give.per_hour.unit.substance)
    if wanted.value != give.per_hour.value * _HOURS_A_DAY:
        unit = give.per_hour.unit.spoken
        message = f"expected {number_words(wanted.value / _HOURS_A_DAY)} {unit} per h, as the dose per day is"
        yield Problem(said.where("give"), "P247", f"{path}.give", f"{message}, got {give.words}")


def volumes_are_rounded_within_the_limits(draft: Draft) -> Iterator[Problem]:
    """The protocol's rounding of the volume carries no dose over its flat cap or under its flat floor."""
    for regimen in draft.entries["regimens"]:
        rounding, of_product = _volume_rounding(regimen), _plain_strength(draft, regimen)
        if rounding is None:
            continue
        parts = [percent / 100 for _, percent, _ in regimen.value("split") or () if isinstance(percent, Fraction)]
        for key, mode in (("at_most", "down"), ("at_least", "up")):
            limit = whole_limit(regimen, key)
            strength = Amount(Fraction(1), _ML) if limit is not None and limit.unit == _ML else of_product
            if limit is None or limit.unit.per or strength is None or not _is_of(strength, limit):
                continue
            in_ml = converted(limit, strength.unit.substance).value / strength.value
            for share in parts or [Fraction(1)]:
                yield from _crossing(regimen, (rounding, strength), (key, mode), (in_ml * share, limit, share))


def _crossing(
    regimen: Entry,
    measure: tuple[Rounding, Amount],
    side: tuple[str, str],
    of: tuple[Fraction, Amount, Fraction],
) -> Iterator[Problem]:
    """A problem where the volume of a limit is rounded to one that does not keep it."""
    (rounding, strength), (key, mode), (volume, limit, share) = measure, side, of
    rounded = round_by(rounding, volume)
    if not (rounded > volume if key == "at_most" else rounded < volume):
        return
    substance = strength.unit.substance
    said = f"{number_words(limit.value * share)} {limit.unit.substance} are {number_words(volume)} mL"
    held = f"{number_words(rounded * strength.value)} {substance}"
    holds = f"{number_words(rounded)} mL, to which that is rounded, hold {held}"
    message = (
        f'expected a rounding of the volume that keeps {key}, "mode: {mode}", got another one: {said}, and {holds}'
    )
    source = regimen.value("rounding").where("volume")
    yield Problem(source, "P219", f"{regimen.path}.rounding.volume", message)


def _volume_rounding(regimen: Entry) -> Rounding | None:
    """The rounding of the volume; None where none is stated, or where it does not say how."""
    said = as_record(regimen, "rounding")
    of_volume = None if said is None else said.values.get("volume")
    if not isinstance(of_volume, Said) or "to" not in of_volume.values:
        return None
    step: Amount = of_volume.values["to"]
    mode, ties = of_volume.values.get("mode", "nearest"), of_volume.values.get("ties", "")
    if bool(ties) != (mode == "nearest") or not step.value or step.unit != _ML:
        return None
    return Rounding(step, mode, ties)


RATE_CHECKS = (
    rates_fit,
    rates_of_the_dose_keep_their_limits,
    lengths_agree,
    volumes_are_rounded_within_the_limits,
)
"""Every rule of rates and volumes, in the order in which problems at the same place are told."""
