"""A cohort's file to one of its tables, in chunks."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dosecal.app.composition.blinding import hidden_doses
from dosecal.app.composition.composition import ANY_PURPOSE, DOSING, Composition, NothingToWriteError, Outcome
from dosecal.app.composition.records import deviations_of, unscheduled_of
from dosecal.app.composition.versions import joined_tables
from dosecal.app.files.folder import is_folder_name, open_output_folder
from dosecal.app.files.store import STANDARD_OUTPUT, open_output, refuse_output_over_input
from dosecal.app.files.table_rows import write_rows
from dosecal.model.problems import OutputError, Problem, Source
from dosecal.model.struct import Struct
from dosecal.render.as_terminal import PLAIN, Look
from dosecal.render.sinks import ParquetParts, Sink, open_sink
from dosecal.report.tables.formulas import guarded_words
from dosecal.report.tables.schedule import assessments_table, doses_table, visits_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.app.composition.composition import Progress
    from dosecal.app.composition.inputs import Inputs

_TABLES = {
    "visits": visits_table,
    "assessments": assessments_table,
    "doses": doses_table,
    "deviations": deviations_of,
    "unscheduled": unscheduled_of,
}


class TableRequest(Struct, frozen=True):
    """What is asked of a table command.

    Attributes:
        inputs: What the cohort is planned from.
        what: ``visits``, ``assessments``, ``doses``, ``deviations`` or ``unscheduled``.
        form: One of the formats.
        output: The name of the output, for Parquet of a file or a folder; None for standard output.
        force: Whether a file that is there already may be replaced.
        bom: Whether CSV begins with a byte order mark.
        width: The terminal's width for the format ``table``; None for no terminal.
        look: The columns that are asked for, and whether the terminal has colours.
    """

    inputs: Inputs
    what: str
    form: str
    output: str | None = None
    force: bool = False
    bom: bool = False
    width: int | None = None
    look: Look = PLAIN


def write_table(request: TableRequest, progress: Progress | None = None) -> Outcome:
    """Plan a cohort and write one of its tables.

    Args:
        request: What is asked.
        progress: Is told the bytes read and the bytes in all (0 where not known) after each chunk.

    Returns:
        What was done; with problems, unless bad rows are skipped, nothing was written.

    Raises:
        ScheduleError: If the protocol, a whole input or the output is refused.
    """
    refuse_output_over_input(request.output, request.inputs.files)
    plan = Composition(request.inputs, DOSING if request.what == "doses" else ANY_PURPOSE)
    plan.outcome.warnings += hidden_doses(plan.protocols) if request.what == "deviations" else []
    with suppress(NothingToWriteError), _open_sink(request, plan) as sink:
        _write_groups(request, plan, sink, progress)
        plan.outcome.is_written = plan.may_be_written
        if not plan.outcome.is_written:
            raise NothingToWriteError
    return plan.outcome


@contextmanager
def _open_sink(request: TableRequest, plan: Composition) -> Iterator[Sink]:
    """Where the rows go: a file, or for Parquet a folder with a file for each chunk of subjects.

    Raises:
        OutputError: If the output can't be written, or the folder has files that a reader would take as parts.
    """
    if request.form == "parquet" and request.output is not None and is_folder_name(request.output):
        _require_no_other_parts(request.output)
        with open_output_folder(request.output, force=request.force) as folder:
            yield ParquetParts(folder.write)
        return
    with open_output(request.output, force=request.force, for_people=request.form == "table") as stream:
        yield open_sink(request.form, stream, bom=request.bom, width=request.width, look=request.look, about=plan.about)


def _require_no_other_parts(name: str) -> None:
    folder = Path(name)
    others = sorted(path.name for path in folder.iterdir() if path.name[0] not in "._") if folder.is_dir() else []
    if others:
        message = f"expected a new or an empty folder, since its files are read as one table, got one with {others[0]}"
        raise OutputError((Problem(Source(name), "O024", "", message),))


def _write_groups(request: TableRequest, plan: Composition, sink: Sink, progress: Progress | None) -> None:
    for schedules in plan.groups(progress):
        if plan.may_be_written:
            tables = [_TABLES[request.what](schedule) for schedule in schedules]
            table = joined_tables(tables, [schedule.cohort for schedule in schedules])
            write_rows(sink, table, request.output)
    sink.close()
    if sink.guarded:
        plan.outcome.warnings.append(
            Problem(Source(request.output or STANDARD_OUTPUT), "W003", "", guarded_words(sink.guarded))
        )
