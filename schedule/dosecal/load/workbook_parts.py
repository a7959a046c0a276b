"""The parts of an XLSX workbook: its sheets, its shared texts and what its styles show.

Conventions: the sizes that the archive declares are read first, and a part over its bound is refused before it is
unpacked; nothing beyond a declared size is unpacked. XML is read as it comes, with no document type and no entities of
its own. Names of elements are compared without their prefix, so that both dialects of the standard are read.

Reference:
    ECMA-376, Office Open XML, part 1, 18 (SpreadsheetML), and part 2 (packages).
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from xml.parsers import expat

from dosecal.load.number_formats import NumberFormat, builtin_format, read_number_format
from dosecal.model.problems import CohortError, Problem, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    Attributes = dict[str, str]

MEBIBYTE = 1 << 20
MOST_SHEET_BYTES = 512 * MEBIBYTE
"""A sheet of a million rows and ten columns is smaller."""
MOST_TEXT_BYTES = 128 * MEBIBYTE
MOST_PART_BYTES = 16 * MEBIBYTE
MOST_TOKEN_BYTES = 8 * MEBIBYTE
"""What the XML reader may hold back of one unfinished tag or text."""
MOST_CELL_CHARACTERS = 131_072
_BLOCK_BYTES = 1 << 18
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
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


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of a workbook.

    Attributes:
        name: Its name.
        path: Its part.
        is_hidden: Whether the workbook hides it.
    """

    name: str
    path: str
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class CellStyle:
    """What a style shows of a cell.

    Attributes:
        format: How a number is shown.
        is_struck: Whether the cell is struck through.
    """

    format: NumberFormat
    is_struck: bool


@dataclass(frozen=True, slots=True)
class Workbook:
    """What is needed of a workbook to read the cells of its sheets.

    Attributes:
        archive: Its parts.
        file: The name for problems.
        sheets: Its sheets with cells, in order.
        texts: The shared texts; one that can't be read for certain has its reason in ``doubtful``.
        doubtful: The places of shared texts that are shown otherwise than they are, with what they are.
        styles: The styles that cells refer to.
        first_day: The day 0 of its dates, in days since 1970-01-01.
        is_uncalculated: Whether it asks for its formulas to be calculated when it is opened.
    """

    archive: zipfile.ZipFile
    file: str
    sheets: tuple[SheetPart, ...]
    texts: list[str]
    doubtful: dict[int, str]
    styles: tuple[CellStyle, ...]
    first_day: int
    is_uncalculated: bool

    def sheet_blocks(self, sheet: SheetPart) -> Iterator[bytes]:
        """The XML of a sheet, block by block."""
        return _blocks(self.archive, sheet.path, MOST_SHEET_BYTES, self.file)


DAYS_1900, DAYS_1904 = -25_569, -24_107
"""Days from 1970-01-01 back to day 0 of the two calendars of spreadsheets, 1899-12-30 and 1904-01-01."""


def open_workbook(content: bytes, file: str) -> Workbook:
    """The workbook in the bytes of a file.

    Raises:
        CohortError: If it is too large, or no workbook.
        DamagedError: If one of its parts can't be read.
    """
    archive = zipfile.ZipFile(io.BytesIO(content))
    names = archive.namelist()
    if len(names) != len(set(names)):
        message = "a part that stands twice"
        raise DamagedError(message)
    if any(info.flag_bits & 1 for info in archive.infolist()):
        message = "a part that is protected by a password"
        raise DamagedError(message)
    main = next((path for kind, path, _ in _relations(archive, "", file) if kind == "officeDocument"), "")
    relations = _relations(archive, main, file)
    paths = {identity: (kind, path) for kind, path, identity in relations}
    head = _Head()
    parse_xml(head, _blocks(archive, main, MOST_PART_BYTES, file))
    by_kind = {kind: path for kind, path, _ in relations}
    texts = _Texts()
    if "sharedStrings" in by_kind:
        parse_xml(texts, _blocks(archive, by_kind["sharedStrings"], MOST_TEXT_BYTES, file))
    styles = _Styles()
    if "styles" in by_kind:
        parse_xml(styles, _blocks(archive, by_kind["styles"], MOST_PART_BYTES, file))
    sheets = tuple(
        SheetPart(name, paths[identity][1], is_hidden)
        for name, identity, is_hidden in head.sheets
        if paths.get(identity, ("",))[0] == "worksheet"
    )
    first_day = DAYS_1904 if head.is_1904 else DAYS_1900
    return Workbook(
        archive, file, sheets, texts.texts, texts.doubtful, styles.styles(), first_day, head.is_uncalculated
    )


def _blocks(archive: zipfile.ZipFile, path: str, most: int, file: str) -> Iterator[bytes]:
    """The bytes of a part.

    Raises:
        CohortError: If it is larger than it may be.
        DamagedError: If it is not there, or can't be unpacked.
    """
    try:
        size = archive.getinfo(path).file_size
    except KeyError:
        message = f"no part {path or 'with a workbook'}"
        raise DamagedError(message) from None
    if size > most:
        found = f"{size:,} ({path})"
        raise too_large(file, f"parts of at most {most:,} bytes when they are unpacked", found)
    try:
        with archive.open(path) as part:
            while block := part.read(_BLOCK_BYTES):
                yield block
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise DamagedError(" ".join(str(error).split()) or type(error).__name__) from None


def too_large(file: str, expected: str, found: str) -> CohortError:
    """The refusal of a workbook by its size."""
    hint = "copy the table alone into a new workbook, or save it as CSV in UTF-8"
    return CohortError((Problem(Source(file), "C014", "", f"expected {expected}, got {found}", hint),))


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


def _relations(archive: zipfile.ZipFile, path: str, file: str) -> list[tuple[str, str, str]]:
    """The kind, the target and the id of each relation of a part; an empty path is the package itself."""
    folder, name = posixpath.split(path)
    relations = _Relations(folder)
    own = posixpath.join(folder, "_rels", f"{name}.rels")
    parse_xml(relations, _blocks(archive, own, MOST_PART_BYTES, file))
    return relations.found


class _Quiet:
    """Takes what is not looked at."""

    def end(self, element: str) -> None:
        """Pass over the end of a tag."""

    def text(self, piece: str) -> None:
        """Pass over a text."""


class _Relations(_Quiet):
    """The relations of a part."""

    def __init__(self, folder: str) -> None:
        self.found: list[tuple[str, str, str]] = []
        self._folder = folder

    def start(self, element: str, attributes: Attributes) -> None:
        """Look at a tag."""
        if local_name(element) == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", self._folder, attributes.get("Target", "")))
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found.append((kind, target.lstrip("/"), attributes.get("Id", "")))


class _Head(_Quiet):
    """The workbook part: its sheets, its calendar, and whether its formulas are to be calculated."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.is_1904 = False
        self.is_uncalculated = False

    def start(self, element: str, attributes: Attributes) -> None:
        """Look at a tag."""
        name = local_name(element)
        if name == "sheet":
            identity = next((value for key, value in attributes.items() if local_name(key) == "id"), "")
            self.sheets.append((attributes.get("name", ""), identity, attributes.get("state", "visible") != "visible"))
        elif name == "workbookPr":
            self.is_1904 = is_true(attributes.get("date1904"))
        elif name == "calcPr":
            self.is_uncalculated = is_true(attributes.get("fullCalcOnLoad"))


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


class _Texts:
    """The part with the shared texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.doubtful: dict[int, str] = {}
        self._text = RichText()

    def start(self, element: str, attributes: Attributes) -> None:
        """Look at a tag."""
        name = local_name(element)
        if name == "si":
            self._text = RichText()
        else:
            self._text.start(name, attributes)

    def text(self, piece: str) -> None:
        """Take a piece of text."""
        self._text.add(piece)

    def end(self, element: str) -> None:
        """Look at the end of a tag."""
        name = local_name(element)
        if name == "si":
            if self._text.doubt:
                self.doubtful[len(self.texts)] = self._text.doubt
            self.texts.append(self._text.whole())
        else:
            self._text.end(name)


class _Styles(_Quiet):
    """The part with the styles: number formats and fonts, and the pairs of them that cells refer to."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        self._struck: list[bool] = []
        self._pairs: list[tuple[str, str]] = []
        self._inside: list[str] = []

    def start(self, element: str, attributes: Attributes) -> None:
        """Look at a tag."""
        name = local_name(element)
        inside = self._inside[-1] if self._inside else ""
        if name == "numFmt" and inside == "numFmts":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "font" and inside == "fonts":
            self._struck.append(False)
        elif name == "strike" and inside == "font" and self._inside[-2:-1] == ["fonts"]:
            self._struck[-1] = attributes.get("val", "1") in {"1", "true"}
        elif name == "xf" and inside == "cellXfs":
            self._pairs.append((attributes.get("numFmtId", "0"), attributes.get("fontId", "0")))
        self._inside.append(name)

    def end(self, element: str) -> None:  # noqa: ARG002 - which one ends is known
        """Look at the end of a tag."""
        self._inside.pop()

    def styles(self) -> tuple[CellStyle, ...]:
        """The styles, by the number that cells have."""
        known = {code: read_number_format(text) for code, text in self._codes.items()}
        struck = {str(place): is_struck for place, is_struck in enumerate(self._struck)}
        pairs = self._pairs or [("0", "0")]
        return tuple(CellStyle(known.get(code) or builtin_format(code), struck.get(font, False)) for code, font in pairs)
