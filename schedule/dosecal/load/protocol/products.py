"""Products: the keys of what is given in a protocol file, their texts, and each of a draft as the model has it."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from dosecal.load.doses.dose_amounts import parse_dose
from dosecal.load.protocol.grammar import (
    LABEL,
    QUOTE,
    Field,
    MapOf,
    OrWord,
    Record,
    Text,
    as_own,
    one_of,
    or_none_stated,
    positive,
)
from dosecal.load.protocol.rates import NUMBER, TIME, time_words
from dosecal.load.protocol.weights import PERCENT
from dosecal.model.messages import Msg, term
from dosecal.model.problems import RefusedError
from dosecal.model.product import (
    RECOVERY,
    VIABILITY,
    Bound,
    Container,
    Counted,
    Dilution,
    Dmso,
    Percent,
    Product,
    Strength,
    ViabilityRule,
)
from dosecal.model.regex import regex
from dosecal.model.spoken import amount_words, grouped_digits, of_unit, per
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from dosecal.load.protocol.grammar import Values
    from dosecal.model.quantity import Amount

NO_DMSO = "none"
"""What a file says of a product that holds no dimethyl sulfoxide."""
AS_FROZEN = "not applied"
"""What a file says where the dose itself is meant in cells as they were counted at freeze."""
MOST_PART_CHARACTERS = 40

_PER_ML = regex(r"(.+?)(?:/| per )mL")
_MANTISSA = regex(r"[0-9][0-9,]*(\.[0-9]+)?", re.ASCII)
_LIMIT = regex(rf"at most {NUMBER} (mL|g|EU)(/kg)?(?:(?: per |/)(day|dose|h))?", re.ASCII)


class WrittenStrength(Struct, frozen=True):
    """A strength and how finely it was written.

    Attributes:
        strength: The strength.
        last_place: The value of its last written digit; a strength that was rounded to it is off by half at most.
    """

    strength: Strength
    last_place: Fraction

    @property
    def amount(self) -> Amount:
        """The amount in a mL."""
        return self.strength.amount


def _flat(text: str) -> Amount:
    """A flat amount above 0."""
    amount: Amount = as_own(parse_dose, text)
    if amount.unit.per or not amount.value:
        raise RefusedError("", "an amount above 0, per nothing")
    return amount


def _strength(text: str) -> WrittenStrength:
    """An amount in a mL."""
    match = _PER_ML.fullmatch(text)
    if match is None:
        raise RefusedError("")
    amount = _flat(match[1])
    mantissa = _MANTISSA.match(match[1])
    written = Fraction(mantissa[0].replace(",", "")) if mantissa else amount.value
    places = len(mantissa[1] or ".") - 1 if mantissa else 0
    return WrittenStrength(Strength(amount, text), amount.value / written / 10**places)


def _use_within(length: str) -> Values:
    """Whole minutes after thaw, and the same in words."""
    minutes: Fraction = TIME.parsed(length)
    if minutes.denominator != 1:
        raise RefusedError("", "whole minutes")
    return {"use_within": int(minutes), "use_within_time": time_words(length)}


def _bound(text: str, of: str, unit: str, endings: dict[str, str]) -> Bound:
    """The most of something, of what its ending says; an ending that is not there is of one dose, or refused."""
    match = _LIMIT.fullmatch(text)
    if match is None or match[2] != unit or (match[4] or "") not in endings:
        hint = "say whether it is of a day or of one dose" if match is not None and not match[4] else ""
        raise RefusedError("", hint)
    is_per_kg, of_what = match[3] is not None, endings[match[4] or ""]
    said = f"{unit}{' per kg' if is_per_kg else ''}{f' per {of_what}' if of_what else ''}"
    return Bound(of, is_most=True, value=positive(match[1]), unit=said, is_per_kg=is_per_kg, per=of_what)


def _container_bound(text: str) -> Bound:
    """The most that one container for infusion may hold: a flat amount."""
    amount = _flat(text)
    return Bound("container", is_most=True, value=amount.value, unit=amount.unit.substance)


def _part_name(text: str) -> str:
    if text != text.strip() or not text.isprintable() or not 0 < len(text) <= MOST_PART_CHARACTERS:
        raise RefusedError("", f"up to {MOST_PART_CHARACTERS} characters")
    return text


STRENGTH = Text('a strength such as "10 million cells/mL" or "50 mg/mL"', _strength, "P105")
ML = Text('a volume such as "3.8 mL"', positive, shape=regex(rf"{NUMBER} mL", re.ASCII))
OVERFILL = Text(
    'an overfill such as "0.2 mL", or "0.2 mL usable" where it may be given',
    lambda number, usable: {"overfill_ml": positive(number), "overfill_is_usable": usable is not None},
    shape=regex(rf"{NUMBER} mL( usable)?", re.ASCII),
)
VOLUME_LIMIT = Text(
    'a limit such as "at most 10 mL/kg" (of one dose) or "at most 20 mL/kg per day"',
    partial(_bound, of="volume", unit="mL", endings={"": "", "dose": "", "day": "day"}),
)
DMSO_LIMIT = Text(
    'a limit such as "at most 1 g/kg per day" or "at most 0.5 g/kg per dose"',
    partial(_bound, of="DMSO", unit="g", endings={"dose": "", "day": "day"}),
)
ENDOTOXIN_LIMIT = Text(
    'a limit such as "at most 5 EU/kg" (of one dose) or "at most 5 EU/kg/h"',
    partial(_bound, of="endotoxin", unit="EU", endings={"": "", "dose": "", "day": "day", "h": "h"}),
)

CONTAINER = Record(
    {
        "called": Field(Text('a word such as "vial" or "bag"'), "the word for one of them", is_required=True),
        "content": Field(
            Text(
                'a content such as "25 million viable cells"',
                _flat,
                "P105",
                fuller='a content such as "25 million viable cells" or "500 mg"',
            ),
            "the amount in one, as its label says",
            is_required=True,
        ),
        "volume": Field(or_none_stated(ML), "the volume that holds the content", "a tablet has none", into="volume_ml"),
        "overfill": Field(
            or_none_stated(OVERFILL),
            "the volume beyond that, which lets the volume be drawn and is not counted unless it is usable",
            "at the same strength; `usable` where it may be given",
            into=lambda overfill: overfill,
        ),
    },
    'a container such as "{called: vial, content: 25 million viable cells, volume: 3.8 mL}"',
    Container,
)

VIABILITY_RULE = Record(
    {
        "is": Field(
            PERCENT,
            "the viability where no lot says its own",
            "not for a product that counts viable cells",
            into=lambda percent: {"stated": Percent(VIABILITY, percent)},
        ),
        "at_least": Field(PERCENT, "the least viability with which a lot is used", ", itself inside"),
        "method": Field(LABEL, "how it is measured", "", "trypan blue"),
    },
    'a viability such as "{at_least: 70 %, method: trypan blue}"',
    ViabilityRule,
)


def _dilution(
    to: WrittenStrength | None = None, add: Fraction | None = None, total: Fraction | None = None
) -> Dilution | None:
    if to is not None:
        words = Msg("to {a}", a=per(amount_words(to.amount.value, to.amount.unit), "mL"))
        return Dilution(to.amount, None, None, words)
    if add is not None:
        return Dilution(None, add, None, Msg("add {a} to each container", a=of_unit(grouped_digits(add), "mL")))
    if total is None:
        return None
    return Dilution(None, None, total, Msg("bring up to {a}", a=of_unit(grouped_digits(total), "mL")))


DILUTION = Record(
    {
        "to": Field(STRENGTH, "the strength after dilution", ", in the unit of the dose"),
        "add": Field(ML, "what is added to each container", " before anything is drawn from it", "18 mL"),
        "total": Field(ML, "the volume that a dose is brought up to", "", "300 mL"),
    },
    'a dilution such as "{to: 2.5 million cells/mL}", "{add: 18 mL}" or "{total: 300 mL}"',
    _dilution,
)


def _bounds(**stated: Bound | tuple[Bound, ...]) -> tuple[Bound, ...]:
    """The limits in the order of the file."""
    return tuple(bound for group in stated.values() for bound in (group if isinstance(group, tuple) else (group,)))


CONCENTRATION_LIMITS = Record(
    {
        "at_least": Field(STRENGTH, "the least concentration as it is infused"),
        "at_most": Field(STRENGTH, "the greatest concentration as it is infused"),
    },
    'limits such as "{at_most: 5 million cells/mL}"',
    lambda **ends: tuple(
        Bound("concentration", key == "at_most", end.amount.value, f"{end.amount.unit.spoken} per mL")
        for key, end in ends.items()
    ),
)

LIMITS = Record(
    {
        "concentration": Field(CONCENTRATION_LIMITS, "the limits of the concentration as it is infused"),
        "volume": Field(VOLUME_LIMIT, "the most volume of a dose, or of all doses of a day", "flat or per kg"),
        "dmso": Field(
            DMSO_LIMIT,
            "the most DMSO of all doses of a day, or of one dose",
            "`per day` or `per dose`, one of which is to be said; flat or per kg",
        ),
        "endotoxin": Field(
            ENDOTOXIN_LIMIT,
            "the most endotoxin of a dose, of all doses of a day, or of an hour of the infusion",
            "flat or per kg",
        ),
        "container": Field(
            Text(
                'a limit such as "at most 1,000,000 units"', _container_bound, shape=regex(r"at most (.*)", re.DOTALL)
            ),
            "the most that one container for infusion may hold",
            "a floor of the dose above it stops everything",
            '"at most 1,000,000 units"',
        ),
    },
    'limits such as "{volume: at most 10 mL/kg, dmso: at most 1 g/kg per day}"',
    _bounds,
)

PRODUCT = Record(
    {
        "label": Field(LABEL, "the product in words", "", "mesenchymal stem cells", is_required=True),
        "for": Field(
            or_none_stated(one_of("one subject")),
            "whether each container is made for one subject, as an autologous one is",
            "then [lots](lots.md) say for whom",
            into=lambda _: {"is_for_one_subject": True},
        ),
        "counts": Field(
            or_none_stated(one_of("viable cells", "total cells")),
            "whether viable or total cells are counted",
            "the dose is in the same, or in viable cells where all cells are counted and a viability is known",
        ),
        "counted": Field(or_none_stated(one_of(Counted.AT_THAW, Counted.AT_FREEZE)), "when the cells were counted"),
        "recovery": Field(
            or_none_stated(OrWord(PERCENT, AS_FROZEN, AS_FROZEN)),
            f'what is left after thaw of the cells counted at freeze, or "{AS_FROZEN}" where these are dosed',
            "for them and no others, which must say it: a percentage, `not applied`, or `none stated`, which leaves "
            "the volume open",
            into=lambda percent: (
                {"is_dosed_as_frozen": True} if percent == AS_FROZEN else {"recovery": Percent(RECOVERY, percent)}
            ),
        ),
        "concentration": Field(
            or_none_stated(STRENGTH),
            "the strength of the product",
            "the amount in one mL; beside a container with its volume it must agree with content ÷ volume",
            into=lambda written: {"strength": written.strength},
        ),
        "container": Field(or_none_stated(CONTAINER), "what it comes in"),
        "viability": Field(or_none_stated(VIABILITY_RULE), "the viability"),
        "purity": Field(
            MapOf(
                PERCENT,
                'a mapping of parts such as "{lymphocytes: 30 %, CD3+ cells: 70 %}"',
                Text('the name of a part such as "CD3+ cells"', _part_name, pattern="^.{1,40}$"),
            ),
            "the parts that make up what is dosed, each of the one before",
            "each with its name and a percentage",
            into=lambda parts: {"purity": tuple(Percent(term(name), percent) for name, percent, _ in parts)},
        ),
        "dilution": Field(
            OrWord(or_none_stated(DILUTION), "none", None),
            "how it is diluted",
            "`none` if it is not, `none stated` if the protocol is silent",
        ),
        "dmso": Field(
            or_none_stated(
                OrWord(
                    Text(
                        'a percentage with its basis such as "10 % v/v" or "10 % w/v"',
                        lambda percent, basis: Dmso(Percent(Msg("DMSO"), PERCENT.parsed(percent)), basis),
                        shape=regex(r"(.+%) (v/v|w/v)"),
                        hint="10 % v/v is 0.11 g in a mL, 10 % w/v is 0.1 g: say which",
                    ),
                    NO_DMSO,
                    NO_DMSO,
                )
            ),
            "the dimethyl sulfoxide in it, v/v or w/v",
            "v/v is 1.10 g in a mL of it, w/v g in 100 mL; `none` if it holds none, `none stated` if the protocol is "
            "silent",
            into=lambda dmso: {"is_free_of_dmso": True} if dmso == NO_DMSO else {"dmso": dmso},
        ),
        "endotoxin": Field(
            or_none_stated(Text('endotoxin such as "2 EU/mL"', positive, shape=regex(rf"{NUMBER} EU/mL", re.ASCII))),
            "the endotoxin in it",
            ", in a mL",
        ),
        "use_within": Field(
            or_none_stated(
                Text('a time after thaw such as "3 h of thaw"', _use_within, shape=regex(r"(.*?) of thaw", re.DOTALL))
            ),
            "the time after thaw in which it is given",
            into=lambda within: within,
        ),
        "limits": Field(or_none_stated(LIMITS), "what must hold of a dose"),
        "quote": Field(QUOTE, "the source's sentence", "", '"supplied in bags"'),
    },
    'a product such as "{label: mesenchymal stem cells}"',
    Product,
)
