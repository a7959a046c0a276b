"""Protocols and subjects to the work of the coming days."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dosecal import __version__
from dosecal.load.cohort_file import read_table, renamed
from dosecal.load.entry_rows import WEIGHT_OF_NOBODY, unknown_subjects
from dosecal.load.renames_file import read_renames
from dosecal.load.routed_rows import STUDY
from dosecal.load.subjects import SubjectReader, columns_passed_over
from dosecal.load.weights_file import WEIGHT_COLUMNS, read_weights
from dosecal.model.problems import CohortError, OutputError, PlanError, Problem, Source, expected_got
from dosecal.render.as_csv import csv_header, csv_rows
from dosecal.render.load_plot import FORMS, PlotLibraryError, load_plot
from dosecal.render.worklist_text import worklist_json, worklist_terminal
from dosecal.report.worklist import work_list, work_table
from dosecal.workflow.protocols import load_for_planning
from dosecal.workflow.records import follow_up_step
from dosecal.workflow.sites import ClosedDayStep, load_sites
from dosecal.workflow.store import is_same_file, open_input, open_output, read_mapping_file
from dosecal.workflow.studies import Studies

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from dosecal.load.subjects import WeightEntry
    from dosecal.load.text_table import TextTable
    from dosecal.model.protocol import Protocol
    from dosecal.model.schedule import Schedule
    from dosecal.model.timing import Horizon
    from dosecal.report.worklist import WorkList
    from dosecal.workflow.records import FollowUpStep


@dataclass(frozen=True, slots=True)
class TodayRequest:
    """What is asked of the work list.

    Attributes:
        protocols: The names of the protocols; each subject belongs to one of them, by study, version and first day.
        subjects: The name of the subjects' file; ``-`` for standard input.
        as_of: The day of judgement, the first of the period.
        days: How many days the period has.
        site: The site whose work is listed; None for all.
        actuals: The name of the actuals file; None where nothing is on record.
        weights: The name of the weights' file; None for none.
        renames: The name of the file that renames columns; None for none.
        sites: The name of the site file, for closed days; None for none.
        horizon: How far cycles are planned that go on until something happens; None for none given.
        form: ``table``, ``csv`` or ``json``.
        output: The name of the output; None for standard output.
        plot: The name of the picture; None for none.
        force: Whether files that are there already may be replaced.
        width: The terminal's width; None for no terminal.
    """

    protocols: tuple[str, ...]
    subjects: str
    as_of: date
    days: int
    site: str | None = None
    actuals: str | None = None
    weights: str | None = None
    renames: str | None = None
    sites: str | None = None
    horizon: Horizon | None = None
    form: str = "table"
    output: str | None = None
    plot: str | None = None
    force: bool = False
    width: int | None = None


@dataclass(slots=True)
class TodayOutcome:
    """What was listed.

    Attributes:
        work: The work list.
        warnings: What was passed over.
    """

    work: WorkList
    warnings: list[Problem] = field(default_factory=list)


def write_today(request: TodayRequest) -> TodayOutcome:
    """List the work of the coming days.

    Raises:
        ScheduleError: If an input or an output is refused.
    """
    _refuse_outputs(request)
    protocols = [load_for_planning(name, request.horizon) for name in request.protocols]
    following = follow_up_step(request.actuals, request.as_of)
    following.require_record()
    warnings: list[Problem] = []
    schedules = _schedules(request, Studies.of(protocols), following, warnings)
    work = work_list(schedules, request.days, request.site)
    shown = ", ".join(f"{one.study} version {one.version}, file {one.digest}" for one in protocols)
    made_by = f"made by dosecal {__version__}, as of {request.as_of.isoformat()}"
    with open_output(request.output, force=request.force, for_people=request.form == "table") as stream:
        for block in _blocks(request, work, shown, made_by, protocols):
            stream.write(block)
    if request.plot is not None:
        _write_plot(request, work, shown, made_by)
    return TodayOutcome(work, [*warnings, *following.all_warnings()])


def _refuse_outputs(request: TodayRequest) -> None:
    """Refuse outputs that are inputs, and pictures of another kind than can be drawn.

    Raises:
        OutputError: If there is such an output.
    """
    others = (request.actuals, request.weights, request.renames, request.sites)
    inputs = [name for name in (*request.protocols, request.subjects, *others) if name]
    for output in (request.output, request.plot):
        if output is not None and any(is_same_file(output, name) for name in inputs):
            message = "expected another file than the inputs, got one of them"
            raise OutputError((Problem(Source(output), "O005", "", message),))
    if request.plot is not None and _form_of(request.plot) not in FORMS:
        message = expected_got("a name that ends in .png or .svg", request.plot)
        raise OutputError((Problem(Source(request.plot), "O007", "--plot", message),))


def _form_of(name: str) -> str:
    return name.rsplit(".", 1)[-1].lower()


def _schedules(
    request: TodayRequest, studies: Studies, following: FollowUpStep, warnings: list[Problem]
) -> list[Schedule]:
    """The followed schedules of all protocols.

    Raises:
        CohortError: If a row of an input is refused.
        PlanError: If no subject has the site that is asked for.
    """
    problems: list[Problem] = []
    weights = _weights(request, warnings)
    step = None if request.sites is None else ClosedDayStep(load_sites(request.sites))
    schedules: list[Schedule] = []
    seen: dict[str, int] = {}
    with open_input(request.subjects) as (stream, name, _):
        table = _renamed(read_table(stream, name), request)
        tables, unclear = studies.parts_of(table)
        problems += unclear
        for protocol, part in zip(studies.protocols, tables, strict=True):
            reader = SubjectReader(protocol, weights, seen=seen, sites=None if step is None else step.book.names)
            for cohort, bad in reader.read(part):
                problems += bad
                schedule, wrong = following.plan(protocol, cohort)
                problems += wrong
                schedules.append(schedule if step is None else step.apply(schedule))
            warnings += _without_study(reader.warnings, studies.protocols)
    problems += [*unknown_subjects(weights, seen, WEIGHT_OF_NOBODY), *following.unknown_subjects(seen)]
    warnings += [] if step is None else step.warnings
    if problems:
        raise CohortError(tuple(problems))
    _require_site(request, schedules)
    return schedules


def _without_study(warnings: Iterable[Problem], protocols: Sequence[Protocol]) -> list[Problem]:
    """The warnings but for the one that passes over the column by which rows were told apart."""
    passed_over = f'passed over: "{STUDY}"'
    return [one for one in warnings if len(protocols) == 1 or not one.message.endswith(passed_over)]


def _require_site(request: TodayRequest, schedules: list[Schedule]) -> None:
    sites = sorted({site for schedule in schedules for site in schedule.cohort.sites if site})
    if request.site is not None and request.site not in sites:
        message = expected_got(f"a site of the subjects ({', '.join(sites) or 'none has one'})", request.site)
        raise PlanError((Problem(Source(request.subjects), "L064", "--site", message),))


def _weights(request: TodayRequest, warnings: list[Problem]) -> dict[str, tuple[WeightEntry, ...]]:
    if request.weights is None:
        return {}
    with open_input(request.weights) as (stream, name, _):
        table = read_table(stream, name)
        warnings += columns_passed_over(table, WEIGHT_COLUMNS)
        return read_weights(table)


def _renamed(table: TextTable, request: TodayRequest) -> TextTable:
    if request.renames is None:
        return table
    return renamed(table, read_renames(read_mapping_file(request.renames), request.renames), request.renames)


def _blocks(
    request: TodayRequest, work: WorkList, shown: str, made_by: str, protocols: list[Protocol]
) -> Iterable[bytes]:
    if request.form == "csv":
        table = work_table(work.work)
        yield csv_header(table)
        yield from csv_rows(table)
    elif request.form == "json":
        about: dict[str, object] = {
            "program_version": __version__,
            "as_of": request.as_of.isoformat(),
            "protocols": [
                {"study": one.study, "protocol_version": one.version, "protocol_sha256": one.digest}
                for one in protocols
            ],
        }
        yield worklist_json(work, about).encode()
    else:
        site = f", site {request.site}" if request.site else ""
        headline = f"{shown}{site}: {request.days} days from {request.as_of.isoformat()} on"
        yield worklist_terminal(work, headline, made_by, request.width).encode()


def _write_plot(request: TodayRequest, work: WorkList, shown: str, made_by: str) -> None:
    name = request.plot or ""
    try:
        picture = load_plot(work, f"Visits a day: {shown}", made_by, _form_of(name))
    except PlotLibraryError as error:
        message = f"expected the libraries for pictures, got: {error}"
        raise OutputError((Problem(Source(name), "O006", "--plot", message, "pip install 'dosecal[plots]'"),)) from None
    with open_output(name, force=request.force) as stream:
        stream.write(picture)
