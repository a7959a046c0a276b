"""The grammar of a protocol file's products, and of the rate of an infusion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.protocol.dose_rule_texts import PERCENT_EXPECTED, parse_percent
from dosecal.load.protocol.grammar import (
    LABEL,
    QUOTE,
    Field,
    MapOf,
    OrWord,
    Reader,
    Record,
    Text,
    one_of,
    or_none_stated,
)
from dosecal.load.protocol.product_texts import (
    DMSO_EXPECTED,
    DMSO_LIMIT_EXPECTED,
    DOSE_SPEED_EXPECTED,
    ENDOTOXIN_EXPECTED,
    ENDOTOXIN_LIMIT_EXPECTED,
    ML_EXPECTED,
    OVERFILL_EXPECTED,
    SPEED_EXPECTED,
    STRENGTH_EXPECTED,
    TIME_EXPECTED,
    TIMES_EXPECTED,
    VOLUME_LIMIT_EXPECTED,
    WITHIN_EXPECTED,
    parse_container_limit,
    parse_content,
    parse_dmso,
    parse_dmso_limit,
    parse_dose_speed,
    parse_duration,
    parse_endotoxin,
    parse_endotoxin_limit,
    parse_minutes,
    parse_ml,
    parse_overfill,
    parse_speed,
    parse_strength,
    parse_use_within,
    parse_volume_limit,
)
from dosecal.model.problems import RefusedError
from dosecal.model.product import Counted

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_PART_CHARACTERS = 40
NO_DMSO = "none"
"""What a file says of a product that holds no dimethyl sulfoxide."""
ONE_SUBJECT = "one subject"
"""What a file says of a product of which each container is for one subject alone."""
AS_FROZEN = "not applied"
"""What a file says where the dose itself is meant in cells as they were counted at freeze."""


def parse_part_name(text: str) -> str:
    """The name of a part of a product, such as ``CD3+ cells``: up to 40 characters that can be seen.

    Raises:
        RefusedError: If the text is not such a name.
    """
    if text != text.strip() or not text.isprintable() or not 0 < len(text) <= MOST_PART_CHARACTERS:
        raise RefusedError('the name of a part such as "CD3+ cells"', f"up to {MOST_PART_CHARACTERS} characters")
    return text


def _optional(expected: str, parse: Callable[[str], object]) -> OrWord:
    return or_none_stated(Text(expected, parse=parse))


PERCENT = Text(PERCENT_EXPECTED, parse=parse_percent)
STRENGTH = Text(STRENGTH_EXPECTED, parse=parse_strength, code="P105")
ML = Text(ML_EXPECTED, parse=parse_ml)

CONTAINER = Record(
    {
        "called": Field(Text('a word such as "vial" or "bag"'), "the word for one of them", is_required=True),
        "content": Field(
            Text('a content such as "25 million viable cells"', parse=parse_content, code="P105"),
            "the amount in one, as its label says",
            is_required=True,
        ),
        "volume": Field(or_none_stated(ML), "the volume that holds the content"),
        "overfill": Field(
            _optional(OVERFILL_EXPECTED, parse_overfill),
            "the volume beyond that, which lets the volume be drawn and is not counted unless it is usable",
        ),
    },
    'a container such as "{called: vial, content: 25 million viable cells, volume: 3.8 mL}"',
)

VIABILITY = Record(
    {
        "is": Field(PERCENT, "the viability where no lot says its own"),
        "at_least": Field(PERCENT, "the least viability with which a lot is used"),
        "method": Field(LABEL, "how it is measured"),
    },
    'a viability such as "{at_least: 70 %, method: trypan blue}"',
)

DILUTION = Record(
    {
        "to": Field(STRENGTH, "the strength after dilution"),
        "add": Field(ML, "what is added to each container"),
        "total": Field(ML, "the volume that a dose is brought up to"),
    },
    'a dilution such as "{to: 2.5 million cells/mL}", "{add: 18 mL}" or "{total: 300 mL}"',
)

CONCENTRATION_LIMITS = Record(
    {
        "at_least": Field(STRENGTH, "the least concentration as it is infused"),
        "at_most": Field(STRENGTH, "the greatest concentration as it is infused"),
    },
    'limits such as "{at_most: 5 million cells/mL}"',
)

LIMITS = Record(
    {
        "concentration": Field(CONCENTRATION_LIMITS, "the limits of the concentration as it is infused"),
        "volume": Field(
            Text(VOLUME_LIMIT_EXPECTED, parse=parse_volume_limit), "the most volume of a dose, or of all doses of a day"
        ),
        "dmso": Field(
            Text(DMSO_LIMIT_EXPECTED, parse=parse_dmso_limit), "the most DMSO of all doses of a day, or of one dose"
        ),
        "endotoxin": Field(
            Text(ENDOTOXIN_LIMIT_EXPECTED, parse=parse_endotoxin_limit),
            "the most endotoxin of a dose, of all doses of a day, or of an hour of the infusion",
        ),
        "container": Field(
            Text('a limit such as "at most 1,000,000 units"', parse=parse_container_limit),
            "the most that one container for infusion may hold",
        ),
    },
    'limits such as "{volume: at most 10 mL/kg, dmso: at most 1 g/kg per day}"',
)

PURITY = MapOf(
    PERCENT,
    'a mapping of parts such as "{lymphocytes: 30 %, CD3+ cells: 70 %}"',
    Text('the name of a part such as "CD3+ cells"', parse=parse_part_name, pattern="^.{1,40}$"),
)

PRODUCT = Record(
    {
        "label": Field(LABEL, "the product in words", is_required=True),
        "for": Field(
            or_none_stated(one_of(ONE_SUBJECT)),
            "whether each container is made for one subject, as an autologous one is",
        ),
        "counts": Field(
            or_none_stated(one_of("viable cells", "total cells")), "whether viable or total cells are counted"
        ),
        "counted": Field(
            or_none_stated(one_of(Counted.AT_THAW.value, Counted.AT_FREEZE.value)), "when the cells were counted"
        ),
        "recovery": Field(
            or_none_stated(OrWord(PERCENT, AS_FROZEN, AS_FROZEN)),
            f'what is left after thaw of the cells counted at freeze, or "{AS_FROZEN}" where these are dosed',
        ),
        "concentration": Field(or_none_stated(STRENGTH), "the strength of the product"),
        "container": Field(or_none_stated(CONTAINER), "what it comes in"),
        "viability": Field(or_none_stated(VIABILITY), "the viability"),
        "purity": Field(PURITY, "the parts that make up what is dosed, each of the one before"),
        "dilution": Field(OrWord(or_none_stated(DILUTION), "none", None), "how it is diluted"),
        "dmso": Field(
            or_none_stated(OrWord(Text(DMSO_EXPECTED, parse=parse_dmso), NO_DMSO, NO_DMSO)),
            "the dimethyl sulfoxide in it, v/v or w/v",
        ),
        "endotoxin": Field(_optional(ENDOTOXIN_EXPECTED, parse_endotoxin), "the endotoxin in it"),
        "use_within": Field(_optional(WITHIN_EXPECTED, parse_use_within), "the time after thaw in which it is given"),
        "limits": Field(or_none_stated(LIMITS), "what must hold of a dose"),
        "quote": Field(QUOTE, "the source's sentence"),
    },
    'a product such as "{label: mesenchymal stem cells}"',
)

RATE = Record(
    {
        "at_most": Field(Text(SPEED_EXPECTED, parse=parse_speed), "the greatest rate"),
        "at_least": Field(Text(SPEED_EXPECTED, parse=parse_speed), "the least rate"),
        "over": Field(Text(TIMES_EXPECTED, parse=parse_duration), "how long the infusion takes"),
        "aim": Field(Text(TIME_EXPECTED, parse=parse_minutes), "the duration that is aimed at within a range"),
        "give": Field(Text(DOSE_SPEED_EXPECTED, parse=parse_dose_speed), "how much of the dose runs in a time"),
    },
    'a rate such as "{at_most: 4 mL/min}", "{over: 60 to 80 min}" or "{give: 5 mcg/kg/min}"',
)

INFUSION_RATE: Reader = or_none_stated(RATE)
