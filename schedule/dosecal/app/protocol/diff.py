"""The verb that says what one version of a protocol changes against another, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import typer

from dosecal.app.composition.blinding import as_shown
from dosecal.app.composition.composition import Composition, load_studies
from dosecal.app.composition.inputs import Inputs
from dosecal.app.composition.joined_tables import ordered_rows
from dosecal.app.composition.purpose import Purpose
from dosecal.app.files.output import write_whole
from dosecal.app.options.inputs import takes_inputs
from dosecal.app.options.outputs import Force, OutputName
from dosecal.app.options.speech import AsJson, json_text, made_by, made_json, say_found, terminal_width
from dosecal.model.counts import counted
from dosecal.model.days import read_date
from dosecal.model.problems import CohortError, PlanError, Problem, Source, quoted
from dosecal.model.struct import Struct, names_of, replace
from dosecal.model.visible import one_line
from dosecal.render.whole_text import fitted
from dosecal.report.calendars.changes import Change, heading_words, protocol_changes
from dosecal.report.tables.schedule import doses_table, visits_table
from dosecal.report.tables.subject_changes import SubjectChange, subject_changes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dosecal.model.protocol import Protocol
    from dosecal.report.tables.table import Table


@takes_inputs("compared")
def diff(
    inputs: Inputs,
    output: OutputName = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Say in words what a new version of a protocol changes: visits, windows, assessments, doses, and for whom.

    The order of a file and its comments are no change. With --subjects, the rows of each subject that change are listed
    from the day on which the new version takes effect, where it states one.

    \b
    Examples:
      dosecal diff onc-101-v1.yaml onc-101-v2.yaml
      dosecal diff onc-101-v1.yaml onc-101-v2.yaml --subjects subjects.csv
      dosecal diff onc-101-v1.yaml onc-101-v2.yaml --json -o changes.json
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    comparison = compare_versions(*(replace(inputs, protocols=(one,)) for one in inputs.protocols))
    say_found(comparison.warnings, comparison.problems)
    if as_json:
        text = json_text(_json(comparison, inputs.judged_on))
    else:
        text = fitted(_text(comparison, inputs.judged_on), terminal_width(output))
    write_whole(text, output, force=force, for_people=not as_json)
    if comparison.problems:
        raise typer.Exit(1)


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
    of_subjects = subject_changes(rows_before, rows_after)
    if after.effective is not None:
        since = after.effective
        of_subjects = tuple(one for one in of_subjects if not one.day or read_date(one.day) >= since)
    return Comparison(old_shown, new_shown, changes, of_subjects, tuple(problems), tuple(warnings))


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


def _text(comparison: Comparison, as_of: date) -> str:
    lines = [*heading_words(comparison.old, comparison.new), made_by(as_of)]
    if not comparison.changes:
        lines += ["", "nothing that the protocol says has changed"]
    thing = ("", "")
    for change in comparison.changes:
        if (change.kind, change.id) != thing:
            thing = (change.kind, change.id)
            lines += ["", f"{change.kind} {change.id}".strip()]
        lines.append(f"  {change.words}")
    if comparison.of_subjects is not None:
        lines += ["", *_subject_lines(comparison.of_subjects)]
    return "\n".join(map(one_line, lines)) + "\n"


def _subject_lines(changes: tuple[SubjectChange, ...]) -> list[str]:
    if not changes:
        return ["no row of any subject changes"]
    count = counted(len({change.subject for change in changes}), "subject has", "subjects have")
    lines = [f"{count} rows that change"]
    subject = ""
    for change in changes:
        if change.subject != subject:
            subject = change.subject
            lines.append(f"subject {subject}")
        where = f"{change.regimen} at {change.visit}" if change.regimen else change.visit
        lines.append(f"  {where} {change.words}")
    return lines


def _json(comparison: Comparison, as_of: date) -> dict[str, object]:
    changes, of_subjects = comparison.changes, comparison.of_subjects
    return {
        "old": {"version": comparison.old.version, "protocol_sha256": comparison.old.digest},
        "new": {"version": comparison.new.version, "protocol_sha256": comparison.new.digest},
        "study": comparison.new.study,
        "unblinded": comparison.new.is_blinded or comparison.old.is_blinded,
        **made_json(as_of),
        "changes": [{key: getattr(one, key) for key in ("kind", "id", "what", "old", "new")} for one in changes],
        "subjects": None
        if of_subjects is None
        else [{name: getattr(one, name) for name in names_of(one)} for one in of_subjects],
    }
