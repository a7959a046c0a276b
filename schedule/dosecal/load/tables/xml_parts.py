"""XML of workbooks, read as it comes, and the texts in it that are made of parts.

Conventions: there is no document type and there are no entities of its own; what a tag or a text may hold back is
bounded. Names of elements are compared without their prefix, so that both dialects of the standard are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from xml.parsers import expat

from dosecal.model.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    Attributes = dict[str, str]

MOST_TOKEN_BYTES = 1 << 23
"""What the reader of XML may hold back of one unfinished tag or text."""
MOST_CELL_CHARACTERS = 131_072
"""The most characters of a cell, in whichever file."""
_ESCAPE = regex("_x([0-9A-Fa-f]{4})_")
_RAISED = frozenset(("superscript", "subscript"))
STRUCK, RAISED = "text that is struck through", "text with raised or lowered parts"


class XmlHandler(Protocol):
    """What is told of XML as it is read."""

    def start(self, element: str, attributes: Attributes, /) -> None:
        """A tag begins."""
        ...

    def end(self, element: str, /) -> None:
        """A tag ends."""
        ...

    def text(self, piece: str, /) -> None:
        """A piece of text."""
        ...


class DamagedError(Exception):
    """A part is not what the standard says; the text says what was found."""


def parse_xml(handler: XmlHandler, blocks: Iterator[bytes]) -> None:
    """Read XML: each tag by its name, and each text in pieces.

    Raises:
        DamagedError: If it is not well formed, has a document type, or holds a tag or text without end.
    """
    parser = xml_parser(handler)
    feed_xml(parser, blocks)


def xml_parser(handler: XmlHandler) -> expat.XMLParserType:
    """A reader of XML that gives what it reads to a handler."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse_document_type
    return parser


def feed_xml(parser: expat.XMLParserType, blocks: Iterator[bytes]) -> None:
    """Give a reader all its bytes; each block is read before the next one is asked for.

    Raises:
        DamagedError: If it is not well formed, has a document type, or holds a tag or text without end.
    """
    count = 0
    try:
        for block in blocks:
            parser.Parse(block, False)  # noqa: FBT003 - the library's own order
            count += len(block)
            if count - parser.CurrentByteIndex > MOST_TOKEN_BYTES:
                message = "a tag or a text without end"
                raise DamagedError(message)
        parser.Parse(b"", True)  # noqa: FBT003 - as above
    except expat.ExpatError as error:
        message = f"XML with a fault: {expat.ErrorString(error.code)}"
        raise DamagedError(message) from None


def _refuse_document_type(*_: object) -> None:
    message = "XML with a document type"
    raise DamagedError(message)


def local_name(name: str) -> str:
    """The name of an element without its prefix."""
    return name.rpartition(":")[2]


def is_true(text: str | None) -> bool:
    """Whether an attribute says yes."""
    return text in {"1", "true", "on"}


class QuietHandler:
    """Takes what is not looked at."""

    def end(self, element: str) -> None:
        """Pass over the end of a tag."""

    def text(self, piece: str) -> None:
        """Pass over a text."""


class RichText:
    """A text that may be made of parts with letters of their own.

    Attributes:
        doubt: What it is where it is shown otherwise than its letters say; empty where it is not.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._pieces: list[str] = []
        self._length = 0
        self._is_text = False
        self._readings = 0
        self.doubt = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """Look at a tag inside the text."""
        if name == "t":
            self._is_text = not self._readings
        elif name == "rPh":  # how Chinese or Japanese is pronounced
            self._readings += 1
        elif (name == "strike" and attributes.get("val", "1") in {"1", "true"}) or name == "dstrike":
            self.doubt = STRUCK
        elif name == "vertAlign" and attributes.get("val") in _RAISED:
            self.doubt = RAISED

    def end(self, name: str) -> None:
        """Look at the end of a tag."""
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._readings -= 1

    def add(self, text: str) -> None:
        """Add a piece where it belongs to the text.

        Raises:
            DamagedError: If the text becomes longer than a cell may be.
        """
        if self._is_text:
            self._length += len(text)
            if self._length > MOST_CELL_CHARACTERS:
                message = f"a text of more than {MOST_CELL_CHARACTERS:,} characters"
                raise DamagedError(message)
            self._pieces.append(text)

    def whole(self) -> str:
        """The text, with the characters that the format writes as ``_x000D_``."""
        text = "".join(self._pieces)
        return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
