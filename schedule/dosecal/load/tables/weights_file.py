"""A weights table (``subject_id, date, weight_kg, method``) to weights by subject.

Conventions: every weight of this table has a date; a row that can't be read is a problem with its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.doses.body_text import read_kilograms, read_method
from dosecal.load.tables.entry_rows import (
    CellReader,
    number_cell,
    read_date_cell,
    read_entries,
    read_subject_cell,
    text_cell,
)
from dosecal.load.tables.subjects import WeightEntry

if TYPE_CHECKING:
    from dosecal.load.tables.text_table import TextTable

_COLUMNS = (
    CellReader("subject_id", read_subject_cell, "C101"),
    CellReader("date", read_date_cell, "C104"),
    CellReader("weight_kg", number_cell(read_kilograms), "C105"),
    CellReader("method", text_cell(read_method), "C107", is_required=False, absent=-1),
)
WEIGHT_COLUMNS = tuple(one.name for one in _COLUMNS)


def read_weights(table: TextTable) -> dict[str, tuple[WeightEntry, ...]]:
    """The weights of each subject, by id, in the order of the table.

    Raises:
        CohortError: With every problem of the table; nothing of it is used then.
    """
    weights: dict[str, list[WeightEntry]] = {}
    for row in read_entries(table, _COLUMNS):
        one = row.values
        entry = WeightEntry(one["date"], one["weight_kg"], one["method"], row.place("weight_kg"))
        weights.setdefault(one["subject_id"], []).append(entry)
    return {subject: tuple(entries) for subject, entries in weights.items()}
