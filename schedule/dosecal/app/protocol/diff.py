"""What one version of a protocol changes against another, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.app.composition.blinding import as_shown
from dosecal.app.composition.composition import Composition, Purpose, load_studies
from dosecal.app.composition.versions import ordered_rows
from dosecal.model.days import read_date
from dosecal.model.problems import CohortError, PlanError, Problem, Source, quoted
from dosecal.model.struct import Struct, replace
from dosecal.report.calendars.changes import Change, protocol_changes
from dosecal.report.tables.schedule import doses_table, visits_table
from dosecal.report.tables.subject_changes import SubjectChange, subject_changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dosecal.app.composition.inputs import Inputs
    from dosecal.model.protocol import Protocol
    from dosecal.report.tables.table import Table


class Comparison(Struct, frozen=True):
    """Two versions of a protocol, and what the newer one changes.

    Attributes:
        old, new: The versions, as their reader may see them.
        changes: What the protocol says otherwise.
        of_subjects: What that changes for the subjects of a file; None where no file was given.
        problems: Subjects that can't be planned by one of the versions.
        warnings: That it unblinds, or that a version doesn't say whether its arms are blinded.
    """

    old: Protocol
    new: Protocol
    changes: tuple[Change, ...]
    of_subjects: tuple[SubjectChange, ...] | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def compare_versions(old: Inputs, new: Inputs) -> Comparison:
    """What a newer version of a protocol changes against an older one, and for whom where there are subjects.

    Args:
        old: The older version, with the subjects and what goes with them; no subjects where nobody asks for whom.
        new: The same of the newer version. Where that states when it takes effect, only rows from that day on are told.

    Raises:
        ScheduleError: If one of the versions or an input can't be read, or they are of different studies.
    """
    before, after = (load_studies(inputs).protocols[0] for inputs in (old, new))
    if before.study != after.study:
        message = f"expected a version of {quoted(before.study)}, got {quoted(after.study)}"
        raise PlanError((Problem(Source(after.file), "L080", "study", message),))
    (old_shown, new_shown), warnings = as_shown((before, after), is_unblinded=new.unblinded)
    changes = protocol_changes(old_shown, new_shown)
    if not old.subjects:
        return Comparison(old_shown, new_shown, changes, warnings=tuple(warnings))
    problems: dict[Problem, None] = {}
    (rows_before, rows_after) = (_rows_by(inputs, problems) for inputs in (old, new))
    found = subject_changes(rows_before, rows_after)
    if after.effective is not None:
        found = tuple(one for one in found if _is_from(one.day, after.effective))
    return Comparison(old_shown, new_shown, changes, found, tuple(problems), tuple(warnings))


def _rows_by(inputs: Inputs, problems: dict[Problem, None]) -> tuple[Table, Table]:
    """The visits and doses of subjects by one version, whatever version is theirs."""
    plan = Composition(replace(inputs, skip_bad=True), Purpose(any_version=True))
    pieces = [(visits_table(one), doses_table(one)) for group in plan.groups() for one in group]
    problems |= dict.fromkeys(plan.outcome.problems)
    if not pieces or plan.outcome.is_cut:
        raise CohortError(tuple(problems))
    return _stacked([visits for visits, _ in pieces]), _stacked([doses for _, doses in pieces])


def _stacked(tables: Sequence[Table]) -> Table:
    """Tables of one kind, one after the other."""
    starts = np.cumsum([0, *(table.rows for table in tables)])
    return ordered_rows(tables, [np.arange(table.rows) + start for table, start in zip(tables, starts, strict=False)])


def _is_from(day: str, effective: int) -> bool:
    return not day or read_date(day) >= effective
