"""One dose worked out, with every step kept for the working.

Conventions: every amount is exact; a dose is rounded once, to its whole, and only where the protocol says so.
"""

from __future__ import annotations

from enum import Enum, IntEnum, IntFlag
from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.messages import NOTHING, Msg
from dosecal.model.quantity import Amount
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from dosecal.model.dosing.body import Body, Measure
    from dosecal.model.regimen import DoseLevel, Part, Regimen, WeightBand


class Limit(Enum):
    """The limit that changed a calculated dose."""

    NONE = ""
    CAP = "cap"
    FLOOR = "floor"


class DoubtKind(Enum):
    """Why a number of a body is doubted, or is to be noted."""

    MASS_INDEX = "body mass index"
    """Height and weight can hardly be those of one body: inches, pounds, or the two swapped."""
    HEIGHT = "height"
    """The height can hardly be an adult's."""
    SURFACE = "body surface"
    """The recorded surface can hardly be that of a body, or of this weight."""
    ABOVE_ACTUAL = "above the actual weight"
    """A weight that is derived from the height is above the one on the scale."""
    BELOW_FORMULA = "below where the formula begins"
    """The height is below the one from which the formula of a predicted weight counts."""
    AGE_UNKNOWN = "age not known"
    """The age is not known, and the formula of a predicted or a lean weight was made for adults."""

    @property
    def is_warning(self) -> bool:
        """Whether somebody has to look at the number before the dose is given; else it is a note."""
        return self in {DoubtKind.MASS_INDEX, DoubtKind.HEIGHT, DoubtKind.SURFACE}


class BodyDoubt(Struct, frozen=True):
    """What is to be said of the numbers of a body; none of it changes a dose.

    Attributes:
        kind: Why.
        value: What is doubted, in its own unit: the body mass index, the height, the surface, the derived weight.
        height_cm: The height; None where it is not known.
        weight_kg: The weight on the scale; None where it is not known.
        age_years: The age; None where it is not known.
        weight: Which derived weight it is about; empty for others.
    """

    kind: DoubtKind
    value: Fraction
    height_cm: Fraction | None = None
    weight_kg: Fraction | None = None
    age_years: int | None = None
    weight: Msg = NOTHING


class Variant(Struct, frozen=True):
    """Which of a regimen's doses one is, as far as it matters for the amount.

    Attributes:
        level: The place of the subject's level in the regimen's levels; -1 for none.
        is_later: Whether it is a dose after the first of its regimen.
        part: The place of the part in the regimen's split; -1 where the dose is not split.
    """

    level: int = -1
    is_later: bool = False
    part: int = -1


class WorkedDose(Struct, frozen=True):
    """A dose of one regimen for one body.

    Attributes:
        regimen: The rule.
        weight_kg: The weight on the scale, in kilograms; None for a flat dose, which takes none.
        body: What else was known of the body.
        level: The level that the subject is on; None for none.
        part: The part of the whole that it is; None where the dose is not split.
        band: The weight band whose dose it is; None where the regimen has none.
        stated: The dose as it is stated for this subject and this dose, flat or per something.
        range: The least and the greatest dose allowed for this body, flat; None where none are stated.
        measure: What the dose is multiplied with in place of that weight; None where it is that weight, or nothing.
        calculated: The dose by the rule alone, flat.
        limits: The cap and the floor for this body, flat; None for each that is not stated.
        limited: The dose after cap and floor, flat.
        limited_by: Which of the two changed it.
        whole: The dose after rounding, flat; equal to ``limited`` where the protocol states no rounding.
        ordered: What is ordered at the visit, flat: the whole, or its part.
        doubts: What is to be said of the numbers of the body.
    """

    regimen: Regimen
    weight_kg: Fraction | None
    body: Body
    level: DoseLevel | None
    part: Part | None
    band: WeightBand | None
    stated: Amount
    range: tuple[Amount, Amount] | None
    measure: Measure | None
    calculated: Amount
    limits: tuple[Amount | None, Amount | None]
    limited: Amount
    limited_by: Limit
    whole: Amount
    ordered: Amount
    doubts: tuple[BodyDoubt, ...] = ()

    @property
    def share(self) -> Fraction:
        """Which part of the whole is given at the visit: 1 where the dose is not split."""
        return Fraction(1) if self.part is None else self.part.percent / 100

    @property
    def own_range(self) -> tuple[Amount, Amount] | None:
        """The least and the greatest dose allowed at the visit, flat; None where none are stated."""
        if self.range is None:
            return None
        low, high = (Amount(end.value * self.share, end.unit) for end in self.range)
        return low, high

    @property
    def deviation_percent(self) -> Fraction:
        """The signed deviation of the whole dose from the dose before rounding, in percent of the latter, exactly.

        Raises:
            ZeroDivisionError: If the dose before rounding is 0, which no rule and weight above 0 gives.
        """
        return 100 * (self.whole.value - self.limited.value) / self.limited.value


class OpenOrder(Struct, frozen=True):
    """The doses that a regimen allows a body where it aims at none of them: somebody orders one.

    Attributes:
        regimen: The rule.
        weight_kg: The weight on the scale, in kilograms; None where the rule takes none.
        body: What else was known of the body.
        part: The part of the whole that is given at the visit; None where the dose is not split.
        band: The weight band whose range it is; None where the regimen has none.
        stated: The least and the greatest dose as they are stated, flat or per something.
        measure: What they are multiplied with in place of that weight; None where it is that weight, or nothing.
        limits: The cap and the floor for this body, flat; None for each that is not stated.
        calculated: The same by the rule alone, flat.
        whole: The least and the greatest dose allowed, flat, within cap and floor.
        range: The same at the visit: the whole, or its part.
        doubts: What is to be said of the numbers of the body.
    """

    regimen: Regimen
    weight_kg: Fraction | None
    body: Body
    part: Part | None
    band: WeightBand | None
    stated: tuple[Amount, Amount]
    measure: Measure | None
    limits: tuple[Amount | None, Amount | None]
    calculated: tuple[Amount, Amount]
    whole: tuple[Amount, Amount]
    range: tuple[Amount, Amount]
    doubts: tuple[BodyDoubt, ...] = ()


class GivenDose(Struct, frozen=True):
    """What was given, held against what was ordered.

    Attributes:
        given: What was given, flat.
        of_ordered: Given minus ordered, in percent of the ordered dose, exactly; None where a range alone is stated.
        of_given: The same, in percent of the given dose.
        is_tolerated: Whether it is within the protocol's tolerance; None where none is stated.
        is_in_range: Whether it is within the protocol's range; None where none is stated.
    """

    given: Amount
    of_ordered: Fraction | None
    of_given: Fraction | None
    is_tolerated: bool | None
    is_in_range: bool | None


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
    LIMITS_CONFLICT = 9
    LEVEL_UNKNOWN = 10
    NO_AIM = 11


class WeightFlag(IntFlag):
    """What is to be said of the weight of a dose; none of it changes the weight, but for ``RECALCULATED``."""

    STATED = 1
    ESTIMATED = 2
    ASK = 4
    RECALCULATED = 8
    KEPT = 16
    IMPLAUSIBLE = 32
    POUNDS = 64
    DECIMAL = 128
    NOT_WEIGHED_AGAIN = 256
