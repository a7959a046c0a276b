"""The command that lists the work of the coming days."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from dosecal.app.options.inputs import takes_inputs
from dosecal.app.options.speech import Force, OneSite, OutputName, fail, look_of, say, terminal_width
from dosecal.model.counts import counted
from dosecal.model.problems import ScheduleError

if TYPE_CHECKING:
    from dosecal.app.composition.inputs import Inputs
    from dosecal.report.worklist import WorkList


class TodayFormat(StrEnum):
    """The formats of a work list."""

    table = "table"
    csv = "csv"
    json = "json"


@takes_inputs("several")
def today(
    inputs: Inputs,
    site: OneSite = None,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, max=366, help="How many days, today included.")
    ] = 14,
    output: OutputName = None,
    form: Annotated[TodayFormat, typer.Option("--format", help="CSV has the visits alone.")] = TodayFormat.table,
    plot: Annotated[
        str | None, typer.Option("--plot", metavar="FILE", help="Draw the visits of each day, as PNG or SVG.")
    ] = None,
    force: Force = False,
) -> None:
    """List the work of the coming days: who is due or overdue, which windows close, what is infused, how much a day.

    Of several protocols each subject has one, named in the columns study and protocol_version of the subjects. Of
    several versions, a subject that names none has the one in effect on the date of the first anchor.

    \b
    Examples:
      dosecal today NCT04611256 subjects.csv --actuals actuals.csv
      dosecal today my-trial other-trial
      dosecal today onc-101.yaml subjects.csv --actuals actuals.csv --site 01 --days 7 --plot load.svg
      dosecal today onc-101.yaml onc-102.yaml subjects.csv --actuals actuals.csv --format json
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.app.cohort.today import TodayRequest, write_today  # noqa: PLC0415 - numpy

    request = TodayRequest(
        inputs=inputs,
        days=days,
        site=site,
        form=form.value,
        output=output,
        plot=plot,
        force=force,
        width=terminal_width(output),
        look=look_of(output=output),
    )
    try:
        outcome = write_today(request)
    except ScheduleError as error:
        fail(error.problems)
    for warning in outcome.warnings:
        say(f"warning: {warning}")
    for problem in outcome.problems:
        say(str(problem))
    infusions = "infusions are hidden" if outcome.work.hides_doses else counted(len(outcome.work.infusions), "infusion")
    say(f"{_counts(outcome.work)}; {infusions}")
    if outcome.problems:
        raise typer.Exit(1)


def _counts(work: WorkList) -> str:
    """How many visits there are of each status; those past their day where there are such."""
    statuses = [row.status.words for row in work.work]
    said = [
        one for one in ("overdue", "due", "past its day", "not yet due") if one in statuses or one != "past its day"
    ]
    return ", ".join(f"{statuses.count(one):,} {one}" for one in said)
