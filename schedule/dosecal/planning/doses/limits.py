"""Whether a prepared dose keeps what the protocol limits: each limit with its value, its verdict and by how much.

Conventions: exact; limits per kg take the actual body weight; DMSO and endotoxin are those of the undiluted product in
the drawn volume. A limit whose value can't be found is "not known", never taken for kept. Limits of a day are judged by
the dose alone here; ``day_limits`` adds the other doses of the day.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.messages import COMMA, NOTHING, Msg, joined
from dosecal.model.preparation import LimitCheck, Verdict
from dosecal.model.product import is_convertible
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from dosecal.model.preparation import PreparedLine, WorkedRate
    from dosecal.model.product import Bound, Product
    from dosecal.model.quantity import Amount
    from dosecal.model.regimen import Tolerance


VOLUME_UNKNOWN = Msg("the volume is not known")


class Found(Struct, frozen=True):
    """What the limits are judged by.

    Attributes:
        ordered: The ordered dose, flat.
        delivered: The delivered dose, flat.
        allowed: What the delivered dose has to keep: ``cap``, ``floor`` or ``range``, whether it is the most that is
            allowed, and the limit at this visit, flat.
        is_short: Whether the lots at hand do not cover the dose, which is said by itself.
        lines: What is taken from where.
        product_ml: The undiluted product in the drawn volume; None where it is not known.
        infused_ml: The volume that is infused; None where it is not known.
        concentration: The amount in one mL of it; None where it is not known.
        weight_kg: The actual body weight; None where it is not known.
        rate: How fast it runs; None where that is not known.
    """

    ordered: Amount
    delivered: Amount
    allowed: tuple[tuple[str, bool, Amount], ...]
    is_short: bool
    lines: tuple[PreparedLine, ...]
    product_ml: Fraction | None
    infused_ml: Fraction | None
    concentration: Amount | None
    weight_kg: Fraction | None
    rate: WorkedRate | None


def check_limits(product: Product, tolerance: Tolerance | None, found: Found) -> tuple[LimitCheck, ...]:
    """Every limit of the product, then of the viability, the rate, the tolerance and the containers themselves."""
    checks = [_check_bound(bound, product, found) for bound in product.limits]
    checks += _viability_checks(product, found)
    checks += _rate_checks(found.rate)
    if tolerance is not None:
        checks.append(_tolerance_check(tolerance, found))
    checks += _dose_checks(found)
    checks += _drawn_checks(found.lines)
    return tuple(checks)


def _dose_checks(found: Found) -> list[LimitCheck]:
    """Caps, floors and ends of a range that the delivered dose does not keep; those that it keeps say nothing."""
    if found.product_ml is None or found.is_short:
        return []
    checks = (
        LimitCheck(of, is_most, limit.value, found.delivered.value, limit.unit.spoken, why=Msg("the delivered dose"))
        for of, is_most, limit in found.allowed
    )
    return [check for check in checks if check.verdict is Verdict.BEYOND]


def _check_bound(bound: Bound, product: Product, found: Found) -> LimitCheck:
    if bound.per == "h":
        return _hourly_check(bound, product, found)
    value, why = _value_of(bound, product, found)
    if value is not None and bound.is_per_kg:
        value, why = _per_kg(value, found.weight_kg, why)
    if bound.per == "day" and value is not None:
        why = Msg("of this dose alone")
    reached = _reached_ml(bound, product, found)
    return LimitCheck(bound.of, bound.is_most, bound.value, value, bound.unit, why=why, reached_ml=reached)


def _per_kg(value: Fraction, weight_kg: Fraction | None, why: Msg) -> tuple[Fraction | None, Msg]:
    return (None, Msg("the body weight is not known")) if weight_kg is None else (value / weight_kg, why)


def _reached_ml(bound: Bound, product: Product, found: Found) -> Fraction | None:
    """The volume of undiluted product with which a limit of what is in it is reached; None where that is not known."""
    each = _in_a_ml(bound.of, product, found.lines)
    if not each or (bound.is_per_kg and found.weight_kg is None):
        return None
    return bound.value * (found.weight_kg if bound.is_per_kg and found.weight_kg is not None else 1) / each


def _in_a_ml(of: str, product: Product, lines: tuple[PreparedLine, ...]) -> Fraction | None:
    """What a limit counts in a mL of the undiluted product; None where it is not stated, or not one for all lots."""
    if of == "endotoxin":
        each = {line.endotoxin for line in lines} or {product.endotoxin}
        return each.pop() if len(each) == 1 else None
    return product.dmso.grams_per_ml if of == "DMSO" and product.dmso is not None else None


def _value_of(bound: Bound, product: Product, found: Found) -> tuple[Fraction | None, Msg]:
    """What a limit is about, before it is divided by the weight; None with the reason where it is not known."""
    if bound.of == "container":
        is_same = is_convertible(found.ordered.unit.substance, bound.unit)
        said = Msg("the ordered dose in one container") if is_same else Msg("another unit")
        return (found.ordered.value if is_same else None), said
    if bound.of == "concentration":
        known = None if found.concentration is None else found.concentration.value
        return known, NOTHING if known is not None else Msg("the concentration is not known")
    return added_by(bound.of, product, found.lines, found.infused_ml)


def added_by(
    of: str, product: Product, lines: tuple[PreparedLine, ...], infused_ml: Fraction | None
) -> tuple[Fraction | None, Msg]:
    """What one dose adds to a limit of volume (mL), DMSO (g) or endotoxin (EU).

    Args:
        of: Which of the three.
        product: The product of the dose.
        lines: What is taken from where.
        infused_ml: The volume that is infused; None where it is not known.

    Returns:
        What it adds, or None with the reason.
    """
    if of == "volume":
        return infused_ml, NOTHING if infused_ml is not None else VOLUME_UNKNOWN
    if of == "DMSO" and product.is_free_of_dmso:
        return Fraction(0), NOTHING
    unstated = _unstated(of, product, lines)
    if unstated:
        return None, unstated
    total = Fraction(0)
    for line in lines:
        each = line.endotoxin if of == "endotoxin" else _in_a_ml(of, product, lines)
        if line.product_ml is None or each is None:
            return None, VOLUME_UNKNOWN
        total += line.product_ml * each
    return (total, NOTHING) if lines else (None, VOLUME_UNKNOWN)


def _unstated(of: str, product: Product, lines: tuple[PreparedLine, ...]) -> Msg:
    """That nobody says how much of it is in the product; empty where it is said."""
    if of == "DMSO":
        return Msg("DMSO of the product: none stated") if product.dmso is None else NOTHING
    silent = [line.lot for line in lines if line.endotoxin is None and line.lot]
    if silent:
        return Msg("endotoxin of lot {lot}: not given", lot=", ".join(silent))
    is_known = all(line.endotoxin is not None for line in lines) if lines else product.endotoxin is not None
    return NOTHING if is_known else Msg("endotoxin of the product: none stated")


def _hourly_check(bound: Bound, product: Product, found: Found) -> LimitCheck:
    """A limit of what runs in an hour: by the rate that is programmed, or by the ends of those that are allowed."""
    value, why = added_by(bound.of, product, found.lines, found.infused_ml)
    if value is not None and bound.is_per_kg:
        value, why = _per_kg(value, found.weight_kg, why)
    if value is not None:
        value, why = _in_an_hour(value, bound, found)
    return LimitCheck(bound.of, bound.is_most, bound.value, value, bound.unit, why=why)


def _in_an_hour(whole: Fraction, bound: Bound, found: Found) -> tuple[Fraction | None, Msg]:
    rate, infused_ml = found.rate, found.infused_ml
    if rate is None or not infused_ml:
        return None, Msg("the infusion rate is not known")
    if rate.setting is not None:
        is_greatest = rate.rule.give is None and rate.rule.aim is None and rate.slowest is None
        which = Msg("at the greatest rate") if is_greatest else Msg("at the rate to program")
        return whole * rate.setting / infused_ml, which
    if rate.fastest is not None and whole * rate.fastest / infused_ml <= bound.value:
        return whole * rate.fastest / infused_ml, Msg("at the greatest rate")
    if rate.slowest is not None and whole * rate.slowest / infused_ml > bound.value:
        return whole * rate.slowest / infused_ml, Msg("even at the least rate")
    return None, Msg("it depends on the rate that is chosen")


def _viability_checks(product: Product, found: Found) -> list[LimitCheck]:
    """The least viability, for each lot with its own, or for the one that the protocol states."""
    rule = product.viability
    if rule is None or rule.at_least is None:
        return []
    checks = []
    for line in found.lines or (None,):
        known = None if line is None else line.viability
        value = None if known is None else known.percent
        whose = Msg("lot {lot}", lot=line.lot) if line is not None and line.lot else NOTHING
        why = whose if value is not None else joined((whose, Msg("to be measured")), COMMA)
        checks.append(LimitCheck("viability", is_most=False, limit=rule.at_least, value=value, unit="%", why=why))
    return checks


def _rate_checks(rate: WorkedRate | None) -> list[LimitCheck]:
    """The programmed rate against the slowest and the fastest that the rule allows, where it is a third one."""
    if rate is None or rate.program is None:
        return []
    ends = ((True, rate.fastest), (False, rate.slowest))
    return [
        LimitCheck("rate", is_most=is_most, limit=limit, value=rate.program, unit="mL per hour")
        for is_most, limit in ends
        if limit is not None and (limit != rate.program or rate.rule.give is not None)
    ]


def _tolerance_check(tolerance: Tolerance, found: Found) -> LimitCheck:
    """The deviation of the delivered from the ordered dose, without its sign."""
    off = abs(found.delivered.value - found.ordered.value)
    limit, value, unit = Fraction(0), off, found.ordered.unit.spoken
    if tolerance.amount is not None:
        limit = tolerance.amount.value
    elif tolerance.percent is not None:
        base = found.ordered if tolerance.of == "ordered dose" else found.delivered
        limit, unit = tolerance.percent, f"% of the {tolerance.of}"
        value = 100 * off / base.value if base.value else Fraction(100)
    known = value if found.product_ml is not None else None
    why = NOTHING if known is not None else Msg("nothing is measured")
    return LimitCheck("tolerance", True, limit, known, unit, tolerance.limit_is_inside, why)  # noqa: FBT003 - in order


def _drawn_checks(lines: tuple[PreparedLine, ...]) -> list[LimitCheck]:
    """Containers that hold less than the rounded volume: then all that they hold is drawn."""
    return [
        LimitCheck("drawn volume", True, line.drawn_ml, line.rounded_ml, "mL", why=Msg("all is drawn"))  # noqa: FBT003
        for line in lines
        if line.drawn_ml is not None and line.rounded_ml is not None and line.rounded_ml > line.drawn_ml
    ]
