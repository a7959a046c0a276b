"""A written dose cut into the pieces that it consists of, each of a known kind or marked as unknown.

Conventions: the text is normalised first, without changing any digit: blanks of every width become one kind, dashes
another, signs of multiplication ``×``, and raised digits stand after ``^``. Every character then belongs to a piece;
what no rule knows is a piece of the kind UNKNOWN, and keeps the dose from being certain. The order of the rules
matters: what counts days, patients or percents comes before what could be a dose.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from schedule.load.dose_numbers import NUMBER
from schedule.load.dose_powers import scan_terms
from schedule.load.dose_words import ADJECTIVES, CELL_WORDS, COUNT, FILLERS, LABELS
from schedule.model.problems import RefusedError

if TYPE_CHECKING:
    from schedule.load.dose_numbers import Term


class Kind(Enum):
    """What a piece of a written dose is."""

    TERM = auto()
    """A number that could be a dose."""
    SUBSTANCE = auto()
    """What is counted or measured; the word is the unit's own."""
    PER = auto()
    """Per kg or per m²."""
    ELSE_PER = auto()
    """Per something that is no divisor of a dose: a day, a knee, a vial; keeps the dose from being certain."""
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
    """Days, counts, percents and the like: read, and no dose."""
    DOUBT = auto()
    """Something that is understood, and that keeps the dose from being certain; the word says why."""
    NOTED = auto()
    """Something that is understood and that the note mentions; the word says what."""
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


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a written dose.

    Attributes:
        kind: What it is.
        text: The piece as it stands in the normalised text.
        word: What it says: a substance, a divisor, a kind of bound, a doubt; empty where the text is all.
        touches: Whether it follows the piece before it without a blank.
        term: The number, for a TERM; else None.
    """

    kind: Kind
    text: str
    word: str = ""
    touches: bool = False
    term: Term | None = None


_RAISED = {c: d for d, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
_SWAPS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
        **dict.fromkeys("×∗✕✖⨯*", "×"),
        **dict.fromkeys("·⋅•∙", "·"),
        **dict.fromkeys("∼～", "~"),
        **dict.fromkeys("’‘ʼ", "'"),
        **dict.fromkeys("“”", '"'),
        **dict.fromkeys("®™©", " "),
        "μ": "µ",
        "≧": "≥",
        "≦": "≤",
    },
)
_KNOWN_SIGNS = frozenset("±≥≤≈×·°αβγδµ§†‡")
_MULTIPLIED = re.compile(r"(?<=[\d()\[\]}])(\s*)[xX](?=\s*\d)")
_RAISED_RUN = re.compile(r"([⁻⁺]?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)(?:⁻([⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")
_ASIDE = re.compile(r"\((?:low|lower|intermediate|medium|middle|mid|high|higher)(?:[ -]dose)?\)", re.IGNORECASE)


def normalise(text: str) -> str:
    """The text with one kind of blank, dash and sign of multiplication, and raised digits after ``^``.

    Raises:
        RefusedError: If a character is none that a dose is written with.
    """
    text = re.sub(r"</?sup>", lambda tag: "" if "/" in tag[0] else "^", text)
    text = re.sub(r"\\(?=[!-/:-@\[-`{-~])", "", text)
    text = "".join(_blank_or_known(c) for c in text)
    text = _RAISED_RUN.sub(_lowered, text).translate(_SWAPS).replace("××", "^")
    text = re.sub(r"·(?=\s*10(?:\s*\^|\d{1,2}(?!\d)))", "×", text)
    text = re.sub(r"\+\s?/\s?-", "±", text).replace("<=", "≤").replace(">=", "≥").replace("=<", "≤").replace("=>", "≥")
    text = _MULTIPLIED.sub(r"\1×", text)
    return _ASIDE.sub(lambda aside: " " * len(aside[0]), text).strip()


def _blank_or_known(c: str) -> str:
    if c.isascii() and c != "_":
        if c.isprintable() or c in "\t\n\r":
            return c if c.isprintable() else " "
    elif c.isspace():
        return " "
    elif c in _RAISED or c in "⁻⁺" or c in _KNOWN_SIGNS or ord(c) in _SWAPS or "À" <= c <= "ſ":
        return c
    if c == "_":
        raise RefusedError("digits", "an underscore stands in the text; write the digits without it")
    name = unicodedata.name(c, f"U+{ord(c):04X}")
    if c.isnumeric():
        raise RefusedError("the digits 0 to 9", f"there is a {name}; write the number with the digits 0 to 9")
    raise RefusedError("the letters of an English text", f"there is a {name}, which can look like something else")


def _lowered(run: re.Match[str]) -> str:
    def plain(raised: str) -> str:
        return "".join(str(_RAISED[c]) for c in raised)

    sign = "-" if run[1] == "⁻" else ""
    return f"^{sign}{plain(run[2])}" + (f"-{plain(run[3])}" if run[3] else "")


_PERIOD = r"(?:days?|weeks?|wks?|months?|mos|years?|yrs?|hours?|hrs?|h|minutes?|mins?|seconds?|secs?|d)\b"
_PERIOD_NAME = r"(?:day|week|month|year|daily|weekly|monthly)\b"
_A_DOSE = (
    r"\s*(?:[×^%]|[eE][+-]?\d|(?i:millions?|thousands?|billions?|cells?|units?|mscs?|viable)\b|[MKk]\b|mc?g\b|µg|g\b|m[lL]\b"
    r"|/\s*(?:kg|m\^?2))"
)
_DAY = rf"-?\d{{1,3}}(?!\d|\.\d|,\d{{3}}|{_A_DOSE}|\s*(?:-|to)\s*{NUMBER}{_A_DOSE})"
_PER = r"(?:/|\bper\b)\s*(?:each\s+)?"
_KG = r"(?i:kg|kilogram(?:me)?s?)\b"
_TO_NUMBER = rf"(?:\s*(?:-|to|and|±)\s*{NUMBER})?"
_TIMED = "the dose is stated per period of time, not per administration"
_SHARED = "the dose may be divided; it is not clear what one administration is"
_NOT_ALL = "the dose is stated for some of the patients only"

_PHRASES: tuple[tuple[re.Pattern[str], Kind, str], ...] = tuple(
    (re.compile(pattern), kind, word)
    for pattern, kind, word in (
        (rf"{_PER}(?:{NUMBER}\s*)?(?:[mdµu]?[lL]|ML|cc|(?i:(?:milli|deci|micro)?lit(?:er|re)s?))\b", Kind.STRENGTH, ""),
        (rf"{_PER}(?i:lbs?|pounds?)\b", Kind.DOUBT, "pounds"),
        (rf"{_PER}{_KG}(?:\s*\^\s*1\b)?(?!\s*[\^\d])", Kind.PER, "kg"),
        (r"\.?\s?\bkg\s?\^\s?-1\b", Kind.PER, "kg"),
        (r"\.?\s?\bkg\s?-1\b", Kind.ELSE_PER, 'the exponent of "kg-1" has lost its superscript|kg'),
        (rf"{_PER}(?i:m\s?\^\s?2|m2|square\s+met(?:er|re)s?(?:\s+of)?(?:\s+body\s+surface(?:\s+area)?)?)(?!\d)", Kind.PER, "m²"),
        (r"\.?\s?\bm\s?\^\s?-2\b", Kind.PER, "m²"),
        (rf"{_PER}(?i:bw|b\.w\.|body\s?weight)(?!\w)", Kind.ELSE_PER, '"kg" is missing before the body weight|kg'),
        (rf"\bper\s*{NUMBER}\s*\w*", Kind.ELSE_PER, "the dose is stated per a number of something"),
        (rf"/\s*{NUMBER}\s*(?i:kg|m2|m\^2|days?|h)\b", Kind.ELSE_PER, "the dose is stated per a number of something"),
        (rf"(?i:once|twice|thrice|(?:{COUNT})\s*(?:times|×|x))\s*(?i:a|an|per|each|every|/)?\s*(?i:{_PERIOD_NAME})", Kind.CONTEXT, ""),
        (r"(?i:q\.?\s?\d{0,3}\s?(?:days?|d|weeks?|wks?|w|hours?|h|months?)|q[dw]|qod|bid|tid)\b", Kind.CONTEXT, ""),
        (rf"(?i:every\s+(?:(?:{COUNT}|other|second|third)\s+)?{_PERIOD})", Kind.CONTEXT, ""),
        (rf"{_PER}(?i:dose|infusion|injection|administration|time|treatment|transfusion|application)\b", Kind.CONTEXT, ""),
        (rf"{_PER}(?i:patient|subject|person|participant|recipient)\b", Kind.CONTEXT, ""),
        (rf"{_PER}(?i:24\s?h|{_PERIOD})", Kind.ELSE_PER, _TIMED),
        (r"(?i:divided|split|fractionated)\b", Kind.DOUBT, _SHARED),
        (rf"(?i:in|into|over|across)\s+(?i:{COUNT})\s+(?:[a-z]+\s+)?(?i:doses|infusions|injections|fractions|portions|days|weeks)\b",
         Kind.DOUBT, _SHARED),
        (rf"(?i:(?:study\s*)?days?|weeks?|months?)\s*\(?{_DAY}(?:(?:\s*(?:,\s*(?:and\b)?|;|and\b|&|to\b|or\b|-|/|\s)\s*){_DAY})*\)?",
         Kind.CONTEXT, ""),
        (rf"{NUMBER}{_TO_NUMBER}\s*(?:\(\s*±\s*{NUMBER}\s*\)\s*)?-?\s?(?i:{_PERIOD})", Kind.CONTEXT, ""),
        (rf"(?i:{COUNT})\s+(?:consecutive\s+)?(?i:{_PERIOD})", Kind.CONTEXT, ""),
        (rf"[~±<>≤≥]?\s*{NUMBER}(?:\s*-\s*{NUMBER})?\s*(?:%|percent\b)(?:\s*(?i:viab(?:le|ility))\b)?", Kind.CONTEXT, "percent"),
        (r"\b[nN]\s*=\s*\d+", Kind.CONTEXT, ""),
        (rf"(?i:(?:for|in)\s+)?(?i:(?:patients|subjects|participants|children|adults)\s+)?(?i:weighing\s+)?"
         rf"[<>≤≥~]*\s*{NUMBER}{_TO_NUMBER}\s*{_KG}(?!\s*[\^\d])", Kind.DOUBT, _NOT_ALL),
        (rf"(?i:aged?|ages)\s*[<>≤≥]*\s*{NUMBER}{_TO_NUMBER}|[<>≤≥]\s*{NUMBER}\s*(?i:years?|yrs?)\b", Kind.DOUBT, _NOT_ALL),
        (r"\d+(?:st|nd|rd|th)\b", Kind.CONTEXT, ""),
        (r"(?i:at\s+one\s+time|one\s+time)\b", Kind.CONTEXT, ""),
        (rf"(?i:total\s+(?:of\s+)?)?(?i:{COUNT})\s+(?:[a-z]+\s+)?(?i:doses?|infusions?|injections?|administrations?|transfusions?|cycles?"
         r"|courses?|patients|subjects|participants|groups|arms|cohorts)\b(?:\s+of\b)?", Kind.CONTEXT, ""),
        (rf"(?i:total\s+(?:of\s+)?)?(?i:{COUNT})\s+times\b(?!\s*\d)", Kind.CONTEXT, ""),
        (rf"(?i:{COUNT})\s+times\b", Kind.DOUBT, "times can mean a number of doses or a multiplication"),
        (r"[xX×]\s*\d{1,2}\s+(?i:doses|infusions|injections|times|days|weeks)\b", Kind.CONTEXT, ""),
        (rf"(?i:dose\s+level|level|cohort|arm|group|phase|part|stage|visit|cycle|course)\s*#?-?\d{{1,3}}(?!\d|[.,]\d|{_A_DOSE}"
         rf"|\s*(?:-|to)\s*{NUMBER})[a-zA-Z]?\b", Kind.CONTEXT, ""),
        (r"(?i:vials?|bags?|syringes?|tablets?|ampoules?)\b", Kind.DOUBT, "the number may be the content of a container"),
        (r"(?i:with\s+)?(?i:an?\s+|the\s+)?(?i:maximum|maximal|max)(?:\.|\b)(?i:\s+(?:total\s+)?dose)?(?i:\s+of)?|"
         r"(?i:not\s+(?:to\s+exceed|exceeding|more\s+than)|no\s+more\s+than|at\s+most|capped\s+at|cap\s+of|limited\s+to)\b", Kind.BOUND, "most"),
        (r"(?i:up\s+to|less\s+than|fewer\s+than|below|under)\b|[<≤]", Kind.BOUND, "upper"),
        (r"(?i:at\s+least|(?:with\s+)?(?:a\s+)?(?:minimum|minimal|min)\b\.?(?:\s+of)?|more\s+than|over|above|exceeding|not\s+less\s+than"
         r"|no\s+less\s+than)\b|[>≥]", Kind.BOUND, "lower"),
        (r"(?i:approximately|approx\b\.?|about|around|circa|ca\b\.?|roughly|nearly|almost|some)(?!\w)|[~≈]", Kind.BOUND, "approximate"),
        (r"(?i:and/or|and|or|versus|vs\.?)(?!\w)|[,;&]", Kind.LIST, ""),
        (r"(?i:to|through)\b|-(?=\s*\d)", Kind.RANGE, ""),
        (r"/(?=\s*\d)", Kind.LIST, "/"),
        (r"±", Kind.SPREAD, ""),
        (rf"{_PER}[A-Za-z]+", Kind.ELSE_PER, "the dose is stated per something else"),
        (r"(?i:estimated|fetal|foetal|ideal|lean|adjusted|predicted|donor|dry)(?=(?:\s+[a-z]+)?\s+(?:body\s?)?(?:weight|bw)\b)", Kind.DOUBT,
         "the weight is not the patient's actual one"),
        (r"(?i:total)(?=\s+(?:(?:nucleated|viable|mononuclear)\s+)*(?:cells?|mncs?|tncs?)\b)", Kind.ADJECTIVE, ""),
        (r"(?i:(?:in\s+)?(?:an?\s+)?total(?:\s+volume)?(?:\s+of)?)(?=\s*~?\s*\d+\s?m[lL]\b)", Kind.FILLER, ""),
        (r"(?i:in\s+total|totals?|totall?ing|cumulative)\b", Kind.TOTAL, ""),
        (r"(?i:non\s?-?\s?viable|dead)\b", Kind.UNKNOWN, ""),
        (r"(?i:viable|living|live)\b", Kind.VIABLE, ""),
    )
)  # fmt: skip

_SUBSTANCES: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(rf"(?:{pattern})(?![\wµ])"), substance, doubt)
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
        (r"IU|I\.U\.|iu|U|u|(?i:international units?)", "units", "is easily taken for something else; write units"),
        (r"VP|(?i:particles?)", "viral particles", "is taken as viral particles"),
    )
)
_MARKER = re.compile(r"(?:CD\d{1,3}|CAR|CTL\d{0,3})(?:[+](?!\d)|-(?=[\s,/)]))?(?![a-z\d])")
_NAME = re.compile(r"(?![xX]\d)[A-Za-zÀ-ſαβγδ]+\d[\w]*")
_WORD = re.compile(r"[A-Za-zÀ-ſαβγδµ]+(?:'[a-z]+)?")
_MARKS = frozenset("()[]{}:.\"'=-")
_M_DEFINED = re.compile(r"(?i:million)s?\s*\(\s*[\"']?M[\"']?\s*\)")


def cut(text: str) -> tuple[Piece, ...]:
    """All the pieces of a normalised text, in order.

    Raises:
        RefusedError: If a number is written in a way that is refused on sight.
    """
    defines_m = _M_DEFINED.search(text) is not None
    text = _M_DEFINED.sub(lambda m: "million".ljust(len(m[0])), text)
    pieces: list[Piece] = []
    at = 0
    while at < len(text):
        start = at
        while at < len(text) and text[at].isspace():
            at += 1
        if at == len(text):
            break
        found = _cut_one(text, at, defines_m=defines_m, touches=at == start and at > 0)
        pieces.extend(piece for piece, _ in found)
        at = found[-1][1]
    return tuple(pieces)


def _cut_one(text: str, at: int, *, defines_m: bool, touches: bool) -> list[tuple[Piece, int]]:
    """The pieces that begin at a place, each with where it ends."""
    in_word = at > 0 and text[at - 1].isalnum() and text[at].isalpha()
    for pattern, kind, word in _PHRASES:
        if (found := pattern.match(text, at)) and not (in_word and text[at - 1].isalpha()):
            return [(Piece(kind, found[0], word, touches), found.end())]
    for pattern, substance, doubt in _SUBSTANCES:
        if found := pattern.match(text, at):
            return [(Piece(Kind.SUBSTANCE, found[0], f"{substance}|{doubt}", touches), found.end())]
    if text[at] == "." and re.compile(r"\.\d").match(text, at):
        raise RefusedError("a number such as 0.5", "a point stands before the digits without a zero; write 0.5")
    terms = scan_terms(text, at, defines_m=defines_m)
    if terms:
        return _term_pieces(text, terms, touches=touches)
    return [_cut_word(text, at, touches=touches)]


def _term_pieces(text: str, terms: tuple[Term, ...], *, touches: bool) -> list[tuple[Piece, int]]:
    """Terms as pieces, with the sign between two that belong together."""
    pieces: list[tuple[Piece, int]] = []
    for term in terms:
        if pieces:
            kind = Kind.RANGE if "-" in text[terms[0].end : terms[-1].start] else Kind.LIST
            pieces.append((Piece(kind, ",", ""), term.start))
        pieces.append((Piece(Kind.TERM, text[term.start : term.end], "", touches, term), term.end))
    return pieces


def _cut_word(text: str, at: int, *, touches: bool) -> tuple[Piece, int]:
    """The word, name or sign that begins at a place, with where it ends."""
    if marker := _MARKER.match(text, at):
        return Piece(Kind.ADJECTIVE, marker[0], "marker", touches), marker.end()
    if name := _NAME.match(text, at):
        return Piece(Kind.UNKNOWN, name[0], "", touches), name.end()
    found = _WORD.match(text, at)
    if found is None:
        if text[at] == "^":
            raise RefusedError("a power such as 10^6", "an exponent stands where no power of ten is made out")
        kind = Kind.MARK if text[at] in _MARKS else Kind.UNKNOWN
        return Piece(kind, text[at], "", touches), at + 1
    return Piece(*_word_kind(found[0]), touches), found.end()


def _word_kind(word: str) -> tuple[Kind, str, str]:
    lower = word.lower()
    if CELL_WORDS.fullmatch(word):
        return Kind.SUBSTANCE, word, "cells|"
    if lower in LABELS:
        return Kind.LABEL, word, ""
    if lower in ADJECTIVES:
        return Kind.ADJECTIVE, word, ""
    if lower in FILLERS:
        return Kind.FILLER, word, ""
    return Kind.UNKNOWN, word, ""
