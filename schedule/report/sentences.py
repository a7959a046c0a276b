"""The sentences of reports in other languages, by their English patterns.

Conventions: reports are made in English, once. A page in another language says each of their sentences by the pattern
that matches it whole; its parts are said likewise. A number and an id stay as they are: the languages of the pages all
write 70,250,000.5. What no pattern matches is told, and never left in English unsaid.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from schedule.report.glossary import SENTENCES
from schedule.report.phrases import Language, TermUnknownError

if TYPE_CHECKING:
    from schedule.report.phrases import Wording

_PLACE = re.compile(r"\{([=#]?)([a-z_]+)\}")
_NUMBER = re.compile(r"[±≈≤≥<>]? ?[−+-]?[0-9][0-9,.]*(?: ?%| ?× ?10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)?|D-?[0-9]+|[–—−-]")
"""What stays as it is in every language: a number, a day label, a dash."""

_GROUPS = {"": ".+?", "=": ".+?", "#": "[−+-]?[0-9][0-9,.]*"}
"""What each kind of place matches."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A sentence that can be looked for.

    Attributes:
        english: What matches the English text whole, with a group for each place.
        wordings: The wordings, in the order of the languages.
        kept: The names of the places that stay as they are.
    """

    english: re.Pattern[str]
    wordings: tuple[str, ...]
    kept: frozenset[str]


@cache
def _patterns() -> tuple[dict[str, _Pattern], tuple[_Pattern, ...]]:
    """The sentences without a place by their text, and the others, those with the most words of their own first."""
    plain, placed = {}, []
    for one in SENTENCES:
        names = _PLACE.findall(one.english)
        text = _PLACE.sub(lambda found: f"(?P<{found[2]}>{_GROUPS[found[1]]})", _escaped(one.english))
        pattern = _Pattern(re.compile(text, re.DOTALL), one.wordings, frozenset(name for keeps, name in names if keeps))
        if names:
            placed.append((len(_PLACE.sub("", one.english)), pattern))
        else:
            plain[one.english] = pattern
    placed.sort(key=lambda item: -item[0])
    return plain, tuple(pattern for _, pattern in placed)


def _escaped(text: str) -> str:
    """A text in which all but the places stands for itself."""
    parts, end = [], 0
    for found in _PLACE.finditer(text):
        parts += [re.escape(text[end : found.start()]), found[0]]
        end = found.end()
    return "".join((*parts, re.escape(text[end:])))


def said_in(wording: Wording, text: str) -> str:
    """An English sentence of a report, in the language of a page.

    Args:
        wording: The language.
        text: The sentence; an empty text stays empty.

    Raises:
        TermUnknownError: If neither a pattern nor a term of the glossary matches the sentence, or a part of it.
    """
    if wording.language is Language.ENGLISH or not text or _NUMBER.fullmatch(text):
        return text
    plain, placed = _patterns()
    place = list(Language).index(wording.language)
    if text in plain:
        return plain[text].wordings[place]
    try:
        return wording.term(text)
    except TermUnknownError as unknown:
        innermost = unknown
    for pattern in placed:
        found = pattern.english.fullmatch(text)
        if found is None:
            continue
        try:
            parts = {
                name: part if name in pattern.kept else said_in(wording, part)
                for name, part in found.groupdict().items()
            }
        except TermUnknownError as unknown:
            innermost = unknown
            continue
        return pattern.wordings[place].format(**parts)
    raise innermost if len(innermost.terms[0]) < len(text) else TermUnknownError((text,))
