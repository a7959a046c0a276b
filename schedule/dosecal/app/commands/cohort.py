"""The commands that plan a list of subjects: visits and doses."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from dosecal.app.options.inputs import takes_inputs
from dosecal.app.options.speech import (
    ByteOrderMark,
    ColumnNames,
    Force,
    OutputName,
    ShownProgress,
    fail,
    form_of,
    look_of,
    refuse_terminal,
    say,
    started_bar,
    terminal_width,
)
from dosecal.model.counts import counted
from dosecal.model.problems import ScheduleError

if TYPE_CHECKING:
    from dosecal.app.composition.composition import Outcome
    from dosecal.app.composition.inputs import Inputs


class TableFormat(StrEnum):
    """The formats of a table of subjects."""

    csv = "csv"
    jsonl = "jsonl"
    parquet = "parquet"
    xlsx = "xlsx"
    table = "table"


FormName = Annotated[
    TableFormat | None,
    typer.Option(
        "--format", help="How the table is written; not said: by the file's ending, a table on a terminal, CSV."
    ),
]


@takes_inputs()
def visits(
    inputs: Inputs,
    output: OutputName = None,
    form: FormName = None,
    columns: ColumnNames = None,
    long: Annotated[bool, typer.Option("--long", help="One row an assessment, in place of one a visit.")] = False,
    bom: ByteOrderMark = False,
    force: Force = False,
) -> None:
    """Plan each subject's visits: target dates, windows and what is done.

    \b
    Examples:
      dosecal visits NCT04611256 subjects.csv -o visits.csv
      dosecal visits NCT04611256 subjects.csv --sites sites.yaml -o visits.csv
      dosecal visits NCT04611256 subjects.csv --actuals actuals.csv --as-of 2026-03-09
      dosecal visits NCT04611256 subjects.csv --long --format parquet -o visits.parquet
      dosecal visits NCT04611256 subjects.csv --format xlsx -o visits.xlsx
      cat subjects.csv | dosecal visits NCT04611256 - --format table
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    write_cohort_table(inputs, "assessments" if long else "visits", form, columns, output, bom=bom, force=force)


@takes_inputs()
def doses(
    inputs: Inputs,
    output: OutputName = None,
    form: FormName = None,
    columns: ColumnNames = None,
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
    write_cohort_table(inputs, "doses", form, columns, output, bom=bom, force=force)


def write_cohort_table(
    inputs: Inputs,
    what: str,
    asked: TableFormat | None,
    columns: str | None,
    output: str | None,
    *,
    bom: bool,
    force: bool,
) -> None:
    """Write a table that is asked for, say what was done, and end with 1 where there were problems."""
    from dosecal.app.cohort.tables import TableRequest, write_table  # noqa: PLC0415 - see the module

    form = form_of(asked, columns, output, tuple(TableFormat))
    refuse_terminal(form, output)
    look = look_of(columns, form, output)
    request = TableRequest(inputs, what, form, output, force=force, bom=bom, width=terminal_width(output), look=look)
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
    doses = "doses hidden" if outcome.hides_doses else counted(outcome.doses, "dose")
    return f"{subjects}, {visits}, {doses}; {problems}"


class _Progress(ShownProgress):
    """A progress bar on standard error, for work that is long enough and where somebody looks."""

    _LONG = 4 << 20

    def advance(self, done: int, total: int) -> None:
        """Show that so many bytes of the input were read; a total of 0 is not known."""
        if total < self._LONG or not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = started_bar()
            self._bar.add_task("planning", total=total)
        self._bar.update(self._bar.task_ids[0], completed=done)
