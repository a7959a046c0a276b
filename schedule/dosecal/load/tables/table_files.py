"""Which files a name stands for: one, a sheet of a workbook, all of a folder, or those that a pattern fits.

Conventions: several files are one table in the order of their names, and have one header. They are CSV or Parquet; what
begins with a dot or an underscore is what other programs leave beside their data, and is passed over. A folder whose
name says something of its rows (``site=A``) is refused: what it says stands in no column.
"""

from __future__ import annotations

import glob
import re
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from dosecal.load.tables.file_kind import PARQUETS, WORKBOOKS
from dosecal.model.problems import CohortError, Problem, Source, quoted
from dosecal.model.regex import regex
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from dosecal.load.tables.text_chunks import TextChunk
    from dosecal.load.tables.text_table import TextTable

_TEXTS = ("csv", "tsv", "txt")
_PATTERN = regex(r"[*?\[]")
_SHEET = regex(r"(.+\.(?:xlsx|xlsm))#(.+)", re.IGNORECASE | re.DOTALL)
MOST_SHOWN = 3


class TableSource(Struct, frozen=True):
    """What a name stands for.

    Attributes:
        files: The names of the files, in order; at least one.
        is_several: Whether the name is of a folder or a pattern, which may still have one file.
        sheet: The sheet of a workbook; None for none named.
    """

    files: tuple[str, ...]
    is_several: bool = False
    sheet: str | None = None


def ending_of(file: str) -> str:
    """The end of a file's name after its last point, in small letters; empty for none."""
    name = re.split(r"[/\\]", file)[-1]
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def table_files(name: str) -> TableSource:
    """The files that a name stands for.

    Raises:
        CohortError: If a folder or a pattern has no files, or files that are not one table.
    """
    if name == "-" or _is(name, Path.is_file):
        return TableSource((name,))
    if _is(name, Path.is_dir):
        return TableSource(_checked(name, sorted(str(path) for path in Path(name).iterdir())), is_several=True)
    sheet = _SHEET.fullmatch(name)
    if sheet is not None and _is(sheet[1], Path.is_file):
        return TableSource((sheet[1],), sheet=sheet[2])
    if _PATTERN.search(name):
        return TableSource(_checked(name, sorted(glob.glob(name))), is_several=True)  # noqa: PTH207 - a whole pattern
    return TableSource((name,))


def _is(name: str, kind: Callable[[Path], bool]) -> bool:
    try:
        return kind(Path(name))
    except (OSError, ValueError):
        return False


def _checked(name: str, found: list[str]) -> tuple[str, ...]:
    """The files of a folder or a pattern that are its table."""
    paths = [path for path in found if Path(path).name[:1] not in {".", "_"}]
    parted = [path for path in paths if any("=" in part for part in _folders_of(path, _fixed(name)))]
    if parted:
        hint = "write what the names of the folders say into a column, or plan each folder by itself"
        raise _refused(name, "files with all their columns", f"folders by value, such as {quoted(parted[0])}", hint)
    folders = [path for path in paths if Path(path).is_dir()]
    if folders:
        raise _refused(name, "files alone", f"a folder: {_shown(folders)}", "name the files by a pattern")
    if not paths:
        raise _refused(name, "files with a table", "none", "")
    kinds = {"csv" if (end := ending_of(path)) in _TEXTS else "parquet" if end in PARQUETS else end for path in paths}
    if len(kinds) > 1 or not kinds <= {"csv", "parquet"}:
        hint = (
            "a workbook is named by itself" if kinds & set(WORKBOOKS) else "a pattern such as folder/*.csv picks some"
        )
        raise _refused(name, "files of CSV alone, or of Parquet alone", _shown(paths), hint)
    return tuple(paths)


def _fixed(name: str) -> str:
    """The part of a pattern before its first sign; of a folder its whole name."""
    match = _PATTERN.search(name)
    return name if match is None or _is(name, Path.is_dir) else name[: match.start()].rpartition("/")[0]


def _folders_of(path: str, fixed: str) -> tuple[str, ...]:
    """The names of folders in a path after its fixed part, its own among them if it is one."""
    parts = Path(path[len(fixed) :]).parts
    return parts if Path(path).is_dir() else parts[:-1]


def _shown(paths: list[str]) -> str:
    more = f" and {len(paths) - MOST_SHOWN:,} more" if len(paths) > MOST_SHOWN else ""
    return ", ".join(quoted(Path(path).name) for path in paths[:MOST_SHOWN]) + more


def _refused(name: str, expected: str, found: str, hint: str) -> CohortError:
    return CohortError((Problem(Source(name), "C018", "", f"expected {expected}, got {found}", hint),))


class JoinedChunks:
    """The chunks of several files with one header, one file after the other.

    Attributes:
        first: The table of the first file.
    """

    def __init__(self, files: tuple[str, ...], open_one: Callable[[str], AbstractContextManager[TextTable]]) -> None:
        """Open the first file.

        Raises:
            CohortError: If it can't be read.
        """
        self._files = files
        self._open_one = open_one
        self._stack = ExitStack()
        self.first = self._stack.enter_context(open_one(files[0]))

    def close(self) -> None:
        """Close what is open."""
        self._stack.close()

    def __iter__(self) -> Iterator[TextChunk]:
        """The chunks.

        Raises:
            CohortError: If a file can't be read, or has other columns than the first.
        """
        yield from self.first.chunks
        for file in self._files[1:]:
            self._stack.close()
            table = self._stack.enter_context(self._open_one(file))
            if table.header != self.first.header:
                shown = ", ".join(map(quoted, table.header))
                message = f"expected the header of {quoted(Path(self._files[0]).name)}, got another one: {shown}"
                raise CohortError((Problem(Source(table.file, table.header_line), "C018", "header", message),))
            yield from table.chunks
