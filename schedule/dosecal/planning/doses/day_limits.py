"""Limits of a day: all doses that a subject gets on one day are added up.

Conventions: exact; the day is the planned date. DMSO counts from whatever product it comes, and so does the volume that
is infused. What a dose adds and nobody knows is not taken for nothing: the limit is "not known" then, unless what is
known is beyond it already. A limit per kg takes the body weight of the dose that it stands beside.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.messages import NOTHING, Msg
from dosecal.model.preparation import Share
from dosecal.model.struct import Struct, replace
from dosecal.planning.doses.limits import added_by

if TYPE_CHECKING:
    from dosecal.model.preparation import LimitCheck, Preparation
    from dosecal.model.product import Bound, Product


class SameDay(Struct, frozen=True):
    """Another dose that the same subject gets on the day.

    Attributes:
        dose: Which dose.
        product: Its product.
        preparation: How it is made up; None where that is not known.
        why: Why nothing of it is known; empty where its preparation says so.
    """

    dose: Msg
    product: Product
    preparation: Preparation | None
    why: Msg = NOTHING


def with_the_day(preparation: Preparation, others: tuple[SameDay, ...]) -> Preparation:
    """The preparation, whose limits of a day count the other doses of that day.

    Args:
        preparation: One dose made up.
        others: The other doses of the day; empty where it is the only one.
    """
    bounds = preparation.product.limits
    checks = [
        _of_the_day(check, bound, preparation, others) if bound.per == "day" else check
        for bound, check in zip(bounds, preparation.limits, strict=False)
    ]
    return replace(preparation, limits=(*checks, *preparation.limits[len(bounds) :]))


def without_a_day(preparation: Preparation) -> Preparation:
    """The preparation of a dose without a date, whose limits of a day say that it is counted alone."""
    bounds, said = preparation.product.limits, Msg("of this dose alone, since its date is not known")
    checks = [
        replace(check, why=said) if bound.per == "day" and check.value is not None else check
        for bound, check in zip(bounds, preparation.limits, strict=False)
    ]
    return replace(preparation, limits=(*checks, *preparation.limits[len(bounds) :]))


def _of_the_day(check: LimitCheck, bound: Bound, own: Preparation, others: tuple[SameDay, ...]) -> LimitCheck:
    if not others:
        return check if check.value is None else replace(check, why=Msg("the only dose of the day"))
    if bound.is_per_kg and own.weight_kg is None:
        return check
    divisor = own.weight_kg if bound.is_per_kg and own.weight_kg is not None else Fraction(1)
    shares = tuple(_share(one, bound.of, divisor) for one in (SameDay(Msg("this dose"), own.product, own), *others))
    known = sum((one.value for one in shares if one.value is not None), Fraction(0))
    is_whole = all(one.value is not None for one in shares)
    value = known if is_whole or known > bound.value else None
    return replace(check, value=value, why=NOTHING, shares=shares, reached_ml=_left_ml(check, shares[1:], bound))


def _share(one: SameDay, of: str, divisor: Fraction) -> Share:
    own = one.preparation
    value, why = added_by(of, one.product, () if own is None else own.lines, None if own is None else own.infused_ml)
    return Share(one.dose, None, one.why or why) if value is None else Share(one.dose, value / divisor, why)


def _left_ml(check: LimitCheck, others: tuple[Share, ...], bound: Bound) -> Fraction | None:
    """The volume of this dose's product with which the limit is reached beside the other doses of the day."""
    if check.reached_ml is None or any(one.value is None for one in others):
        return None
    left = bound.value - sum((one.value for one in others if one.value is not None), Fraction(0))
    return check.reached_ml * max(left, Fraction(0)) / bound.value
