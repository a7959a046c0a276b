"""Random tables, for the formats to write."""

from __future__ import annotations

import csv
import io

import numpy as np
from hypothesis import strategies as st

from dosecal.report.tables.table import Column, Kind, Table

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
"""Any text but halves of characters and zeros, which no table of ours holds."""


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A few columns, some of which share their codes, with runs of equal codes in the first ones."""
    rows = draw(st.integers(0, 40))
    kinds = draw(st.integers(1, 4))
    groups = []
    for _ in range(draw(st.integers(1, 4))):
        codes = np.array(draw(st.lists(st.integers(0, kinds - 1), min_size=rows, max_size=rows)), dtype=np.int64)
        groups.append(np.sort(codes) if draw(st.booleans()) else codes)
    columns = []
    for index in range(draw(st.integers(1, 7))):
        texts = tuple(draw(st.lists(TEXTS, min_size=kinds, max_size=kinds)))
        shared = draw(st.integers(-1, len(groups) - 1))
        if shared < 0:
            columns.append(Column(f"c{index}", Kind.TEXT, texts[:1]))
        else:
            columns.append(Column(f"c{index}", Kind.TEXT, texts, groups[shared]))
    return Table("random", rows, tuple(columns))


def repeated(rows: int, period: int) -> Table:
    """Many subjects that go on alike: ids run, the rest repeats with a period, and a row in the middle differs."""
    subjects = np.arange(rows) // period
    visits = np.arange(rows) % period
    odd = np.zeros(rows, dtype=np.int64)
    odd[rows // 2] = 1
    return Table(
        "repeated",
        rows,
        (
            Column("study", Kind.TEXT, ("T",)),
            Column("id", Kind.TEXT, tuple(f"s{k}" for k in range(int(subjects[-1]) + 1)), subjects),
            Column("visit", Kind.TEXT, tuple(f"v{k}" for k in range(period)), visits),
            Column("note", Kind.TEXT, ("", "here"), odd),
        ),
    )


def cells_of(table: Table) -> list[list[str]]:
    """The cells of a table, row by row."""
    return [list(row) for row in zip(*(column.cells(table.rows) for column in table.columns), strict=True)]


def read_csv(content: bytes) -> list[list[str]]:
    """The rows of CSV, as Python's own reader has them."""
    return list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
