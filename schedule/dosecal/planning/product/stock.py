"""What one container of a product holds, and how much of that can be dosed.

Conventions: a count becomes what can be dosed from it in one order: recovery after thaw, then viability, then purity.
A viability is applied to a count of all cells alone; a count of viable cells has none to be applied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.messages import Msg
from dosecal.model.preparation import Chain, NotKnownError
from dosecal.model.product import (
    VIABLE,
    Counted,
    PlainCount,
    TotalCount,
    ViableCount,
    converted,
    count_of,
    is_convertible,
)
from dosecal.model.quantity import Amount, Unit
from dosecal.model.spoken import unit_words
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.preparation import LotContainer
    from dosecal.model.product import Count, Percent, Product


class Stock(Struct, frozen=True):
    """Containers of one kind: of one lot with one content, or as the protocol states them.

    Attributes:
        lot: The name of the lot; empty for the protocol's own statement.
        content: The amount in one container, with its overfill where that counts; None where no container is stated.
        volume_ml: The volume that holds it, likewise; None where it is not known.
        label_ml: The volume by the label, without overfill; None where it is not known.
        overfill_ml: What is in it beyond that; None where it is not stated.
        endotoxin: Endotoxin units in a mL; None where they are not known.
        per_ml: The amount in one mL; None where it is not known.
        counts: What is counted; empty where that is not said.
        counted: When.
        viability: The viability; None where it is not known.
        called: The word for a container.
        expires: The last day, as ISO text; empty where it is not given.
    """

    lot: str
    content: Amount | None
    volume_ml: Fraction | None
    per_ml: Amount | None
    counts: str
    counted: Counted
    viability: Percent | None
    called: str
    label_ml: Fraction | None = None
    overfill_ml: Fraction | None = None
    endotoxin: Fraction | None = None
    expires: str = ""

    @property
    def held_ml(self) -> Fraction | None:
        """All that is in one container, overfill with it, whether it counts or not."""
        return None if self.label_ml is None else self.label_ml + (self.overfill_ml or 0)


def _with_overfill(content: Amount, volume_ml: Fraction | None, counted_ml: Fraction | None) -> Amount:
    """The content of a container with an overfill that counts, which is of the same strength."""
    if volume_ml is None or counted_ml is None:
        return content
    return Amount(content.value * counted_ml / volume_ml, content.unit)


def _counted_ml(label_ml: Fraction | None, overfill_ml: Fraction | None, product: Product) -> Fraction | None:
    """The volume of a container that counts: by its label, and its overfill where the protocol lets that be given."""
    is_usable = product.container is not None and product.container.overfill_is_usable
    return None if label_ml is None else label_ml + ((overfill_ml or 0) if is_usable else 0)


def stock_of_product(product: Product) -> Stock:
    """The product as the protocol states it; its content ÷ volume, where both are stated, is its strength."""
    container = product.container
    per_ml = None if product.strength is None else product.strength.amount
    label_ml = None if container is None else container.volume_ml
    overfill_ml = None if container is None else container.overfill_ml
    counted_ml = _counted_ml(label_ml, overfill_ml, product)
    if container is not None and label_ml is not None:
        per_ml = Amount(container.content.value / label_ml, container.content.unit)
    return Stock(
        lot="",
        content=None if container is None else _with_overfill(container.content, label_ml, counted_ml),
        volume_ml=counted_ml,
        label_ml=label_ml,
        overfill_ml=overfill_ml,
        endotoxin=product.endotoxin,
        per_ml=per_ml,
        counts=product.counts,
        counted=product.counted,
        viability=None if product.viability is None else product.viability.stated,
        called="" if container is None else container.called,
    )


def stock_of_container(one: LotContainer, product: Product) -> Stock:
    """A container of a lot; what it says itself stands before what the protocol says.

    The protocol's overfill is that of a container with the protocol's volume; a lot with another volume has its own, or
    none.
    """
    stated = None if product.viability is None else product.viability.stated
    per_ml = None if one.volume_ml is None else Amount(one.content.value / one.volume_ml, one.content.unit)
    overfill_ml, container = one.overfill_ml, product.container
    if overfill_ml is None and container is not None and container.volume_ml == one.volume_ml:
        overfill_ml = container.overfill_ml
    counted_ml = _counted_ml(one.volume_ml, overfill_ml, product)
    return Stock(
        lot=one.lot,
        content=_with_overfill(one.content, one.volume_ml, counted_ml),
        volume_ml=counted_ml,
        label_ml=one.volume_ml,
        overfill_ml=overfill_ml,
        endotoxin=product.endotoxin if one.endotoxin is None else one.endotoxin,
        per_ml=per_ml,
        counts=one.counts or product.counts,
        counted=Counted(one.counted) if one.counted else product.counted,
        viability=one.viability or stated,
        called="container" if product.container is None else product.container.called,
        expires=one.expires,
    )


def chain_of(per: str, start: Amount, stock: Stock, product: Product, substance: str) -> Chain:
    """How an amount of the product becomes what can be dosed from it.

    Args:
        per: What the amount is in: ``mL``, or the word for a container.
        start: The amount.
        stock: What it is of.
        product: The product, for recovery and purity.
        substance: What the dose is counted or measured in.

    Raises:
        NotKnownError: If that can't be known.
    """
    if not is_convertible(start.unit.substance.removeprefix("viable "), substance.removeprefix("viable ")):
        raise NotKnownError(
            Msg(
                "a product in {unit}, as the dose is, and not in {other}",
                unit=unit_words(substance),
                other=unit_words(start.unit.substance),
            )
        )
    factors: list[Percent] = []
    count = count_of(start if "cells" in substance else converted(start, substance), stock.counts)
    if stock.counted is Counted.AT_FREEZE and not product.is_dosed_as_frozen:
        if product.recovery is None:
            raise NotKnownError(Msg("the recovery after thaw, since the cells were counted at freeze"))
        factors.append(product.recovery)
        count = type(count)(count.value * product.recovery.fraction)
    if substance == VIABLE:
        count, viability = _viable(count, stock.viability)
        factors += viability
    elif isinstance(count, ViableCount):
        raise NotKnownError(Msg("a dose in viable cells, since the product counts viable cells"))
    usable = count.value
    for part in product.purity:
        factors.append(part)
        usable *= part.fraction
    return Chain(per, start, tuple(factors), Amount(usable, Unit(substance)))


def _viable(count: Count, viability: Percent | None) -> tuple[ViableCount, list[Percent]]:
    """The viable cells of a count, and the viability where one was applied: never to cells that are viable already."""
    if isinstance(count, ViableCount):
        return count, []
    if isinstance(count, PlainCount):
        raise NotKnownError(Msg("whether the product counts viable or total cells"))
    if viability is None:
        raise NotKnownError(Msg("the viability, since all cells are counted and viable ones are dosed"))
    if isinstance(count, TotalCount):
        return count.viable(viability), [viability]
    return count, []
