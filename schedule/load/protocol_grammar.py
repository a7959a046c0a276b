"""The grammar of a protocol file: which keys there are, what each says, and how its text is read.

Conventions: the labels of days (``D15``) are kept as labels here, since what they mean depends on the numbering that
the same file states; ``protocol_file`` turns them into offsets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schedule.load.dose_text import DoseReading, Status, read_dose
from schedule.load.grammar import (
    IDENTIFIER,
    NONE_STATED,
    ByShape,
    Field,
    ListOf,
    MapOf,
    OrWord,
    Reader,
    Record,
    Schema,
    Text,
    one_of,
    or_none_stated,
)
from schedule.model.days import MOST_DAYS, WINDOW_EXPECTED, Window, is_day_label, read_length, read_window
from schedule.model.problems import RefusedError
from schedule.model.protocol import AgeRange, EachDose
from schedule.model.quantity import Amount, Unit, read_number

if TYPE_CHECKING:
    from fractions import Fraction

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"
DAY_LABEL_PATTERN = "^D(-[1-9][0-9]{0,4}|0|[1-9][0-9]{0,4})$"
MOST_NAME_CHARACTERS = 100
_AUC = re.compile(r"AUC ([0-9.]+)", re.ASCII)
_OFFSET = re.compile(r"-?(0|[1-9][0-9]{0,4})", re.ASCII)
_LABEL_RANGE = re.compile(r"(D-?[0-9]+) to (D-?[0-9]+)", re.ASCII)
_AGE_BETWEEN = re.compile(r"([0-9]{1,3}) to ([0-9]{1,3}) years", re.ASCII)
_AGE_FROM = re.compile(r"([0-9]{1,3}) years and over", re.ASCII)
_AGE_TO = re.compile(r"up to ([0-9]{1,3}) years", re.ASCII)


@dataclass(frozen=True, slots=True)
class LabelRange:
    """A window from one day label to another, about the anchor and not about a target."""

    first: str
    last: str


def parse_name(text: str) -> str:
    """The name of a study or a version, kept to the character, since other systems compare it so.

    Raises:
        RefusedError: If it has blanks around it, or characters that can't be seen.
    """
    if text != text.strip() or not text.isprintable() or len(text) > MOST_NAME_CHARACTERS:
        raise RefusedError(
            f'a name such as "NCT01234567" or "2.0", up to {MOST_NAME_CHARACTERS} characters',
            "no blanks around it, no line breaks",
        )
    return text


def parse_day_label(text: str) -> str:
    """A day label, kept as a label.

    Raises:
        RefusedError: If the text has not the shape of one.
    """
    if not is_day_label(text):
        raise RefusedError('a day label such as "D15" or "D-1"')
    return text


def parse_any_window(text: str) -> Window | LabelRange:
    """A window about the target, or a range of day labels.

    Raises:
        RefusedError: If the text is neither.
    """
    match = _LABEL_RANGE.fullmatch(text)
    if match is None:
        return read_window(text)
    if not (is_day_label(match[1]) and is_day_label(match[2])):
        raise RefusedError(WINDOW_EXPECTED)
    return LabelRange(match[1], match[2])


def parse_offset(text: str) -> int:
    """A signed whole number of days or weeks.

    Raises:
        RefusedError: If the text is not such a number.
    """
    if _OFFSET.fullmatch(text) is None or text == "-0":
        raise RefusedError('a whole number such as "14" or "-7"')
    return int(text)


def parse_weeks(text: str) -> int:
    """A signed whole number of weeks, as days.

    Raises:
        RefusedError: If the text is not such a number, or is more than a hundred years.
    """
    days = 7 * parse_offset(text)
    if abs(days) > MOST_DAYS:
        raise RefusedError(f"at most {MOST_DAYS // 7:,} weeks")
    return days


def parse_days(text: str) -> int:
    """A signed whole number of days.

    Raises:
        RefusedError: If the text is not such a number, or is more than a hundred years.
    """
    days = parse_offset(text)
    if abs(days) > MOST_DAYS:
        raise RefusedError(f"at most {MOST_DAYS:,} days")
    return days


def parse_ages(text: str) -> AgeRange:
    """A range of ages in completed years, both ends inside.

    Raises:
        RefusedError: If the text is no such range.
    """
    expected = 'ages such as "18 to 65 years", "18 years and over" or "up to 65 years"'
    if match := _AGE_BETWEEN.fullmatch(text):
        if int(match[1]) > int(match[2]):
            raise RefusedError(expected, "the lower age comes first")
        return AgeRange(int(match[1]), int(match[2]))
    if match := _AGE_FROM.fullmatch(text):
        return AgeRange(int(match[1]), None)
    if match := _AGE_TO.fullmatch(text):
        return AgeRange(None, int(match[1]))
    raise RefusedError(expected)


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
DAY_LABEL = Text('a day label such as "D15" or "D-1"', parse=parse_day_label, code="P108", pattern=DAY_LABEL_PATTERN)
WINDOW = or_none_stated(Text(WINDOW_EXPECTED, parse=parse_any_window))
LABEL = Text('words such as "Chest X-ray or CT"')
QUOTE = Text("the sentence of the source")
NOT_STATED = Text(f'"{NONE_STATED}"', parse=lambda _: None, code="P106", choices=(NONE_STATED,))
IDS = ListOf(IDENTIFIER, 'a list of ids such as "[D1, D3]"')

ANCHOR = Record(
    {
        "label": Field(LABEL, "the event in words"),
        "date": Field(one_of("may be empty", "required"), "whether a subject may have no date for it yet"),
    },
    'what is said of an anchor, such as "{label: first infusion}", or "{}"',
)
ARM = Record({"label": Field(LABEL, "the arm in words", is_required=True)}, 'an arm such as "{label: Control}"')
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
        "visits": Field(IDS, "the visits at which it is given", is_required=True),
        "quote": Field(QUOTE, "the source's sentence"),
    },
    'a regimen such as "{dose: 30 million cells, product: msc, visits: [D0, D3]}"',
)
VISIT = Record(
    {
        "label": Field(LABEL, "the visit in words"),
        "day": Field(DAY_LABEL, "the protocol's own label of the day"),
        "days": Field(
            Text('a whole number of days such as "14"', parse=parse_days, pattern="^-?[0-9]+$"), "days after the anchor"
        ),
        "weeks": Field(
            Text('a whole number of weeks such as "2"', parse=parse_weeks, pattern="^-?[0-9]+$"),
            "weeks after the anchor",
        ),
        "anchor": Field(IDENTIFIER, "the anchor that it is counted from; without it, the first"),
        "window": Field(WINDOW, "the days allowed around the target"),
        "arms": Field(IDS, "the arms that have it; without it, all"),
        "epoch": Field(LABEL, "the part of the study"),
        "before": Field(IDENTIFIER, "the regimen whose infusion it precedes on its day"),
        "quote": Field(QUOTE, "the source's sentence"),
    },
    'what is said of a visit, such as "{window: ±3 days}", or "{}"',
)
ASSESSMENT = Record(
    {
        "label": Field(LABEL, "the assessment in words", is_required=True),
        "visits": Field(IDS, "the visits at which it is done", is_required=True),
        "arms": Field(IDS, "the arms in which it is done; without it, all"),
        "quote": Field(QUOTE, "the source's sentence"),
    },
    'an assessment such as "{label: Chest CT, visits: [D3, D6]}"',
)
ELIGIBILITY = Record(
    {
        "age": Field(
            or_none_stated(Text('ages such as "18 to 65 years"', parse=parse_ages)),
            "the eligible ages",
            is_required=True,
        ),
        "quote": Field(QUOTE, "the source's sentence"),
    },
    'who is eligible, such as "{age: 18 to 65 years}"',
)


def _things(reader: Reader, expected: str) -> MapOf:
    return MapOf(reader, f"a mapping of {expected}")


PROTOCOL = Record(
    {
        "study": Field(
            Text('an identifier such as "NCT01234567"', parse=parse_name), "the study's identifier", is_required=True
        ),
        "version": Field(Text('a version such as "2.0"', parse=parse_name), "the version", is_required=True),
        "title": Field(LABEL, "the study's title", is_required=True),
        "source": Field(LABEL, "where the facts come from", is_required=True),
        "day_numbering": Field(
            one_of("no day 0", "day 0"), '"no day 0" (D-1, D1) or "day 0" (D-1, D0, D1)', is_required=True
        ),
        "window": Field(WINDOW, "the window of every visit that says nothing else"),
        "eligibility": Field(ELIGIBILITY, "who is eligible"),
        "anchors": Field(_things(ANCHOR, 'anchors such as "start: {}"'), "the anchors", is_required=True),
        "arms": Field(_things(ARM, 'arms such as "control: {label: Control}"'), "the arms", is_required=True),
        "products": Field(_things(PRODUCT, "products"), "the products"),
        "regimens": Field(_things(REGIMEN, "regimens"), "the rules of dosing"),
        "visits": Field(_things(VISIT, 'visits such as "D1: {}"'), "the visits", is_required=True),
        "assessments": Field(_things(ASSESSMENT, "assessments"), "what is done at the visits"),
        "queries": Field(ListOf(Text("a question in words"), "a list of questions"), "what the source leaves open"),
    },
    'a protocol, beginning with a line such as "study: NCT01234567"',
)


def protocol_schema() -> Schema:
    """The JSON Schema of a protocol file, for editors; the program itself checks more."""
    return {
        "$schema": SCHEMA_DIALECT,
        "title": "dosecal protocol file",
        "description": "How a trial doses and when it assesses. The program checks more than this schema can say.",
        **PROTOCOL.schema(),
    }
