"""How much: from a rule of dosing and a weight to an exact dose.

Conventions: kilograms and exact fractions; calculated, then limited, then rounded once. There is this one calculation,
for one patient at the bench and for each distinct weight of a cohort alike; a flat dose takes no weight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule.model.quantity import Amount, round_half_up
from schedule.model.worked_dose import Limit, WorkedDose

if TYPE_CHECKING:
    from fractions import Fraction

    from schedule.model.protocol import Regimen


def work_out_dose(regimen: Regimen, weight_kg: Fraction | None) -> WorkedDose:
    """The dose that a regimen gives for a weight.

    Args:
        regimen: The rule.
        weight_kg: The body weight in kilograms, above 0; it is not looked at for a flat dose.

    Returns:
        The dose with its steps.

    Raises:
        ValueError: If the dose is per kg and there is no weight above 0, or it is per anything else.
    """
    if regimen.is_per_weight:
        if weight_kg is None or weight_kg <= 0:
            message = "a dose per kg takes a weight above 0"
            raise ValueError(message)
        value = regimen.dose.value * weight_kg
    elif regimen.dose.unit.per:
        message = f"a dose per {regimen.dose.unit.per} is not worked out from a weight"
        raise ValueError(message)
    else:
        weight_kg = None
        value = regimen.dose.value
    calculated = Amount(value, regimen.dose.unit.flat)
    limited, limited_by = limit_dose(calculated, regimen)
    return WorkedDose(regimen, weight_kg, calculated, limited, limited_by, round_dose(limited, regimen))


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
