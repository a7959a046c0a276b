"""The command that looks for days to start on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from dosecal.app.options.speech import (
    ColumnNames,
    Force,
    HorizonText,
    OneSite,
    OutputName,
    ProtocolName,
    fail,
    look_of,
    parsed,
    parsed_horizon,
    say,
    terminal_width,
)
from dosecal.model.counts import counted
from dosecal.model.days import read_date
from dosecal.model.problems import ScheduleError


class StartsFormat(StrEnum):
    """The formats of judged start dates."""

    table = "table"
    csv = "csv"
    json = "json"


FactTexts = Annotated[
    list[str] | None,
    typer.Option(
        "--fact", metavar="NAME=VALUE", help="A fact of the subject that conditions ask for, such as sex=F or age=49."
    ),
]


def starts(
    context: typer.Context,
    name: ProtocolName,
    sites: Annotated[str, typer.Option("--sites", metavar="FILE", help="YAML of sites with their closed days.")],
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="The first start date to look at.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="The last start date to look at.")],
    arm: Annotated[
        str | None, typer.Option("--arm", metavar="ARM", help="One arm, by its id; without it, all arms together.")
    ] = None,
    site: OneSite = None,
    facts: FactTexts = None,
    most: Annotated[int | None, typer.Option("--best", metavar="N", min=1, help="The N best alone.")] = None,
    horizon: HorizonText = None,
    output: OutputName = None,
    form: Annotated[StartsFormat, typer.Option("--format", help="How they are written.")] = StartsFormat.table,
    columns: ColumnNames = None,
    force: Force = False,
) -> None:
    """Find the start dates that keep every dose on an open day and every visit inside its window, best first.

    The others follow with what each breaks. The order: doses on closed days, visits without an open day, visits off
    their target, days off target in all, and the earlier date; fewer come first. A visit or dose whose condition is
    false by the facts that are given is not looked at; one that depends on a fact that is not given is judged, and
    named.

    \b
    Examples:
      dosecal starts NCT04611256 --sites sites.yaml --from 2026-01-01 --to 2026-12-31
      dosecal starts onc-101.yaml --sites sites.yaml --site CDMX-01 --arm active --from 2026-03-01 --to 2026-03-31
      dosecal starts onc-101.yaml --sites sites.yaml --from 2026-03-01 --to 2026-05-31 --best 10 --format csv
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.app.cohort.starts import MOST_STARTS, StartsRequest, write_starts  # noqa: PLC0415 - numpy

    start, end = parsed("--from", first, read_date, "C104"), parsed("--to", last, read_date, "C104")
    if start is None or end is None or start > end:
        raise typer.BadParameter("the last start date is before the first", param_hint="--to")
    if end - start >= MOST_STARTS:
        raise typer.BadParameter(f"at most {MOST_STARTS:,} start dates at once", param_hint="--to")
    request = StartsRequest(
        protocol=name,
        sites=sites,
        first=start,
        last=end,
        arm=arm,
        site=site,
        form=form.value,
        most=most,
        output=output,
        force=force,
        width=terminal_width(output),
        look=look_of(columns, form.value, output),
        horizon=parsed_horizon(horizon),
        as_of=context.obj.isoformat(),
        facts=tuple(facts or ()),
    )
    try:
        outcome = write_starts(request)
    except ScheduleError as error:
        fail(error.problems)
    for warning in outcome.warnings:
        say(f"warning: {warning}")
    if outcome.not_judged:
        say(f"not judged, since a start alone doesn't date them: {', '.join(outcome.not_judged)}")
    if outcome.conditional:
        told = "; ".join(f"{visit} ({condition})" for visit, condition in outcome.conditional)
        say(f"judged as if the subject had them, since their conditions are not known: {told}")
    say(f"{counted(outcome.judged, 'start date')}; {outcome.fitting:,} keep every dose and visit")
