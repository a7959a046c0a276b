"""The rules that tie a protocol file's products to each other and to the doses: one small function a rule.

Conventions: as in ``checks``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.protocol.draft import of_each
from dosecal.load.protocol.products import AS_FROZEN
from dosecal.model.problems import Problem, quoted
from dosecal.model.product import TOTAL, VIABLE, Counted, is_convertible
from dosecal.model.quantity import Amount, round_half_up
from dosecal.model.spoken import amount_words, grouped_digits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.load.protocol.products import WrittenStrength


def product_of(regimen: Entry, draft: Draft) -> Entry | None:
    """The product of a regimen; None where it could not be read."""
    return draft.entry("products", regimen.value("product"))


def strength_of(product: Entry) -> Amount | None:
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
    dose, product = regimen.dose, product_of(regimen, draft)
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
    product = product_of(regimen, draft)
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
    strength = strength_of(product)
    if to and strength and to.amount.unit == strength.unit and to.amount.value > strength.value:
        message = "expected a strength below the product's, got one above it: it can't be diluted so"
        yield product.problem("P228", "dilution.to", message)


def dilutions_are_in_the_unit_of_the_dose(regimen: Entry, draft: Draft) -> Iterator[Problem]:
    """The strength that a product is diluted to is one of what is dosed."""
    product = product_of(regimen, draft)
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
    product = product_of(regimen, draft)
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
    *of_each("regimens", product_limits_are_in_the_unit_of_the_dose),
)
"""Every rule of products, in the order in which problems at the same place are told."""
