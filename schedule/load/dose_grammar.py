"""The grammar of a protocol file's dosing: products, and regimens with their doses, weights and rounding."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schedule.load.condition_grammar import CONDITION
from schedule.load.dose_text import DoseReading, Status, read_dose
from schedule.load.grammar import (
    IDENTIFIER,
    IDS,
    LABEL,
    NOT_STATED,
    QUOTE,
    ByShape,
    Field,
    ListOf,
    OrWord,
    Record,
    Text,
    one_of,
    or_none_stated,
)
from schedule.load.visit_grammar import VISIT_IDS
from schedule.model.days import read_length
from schedule.model.problems import RefusedError
from schedule.model.quantity import Amount, Unit, read_number
from schedule.model.regimen import EachDose

if TYPE_CHECKING:
    from fractions import Fraction


_AUC = re.compile(r"AUC ([0-9.]+)", re.ASCII)

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
    return Amount(target, Unit("mg", "mL/min"))


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a weight band: each a value and whether it is inside, or None; and as they were written."""

    low: tuple[Fraction, bool] | None
    high: tuple[Fraction, bool] | None
    words: str


_KG = r"([0-9.]+)"

# what is said, and for the lower and the upper limit which group has it and whether it is inside

_BANDS = (
    (re.compile(rf"up to {_KG} kg", re.ASCII), None, (1, True)),
    (re.compile(rf"under {_KG} kg", re.ASCII), None, (1, False)),
    (re.compile(rf"over {_KG} kg", re.ASCII), (1, False), None),
    (re.compile(rf"{_KG} kg and over", re.ASCII), (1, True), None),
    (re.compile(rf"over {_KG} up to {_KG} kg", re.ASCII), (1, False), (2, True)),
    (re.compile(rf"{_KG} to under {_KG} kg", re.ASCII), (1, True), (2, False)),
)

BAND_EXPECTED = 'weights such as "up to 50 kg", "over 50 up to 80 kg", "over 80 kg" or "50 to under 80 kg"'


def parse_limits(text: str) -> Limits:
    """The limits of a weight band, each with whether it is inside.

    Raises:
        RefusedError: If the text is not such a band, or its upper limit is not above its lower one.
    """
    for pattern, low, high in _BANDS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        ends = [None if end is None else (read_number(match[end[0]], example="50"), end[1]) for end in (low, high)]
        if ends[0] is not None and ends[1] is not None and ends[0][0] >= ends[1][0]:
            raise RefusedError(BAND_EXPECTED, "the lower limit comes first")
        return Limits(ends[0], ends[1], text)
    raise RefusedError(BAND_EXPECTED)


def parse_clearance(text: str) -> Fraction:
    """A rate in mL/min such as ``125 mL/min``.

    Raises:
        RefusedError: If the text is not such a rate.
    """
    expected = 'a rate such as "125 mL/min"'
    number, _, unit = text.partition(" ")
    if unit != "mL/min":
        raise RefusedError(expected)
    try:
        rate = read_number(number, example="125")
    except RefusedError as refusal:
        raise RefusedError(expected, refusal.hint) from None
    if not rate:
        raise RefusedError(f"{expected}, above 0")
    return rate


def _dose_hint(reading: DoseReading) -> str:
    if reading.status is Status.READ:
        return "the unit is missing"
    if reading.status is Status.UNREADABLE:
        return reading.note
    joined = " or ".join(one.words for one in reading.readings)
    return f"it could be {joined}; {reading.note}" if reading.note else f"it could be {joined}"


DOSE = Text(DOSE_EXPECTED, parse=parse_dose, code="P105")

ANY_DOSE = Text(DOSE_EXPECTED, parse=parse_any_dose, code="P105")

BAND = Record(
    {
        "weight": Field(Text(BAND_EXPECTED, parse=parse_limits), "the weights of the band", is_required=True),
        "give": Field(DOSE, "the dose of the band, flat or per kg", is_required=True),
    },
    'a band such as "{weight: up to 50 kg, give: 2.5 million cells/kg}"',
)

DOSE_OR_BANDS = ByShape(ListOf(BAND, "a list of weight bands"), ANY_DOSE)

PRODUCT = Record(
    {
        "label": Field(LABEL, "the product in words", is_required=True),
        "counts": Field(
            or_none_stated(one_of("viable cells", "total cells")), "whether viable or total cells are counted"
        ),
        "concentration": Field(NOT_STATED, "the strength of the product"),
        "quote": Field(QUOTE, "the source's sentence"),
    },
    'a product such as "{label: mesenchymal stem cells}"',
)

WEIGHT = Record(
    {
        "which": Field(
            one_of("actual", "ideal", "adjusted", "predicted", "lean"), "which body weight", is_required=True
        ),
        "measured": Field(one_of("required", "not required"), "whether the weight must have been measured"),
        "not_older_than": Field(
            or_none_stated(Text('whole days such as "7 days"', parse=read_length, pattern="^[0-9]+ ?(days?|weeks?)$")),
            "the greatest age of the weight on the day of the dose, inclusive",
        ),
        "each_dose": Field(
            one_of(*(choice.value for choice in EachDose)), "whether later doses take a later weight", is_required=True
        ),
    },
    'a weight rule such as "{which: actual, each_dose: weigh again}", or "none stated"',
)

GFR = Record(
    {
        "from": Field(one_of("measured", "estimated"), "whether the rate is measured or estimated", is_required=True),
        "cap": Field(
            or_none_stated(Text('a rate such as "125 mL/min"', parse=parse_clearance)),
            "the greatest rate that counts",
            is_required=True,
        ),
    },
    'a filtration rate such as "{from: measured, cap: 125 mL/min}"',
)

DOSE_ROUNDING = Record(
    {
        "to": Field(DOSE, "the increment", is_required=True),
        "ties": Field(one_of("up"), "where a tie goes: up, away from zero", is_required=True),
    },
    'a rounding such as "{to: 1 mg, ties: up}"',
)

ROUNDING = Record(
    {"dose": Field(DOSE_ROUNDING, "the rounding of the dose", is_required=True)},
    '"none", or a rounding such as "{dose: {to: 1 mg, ties: up}}"',
)

NO_ROUNDING = "none"

REGIMEN = Record(
    {
        "label": Field(LABEL, "the regimen in words"),
        "arms": Field(IDS, "the arms that receive it; without it, all"),
        "product": Field(IDENTIFIER, "the id of the product", is_required=True),
        "route": Field(or_none_stated(LABEL), "the route"),
        "dose": Field(DOSE_OR_BANDS, "the dose, flat, per kg, per m², by AUC or in weight bands", is_required=True),
        "body_surface": Field(
            one_of("Mosteller", "Du Bois", "Haycock", "Gehan-George"), "the formula of the body surface"
        ),
        "gfr": Field(GFR, "which filtration rate a dose by AUC takes"),
        "at_most": Field(or_none_stated(DOSE), "the cap of one dose"),
        "at_least": Field(or_none_stated(DOSE), "the floor of one dose"),
        "weight": Field(or_none_stated(WEIGHT), "which weight a dose takes"),
        "rounding": Field(or_none_stated(OrWord(ROUNDING, NO_ROUNDING, NO_ROUNDING)), "how the dose is rounded"),
        "rate": Field(NOT_STATED, "the rate of the infusion"),
        "visits": Field(VISIT_IDS, "the visits at which it is given", is_required=True),
        "if": Field(CONDITION, "the condition under which a subject receives it; without it, always"),
        "quote": Field(QUOTE, "the source's sentence"),
    },
    'a regimen such as "{dose: 30 million cells, product: msc, visits: [D0, D3]}"',
)
