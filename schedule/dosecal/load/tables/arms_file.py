"""An arms table (``subject_id, arm``) to the arm of each subject, where arms stand apart from the subjects.

Conventions: a blinded trial's arms lie where blinded readers may not go; the subjects' table has the shared words then.
That an arm is one of the protocol is judged by the protocol of its subject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.plain_text import read_id
from dosecal.load.tables.entry_rows import CellReader, read_entries, read_subject_cell, text_cell
from dosecal.model.problems import Problem, expected_got

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.tables.entry_rows import EntryRow
    from dosecal.load.tables.text_table import TextTable

_COLUMNS = (CellReader("subject_id", read_subject_cell, "C101"), CellReader("arm", text_cell(read_id), "C103"))
ARM_COLUMNS = tuple(one.name for one in _COLUMNS)


def read_arms(table: TextTable) -> dict[str, str]:
    """The arm of each subject, by id.

    Raises:
        CohortError: With every problem of the table; nothing of it is used then.
    """
    arms: dict[str, str] = {}

    def check(row: EntryRow) -> Iterator[Problem]:
        subject = row.values["subject_id"]
        if subject in arms:
            yield Problem(row.place("subject_id"), "C102", "subject_id", expected_got("each subject once", subject))

    for row in read_entries(table, _COLUMNS, check):
        arms[row.values["subject_id"]] = row.values["arm"]
    return arms
