"""What the protocol and the lots say of a product, as facts of a sheet.

Conventions: these are inputs, none of them computed, so that they may stand on the sheet of the second person as well.
What the protocol does not state is said where a pharmacist would look for it.
"""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from dosecal.model.spoken import grouped_digits
from dosecal.report.messages.words import NONE_STATED, amount_in_words
from dosecal.report.sheets.sheet import Fact, Grid
from dosecal.report.sheets.sheet_words import day_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dosecal.model.preparation import LotContainer
    from dosecal.model.product import Bound, Percent, Product

LOT_HEADS = ("lot", "content of one container", "volume", "viability", "expires")


def product_facts(product: Product, substance: str) -> tuple[Fact, ...]:
    """What the protocol states of a product whose dose is counted or measured in a substance."""
    facts = [Fact("product", "product", product.label), Fact("counts", "dosed by", _counts_words(product, substance))]
    strength = NONE_STATED if product.strength is None else f"{amount_in_words(product.strength.amount)} per mL"
    if product.strength is not None or product.container is None:
        facts.append(Fact("strength", "concentration", strength))
    if product.container is not None:
        facts.append(Fact("container", "container", _container_words(product)))
    optional = (
        ("viability", "viability", _viability_words(product)),
        ("recovery", "recovery", "" if product.recovery is None else _percent_words(product.recovery)),
        ("purity", "purity", ", ".join(_percent_words(one) for one in product.purity)),
        ("dilution", "dilution", "" if product.dilution is None else product.dilution.words),
        ("dmso", "DMSO", "none in it" if product.is_free_of_dmso else _dmso_words(product)),
        ("endotoxin", "endotoxin", _endotoxin_words(product)),
        ("use_within", "use within", product.use_within_words),
    )
    facts += [Fact(key, name, text) for key, name, text in optional if text]
    return tuple(facts)


def _counts_words(product: Product, substance: str) -> str:
    if not product.counts:
        return f"{substance}, viable or total: {NONE_STATED}" if substance == "cells" else substance
    when = f", counted {product.counted.value}" if product.counted.value else ""
    frozen = ", the dose is in cells as frozen" if product.is_dosed_as_frozen else ""
    return f"{product.counts}{when}{frozen}"


def _container_words(product: Product) -> str:
    container = product.container
    if container is None:
        return NONE_STATED
    volume = "" if container.volume_ml is None else f" in {grouped_digits(container.volume_ml)} mL"
    overfill = ""
    if container.overfill_ml is not None:
        counts = "may be given" if container.overfill_is_usable else "not counted as content"
        overfill = f", overfill {grouped_digits(container.overfill_ml)} mL, {counts}"
    return f"{container.called}: {amount_in_words(container.content)}{volume}{overfill}"


def _viability_words(product: Product) -> str:
    rule = product.viability
    if rule is None:
        return ""
    parts = ["" if rule.stated is None else f"{grouped_digits(rule.stated.percent)} %"]
    parts.append("" if rule.at_least is None else f"at least {grouped_digits(rule.at_least)} %")
    parts.append(f"by {rule.method}" if rule.method else "")
    return ", ".join(part for part in parts if part)


def _percent_words(part: Percent) -> str:
    return f"{part.name} {grouped_digits(part.percent)} %"


def _dmso_words(product: Product) -> str:
    dmso = product.dmso
    return "" if dmso is None else f"{grouped_digits(dmso.percent.percent)} % {dmso.basis}"


def _endotoxin_words(product: Product) -> str:
    return "" if product.endotoxin is None else f"{grouped_digits(product.endotoxin)} EU per mL"


def bound_words(bound: Bound) -> str:
    """A limit of the protocol: ``volume: at most 10 mL per kg``."""
    return f"{'at most' if bound.is_most else 'at least'} {grouped_digits(bound.value)} {bound.unit}"


def lot_labels(containers: Sequence[LotContainer]) -> Grid | None:
    """What stands on the labels of the lots, once for each distinct label; None where no lots are given.

    How many containers are taken is a result, and is not said here.
    """
    labels = [tuple(_label(one)) for one in containers]
    rows = tuple(row for row, _ in groupby(labels))
    return Grid("lots", LOT_HEADS, rows) if rows else None


def _label(container: LotContainer) -> tuple[str, ...]:
    viability = "not given"
    if container.viability is not None:
        method = f", {container.method}" if container.method else ""
        viability = f"{grouped_digits(container.viability.percent)} %{method}"
    counted = (
        f" ({container.counts}{', ' + container.counted if container.counted else ''})" if container.counts else ""
    )
    volume = "not given" if container.volume_ml is None else f"{grouped_digits(container.volume_ml)} mL"
    expires = day_words(date.fromisoformat(container.expires)) if container.expires else "not given"
    content = f"{grouped_digits(container.content.value)} {container.content.unit.spoken}{counted}"
    return (container.lot, content, volume, viability, expires)
