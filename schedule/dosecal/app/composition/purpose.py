"""What a plan is for, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.tables.csv_rows import CUT_CODES
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from dosecal.model.problems import Problem


class NothingToWriteError(Exception):
    """Leaves an output unwritten; the outcome says why."""


class Outcome(Struct):
    """What was done with a cohort.

    Attributes:
        subjects, visits, doses: How many were planned; of the doses those that the reader may know of.
        hides_doses: Whether there may be others, of blinded arms.
        problems: What was wrong with the input; unless bad rows are skipped, nothing was written then.
        warnings: What was passed over, or changed on the way out.
        documents: How many files or papers were made, where it is made of such.
        is_written: Whether the output was written.
    """

    subjects: int = 0
    visits: int = 0
    doses: int = 0
    hides_doses: bool = False
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    documents: int = 0
    is_written: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether a part of the subjects could not be read, so that it is not known who is missing."""
        return any(problem.code in CUT_CODES for problem in self.problems)


class Purpose(Struct, frozen=True, kw_only=True):
    """What a plan is for, as far as that changes what is a problem; never what comes out.

    Attributes:
        needs_doses: Whether a first dose that can't be worked out is a problem.
        judges: Whether every visit has a status, where nothing is on record, too.
        several_studies: Whether the protocols may be those of several studies.
        any_version: Whether a subject is planned whose ``protocol_version`` is another one.
        on_open_days: Whether visits are planned on the open days of the sites; otherwise only the sites are known.
        reveals: Whether it tells doses by its nature, so that a blinded trial's are not hidden.
        promises: Whether each dose gets containers of the lots; otherwise the lots are read and no more.
    """

    needs_doses: bool = False
    judges: bool = False
    several_studies: bool = False
    any_version: bool = False
    on_open_days: bool = True
    reveals: bool = False
    promises: bool = True


ANY_PURPOSE = Purpose()
DOSING = Purpose(needs_doses=True, reveals=True)
SHEETS = Purpose(reveals=True)
FORECAST = Purpose(needs_doses=True, reveals=True, promises=False)
