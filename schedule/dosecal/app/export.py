"""The verb that writes the files of another system."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dosecal import __version__
from dosecal.app.composition.composition import Composition, shown_protocols
from dosecal.app.composition.inputs import Inputs
from dosecal.app.composition.purpose import ANY_PURPOSE, DOSING, Outcome
from dosecal.app.composition.subject_views import read_subjects_with_visits
from dosecal.app.files.folder import is_folder_name, write_folder
from dosecal.app.files.output import STANDARD_OUTPUT, refuse_output_over_input, write_whole
from dosecal.app.files.sources import read_file, read_mapping_file
from dosecal.app.options.inputs import OneSubject, takes_inputs
from dosecal.app.options.outputs import Force, or_standard_output
from dosecal.app.options.speech import end_with, not_written, option, refuse, tell
from dosecal.exchange.parts import calendar_key, parts_of
from dosecal.exchange.preset import Exported, ExportFile, ExportInput
from dosecal.exchange.targets import TARGETS, find_target
from dosecal.load.tables.table_mapping_file import read_table_mapping
from dosecal.model.counts import counted
from dosecal.model.problems import CohortError, OutputError, Problem, Source
from dosecal.model.struct import Struct, replace
from dosecal.model.table_mapping import KnownColumns
from dosecal.report.tables.schedule import doses_table, visits_table
from dosecal.report.tables.schemas import FURTHER_VISIT_COLUMNS, table_columns
from dosecal.report.tables.table import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dosecal.exchange.preset import Preset
    from dosecal.model.protocol import Protocol
    from dosecal.model.table_mapping import TableMapping
    from dosecal.report.tables.schemas import Columns


def _print_targets(is_asked: bool) -> None:
    if not is_asked:
        return
    width = max(len(target.name) for target in TARGETS)
    for target in TARGETS:
        options = ", ".join(option for option, _ in target.options)
        tell(f"{target.name:<{width}}  {target.summary}" + (f" (--set {options})" if options else ""))
    raise typer.Exit


@takes_inputs("maybe")
def export(
    context: typer.Context,
    inputs: Inputs,
    to: Annotated[str | None, option("--to", "TARGET", "What is written; --list says which.")] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE|DIR",
            help="Write to a file, or several files to a folder.",
            callback=or_standard_output,
        ),
    ] = None,
    per: Annotated[
        Literal["subject", "site"] | None,
        typer.Option("--per", help="A file for each subject or site; -o names a folder."),
    ] = None,
    settings: Annotated[
        list[str] | None, option("--set", "NAME=VALUE", "Tell the target more; may be repeated.")
    ] = None,
    columns: Annotated[str | None, option("--columns", "FILE", "YAML that maps columns, for the target csv.")] = None,
    previous: Annotated[
        str | None, option("--previous", "FILE|DIR", "The export before, which this one brings up to date.")
    ] = None,
    is_list: Annotated[  # noqa: ARG001 - its callback answers it
        bool, typer.Option("--list", callback=_print_targets, is_eager=True, help="Print the targets, a line each.")
    ] = False,
    subject: OneSubject = None,
    force: Force = False,
) -> None:
    """Write the files of another system: a calendar, a data capture system, any table.

    \b
    Examples:
      dosecal export --list
      dosecal export NCT04611256 subjects.csv --to ics -o visits.ics
      dosecal export NCT04611256 subjects.csv --to ics --per subject -o calendars
      dosecal export NCT04611256 subjects.csv --to ics --previous visits.ics -o visits.ics --force
      dosecal export NCT04611256 subjects.csv --to csv --columns map.yaml -o visits.csv
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    target = _target(to)
    _refuse_what_does_not_fit(target, inputs, per, columns, previous)
    request = ExportRequest(
        inputs=replace(inputs, subject=subject),
        target=target,
        options=_options(target, settings or []),
        per=per or "",
        columns=columns,
        previous=previous,
        output=output,
        force=force,
        is_day_told=context.params["as_of"] is not None,
    )
    if per and output is None:
        refuse("--per", "a file each: name a folder with -o")
    outcome = write_export(request)
    written = f"{counted(outcome.documents, 'file')} written; {counted(len(outcome.problems), 'problem')}"
    if target.needs_subjects:
        written = f"{counted(outcome.subjects, 'subject')}, {counted(outcome.visits, 'visit')}; {written}"
    end_with(outcome, written if outcome.is_written else not_written(outcome))


def _target(name: str | None) -> Preset:
    target = None if name is None else find_target(name)
    if target is None:
        known = ", ".join(one.name for one in TARGETS)
        refuse("--to", f"{'a target is needed' if name is None else f'there is no target {name!r}'}: {known}")
    return target


def _refuse_what_does_not_fit(
    target: Preset, inputs: Inputs, per: str | None, columns: str | None, previous: str | None
) -> None:
    """Refuse what a target can't be asked for.

    Raises:
        typer.BadParameter: If it is.
    """
    the_target = f"the target {target.name}"
    for is_wrong, what, why in (
        (target.needs_subjects and not inputs.subjects, "SUBJECTS", "is made from a list of subjects"),
        (not target.needs_subjects and per is not None, "--per", "has nothing of subjects in it"),
        (not target.needs_subjects and len(inputs.protocols) > 1, "--also", "is made from one version alone"),
        (not target.needs_subjects and inputs.subjects, "SUBJECTS", "is made from the protocol alone"),
        (target.takes_mapping and columns is None, "--columns", "needs a file that maps columns"),
        (not target.takes_mapping and columns is not None, "--columns", "has columns of its own"),
    ):
        if is_wrong:
            refuse(what, f"{the_target} {why}")
    if previous is not None and inputs.skip_bad:
        refuse("--skip-bad", "what skipped subjects have would be cancelled")
    if previous is not None and not target.previous_ending:
        refuse("--previous", f"{the_target} goes on from no export before")


def _options(target: Preset, settings: list[str]) -> dict[str, str]:
    """What the target is told, by name; only what it can be told, and nothing twice."""
    known = dict(target.options)
    options: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or name not in known or name in options:
            names = "; ".join(f"{one}={meaning}" for one, meaning in known.items()) or "nothing"
            refuse("--set", f"{target.name} can be told, once: {names}; got {setting!r}")
        options[name] = value
    return options


class ExportRequest(Struct, frozen=True, kw_only=True):
    """What is asked of an export.

    Attributes:
        inputs: What it is planned from; without subjects for a target that is made from the protocol alone.
        target: The target.
        options: What the target is told beside.
        per: ``subject`` or ``site`` for files of their own; empty for none.
        columns: The name of the file that maps columns, for a target that takes one; None for none.
        previous: The name of the file or folder of the export before; None for none.
        output: The name of the file or folder; None for standard output.
        force: Whether files that are there already may be replaced.
        is_day_told: Whether somebody told the day on which the files are made; else it is today.
    """

    inputs: Inputs
    target: Preset
    options: Mapping[str, str]
    per: str = ""
    columns: str | None = None
    previous: str | None = None
    output: str | None = None
    force: bool = False
    is_day_told: bool = False


def write_export(request: ExportRequest) -> Outcome:
    """Plan a cohort and write the files of a target.

    Args:
        request: What is asked.

    Returns:
        What was done with the cohort; with problems, unless bad rows are skipped, nothing was written. What the target
        can't take, and what somebody has to know of it, is among the warnings.

    Raises:
        ScheduleError: If the protocol, a whole input or the output is refused, or the target can't take what there is.
    """
    inputs = request.inputs.files if request.columns is None else (*request.inputs.files, request.columns)
    refuse_output_over_input(request.output, inputs)
    outcome, made_from = _planned(request)
    if made_from is not None:
        exported = _made(request, made_from)
        _write(request, exported.files)
        outcome.is_written = True
        outcome.warnings += exported.findings
        outcome.documents = len(exported.files)
    return outcome


def _planned(request: ExportRequest) -> tuple[Outcome, ExportInput | None]:
    """What the files are made from; None where there are problems and nothing may be written."""
    inputs, as_of = request.inputs, request.inputs.judged_on
    if not inputs.subjects:
        protocols, warnings = shown_protocols(inputs)
        _refuse_blinded(request, protocols)
        told = as_of if request.is_day_told else None
        return Outcome(warnings=warnings), ExportInput(protocols[0], (), __version__, as_of, request.options, told)
    mapping = None if request.columns is None else _mapping(request.columns)
    previous = () if request.previous is None else _previous_files(request.previous, request)
    needs_doses = mapping is not None and mapping.table == "doses"
    plan = Composition(inputs, DOSING if needs_doses else ANY_PURPOSE)
    _refuse_blinded(request, plan.protocols)
    views = tuple(read_subjects_with_visits(plan)) if mapping is None else ()
    rows = () if mapping is None else tuple(_rows(plan, mapping.table))
    if not plan.may_be_written:
        return plan.outcome, None
    if inputs.subject is not None:  # in place of all that was planned
        plan.outcome.subjects, plan.outcome.visits = 1, sum(len(view.visits) for view in views)
    return plan.outcome, ExportInput(
        plan.protocol,
        views,
        __version__,
        as_of,
        request.options,
        per=request.per,
        scope=inputs.subject or "",
        previous=previous,
        mapping=mapping,
        rows=rows,
    )


def _rows(plan: Composition, table: str) -> Iterator[Mapping[str, str]]:
    """The rows of the visits or doses table, cell by cell, in the order of the subjects' file."""
    own, table_of = plan.inputs.subject, {"visits": visits_table, "doses": doses_table}[table]
    for schedules in plan.groups():
        lines: dict[str, int] = {}
        rows: list[dict[str, str]] = []
        for schedule in schedules:
            lines.update(zip(schedule.cohort.ids, schedule.cohort.line.tolist(), strict=True))
            rows += table_of(schedule).records()
        rows.sort(key=lambda row: lines[row["subject_id"]])
        yield from (row for row in rows if own in (None, row["subject_id"]))


def _refuse_blinded(request: ExportRequest, protocols: tuple[Protocol, ...]) -> None:
    """Refuse files that carry the arms of a blinded trial to a reader who may not know them.

    Raises:
        OutputError: If they would.
    """
    hidden = [one for one in protocols if one.is_masked] if request.target.carries_arms else []
    if hidden:
        message = f"expected --unblinded, since the files of {request.target.name} carry the arms of a blinded trial"
        hint = 'or, where everybody may know the arms, the line "blinding: open label" in the protocol file'
        raise OutputError(tuple(Problem(Source(one.file), "X107", "blinding", message, hint) for one in hidden))


def _made(request: ExportRequest, made_from: ExportInput) -> Exported:
    """The files, those of each subject or site by themselves where that is asked for."""
    if not request.per or request.target.parts_itself:
        return request.target.make(made_from)
    files: list[ExportFile] = []
    findings: list[Problem] = []
    for name, views in parts_of(made_from.views, request.per, calendar_key):
        part = request.target.make(replace(made_from, views=views))
        files += [ExportFile(f"{name}-{file.name}", file.content) for file in part.files]
        findings += part.findings
    return Exported(tuple(files), tuple(dict.fromkeys(findings)))


def _write(request: ExportRequest, files: tuple[ExportFile, ...]) -> None:
    if request.output is not None and (len(files) != 1 or request.per or is_folder_name(request.output)):
        write_folder(request.output, [(file.name, file.content) for file in files], force=request.force)
        return
    if len(files) != 1:
        names = ", ".join(file.name for file in files)
        message = f"expected a folder for several files, got none: {names}"
        raise OutputError((Problem(Source(STANDARD_OUTPUT), "O008", "", message, "name one with -o"),))
    write_whole(files[0].content, request.output, force=request.force)


def _mapping(name: str) -> TableMapping:
    """The mapping of a file.

    Raises:
        CohortError: If it can't be read, or is none.
    """
    tables = {
        "visits": _known((*table_columns("visits"), *FURTHER_VISIT_COLUMNS)),
        "doses": _known(table_columns("doses", has_actuals=True)),
    }
    return read_table_mapping(read_mapping_file(name, "a file that maps columns"), name, tables)


def _known(columns: Columns) -> KnownColumns:
    dates, whole, decimals = (
        frozenset(name for name, own in columns if own is kind) for kind in (Kind.DATE, Kind.WHOLE, Kind.DECIMAL)
    )
    return KnownColumns(tuple(name for name, _ in columns), dates, whole | decimals)


def _previous_files(name: str, request: ExportRequest) -> tuple[ExportFile, ...]:
    """The files of the export before, by their name: of a folder, those that end as the target's; else the file itself.

    Raises:
        CohortError: If there are none, they can't be read, or one file stands for those of several subjects or sites.
    """
    path, per, ending = Path(name), request.per, request.target.previous_ending
    paths = sorted(path.glob(f"*{ending}")) if path.is_dir() else [path]
    if per and path.is_file():
        raise _no_previous(name, f"the folder of the export before, since each {per} has a file, got a file")
    if not paths:
        raise _no_previous(name, f"files that end in {ending}, got a folder without any")
    refusal = (CohortError, "X106")
    return tuple(ExportFile(one.name, read_file(one, str(one), "the export before", refusal)) for one in paths)


def _no_previous(file: str, expected: str) -> CohortError:
    return CohortError((Problem(Source(file), "X106", "", f"expected {expected}"),))
