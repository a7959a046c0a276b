"""The verb that lists the work of the coming days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dosecal.app.composition.blinding import hidden_doses
from dosecal.app.composition.composition import Composition
from dosecal.app.composition.inputs import Inputs
from dosecal.app.composition.purpose import Outcome, Purpose
from dosecal.app.files.output import open_output, refuse_output_over_input, write_whole
from dosecal.app.files.pictures import picture_form
from dosecal.app.options.inputs import OneSite, takes_inputs
from dosecal.app.options.outputs import Force, OutputName, output_of
from dosecal.app.options.speech import end_with, made_by, made_json, option, protocol_json
from dosecal.model.counts import counted
from dosecal.model.problems import OutputError, PlanError, Problem, Source, expected_got
from dosecal.model.protocol import UNBLINDED
from dosecal.render.as_csv import csv_header, csv_rows
from dosecal.render.load_plot import PlotLibraryError, load_plot
from dosecal.render.worklist_text import worklist_json, worklist_terminal
from dosecal.report.worklists.work_list import work_list
from dosecal.report.worklists.work_tables import work_table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from dosecal.app.files.output import Output
    from dosecal.model.protocol import Protocol
    from dosecal.report.worklists.work_list import WorkList

_LISTED = Purpose(judges=True, several_studies=True)


@takes_inputs("several")
def today(
    inputs: Inputs,
    site: OneSite = None,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, max=366, help="How many days, today included.")
    ] = 14,
    output: OutputName = None,
    form: Annotated[
        Literal["table", "csv", "json"], typer.Option("--format", help="CSV has the visits alone.")
    ] = "table",
    plot: Annotated[str | None, option("--plot", "FILE", "Draw the visits of each day, as PNG or SVG.")] = None,
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
    where = output_of(output, form, force=force)
    work, outcome = write_today(inputs, where, days=days, site=site, plot=plot)
    statuses = [row.status.words for row in work.work]
    past = ("past its day",) if "past its day" in statuses else ()
    counts = ", ".join(f"{statuses.count(words):,} {words}" for words in ("overdue", "due", *past, "not yet due"))
    infusions = "infusions are hidden" if work.hides_doses else counted(len(work.infusions), "infusion")
    end_with(outcome, f"{counts}; {infusions}")


def write_today(
    inputs: Inputs, output: Output, *, days: int, site: str | None = None, plot: str | None = None
) -> tuple[WorkList, Outcome]:
    """List the work of the coming days.

    Args:
        inputs: What it is planned from; each subject belongs to one of the protocols, by study, version and first day.
        output: Where it goes, as ``table``, ``csv`` or ``json``.
        days: How many days the period has, from the day of judgement on.
        site: The site whose work is listed; None for all.
        plot: The name of the picture; None for none.

    Raises:
        ScheduleError: If an input or an output is refused.
    """
    for name in (output.name, plot):
        refuse_output_over_input(name, inputs.files)
    if plot is not None:
        picture_form(plot)
    plans = [Composition(one, _LISTED) for one in (inputs, *inputs.beside)]
    schedules = tuple(schedule for plan in plans for schedule in plan.schedules())
    protocols = tuple(one for plan in plans for one in plan.protocols)
    sites = sorted({name for schedule in schedules for name in schedule.cohort.sites if name})
    if site is not None and site not in sites:
        message = expected_got(f"a site of the subjects ({', '.join(sites) or 'none has one'})", site)
        raise PlanError((Problem(Source(str(inputs.subjects)), "L064", "--site", message),))
    work = work_list(schedules, days, site)
    shown = ", ".join(f"{one.study} version {one.version}, file {one.digest}" for one in protocols)
    shown = f"{UNBLINDED}: {shown}" if any(plan.about.is_unblinding for plan in plans) else shown
    with open_output(output.name, force=output.force, for_people=output.form == "table") as stream:
        of_site = f", site {site}" if site else ""
        headline = f"{shown}{of_site}: {days} days from {inputs.judged_on.isoformat()} on"
        for block in _blocks(protocols, inputs.judged_on, work, output, headline):
            stream.write(block)
    if plot is not None:
        write_whole(_picture(work, plot, shown, made_by(inputs.judged_on)), plot, force=output.force)
    warnings = [*(one for plan in plans for one in plan.outcome.warnings), *hidden_doses(protocols)]
    return work, Outcome(warnings=warnings, problems=[one for plan in plans for one in plan.outcome.problems])


def _blocks(
    protocols: tuple[Protocol, ...], made: date, work: WorkList, output: Output, headline: str
) -> Iterable[bytes]:
    if output.form == "csv":
        table = work_table(work.work)
        yield csv_header(table)
        yield from csv_rows(table)
    elif output.form == "json":
        unblinded = any(one.is_blinded for one in protocols)
        of = [protocol_json(one) for one in protocols]
        yield worklist_json(work, {**made_json(made), "unblinded": unblinded, "protocols": of}).encode()
    else:
        yield worklist_terminal(work, headline, made_by(made), output.width, output.look).encode()


def _picture(work: WorkList, plot: str, shown: str, made: str) -> bytes:
    try:
        return load_plot(work, f"Visits a day: {shown}", made, picture_form(plot))
    except PlotLibraryError as error:
        message = f"expected the libraries for pictures, got: {error}"
        raise OutputError((Problem(Source(plot), "O006", "--plot", message, "pip install 'dosecal[plots]'"),)) from None
