"""Texts of a protocol file that are amounts: a dose with one reading, or a target AUC."""

from __future__ import annotations

import re

from dosecal.load.dose_text import DoseReading, Status, read_dose
from dosecal.model.formulas import CALVERT, CALVERT_ML_MIN
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import Amount, Unit, read_number

_AUC = re.compile(rf"AUC ([0-9.]+)( by {CALVERT})?", re.ASCII)

DOSE_EXPECTED = 'a dose with one reading such as "1 million cells/kg" or "30 million cells"'


def parse_dose(text: str) -> Amount:
    """The amount of a dose that has one reading and a unit.

    Raises:
        RefusedError: If it has several readings, which the hint shows, or none.
    """
    reading = read_dose(text)
    if reading.status is Status.READ and reading.readings[0].unit is not None:
        amount = reading.amount
        if reading.beside:
            raise RefusedError(
                DOSE_EXPECTED, f"write the dose alone, the rest under its own key: {', '.join(reading.beside)}"
            )
        return amount
    raise RefusedError(DOSE_EXPECTED, _dose_hint(reading))


def parse_any_dose(text: str) -> Amount:
    """The amount of a dose, or the target of a dose by AUC as milligrams for each mL/min.

    Raises:
        RefusedError: If it has several readings, which the hint shows, or none.
    """
    match = _AUC.fullmatch(text)
    if match is None:
        return parse_dose(text)
    target = read_number(match[1], example="5")
    if not target:
        raise RefusedError(DOSE_EXPECTED, "a dose is above 0")
    if match[2] is None:
        hint = f"Calvert's is target × (filtration rate + {CALVERT_ML_MIN}); there are others"
        raise RefusedError(f'a dose by AUC with its formula, "{text} by {CALVERT}"', hint)
    return Amount(target, Unit("mg", "mL/min"))


def _dose_hint(reading: DoseReading) -> str:
    if reading.status is Status.READ:
        return "the unit is missing"
    if reading.status is Status.UNREADABLE:
        return reading.note
    joined = " or ".join(one.words for one in reading.readings)
    return f"it could be {joined}; {reading.note}" if reading.note else f"it could be {joined}"
