"""What a dose is measured by: the weight and the filtration rate that a regimen takes, with the keys of each."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from dosecal.load.protocol.grammar import Field, Record, Text, as_own, one_of, or_none_stated
from dosecal.model.days import read_length
from dosecal.model.dosing.by_auc import ByAuc, Clearance
from dosecal.model.dosing.per_weight import ACTUAL, Adjusted, Ideal, IdealWeight, Lean, LeanWeight, Predicted
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import read_number
from dosecal.model.regex import regex
from dosecal.model.regimen import EachDose, Threshold, WeightRule
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from dosecal.load.protocol.grammar import Values
    from dosecal.model.dosing.per_weight import BodyWeight

ALL_PERCENT = 100


def _percent(number: str) -> Fraction:
    """A percentage above 0, up to 100."""
    percent: Fraction = as_own(partial(read_number, example="10"), number)
    if not 0 < percent <= ALL_PERCENT:
        raise RefusedError(", above 0 and at most 100")
    return percent


PERCENT = Text(
    'a percentage such as "10 %"', _percent, shape=regex(r"([0-9.,]+) ?%", re.ASCII), hint="a number, then the sign %"
)


class WrittenWeight(Struct, frozen=True):
    """Which weight, as a file says it.

    Attributes:
        which: ``actual``, ``ideal``, ``adjusted``, ``predicted`` or ``lean``.
        percent: What counts of an adjusted weight; None where nothing is said, and for others.
    """

    which: str
    percent: Fraction | None = None

    @property
    def body_weight(self) -> BodyWeight:
        """The weight, where nothing of it is missing."""
        return _WEIGHTS[self.which] if self.percent is None else Adjusted(self.percent)


_WEIGHTS = {one.name: one for one in (ACTUAL, Ideal(), Predicted(), Lean())}


def _weight(text: str, known: tuple[str, ...]) -> WrittenWeight:
    """Which weight; an adjusted one with its percent, which is asked for elsewhere where it is missing."""
    name, _, percent = text.partition(" ")
    if name == Adjusted.name:
        return WrittenWeight(name, PERCENT.parsed(percent) if percent else None)
    if text not in known:
        raise RefusedError(" or ".join(f'"{one}"' for one in (*known, "adjusted 25 %")))
    return WrittenWeight(text)


def _which(expected: str, *known: str) -> Text:
    pattern = f"^({'|'.join(known)}|adjusted [0-9.]+ ?%)$"
    return Text(expected, partial(_weight, known=known), "P106", pattern)


def _plausible(low_text: str, high_text: str) -> tuple[Fraction, Fraction]:
    """The lowest and the highest plausible weight in kilograms."""
    low, high = read_number(low_text, example="30"), read_number(high_text, example="200")
    if low >= high:
        raise RefusedError("", "the lower weight comes first")
    return low, high


def _clearance(number: str) -> Fraction:
    rate: Fraction = as_own(partial(read_number, example="125"), number)
    if not rate:
        raise RefusedError(", above 0")
    return rate


def _threshold(what: str, *, is_inside: bool) -> Callable[[Fraction], Values]:
    return lambda percent: {what: Threshold(percent, is_inside)}


WEIGHT = Record(
    {
        "which": Field(
            _which('"actual", "ideal", "adjusted 25 %", "predicted" or "lean"', "actual", "ideal", "predicted", "lean"),
            "which body weight",
            ": `actual`: the weight on the scale; `ideal`, `adjusted` with its percent, `predicted` (ARDS Network) or "
            "`lean`: worked out from height, sex and that weight",
            is_required=True,
            into=lambda weight: {"which": weight.body_weight},
        ),
        "ideal": Field(
            one_of(IdealWeight.name),
            "the formula of an ideal weight, which an adjusted one begins from",
            "needed for `ideal` and `adjusted`, and for no other",
            into=None,
        ),
        "lean": Field(
            one_of(LeanWeight.name), "the formula of a lean weight", "needed for `lean`, and for no other", into=None
        ),
        "measured": Field(
            one_of("required", "not required"),
            "whether the weight must have been measured",
            "`required`: a stated or estimated weight, or one of unknown method, is refused; `not required`, which "
            "also holds without the key",
            into=lambda words: {"measured_only": words == "required"},
        ),
        "not_older_than": Field(
            or_none_stated(Text('whole days such as "7 days"', read_length, pattern="^[0-9]+ ?(days?|weeks?)$")),
            "the greatest age of the weight on the day of the dose, inclusive",
        ),
        "each_dose": Field(
            or_none_stated(one_of(EachDose.WEIGH_AGAIN, EachDose.FIRST_WEIGHT)),
            "whether later doses take a later weight",
            "`weigh again`: each dose takes the latest weight on or before it; `use the first weight`: all take the "
            "first dose's",
            is_required=True,
        ),
        "ask_from": Field(
            PERCENT,
            "the change since the dosing weight that asks for review, itself inside",
            "up or down",
            into=_threshold("ask", is_inside=True),
        ),
        "ask_over": Field(PERCENT, "the same, itself outside", into=_threshold("ask", is_inside=False)),
        "recalculate_from": Field(
            PERCENT,
            "the change from which a newer weight is dosed by, itself inside",
            "below it, the dosing weight stays",
            into=_threshold("recalculate", is_inside=True),
        ),
        "recalculate_over": Field(PERCENT, "the same, itself outside", into=_threshold("recalculate", is_inside=False)),
        "plausible": Field(
            or_none_stated(
                Text('weights such as "30 to 200 kg"', _plausible, shape=regex(r"([0-9.]+) to ([0-9.]+) kg", re.ASCII))
            ),
            "the plausible weights",
            "both ends inside; one outside is said and used",
        ),
    },
    'a weight rule such as "{which: actual, each_dose: weigh again}", or "none stated"',
    WeightRule,
)

_CLEARANCE = or_none_stated(Text('a rate such as "125 mL/min"', _clearance, shape=regex(r"([^ ]*) mL/min", re.ASCII)))
GFR = Record(
    {
        "from": Field(
            one_of("measured", "estimated"),
            "whether the rate is measured or estimated",
            "`measured`: the rate of the column `gfr_ml_min`; `estimated`: worked out from age, sex, weight and "
            "`creatinine_mg_dl` (Cockcroft and Gault)",
            is_required=True,
            into=None,
        ),
        "formula": Field(one_of(Clearance.name), "the formula of an estimated rate", "there is no other", into=None),
        "weight": Field(
            _which('"actual", "ideal" or "adjusted 40 %"', "actual", "ideal"),
            "which weight an estimated rate takes",
            "needed for it: `actual`, `ideal` or `adjusted` with its percent",
            into=lambda weight: {"weight": weight.body_weight},
        ),
        "ideal": Field(
            one_of(IdealWeight.name),
            "the formula of an ideal weight, which an adjusted one begins from",
            "needed for `ideal` and `adjusted`",
            into=None,
        ),
        "cap": Field(_CLEARANCE, "the greatest rate that counts", "one of `cap` and `at_most` is needed"),
        "at_most": Field(_CLEARANCE, "the same as cap, of which one is said", into="cap"),
    },
    'a filtration rate such as "{from: measured, cap: 125 mL/min}"',
    lambda weight=None, cap=None: ByAuc(weight, cap),
)
