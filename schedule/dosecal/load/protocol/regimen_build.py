"""What a draft says of a regimen, built into the type of the model; the draft has no problem by then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from dosecal.load.protocol.dose_grammar import NO_ROUNDING, Limits
from dosecal.load.protocol.dose_rule_texts import WrittenWeight
from dosecal.load.protocol.draft import aimed_at
from dosecal.load.protocol.grammar import Said
from dosecal.load.protocol.product_build import build_rate
from dosecal.model.messages import Msg
from dosecal.model.quantity import Rounding
from dosecal.model.regimen import (
    ACTUAL,
    OF_THE_HEIGHT,
    RECORDED,
    DoseLevel,
    DoseRange,
    EachDose,
    FiltrationRule,
    Part,
    Regimen,
    Threshold,
    WeightBand,
    WeightRule,
)

if TYPE_CHECKING:
    from dosecal.load.protocol.dose_rule_texts import WrittenLimit
    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.model.product import Product
    from dosecal.model.quantity import Amount


def build_regimen(entry: Entry, draft: Draft, products: dict[str, Product]) -> Regimen:
    """The regimen that an entry of a draft without problems says.

    Args:
        entry: The entry.
        draft: The draft, for the order of its visits and its arms.
        products: The products by id.
    """
    listed = {visit for visit, _ in entry.listed("visits")}
    visits = tuple(visit.id for visit in draft.entries["visits"] if visit.id in listed)
    dose = entry.value("dose")
    rounding = entry.value("rounding")
    return Regimen(
        id=entry.id,
        label=entry.value("label") or entry.id,
        arms=draft.arms_of(entry),
        visits=visits,
        product=entry.value("product"),
        route=entry.value("route") or "",
        dose=cast("Amount", entry.dose),
        dose_is_standard=entry.says("dose"),
        bands=tuple(_band(said) for said in entry.bands),
        maintenance=dose.values.get("then") if isinstance(dose, Said) else None,
        range=_dose_range(dose),
        levels=tuple(DoseLevel(name, amount) for name, amount, _ in entry.levels),
        split=_split(entry, visits),
        days=entry.value("for") or 1,
        body_surface=entry.value("body_surface") or (RECORDED if entry.says("body_surface") else ""),
        filtration=_filtration_rule(entry.value("gfr")),
        weight=_weight_rule(entry.value("weight")),
        at_most=_limit(entry, "at_most"),
        at_least=_limit(entry, "at_least"),
        rounding=_rounding(rounding, "dose"),
        volume_rounding=_rounding(rounding, "volume"),
        volume_rounding_is_stated=rounding == NO_ROUNDING or _says(rounding, "volume"),
        tolerance=entry.value("tolerance"),
        rate=build_rate(entry.value("rate")),
        unstated=_unstated(entry, products[entry.value("product")]),
        quote=entry.value("quote") or "",
        source=entry.source,
        condition=entry.value("if"),
        at_most_is_per_day=_is_per_day(entry, "at_most"),
        at_least_is_per_day=_is_per_day(entry, "at_least"),
    )


def _limit(entry: Entry, key: str) -> Amount | None:
    limit: WrittenLimit | None = entry.value(key)
    return None if limit is None else limit.amount


def _is_per_day(entry: Entry, key: str) -> bool:
    limit: WrittenLimit | None = entry.value(key)
    return limit is not None and limit.per == "day"


def _band(said: Said) -> WeightBand:
    limits: Limits = said.values["weight"]
    low, low_is_inside = limits.low or (None, False)
    high, high_is_inside = limits.high or (None, False)
    give = said.values["give"]
    dose = cast("Amount", aimed_at(give))
    return WeightBand(low, high, low_is_inside, high_is_inside, dose, limits.words, _dose_range(give))


def _dose_range(dose: Any) -> DoseRange | None:  # noqa: ANN401 - an amount, a record of amounts, or bands
    if not isinstance(dose, Said) or "aim" not in dose.values:
        return None
    return DoseRange(dose.values["from"], dose.values["to"], has_aim=dose.values["aim"] is not None)


def _split(entry: Entry, visits: tuple[str, ...]) -> tuple[Part, ...]:
    """The parts in the order of the visits."""
    percent = {visit: value for visit, value, _ in entry.value("split") or ()}
    return tuple(Part(visit, percent[visit]) for visit in visits if visit in percent)


def _filtration_rule(said: Said | None) -> FiltrationRule | None:
    if said is None:
        return None
    values = said.values
    weight: WrittenWeight = values.get("weight", WrittenWeight(ACTUAL))
    cap = values["cap"] if "cap" in values else values["at_most"]
    return FiltrationRule(values["from"], cap, weight.which, weight.percent, values.get("ideal") or "")


def _weight_rule(said: Said | None) -> WeightRule | None:
    if said is None:
        return None
    values = said.values
    weight: WrittenWeight = values["which"]
    return WeightRule(
        which=weight.which,
        measured_only=values.get("measured") == "required",
        not_older_than=values.get("not_older_than"),
        each_dose=EachDose(values["each_dose"] or EachDose.NOT_STATED.value),
        ask=_threshold(said, "ask"),
        recalculate=_threshold(said, "recalculate"),
        plausible=values.get("plausible"),
        percent=weight.percent,
        formula=values.get("ideal") or values.get("lean") or "",
    )


def _threshold(said: Said, key: str) -> Threshold | None:
    for ending, is_inside in (("from", True), ("over", False)):
        percent = said.values.get(f"{key}_{ending}")
        if percent is not None:
            return Threshold(percent, is_inside)
    return None


def _says(rounding: Any, key: str) -> bool:  # noqa: ANN401 - a word, a record or nothing, as the grammar gives it
    return isinstance(rounding, Said) and key in rounding.values


def _rounding(rounding: Any, key: str) -> Rounding | None:  # noqa: ANN401 - likewise
    said = rounding.values.get(key) if isinstance(rounding, Said) else None
    if not isinstance(said, Said):
        return None
    mode = said.values.get("mode", "nearest")
    return Rounding(said.values["to"], mode, said.values.get("ties", ""))


def _leaves_open(weight: Said | None) -> bool:
    """Whether a weight rule does not say which weight later doses take, and the weight on the scale matters."""
    if weight is None or weight.values["which"].which in OF_THE_HEIGHT:
        return False
    return weight.values["each_dose"] is None


def _unstated(entry: Entry, product: Product) -> tuple[Msg, ...]:
    """What a pharmacist would look for and the file leaves open, in the order of the worksheet."""
    said = entry.value("gfr")
    dose = cast("Amount", entry.dose)
    is_flat = not entry.bands and not any(amount.unit.per for amount, _, _ in entry.doses)
    is_recorded = entry.says("body_surface") and entry.value("body_surface") is None
    limits = [_limit(entry, key) for key in ("at_most", "at_least")]
    by_scale = not is_recorded or bool(entry.bands) or any(limit is not None and limit.unit.per for limit in limits)
    filtration = _filtration_rule(said)
    by_scale = by_scale and (filtration is None or filtration.weight not in OF_THE_HEIGHT)
    takes_weight = not is_flat and by_scale and (filtration is None or filtration.source == "estimated")
    counts_matter = dose.unit.substance == "cells"
    rounding = entry.value("rounding")
    ranges = (entry.value("dose"), *(band.values["give"] for band in entry.bands))
    questions = (
        (Msg("aim of the range"), any(one is not None and not one.has_aim for one in map(_dose_range, ranges))),
        (Msg("viable or total cells"), counts_matter and not product.counts),
        (Msg("weight rule"), takes_weight and entry.value("weight") is None),
        (Msg("whether to weigh again"), _leaves_open(entry.value("weight"))),
        (Msg("formula of the body surface"), is_recorded),
        (Msg("cap") if said is None else Msg("cap of the dose"), not is_flat and entry.value("at_most") is None),
        (Msg("rounding"), rounding != NO_ROUNDING and not _says(rounding, "dose")),
        (Msg("concentration"), not product.has_strength),
        (Msg("infusion rate"), entry.value("rate") is None),
    )
    return tuple(words for words, is_open in questions if is_open)
