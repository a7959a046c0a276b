"""What is given: the product in its container, how it is counted, diluted and limited, and at what rate it runs.

Conventions: ``None`` and empty texts are used for what the protocol does not state, as each docstring says; nothing has
a clinical default. Percentages run from 0 to 100. Volumes are in mL, times in minutes. A count of viable cells and a
count of all cells are two types, and only the latter can be multiplied with a viability, so that a viability can't be
applied twice.
"""

from __future__ import annotations

from enum import Enum
from fractions import Fraction

from dosecal.model.messages import NOTHING, Msg
from dosecal.model.quantity import Amount, Unit
from dosecal.model.struct import Struct

VIABLE, TOTAL = "viable cells", "total cells"
"""What a product of cells counts, in the words of the file."""

_MICROGRAMS = {"g": 1_000_000, "mg": 1_000, "mcg": 1}

DMSO_GRAMS_PER_ML = {"v/v": Fraction(110, 100), "w/v": Fraction(1)}
"""Grams in a mL of what the percent is of: DMSO itself weighs 1.10 g per mL, and a percent w/v is grams in 100 mL."""


def converted(amount: Amount, substance: str) -> Amount:
    """The same amount in another unit of mass; unchanged where it is in that unit already.

    Raises:
        ValueError: If the two are of different kinds: cells and viable cells, units and mg.
    """
    mine = amount.unit.substance
    if mine == substance:
        return amount
    if mine not in _MICROGRAMS or substance not in _MICROGRAMS:
        message = f"{mine} is not converted to {substance}"
        raise ValueError(message)
    factor = Fraction(_MICROGRAMS[mine], _MICROGRAMS[substance])
    return Amount(amount.value * factor, Unit(substance, amount.unit.per))


def is_convertible(mine: str, other: str) -> bool:
    """Whether amounts in the two units are of one kind."""
    return mine == other or (mine in _MICROGRAMS and other in _MICROGRAMS)


RECOVERY, VIABILITY = Msg("recovery after thaw"), Msg("viability")
"""The names of the two parts that every product of cells can have."""


class Percent(Struct, frozen=True):
    """A part of a whole with its name, in percent.

    Attributes:
        name: Whose part it is: ``viability``, ``recovery after thaw``, ``CD3+ cells``.
        percent: Above 0, at most 100.
    """

    name: Msg
    percent: Fraction

    def __post_init__(self) -> None:
        """Hold the range.

        Raises:
            ValueError: For a percentage of 0 or less, or over 100.
        """
        if not 0 < self.percent <= 100:  # noqa: PLR2004 - what percent means
            message = "a part lies above 0 % and is at most 100 %"
            raise ValueError(message)

    @property
    def fraction(self) -> Fraction:
        """The part as a fraction of 1."""
        return self.percent / 100


class ViableCount(Struct, frozen=True):
    """A number of cells that are viable already. No viability can be applied to it.

    Attributes:
        value: The exact number, in a mL or in a container.
    """

    value: Fraction


class TotalCount(Struct, frozen=True):
    """A number of cells, dead ones with the others.

    Attributes:
        value: The exact number, in a mL or in a container.
    """

    value: Fraction

    def viable(self, viability: Percent) -> ViableCount:
        """The viable ones among them."""
        return ViableCount(self.value * viability.fraction)


class PlainCount(Struct, frozen=True):
    """An amount that has no viability: a mass, units, vesicles, or cells whose count is not said to be of either kind.

    Attributes:
        value: The exact amount, in a mL or in a container.
    """

    value: Fraction


Count = ViableCount | TotalCount | PlainCount


def count_of(amount: Amount, counts: str) -> Count:
    """An amount of a product as the kind that it is.

    Args:
        amount: The amount; viable cells say their kind by themselves.
        counts: What the product or the lot counts; empty where it is not said.
    """
    if amount.unit.substance == VIABLE or (amount.unit.substance == "cells" and counts == VIABLE):
        return ViableCount(amount.value)
    if amount.unit.substance == "cells" and counts == TOTAL:
        return TotalCount(amount.value)
    return PlainCount(amount.value)


class Counted(Enum):
    """When the cells of a product were counted."""

    AT_THAW = "at thaw"
    AT_FREEZE = "at freeze"
    NOT_STATED = ""


class Strength(Struct, frozen=True):
    """How much of a product is in a mL.

    Attributes:
        amount: The amount in one mL, flat.
        words: The strength as the protocol says it.
    """

    amount: Amount
    words: str


class Container(Struct, frozen=True):
    """What the product comes in.

    Attributes:
        called: The word for one of them: ``vial``, ``bag``, ``tablet``.
        content: The amount in one, flat: what its label says.
        volume_ml: The volume that holds the content; None for what is no liquid, or where it is not stated.
        overfill_ml: What is in it beyond that volume, at the same strength; None where it is not stated.
        overfill_is_usable: Whether the protocol lets the overfill be given, so that it counts as content; else it is
            there so that the volume can be drawn, and is not counted.
    """

    called: str
    content: Amount
    volume_ml: Fraction | None = None
    overfill_ml: Fraction | None = None
    overfill_is_usable: bool = False


class ViabilityRule(Struct, frozen=True):
    """What the protocol says of the viability.

    Attributes:
        stated: The viability that is taken where no lot says its own; None where none is stated.
        at_least: The least viability with which a lot is used, in percent, inside; None where none is stated.
        method: How it is measured, in the protocol's words; empty where it is not stated.
    """

    stated: Percent | None = None
    at_least: Fraction | None = None
    method: str = ""


class Dilution(Struct, frozen=True):
    """How the product is diluted.

    Attributes:
        to: The strength after dilution, in one mL; None for another way.
        add_ml: What is added to each container before anything is drawn from it; None for another way.
        total_ml: The volume that one dose is brought up to; None for another way.
        words: The rule as the protocol says it.
    """

    to: Amount | None
    add_ml: Fraction | None
    total_ml: Fraction | None
    words: Msg


class Dmso(Struct, frozen=True):
    """How much dimethyl sulfoxide the product holds before dilution.

    Attributes:
        percent: The percentage.
        basis: ``v/v`` (mL of DMSO in 100 mL) or ``w/v`` (grams in 100 mL).
    """

    percent: Percent
    basis: str

    @property
    def grams_per_ml(self) -> Fraction:
        """Grams of DMSO in a mL of the product."""
        return self.percent.fraction * DMSO_GRAMS_PER_ML[self.basis]


class Bound(Struct, frozen=True):
    """A limit that the protocol sets to a product, inclusive.

    Attributes:
        of: ``concentration``, ``volume``, ``DMSO``, ``endotoxin`` or ``container``.
        is_most: Whether it is the most that is allowed; else it is the least.
        value: The limit in ``unit``.
        unit: The unit as a page prints it: ``mL per kg``, ``g per kg per day``, ``viable cells per mL``.
        is_per_kg: Whether it is per kg of the actual body weight.
        per: ``day`` where all doses of a day count together, ``h`` where it is of an hour of the infusion; empty for a
            limit of one dose.
    """

    of: str
    is_most: bool
    value: Fraction
    unit: str
    is_per_kg: bool = False
    per: str = ""


class Speed(Struct, frozen=True):
    """A rate of flow.

    Attributes:
        ml_per_hour: The rate in mL per hour, for each kg where it is per kg.
        is_per_kg: Whether it is per kg of the actual body weight.
        words: The rate in the protocol's own unit, with "per" written out.
    """

    ml_per_hour: Fraction
    is_per_kg: bool
    words: Msg


class DoseSpeed(Struct, frozen=True):
    """How much of the dose runs in an hour.

    Attributes:
        per_hour: The amount in an hour, flat or per kg of the actual body weight.
        words: The rate in the protocol's own unit, with "per" written out.
    """

    per_hour: Amount
    words: Msg


class RateRule(Struct, frozen=True):
    """How fast an infusion runs.

    Attributes:
        at_most: The greatest rate, inside; None where none is stated.
        at_least: The least rate, inside; None where none is stated.
        shortest: The shortest duration in minutes, inside; None where none is stated.
        longest: The longest duration in minutes, inside; equal to the shortest where one duration is stated.
        aim: The duration within them that the protocol aims at, in minutes; None where none is stated.
        give: How much of the dose runs in an hour; None where it is not stated so.
        words: The rule as the protocol says it.
    """

    at_most: Speed | None
    at_least: Speed | None
    shortest: Fraction | None
    longest: Fraction | None
    aim: Fraction | None
    give: DoseSpeed | None
    words: Msg

    @property
    def is_per_kg(self) -> bool:
        """Whether the rate depends on the body weight."""
        speeds = [one.is_per_kg for one in (self.at_most, self.at_least) if one is not None]
        return any(speeds) or (self.give is not None and self.give.per_hour.unit.per == "kg")


class Product(Struct, frozen=True):
    """What is given.

    Attributes:
        id: The id, unique in the protocol.
        label: The words for people.
        counts: ``viable cells`` or ``total cells``; empty where it is not stated, or where nothing is counted.
        counted: When the cells were counted.
        recovery: The part of the cells counted at freeze that is left after thaw; None where it is not stated, or where
            they were counted at thaw.
        is_dosed_as_frozen: Whether the protocol says that its dose is meant in cells as they were counted at freeze, so
            that no recovery is applied.
        strength: How much is in a mL; None where it is not stated and no container says it.
        container: What it comes in; None where it is not stated.
        viability: What is said of the viability; None where nothing is.
        purity: The parts that make up what is dosed, in file order, each of the one before; empty for none.
        dilution: How it is diluted; None where nothing is stated.
        dmso: The dimethyl sulfoxide in it; None where it is not stated, or where it holds none.
        is_free_of_dmso: Whether the protocol says that it holds no dimethyl sulfoxide.
        endotoxin: Endotoxin units in a mL, before dilution; None where it is not stated.
        use_within: Minutes after thaw in which it is to be given; None where it is not stated.
        use_within_time: The same as the protocol says it; empty where it is not stated.
        limits: What must hold, in file order; empty for none.
        quote: The source's sentence; empty for none.
        is_for_one_subject: Whether each container is made for one subject, as an autologous one is.
    """

    id: str
    label: str
    counts: str = ""
    counted: Counted = Counted.NOT_STATED
    recovery: Percent | None = None
    is_dosed_as_frozen: bool = False
    strength: Strength | None = None
    container: Container | None = None
    viability: ViabilityRule | None = None
    purity: tuple[Percent, ...] = ()
    dilution: Dilution | None = None
    dmso: Dmso | None = None
    is_free_of_dmso: bool = False
    endotoxin: Fraction | None = None
    use_within: int | None = None
    use_within_time: Msg = NOTHING
    limits: tuple[Bound, ...] = ()
    quote: str = ""
    is_for_one_subject: bool = False

    @property
    def use_within_words(self) -> Msg:
        """In what time it is to be given; empty where it is not stated."""
        return Msg("{time} of thaw", time=self.use_within_time) if self.use_within_time else NOTHING

    @property
    def needs_weight(self) -> bool:
        """Whether a limit is per kg of body weight."""
        return any(one.is_per_kg for one in self.limits)

    @property
    def has_limits_of_a_day(self) -> bool:
        """Whether a limit counts all doses of a day together."""
        return any(one.per == "day" for one in self.limits)

    @property
    def has_strength(self) -> bool:
        """Whether the protocol says how much is in a mL or in a container."""
        return self.strength is not None or self.container is not None
