"""The verbs that write a table of a list of subjects: visits, doses, deviations, unscheduled visits."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from dosecal.app.composition.blinding import hidden_doses
from dosecal.app.composition.composition import Composition
from dosecal.app.composition.inputs import Inputs
from dosecal.app.composition.joined_tables import joined_tables
from dosecal.app.composition.purpose import ANY_PURPOSE, DOSING, NothingToWriteError, Outcome
from dosecal.app.files.folder import is_folder_name, open_output_folder
from dosecal.app.files.output import refuse_output_over_input
from dosecal.app.files.table_rows import open_rows, write_rows
from dosecal.app.options.inputs import takes_inputs
from dosecal.app.options.outputs import (
    ByteOrderMark,
    ColumnNames,
    Force,
    FormName,
    OutputName,
    form_of,
    output_of,
    refuse_terminal,
)
from dosecal.app.options.speech import end_with, not_written, refuse, shown_progress
from dosecal.model.actuals import ActualStatus
from dosecal.model.adherence import VisitStatus
from dosecal.model.counts import counted
from dosecal.model.problems import OutputError, Problem, Source
from dosecal.planning.record.deviations import compare_doses, find_deviations
from dosecal.planning.record.matching import OnRecord, match_dates
from dosecal.render.sinks import ParquetParts
from dosecal.report.tables.deviations import deviations_table
from dosecal.report.tables.formulas import guarded_words
from dosecal.report.tables.schedule import assessments_table, doses_table, visits_table
from dosecal.report.tables.unscheduled import unscheduled_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.app.composition.input_tables import Progress
    from dosecal.app.files.output import Output
    from dosecal.model.record import CohortRecord
    from dosecal.model.schedule import Schedule
    from dosecal.render.sinks import Sink
    from dosecal.report.tables.table import Table


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
    _write("assessments" if long else "visits", inputs, output, form, columns, bom=bom, force=force)


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
    _write("doses", inputs, output, form, columns, bom=bom, force=force)


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
    _write("deviations", inputs, output, form, columns, bom=bom, force=force)


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
    _write("unscheduled", inputs, output, form, columns, bom=bom, force=force)


def _write(
    what: str, inputs: Inputs, name: str | None, asked: str | None, columns: str | None, *, bom: bool, force: bool
) -> None:
    """Write a table that is asked for, say what was done, and end with 1 where there were problems."""
    if what in {"deviations", "unscheduled"} and inputs.actuals is None:
        refuse("--actuals", "what happened is needed: --actuals FILE")
    form = form_of(asked, columns, name)
    refuse_terminal(form, name)
    output = output_of(name, form, columns, bom=bom, force=force)
    with shown_progress("planning") as progress:
        outcome = write_cohort_table(inputs, what, output, progress)
    subjects, visits = counted(outcome.subjects, "subject"), counted(outcome.visits, "visit")
    doses = "doses hidden" if outcome.hides_doses else counted(outcome.doses, "dose")
    summary = f"{subjects}, {visits}, {doses}; {counted(len(outcome.problems), 'problem')}"
    end_with(outcome, summary if outcome.is_written else not_written(outcome))


def write_cohort_table(inputs: Inputs, what: str, output: Output, progress: Progress | None = None) -> Outcome:
    """Plan a cohort and write one of its tables, in chunks.

    Args:
        inputs: What the cohort is planned from.
        what: ``visits``, ``assessments``, ``doses``, ``deviations`` or ``unscheduled``.
        output: Where it goes: a file, or for Parquet also a folder with a file for each chunk of subjects.
        progress: Is told the bytes read and the bytes in all (0 where not known) after each chunk.

    Returns:
        What was done; with problems, unless bad rows are skipped, nothing was written.

    Raises:
        ScheduleError: If the protocol, a whole input or the output is refused.
    """
    refuse_output_over_input(output.name, inputs.files)
    plan = Composition(inputs, DOSING if what == "doses" else ANY_PURPOSE)
    plan.outcome.warnings += hidden_doses(plan.protocols) if what == "deviations" else []
    with suppress(NothingToWriteError), _open_sink(output, plan) as sink:
        for schedules in plan.groups(progress):
            if plan.may_be_written:
                tables = [_TABLES[what](schedule) for schedule in schedules]
                write_rows(sink, joined_tables(tables, [schedule.cohort for schedule in schedules]), output.name)
        sink.close()
        if sink.guarded:
            plan.outcome.warnings.append(Problem(Source(output.shown), "W003", "", guarded_words(sink.guarded)))
        plan.outcome.is_written = plan.may_be_written
        if not plan.outcome.is_written:
            raise NothingToWriteError
    return plan.outcome


@contextmanager
def _open_sink(output: Output, plan: Composition) -> Iterator[Sink]:
    """Where the rows go.

    Raises:
        OutputError: If the output can't be written, or the folder has files that a reader would take as parts.
    """
    if output.form != "parquet" or output.name is None or not is_folder_name(output.name):
        with open_rows(output, plan.about) as sink:
            yield sink
        return
    folder = Path(output.name)
    others = sorted(path.name for path in folder.iterdir() if path.name[0] not in "._") if folder.is_dir() else []
    if others:
        message = f"expected a new or an empty folder, since its files are read as one table, got one with {others[0]}"
        raise OutputError((Problem(Source(output.name), "O024", "", message),))
    with open_output_folder(output.name, force=output.force) as parts:
        yield ParquetParts(parts.write)


def _deviations(schedule: Schedule) -> Table:
    """The table of a followed schedule's deviations from its protocol."""
    given = compare_doses(schedule, _record_of(schedule))
    return deviations_table(schedule, find_deviations(schedule, given), given)


def _unscheduled(schedule: Schedule) -> Table:
    """The table of the visits without a name that are on record, with where they lie among the planned ones."""
    record, visits = _record_of(schedule), schedule.visits
    at = visits.subject, visits.visit
    status = record.actuals.status[at]
    is_cancelled = np.zeros(len(visits), dtype=np.bool_)
    if schedule.adherence is not None:
        is_cancelled = schedule.adherence.status == VisitStatus.CANCELLED
    is_free = (status == ActualStatus.NONE) & ~is_cancelled
    on_record = OnRecord(is_free, status == ActualStatus.MISSED, is_cancelled, record.actuals.date[at])
    date = record.record.date[record.unscheduled_row]
    matches = match_dates(visits, on_record, record.unscheduled_subject, date, schedule.protocol.match_next)
    return unscheduled_table(schedule, matches)


def _record_of(schedule: Schedule) -> CohortRecord:
    if schedule.record is None:
        message = "these tables are made of a record"
        raise ValueError(message)
    return schedule.record


_TABLES = {
    "visits": visits_table,
    "assessments": assessments_table,
    "doses": doses_table,
    "deviations": _deviations,
    "unscheduled": _unscheduled,
}
