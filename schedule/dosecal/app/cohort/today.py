"""Protocols and subjects to the work of the coming days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal import __version__
from dosecal.app.composition.blinding import hidden_doses
from dosecal.app.composition.composition import Composition, Purpose
from dosecal.app.files.pictures import picture_form
from dosecal.app.files.store import open_output, refuse_output_over_input
from dosecal.model.problems import OutputError, PlanError, Problem, Source, expected_got
from dosecal.model.protocol import UNBLINDED
from dosecal.model.struct import Struct, field
from dosecal.render.as_csv import csv_header, csv_rows
from dosecal.render.as_terminal import PLAIN, Look
from dosecal.render.load_plot import PlotLibraryError, load_plot
from dosecal.render.worklist_text import worklist_json, worklist_terminal
from dosecal.report.worklist import work_list, work_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dosecal.app.composition.inputs import Inputs
    from dosecal.model.protocol import Protocol
    from dosecal.model.schedule import Schedule
    from dosecal.report.worklist import WorkList


_LISTED = Purpose(judges=True, several_studies=True)


class TodayRequest(Struct, frozen=True):
    """What is asked of the work list.

    Attributes:
        inputs: What it is planned from; each subject belongs to one of the protocols, by study, version and first day.
        days: How many days the period has, from the day of judgement on.
        site: The site whose work is listed; None for all.
        form: ``table``, ``csv`` or ``json``.
        output: The name of the output; None for standard output.
        plot: The name of the picture; None for none.
        force: Whether files that are there already may be replaced.
        width: The terminal's width; None for no terminal.
        look: Whether the terminal has colours.
    """

    inputs: Inputs
    days: int
    site: str | None = None
    form: str = "table"
    output: str | None = None
    plot: str | None = None
    force: bool = False
    width: int | None = None
    look: Look = PLAIN


class TodayOutcome(Struct):
    """What was listed.

    Attributes:
        work: The work list.
        warnings: What was passed over.
        problems: What was wrong with rows that are left out, where bad rows are skipped.
    """

    work: WorkList
    warnings: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def write_today(request: TodayRequest) -> TodayOutcome:
    """List the work of the coming days.

    Raises:
        ScheduleError: If an input or an output is refused.
    """
    for output in (request.output, request.plot):
        refuse_output_over_input(output, request.inputs.files)
    if request.plot is not None:
        picture_form(request.plot)
    plans = [Composition(one, _LISTED) for one in (request.inputs, *request.inputs.beside)]
    schedules = tuple(schedule for plan in plans for schedule in plan.schedules())
    protocols = tuple(one for plan in plans for one in plan.protocols)
    _require_site(request, schedules)
    work = work_list(schedules, request.days, request.site)
    shown = ", ".join(f"{one.study} version {one.version}, file {one.digest}" for one in protocols)
    shown = f"{UNBLINDED}: {shown}" if any(plan.about.is_unblinding for plan in plans) else shown
    made_by = f"made by dosecal {__version__}, as of {request.inputs.judged_on.isoformat()}"
    with open_output(request.output, force=request.force, for_people=request.form == "table") as stream:
        for block in _blocks(request, work, shown, made_by, protocols):
            stream.write(block)
    if request.plot is not None:
        _write_plot(request, work, shown, made_by)
    warnings = [*(one for plan in plans for one in plan.outcome.warnings), *hidden_doses(protocols)]
    return TodayOutcome(work, warnings, [one for plan in plans for one in plan.outcome.problems])


def _require_site(request: TodayRequest, schedules: Sequence[Schedule]) -> None:
    sites = sorted({site for schedule in schedules for site in schedule.cohort.sites if site})
    if request.site is not None and request.site not in sites:
        message = expected_got(f"a site of the subjects ({', '.join(sites) or 'none has one'})", request.site)
        raise PlanError((Problem(Source(str(request.inputs.subjects)), "L064", "--site", message),))


def _blocks(
    request: TodayRequest, work: WorkList, shown: str, made_by: str, protocols: Sequence[Protocol]
) -> Iterable[bytes]:
    if request.form == "csv":
        table = work_table(work.work)
        yield csv_header(table)
        yield from csv_rows(table)
    elif request.form == "json":
        about: dict[str, object] = {
            "program_version": __version__,
            "as_of": request.inputs.judged_on.isoformat(),
            "unblinded": any(one.is_blinded for one in protocols),
            "protocols": [
                {"study": one.study, "protocol_version": one.version, "protocol_sha256": one.digest}
                for one in protocols
            ],
        }
        yield worklist_json(work, about).encode()
    else:
        site = f", site {request.site}" if request.site else ""
        headline = f"{shown}{site}: {request.days} days from {request.inputs.judged_on.isoformat()} on"
        yield worklist_terminal(work, headline, made_by, request.width, request.look).encode()


def _write_plot(request: TodayRequest, work: WorkList, shown: str, made_by: str) -> None:
    name = request.plot or ""
    try:
        picture = load_plot(work, f"Visits a day: {shown}", made_by, picture_form(name))
    except PlotLibraryError as error:
        message = f"expected the libraries for pictures, got: {error}"
        raise OutputError((Problem(Source(name), "O006", "--plot", message, "pip install 'dosecal[plots]'"),)) from None
    with open_output(name, force=request.force) as stream:
        stream.write(picture)
