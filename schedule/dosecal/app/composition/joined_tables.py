"""Tables of several versions of a protocol as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.report.tables.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dosecal.model.cohort import Cohort

    Lines = NDArray[np.int64]


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
