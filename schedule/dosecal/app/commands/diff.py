"""The command that says what one version of a protocol changes against another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from dosecal import __version__
from dosecal.app.options.inputs import takes_inputs
from dosecal.app.options.speech import AsJson, Force, OutputName, fail, made_by, say, terminal_width, write_text
from dosecal.model.counts import counted
from dosecal.model.problems import ScheduleError
from dosecal.model.struct import names_of, replace
from dosecal.model.visible import one_line
from dosecal.render.whole_text import fitted

if TYPE_CHECKING:
    from datetime import date

    from dosecal.app.composition.inputs import Inputs
    from dosecal.app.protocol.diff import Comparison
    from dosecal.report.calendars.changes import Change
    from dosecal.report.tables.subject_changes import SubjectChange


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
    from dosecal.app.protocol.diff import compare_versions  # noqa: PLC0415 - see the module

    try:
        comparison = compare_versions(*(replace(inputs, protocols=(one,)) for one in inputs.protocols))
    except ScheduleError as error:
        fail(error.problems)
    for warning in comparison.warnings:
        say(f"warning: {warning}")
    for problem in comparison.problems:
        say(str(problem))

    def text() -> str:
        if as_json:
            return _json(comparison, inputs.judged_on)
        return fitted(_text(comparison, inputs.judged_on), terminal_width(output))

    write_text(text, output, force=force, for_people=not as_json)
    if comparison.problems:
        raise typer.Exit(1)


def _text(comparison: Comparison, as_of: date) -> str:
    from dosecal.report.calendars.changes import heading_words  # noqa: PLC0415 - see the module

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


def _json(comparison: Comparison, as_of: date) -> str:
    whole = {
        "old": {"version": comparison.old.version, "protocol_sha256": comparison.old.digest},
        "new": {"version": comparison.new.version, "protocol_sha256": comparison.new.digest},
        "study": comparison.new.study,
        "unblinded": comparison.new.is_blinded or comparison.old.is_blinded,
        "program_version": __version__,
        "as_of": as_of.isoformat(),
        "changes": [_change_json(change) for change in comparison.changes],
        "subjects": None
        if comparison.of_subjects is None
        else [{name: getattr(one, name) for name in names_of(one)} for one in comparison.of_subjects],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _change_json(change: Change) -> dict[str, str]:
    return {"kind": change.kind, "id": change.id, "what": change.what, "old": change.old, "new": change.new}
