"""The commands about a protocol file alone: list, check, show, schema."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from dosecal import __version__
from dosecal.commands.options import (
    AsJson,
    Force,
    HorizonText,
    OutputName,
    ProtocolName,
    Unblinded,
    complete_study,
    fail,
    look_of,
    made_by,
    parsed_horizon,
    refuse_terminal,
    say,
    tell,
    tell_json,
    terminal_width,
    write_bytes,
    write_text,
)
from dosecal.model.counts import counted
from dosecal.model.problems import ScheduleError
from dosecal.model.visible import one_line

if TYPE_CHECKING:
    from datetime import date

    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol


class ShowFormat(StrEnum):
    """The formats of a schedule of activities."""

    table = "table"
    markdown = "markdown"
    csv = "csv"
    json = "json"
    xlsx = "xlsx"


class ReportFormat(StrEnum):
    """The formats of a list of problems."""

    text = "text"
    json = "json"


def protocols(as_json: AsJson = False) -> None:
    """List the protocols that are shipped, then the examples; their ids work wherever a path does.

    \b
    Examples:
      dosecal protocols
      dosecal protocols --json
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.workflow.protocols import load_examples, load_shipped  # noqa: PLC0415 - see the module

    listed = [*((protocol.study, protocol) for protocol in load_shipped()), *load_examples()]
    if as_json:
        rows = [
            {
                "study": protocol.study,
                "protocol_version": protocol.version,
                "protocol_sha256": protocol.digest,
                "title": protocol.title,
                "id": name,
            }
            for name, protocol in listed
        ]
        tell_json(rows)
        return
    for name, protocol in listed:
        tell(one_line(f"{name}  version {protocol.version}  file {protocol.digest}  {protocol.title}"))


def check(
    names: Annotated[
        list[str], typer.Argument(metavar="PROTOCOL...", help="Protocol files.", autocompletion=complete_study)
    ],
    form: Annotated[ReportFormat, typer.Option("--format", help="Text for people, JSON for programs.")] = (
        ReportFormat.text
    ),
) -> None:
    """Check protocol files and list every problem: where, what was expected, what was found, and its code.

    What a file may well not mean is a warning, whose code begins with W and which changes no exit code.

    \b
    Examples:
      dosecal check onc-101.yaml
      dosecal check protocols/*.yaml --format json
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.workflow import load_protocol  # noqa: PLC0415 - see the module
    from dosecal.workflow.store import printable  # noqa: PLC0415 - likewise

    problems: list[Problem] = []
    for name in names:
        try:
            protocol = load_protocol(name)
        except ScheduleError as error:
            problems += error.problems
            if form is ReportFormat.text:
                tell("\n".join(str(problem) for problem in error.problems))
            continue
        problems += protocol.warnings
        if form is ReportFormat.text:
            for warning in protocol.warnings:
                tell(one_line(f"warning: {warning}"))
            said = (
                f"{printable(name)}: no problems ({protocol.study}, version {protocol.version}: {_contents(protocol)})"
            )
            tell(one_line(said))
    if form is ReportFormat.json:
        tell_json([_problem_json(problem) for problem in problems])
    if any(not problem.is_warning for problem in problems):
        raise typer.Exit(1)


def _contents(protocol: Protocol) -> str:
    parts = (
        counted(len(protocol.visits), "visit"),
        counted(len(protocol.regimens), "regimen"),
        counted(len(protocol.assessments), "assessment"),
        counted(len(protocol.queries), "query", "queries"),
    )
    return ", ".join(parts)


def _problem_json(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.source.file,
        "line": problem.source.line or None,
        "column": problem.source.column or None,
        "code": problem.code,
        "subject": problem.subject,
        "message": problem.message,
        "hint": problem.hint,
    }


def show(
    context: typer.Context,
    name: ProtocolName,
    form: Annotated[ShowFormat, typer.Option("--format", help="How it is printed.")] = ShowFormat.table,
    output: OutputName = None,
    plot: Annotated[
        str | None, typer.Option("--plot", metavar="FILE", help="Draw it as a timeline too: FILE ends in .png or .svg.")
    ] = None,
    horizon: HorizonText = None,
    unblinded: Unblinded = False,
    force: Force = False,
) -> None:
    """Print a protocol's schedule of activities: visits, days, windows, assessments, doses, and what is left open.

    \b
    Examples:
      dosecal show NCT04611256
      dosecal show onc-101.yaml --format markdown -o onc-101.md
      dosecal show onc-101.yaml --format xlsx -o onc-101.xlsx
      dosecal show onc-101.yaml --plot onc-101.svg
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.workflow.blinding import load_shown  # noqa: PLC0415 - see the module

    refuse_terminal(form.value, output)
    try:
        if plot is not None:
            _refuse_plot(plot, name)
        protocol, warnings = load_shown(name, parsed_horizon(horizon), unblinded=unblinded)
    except ScheduleError as error:
        fail(error.problems)
    for warning in warnings:
        say(f"warning: {warning}")
    if form is ShowFormat.xlsx:
        from dosecal.workflow.activities import activities_workbook  # noqa: PLC0415 - see the module

        write_bytes(lambda: activities_workbook(protocol, name, context.obj, output), output, force=force)
    else:
        is_read = form in {ShowFormat.table, ShowFormat.markdown}
        write_text(lambda: _shown(protocol, form, context.obj, output), output, force=force, for_people=is_read)
    if plot is not None:
        _draw(protocol, plot, context.obj, force=force)


def _refuse_plot(plot: str, name: str) -> None:
    """Refuse a picture that can't be drawn, before anything is written.

    Raises:
        OutputError: If its name is that of no picture, or of the protocol.
    """
    from dosecal.workflow.timelines import picture_form  # noqa: PLC0415 - see the module

    picture_form(plot, name)


def _draw(protocol: Protocol, plot: str, as_of: date, *, force: bool) -> None:
    from dosecal.workflow.timelines import write_protocol_timeline  # noqa: PLC0415 - see the module

    try:
        write_protocol_timeline(protocol, plot, made_by(as_of), force=force)
    except ScheduleError as error:
        fail(error.problems)


def _shown(protocol: Protocol, form: ShowFormat, as_of: date, output: str | None) -> str:
    """The schedule of activities in a format that is text."""
    from dosecal.render.activities_text import activities_csv, activities_json, activities_markdown  # noqa: PLC0415
    from dosecal.report.calendars.activities import schedule_of_activities  # noqa: PLC0415

    activities = schedule_of_activities(protocol)
    if form is ShowFormat.markdown:
        return activities_markdown(activities, made_by(as_of))
    if form is ShowFormat.csv:
        return activities_csv(activities)
    if form is ShowFormat.json:
        facts = {"program_version": __version__, "as_of": as_of.isoformat()}
        return activities_json(activities, facts)
    from dosecal.render.activities_terminal import activities_terminal  # noqa: PLC0415

    return activities_terminal(activities, made_by(as_of), terminal_width(output), look_of(output=output))


def print_schema(
    of_sites: Annotated[bool, typer.Option("--sites", help="That of a site file, not of a protocol file.")] = False,
) -> None:
    """Print the JSON Schema of a protocol file, for editors.

    \b
    Examples:
      dosecal schema > protocol.schema.json
      dosecal schema --sites > sites.schema.json
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.load.protocol.protocol_file import protocol_schema  # noqa: PLC0415 - see the module
    from dosecal.load.sites.site_file import sites_schema  # noqa: PLC0415 - likewise

    tell_json(sites_schema() if of_sites else protocol_schema())
