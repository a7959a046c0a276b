"""Regimens: the keys of a rule of dosing in a protocol file, and each of a draft as the model has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from dosecal.load.doses.dose_amounts import DOSE_EXPECTED, parse_any_dose, parse_dose
from dosecal.load.protocol.condition_text import CONDITION
from dosecal.load.protocol.draft import aimed_at
from dosecal.load.protocol.grammar import (
    IDENTIFIER,
    IDS,
    LABEL,
    NONE_STATED,
    QUOTE,
    ByShape,
    Field,
    ListOf,
    MapOf,
    OrWord,
    Record,
    Said,
    Text,
    as_own,
    one_of,
    or_none_stated,
)
from dosecal.load.protocol.rates import RATE
from dosecal.load.protocol.visits import VISIT_IDS
from dosecal.load.protocol.weights import GFR, PERCENT, WEIGHT
from dosecal.model.dosing.by_auc import ByAuc
from dosecal.model.dosing.per_surface import RECORDED, BodySurface, PerSurface
from dosecal.model.dosing.per_weight import ACTUAL, PerWeight
from dosecal.model.dosing.rule import FLAT
from dosecal.model.messages import Msg, msgid, written
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import Rounding, read_number
from dosecal.model.regex import regex
from dosecal.model.regimen import (
    DoseLevel,
    DoseRange,
    EachDose,
    Part,
    Regimen,
    Tolerance,
    WeightBand,
    WeightRule,
)
from dosecal.model.spoken import amount_words, grouped_digits
from dosecal.model.struct import Struct, replace

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.model.product import Product
    from dosecal.model.quantity import Amount


class Limits(Struct, frozen=True):
    """The limits of a weight band: each a value and whether it is inside, or None; and both in words."""

    low: tuple[Fraction, bool] | None
    high: tuple[Fraction, bool] | None
    words: Msg


class WrittenLimit(Struct, frozen=True):
    """A cap or a floor as a file says it.

    Attributes:
        amount: The amount, flat or per kg.
        per: ``day`` or ``dose``; empty where nothing is said.
        text: The text.
    """

    amount: Amount
    per: str
    text: str


_KG = r"([0-9.]+)"
_BANDS = (
    (regex(rf"up to {_KG} kg", re.ASCII), msgid("up to {n} kg"), None, (1, True)),
    (regex(rf"under {_KG} kg", re.ASCII), msgid("under {n} kg"), None, (1, False)),
    (regex(rf"over {_KG} kg", re.ASCII), msgid("over {n} kg"), (1, False), None),
    (regex(rf"{_KG} kg and over", re.ASCII), msgid("{n} kg and over"), (1, True), None),
    (regex(rf"over {_KG} up to {_KG} kg", re.ASCII), msgid("over {low} up to {high} kg"), (1, False), (2, True)),
    (regex(rf"{_KG} to under {_KG} kg", re.ASCII), msgid("{low} to under {high} kg"), (1, True), (2, False)),
)
"""What is said, in which words, and for the lower and the upper limit which group has it and whether it is inside."""


def _limits(text: str) -> Limits:
    for pattern, words, low, high in _BANDS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        ends = [None if end is None else (read_number(match[end[0]], example="50"), end[1]) for end in (low, high)]
        if ends[0] is not None and ends[1] is not None and ends[0][0] >= ends[1][0]:
            raise RefusedError("", "the lower limit comes first")
        return Limits(ends[0], ends[1], Msg(words, n=match[1], low=match[1], high=match[match.lastindex or 1]))
    raise RefusedError("")


_TIME_WORD = regex(
    r"\b(?:once|twice|every|each|(?:dai|week|month)ly|(?:hour|day|week|month|cycle|dose)s?)\b", re.IGNORECASE
)
"""Words of time and of doses that the text of an amount may have, and that would change what a limit is of."""


def _limit(text: str) -> WrittenLimit:
    """A cap or a floor, and what it is of where that is said."""
    amount, per = text, ""
    for ending in ("day", "dose"):
        if text.endswith(f" per {ending}"):
            amount, per = text.removesuffix(f" per {ending}"), ending
    if _TIME_WORD.search(amount):
        raise RefusedError("", 'what it is of is said by "per day" or "per dose" alone')
    return WrittenLimit(as_own(parse_dose, amount), per, text)


def _tolerance(text: str, below: str | None, size: str, of: str | None, which: str | None) -> Tolerance:
    """How far what is given may be from what was ordered: in percent of one of the two, or as an amount."""
    if not size.endswith("%"):
        if of:
            raise RefusedError("", "an amount is of nothing")
        percent, amount = None, parse_dose(size)
        words = Msg("±{amount}", amount=amount_words(amount.value, amount.unit))
    elif not of:
        raise RefusedError("", "say what the percentage is of: 110 of 100 is 10 % of 100, 9.1 % of 110")
    else:
        percent, amount = PERCENT.parsed(size), None
        words = Msg(_TOLERANCES[str(which)], p=f"±{grouped_digits(percent)}")
    words = written(text, Msg("less than {a}", a=words) if below else words)
    return Tolerance(percent, amount, f"{which or 'ordered'} dose", below is None, words)


_TOLERANCES = {"ordered": msgid("{p} % of the ordered dose"), "given": msgid("{p} % of the given dose")}


_DOSE = Text(DOSE_EXPECTED, parse_dose, "P105")
_ANY_DOSE = Text(DOSE_EXPECTED, parse_any_dose, "P105")
_LIMIT = or_none_stated(Text('an amount such as "200 mg", "28 mcg per day" or "28 mcg per dose"', _limit, "P105"))
_TOLERANCE = Text(
    'a tolerance such as "±10 % of the ordered dose", "less than ±10 % of the given dose" or "±20 million cells"',
    _tolerance,
    shape=regex(r"((less than )?± ?(.+?)( of the (ordered|given) dose)?)"),
)
_LEVEL = "[A-Za-z0-9+-][A-Za-z0-9_.+-]{0,39}"

_RANGE = Record(
    {
        "from": Field(_DOSE, "the least dose", is_required=True),
        "to": Field(_DOSE, "the greatest dose", is_required=True),
        "aim": Field(or_none_stated(_DOSE), "the dose that is aimed at", is_required=True),
    },
    'a range such as "{from: 1 million cells/kg, to: 2 million cells/kg, aim: 1.5 million cells/kg}"',
)
_LOADING = Record(
    {
        "first": Field(_DOSE, "the dose of the first visit", is_required=True),
        "then": Field(_DOSE, "the dose of every later visit", is_required=True),
    },
    'two doses such as "{first: 400 mcg/kg, then: 200 mcg/kg}"',
)
_BAND = Record(
    {
        "weight": Field(
            Text('weights such as "up to 50 kg", "over 50 up to 80 kg", "over 80 kg" or "50 to under 80 kg"', _limits),
            "the weights of the band",
            is_required=True,
        ),
        "give": Field(
            ByShape(_DOSE, _DOSE, (("aim", _RANGE),)),
            "the dose of the band, flat or per kg, or a range",
            is_required=True,
        ),
    },
    'a band such as "{weight: up to 50 kg, give: 2.5 million cells/kg}"',
)

NO_ROUNDING = "none"


def _rounding(example: str, step: tuple[str, str], mode: str, ties: str) -> OrWord:
    record = Record(
        {
            "to": Field(_DOSE, "the increment", *step, is_required=True, into="increment"),
            "mode": Field(one_of("nearest", "up", "down"), "nearest (which silence means), up or down", mode),
            "ties": Field(one_of("up", "down", "even"), "where a tie goes: up, away from zero; down; even", ties),
        },
        f'a rounding such as "{example}"',
        lambda **stated: Rounding(**{"mode": "nearest", "ties": "", **stated}),
    )
    return OrWord(record, NO_ROUNDING, NO_ROUNDING)


ROUNDING = Record(
    {
        "dose": Field(
            _rounding(
                "{to: 1 mg, ties: up}",
                (": a flat amount in the unit of the dose; cap and floor are whole multiples of it", "1 mg"),
                "`nearest`, `up` or `down`: the last two are for every value",
                "`up`, `down`, or `even`, to the even number of steps; needed for the nearest, and only for it",
            ),
            "the rounding of the dose",
            ", as below, or `none`",
            into=lambda rounding: (
                {"rounding_is_stated": True} | ({} if rounding == NO_ROUNDING else {"rounding": rounding})
            ),
        ),
        "volume": Field(
            _rounding(
                "{to: 0.1 mL, ties: up}",
                (", in mL", "0.1 mL"),
                "`nearest`, `up` or `down`, as above",
                "`up`, `down` or `even`, as above",
            ),
            "the rounding of the volume",
            " that is drawn, as below, or `none`; it never carries a dose over its cap or under its floor",
            into=lambda rounding: (
                {"volume_rounding_is_stated": True} | ({} if rounding == NO_ROUNDING else {"volume_rounding": rounding})
            ),
        ),
    },
    '"none", or a rounding such as "{dose: {to: 1 mg, ties: up}}"',
)

REGIMEN = Record(
    {
        "label": Field(LABEL, "the regimen in words", "without it, its id", "first infusion"),
        "arms": Field(IDS, "the arms that receive it; without it, all", "", "[msc]", into=None),
        "product": Field(IDENTIFIER, "the id of the product", "", "ad-msc", is_required=True),
        "route": Field(or_none_stated(LABEL), "the route", " in the protocol's words", "intravenous infusion"),
        "dose": Field(
            ByShape(ListOf(_BAND, "a list of weight bands"), _ANY_DOSE, (("first", _LOADING), ("aim", _RANGE))),
            "the dose, flat, per kg, per m², by AUC, in weight bands, loading, or a range",
            "`AUC 5 by Calvert` names its formula; see [weight bands](#weight-bands), [loading then "
            "maintenance](#loading-then-maintenance) and [ranges](#ranges); needed unless each subject has a level",
            into=None,
        ),
        "dose_is": Field(
            one_of("per infusion", "per day", "total"),
            "what the dose is of: per infusion, day, or all",
            "`per infusion`, which silence means; `per day`, with `for`; or `total`, with `split`",
            into=None,
        ),
        "for": Field(
            Text(
                'days such as "4 days"',
                int,
                shape=regex(r"([1-9][0-9]{0,2}) days?", re.ASCII),
                fuller='a number of days such as "4 days"',
            ),
            "the days of an infusion dosed per day",
            "for it and no other; the infusion holds as many doses",
            into="days",
        ),
        "levels": Field(
            MapOf(
                _ANY_DOSE,
                'a mapping of levels such as "{1: 1 million cells/kg, 2: 3 million cells/kg}"',
                Text(
                    'the name of a level such as "1" or "-1"',
                    code="P107",
                    pattern=f"^{_LEVEL}$",
                    shape=regex(_LEVEL, re.ASCII),
                    hint="letters, digits, + - _ and .",
                ),
            ),
            "named doses that subjects are put on",
            "see [levels](#levels)",
            '{"-1": 60 mg/m²}',
            into=lambda levels: {"levels": tuple(DoseLevel(name, dose) for name, dose, _ in levels)},
        ),
        "level": Field(one_of("each subject's"), "that each subject has a level", "no dose without one", into=None),
        "split": Field(
            MapOf(PERCENT, 'a mapping of visits such as "{D0: 30 %, D1: 70 %}"'),
            "the parts in percent in which one dose is given, by visit",
            "see [split](#split)",
            into=None,
        ),
        "body_surface": Field(
            OrWord(one_of(*BodySurface.NAMES), NONE_STATED, RECORDED),
            "the formula of the body surface",
            "for a dose per m² and no other; with none stated the dose takes the surface that the site recorded, "
            "`body_surface_m2`",
            into=lambda formula: {"rule": PerSurface(formula)},
        ),
        "gfr": Field(GFR, "which filtration rate a dose by AUC takes", "for it and no other", into="rule"),
        "at_most": Field(
            _LIMIT,
            "the cap of one dose; of a dose per day, of each day or of one dose",
            "an amount in the unit of the dose, flat or per kg, or `none stated`; beside `dose_is: per day` it says "
            "`per day`, of each day's dose, or `per dose`, of the whole infusion",
            into=lambda limit: {"at_most": limit.amount, "at_most_is_per_day": limit.per == "day"},
        ),
        "at_least": Field(
            _LIMIT,
            "the floor of one dose, likewise",
            "where it lies above the cap, in the file or for a body, everything stops",
            into=lambda limit: {"at_least": limit.amount, "at_least_is_per_day": limit.per == "day"},
        ),
        "weight": Field(or_none_stated(WEIGHT), "which weight a dose takes"),
        "rounding": Field(
            or_none_stated(OrWord(ROUNDING, NO_ROUNDING, NO_ROUNDING)),
            "how the dose is rounded",
            "`none` if the protocol forbids it, `none stated` if it is silent",
            into=lambda rounding: (
                {"rounding_is_stated": True, "volume_rounding_is_stated": True} if rounding == NO_ROUNDING else rounding
            ),
        ),
        "rate": Field(RATE, "the rate of the infusion"),
        "tolerance": Field(
            or_none_stated(_TOLERANCE), "how far the given dose may be off", "see [tolerance](#tolerance)"
        ),
        "visits": Field(
            VISIT_IDS,
            "the visits at which it is given",
            "all its arms must have them, and each needs a target day; needed unless the dose is split",
            into=None,
        ),
        "if": Field(
            CONDITION,
            "the condition under which a subject receives it; without it, always",
            "see [conditions](conditions.md)",
            into="condition",
        ),
        "quote": Field(QUOTE, "the source's sentence", ", printed beside the dose", '"2.5 mg/kg on Day 1"'),
    },
    'a regimen such as "{dose: 30 million cells, product: msc, visits: [D0, D3]}"',
)


def build_regimen(entry: Entry, draft: Draft, products: dict[str, Product]) -> Regimen:
    """The regimen that an entry of a draft without problems says.

    Args:
        entry: The entry.
        draft: The draft, for the order of its visits and its arms.
        products: The products by id.
    """
    dose, visits, stated = entry.value("dose"), draft.visits_of(entry), entry.said.stated()
    first = cast("Amount", entry.dose)
    parts = {visit: percent for visit, percent, _ in entry.value("split") or ()}
    derived = {
        "label": entry.id,
        "arms": draft.arms_of(entry),
        "visits": visits,
        "dose": first,
        "rule": PerWeight(stated["weight"].which if "weight" in stated else ACTUAL) if first.unit.per else FLAT,
        "dose_is_standard": entry.says("dose"),
        "bands": tuple(_weight_band(said) for said in entry.bands),
        "maintenance": entry.value("dose.then") if isinstance(dose, Said) else None,
        "range": _dose_range(dose),
        "split": tuple(Part(visit, parts[visit]) for visit in visits if visit in parts),
        "source": entry.source,
    }
    regimen = Regimen(entry.id, unstated=(), **{**derived, **stated})
    return replace(regimen, unstated=_unstated(entry, regimen, products[regimen.product]))


def _weight_band(said: Said) -> WeightBand:
    limits: Limits = said.values["weight"]
    low, low_is_inside = limits.low or (None, False)
    high, high_is_inside = limits.high or (None, False)
    give = said.values["give"]
    dose = cast("Amount", aimed_at(give))
    return WeightBand(low, high, low_is_inside, high_is_inside, dose, limits.words, _dose_range(give))


def _dose_range(dose: Any) -> DoseRange | None:  # noqa: ANN401 - an amount, a record of amounts, or bands
    if not isinstance(dose, Said) or "aim" not in dose.values:
        return None
    return DoseRange(dose.values["from"], dose.values["to"], has_aim=dose.values["aim"] is not None)


def _unstated(entry: Entry, regimen: Regimen, product: Product) -> tuple[Msg, ...]:
    """What a pharmacist would look for and the file leaves open, in the order of the worksheet."""
    rule, weight = regimen.rule, regimen.weight
    is_flat = not entry.bands and not any(amount.unit.per for amount, _, _ in entry.doses)
    is_by_auc = isinstance(rule, ByAuc)
    takes_weight = not is_flat and (rule.takes_scale if is_by_auc else regimen.is_per_weight)
    ranges = (regimen.range, *(band.range for band in regimen.bands))
    questions = (
        (Msg("aim of the range"), any(one is not None and not one.has_aim for one in ranges)),
        (Msg("viable or total cells"), regimen.dose.unit.substance == "cells" and not product.counts),
        (Msg("weight rule"), takes_weight and weight is None),
        (Msg("whether to weigh again"), _leaves_open(weight)),
        (Msg("formula of the body surface"), rule == PerSurface(RECORDED)),
        (Msg("cap of the dose") if is_by_auc else Msg("cap"), not is_flat and regimen.at_most is None),
        (Msg("rounding"), entry.value("rounding") != NO_ROUNDING and not entry.says("rounding.dose")),
        (Msg("concentration"), not product.has_strength),
        (Msg("infusion rate"), regimen.rate is None),
    )
    return tuple(words for words, is_open in questions if is_open)


def _leaves_open(weight: WeightRule | None) -> bool:
    """Whether a weight rule does not say which weight later doses take, and the weight on the scale matters."""
    return weight is not None and weight.which.takes_scale and weight.each_dose is EachDose.NOT_STATED
