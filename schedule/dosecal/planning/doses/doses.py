"""How much: from a rule of dosing and a weight to an exact dose.

Conventions: kilograms, square metres and exact fractions; calculated, then limited, then rounded once. There is this
one calculation, for one patient at the bench and for each distinct body of a cohort alike; a flat dose takes no weight.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.formulas import CALVERT_ML_MIN
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import Amount, round_by
from dosecal.model.regimen import ACTUAL, BODY_SURFACE, RECORDED
from dosecal.model.spoken import amount_words
from dosecal.model.worked_dose import Body, Limit, Measure, OpenOrder, Variant, WorkedDose
from dosecal.planning.doses.body import (
    adjusted_weight,
    body_surface,
    creatinine_clearance,
    ideal_weight,
    lean_weight,
    predicted_weight,
)
from dosecal.planning.doses.body_doubts import doubts_of

if TYPE_CHECKING:
    from dosecal.model.regimen import DoseRange, FiltrationRule, Part, Regimen, WeightBand

UNKNOWN_BODY = Body()
ONLY_DOSE = Variant()


class BodyUnknownError(RefusedError):
    """A formula needs what is not known of the body.

    Attributes:
        needs: What it needs, as the subjects' table names it.
    """

    def __init__(self, *needs: str) -> None:
        """Keep what is needed."""
        super().__init__(" and ".join(needs))
        self.needs = needs


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
    """The dose that a regimen gives for a body.

    Args:
        regimen: The rule.
        weight_kg: The weight on the scale in kilograms, above 0; it is not looked at for a flat dose. Where the dose is
            that of a height or a recorded surface, these are held against it if it is known.
        body: What else is known of the body, as far as the rule needs it (``Regimen.body_needs``).
        variant: Which of the regimen's doses it is: the level, whether it is the first, and which part.

    Returns:
        The dose with its steps.

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
    measure = measure_of(regimen, weight_kg, body) if _takes_measure(stated, regimen) else None
    factor = _factor(stated, weight_kg, measure) * regimen.days
    calculated = Amount(stated.value * factor, stated.unit.flat)
    cap, floor = limits_of(regimen, weight_kg, measure)
    limited, limited_by = limit_dose(calculated, cap, floor)
    whole = round_dose(limited, regimen)
    part = regimen.split[variant.part] if variant.part >= 0 else None
    doubts = doubts_of(body, scale_kg, measure) if regimen.looks_at_body else ()
    allowed = _range_of(dose_range, factor, (cap, floor))
    if allowed is not None and dose_range is not None and not dose_range.has_aim:
        low, high = allowed if part is None else (_part_of(end, part) for end in allowed)
        ends = (dose_range.low, dose_range.high)
        limits = (cap, floor)
        raise NoAimError(
            OpenOrder(regimen, weight_kg, body, part, band, ends, measure, limits, allowed, (low, high), doubts)
        )
    ordered = whole if part is None else _part_of(whole, part)
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
        limits=(cap, floor),
        limited=limited,
        limited_by=limited_by,
        whole=whole,
        ordered=ordered,
        doubts=doubts,
    )


def _takes_measure(stated: Amount, regimen: Regimen) -> bool:
    """Whether a dose is multiplied with something else than the weight on the scale; one of a band per kg is not."""
    return stated.unit.per == "m²" if regimen.bands else bool(stated.unit.per)


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


def _range_of(
    stated: DoseRange | None, factor: Fraction, limits: tuple[Amount | None, Amount | None]
) -> tuple[Amount, Amount] | None:
    """The allowed doses of a body, each end within cap and floor."""
    if stated is None:
        return None
    ends = (Amount(end.value * factor, end.unit.flat) for end in (stated.low, stated.high))
    low, high = (limit_dose(end, *limits)[0] for end in ends)
    return low, high


def _factor(dose: Amount, weight_kg: Fraction | None, measure: Measure | None) -> Fraction:
    """What a dose is multiplied with: its measure, the weight on the scale, or 1 for a flat one."""
    if not dose.unit.per:
        return Fraction(1)
    factor = weight_kg if measure is None else measure.value
    if factor is None:
        message = f"a dose per {dose.unit.per} is multiplied with something"
        raise ValueError(message)
    return factor


def measure_of(regimen: Regimen, weight_kg: Fraction | None, body: Body) -> Measure | None:
    """What a dose is multiplied with in place of the weight on the scale; None where it is that weight.

    Raises:
        BodyUnknownError: If the formula needs what is not known.
        RefusedError: If the formula was not made for the body.
    """
    missing = [need for need in regimen.body_needs if _is_unknown(need, body)]
    if missing:
        raise BodyUnknownError(*missing)
    if regimen.filtration is not None:
        return _clearance(regimen.filtration, weight_kg, body)
    if regimen.body_surface == RECORDED and body.surface_m2 is not None:
        return Measure(BODY_SURFACE, body.surface_m2)
    if regimen.body_surface:
        return Measure(BODY_SURFACE, body_surface(regimen.body_surface, _height(body), _scale(weight_kg)))
    rule = regimen.weight
    return None if rule is None else _other_weight(rule.which, rule.percent, weight_kg, body)


def _other_weight(which: str, percent: Fraction | None, weight_kg: Fraction | None, body: Body) -> Measure | None:
    """A weight that is not the one on the scale; None for that one."""
    if which == ACTUAL:
        return None
    if which == "predicted":
        return Measure(which, predicted_weight(body.sex, _height(body), body.age_years))
    if which == "lean":
        return Measure(which, lean_weight(body.sex, _height(body), _scale(weight_kg), body.age_years))
    about = (body.sex, _height(body), _age(body))
    if which == "ideal":
        return Measure(which, ideal_weight(*about))
    if percent is None:
        message = "an adjusted weight has its percent"
        raise ValueError(message)
    return Measure(which, adjusted_weight(*about, _scale(weight_kg), percent), ideal_weight(*about))


def _scale(weight_kg: Fraction | None) -> Fraction:
    if weight_kg is None:
        message = "a measure of the body takes a weight"
        raise ValueError(message)
    return weight_kg


def _is_unknown(need: str, body: Body) -> bool:
    known = {
        "height_cm": body.height_cm is not None,
        "sex": bool(body.sex),
        "birth_date": body.age_years is not None,
        "gfr_ml_min": body.gfr is not None,
        "creatinine_mg_dl": body.creatinine is not None,
        "body_surface_m2": body.surface_m2 is not None,
    }
    return not known[need]


def _clearance(rule: FiltrationRule, weight_kg: Fraction | None, body: Body) -> Measure:
    """The rate that counts, capped where the protocol says so, and Calvert's 25 mL/min."""
    rate, weight = (body.gfr, None) if rule.source == "measured" else _estimated(rule, weight_kg, body)
    if rate is None:
        raise BodyUnknownError("gfr_ml_min")
    counted = rate if rule.cap is None else min(rate, rule.cap)
    return Measure("clearance", counted + CALVERT_ML_MIN, rate, weight)


def _estimated(rule: FiltrationRule, weight_kg: Fraction | None, body: Body) -> tuple[Fraction | None, Measure | None]:
    """The estimated rate, and the weight that it took in place of the one on the scale."""
    if body.creatinine is None:
        return None, None
    weight = _other_weight(rule.weight, rule.percent, weight_kg, body)
    kilograms = _scale(weight_kg) if weight is None else weight.value
    return creatinine_clearance(body.sex, _age(body), kilograms, body.creatinine), weight


def _height(body: Body) -> Fraction:
    if body.height_cm is None:
        raise BodyUnknownError("height_cm")
    return body.height_cm


def _age(body: Body) -> int:
    if body.age_years is None:
        raise BodyUnknownError("birth_date")
    return body.age_years


def limits_of(
    regimen: Regimen, weight_kg: Fraction | None, measure: Measure | None
) -> tuple[Amount | None, Amount | None]:
    """The cap and the floor of a body's dose, flat; a limit per kg takes the kilograms that the dose takes.

    A limit of a day counts once for each day of the infusion.

    Raises:
        LimitsConflictError: If the floor lies above the cap.
    """
    kilograms = measure if measure is not None and regimen.which_weight != ACTUAL else None
    stated = ((regimen.at_most, regimen.at_most_is_per_day), (regimen.at_least, regimen.at_least_is_per_day))
    cap, floor = (
        None
        if limit is None
        else Amount(
            limit.value * _factor(limit, weight_kg, kilograms) * (regimen.days if is_per_day else 1), limit.unit.flat
        )
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
