"""The source's sentences, marked where a power of ten has lost its superscript: ``2 × 106 [sic: read as 10⁶]``.

Conventions: a quotation stands to the letter, and a mark in square brackets after what reads wrongly. What it is read
as follows from the amounts of the protocol file, whose author has read it: with no amount that it could be, the mark
asks. A number that the file takes as it stands has no mark.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.messages import NOTHING, Msg, unsaid
from dosecal.model.regex import regex
from dosecal.model.spoken import raised

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from dosecal.model.protocol import Protocol
    from dosecal.model.quantity import Amount
    from dosecal.model.regimen import Regimen

_FACTOR = r"(?<![\d.,])(?P<factor>\d+(?:\.\d+)?)\s*[×xX*·]\s*10(?:\s|\s?[eE]\s?)?"
_COUNTED = r"\d{1,2}\s*(?:/\s*kg|(?:[\w+-]+\s+){0,3}?(?:cells?|particles|vesicles)\b)"
_BARE = rf"(?<![\d.,×xX*·^])(?<![×xX*·]\s)10(?={_COUNTED})"
_POWER = regex(rf"(?:{_FACTOR}|{_BARE})(?P<exponent>[2-9]|1[0-8])(?!\d|[.,]\d|\s?%)")
"""A power of ten whose digits read wrongly: ``1X106``, ``5.0 x 10 8``, ``1*10E6``, ``106 cells``."""


def marked_quote(quote: str, protocol: Protocol) -> Msg:
    """A sentence of the source, with a mark where it prints a power of ten without its superscript.

    Args:
        quote: The sentence; an empty text stays empty.
        protocol: The protocol that quotes it: its amounts say how it is read, and its queries whether they tell of it.
    """
    amounts: set[Fraction] | None = None
    marked, end = [], 0
    for found in _POWER.finditer(quote):
        amounts = set(_amounts(protocol)) if amounts is None else amounts
        mark = _mark(found, amounts, protocol.queries)
        if mark:
            marked.append((unsaid(quote[end : found.end()]), mark))
            end = found.end()
    said = unsaid(quote[end:])
    for text, mark in reversed(marked):
        said = Msg("{quote} [{mark}]{rest}", quote=text, mark=mark, rest=said)
    return said


def _mark(found: re.Match[str], amounts: set[Fraction], queries: tuple[str, ...]) -> Msg:
    factor, exponent = Fraction(found["factor"] or 1), int(found["exponent"])
    power = f"10{raised(exponent)}"
    if factor * 10**exponent in amounts:
        is_told = any(found[0] in query for query in queries)
        told = Msg("sic: read as {power}, see query", power=power)
        return told if is_told else Msg("sic: read as {power}", power=power)
    is_program = "e" in found[0].casefold()
    literal = factor * (10 ** (exponent + 1) if is_program else int(f"10{exponent}"))
    is_meant = literal in amounts or found["factor"] is None
    return NOTHING if is_meant else Msg("sic: perhaps {power}", power=power)


def _amounts(protocol: Protocol) -> Iterator[Fraction]:
    """Every amount that a protocol states, by its number alone."""
    for regimen in protocol.regimens:
        yield from (amount.value for amount in _of_regimen(regimen))
    for product in protocol.products:
        if product.strength is not None:
            yield product.strength.amount.value
        if product.container is not None:
            yield product.container.content.value
        yield from (bound.value for bound in product.limits)


def _of_regimen(regimen: Regimen) -> Iterator[Amount]:
    ranges = (regimen.range, *(band.range for band in regimen.bands))
    stated = (
        *(regimen.dose, regimen.maintenance, regimen.at_most, regimen.at_least),
        *(band.dose for band in regimen.bands),
        *(level.dose for level in regimen.levels),
        *(end for one in ranges if one is not None for end in (one.low, one.high)),
    )
    yield from (amount for amount in stated if amount is not None)
