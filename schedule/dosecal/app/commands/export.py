"""The command that writes the files of other systems."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from dosecal import __version__
from dosecal.app.options.inputs import takes_inputs
from dosecal.app.options.speech import Force, OneSubject, fail, or_standard_output, say, tell
from dosecal.model.counts import counted
from dosecal.model.problems import ScheduleError
from dosecal.model.struct import replace

if TYPE_CHECKING:
    from dosecal.app.composition.inputs import Inputs
    from dosecal.app.export import ExportOutcome, ExportRequest
    from dosecal.exchange.preset import Preset


class Per(StrEnum):
    """What gets files of its own."""

    subject = "subject"
    site = "site"


def _print_targets(is_asked: bool) -> None:
    if not is_asked:
        return
    from dosecal.exchange.targets import TARGETS  # noqa: PLC0415 - see the module

    width = max(len(target.name) for target in TARGETS)
    for target in TARGETS:
        options = ", ".join(option for option, _ in target.options)
        tell(f"{target.name:<{width}}  {target.summary}" + (f" (--set {options})" if options else ""))
    raise typer.Exit


TargetName = Annotated[str | None, typer.Option("--to", metavar="TARGET", help="What is written; --list says which.")]
FileOrFolder = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE|DIR",
        help="Write to a file, or several files to a folder.",
        callback=or_standard_output,
    ),
]
PerWhat = Annotated[Per | None, typer.Option("--per", help="A file for each subject or site; -o names a folder.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Tell the target more; may be repeated.")
]
ColumnsName = Annotated[
    str | None, typer.Option("--columns", metavar="FILE", help="YAML that maps columns, for the target csv.")
]
PreviousName = Annotated[
    str | None,
    typer.Option("--previous", metavar="FILE|DIR", help="The export before, which this one brings up to date."),
]
ListTargets = Annotated[
    bool, typer.Option("--list", callback=_print_targets, is_eager=True, help="Print the targets, a line each.")
]


@takes_inputs("maybe")
def export(
    context: typer.Context,
    inputs: Inputs,
    to: TargetName = None,
    output: FileOrFolder = None,
    per: PerWhat = None,
    settings: Settings = None,
    columns: ColumnsName = None,
    previous: PreviousName = None,
    is_list: ListTargets = False,  # noqa: ARG001 - its callback answers it
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
    from dosecal.app.export import ExportRequest  # noqa: PLC0415 - see the module

    target = _target(to)
    _refuse_what_does_not_fit(target, inputs, per)
    _refuse_other_files(target, columns, previous, is_skipping=inputs.skip_bad)
    options = _options(target, settings or [])
    part = "" if per is None else per.value
    request = ExportRequest(
        inputs=replace(inputs, subject=subject),
        target=target,
        program_version=__version__,
        options=options,
        per=part,
        columns=columns,
        previous=previous,
        output=output,
        force=force,
        is_day_told=context.params["as_of"] is not None,
    )
    _run(request)


def _target(name: str | None) -> Preset:
    from dosecal.exchange.targets import TARGETS, find_target  # noqa: PLC0415 - see the module

    target = None if name is None else find_target(name)
    if target is None:
        known = ", ".join(one.name for one in TARGETS)
        said = "a target is needed" if name is None else f"there is no target {name!r}"
        raise typer.BadParameter(f"{said}: {known}", param_hint="--to")
    return target


def _refuse_what_does_not_fit(target: Preset, inputs: Inputs, per: Per | None) -> None:
    if target.needs_subjects and not inputs.subjects:
        raise typer.BadParameter(f"the target {target.name} is made from a list of subjects", param_hint="SUBJECTS")
    if not target.needs_subjects and per is not None:
        raise typer.BadParameter(f"the target {target.name} has nothing of subjects in it", param_hint="--per")
    if not target.needs_subjects and len(inputs.protocols) > 1:
        raise typer.BadParameter(f"the target {target.name} is made from one version alone", param_hint="--also")


def _refuse_other_files(target: Preset, columns: str | None, previous: str | None, *, is_skipping: bool) -> None:
    if target.takes_mapping and columns is None:
        raise typer.BadParameter(f"the target {target.name} needs a file that maps columns", param_hint="--columns")
    if columns is not None and not target.takes_mapping:
        raise typer.BadParameter(f"the target {target.name} has columns of its own", param_hint="--columns")
    if previous is not None and is_skipping:
        raise typer.BadParameter("what skipped subjects have would be cancelled", param_hint="--skip-bad")
    if previous is not None and not target.previous_ending:
        raise typer.BadParameter(f"the target {target.name} goes on from no export before", param_hint="--previous")


def _options(target: Preset, settings: list[str]) -> dict[str, str]:
    """What the target is told, by name; only what it can be told, and nothing twice."""
    known = dict(target.options)
    options: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or name not in known or name in options:
            names = "; ".join(f"{one}={meaning}" for one, meaning in known.items()) or "nothing"
            raise typer.BadParameter(f"{target.name} can be told, once: {names}; got {setting!r}", param_hint="--set")
        options[name] = value
    return options


def _run(request: ExportRequest) -> None:
    from dosecal.app.export import write_export  # noqa: PLC0415 - see the module

    if request.per and request.output is None:
        raise typer.BadParameter("a file each: name a folder with -o", param_hint="--per")
    try:
        outcome = write_export(request)
    except ScheduleError as error:
        fail(error.problems)
    for warning in (*outcome.plan.warnings, *outcome.findings):
        say(f"warning: {warning}")
    for problem in outcome.plan.problems:
        say(str(problem))
    say(_summary(request, outcome))
    if outcome.plan.problems:
        raise typer.Exit(1)


def _summary(request: ExportRequest, outcome: ExportOutcome) -> str:
    problems = counted(len(outcome.plan.problems), "problem")
    if not outcome.plan.is_written:
        return f"nothing was written: {problems}{'' if outcome.plan.is_cut else ' (--skip-bad writes the good rows)'}"
    written = f"{counted(len(outcome.files), 'file')} written"
    if not request.target.needs_subjects:
        return f"{written}; {problems}"
    return (
        f"{counted(outcome.plan.subjects, 'subject')}, {counted(outcome.plan.visits, 'visit')}; {written}; {problems}"
    )
