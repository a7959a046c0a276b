"""A protocol and its subjects to the files of another system."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dosecal.app.composition.calendars import read_calendars, read_rows
from dosecal.app.composition.composition import ANY_PURPOSE, DOSING, Composition, Outcome, shown_protocols
from dosecal.app.files.folder import is_folder_name, write_folder
from dosecal.app.files.store import STANDARD_OUTPUT, open_output, read_mapping_file, refuse_output_over_input
from dosecal.exchange.parts import calendar_key, parts_of
from dosecal.exchange.preset import Exported, ExportFile, ExportInput
from dosecal.load.tables.table_mapping_file import read_table_mapping
from dosecal.load.text_file import read_bytes
from dosecal.model.problems import CohortError, OutputError, Problem, RefusedError, Source
from dosecal.model.struct import Struct, field, replace
from dosecal.model.table_mapping import KnownColumns
from dosecal.report.tables.schemas import FURTHER_VISIT_COLUMNS, table_columns
from dosecal.report.tables.table import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from dosecal.app.composition.inputs import Inputs
    from dosecal.exchange.preset import Preset
    from dosecal.model.protocol import Protocol
    from dosecal.model.table_mapping import TableMapping
    from dosecal.report.calendars.subject_calendars import SubjectCalendar
    from dosecal.report.tables.schemas import Columns


class ExportRequest(Struct, frozen=True, kw_only=True):
    """What is asked of an export.

    Attributes:
        inputs: What it is planned from; without subjects for a target that is made from the protocol alone.
        target: The target.
        program_version: The version of the program.
        options: What the target is told beside.
        per: ``subject`` or ``site`` for files of their own; empty for none.
        columns: The name of the file that maps columns, for a target that takes one; None for none.
        previous: The name of the file or folder of the export before; None for none.
        output: The name of the file or folder; None for standard output.
        force: Whether files that are there already may be replaced.
        is_day_told: Whether somebody told the day on which the files are made; else it is today.
    """

    inputs: Inputs
    target: Preset
    program_version: str
    options: Mapping[str, str]
    per: str = ""
    columns: str | None = None
    previous: str | None = None
    output: str | None = None
    force: bool = False
    is_day_told: bool = False

    @property
    def as_of(self) -> date:
        """The day on which the files are made."""
        return self.inputs.judged_on


class ExportOutcome(Struct, frozen=True):
    """What came of an export.

    Attributes:
        plan: What was done with the cohort; with problems, unless bad rows are skipped, nothing was written.
        findings: What the target can't take, and what somebody has to know of it.
        files: The names of the files that were written.
    """

    plan: Outcome
    findings: tuple[Problem, ...] = ()
    files: tuple[str, ...] = field(default=())


def write_export(request: ExportRequest) -> ExportOutcome:
    """Plan a cohort and write the files of a target.

    Args:
        request: What is asked.

    Raises:
        ScheduleError: If the protocol, a whole input or the output is refused, or the target can't take what there is.
    """
    inputs = request.inputs.files if request.columns is None else (*request.inputs.files, request.columns)
    refuse_output_over_input(request.output, inputs)
    outcome, made_from = _planned(request)
    if made_from is None:
        return ExportOutcome(outcome)
    exported = _made(request, made_from)
    _write(request, exported.files)
    outcome.is_written = True
    return ExportOutcome(outcome, exported.findings, tuple(file.name for file in exported.files))


def _planned(request: ExportRequest) -> tuple[Outcome, ExportInput | None]:
    """What the files are made from; None where there are problems and nothing may be written."""
    if not request.inputs.subjects:
        protocols, warnings = shown_protocols(request.inputs)
        _refuse_blinded(request, protocols)
        told = request.as_of if request.is_day_told else None
        made_from = ExportInput(protocols[0], (), request.program_version, request.as_of, request.options, told)
        return Outcome(warnings=warnings), made_from
    mapping = None if request.columns is None else _mapping(request.columns)
    previous = () if request.previous is None else _previous_files(request.previous, request)
    needs_doses = mapping is not None and mapping.table == "doses"
    plan = Composition(request.inputs, DOSING if needs_doses else ANY_PURPOSE)
    _refuse_blinded(request, plan.protocols)
    calendars: tuple[SubjectCalendar, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()
    if mapping is None:
        calendars = tuple(read_calendars(plan))
    else:
        rows = tuple(read_rows(plan, mapping.table))
    if not plan.may_be_written:
        return plan.outcome, None
    if request.inputs.subject is not None:
        _count_one(plan.outcome, calendars)
    return plan.outcome, ExportInput(
        plan.protocol,
        calendars,
        request.program_version,
        request.as_of,
        request.options,
        per=request.per,
        scope=request.inputs.subject or "",
        previous=previous,
        mapping=mapping,
        rows=rows,
    )


def _refuse_blinded(request: ExportRequest, protocols: tuple[Protocol, ...]) -> None:
    """Refuse files that carry the arms of a blinded trial to a reader who may not know them.

    Raises:
        OutputError: If they would.
    """
    hidden = [one for one in protocols if one.is_masked] if request.target.carries_arms else []
    if hidden:
        message = f"expected --unblinded, since the files of {request.target.name} carry the arms of a blinded trial"
        hint = 'or, where everybody may know the arms, the line "blinding: open label" in the protocol file'
        raise OutputError(tuple(Problem(Source(one.file), "X107", "blinding", message, hint) for one in hidden))


def _count_one(outcome: Outcome, calendars: tuple[SubjectCalendar, ...]) -> None:
    """Count what is exported of one subject, in place of all that was planned."""
    outcome.subjects = 1
    outcome.visits = sum(len(calendar.visits) for calendar in calendars)


def _made(request: ExportRequest, made_from: ExportInput) -> Exported:
    """The files, those of each subject or site by themselves where that is asked for."""
    if not request.per or request.target.parts_itself:
        return request.target.make(made_from)
    files: list[ExportFile] = []
    findings: list[Problem] = []
    for name, calendars in parts_of(made_from.calendars, request.per, calendar_key):
        part = request.target.make(replace(made_from, calendars=calendars))
        files += [ExportFile(f"{name}-{file.name}", file.content) for file in part.files]
        findings += part.findings
    return Exported(tuple(files), tuple(dict.fromkeys(findings)))


def _write(request: ExportRequest, files: tuple[ExportFile, ...]) -> None:
    if request.output is not None and (len(files) != 1 or request.per or is_folder_name(request.output)):
        write_folder(request.output, [(file.name, file.content) for file in files], force=request.force)
        return
    if len(files) != 1:
        names = ", ".join(file.name for file in files)
        message = f"expected a folder for several files, got none: {names}"
        raise OutputError((Problem(Source(STANDARD_OUTPUT), "O008", "", message, "name one with -o"),))
    with open_output(request.output, force=request.force) as stream:
        stream.write(files[0].content)


def _mapping(name: str) -> TableMapping:
    """The mapping of a file.

    Raises:
        CohortError: If it can't be read, or is none.
    """
    tables = {
        "visits": _known((*table_columns("visits"), *FURTHER_VISIT_COLUMNS)),
        "doses": _known(table_columns("doses", has_actuals=True)),
    }
    return read_table_mapping(read_mapping_file(name, "a file that maps columns"), name, tables)


def _known(columns: Columns) -> KnownColumns:
    dates, whole, decimals = (
        frozenset(name for name, own in columns if own is kind) for kind in (Kind.DATE, Kind.WHOLE, Kind.DECIMAL)
    )
    return KnownColumns(tuple(name for name, _ in columns), dates, whole | decimals)


def _previous_files(name: str, request: ExportRequest) -> tuple[ExportFile, ...]:
    """The files of the export before, by their name: of a folder, those that end as the target's; else the file itself.

    Raises:
        CohortError: If there are none, they can't be read, or one file stands for those of several subjects or sites.
    """
    path, per, ending = Path(name), request.per, request.target.previous_ending
    if per and path.is_file():
        message = f"expected the folder of the export before, since each {per} has a file, got a file"
        raise CohortError((Problem(Source(name), "X106", "", message),))
    paths = sorted(path.glob(f"*{ending}")) if path.is_dir() else [path]
    if not paths:
        message = f"expected files that end in {ending}, got a folder without any"
        raise CohortError((Problem(Source(name), "X106", "", message),))
    files = []
    for one in paths:
        try:
            files.append(ExportFile(one.name, read_bytes(one)))
        except RefusedError as refusal:
            message = f"expected the export before, got none: {refusal.hint}"
            raise CohortError((Problem(Source(str(one)), "X106", "", message),)) from None
    return tuple(files)
