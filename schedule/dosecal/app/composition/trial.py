"""A value that is tried for one subject, and not on file: the same inputs with other cells in that subject's row.

Conventions: what is tried goes the way of everything else, through the tables' readers and the one composition, so that
no container is promised twice and no rule is passed by. Nothing is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.app.files.store import open_input
from dosecal.load.tables.cohort_file import open_table
from dosecal.load.tables.table_reading import STRICT
from dosecal.model.struct import Struct, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dosecal.app.composition.inputs import Inputs

_OF_WEIGHT = ("weight_kg", "weight_date", "weight_method")


class ArrowRows(Struct, frozen=True):
    """Rows in memory, which can be read any number of times.

    Attributes:
        columns: The texts of each column, by its name.
    """

    columns: Mapping[str, list[str]]

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows as an Arrow stream."""
        import pyarrow as pa  # noqa: PLC0415 - for what is tried alone

        kinds = pa.schema([(name, pa.string()) for name in self.columns])
        return pa.table(dict(self.columns), schema=kinds).__arrow_c_stream__(requested_schema)


def tried_inputs(inputs: Inputs, subject: str, cells: Mapping[str, str]) -> Inputs:
    """The inputs with other cells for one subject; of whom a tried weight is the only one then.

    Args:
        inputs: The inputs, whose tables are files.
        subject: The subject's id.
        cells: The texts of the cells, by the names of columns of the subjects.

    Raises:
        ScheduleError: If a table can't be read.
    """
    subjects = _rows(inputs, str(inputs.subjects))
    height = len(next(iter(subjects.values()), []))
    others = {name: "" for name in _OF_WEIGHT} if "weight_kg" in cells else {}
    for name, text in {**others, **cells}.items():
        column = subjects.setdefault(name, [""] * height)
        column[:] = [text if one == subject else old for one, old in zip(subjects["subject_id"], column, strict=True)]
    weights = inputs.weights
    if "weight_kg" in cells and isinstance(weights, str):
        weights = ArrowRows(_kept(_rows(inputs, weights), lambda one: one != subject))
    return replace(inputs, subjects=ArrowRows(subjects), weights=weights)


def _rows(inputs: Inputs, name: str) -> dict[str, list[str]]:
    """The texts of a table, by the names of its columns.

    Raises:
        CohortError: If it can't be read.
    """
    with open_table(name, open_input, inputs.reading or STRICT) as table:
        rows: dict[str, list[str]] = {column: [] for column in table.header}
        for chunk in table.chunks:
            for place, column in enumerate(table.header):
                rows[column] += chunk.texts(place)
    return rows


def _kept(rows: Mapping[str, list[str]], is_kept: Callable[[str], bool]) -> dict[str, list[str]]:
    """The rows of some subjects alone."""
    places = [place for place, one in enumerate(rows["subject_id"]) if is_kept(one)]
    return {name: [column[place] for place in places] for name, column in rows.items()}
