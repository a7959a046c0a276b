"""The names of a table's columns against those that are asked for.

Conventions: names are compared to the character. A column whose name is ours but for case, blanks or what can't be
seen is refused and not passed over, since its dose level or its weight would be missed by nobody.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from dosecal.load.columns import names_of
from dosecal.load.tables.table_reading import SEPARATORS
from dosecal.model.problems import CohortError, Problem, Source, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from dosecal.load.columns import Column
    from dosecal.load.tables.text_table import TextTable

MOST_SHOWN = 20
"""How many names of a header a message shows."""


def require_header(header: Sequence[str], file: str, line: int) -> None:
    """Refuse a header that names a column twice.

    Raises:
        CohortError: With a problem for each repeated name.
    """
    seen: set[str] = set()
    problems = []
    for index, name in enumerate(header):
        if name and name in seen:
            message = f"expected each column once, got {quoted(name)} again"
            problems.append(Problem(Source(file, line, index + 1), "C005", "header", message))
        seen.add(name)
    if problems:
        raise CohortError(tuple(problems))


def require_columns(table: TextTable, needed: Iterable[str], known: Iterable[str] = ()) -> None:
    """Refuse a table that lacks a column, or whose header is not certain.

    Args:
        table: The table.
        needed: The names that must be there.
        known: All names that are looked at.

    Raises:
        CohortError: With every problem of the header.
    """
    needed = tuple(needed)
    missing = [name for name in needed if name not in table.header]
    if missing:
        hint = _header_hint(table, needed)
        raise CohortError(tuple(_missing(table, name, _near(table, name, needed), hint) for name in missing))
    looked_at = dict.fromkeys((*needed, *known))
    problems = [*_nearly_ours(table, looked_at), *_unnamed(table), *_hidden(table, looked_at), *table.faults]
    if problems:
        raise CohortError(tuple(problems))


def columns_passed_over(table: TextTable, columns: Iterable[Column]) -> list[Problem]:
    """What is to be said of how a table was read, and a warning that names the columns that nobody asked for."""
    known = names_of(columns)
    unknown = [name for name in table.header if name not in known]
    if not unknown:
        return list(table.warnings)
    shown = ", ".join(quoted(name) for name in unknown)
    passed_over = Problem(header_place(table), "W001", "", f"columns that nobody asks for are passed over: {shown}")
    return [*table.warnings, passed_over]


def header_place(table: TextTable) -> Source:
    """Where the header begins."""
    return Source(table.file, table.header_line, 1 if table.header_line else 0)


def header_found(table: TextTable) -> str:
    """The header in words, for a message about a column that is not there."""
    more = f" and {len(table.header) - MOST_SHOWN:,} more" if len(table.header) > MOST_SHOWN else ""
    shown = ", ".join(quoted(name) for name in table.header[:MOST_SHOWN])
    return f"the header found is {shown}{more}{table.origin}"


def _missing(table: TextTable, name: str, near: int | None, hint: str) -> Problem:
    if near is not None:
        hint = f"{quoted(table.header[near])} in column {near + 1} is not the same; {header_found(table)}"
    message = f"expected a column named {quoted(name)}, got none"
    return Problem(header_place(table), "C004", name, message, hint)


def _header_hint(table: TextTable, needed: tuple[str, ...]) -> str:
    """That another row looks like the header, or else which header was found."""
    wanted = {folded(name) for name in needed}
    for line, cells in table.below:
        for separator in ("", *SEPARATORS):
            parts = cells[0].split(separator) if separator and len(cells) == 1 else cells
            if wanted <= {folded(part) for part in parts}:
                between = f", with {SEPARATORS[separator]} between its names" if separator and len(parts) > 1 else ""
                return (
                    f"line {table.header_line} is no header; line {line} looks like one{between}: take away what "
                    f"stands above it{table.origin}"
                )
    return header_found(table)


def _nearly_ours(table: TextTable, looked_at: Collection[str]) -> Iterable[Problem]:
    for name in looked_at:
        near = None if name in table.header else _near(table, name, looked_at)
        if near is not None:
            place = Source(table.file, table.header_line, near + 1)
            message = f"expected a column named {quoted(name)} or another one, got {quoted(table.header[near])}"
            yield Problem(place, "C011", name, message, "names are compared to the character")


def _near(table: TextTable, name: str, known: Collection[str]) -> int | None:
    """The place of a column whose name differs in case, blanks and signs alone, and is no other one of ours."""
    wanted = folded(name)
    others = (place for place, other in enumerate(table.header) if other not in known and folded(other) == wanted)
    return next(others, None)


def folded(name: str) -> str:
    """The letters and digits of a name, in small letters of the plain kind."""
    return "".join(one for one in unicodedata.normalize("NFKC", name).casefold() if one.isalnum())


def _unnamed(table: TextTable) -> Iterable[Problem]:
    for place, name in enumerate(table.header):
        if not name.strip():
            source = Source(table.file, table.header_line, place + 1)
            message = f"expected a name for each column up to the last, got none for column {place + 1}"
            yield Problem(source, "C012", "header", message, "delete the column if it holds nothing")


def _hidden(table: TextTable, looked_at: Iterable[str]) -> Iterable[Problem]:
    for name in looked_at:
        if name in table.header and table.header.index(name) in table.hidden:
            place = Source(table.file, table.header_line, table.header.index(name) + 1)
            message = "expected a column that is shown, got one that is hidden"
            yield Problem(place, "C016", name, message, "show it, and look at it, or delete it")
