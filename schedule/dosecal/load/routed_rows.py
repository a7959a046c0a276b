"""One table of subjects of several protocols, row by row to the protocol that each belongs to.

Conventions: a row belongs to one protocol; which one, its cells say, and somebody who knows the protocols reads them. A
row that belongs to no certain one is a problem; nobody picks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from dosecal.load.text_chunks import ListedChunk
from dosecal.load.text_table import nobody
from dosecal.model.problems import Problem, Source, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dosecal.load.text_table import TextTable

STUDY, VERSION = "study", "protocol_version"


class Unrouted(NamedTuple):
    """Why a row belongs to no certain protocol: a problem's code, the column, what was expected, and a hint."""

    code: str
    column: str
    expected: str
    hint: str


def route_rows(
    table: TextTable, protocols: int, place_of: Callable[[Mapping[str, str]], int | Unrouted]
) -> tuple[tuple[TextTable, ...], tuple[Problem, ...]]:
    """The rows of each protocol as a table of its own, in the order of the input, and the problems of the others.

    Args:
        table: The table, which is read to its end.
        protocols: How many protocols there are.
        place_of: The place of the protocol that a row's cells belong to, by the names of their columns, or why there is
            none.
    """
    problems: list[Problem] = []
    parts: list[list[ListedChunk]] = [[] for _ in range(protocols)]
    is_empty = table.is_whole
    for chunk in table.chunks:
        is_empty = is_empty and not chunk.lines and not chunk.problems
        problems += chunk.problems
        columns = [chunk.texts(place) if chunk.lines else () for place in range(len(table.header))]
        rows: list[list[int]] = [[] for _ in range(protocols)]
        for row in range(len(chunk.lines)):
            cells = {name: column[row] for name, column in zip(table.header, columns, strict=True)}
            place = place_of(cells)
            if isinstance(place, Unrouted):
                at = table.header.index(place.column) if place.column in table.header else 0
                problems.append(_problem(chunk.place(row, at), place, cells.get(place.column, "")))
            else:
                rows[place].append(row)
        for place, chosen in enumerate(rows):
            file = chunk.place(0, 0).file if chunk.lines else table.file
            parts[place].append(_chosen(chunk.lines, columns, chosen, file))
    tables = tuple(replace(table, chunks=iter(part), is_whole=False) for part in parts)
    return tables, (*problems, *((nobody(table),) if is_empty else ()))


def _problem(where: Source, why: Unrouted, found: str) -> Problem:
    return Problem(where, why.code, why.column, f"expected {why.expected}, got {quoted(found)}", why.hint)


def _chosen(lines: Sequence[int], columns: Sequence[tuple[str, ...]], rows: Sequence[int], file: str) -> ListedChunk:
    kept = [lines[row] for row in rows]
    texts = [tuple(column[row] for row in rows) for column in columns]
    return ListedChunk(kept, texts, lambda row, column: Source(file, kept[row], column + 1))
