"""How much: from a rule of dosing and a weight to an exact dose.

Conventions: kilograms, square metres and exact fractions; calculated, then limited, then rounded once. There is this
one calculation, for one patient at the bench and for each distinct body of a cohort alike; a flat dose takes no weight.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from schedule.model.problems import RefusedError
from schedule.model.quantity import Amount, round_half_up
from schedule.model.worked_dose import Body, Limit, Measure, WorkedDose
from schedule.plan.body import (
    adjusted_weight,
    body_surface,
    creatinine_clearance,
    ideal_weight,
    lean_weight,
    predicted_weight,
)

if TYPE_CHECKING:
    from schedule.model.regimen import FiltrationRule, Regimen

UNKNOWN_BODY = Body()
CALVERT_ML_MIN = 25
"""What Calvert's formula adds to the filtration rate, in mL/min."""


class BodyUnknownError(RefusedError):
    """A formula needs what is not known of the body; ``expected`` names it as the subjects' table does."""


def work_out_dose(regimen: Regimen, weight_kg: Fraction | None, body: Body = UNKNOWN_BODY) -> WorkedDose:
    """The dose that a regimen gives for a body.

    Args:
        regimen: The rule.
        weight_kg: The weight on the scale in kilograms, above 0; it is not looked at for a flat dose.
        body: What else is known of the body, as far as the rule needs it (``Regimen.body_needs``).

    Returns:
        The dose with its steps.

    Raises:
        ValueError: If the rule needs a weight above 0 and there is none.
        BodyUnknownError: If the rule's formula needs what is not known.
        RefusedError: If the formula was not made for the body.
    """
    if regimen.is_per_weight and (weight_kg is None or weight_kg <= 0):
        message = "a dose that depends on weight takes a weight above 0"
        raise ValueError(message)
    weight_kg = weight_kg if regimen.is_per_weight else None
    band = None if weight_kg is None else next((one for one in regimen.bands if one.holds(weight_kg)), None)
    if regimen.bands and band is None:
        message = "weight bands hold every weight"
        raise ValueError(message)
    dose = regimen.dose if band is None else band.dose
    measure = measure_of(regimen, weight_kg, body) if dose.unit.per else None
    calculated = Amount(dose.value * _factor(dose, weight_kg, measure), dose.unit.flat)
    limited, limited_by = limit_dose(calculated, regimen)
    ordered = round_dose(limited, regimen)
    return WorkedDose(regimen, weight_kg, body, band, measure, calculated, limited, limited_by, ordered)


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
        raise BodyUnknownError(" and ".join(missing))
    if regimen.filtration is not None:
        return _clearance(regimen.filtration, weight_kg, body)
    if weight_kg is None:
        message = "a measure of the body takes a weight"
        raise ValueError(message)
    if regimen.body_surface:
        return Measure("body surface", body_surface(regimen.body_surface, _height(body), weight_kg))
    return _other_weight(regimen.which_weight, weight_kg, body)


def _other_weight(which: str, weight_kg: Fraction, body: Body) -> Measure | None:
    if which == "predicted":
        return Measure(which, predicted_weight(body.sex, _height(body)))
    if which == "lean":
        return Measure(which, lean_weight(body.sex, _height(body), weight_kg))
    if which == "ideal":
        return Measure(which, ideal_weight(body.sex, _height(body), _age(body)))
    if which == "adjusted":
        about = (body.sex, _height(body), _age(body))
        return Measure(which, adjusted_weight(*about, weight_kg), ideal_weight(*about))
    return None


def _is_unknown(need: str, body: Body) -> bool:
    known = {
        "height_cm": body.height_cm is not None,
        "sex": bool(body.sex),
        "birth_date": body.age_years is not None,
        "gfr_ml_min": body.gfr is not None,
        "creatinine_mg_dl": body.creatinine is not None,
    }
    return not known[need]


def _clearance(rule: FiltrationRule, weight_kg: Fraction | None, body: Body) -> Measure:
    """The rate that counts, capped where the protocol says so, and 25 mL/min.

    Reference:
        Calvert 1989: dose in mg = target AUC × (GFR + 25).
    """
    rate = body.gfr if rule.source == "measured" else None
    if rule.source == "estimated" and body.creatinine is not None and weight_kg is not None:
        rate = creatinine_clearance(body.sex, _age(body), weight_kg, body.creatinine)
    if rate is None:
        raise BodyUnknownError("gfr_ml_min")
    counted = rate if rule.cap is None else min(rate, rule.cap)
    return Measure("clearance", counted + CALVERT_ML_MIN, rate)


def _height(body: Body) -> Fraction:
    if body.height_cm is None:
        raise BodyUnknownError("height_cm")
    return body.height_cm


def _age(body: Body) -> int:
    if body.age_years is None:
        raise BodyUnknownError("birth_date")
    return body.age_years


def limit_dose(calculated: Amount, regimen: Regimen) -> tuple[Amount, Limit]:
    """The dose within the regimen's cap and floor, both inclusive, and which of them changed it.

    A protocol whose floor lies above its cap does not load, so that the two can't contradict each other here.
    """
    if regimen.at_most is not None and calculated.value > regimen.at_most.value:
        return regimen.at_most, Limit.CAP
    if regimen.at_least is not None and calculated.value < regimen.at_least.value:
        return regimen.at_least, Limit.FLOOR
    return calculated, Limit.NONE


def round_dose(limited: Amount, regimen: Regimen) -> Amount:
    """The dose rounded by the regimen's rule, ties away from zero; unchanged where no rounding is stated.

    Cap and floor are whole multiples of the increment (the file is checked for it), so rounding never crosses them.
    """
    if regimen.round_to is None:
        return limited
    return Amount(round_half_up(limited.value, regimen.round_to.value), limited.unit)
