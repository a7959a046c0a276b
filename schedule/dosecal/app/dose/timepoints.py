"""The verb that says when the timepoints of a dose are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

import typer

from dosecal.app.composition.protocols import load_protocol, refuse_by, require_one_of
from dosecal.app.files.table_rows import write_table
from dosecal.app.options.inputs import ProtocolName, TheVisit
from dosecal.app.options.outputs import ColumnNames, Force, OutputName, output_of
from dosecal.app.options.speech import option, parsed, read, say
from dosecal.load.doses.local_time import read_moment
from dosecal.load.sites.site_file import read_zone
from dosecal.model.counts import counted
from dosecal.model.moments import GivenDose
from dosecal.model.problems import expected_got
from dosecal.planning.dates.timepoints import plan_timepoints
from dosecal.report.tables.timepoints import timepoints_table

if TYPE_CHECKING:
    from dosecal.report.tables.table import Table


def timepoints(
    name: ProtocolName,
    visit: TheVisit,
    start: Annotated[str, option("--start", "TIME", "The local time at which the dose begins: 2026-03-09T08:30.")],
    zone_name: Annotated[str, option("--zone", "ZONE", "The time zone of the site: America/Mexico_City.")],
    end: Annotated[str | None, option("--end", "TIME", "The local time at which it ends, where it is known.")] = None,
    output: OutputName = None,
    form: Annotated[Literal["table", "csv", "jsonl"], typer.Option("--format", help="How they are written.")] = "table",
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
    zone = ZoneInfo(read("--zone", zone_name, read_zone, "S105"))
    begins = read("--start", start, lambda text: read_moment(text, zone), "L065")
    ends = parsed("--end", end, lambda text: read_moment(text, zone), "L065")
    if ends is not None and ends <= begins:
        say("--end: expected a time after the start of the dose, got one that is not [L066]")
        raise typer.Exit(1)
    where = output_of(output, form, columns, force=force)
    table = timepoints_of(name, visit, GivenDose(begins, ends, zone))
    write_table(table, where)
    say(f"{counted(table.rows, 'timepoint')} of {visit}")


def timepoints_of(name: str, visit: str, dose: GivenDose) -> Table:
    """The timepoints of a dose.

    Args:
        name: The name of the protocol.
        visit: The id of the visit.
        dose: When the dose is given.

    Raises:
        ScheduleError: If the protocol is refused, or the visit doesn't exist or has no timepoints.
    """
    protocol = load_protocol(name)
    require_one_of(visit, [one.id for one in protocol.visits], protocol, "L005", "--visit")
    asked = protocol.visit(visit)
    if not asked.timepoints:
        having = ", ".join(one.id for one in protocol.visits if one.timepoints) or "none has any"
        refuse_by(protocol, "L067", "--visit", expected_got(f"a visit with timepoints ({having})", visit))
    return timepoints_table(protocol, asked, dose, plan_timepoints(asked.timepoints, dose))
