"""The verb that forecasts what a plan needs, and how far the lots at hand reach."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dosecal.app.composition.composition import Composition
from dosecal.app.composition.dose_warnings import lot_warnings
from dosecal.app.composition.inputs import Inputs
from dosecal.app.composition.purpose import FORECAST, Outcome
from dosecal.app.files.output import write_whole
from dosecal.app.files.table_rows import write_table
from dosecal.app.options.inputs import takes_inputs
from dosecal.app.options.outputs import ColumnNames, Force, OutputName, ending_of, output_of
from dosecal.app.options.speech import json_text, made_by, made_json, option, refuse, say, say_found
from dosecal.model.counts import counted
from dosecal.planning.product.demand import plan_demand
from dosecal.render.demand_plot import demand_plot, sparkline
from dosecal.report.tables.demand import demand_json, demand_table, demand_words
from dosecal.report.tables.demand_series import demand_series

if TYPE_CHECKING:
    from datetime import date

    from dosecal.model.demand import Demand


@takes_inputs()
def demand(
    inputs: Inputs,
    by: Annotated[Literal["day", "week"], typer.Option("--by", help="A row a day, or a week from Monday on.")] = "week",
    form: Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="How it is written.")] = "table",
    columns: ColumnNames = None,
    plot: Annotated[str | None, option("--plot", "FILE", "Draw it too: FILE ends in .png or .svg.")] = None,
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
    if ending_of(plot) not in {"", "png", "svg"}:
        refuse("--plot", "a picture's name ends in .png or .svg")
    whole, outcome = forecast(inputs, by)
    say_found(outcome.warnings, outcome.problems)
    if whole is None:
        say(f"nothing was written: {counted(len(outcome.problems), 'problem')}, {counted(outcome.subjects, 'subject')}")
        raise typer.Exit(1)
    where = output_of(output, form, columns, force=force)
    if form == "json":
        write_whole(json_text({**demand_json(whole), **made_json(inputs.judged_on)}), output, force=force)
    else:
        write_table(demand_table(whole), where)
    for line in demand_words(whole):
        say(line)
    _draw(whole, plot, inputs.judged_on, force=force)
    if outcome.problems:
        raise typer.Exit(1)


def forecast(inputs: Inputs, by: str) -> tuple[Demand | None, Outcome]:
    """What the doses of a cohort need.

    Args:
        inputs: The protocol, the subjects and what goes with them.
        by: ``day`` or ``week``.

    Returns:
        The demand, and what was wrong or passed over; no demand where there are problems and bad rows are not skipped,
        or no subject at all.

    Raises:
        ScheduleError: If the protocol or a whole input is refused.
    """
    plan = Composition(inputs, FORECAST)  # lots are held against the whole demand, not dose by dose
    outcome = plan.outcome
    schedules = tuple(schedule for group in plan.groups() for schedule in group)
    if not schedules or not plan.may_be_written:
        return None, outcome
    demand, allocation = plan_demand(schedules, by, plan.lots, plan.accounts)
    if allocation is not None:
        outcome.warnings += lot_warnings(allocation, str(inputs.lots))
    outcome.is_written = True
    return demand, outcome


def _draw(whole: Demand, plot: str | None, as_of: date, *, force: bool) -> None:
    """The picture where a file is named, and a line of blocks for each product and site where somebody looks."""
    series = demand_series(whole, made_by(as_of))
    if sys.stderr.isatty():
        for panel in series.panels:
            say(f"{sparkline(panel.doses)}  {panel.title}, doses a {series.by} from {panel.starts[0]}")
    if plot is not None and not series.panels:
        say("nothing to draw: no dose has a date")
    elif plot is not None:
        write_whole(demand_plot(series, ending_of(plot)), plot, force=force)
