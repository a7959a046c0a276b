"""The phrases around a written dose: per what, on which days, how often, for whom, under which bound.

Conventions: each row is a pattern, the kind of piece that it makes and what that piece says, where ``*`` stands for
what the pattern's group ``of`` matched. The rows are tried in order, so that what counts days, patients or percents
comes before what could be a dose. A count may not swallow a number that goes on as a dose (``day 3, 5 million``):
``_A_DOSE`` is what would go on.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from dosecal.load.doses.dose_numbers import NUMBER
from dosecal.load.doses.dose_units import AUC
from dosecal.load.doses.dose_words import COUNT
from dosecal.model.regex import regex

if TYPE_CHECKING:
    import re


class Kind(Enum):
    """What a piece of a written dose is."""

    TERM = auto()
    """A number that could be a dose."""
    SUBSTANCE = auto()
    """What is counted or measured; the word is the unit's own."""
    PER = auto()
    """A basis: per kg, per m², per minute, per knee; the word is its name and the doubt that its spelling raises."""
    PERIOD = auto()
    """Per day or another period that doses are stated for; the word is its name and the doubt."""
    STRENGTH = auto()
    """Per volume: the number before it is a concentration."""
    BOUND = auto()
    """Words or a sign that make the next number a bound or an approximation; the word says which."""
    RANGE = auto()
    """From one number to the next."""
    LIST = auto()
    """One number and the next."""
    SPREAD = auto()
    """A plus-minus sign."""
    CONTEXT = auto()
    """Days, counts, percents and the like: read, and no dose; the word is a doubt, or empty."""
    DOUBT = auto()
    """Something that is understood, and that keeps the dose from being certain; the word says why."""
    TOTAL = auto()
    """The word total."""
    VIABLE = auto()
    """The word viable."""
    ADJECTIVE = auto()
    """A word that can stand before cells."""
    LABEL = auto()
    """A word such as low or high that names one dose of several."""
    FILLER = auto()
    """A word that changes no dose."""
    MARK = auto()
    """Punctuation."""
    UNKNOWN = auto()
    """Anything else."""


Row = tuple[str, Kind, str]

_PERIOD = r"(?i:days?|weeks?|wks?|months?|mos|years?|yrs?|hours?|hrs?|h|minutes?|mins?|seconds?|secs?|d)\b"
_NO_DAY = r"(?!(?<=day|eek|nth)\s-?\d)"  # the 6 of "5-6 day 1" counts no days
_A_DOSE = (
    r"\s*(?:[×^%]|[eE][+-]?\d|(?i:millions?|thousands?|billions?|cells?|units?|mscs?|viable)\b|[MKk]\b"
    r"|mc?g\b|µg|g\b|m[lL]\b|/\s*(?:kg|m\^?2))"
)
_DAY = rf"-?\d{{1,3}}(?!\d|\.\d|,\d{{3}}|{_A_DOSE}|\s*(?:-|to)\s*{NUMBER}{_A_DOSE})"
_DAY_SIGN = r"\s*(?:,\s*(?:and\b)?|;|and\b|&|to\b|through\b|until\b|or\b|-|/|\s)\s*"
_NO_UNIT = r"(?!(?:mg|mcg|g|units?|cells?|million|thousand|billion)\b)"
_PER = r"(?:/|\bper\b)\s*(?:(?:each|every)\s+)?"
_KG = r"(?i:kg|kilogram(?:me)?s?(?:\s*\(kg\))?)\b"
_TO_NUMBER = rf"(?:\s*(?:-|to|and|±)\s*{NUMBER})?"
_PERCENT = rf"{NUMBER}\s*(?:%|percent\b)"
_LITRE = r"(?:[mdµu]?[lL]|ML|cc|(?i:(?:milli|deci|micro)?lit(?:er|re)s?))\b"
_SQUARE_METRE = r"(?i:m\s?\^\s?2|m2|square\s+met(?:er|re)s?(?:\s+of)?(?:\s+body\s+surface(?:\s+area)?)?)(?!\d)"
_WHOSE = r"(?:\s*-?\s*(?i:actual|total|the|patient's|subject's|recipient's))*\s*-?\s*"
_WEIGHT = _WHOSE + r"(?i:body\s?-?\s?)?(?i:weight|wt|mass|bw)\b"
_SURFACE = _WHOSE + r"(?i:body\s+surface(?:\s+area)?|bsa)\b"
_BY = r"(?i:by|on|to|for|with)(?:\s+the)?"

_TIMED = "the dose is stated per period of time, not per administration"
_RATE = "the dose is stated as a rate"
_SHARED = "the dose may be divided; it is not clear what one administration is"
_NOT_ALL = "the dose is stated for some of the patients only"
_PER_NUMBER = "the dose is stated per a number of something"
PER_ELSE = "the dose is stated per something else"
"""The doubt about a basis that is no word of a dose."""
STRAY = "no stroke and no per stands before it"
"""The doubt about a kg or m² that nothing joins to a number."""

_DIVISORS: tuple[Row, ...] = (
    (
        r"mg\s*/\s*m[lL]\s*(?:[/·.×x*]|per\b)?\s*min(?:ute)?\b|mg\s*[·.×x*]?\s*min(?:ute)?\s*/\s*m[lL]\b",
        Kind.SUBSTANCE,
        AUC,
    ),
    (r"AUC\b", Kind.SUBSTANCE, AUC),
    (rf"{_PER}(?:{NUMBER}\s*)?{_LITRE}", Kind.STRENGTH, ""),
    (rf"{_PER}(?i:lbs?|pounds?)\b", Kind.DOUBT, "pounds"),
    (rf"{_PER}{_KG}(?![\^\d])", Kind.PER, "kg"),
    (r"\.?\s?\bkg\s?\^\s?-1\b", Kind.PER, "kg"),
    (r"\.?\s?\bkg\s?-1\b", Kind.PER, 'kg|the exponent of "kg-1" has lost its superscript'),
    (rf"{_PER}{_SQUARE_METRE}", Kind.PER, "m²"),
    (r"\.?\s?\bm\s?\^\s?-2\b", Kind.PER, "m²"),
    (rf"{_PER}(?i:bw|b\.w\.|(?:body\s?)?weight)(?!\w)", Kind.PER, 'kg|"kg" is missing before the body weight'),
    (rf"{_PER}(?i:bsa|body\s?surface(?:\s+area)?)(?!\w)", Kind.PER, 'm²|"m²" is missing before the body surface'),
    (
        rf"(?i:based|adjusted|according|calculated|dosed)\s+{_BY}{_WEIGHT}|\bby{_WEIGHT}|(?i:weight-(?:based|adjusted))",
        Kind.PER,
        "body weight",
    ),
    (
        rf"(?i:based|adjusted|according|calculated|dosed)\s+{_BY}{_SURFACE}|\bby{_SURFACE}|(?i:bsa-(?:based|adjusted))",
        Kind.PER,
        "body surface",
    ),
    (rf"{_PER}(?i:minutes?|mins?)\b", Kind.PER, f"min|{_RATE}"),
    (rf"{_PER}(?i:hours?|hrs?|h)\b", Kind.PER, f"h|{_RATE}"),
    (rf"{_PER}(?i:seconds?|secs?)\b", Kind.PER, f"s|{_RATE}"),
    (
        rf"{_PER}(?P<of>24\s?(?i:hours?|hrs?|h)|(?i:days?|d|weeks?|wks?|w|months?|mos?|years?|yrs?|cycles?|courses?|diem|j|jours?|daily|weekly|monthly))\b",
        Kind.PERIOD,
        f"*|{_TIMED}",
    ),
    (r"(?P<of>(?i:daily|weekly|monthly))\s+(?i:dose|total)\b", Kind.PERIOD, f"*|{_TIMED}"),
    (r"(?i:daily|weekly|monthly)\s+(?i:doses|totals)\b", Kind.CONTEXT, _TIMED),
    (
        r"/\s*(?:\d{1,2}\s?-\s?\d{1,2}|4|6|8|12|36|48|72)\s?(?i:hours?|hrs?|h)\b",
        Kind.CONTEXT,
        "hours after a stroke are taken as how often it is given",
    ),
    (r"\bper\s+(?i:os|rectum|protocol|label|package)\b", Kind.FILLER, ""),
    (rf"\bper\s*(?P<of>{NUMBER}\s*\w*)", Kind.PER, f"*|{_PER_NUMBER}"),
    (rf"(?<!on)(?<!on )/\s*(?P<of>{NUMBER}\s*(?i:kg|m2|m\^2|days?|h))\b", Kind.PER, f"*|{_PER_NUMBER}"),
)

_FREQUENCIES: tuple[Row, ...] = (
    (
        (
            rf"(?i:once|twice|thrice|(?:{COUNT})\s*(?:times|×|x))\s*"
            r"(?i:(?:(?:an?|per|each|every)\s+|/\s*)(?:day|week|month|year)|daily|weekly|monthly)\b"
        ),
        Kind.CONTEXT,
        "",
    ),
    (
        r"(?i:q\.?\s?\d{0,3}\s?(?:days?|d|weeks?|wks?|w|hours?|h|months?)|q[dw]|qod|bid|tid)\b",
        Kind.CONTEXT,
        "",
    ),
    (r"(?i:(?:on|at|in)\s+)?(?i:each|every)\s+(?i:morning|night|evening|cycle|visit|course|other)\b", Kind.CONTEXT, ""),
    (
        rf"(?i:every)\s+(?:(?i:(?:{COUNT})(?:\s*(?:-|to|or)\s*(?:{COUNT}))?|other|second|third)\s*-?\s*)?{_PERIOD}",
        Kind.CONTEXT,
        "",
    ),
    (r"(?i:daily|weekly|monthly)\b", Kind.CONTEXT, ""),
    (rf"{_PER}(?P<of>(?i:injection|infusion)\s+(?i:sites?|points?))\b", Kind.PER, f"*|{PER_ELSE}"),
    (rf"{_PER}(?i:dose|infusion|injection|administration|time|treatment|transfusion|application)\b", Kind.CONTEXT, ""),
    (rf"{_PER}(?i:patient|subject|person|participant|recipient)\b", Kind.CONTEXT, ""),
    (r"(?i:divided|split|fractionated)\b", Kind.DOUBT, _SHARED),
    (
        (
            rf"(?i:in|into|over|across)\s+(?i:{COUNT})(?:\s*(?:-|to|or)\s*(?i:{COUNT}))?\s+(?:[a-z]+\s+)?"
            r"(?i:doses|infusions|injections|fractions|portions|days|weeks)\b"
        ),
        Kind.DOUBT,
        _SHARED,
    ),
)

_TIMES: tuple[Row, ...] = (
    (rf"(?i:(?:study\s*)?days?|weeks?|months?)\s*\(?{_DAY}(?:(?:{_DAY_SIGN}){_DAY})*\)?", Kind.CONTEXT, ""),
    (rf"{NUMBER}{_TO_NUMBER}\s*(?:\(\s*±\s*{NUMBER}\s*\)\s*)?-?\s?{_PERIOD}{_NO_DAY}", Kind.CONTEXT, ""),
    (rf"(?i:{COUNT})\s+(?:consecutive\s+)?{_PERIOD}{_NO_DAY}", Kind.CONTEXT, ""),
    (r"(?i:[dj])-?\d{1,2}(?:\s*(?:-|,|and|&|to)\s*(?i:[dj])?-?\d{1,2}(?!\d|\.\d))*\b", Kind.CONTEXT, ""),
    (r"\d+(?:st|nd|rd|th)\b", Kind.CONTEXT, ""),
    (r"(?i:at\s+)?(?i:one\s+time)\b", Kind.CONTEXT, ""),
)

_COUNTS: tuple[Row, ...] = (
    (rf"±\s*{_PERCENT}", Kind.CONTEXT, ""),
    (
        rf"[~<>≤≥]?\s*{_PERCENT}\s*(?i:viab(?:le|ility)|saline|nacl|dmso|albumin|hsa|dextrose|glucose)\b",
        Kind.CONTEXT,
        "",
    ),
    (_PERCENT, Kind.DOUBT, "a percentage may change the dose"),
    (r"\b[nN]\s*=\s*\d+", Kind.CONTEXT, ""),
    (
        (
            rf"(?i:(?:for|in)\s+)?(?i:(?:patients|subjects|participants|children|adults)\s+)?(?i:weighing\s+)?"
            rf"[<>≤≥~]*\s*{NUMBER}{_TO_NUMBER}\s*{_KG}(?:\s*/\s*m\s?\^?\s?2)?(?!\s*[\^\d])"
        ),
        Kind.DOUBT,
        _NOT_ALL,
    ),
    (rf"(?i:aged?|ages)\s*[<>≤≥]*\s*{NUMBER}{_TO_NUMBER}", Kind.DOUBT, _NOT_ALL),
    (
        (
            rf"(?i:total\s+(?:of\s+)?)?(?i:{COUNT})\s+(?:{_NO_UNIT}[a-z]+\s+)?"
            r"(?i:doses?|infusions?|injections?|administrations?|transfusions?|cycles?|courses?|rounds?"
            r"|patients|subjects|participants|groups|arms|cohorts)\b(?:\s+of\b)?"
        ),
        Kind.CONTEXT,
        "",
    ),
    (rf"(?i:total\s+(?:of\s+)?)?(?i:{COUNT})\s+times\b(?!\s*\d)", Kind.CONTEXT, ""),
    (rf"(?i:{COUNT})\s+times\b", Kind.DOUBT, "times can mean a number of doses or a multiplication"),
    (r"[xX×]\s*\d{1,2}\s+(?i:doses|infusions|injections|times|days|weeks)\b", Kind.CONTEXT, ""),
    (
        rf"[xX×]\s?\d{{1,2}}(?!\d|[.,]\d|\s*[\^\d]|{_A_DOSE})\b",
        Kind.CONTEXT,
        "the number after the sign is taken as a number of doses",
    ),
    (
        (
            r"(?i:dose\s+level|level|cohort|arm|group|phase|part|stage|visit|cycle|course)\s*#?-?\d{1,3}"
            rf"(?!\d|[.,]\d|{_A_DOSE}|\s*(?:-|to)\s*{NUMBER})[a-zA-Z]?\b"
        ),
        Kind.CONTEXT,
        "",
    ),
    (
        (
            r"(?i:\d{1,2}\s?-?\s?(?:gauge|ga)\b(?:\s+needles?)?|needles?\s*(?:of\s+)?\(?\d{1,2}\s?-?\s?(?:G|gauge)\b)"
            r"|\d{1,2}\s?-?\s?G\b(?=\s*(?:[\w\"-]+\s+){0,3}(?i:needle|catheter|cannula))"
        ),
        Kind.CONTEXT,
        "",
    ),
    (rf"{NUMBER}{_TO_NUMBER}\s*(?:-\s*)?(?:mm|cm|(?i:inch(?:es)?)|°\s?[CF])\b", Kind.CONTEXT, ""),
    (
        r"(?i:vials?|bags?|syringes?|tablets?|ampoules?|capsules?|puffs?|drops?)\b",
        Kind.DOUBT,
        "the number may be the content of a container",
    ),
)

_BOUNDS: tuple[Row, ...] = (
    (
        r"(?i:with\s+)?(?i:an?\s+|the\s+)?(?i:maximum|maximal|max)(?:\.|\b)(?i:\s+(?:total\s+)?dose)?(?i:\s+of)?",
        Kind.BOUND,
        "most",
    ),
    (
        r"(?i:not\s+(?:to\s+exceed|exceeding|more\s+than)|no\s+more\s+than|at\s+most|capped\s+at|cap\s+of|limited\s+to)\b",
        Kind.BOUND,
        "most",
    ),
    (r"(?i:up\s+to|less\s+than|fewer\s+than|below|under)\b|[<≤]", Kind.BOUND, "upper"),
    (
        (
            r"(?i:at\s+least|(?:with\s+)?(?:a\s+)?(?:minimum|minimal|min)\b\.?(?:\s+of)?|more\s+than|over|above|exceeding"
            r"|not\s+less\s+than|no\s+less\s+than)\b|[>≥]"
        ),
        Kind.BOUND,
        "lower",
    ),
    (
        r"(?i:approximately|approx\b\.?|about|around|circa|ca\b\.?|roughly|nearly|almost|some)(?!\w)|[~≈]",
        Kind.BOUND,
        "approximate",
    ),
)

_JOINS: tuple[Row, ...] = (
    (r"(?i:(?:and\s+)?(?:then|followed\s+by))(?!\w)", Kind.LIST, "then"),
    (r"(?i:and/or|and|or|versus|vs\.?)(?!\w)|[,;&]", Kind.LIST, ""),
    (r"(?i:to|through)\b|-(?=\s*\d)", Kind.RANGE, ""),
    (r"/(?=\s*\d)", Kind.LIST, "/"),
    (r"±", Kind.SPREAD, ""),
    (
        rf"{_PER}(?!(?i:iv|sc|im|po|oral|orally|intra\w+|subcut\w+)\b)(?P<of>[A-Za-zÀ-\u017f\u4e00-\u9fff][\w-]*)",
        Kind.PER,
        f"*|{PER_ELSE}",
    ),
    (rf"(?:{_KG}|(?i:kilos?)\b)(?!\s?\^|\d)", Kind.PER, f"kg|{STRAY}"),
    (rf"{_SQUARE_METRE}|(?i:sq\.?\s?m(?:et(?:er|re)s?)?|bsa|body\s+surface(?:\s+area)?)\b", Kind.PER, f"m²|{STRAY}"),
    (r"(?i:molecular\s+weight)\b", Kind.FILLER, ""),
    (rf"(?:[×xX]\s+|(?i:times)\s+)?{_WEIGHT}|(?i:bodyweight|b\.w\.)", Kind.PER, "body weight"),
    (
        r"(?i:(?:in|into|to|at|for|on)\s+)?(?i:each|every)\s+(?P<of>[A-Za-z\u4e00-\u9fff][\w-]*)",
        Kind.PER,
        f"*|{PER_ELSE}",
    ),
)

_PROPERTIES: tuple[Row, ...] = (
    (
        (
            r"(?i:estimated|fetal|foetal|ideal|lean|adjusted|predicted|donor|dry)"
            r"(?=(?:\s+[a-z]+)?\s+(?:body\s?)?(?:weight|bw)\b)"
        ),
        Kind.DOUBT,
        "the weight is not the patient's actual one",
    ),
    (
        r"(?i:total)(?=\s+(?:(?:nucleated|viable|mononuclear)\s+)*(?:cells?|mncs?|tncs?)\b)",
        Kind.ADJECTIVE,
        "",
    ),
    (r"(?i:(?:in\s+)?(?:an?\s+)?total(?:\s+volume)?(?:\s+of)?)(?=\s*~?\s*\d+\s?m[lL]\b)", Kind.FILLER, ""),
    (r"(?i:in\s+total|totals?|totall?ing|cumulative)\b", Kind.TOTAL, ""),
    (r"(?i:non\s?-?\s?viable|dead)\b", Kind.UNKNOWN, ""),
    (r"(?i:viable|living|live)\b", Kind.VIABLE, ""),
)

PHRASES: tuple[tuple[re.Pattern[str], Kind, str], ...] = tuple(
    (regex(pattern), kind, word)
    for pattern, kind, word in (
        *_DIVISORS,
        *_FREQUENCIES,
        *_TIMES,
        *_COUNTS,
        *_BOUNDS,
        *_JOINS,
        *_PROPERTIES,
    )
)
"""The phrases, in the order in which they are tried."""

_UNITS_OUTSIDE = (
    (r"(?i:vg|gc)|(?i:(?:vector|viral)\s+genomes?|genome\s+copies)", "vg"),
    (r"(?i:pfu)|(?i:plaque[- ]forming\s+units?)", "PFU"),
    (r"TU|(?i:transducing\s+units?)", "TU"),
    (r"(?i:cfu)|(?i:colony[- ]forming\s+units?)", "CFU"),
    (r"(?i:copies)", "copies"),
    (r"(?i:tcid\s?50)", "TCID50"),
    (r"IEQ|(?i:islet\s+equivalents?)", "IEQ"),
    (r"ng|(?i:nanograms?)", "ng"),
    (r"mI?U", "mU"),
    (r"mmol|(?i:millimoles?)", "mmol"),
    (r"[µu]mol|(?i:micromoles?)", "mcmol"),
    (r"mEq|meq|(?i:milliequivalents?)", "mEq"),
    (r"MBq", "MBq"),
    (r"GBq", "GBq"),
    (r"mCi", "mCi"),
    (r"cGy", "cGy"),
    (r"Gy|(?i:grays?)", "Gy"),
    (r"kcal", "kcal"),
    (r"L|(?i:lit(?:er|re)s?)", "L"),
)
SUBSTANCES: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (regex(rf"(?:{pattern})(?![\wµ])"), substance, doubt)
    for pattern, substance, doubt in (
        (r"mg|(?i:milligrams?)", "mg", ""),
        (r"mcg|µg|(?i:micrograms?)", "mcg", ""),
        (r"g|(?i:grams?)", "g", ""),
        (r"mL|ml|(?i:millilit(?:er|re)s?)", "mL", ""),
        (r"(?i:units?)", "units", ""),
        (r"vp|(?i:vir(?:al|us) particles?)", "viral particles", ""),
        (r"(?i:(?:nano|micro)?vesicles?|exosomes?)", "vesicles", ""),
        (r"ug|MCG|mcgs", "mcg", "is written as mcg"),
        (r"mgs|mgr|MG|Mg|mgm", "mg", "is written as mg"),
        (r"gm|gms|gr|G", "g", "is written as g"),
        (r"ML|cc|CC|mls", "mL", "is written as mL"),
        (
            r"IU|I\.U\.|iu|U|u|(?i:international units?)",
            "units",
            "is easily taken for something else; write units",
        ),
        (r"VP|(?i:particles?)", "viral particles", "is taken as viral particles"),
        *((pattern, name, "") for pattern, name in _UNITS_OUTSIDE),
    )
)
"""The units: a pattern, the unit's own word, and why the spelling is not certain; empty for a spelling that is."""
