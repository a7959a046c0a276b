"""The bytes of a file to whole lines of text, block by block, with the place of each byte that is no text.

Conventions: a byte that is no text of UTF-8 is a surrogate in the line, so that the line alone is lost. Where another
encoding was told, a byte that does not fit is a fault of the whole: what was told does not hold.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple, Protocol

from dosecal.load.tables.file_kind import refuse_other_kinds
from dosecal.model.problems import CohortError, Problem, Source, quoted
from dosecal.model.regex import regex


class ByteSource(Protocol):
    """An open binary file, as far as it is needed."""

    def read(self, size: int = -1, /) -> bytes:
        """So many bytes or fewer; all that is left for -1."""
        ...

    def readline(self) -> bytes:
        """The rest of a line with its end."""
        ...


BLOCK_BYTES = 1 << 22
"""About how many bytes are read at once: enough to be fast, few enough to be small."""
_UTF8 = frozenset(("utf-8", "utf-8-sig"))
_BAD = regex("[\0\ud800-\udfff]")
"""What stands in a decoded text for a byte that is none, and the zero byte."""


class Block(NamedTuple):
    """Whole lines of a file.

    Attributes:
        line: The number of the first.
        text: The lines with their ends; a byte that is no text of UTF-8 is a surrogate in it.
        is_damaged: Whether there is such a byte, or a zero byte.
    """

    line: int
    text: str
    is_damaged: bool


class Blocks:
    """The decoded lines of a file, block by block."""

    def __init__(self, content: ByteSource, file: str, encoding: str | None) -> None:
        """Decode an open binary file; None stands for UTF-8."""
        self._content = content
        self._file = file
        self._line = 1
        self._is_first, self._is_over = True, False
        self._rest = ""
        self._encoding = encoding or "utf-8"
        self._decoder = None if self._encoding in _UTF8 else codecs.getincrementaldecoder(self._encoding)()

    def __iter__(self) -> Blocks:
        """Itself."""
        return self

    def __next__(self) -> Block:
        """The next block.

        Raises:
            CohortError: If the file is of another kind, or is not in the encoding that was told.
        """
        content = b"" if self._is_over else self._content.read(BLOCK_BYTES)
        content += self._content.readline() if content else b""
        if self._is_first:
            refuse_other_kinds(content, self._file, self._encoding)
        self._is_over = not content
        if self._decoder is None:
            text, has_damage = self._decoded(content)
        else:
            text, has_damage = self._told(content, self._decoder), False
        if self._is_first:
            text = text.removeprefix("\ufeff")
            self._is_first = False
        if not text and self._is_over:
            raise StopIteration
        block = Block(self._line, text, has_damage)
        self._line += text.count("\n")
        return block

    def _decoded(self, content: bytes) -> tuple[str, bool]:
        """The text of UTF-8, and whether a byte in it is no text."""
        try:
            text = content.decode()
        except UnicodeDecodeError:
            return content.decode("utf-8", "surrogateescape"), True
        return text, "\0" in text

    def _told(self, content: bytes, decoder: codecs.IncrementalDecoder) -> str:
        """The whole lines of bytes in the told encoding; what is left of the last line comes with the next."""
        try:
            text = self._rest + decoder.decode(content, final=self._is_over)
        except UnicodeDecodeError as error:
            whole = self._rest + error.object[: error.start].decode(self._encoding, "replace")
            place = Source(self._file, self._line + whole.count("\n"), len(whole) - whole.rfind("\n"))
            message = f"expected text in {self._encoding}, as told, got the byte {error.object[error.start]:#04x}"
            raise CohortError((Problem(place, "C002", "", message),)) from None
        except UnicodeError as error:  # UTF-16 without the mark of its order
            message = f"expected text in {self._encoding}, as told, got another file: {error}"
            raise CohortError((Problem(Source(self._file), "C002", "", message),)) from None
        at = len(text) if self._is_over else text.rfind("\n") + 1
        self._rest = text[at:]
        return text[:at]


def is_damaged(text: str) -> bool:
    """Whether a byte that is no text stands in a text."""
    return _BAD.search(text) is not None


def damage(text: str, line: int, file: str) -> Problem | None:
    """The first byte of a text that is none, with the encodings in which it would be one; None for no such byte."""
    match = _BAD.search(text)
    if match is None:
        return None
    before = text[: match.start()]
    place = Source(file, line + before.count("\n"), len(before) - before.rfind("\n"))
    if match[0] == "\0":
        return Problem(place, "C002", "", "expected text in UTF-8, got a zero byte", "save it as UTF-8")
    row = text[before.rfind("\n") + 1 :].partition("\n")[0]
    message = f"expected text in UTF-8, got the byte {ord(match[0]) - 0xDC00:#04x}"
    return Problem(place, "C002", "", message, _encodings_of(row, place.column - 1))


def _encodings_of(row: str, at: int) -> str:
    """The cell around a byte as each of two encodings would read it, for whoever knows what it should say."""
    begin = max(row.rfind(one, 0, at) for one in ',;\t|"') + 1
    cell = re.split(r'[,;\t|"\r]', row[begin:], maxsplit=1)[0].encode("utf-8", "surrogateescape")
    told = []
    for encoding in ("cp1252", "gbk"):
        try:
            text = cell.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.isprintable():
            told.append(f"--encoding {encoding} reads {quoted(text)}")
    return ", ".join((*told, "or save it as UTF-8" if told else "save it as UTF-8"))
