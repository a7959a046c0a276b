"""The sheets of one subject's doses: to prepare them, to check them, and to compare what the second person found.

Conventions: the whole list of subjects is read, since the containers of lots are promised over all of them; a row of
another subject that can't be read is a warning where no lots are given, and a problem where they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from schedule.load.cohort_file import read_table, renamed
from schedule.load.entries_file import read_check_entries
from schedule.load.levels_file import LEVEL_COLUMNS, read_levels
from schedule.load.renames_file import read_renames
from schedule.load.subjects import SubjectReader, columns_passed_over
from schedule.load.text_table import TextTable
from schedule.load.weights_file import WEIGHT_COLUMNS, read_weights
from schedule.model.cohort import Cohort, keep_subjects
from schedule.model.problems import CohortError, PlanError, Problem, Source, expected_got
from schedule.plan.product import prepare
from schedule.plan.resolve import plan_schedule
from schedule.render.as_html import sheets_html
from schedule.render.check_yaml import check_sheets_yaml
from schedule.render.sheet_json import sheets_json
from schedule.render.sheet_text import sheets_text
from schedule.report import words
from schedule.report.check_sheet import Verified, asked_sheet, check_sheet, compare_entries
from schedule.report.planned_dose import PlannedDose, dose_rows, planned_dose
from schedule.report.preparation_sheet import preparation_sheet
from schedule.report.sheet_sections import DoseToPrepare, marks_of
from schedule.workflow.protocols import load_protocol
from schedule.workflow.store import open_input, read_mapping_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule.load.levels_file import LevelEntry
    from schedule.load.subjects import WeightEntry
    from schedule.load.text_chunks import TextChunk
    from schedule.model.protocol import Protocol
    from schedule.model.schedule import Schedule
    from schedule.model.worked_dose import WorkedDose
    from schedule.report.sheet import Sheet

RENDERERS = {"text": sheets_text, "json": sheets_json, "html": sheets_html, "yaml": check_sheets_yaml}
"""The formats of sheets; ``yaml`` is for check sheets alone, to be filled in."""


@dataclass(frozen=True, slots=True)
class SheetRequest:
    """Which doses sheets are asked of.

    Attributes:
        protocol: The name of the protocol.
        subjects: The name of the subjects' file; ``-`` for standard input.
        subject: The subject's id.
        visit: The visit's id; None for every visit with a dose.
        program_version: The version of the program.
        as_of: The day, ``YYYY-MM-DD``.
        weights: The name of the weights' file; None for none.
        levels: The name of the dose levels' file; None for none.
        lots: The name of the lots' file; None for none.
        renames: The name of the file that renames columns; None for none.
    """

    protocol: str
    subjects: str
    subject: str
    visit: str | None
    program_version: str
    as_of: str
    weights: str | None = None
    levels: str | None = None
    lots: str | None = None
    renames: str | None = None


@dataclass(slots=True)
class DosesToPrepare:
    """The doses that were found.

    Attributes:
        doses: At least one.
        warnings: What was passed over.
    """

    doses: tuple[DoseToPrepare, ...] = ()
    warnings: list[Problem] = field(default_factory=list)

    @property
    def worksheets(self) -> tuple[Sheet, ...]:
        """The preparation worksheet of each dose."""
        return tuple(preparation_sheet(one) for one in self.doses)

    @property
    def check_sheets(self) -> tuple[Sheet, ...]:
        """The check sheet of each dose."""
        return tuple(check_sheet(one) for one in self.doses)


def find_doses(request: SheetRequest) -> DosesToPrepare:
    """The doses that a request is about, worked out and made up.

    Raises:
        ScheduleError: If the protocol, an input or the subject's own row is refused, there is no such subject, visit or
            dose, or the dose that is asked for is still to be determined.
    """
    protocol = load_protocol(request.protocol)
    if request.visit is not None and request.visit not in {visit.id for visit in protocol.visits}:
        known = ", ".join(visit.id for visit in protocol.visits)
        _refuse(Source(protocol.file), "L005", "--visit", expected_got(f"one of {known}", request.visit))
    found = DosesToPrepare()
    cohort = _read_subject(request, protocol, found)
    schedule = plan_schedule(protocol, cohort)
    place = None if request.visit is None else protocol.visit_index(request.visit)
    doses = [planned_dose(schedule, row) for row in dose_rows(schedule, 0, place)]
    if not doses:
        where = f"at visit {request.visit} " if request.visit else ""
        arm = protocol.arms[int(cohort.arm[0])].id
        message = f"expected a subject and visit with a dose, got none {where}in arm {arm}"
        _refuse(cohort.source(0), "L006", "subject_id", message)
    stamp = (request.program_version, request.as_of)
    found.doses = tuple(_made_up(dose, dose.worked, stamp) for dose in doses if dose.worked is not None)
    to_be_determined = [_undetermined(dose, schedule) for dose in doses if dose.worked is None]
    if to_be_determined and (request.visit is not None or not found.doses):
        raise PlanError(tuple(to_be_determined))
    found.warnings += to_be_determined
    return found


def verify_entries(doses: tuple[DoseToPrepare, ...], entries: str) -> Verified:
    """Compare the second person's entries with the calculation.

    Args:
        doses: The doses of one subject; at least one.
        entries: The name of the filled-in file of their check sheets.

    Raises:
        CohortError: If the file can't be read, is of another sheet, or has an entry without a certain reading.
    """
    content = read_mapping_file(entries, "a filled-in check sheet")
    written = read_check_entries(content, entries, asked_sheet(doses))
    compared = [
        one for dose, values in zip(doses, written.values, strict=True) for one in compare_entries(dose, values)
    ]
    return Verified(marks_of(doses[0]), written.checked_by, tuple(compared))


def _made_up(dose: PlannedDose, worked: WorkedDose, stamp: tuple[str, str]) -> DoseToPrepare:
    product = dose.protocol.product(dose.regimen.product)
    scale = None if dose.weight is None else dose.weight.kilograms
    return DoseToPrepare(dose, worked, prepare(worked, product, scale), (), *stamp)


def _undetermined(dose: PlannedDose, schedule: Schedule) -> Problem:
    """That a dose can't be worked out yet, and why."""
    why = words.WEIGHT_STATES[dose.state] or words.DATE_UNKNOWN
    about = f"dose {dose.number} of {dose.regimen.id} at {dose.visit.id}"
    message = f"expected {about} to be worked out, got {why}"
    return Problem(schedule.cohort.source(0), "L041", "subject_id", message)


def _read_subject(request: SheetRequest, protocol: Protocol, found: DosesToPrepare) -> Cohort:
    """The cohort of the one subject.

    Raises:
        CohortError: If there is no such subject, or its row is refused.
    """
    reader = SubjectReader(protocol, _weights(request, found), _levels(request, protocol, found))
    problems: list[Problem] = []
    own_lines: list[int] = []
    cohort: Cohort | None = None
    with open_input(request.subjects) as (stream, name, _):
        table = read_table(stream, name)
        if request.renames is not None:
            names = read_renames(read_mapping_file(request.renames), request.renames)
            table = renamed(table, names, request.renames)
        watched = TextTable(table.file, table.header, table.header_line, _watched(table, request.subject, own_lines))
        for chunk, bad in reader.read(watched):
            problems += bad
            if request.subject in chunk.ids:
                is_own = np.array([one == request.subject for one in chunk.ids], dtype=np.bool_)
                cohort = keep_subjects(chunk, is_own)
    found.warnings += reader.warnings
    own = tuple(one for one in problems if one.source.line in own_lines)
    if own:
        raise CohortError(own)
    if cohort is None:
        message = expected_got("a subject of the subjects' table", request.subject)
        _refuse(Source(table.file), "L040", "--subject", message, "ids are compared to the character")
    others = len(problems) - len(own)
    if others:
        message = f"{others:,} problems in the rows of other subjects are passed over"
        found.warnings.append(Problem(Source(table.file), "W040", "", message, "dosecal doses names them"))
    return cohort


def _watched(table: TextTable, subject: str, lines: list[int]) -> Iterator[TextChunk]:
    """The chunks of a table; the lines on which a subject stands are noted as they pass."""
    place = table.header.index("subject_id") if "subject_id" in table.header else -1
    for chunk in table.chunks:
        if place >= 0 and chunk.lines:
            lines += [line for line, text in zip(chunk.lines, chunk.texts(place), strict=True) if text == subject]
        yield chunk


def _weights(request: SheetRequest, found: DosesToPrepare) -> dict[str, tuple[WeightEntry, ...]]:
    if request.weights is None:
        return {}
    with open_input(request.weights) as (stream, name, _):
        table = read_table(stream, name)
        found.warnings += columns_passed_over(table, WEIGHT_COLUMNS)
        return read_weights(table)


def _levels(request: SheetRequest, protocol: Protocol, found: DosesToPrepare) -> dict[str, tuple[LevelEntry, ...]]:
    if request.levels is None:
        return {}
    with open_input(request.levels) as (stream, name, _):
        table = read_table(stream, name)
        found.warnings += columns_passed_over(table, LEVEL_COLUMNS)
        return read_levels(table, protocol)


def _refuse(source: Source, code: str, about: str, message: str, hint: str = "") -> NoReturn:
    raise PlanError((Problem(source, code, about, message, hint),))
