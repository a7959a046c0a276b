"""What a file is by its first bytes, where that is not what its name says, and what to do with it.

Conventions: a file is never read as something else than its name says; what it is, is named, and how to go on.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import NamedTuple

from dosecal.model.problems import CohortError, Problem, Source, quoted
from dosecal.model.regex import regex

WORKBOOKS = ("xlsx", "xlsm")
PARQUETS = ("parquet", "pq")
UNREAD = ("xls", "xlsb", "xltx", "xltm", "xlt", "ods", "fods", "ots", "numbers", "htm", "html", "xml", "pdf")
"""Ends of names of formats that are not read."""
WORKBOOK = "an XLSX workbook"
_SAVE = 'open it and save it as "CSV UTF-8" or as an Excel workbook (.xlsx)'
_OLD = "a workbook of an old Excel (.xls)"
_START = rb"(?:\xef\xbb\xbf)?\s*"
_MARKS = tuple(
    (regex(pattern, re.DOTALL | re.IGNORECASE), words, hint)
    for pattern, words, hint in (
        (rb"PAR1.{0,60}[\x00-\x08]", "a Parquet file", "give it a name that ends in .parquet"),
        (rb"ARROW1\0", "an Arrow or Feather file", "write it as Parquet"),
        (rb"%PDF-", "a PDF", "ask for the table that it was made from"),
        (rb"\x1f\x8b|BZh[1-9]1AY|\xfd7zXZ\0|\x28\xb5\x2f\xfd|7z\xbc\xaf|Rar!\x1a", "a compressed file", "unpack it"),
        (rb"\{\\rtf", "a text in RTF", _SAVE),
        (rb"\0{12}\xc2\xea\x81\x60", "a data set of SAS", _SAVE),
        (rb"HEADER RECORD\*{7}", "a SAS transport file", _SAVE),
        (rb"\$FL[23]@", "a data set of SPSS", _SAVE),
        (rb"SQLite format 3\0", "an SQLite database", "export its table as CSV"),
        (rb"\x09[\x00\x02\x04\x08][\x00-\x10]\x00", _OLD, _SAVE),  # before 1995, without a container around it
        (_START + rb"<(?:!doctype\s+html|html|head|meta|style|table|body|div)\b", "a web page (HTML)", _SAVE),
        (rb"MIME-Version:", "a web page in one file (MHTML)", _SAVE),
        (
            _START + rb"<\?xml\b.{0,4000}urn:schemas-microsoft-com:office:spreadsheet",
            "an XML spreadsheet of 2003",
            _SAVE,
        ),
        (_START + rb"<\?xml\b", "XML", _SAVE),
    )
)
"""How a file begins, what it is, and what to do."""
_INSIDE = tuple(
    (regex(pattern, re.MULTILINE), words, hint)
    for pattern, words, hint in (
        (r"^xl/workbook\.bin$", "a binary workbook (.xlsb)", _SAVE),
        (r"^xl/", WORKBOOK, "give it a name that ends in .xlsx"),
        (
            r"\.iwa$|^Index\.zip$",
            "a spreadsheet of Numbers",
            "export it as CSV in UTF-8 or as an Excel workbook (.xlsx)",
        ),
        (r"^word/", "a document of Word", "copy its table into a spreadsheet"),
    )
)
"""What stands in a zip archive, what it is then, and what to do."""
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04", b"PK\x05\x06"
_UTF16 = ((b"\xff\xfe\0\0", ""), (b"\0\0\xfe\xff", ""), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class FileKind(NamedTuple):
    """What a file is, in words such as ``a PDF``, and what to do with it."""

    words: str
    hint: str


def kind_of(content: bytes) -> FileKind | None:
    """What a file is that is no plain text; None for what may be one."""
    if content.startswith(_ZIP):
        return _kind_of_zip(content)
    if content.startswith(_COMPOUND):
        return _kind_of_compound(content)
    return next((FileKind(words, hint) for mark, words, hint in _MARKS if mark.match(content)), None)


def refuse_other_kinds(content: bytes, file: str, encoding: str) -> None:
    """Refuse the beginning of a file that is to be CSV and is something else, or is in UTF-16.

    Args:
        content: Its first bytes.
        file: The name for problems.
        encoding: The encoding that is expected.

    Raises:
        CohortError: If it is not CSV in the encoding.
    """
    kind = kind_of(content)
    if kind is not None:
        raise other_kind(file, "a table in CSV", kind)
    if encoding.startswith("utf-16"):
        return
    found = next((name or "utf-32" for mark, name in _UTF16 if content.startswith(mark)), "") or _wide(content)
    if found:
        hint = "save it as UTF-8" if found == "utf-32" else f"--encoding {found} reads it, or save it as UTF-8"
        message = f"expected text in {encoding.upper()}, got {found.upper()}"
        raise CohortError((Problem(Source(file, 1, 1), "C002", "", message, hint),))


def _wide(content: bytes) -> str:
    """The name of an encoding with two bytes a character, without a mark, that the first line seems to be in."""
    start = content[:200]
    if len(start) < 4 or start.count(0) * 3 < len(start):  # noqa: PLR2004 - two characters; a third of zeros
        return ""
    return "utf-16-le" if start[1] == 0 else "utf-16-be"


def other_kind(file: str, expected: str, kind: FileKind) -> CohortError:
    """The refusal of a file that is something else than its name says."""
    return CohortError((Problem(Source(file), "C001", "", f"expected {expected}, got {kind.words}", kind.hint),))


def require_workbook(content: bytes, file: str) -> None:
    """Refuse a file that is named as a workbook and is none that can be read.

    Raises:
        CohortError: Saying what it is.
    """
    kind = kind_of(content)
    if kind is None:
        is_text = bool(content) and b"\0" not in content[:1000]
        words = "plain text" if is_text else "something else" if content else "an empty file"
        kind = FileKind(words, "give it a name that ends in .csv" if is_text else _SAVE)
    if kind.words != WORKBOOK:
        raise other_kind(file, WORKBOOK, kind)


def refuse_ending(content: bytes, file: str) -> None:
    """Refuse a file by the name of a format that is not read.

    Raises:
        CohortError: Always, saying what it is and what to do.
    """
    kind = kind_of(content) or FileKind("plain text under the name of a workbook", "give it a name that ends in .csv")
    raise other_kind(file, "a table in CSV, XLSX or Parquet", kind)


def _kind_of_zip(content: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            mime = archive.open("mimetype").read(200) if "mimetype" in names else b""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        hint = (
            "a workbook needs a name that ends in .xlsx, an archive is to be unpacked, and a damaged one copied again"
        )
        return FileKind("a zip archive or a workbook, in part or damaged", hint)
    if b"opendocument.spreadsheet" in mime:
        return FileKind("an OpenDocument spreadsheet (.ods)", 'save it as "Excel 2007-365 (.xlsx)" or as CSV in UTF-8')
    inside = "\n".join(names)
    shown = ", ".join(quoted(name) for name in names[:3]) or "nothing"
    other = FileKind(f"a zip archive with {shown} in it", "unpack it")
    return next((FileKind(words, hint) for part, words, hint in _INSIDE if part.search(inside)), other)


def _kind_of_compound(content: bytes) -> FileKind:
    """What is in the container of Microsoft's formats before 2007, which holds protected new ones too."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return FileKind("a workbook that is protected by a password", "save it without one")
    if "WordDocument".encode("utf-16-le") in content:
        return FileKind("a document of Word", "copy its table into a spreadsheet")
    return FileKind(_OLD, _SAVE)
