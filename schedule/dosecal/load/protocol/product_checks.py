"""The rules that tie products, rates and measured volumes to each other and to the doses: one small function a rule.

Conventions: as in ``checks``. Lengths of time are in minutes, rates in mL per hour.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dosecal.load.protocol.draft import of_each
from dosecal.load.protocol.products import AS_FROZEN
from dosecal.load.protocol.regimen_checks import whole_limit
from dosecal.model.counts import counted
from dosecal.model.problems import quoted
from dosecal.model.product import TOTAL, VIABLE, Counted, converted, is_convertible
from dosecal.model.quantity import Amount, Rounding, Unit, round_by, round_half_up
from dosecal.model.spoken import amount_words, grouped_digits, number_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.load.protocol.products import WrittenStrength
    from dosecal.load.protocol.rates import Duration
    from dosecal.model.problems import Problem
    from dosecal.model.product import DoseSpeed, Speed

_MINUTES_A_DAY = 24 * 60
_HOURS_A_DAY = 24
_ML = Unit("mL")
_COUNTED = ("counts", "counted", "recovery", "viability", "purity")
"""What a product says where a mL of it gives another number than its strength; then nothing is compared here."""


def _product_of(regimen: Entry, draft: Draft) -> Entry | None:
    """The product of a regimen; None where it could not be read."""
    return draft.entry("products", regimen.value("product"))


def _strength_of(product: Entry) -> Amount | None:
    """The amount in a mL: as it is stated, or content ÷ volume; None where neither is."""
    written: WrittenStrength | None = product.value("concentration")
    if written is not None:
        return written.amount
    content: Amount | None = product.value("container.content")
    volume: Fraction | None = product.value("container.volume")
    return None if content is None or volume is None else Amount(content.value / volume, content.unit)


def _amounts(product: Entry) -> list[tuple[str, Amount]]:
    """The amounts that a product states, in a mL and in a container, each after its key."""
    written: WrittenStrength | None = product.value("concentration")
    amounts = [] if written is None else [("concentration", written.amount)]
    content: Amount | None = product.value("container.content")
    return amounts if content is None else [*amounts, ("container.content", content)]


def cells_counted_are_the_cells_dosed(regimen: Entry, draft: Draft) -> Iterator[Problem]:
    """A dose in viable cells is of a product that counts viable cells, or counts all cells and has a viability."""
    dose, product = regimen.dose, _product_of(regimen, draft)
    counts = product.value("counts") if product else None
    if dose is None or product is None or counts is None:
        return
    substance = dose.unit.substance
    has_viability = counts == TOTAL and substance == VIABLE and product.says("viability")
    if substance != counts.removeprefix("total ") and not has_viability:
        message = f"expected a dose in {counts.removeprefix('total ')}, as the product counts, got {substance}"
        hint = "with a viability, viable cells can be dosed from all cells" if counts == TOTAL else ""
        yield regimen.problem("P218", "dose", message, hint)


def content_and_strength_agree(product: Entry, _: Draft) -> Iterator[Problem]:
    """A content ÷ its volume is the stated concentration, as finely as that was written."""
    written: WrittenStrength | None = product.value("concentration")
    content: Amount | None = product.value("container.content")
    volume: Fraction | None = product.value("container.volume")
    if written is None or content is None or volume is None:
        return
    found = content.value / volume
    if written.amount.unit == content.unit and abs(found - written.amount.value) * 2 > written.last_place:
        held = f"{amount_words(content.value, content.unit)} ÷ {grouped_digits(volume)} mL"
        shown = amount_words(round_half_up(found, written.last_place), content.unit)
        message = f"expected {held}, which is {shown} in a mL, got {quoted(written.strength.words)}"
        hint = "ask which of the two is meant, and state that one alone"
        yield product.problem("P223", "concentration", message, hint)


def amounts_are_what_the_product_counts(product: Entry, _: Draft) -> Iterator[Problem]:
    """What a mL and a container hold is of one kind, and viable cells are not called total cells."""
    amounts = _amounts(product)
    for key, amount in amounts:
        if product.value("counts") == TOTAL and amount.unit.substance == VIABLE:
            message = "expected cells, as the product counts total cells, got viable cells"
            yield product.problem("P224", key, message)
        elif amount.unit.substance != amounts[0][1].unit.substance:
            message = f"expected {amounts[0][1].unit.substance}, as in {amounts[0][0]}, got {amount.unit.substance}"
            yield product.problem("P224", key, message)


def recoveries_belong_to_cells_counted_at_freeze(product: Entry, _: Draft) -> Iterator[Problem]:
    """Cells that were counted at freeze say what is left of them after thaw; others have nothing to recover."""
    is_frozen = product.value("counted") is Counted.AT_FREEZE
    if is_frozen and not product.says("recovery"):
        message = f'expected a recovery after thaw such as "85 %", "{AS_FROZEN}" or "none stated", got nothing'
        yield product.problem("P225", "recovery", message, "the cells were counted at freeze", at="counted")
    elif not is_frozen and product.value("recovery") is not None:
        message = 'expected "counted: at freeze" beside a recovery, got none'
        yield product.problem("P225", "recovery", message, "a recovery is of what was frozen")


def viabilities_are_applied_once(product: Entry, _: Draft) -> Iterator[Problem]:
    """A product that counts viable cells states no viability to be applied to them."""
    is_viable = product.value("counts") == VIABLE or any(
        amount.unit.substance == VIABLE for _, amount in _amounts(product)
    )
    if product.value("viability.is") is not None and is_viable:
        message = "expected no viability of cells that are counted viable already, got one: it would count twice"
        yield product.problem("P226", "viability.is", message, '"at_least" states what a lot must have')


def doses_are_of_what_the_product_holds(regimen: Entry, draft: Draft) -> Iterator[Problem]:
    """A dose can be worked out from what a mL or a container holds."""
    product = _product_of(regimen, draft)
    if product is None or regimen.dose is None or regimen.dose.unit.substance == "mL":
        return
    dosed = regimen.dose.unit.substance
    for key, amount in _amounts(product)[:1]:
        held = amount.unit.substance
        is_by_count = product.value("counts") is not None and {held, dosed} <= {"cells", VIABLE}
        if not is_by_count and not is_convertible(held, dosed):
            message = f"expected a dose in {held}, as {product.path}.{key} has it, got {dosed}"
            hint = 'say what the product counts under "counts"' if "cells" in held and "cells" in dosed else ""
            yield regimen.problem("P227", "dose", message, hint)


def dilutions_can_be_done(product: Entry, _: Draft) -> Iterator[Problem]:
    """A dilution says one way, thins the product, and adds to containers whose volume is known."""
    said = product.record("dilution")
    if said is None:
        return
    if len(said.sources) != 1:
        message = f'expected one of "to", "add" and "total", got {len(said.sources)} of them'
        yield product.problem("P228", "dilution", message)
    container = product.record("container")
    if said.value("add") is not None and (container is None or "volume" not in container.values):
        message = "expected a container with its volume, since something is added to each, got none"
        yield product.problem("P228", "dilution.add", message)
    to: WrittenStrength | None = said.value("to")
    strength = _strength_of(product)
    if to and strength and to.amount.unit == strength.unit and to.amount.value > strength.value:
        message = "expected a strength below the product's, got one above it: it can't be diluted so"
        yield product.problem("P228", "dilution.to", message)


def dilutions_are_in_the_unit_of_the_dose(regimen: Entry, draft: Draft) -> Iterator[Problem]:
    """The strength that a product is diluted to is one of what is dosed."""
    product = _product_of(regimen, draft)
    to: WrittenStrength | None = None if product is None else product.value("dilution.to")
    if product is None or to is None or regimen.dose is None:
        return
    dosed, target = regimen.dose.unit.substance, to.amount.unit.substance
    if not is_convertible(target, dosed):
        message = f"expected a strength in {dosed}, as {regimen.path} doses it, got {target}"
        yield product.problem("P228", "dilution.to", message)


def limits_of_concentrations_leave_one(product: Entry, _: Draft) -> Iterator[Problem]:
    """The least concentration is not above the greatest."""
    low, high = (product.value(f"limits.concentration.{key}") for key in ("at_least", "at_most"))
    if low and high and low.amount.unit == high.amount.unit and low.amount.value > high.amount.value:
        message = "expected a least concentration at or below the greatest, got one above it"
        yield product.problem("P229", "limits.concentration.at_least", message)


def product_limits_are_in_the_unit_of_the_dose(regimen: Entry, draft: Draft) -> Iterator[Problem]:
    """The limits of a concentration or a container are in the unit of the doses."""
    product = _product_of(regimen, draft)
    if product is None or regimen.dose is None:
        return
    limits: list[tuple[str, str]] = []
    if (bound := product.value("limits.container")) is not None:
        limits.append(("limits.container", bound.unit))
    ends = product.value("limits.concentration")
    for key, written in ends.values.items() if ends is not None else ():
        limits.append((f"limits.concentration.{key}", written.amount.unit.substance))
    dosed = regimen.dose.unit.substance
    for key, substance in limits:
        if substance != dosed:
            message = f"expected a limit in {dosed}, as {regimen.path} doses it, got {substance}"
            yield product.problem("P229", key, message)


def _plain_strength(regimen: Entry, draft: Draft) -> Amount | None:
    """The amount in a mL of a product from which nothing is taken but what it holds; None where that is not so."""
    product = _product_of(regimen, draft)
    if product is None or any(product.says(key) for key in _COUNTED):
        return None
    return _strength_of(product)


def _infused_strength(regimen: Entry, draft: Draft) -> Amount | None:
    """The amount in a mL as it is infused; None where it depends on the dose, or is not known."""
    product = _product_of(regimen, draft)
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


PRODUCT_CHECKS = (
    *of_each("regimens", cells_counted_are_the_cells_dosed),
    *of_each(
        "products",
        content_and_strength_agree,
        amounts_are_what_the_product_counts,
        recoveries_belong_to_cells_counted_at_freeze,
        viabilities_are_applied_once,
    ),
    *of_each("regimens", doses_are_of_what_the_product_holds),
    *of_each("products", dilutions_can_be_done),
    *of_each("regimens", dilutions_are_in_the_unit_of_the_dose),
    *of_each("products", limits_of_concentrations_leave_one),
    *of_each(
        "regimens",
        product_limits_are_in_the_unit_of_the_dose,
        rates_fit,
        rates_of_the_dose_keep_their_limits,
        lengths_agree,
        volumes_are_rounded_within_the_limits,
    ),
)
"""Every rule of products, rates and volumes, in the order in which problems at the same place are told."""
