"""The named formulas of doses: their constants, where they come from, for whom they were made, how they are shown.

Conventions: a formula has the name by which a protocol file says it. Constants are exact; kilograms, centimetres,
square metres, mL/min and mg/dL. Each working is the formula with the numbers of one body put in, as texts with their
units. What is computed and what is printed takes the same constants from here.

Reference:
    Mosteller RD. N Engl J Med 1987;317:1098. Du Bois D, Du Bois EF. Arch Intern Med 1916;17:863-71. Haycock GB and
    others. J Pediatr 1978;93:62-6. Gehan EA, George SL. Cancer Chemother Rep 1970;54:225-35. Devine BJ. Drug
    Intell Clin Pharm 1974;8:650-5. Acute Respiratory Distress Syndrome Network. N Engl J Med 2000;342:1301-8.
    Janmahasatian S and others. Clin Pharmacokinet 2005;44:1051-65. Cockcroft DW, Gault MH. Nephron 1976;16:31-41.
    Calvert AH and others. J Clin Oncol 1989;7:1748-56.
"""

from __future__ import annotations

from fractions import Fraction

from dosecal.model.messages import Msg
from dosecal.model.quantity import plain_digits
from dosecal.model.spoken import of_unit

CM_PER_INCH = Fraction("2.54")
ADULT_YEARS = 18
"""From this age on, in completed years, the weights of a height and a sex and the estimated clearance are made."""

MOSTELLER, DU_BOIS, HAYCOCK, GEHAN_GEORGE = "Mosteller", "Du Bois", "Haycock", "Gehan-George"
MOSTELLER_DIVISOR = 3600
SURFACE_POWERS = {
    DU_BOIS: ("0.007184", "0.725", "0.425"),
    HAYCOCK: ("0.024265", "0.3964", "0.5378"),
    GEHAN_GEORGE: ("0.0235", "0.42246", "0.51456"),
}
"""Factor, power of the height in cm, power of the weight in kg."""
SURFACE_FORMULAS = (MOSTELLER, *SURFACE_POWERS)

DEVINE = "Devine"
BASE_KG = {"M": Fraction(50), "F": Fraction("45.5")}
"""The weight at 60 inches, of Devine and of the ARDS Network, by sex."""
DEVINE_INCHES = 60
DEVINE_KG_PER_INCH = Fraction("2.3")
SHORTEST_IDEAL_CM = DEVINE_INCHES * CM_PER_INCH
"""Devine's formula begins at 60 inches."""

PREDICTED_CM = Fraction("152.4")
"""The height of 60 inches, from which the ARDS Network's formula counts; below it a predicted weight is noted."""
PREDICTED_KG_PER_CM = Fraction("0.91")
SHORTEST_PREDICTED_CM = 48 * CM_PER_INCH
"""The ARDS Network's table of predicted weights begins at 48 inches."""

JANMAHASATIAN = "Janmahasatian"
LEAN_FACTOR = 9270
LEAN_DIVISORS = {"M": (6680, 216), "F": (8780, 244)}
"""A number, and one for each kg/m² of the body mass index, by sex."""

COCKCROFT_GAULT = "Cockcroft-Gault"
CLEARANCE_YEARS = 140
CLEARANCE_DIVISOR = 72
CLEARANCE_OF_WOMEN = Fraction("0.85")

CALVERT = "Calvert"
CALVERT_ML_MIN = 25
"""What Calvert's formula adds to the filtration rate: the dose in mg is the target AUC × (rate + 25)."""


def surface_working(formula: str, height: Msg, weight: Msg) -> Msg:
    """The body surface by one of ``SURFACE_FORMULAS``: ``√(170 cm × 70 kg ÷ 3,600)``."""
    if formula == MOSTELLER:
        return Msg("√({height} × {weight} ÷ {divisor})", height=height, weight=weight, divisor=f"{MOSTELLER_DIVISOR:,}")
    factor, of_height, of_weight = SURFACE_POWERS[formula]
    return Msg(
        "{factor} × ({height})^{of_height} × ({weight})^{of_weight}",
        factor=factor,
        height=height,
        of_height=of_height,
        weight=weight,
        of_weight=of_weight,
    )


def ideal_working(sex: str, height: Msg) -> Msg:
    """The ideal weight after Devine."""
    return Msg(
        "{base} + {per_inch} × ({height} ÷ {inch} − {inches})",
        base=_kg(BASE_KG[sex]),
        per_inch=_kg(DEVINE_KG_PER_INCH),
        height=height,
        inch=of_unit(plain_digits(CM_PER_INCH), "cm"),
        inches=str(DEVINE_INCHES),
    )


def adjusted_working(percent: Fraction, ideal: Msg, weight: Msg) -> Msg:
    """The weight that lies a part of the way from the ideal to the actual one."""
    part = plain_digits(percent / 100)
    return Msg("{ideal} + {part} × ({weight} − {ideal})", ideal=ideal, part=part, weight=weight)


def predicted_working(sex: str, height: Msg) -> Msg:
    """The predicted weight of the ARDS Network."""
    return Msg(
        "{base} + {per_cm} × ({height} − {begin})",
        base=_kg(BASE_KG[sex]),
        per_cm=_kg(PREDICTED_KG_PER_CM),
        height=height,
        begin=of_unit(plain_digits(PREDICTED_CM), "cm"),
    )


def mass_index_working(height: Msg, weight: Msg) -> Msg:
    """The body mass index."""
    return Msg("{weight} ÷ ({height} ÷ 100)²", weight=weight, height=height)


def lean_working(sex: str, height: Msg, weight: Msg) -> Msg:
    """The lean weight after Janmahasatian."""
    base, of_index = LEAN_DIVISORS[sex]
    return Msg(
        "{factor} × {weight} ÷ ({base} + {of_index} × {index})",
        factor=f"{LEAN_FACTOR:,}",
        weight=weight,
        base=f"{base:,}",
        of_index=str(of_index),
        index=mass_index_working(height, weight),
    )


def clearance_working(sex: str, age: int, weight: Msg, creatinine: Msg) -> Msg:
    """The creatinine clearance after Cockcroft and Gault."""
    said = Msg(
        "({years} − {age}) × {weight} ÷ ({divisor} × {creatinine})",
        years=str(CLEARANCE_YEARS),
        age=str(age),
        weight=weight,
        divisor=str(CLEARANCE_DIVISOR),
        creatinine=creatinine,
    )
    return Msg("{a} × {b}", a=plain_digits(CLEARANCE_OF_WOMEN), b=said) if sex == "F" else said


def _kg(value: Fraction) -> Msg:
    return of_unit(plain_digits(value), "kg")
