"""Which rows of a column are each subject's, found once for all subjects; and a date out of a column."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

if TYPE_CHECKING:
    from datetime import date, datetime

    from numpy.typing import NDArray

    from dosecal.model.cohort import Dates, Indices


class RowsOfSubjects:
    """The rows of each subject, in their order."""

    def __init__(self, subject: Indices, subjects: int) -> None:
        """Index a column.

        Args:
            subject: (n,) The place of the subject of each row.
            subjects: The number of subjects.
        """
        self._order = np.argsort(subject, kind="stable")
        self._starts = np.searchsorted(subject[self._order], np.arange(subjects + 1))

    def of(self, subject: int) -> list[int]:
        """The rows of a subject."""
        rows: list[int] = self._order[self._starts[subject] : self._starts[subject + 1]].tolist()
        return rows


def date_at(days: Dates, *place: int) -> date | None:
    """The date in a row, or in a row and a column; None for NaT."""
    return cast("date | None", days.item(*place))


def moment_at(moments: NDArray[np.datetime64], row: int) -> datetime | None:
    """The local time in a row; None for NaT."""
    return cast("datetime | None", moments.item(row))
