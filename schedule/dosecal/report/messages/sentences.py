"""The sentences of reports in other languages, by their English patterns.

Conventions: reports are made in English, once. A page in another language says each of their sentences by the pattern
that matches it whole; its parts are said likewise, and brackets are never taken apart. A number and an id stay as they
are: the languages of the pages all write 70,250,000.5. What no pattern matches is told, and never left in English
unsaid. A wording may change the order of its parts only where each of them is an amount, a number or an id: parts that
are sentences themselves keep their order, so that no word comes to stand with another number.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from dosecal.model.messages import TERM, Msg
from dosecal.model.regex import regex
from dosecal.model.struct import Struct
from dosecal.report.messages.glossary import SENTENCES
from dosecal.report.messages.phrases import Language, TermUnknownError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dosecal.report.messages.phrases import Wording

_PLACE = regex(r"\{([=~&#@!]?)([a-z_]+)\}")
_NUMBER = regex(r"[±≈≤≥<>]? ?[−+-]?[0-9][0-9,.]*(?:/[0-9][0-9,]*)?(?: ?%| ?× ?10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)?|D-?[0-9]+|[–—−-]")
"""What stays as it is in every language: a number, a day label, a dash."""

_DIGIT_RUN = regex(r"[0-9][0-9,.]*(?<![,.])")
_DIGITS = r"(?:≈ )?[±−+-]?[0-9](?:[0-9,.]*[0-9])?(?:/[0-9][0-9,]*)?(?: × 10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)?"
_PLACES = {
    "": regex(r".+", re.DOTALL),
    "!": regex(r"[^,;:]+"),
    "=": regex(r".+", re.DOTALL),
    "&": regex(r"[^,;:()]+"),
    "~": regex(r"[^\s,;:()]+"),
    "#": regex(_DIGITS),
    "@": regex(rf"{_DIGITS} [^0-9×÷=;:,()≈]+"),
}
"""What each kind of place takes."""

_SAID = {"", "!", "@"}
"""The kinds of places whose parts are said in the language, too."""


class _Pattern(Struct, frozen=True):
    """A sentence that can be looked for.

    Attributes:
        texts: The texts of its own, one more than there are places: before, between and after them.
        kinds: The kind of each place.
        names: The name of each place.
        wordings: The wordings, in the order of the languages.
        longest: The longest of its own texts: a sentence without it is another one, which is quickly seen.
    """

    texts: tuple[str, ...]
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    wordings: tuple[str, ...]
    longest: str

    def divisions(self, text: str) -> Iterator[dict[str, str]]:
        """Each way in which the text is this sentence: what stands in the places; the shortest first parts first."""
        if text.startswith(self.texts[0]):
            yield from self._rest(text, len(self.texts[0]), 0)

    def _rest(self, text: str, start: int, place: int) -> Iterator[dict[str, str]]:
        if place == len(self.kinds):
            if start == len(text):
                yield {}
            return
        after, is_last = self.texts[place + 1], place == len(self.kinds) - 1
        end = len(text) - len(after) if is_last else text.find(after, start + 1)
        while end > start and text.startswith(after, end):
            part = text[start:end]
            if _PLACES[self.kinds[place]].fullmatch(part) and _is_closed(part):
                for rest in self._rest(text, end + len(after), place + 1):
                    yield {self.names[place]: part, **rest}
            if is_last:
                return
            end = text.find(after, end + 1)


def _is_closed(part: str) -> bool:
    """Whether each bracket of a part has its other one in it, so that no pattern takes brackets apart."""
    depth = 0
    for character in part:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0


@cache
def _patterns() -> tuple[dict[str, tuple[str, ...]], tuple[_Pattern, ...]]:
    """The sentences without a place by their text, and the others, those with the most words of their own first."""
    plain: dict[str, tuple[str, ...]] = {}
    placed: list[_Pattern] = []
    for one in SENTENCES:
        pieces = _PLACE.split(one.english)
        if len(pieces) == 1:
            plain[one.english] = one.wordings
        else:
            texts = tuple(pieces[::3])
            longest = max(texts, key=len)
            placed.append(_Pattern(texts, tuple(pieces[1::3]), tuple(pieces[2::3]), one.wordings, longest))
    placed.sort(key=lambda pattern: -sum(len(text) for text in pattern.texts))
    return plain, tuple(placed)


def said_in(wording: Wording, text: str) -> str:
    """An English sentence of a report, in the language of a page; the user's wording of the whole goes before any.

    Args:
        wording: The language.
        text: The sentence; an empty text stays empty.

    Raises:
        TermUnknownError: If neither a pattern nor a term of the glossary matches the sentence, or a part of it.
    """
    said, missing = _said(wording, text)
    if missing:
        raise TermUnknownError((missing,))
    return said


class Sayer:
    """Says English texts in a language, and keeps what has no wording until all of a page is said.

    Attributes:
        wording: The language.
    """

    def __init__(self, wording: Wording) -> None:
        """Say in a language."""
        self.wording = wording
        self._missing: dict[str, None] = {}

    def __call__(self, text: str) -> str:
        """The text in the language; as it is where there is no wording."""
        said, missing = _said(self.wording, text)
        if missing:
            self._missing[missing] = None
        return text if missing else said

    def require_all(self) -> None:
        """See that everything had a wording.

        Raises:
            TermUnknownError: For the texts that have none, each named once.
        """
        if self._missing:
            raise TermUnknownError(tuple(self._missing))


@cache
def _catalogue() -> dict[str, tuple[str, ...]]:
    return {_PLACE.sub(r"{\2}", one.english): tuple(_PLACE.sub(r"{\2}", w) for w in one.wordings) for one in SENTENCES}


def _said_message(wording: Wording, message: Msg) -> tuple[str, str]:
    if given := wording.given(message):
        return (given, "") if _keeps_numbers(message, given) else ("", message)
    if wording.language is Language.ENGLISH and not wording.has_own:
        return str(message), ""
    if not message.template:
        return str(message), ""
    if message.context == TERM:
        return ("", message) if wording.missing_terms((message,)) else (wording.term(message), "")
    form = message.template if not message.many or message.count in {1, -1} else message.many
    entry = _catalogue().get(form)
    if entry is None and wording.language is not Language.ENGLISH:
        if not _PLACE.search(form) and not wording.missing_terms((form,)):
            return wording.term(form), ""
        return "", f"[no entry] {form}"
    arguments = {}
    for name, value in message.arguments.items():
        if isinstance(value, Msg):
            arguments[name], missing = _said_message(wording, value)
            if missing:
                return "", missing
        else:
            arguments[name] = value if isinstance(value, str) else wording.full_date(value)
    template = form if entry is None else entry[list(Language).index(wording.language)]
    return template.format(**arguments), ""


def _said(wording: Wording, text: str) -> tuple[str, str]:
    """The sentence in the language, and the shortest part of it for which there is no wording; empty for none."""
    if isinstance(text, Msg):
        return _said_message(wording, text)
    if given := wording.given(text):
        return (given, "") if _keeps_numbers(text, given) else ("", text)
    if wording.language is Language.ENGLISH or not text or _NUMBER.fullmatch(text):
        return text, ""
    plain, placed = _patterns()
    place = list(Language).index(wording.language)
    if text in plain:
        return plain[text][place], ""
    if not wording.missing_terms((text,)):
        return wording.term(text), ""
    missing = text
    for pattern in placed:
        if pattern.longest not in text or not text.endswith(pattern.texts[-1]):
            continue
        for parts in pattern.divisions(text):
            said, unsaid = _said_parts(wording, pattern, parts)
            if not unsaid:
                return pattern.wordings[place].format(**said), ""
            missing = unsaid if len(unsaid) < len(missing) else missing
    return "", missing


def _keeps_numbers(text: str, given: str) -> bool:
    """Whether a wording of the user has no number that the sentence doesn't have, and that of an amount has all."""
    old, new = (Counter(_DIGIT_RUN.findall(one)) for one in (text, given))
    return old == new if _NUMBER.fullmatch(text) or _PLACES["@"].fullmatch(text) else new <= old


def _said_parts(wording: Wording, pattern: _Pattern, parts: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """The parts of a sentence in the language, and what has no wording; empty for none."""
    said = {}
    for kind, name in zip(pattern.kinds, pattern.names, strict=True):
        said[name], missing = _said(wording, parts[name]) if kind in _SAID else (parts[name], "")
        if missing:
            return said, missing
    return said, ""
