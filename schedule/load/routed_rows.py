"""One table of subjects of several protocols, row by row to the protocol that each belongs to.

Conventions: a row belongs to the one protocol that has the study and the version that the row names, an empty or
missing cell naming any. A row that fits none, or several, is a problem; nobody picks one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule.load.text_chunks import ListedChunk
from schedule.load.text_table import TextTable
from schedule.model.problems import Problem, Source, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

STUDY, VERSION = "study", "protocol_version"


def route_rows(
    table: TextTable, protocols: Sequence[tuple[str, str]]
) -> tuple[tuple[TextTable, ...], tuple[Problem, ...]]:
    """The rows of each protocol as a table of its own, in the order of the input, and the problems of the others.

    Args:
        table: The table, which is read to its end.
        protocols: The study and the version of each protocol.
    """
    problems: list[Problem] = []
    parts: list[list[ListedChunk]] = [[] for _ in protocols]
    for chunk in table.chunks:
        problems += chunk.problems
        columns = [chunk.texts(place) if chunk.lines else () for place in range(len(table.header))]
        by_name = dict(zip(table.header, columns, strict=True))
        empty = ("",) * len(chunk.lines)
        studies, versions = by_name.get(STUDY, empty), by_name.get(VERSION, empty)
        rows: list[list[int]] = [[] for _ in protocols]
        for row, named in enumerate(zip(studies, versions, strict=True)):
            fitting = [place for place, one in enumerate(protocols) if _fits(named, one)]
            if len(fitting) == 1:
                rows[fitting[0]].append(row)
            else:
                problems.append(_unclear(chunk.place(row, 0), named, protocols, len(fitting)))
        for place, chosen in enumerate(rows):
            parts[place].append(_chosen(chunk.lines, columns, chosen, table.file))
    tables = tuple(TextTable(table.file, table.header, table.header_line, iter(part)) for part in parts)
    return tables, tuple(problems)


def _fits(named: tuple[str, str], protocol: tuple[str, str]) -> bool:
    return all(text in {"", own} for text, own in zip(named, protocol, strict=True))


def _unclear(place: Source, named: tuple[str, str], protocols: Sequence[tuple[str, str]], count: int) -> Problem:
    shown = ", ".join(f"{study} {version}" for study, version in protocols)
    found = " ".join(text for text in named if text)
    message = f"expected a study and protocol_version of one of the protocols ({shown}), got {quoted(found)}"
    hint = "several fit, and nobody picks one" if count else ""
    return Problem(place, "C320", VERSION, message, hint)


def _chosen(lines: Sequence[int], columns: Sequence[tuple[str, ...]], rows: Sequence[int], file: str) -> ListedChunk:
    kept = [lines[row] for row in rows]
    texts = [tuple(column[row] for row in rows) for column in columns]
    return ListedChunk(kept, texts, lambda row, column: Source(file, kept[row], column + 1))
