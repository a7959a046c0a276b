"""The sheets of one subject's doses: to prepare them, to check them, and to compare what the second person found.

Conventions: the whole list of subjects is read, since the containers of lots are promised over all of them; a row of
another subject that can't be read is a warning where no lots are given, and a problem where they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from dosecal.load.cohort_file import read_table, renamed
from dosecal.load.csv_rows import CUT_CODES
from dosecal.load.entries_file import read_check_entries
from dosecal.load.levels_file import LEVEL_COLUMNS, read_levels
from dosecal.load.lots_file import LOT_COLUMNS, read_lots
from dosecal.load.renames_file import read_renames
from dosecal.load.subjects import SubjectReader, columns_passed_over
from dosecal.load.weights_file import WEIGHT_COLUMNS, read_weights
from dosecal.model.cohort import Cohort, keep_subjects
from dosecal.model.problems import CohortError, PlanError, Problem, Source, expected_got
from dosecal.planning.expiry import check_use
from dosecal.planning.follow_up import follow_up
from dosecal.planning.prepared import prepare_from_lots
from dosecal.planning.product import prepare
from dosecal.planning.resolve import plan_schedule
from dosecal.render.as_html import sheets_html
from dosecal.render.check_yaml import check_sheets_yaml
from dosecal.render.sheet_json import sheets_json
from dosecal.render.sheet_text import sheets_text
from dosecal.report import words
from dosecal.report.check_sheet import Verified, asked_sheet, check_sheet, compare_entries
from dosecal.report.order_sheet import order_sheet
from dosecal.report.planned_dose import PlannedDose, dose_rows, planned_dose
from dosecal.report.preparation_sheet import preparation_sheet
from dosecal.report.sheet_sections import DoseToOrder, DoseToPrepare, marks_of, product_of
from dosecal.workflow.protocols import load_for_planning
from dosecal.workflow.store import open_input, read_mapping_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dosecal.load.levels_file import LevelEntry
    from dosecal.load.subjects import WeightEntry
    from dosecal.load.text_chunks import TextChunk
    from dosecal.load.text_table import TextTable
    from dosecal.model.moments import UseTimes
    from dosecal.model.preparation import LotContainer, Preparation
    from dosecal.model.protocol import Protocol
    from dosecal.model.schedule import Schedule
    from dosecal.model.timing import Horizon
    from dosecal.model.worked_dose import WorkedDose
    from dosecal.report.sheet import Sheet
    from dosecal.report.sheet_sections import SheetDose

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
        times: When the product is thawed and infused; None where nothing of that is known.
        horizon: How far cycles are planned that go on until something happens; None for none given.
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
    times: UseTimes | None = None
    horizon: Horizon | None = None


@dataclass(slots=True)
class DosesToPrepare:
    """The doses that were found.

    Attributes:
        doses: Those that are worked out, and those whose amount the protocol leaves open within a range.
        undetermined: A problem for each that is not yet.
        warnings: What was passed over.
    """

    doses: list[SheetDose] = field(default_factory=list)
    undetermined: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def worksheets(self) -> tuple[Sheet, ...]:
        """The preparation worksheet of each dose."""
        return tuple(worksheet_of(one) for one in self.doses)

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
    protocol = load_for_planning(request.protocol, request.horizon)
    if request.visit is not None and request.visit not in {visit.id for visit in protocol.visits}:
        known = ", ".join(visit.id for visit in protocol.visits)
        _refuse(Source(protocol.file), "L005", "--visit", expected_got(f"one of {known}", request.visit))
    found = DosesToPrepare()
    stock = _lots(request, protocol, found)
    cohorts, own = _read_cohorts(request, protocol, found)
    today = np.datetime64(request.as_of, "D")
    schedules = tuple(follow_up(plan_schedule(protocol, cohort), None, today) for cohort in cohorts)
    promised: dict[int, tuple[LotContainer, ...]] = {}
    if stock is not None:
        schedules, allocation = prepare_from_lots(schedules, stock)
        promised = allocation.promised
    schedule, start = schedules[own], sum(len(one.doses) for one in schedules[:own])
    subject = schedule.cohort.ids.index(request.subject)
    rows = dose_rows(schedule, subject, None if request.visit is None else protocol.visit_index(request.visit))
    if not rows:
        _refuse_no_dose(request, schedule, subject)
    stamp = (request.program_version, request.as_of)
    for row in rows:
        lots = None if stock is None else promised.get(start + row, ())
        dose = sheet_dose(schedule, row, lots, stamp)
        if isinstance(dose, Problem):
            found.undetermined.append(dose)
        else:
            found.doses.append(dose)
    if request.times is not None:
        found.doses = _timed(protocol, found.doses, request.times)
    if found.undetermined and (request.visit is not None or not found.doses):
        raise PlanError(tuple(found.undetermined))
    return found


def _timed(protocol: Protocol, doses: list[SheetDose], times: UseTimes) -> list[SheetDose]:
    """The same doses; the one whose product is used within a time after thaw has the times beside it.

    Raises:
        PlanError: If there is no such dose, or several: the times are those of one.
    """
    thawed = [place for place, one in enumerate(doses) if product_of(one).use_within is not None]
    if not thawed:
        message = "expected a product with a time to be used in after thaw, got one without"
        _refuse(Source(protocol.file), "L026", "--thawed, --start", message)
    if len(thawed) > 1:
        message = f"expected one dose of a thawed product, got {len(thawed)} of them"
        hint = "the times are those of one dose: name its visit with --visit"
        _refuse(Source(protocol.file), "L027", "--thawed, --start", message, hint)
    (place,) = thawed
    one = doses[place]
    rate = None if isinstance(one, DoseToOrder) else one.preparation.rate
    use = check_use(product_of(one).use_within or 0, times, rate)
    return [*doses[:place], replace(one, use=use), *doses[place + 1 :]]


def sheet_dose(
    schedule: Schedule, row: int, lots: tuple[LotContainer, ...] | None, stamp: tuple[str, str]
) -> SheetDose | Problem:
    """A dose ready for its sheets: worked out and made up, or with an open order; or why it can't be worked out yet.

    Args:
        schedule: The plan.
        row: The place of the dose in it.
        lots: The containers that are promised to it; None where no lots are given.
        stamp: The version of the program, and the day ``YYYY-MM-DD``.
    """
    dose = planned_dose(schedule, row)
    if dose.open is not None:
        return DoseToOrder(dose, dose.open, lots is not None, *stamp)
    if dose.worked is None:
        return _undetermined(dose, schedule.cohort.source(int(schedule.doses.subject[row])))
    return DoseToPrepare(dose, dose.worked, _preparation(schedule, row, dose.worked), lots, *stamp)


def worksheet_of(dose: SheetDose) -> Sheet:
    """The preparation worksheet of a dose; of an open order, the sheet with a blank amount."""
    return order_sheet(dose) if isinstance(dose, DoseToOrder) else preparation_sheet(dose)


def _preparation(schedule: Schedule, row: int, worked: WorkedDose) -> Preparation:
    """How a dose is made up; where the plan has nothing to say of it, what is open."""
    place = int(schedule.prepared.place[row])
    if place >= 0:
        return schedule.prepared.preparations[place]
    return prepare(worked, schedule.protocol.product(worked.regimen.product), worked.weight_kg)


def _refuse_no_dose(request: SheetRequest, schedule: Schedule, subject: int) -> NoReturn:
    where = f"at visit {request.visit} " if request.visit else ""
    arm = schedule.protocol.arms[int(schedule.cohort.arm[subject])].id
    message = f"expected a subject and visit with a dose, got none {where}in arm {arm}"
    _refuse(schedule.cohort.source(subject), "L006", "subject_id", message)


def verify_entries(doses: Sequence[SheetDose], entries: str) -> Verified:
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


def _undetermined(dose: PlannedDose, source: Source) -> Problem:
    """That a dose can't be worked out yet, and why."""
    why = words.WEIGHT_STATES[dose.state] or words.DATE_UNKNOWN
    about = f"dose {dose.number} of {dose.regimen.id} at {dose.visit.id}"
    return Problem(source, "L041", "subject_id", f"expected {about} to be worked out, got {why}")


def _read_cohorts(request: SheetRequest, protocol: Protocol, found: DosesToPrepare) -> tuple[list[Cohort], int]:
    """The subjects in chunks, and the place of the chunk that has the subject; without lots, the subject alone.

    Raises:
        CohortError: If there is no such subject, its row is refused, or, with lots, any other row is.
    """
    reader = SubjectReader(protocol, _weights(request, found), _levels(request, protocol, found))
    problems: list[Problem] = []
    own_lines: list[int] = []
    cohorts: list[Cohort] = []
    own: int | None = None
    with open_input(request.subjects) as (stream, name, _):
        table = read_table(stream, name)
        if request.renames is not None:
            table = renamed(table, read_renames(read_mapping_file(request.renames), request.renames), request.renames)
        chunks = _watched(table, request.subject, own_lines)
        for cohort, bad in reader.read(replace(table, chunks=chunks)):
            problems += bad
            is_own = np.array([one == request.subject for one in cohort.ids], dtype=np.bool_)
            if is_own.any():
                own = len(cohorts)
            if request.lots is not None:
                cohorts.append(cohort)
            elif is_own.any():
                cohorts.append(keep_subjects(cohort, is_own))
    found.warnings += reader.warnings
    _answer_problems(request, table.file, problems, own_lines, found)
    if own is None:
        message = expected_got("a subject of the subjects' table", request.subject)
        _refuse(Source(table.file), "L040", "--subject", message, "ids are compared to the character")
    return cohorts, own


def _answer_problems(
    request: SheetRequest, file: str, problems: list[Problem], own_lines: list[int], found: DosesToPrepare
) -> None:
    """Refuse the problems of the subject's own row, and with lots all; the others are passed over with a warning."""
    own = [one for one in problems if one.source.line in own_lines]
    is_cut = any(one.code in CUT_CODES for one in problems)  # the subject may stand once more where nothing was read
    refused = problems if request.lots is not None or is_cut else own
    if refused:
        raise CohortError(tuple(refused))
    if problems:
        message = f"problems in the rows of other subjects are passed over: {len(problems):,}"
        found.warnings.append(Problem(Source(file), "W040", "", message, "dosecal doses names them"))


def _watched(table: TextTable, subject: str, lines: list[int]) -> Iterator[TextChunk]:
    """The chunks of a table; the lines on which a subject stands are noted as they pass."""
    place = table.header.index("subject_id") if "subject_id" in table.header else -1
    for chunk in table.chunks:
        if place >= 0 and chunk.lines:
            lines += [line for line, text in zip(chunk.lines, chunk.texts(place), strict=True) if text == subject]
        yield chunk


def _lots(request: SheetRequest, protocol: Protocol, found: DosesToPrepare) -> tuple[LotContainer, ...] | None:
    if request.lots is None:
        return None
    with open_input(request.lots) as (stream, name, _):
        table = read_table(stream, name)
        found.warnings += columns_passed_over(table, LOT_COLUMNS)
        return read_lots(table, protocol)


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
