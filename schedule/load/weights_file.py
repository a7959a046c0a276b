"""A weights table (``subject_id, date, weight_kg, method``) to weights by subject.

Conventions: every weight of this table has a date; a row that can't be read is a problem with its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule.load.subjects import WeightEntry
from schedule.load.weight_text import read_kilograms, read_method
from schedule.model.days import read_date
from schedule.model.problems import CohortError, Problem, RefusedError, Source, expected_got, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schedule.load.text_chunks import TextChunk
    from schedule.load.text_table import TextTable

_NEEDED = ("subject_id", "date", "weight_kg")
_COLUMNS = (*_NEEDED, "method")


def read_weights(table: TextTable) -> dict[str, tuple[WeightEntry, ...]]:
    """The weights of each subject, by id, in the order of the table.

    Raises:
        CohortError: With every problem of the table; nothing of it is used then.
    """
    where = Source(table.file, table.header_line, 1 if table.header_line else 0)
    missing = [name for name in _NEEDED if name not in table.header]
    if missing:
        raise CohortError(
            tuple(Problem(where, "C004", name, f"expected a column named {quoted(name)}, got none") for name in missing)
        )
    position = {name: table.header.index(name) for name in _COLUMNS if name in table.header}
    problems: list[Problem] = []
    weights: dict[str, list[WeightEntry]] = {}
    for chunk in table.chunks:
        problems.extend(chunk.problems)
        for row in range(len(chunk.lines)):
            _read_row(chunk, row, position, weights, problems)
    if problems:
        raise CohortError(tuple(sorted(problems, key=lambda one: (one.source.line, one.source.column))))
    return {subject: tuple(entries) for subject, entries in weights.items()}


def _read_row(
    chunk: TextChunk,
    row: int,
    position: dict[str, int],
    weights: dict[str, list[WeightEntry]],
    problems: list[Problem],
) -> None:
    def cell(name: str) -> str:
        return chunk.texts(position[name])[row] if name in position else ""

    def parsed(name: str, parse: Callable[[str], object], code: str) -> object:
        try:
            return parse(cell(name))
        except RefusedError as refusal:
            message = expected_got(refusal.expected, cell(name))
            problems.append(Problem(chunk.place(row, position[name]), code, name, message, refusal.hint))
            return None

    before = len(problems)
    day = parsed("date", read_date, "C104")
    kilograms = parsed("weight_kg", read_kilograms, "C105")
    method = parsed("method", read_method, "C107")
    subject = cell("subject_id")
    if not subject:
        place = chunk.place(row, position["subject_id"])
        problems.append(Problem(place, "C101", "subject_id", 'expected an id such as "007", got nothing'))
    if len(problems) == before:
        place = chunk.place(row, position["weight_kg"])
        entry = WeightEntry(day, kilograms, method, place)  # type: ignore[arg-type]
        weights.setdefault(subject, []).append(entry)


def unknown_subjects(weights: Mapping[str, tuple[WeightEntry, ...]], known: Mapping[str, int]) -> tuple[Problem, ...]:
    """A problem for each subject of the weights table that is not among the subjects.

    Args:
        weights: The weights by subject.
        known: The ids of the subjects' table.
    """
    return tuple(
        Problem(
            entries[0].source,
            "C201",
            "subject_id",
            expected_got("a subject of the subjects' table", subject),
            "ids are compared to the character",
        )
        for subject, entries in weights.items()
        if subject not in known
    )
