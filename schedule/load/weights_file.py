"""A weights table (``subject_id, date, weight_kg, method``) to weights by subject.

Conventions: every weight of this table has a date; a row that can't be read is a problem with its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from schedule.load.body_text import read_kilograms, read_method
from schedule.load.subjects import WeightEntry
from schedule.model.days import read_date
from schedule.model.problems import CohortError, Problem, RefusedError, Source, expected_got, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schedule.load.text_chunks import TextChunk
    from schedule.load.text_table import TextTable

_Value = TypeVar("_Value")
_NEEDED = ("subject_id", "date", "weight_kg")
WEIGHT_COLUMNS = (*_NEEDED, "method")


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
    position = {name: table.header.index(name) for name in WEIGHT_COLUMNS if name in table.header}
    problems: list[Problem] = []
    weights: dict[str, list[WeightEntry]] = {}
    for chunk in table.chunks:
        problems.extend(chunk.problems)
        if chunk.lines:
            _WeightRows.of(chunk, position).read(weights, problems)
    if problems:
        raise CohortError(tuple(sorted(problems, key=lambda one: (one.source.line, one.source.column))))
    return {subject: tuple(entries) for subject, entries in weights.items()}


@dataclass(frozen=True, slots=True)
class _WeightRows:
    """The rows of a chunk.

    Attributes:
        chunk: The chunk.
        position: The place of each column that is there in the header.
        cells: The texts of each of them.
    """

    chunk: TextChunk
    position: dict[str, int]
    cells: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, chunk: TextChunk, position: dict[str, int]) -> _WeightRows:
        """The rows of a chunk, with each column's texts taken once."""
        return cls(chunk, position, {name: chunk.texts(column) for name, column in position.items()})

    def read(self, weights: dict[str, list[WeightEntry]], problems: list[Problem]) -> None:
        """Add each row's weight to its subject's, or its problems to the others."""
        failed = {problem.source.line for problem in self.chunk.problems}
        for row, line in enumerate(self.chunk.lines):
            if line in failed:
                continue  # a cell without a certain text, which is a problem already
            before = len(problems)
            subject = self._parsed(row, "subject_id", _read_subject, "C101", problems)
            day = self._parsed(row, "date", read_date, "C104", problems)
            kilograms = self._parsed(row, "weight_kg", read_kilograms, "C105", problems)
            method = self._parsed(row, "method", read_method, "C107", problems) if "method" in self.cells else -1
            if len(problems) == before:
                place = self.chunk.place(row, self.position["weight_kg"])
                weights.setdefault(subject, []).append(WeightEntry(day, kilograms, method, place))

    def _parsed(
        self, row: int, name: str, parse: Callable[[str], _Value], code: str, problems: list[Problem]
    ) -> _Value:
        """What a cell says; where it is refused, a problem, and a value that nobody uses."""
        text = self.cells[name][row]
        try:
            return parse(text)
        except RefusedError as refusal:
            message = expected_got(refusal.expected, text)
            problems.append(Problem(self.chunk.place(row, self.position[name]), code, name, message, refusal.hint))
            return cast("_Value", None)


def _read_subject(text: str) -> str:
    if not text:
        raise RefusedError('an id such as "007"')
    return text


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
