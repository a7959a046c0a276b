"""What printed pages say, in each of their languages.

Conventions: each phrase stands in ``schedule/report/messages/glossary`` with its wording in every language side by
side, so that a reviewer reads them together; ``docs/reference/printed-words.md`` shows them. A place for a value is
``{name}``. The protocol's own words (labels of visits and assessments) are looked up by their English text; one that
the glossary does not have is told and never left in another language unsaid. English pages say the protocol's words as
they stand.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from dosecal.model.protocol import WITHHELD_ASSESSMENT
from dosecal.model.regex import regex
from dosecal.report.messages.glossary import LAY_WORDS, PHRASES, TERMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from dosecal.report.messages.glossary import Lay

_NUMBER = regex(r"[0-9]+")


class Language(StrEnum):
    """The languages of printed pages, by their BCP 47 tags."""

    ENGLISH = "en"
    SPANISH = "es-MX"
    CHINESE = "zh-CN"


class TermUnknownError(LookupError):
    """The glossary has no wording for words of a protocol.

    Attributes:
        terms: The words, each once.
    """

    def __init__(self, terms: tuple[str, ...]) -> None:
        """Keep which words they are."""
        super().__init__("; ".join(terms))
        self.terms = terms


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    return {one.id: one.wordings for one in PHRASES}


@cache
def _terms() -> dict[str, tuple[str, ...]]:
    return {one.english: one.wordings for one in TERMS}


def _known_term(words: str) -> tuple[tuple[str, ...] | None, list[str]]:
    """The wordings of a term with the numbers that they hold; None where the glossary has none."""
    terms = _terms()
    withheld = words.removeprefix(f"{WITHHELD_ASSESSMENT} ")
    if withheld != words:  # what is withheld has its id in brackets, which stays
        return tuple(f"{one} {withheld}" for one in terms[WITHHELD_ASSESSMENT]), []
    if words in terms:
        return terms[words], []
    return terms.get(_NUMBER.sub("{}", words)), _NUMBER.findall(words)


@cache
def _lay_words() -> dict[str, Lay]:
    return {label: lay for lay in LAY_WORDS for label in lay.labels}


class Wording:
    """What is said in one language.

    Attributes:
        language: The language.
    """

    def __init__(self, language: Language, further: Mapping[str, str] | None = None) -> None:
        """Say things in a language.

        Args:
            language: The language.
            further: Wordings of the protocol's words in that language that go before those of the glossary; None for
                none.
        """
        self.language = language
        self._place = list(Language).index(language)
        self._further = dict(further or {})

    def say(self, phrase: str, **values: object) -> str:
        """A phrase of the glossary with its values put in; the user's wording of one that has none goes before it.

        Raises:
            KeyError: If there is no such phrase, or a value is missing: a fault of the program.
        """
        wordings = _phrases()[phrase]
        given = "" if values else self.given(wordings[0])
        return given or wordings[self._place].format(**values)

    def pattern(self, phrase: str) -> str:
        """A phrase of the glossary with its places for values still open."""
        return _phrases()[phrase][self._place]

    def term(self, words: str) -> str:
        """The protocol's words, in the language.

        Raises:
            TermUnknownError: If the glossary has no wording for them.
        """
        if words in self._further:
            return self._further[words]
        if self.language is Language.ENGLISH or not words:
            return words
        known, numbers = _known_term(words)
        if known is None:
            raise TermUnknownError((words,))
        return known[self._place].format(*numbers)

    def lay(self, words: str) -> str:
        """The protocol's words as a participant reads them; where the glossary has no plainer ones, as they stand.

        Raises:
            TermUnknownError: If the glossary has no wording for them.
        """
        if words not in self._further and words in _lay_words():
            return _lay_words()[words].wordings[self._place]
        return self.term(words)

    @property
    def has_own(self) -> bool:
        """Whether the user gives wordings."""
        return bool(self._further)

    def given(self, words: str) -> str:
        """The wording that the user gives for words of the protocol, or for a sentence or phrase; empty for none."""
        return self._further.get(words, "")

    def given_phrases(self) -> dict[str, str]:
        """The user's wordings of phrases that pages have by themselves, by their English."""
        return {one.english: self.given(one.english) for one in PHRASES if self.given(one.english)}

    @staticmethod
    def plain_english(words: str) -> str:
        """The protocol's words as a participant reads them in English, by which it is judged what they tell."""
        return _lay_words()[words].english if words in _lay_words() else words

    def missing_lay(self, words: Iterable[str]) -> tuple[str, ...]:
        """Those of the protocol's words that can't be said to a participant in the language, each once."""
        return self.missing_terms(one for one in words if one not in _lay_words())

    def missing_terms(self, words: Iterable[str]) -> tuple[str, ...]:
        """Those of the protocol's words for which there is no wording in the language, each once."""
        if self.language is Language.ENGLISH:
            return ()
        unknown = (one for one in words if one and one not in self._further and _known_term(one)[0] is None)
        return tuple(dict.fromkeys(unknown))

    def full_date(self, day: date) -> str:
        """A date with its weekday: ``Monday, 2 March 2026``; no month is ever a number that could be a day."""
        return _babel_date(day, self.say("full_date"), self.language)

    def short_date(self, day: date) -> str:
        """A date with its weekday in few letters, which no line breaks apart: ``Mon 2 Mar 2026``."""
        return _babel_date(day, self.say("short_date"), self.language).replace(" ", "\N{NO-BREAK SPACE}")

    def plain_date(self, day: date) -> str:
        """A date without its weekday: ``2 March 2026``."""
        return _babel_date(day, self.say("plain_date"), self.language)

    def month(self, day: date) -> str:
        """The month of a date with its year: ``March 2026``."""
        return _babel_date(day, self.say("month"), self.language)

    def weekdays(self) -> tuple[str, ...]:
        """The short names of the days of the week, from Monday."""
        from datetime import date  # noqa: PLC0415 - typing alone needs it above

        return tuple(_babel_date(date(2024, 1, day), "ccc", self.language) for day in range(1, 8))


@lru_cache(maxsize=4096)
def _babel_date(day: date, pattern: str, language: Language) -> str:
    from babel.dates import format_date  # noqa: PLC0415 - for pages alone

    return format_date(day, pattern, locale=language.value.replace("-", "_"))
