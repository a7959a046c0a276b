"""What the two registry records state, typed by hand from their texts beside this file; no file is read here.

Days are counted as the records count them: NCT04611256 begins with day 1, NCT04252118 with day 0. An offset is the
number of days after the first infusion: one less than the day in the first trial, the day itself in the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Trial:
    """One trial.

    Attributes:
        study, version: The record, and the date of its last update.
        first_day: The number of the day of the first infusion.
        visits: Each visit with its day and the arms that have it, in the order of the days.
        dose: The dose, per kg or flat.
        is_per_kg: Which of the two.
        dose_visits: The visits of the infusions; the arm ``msc`` alone has them.
        product: The id of what is infused.
        ages: The lowest and the highest eligible age.
        assessments: For each assessment, in the order of the protocol file, its arms and its visits.
    """

    study: str
    version: str
    first_day: int
    visits: dict[str, tuple[int, tuple[str, ...]]]
    dose: Fraction
    is_per_kg: bool
    dose_visits: tuple[str, ...]
    product: str
    ages: tuple[int, int]
    assessments: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]


BOTH = ("msc", "control")
MSC = ("msc",)

# "days 2, 3, 5, 10, 15, 20, 25"
EVALUATED = ("D2", "D3", "D5", "D10", "D15", "D20", "D25")
# "Blood samples will be taken on days 1, 3, 7, 15, 20, 25"
BLOOD = ("D1", "D3", "D7", "D15", "D20", "D25")

# "two intravenous infusions MSCs on the day 1 (D1) and the day 3 (D3) … 1X106/kg each": 10^6, the superscript is lost
MEXICO = Trial(
    study="NCT04611256",
    version="2020-11-12",
    first_day=1,
    visits={
        "baseline": (1, BOTH),
        "D1": (1, BOTH),
        "D2": (2, BOTH),
        "D3": (3, BOTH),
        "D5": (5, BOTH),
        "D7": (7, BOTH),
        "D10": (10, BOTH),
        "D15": (15, BOTH),
        "D20": (20, BOTH),
        "D25": (25, BOTH),
    },
    dose=Fraction(1_000_000),
    is_per_kg=True,
    dose_visits=("D1", "D3"),
    product="ad-msc",
    ages=(18, 65),
    assessments={
        "chest_imaging": (BOTH, ("baseline", *EVALUATED)),
        "clinical_improvement": (BOTH, EVALUATED),
        "vital_signs": (BOTH, EVALUATED),
        "arterial_oxygen_saturation": (BOTH, ("baseline", *EVALUATED)),
        "blood_chemistry": (BOTH, EVALUATED),
        "creatine_phosphokinase": (BOTH, EVALUATED),
        "hla_profile": (BOTH, EVALUATED),
        "ventilation_weaning": (BOTH, EVALUATED),
        "c_reactive_protein": (BOTH, BLOOD),
        "immune_cells": (BOTH, BLOOD),
        "cytokines": (BOTH, BLOOD),
        "immunoglobulins": (BOTH, BLOOD),
    },
)

# "At Baseline , Day 3, Day 6, Day 10, Day 14, Day 21, Day 28", and for some "Day 90 and Day 180" as well
MONTH = ("baseline", "D3", "D6", "D10", "D14", "D21", "D28")
HALF_YEAR = (*MONTH, "D90", "D180")

# "3 times of MSCs(3.0*10E7 MSCs intravenously at Day 0, Day 3, Day 6)": 3.0 × 10^7, thirty million, flat
CHINA = Trial(
    study="NCT04252118",
    version="2020-04-15",
    first_day=0,
    visits={
        "baseline": (0, BOTH),
        "D0": (0, MSC),
        "D3": (3, BOTH),
        "D6": (6, BOTH),
        "D10": (10, BOTH),
        "D14": (14, BOTH),
        "D21": (21, BOTH),
        "D28": (28, BOTH),
        "D90": (90, BOTH),
        "D180": (180, BOTH),
    },
    dose=Fraction(30_000_000),
    is_per_kg=False,
    dose_visits=("D0", "D3", "D6"),
    product="msc",
    ages=(18, 70),
    assessments={
        "chest_imaging": (BOTH, MONTH),
        "adverse_events": (MSC, HALF_YEAR),
        "clinical_symptoms": (BOTH, MONTH),
        "nucleic_acid_test": (BOTH, HALF_YEAR),
        "mortality": (BOTH, ("D28",)),
        "cd4_cd8_count": (BOTH, HALF_YEAR),
        "alanine_aminotransferase": (BOTH, HALF_YEAR),
        "c_reactive_protein": (BOTH, HALF_YEAR),
        "creatine_kinase": (BOTH, HALF_YEAR),
    },
)

TRIALS = (MEXICO, CHINA)
