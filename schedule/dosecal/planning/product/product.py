"""From an ordered dose to a volume, containers, what is delivered and what is left: purely and exactly.

Conventions: the volume is rounded once, for each lot, and what it holds is worked out again from the rounded volume.
What the protocol does not say is not assumed: the preparation says what is open.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product as product_of
from typing import TYPE_CHECKING

from dosecal.model.messages import NOTHING, Msg
from dosecal.model.preparation import Chain, Diluted, NotKnownError, Preparation, PreparedLine, WorkedRate
from dosecal.model.product import converted
from dosecal.model.quantity import Amount, Rounding, Unit, round_by
from dosecal.model.spoken import amount_words, number_words, of_unit
from dosecal.model.struct import Struct, replace
from dosecal.planning.doses.limits import Found, check_limits
from dosecal.planning.doses.rates import work_out_rate
from dosecal.planning.product.stock import Stock, chain_of, stock_of_container, stock_of_product
from dosecal.planning.product.syringes import syringe_for

if TYPE_CHECKING:
    from dosecal.model.preparation import LotContainer
    from dosecal.model.product import Dilution, Product
    from dosecal.model.regimen import Regimen
    from dosecal.model.worked_dose import WorkedDose

FINE_ML, COARSE_ML = Fraction(1, 100), Fraction(1, 10)
"""To what a volume is measured where the protocol says nothing: below 1 mL, and from 1 mL on."""


def measured(exact_ml: Fraction, regimen: Regimen, turned: str = "") -> Fraction:
    """A volume as it is measured: by the protocol's rule, or to 0.01 mL below 1 mL and to 0.1 mL from there on.

    Args:
        exact_ml: The exact volume.
        regimen: The rule of dosing.
        turned: ``down`` or ``up`` to go that way to the same step, so that a limit is kept; empty for the rule.

    Reference:
        Ties away from zero, as in ``round_half_up``, where the protocol states no rule.
    """
    rule = regimen.volume_rounding
    if rule is None and regimen.volume_rounding_is_stated:
        return exact_ml
    if rule is None:
        rule = Rounding(Amount(FINE_ML if exact_ml < 1 else COARSE_ML, Unit("mL")), "nearest", "up")
    return round_by(replace(rule, mode=turned, ties="") if turned else rule, exact_ml)


class _Source(Struct, frozen=True):
    """What can be drawn from one kind of container.

    Attributes:
        stock: The containers.
        per_ml: What a mL of the undiluted product gives; None where it has no strength in a mL.
        per_container: What a container gives; None where there is none.
        stretch: By how much an addition to each container makes its volume greater; 1 for none.
    """

    stock: Stock
    per_ml: Chain | None
    per_container: Chain | None
    stretch: Fraction

    @property
    def drawn_per_ml(self) -> Fraction | None:
        """What a mL gives as it is drawn, after what was added to the container."""
        return None if self.per_ml is None else self.per_ml.usable.value / self.stretch

    @property
    def container_ml(self) -> Fraction | None:
        """What can be drawn from a container, its overfill with it."""
        return None if self.stock.held_ml is None else self.stock.held_ml * self.stretch


def _source_of(stock: Stock, product: Product, substance: str) -> _Source:
    if substance == "mL":
        return _source_by_volume(stock)
    per_ml = None if stock.per_ml is None else chain_of("mL", stock.per_ml, stock, product, substance)
    held = None if stock.content is None else chain_of(stock.called, stock.content, stock, product, substance)
    if per_ml is None and held is None:
        raise NotKnownError(Msg("the strength of the product"))
    add = None if product.dilution is None else product.dilution.add_ml
    stretch = Fraction(1)
    if add is not None:
        if stock.held_ml is None:
            raise NotKnownError(Msg("the volume of a container, since something is added to each"))
        stretch = (stock.held_ml + add) / stock.held_ml
    return _Source(stock, per_ml, held, stretch)


def _source_by_volume(stock: Stock) -> _Source:
    """A dose that is ordered as a volume: a mL is a mL."""
    one = Amount(Fraction(1), Unit("mL"))
    held = None
    if stock.volume_ml is not None:
        volume = Amount(stock.volume_ml, Unit("mL"))
        held = Chain(stock.called, volume, (), volume)
    return _Source(stock, Chain("mL", one, (), one), held, Fraction(1))


def _line(
    source: _Source, part: Fraction, of: tuple[int | None, tuple[str, ...]], regimen: Regimen, turned: str
) -> PreparedLine:
    """What is taken from containers of one kind, of which there are so many with these ids, for a part of the dose."""
    count, ids = of
    chain = source.per_ml or source.per_container
    unit = Unit("mL") if chain is None else chain.usable.unit
    per_ml, room = source.drawn_per_ml, source.container_ml
    exact = drawn = rounded = product_ml = None
    delivered = part
    if per_ml is not None:
        exact = part / per_ml
        drawn = rounded = measured(exact, regimen, turned)
        if count is not None and room is not None:
            drawn = min(rounded, room * count)
        delivered = drawn * per_ml
        product_ml = drawn / source.stretch
    return PreparedLine(
        lot=source.stock.lot,
        containers=ids,
        count=count,
        expires=source.stock.expires,
        viability=source.stock.viability,
        per_ml=source.per_ml,
        per_container=source.per_container,
        part=Amount(part, unit),
        exact_ml=exact,
        drawn_ml=drawn,
        rounded_ml=rounded,
        product_ml=product_ml,
        delivered=Amount(delivered, unit),
        label_ml=source.stock.label_ml,
        overfill_ml=source.stock.overfill_ml,
        room_ml=room,
        endotoxin=source.stock.endotoxin,
    )


def _lines_of_product(worked: WorkedDose, product: Product, turned: str) -> tuple[PreparedLine, ...]:
    source = _source_of(stock_of_product(product), product, worked.ordered.unit.substance)
    need = worked.ordered.value
    count = None
    if source.per_container is not None:
        count = ceiling(need / source.per_container.usable.value)
    return (_line(source, need, (count, ()), worked.regimen, turned),)


def ceiling(value: Fraction) -> int:
    """The least whole number that is not below the value."""
    return -(-value.numerator // value.denominator)


def _lines_of_lots(
    worked: WorkedDose, product: Product, containers: tuple[LotContainer, ...], turned: str
) -> tuple[PreparedLine, ...]:
    """The containers in their order until the dose is covered; those of one lot with one content make one line."""
    substance = worked.ordered.unit.substance
    need = worked.ordered.value
    taken: dict[Stock, tuple[Fraction, list[str]]] = {}
    for one in containers:
        if need <= 0:
            break
        stock = stock_of_container(one, product)
        source = _source_of(stock, product, substance)
        if source.per_container is None:
            raise NotKnownError(Msg("the content of a container"))
        part = min(need, source.per_container.usable.value)
        so_far, ids = taken.get(stock, (Fraction(0), []))
        taken[stock] = (so_far + part, [*ids, one.id])
        need -= part
    return tuple(
        _line(_source_of(stock, product, substance), part, (len(ids), tuple(ids)), worked.regimen, turned)
        for stock, (part, ids) in taken.items()
    )


def container_conflict(worked: WorkedDose, product: Product) -> Msg:
    """Why a dose can't be put into one container: its floor is above what the protocol lets that hold.

    Returns:
        Both values, or an empty text where they don't contradict each other; nobody picks one of them.
    """
    floor = worked.limits[1]
    for bound in product.limits:
        if bound.of == "container" and floor is not None and floor.value > bound.value:
            held = amount_words(bound.value, Unit(bound.unit))
            stated = amount_words(floor.value, floor.unit)
            return Msg(
                "a floor at or below what a container may hold, but the floor is {floor} and that {held}",
                floor=stated,
                held=held,
            )
    return NOTHING


def prepare(
    worked: WorkedDose,
    product: Product,
    weight_kg: Fraction | None,
    containers: tuple[LotContainer, ...] | None = None,
    syringe_ml: Fraction | None = None,
) -> Preparation:
    """An ordered dose made up from its product.

    A volume is measured by the rule of rounding. Where a limit would not be kept so, and is kept by going down, or up,
    to the same step, that is done and said: no rounding carries a dose over its cap.

    Args:
        worked: The dose.
        product: Its product.
        weight_kg: The actual body weight, for limits and rates per kg; None where it is not known.
        containers: The containers of lots in the order of use, expired ones left out; None to take the product as the
            protocol states it.
        syringe_ml: The nominal capacity of the syringe that is taken; None for the smallest that holds the volume.

    Returns:
        The preparation; what can't be known is None in it, with the reason in ``open``.
    """
    asked = _Asked(worked, product, weight_kg, containers, syringe_ml)
    by_rule = best = _prepared(asked, "", "")
    for turned, turned_diluent in product_of(("", "down", "up"), repeat=2):
        if not _crossed(best):
            break
        other = _prepared(asked, turned, turned_diluent)
        is_measurable = len(other.open) <= len(best.open)
        if _cost(other) < _cost(best) and (is_measurable or "cap" in _crossed(best)):
            best = other
    left = set(_crossed(best))
    return replace(best, turned_for=tuple(of for of in dict.fromkeys(_crossed(by_rule)) if of not in left))


def _cost(preparation: Preparation) -> tuple[int, int]:
    """How many limits are gone beyond, and below how many: too much is worse than too little."""
    crossed = [check for check in preparation.beyond if check.of in _TURNED_FOR]
    too_much = sum(check.is_most for check in crossed)
    return too_much, len(crossed) - too_much


_TURNED_FOR = ("cap", "floor", "range", "volume", "DMSO", "endotoxin", "concentration", "container")
"""The limits for which a volume is measured the other way; a tolerance, a rate and what a container holds are not."""


def _crossed(preparation: Preparation) -> list[str]:
    """The limits of the dose and of its product that are not kept."""
    return [check.of for check in preparation.beyond if check.of in _TURNED_FOR]


class _Asked(Struct, frozen=True):
    """What is to be made up; the attributes are the arguments of ``prepare``."""

    worked: WorkedDose
    product: Product
    weight_kg: Fraction | None
    containers: tuple[LotContainer, ...] | None
    syringe_ml: Fraction | None


def _prepared(asked: _Asked, turned: str, turned_diluent: str) -> Preparation:
    """The dose made up, with the volume and the diluent measured one way."""
    worked, product, weight_kg, containers = asked.worked, asked.product, asked.weight_kg, asked.containers
    reasons: list[Msg] = []
    lines: tuple[PreparedLine, ...] = ()
    conflict = container_conflict(worked, product)
    try:
        if conflict:
            reasons.append(conflict)
        elif containers is None:
            lines = _lines_of_product(worked, product, turned)
        else:
            lines = _lines_of_lots(worked, product, containers, turned)
    except NotKnownError as unknown:
        reasons.append(unknown.expected)
    ordered, regimen = worked.ordered, worked.regimen
    drawn = _sum([line.drawn_ml for line in lines])
    reasons += _too_small(lines)
    taken = sum((line.part.value for line in lines), Fraction(0))
    delivered = ordered
    if lines:
        delivered = Amount(sum((line.delivered.value for line in lines), Fraction(0)), ordered.unit)
    short = Fraction(0) if containers is None else ordered.value - taken
    diluted = _diluted(product, drawn, delivered, (regimen, turned_diluent), reasons)
    infused = drawn if diluted is None else diluted.total_ml
    concentration = _concentration(infused, delivered)
    rate = _rate(worked, infused, concentration, weight_kg, reasons)
    product_ml = _sum([line.product_ml for line in lines])
    allowed = _allowed(worked)
    found = Found(ordered, delivered, allowed, short > 0, lines, product_ml, infused, concentration, weight_kg, rate)
    leftover, leftover_ml = _leftover(lines, delivered)
    return Preparation(
        worked=worked,
        product=product,
        weight_kg=weight_kg,
        ordered=ordered,
        lines=lines,
        containers_exact=_exact_containers(lines),
        containers=_count(lines),
        exact_ml=_sum([line.exact_ml for line in lines]),
        drawn_ml=drawn,
        volume_rounding=regimen.volume_rounding,
        volume_rounding_is_stated=regimen.volume_rounding_is_stated,
        delivered=delivered,
        leftover=leftover,
        leftover_ml=leftover_ml,
        diluted=diluted,
        rate=rate,
        syringe=None if drawn is None else syringe_for(drawn, asked.syringe_ml),
        limits=check_limits(product, regimen.tolerance, found),
        conflict=conflict,
        short=Amount(short, ordered.unit) if short > 0 else None,
        open=tuple(reasons),
        turned=turned,
        turned_diluent=turned_diluent,
    )


def _allowed(worked: WorkedDose) -> tuple[tuple[str, bool, Amount], ...]:
    """What the delivered dose has to keep at the visit: cap and floor, and the ends of the range; each its share."""
    cap, floor = worked.limits
    low, high = worked.range or (None, None)
    sides = (("cap", True, cap), ("floor", False, floor), ("range", True, high), ("range", False, low))
    return tuple(
        (of, is_most, Amount(limit.value * worked.share, limit.unit))
        for of, is_most, limit in sides
        if limit is not None
    )


def _too_small(lines: tuple[PreparedLine, ...]) -> list[Msg]:
    """That a volume is too small to be measured: it would be rounded to nothing."""
    return [
        Msg(
            "a volume that can be measured: {volume} is rounded to {zero}",
            volume=of_unit(number_words(line.exact_ml), "mL"),
            zero=of_unit("0", "mL"),
        )
        for line in lines
        if line.exact_ml and line.rounded_ml == 0
    ]


def _sum(values: list[Fraction | None]) -> Fraction | None:
    """The sum; None where a part is not known, or there is none."""
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) if values and len(known) == len(values) else None


def _count(lines: tuple[PreparedLine, ...]) -> int | None:
    counts = [line.count for line in lines if line.count is not None]
    return sum(counts) if lines and len(counts) == len(lines) else None


def _exact_containers(lines: tuple[PreparedLine, ...]) -> Fraction | None:
    if len(lines) != 1 or lines[0].per_container is None:
        return None
    return lines[0].part.value / lines[0].per_container.usable.value


def _leftover(lines: tuple[PreparedLine, ...], delivered: Amount) -> tuple[Amount | None, Fraction | None]:
    """What stays in the opened containers: as an amount, and as the undiluted volume."""
    opened = [
        (line.count, line.per_container) for line in lines if line.count is not None and line.per_container is not None
    ]
    if not lines or len(opened) < len(lines):
        return None, None
    held = sum((count * chain.usable.value for count, chain in opened), Fraction(0))
    volumes = [_left_ml(line) for line in lines]
    return Amount(max(held - delivered.value, Fraction(0)), delivered.unit), _sum(volumes)


def _left_ml(line: PreparedLine) -> Fraction | None:
    """The undiluted volume that stays in a line's containers."""
    if line.product_ml is None or line.per_ml is None or line.per_container is None or line.count is None:
        return None
    held_ml = line.per_container.usable.value / line.per_ml.usable.value
    return max(line.count * held_ml - line.product_ml, Fraction(0))


def _concentration(infused: Fraction | None, delivered: Amount) -> Amount | None:
    return None if not infused else Amount(delivered.value / infused, delivered.unit)


def _diluted(
    product: Product,
    drawn: Fraction | None,
    delivered: Amount,
    rounding: tuple[Regimen, str],
    reasons: list[Msg],
) -> Diluted | None:
    """The dose after dilution; None where there is none, or where it can't be done, which is then a reason."""
    dilution = product.dilution
    if dilution is None:
        return None
    exact: Fraction | None = Fraction(0)
    if dilution.total_ml is not None:
        exact = None if drawn is None else dilution.total_ml - drawn
    elif drawn is None:
        return None
    elif dilution.to is not None:
        exact = delivered.value / _target(dilution, delivered) - drawn
    if exact is not None and exact < 0:
        reasons.append(
            Msg("a volume that can be diluted ({how}): the drawn volume is above it already", how=dilution.words)
        )
        return None
    diluent = None if exact is None else measured(exact, *rounding)
    total = dilution.total_ml if diluent is None or drawn is None else drawn + diluent
    if dilution.total_ml is not None:
        total = dilution.total_ml
    concentration = _concentration(total, delivered)
    if total is None or concentration is None:
        return None
    return Diluted(dilution.add_ml, exact, diluent, total, concentration, dilution.words)


def _target(dilution: Dilution, delivered: Amount) -> Fraction:
    """The strength after dilution in the unit of the dose; the file is checked to be in its kind."""
    if dilution.to is None:
        message = "a dilution to a strength has one"
        raise ValueError(message)
    if "cells" in delivered.unit.substance:
        return dilution.to.value
    return converted(dilution.to, delivered.unit.substance).value


def _rate(
    worked: WorkedDose,
    infused: Fraction | None,
    concentration: Amount | None,
    weight_kg: Fraction | None,
    reasons: list[Msg],
) -> WorkedRate | None:
    rule = worked.regimen.rate
    if rule is None or not infused:
        return None
    try:
        return work_out_rate(rule, infused, concentration, weight_kg)
    except NotKnownError as unknown:
        reasons.append(unknown.expected)
        return None
