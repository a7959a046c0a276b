"""The commands about what happened and what it moves: deviations, unscheduled, reschedule."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from dosecal.app.commands.cohort import FormName, TableFormat, write_cohort_table
from dosecal.app.options.inputs import takes_inputs
from dosecal.app.options.speech import (
    ByteOrderMark,
    ColumnNames,
    Force,
    OutputName,
    TheSubject,
    a_file_alone,
    fail,
    look_of,
    parsed,
    refuse_terminal,
    say,
    terminal_width,
)
from dosecal.model.counts import counted
from dosecal.model.days import read_date
from dosecal.model.problems import ScheduleError
from dosecal.model.struct import replace

if TYPE_CHECKING:
    from dosecal.app.cohort.reschedule import Rescheduled
    from dosecal.app.composition.inputs import Inputs


class CascadeMode(StrEnum):
    """Which other visits move with a moved one."""

    none = "none"
    later = "later"
    chained = "chained"


CascadeName = Annotated[
    CascadeMode,
    typer.Option(
        "--cascade", help="Which others move: none, all later ones by as many days, or those counted from it."
    ),
]
BookingsName = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="The actuals file with the bookings, with --apply; CSV, or as its name ends.",
        callback=a_file_alone,
    ),
]


@takes_inputs()
def deviations(
    inputs: Inputs,
    output: OutputName = None,
    form: FormName = None,
    columns: ColumnNames = None,
    bom: ByteOrderMark = False,
    force: Force = False,
) -> None:
    """List every deviation from the protocol: the rule, what was planned, what happened, and by how much.

    \b
    Examples:
      dosecal deviations NCT04611256 subjects.csv --actuals actuals.csv --as-of 2026-03-20
      dosecal deviations onc-101.yaml subjects.csv --actuals actuals.csv -o deviations.csv
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    _require_actuals(inputs)
    write_cohort_table(inputs, "deviations", form, columns, output, bom=bom, force=force)


@takes_inputs()
def unscheduled(
    inputs: Inputs,
    output: OutputName = None,
    form: FormName = None,
    columns: ColumnNames = None,
    bom: ByteOrderMark = False,
    force: Force = False,
) -> None:
    """Hold visits without a name against the windows: which visit each could have been, and where that is unclear.

    \b
    Examples:
      dosecal unscheduled onc-101.yaml subjects.csv --actuals actuals.csv --format table
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    _require_actuals(inputs)
    write_cohort_table(inputs, "unscheduled", form, columns, output, bom=bom, force=force)


def _require_actuals(inputs: Inputs) -> None:
    if inputs.actuals is None:
        raise typer.BadParameter("what happened is needed: --actuals FILE", param_hint="--actuals")


@takes_inputs()
def reschedule(
    inputs: Inputs,
    subject: TheSubject,
    visit: Annotated[str, typer.Option("--visit", metavar="VISIT", help="The visit, by its id.")],
    to: Annotated[str, typer.Option("--to", metavar="DATE", help="The new day, such as 2026-03-09.")],
    cascade: CascadeName = CascadeMode.none,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the row of the booking.")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Write the bookings to the file named with -o.")] = False,
    output: BookingsName = None,
    form: Annotated[TableFormat, typer.Option("--format", help="How the preview is written.")] = TableFormat.table,
    columns: ColumnNames = None,
    insist: Annotated[
        bool, typer.Option("--insist", help="Book a day although it is too early after another visit.")
    ] = False,
    force: Force = False,
) -> None:
    """Show what moves and why when a visit is booked for another day, and what is out of its window then.

    Nothing is written but the preview, unless --apply asks for it. Visits that are done, missed or cancelled, and
    unscheduled ones, never move. With --sites, days that the protocol gives are open days as far as it allows, and a
    day that is asked for and closed is said to be. A day inside a least time after another visit is said to be too
    early, with the first day that is late enough; it is booked with --insist alone.

    \b
    Examples:
      dosecal reschedule onc-101.yaml subjects.csv --actuals actuals.csv --subject 001 --visit D8 --to 2026-03-12
      dosecal reschedule onc-101.yaml subjects.csv --actuals actuals.csv --subject 001 --visit D8 --to 2026-03-12 \\
        --cascade later --reason "patient away" --apply -o actuals-2.csv
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.app.cohort.reschedule import RescheduleRequest, write_rescheduling  # noqa: PLC0415 - numpy

    if apply != (output is not None):
        raise typer.BadParameter("--apply and -o FILE are given together, or neither is", param_hint="--apply")
    refuse_terminal(form.value, None)
    day = parsed("--to", to, read_date, "C104")
    request = RescheduleRequest(
        inputs=replace(inputs, subject=subject),
        visit=visit,
        to=0 if day is None else day,
        cascade=cascade.value,
        reason=reason,
        form=form.value,
        apply_to=output,
        apply_form=_form_of(output or ""),
        insist=insist,
        force=force,
        width=terminal_width(),
        look=look_of(columns, form.value),
    )
    try:
        outcome = write_rescheduling(request)
    except ScheduleError as error:
        fail(error.problems)
    for warning in outcome.warnings:
        say(f"warning: {warning}")
    say(_what_moved(outcome, output))


def _what_moved(outcome: Rescheduled, output: str | None) -> str:
    moves = "moves" if outcome.moved == 1 else "move"
    stays = f"{counted(outcome.stay_out, 'visit')} out of the window without moving"
    stays += f"; {outcome.too_early:,} too early" if outcome.too_early else ""
    written = f"written to {output}" if output else "nothing was written (--apply -o FILE writes it)"
    return f"{counted(outcome.moved, 'visit')} {moves}; {stays}; {written}"


def _form_of(name: str) -> str:
    """The format that the ending of a file's name asks for; CSV for any other ending."""
    ending = name.rsplit(".", 1)[-1].lower()
    files = {form.value for form in TableFormat} - {TableFormat.table.value}
    return {"pq": "parquet"}.get(ending, ending if ending in files else TableFormat.csv.value)
