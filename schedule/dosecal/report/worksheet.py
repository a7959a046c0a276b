"""One dose worked step by step, as people check it.

Conventions: each step has the rule, the numbers with their units put in, and the result; the exact value stands in the
working and the ordered dose once. What the protocol does not state is said, never filled in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.conditions import Truth
from dosecal.model.quantity import plain_digits, round_half_up
from dosecal.model.regimen import RECORDED
from dosecal.model.spoken import grouped_digits
from dosecal.model.visible import one_line
from dosecal.model.worked_dose import Limit
from dosecal.report import words
from dosecal.report.product_words import preparation_json, preparation_steps
from dosecal.report.weight_words import signed_percent

if TYPE_CHECKING:
    from dosecal.model.preparation import Preparation
    from dosecal.model.protocol import Protocol
    from dosecal.model.regimen import Regimen
    from dosecal.model.worked_dose import Body, GivenDose, Measure, WorkedDose


_SURFACES = {
    "Mosteller": "√({height} × {weight} ÷ 3,600)",
    "Du Bois": "0.007184 × ({height})^0.725 × ({weight})^0.425",
    "Haycock": "0.024265 × ({height})^0.3964 × ({weight})^0.5378",
    "Gehan-George": "0.0235 × ({height})^0.42246 × ({weight})^0.51456",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a working.

    Attributes:
        name: What is found.
        working: The rule with the numbers put in; empty where there is nothing to compute.
        result: What comes out, in words.
    """

    name: str
    working: str
    result: str


@dataclass(frozen=True, slots=True)
class Working:
    """A dose with all that is needed to check it by hand.

    Attributes:
        arm: The id of the arm.
        regimen: The rule.
        visits: Ids of the visits that the dose is for.
        worked: The calculation.
        steps: The steps in order.
        notes: What is to be said beside it.
        given: What was given, held against the order; None where that is not known.
        preparation: The dose made up from its product; None where the protocol says nothing of it.
    """

    arm: str
    regimen: Regimen
    visits: tuple[str, ...]
    worked: WorkedDose
    steps: tuple[Step, ...]
    notes: tuple[str, ...]
    given: GivenDose | None = None
    preparation: Preparation | None = None


def with_preparation(working: Working, preparation: Preparation, further: tuple[Step, ...] = ()) -> Working:
    """The working with the steps from the ordered dose to what is drawn, and further ones after them."""
    steps = tuple(Step(*step) for step in preparation_steps(preparation))
    return replace(working, steps=(*working.steps, *steps, *further), preparation=preparation)


def with_given(working: Working, given: GivenDose) -> Working:
    """The working with what was given held against the order."""
    worked, tolerance = working.worked, working.regimen.tolerance
    ordered, said = (words.plain_amount_words(amount) for amount in (worked.ordered, given.given))
    of_ordered, of_given = (signed_percent(value, 2) for value in (given.of_ordered, given.of_given))
    steps = [
        Step("given dose", "", said),
        Step(
            "deviation",
            f"({said} − {ordered}) ÷ ordered dose",
            f"{of_ordered} of the ordered dose, {of_given} of the given",
        ),
    ]
    if tolerance is not None:
        limit = "the limit inside" if tolerance.limit_is_inside else "the limit outside"
        steps.append(Step("tolerance", "", f"{tolerance.words}, {limit}: {_inside(given.is_tolerated)}"))
    if worked.range is not None:
        low, high = (words.plain_amount_words(end) for end in worked.range)
        steps.append(Step("range", "", f"{low} to {high}: {_inside(given.is_in_range)}"))
    return replace(working, steps=(*working.steps, *steps), given=given)


def _inside(is_inside: bool | None) -> str:  # noqa: FBT001 - the answer itself
    return "inside" if is_inside else "OUTSIDE"


def dose_working(worked: WorkedDose, arm: str, visits: tuple[str, ...]) -> Working:
    """The working of a dose, for some of its regimen's visits."""
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
        Step("ordered dose", "", words.amount_in_words(worked.ordered)),
    )
    condition = "" if regimen.condition is None else words.condition_words("", regimen.condition, Truth.NOT_KNOWN)
    notes = tuple(note for note in (condition, words.unstated_words(regimen)) if note)
    return Working(arm, regimen, visits, worked, steps, notes)


def _weight_step(worked: WorkedDose) -> Step:
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
    if worked.range is None:
        return ()
    low, high = worked.range
    said = f"{words.plain_amount_words(low)} to {words.plain_amount_words(high)}"
    is_inside = low.value <= worked.whole.value <= high.value
    return (Step("allowed range", "", f"{said}: {'inside' if is_inside else 'the dose is OUTSIDE after rounding'}"),)


def _band_steps(worked: WorkedDose) -> tuple[Step, ...]:
    if worked.band is None:
        return ()
    return (Step("weight band", "", f"{worked.band.words}: {words.plain_amount_words(worked.band.dose)}"),)


def _measure_steps(worked: WorkedDose) -> tuple[Step, ...]:
    """The body surface, or the weight that is not the one on the scale, with the numbers put in."""
    measure, body = worked.measure, worked.body
    if worked.regimen.filtration is not None:
        return _clearance_steps(worked)
    if measure is None:
        return ()
    if not worked.regimen.body_surface:
        return _weight_measure_steps(worked.weight_kg, body, measure)
    result = f"{grouped_digits(measure.value)} m²"
    is_recorded = worked.regimen.body_surface == RECORDED
    if is_recorded or worked.weight_kg is None or body.height_cm is None:
        return (Step("body surface", "", f"{result}, as recorded: the formula is none stated"),)
    weight, height = f"{grouped_digits(worked.weight_kg)} kg", f"{grouped_digits(body.height_cm)} cm"
    working = _SURFACES[worked.regimen.body_surface].format(height=height, weight=weight)
    return (Step("body surface", working, result),)


def _weight_measure_steps(weight_kg: Fraction | None, body: Body, measure: Measure) -> tuple[Step, ...]:
    """The weight that a dose takes in place of the one on the scale."""
    height = f"{grouped_digits(body.height_cm or Fraction(0))} cm"
    result = f"{grouped_digits(measure.value)} kg"
    base = "50 kg" if body.sex == "M" else "45.5 kg"
    ideal = f"{base} + 2.3 kg × ({height} ÷ 2.54 cm − 60)"
    if measure.name == "predicted":
        return (Step("predicted weight", f"{base} + 0.91 kg × ({height} − 152.4 cm)", result),)
    if weight_kg is None:
        return (Step("ideal weight", ideal, result),)
    weight = f"{grouped_digits(weight_kg)} kg"
    if measure.before is not None:
        said = f"{grouped_digits(measure.before)} kg"
        adjusted = f"{said} + 0.4 × ({weight} − {said})"
        over = _over_ideal_step(weight_kg, measure.before)
        return Step("ideal weight", ideal, said), over, Step("adjusted weight", adjusted, result)
    if measure.name == "ideal":
        return Step("ideal weight", ideal, result), _over_ideal_step(weight_kg, measure.value)
    index = f"{weight} ÷ ({height} ÷ 100)²"
    lean = f"9,270 × {weight} ÷ ({'6,680 + 216' if body.sex == 'M' else '8,780 + 244'} × {index})"
    mass_index = weight_kg / ((body.height_cm or Fraction(1)) / 100) ** 2
    shown = grouped_digits(round_half_up(mass_index, Fraction(1, 100)))
    return Step("body mass index", index, f"{shown} kg per m², rounded for reading"), Step("lean weight", lean, result)


def _over_ideal_step(weight_kg: Fraction, ideal_kg: Fraction) -> Step:
    """How far the weight on the scale is from the ideal one."""
    over = signed_percent(100 * (weight_kg - ideal_kg) / ideal_kg)
    working = f"({grouped_digits(weight_kg)} kg ÷ {grouped_digits(ideal_kg)} kg − 1) × 100"
    return Step("weight over ideal", working, f"{over}, rounded for reading")


def _clearance_steps(worked: WorkedDose) -> tuple[Step, ...]:
    """The filtration rate, the cap where it is reached, and the sum that Calvert's formula multiplies."""
    measure, body, rule = worked.measure, worked.body, worked.regimen.filtration
    if measure is None or measure.before is None or rule is None:
        return ()
    rate, working = f"{grouped_digits(measure.before)} mL per min", ""
    if rule.source == "estimated" and worked.weight_kg is not None and body.creatinine is not None:
        factor = "0.85 × " if body.sex == "F" else ""
        weight, creatinine = f"{grouped_digits(worked.weight_kg)} kg", f"{grouped_digits(body.creatinine)} mg per dL"
        working = f"{factor}(140 − {body.age_years}) × {weight} ÷ (72 × {creatinine})"
    steps = [Step("filtration rate", working, rate if working else f"{rate}, measured")]
    counted = measure.before
    if rule.cap is not None:
        is_capped = measure.before > rule.cap
        counted = min(measure.before, rule.cap)
        said = f"applied; {words.uncapped_words(worked)}" if is_capped else "not reached"
        steps.append(Step("rate cap", "", f"{grouped_digits(rule.cap)} mL per min: {said}"))
    steps.append(Step("rate + 25", f"{grouped_digits(counted)} + 25", f"{grouped_digits(measure.value)} mL per min"))
    return tuple(steps)


def _calculation_step(worked: WorkedDose) -> Step:
    result = words.plain_amount_words(worked.calculated)
    days = f" × {worked.regimen.days} days" if worked.regimen.days > 1 else ""
    stated = words.plain_amount_words(worked.stated)
    if worked.regimen.filtration is not None and worked.measure is not None:
        target, rate = grouped_digits(worked.stated.value), grouped_digits(worked.measure.value)
        return Step("calculated dose", f"AUC {target} × {rate} mL per min{days}", result)
    if not worked.stated.unit.per:
        return Step("calculated dose", f"{stated}{days}" if days else "", result)
    factor = "" if worked.weight_kg is None else f"{grouped_digits(worked.weight_kg)} kg"
    if worked.measure is not None:
        factor = f"{grouped_digits(worked.measure.value)} {'m²' if worked.regimen.body_surface else 'kg'}"
    return Step("calculated dose", f"{stated} × {factor}{days}", result)


def _limit_steps(worked: WorkedDose) -> tuple[Step, ...]:
    cap, floor = worked.limits
    limits = (
        ("cap", worked.regimen.at_most, cap, Limit.CAP),
        ("floor", worked.regimen.at_least, floor, Limit.FLOOR),
    )
    steps = []
    for name, stated, limit, reached in limits:
        if stated is None or limit is None:
            continue
        said = words.plain_amount_words(limit)
        working = words.plain_amount_words(stated) if stated.unit.per else ""
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
    working = f"{words.plain_amount_words(worked.limited)} to {step}, {rounding.words}"
    return Step("rounding", working, words.plain_amount_words(worked.whole))


def working_text(workings: tuple[Working, ...], protocol: Protocol, made_by: str) -> str:
    """The workings as plain text, a block a dose.

    Args:
        workings: The doses.
        protocol: Their protocol.
        made_by: The program's version and the date, for the head.
    """
    lines = [
        f"{protocol.study}  version {protocol.version}  file {protocol.digest}",
        protocol.title,
        made_by,
    ]
    for working in workings:
        lines += ["", *_block(working)]
    lines += ["", "A calculation to be checked against the protocol; it does not replace the pharmacist's judgement."]
    return "\n".join(map(one_line, lines)) + "\n"


def _block(working: Working) -> list[str]:
    regimen = working.regimen
    visits = f"{'each of ' if len(working.visits) > 1 else ''}{', '.join(working.visits)}"
    lines = [f"{regimen.label}, arm {working.arm}, {visits}"]
    width = max(len(step.name) for step in working.steps)
    lines += [f"  {step.name:<{width}}  {_step_words(step)}" for step in working.steps]
    if regimen.quote:
        lines.append(f'  {"source":<{width}}  "{regimen.quote}"')
    lines += [f"  {'note':<{width}}  {note}" for note in working.notes]
    return lines


def _step_words(step: Step) -> str:
    """The rule and the result, joined by "=", or by "≈" where the result has no last digit."""
    if not step.working:
        return step.result
    return f"{step.working} {step.result if step.result.startswith('≈') else f'= {step.result}'}"


def working_json(working: Working) -> dict[str, object]:
    """A working as JSON: exact decimal strings, with the words and the steps."""
    worked, regimen = working.worked, working.regimen
    return {
        "arm": working.arm,
        "regimen": regimen.id,
        "visits": list(working.visits),
        "dose_rule": words.dose_rule_words(regimen),
        "quote": regimen.quote,
        "height_cm": None if worked.body.height_cm is None else plain_digits(worked.body.height_cm),
        "measure": None if worked.measure is None else plain_digits(worked.measure.value),
        "weight_kg": None if worked.weight_kg is None else plain_digits(worked.weight_kg),
        "calculated_dose": plain_digits(worked.calculated.value),
        "ordered_dose": plain_digits(worked.ordered.value),
        "unit": worked.ordered.unit.symbol,
        "limited_by": worked.limited_by.value,
        "words": words.amount_in_words(worked.ordered),
        "steps": [{"name": s.name, "working": s.working, "result": s.result} for s in working.steps],
        "notes": list(working.notes),
        "deviation_percent": str(worked.deviation_percent) if worked.limited.value else None,
        "dose_level": "" if worked.level is None else worked.level.id,
        "range": None if worked.range is None else [plain_digits(end.value) for end in worked.range],
        "given": None if working.given is None else _given_json(working.given),
        "preparation": None if working.preparation is None else preparation_json(working.preparation),
    }


def _given_json(given: GivenDose) -> dict[str, object]:
    return {
        "dose": plain_digits(given.given.value),
        "unit": given.given.unit.symbol,
        "percent_of_ordered": str(given.of_ordered),
        "percent_of_given": str(given.of_given),
        "is_tolerated": given.is_tolerated,
        "is_in_range": given.is_in_range,
    }
