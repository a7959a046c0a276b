"""What pages say, in the languages that they are printed in.

Conventions: a language is a ``.po`` file in ``catalogues`` and a line of ``Language``. Its keys are the English
templates of the program; the context ``term`` marks the protocol's own words, ``participant`` the plainer words that a
participant reads in place of a label, ``date`` the patterns of dates in the letters of Unicode Technical Standard 35.
What one trial says stands in a folder beside its protocol file: ``NCT04611256/es-MX.po`` beside ``NCT04611256.yaml``.
What the user gives goes before both. What has no wording is told, and never left in another language unsaid.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections import Counter
from contextlib import suppress
from enum import StrEnum
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING, NoReturn, Self

from dosecal.model.messages import NAME, PLAIN_DAY, TERM, Msg
from dosecal.model.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from babel.messages.catalog import Message

PARTICIPANT = "participant"
"""The context of what participants read in place of a label."""

_MOST_BYTES = 1_000_000
"""A catalogue with more is refused: ours have a fifth of that."""

DATE = "date"
"""The context of the patterns of dates."""

_NUMBER = regex(r"[0-9]+")
_BRACE = regex(r"\{\}|[{}]")
_LETTER = regex(r"[A-Za-z]")
_AMOUNT = regex(r"(?:≈ )?[±−+-]?[0-9][0-9,.]*(?:/[0-9][0-9,]*)?(?: ?%| × 10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)?(?: [^0-9×÷=;:,()≈]+)?")
_PLACE = regex(r"\{[a-z_]+\}")
_DIGITS = regex(r"[0-9][0-9,.]*(?<![,.])")


class Language(StrEnum):
    """The languages of printed pages, by their BCP 47 tags; the catalogue of each has its name.

    Attributes:
        own_name: What its readers call it.
    """

    ENGLISH = "en", "English"
    SPANISH = "es-MX", "Español (México)"
    CHINESE = "zh-CN", "中文"

    own_name: str

    def __new__(cls, tag: str, own_name: str = "") -> Self:
        """A language of its tag and its name."""
        language = str.__new__(cls, tag)
        language._value_ = tag
        language.own_name = own_name
        return language


class TermUnknownError(LookupError):
    """There is no wording for some words.

    Attributes:
        terms: The words, each once.
    """

    def __init__(self, terms: tuple[str, ...]) -> None:
        """Keep which words they are."""
        super().__init__("; ".join(terms))
        self.terms = terms


class CatalogueError(ValueError):
    """A file is no catalogue; the text says where."""


class _Missing(NullTranslations):
    """Stands behind a catalogue, so that a wording that it lacks is an error and never the English."""

    def gettext(self, message: str) -> NoReturn:
        raise KeyError(message)

    def pgettext(self, context: str, message: str) -> NoReturn:
        raise KeyError(context, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> NoReturn:
        raise KeyError(msgid1, msgid2, n)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> NoReturn:
        raise KeyError(context, msgid1, msgid2, n)


def read_catalogue(text: bytes, *, is_of_trial: bool = False) -> NullTranslations:
    """A catalogue from the bytes of a ``.po`` file.

    Args:
        text: The file, in UTF-8.
        is_of_trial: Whether it has the words of one trial alone: nothing of what the program says, no number, unit or
            date, is taken from it.

    Raises:
        CatalogueError: If it is none, has an entry that is not the trial's, or a wording with other places or numbers
            than its English.
    """
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - for pages alone
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415

    compiled = BytesIO()
    try:
        if len(text) > _MOST_BYTES:
            raise CatalogueError(f"it has more than {_MOST_BYTES:,} bytes")
        read = read_po(BytesIO(text.removeprefix(BOM_UTF8)), abort_invalid=True)
        for message in read:
            _require_sound(message, is_of_trial=is_of_trial)
        write_mo(compiled, read)
        compiled.seek(0)
        catalogue = GNUTranslations(compiled)
    except (PoFileError, LookupError, ValueError) as error:
        raise CatalogueError(str(error)) from None
    catalogue.add_fallback(_Missing())
    return catalogue


def _require_sound(message: Message, *, is_of_trial: bool) -> None:
    """See that a wording has the places and, where it has the protocol's words, the numbers of its English.

    Raises:
        CatalogueError: If it has others, or is none of a trial's.
    """
    if not message.id:
        return
    english = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    said = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    if is_of_trial and message.context not in {TERM, PARTICIPANT}:
        raise CatalogueError(f'msgctxt "{TERM}" or "{PARTICIPANT}" before "{english[0]}"')
    if message.context in {TERM, PARTICIPANT, DATE}:
        if message.context == TERM and not all(_keeps_marks(english[0], one) for one in said if one):
            raise CatalogueError(f'the numbers and the places "{{}}" of "{english[0]}" in its wording')
        return
    allowed = {place for one in english for place in _places(one)} | {"{myriads}"}
    if any("{" in _PLACE.sub("", one) or "}" in _PLACE.sub("", one) or not _places(one) <= allowed for one in said):
        raise CatalogueError(f'the places of "{english[0]}" in its wording')


def _keeps_marks(words: str, said: str) -> bool:
    """Whether a wording has the numbers of the protocol's words, and the same places of numbers, in their order."""
    is_there = Counter(_NUMBER.findall(words)) <= Counter(_NUMBER.findall(said))
    return is_there and _BRACE.findall(words) == _BRACE.findall(said)


def _places(template: str) -> set[str]:
    return set(_PLACE.findall(template))


@cache
def _catalogue(language: Language) -> NullTranslations:
    name = f"{language.value}.po"
    return read_catalogue(resources.files("dosecal.report.messages").joinpath("catalogues", name).read_bytes())


class Wording:
    """What is said in one language.

    Attributes:
        language: The language.
        own: The user's wordings, by their English.
    """

    def __init__(
        self,
        language: Language,
        own: Mapping[str, str] | None = None,
        trials: tuple[NullTranslations, ...] = (),
        english_trials: tuple[NullTranslations, ...] = (),
    ) -> None:
        """Say things in a language.

        Args:
            language: The language.
            own: The user's wordings by their English, which go before all others; None for none.
            trials: The catalogues of the language beside the protocol files.
            english_trials: The English ones, for the words of participants.
        """
        self.language = language
        self.own = dict(own or {})
        self._catalogues = (*trials, _catalogue(language))
        self._english = (*english_trials, _catalogue(Language.ENGLISH))

    @property
    def is_english(self) -> bool:
        """Whether the English texts are what is said."""
        return self.language is Language.ENGLISH

    def say(self, message: Msg) -> str:
        """A message in the language; the user's wording of the whole goes before any, if it keeps the numbers.

        Raises:
            TermUnknownError: For the template or the term in it that has no wording.
        """
        if self.is_english and not self.own:
            return str(message)
        own = self.own.get(message, "")
        if own and not _keeps_numbers(message, own):
            raise TermUnknownError((message,))
        if own or not message.template:
            return own or str(message)
        if message.context == NAME and self.missing_terms((message.template,)):
            return message.template
        if message.context in {NAME, TERM}:
            return self.term(message.template)
        arguments = {name: self._argument(name, value) for name, value in message.arguments.items()}
        return self.template(message).format_map(arguments)

    def _argument(self, name: str, value: str | date) -> str:
        if isinstance(value, Msg):
            return self.say(value)
        if isinstance(value, str):
            return value
        return self.plain_date(value) if name == PLAIN_DAY else self.full_date(value)

    def template(self, message: Msg) -> str:
        """The template of a message in the language, its places still open.

        Raises:
            TermUnknownError: If it has no wording.
        """
        if self.is_english:
            return message.form
        one, many, context = message.template, message.many, message.context
        try:
            if many:
                return _catalogue(self.language).ngettext(one, many, abs(message.number))
            return _found((_catalogue(self.language),), context, one)
        except KeyError:
            if not context and not _LETTER.search(_PLACE.sub("", one)):
                return message.form  # signs alone, which most languages write alike
            raise TermUnknownError((message.form,)) from None

    def _of_context(self, context: str, words: str) -> str:
        """The wording of the protocol's words in the catalogues of its trial, else in that of the language."""
        return _found(self._catalogues, context, words)

    def term(self, words: str) -> str:
        """The protocol's words, in the language.

        Raises:
            TermUnknownError: If there is no wording for them.
        """
        if words in self.own:
            return self.own[words]
        if isinstance(words, Msg) and words.context != TERM:
            return self.say(words)  # what stands for a label that would tell too much
        if self.is_english or not words:
            return words
        for template, numbers in ((words, []), (_NUMBER.sub("{}", words), _NUMBER.findall(words))):
            try:
                said = self._of_context(TERM, template)
            except KeyError:
                continue
            return said.format(*numbers) if numbers else said
        raise TermUnknownError((words,))

    def lay(self, words: str) -> str:
        """The protocol's words as a participant reads them; where there are no plainer ones, as they stand.

        Raises:
            TermUnknownError: If there is no wording for them.
        """
        if words not in self.own:
            with suppress(KeyError):
                return self._of_context(PARTICIPANT, words)
        return self.term(words)

    def plain_english(self, words: str) -> str:
        """The protocol's words as a participant reads them in English, by which it is judged what they tell."""
        try:
            return _found(self._english, PARTICIPANT, words)
        except KeyError:
            return words

    def given(self, words: str) -> str:
        """The user's wording for words of the protocol, or for a sentence; empty for none."""
        return self.own.get(words, "")

    def missing_lay(self, words: Iterable[str]) -> tuple[str, ...]:
        """Those of the protocol's words that can't be said to a participant in the language, each once."""
        return self._missing(words, self.lay)

    def missing_terms(self, words: Iterable[str]) -> tuple[str, ...]:
        """Those of the protocol's words for which there is no wording in the language, each once."""
        return self._missing(words, self.term)

    def _missing(self, words: Iterable[str], say: Callable[[str], str]) -> tuple[str, ...]:
        missing: dict[str, None] = {}
        for one in words:
            try:
                say(one)
            except TermUnknownError:
                missing[one] = None
        return tuple(missing)

    def full_date(self, day: date) -> str:
        """A date with its weekday: ``Monday 2 March 2026``; no month is ever a number that could be a day."""
        return self.date_words(day, "EEEE d MMMM y")

    def short_date(self, day: date) -> str:
        """A date with its weekday in few letters, which no line breaks apart: ``Mon 2 Mar 2026``."""
        return self.date_words(day, "EEE d MMM y").replace(" ", "\N{NO-BREAK SPACE}")

    def plain_date(self, day: date) -> str:
        """A date without its weekday: ``2 March 2026``."""
        return self.date_words(day, "d MMMM y")

    def month(self, day: date) -> str:
        """The month of a date with its year: ``March 2026``."""
        return self.date_words(day, "LLLL y")

    def weekdays(self) -> tuple[str, ...]:
        """The short names of the days of the week, from Monday."""
        from datetime import date  # noqa: PLC0415 - typing alone needs it above

        return tuple(_babel_date(date(2024, 1, day), "ccc", self.language) for day in range(1, 8))

    def date_words(self, day: date, pattern: str) -> str:
        """A date by the language's own pattern for an English one, which the catalogue has in the context ``date``."""
        return _babel_date(
            day, pattern if self.is_english else _found((_catalogue(self.language),), DATE, pattern), self.language
        )


@lru_cache(maxsize=4096)
def _babel_date(day: date, pattern: str, language: Language) -> str:
    from babel.dates import format_date  # noqa: PLC0415 - for pages alone

    return format_date(day, pattern, locale=language.value.replace("-", "_"))


def _found(catalogues: Iterable[NullTranslations], context: str, words: str) -> str:
    for catalogue in catalogues:
        with suppress(KeyError):
            return catalogue.pgettext(context, words) if context else catalogue.gettext(words)
    raise KeyError(words)


def _keeps_numbers(text: str, own: str) -> bool:
    """Whether a wording of the user has no number that the text doesn't have; an amount has none but the program's."""
    if _AMOUNT.fullmatch(text) or any(one.isnumeric() and not one.isascii() for one in own):
        return False  # the unit and the magnitude of an amount are the program's to say
    old, new = (Counter(_DIGITS.findall(one)) for one in (text, own))
    return new <= old


class Sayer:
    """Says messages in a language, and keeps what has no wording until all of a page is said.

    Attributes:
        wording: The language.
    """

    def __init__(self, wording: Wording) -> None:
        """Say in a language."""
        self.wording = wording
        self._missing: dict[str, None] = {}

    def __call__(self, message: Msg) -> str:
        """The message in the language; its English where there is no wording."""
        try:
            return self.wording.say(message)
        except TermUnknownError as unknown:
            self._missing.update(dict.fromkeys(unknown.terms))
            return str(message)

    def require_all(self) -> None:
        """See that everything had a wording.

        Raises:
            TermUnknownError: For the texts that have none, each named once.
        """
        if self._missing:
            raise TermUnknownError(tuple(self._missing))
