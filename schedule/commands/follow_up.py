"""The commands about what happened: deviations, unscheduled."""

from __future__ import annotations

from typing import Annotated

import typer

from schedule.commands.cohort import TableFormat, run_table
from schedule.commands.options import (
    AsOfDay,
    ByteOrderMark,
    Force,
    HorizonText,
    OutputName,
    ProtocolName,
    RenamesName,
    SkipBad,
    SubjectsName,
    WeightsName,
    judged_on,
    parsed_horizon,
    terminal_width,
)

GivenActuals = Annotated[
    str,
    typer.Option("--actuals", metavar="FILE", help="What happened: subject_id, visit, date, status, dose, unit, note."),
]


def deviations(
    context: typer.Context,
    name: ProtocolName,
    subjects: SubjectsName,
    actuals: GivenActuals,
    output: OutputName = None,
    form: Annotated[TableFormat, typer.Option("--format", help="How the table is written.")] = TableFormat.csv,
    weights: WeightsName = None,
    renames: RenamesName = None,
    horizon: HorizonText = None,
    as_of: AsOfDay = None,
    skip_bad: SkipBad = False,
    bom: ByteOrderMark = False,
    force: Force = False,
) -> None:
    """List every deviation from the protocol: the rule, what was planned, what happened, and by how much.

    \b
    Examples:
      dosecal deviations NCT04611256 subjects.csv --actuals actuals.csv --as-of 2026-03-20
      dosecal deviations onc-101.yaml subjects.csv --actuals actuals.csv -o deviations.csv
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from schedule.workflow.cohorts import TableRequest  # noqa: PLC0415 - see the module

    run_table(
        TableRequest(
            name,
            subjects,
            "deviations",
            form.value,
            weights=weights,
            renames=renames,
            output=output,
            force=force,
            skip_bad=skip_bad,
            bom=bom,
            width=terminal_width(),
            horizon=parsed_horizon(horizon),
            actuals=actuals,
            as_of=judged_on(as_of, context.obj),
        )
    )


def unscheduled(
    context: typer.Context,
    name: ProtocolName,
    subjects: SubjectsName,
    actuals: GivenActuals,
    output: OutputName = None,
    form: Annotated[TableFormat, typer.Option("--format", help="How the table is written.")] = TableFormat.csv,
    renames: RenamesName = None,
    horizon: HorizonText = None,
    as_of: AsOfDay = None,
    skip_bad: SkipBad = False,
    bom: ByteOrderMark = False,
    force: Force = False,
) -> None:
    """Hold visits without a name against the windows: which visit each could have been, and where that is unclear.

    \b
    Examples:
      dosecal unscheduled onc-101.yaml subjects.csv --actuals actuals.csv --format table
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from schedule.workflow.cohorts import TableRequest  # noqa: PLC0415 - see the module

    run_table(
        TableRequest(
            name,
            subjects,
            "unscheduled",
            form.value,
            renames=renames,
            output=output,
            force=force,
            skip_bad=skip_bad,
            bom=bom,
            width=terminal_width(),
            horizon=parsed_horizon(horizon),
            actuals=actuals,
            as_of=judged_on(as_of, context.obj),
        )
    )
