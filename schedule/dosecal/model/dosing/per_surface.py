"""Doses per m²: the formulas of the body surface, and the rule.

Conventions: a root or a power that is no fraction is carried to ``PLACES`` decimal places, more than any table holds
or page shows; no surface is rounded.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING, ClassVar

from dosecal.model.dosing.body import (
    Formula,
    Inputs,
    Measure,
    cm_words,
    derived,
    kg_words,
    known,
    measured_by,
)
from dosecal.model.dosing.rule import DoseRule
from dosecal.model.messages import Msg, msgid, unsaid
from dosecal.model.quantity import Amount, round_half_up
from dosecal.model.spoken import number_digits, of_unit

if TYPE_CHECKING:
    from dosecal.model.dosing.rule import Say

WORKING_DIGITS = 60
PLACES = 40
"""Decimal places of a root or a power: the 18 places of a table are then right for every dose that is multiplied."""

_CONTEXT = Context(prec=WORKING_DIGITS)
_STEP = Fraction(1, 10**PLACES)

RECORDED = "recorded"
"""In place of a formula: the protocol names none, and the dose takes the body surface that the site recorded."""


class BodySurface(Formula, frozen=True):
    """A body surface from height and weight, both above 0: √(cm × kg ÷ 3600), or a factor and a power of each.

    Reference:
        Mosteller RD. N Engl J Med 1987;317:1098. Du Bois D, Du Bois EF. Arch Intern Med 1916;17:863-71. Haycock GB
        and others. J Pediatr 1978;93:62-6. Gehan EA, George SL. Cancer Chemother Rep 1970;54:225-35.
    """

    DIVISOR: ClassVar[int] = 3600
    POWERS: ClassVar[dict[str, tuple[str, str, str]]] = {
        "Du Bois": ("0.007184", "0.725", "0.425"),
        "Haycock": ("0.024265", "0.3964", "0.5378"),
        "Gehan-George": ("0.0235", "0.42246", "0.51456"),
    }
    """Factor, power of the height in cm, power of the weight in kg."""
    NAMES: ClassVar[tuple[str, ...]] = ("Mosteller", *POWERS)
    quantity: ClassVar[Msg] = Msg("body surface")
    unit: ClassVar[str] = "m²"
    key: ClassVar[str] = "body_surface"
    by: str
    height_cm: Fraction
    weight_kg: Fraction

    def value(self) -> Fraction:
        """The surface in m², exactly where the root is a fraction."""
        if self.by == self.NAMES[0]:
            return _root(self.height_cm * self.weight_kg / self.DIVISOR)
        factor, of_height, of_weight = map(Decimal, self.POWERS[self.by])
        height = _CONTEXT.power(_decimal(self.height_cm), of_height)
        weight = _CONTEXT.power(_decimal(self.weight_kg), of_weight)
        return _rounded(_CONTEXT.multiply(_CONTEXT.multiply(factor, height), weight))

    def working(self) -> Msg:
        """As ``√(170 cm × 70 kg ÷ 3,600)`` or ``0.007184 × (170 cm)^0.725 × (70 kg)^0.425``."""
        height, weight = cm_words(self.height_cm), kg_words(self.weight_kg)
        if self.by == self.NAMES[0]:
            return Msg("√({height} × {weight} ÷ {divisor})", height=height, weight=weight, divisor=f"{self.DIVISOR:,}")
        factor, of_height, of_weight = self.POWERS[self.by]
        template = msgid("{factor} × ({height})^{of_height} × ({weight})^{of_weight}")
        powers = {"factor": factor, "of_height": of_height, "of_weight": of_weight}
        return Msg(template, height=height, weight=weight, **powers)

    def remark(self, value: Fraction) -> Msg:
        """The surface with the name of its formula."""
        return _surface_remark(value, unsaid(self.by))


AS_RECORDED = Msg("as recorded, formula none stated")


class RecordedSurface(Formula, frozen=True):
    """The body surface that the site recorded, since the protocol names no formula."""

    quantity: ClassVar[Msg] = BodySurface.quantity
    unit: ClassVar[str] = "m²"
    surface_m2: Fraction

    def value(self) -> Fraction:
        """The surface in m²."""
        return self.surface_m2

    def result(self, value: Fraction) -> Msg:
        """The surface, and that it was recorded."""
        return Msg("{a}, as recorded: the formula is none stated", a=super().result(value))

    def remark(self, value: Fraction) -> Msg:
        """The surface, and that it was recorded."""
        return _surface_remark(value, AS_RECORDED)


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
        return measured_by(BodySurface(self.formula, known(inputs.body.height_cm), known(inputs.scale_kg)))


def _surface_remark(value: Fraction, how: Msg) -> Msg:
    return Msg("body surface {s} ({how})", s=of_unit(number_digits(value), "m²"), how=how)


def _root(value: Fraction) -> Fraction:
    exact = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return exact if exact * exact == value else _rounded(_CONTEXT.sqrt(_decimal(value)))


def _decimal(value: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


def _rounded(value: Decimal) -> Fraction:
    return round_half_up(Fraction(value), _STEP)
