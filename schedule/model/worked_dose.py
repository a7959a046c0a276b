"""One dose worked out, with every step kept for the working.

Conventions: every amount is exact; ``ordered`` alone has been rounded, and only where the protocol says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from schedule.model.quantity import Amount
    from schedule.model.regimen import Regimen, WeightBand


class Limit(Enum):
    """The limit that changed a calculated dose."""

    NONE = ""
    CAP = "cap"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Body:
    """What is known of a body beside its weight.

    Attributes:
        height_cm: The height in centimetres, above 0; None where it is not known.
        sex: ``F`` or ``M``; empty where it is not known.
        age_years: The age in completed years; None where it is not known.
        gfr: The measured glomerular filtration rate in mL/min; None where it is not known.
        creatinine: The serum creatinine in mg/dL; None where it is not known.
    """

    height_cm: Fraction | None = None
    sex: str = ""
    age_years: int | None = None
    gfr: Fraction | None = None
    creatinine: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """What a dose is multiplied with in place of the weight on the scale.

    Attributes:
        name: ``body surface``, ``clearance``, or which weight: ``ideal``, ``adjusted``, ``predicted`` or ``lean``.
        value: Square metres, mL/min or kilograms, exactly as they are used; a clearance is the rate that counts + 25.
        before: What it begins from: the ideal weight of an adjusted one, the uncapped rate of a clearance; else None.
    """

    name: str
    value: Fraction
    before: Fraction | None = None


@dataclass(frozen=True, slots=True)
class WorkedDose:
    """A dose of one regimen for one body.

    Attributes:
        regimen: The rule.
        weight_kg: The weight on the scale, in kilograms; None for a flat dose, which takes none.
        body: What else was known of the body.
        band: The weight band whose dose it is; None where the regimen has none.
        measure: What the dose is multiplied with in place of that weight; None where it is that weight, or nothing.
        calculated: The dose by the rule alone, flat.
        limited: The dose after cap and floor, flat.
        limited_by: Which of the two changed it.
        ordered: The dose after rounding, flat; equal to ``limited`` where the protocol states no rounding.
    """

    regimen: Regimen
    weight_kg: Fraction | None
    body: Body
    band: WeightBand | None
    measure: Measure | None
    calculated: Amount
    limited: Amount
    limited_by: Limit
    ordered: Amount

    @property
    def rate(self) -> Amount:
        """The dose as it is stated for this body: the band's, or the regimen's."""
        return self.regimen.dose if self.band is None else self.band.dose

    @property
    def deviation_percent(self) -> Fraction:
        """The signed deviation of the ordered dose from the dose before rounding, in percent of the latter, exactly.

        Raises:
            ZeroDivisionError: If the dose before rounding is 0, which no rule and weight above 0 gives.
        """
        return 100 * (self.ordered.value - self.limited.value) / self.limited.value


class WeightState(IntEnum):
    """What came of looking for the weight of a dose."""

    USED = 0
    NOT_NEEDED = 1
    MISSING = 2
    TOO_OLD = 3
    NOT_MEASURED = 4
    DATE_UNKNOWN = 5
    DOSE_DATE_UNKNOWN = 6
    BODY_UNKNOWN = 7
    NOT_MADE_FOR_BODY = 8
