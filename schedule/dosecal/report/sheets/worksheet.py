"""One dose worked step by step, as people check it.

Conventions: each step has the rule, the numbers with their units put in, and the result; the exact value stands in the
working and the ordered dose once. What the protocol does not state is said, never filled in.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model import formulas
from dosecal.model.conditions import Truth
from dosecal.model.formulas import CALVERT_ML_MIN
from dosecal.model.quantity import has_fraction, round_by
from dosecal.model.regimen import RECORDED
from dosecal.model.spoken import digits_of, grouped_digits, number_words, shown_value, to_figures
from dosecal.model.struct import Struct, replace
from dosecal.model.visible import one_line
from dosecal.model.worked_dose import Limit, OpenOrder
from dosecal.report.messages import words
from dosecal.report.messages.doubt_words import marked_doubt
from dosecal.report.messages.product_words import (
    exact_json,
    exact_words,
    exactly_words,
    factor_words,
    off_words,
    preparation_json,
    preparation_steps,
)
from dosecal.report.messages.source_quotes import marked_quote
from dosecal.report.messages.weight_words import signed_percent
from dosecal.report.sheets.range_words import range_steps

if TYPE_CHECKING:
    from dosecal.model.preparation import Preparation
    from dosecal.model.protocol import Protocol
    from dosecal.model.quantity import Amount, Rounding
    from dosecal.model.regimen import Regimen
    from dosecal.model.worked_dose import Body, BodyDoubt, GivenDose, Measure, WorkedDose


class Step(Struct, frozen=True):
    """One step of a working.

    Attributes:
        name: What is found.
        working: The rule with the numbers put in; empty where there is nothing to compute.
        result: What comes out, in words.
    """

    name: str
    working: str
    result: str

    @property
    def line(self) -> str:
        """The rule and the result, joined by "=", or by "≈" where the result has no last digit."""
        if not self.working:
            return self.result
        return f"{self.working} {self.result if self.result.startswith('≈') else f'= {self.result}'}"


class Working(Struct, frozen=True):
    """A dose with all that is needed to check it by hand.

    Attributes:
        arm: The id of the arm.
        regimen: The rule.
        visits: Ids of the visits that the dose is for.
        worked: The calculation; None where the protocol aims at no dose of its range.
        steps: The steps in order.
        notes: What is to be said beside it.
        given: What was given, held against the order; None where that is not known.
        preparation: The dose made up from its product; None where the protocol says nothing of it.
        order: What is allowed where the protocol aims at no dose; None elsewhere.
    """

    arm: str
    regimen: Regimen
    visits: tuple[str, ...]
    worked: WorkedDose | None
    steps: tuple[Step, ...]
    notes: tuple[str, ...]
    given: GivenDose | None = None
    preparation: Preparation | None = None
    order: OpenOrder | None = None

    @property
    def range(self) -> tuple[Amount, Amount] | None:
        """The least and the greatest dose allowed at the visit, flat; None where none are stated."""
        if self.order is not None:
            return self.order.range
        return None if self.worked is None else self.worked.own_range

    @property
    def doubts(self) -> tuple[BodyDoubt, ...]:
        """What is to be said of the numbers of the body."""
        found = self.order or self.worked
        return () if found is None else found.doubts


def with_notes(working: Working, notes: tuple[str, ...]) -> Working:
    """The working with further notes before its own."""
    return replace(working, notes=(*notes, *working.notes)) if notes else working


def with_preparation(working: Working, preparation: Preparation, further: tuple[Step, ...] = ()) -> Working:
    """The working with the steps from the ordered dose to what is drawn, and further ones after them."""
    steps = tuple(Step(*step) for step in preparation_steps(preparation))
    working = replace(working, steps=(*working.steps, *steps, *further), preparation=preparation)
    off = off_words(preparation)
    return with_notes(working, (f"WARNING: {off}",)) if off else working


def with_given(working: Working, given: GivenDose) -> Working:
    """The working with what was given held against the order."""
    worked, tolerance = working.worked, working.regimen.tolerance
    said = words.plain_amount_words(given.given)
    steps = [Step("given dose", "", said)]
    if worked is not None and given.of_ordered is not None and given.of_given is not None:
        ordered = words.plain_amount_words(worked.ordered)
        of_ordered, of_given = (signed_percent(value, 2) for value in (given.of_ordered, given.of_given))
        result = f"{of_ordered} of the ordered dose, {of_given} of the given"
        steps.append(Step("deviation", f"({said} − {ordered}) ÷ ordered dose", result))
    if tolerance is not None and given.is_tolerated is not None:
        limit = "the limit inside" if tolerance.limit_is_inside else "the limit outside"
        steps.append(Step("tolerance", "", f"{tolerance.words}, {limit}: {_inside(given.is_tolerated)}"))
    if working.range is not None:
        low, high = (words.plain_amount_words(end) for end in working.range)
        steps.append(Step("range", "", f"{low} to {high}: {_inside(given.is_in_range)}"))
    return replace(working, steps=(*working.steps, *steps), given=given)


def _inside(is_inside: bool | None) -> str:  # noqa: FBT001 - the answer itself
    return "inside" if is_inside else "OUTSIDE"


def dose_working(
    worked: WorkedDose, arm: str, visits: tuple[str, ...], conditions: tuple[str, ...] | None = None
) -> Working:
    """The working of a dose, for some of its regimen's visits.

    Args:
        worked: The calculation.
        arm: The id of the arm.
        visits: Ids of the visits.
        conditions: What is to be said of conditions; None where nothing is known of the subject.
    """
    regimen = worked.regimen
    steps = (
        Step("dose rule", "", words.dose_in_words(regimen)),
        *_level_steps(worked),
        _weight_step(worked),
        *_band_steps(worked),
        *_measure_steps(worked),
        _calculation_step(worked),
        *_limit_steps(worked),
        _rounding_step(worked),
        *_part_steps(worked),
        *_range_steps(worked),
        Step("ordered dose", "", words.order_words(worked)),
    )
    notes = _notes(regimen, conditions, worked.doubts)
    return Working(arm, regimen, visits, worked, steps, notes)


def open_working(
    order: OpenOrder, arm: str, visits: tuple[str, ...], conditions: tuple[str, ...] | None = None
) -> Working:
    """The working of a range of doses none of which is aimed at: both its ends, and no dose.

    Args:
        order: What is allowed.
        arm: The id of the arm.
        visits: Ids of the visits.
        conditions: As in ``dose_working``.
    """
    low, high = (words.amount_in_words(end) for end in order.range)
    steps = (
        Step("dose rule", "", words.dose_in_words(order.regimen)),
        _weight_step(order),
        *_measure_steps(order),
        *(Step(*step) for step in range_steps(order)),
        Step("ordered dose", "", f"to be ordered: any dose from {low} to {high} is allowed, none is aimed at"),
    )
    notes = _notes(order.regimen, conditions, order.doubts)
    return Working(arm, order.regimen, visits, None, steps, notes, order=order)


def _notes(regimen: Regimen, conditions: tuple[str, ...] | None, doubts: tuple[BodyDoubt, ...]) -> tuple[str, ...]:
    """What is to be said beside a dose: first of its body, marked where somebody has to look at it."""
    if conditions is None and regimen.condition is not None:
        conditions = (words.condition_words("", regimen.condition, Truth.NOT_KNOWN),)
    said = (*map(marked_doubt, doubts), *(conditions or ()), words.unstated_words(regimen))
    return tuple(note for note in said if note)


def _weight_step(worked: WorkedDose | OpenOrder) -> Step:
    if worked.weight_kg is None:
        return Step("weight", "", words.weight_words(worked.regimen))
    return Step("weight", "", f"{grouped_digits(worked.weight_kg)} kg, as given")


def _level_steps(worked: WorkedDose) -> tuple[Step, ...]:
    """The level, and the loading or the later dose, where a regimen has several."""
    if worked.level is not None:
        return (Step("dose level", "", f"{worked.level.id}: {words.stated_words(worked)}"),)
    if worked.regimen.levels:
        return (Step("dose level", "", f"none: {words.stated_words(worked)}"),)
    if worked.regimen.maintenance is not None:
        which = "later" if worked.stated == worked.regimen.maintenance else "first"
        return (Step(f"{which} dose", "", words.stated_words(worked)),)
    return ()


def _part_steps(worked: WorkedDose) -> tuple[Step, ...]:
    """The part of a split dose."""
    if worked.part is None:
        return ()
    share = f"{grouped_digits(worked.part.percent)} %"
    working = f"{share} of {words.plain_amount_words(worked.whole)}"
    return (Step(f"part at {worked.part.visit}", working, words.plain_amount_words(worked.ordered)),)


def _range_steps(worked: WorkedDose) -> tuple[Step, ...]:
    """The range of a body's dose, and that rounding left it where it did."""
    if worked.own_range is None:
        return ()
    low, high = worked.own_range
    said = f"{words.plain_amount_words(low)} to {words.plain_amount_words(high)}"
    is_inside = low.value <= worked.ordered.value <= high.value
    return (Step("allowed range", "", f"{said}: {'inside' if is_inside else 'the dose is OUTSIDE after rounding'}"),)


def _band_steps(worked: WorkedDose) -> tuple[Step, ...]:
    if worked.band is None:
        return ()
    return (Step("weight band", "", f"{worked.band.words}: {words.plain_amount_words(worked.band.dose)}"),)


def _measure_steps(worked: WorkedDose | OpenOrder) -> tuple[Step, ...]:
    """The body surface, or the weight that is not the one on the scale, with the numbers put in."""
    measure, body = worked.measure, worked.body
    if worked.regimen.filtration is not None and not isinstance(worked, OpenOrder):
        return _clearance_steps(worked)
    if measure is None:
        return ()
    if not worked.regimen.body_surface:
        percent = None if worked.regimen.weight is None else worked.regimen.weight.percent
        return _weight_measure_steps(worked.weight_kg, body, measure, percent)
    result = exact_words(measure.value, "m²")
    is_recorded = worked.regimen.body_surface == RECORDED
    if is_recorded or worked.weight_kg is None or body.height_cm is None:
        return (Step("body surface", "", f"{result}, as recorded: the formula is none stated"),)
    weight, height = f"{grouped_digits(worked.weight_kg)} kg", f"{grouped_digits(body.height_cm)} cm"
    return (Step("body surface", formulas.surface_working(worked.regimen.body_surface, height, weight), result),)


def _weight_measure_steps(
    weight_kg: Fraction | None, body: Body, measure: Measure, percent: Fraction | None
) -> tuple[Step, ...]:
    """The weight that a dose takes in place of the one on the scale."""
    height = f"{grouped_digits(body.height_cm or Fraction(0))} cm"
    result = exact_words(measure.value, "kg")
    if measure.name == "predicted":
        return (Step("predicted weight", formulas.predicted_working(body.sex, height), result),)
    ideal = formulas.ideal_working(body.sex, height)
    if weight_kg is None:
        return (Step("ideal weight", ideal, result),)
    weight = f"{grouped_digits(weight_kg)} kg"
    if measure.before is not None and percent is not None:
        said = f"{factor_words(measure.before)} kg"
        adjusted = Step("adjusted weight", formulas.adjusted_working(percent, said, weight), result)
        if measure.is_actual:
            above = f"{number_words(measure.before)} kg"
            adjusted = Step("adjusted weight", "", f"{result}, the actual one: it is not above the ideal {above}")
        return (
            Step("ideal weight", ideal, exact_words(measure.before, "kg")),
            _over_ideal_step(weight_kg, measure.before),
            adjusted,
        )
    if measure.name == "ideal":
        return Step("ideal weight", ideal, result), _over_ideal_step(weight_kg, measure.value)
    lean = Step("lean weight", formulas.lean_working(body.sex, height, weight), result)
    return Step("body mass index", formulas.mass_index_working(height, weight), _mass_index(weight_kg, body)), lean


def _mass_index(weight_kg: Fraction, body: Body) -> str:
    """The body mass index for reading."""
    mass_index = weight_kg / ((body.height_cm or Fraction(1)) / 100) ** 2
    return exact_words(mass_index, "kg per m²")


def _over_ideal_step(weight_kg: Fraction, ideal_kg: Fraction) -> Step:
    """How far the weight on the scale is from the ideal one."""
    over = signed_percent(100 * (weight_kg - ideal_kg) / ideal_kg)
    working = f"({grouped_digits(weight_kg)} kg ÷ {factor_words(ideal_kg)} kg − 1) × 100"
    return Step("weight over ideal", working, over)


def _clearance_steps(worked: WorkedDose) -> tuple[Step, ...]:
    """The filtration rate, the cap where it is reached, and the sum that Calvert's formula multiplies."""
    measure, body, rule = worked.measure, worked.body, worked.regimen.filtration
    if measure is None or measure.before is None or rule is None:
        return ()
    rate, kilograms = exact_words(measure.before, "mL per min"), worked.weight_kg
    steps: list[Step] = []
    if measure.weight is not None:
        kilograms = measure.weight.value
        steps += _weight_measure_steps(worked.weight_kg, body, measure.weight, rule.percent)
    if rule.source == "measured" or kilograms is None or body.creatinine is None:
        steps.append(Step("filtration rate", "", f"{rate}, measured"))
    else:
        weight, creatinine = f"{factor_words(kilograms)} kg", f"{grouped_digits(body.creatinine)} mg per dL"
        working = formulas.clearance_working(body.sex, body.age_years or 0, weight, creatinine)
        steps.append(Step("filtration rate", working, rate))
    counted = measure.before
    if rule.cap is not None:
        is_capped = measure.before > rule.cap
        counted = min(measure.before, rule.cap)
        said = f"applied; {words.uncapped_words(worked)}" if is_capped else "not reached"
        steps.append(Step("rate cap", "", f"{grouped_digits(rule.cap)} mL per min: {said}"))
    total = exact_words(measure.value, "mL per min")
    steps.append(Step(f"rate + {CALVERT_ML_MIN}", f"{factor_words(counted)} + {CALVERT_ML_MIN}", total))
    return tuple(steps)


def _calculation_step(worked: WorkedDose) -> Step:
    result = _exact_amount(worked.calculated)
    days = f" × {worked.regimen.days} days" if worked.regimen.days > 1 else ""
    stated = words.plain_amount_words(worked.stated)
    if worked.regimen.filtration is not None and worked.measure is not None:
        target, rate = grouped_digits(worked.stated.value), factor_words(worked.measure.value)
        return Step("calculated dose", f"AUC {target} × {rate} mL per min{days}", result)
    if not worked.stated.unit.per:
        return Step("calculated dose", f"{stated}{days}" if days else "", result)
    factor = "" if worked.weight_kg is None else f"{grouped_digits(worked.weight_kg)} kg"
    if worked.measure is not None:
        factor = f"{factor_words(worked.measure.value)} {'m²' if worked.regimen.body_surface else 'kg'}"
    return Step("calculated dose", f"{stated} × {factor}{days}", result)


def _limit_steps(worked: WorkedDose) -> tuple[Step, ...]:
    (cap, floor), regimen = worked.limits, worked.regimen
    limits = (
        ("cap", regimen.at_most, cap, Limit.CAP, words.cap_words(regimen)),
        ("floor", regimen.at_least, floor, Limit.FLOOR, words.floor_words(regimen)),
    )
    steps = []
    for name, stated, limit, reached, rule in limits:
        if stated is None or limit is None:
            continue
        said = words.plain_amount_words(limit)
        is_worked = stated.unit.per or limit.value != stated.value
        working = rule if is_worked else ""
        if worked.limited_by is reached:
            result = f"{said}: applied, in place of {words.plain_amount_words(worked.calculated)}"
        else:
            result = f"{said}: not reached"
        steps.append(Step(name, working, result))
    return tuple(steps)


def _rounding_step(worked: WorkedDose) -> Step:
    rounding = worked.regimen.rounding
    if rounding is None:
        is_open = "rounding" in worked.regimen.unstated
        return Step("rounding", "", "none stated: not rounded" if is_open else "none, by the protocol")
    step = words.plain_amount_words(rounding.increment)
    working = f"{_before_rounding(worked, rounding)} to {step}, {rounding.words}"
    return Step("rounding", working, words.plain_amount_words(worked.whole))


def _before_rounding(worked: WorkedDose, rounding: Rounding) -> str:
    """What is rounded, with as many digits as it takes to round to the same."""
    value, unit, places = worked.limited.value, worked.limited.unit, 0
    shown = shown_value(value, unit)
    while round_by(rounding, shown) != worked.whole.value:
        shown, places = to_figures(value, places), places + 1
    return f"{digits_of(shown, value)} {unit.spoken}"


def _exact_amount(amount: Amount) -> str:
    """An amount with, where its digits have no end, the fraction that it is."""
    said = words.plain_amount_words(amount)
    return f"{said} {exactly_words(amount.value, amount.unit.spoken)}" if has_fraction(amount.value) else said


def working_text(workings: tuple[Working, ...], protocol: Protocol, made_by: str) -> str:
    """The workings as plain text, a block a dose.

    Args:
        workings: The doses.
        protocol: Their protocol.
        made_by: The program's version and the date, for the head.
    """
    lines = [
        protocol.marks,
        protocol.title,
        made_by,
    ]
    for working in workings:
        lines += ["", *_block(working, protocol)]
    lines += ["", "A calculation to be checked against the protocol; it does not replace the pharmacist's judgement."]
    return "\n".join(map(one_line, lines)) + "\n"


def _block(working: Working, protocol: Protocol) -> list[str]:
    regimen = working.regimen
    visits = f"{'each of ' if len(working.visits) > 1 else ''}{', '.join(working.visits)}"
    lines = [f"{regimen.label}, arm {working.arm}, {visits}"]
    width = max(len(step.name) for step in working.steps)
    lines += [f"  {step.name:<{width}}  {step.line}" for step in working.steps]
    if regimen.quote:
        lines.append(f'  {"source":<{width}}  "{marked_quote(regimen.quote, protocol)}"')
    lines += [f"  {'note':<{width}}  {note}" for note in working.notes]
    return lines


def working_json(working: Working, protocol: Protocol) -> dict[str, object]:
    """A working as JSON: numbers as ``exact_json`` says them, with the words and the steps."""
    regimen, found = working.regimen, working.order or working.worked
    if found is None:
        message = "a working is of a dose, or of a range of doses"
        raise ValueError(message)
    amounts, further = _open_json(found) if isinstance(found, OpenOrder) else _worked_json(found)
    return {
        "arm": working.arm,
        "regimen": regimen.id,
        "visits": list(working.visits),
        "dose_rule": words.dose_rule_words(regimen),
        "quote": marked_quote(regimen.quote, protocol),
        **exact_json(
            height_cm=found.body.height_cm,
            measure=None if found.measure is None else found.measure.value,
            weight_kg=found.weight_kg,
        ),
        **amounts,
        "steps": [{"name": s.name, "working": s.working, "result": s.result} for s in working.steps],
        "notes": list(working.notes),
        **further,
        **_range_json(working.range),
        "given": None if working.given is None else _given_json(working.given),
        "preparation": None if working.preparation is None else preparation_json(working.preparation),
    }


def _worked_json(worked: WorkedDose) -> tuple[dict[str, object], dict[str, object]]:
    """The amounts of a calculation, and what else is to be said of it."""
    amounts: dict[str, object] = {
        **exact_json(calculated_dose=worked.calculated.value, ordered_dose=worked.ordered.value),
        "unit": worked.ordered.unit.symbol,
        "limited_by": worked.limited_by.value,
        "words": words.amount_in_words(worked.ordered),
    }
    return amounts, {
        **exact_json(deviation_percent=worked.deviation_percent if worked.limited.value else None),
        "dose_level": "" if worked.level is None else worked.level.id,
    }


def _open_json(order: OpenOrder) -> tuple[dict[str, object], dict[str, object]]:
    """What stands in place of a calculation: no dose, and which are allowed."""
    amounts: dict[str, object] = {
        "calculated_dose": None,
        "ordered_dose": None,
        "unit": order.range[0].unit.symbol,
        "limited_by": "",
        "words": words.open_range_words(order.range),
    }
    return amounts, {"deviation_percent": None, "dose_level": ""}


def _range_json(ends: tuple[Amount, Amount] | None) -> dict[str, object]:
    """The range's two ends, and their fractions where the digits of either have no end."""
    if ends is None:
        return {"range": None}
    both = [exact_json(end=end.value) for end in ends]
    said: dict[str, object] = {"range": [one["end"] for one in both]}
    if any(len(one) > 1 for one in both):
        said["range_fraction"] = [one.get("end_fraction", one["end"]) for one in both]
    return said


def _given_json(given: GivenDose) -> dict[str, object]:
    return {
        **exact_json(dose=given.given.value),
        "unit": given.given.unit.symbol,
        **exact_json(percent_of_ordered=given.of_ordered, percent_of_given=given.of_given),
        "is_tolerated": given.is_tolerated,
        "is_in_range": given.is_in_range,
    }
