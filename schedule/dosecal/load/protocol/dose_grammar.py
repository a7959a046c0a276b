"""The grammar of a protocol file's dosing: regimens with their doses, weights and rounding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dosecal.load.doses.dose_amounts import DOSE_EXPECTED, parse_any_dose, parse_dose
from dosecal.load.protocol.condition_grammar import CONDITION
from dosecal.load.protocol.dose_rule_texts import (
    LEVEL_PATTERN,
    LIMIT_EXPECTED,
    PERCENT_EXPECTED,
    TOLERANCE_EXPECTED,
    parse_clearance_weight,
    parse_day_count,
    parse_level,
    parse_limit,
    parse_percent,
    parse_plausible,
    parse_tolerance,
    parse_which_weight,
)
from dosecal.load.protocol.grammar import (
    IDENTIFIER,
    IDS,
    LABEL,
    QUOTE,
    ByShape,
    Field,
    ListOf,
    MapOf,
    OrWord,
    Record,
    Text,
    one_of,
    or_none_stated,
)
from dosecal.load.protocol.product_grammar import INFUSION_RATE
from dosecal.load.protocol.visit_grammar import VISIT_IDS
from dosecal.model.days import read_length
from dosecal.model.formulas import COCKCROFT_GAULT, DEVINE, JANMAHASATIAN, SURFACE_FORMULAS
from dosecal.model.messages import Msg, msgid
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import read_number
from dosecal.model.regex import regex
from dosecal.model.regimen import EachDose
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from fractions import Fraction


class Limits(Struct, frozen=True):
    """The limits of a weight band: each a value and whether it is inside, or None; and as they were written."""

    low: tuple[Fraction, bool] | None
    high: tuple[Fraction, bool] | None
    words: Msg


_KG = r"([0-9.]+)"

# what is said, in which words, and for the lower and the upper limit which group has it and whether it is inside

_BANDS = (
    (regex(rf"up to {_KG} kg", re.ASCII), msgid("up to {n} kg"), None, (1, True)),
    (regex(rf"under {_KG} kg", re.ASCII), msgid("under {n} kg"), None, (1, False)),
    (regex(rf"over {_KG} kg", re.ASCII), msgid("over {n} kg"), (1, False), None),
    (regex(rf"{_KG} kg and over", re.ASCII), msgid("{n} kg and over"), (1, True), None),
    (regex(rf"over {_KG} up to {_KG} kg", re.ASCII), msgid("over {low} up to {high} kg"), (1, False), (2, True)),
    (regex(rf"{_KG} to under {_KG} kg", re.ASCII), msgid("{low} to under {high} kg"), (1, True), (2, False)),
)

BAND_EXPECTED = 'weights such as "up to 50 kg", "over 50 up to 80 kg", "over 80 kg" or "50 to under 80 kg"'


def parse_limits(text: str) -> Limits:
    """The limits of a weight band, each with whether it is inside.

    Raises:
        RefusedError: If the text is not such a band, or its upper limit is not above its lower one.
    """
    for pattern, words, low, high in _BANDS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        ends = [None if end is None else (read_number(match[end[0]], example="50"), end[1]) for end in (low, high)]
        if ends[0] is not None and ends[1] is not None and ends[0][0] >= ends[1][0]:
            raise RefusedError(BAND_EXPECTED, "the lower limit comes first")
        return Limits(ends[0], ends[1], Msg(words, n=match[1], low=match[1], high=match[match.lastindex or 1]))
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


DOSE = Text(DOSE_EXPECTED, parse=parse_dose, code="P105")

LIMIT = Text(LIMIT_EXPECTED, parse=parse_limit, code="P105")

ANY_DOSE = Text(DOSE_EXPECTED, parse=parse_any_dose, code="P105")

RANGE = Record(
    {
        "from": Field(DOSE, "the least dose", is_required=True),
        "to": Field(DOSE, "the greatest dose", is_required=True),
        "aim": Field(or_none_stated(DOSE), "the dose that is aimed at", is_required=True),
    },
    'a range such as "{from: 1 million cells/kg, to: 2 million cells/kg, aim: 1.5 million cells/kg}"',
)
LOADING = Record(
    {
        "first": Field(DOSE, "the dose of the first visit", is_required=True),
        "then": Field(DOSE, "the dose of every later visit", is_required=True),
    },
    'two doses such as "{first: 400 mcg/kg, then: 200 mcg/kg}"',
)
BAND = Record(
    {
        "weight": Field(Text(BAND_EXPECTED, parse=parse_limits), "the weights of the band", is_required=True),
        "give": Field(
            ByShape(DOSE, DOSE, (("aim", RANGE),)), "the dose of the band, flat or per kg, or a range", is_required=True
        ),
    },
    'a band such as "{weight: up to 50 kg, give: 2.5 million cells/kg}"',
)
ANY_RULE = ByShape(ListOf(BAND, "a list of weight bands"), ANY_DOSE, (("first", LOADING), ("aim", RANGE)))
LEVEL_NAME = Text('the name of a level such as "1" or "-1"', parse=parse_level, code="P107", pattern=LEVEL_PATTERN)
LEVELS = MapOf(ANY_DOSE, 'a mapping of levels such as "{1: 1 million cells/kg, 2: 3 million cells/kg}"', LEVEL_NAME)
PERCENT = Text(PERCENT_EXPECTED, parse=parse_percent)
SPLIT = MapOf(PERCENT, 'a mapping of visits such as "{D0: 30 %, D1: 70 %}"')

IDEAL = Field(one_of(DEVINE), "the formula of an ideal weight, which an adjusted one begins from")
WEIGHT = Record(
    {
        "which": Field(
            Text(
                '"actual", "ideal", "adjusted 25 %", "predicted" or "lean"',
                parse=parse_which_weight,
                code="P106",
                pattern="^(actual|ideal|predicted|lean|adjusted [0-9.]+ ?%)$",
            ),
            "which body weight",
            is_required=True,
        ),
        "ideal": IDEAL,
        "lean": Field(one_of(JANMAHASATIAN), "the formula of a lean weight"),
        "measured": Field(one_of("required", "not required"), "whether the weight must have been measured"),
        "not_older_than": Field(
            or_none_stated(Text('whole days such as "7 days"', parse=read_length, pattern="^[0-9]+ ?(days?|weeks?)$")),
            "the greatest age of the weight on the day of the dose, inclusive",
        ),
        "each_dose": Field(
            or_none_stated(one_of(EachDose.WEIGH_AGAIN.value, EachDose.FIRST_WEIGHT.value)),
            "whether later doses take a later weight",
            is_required=True,
        ),
        "ask_from": Field(PERCENT, "the change since the dosing weight that asks for review, itself inside"),
        "ask_over": Field(PERCENT, "the same, itself outside"),
        "recalculate_from": Field(PERCENT, "the change from which a newer weight is dosed by, itself inside"),
        "recalculate_over": Field(PERCENT, "the same, itself outside"),
        "plausible": Field(
            or_none_stated(Text('weights such as "30 to 200 kg"', parse=parse_plausible)), "the plausible weights"
        ),
    },
    'a weight rule such as "{which: actual, each_dose: weigh again}", or "none stated"',
)
CLEARANCE = or_none_stated(Text('a rate such as "125 mL/min"', parse=parse_clearance))
GFR = Record(
    {
        "from": Field(one_of("measured", "estimated"), "whether the rate is measured or estimated", is_required=True),
        "formula": Field(one_of(COCKCROFT_GAULT), "the formula of an estimated rate"),
        "weight": Field(
            Text(
                '"actual", "ideal" or "adjusted 40 %"',
                parse=parse_clearance_weight,
                code="P106",
                pattern="^(actual|ideal|adjusted [0-9.]+ ?%)$",
            ),
            "which weight an estimated rate takes",
        ),
        "ideal": IDEAL,
        "cap": Field(CLEARANCE, "the greatest rate that counts"),
        "at_most": Field(CLEARANCE, "the same as cap, of which one is said"),
    },
    'a filtration rate such as "{from: measured, cap: 125 mL/min}"',
)


def _rounding(example: str) -> Record:
    return Record(
        {
            "to": Field(DOSE, "the increment", is_required=True),
            "mode": Field(one_of("nearest", "up", "down"), "nearest (which silence means), up or down"),
            "ties": Field(one_of("up", "down", "even"), "where a tie goes: up, away from zero; down; even"),
        },
        f'a rounding such as "{example}"',
    )


NO_ROUNDING = "none"
ROUNDING = Record(
    {
        "dose": Field(OrWord(_rounding("{to: 1 mg, ties: up}"), NO_ROUNDING, NO_ROUNDING), "the rounding of the dose"),
        "volume": Field(
            OrWord(_rounding("{to: 0.1 mL, ties: up}"), NO_ROUNDING, NO_ROUNDING), "the rounding of the volume"
        ),
    },
    '"none", or a rounding such as "{dose: {to: 1 mg, ties: up}}"',
)

REGIMEN = Record(
    {
        "label": Field(LABEL, "the regimen in words"),
        "arms": Field(IDS, "the arms that receive it; without it, all"),
        "product": Field(IDENTIFIER, "the id of the product", is_required=True),
        "route": Field(or_none_stated(LABEL), "the route"),
        "dose": Field(ANY_RULE, "the dose, flat, per kg, per m², by AUC, in weight bands, loading, or a range"),
        "dose_is": Field(one_of("per infusion", "per day", "total"), "what the dose is of: per infusion, day, or all"),
        "for": Field(Text('days such as "4 days"', parse=parse_day_count), "the days of an infusion dosed per day"),
        "levels": Field(LEVELS, "named doses that subjects are put on"),
        "level": Field(one_of("each subject's"), "that each subject has a level"),
        "split": Field(SPLIT, "the parts in percent in which one dose is given, by visit"),
        "body_surface": Field(
            or_none_stated(one_of(*SURFACE_FORMULAS)),
            "the formula of the body surface",
        ),
        "gfr": Field(GFR, "which filtration rate a dose by AUC takes"),
        "at_most": Field(or_none_stated(LIMIT), "the cap of one dose; of a dose per day, of each day or of one dose"),
        "at_least": Field(or_none_stated(LIMIT), "the floor of one dose, likewise"),
        "weight": Field(or_none_stated(WEIGHT), "which weight a dose takes"),
        "rounding": Field(or_none_stated(OrWord(ROUNDING, NO_ROUNDING, NO_ROUNDING)), "how the dose is rounded"),
        "rate": Field(INFUSION_RATE, "the rate of the infusion"),
        "tolerance": Field(
            or_none_stated(Text(TOLERANCE_EXPECTED, parse=parse_tolerance)), "how far the given dose may be off"
        ),
        "visits": Field(VISIT_IDS, "the visits at which it is given"),
        "if": Field(CONDITION, "the condition under which a subject receives it; without it, always"),
        "quote": Field(QUOTE, "the source's sentence"),
    },
    'a regimen such as "{dose: 30 million cells, product: msc, visits: [D0, D3]}"',
)
