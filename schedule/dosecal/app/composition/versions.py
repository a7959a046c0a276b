"""Versions of one study's protocol, and which of them each subject is planned by.

Conventions: a subject is planned by the version that its ``protocol_version`` names, or where it names none, by the one
in effect on the date of its first anchor: the latest whose ``effective`` is not after it. Where neither tells, nobody
picks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.days import read_date
from dosecal.model.problems import PlanError, Problem, RefusedError, Source, quoted
from dosecal.model.struct import Struct
from dosecal.report.tables.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dosecal.model.cohort import Cohort
    from dosecal.model.protocol import Protocol

    Lines = NDArray[np.int64]


class Versions(Struct, frozen=True):
    """Versions of one study's protocol.

    Attributes:
        protocols: The versions, each of another name; the first is the one that was named first.
    """

    protocols: tuple[Protocol, ...]

    def __post_init__(self) -> None:
        """See that they are versions of one study, each once.

        Raises:
            PlanError: If they are not.
        """
        first = self.protocols[0]
        problems = []
        names: dict[str, str] = {first.version: first.file}
        for one in self.protocols[1:]:
            if one.study != first.study:
                message = f"expected a version of {quoted(first.study)}, got {quoted(one.study)}"
                problems.append(Problem(Source(one.file), "L080", "study", message))
            elif one.version in names:
                message = f"expected each version once, got {quoted(one.version)} again (first in {names[one.version]})"
                problems.append(Problem(Source(one.file), "L081", "version", message))
            names.setdefault(one.version, one.file)
        if problems:
            raise PlanError(tuple(problems))

    def place_of(self, version: str, start: str) -> int:
        """The place of the version that a subject is planned by.

        Args:
            version: The cell ``protocol_version``; empty for none.
            start: The cell of the first anchor.

        Raises:
            RefusedError: If no version has the name, or none is known to be in effect on the day.
        """
        known = [one.version for one in self.protocols]
        if version:
            if version not in known:
                raise RefusedError(f"a version of the protocol ({', '.join(known)}), or nothing")
            return known.index(version)
        if len(known) == 1:
            return 0
        day = read_date(start)
        effective = [(one.effective, place) for place, one in enumerate(self.protocols) if one.effective is not None]
        in_effect = [(since, place) for since, place in effective if since <= day]
        if not in_effect:
            undated = [one.version for one in self.protocols if one.effective is None]
            hint = f"{', '.join(undated)}: no date of effect is stated" if undated else ""
            expected = f"a version of the protocol ({', '.join(known)}), since none is in effect on {start}"
            raise RefusedError(expected, hint)
        return max(in_effect)[1]

    def before(self, protocol: Protocol) -> tuple[Protocol, ...]:
        """The versions that were in force before one of them took effect, from the latest to the first.

        A version was before another one if that names it as the one that it amends, or else if it took effect earlier.
        """
        if protocol.effective is None:
            return ()
        others = [one for one in self.protocols if one.version != protocol.version]
        amended = [one for one in others if one.version == protocol.amends]
        earlier = [one for one in others if one.effective is not None and one.effective < protocol.effective]
        if not amended and not earlier:
            return ()
        last = amended[0] if amended else max(earlier, key=lambda one: one.effective or 0)
        return (last, *self.before(last))


def joined_tables(tables: Sequence[Table], cohorts: Sequence[Cohort]) -> Table:
    """Tables of one kind as one, with their rows in the order of the subjects in the input.

    Args:
        tables: The tables, with the same columns.
        cohorts: The subjects of each, from one input.
    """
    if len(tables) == 1:
        return tables[0]
    return ordered_rows(tables, [_lines(table, cohort) for table, cohort in zip(tables, cohorts, strict=True)])


def _lines(table: Table, cohort: Cohort) -> Lines:
    """(rows,) The line of each row's subject in the input."""
    line_of = dict(zip(cohort.ids, cohort.line.tolist(), strict=True))
    (column,) = (column for column in table.columns if column.name == "subject_id")
    by_text = np.array([line_of.get(text, 0) for text in column.texts], dtype=np.int64)
    return by_text[np.zeros(table.rows, dtype=np.int64) if column.codes is None else column.codes]


def ordered_rows(tables: Sequence[Table], keys: Sequence[Lines]) -> Table:
    """The rows of tables with the same columns as one table, in the order of a number for each row of each."""
    order = np.argsort(np.concatenate(keys), kind="stable")
    columns = []
    for together in zip(*(table.columns for table in tables), strict=True):
        texts: list[str] = []
        codes = []
        for table, column in zip(tables, together, strict=True):
            own = np.zeros(table.rows, dtype=np.int64) if column.codes is None else column.codes
            codes.append(own + len(texts))
            texts += column.texts
        fractions = dict(pair for column in together for pair in column.fractions)
        column = together[0]
        joined = np.concatenate(codes)[order]
        columns.append(Column(column.name, column.kind, tuple(texts), joined, tuple(fractions.items())))
    return Table(tables[0].name, len(order), tuple(columns))
