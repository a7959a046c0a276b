"""Messages as data: an English text that knows the template and the arguments that it was made of.

Conventions: whoever has something to say makes a ``Msg`` of a template and of arguments with types; the English text is
what it is as a ``str``, so that tables, terminals and programs print it as it stands. Another language says the same
template and the same arguments by its catalogue (``report/messages``) and never takes the English text apart. A text
that is cut, joined or changed is no ``Msg`` any longer, and a type checker says so.

Templates are literal texts, so that they can be extracted: ``Msg("{dose} of ideal weight", dose=dose)``. Those of a
table are marked by ``msgid``, or by ``forms`` where they have a plural.

An argument is
    a ``Msg``: said in the language too,
    a ``date``: printed in the language's own way, with its weekday unless the argument is named ``plain_day``,
    a ``str``: an id, a number in digits or a word of the file that stays as it is in every language.

Example:
    >>> dose = plural("{n} vial", "{n} vials", 2)
    >>> dose
    '2 vials'
    >>> Msg("open {what}", what=dose).arguments["what"].template
    '{n} vial'
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from dosecal.model.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    Argument = str | date
    """What may stand in a place of a template; a ``Msg`` is a ``str``."""

TERM, NAME = "term", "name"
"""The contexts of the protocol's own words: one that has to be in the catalogues, and an id that is said if it is."""

PLAIN_DAY = "plain_day"
"""The name of an argument that is a date without its weekday."""

_NUMBER = regex(r"[0-9]+")


class Msg(str):
    """Something that is said: an English text with what it was made of.

    Attributes:
        template: The English template, the key of the catalogues; empty for a text that stays as it is.
        arguments: What stands in its places, by name; one that the English does not use may serve other languages.
        context: What tells two templates of the same words apart; empty for none.
        many: The template of the plural; empty for a template that has one form.
        number: The number that chooses between the forms.
    """

    __slots__ = ("arguments", "context", "many", "number", "template")

    template: str
    arguments: Mapping[str, Argument]
    context: str
    many: str
    number: int

    def __new__(cls, template: str, /, **arguments: Argument) -> Msg:  # noqa: PYI034 - no class is made of it
        """Say something.

        Args:
            template: The English template; a place is ``{name}``.
            arguments: What stands in its places.

        Raises:
            KeyError: If the template has a place without an argument: a fault of the program.
        """
        return Msg.made(template, arguments)

    @classmethod
    def made(
        cls,
        template: str,
        arguments: Mapping[str, Argument],
        *,
        context: str = "",
        many: str = "",
        count: int = 1,
        text: str | None = None,
    ) -> Msg:
        """A message of all its parts; ``text`` is its English where that is not what the template makes."""
        if text is None:
            form = template if not many or count in {1, -1} else many
            text = form.format_map({name: _english(name, value) for name, value in arguments.items()})
        message = str.__new__(cls, text)
        message.template = template
        message.arguments = arguments
        message.context = context
        message.many = many
        message.number = count
        return message

    @property
    def form(self) -> str:
        """The English template that its number chooses."""
        return self.template if not self.many or self.number in {1, -1} else self.many

    def __reduce__(self) -> tuple[object, ...]:
        """What copies and pickles are made of."""
        parts = (str(self), self.template, dict(self.arguments), self.context, self.many, self.number)
        return _remade, parts


def _remade(text: str, template: str, arguments: Mapping[str, Argument], context: str, many: str, count: int) -> Msg:
    return Msg.made(template, arguments, context=context, many=many, count=count, text=text)


def _english(name: str, value: Argument) -> str:
    if isinstance(value, str):
        return value
    plain = f"{value.day} {value:%B} {value.year}"  # a date: 2 March 2026
    return plain if name == PLAIN_DAY else f"{value:%A} {plain}"


def msgid(template: str) -> str:
    """A template of a table: itself, marked for the extraction."""
    return template


def forms(one: str, many: str) -> tuple[str, str]:
    """The two templates of a table's plural, marked for the extraction."""
    return one, many


def in_context(context: str, template: str, /, **arguments: Argument) -> Msg:
    """A message whose English words mean several things; the context says which."""
    return Msg.made(template, arguments, context=context)


def plural(one: str, many: str, count: int, /, **arguments: Argument) -> Msg:
    """A message with a number, ``{n}``, which chooses between the forms: ``1 day``, ``2 days``, ``1,000 days``.

    Args:
        one: The template for one; -1 is one, too.
        many: The template for all other numbers.
        count: The number.
        arguments: What stands in the other places; ``n`` where the number is written otherwise.
    """
    return Msg.made(one, {"n": f"{count:,}", **arguments}, many=many, count=count)


def term(words: str) -> Msg:
    """The protocol's own words (a label, an assessment, an arm): looked up by themselves, numbers apart."""
    return words if isinstance(words, Msg) else Msg.made(words, {}, context=TERM, text=words)


def named(label: str, own_id: str) -> Msg:
    """The protocol's words for a thing; of one that has none, its id, which is said where the catalogues know it."""
    return term(label) if label != own_id else Msg.made(label, {}, context=NAME, text=label)


def unsaid(text: str) -> Msg:
    """A text that stays as it is in every language: an id, digits, a quotation, what stands on a label."""
    return Msg.made("", {}, text=text)


def written(text: str, message: Msg) -> Msg:
    """What a file writes in its own way: English keeps that, other languages say the message."""
    return Msg.made(
        message.template,
        message.arguments,
        context=message.context,
        many=message.many,
        count=message.number,
        text=text,
    )


NOTHING = unsaid("")
"""Nothing to say."""


def joined(parts: Iterable[Msg], joint: str = "{first}; {rest}") -> Msg:
    """Messages one after another, without the empty ones; nothing for none.

    Args:
        parts: The messages.
        joint: How two are joined, one of the templates below.
    """
    said = [part for part in parts if part]
    return reduce(lambda first, rest: Msg(joint, first=first, rest=rest), said) if said else NOTHING


SEMICOLON, COMMA = msgid("{first}; {rest}"), msgid("{first}, {rest}")
AND, SENTENCES, LINE_WORDS = msgid("{first} and {rest}"), msgid("{first}. {rest}"), msgid("{first} {rest}")
"""How the parts of a list are joined."""
