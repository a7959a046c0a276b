"""What is on record of a study's visits, row by row, as an actuals file has it.

Conventions: one row a visit that was held, missed, cancelled or booked, a visit without a name, or an ending; rows
stand in the order of the file, and refer to subjects, visits, regimens, amounts and texts by their place. Dates are
``datetime64[D]``, times ``datetime64[m]``, both local; NaT means not given.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from dosecal.model.problems import Source
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from dosecal.model.actuals import Actuals
    from dosecal.model.cohort import Dates, Indices
    from dosecal.model.quantity import Amount


class Outcome(IntEnum):
    """What a row says of its visit; the names are the words of the file."""

    DONE = 0
    MISSED = 1
    CANCELLED = 2
    PLANNED = 3
    """It is booked for the date of the row, and not held yet."""

    @property
    def word(self) -> str:
        """The word in the file."""
        return self.name.lower()


class Record(Struct, frozen=True):
    """The rows of an actuals file.

    Attributes:
        file: The name of the file, for problems.
        ids: The distinct subject ids.
        visits: The distinct texts of the column ``visit``: ids of visits, the words of endings, and an empty text for
            an unscheduled visit.
        regimens: The distinct ids of regimens; the first is empty, for a row that names none.
        amounts: The distinct amounts that were given.
        texts: The distinct notes and reasons; the first is empty.
        subject: (n,) The place of the subject in ``ids``.
        visit: (n,) The place of the visit in ``visits``.
        date: (n,) The day on which it was held, or for which it is booked; NaT where it is not given.
        outcome: (n,) An ``Outcome``.
        regimen: (n,) The place of the regimen whose dose the row has in ``regimens``.
        amount: (n,) The place of the given dose in ``amounts``; -1 for none.
        start: (n,) The local time at which the dose began.
        end: (n,) The local time at which it ended.
        note: (n,) The place of the note in ``texts``.
        reason: (n,) The place of the reason for a change of date in ``texts``.
        planned_first: (n,) The date on which the visit was planned before it was first moved.
        line: (n,) The line of each row.
        files: The first row of each file and its name, in order, where the record is several files; else empty.
    """

    file: str
    ids: tuple[str, ...]
    visits: tuple[str, ...]
    regimens: tuple[str, ...]
    amounts: tuple[Amount, ...]
    texts: tuple[str, ...]
    subject: Indices
    visit: Indices
    date: Dates
    outcome: NDArray[np.int8]
    regimen: Indices
    amount: Indices
    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    note: Indices
    reason: Indices
    planned_first: Dates
    line: Indices
    files: tuple[tuple[int, str], ...] = ()
    _places: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the ids."""
        self._places.update((one, place) for place, one in enumerate(self.ids))

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.subject)

    def place(self, subject_id: str) -> int:
        """The place of a subject in ``ids``; -1 where nothing is on record of the subject."""
        return self._places.get(subject_id, -1)

    def source(self, row: int) -> Source:
        """Where a row stands."""
        file = next((name for first, name in reversed(self.files) if first <= row), self.file)
        return Source(file, int(self.line[row]))

    def rows_at(self, sources: Iterable[Source]) -> dict[Source, int]:
        """The row that stands at each of some places; a place of no row is left out."""
        lines = {one.line for one in sources}
        rows = [row for row, line in enumerate(self.line.tolist()) if line in lines] if lines else []
        return {self.source(row): row for row in rows}


class CohortRecord(Struct, frozen=True):
    """What is on record of a cohort's subjects, as of a day.

    Attributes:
        record: The whole record.
        actuals: What became of the protocol's visits.
        row: (subjects, visits) The row of each visit in the record, its first where it has several; -1 for none.
        unscheduled_row: (k,) The rows of visits without a name.
        unscheduled_subject: (k,) The place of the subject of each in the cohort.
        given_row: (g,) The rows of visits that were held and name a given dose.
        given_subject: (g,) The place of the subject of each in the cohort.
        given_visit: (g,) The place of the visit of each in the protocol.
        given_regimen: (g,) The place of the regimen of each in the protocol.
        later_rows: How many rows are later than the day, and are not counted.
        as_of: The day; None where the whole record is counted.
    """

    record: Record
    actuals: Actuals
    row: Indices
    unscheduled_row: Indices
    unscheduled_subject: Indices
    given_row: Indices
    given_subject: Indices
    given_visit: Indices
    given_regimen: Indices
    later_rows: int
    as_of: np.datetime64 | None
