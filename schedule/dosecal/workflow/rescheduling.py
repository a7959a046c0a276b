"""One subject's visit to another day: the preview, and with it the actuals file that books it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dosecal.load.cohort_file import read_table
from dosecal.model.days import as_date
from dosecal.model.findings import Why
from dosecal.model.problems import OutputError, Problem, Source
from dosecal.planning.cascade import Cascade, reschedule
from dosecal.render.sinks import open_sink
from dosecal.report.moves_table import BOOKING_COLUMNS, booked_table, moves_table
from dosecal.workflow.composition import Composition, Purpose, refusal_of
from dosecal.workflow.store import is_same_file, open_input, open_output
from dosecal.workflow.table_output import write_rows

if TYPE_CHECKING:
    from dosecal.model.findings import Move
    from dosecal.model.preparation import LotContainer
    from dosecal.model.schedule import Schedule
    from dosecal.report.tables import Table
    from dosecal.workflow.inputs import Inputs


@dataclass(frozen=True, slots=True)
class RescheduleRequest:
    """What is asked of a rescheduling.

    Attributes:
        inputs: What the one subject is planned from.
        visit: The id of the visit.
        to: The new day, in days since 1970-01-01.
        cascade: ``none``, ``later`` or ``chained``.
        reason: Why, in the person's words; empty for none.
        form: The format of the preview.
        apply_to: The name of the actuals file that is written; None for the preview alone.
        apply_form: The format of that file.
        force: Whether a file that is there already may be replaced.
        width: The terminal's width; None for no terminal.
    """

    inputs: Inputs
    visit: str
    to: int
    cascade: str = "none"
    reason: str = ""
    form: str = "table"
    apply_to: str | None = None
    apply_form: str = "csv"
    force: bool = False
    width: int | None = None


@dataclass(slots=True)
class Rescheduled:
    """What a rescheduling did.

    Attributes:
        moved: How many visits move.
        stay_out: How many visits stay and are out of their windows then.
        dosed: How many of the moved visits have a dose.
        warnings: What is to be said beside it.
    """

    moved: int
    stay_out: int
    dosed: int
    warnings: list[Problem] = field(default_factory=list)


def write_rescheduling(request: RescheduleRequest) -> Rescheduled:
    """Print what moves and why and, where that is asked for, write the actuals file that books it.

    Raises:
        ScheduleError: If an input or the output is refused, or the visit can't be moved.
    """
    _refuse_output_over_input(request)
    plan = Composition(replace(request.inputs, lots=None), Purpose(judges=True, on_open_days=False))
    schedule = _schedule_of(plan)
    book = None if plan.book is None else plan.book.only(schedule.cohort.sites[0])
    days = None if book is None else book.covering
    moves = reschedule(schedule, request.visit, request.to, Cascade(request.cascade), days)
    warnings = [*plan.outcome.warnings, *_dose_warnings(request, schedule, moves)]
    warnings += [] if book is None else book.warnings
    if request.apply_to is not None:
        _write_bookings(request, schedule, moves)
    with open_output(None, force=False) as stream:
        sink = open_sink(request.form, stream, bom=False, width=request.width, about=plan.about)
        write_rows(sink, moves_table(schedule, moves), None, request.form)
        sink.close()
    stays = sum(move.why is Why.STAYS for move in moves)
    dosed = sum(move.is_dosed and move.why is not Why.STAYS for move in moves)
    return Rescheduled(len(moves) - stays, stays, dosed, warnings)


def _schedule_of(plan: Composition) -> Schedule:
    """The schedule of the one subject that is asked for.

    Raises:
        ScheduleError: If an input or the subject's own rows are refused, or there is no such subject.
    """
    own = [one for one in plan.schedules() if plan.inputs.subject in one.cohort.ids]
    if not own:
        raise refusal_of(plan.outcome.problems)
    return own[0]


def _refuse_output_over_input(request: RescheduleRequest) -> None:
    """Refuse an output that would take the place of an input; the actuals may be replaced where that is asked for.

    Raises:
        OutputError: If the output is one of them.
    """
    actuals = request.inputs.actuals
    inputs = [name for name in request.inputs.files if name != actuals or not request.force]
    if request.apply_to is not None and any(is_same_file(request.apply_to, name) for name in inputs):
        message = "expected another file than the inputs, got one of them"
        hint = "--force replaces the actuals file" if actuals == request.apply_to else ""
        raise OutputError((Problem(Source(request.apply_to), "O005", "", message, hint),))


def _dose_warnings(request: RescheduleRequest, schedule: Schedule, moves: tuple[Move, ...]) -> list[Problem]:
    """That doses move, and which of the containers that they have got expire before their new day."""
    visits = {schedule.protocol.visits[move.visit].id: move for move in moves if _moves_a_dose(move)}
    if not visits:
        return []
    message = f"a dose is given at {', '.join(visits)}: look at product, weight and expiry again"
    return [Problem(Source(str(request.inputs.subjects)), "W008", "", message), *_expired(request.inputs, visits)]


def _moves_a_dose(move: Move) -> bool:
    return move.is_dosed and move.why is not Why.STAYS


def _expired(inputs: Inputs, moved: dict[str, Move]) -> list[Problem]:
    """The containers of moved doses that expire before the new day; nothing without lots."""
    if inputs.lots is None:
        return []
    warnings = []
    for visit, container in _promised(inputs):
        day = as_date(moved[visit].after).isoformat() if visit in moved else ""
        if day and container.expires and container.expires < day:
            message = f"{container.lot}:{container.id} of {visit} expires on {container.expires}, before {day}"
            warnings.append(Problem(Source(str(inputs.lots), container.line), "W004", "container", message))
    return warnings


def _promised(inputs: Inputs) -> list[tuple[str, LotContainer]]:
    """The containers that the subject's doses have got, each with the id of its visit."""
    plan, found, start = Composition(inputs), list[tuple[str, "LotContainer"]](), 0
    for schedule in plan.schedules():
        doses = schedule.doses
        for row in range(len(doses)):
            if schedule.cohort.ids[int(doses.subject[row])] == inputs.subject:
                visit = schedule.protocol.visits[int(doses.visit[row])].id
                found += [(visit, one) for one in (plan.promised or {}).get(start + row, ())]
        start += len(doses)
    return found


def _write_bookings(request: RescheduleRequest, schedule: Schedule, moves: tuple[Move, ...]) -> None:
    table = _bookings(request, schedule, moves)
    with open_output(request.apply_to, force=request.force) as stream:
        sink = open_sink(request.apply_form, stream, bom=False, width=None)
        sink.write(table)
        sink.close()


def _bookings(request: RescheduleRequest, schedule: Schedule, moves: tuple[Move, ...]) -> Table:
    actuals = request.inputs.actuals
    if not isinstance(actuals, str):
        return booked_table(BOOKING_COLUMNS, [], schedule, moves, request.reason)
    rows: list[tuple[str, ...]] = []
    with open_input(actuals) as (stream, name, _):
        table = read_table(stream, name)
        for chunk in table.chunks:
            columns = [chunk.texts(place) for place in range(len(table.header))] if chunk.lines else []
            rows += zip(*columns, strict=True)
        return booked_table(table.header, rows, schedule, moves, request.reason)
