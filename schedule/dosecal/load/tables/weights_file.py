"""A weights table to weights by subject, and the weights of a cohort's rows as columns.

Conventions: every weight of this table has a date; a row that can't be read is a problem with its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.load.columns import DATE, METHOD, SUBJECT_ID, WEIGHT
from dosecal.load.tables.table_reader import NO_DAY, read_by_subject
from dosecal.model.cohort import Weights
from dosecal.model.struct import Struct, replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from dosecal.load.tables.table_reader import Numbers, Row, Rows
    from dosecal.load.tables.text_table import TextTable
    from dosecal.model.problems import Source

WEIGHT_COLUMNS = (SUBJECT_ID, replace(DATE, meaning="the day on which it was taken"), WEIGHT, METHOD)


class WeightEntry(Struct, frozen=True):
    """One weight of one subject, from whichever table.

    Attributes:
        day: Days since 1970-01-01.
        kilograms: The weight, exactly.
        method: The place in ``METHODS``; -1 where it is not given.
        source: Where it stands.
    """

    day: int
    kilograms: Fraction
    method: int
    source: Source


def read_weights(table: TextTable) -> dict[str, tuple[WeightEntry, ...]]:
    """The weights of each subject, by id, in the order of the table.

    Raises:
        CohortError: With every problem of the table; nothing of it is used then.
    """
    return read_by_subject(table, WEIGHT_COLUMNS, _entry)


def _entry(row: Row) -> WeightEntry:
    return WeightEntry(row["date"], row["weight_kg"], row["method"], row.place("weight_kg"))


class WeightRows(Struct, frozen=True):
    """Weights by row of a chunk and by day; the columns are those of ``Weights``, with days as numbers."""

    row: Numbers
    day: Numbers
    value: Numbers
    method: Numbers
    kilograms: tuple[Fraction, ...]

    def of_kept_rows(self, kept: Numbers, count: int) -> Weights:
        """The weights of the rows that are kept, which are numbered anew in their order."""
        new = np.full(count, -1, dtype=np.int64)
        new[kept] = np.arange(len(kept))
        is_kept = new[self.row] >= 0
        return Weights(
            subject=new[self.row[is_kept]].astype(np.int32),
            date=self.day[is_kept].view("datetime64[D]"),
            value=self.value[is_kept].astype(np.int32),
            method=self.method[is_kept].astype(np.int32),
            kilograms=self.kilograms,
        )


def weights_of(rows: Rows, further: Mapping[str, tuple[WeightEntry, ...]]) -> WeightRows:
    """The weights of rows of subjects: their own, and those of the weights table, by row and day."""
    known: dict[Fraction, int] = {}
    value, method = rows.places("weight_kg", known), rows.numbers("weight_method")
    day = rows.numbers("weight_date", NO_DAY)
    for row in np.flatnonzero((value < 0) & ((day != NO_DAY) | (method >= 0))).tolist():
        if row not in rows.bad:
            message = 'expected a weight such as "70.5" beside its date or method, got nothing'
            rows.refuse(row, "weight_kg", "C105", message)
    given = np.flatnonzero(value >= 0)
    own = WeightRows(given, day[given], value[given], method[given], tuple(known))
    return _with_further(rows, own, further) if further else own


def _with_further(rows: Rows, own: WeightRows, further: Mapping[str, tuple[WeightEntry, ...]]) -> WeightRows:
    """The rows' own weights and those of the weights table; two of one day that differ are a problem."""
    kilograms = {value: place for place, value in enumerate(own.kilograms)}
    columns = (own.row, own.day, own.value, own.method)
    cells = zip(*(column.tolist() for column in columns), strict=True)
    entries = {(row, day): (value, method) for row, day, value, method in cells}
    for at, subject_id in enumerate(rows.texts("subject_id")):
        for entry in further.get(subject_id, ()):
            place = kilograms.setdefault(entry.kilograms, len(kilograms))
            other, _ = entries.setdefault((at, entry.day), (place, entry.method))
            if other != place:
                message = f"expected one weight a day, got another one of the same day at {entry.source}"
                rows.refuse(at, "weight_kg", "C110", message)
    by_day = [(*key, *weight) for key, weight in sorted(entries.items())]
    row, day, value, method = np.array(by_day, dtype=np.int64).reshape(-1, 4).T
    return WeightRows(row, day, value, method, tuple(kilograms))
