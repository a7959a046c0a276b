"""The command that says when the timepoints of a dose are."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from dosecal.commands.options import (
    ColumnNames,
    Force,
    OutputName,
    ProtocolName,
    fail,
    look_of,
    parsed,
    say,
    terminal_width,
)
from dosecal.model.counts import counted
from dosecal.model.problems import ScheduleError


class TimepointsFormat(StrEnum):
    """The formats of a table of timepoints."""

    table = "table"
    csv = "csv"
    jsonl = "jsonl"


def timepoints(
    name: ProtocolName,
    visit: Annotated[str, typer.Option("--visit", metavar="VISIT", help="The visit, by its id.")],
    start: Annotated[
        str, typer.Option("--start", metavar="TIME", help="The local time at which the dose begins: 2026-03-09T08:30.")
    ],
    zone_name: Annotated[
        str, typer.Option("--zone", metavar="ZONE", help="The time zone of the site: America/Mexico_City.")
    ],
    end: Annotated[
        str | None, typer.Option("--end", metavar="TIME", help="The local time at which it ends, where it is known.")
    ] = None,
    output: OutputName = None,
    form: Annotated[TimepointsFormat, typer.Option("--format", help="How they are written.")] = TimepointsFormat.table,
    columns: ColumnNames = None,
    force: Force = False,
) -> None:
    """Say the local times of a visit's timepoints, from the time at which the dose begins.

    Elapsed time is counted on the absolute clock: 24 hours are 24 hours on the day on which the clocks change, too.

    \b
    Examples:
      dosecal timepoints pk-101.yaml --visit D1 --start 2026-03-09T08:30 --zone America/Mexico_City
      dosecal timepoints pk-101.yaml --visit D1 --start 2026-03-09T08:30 --end 2026-03-09T09:28 --zone Asia/Shanghai
      dosecal timepoints pk-101.yaml --visit D1 --start 2026-03-09T08:30 --zone UTC --format csv -o times.csv
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - for this command alone

    from dosecal.load.doses.local_time import read_moment  # noqa: PLC0415 - see the module
    from dosecal.load.sites.site_file import read_zone  # noqa: PLC0415
    from dosecal.model.moments import GivenDose  # noqa: PLC0415
    from dosecal.workflow.timepoints import TimepointsRequest, write_timepoints  # noqa: PLC0415 - numpy

    zone = ZoneInfo(parsed("--zone", zone_name, read_zone, "S105") or "UTC")
    begins = parsed("--start", start, lambda text: read_moment(text, zone), "L065")
    ends = parsed("--end", end, lambda text: read_moment(text, zone), "L065")
    if begins is None or (ends is not None and ends <= begins):
        say("--end: expected a time after the start of the dose, got one that is not [L066]")
        raise typer.Exit(1)
    request = TimepointsRequest(
        name,
        visit,
        GivenDose(begins, ends, zone),
        form.value,
        output,
        force=force,
        width=terminal_width(output),
        look=look_of(columns, form.value, output),
    )
    try:
        count = write_timepoints(request)
    except ScheduleError as error:
        fail(error.problems)
    say(f"{counted(count, 'timepoint')} of {visit}")
