"""A value that is tried for one subject, and not on file: the same inputs with other cells in that subject's row.

Conventions: what is tried goes the way of everything else, through the tables' readers and the one composition, so that
no container is promised twice and no rule is passed by. Nothing is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.app.composition.composition import Composition, refusal_of
from dosecal.app.composition.purpose import Purpose
from dosecal.app.files.sources import open_input
from dosecal.load.tables.cohort_file import open_table
from dosecal.load.tables.table_reading import STRICT
from dosecal.model.struct import Struct, replace
from dosecal.planning.dates.cascade import Cascade, reschedule
from dosecal.report.tables.moves import moves_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dosecal.app.composition.inputs import Inputs
    from dosecal.model.findings import Move
    from dosecal.model.schedule import Schedule

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
    others = dict.fromkeys(_OF_WEIGHT, "") if "weight_kg" in cells else {}
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


class WhatIf(Struct, frozen=True):
    """What would move if a visit were held on another day.

    Attributes:
        schedule: The subject's schedule, as the session may see it.
        moves: The asked visit, then what moves with it and what is out of its window then.
        notes: What is to be said of each move, in the order of the moves.
    """

    schedule: Schedule
    moves: tuple[Move, ...]
    notes: tuple[str, ...]


def what_if(inputs: Inputs, visit: str, to: int, cascade: Cascade) -> WhatIf:
    """What moves if a visit is booked for another day; the calculation is that of ``reschedule``.

    Args:
        inputs: The inputs of one subject.
        visit: The id of the visit.
        to: The day, in days since 1970-01-01.
        cascade: Which other visits are booked anew with it.

    Raises:
        ScheduleError: If the files are refused, or the visit can't be moved.
    """
    plan = Composition(inputs, Purpose(judges=True, on_open_days=False, promises=False))
    own = [one for one in plan.schedules() if inputs.subject in one.cohort.ids]
    if not own:
        raise refusal_of(plan.outcome.problems)
    schedule = own[-1]
    book = None if plan.book is None else plan.book.only(schedule.cohort.sites[0])
    moves = reschedule(schedule, visit, to, cascade, None if book is None else book.covering)
    rows = moves_table(schedule, moves).records()
    return WhatIf(schedule, moves, tuple(row["notes"] for row in rows))
