"""Doses by AUC: filtration rates, Calvert's formula, and the rule."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from dosecal.model.dosing.body import (
    Formula,
    Inputs,
    Measure,
    derived,
    exact_kg_words,
    known,
    require_adult,
)
from dosecal.model.dosing.rule import DoseRule
from dosecal.model.messages import COMMA, NOTHING, Msg, joined
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import Amount, plain_digits
from dosecal.model.spoken import factor_words, grouped_digits, number_digits, of_unit

if TYPE_CHECKING:
    from dosecal.model.dosing.per_weight import BodyWeight
    from dosecal.model.dosing.rule import Say

CALVERT = "Calvert"
CALVERT_ML_MIN = 25
"""What Calvert's formula adds to the filtration rate: the dose in mg is the target AUC × (rate + 25)."""


class _Rate(Formula, frozen=True):
    """A filtration rate in mL/min."""

    quantity: ClassVar[Msg] = Msg("filtration rate")
    unit: ClassVar[str] = "mL per min"

    def remark(self, value: Fraction) -> Msg:
        """The rate."""
        return Msg("filtration rate {rate}", rate=of_unit(number_digits(value), self.unit))


class MeasuredRate(_Rate, frozen=True):
    """The filtration rate that was measured."""

    ml_min: Fraction

    def value(self) -> Fraction:
        """The rate."""
        return self.ml_min

    def result(self, value: Fraction) -> Msg:
        """The rate, and that it was measured."""
        return Msg("{a}, measured", a=super().result(value))


class Clearance(_Rate, frozen=True):
    """(140 − age) × kg ÷ (72 × mg/dL), for women × 0.85, from 18 years on.

    Reference:
        Cockcroft DW, Gault MH. Nephron 1976;16:31-41.
    """

    name: ClassVar[str] = "Cockcroft-Gault"
    YEARS: ClassVar[int] = 140
    DIVISOR: ClassVar[int] = 72
    OF_WOMEN: ClassVar[Fraction] = Fraction("0.85")
    sex: str
    age_years: int
    weight_kg: Fraction
    creatinine: Fraction

    def __post_init__(self) -> None:
        """Refuse whom it was not made for."""
        require_adult(self.age_years, "estimated clearance")
        if self.age_years >= self.YEARS:
            raise RefusedError(f"an age under {self.YEARS} years for the estimated clearance")

    def value(self) -> Fraction:
        """The clearance."""
        factor = self.OF_WOMEN if self.sex == "F" else 1
        return factor * (self.YEARS - self.age_years) * self.weight_kg / (self.DIVISOR * self.creatinine)

    def working(self) -> Msg:
        """As ``0.85 × (140 − 60) × 72 kg ÷ (72 × 1 mg per dL)``."""
        said = Msg(
            "({years} − {age}) × {weight} ÷ ({divisor} × {creatinine})",
            years=str(self.YEARS),
            age=str(self.age_years),
            weight=exact_kg_words(self.weight_kg),
            divisor=str(self.DIVISOR),
            creatinine=of_unit(grouped_digits(self.creatinine), "mg per dL"),
        )
        return Msg("{a} × {b}", a=plain_digits(self.OF_WOMEN), b=said) if self.sex == "F" else said


class RateCap(Formula, frozen=True):
    """The filtration rate that counts: the one found, or the protocol's cap where that is above it.

    Attributes:
        ml_min: The rate found.
        cap: The greatest rate that counts.
        uncapped: The dose that the rate found would give, flat.
    """

    quantity: ClassVar[Msg] = Msg("rate cap")
    unit: ClassVar[str] = "mL per min"
    ml_min: Fraction
    cap: Fraction
    uncapped: Amount

    def value(self) -> Fraction:
        """The rate that counts."""
        return min(self.ml_min, self.cap)

    def result(self, value: Fraction) -> Msg:
        """The cap, and whether it was applied."""
        cap = of_unit(grouped_digits(self.cap), self.unit)
        if value == self.ml_min:
            return Msg("{a}: not reached", a=cap)
        return Msg("{a}: applied; {b}", a=cap, b=self._uncapped_words())

    def remark(self, value: Fraction) -> Msg:
        """The dose without the cap; empty where that was not applied."""
        return NOTHING if value == self.ml_min else Msg("capped: {dose}", dose=self._uncapped_words())

    def _uncapped_words(self) -> Msg:
        dose = of_unit(number_digits(self.uncapped.value), self.uncapped.unit.spoken)
        return Msg("{dose} without the cap", dose=dose)


class CalvertSum(Formula, frozen=True):
    """What Calvert's formula multiplies the target AUC with: the rate that counts + 25.

    Reference:
        Calvert AH and others. J Clin Oncol 1989;7:1748-56.
    """

    name: ClassVar[str] = CALVERT
    quantity: ClassVar[Msg] = Msg("rate + {n}", n=str(CALVERT_ML_MIN))
    unit: ClassVar[str] = "mL per min"
    key: ClassVar[str] = "rate_and_25"
    counted: Fraction

    def value(self) -> Fraction:
        """The sum in mL/min."""
        return self.counted + CALVERT_ML_MIN

    def working(self) -> Msg:
        """As ``125 + 25``."""
        return Msg("{a} + {b}", a=factor_words(self.counted), b=str(CALVERT_ML_MIN))

    def asked(self) -> tuple[Msg, Msg]:
        """The sum with the cap in it."""
        return Msg("filtration rate + {n}", n=str(CALVERT_ML_MIN)), Msg("after the cap of the rate")


class ByAuc(DoseRule, frozen=True):
    """A target AUC, by Calvert.

    Attributes:
        weight: Which weight an estimated filtration rate takes; None for a measured rate.
        cap: The greatest rate that counts, in mL/min; None where none is stated.
    """

    per: ClassVar[str] = "mL/min"
    without_scale: ClassVar[Msg] = Msg("weight is not used")
    weight: BodyWeight | None
    cap: Fraction | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """The measured rate, or what an estimated one takes."""
        if self.weight is None:
            return ("gfr_ml_min",)
        return tuple(dict.fromkeys((*self.weight.needs, "sex", "birth_date", "creatinine_mg_dl")))

    @property
    def takes_scale(self) -> bool:
        """Whether an estimated rate takes the weight on the scale."""
        return self.weight is not None and self.weight.takes_scale

    def words(self, dose: Amount, say: Say) -> Msg:  # noqa: ARG002 - it is no amount that is said
        """As ``AUC 5 (Calvert, measured filtration rate, at most 125 mL per min)``."""
        rate = Msg("measured filtration rate") if self.weight is None else Msg("estimated filtration rate")
        no_cap = Msg("no cap stated")
        cap = no_cap if self.cap is None else Msg("at most {a}", a=of_unit(grouped_digits(self.cap), "mL per min"))
        how = joined((rate, NOTHING if self.weight is None else self.weight.words, cap), COMMA)
        return Msg("AUC {n} (Calvert, {how})", n=grouped_digits(dose.value), how=how)

    def factor_words(self, dose: Amount, say: Say) -> Msg:  # noqa: ARG002 - likewise
        """As ``AUC 5``."""
        return Msg("AUC {n}", n=grouped_digits(dose.value))

    def _measure(self, inputs: Inputs) -> Measure:
        """The weight, the filtration rate, its cap, and the sum that Calvert's formula multiplies."""
        other = None if self.weight is None else self.weight.measure(inputs)
        rate = derived(self._rate(inputs, other))
        steps = [*(() if other is None else other.steps), rate]
        if self.cap is not None:
            uncapped = Amount(inputs.dose.value * (rate.value + CALVERT_ML_MIN), inputs.dose.unit.flat)
            steps.append(derived(RateCap(rate.value, self.cap, uncapped)))
        total = derived(CalvertSum(steps[-1].value))
        return Measure(total, (*steps, total), (total,), None if other is None else other.weight)

    def _rate(self, inputs: Inputs, other: Measure | None) -> Formula:
        """The rate of a body, by a weight in place of the one on the scale where there is another."""
        if self.weight is None:
            return MeasuredRate(known(inputs.body.gfr))
        weight_kg = known(inputs.scale_kg) if other is None else other.value
        return Clearance(inputs.body.sex, known(inputs.body.age_years), weight_kg, known(inputs.body.creatinine))

    def measure_words(self, measure: Measure) -> Msg:
        """The rate, what its cap did, and the weight that it took."""
        of_rate = [one for one in measure.steps if isinstance(one.formula, MeasuredRate | Clearance | RateCap)]
        rate = joined((one.remark for one in of_rate), COMMA)
        return joined((rate, NOTHING if measure.weight is None else measure.weight.remark))
