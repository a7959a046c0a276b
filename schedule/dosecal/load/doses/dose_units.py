"""The units that a written dose can name, and what a text outside the closed set is shown as.

Conventions: a unit of the closed set is a ``Unit``; any other is a ``WrittenUnit``, which no protocol file takes:
vector genomes, a rate, a dose per knee. A target AUC is one too, since a file writes it before its number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dosecal.model.dosing.by_auc import CALVERT
from dosecal.model.quantity import SUBSTANCES, Unit, plain_digits
from dosecal.model.regex import regex
from dosecal.model.spoken import COUNTED, MILLION, amount_words, grouped_digits, power_words
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from fractions import Fraction

UNITS_THERE = (
    "the units are cells, viable cells, viral particles, vesicles, g, mg, mcg, units, mL (flat, per kg, per m²) and AUC"
)
"""The closed set, as a message lists it."""

AUC = "AUC"
"""The substance of a target AUC."""

AUC_TEXT = regex(rf"AUC ([0-9.]+)( by {CALVERT})?", re.ASCII)
"""How a protocol file writes one."""

BODIES = ("kg", "m²")
"""What a dose of the closed set can be stated per."""

INDIRECT = frozenset({"body weight", "body surface"})
"""What "by body weight" and the like say: no basis, and nothing is offered without one."""

RATES = ("h", "min", "s")
"""Units of time that make a dose a rate."""

COUNTED_OUTSIDE = frozenset({"vg", "PFU", "TU", "CFU", "copies", "TCID50", "IEQ"})
"""Substances outside the closed set that are counted in whole pieces."""


class WrittenUnit(Struct, frozen=True):
    """A unit as a text states it, outside the closed set.

    Attributes:
        substance: What is counted or measured; empty where it is not understood.
        per: What it is stated per, its parts joined by strokes: ``kg/min``, ``knee``; empty for a flat amount.
    """

    substance: str
    per: str = ""

    @property
    def symbol(self) -> str:
        """The unit as a file would write it: ``vg/kg``, ``mcg/kg/min``; ``?`` where the substance is not understood."""
        return "/".join(part for part in (self.substance or "?", self.per) if part)

    @property
    def spoken(self) -> str:
        """The unit as a page prints it: ``mcg per kg per min``."""
        return self.symbol.replace("/", " per ")


def unit_of(substance: str, per: str) -> Unit | WrittenUnit | None:
    """The unit of a substance stated per something; None where neither is named."""
    if not substance and not per:
        return None
    return Unit(substance, per) if substance in SUBSTANCES and per in {"", *BODIES} else WrittenUnit(substance, per)


def per_of(bases: tuple[str, ...]) -> str:
    """What bases come to, each once: the body first, then what else there is, then time."""
    ranks = {**dict.fromkeys(BODIES, 0), **dict.fromkeys(RATES, 2)}
    return "/".join(sorted(dict.fromkeys(bases), key=lambda base: ranks.get(base, 1)))


def is_counted(unit: Unit | WrittenUnit | None) -> bool:
    """Whether the unit counts whole pieces."""
    return unit is not None and (unit.substance in COUNTED or unit.substance in COUNTED_OUTSIDE)


def is_known(unit: Unit | WrittenUnit | None) -> bool:
    """Whether a protocol file can state a dose in the unit."""
    return isinstance(unit, Unit) or unit == WrittenUnit(AUC)


def unit_words(value: Fraction, unit: Unit | WrittenUnit | None, period: str = "") -> str:
    """An exact amount in words, with the period that it is stated for: ``9 mcg per kg, per day``."""
    said = _words(value, unit)
    return f"{said}, per {period}" if period else said


def _words(value: Fraction, unit: Unit | WrittenUnit | None) -> str:
    if not isinstance(unit, WrittenUnit):
        return amount_words(value, unit)
    digits = grouped_digits(value)
    if unit.substance == AUC and not unit.per:
        return f"AUC {digits}"
    said = f"{digits} {unit.spoken}"
    if value < MILLION or not is_counted(unit):
        return said
    return f"{said} ({grouped_digits(value / MILLION)} million; {power_words(value)})"


def dose_line(value: Fraction, unit: Unit) -> str:
    """The amount as a protocol file writes it: ``1 million cells/kg``, ``27 mg/m²``."""
    is_many = is_counted(unit) and value >= MILLION
    number = f"{plain_digits(value / MILLION)} million" if is_many else plain_digits(value)
    return f"{number} {unit.symbol}"
