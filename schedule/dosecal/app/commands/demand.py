"""The command that forecasts what a plan needs."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from dosecal import __version__
from dosecal.app.options.inputs import takes_inputs
from dosecal.app.options.speech import (
    ColumnNames,
    Force,
    OutputName,
    fail,
    look_of,
    made_by,
    say,
    terminal_width,
    write_text,
)
from dosecal.model.counts import counted
from dosecal.model.problems import ScheduleError

if TYPE_CHECKING:
    from datetime import date

    from dosecal.app.composition.inputs import Inputs
    from dosecal.model.demand import Demand
    from dosecal.render.as_terminal import Look


class DemandFormat(StrEnum):
    """The formats of a forecast."""

    table = "table"
    csv = "csv"
    json = "json"


class Period(StrEnum):
    """What a row is about."""

    day = "day"
    week = "week"


@takes_inputs()
def demand(
    inputs: Inputs,
    by: Annotated[Period, typer.Option("--by", help="A row a day, or a week from Monday on.")] = Period.week,
    form: Annotated[DemandFormat, typer.Option("--format", help="How it is written.")] = DemandFormat.table,
    columns: ColumnNames = None,
    plot: Annotated[
        str | None, typer.Option("--plot", metavar="FILE", help="Draw it too: FILE ends in .png or .svg.")
    ] = None,
    output: OutputName = None,
    force: Force = False,
) -> None:
    """Forecast doses, amounts, containers and thaws by day or week and site, and how far the lots at hand reach.

    \b
    Examples:
      dosecal demand onc-102.yaml subjects.csv
      dosecal demand onc-102.yaml subjects.csv --lots lots.csv --by day --format csv -o demand.csv
      dosecal demand onc-102.yaml subjects.csv --lots lots.csv --plot demand.png
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.app.cohort.demand import forecast  # noqa: PLC0415 - see the module
    from dosecal.report.tables.demand import demand_words  # noqa: PLC0415 - see the module

    ending, as_of = _ending(plot), inputs.judged_on
    try:
        whole, outcome = forecast(inputs, by.value)
    except ScheduleError as error:
        fail(error.problems)
    for note in (*(f"warning: {one}" for one in outcome.warnings), *(str(one) for one in outcome.problems)):
        say(note)
    if whole is None:
        say(f"nothing was written: {counted(len(outcome.problems), 'problem')}, {counted(outcome.subjects, 'subject')}")
        raise typer.Exit(1)
    _write(whole, form, output, as_of, look_of(columns, form.value, output), force=force)
    for line in demand_words(whole):
        say(line)
    _draw(whole, plot, ending, as_of, force=force)
    if outcome.problems:
        raise typer.Exit(1)


def _ending(plot: str | None) -> str:
    """The format of the picture, by the end of its file's name."""
    ending = "" if plot is None else plot.rsplit(".", 1)[-1].lower()
    if ending not in {"", "png", "svg"}:
        message = "a picture's name ends in .png or .svg"
        raise typer.BadParameter(message, param_hint="--plot")
    return ending


def _write(whole: Demand, form: DemandFormat, output: str | None, as_of: date, look: Look, *, force: bool) -> None:
    from dosecal.app.files.store import open_output  # noqa: PLC0415 - see the module
    from dosecal.app.files.table_rows import write_rows  # noqa: PLC0415 - see the module
    from dosecal.render.sinks import open_sink  # noqa: PLC0415 - see the module
    from dosecal.report.tables.demand import demand_json, demand_table  # noqa: PLC0415 - see the module

    if form is DemandFormat.json:
        head: dict[str, object] = {"program_version": __version__, "as_of": as_of.isoformat()}
        text = json.dumps({**demand_json(whole), **head}, ensure_ascii=False, indent=2) + "\n"
        write_text(lambda: text, output, force=force, for_people=False)
        return
    try:
        with open_output(output, force=force, for_people=form is DemandFormat.table) as stream:
            sink = open_sink(form.value, stream, bom=False, width=terminal_width(output), look=look)
            write_rows(sink, demand_table(whole), output)
            sink.close()
    except ScheduleError as error:
        fail(error.problems)


def _draw(whole: Demand, plot: str | None, ending: str, as_of: date, *, force: bool) -> None:
    """The picture where a file is named, and a line of blocks for each product and site where somebody looks."""
    from dosecal.app.files.store import open_output  # noqa: PLC0415 - see the module
    from dosecal.render.demand_plot import demand_plot, sparkline  # noqa: PLC0415 - see the module
    from dosecal.report.tables.demand_series import demand_series  # noqa: PLC0415 - see the module

    series = demand_series(whole, made_by(as_of))
    if sys.stderr.isatty():
        for panel in series.panels:
            say(f"{sparkline(panel.doses)}  {panel.title}, doses a {series.by} from {panel.starts[0]}")
    if plot is None:
        return
    if not series.panels:
        say("nothing to draw: no dose has a date")
        return
    try:
        with open_output(plot, force=force) as stream:
            stream.write(demand_plot(series, ending))
    except ScheduleError as error:
        fail(error.problems)
