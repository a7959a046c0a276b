"""Texts of a protocol file that are amounts: a dose with one reading, or a target AUC."""

from __future__ import annotations

from fractions import Fraction

from dosecal.load.doses.dose_text import DoseReading, Status, read_dose
from dosecal.load.doses.dose_units import AUC_TEXT, UNITS_THERE, dose_line
from dosecal.model.dosing.by_auc import CALVERT, CALVERT_ML_MIN
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import Amount, Unit, read_number
from dosecal.model.regex import regex

DOSE_EXPECTED = 'a dose with one reading such as "1 million cells/kg" or "30 million cells"'

_AS_WRITTEN_HERE = regex(
    r"([1-9]\d{0,2}(?:\.\d?[1-9])?)"
    r" (?:(million) ((?:viable )?cells|viral particles|vesicles)|(mg|mcg|g|mL|units))(?:/(kg|m²))?"
)
"""A dose in the program's own spelling, ``1 million cells/kg``; the reader of any text reads it alike, only slower."""


def parse_dose(text: str) -> Amount:
    """The amount of a dose that has one reading and a unit.

    Raises:
        RefusedError: If it has several readings, which the hint shows, or none.
    """
    if plain := _AS_WRITTEN_HERE.fullmatch(text):
        value = Fraction(plain[1]) * (1_000_000 if plain[2] else 1)
        return Amount(value, Unit(plain[3] or plain[4], plain[5] or ""))
    return parsed_reading(text)


def parsed_reading(text: str) -> Amount:
    """The amount of a dose as the reader of any text has it.

    Raises:
        RefusedError: As ``parse_dose``.
    """
    reading = read_dose(text)
    if isinstance(reading.unit, Unit):
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
    match = AUC_TEXT.fullmatch(text)
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
        missing = reading.readings[0].unit is None
        return f"the unit is missing; {UNITS_THERE}" if missing else "a target AUC can't stand here"
    if reading.status is Status.UNREADABLE:
        return reading.note
    joined = " or ".join(one.words for one in reading.readings)
    parts = (f"it could be {joined}", reading.note, _line_to_write(reading))
    return "; ".join(part for part in parts if part)


def _line_to_write(reading: DoseReading) -> str:
    """What to write where one reading is offered; empty where several are, or a file can't state it."""
    first = reading.readings[0]
    if len(reading.readings) > 1 or not isinstance(first.unit, Unit) or first.period not in {"", "day"}:
        return ""
    line = f'where that is meant, write "{dose_line(first.value, first.unit)}"'
    return f'{line} with "dose_is: per day"' if first.period else line
