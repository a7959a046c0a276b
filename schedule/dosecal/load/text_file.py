"""Bytes to text, with the place of the first byte that is not UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.problems import Problem, RefusedError, Source

if TYPE_CHECKING:
    from pathlib import Path

_UTF8_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        RefusedError: If there is no such file, it is a folder, or it can't be read; the text says which.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise RefusedError("a file", "there is no such file") from None
    except IsADirectoryError:
        raise RefusedError("a file", "this is a folder") from None
    except PermissionError:
        raise RefusedError("a file", "it may not be read by this user") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise RefusedError("a file", reason) from None


def decode_text(content: bytes, file: str, code: str) -> tuple[str, Problem | None]:
    """The text of UTF-8 bytes, or the problem with them.

    A UTF-8 byte order mark, which spreadsheets write, is passed over: it says only what is expected anyway.

    Args:
        content: The bytes.
        file: The name for the problem.
        code: The code for the problem.

    Returns:
        The text and no problem, or an empty text and the problem.
    """
    content = content.removeprefix(_UTF8_MARK)
    for mark, name in _OTHER_MARKS:
        if content.startswith(mark):
            return "", Problem(Source(file, 1, 1), code, "", f"expected text in UTF-8, got {name}", "save it as UTF-8")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        place = Source(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        found = f"the byte {content[error.start]:#04x}"
        return "", Problem(place, code, "", f"expected text in UTF-8, got {found}", "save it as UTF-8")
    if "\0" in text:
        at = text.index("\0")
        before = text[:at]
        place = Source(file, before.count("\n") + 1, at - before.rfind("\n"))
        return "", Problem(place, code, "", "expected text in UTF-8, got a zero byte", "save it as UTF-8")
    return text, None
