"""One subject's visit to another day: the preview, and with it the actuals file that books it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.app.composition.composition import SHEETS, Composition, Purpose, refusal_of
from dosecal.app.files.store import open_input, open_output, refuse_output_over_input
from dosecal.app.files.table_rows import write_rows
from dosecal.load.tables.actuals_file import strict_rows
from dosecal.load.tables.cohort_file import open_table
from dosecal.load.tables.table_reading import STRICT
from dosecal.model.conditions import Truth
from dosecal.model.days import iso_date
from dosecal.model.findings import Why
from dosecal.model.messages import Msg
from dosecal.model.problems import PlanError, Problem, Source
from dosecal.model.struct import Struct, field
from dosecal.planning.dates.cascade import Cascade, reschedule
from dosecal.render.as_terminal import PLAIN, Look
from dosecal.render.sinks import open_sink
from dosecal.report.messages.words import gap_words, too_early_words
from dosecal.report.tables.moves import BOOKING_COLUMNS, booked_table, moves_table

if TYPE_CHECKING:
    from dosecal.app.composition.inputs import Inputs
    from dosecal.model.findings import Move
    from dosecal.model.preparation import LotContainer
    from dosecal.model.schedule import Schedule
    from dosecal.report.tables.table import Table


class RescheduleRequest(Struct, frozen=True):
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
        insist: Whether a booking is written although its day is too early after another visit.
        force: Whether a file that is there already may be replaced.
        width: The terminal's width; None for no terminal.
        look: The columns that are asked for, and whether the terminal has colours.
    """

    inputs: Inputs
    visit: str
    to: int
    cascade: str = "none"
    reason: str = ""
    form: str = "table"
    apply_to: str | None = None
    apply_form: str = "csv"
    insist: bool = False
    force: bool = False
    width: int | None = None
    look: Look = PLAIN


class Rescheduled(Struct):
    """What a rescheduling did.

    Attributes:
        moved: How many visits move.
        stay_out: How many visits stay and are out of their windows then.
        dosed: How many of the moved visits have a dose.
        too_early: How many visits are on a day that is too early after another, or have no day left.
        warnings: What is to be said beside it.
    """

    moved: int
    stay_out: int
    dosed: int
    too_early: int = 0
    warnings: list[Problem] = field(default_factory=list)


def write_rescheduling(request: RescheduleRequest) -> Rescheduled:
    """Print what moves and why and, where that is asked for, write the actuals file that books it.

    Raises:
        ScheduleError: If an input or the output is refused, or the visit can't be moved.
    """
    _refuse_output_over_input(request)
    plan = Composition(request.inputs, Purpose(judges=True, on_open_days=False, promises=False))
    schedule = _schedule_of(plan)
    book = None if plan.book is None else plan.book.only(schedule.cohort.sites[0])
    days = None if book is None else book.covering
    moves = reschedule(schedule, request.visit, request.to, Cascade(request.cascade), days)
    too_early = _too_early(request, schedule, moves)
    warnings = [*plan.outcome.warnings, *too_early, *_dose_warnings(request, schedule, moves)]
    warnings += [] if book is None else book.warnings
    if request.apply_to is not None:
        _refuse_too_early(request, schedule, moves)
        _write_bookings(request, schedule, moves)
    with open_output(None, force=False, for_people=request.form == "table") as stream:
        sink = open_sink(request.form, stream, bom=False, width=request.width, look=request.look, about=plan.about)
        write_rows(sink, moves_table(schedule, moves), None)
        sink.close()
    moved = [move for move in moves if move.why not in {Why.STAYS, Why.NO_DAY}]
    stay_out = sum(move.why is Why.STAYS and move.days_out != 0 for move in moves)
    return Rescheduled(len(moved), stay_out, sum(move.is_dosed for move in moved), len(too_early), warnings)


def _too_early(request: RescheduleRequest, schedule: Schedule, moves: tuple[Move, ...]) -> list[Problem]:
    """A warning for each visit on a day that is too early after another, and for each that has no day left."""
    told = []
    for move in moves:
        visit = schedule.protocol.visits[move.visit]
        said = too_early_words(move.late_enough, move.late_from, gap_words(visit))
        if move.after is None:
            said = Msg("no day is inside the window and {gaps}", gaps=gap_words(visit))
        if said:
            day = "" if move.after is None else f" on {iso_date(move.after)}"
            message = (
                f"subject {request.inputs.subject}: {visit.id}{day} is {said}"
                if day
                else f"subject {request.inputs.subject}: {visit.id}: {said}"
            )
            told.append(Problem(Source(str(request.inputs.subjects)), "W060", "", message))
    return told


def _refuse_too_early(request: RescheduleRequest, schedule: Schedule, moves: tuple[Move, ...]) -> None:
    """Refuse to book a day that is too early after another visit, unless the person insists.

    Raises:
        PlanError: If a day that would be booked is.
    """
    booked = tuple(move for move in moves if move.why.is_booked and move.late_enough is Truth.FALSE)
    if request.insist or not booked:
        return
    raise PlanError(
        tuple(
            Problem(
                one.source,
                "L069",
                "--to",
                f"expected a day that is late enough after other visits, got another: {one.message}",
                "--insist books it all the same",
            )
            for one in _too_early(request, schedule, booked)
        )
    )


def _schedule_of(plan: Composition) -> Schedule:
    """The schedule of the one subject that is asked for.

    Raises:
        ScheduleError: If an input or the subject's own rows are refused, or there is no such subject.
    """
    own = [one for one in plan.schedules() if plan.inputs.subject in one.cohort.ids]
    if not own:
        raise refusal_of(plan.outcome.problems)
    return own[-1]


def _refuse_output_over_input(request: RescheduleRequest) -> None:
    """Refuse an output that would take the place of an input; the actuals may be replaced where that is asked for.

    Raises:
        OutputError: If the output is one of them.
    """
    actuals = request.inputs.actuals
    inputs = [name for name in request.inputs.files if name != actuals or not request.force]
    hint = "--force replaces the actuals file" if actuals == request.apply_to else ""
    refuse_output_over_input(request.apply_to, inputs, hint)


def _dose_warnings(request: RescheduleRequest, schedule: Schedule, moves: tuple[Move, ...]) -> list[Problem]:
    """That doses move, and which of the containers that they have got expire before their new day."""
    visits = {schedule.protocol.visits[move.visit].id: move for move in moves if _moves_a_dose(move)}
    if not visits:
        return []
    message = f"a dose is given at {', '.join(visits)}: look at product, weight and expiry again"
    return [Problem(Source(str(request.inputs.subjects)), "W008", "", message), *_expired(request.inputs, visits)]


def _moves_a_dose(move: Move) -> bool:
    return move.is_dosed and move.why not in {Why.STAYS, Why.NO_DAY}


def _expired(inputs: Inputs, moved: dict[str, Move]) -> list[Problem]:
    """The containers of moved doses that expire before the new day; nothing without lots."""
    if inputs.lots is None:
        return []
    warnings = []
    for visit, container in _promised(inputs):
        after = moved[visit].after if visit in moved else None
        day = "" if after is None else iso_date(after)
        if day and container.expires and container.expires < day:
            message = f"{container.lot}:{container.id} of {visit} expires on {container.expires}, before {day}"
            warnings.append(Problem(Source(str(inputs.lots), container.line), "W004", "container", message))
    return warnings


def _promised(inputs: Inputs) -> list[tuple[str, LotContainer]]:
    """The containers that the subject's doses have got, each with the id of its visit."""
    plan, found, start = Composition(inputs, SHEETS), list[tuple[str, "LotContainer"]](), 0
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
    with open_table(actuals, open_input, request.inputs.reading or STRICT) as table:
        return booked_table(table.header, list(strict_rows(table)), schedule, moves, request.reason)
