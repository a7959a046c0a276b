"""An arms table (``subject_id, arm``) to the arm of each subject, where arms stand apart from the subjects.

Conventions: a blinded trial's arms lie where blinded readers may not go; the subjects' table has the shared words then.
That an arm is one of the protocol is judged by the protocol of its subject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.columns import SUBJECT_ID, Column, Kind
from dosecal.load.plain_text import read_id
from dosecal.load.tables.table_reader import read_rows
from dosecal.model.problems import Problem, expected_got

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.tables.table_reader import Row
    from dosecal.load.tables.text_table import TextTable

ARM_COLUMNS = (SUBJECT_ID, Column("arm", Kind.TEXT, "C103", "the id of an arm of the protocol", "treated", read_id))


def read_arms(table: TextTable) -> dict[str, str]:
    """The arm of each subject, by id.

    Raises:
        CohortError: With every problem of the table; nothing of it is used then.
    """
    arms: dict[str, str] = {}

    def check(row: Row) -> Iterator[Problem]:
        if row["subject_id"] in arms:
            message = expected_got("each subject once", row["subject_id"])
            yield Problem(row.place("subject_id"), "C102", "subject_id", message)

    for row in read_rows(table, ARM_COLUMNS, check):
        arms[row["subject_id"]] = row["arm"]
    return arms
