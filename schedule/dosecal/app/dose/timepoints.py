"""A protocol, a visit and the time of a dose to a table of its timepoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.app.composition.protocols import load_protocol, refuse_by, require_one_of
from dosecal.app.files.store import open_output
from dosecal.app.files.table_rows import write_rows
from dosecal.model.problems import expected_got
from dosecal.model.struct import Struct
from dosecal.planning.dates.timepoints import plan_timepoints
from dosecal.render.as_terminal import PLAIN, Look
from dosecal.render.sinks import open_sink
from dosecal.report.tables.timepoints import timepoints_table

if TYPE_CHECKING:
    from dosecal.model.moments import GivenDose
    from dosecal.model.protocol import Protocol, Visit


class TimepointsRequest(Struct, frozen=True):
    """What is asked of a dose's timepoints.

    Attributes:
        protocol: The name of the protocol.
        visit: The id of the visit.
        dose: When the dose is given.
        form: ``table``, ``csv`` or ``jsonl``.
        output: The name of the output; None for standard output.
        force: Whether a file that is there already may be replaced.
        width: The terminal's width; None for no terminal.
        look: The columns that are asked for, and whether the terminal has colours.
    """

    protocol: str
    visit: str
    dose: GivenDose
    form: str
    output: str | None = None
    force: bool = False
    width: int | None = None
    look: Look = PLAIN


def write_timepoints(request: TimepointsRequest) -> int:
    """Write the timepoints of a dose, and give their number.

    Raises:
        ScheduleError: If the protocol or the output is refused, or the visit doesn't exist or has no timepoints.
    """
    protocol = load_protocol(request.protocol)
    visit = _visit_with_timepoints(protocol, request.visit)
    points = plan_timepoints(visit.timepoints, request.dose)
    with open_output(request.output, force=request.force, for_people=request.form == "table") as stream:
        sink = open_sink(request.form, stream, bom=False, width=request.width, look=request.look)
        write_rows(sink, timepoints_table(protocol, visit, request.dose, points), request.output)
        sink.close()
    return len(points)


def _visit_with_timepoints(protocol: Protocol, name: str) -> Visit:
    require_one_of(name, [visit.id for visit in protocol.visits], protocol, "L005", "--visit")
    visit = protocol.visit(name)
    if not visit.timepoints:
        having = ", ".join(one.id for one in protocol.visits if one.timepoints) or "none has any"
        refuse_by(protocol, "L067", "--visit", expected_got(f"a visit with timepoints ({having})", name))
    return visit
