"""The parts of an XLSX workbook: its sheets, its shared texts and what its styles show.

Conventions: the sizes that the archive declares are read first, and a part over its bound is refused before it is
unpacked; nothing beyond a declared size is unpacked.

Reference:
    ECMA-376, Office Open XML, part 1, 18 (SpreadsheetML), and part 2 (packages).
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import TYPE_CHECKING

from dosecal.load.doses.number_formats import NumberFormat, builtin_format, read_number_format
from dosecal.load.tables.xml_parts import DamagedError, QuietHandler, RichText, is_true, local_name, parse_xml
from dosecal.model.problems import CohortError, Problem, Source
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.tables.xml_parts import Attributes

MEBIBYTE = 1 << 20
MOST_SHEET_BYTES = 512 * MEBIBYTE
"""A sheet of a million rows and ten columns is smaller."""
MOST_TEXT_BYTES = 128 * MEBIBYTE
MOST_PART_BYTES = 16 * MEBIBYTE
_BLOCK_BYTES = 1 << 18


class SheetPart(Struct, frozen=True):
    """A sheet of a workbook.

    Attributes:
        name: Its name.
        path: Its part.
        is_hidden: Whether the workbook hides it.
    """

    name: str
    path: str
    is_hidden: bool


class CellStyle(Struct, frozen=True):
    """What a style shows of a cell.

    Attributes:
        format: How a number is shown.
        is_struck: Whether the cell is struck through.
    """

    format: NumberFormat
    is_struck: bool


class Workbook(Struct, frozen=True):
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


def _relations(archive: zipfile.ZipFile, path: str, file: str) -> list[tuple[str, str, str]]:
    """The kind, the target and the id of each relation of a part; an empty path is the package itself."""
    folder, name = posixpath.split(path)
    relations = _Relations(folder)
    own = posixpath.join(folder, "_rels", f"{name}.rels")
    parse_xml(relations, _blocks(archive, own, MOST_PART_BYTES, file))
    return relations.found


class _Relations(QuietHandler):
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


class _Head(QuietHandler):
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


class _Styles(QuietHandler):
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
        return tuple(
            CellStyle(known.get(code) or builtin_format(code), struck.get(font, False)) for code, font in pairs
        )
