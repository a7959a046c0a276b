"""How much: from a rule of dosing and a weight to an exact dose.

Conventions: kilograms, square metres and exact fractions; calculated, then limited, then rounded once. There is this
one calculation, for one patient at the bench and for each distinct body of a cohort alike; a flat dose takes no weight.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.dosing.body import Body, Inputs, Measure
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import Amount, round_by
from dosecal.model.spoken import amount_words
from dosecal.model.worked_dose import Limit, OpenOrder, Variant, WorkedDose
from dosecal.planning.doses.body_doubts import doubts_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dosecal.model.regimen import DoseRange, Part, Regimen, WeightBand

UNKNOWN_BODY = Body()
ONLY_DOSE = Variant()


class LimitsConflictError(RefusedError):
    """The floor of a body's dose lies above its cap; nobody picks one of the two."""


class NoAimError(RefusedError):
    """The protocol allows a range of doses and aims at none of them.

    Attributes:
        order: What it allows for the body.
    """

    def __init__(self, order: OpenOrder) -> None:
        """Keep what is allowed."""
        low, high = (_words(end) for end in order.range)
        super().__init__(f"one dose that is aimed at, but any from {low} to {high} is allowed")
        self.order = order


class LevelUnknownError(RefusedError):
    """The dose depends on the level that the subject is on, which is not known."""


def work_out_dose(
    regimen: Regimen, weight_kg: Fraction | None, body: Body = UNKNOWN_BODY, variant: Variant = ONLY_DOSE
) -> WorkedDose:
    """The dose that a regimen gives for a body, with its steps.

    Args:
        regimen: The rule.
        weight_kg: The weight on the scale in kilograms, above 0; it is not looked at for a flat dose. Where the dose is
            that of a height or a recorded surface, these are held against it if it is known.
        body: What else is known of the body, as far as the rule needs it (``DoseRule.needs``).
        variant: Which of the regimen's doses it is: the level, whether it is the first, and which part.

    Raises:
        ValueError: If the rule needs a weight above 0 and there is none.
        BodyUnknownError: If the rule's formula needs what is not known.
        LevelUnknownError: If the rule needs a level and there is none.
        LimitsConflictError: If the floor lies above the cap for this body.
        NoAimError: If the protocol aims at no dose of its range.
        RefusedError: If the formula was not made for the body.
    """
    if regimen.is_per_weight and (weight_kg is None or weight_kg <= 0):
        message = "a dose that depends on weight takes a weight above 0"
        raise ValueError(message)
    scale_kg, weight_kg = weight_kg, weight_kg if regimen.is_per_weight else None
    band = _band_of(regimen, weight_kg)
    stated, dose_range = _stated(regimen, band, variant)
    dose = Amount(stated.value * regimen.days, stated.unit)
    measure = regimen.rule.measure(Inputs(body, weight_kg, dose)) if stated.unit.per == regimen.rule.per else None
    limits = limits_of(regimen, weight_kg, measure)
    part = regimen.split[variant.part] if variant.part >= 0 else None
    doubts = doubts_of(body, scale_kg, measure) if regimen.looks_at_body else ()
    factor = _factor(stated, weight_kg, measure) * regimen.days
    ends = None if dose_range is None else _both(_times(end, factor) for end in (dose_range.low, dose_range.high))
    allowed = None if ends is None else _both(limit_dose(end, *limits)[0] for end in ends)
    if dose_range is not None and ends is not None and allowed is not None and not dose_range.has_aim:
        stated_ends = (dose_range.low, dose_range.high)
        at_visit = allowed if part is None else _both(_part_of(end, part) for end in allowed)
        order = (regimen, weight_kg, body, part, band, stated_ends, measure, limits, ends, allowed, at_visit, doubts)
        raise NoAimError(OpenOrder(*order))
    calculated = _times(stated, factor)
    limited, limited_by = limit_dose(calculated, *limits)
    whole = round_dose(limited, regimen)
    return WorkedDose(
        regimen=regimen,
        weight_kg=weight_kg,
        body=body,
        level=regimen.levels[variant.level] if variant.level >= 0 else None,
        part=part,
        band=band,
        stated=stated,
        range=allowed,
        measure=measure,
        calculated=calculated,
        limits=limits,
        limited=limited,
        limited_by=limited_by,
        whole=whole,
        ordered=whole if part is None else _part_of(whole, part),
        doubts=doubts,
    )


def _band_of(regimen: Regimen, weight_kg: Fraction | None) -> WeightBand | None:
    if not regimen.bands or weight_kg is None:
        return None
    band = next((one for one in regimen.bands if one.holds(weight_kg)), None)
    if band is None:
        message = "weight bands hold every weight"
        raise ValueError(message)
    return band


def _stated(regimen: Regimen, band: WeightBand | None, variant: Variant) -> tuple[Amount, DoseRange | None]:
    """The dose as it is stated for one subject and one of the regimen's doses, and the range around it."""
    if variant.level >= 0:
        return regimen.levels[variant.level].dose, None
    if not regimen.dose_is_standard:
        raise LevelUnknownError(f"a level such as {regimen.levels[0].id} for the dose of {regimen.id}")
    if band is not None:
        return band.dose, band.range
    if variant.is_later and regimen.maintenance is not None:
        return regimen.maintenance, None
    return regimen.dose, regimen.range


def _part_of(whole: Amount, part: Part) -> Amount:
    return Amount(whole.value * part.percent / 100, whole.unit)


def _times(dose: Amount, factor: Fraction) -> Amount:
    """A stated dose multiplied out, flat."""
    return Amount(dose.value * factor, dose.unit.flat)


def _both(ends: Iterable[Amount]) -> tuple[Amount, Amount]:
    low, high = ends
    return low, high


def _factor(dose: Amount, kilograms: Fraction | None, measure: Measure | None = None) -> Fraction:
    """What a dose is multiplied with: its measure, some kilograms, or 1 for a flat one."""
    if not dose.unit.per:
        return Fraction(1)
    scale_kg = kilograms if dose.unit.per == "kg" else None
    factor = scale_kg if measure is None else measure.value
    if factor is None:
        message = f"a dose per {dose.unit.per} is multiplied with something"
        raise ValueError(message)
    return factor


def limits_of(
    regimen: Regimen, weight_kg: Fraction | None, measure: Measure | None
) -> tuple[Amount | None, Amount | None]:
    """The cap and the floor of a body's dose, flat; a limit per kg takes the kilograms that the dose takes.

    A limit of a day counts once for each day of the infusion.

    Raises:
        LimitsConflictError: If the floor lies above the cap.
    """
    kilograms = measure.value if measure is not None and measure.unit == "kg" else weight_kg
    stated = ((regimen.at_most, regimen.at_most_is_per_day), (regimen.at_least, regimen.at_least_is_per_day))
    cap, floor = (
        None if limit is None else _times(limit, _factor(limit, kilograms) * (regimen.days if is_per_day else 1))
        for limit, is_per_day in stated
    )
    if cap is not None and floor is not None and floor.value > cap.value:
        floor_words, cap_words = (_words(amount) for amount in (floor, cap))
        raise LimitsConflictError(
            f"a floor at or below the cap, but the floor is {floor_words} and the cap {cap_words}"
        )
    return cap, floor


def _words(amount: Amount) -> str:
    return amount_words(amount.value, amount.unit)


def limit_dose(calculated: Amount, cap: Amount | None, floor: Amount | None) -> tuple[Amount, Limit]:
    """The dose within its cap and floor, both inclusive and flat, and which of them changed it."""
    if cap is not None and calculated.value > cap.value:
        return cap, Limit.CAP
    if floor is not None and calculated.value < floor.value:
        return floor, Limit.FLOOR
    return calculated, Limit.NONE


def round_dose(limited: Amount, regimen: Regimen) -> Amount:
    """The dose rounded by the regimen's rule; unchanged where no rounding is stated.

    Cap and floor are whole multiples of the increment (the file is checked for it), so rounding never crosses them.
    """
    if regimen.rounding is None:
        return limited
    return Amount(round_by(regimen.rounding, limited.value), limited.unit)
