"""The commands that plan a list of subjects: visits and doses."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Self

import typer

from dosecal.commands.options import (
    ActualsName,
    AlsoNames,
    AsOfDay,
    ByteOrderMark,
    Force,
    HorizonText,
    LevelsName,
    LotsName,
    OutputName,
    ProtocolName,
    RenamesName,
    SitesName,
    SkipBad,
    SubjectsName,
    WeightsName,
    counted,
    fail,
    judged_on,
    parsed_horizon,
    refuse_terminal,
    say,
    terminal_width,
)
from dosecal.model.problems import ScheduleError

if TYPE_CHECKING:
    from dosecal.workflow.cohorts import TableRequest
    from dosecal.workflow.planning import Outcome


class TableFormat(StrEnum):
    """The formats of a table of subjects."""

    csv = "csv"
    jsonl = "jsonl"
    parquet = "parquet"
    xlsx = "xlsx"
    table = "table"


def visits(
    context: typer.Context,
    name: ProtocolName,
    subjects: SubjectsName,
    output: OutputName = None,
    form: Annotated[TableFormat, typer.Option("--format", help="How the table is written.")] = TableFormat.csv,
    long: Annotated[bool, typer.Option("--long", help="One row an assessment, in place of one a visit.")] = False,
    weights: WeightsName = None,
    renames: RenamesName = None,
    sites: SitesName = None,
    horizon: HorizonText = None,
    also: AlsoNames = None,
    actuals: ActualsName = None,
    as_of: AsOfDay = None,
    skip_bad: SkipBad = False,
    bom: ByteOrderMark = False,
    force: Force = False,
) -> None:
    """Plan each subject's visits: target dates, windows and what is done.

    \b
    Examples:
      dosecal visits NCT04611256 subjects.csv -o visits.csv
      dosecal visits NCT04611256 subjects.csv --site sites.yaml -o visits.csv
      dosecal visits NCT04611256 subjects.csv --actuals actuals.csv --as-of 2026-03-09
      dosecal visits NCT04611256 subjects.csv --long --format parquet -o visits.parquet
      dosecal visits NCT04611256 subjects.csv --format xlsx -o visits.xlsx
      cat subjects.csv | dosecal visits NCT04611256 - --format table
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.workflow.cohorts import TableRequest  # noqa: PLC0415 - see the module
    from dosecal.workflow.planning import PlanRequest  # noqa: PLC0415 - see the module

    what = "assessments" if long else "visits"
    run_table(
        TableRequest(
            PlanRequest(
                protocol=name,
                subjects=subjects,
                weights=weights,
                renames=renames,
                skip_bad=skip_bad,
                sites=sites,
                actuals=actuals,
                as_of=judged_on(as_of, context.obj),
                horizon=parsed_horizon(horizon),
                also=tuple(also or ()),
            ),
            what,
            form.value,
            output=output,
            force=force,
            bom=bom,
            width=terminal_width(),
        )
    )


def doses(
    context: typer.Context,
    name: ProtocolName,
    subjects: SubjectsName,
    output: OutputName = None,
    form: Annotated[TableFormat, typer.Option("--format", help="How the table is written.")] = TableFormat.csv,
    weights: WeightsName = None,
    levels: LevelsName = None,
    lots: LotsName = None,
    renames: RenamesName = None,
    sites: SitesName = None,
    horizon: HorizonText = None,
    also: AlsoNames = None,
    actuals: ActualsName = None,
    as_of: AsOfDay = None,
    skip_bad: SkipBad = False,
    bom: ByteOrderMark = False,
    force: Force = False,
) -> None:
    """Plan each subject's doses: dates, weights, exact amounts, volumes and containers.

    With --lots each dose gets containers of its own, first expired first, over all subjects by date.

    \b
    Examples:
      dosecal doses NCT04611256 subjects.csv -o doses.csv
      dosecal doses NCT04611256 subjects.csv --weights weights.csv --format table
      dosecal doses onc-102.yaml subjects.csv --lots lots.csv -o doses.csv
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.workflow.cohorts import TableRequest  # noqa: PLC0415 - see the module
    from dosecal.workflow.planning import PlanRequest  # noqa: PLC0415 - see the module

    run_table(
        TableRequest(
            PlanRequest(
                protocol=name,
                subjects=subjects,
                weights=weights,
                renames=renames,
                skip_bad=skip_bad,
                levels=levels,
                lots=lots,
                sites=sites,
                actuals=actuals,
                as_of=judged_on(as_of, context.obj),
                horizon=parsed_horizon(horizon),
                also=tuple(also or ()),
                needs_doses=True,
            ),
            "doses",
            form.value,
            output=output,
            force=force,
            bom=bom,
            width=terminal_width(),
        )
    )


def run_table(request: TableRequest) -> None:
    """Write a table that is asked for, say what was done, and end with 1 where there were problems."""
    from dosecal.workflow.cohorts import write_table  # noqa: PLC0415 - see the module

    refuse_terminal(request.form, request.output)
    try:
        with _Progress() as progress:
            outcome = write_table(request, progress.advance)
    except ScheduleError as error:
        fail(error.problems)
    for warning in outcome.warnings:
        say(f"warning: {warning}")
    for problem in outcome.problems:
        say(str(problem))
    say(_summary(outcome))
    if outcome.problems:
        raise typer.Exit(1)


def _summary(outcome: Outcome) -> str:
    problems = counted(len(outcome.problems), "problem")
    if not outcome.is_written:
        return f"nothing was written: {problems}{'' if outcome.is_cut else ' (--skip-bad writes the good rows)'}"
    subjects, visits = counted(outcome.subjects, "subject"), counted(outcome.visits, "visit")
    return f"{subjects}, {visits}, {counted(outcome.doses, 'dose')}; {problems}"


class _Progress:
    """A progress bar on standard error, for work that is long enough and where somebody looks."""

    _LONG = 4 << 20

    def __init__(self) -> None:
        self._bar: object = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()  # type: ignore[attr-defined]

    def advance(self, done: int, total: int) -> None:
        """Show that so many bytes of the input were read; a total of 0 is not known."""
        if total < self._LONG or not sys.stderr.isatty():
            return
        from rich.console import Console  # noqa: PLC0415 - only where a bar is shown
        from rich.progress import Progress  # noqa: PLC0415

        if self._bar is None:
            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
            self._bar.add_task("planning", total=total)
        self._bar.update(self._bar.task_ids[0], completed=done)  # type: ignore[attr-defined]
