"""The rules that tie a protocol file's products to each other and to the doses: one small function a rule.

Conventions: as in ``checks``.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.load.protocol.grammar import Said
from dosecal.load.protocol.product_grammar import AS_FROZEN
from dosecal.load.protocol.rate_checks import RATE_CHECKS, as_record, strength_of
from dosecal.model.problems import Problem, quoted
from dosecal.model.product import TOTAL, VIABLE, Counted, is_convertible
from dosecal.model.quantity import Amount, round_half_up
from dosecal.model.spoken import amount_words, grouped_digits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.load.protocol.product_texts import WrittenStrength
    from dosecal.model.problems import Source
    from dosecal.model.product import Bound


def _amounts(product: Entry) -> Iterator[tuple[str, Amount, Source]]:
    """The amounts that a product states, in a mL and in a container, each with its path below the product."""
    written: WrittenStrength | None = product.value("concentration")
    if written is not None:
        yield "concentration", written.strength.amount, product.said.where("concentration")
    container = as_record(product, "container")
    if container is not None and "content" in container.values:
        yield "container.content", container.values["content"], container.where("content")


def cells_counted_are_the_cells_dosed(draft: Draft) -> Iterator[Problem]:
    """A dose in viable cells is of a product that counts viable cells, or counts all cells and has a viability."""
    products = {entry.id: entry for entry in draft.entries["products"]}
    for regimen in draft.entries["regimens"]:
        dose = regimen.dose
        product = products.get(regimen.value("product"))
        counts = product.value("counts") if product else None
        if dose is None or product is None or counts is None:
            continue
        substance = dose.unit.substance
        has_viability = counts == TOTAL and substance == VIABLE and product.says("viability")
        if substance != counts.removeprefix("total ") and not has_viability:
            message = f"expected a dose in {counts.removeprefix('total ')}, as the product counts, got {substance}"
            hint = "with a viability, viable cells can be dosed from all cells" if counts == TOTAL else ""
            yield Problem(regimen.said.where("dose"), "P218", f"{regimen.path}.dose", message, hint)


def content_and_strength_agree(draft: Draft) -> Iterator[Problem]:
    """A content ÷ its volume is the stated concentration, as finely as that was written."""
    for product in draft.entries["products"]:
        written: WrittenStrength | None = product.value("concentration")
        container = as_record(product, "container")
        values = {} if container is None else container.values
        content, volume = values.get("content"), values.get("volume")
        if written is None or content is None or volume is None:
            continue
        stated = written.strength.amount
        found = content.value / volume
        if stated.unit == content.unit and abs(found - stated.value) * 2 > written.last_place:
            held = f"{amount_words(content.value, content.unit)} ÷ {grouped_digits(volume)} mL"
            shown = _rounded(found / written.last_place) * written.last_place
            said = quoted(written.strength.words)
            message = f"expected {held}, which is {amount_words(shown, content.unit)} in a mL, got {said}"
            hint = "ask which of the two is meant, and state that one alone"
            yield Problem(product.said.where("concentration"), "P223", f"{product.path}.concentration", message, hint)


def _rounded(value: Fraction) -> Fraction:
    return round_half_up(value, Fraction(1))


def amounts_are_what_the_product_counts(draft: Draft) -> Iterator[Problem]:
    """What a mL and a container hold is of one kind, and viable cells are not called total cells."""
    for product in draft.entries["products"]:
        amounts = list(_amounts(product))
        counts = product.value("counts")
        for key, amount, source in amounts:
            path = f"{product.path}.{key}"
            if counts == TOTAL and amount.unit.substance == VIABLE:
                message = "expected cells, as the product counts total cells, got viable cells"
                yield Problem(source, "P224", path, message)
            elif amount.unit.substance != amounts[0][1].unit.substance:
                message = f"expected {amounts[0][1].unit.substance}, as in {amounts[0][0]}, got {amount.unit.substance}"
                yield Problem(source, "P224", path, message)


def recoveries_belong_to_cells_counted_at_freeze(draft: Draft) -> Iterator[Problem]:
    """Cells that were counted at freeze say what is left of them after thaw; others have nothing to recover."""
    for product in draft.entries["products"]:
        is_frozen = product.value("counted") == Counted.AT_FREEZE.value
        path = f"{product.path}.recovery"
        if is_frozen and not product.says("recovery"):
            message = f'expected a recovery after thaw such as "85 %", "{AS_FROZEN}" or "none stated", got nothing'
            yield Problem(product.said.where("counted"), "P225", path, message, "the cells were counted at freeze")
        elif not is_frozen and product.value("recovery") is not None:
            message = 'expected "counted: at freeze" beside a recovery, got none'
            yield Problem(product.said.where("recovery"), "P225", path, message, "a recovery is of what was frozen")


def viabilities_are_applied_once(draft: Draft) -> Iterator[Problem]:
    """A product that counts viable cells states no viability to be applied to them."""
    for product in draft.entries["products"]:
        viability = as_record(product, "viability")
        is_viable = product.value("counts") == VIABLE or any(
            amount.unit.substance == VIABLE for _, amount, _ in _amounts(product)
        )
        if viability is not None and "is" in viability.values and is_viable:
            message = "expected no viability of cells that are counted viable already, got one: it would count twice"
            hint = '"at_least" states what a lot must have'
            yield Problem(viability.where("is"), "P226", f"{product.path}.viability.is", message, hint)


def doses_are_of_what_the_product_holds(draft: Draft) -> Iterator[Problem]:
    """A dose can be worked out from what a mL or a container holds."""
    products = {entry.id: entry for entry in draft.entries["products"]}
    for regimen in draft.entries["regimens"]:
        product = products.get(regimen.value("product"))
        if product is None or regimen.dose is None or regimen.dose.unit.substance == "mL":
            continue
        dosed = regimen.dose.unit.substance
        for key, amount, _ in list(_amounts(product))[:1]:
            held = amount.unit.substance
            is_by_count = product.value("counts") is not None and {held, dosed} <= {"cells", VIABLE}
            if not is_by_count and not is_convertible(held, dosed):
                message = f"expected a dose in {held}, as {product.path}.{key} has it, got {dosed}"
                hint = 'say what the product counts under "counts"' if "cells" in held and "cells" in dosed else ""
                yield Problem(regimen.said.where("dose"), "P227", f"{regimen.path}.dose", message, hint)


def dilutions_can_be_done(draft: Draft) -> Iterator[Problem]:
    """A dilution says one way, thins the product, and adds to containers whose volume is known."""
    for product in draft.entries["products"]:
        said = as_record(product, "dilution")
        if said is None:
            continue
        path = f"{product.path}.dilution"
        if len(said.sources) != 1:
            message = f'expected one of "to", "add" and "total", got {len(said.sources)} of them'
            yield Problem(said.source, "P228", path, message)
        container = as_record(product, "container")
        if "add" in said.values and (container is None or "volume" not in container.values):
            message = "expected a container with its volume, since something is added to each, got none"
            yield Problem(said.where("add"), "P228", f"{path}.add", message)
        to: WrittenStrength | None = said.values.get("to")
        strength = strength_of(product)
        if to is None or strength is None:
            continue
        target = to.strength.amount
        if target.unit == strength.unit and target.value > strength.value:
            message = "expected a strength below the product's, got one above it: it can't be diluted so"
            yield Problem(said.where("to"), "P228", f"{path}.to", message)


def product_limits_fit(draft: Draft) -> Iterator[Problem]:
    """The limits of a concentration or container are in the unit of the doses, and the least is not above the most."""
    products = {entry.id: entry for entry in draft.entries["products"]}
    for product in draft.entries["products"]:
        limits = as_record(product, "limits")
        ends = None if limits is None else limits.values.get("concentration")
        if isinstance(ends, Said) and {"at_least", "at_most"} <= ends.values.keys():
            low, high = (ends.values[key].strength.amount for key in ("at_least", "at_most"))
            if low.unit == high.unit and low.value > high.value:
                message = "expected a least concentration at or below the greatest, got one above it"
                yield Problem(ends.where("at_least"), "P229", f"{product.path}.limits.concentration.at_least", message)
    for regimen in draft.entries["regimens"]:
        of = products.get(regimen.value("product"))
        limits = None if of is None else as_record(of, "limits")
        if of is None or limits is None or regimen.dose is None:
            continue
        dosed = regimen.dose.unit.substance
        for path, substance, source in _limit_substances(limits):
            if substance != dosed:
                message = f"expected a limit in {dosed}, as {regimen.path} doses it, got {substance}"
                yield Problem(source, "P229", f"{of.path}.limits.{path}", message)


def dilutions_are_in_the_unit_of_the_dose(draft: Draft) -> Iterator[Problem]:
    """The strength that a product is diluted to is one of what is dosed."""
    products = {entry.id: entry for entry in draft.entries["products"]}
    for regimen in draft.entries["regimens"]:
        product = products.get(regimen.value("product"))
        said = None if product is None else as_record(product, "dilution")
        to: WrittenStrength | None = None if said is None else said.values.get("to")
        if product is None or said is None or to is None or regimen.dose is None:
            continue
        dosed, target = regimen.dose.unit.substance, to.strength.amount.unit.substance
        if not is_convertible(target, dosed):
            message = f"expected a strength in {dosed}, as {regimen.path} doses it, got {target}"
            yield Problem(said.where("to"), "P228", f"{product.path}.dilution.to", message)


def _limit_substances(limits: Said) -> Iterator[tuple[str, str, Source]]:
    bound: Bound | None = limits.values.get("container")
    if bound is not None:
        yield "container", bound.unit, limits.where("container")
    ends = limits.values.get("concentration")
    if isinstance(ends, Said):
        for key, written in ends.values.items():
            yield f"concentration.{key}", written.strength.amount.unit.substance, ends.where(key)


PRODUCT_CHECKS = (
    cells_counted_are_the_cells_dosed,
    content_and_strength_agree,
    amounts_are_what_the_product_counts,
    recoveries_belong_to_cells_counted_at_freeze,
    viabilities_are_applied_once,
    doses_are_of_what_the_product_holds,
    dilutions_can_be_done,
    dilutions_are_in_the_unit_of_the_dose,
    product_limits_fit,
    *RATE_CHECKS,
)
"""Every rule of products, in the order in which problems at the same place are told."""
