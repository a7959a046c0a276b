"""What can follow a mantissa: a power of ten in its many spellings, a counting word, a second number.

Conventions: the text is the normalised one, in which every sign of multiplication is ``×`` and every raised digit
stands after ``^``. Each spelling is one row of a table, tried in order; a row gives the choices of the factor, the
likelier first, and the doubts.

Reference:
    Registry records write "1*10E6" for 10^6, and lose superscripts: "1X106/kg" for 1 × 10^6 per kg.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.load.doses.dose_numbers import NUMBER, Choice, Term, mantissa_choices
from dosecal.model.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable

GREATEST_EXPONENT = 18
"""A greater power of ten is refused: no dose is written so."""

NO_MANTISSA = "10^"
"""The text of a term that is a power of ten alone."""

LONGEST_MANTISSA = 1000
"""From here on a number before an E may be two that have run together, as in ``1010E6``."""

MOST_PRODUCTS = 3
"""More numbers multiplied in a row are refused."""

Build = tuple[tuple[Choice, ...], tuple[str, ...]]
"""The choices of a factor and the doubts; no choice means that the number is malformed."""

TEN = Fraction(10)
_END = r"(?!\d|[.,]\d)"
_RAISED = r"\^\s*([+-]?\d{1,2})" + _END
_SIGNED = r"\s?[eE]\s?([+-]?\d{1,2})" + _END
_SMALL = r"([2-9]|1[0-8])" + _END
_FOLLOWED = r"[×^%(]|[eE][+-]?\d|[MKk]\b|(?i:million|thousand|billion|days?\b|weeks?\b|hours?\b|ml\b|mc?g\b|kg\b)"
_NOTHING_ELSE = rf"(?!\s*(?:{_FOLLOWED}))"

_LOST = "the exponent taken as one that lost its superscript"
_LITERAL = "the digits taken as they stand"
_POWER = "10E taken as 10 to the power of"
_TIMES_TEN = "E taken as in a program, ten times more"


def _certain(exponent: str, _mantissa: Fraction) -> Build:
    number = int(exponent)
    if abs(number) > GREATEST_EXPONENT:
        return (), (f"no dose is written with a power of ten beyond {GREATEST_EXPONENT}",)
    return (Choice(TEN**number),), ()


def _two_ways(exponent: str, first: str, other: Fraction, second: str) -> Build:
    factors, doubts = _certain(exponent, TEN)
    if not factors:
        return factors, doubts
    return (Choice(factors[0].value, first), Choice(other, second)), doubts


def _in_brackets(exponent: str, mantissa: Fraction) -> Build:
    factors, doubts = _certain(exponent, mantissa)
    return factors, (*doubts, "the power of ten stands in brackets")


def _ten_e(exponent: str, _mantissa: Fraction) -> Build:
    return _two_ways(exponent, _POWER, TEN ** min(int(exponent) + 1, GREATEST_EXPONENT), _TIMES_TEN)


def _true_e(exponent: str, mantissa: Fraction) -> Build:
    # A mantissa of exactly 10 is the registry's "10E6", which is meant as 10^6 more often than as ten million.
    factors, doubts = _certain(exponent, mantissa)
    if mantissa >= LONGEST_MANTISSA:
        return factors, (*doubts, "a number of four digits or more stands before the E")
    if mantissa != TEN or not factors:
        return factors, doubts
    power = factors[0].value
    return (Choice(power / 10, _POWER), Choice(power, _TIMES_TEN)), doubts


def _spaced_e(exponent: str, mantissa: Fraction) -> Build:
    factors, doubts = _true_e(exponent.replace(" ", ""), mantissa)
    return factors, (*doubts, "a blank stands beside the E")


def _bracketed(exponent: str, _mantissa: Fraction) -> Build:
    first = "the number in brackets taken as the exponent"
    return _two_ways(exponent, first, TEN * int(exponent), "the brackets taken as a multiplication")


def _lost(exponent: str, _mantissa: Fraction) -> Build:
    return _two_ways(exponent, _LOST, Fraction(f"10{exponent}"), _LITERAL)


def _spaced(exponent: str, _mantissa: Fraction) -> Build:
    return _two_ways(exponent, _LOST, TEN, f"the {exponent} taken as a number apart")


def _starred(exponent: str, _mantissa: Fraction) -> Build:
    first = "the second sign taken as a raised exponent"
    return _two_ways(exponent, first, TEN * int(exponent), "both signs taken as multiplications")


def _dashed(exponent: str, _mantissa: Fraction) -> Build:
    first = "the dash taken as a slip before the exponent"
    return _two_ways(exponent, first, 1 / TEN ** int(exponent), "the exponent taken as negative")


def _adjacent(exponent: str, mantissa: Fraction) -> Build:
    factors, doubts = _certain(exponent, mantissa)
    if not factors:
        return factors, doubts
    other = factors[0].value / (mantissa or 1)
    words = "the number before taken as standing apart"
    return (Choice(factors[0].value, "a sign of multiplication taken as left out"), Choice(other, words)), doubts


def _adjacent_lost(exponent: str, mantissa: Fraction) -> Build:
    other = Fraction(f"10{exponent}") / (mantissa or 1)
    return _two_ways(exponent, _LOST, other, "the second number taken as it stands")


def _missing_ten(exponent: str, mantissa: Fraction) -> Build:
    factors, doubts = _certain(exponent, mantissa)
    return factors, (*doubts, 'a "10" seems to be missing before the exponent')


_TAILS: tuple[tuple[re.Pattern[str], Callable[[str, Fraction], Build]], ...] = (
    (regex(r"\s*×\s*10\s*" + _RAISED), _certain),
    (regex(r"\s*[(\[]\s*×\s*10\s*" + _RAISED), _in_brackets),
    (regex(r"\s*×\s*10" + _SIGNED), _ten_e),
    (regex(r"\s*×\s*10\s*[(\[{]\s*([+-]?\d{1,2})\s*[)\]}]"), _bracketed),
    (regex(r"\s*×\s*10" + _SMALL), _lost),
    (regex(r"\s*×\s*10\s+" + _SMALL + r"(?!\s*(?:×|\^|(?i:days?|doses|times)\b))"), _spaced),
    (regex(r"\s*×\s*10\s*(?:×|['\u00b4`]+)\s*" + _SMALL), _starred),
    (regex(r"\s*×\s*10\s?-\s?" + _SMALL + _NOTHING_ELSE), _dashed),
    (regex(r"[eE]([+-]?\d{1,2})" + _END), _true_e),
    (regex(r"\s*[eE]\s*\^?\s*([+-]?\s?\d{1,2})" + _END), _spaced_e),
    (regex(r"\s+10\s*" + _RAISED), _adjacent),
    (regex(r"\s+10" + _SIGNED), _ten_e),
    (regex(r"\s+10" + _SMALL), _adjacent_lost),
    (regex(r"\s*" + _RAISED), _missing_ten),
)

# "10^6" with no mantissa of its own.
_ALONE = (
    (regex(r"10\s*" + _RAISED), _certain),
    (regex(r"10\s*[(\[{]\s*([+-]?\d{1,2})\s*[)\]}]"), _bracketed),
    (regex(r"10×" + _SMALL + r"(?!\s*\d)" + _NOTHING_ELSE), _starred),
    (regex(r"10 " + _SMALL + r"(?=\s*(?:/|(?i:cells?|mscs?|viable)\b))"), _spaced),
)

_EXPONENT_RANGE = regex(r"\s*-\s*(\d{1,2})" + _END + _NOTHING_ELSE)

_COUNTING = regex(
    r"\s*-?(?:(?i:(thousand million|thousand|million|hundred|milliard|billion|trillion|lakh|lac|crore|millionen"
    r"|milione|mio|mill|mln|mil|mn|bn)s?\b)\.?|(MM|M|K|k)(?![A-Za-z0-9^])"
    r"|(万亿|[十百千]?[万亿]|[百千]))",
)
_CERTAIN_WORDS = {"thousand": 10**3, "million": 10**6, "thousand million": 10**9}
_DOUBTED_WORDS: dict[str, tuple[int, ...]] = {
    "hundred": (10**2,), "lakh": (10**5,), "lac": (10**5,), "crore": (10**7,), "milliard": (10**9,),
    "billion": (10**9, 10**12), "bn": (10**9, 10**12), "trillion": (10**12, 10**18),
    "millionen": (10**6,), "milione": (10**6,), "mio": (10**6,), "mill": (10**6,),
    "mln": (10**6,), "mil": (10**6, 10**3), "mn": (10**6,),
    "M": (10**6, 10**3), "MM": (10**6,), "K": (10**3,), "k": (10**3,),
    "百": (10**2,), "千": (10**3,), "万": (10**4,), "十万": (10**5,), "百万": (10**6,), "千万": (10**7,),
    "亿": (10**8,), "十亿": (10**9,), "百亿": (10**10,), "千亿": (10**11,), "万亿": (10**12,),
}  # fmt: skip

_UNITS_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = {"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SPELLED = regex(
    rf"(?i)(?:({'|'.join(_TENS)})(?:[- ]({'|'.join(_UNITS_WORDS)}))?|({'|'.join([*_UNITS_WORDS, *_TEENS])})"
    r"|(half(?: an?)?)|an?)(?=[- ](?:hundred|thousand|million|billion)s?\b)",
)

_NOT_GROUPS = regex(r"\d+ 10[2-9](?!\d)")
_COMMA_LIST = regex(r"\d{1,2}(?:,\d{1,2}){2,}(?!\d|[.,]\d)")
_NUMBER = regex(NUMBER)
_BEFORE_POWER = regex(r"\s*(?:×|[eE][+-]?\d|\(\s*×)")
_DOT_TEN_TAIL = regex(r"\s?\.\s?10\s?" + _RAISED)
_ONE_E = regex(r"1(?:\.0)?[eE]")
_PRODUCT = regex(r"\s*×\s*(?=\d)")


def scan_terms(text: str, at: int, *, defines_m: bool) -> tuple[Term, ...]:
    """The number that begins at a place, read as far as it goes.

    Args:
        text: The normalised text.
        at: Where a digit or a number word may begin.
        defines_m: Whether the text itself says that M stands for million.

    Returns:
        One term; two for a range of exponents (``10^8-9``), more for a list that has lost its blanks (``3,5,10``); none
        where no number begins here. A term without mantissas is malformed.
    """
    if listed := _COMMA_LIST.match(text, at):
        doubts = (f'"{listed[0]}" has commas but no blanks',)
        places = regex(r"\d+").finditer(text, at, listed.end())
        terms = [Term(p.start(), p.end(), p[0], (Choice(Fraction(p[0])),), (), doubts) for p in places]
        return (*terms[:-1], *_with_tail(text, terms[-1], defines_m=defines_m, depth=0))
    return _scan(text, at, defines_m=defines_m, depth=0)


def _scan(text: str, at: int, *, defines_m: bool, depth: int) -> tuple[Term, ...]:
    for pattern, build in _ALONE:
        if found := pattern.match(text, at):
            factors, doubts = build(found[1], Fraction(1))
            one = (Choice(Fraction(1)),) if factors else ()
            return _with_more(
                text, Term(at, found.end(), NO_MANTISSA, one, factors, doubts), found[1], defines_m=defines_m
            )
    head = _head(text, at)
    if head is None:
        return ()
    return _with_tail(text, head, defines_m=defines_m, depth=depth)


def _head(text: str, at: int) -> Term | None:
    """The mantissa that begins at a place, without what follows it."""
    for pattern, build in _HEADS:
        if (found := pattern.match(text, at)) and not (build is _spaced_head and _NOT_GROUPS.match(text, at)):
            return build(found)
    number = _NUMBER.match(text, at)
    if number is None:
        return None
    mantissas, doubts = mantissa_choices(number[0], of_power=_BEFORE_POWER.match(text, number.end()) is not None)
    return Term(at, number.end(), number[0], mantissas, (), doubts)


def _comma_head(split: re.Match[str]) -> Term:
    decimal = Choice(Fraction(f"0.{split[2]}"), "the comma taken as the decimal mark")
    return Term(split.start(), split.end(), split[0], (decimal,), (), ("a comma and a blank stand between the digits",))


def _raised_head(dotted: re.Match[str]) -> Term:
    decimal = Choice(Fraction(f"{dotted[1]}.{dotted[2]}"), "the raised point taken as the decimal mark")
    product = Choice(Fraction(int(dotted[1]) * int(dotted[2])), "the raised point taken as a multiplication")
    ways = (decimal, product) if product.value else (decimal,)
    return Term(dotted.start(), dotted.end(), dotted[0], ways, (), ("a raised point stands between the digits",))


def _spaced_head(groups: re.Match[str]) -> Term:
    whole = Choice(Fraction(re.sub(r"\D", "", groups[0])))
    return Term(groups.start(), groups.end(), groups[0], (whole,), (), ("digits are grouped without commas",))


def _split_head(split: re.Match[str]) -> Term:
    decimal = Choice(Fraction(f"{split[1]}.{split[2]}"), "the blank after the point taken as a slip")
    apart = Choice(Fraction(split[2]), "the point taken as the end of something before")
    mantissas = (decimal, apart) if apart.value else (decimal,)
    return Term(split.start(), split.end(), split[0], mantissas, (), ("a blank stands after the decimal point",))


def _dot_ten_head(dotted: re.Match[str]) -> Term:
    # "5.10^6": the point is a sign of multiplication to the French; the "10" is left for the tail to find.
    mantissas, doubts = mantissa_choices(dotted[1], of_power=True)
    return Term(dotted.start(), dotted.end(1), dotted[1], mantissas, (), (*doubts, "a point stands before the 10"))


def _spelled_head(spelled: re.Match[str]) -> Term:
    tens, ones, small, half = (part.lower() if part else None for part in spelled.groups())
    if half:
        doubts = ("a half can belong to a number before it",)
        return Term(spelled.start(), spelled.end(), spelled[0], (Choice(Fraction(1, 2)),), (), doubts)
    if small:
        value = Fraction(_TEENS[small] if small in _TEENS else _UNITS_WORDS.index(small) + 1)
    elif tens:
        value = Fraction(_TENS[tens] + (_UNITS_WORDS.index(ones) + 1 if ones else 0))
    else:
        value = Fraction(1)
    return Term(spelled.start(), spelled.end(), spelled[0], (Choice(value),))


_HEADS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Term]], ...] = (
    (regex(r"(\d+)\.\s+(\d+)(?![\d.]*\.\d)(?!\d)"), _split_head),
    (regex(r"(0),\s+(\d+)(?!\d|[.,]\d)"), _comma_head),
    (regex(r"(\d+)\s?·\s?(\d+)(?!\d|[.,]\d)"), _raised_head),
    (regex(r"[1-9]\d{0,2}(?:([ '])\d{3})(?:\1\d{3})*(?!\d|[.,]\d)"), _spaced_head),
    (regex(r"(\d+(?:[.,]\d+)?)\s?\.\s?10\s?\^"), _dot_ten_head),
    (_SPELLED, _spelled_head),
)


def _with_tail(text: str, head: Term, *, defines_m: bool, depth: int) -> tuple[Term, ...]:
    """The term whose mantissa is known, with the factor that follows it."""
    mantissa = head.mantissas[0].value if head.mantissas else Fraction(1)
    at = head.end
    if head.doubts and (dot := _DOT_TEN_TAIL.match(text, at)):
        factors, doubts = _certain(dot[1], mantissa)
        return (_grown(head, dot.end(), factors, doubts),)
    for pattern, build in _TAILS:
        if found := pattern.match(text, at):
            factors, doubts = build(found[1], mantissa)
            return _with_more(text, _grown(head, found.end(), factors, doubts), found[1], defines_m=defines_m)
    if counted := _counting_factor(text, at, defines_m=defines_m):
        end, factors, doubts = counted
        return (_grown(head, end, factors, doubts),)
    if product := _PRODUCT.match(text, at):
        return _product(text, head, product.end(), defines_m=defines_m, depth=depth)
    return (head,)


def _grown(term: Term, end: int, factors: tuple[Choice, ...], doubts: tuple[str, ...]) -> Term:
    mantissas = term.mantissas if factors else ()
    return Term(term.start, end, term.text, mantissas, factors, (*term.doubts, *doubts))


def is_factor(text: str, at: int) -> bool:
    """Whether a counting word begins at a place."""
    return _COUNTING.match(text, at) is not None


def _counting_factor(text: str, at: int, *, defines_m: bool) -> tuple[int, tuple[Choice, ...], tuple[str, ...]] | None:
    """The counting words that stand at a place: where they end, their factors and the doubts; None without any."""
    factors: tuple[Choice, ...] = ()
    doubts: tuple[str, ...] = ()
    while found := _COUNTING.match(text, at):
        word = found[3] or found[2] or found[1].lower()
        if word in _CERTAIN_WORDS or (word == "M" and defines_m):
            new: tuple[Choice, ...] = (Choice(Fraction(_CERTAIN_WORDS.get(word, 10**6))),)
        else:
            new = tuple(Choice(Fraction(f), f'"{word}" taken as {f:,}') for f in _DOUBTED_WORDS[word])
            doubts = (*doubts, f'"{word}" is no factor that is read for certain; write thousand or million')
        if factors:
            doubts = (*doubts, "two factors follow one another")
            new = tuple(Choice(a.value * b.value, f"{a.why} {b.why}".strip()) for a in factors for b in new)
        factors, at = new, found.end()
    return (at, factors, doubts) if factors else None


def _with_more(text: str, term: Term, exponent: str, *, defines_m: bool) -> tuple[Term, ...]:
    """A term with a power of ten, and what may follow one: a second exponent, or a counting word."""
    if not term.factors:
        return (term,)
    second = _EXPONENT_RANGE.match(text, term.end)
    if second and int(exponent) < int(second[1]) <= GREATEST_EXPONENT:
        words = "the second number taken as a second exponent"
        factor = term.factors[0].value * TEN ** (int(second[1]) - int(exponent))
        other = Fraction(second[1]) / (term.mantissas[0].value or 1)
        both = (Choice(factor, words), Choice(other, "the second number taken as it stands"))
        mantissas = (Choice(term.mantissas[0].value),)
        return (term, Term(second.start(1), second.end(), term.text, mantissas, both, term.doubts))
    if counted := _counting_factor(text, term.end, defines_m=defines_m):
        end, more, doubts = counted
        factors = tuple(Choice(a.value * b.value, a.why or b.why) for a in term.factors for b in more)
        return (_grown(term, end, factors, (*doubts, "two factors follow one another")),)
    return (term,)


def _product(text: str, head: Term, at: int, *, defines_m: bool, depth: int) -> tuple[Term, ...]:
    """Two numbers multiplied, the second of them not a power of ten: "3 x 5 mg" is three of 5 mg, or 15 mg."""
    rest = _scan(text, at, defines_m=defines_m, depth=depth + 1) if depth < MOST_PRODUCTS else ()
    if not rest or not rest[0].mantissas or not head.mantissas or not head.mantissas[0].value:
        return (Term(head.start, at, head.text, (), (), (*head.doubts, "a product that is not read")),)
    first = rest[0]
    count = head.mantissas[0].value
    alone = first.factors[0].value if first.factors else Fraction(1)
    each = Choice(alone, f"the {head.text} taken as a number of doses")
    whole = Choice(alone * count, f"the {head.text} taken as multiplied into the dose")
    # "5 x 1E6" is a clumsy 5 × 10^6; "5 x 2 million" is five doses.
    factors: tuple[Choice, ...] = (whole, each) if _ONE_E.match(text, at) else (each, whole)
    doubts = (*head.doubts, *first.doubts, "two numbers are multiplied")
    return (Term(head.start, first.end, first.text, first.mantissas, factors, doubts), *rest[1:])
