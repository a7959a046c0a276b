"""How the ends of a range of doses come about, where the protocol aims at none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.quantity import Amount
from dosecal.model.spoken import grouped_digits
from dosecal.report.messages import words
from dosecal.report.messages.product_words import factor_words

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.worked_dose import OpenOrder


def range_steps(order: OpenOrder) -> tuple[tuple[str, str, str], ...]:
    """How the ends of the range come about: name, rule with the numbers put in, result."""
    steps = [] if order.band is None else [("weight band", "", order.band.words)]
    for name, place in (("least dose", 0), ("greatest dose", 1)):
        steps += _end_steps(order, name, order.stated[place], order.whole[place], order.range[place])
    return tuple(steps)


def _end_steps(order: OpenOrder, name: str, stated: Amount, whole: Amount, end: Amount) -> list[tuple[str, str, str]]:
    """One end by the rule, then the cap or floor that changes it, then its part of the visit."""
    by_rule, working = _by_rule(order, stated)
    said, allowed = words.plain_amount_words(Amount(by_rule, whole.unit)), words.plain_amount_words(whole)
    steps = [(f"{name} allowed", working, said)]
    if by_rule != whole.value:
        limit = "cap" if by_rule > whole.value else "floor"
        steps = [(f"{name} by the rule", working, said), (f"{name} allowed", "", f"{allowed}, by the {limit}")]
    if order.part is not None:
        share = f"{grouped_digits(order.part.percent)} % of {allowed}"
        steps.append((f"{name} at the visit", share, words.plain_amount_words(end)))
    return steps


def _by_rule(order: OpenOrder, stated: Amount) -> tuple[Fraction, str]:
    """An end by the rule alone, and its working; that is empty where the end is stated as it is given."""
    value, factors = stated.value * order.regimen.days, [words.plain_amount_words(stated)]
    factor = order.weight_kg if order.measure is None else order.measure.value
    if stated.unit.per and factor is not None:
        value *= factor
        factors.append(f"{factor_words(factor)} {'m²' if stated.unit.per == 'm²' else 'kg'}")
    if order.regimen.days > 1:
        factors.append(f"{order.regimen.days} days")
    return value, " × ".join(factors) if len(factors) > 1 else ""
