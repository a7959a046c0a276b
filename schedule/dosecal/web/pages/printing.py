"""What is printed and saved from the page: the command line's own documents, made by the same functions.

Conventions: what is printed of a participant is noted in the history, so that a later change can say what is no longer
true; printing is asked for by a form, since reading changes nothing. A document is made in a folder of its own, which
is gone when it is sent.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response

from dosecal.app.export import ExportRequest, write_export
from dosecal.app.files.folder import safe_name
from dosecal.app.files.output import Output
from dosecal.app.paper.pages import print_papers
from dosecal.app.paper.request import PrintRequest
from dosecal.app.study.entries import CALENDAR, CHECK_SHEET, VISITS, WORKSHEET, Printed, note_printed
from dosecal.app.study.recordings import Person, Role
from dosecal.exchange.targets import find_target
from dosecal.model.messages import Msg
from dosecal.model.problems import PlanError, Problem, ScheduleError, Source
from dosecal.model.struct import replace
from dosecal.report.messages.language import Language

if TYPE_CHECKING:
    from dosecal.app.composition.inputs import Inputs
    from dosecal.web.shell import Ask
    from dosecal.web.site import Site

_PAPERS_PRINTED = {"participant": CALENDAR, "coordinator": VISITS, "worksheet": WORKSHEET, "check": CHECK_SHEET}
_PAPERS = ("a4", "letter")


def print_of_subject(site: Site, ask: Ask) -> Response:
    """A calendar of a participant."""
    what = ask.path.split("/")[2]
    return _printed(site, ask, what, what)


def print_sheet(site: Site, ask: Ask) -> Response:
    """The worksheet of a dose."""
    return _printed(site, ask, "worksheet", "worksheet")


def print_check_sheet(site: Site, ask: Ask) -> Response:
    """The check sheet of a dose, while it is checked or at any other time."""
    whose = (ask.names["subject"], ask.names["visit"])
    if ask.session.checking not in {None, whose}:
        return site.show(ask, "nobody.html", title=Msg("No such dose"), status=404)
    return _printed(site, ask, "check", "worksheet")


def print_activities(site: Site, ask: Ask) -> Response:
    """The schedule of activities."""
    study = site.opened
    with study.lock:
        inputs = replace(study.inputs(study.files()), subjects="", subject=None)
        return _document(_request(inputs, "soa", ask))


def calendar_file(site: Site, ask: Ask) -> Response:
    """The calendar of a participant for a calendar program."""
    subject = ask.names["subject"]
    with site.opened.lock:
        plan = site.plan()
        if subject not in plan.subjects:
            return site.show(ask, "nobody.html", title=Msg("No such participant"), status=404)
        target = find_target("ics")
        if target is None:
            message = "no target is called ics"
            raise LookupError(message)
        with tempfile.TemporaryDirectory() as folder:
            name = str(Path(folder) / f"{safe_name(subject)}.ics")
            request = ExportRequest(
                inputs=replace(plan.inputs, subject=subject),
                target=target,
                options={},
                output=name,
            )
            made = write_export(request)
            if made.problems:
                raise PlanError(tuple(made.problems))
            content = Path(name).read_bytes()
    return _file(content, "text/calendar; charset=utf-8", f"{safe_name(subject)}.ics", "attachment")


def _printed(site: Site, ask: Ask, what: str, kind: str) -> Response:
    """A document of a participant, noted in the history."""
    study, session = site.opened, ask.session
    subject, visit = ask.names["subject"], ask.names.get("visit", "")
    with study.lock:
        plan = site.plan()
        calendar = plan.views().get(subject)
        known = set() if calendar is None else {one.visit.id for one in calendar.visits}
        if calendar is None or (visit and visit not in known):
            return site.show(ask, "nobody.html", title=Msg("No such participant"), status=404)
        request = _request(replace(plan.inputs, subject=subject), kind, ask)
        if visit:
            request = replace(request, visit=visit, only="check" if what == "check" else "preparation")
        answer = _document(request)
    if not study.is_read_only and session.initials and session.checking is None:
        person = Person(session.initials, Role(session.role))
        with suppress(ScheduleError):  # a history that waits for a decision stops no printing
            printed = Printed(_PAPERS_PRINTED[what], subject, visit, tells_doses=kind == "worksheet")
            note_printed(study.folder, printed, person, study.moment)
    return answer


def _request(inputs: Inputs, kind: str, ask: Ask) -> PrintRequest:
    language = ask.form.get("lang", ask.session.language.value)
    paper = ask.form.get("paper", _PAPERS[0])
    return PrintRequest(
        inputs=inputs,
        what=kind,
        output=Output(None, "pdf", force=True),
        language=language if language in {one.value for one in Language} else Language.ENGLISH.value,
        paper=paper if paper in _PAPERS else _PAPERS[0],
    )


def _document(request: PrintRequest) -> Response:
    """A document as PDF.

    Raises:
        ScheduleError: If it can't be made.
    """
    with tempfile.TemporaryDirectory() as folder:
        name = str(Path(folder) / "document.pdf")
        outcome = print_papers(replace(request, output=Output(name, "pdf", force=True)))
        if not outcome.is_written:
            raise PlanError(tuple(outcome.problems) or (_nothing(request),))
        content = Path(name).read_bytes()
    names = (request.what, request.inputs.subject or "", request.visit or "")
    return _file(content, "application/pdf", f"{'-'.join(safe_name(one) for one in names if one)}.pdf", "inline")


def _nothing(request: PrintRequest) -> Problem:
    return Problem(Source(request.what), "O076", "", "expected something to print, got nothing")


def _file(content: bytes, kind: str, name: str, how: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'{how}; filename="{name}"'})
