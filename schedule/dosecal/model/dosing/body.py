"""What is known of a body, and the steps from it to what a dose is multiplied with.

Conventions: exact fractions; kilograms, centimetres, square metres, mL/min and mg/dL. A step is kept once, where it is
worked out: a formula with its inputs, and the value that it gave. Whoever prints a working prints these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from dosecal.model.messages import NOTHING, Msg
from dosecal.model.problems import RefusedError
from dosecal.model.spoken import exact_words, factor_words, grouped_digits, of_unit
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.quantity import Amount

Value = TypeVar("Value")
ADULT_YEARS = 18
"""From this age on, in completed years, the weights of a height and a sex and the estimated clearance are made."""


class BodyUnknownError(RefusedError):
    """A formula needs what is not known of the body.

    Attributes:
        needs: What it needs, as the subjects' table names it.
    """

    def __init__(self, *needs: str) -> None:
        """Keep what is needed."""
        super().__init__(" and ".join(needs))
        self.needs = needs


class Body(Struct, frozen=True):
    """What is known of a body beside its weight.

    Attributes:
        height_cm: The height in centimetres, above 0; None where it is not known.
        sex: ``F`` or ``M``; empty where it is not known.
        age_years: The age in completed years; None where it is not known.
        gfr: The measured glomerular filtration rate in mL/min; None where it is not known.
        creatinine: The serum creatinine in mg/dL; None where it is not known.
        surface_m2: The body surface that the site recorded, in m²; None where it is not known.
    """

    height_cm: Fraction | None = None
    sex: str = ""
    age_years: int | None = None
    gfr: Fraction | None = None
    creatinine: Fraction | None = None
    surface_m2: Fraction | None = None

    def lacks(self, need: str) -> bool:
        """Whether something is not known, by the name that the subjects' table has for it."""
        return getattr(self, _ATTRIBUTES.get(need, need)) in {None, ""}


_ATTRIBUTES = {
    "birth_date": "age_years",
    "gfr_ml_min": "gfr",
    "creatinine_mg_dl": "creatinine",
    "body_surface_m2": "surface_m2",
}


class Inputs(Struct, frozen=True):
    """What a formula may take: a body, its weight on the scale, and the stated dose.

    Attributes:
        body: What is known of the body.
        scale_kg: The weight on the scale; None where the rule takes none.
        dose: The stated dose, of all days of the infusion.
    """

    body: Body
    scale_kg: Fraction | None
    dose: Amount


def known(value: Value | None) -> Value:
    """A number that a formula takes and that is there, since the rule was asked for its needs."""
    if value is None:
        message = "a formula has what its rule needs"
        raise ValueError(message)
    return value


class Formula(Struct, frozen=True):
    """A formula with its inputs put in; one that was not made for the body is refused as it is made.

    Attributes:
        name: The name by which a protocol file says it; empty for one that it does not name, or one of several.
        quantity: What it gives, in words.
        unit: The unit of that.
        key: The name of the value in a file of check entries.
    """

    name: ClassVar[str] = ""
    quantity: ClassVar[Msg]
    unit: ClassVar[str]
    key: ClassVar[str] = ""

    def value(self) -> Fraction:
        """What it gives, exactly."""
        raise NotImplementedError

    def working(self) -> Msg:
        """The formula with the inputs as a person reads them; empty where nothing is computed."""
        return NOTHING

    def result(self, value: Fraction) -> Msg:
        """The value as a working ends with it."""
        return exact_words(value, self.unit)

    def remark(self, value: Fraction) -> Msg:
        """The value as it stands beside a dose in a table."""
        return self.result(value)

    def factor(self, value: Fraction) -> Msg:
        """The value as a further working goes on from it."""
        return of_unit(factor_words(value), self.unit)

    def asked(self) -> tuple[Msg, Msg]:
        """What a second person is asked for, and a hint."""
        return self.quantity, NOTHING


class Derivation(Struct, frozen=True):
    """A step of a working: a formula with its inputs, and the value that it gave."""

    formula: Formula
    value: Fraction

    @property
    def remark(self) -> Msg:
        """The value as it stands beside a dose in a table."""
        return self.formula.remark(self.value)


def derived(formula: Formula) -> Derivation:
    """The step of a formula."""
    return Derivation(formula, formula.value())


class Measure(Struct, frozen=True):
    """What a dose is multiplied with in place of the weight on the scale.

    Attributes:
        result: The body surface, the weight or the clearance, exactly as it is used.
        steps: All steps in their order, the result among them.
        asked: The steps that a second person works out, too; none for what was recorded.
        weight: The weight that was worked out in place of the one on the scale; None where none was.
    """

    result: Derivation
    steps: tuple[Derivation, ...]
    asked: tuple[Derivation, ...] = ()
    weight: Derivation | None = None

    @property
    def value(self) -> Fraction:
        """Square metres, kilograms or mL/min."""
        return self.result.value

    @property
    def unit(self) -> str:
        """The unit of the value."""
        return self.result.formula.unit


def require_adult(age_years: int | None, what: str) -> None:
    """Refuse an age under 18 years; one that is not known is let through."""
    if age_years is not None and age_years < ADULT_YEARS:
        raise RefusedError(f"an age of at least {ADULT_YEARS} years for the {what}")


def cm_words(value: Fraction) -> Msg:
    """A height as it was typed, or a constant."""
    return of_unit(grouped_digits(value), "cm")


def kg_words(value: Fraction) -> Msg:
    """A weight as it was typed, or a constant."""
    return of_unit(grouped_digits(value), "kg")


def exact_kg_words(value: Fraction) -> Msg:
    """A weight that was worked out: a fraction where its digits have no end."""
    return of_unit(factor_words(value), "kg")


def measured_by(formula: Formula, *, is_weight: bool = False) -> Measure:
    """A measure of one step."""
    step = derived(formula)
    return Measure(step, (step,), (step,), step if is_weight else None)
