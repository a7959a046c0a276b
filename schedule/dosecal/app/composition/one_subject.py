"""Some of the subjects that were read: those who are not bad, or the one that is asked for alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.app.composition.studies import ReadCohort
from dosecal.load.tables.csv_rows import CUT_CODES
from dosecal.model.cohort import keep_subjects
from dosecal.model.problems import Problem, Source
from dosecal.model.struct import Struct, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dosecal.load.tables.text_chunks import TextChunk
    from dosecal.load.tables.text_table import TextTable
    from dosecal.model.cohort import Cohort


def only_subjects(read: ReadCohort, is_kept: Callable[[str], bool]) -> ReadCohort:
    """Some of the subjects alone, by their ids."""

    def kept(cohort: Cohort) -> Cohort:
        return keep_subjects(cohort, np.array([is_kept(one) for one in cohort.ids], dtype=np.bool_))

    return ReadCohort(
        read.protocol, kept(read.cohort), tuple((protocol, kept(cohort)) for protocol, cohort in read.earlier)
    )


class OneSubject(Struct):
    """The subject that is asked for alone, if one is: the lines on which it stands, and what was wrong beside it.

    Attributes:
        id: The id; None for all subjects.
        places: The files and lines of the subject, as they are met.
        files: The files of the subjects, as they are met; what is wrong in any other counts.
        passed_over: How many problems there were in the rows of others.
    """

    id: str | None
    places: set[tuple[str, int]] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    passed_over: int = 0

    def watched(self, table: TextTable) -> TextTable:
        """The table, whose chunks tell on their way on which lines the subject stands."""
        if self.id is None or "subject_id" not in table.header:
            return table
        return replace(table, chunks=self._watch(table, table.header.index("subject_id")))

    def _watch(self, table: TextTable, column: int) -> Iterator[TextChunk]:
        for chunk in table.chunks:
            if chunk.lines:
                ids, file = chunk.texts(column), chunk.place(0, 0).file
                self.files.add(file)
                self.places |= {(file, line) for line, text in zip(chunk.lines, ids, strict=True) if text == self.id}
            yield chunk

    def concerned(self, problems: list[Problem], *, all_count: bool) -> list[Problem]:
        """The problems that count; those in rows of others are passed over unless all count."""
        if self.id is None or all_count:
            return problems
        # where a part was not read, the subject may stand once more
        own = [one for one in problems if self._counts(one)]
        self.passed_over += len(problems) - len(own)
        return own

    def _counts(self, problem: Problem) -> bool:
        file, line = problem.source.file, problem.source.line
        return file not in self.files or (file, line) in self.places or problem.code in CUT_CODES

    def alone(self, read: ReadCohort) -> ReadCohort:
        """The subject alone of what was read; nobody where it has others."""
        return read if self.id is None else only_subjects(read, lambda one: one == self.id)

    def warnings(self, file: str) -> list[Problem]:
        """That problems of others were passed over."""
        if not self.passed_over:
            return []
        message = f"problems in the rows of other subjects are passed over: {self.passed_over:,}"
        return [Problem(Source(file), "W040", "", message, "dosecal doses names them")]
