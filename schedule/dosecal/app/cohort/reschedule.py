"""The verb that moves one subject's visit to another day: the preview, and the actuals file that books it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dosecal.app.composition.composition import Composition, refusal_of
from dosecal.app.composition.input_tables import opened_table
from dosecal.app.composition.inputs import Inputs
from dosecal.app.composition.purpose import SHEETS, Purpose
from dosecal.app.files.output import Output, refuse_output_over_input
from dosecal.app.files.table_rows import open_rows, write_table
from dosecal.app.options.inputs import TheSubject, TheVisit, takes_inputs
from dosecal.app.options.outputs import (
    TABLE_FORMS,
    ColumnNames,
    Force,
    TableForm,
    a_file_alone,
    ending_of,
    output_of,
    refuse_terminal,
)
from dosecal.app.options.speech import option, read, refuse, say, say_found
from dosecal.load.tables.actuals_file import strict_rows
from dosecal.model.conditions import Truth
from dosecal.model.counts import counted
from dosecal.model.days import iso_date, read_date
from dosecal.model.findings import Why
from dosecal.model.problems import PlanError, Problem, Source
from dosecal.model.struct import Struct, replace
from dosecal.planning.dates.cascade import Cascade
from dosecal.planning.dates.cascade import reschedule as moves_of
from dosecal.report.messages.visit_words import gap_words, too_early_words
from dosecal.report.tables.moves import BOOKING_COLUMNS, booked_table, moves_table

if TYPE_CHECKING:
    from dosecal.model.findings import Move
    from dosecal.model.preparation import LotContainer
    from dosecal.model.schedule import Schedule
    from dosecal.report.tables.table import Table


@takes_inputs()
def reschedule(
    inputs: Inputs,
    subject: TheSubject,
    visit: TheVisit,
    to: Annotated[str, option("--to", "DATE", "The new day, such as 2026-03-09.")],
    cascade: Annotated[
        Literal["none", "later", "chained"],
        typer.Option(
            "--cascade", help="Which others move: none, all later ones by as many days, or those counted from it."
        ),
    ] = "none",
    reason: Annotated[str, option("--reason", "TEXT", "Why, for the row of the booking.")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Write the bookings to the file named with -o.")] = False,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="The actuals file with the bookings, with --apply; CSV, or as its name ends.",
            callback=a_file_alone,
        ),
    ] = None,
    form: Annotated[TableForm, typer.Option("--format", help="How the preview is written.")] = "table",
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
    if apply != (output is not None):
        refuse("--apply", "--apply and -o FILE are given together, or neither is")
    refuse_terminal(form, None)
    day = read("--to", to, read_date, "C104")
    preview, bookings = output_of(None, form, columns), Output(output, _form_of(output), force=force)
    moving = Moving.planned(replace(inputs, subject=subject), visit, day, cascade)
    warnings = moving.warnings
    if output is not None:
        moving.book(bookings, reason, insist=insist)
    write_table(moves_table(moving.schedule, moving.moves), preview, moving.plan.about)
    say_found(warnings)
    moved = len([move for move in moving.moves if move.why not in {Why.STAYS, Why.NO_DAY}])
    stay_out = sum(move.why is Why.STAYS and move.days_out != 0 for move in moving.moves)
    early = len(moving.too_early(moving.moves))
    stays = f"{counted(stay_out, 'visit')} out of the window without moving{f'; {early:,} too early' if early else ''}"
    written = f"written to {output}" if output else "nothing was written (--apply -o FILE writes it)"
    say(f"{counted(moved, 'visit')} {'moves' if moved == 1 else 'move'}; {stays}; {written}")


def _form_of(name: str | None) -> str:
    """The format that the ending of a file's name asks for; CSV for any other ending."""
    ending = {"pq": "parquet"}.get(ending_of(name), ending_of(name))
    return ending if ending in TABLE_FORMS and ending != "table" else "csv"


class Moving(Struct, frozen=True):
    """One subject's visits when one of them is booked for another day.

    Attributes:
        plan: What the subject is planned from.
        schedule: The subject's schedule.
        moves: What moves and what stays.
        of_sites: What can't be known of the site's days.
    """

    plan: Composition
    schedule: Schedule
    moves: tuple[Move, ...]
    of_sites: tuple[Problem, ...] = ()

    @classmethod
    def planned(cls, inputs: Inputs, visit: str, day: int, cascade: str = "none") -> Moving:
        """What moves, and why.

        Args:
            inputs: What the one subject is planned from.
            visit: The id of the visit.
            day: The new day, in days since 1970-01-01.
            cascade: Which others move: ``none``, ``later`` or ``chained``.

        Raises:
            ScheduleError: If an input or the subject's own rows are refused, there is no such subject, or the visit
                can't be moved.
        """
        plan = Composition(inputs, Purpose(judges=True, on_open_days=False, promises=False))
        own = [one for one in plan.schedules() if inputs.subject in one.cohort.ids]
        if not own:
            raise refusal_of(plan.outcome.problems)
        schedule = own[-1]
        book = None if plan.book is None else plan.book.only(schedule.cohort.sites[0])
        moves = moves_of(schedule, visit, day, Cascade(cascade), None if book is None else book.covering)
        return cls(plan, schedule, moves, () if book is None else tuple(book.warnings))

    @property
    def warnings(self) -> list[Problem]:
        """What is to be said beside the moves."""
        return [*self.plan.outcome.warnings, *self.too_early(self.moves), *self._of_doses(), *self.of_sites]

    def too_early(self, moves: tuple[Move, ...]) -> list[Problem]:
        """A warning for each visit on a day that is too early after another, and for each that has no day left."""
        inputs, told = self.plan.inputs, []
        for move in moves:
            visit = self.schedule.protocol.visits[move.visit]
            said: str = too_early_words(move.late_enough, move.late_from, gap_words(visit))
            where = f"{visit.id} on {iso_date(move.after or 0)} is "
            if move.after is None:
                said, where = f"no day is inside the window and {gap_words(visit)}", f"{visit.id}: "
            if said:
                message = f"subject {inputs.subject}: {where}{said}"
                told.append(Problem(Source(str(inputs.subjects)), "W060", "", message))
        return told

    def book(self, bookings: Output, reason: str = "", *, insist: bool = False) -> None:
        """Write the actuals file with the bookings.

        Args:
            bookings: The file.
            reason: Why, in the person's words; empty for none.
            insist: Whether it is written although a day is too early after another visit.

        Raises:
            ScheduleError: If a day that would be booked is too early, or the file is refused.
        """
        _refuse_output_over_input(self.plan.inputs, bookings)
        early = tuple(move for move in self.moves if move.why.is_booked and move.late_enough is Truth.FALSE)
        expected = "expected a day that is late enough after other visits, got another"
        if early and not insist:
            raise PlanError(
                tuple(
                    Problem(one.source, "L069", "--to", f"{expected}: {one.message}", "--insist books it all the same")
                    for one in self.too_early(early)
                )
            )
        table = self._bookings(reason)
        with open_rows(bookings, self.plan.about) as sink:
            sink.write(table)
            sink.close()

    def _bookings(self, reason: str) -> Table:
        actuals = self.plan.inputs.actuals
        if not isinstance(actuals, str):
            return booked_table(BOOKING_COLUMNS, [], self.schedule, self.moves, reason)
        with opened_table(actuals, self.plan.inputs.reading) as table:
            return booked_table(table.header, list(strict_rows(table)), self.schedule, self.moves, reason)

    def _of_doses(self) -> list[Problem]:
        """That doses move, and which of the containers that they have got expire before their new day."""
        stays = {Why.STAYS, Why.NO_DAY}
        visits = {
            self.schedule.protocol.visits[move.visit].id: move
            for move in self.moves
            if move.is_dosed and move.why not in stays
        }
        if not visits:
            return []
        inputs = self.plan.inputs
        message = f"a dose is given at {', '.join(visits)}: look at product, weight and expiry again"
        warnings = [Problem(Source(str(inputs.subjects)), "W008", "", message)]
        for visit, container in _promised(inputs) if inputs.lots is not None else ():
            after = visits[visit].after if visit in visits else None
            if after is not None and container.expires and container.expires < iso_date(after):
                message = f"{container.lot}:{container.id} of {visit} expires on {container.expires}, before "
                message += iso_date(after)
                warnings.append(Problem(Source(str(inputs.lots), container.line), "W004", "container", message))
        return warnings


def _refuse_output_over_input(inputs: Inputs, bookings: Output) -> None:
    """Refuse an output that would take the place of an input; the actuals may be replaced where that is asked for.

    Raises:
        OutputError: If the output is one of them.
    """
    others = [name for name in inputs.files if name != inputs.actuals or not bookings.force]
    hint = "--force replaces the actuals file" if inputs.actuals == bookings.name else ""
    refuse_output_over_input(bookings.name, others, hint)


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
