"""What the page says, in the language of whoever reads it.

Conventions: every text of the page is a ``Msg``, or the English sentence of another room; a date in it is said in full,
``short_…`` with few letters, and ``plain_…`` without its weekday. Words of a protocol for which a language has no
wording stay as they stand in the file; a text of the page without one is remembered in ``missing``, which the tests
hold empty.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from dosecal.model.messages import NAME, TERM, Msg, msgid
from dosecal.report.messages.language import Language, TermUnknownError, Wording

if TYPE_CHECKING:
    from gettext import NullTranslations

    from dosecal.model.messages import Argument

RECORD_WORDS = frozenset(
    (
        *(msgid("level"), msgid("end"), msgid("begun"), msgid("explained"), msgid("withdrawn"), msgid("printed")),
        *(msgid("check"), msgid("unblinded"), msgid("received"), msgid("set aside"), msgid("prepared"), msgid("given")),
        *(msgid("returned"), msgid("destroyed"), msgid("lost")),
    )
)
"""Words that files hold, and pages say: kinds of entries, and what became of containers."""

_NO_BREAK = "\N{NO-BREAK SPACE}"


class Speaker:
    """Says texts in one language.

    Attributes:
        language: The language.
        wording: The catalogues of printed pages.
        missing: The texts of the page that had no wording.
    """

    def __init__(self, language: Language, trials: tuple[NullTranslations, ...] = ()) -> None:
        """Speak a language.

        Args:
            language: The language.
            trials: The catalogues of the language beside the protocol files.
        """
        self.language = language
        self.wording = Wording(language, None, trials)
        self.missing: set[str] = set()

    def __call__(self, text: str) -> str:
        """A text in the language."""
        if not isinstance(text, Msg):
            return self._own(text)
        if not text.template:
            return str(text)
        if text.context in {TERM, NAME}:
            return self.term(text.template)
        return self._message(text)

    def t(self, template: str, /, **arguments: Argument) -> str:
        """A text that stands in a template of the page."""
        return self(Msg(template, **arguments))

    def term(self, words: str) -> str:
        """Words of the protocol; as they stand in the file where the language has none for them."""
        try:
            return self.wording.term(words)
        except TermUnknownError:
            return str(words)

    def day(self, day: date) -> str:
        """A date in full: ``Thursday 16 April 2026``."""
        return self._date(day, "EEEE d MMMM y")

    def short_day(self, day: date) -> str:
        """A date in few letters: ``Thu 16 April``."""
        return self._date(day, "EEE d MMMM")

    def plain_day(self, day: date) -> str:
        """A date without its weekday: ``16 April 2026``."""
        return self._date(day, "d MMMM y")

    def day_of_month(self, day: date) -> str:
        """The day and its month, for a calendar: ``16 Apr``."""
        return self._date(day, "d MMM")

    def day_of_week(self, day: date) -> str:
        """A day of the coming weeks: ``Thu 16``."""
        return self._date(day, "EEE d")

    def month(self, day: date) -> str:
        """A month with its year: ``April 2026``."""
        words = self._date(day, "LLLL y")
        return words[:1].upper() + words[1:]

    def month_alone(self, day: date) -> str:
        """A month: ``April``."""
        words = _date_words(day, "LLLL", self.language)
        return words[:1].upper() + words[1:]

    def weekday(self, day: date) -> str:
        """A day of the week: ``Thursday``."""
        return _date_words(day, "cccc", self.language)

    def weekday_letters(self, day: date) -> str:
        """A day of the week in two letters, for a calendar: ``Th``."""
        return _date_words(day, "cccccc", self.language)

    def _date(self, day: date, pattern: str) -> str:
        """The words of a date, which no line breaks."""
        return self.wording.date_words(day, pattern).replace(" ", _NO_BREAK)

    def _message(self, message: Msg) -> str:
        if self.language is Language.ENGLISH:
            is_made = str(message) == str(
                Msg.made(message.form, message.arguments)
            )  # a file may write it in its own way
            return message.form.format_map(self._arguments(message)) if is_made and message.arguments else str(message)
        try:
            template = self.wording.template(message)
        except TermUnknownError:
            self.missing.add(message.form)
            template = message.form
        return template.format_map(self._arguments(message))

    def _arguments(self, message: Msg) -> dict[str, str]:
        return {name: self._argument(name, value) for name, value in message.arguments.items()}

    def _argument(self, name: str, value: Argument) -> str:
        if isinstance(value, date):
            say = {"short": self.short_day, "plain": self.plain_day}.get(name.partition("_")[0], self.day)
            return say(value)
        return self(value) if isinstance(value, Msg) else value

    def _own(self, text: str) -> str:
        """A word of the record that is no message, one of ``RECORD_WORDS``; any other stays as it is."""
        return self._message(Msg(text)) if text in RECORD_WORDS else text


@lru_cache(maxsize=8192)
def _date_words(day: date, pattern: str, language: Language) -> str:
    """The words of a date, which no line breaks."""
    from babel.dates import format_date  # noqa: PLC0415 - 0.1 s, which a refusal of the port need not wait for

    return format_date(day, pattern, locale=language.value.replace("-", "_")).replace(" ", _NO_BREAK)
