"""The formulas of doses: where each comes from, for whom it was made, its constants, its arithmetic and its working.

Conventions: a formula has the name by which a protocol file says it; its attributes are its inputs. Exact fractions
in, exact fractions out: no measure is rounded. A root or a power that is no fraction is carried to ``PLACES`` decimal
places, more than any table holds or page shows. Kilograms, centimetres, square metres, mL/min and mg/dL; a sex is
``F`` or ``M``, an age in completed years. A formula raises a ``RefusedError`` for a body that it was not made for.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from math import isqrt
from typing import ClassVar

from dosecal.model.dosing.body import Formula
from dosecal.model.messages import NOTHING, Msg, msgid, unsaid
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import Amount, plain_digits, round_half_up
from dosecal.model.spoken import factor_words, grouped_digits, number_digits, of_unit, signed_percent

WORKING_DIGITS = 60
PLACES = 40
"""Decimal places of a root or a power: the 18 places of a table are then right for every dose that is multiplied."""

_CONTEXT = Context(prec=WORKING_DIGITS)
_STEP = Fraction(1, 10**PLACES)

CM_PER_INCH = Fraction("2.54")
ADULT_YEARS = 18
"""From this age on, in completed years, the weights of a height and a sex and the estimated clearance are made."""
BASE_KG = {"M": Fraction(50), "F": Fraction("45.5")}
"""The weight at 60 inches, of Devine and of the ARDS Network, by sex."""

CALVERT = "Calvert"
CALVERT_ML_MIN = 25
"""What Calvert's formula adds to the filtration rate: the dose in mg is the target AUC × (rate + 25)."""


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
        height, weight = _cm(self.height_cm), _kg(self.weight_kg)
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
        _require_adult(self.age_years, "ideal weight")

    def value(self) -> Fraction:
        """The weight."""
        return BASE_KG[self.sex] + self.KG_PER_INCH * (self.height_cm / CM_PER_INCH - self.INCHES)

    def working(self) -> Msg:
        """As ``50 kg + 2.3 kg × (175 cm ÷ 2.54 cm − 60)``."""
        return Msg(
            "{base} + {per_inch} × ({height} ÷ {inch} − {inches})",
            base=_kg(BASE_KG[self.sex]),
            per_inch=_kg(self.KG_PER_INCH),
            height=_cm(self.height_cm),
            inch=_cm(CM_PER_INCH),
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
        return Msg("({a} ÷ {b} − 1) × 100", a=_kg(self.weight_kg), b=_exact_kg(self.ideal_kg))

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
        part, ideal, weight = plain_digits(self.percent / 100), _exact_kg(self.ideal_kg), _kg(self.weight_kg)
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
        _require_adult(self.age_years, "predicted weight")

    def value(self) -> Fraction:
        """The weight."""
        return BASE_KG[self.sex] + self.KG_PER_CM * (self.height_cm - self.BEGINS_CM)

    def working(self) -> Msg:
        """As ``50 kg + 0.91 kg × (175 cm − 152.4 cm)``."""
        return Msg(
            "{base} + {per_cm} × ({height} − {begin})",
            base=_kg(BASE_KG[self.sex]),
            per_cm=_kg(self.KG_PER_CM),
            height=_cm(self.height_cm),
            begin=_cm(self.BEGINS_CM),
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
        return Msg("{weight} ÷ ({height} ÷ 100)²", weight=_kg(self.weight_kg), height=_cm(self.height_cm))


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
        _require_adult(self.age_years, "lean weight")

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
            weight=_kg(self.index.weight_kg),
            base=f"{base:,}",
            of_index=str(of_index),
            index=self.index.working(),
        )


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
        _require_adult(self.age_years, "estimated clearance")
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
            weight=_exact_kg(self.weight_kg),
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


def _require_adult(age_years: int | None, what: str) -> None:
    """Refuse an age under 18 years; one that is not known is let through."""
    if age_years is not None and age_years < ADULT_YEARS:
        raise RefusedError(f"an age of at least {ADULT_YEARS} years for the {what}")


def _surface_remark(value: Fraction, how: Msg) -> Msg:
    return Msg("body surface {s} ({how})", s=of_unit(number_digits(value), "m²"), how=how)


def _cm(value: Fraction) -> Msg:
    return of_unit(grouped_digits(value), "cm")


def _kg(value: Fraction) -> Msg:
    """A weight as it was typed, or a constant."""
    return of_unit(grouped_digits(value), "kg")


def _exact_kg(value: Fraction) -> Msg:
    """A weight that was worked out: a fraction where its digits have no end."""
    return of_unit(factor_words(value), "kg")


def _root(value: Fraction) -> Fraction:
    exact = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return exact if exact * exact == value else _rounded(_CONTEXT.sqrt(_decimal(value)))


def _decimal(value: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


def _rounded(value: Decimal) -> Fraction:
    return round_half_up(Fraction(value), _STEP)
