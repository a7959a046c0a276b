"""What a stated dose is multiplied with: one type for each kind, with its needs, its steps and its words.

Conventions: a rule says what must be known of a body by the names of the subjects' table. Whether it takes the weight
on the scale is said apart, since that is looked for on the day of the dose. Its steps are worked out once, and kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dosecal.model.dosing.body import BodyUnknownError, Formula, Inputs, Measure, derived, known
from dosecal.model.dosing.formulas import (
    AS_RECORDED,
    CALVERT_ML_MIN,
    AdjustedWeight,
    BodySurface,
    CalvertSum,
    Clearance,
    IdealWeight,
    LeanWeight,
    MassIndex,
    MeasuredRate,
    OverIdeal,
    PredictedWeight,
    RateCap,
    RecordedSurface,
)
from dosecal.model.messages import COMMA, NOTHING, Msg, joined, unsaid
from dosecal.model.quantity import Amount, plain_digits
from dosecal.model.spoken import grouped_digits, of_unit
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    Say = Callable[[Amount], Msg]

RECORDED = "recorded"
"""In place of a formula: the protocol names none, and the dose takes the body surface that the site recorded."""


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
        return _alone(
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


def _alone(formula: Formula, *, is_weight: bool = False) -> Measure:
    """A measure of one step."""
    step = derived(formula)
    return Measure(step, (step,), (step,), step if is_weight else None)


class DoseRule(Struct, frozen=True):
    """What a stated dose is multiplied with: nothing, for a flat dose.

    Attributes:
        per: What the dose is stated per; empty for a flat one.
        without_scale: What is said of the weight on the scale where it is not taken.
    """

    per: ClassVar[str] = ""
    without_scale: ClassVar[Msg] = Msg("flat dose: weight is not used")

    @property
    def needs(self) -> tuple[str, ...]:
        """What must be known of a body beside its weight, by the names of the subjects' table."""
        return ()

    @property
    def takes_scale(self) -> bool:
        """Whether it depends on the weight on the scale, by itself or through a measure of it."""
        return False

    @property
    def how(self) -> Msg:
        """The name of its formula; empty where it names none."""
        return NOTHING

    def words(self, dose: Amount, say: Say) -> Msg:
        """A stated dose with what it is per.

        Args:
            dose: The dose.
            say: Says an amount.
        """
        return say(dose)

    def factor_words(self, dose: Amount, say: Say) -> Msg:
        """A stated dose as the first factor of a working; the arguments are those of ``words``."""
        return say(dose)

    def measure(self, inputs: Inputs) -> Measure | None:
        """What a dose is multiplied with in place of the weight on the scale, with its steps; None where it is that.

        Raises:
            BodyUnknownError: If the formula needs what is not known.
            RefusedError: If the formula was not made for the body.
        """
        missing = [need for need in self.needs if inputs.body.lacks(need)]
        if missing:
            raise BodyUnknownError(*missing)
        return self._measure(inputs)

    def _measure(self, inputs: Inputs) -> Measure | None:  # noqa: ARG002 - other rules look at it
        return None

    def measure_words(self, measure: Measure) -> Msg:
        """What a dose was multiplied with, as it stands beside it."""
        return measure.result.remark


class Flat(DoseRule, frozen=True):
    """A dose that is the same for every body."""


FLAT = Flat()


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


class PerSurface(DoseRule, frozen=True):
    """A dose per m² of body surface.

    Attributes:
        formula: One of ``BodySurface.NAMES``, or ``RECORDED``.
    """

    per: ClassVar[str] = "m²"
    without_scale: ClassVar[Msg] = Msg("weight is not used")
    formula: str

    @property
    def is_recorded(self) -> bool:
        """Whether the surface is the recorded one, since no formula is named."""
        return self.formula == RECORDED

    @property
    def needs(self) -> tuple[str, ...]:
        """The height, or the surface."""
        return ("body_surface_m2",) if self.is_recorded else ("height_cm",)

    @property
    def takes_scale(self) -> bool:
        """Whether a formula is named."""
        return not self.is_recorded

    @property
    def how(self) -> Msg:
        """The formula."""
        return AS_RECORDED if self.is_recorded else unsaid(self.formula)

    def words(self, dose: Amount, say: Say) -> Msg:
        """As ``75 mg per m² of body surface (Mosteller)``."""
        return Msg("{rule} of body surface ({how})", rule=say(dose), how=self.how)

    def _measure(self, inputs: Inputs) -> Measure:
        if self.is_recorded:
            surface = derived(RecordedSurface(known(inputs.body.surface_m2)))
            return Measure(surface, (surface,))
        return _alone(BodySurface(self.formula, known(inputs.body.height_cm), known(inputs.scale_kg)))


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
