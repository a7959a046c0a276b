"""What the protocol and the lots say of a product, as facts of a sheet.

Conventions: these are inputs, none of them computed, so that they may stand on the sheet of the second person as well.
What the protocol does not state is said where a pharmacist would look for it.
"""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from dosecal.model.messages import COMMA, NOTHING, Msg, joined, msgid, named, term, unsaid
from dosecal.model.product import TOTAL, VIABLE, Counted
from dosecal.model.spoken import grouped_digits, of_unit, per, unit_words
from dosecal.report.messages.limit_words import limit_name
from dosecal.report.messages.words import NONE_STATED, amount_in_words
from dosecal.report.messages.workings import container_noun
from dosecal.report.sheets.sheet import Fact, Grid
from dosecal.report.sheets.sheet_words import NOT_GIVEN, day_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from dosecal.model.preparation import LotContainer
    from dosecal.model.product import Bound, Container, Percent, Product

LOT_HEADS = (Msg("lot"), Msg("content of one container"), Msg("volume"), Msg("viability"), Msg("expires"))
_COUNTS = {VIABLE: msgid("viable cells"), TOTAL: msgid("total cells")}
_WHEN = {Counted.AT_THAW: msgid("counted at thaw"), Counted.AT_FREEZE: msgid("counted at freeze")}
_WHEN_OF_LOT = {"at thaw": msgid("at thaw"), "at freeze": msgid("at freeze")}
_BASES = {"v/v": msgid("{p} % v/v"), "w/v": msgid("{p} % w/v")}


def product_facts(product: Product, substance: str) -> tuple[Fact, ...]:
    """What the protocol states of a product whose dose is counted or measured in a substance."""
    facts = [
        Fact("product", Msg("product"), named(product.label, product.id)),
        Fact("counts", Msg("dosed by"), _counts_words(product, substance)),
    ]
    if product.strength is not None or product.container is None:
        amount = None if product.strength is None else product.strength.amount
        strength = NONE_STATED if amount is None else per(amount_in_words(amount), "mL")
        facts.append(Fact("strength", Msg("concentration"), strength))
    if product.container is not None:
        facts.append(Fact("container", Msg("container"), _container_words(product.container)))
    optional = (
        Fact("viability", Msg("viability"), _viability_words(product)),
        Fact("recovery", Msg("recovery"), NOTHING if product.recovery is None else _percent_words(product.recovery)),
        Fact("purity", Msg("purity"), joined(map(_percent_words, product.purity), COMMA)),
        Fact("dilution", Msg("dilution"), NOTHING if product.dilution is None else product.dilution.words),
        Fact("dmso", Msg("DMSO"), Msg("none in it") if product.is_free_of_dmso else _dmso_words(product)),
        Fact("endotoxin", Msg("endotoxin"), _endotoxin_words(product)),
        Fact("use_within", Msg("use within"), product.use_within_words),
    )
    return (*facts, *(fact for fact in optional if fact.text))


def _counts_words(product: Product, substance: str) -> Msg:
    if not product.counts:
        return Msg("cells, viable or total: none stated") if substance == "cells" else unit_words(substance)
    when = Msg(_WHEN[product.counted]) if product.counted.value else NOTHING
    frozen = Msg("the dose is in cells as frozen") if product.is_dosed_as_frozen else NOTHING
    return joined((Msg(_COUNTS[product.counts]), when, frozen), COMMA)


def _container_words(container: Container) -> Msg:
    content = amount_in_words(container.content)
    if container.volume_ml is not None:
        content = Msg("{content} in {volume}", content=content, volume=_ml(container.volume_ml))
    overfill = NOTHING
    if container.overfill_ml is not None:
        counts = Msg("may be given") if container.overfill_is_usable else Msg("not counted as content")
        overfill = joined((Msg("overfill {a}", a=_ml(container.overfill_ml)), counts), COMMA)
    said = Msg("{container}: {content}", container=container_noun(container.called), content=content)
    return joined((said, overfill), COMMA)


def _ml(volume: Fraction) -> Msg:
    return of_unit(grouped_digits(volume), "mL")


def _viability_words(product: Product) -> Msg:
    rule = product.viability
    if rule is None:
        return NOTHING
    stated = NOTHING if rule.stated is None else _percent(rule.stated.percent)
    least = NOTHING if rule.at_least is None else Msg("at least {a}", a=_percent(rule.at_least))
    method = Msg("by {method}", method=term(rule.method)) if rule.method else NOTHING
    return joined((stated, least, method), COMMA)


def _percent(value: Fraction) -> Msg:
    return of_unit(grouped_digits(value), "%")


def _percent_words(part: Percent) -> Msg:
    return Msg("{what} {p} %", what=part.name, p=grouped_digits(part.percent))


def _dmso_words(product: Product) -> Msg:
    dmso = product.dmso
    return NOTHING if dmso is None else Msg(_BASES[dmso.basis], p=grouped_digits(dmso.percent.percent))


def _endotoxin_words(product: Product) -> Msg:
    return NOTHING if product.endotoxin is None else of_unit(grouped_digits(product.endotoxin), "EU per mL")


def bound_words(bound: Bound) -> Msg:
    """A limit of the protocol: ``at most 10 mL per kg``."""
    limit = of_unit(grouped_digits(bound.value), bound.unit)
    return Msg("at most {a}", a=limit) if bound.is_most else Msg("at least {a}", a=limit)


def limits_words(product: Product) -> Msg:
    """All limits of the product: ``volume at most 10 mL per kg; DMSO at most 1 g per kg``."""
    return joined(Msg("{thing} {limit}", thing=limit_name(one.of), limit=bound_words(one)) for one in product.limits)


def lot_labels(containers: Sequence[LotContainer]) -> Grid | None:
    """What stands on the labels of the lots, once for each distinct label; None where no lots are given.

    How many containers are taken is a result, and is not said here.
    """
    labels = [_label(one) for one in containers]
    rows = tuple(row for row, _ in groupby(labels))
    return Grid("lots", LOT_HEADS, rows) if rows else None


def _label(container: LotContainer) -> tuple[Msg, ...]:
    viability = NOT_GIVEN
    if container.viability is not None:
        method = term(container.method) if container.method else NOTHING
        viability = joined((_percent(container.viability.percent), method), COMMA)
    content = of_unit(grouped_digits(container.content.value), container.content.unit.spoken)
    if container.counts:
        when = Msg(_WHEN_OF_LOT[container.counted]) if container.counted else NOTHING
        content = Msg("{a} ({b})", a=content, b=joined((Msg(_COUNTS[container.counts]), when), COMMA))
    volume = NOT_GIVEN if container.volume_ml is None else _ml(container.volume_ml)
    expires = day_words(date.fromisoformat(container.expires)) if container.expires else NOT_GIVEN
    return (unsaid(container.lot), content, volume, viability, expires)
