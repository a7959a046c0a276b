"""The rules that tie a protocol file's doses together: one small function a rule, all in one tuple.

Conventions: as in ``checks``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.protocol.draft import aimed_at
from dosecal.load.protocol.grammar import Said
from dosecal.model.problems import Problem, Source, quoted
from dosecal.model.quantity import Amount
from dosecal.model.regimen import ACTUAL
from dosecal.model.spoken import grouped_digits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from dosecal.load.protocol.dose_grammar import Limits
    from dosecal.load.protocol.dose_rule_texts import WrittenLimit, WrittenWeight
    from dosecal.load.protocol.draft import Draft, Entry


def limits_are_of_the_dose(draft: Draft) -> Iterator[Problem]:
    """Cap and floor are amounts of the same substance as the dose, flat or per kg; the rounding's step is flat."""
    for regimen in draft.entries["regimens"]:
        dose = regimen.dose
        for key, amount, source in _limits(regimen):
            may_be_per_kg = not key.startswith("rounding") and amount.unit.per == "kg"
            unit = amount.unit.flat if may_be_per_kg else amount.unit
            if dose is not None and unit != dose.unit.flat:
                message = f"expected an amount in {dose.unit.flat.spoken}, got {amount.unit.spoken}"
                yield Problem(source, "P212", f"{regimen.path}.{key}", message)


def _limits(regimen: Entry) -> Iterator[tuple[str, Amount, Source]]:
    for key in ("at_most", "at_least"):
        if regimen.value(key) is not None:
            yield key, regimen.value(key).amount, regimen.said.where(key)
    rounding = getattr(regimen.value("rounding"), "values", {}).get("dose")
    if isinstance(rounding, Said) and "to" in rounding.values:
        yield "rounding.dose.to", rounding.values["to"], rounding.where("to")


def whole_limit(regimen: Entry, key: str) -> Amount | None:
    """The cap or the floor of one whole infusion, flat or per kg; None where none is stated.

    Args:
        regimen: The regimen.
        key: ``at_most`` or ``at_least``.
    """
    limit: WrittenLimit | None = regimen.value(key)
    if limit is None:
        return None
    days = (regimen.value("for") or 1) if limit.per == "day" else 1
    return Amount(limit.amount.value * days, limit.amount.unit)


def floors_lie_below_caps(draft: Draft) -> Iterator[Problem]:
    """A floor does not lie above the cap; nobody picks one of the two."""
    for regimen in draft.entries["regimens"]:
        cap, floor = (whole_limit(regimen, key) for key in ("at_most", "at_least"))
        if cap is not None and floor is not None and cap.unit == floor.unit and floor.value > cap.value:
            message = "expected a floor at or below the cap, got one above it"
            yield Problem(regimen.said.where("at_least"), "P214", f"{regimen.path}.at_least", message)


def limits_are_multiples_of_the_increment(draft: Draft) -> Iterator[Problem]:
    """Cap and floor are whole multiples of the rounding increment, so that rounding never crosses them."""
    for regimen in draft.entries["regimens"]:
        limits = list(_limits(regimen))
        increments = [amount for key, amount, _ in limits if key.startswith("rounding")]
        for key, stated, source in limits:
            amount = stated if key.startswith("rounding") else whole_limit(regimen, key) or stated
            if increments and amount.unit.per and not key.startswith("rounding"):
                message = "expected a flat limit beside a rounding of the dose, got one per kg"
                yield Problem(source, "P219", f"{regimen.path}.{key}", message, "rounding could cross it")
            elif increments and increments[0].value and (amount.value / increments[0].value).denominator != 1:
                step = f"{grouped_digits(increments[0].value)} {increments[0].unit.spoken}"
                message = f"expected a whole multiple of the rounding increment {step}, got another amount"
                yield Problem(source, "P219", f"{regimen.path}.{key}", message)


def weight_rules_belong_to_doses_per_kg(draft: Draft) -> Iterator[Problem]:
    """A flat dose has no weight rule, since it takes no weight."""
    for regimen in draft.entries["regimens"]:
        amounts = [amount for amount, _, _ in regimen.doses]
        amounts += [amount for key, amount, _ in _limits(regimen) if key in {"at_most", "at_least"}]
        takes_weight = bool(regimen.bands) or any(amount.unit.per for amount in amounts)
        if regimen.dose is not None and not takes_weight and regimen.value("weight") is not None:
            message = "expected no weight rule for a dose that takes no weight, got one"
            yield Problem(regimen.said.where("weight"), "P215", f"{regimen.path}.weight", message)


def body_surfaces_belong_to_doses_per_area(draft: Draft) -> Iterator[Problem]:
    """A dose per m² names the formula of the body surface, and takes the actual weight; no other dose has a formula."""
    what = ("the formula of the body surface", "body_surface: Mosteller")
    yield from _key_of_one_kind(draft, "body_surface", "m²", "P220", what)


def filtration_rates_belong_to_doses_by_auc(draft: Draft) -> Iterator[Problem]:
    """A dose by AUC says which filtration rate it takes, and takes the actual weight; no other dose says one."""
    what = ("a filtration rate", "gfr: {from: measured, cap: 125 mL/min}")
    yield from _key_of_one_kind(draft, "gfr", "mL/min", "P221", what)


def _key_of_one_kind(draft: Draft, key: str, per: str, code: str, what: tuple[str, str]) -> Iterator[Problem]:
    """A key stands with the doses of one kind, whose weight is the actual one, and with no others.

    Args:
        draft: The draft.
        key: The key.
        per: What a dose of that kind is stated per.
        code: The code of the problems.
        what: What the key says, in words, and an example.
    """
    words, example = what
    for regimen in draft.entries["regimens"]:
        if regimen.dose is None:
            continue
        is_of_kind = regimen.dose.unit.per == per or any(
            amount.unit.per == per for amount, _, _ in regimen.doses if regimen.bands
        )
        if is_of_kind and not regimen.says(key):
            message = f'expected {words} such as "{example}", got nothing'
            yield Problem(regimen.said.where("dose"), code, f"{regimen.path}.{key}", message)
        if not is_of_kind and regimen.says(key):
            kind = "by AUC" if per == "mL/min" else f"per {per}"
            message = f"expected it beside a dose {kind} alone, got it beside another"
            yield Problem(regimen.said.where(key), code, f"{regimen.path}.{key}", message)
        if is_of_kind:
            yield from _only_the_actual_weight(regimen, code, f"beside {key}")


def _only_the_actual_weight(regimen: Entry, code: str, where: str) -> Iterator[Problem]:
    weight = regimen.value("weight")
    written: WrittenWeight | None = weight.values.get("which") if weight is not None else None
    which = ACTUAL if written is None else written.which
    if which != ACTUAL:
        message = f"expected the actual weight {where}, got {quoted(which)}"
        yield Problem(weight.where("which"), code, f"{regimen.path}.weight.which", message)


def weight_bands_tile(draft: Draft) -> Iterator[Problem]:
    """Weight bands leave no weight out and share none, and dose the same substance, flat, per kg or per m²."""
    for regimen in draft.entries["regimens"]:
        bands = [said for said in regimen.bands if {"weight", "give"} <= said.values.keys()]
        if not regimen.bands or len(bands) < len(regimen.bands):
            continue
        yield from _band_edges(bands, f"{regimen.path}.dose")
        first = aimed_at(bands[0].values["give"])
        for said in bands:
            given = aimed_at(said.values["give"])
            if first is None or given is None:
                continue
            if given.unit.per not in {"", "kg", "m²"} or given.unit.substance != first.unit.substance:
                kinds = "a flat dose or one per kg or m²"
                message = f"expected {kinds}, of one substance in all bands, got {given.unit.spoken}"
                yield Problem(said.where("give"), "P222", f"{regimen.path}.dose", message)
        yield from _only_the_actual_weight(regimen, "P222", "for weight bands")


def _band_edges(bands: list[Said], path: str) -> Iterator[Problem]:
    """Each band begins where the one before ends, the first at nothing, and the last has no end."""
    below: tuple[Fraction, bool] | None = None
    for place, said in enumerate(bands):
        limits: Limits = said.values["weight"]
        where = said.where("weight")
        if place == 0 and limits.low is not None:
            message = f"expected a first band without a lower limit, got {quoted(limits.words)}"
            yield Problem(where, "P222", path, message, "it leaves the weights below undecided")
        elif place and (below is None or limits.low != (below[0], not below[1])):
            message = f"expected a band that begins where the one before ends, got {quoted(limits.words)}"
            yield Problem(where, "P222", path, message, "a gap or an overlap leaves weights undecided")
        below = limits.high
    if below is not None:
        last: Limits = bands[-1].values["weight"]
        message = f"expected a last band without an upper limit, got {quoted(last.words)}"
        yield Problem(bands[-1].where("weight"), "P222", path, message, "it leaves the weights above undecided")


DOSE_CHECKS = (
    limits_are_of_the_dose,
    floors_lie_below_caps,
    limits_are_multiples_of_the_increment,
    weight_rules_belong_to_doses_per_kg,
    body_surfaces_belong_to_doses_per_area,
    filtration_rates_belong_to_doses_by_auc,
    weight_bands_tile,
)
"""Every rule of dosing, in the order in which problems at the same place are told."""
