"""Doses per kg: the weights that are not the one on the scale, whose formulas they are, and the rule.

Conventions: a weight is worked out exactly, and is refused for a body that its formula was not made for.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from dosecal.model.dosing.body import (
    Formula,
    Inputs,
    Measure,
    cm_words,
    derived,
    exact_kg_words,
    kg_words,
    known,
    measured_by,
    require_adult,
)
from dosecal.model.dosing.rule import DoseRule
from dosecal.model.messages import NOTHING, Msg, joined, unsaid
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import Amount, plain_digits
from dosecal.model.spoken import number_digits, of_unit, signed_percent
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from dosecal.model.dosing.rule import Say

CM_PER_INCH = Fraction("2.54")
BASE_KG = {"M": Fraction(50), "F": Fraction("45.5")}
"""The weight at 60 inches, of Devine and of the ARDS Network, by sex."""


class _Weight(Formula, frozen=True):
    """A weight in place of the one on the scale, in kilograms."""

    unit: ClassVar[str] = "kg"

    def remark(self, value: Fraction) -> Msg:
        """Which weight, and how much."""
        return Msg("{weight} {amount}", weight=self.quantity, amount=of_unit(number_digits(value), "kg"))


class IdealWeight(_Weight, frozen=True):
    """50 (men) or 45.5 (women) + 2.3 × (inches − 60), for adults of 60 inches or more.

    Reference:
        Devine BJ. Drug Intell Clin Pharm 1974;8:650-5.
    """

    name: ClassVar[str] = "Devine"
    quantity: ClassVar[Msg] = Msg("ideal weight")
    key: ClassVar[str] = "ideal_weight"
    INCHES: ClassVar[int] = 60
    KG_PER_INCH: ClassVar[Fraction] = Fraction("2.3")
    sex: str
    height_cm: Fraction
    age_years: int

    def __post_init__(self) -> None:
        """Refuse whom it was not made for."""
        shortest = self.INCHES * CM_PER_INCH
        if self.height_cm < shortest:
            least = f"{plain_digits(shortest)} cm ({self.INCHES} inches)"
            raise RefusedError(f"a height of at least {least} for the ideal weight")
        require_adult(self.age_years, "ideal weight")

    def value(self) -> Fraction:
        """The weight."""
        return BASE_KG[self.sex] + self.KG_PER_INCH * (self.height_cm / CM_PER_INCH - self.INCHES)

    def working(self) -> Msg:
        """As ``50 kg + 2.3 kg × (175 cm ÷ 2.54 cm − 60)``."""
        return Msg(
            "{base} + {per_inch} × ({height} ÷ {inch} − {inches})",
            base=kg_words(BASE_KG[self.sex]),
            per_inch=kg_words(self.KG_PER_INCH),
            height=cm_words(self.height_cm),
            inch=cm_words(CM_PER_INCH),
            inches=str(self.INCHES),
        )


class OverIdeal(Formula, frozen=True):
    """How far the weight on the scale is from the ideal one, in percent of that."""

    quantity: ClassVar[Msg] = Msg("weight over ideal")
    unit: ClassVar[str] = "%"
    weight_kg: Fraction
    ideal_kg: Fraction

    def value(self) -> Fraction:
        """The difference in percent, with its sign."""
        return 100 * (self.weight_kg - self.ideal_kg) / self.ideal_kg

    def working(self) -> Msg:
        """As ``(80 kg ÷ 73 kg − 1) × 100``."""
        return Msg("({a} ÷ {b} − 1) × 100", a=kg_words(self.weight_kg), b=exact_kg_words(self.ideal_kg))

    def result(self, value: Fraction) -> Msg:
        """The percentage with its sign."""
        return unsaid(signed_percent(value))


class AdjustedWeight(_Weight, frozen=True):
    """The ideal weight + a percent of what is above it; for those who weigh no more than it, the actual weight."""

    quantity: ClassVar[Msg] = Msg("adjusted weight")
    key: ClassVar[str] = "adjusted_weight"
    ideal_kg: Fraction
    weight_kg: Fraction
    percent: Fraction

    @property
    def is_actual(self) -> bool:
        """Whether it is the weight on the scale, since that is not above the ideal weight."""
        return self.weight_kg <= self.ideal_kg

    def value(self) -> Fraction:
        """The weight."""
        over = self.weight_kg - self.ideal_kg
        return self.weight_kg if self.is_actual else self.ideal_kg + self.percent / 100 * over

    def working(self) -> Msg:
        """As ``73 kg + 0.4 × (103 kg − 73 kg)``; empty where it is the actual weight."""
        if self.is_actual:
            return NOTHING
        part, ideal, weight = plain_digits(self.percent / 100), exact_kg_words(self.ideal_kg), kg_words(self.weight_kg)
        return Msg("{ideal} + {part} × ({weight} − {ideal})", ideal=ideal, part=part, weight=weight)

    def result(self, value: Fraction) -> Msg:
        """The weight, and whether it is the actual one."""
        return self._or_actual(super().result(value))

    def remark(self, value: Fraction) -> Msg:
        """The weight, and whether it is the actual one."""
        return self._or_actual(super().remark(value))

    def _or_actual(self, said: Msg) -> Msg:
        if not self.is_actual:
            return said
        ideal = of_unit(number_digits(self.ideal_kg), "kg")
        return Msg("{a}, the actual one: it is not above the ideal {b}", a=said, b=ideal)


class PredictedWeight(_Weight, frozen=True):
    """50 (men) or 45.5 (women) + 0.91 × (cm − 152.4), for adults of 48 inches or more, where the table of it begins.

    Reference:
        Acute Respiratory Distress Syndrome Network. N Engl J Med 2000;342:1301-8.
    """

    quantity: ClassVar[Msg] = Msg("predicted weight")
    key: ClassVar[str] = "predicted_weight"
    BEGINS_CM: ClassVar[Fraction] = Fraction("152.4")
    KG_PER_CM: ClassVar[Fraction] = Fraction("0.91")
    SHORTEST_CM: ClassVar[Fraction] = 48 * CM_PER_INCH
    sex: str
    height_cm: Fraction
    age_years: int | None

    def __post_init__(self) -> None:
        """Refuse whom it was not made for; an age that is not known is noted elsewhere."""
        if self.height_cm < self.SHORTEST_CM:
            least = f"{plain_digits(self.SHORTEST_CM)} cm (48 inches)"
            raise RefusedError(f"a height of at least {least} for the predicted weight")
        require_adult(self.age_years, "predicted weight")

    def value(self) -> Fraction:
        """The weight."""
        return BASE_KG[self.sex] + self.KG_PER_CM * (self.height_cm - self.BEGINS_CM)

    def working(self) -> Msg:
        """As ``50 kg + 0.91 kg × (175 cm − 152.4 cm)``."""
        return Msg(
            "{base} + {per_cm} × ({height} − {begin})",
            base=kg_words(BASE_KG[self.sex]),
            per_cm=kg_words(self.KG_PER_CM),
            height=cm_words(self.height_cm),
            begin=cm_words(self.BEGINS_CM),
        )


class MassIndex(Formula, frozen=True):
    """The body mass index."""

    quantity: ClassVar[Msg] = Msg("body mass index")
    unit: ClassVar[str] = "kg per m²"
    height_cm: Fraction
    weight_kg: Fraction

    def value(self) -> Fraction:
        """The index in kg/m²."""
        return self.weight_kg / (self.height_cm / 100) ** 2

    def working(self) -> Msg:
        """As ``70 kg ÷ (170 cm ÷ 100)²``."""
        return Msg("{weight} ÷ ({height} ÷ 100)²", weight=kg_words(self.weight_kg), height=cm_words(self.height_cm))


class LeanWeight(_Weight, frozen=True):
    """9270 w ÷ (6680 + 216 index) for men, ÷ (8780 + 244 index) for women; for adults.

    Reference:
        Janmahasatian S and others. Clin Pharmacokinet 2005;44:1051-65.
    """

    name: ClassVar[str] = "Janmahasatian"
    quantity: ClassVar[Msg] = Msg("lean weight")
    key: ClassVar[str] = "lean_weight"
    FACTOR: ClassVar[int] = 9270
    DIVISORS: ClassVar[dict[str, tuple[int, int]]] = {"M": (6680, 216), "F": (8780, 244)}
    """A number, and one for each kg/m² of the body mass index, by sex."""
    sex: str
    index: MassIndex
    age_years: int | None

    def __post_init__(self) -> None:
        """Refuse whom it was not made for; an age that is not known is noted elsewhere."""
        require_adult(self.age_years, "lean weight")

    def value(self) -> Fraction:
        """The weight."""
        base, of_index = self.DIVISORS[self.sex]
        return self.FACTOR * self.index.weight_kg / (base + of_index * self.index.value())

    def working(self) -> Msg:
        """As ``9,270 × 70 kg ÷ (6,680 + 216 × 70 kg ÷ (170 cm ÷ 100)²)``."""
        base, of_index = self.DIVISORS[self.sex]
        return Msg(
            "{factor} × {weight} ÷ ({base} + {of_index} × {index})",
            factor=f"{self.FACTOR:,}",
            weight=kg_words(self.index.weight_kg),
            base=f"{base:,}",
            of_index=str(of_index),
            index=self.index.working(),
        )


class BodyWeight(Struct, frozen=True):
    """Which weight a dose is per: the one on the scale.

    Attributes:
        name: The word of a protocol file.
        label: The words of a page.
        needs: What must be known of the body beside the weight on the scale.
        takes_scale: Whether it depends on the weight on the scale; those of a height and a sex do not.
        formula: The name of its formula, where a file says it.
    """

    name: ClassVar[str] = "actual"
    label: ClassVar[Msg] = Msg("actual weight")
    needs: ClassVar[tuple[str, ...]] = ()
    takes_scale: ClassVar[bool] = True
    formula: ClassVar[str] = ""

    @property
    def how(self) -> Msg:
        """How it is worked out: ``25 %; Devine``; empty where nothing is to be said of it."""
        return unsaid(self.formula)

    @property
    def words(self) -> Msg:
        """Which weight, and how: ``adjusted weight (25 %; Devine)``."""
        return Msg("{a} ({b})", a=self.label, b=self.how) if self.how else self.label

    def measure(self, inputs: Inputs) -> Measure | None:  # noqa: ARG002 - other weights look at it
        """The weight of a body with its steps; None where it is the one on the scale."""
        return None


ACTUAL = BodyWeight()


class Ideal(BodyWeight, frozen=True):
    """The ideal weight of a height and a sex."""

    name: ClassVar[str] = "ideal"
    label: ClassVar[Msg] = IdealWeight.quantity
    needs: ClassVar[tuple[str, ...]] = ("height_cm", "sex", "birth_date")
    takes_scale: ClassVar[bool] = False
    formula: ClassVar[str] = IdealWeight.name

    def measure(self, inputs: Inputs) -> Measure:
        """The weight, and how far the one on the scale is from it where that is known."""
        ideal = derived(_ideal(inputs))
        over = () if inputs.scale_kg is None else (derived(OverIdeal(inputs.scale_kg, ideal.value)),)
        return Measure(ideal, (ideal, *over), (ideal,), ideal)


class Adjusted(BodyWeight, frozen=True):
    """The weight so many percent of the way from the ideal weight to the one on the scale."""

    name: ClassVar[str] = "adjusted"
    label: ClassVar[Msg] = AdjustedWeight.quantity
    needs: ClassVar[tuple[str, ...]] = Ideal.needs
    formula: ClassVar[str] = IdealWeight.name
    percent: Fraction

    @property
    def how(self) -> Msg:
        """The percent and the formula of the ideal weight."""
        return joined((Msg("{n} %", n=plain_digits(self.percent)), unsaid(self.formula)))

    def measure(self, inputs: Inputs) -> Measure:
        """The weight after the ideal one."""
        ideal, weight_kg = derived(_ideal(inputs)), known(inputs.scale_kg)
        adjusted = derived(AdjustedWeight(ideal.value, weight_kg, self.percent))
        steps = (ideal, derived(OverIdeal(weight_kg, ideal.value)), adjusted)
        return Measure(adjusted, steps, (ideal, adjusted), adjusted)


class Predicted(BodyWeight, frozen=True):
    """The predicted weight of a height and a sex (ARDS Network)."""

    name: ClassVar[str] = "predicted"
    label: ClassVar[Msg] = PredictedWeight.quantity
    needs: ClassVar[tuple[str, ...]] = ("height_cm", "sex")
    takes_scale: ClassVar[bool] = False

    def measure(self, inputs: Inputs) -> Measure:
        """The weight."""
        return measured_by(
            PredictedWeight(inputs.body.sex, known(inputs.body.height_cm), inputs.body.age_years), is_weight=True
        )


class Lean(BodyWeight, frozen=True):
    """The lean weight."""

    name: ClassVar[str] = "lean"
    label: ClassVar[Msg] = LeanWeight.quantity
    needs: ClassVar[tuple[str, ...]] = ("height_cm", "sex")
    formula: ClassVar[str] = LeanWeight.name

    def measure(self, inputs: Inputs) -> Measure:
        """The weight after the body mass index."""
        index = MassIndex(known(inputs.body.height_cm), known(inputs.scale_kg))
        lean = derived(LeanWeight(inputs.body.sex, index, inputs.body.age_years))
        return Measure(lean, (derived(index), lean), (lean,), lean)


def _ideal(inputs: Inputs) -> IdealWeight:
    return IdealWeight(inputs.body.sex, known(inputs.body.height_cm), known(inputs.body.age_years))


class PerWeight(DoseRule, frozen=True):
    """A dose per kg of a weight."""

    per: ClassVar[str] = "kg"
    without_scale: ClassVar[Msg] = Msg("the weight on the scale is not used")
    weight: BodyWeight = ACTUAL

    @property
    def needs(self) -> tuple[str, ...]:
        """What the weight needs."""
        return self.weight.needs

    @property
    def takes_scale(self) -> bool:
        """Whether the weight takes the one on the scale."""
        return self.weight.takes_scale

    def words(self, dose: Amount, say: Say) -> Msg:
        """As ``1 mg per kg of ideal weight (Devine)``."""
        weight = self.weight
        if weight.name == ACTUAL.name:
            return say(dose)
        if weight.how:
            return Msg("{dose} of {weight} ({how})", dose=say(dose), weight=weight.label, how=weight.how)
        return Msg("{dose} of {weight}", dose=say(dose), weight=weight.label)

    def _measure(self, inputs: Inputs) -> Measure | None:
        return self.weight.measure(inputs)
