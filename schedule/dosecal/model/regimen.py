"""The rules of dosing as frozen types: weights, bands and regimens.

Conventions: things refer to each other by id; ``None`` and an empty tuple are used for what the protocol does not
state, as each docstring says; nothing has a clinical default.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from dosecal.model.dosing.per_weight import ACTUAL, BodyWeight
from dosecal.model.dosing.rule import FLAT, DoseRule
from dosecal.model.messages import Msg, msgid
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.conditions import Condition
    from dosecal.model.problems import Source
    from dosecal.model.product import RateRule
    from dosecal.model.quantity import Amount, Rounding


ORDERED_DOSE = "ordered dose"
"""What a tolerance is a percentage of, where it is not the given dose."""


class EachDose(Enum):
    """Which weight a dose after the first takes."""

    WEIGH_AGAIN = msgid("weigh again")
    FIRST_WEIGHT = msgid("use the first weight")
    NOT_STATED = msgid("none stated")

    @property
    def words(self) -> Msg:
        """The rule as a page prints it."""
        return Msg(self.value)


class Threshold(Struct, frozen=True):
    """A change of weight, in percent of the dosing weight, from which something is to be done.

    Attributes:
        percent: The change, above 0, up or down alike.
        is_inside: Whether a change of exactly so much counts.
    """

    percent: Fraction
    is_inside: bool

    def is_reached(self, change_percent: Fraction) -> bool:
        """Whether a signed change in percent is so great."""
        size = abs(change_percent)
        return size > self.percent or (self.is_inside and size == self.percent)


class WeightRule(Struct, frozen=True):
    """Which weight a dose is computed from.

    Attributes:
        which: Which weight it is.
        measured_only: Whether a stated or estimated weight is refused.
        not_older_than: The greatest age of the weight on the day of the dose, in days, inclusive; None for no limit.
        each_dose: Whether each dose takes the latest weight on or before it, or all take the first dose's; where the
            protocol does not say, each takes the latest.
        ask: The change since the dosing weight that asks for review; None where none is stated.
        recalculate: The change since the dosing weight from which a newer weight becomes the dosing weight, which stays
            as it is below; None where none is stated.
        plausible: The lowest and the highest plausible weight in kilograms, both inside; None where none are stated.
    """

    which: BodyWeight = ACTUAL
    measured_only: bool = False
    not_older_than: int | None = None
    each_dose: EachDose = EachDose.NOT_STATED
    ask: Threshold | None = None
    recalculate: Threshold | None = None
    plausible: tuple[Fraction, Fraction] | None = None


class DoseRange(Struct, frozen=True):
    """The doses that a protocol allows around its target, both ends inside.

    Attributes:
        low: The least, flat or per the same as the target.
        high: The greatest, likewise.
        has_aim: Whether the protocol aims at one of them. Where it does not, no dose is worked out, for nobody picks
            one; the least then stands where a target would.
    """

    low: Amount
    high: Amount
    has_aim: bool = True


class DoseLevel(Struct, frozen=True):
    """A named dose that a subject is put on.

    Attributes:
        id: The name, as the protocol and the levels' table have it (``-1``, ``2``).
        dose: The dose.
    """

    id: str
    dose: Amount


class Part(Struct, frozen=True):
    """A part of a dose that is split over visits.

    Attributes:
        visit: The id of the visit.
        percent: The part of the whole, above 0; the parts of a dose add to 100.
    """

    visit: str
    percent: Fraction


class Tolerance(Struct, frozen=True):
    """How far what is given may be from what was ordered.

    Attributes:
        percent: The deviation in percent of ``of``; None where an amount is stated.
        amount: The deviation as a flat amount; None where a percentage is stated.
        of: ``ordered dose`` or ``given dose``: what the percentage is of; ``ordered dose`` for an amount.
        limit_is_inside: Whether a deviation of exactly so much is within it.
        words: The rule as the protocol says it.
    """

    percent: Fraction | None
    amount: Amount | None
    of: str
    limit_is_inside: bool
    words: Msg

    @property
    def is_of_ordered(self) -> bool:
        """Whether the percentage is of the ordered dose, and not of the given one."""
        return self.of == ORDERED_DOSE


class WeightBand(Struct, frozen=True):
    """The dose of the bodies whose weight lies between two limits.

    Attributes:
        low: The lower limit in kilograms; None for none.
        high: The upper limit in kilograms; None for none.
        low_is_inside: Whether a weight of exactly the lower limit belongs to the band.
        high_is_inside: Whether a weight of exactly the upper limit belongs to the band.
        dose: The dose, flat or per kg.
        words: The limits as the protocol says them.
        range: The doses allowed around it; None where none are stated.
    """

    low: Fraction | None
    high: Fraction | None
    low_is_inside: bool
    high_is_inside: bool
    dose: Amount
    words: Msg
    range: DoseRange | None

    def holds(self, kilograms: Fraction) -> bool:
        """Whether a weight belongs to the band."""
        if self.low is not None and (kilograms < self.low or (kilograms == self.low and not self.low_is_inside)):
            return False
        return self.high is None or kilograms < self.high or (kilograms == self.high and self.high_is_inside)


class Regimen(Struct, frozen=True):
    """A rule of dosing.

    Attributes:
        id: The id, unique in the protocol.
        label: The words for people.
        arms: Ids of the arms, in file order.
        visits: Ids of the visits at which it is given; a subject's doses are numbered by date.
        product: The id of the product.
        route: The route in the protocol's words; empty where it is not stated.
        dose: The amount, flat, per kg, per m² or (a target AUC) per mL/min; its unit says which. The first of several:
            the loading dose, the first band's, the first level's where there is no other.
        dose_is_standard: Whether ``dose`` holds for a subject without a level; False where each subject has a level.
        bands: Doses by weight, in ascending order, which leave no weight out and share none; empty for one dose for
            all.
        maintenance: The dose of all visits but the first, where it is another; None where it is the same.
        range: The doses allowed around ``dose``; None where none are stated, or where each band has its own.
        levels: The named doses that subjects are put on; empty for none.
        split: The parts in which one dose is given, by visit; empty where each visit has a dose of its own.
        days: For how many days the stated dose is given in one infusion, each day's being ``dose``; 1 where it is
            stated per infusion.
        rule: What a dose is multiplied with; of weight bands one of which is per m², that of this band.
        weight: Which weight; None where the protocol does not state it, or where the dose is flat.
        at_most: The cap of one dose, flat or per kg; None where none is stated.
        at_least: The floor of one dose, flat or per kg; None where none is stated.
        rounding: How the dose is rounded; None for no rounding.
        rounding_is_stated: Whether the protocol says how the dose is rounded, or that it is not.
        volume_rounding: How the volume is rounded; None for no rounding, or where nothing is stated.
        volume_rounding_is_stated: Whether the protocol says how the volume is rounded, or that it is not.
        tolerance: How far what is given may be from what was ordered; None where none is stated.
        rate: How fast the infusion runs; None where it is not stated.
        unstated: What the protocol leaves open and a pharmacist would look for, in words, in a fixed order.
        quote: The source's sentence; empty for none.
        source: Where the regimen stands.
        condition: Under which a subject has the regimen; None for always.
        is_masked: Whether a blinded reader sees it, for whom nothing but its visits is left of it.
        at_most_is_per_day: Whether the cap is of each day's dose, where several are given in one infusion.
        at_least_is_per_day: Whether the floor is, likewise.
    """

    id: str
    label: str
    arms: tuple[str, ...]
    visits: tuple[str, ...]
    product: str
    dose: Amount
    dose_is_standard: bool
    unstated: tuple[Msg, ...]
    source: Source
    route: str = ""
    bands: tuple[WeightBand, ...] = ()
    maintenance: Amount | None = None
    range: DoseRange | None = None
    levels: tuple[DoseLevel, ...] = ()
    split: tuple[Part, ...] = ()
    days: int = 1
    rule: DoseRule = FLAT
    weight: WeightRule | None = None
    at_most: Amount | None = None
    at_least: Amount | None = None
    rounding: Rounding | None = None
    volume_rounding: Rounding | None = None
    volume_rounding_is_stated: bool = False
    rounding_is_stated: bool = False
    tolerance: Tolerance | None = None
    rate: RateRule | None = None
    quote: str = ""
    condition: Condition | None = None
    is_masked: bool = False
    at_most_is_per_day: bool = False
    at_least_is_per_day: bool = False

    @property
    def is_per_weight(self) -> bool:
        """Whether the dose depends on the weight on the scale, by its rule, its bands or a limit per kg."""
        has_limit_per_kg = any(one is not None and one.unit.per for one in (self.at_most, self.at_least))
        return has_limit_per_kg or bool(self.bands) or self.rule.takes_scale

    @property
    def takes_first_weight(self) -> bool:
        """Whether every dose takes the first one's weight: by the rule, or since the parts are of one dose."""
        return bool(self.split) or (self.weight is not None and self.weight.each_dose is EachDose.FIRST_WEIGHT)

    @property
    def looks_at_body(self) -> bool:
        """Whether the dose depends on a height or a recorded surface, which are then held against weight and age."""
        return bool({"height_cm", "body_surface_m2"} & set(self.rule.needs))
