"""The verb that shows a protocol's schedule of activities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dosecal import __version__
from dosecal.app.composition.blinding import as_shown
from dosecal.app.composition.protocols import load_for_planning, load_protocol
from dosecal.app.files.output import write_whole
from dosecal.app.files.pictures import drawn, picture_form
from dosecal.app.files.table_rows import sheet_refused
from dosecal.app.options.inputs import HorizonText, ProtocolName, Unblinded, parsed_horizon
from dosecal.app.options.outputs import Force, OutputName, output_of, refuse_terminal
from dosecal.app.options.speech import made_by, made_json, option, say_found
from dosecal.render.activities_terminal import activities_terminal
from dosecal.render.activities_text import activities_csv, activities_json, activities_markdown
from dosecal.render.activities_xlsx import activities_xlsx
from dosecal.render.workbook import SheetLimitError
from dosecal.report.calendars.about import About, named_inputs
from dosecal.report.calendars.activities import schedule_of_activities
from dosecal.report.calendars.timeline import protocol_timeline

if TYPE_CHECKING:
    from datetime import date

    from dosecal.app.files.output import Output
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol
    from dosecal.model.timing import Horizon


def show(
    context: typer.Context,
    name: ProtocolName,
    form: Annotated[
        Literal["table", "markdown", "csv", "json", "xlsx"], typer.Option("--format", help="How it is printed.")
    ] = "table",
    output: OutputName = None,
    plot: Annotated[
        str | None, option("--plot", "FILE", "Draw it as a timeline too: FILE ends in .png or .svg.")
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
    refuse_terminal(form, output)
    drawing = None if plot is None else picture_form(plot, name)
    protocol, warnings = load_shown(name, parsed_horizon(horizon), unblinded=unblinded)
    say_found(warnings)
    content = activities_in(protocol, name, output_of(output, form), context.obj)
    write_whole(content, output, force=force, for_people=form in {"table", "markdown"})
    if plot is not None and drawing is not None:
        timeline = protocol_timeline(protocol, made_by(context.obj))
        write_whole(drawn(timeline, drawing, plot), plot, force=force)


def load_shown(name: str, horizon: Horizon | None, *, unblinded: bool) -> tuple[Protocol, list[Problem]]:
    """A protocol as the reader of its schedule may see it, and what is to be said of that.

    Args:
        name: Its name.
        horizon: How far its cycles are shown; None for only as far as the file names their days.
        unblinded: Whether arms, doses and products of a blinded trial are shown.

    Raises:
        ScheduleError: If it is refused.
    """
    protocol = load_protocol(name) if horizon is None else load_for_planning(name, horizon)
    (shown,), warnings = as_shown((protocol,), is_unblinded=unblinded)
    return shown, warnings


def activities_in(protocol: Protocol, name: str, output: Output, as_of: date) -> str | bytes:
    """The schedule of activities in the format of an output.

    Args:
        protocol: The protocol.
        name: Its name, as it was asked for.
        output: Where it goes, as ``table``, ``markdown``, ``csv``, ``json`` or ``xlsx``.
        as_of: The day on which it is made.

    Raises:
        OutputError: If a text has no room in a cell.
    """
    activities = schedule_of_activities(protocol)
    if output.form == "markdown":
        return activities_markdown(activities, made_by(as_of))
    if output.form == "csv":
        return activities_csv(activities)
    if output.form == "json":
        return activities_json(activities, made_json(as_of))
    if output.form == "table":
        return activities_terminal(activities, made_by(as_of), output.width, output.look)
    about = About((protocol,), f"dosecal {__version__}", as_of, named_inputs(("protocol", name)))
    try:
        return activities_xlsx(activities, about)
    except SheetLimitError as error:
        raise sheet_refused(error, output.shown, "CSV, JSON and Markdown do") from None
