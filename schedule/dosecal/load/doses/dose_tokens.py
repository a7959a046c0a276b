"""A written dose cut into the pieces that it consists of, each of a known kind or marked as unknown.

Conventions: the text is normalised first, without changing any digit: blanks of every width become one kind, dashes
another, signs of multiplication ``×``, and raised digits stand after ``^``. Every character then belongs to a piece;
what no rule knows is a piece of the kind UNKNOWN, and keeps the dose from being certain. The order of the rules
matters: what counts days, patients or percents comes before what could be a dose.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from dosecal.load.doses.dose_chinese import HAS_CHINESE
from dosecal.load.doses.dose_phrases import PER_ELSE, PHRASES, SUBSTANCES, Kind
from dosecal.load.doses.dose_powers import is_factor, scan_terms
from dosecal.load.doses.dose_words import ADJECTIVES, CELL_WORDS, FILLERS, LABELS
from dosecal.model.problems import RefusedError
from dosecal.model.regex import regex
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from dosecal.load.doses.dose_numbers import Term


class Piece(Struct, frozen=True):
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
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("×∗\u2715\u2716\u2a2f*", "×"),
        **dict.fromkeys("·\u22c5\u2022\u2219", "·"),
        **dict.fromkeys("\u2018\u2019\u02bc", "'"),
        **dict.fromkeys("“”", '"'),
        **dict.fromkeys("®™©", " "),
        "μ": "µ",
        "≧": "≥",
        "≦": "≤",
    },
)
_KNOWN_SIGNS = frozenset("±≥≤≈×·°\u03b1\u03b2\u03b3\u03b4µ§†‡")
LAST_LATIN = "\u017f"
"""The end of the Latin letters with accents."""

_MULTIPLIED = regex(r"(?<=[\d()\[\]}])(\s*)[xX](?=\s*\d)")
_RAISED_RUN = regex(r"([⁻⁺]?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)(?:⁻([⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")
_ASIDE = regex(r"\((?:low|lower|intermediate|medium|middle|mid|high|higher)(?:[ -]dose)?\)", re.IGNORECASE)


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
    text = re.sub(r"\^\s*[({\[]\s*([+-]?\d{1,2})\s*[)}\]](?!\d)", r"^\1", text)
    text = re.sub(r"\+\s?/\s?-", "±", text).replace("<=", "≤").replace(">=", "≥").replace("=<", "≤").replace("=>", "≥")
    text = _MULTIPLIED.sub(r"\1×", text)
    return re.sub(r" +", " ", _ASIDE.sub(" ", text)).strip()


def _blank_or_known(c: str) -> str:
    if c.isascii() and c != "_":
        if c.isprintable() or c in "\t\n\r":
            return c if c.isprintable() else " "
    elif c.isspace():
        return " "
    elif c in _RAISED or c in "⁻⁺" or c in _KNOWN_SIGNS or ord(c) in _SWAPS or _is_letter(c):
        return c
    if c == "_":
        raise RefusedError("digits", "an underscore stands in the text; write the digits without it")
    name = unicodedata.name(c, f"U+{ord(c):04X}")
    if c.isnumeric():
        raise RefusedError("the digits 0 to 9", f"there is a {name}; write the number with the digits 0 to 9")
    raise RefusedError("the letters of an English text", f"there is a {name}, which can look like something else")


def _is_letter(c: str) -> bool:
    return ("À" <= c <= LAST_LATIN and c.isalpha()) or HAS_CHINESE.match(c) is not None


def _lowered(run: re.Match[str]) -> str:
    def plain(raised: str) -> str:
        return "".join(str(_RAISED[c]) for c in raised)

    sign = "-" if run[1] == "⁻" else ""
    return f"^{sign}{plain(run[2])}" + (f"-{plain(run[3])}" if run[3] else "")


_MARKER = regex(r"(?:CD\d{1,3}|CAR|CTL\d{0,3})(?:[+](?!\d)|-(?=[\s,/)]))?(?![a-z\d])")
_NAME = regex(r"(?![xX]\d)[A-Za-zÀ-ÖØ-öø-\u017f\u03b1-\u03b4]+\d[\w]*")
_WORD = regex(r"[A-Za-zÀ-ÖØ-öø-\u017f\u03b1-\u03b4µ]+(?:'[a-z]+)?|[\u4e00-\u9fff]+")
_LED_NAME = regex(r"\d[\d,']*-(?=(?P<rest>[A-Za-zµ]{2}[\w-]*))")
_TRAILED_NAME = regex(
    r"([A-Za-z]+)(?:-[A-Za-z]+)*-(?:0\d|\d+(?!\d|[.,]\d|\s*(?:[×^%]|mc?g\b|µg\b|g\b|m[lL]\b|(?i:iu|u|units?|million|thousand)\b)))[\w-]*"
)
_MARKS = frozenset("()[]{}:.\"'=-")
_NAMES_BEFORE = regex(r"(?:^|[^\d\s.,)]\s+|[(,;]\s*)(?!(?:mg|mcg|g|ng|m[lL]|IU|U|units?|cells?|vg|vp)$)[A-Za-z][\w-]+$")
_M_DEFINED = regex(r"(?i:million)s?\s*\(\s*[\"']?M[\"']?\s*\)")


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
    if known := _cut_known(text, at, in_word=in_word, touches=touches):
        return [known]
    if (name := _LED_NAME.match(text, at)) and not _goes_on(text, name.end()):
        return [(Piece(Kind.UNKNOWN, name[0] + name["rest"], "", touches), name.end("rest"))]
    if text[at] == "." and regex(r"\.\d").match(text, at):
        raise RefusedError("a number such as 0.5", "a point stands before the digits without a zero; write 0.5")
    terms = scan_terms(text, at, defines_m=defines_m)
    if terms:
        return _term_pieces(text, terms, touches=touches)
    return [_cut_word(text, at, touches=touches)]


def _cut_known(text: str, at: int, *, in_word: bool, touches: bool) -> tuple[Piece, int] | None:
    """The phrase or the unit that begins at a place, with where it ends; None for neither."""
    for pattern, kind, word in PHRASES:
        if (found := pattern.match(text, at)) and not (in_word and text[at - 1].isalpha()):
            of = found["of"] if "of" in pattern.groupindex else ""
            if PER_ELSE in word and _is_no_basis(text, found):
                break
            return Piece(kind, found[0], word.replace("*", of), touches), found.end()
    for pattern, substance, doubt in SUBSTANCES:
        if found := pattern.match(text, at):
            return Piece(Kind.SUBSTANCE, found[0], f"{substance}|{doubt}", touches), found.end()
    return None


def _is_no_basis(text: str, stroke: re.Match[str]) -> bool:
    """Whether a stroke and a word join two names, or two kinds of cells: ``BoNT/A``, ``CD34+/CD38-``, ``DC/CIK``.

    Neither is "each patient" a basis, nor "each" before any other word that is known.
    """
    word = stroke["of"]
    if not stroke[0].startswith("/"):
        return not stroke[0].lower().startswith("per") and word.lower() in FILLERS | LABELS
    is_kind = _MARKER.match(text, stroke.start("of")) is not None or word.lower() in ADJECTIVES
    is_cells = CELL_WORDS.fullmatch(word) is not None and not word.lower().startswith("cell")
    return is_kind or is_cells or _NAMES_BEFORE.search(text, 0, stroke.start()) is not None


def _goes_on(text: str, at: int) -> bool:
    """Whether a word that a dose, a time or a count goes on with begins at a place, after a number and a dash."""
    word = _WORD.match(text, at)
    is_known = word is not None and _word_kind(word[0])[0] is not Kind.UNKNOWN
    return is_known or _cut_known(text, at, in_word=False, touches=True) is not None or is_factor(text, at)


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
    name = _TRAILED_NAME.match(text, at)
    if name and _word_kind(name[1])[0] is Kind.UNKNOWN:
        return Piece(Kind.UNKNOWN, name[0], "", touches), name.end()
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
    if CELL_WORDS.fullmatch(word.removesuffix("'s")):
        return Kind.SUBSTANCE, word, "cells|is taken as cells" if word.endswith("'s") else "cells|"
    if lower in LABELS:
        return Kind.LABEL, word, ""
    if lower in ADJECTIVES:
        return Kind.ADJECTIVE, word, ""
    if lower in FILLERS:
        return Kind.FILLER, word, ""
    return Kind.UNKNOWN, word, ""
