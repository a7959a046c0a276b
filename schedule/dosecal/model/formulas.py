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

from dosecal.model.quantity import plain_digits

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


def surface_working(formula: str, height: str, weight: str) -> str:
    """The body surface by one of ``SURFACE_FORMULAS``: ``√(170 cm × 70 kg ÷ 3,600)``."""
    if formula == MOSTELLER:
        return f"√({height} × {weight} ÷ {MOSTELLER_DIVISOR:,})"
    factor, of_height, of_weight = SURFACE_POWERS[formula]
    return f"{factor} × ({height})^{of_height} × ({weight})^{of_weight}"


def ideal_working(sex: str, height: str) -> str:
    """The ideal weight after Devine."""
    per_inch, inch = plain_digits(DEVINE_KG_PER_INCH), plain_digits(CM_PER_INCH)
    return f"{plain_digits(BASE_KG[sex])} kg + {per_inch} kg × ({height} ÷ {inch} cm − {DEVINE_INCHES})"


def adjusted_working(percent: Fraction, ideal: str, weight: str) -> str:
    """The weight that lies a part of the way from the ideal to the actual one."""
    return f"{ideal} + {plain_digits(percent / 100)} × ({weight} − {ideal})"


def predicted_working(sex: str, height: str) -> str:
    """The predicted weight of the ARDS Network."""
    per_cm, begin = plain_digits(PREDICTED_KG_PER_CM), plain_digits(PREDICTED_CM)
    return f"{plain_digits(BASE_KG[sex])} kg + {per_cm} kg × ({height} − {begin} cm)"


def mass_index_working(height: str, weight: str) -> str:
    """The body mass index."""
    return f"{weight} ÷ ({height} ÷ 100)²"


def lean_working(sex: str, height: str, weight: str) -> str:
    """The lean weight after Janmahasatian."""
    base, of_index = LEAN_DIVISORS[sex]
    return f"{LEAN_FACTOR:,} × {weight} ÷ ({base:,} + {of_index} × {mass_index_working(height, weight)})"


def clearance_working(sex: str, age: int, weight: str, creatinine: str) -> str:
    """The creatinine clearance after Cockcroft and Gault."""
    factor = f"{plain_digits(CLEARANCE_OF_WOMEN)} × " if sex == "F" else ""
    return f"{factor}({CLEARANCE_YEARS} − {age}) × {weight} ÷ ({CLEARANCE_DIVISOR} × {creatinine})"
