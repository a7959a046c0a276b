"""The pieces that a protocol file's grammar is made of.

Conventions: a reader takes a node, records every problem with its place, and gives a value or ``UNREAD``. The same
readers write the JSON Schema of the format, so that what is checked and what is published can't drift apart. Nothing
is coerced: a value is read from the text that was typed, or it is a problem.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

from dosecal.load.plain_text import line_fault
from dosecal.load.protocol.yaml_text import Mapping, Node, Scalar, Sequence
from dosecal.model.problems import Problem, RefusedError, Source, expected_got
from dosecal.model.regex import regex
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable

Schema = dict[str, Any]
Values = dict[str, Any]

_ID = regex(r"[A-Za-z][A-Za-z0-9_.-]{0,39}", re.ASCII)
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
    """What a record says.

    Attributes:
        source: Where the record begins.
        values: The values of the keys that are there and could be read.
        sources: Where the value of each key that is there begins, readable or not.
    """

    source: Source
    values: Values = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def where(self, key: str) -> Source:
        """Where the key's value begins, or the record where the key is missing."""
        return self.sources.get(key, self.source)


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
        parse: Makes the value from the text, or raises ``RefusedError``; None keeps the text.
        code: The code of a refusal.
        pattern: A regular expression for the JSON Schema; empty for none.
        choices: The only texts there are, or none for any.
        may_break: Whether a text that is kept may have several lines.
    """

    expected: str
    parse: Callable[[str], Any] | None = None
    code: str = "P104"
    pattern: str = ""
    choices: tuple[str, ...] = ()
    may_break: bool = False

    def read(self, node: Node, place: Place) -> Any:  # noqa: ANN401 - the parser's value
        """The parsed text."""
        if not isinstance(node, Scalar) or not node.text.strip():
            found = "nothing" if isinstance(node, Scalar) else describe(node)
            return place.refuse(node.source, "P103", f"expected {self.expected}, got {found}")
        if self.choices and node.text not in self.choices:
            return place.refuse(node.source, self.code, expected_got(self.expected, node.text))
        if self.parse is None:
            fault = line_fault(node.text.replace("\n", " ") if self.may_break else node.text)
            return (
                place.refuse(node.source, self.code, expected_got(self.expected, node.text), fault)
                if fault
                else node.text
            )
        try:
            return self.parse(node.text)
        except RefusedError as refusal:
            return place.refuse(node.source, self.code, expected_got(refusal.expected, node.text), refusal.hint)

    def schema(self) -> Schema:
        """A string with its choices or pattern; a number too, since editors take ``14`` for one."""
        about = f"Expected {self.expected}."
        if self.choices:
            return {"enum": list(self.choices), "description": about}
        limits: Schema = {"pattern": self.pattern} if self.pattern else {"minLength": 1}
        return {"type": ["string", "number"], **limits, "description": about}


def one_of(*choices: str, code: str = "P106") -> Text:
    """A reader of a closed set of words."""
    shown = " or ".join(f'"{choice}"' for choice in choices)
    return Text(shown, code=code, choices=choices)


def parse_id(text: str) -> str:
    """An id: a letter, then up to 39 letters, digits, hyphens, points or underscores.

    Raises:
        RefusedError: If the text is not such an id.
    """
    if _ID.fullmatch(text) is None:
        raise RefusedError('an id such as "chest_imaging" or "D3"', "letters, digits, _ - . and a letter first")
    return text


ID_PATTERN = "^[A-Za-z][A-Za-z0-9_.-]{0,39}$"
IDENTIFIER = Text('an id such as "chest_imaging"', parse=parse_id, code="P107", pattern=ID_PATTERN)


class OrWord(Struct, frozen=True):
    """Either one word, which gives a value of its own, or what another reader reads.

    Attributes:
        reader: The other reader.
        word: The word.
        value: What the word gives.
    """

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
    if isinstance(node, Sequence) and not node.items:
        return "an empty list"
    if isinstance(node, Mapping) and not node.entries:
        return "an empty mapping"
    return describe(node)


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
        about: What the key says, for the JSON Schema and the docs.
        is_required: Whether the file must say it.
    """

    reader: Reader
    about: str
    is_required: bool = False


class Record(Struct, frozen=True):
    """A mapping with a closed set of keys.

    Attributes:
        fields: Each key with its field; any other key is refused.
        expected: What is expected in its place.
    """

    fields: dict[str, Field]
    expected: str

    def read(self, node: Node, place: Place) -> Any:  # noqa: ANN401 - the values by key, or UNREAD
        """The values by key, without the keys that are missing or could not be read, and where each stands."""
        if not isinstance(node, Mapping):
            return place.refuse(node.source, "P103", f"expected {self.expected}, got {describe(node)}")
        said = Said(node.source)
        for key, child in node.entries:
            known = self.fields.get(key.text)
            if known is None:
                place.at(key.text).refuse(key.source, "P101", f"expected one of {self._keys()}, got an unknown key")
                continue
            said.sources[key.text] = child.source
            value = known.reader.read(child, place.at(key.text))
            if value is not UNREAD:
                said.values[key.text] = value
        for name, known in self.fields.items():
            if known.is_required and name not in said.sources:
                place.at(name).refuse(node.source, "P102", f"expected {known.about}, got nothing: the key is missing")
        return said

    def _keys(self) -> str:
        return ", ".join(self.fields)

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
NOT_STATED = Text(f'"{NONE_STATED}"', parse=lambda _: None, code="P106", choices=(NONE_STATED,))
IDS = ListOf(IDENTIFIER, 'a list of ids such as "[D1, D3]"')
