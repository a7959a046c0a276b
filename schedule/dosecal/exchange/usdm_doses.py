"""A protocol's regimens as the study interventions of a USDM study, with their administrations and products.

Conventions: a regimen is an intervention. Each dose that it states by itself (a level's, a weight band's, the first
one, each part of one that is split) is an administration, whose number is the stated one, exactly; caps, floors,
rounding and formulas stand in words. A range without an aim has no number, since nobody picks one.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from dosecal.exchange.findings import named
from dosecal.exchange.usdm_terms import (
    BIOLOGIC,
    NONE_STATED,
    ONCE,
    alias,
    code,
    frequency_term,
    own_term,
    quantity,
    route_term,
    thing,
    unit_term,
)
from dosecal.model.dosing.per_weight import ACTUAL, PerWeight
from dosecal.model.quantity import CELLS, Amount
from dosecal.model.regex import regex
from dosecal.model.spoken import grouped_digits
from dosecal.model.struct import Struct
from dosecal.report.messages.words import amount_in_words, dose_rule_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dosecal.exchange.usdm_terms import Term, Thing
    from dosecal.model.product import Product
    from dosecal.model.protocol import Protocol
    from dosecal.model.regimen import DoseRange, Regimen

_SIGNS = regex(r"[^A-Za-z0-9_.+-]+")
_FEWEST = 3
"""So many doses at one distance are a frequency; two of them are two visits."""


class _Given(Struct, frozen=True):
    """A dose that a regimen states by itself.

    Attributes:
        name: What tells it from the regimen's other ones.
        amount: The amount; None where the protocol aims at none.
        words: It in words, with whose it is.
        frequency: How often it is given.
    """

    name: str
    amount: Amount | None
    words: str
    frequency: Term


def interventions(protocol: Protocol, days: Mapping[str, int]) -> list[Thing]:
    """The study interventions.

    Args:
        protocol: The protocol.
        days: The planned days of visits that are a number of days from the first anchor.
    """
    return [_intervention(regimen, days) for regimen in protocol.regimens]


def products(protocol: Protocol) -> list[Thing]:
    """What is given."""
    return [_product(product) for product in protocol.products]


def intervention_id(regimen: Regimen) -> str:
    """The id of a regimen's intervention."""
    return f"StudyIntervention_{regimen.id}"


def _intervention(regimen: Regimen, days: Mapping[str, int]) -> Thing:
    owner = intervention_id(regimen)
    return thing(
        "StudyIntervention",
        regimen.id,
        name=regimen.id,
        label=regimen.label,
        description=dose_rule_words(regimen),
        role=code(owner, "role", NONE_STATED),
        type=code(owner, "type", BIOLOGIC if regimen.dose.unit.substance in CELLS else NONE_STATED),
        codes=[],
        administrations=[_administration(regimen, dose) for dose in _doses(regimen, days)],
        notes=[],
    )


def _administration(regimen: Regimen, dose: _Given) -> Thing:
    name = _SIGNS.sub("_", f"{regimen.id}_{dose.name}")
    owner = f"Administration_{name}"
    amount = dose.amount
    return thing(
        "Administration",
        name,
        name=f"{regimen.id}: {dose.name}",
        label=dose.words,
        description=f"{dose_rule_words(regimen)}, at {named(regimen.visits)}",
        duration=thing("Duration", owner, text=_rate(regimen), quantity=None, durationWillVary=False),
        dose=None if amount is None else quantity(owner, "dose", amount.value, _unit(regimen, amount)),
        route=alias(owner, "route", route_term(regimen.route)) if regimen.route else None,
        frequency=None if amount is None else alias(owner, "frequency", dose.frequency),
        administrableProductId=f"AdministrableProduct_{regimen.product}",
        notes=[],
    )


def _unit(regimen: Regimen, amount: Amount) -> Term:
    """The unit of a dose; per kg of another weight than the one on the scale it is another unit."""
    rule = regimen.rule
    if not isinstance(rule, PerWeight) or rule.weight == ACTUAL:
        return unit_term(amount)
    return own_term(f"{amount.unit.spoken} of {rule.weight.name} weight")


def _rate(regimen: Regimen) -> str:
    return NONE_STATED.decode if regimen.rate is None else regimen.rate.words


def _doses(regimen: Regimen, days: Mapping[str, int]) -> Iterator[_Given]:
    """The doses that a regimen states, each part of a split one by itself."""
    for name, amount, allowed, whose in _stated(regimen):
        often = _frequency(regimen.visits, days) if regimen.maintenance is None else ONCE
        for part in regimen.split:
            said = f"{grouped_digits(part.percent)} % of {amount_in_words(amount)}{whose}"
            yield _Given(f"{name}, part at {part.visit}", _times(amount, part.percent / 100), said, ONCE)
        if not regimen.split:
            whole = _times(amount, Fraction(regimen.days))
            is_aim = allowed is None or allowed.has_aim
            words = amount_in_words(whole) if is_aim else "no aim stated"
            yield _Given(name, whole if is_aim else None, f"{words}{whose}", often)
    if regimen.maintenance is not None:
        whole = _times(regimen.maintenance, Fraction(regimen.days))
        yield _Given("further doses", whole, amount_in_words(whole), own_term("each dose after the first"))


def _stated(regimen: Regimen) -> Iterator[tuple[str, Amount, DoseRange | None, str]]:
    """Each dose with its name, the range that is allowed around it and whose it is."""
    for number, band in enumerate(regimen.bands, start=1):
        yield f"band {number}", band.dose, band.range, f" ({band.words})"
    if regimen.dose_is_standard and not regimen.bands:
        yield "first dose" if regimen.maintenance is not None else "dose", regimen.dose, regimen.range, ""
    for level in regimen.levels:
        yield f"level {level.id}", level.dose, None, f" (level {level.id})"


def _frequency(visits: tuple[str, ...], days: Mapping[str, int]) -> Term:
    """How often a dose is given: by a term where the visits stand at one distance from each other."""
    if len(visits) == 1:
        return ONCE
    at = sorted(days[visit] for visit in visits if visit in days)
    steps = {later - earlier for earlier, later in pairwise(at)}
    is_regular = len(at) == len(visits) >= _FEWEST and len(steps) == 1
    term = frequency_term(steps.pop()) if is_regular else None
    return term or own_term(f"at {named(visits)}")


def _times(amount: Amount, factor: Fraction) -> Amount:
    return Amount(amount.value * factor, amount.unit)


def _product(product: Product) -> Thing:
    owner = f"AdministrableProduct_{product.id}"
    return thing(
        "AdministrableProduct",
        product.id,
        name=product.id,
        label=product.label,
        administrableDoseForm=alias(owner, "administrableDoseForm", NONE_STATED),
        productDesignation=code(owner, "productDesignation", NONE_STATED),
        properties=[],
        identifiers=[],
        ingredients=[],
        notes=[],
    )
