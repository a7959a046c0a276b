"""The rules that tie the keys of a regimen together: one small function a rule, all in one tuple.

Conventions: as in ``checks``. What has two published readings is stated in the file or refused; the message holds the
line to write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.protocol.draft import aimed_at, of_each
from dosecal.load.protocol.grammar import UNREAD, Said
from dosecal.load.protocol.regimens import NO_ROUNDING
from dosecal.load.protocol.weights import ALL_PERCENT
from dosecal.model.dosing.per_weight import ACTUAL, Adjusted, Ideal, IdealWeight, Lean, LeanWeight
from dosecal.model.problems import Problem, quoted
from dosecal.model.quantity import Amount, plain_digits
from dosecal.model.regimen import EachDose
from dosecal.model.spoken import grouped_digits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.load.protocol.regimens import Limits, WrittenLimit
    from dosecal.load.protocol.weights import WrittenWeight

_OF_IDEAL = frozenset({Ideal.name, Adjusted.name})
"""The weights that take the ideal one."""
_LIMITS = ("at_most", "at_least")
_STEP = "rounding.dose.to"
_FEWEST_PARTS = 2


def _amounts(regimen: Entry) -> Iterator[tuple[str, Amount]]:
    """The cap, the floor and the step of the rounding that are stated, by their keys."""
    for key in _LIMITS:
        if regimen.value(key) is not None:
            yield key, regimen.value(key).amount
    if regimen.value(_STEP) is not None:
        yield _STEP, regimen.value(_STEP)


def limits_are_of_the_dose(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """Cap and floor are amounts of the same substance as the dose, flat or per kg; the rounding's step is flat."""
    dose = regimen.dose
    for key, amount in _amounts(regimen):
        unit = amount.unit.flat if key in _LIMITS and amount.unit.per == "kg" else amount.unit
        if dose is not None and unit != dose.unit.flat:
            message = f"expected an amount in {dose.unit.flat.spoken}, got {amount.unit.spoken}"
            yield regimen.problem("P212", key, message)


def whole_limit(regimen: Entry, key: str) -> Amount | None:
    """The cap (``at_most``) or the floor (``at_least``) of one whole infusion, flat or per kg; None for none."""
    limit: WrittenLimit | None = regimen.value(key)
    if limit is None:
        return None
    days = (regimen.value("for") or 1) if limit.per == "day" else 1
    return Amount(limit.amount.value * days, limit.amount.unit)


def floors_lie_below_caps(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """A floor does not lie above the cap; nobody picks one of the two."""
    cap, floor = (whole_limit(regimen, key) for key in _LIMITS)
    if cap is not None and floor is not None and cap.unit == floor.unit and floor.value > cap.value:
        yield regimen.problem("P214", "at_least", "expected a floor at or below the cap, got one above it")


def limits_are_multiples_of_the_increment(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """Cap and floor are whole multiples of the rounding increment, so that rounding never crosses them."""
    step: Amount | None = regimen.value(_STEP)
    for key, limit in ((key, whole_limit(regimen, key)) for key in _LIMITS):
        if step is None or limit is None:
            continue
        if limit.unit.per:
            message = "expected a flat limit beside a rounding of the dose, got one per kg"
            yield regimen.problem("P219", key, message, "rounding could cross it")
        elif step.value and (limit.value / step.value).denominator != 1:
            shown = f"{grouped_digits(step.value)} {step.unit.spoken}"
            message = f"expected a whole multiple of the rounding increment {shown}, got another amount"
            yield regimen.problem("P219", key, message)


def weight_rules_belong_to_doses_per_kg(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """A flat dose has no weight rule, since it takes no weight."""
    amounts = [amount for amount, _, _ in regimen.doses]
    amounts += [amount for key, amount in _amounts(regimen) if key in _LIMITS]
    takes_weight = bool(regimen.bands) or any(amount.unit.per for amount in amounts)
    if regimen.dose is not None and not takes_weight and regimen.value("weight") is not None:
        yield regimen.problem("P215", "weight", "expected no weight rule for a dose that takes no weight, got one")


def body_surfaces_belong_to_doses_per_area(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """A dose per m² names the formula of the body surface, and takes the actual weight; no other dose has a formula."""
    what = 'the formula of the body surface such as "body_surface: Mosteller"'
    yield from _key_of_one_kind(regimen, "body_surface", "m²", "P220", what)


def filtration_rates_belong_to_doses_by_auc(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """A dose by AUC says which filtration rate it takes, and takes the actual weight; no other dose says one."""
    what = 'a filtration rate such as "gfr: {from: measured, cap: 125 mL/min}"'
    yield from _key_of_one_kind(regimen, "gfr", "mL/min", "P221", what)


def _key_of_one_kind(regimen: Entry, key: str, per: str, code: str, what: str) -> Iterator[Problem]:
    """A key stands with the doses that are per something, whose weight is the actual one, and with no others."""
    if regimen.dose is None:
        return
    is_of_kind = regimen.dose.unit.per == per or any(
        amount.unit.per == per for amount, _, _ in regimen.doses if regimen.bands
    )
    if is_of_kind and not regimen.says(key):
        yield regimen.problem(code, key, f"expected {what}, got nothing", at="dose")
    if not is_of_kind and regimen.says(key):
        kind = "by AUC" if per == "mL/min" else f"per {per}"
        yield regimen.problem(code, key, f"expected it beside a dose {kind} alone, got it beside another")
    if is_of_kind:
        yield from _only_the_actual_weight(regimen, code, f"beside {key}")


def _only_the_actual_weight(regimen: Entry, code: str, where: str) -> Iterator[Problem]:
    written: WrittenWeight | None = regimen.value("weight.which")
    if written is not None and written.which != ACTUAL.name:
        message = f"expected the actual weight {where}, got {quoted(written.which)}"
        yield regimen.problem(code, "weight.which", message)


def weight_bands_tile(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """Weight bands leave no weight out and share none, and dose the same substance, flat, per kg or per m²."""
    bands = [said for said in regimen.bands if {"weight", "give"} <= said.values.keys()]
    if not regimen.bands or len(bands) < len(regimen.bands):
        return
    yield from _band_edges(regimen, bands)
    first = aimed_at(bands[0].value("give"))
    for said in bands:
        given = aimed_at(said.value("give"))
        if first is None or given is None:
            continue
        if given.unit.per not in {"", "kg", "m²"} or given.unit.substance != first.unit.substance:
            kinds = "a flat dose or one per kg or m²"
            message = f"expected {kinds}, of one substance in all bands, got {given.unit.spoken}"
            yield regimen.problem("P222", "dose", message, at=said.where("give"))
    yield from _only_the_actual_weight(regimen, "P222", "for weight bands")


def _band_edges(regimen: Entry, bands: list[Said]) -> Iterator[Problem]:
    """Each band begins where the one before ends, the first at nothing, and the last has no end."""
    below: tuple[Fraction, bool] | None = None
    for place, said in enumerate(bands):
        limits: Limits = said.value("weight")
        message = hint = ""
        if place == 0 and limits.low is not None:
            message, hint = "a first band without a lower limit", "it leaves the weights below undecided"
        elif place and (below is None or limits.low != (below[0], not below[1])):
            message = "a band that begins where the one before ends"
            hint = "a gap or an overlap leaves weights undecided"
        if message:
            got = f"expected {message}, got {quoted(limits.words)}"
            yield regimen.problem("P222", "dose", got, hint, said.where("weight"))
        below = limits.high
    if below is not None:
        message = f"expected a last band without an upper limit, got {quoted(bands[-1].value('weight').words)}"
        hint = "it leaves the weights above undecided"
        yield regimen.problem("P222", "dose", message, hint, bands[-1].where("weight"))


def formulas_of_weights_are_named(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """An ideal, an adjusted and a lean weight name their formula, an adjusted one its percent; no other weight does."""
    written: WrittenWeight | None = regimen.value("weight.which")
    if written is not None:
        yield from _percent_problems(regimen, "weight.which", "25 %")
        yield from _formula_problems(regimen, "weight.ideal", IdealWeight.name, is_needed=written.which in _OF_IDEAL)
        yield from _formula_problems(regimen, "weight.lean", LeanWeight.name, is_needed=written.which == Lean.name)


def _percent_problems(regimen: Entry, key: str, example: str) -> Iterator[Problem]:
    """An adjusted weight without its percent."""
    written: WrittenWeight | None = regimen.value(key)
    if written is not None and written.which == Adjusted.name and written.percent is None:
        line = f"{key.rpartition('.')[2]}: adjusted {example}"
        message = f'expected the percent of what is above the ideal weight, "{line}", got none'
        line = f'"ideal: {IdealWeight.name}"'
        hint = f"25 %, 30 % and 40 % are all in use; write the ideal weight's formula beside it: {line}"
        yield regimen.problem("P249", key, message, hint)


def _formula_problems(regimen: Entry, key: str, formula: str, *, is_needed: bool) -> Iterator[Problem]:
    """A formula that is missing, or that stands beside a weight which has none."""
    name = key.rpartition(".")[2]
    if is_needed and not regimen.says(key):
        message = f'expected the formula of the {name} weight, "{name}: {formula}", got nothing'
        yield regimen.problem("P249", key, message)
    elif not is_needed and regimen.says(key):
        yield regimen.problem("P249", key, f"expected no formula of the {name} weight beside another weight, got one")


def filtration_rates_name_their_weight(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """An estimated filtration rate names its weight and its greatest value; a measured one has neither formula."""
    if regimen.record("gfr") is None:
        return
    caps = [key for key in ("gfr.cap", "gfr.at_most") if regimen.says(key)]
    if not caps:
        message = "expected the greatest rate that counts, got nothing: the key is missing"
        yield regimen.problem("P102", "gfr.cap", message)
    elif len(caps) > 1:
        yield regimen.problem("P221", "gfr.at_most", "expected one of cap and at_most, got both")
    if regimen.value("gfr.from") == "estimated":
        yield from _estimate_problems(regimen)
    for key in ("formula", "weight", "ideal") if regimen.value("gfr.from") == "measured" else ():
        if regimen.says(f"gfr.{key}"):
            yield regimen.problem("P221", f"gfr.{key}", f"expected no {key} of a measured rate, got one")


def _estimate_problems(regimen: Entry) -> Iterator[Problem]:
    if not regimen.says("gfr.weight"):
        message = 'expected which weight the estimated rate takes, "weight: actual", got nothing'
        line = f'"weight: adjusted 40 %" with "ideal: {IdealWeight.name}"'
        hint = f"or {line}: for a woman of 90 kg and 160 cm they differ by a third"
        yield regimen.problem("P249", "gfr.weight", message, hint)
        return
    yield from _percent_problems(regimen, "gfr.weight", "40 %")
    written: WrittenWeight | None = regimen.value("gfr.weight")
    if written is not None:
        yield from _formula_problems(regimen, "gfr.ideal", IdealWeight.name, is_needed=written.which in _OF_IDEAL)


def limits_say_what_they_are_of(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """Beside a dose per day, a cap and a floor say whether they are of each day's dose or of the whole infusion."""
    is_per_day = regimen.value("dose_is") == "per day"
    for key in _LIMITS:
        limit: WrittenLimit | None = regimen.value(key)
        if limit is None:
            continue
        if is_per_day and not limit.per:
            day, dose = (f'"{key}: {limit.text} per {of}"' for of in ("day", "dose"))
            message = f"expected {day} (of each day's dose) or {dose} (of the whole infusion), got {quoted(limit.text)}"
            yield regimen.problem("P250", key, message)
        elif limit.per == "day" and not is_per_day and regimen.says("dose_is") == ("dose_is" in regimen.said.values):
            message = f'expected a limit per day beside "dose_is: per day" alone, got {quoted(limit.text)}'
            yield regimen.problem("P250", key, message)


def regimens_say_a_dose_and_its_visits(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """A regimen has a dose or levels, and visits or the parts of a split dose."""
    if not regimen.says("dose") and not regimen.says("levels"):
        message = 'expected a dose such as "dose: 1 million cells/kg", or levels, got neither'
        yield regimen.problem("P240", "", message)
    if not regimen.says("visits") and not regimen.says("split"):
        message = "expected the visits at which it is given, got nothing: the key is missing"
        yield regimen.problem("P102", "visits", message, at=regimen.source)


def levels_stand_by_themselves(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """Levels stand beside one plain dose or none; without one, each subject has a level, and the file says so."""
    if not regimen.says("levels"):
        if regimen.says("level"):
            message = 'expected levels such as "levels: {1: 1 million cells/kg}" beside it, got none'
            yield regimen.problem("P241", "level", message)
        return
    if regimen.says("dose") == regimen.says("level"):
        found = "both" if regimen.says("level") else "neither"
        message = f'expected either a dose, which holds without a level, or "level: each subject\'s", got {found}'
        yield regimen.problem("P241", "level", message, at="level" if regimen.says("level") else "levels")
    if isinstance(regimen.value("dose"), (Said, tuple)):
        message = "expected one plain dose beside levels, got bands, a range or a loading dose"
        yield regimen.problem("P241", "dose", message)


def doses_of_a_regimen_have_one_unit(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """All amounts of a regimen without weight bands are in one unit: none is per kg where another is flat."""
    doses = regimen.doses if not regimen.bands else ()
    for amount, source, path in doses[1:]:
        if amount.unit != doses[0][0].unit:
            message = f"expected a dose in {doses[0][0].unit.spoken}, got {amount.unit.spoken}"
            yield regimen.problem("P244", path, message, at=source)


def ranges_hold_their_target(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """The least dose of a range is at most its target, and the target at most the greatest, all in one unit."""
    for said in (regimen.value("dose"), *(said.value("give") for said in regimen.bands)):
        if not isinstance(said, Said) or not {"from", "to", "aim"} <= said.values.keys():
            continue
        low, aim, high = (said.value(key) for key in ("from", "aim", "to"))
        aim = low if aim is None else aim  # where no target is stated, the ends alone are compared
        if not low.unit == aim.unit == high.unit or not low.value <= aim.value <= high.value:
            message = "expected a range in one unit that holds its target, got one that does not"
            yield regimen.problem("P243", "dose.aim", message, at=said.where("aim"))


def parts_add_to_the_whole(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """The parts of a split dose are two or more, add to 100 %, and are given at the regimen's visits."""
    triples, dose_is = regimen.value("split"), regimen.value("dose_is")
    if triples:
        percents: list[Fraction] = [percent for _, percent, _ in triples if percent is not UNREAD]
        if len(percents) == len(triples):
            total = sum(percents)
            if total != ALL_PERCENT or len(percents) < _FEWEST_PARTS:
                shown = plain_digits(total + 0 * percents[0])
                message = f"expected two parts or more that add to 100 %, got {len(percents)} that add to {shown} %"
                yield regimen.problem("P242", "split", message)
        if regimen.value("visits") is not None:
            listed = {visit for visit, _ in regimen.listed("visits")}
            if listed != {visit for visit, _, _ in triples}:
                message = "expected a part for each of the regimen's visits, got others"
                yield regimen.problem("P242", "split", message)
        if regimen.value("weight.each_dose") is EachDose.WEIGH_AGAIN:
            message = f"expected {quoted(EachDose.FIRST_WEIGHT.value)} for the parts of one dose, got another rule"
            yield regimen.problem("P242", "weight.each_dose", message)
        if dose_is in {"per day", "per infusion"}:
            yield regimen.problem("P242", "dose_is", f"expected a total dose to be split, got one {dose_is}")
    if dose_is == "total" and not regimen.says("split"):
        message = 'expected the parts of a total dose such as "split: {D0: 50 %, D1: 50 %}", got none'
        yield regimen.problem("P242", "dose_is", message)


def days_belong_to_doses_per_day(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """A dose per day says for how many days one infusion lasts, and no other dose does."""
    is_per_day = regimen.value("dose_is") == "per day"
    if is_per_day and not regimen.says("for"):
        message = 'expected the days of an infusion such as "for: 4 days", got nothing'
        yield regimen.problem("P247", "for", message, at="dose_is")
    if regimen.says("for") and not is_per_day:
        message = 'expected it beside "dose_is: per day" alone, got it beside another dose'
        yield regimen.problem("P247", "for", message)


def thresholds_of_weight_fit(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """Each threshold is said once, and a change asks for review before it recalculates."""
    weight = regimen.record("weight")
    if weight is None:
        return
    found: dict[str, Fraction] = {}
    for what in ("ask", "recalculate"):
        keys = [key for key in (f"{what}_from", f"{what}_over") if weight.says(key)]
        if len(keys) > 1:
            yield regimen.problem("P245", f"weight.{keys[1]}", f"expected one of {keys[0]} and {keys[1]}, got both")
        found.update((what, weight.values[key]) for key in keys if key in weight.values)
    if len(found) > 1 and found["recalculate"] < found["ask"]:
        message = "expected a change that asks for review at or below the one that recalculates, got one above it"
        yield regimen.problem("P245", "weight", message)
    if regimen.says("split") and found:
        message = "expected no change of weight between the parts of one dose, got a rule for it"
        yield regimen.problem("P245", "weight", message)


def tolerances_are_of_the_dose(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """A tolerance that is an amount is flat and of what is dosed."""
    tolerance, dose = regimen.value("tolerance"), regimen.dose
    amount: Amount | None = None if tolerance is None else tolerance.amount
    if amount is not None and dose is not None and amount.unit != dose.unit.flat:
        message = f"expected an amount in {dose.unit.flat.spoken}, got {amount.unit.spoken}"
        yield regimen.problem("P246", "tolerance", message)


def roundings_say_where_ties_go(regimen: Entry, _: Draft) -> Iterator[Problem]:
    """A rounding to the nearest step says where a tie goes, and no other does; the step of a volume is in mL."""
    rounding = regimen.record("rounding")
    if rounding is not None and not rounding.sources:
        message = 'expected "none", or a rounding of the dose or the volume, got an empty one'
        yield regimen.problem("P248", "rounding", message)
    for key in ("rounding.dose", "rounding.volume"):
        said = regimen.value(key)
        if said is None or said == NO_ROUNDING:
            continue
        is_nearest, step = said.values.get("mode", "nearest") == "nearest", said.value("to")
        if is_nearest and not said.says("ties"):
            yield regimen.problem("P248", f"{key}.ties", 'expected where a tie goes, such as "ties: up", got nothing')
        if not is_nearest and said.says("ties"):
            message = "expected no ties where it always goes one way, got some"
            yield regimen.problem("P248", f"{key}.ties", message)
        if key == "rounding.volume" and step is not None and step.unit.symbol != "mL":
            message = f'expected a volume such as "0.1 mL", got one in {step.unit.spoken}'
            yield regimen.problem("P248", f"{key}.to", message)


REGIMEN_CHECKS = of_each(
    "regimens",
    limits_are_of_the_dose,
    floors_lie_below_caps,
    limits_are_multiples_of_the_increment,
    weight_rules_belong_to_doses_per_kg,
    body_surfaces_belong_to_doses_per_area,
    filtration_rates_belong_to_doses_by_auc,
    weight_bands_tile,
    formulas_of_weights_are_named,
    filtration_rates_name_their_weight,
    limits_say_what_they_are_of,
    regimens_say_a_dose_and_its_visits,
    levels_stand_by_themselves,
    doses_of_a_regimen_have_one_unit,
    ranges_hold_their_target,
    parts_add_to_the_whole,
    days_belong_to_doses_per_day,
    thresholds_of_weight_fit,
    tolerances_are_of_the_dose,
    roundings_say_where_ties_go,
)
"""Every rule of dosing, in the order in which problems at the same place are told."""
