"""The pieces that a protocol file's grammar is made of.

Conventions: a reader takes a node, records every problem with its place, and gives a value or ``UNREAD``. The same
readers write the JSON Schema of the format and the reference of its keys, so that what is checked and what is published
can't drift apart. Nothing is coerced: a value is read from the text that was typed, or it is a problem.

A key is said once, in its ``Field``: what reads it, what it means, an example, and where in the model it goes.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from dosecal.load.plain_text import line_fault
from dosecal.load.protocol.yaml_text import Mapping, Node, Scalar, Sequence
from dosecal.model.problems import Problem, RefusedError, Source, expected_got
from dosecal.model.quantity import read_grouped_number
from dosecal.model.regex import regex
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

Schema = dict[str, Any]
Values = dict[str, Any]

NONE_STATED = "none stated"


class _Unread:
    """The value of what could not be read; the problem is recorded."""


UNREAD = _Unread()


class Place(Struct):
    """Where reading is: the path of keys, and the problems so far."""

    path: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def at(self, *keys: str) -> Place:
        """The place below, with the same list of problems."""
        return Place((*self.path, *keys), self.problems)

    def refuse(self, source: Source, code: str, message: str, hint: str = "") -> _Unread:
        """Record a problem here."""
        self.problems.append(Problem(source, code, ".".join(self.path), message, hint))
        return UNREAD


class Said(Struct, frozen=True):
    """What a record says. A key within records may be named by its path (``rate.at_most``).

    Attributes:
        record: The record that was read.
        source: Where it begins.
        values: The values of the keys that are there and could be read.
        sources: Where the value of each key that is there begins, readable or not.
    """

    record: Record
    source: Source
    values: Values = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def value(self, path: str) -> Any:  # noqa: ANN401 - the value of whatever key is asked for
        """The value of a key, or None where it is missing, unreadable, or said to be none."""
        key, _, below = path.partition(".")
        value = self.values.get(key)
        return (value.value(below) if isinstance(value, Said) else None) if below else value

    def says(self, path: str) -> bool:
        """Whether a key is there, readable or not."""
        key, _, below = path.partition(".")
        value = self.values.get(key)
        return isinstance(value, Said) and value.says(below) if below else key in self.sources

    def where(self, path: str) -> Source:
        """Where the key's value begins, or the innermost record where the key is missing."""
        key, _, below = path.partition(".")
        value = self.values.get(key)
        return value.where(below) if below and isinstance(value, Said) else self.sources.get(key, self.source)

    def stated(self) -> Values:
        """The values that go into the model as they are, by the names that they have there; no value is none stated."""
        stated: Values = {}
        for key, value in self.values.items():
            into = self.record.fields[key].into
            if value is None or into is None:
                continue
            built = value.record.make(**value.stated()) if isinstance(value, Said) else value
            stated |= {into or key: built} if isinstance(into, str) else into(built)
        return stated


class Reader(Protocol):
    """Reads a node, and describes what it reads as JSON Schema."""

    def read(self, node: Node, place: Place) -> Any:  # noqa: ANN401 - each reader has a value of its own
        """The value, or ``UNREAD`` after recording every problem."""
        ...

    def schema(self) -> Schema:
        """The JSON Schema of what is read; it may allow more, never less."""
        ...


def describe(node: Node) -> str:
    """What was found, in words."""
    if isinstance(node, Scalar):
        return expected_got("", node.text).removeprefix("expected , got ")
    return "a list" if isinstance(node, Sequence) else "a mapping"


class Text(Struct, frozen=True):
    """A text that is not empty.

    Attributes:
        expected: What is expected, with an example, as the end of "expected …".
        parse: Makes the value from the text, or from the groups of ``shape``; None keeps the text. It raises
            ``RefusedError``, whose ``expected`` may be empty, or begin with a comma, for this text's own.
        code: The code of a refusal.
        pattern: A regular expression for the JSON Schema; empty for none.
        choices: The only texts there are, or none for any.
        may_break: Whether a text that is kept may have several lines.
        shape: What the whole text has to match; None for anything.
        hint: The hint for a text that doesn't match.
        fuller: What is expected of a text, where that is said at more length than in place of another thing.
    """

    expected: str
    parse: Callable[..., Any] | None = None
    code: str = "P104"
    pattern: str = ""
    choices: tuple[str, ...] = ()
    may_break: bool = False
    shape: re.Pattern[str] | None = None
    hint: str = ""
    fuller: str = ""

    def read(self, node: Node, place: Place) -> Any:  # noqa: ANN401 - the parser's value
        """The parsed text."""
        if not isinstance(node, Scalar) or not node.text.strip():
            found = "nothing" if isinstance(node, Scalar) else describe(node)
            return place.refuse(node.source, "P103", f"expected {self.expected}, got {found}")
        try:
            return self.parsed(node.text)
        except RefusedError as refusal:
            return place.refuse(node.source, self.code, expected_got(refusal.expected, node.text), refusal.hint)

    def parsed(self, text: str) -> Any:  # noqa: ANN401 - the parser's value
        """The value of a text.

        Raises:
            RefusedError: If the text has none.
        """
        expected = self.fuller or self.expected
        match = None if self.shape is None else self.shape.fullmatch(text)
        if (self.choices and text not in self.choices) or (self.shape is not None and match is None):
            raise RefusedError(expected, self.hint)
        if self.parse is None:
            if fault := line_fault(text.replace("\n", " ") if self.may_break else text):
                raise RefusedError(expected, fault)
            return text
        try:
            return self.parse(text) if match is None else self.parse(*match.groups())
        except RefusedError as refusal:
            own = expected if refusal.expected[:1] in {"", ","} else ""
            raise RefusedError(own + refusal.expected, refusal.hint) from None

    def schema(self) -> Schema:
        """A string with its choices or pattern; a number too, since editors take ``14`` for one."""
        about = f"Expected {self.expected}."
        if self.choices:
            return {"enum": list(self.choices), "description": about}
        limits: Schema = {"pattern": self.pattern} if self.pattern else {"minLength": 1}
        return {"type": ["string", "number"], **limits, "description": about}


def as_own(parse: Callable[[str], Any], text: str) -> Any:  # noqa: ANN401 - the parser's value
    """What another parser makes of a part of a text; what it expects is not said.

    Raises:
        RefusedError: With its hint alone.
    """
    try:
        return parse(text)
    except RefusedError as refusal:
        raise RefusedError("", refusal.hint) from None


def positive(text: str) -> Fraction:
    """A number above 0, which may have commas between its thousands.

    Raises:
        RefusedError: If the text is no such number.
    """
    number: Fraction = as_own(read_grouped_number, text)
    if not number:
        raise RefusedError(", above 0")
    return number


def one_of(*choices: str | Enum, parse: Callable[[str], Any] | None = None) -> Text:
    """A reader of a closed set of words, which are kept; or of the members of an enumeration, by their values."""
    words = tuple(str(one.value) if isinstance(one, Enum) else one for one in choices)
    made = type(choices[0]) if isinstance(choices[0], Enum) else parse
    return Text(" or ".join(f'"{word}"' for word in words), made, "P106", choices=words)


ID_PATTERN = "[A-Za-z][A-Za-z0-9_.-]{0,39}"
IDENTIFIER = Text(
    'an id such as "chest_imaging"',
    code="P107",
    pattern=f"^{ID_PATTERN}$",
    shape=regex(ID_PATTERN, re.ASCII),
    hint="letters, digits, _ - . and a letter first",
    fuller='an id such as "chest_imaging" or "D3"',
)


class OrWord(Struct, frozen=True):
    """Either one word, which gives a value of its own, or what another reader reads."""

    reader: Reader
    word: str
    value: str | None

    def read(self, node: Node, place: Place) -> Any:  # noqa: ANN401 - the other reader's value
        """The word's value for the word, else the other reader's value."""
        if isinstance(node, Scalar) and node.text == self.word:
            return self.value
        return self.reader.read(node, place)

    def schema(self) -> Schema:
        """Either of the two."""
        return {"anyOf": [{"const": self.word}, self.reader.schema()]}


def or_none_stated(reader: Reader) -> OrWord:
    """Either the words ``none stated``, which give None, or what another reader reads."""
    return OrWord(reader, NONE_STATED, None)


class ListOf(Struct, frozen=True):
    """A list, not empty, of what another reader reads."""

    reader: Reader
    expected: str

    def read(self, node: Node, place: Place) -> Any:  # noqa: ANN401 - a tuple of the other reader's values
        """A tuple of ``(value, source)`` pairs, without the items that could not be read."""
        if not isinstance(node, Sequence) or not node.items:
            return place.refuse(node.source, "P103", f"expected {self.expected}, got {_emptiness(node)}")
        values = [(self.reader.read(item, place.at(str(k + 1))), item.source) for k, item in enumerate(node.items)]
        return tuple(pair for pair in values if pair[0] is not UNREAD)

    def schema(self) -> Schema:
        """An array of the other reader's schema."""
        return {"type": "array", "items": self.reader.schema(), "minItems": 1}


def _emptiness(node: Node) -> str:
    held = node.items if isinstance(node, Sequence) else node.entries if isinstance(node, Mapping) else node.text
    return describe(node) if held or isinstance(node, Scalar) else describe(node).replace("a ", "an empty ")


class ByShape(Struct, frozen=True):
    """One reader for a list, one for a mapping by a key that it has, another for anything else.

    Attributes:
        of_list: Reads a list.
        of_other: Reads anything else.
        of_maps: Pairs of a key and the reader of the mappings that have it; the first that fits is taken, the last for
            a mapping that has none of the keys. Empty to leave mappings to ``of_other``.
    """

    of_list: Reader
    of_other: Reader
    of_maps: tuple[tuple[str, Reader], ...] = ()

    def read(self, node: Node, place: Place) -> Any:  # noqa: ANN401 - the value of whichever reader
        """What the reader for the node's shape reads."""
        if isinstance(node, Mapping) and self.of_maps:
            keys = {key.text for key, _ in node.entries}
            reader = next((one for key, one in self.of_maps if key in keys), self.of_maps[-1][1])
            return reader.read(node, place)
        return (self.of_list if isinstance(node, Sequence) else self.of_other).read(node, place)

    def schema(self) -> Schema:
        """Any of them."""
        readers = (self.of_other, self.of_list, *(reader for _, reader in self.of_maps))
        return {"anyOf": [reader.schema() for reader in readers]}


class MapOf(Struct, frozen=True):
    """A mapping, not empty, from ids to what another reader reads."""

    reader: Reader
    expected: str
    key: Text = IDENTIFIER

    def read(self, node: Node, place: Place) -> Any:  # noqa: ANN401 - a tuple of the other reader's values
        """A tuple of ``(key, value, source of the key)`` in file order, without unreadable keys.

        An unreadable value is ``UNREAD`` and keeps its key, so that what mentions the key is not taken for a slip.
        """
        if not isinstance(node, Mapping) or not node.entries:
            return place.refuse(node.source, "P103", f"expected {self.expected}, got {_emptiness(node)}")
        triples = []
        for key, child in node.entries:
            below = place.at(key.text)
            name = self.key.read(key, below)
            value = self.reader.read(child, below)
            if name is not UNREAD:
                triples.append((name, value, key.source))
        return tuple(triples)

    def schema(self) -> Schema:
        """An object whose property names match the key's pattern."""
        return {
            "type": "object",
            "propertyNames": {"pattern": self.key.pattern},
            "additionalProperties": self.reader.schema(),
            "minProperties": 1,
        }


class Field(Struct, frozen=True):
    """One key of a record.

    Attributes:
        reader: Reads its value.
        about: What the key says, for problems, the JSON Schema and the reference.
        more: How the reference goes on, in Markdown; it says by itself which words the key takes.
        example: A value, or several in code of Markdown, for the reference; empty for those that the reader names.
        is_required: Whether the file must say it.
        into: Where in the model the value goes: the attribute, which is the key where this is empty; or the attributes
            that are made of it; None where whoever builds the model works it out.
    """

    reader: Reader
    about: str
    more: str = ""
    example: str = ""
    is_required: bool = False
    into: str | Callable[[Any], Values] | None = ""


class Record(Struct, frozen=True):
    """A mapping with a closed set of keys, of which ``make`` makes what it is in the model, by the names there."""

    fields: dict[str, Field]
    expected: str
    make: Callable[..., Any] = dict

    def read(self, node: Node, place: Place) -> Any:  # noqa: ANN401 - the values by key, or UNREAD
        """The values by key, without the keys that are missing or could not be read, and where each stands."""
        if not isinstance(node, Mapping):
            return place.refuse(node.source, "P103", f"expected {self.expected}, got {describe(node)}")
        said = Said(self, node.source)
        keys = ", ".join(self.fields)
        for key, child in node.entries:
            known = self.fields.get(key.text)
            if known is None:
                place.at(key.text).refuse(key.source, "P101", f"expected one of {keys}, got an unknown key")
                continue
            said.sources[key.text] = child.source
            value = known.reader.read(child, place.at(key.text))
            if value is not UNREAD:
                said.values[key.text] = value
        for name, known in self.fields.items():
            if known.is_required and name not in said.sources:
                place.at(name).refuse(node.source, "P102", f"expected {known.about}, got nothing: the key is missing")
        return said

    def schema(self) -> Schema:
        """An object with these properties and no others."""
        properties = {}
        for name, known in self.fields.items():
            properties[name] = {**known.reader.schema(), "title": known.about}
        required = [name for name, known in self.fields.items() if known.is_required]
        schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**schema, "required": required} if required else schema


LABEL = Text('words such as "Chest X-ray or CT"')
QUOTE = Text("the sentence of the source", may_break=True)
IDS = ListOf(IDENTIFIER, 'a list of ids such as "[D1, D3]"')


def schema_of(record: Record, title: str, about: str) -> Schema:
    """The JSON Schema of a file that is a record."""
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "title": title, "description": about, **record.schema()}
