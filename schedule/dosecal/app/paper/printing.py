"""The verb that prints pages: calendars, worksheets, schedules and timelines on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dosecal.app.composition.inputs import Inputs
from dosecal.app.composition.purpose import Outcome
from dosecal.app.files.folder import is_folder_name
from dosecal.app.files.output import Output
from dosecal.app.options.inputs import OneSubject, takes_inputs
from dosecal.app.options.outputs import Force, a_file_alone, ending_of
from dosecal.app.options.speech import option, refuse, say, say_found, shown_progress
from dosecal.app.options.study import PrintedBy, RoleOption, moment_of, person_of, require_folder
from dosecal.app.paper.pages import BY_NAME, PaperKind, print_papers
from dosecal.app.paper.request import PrintRequest
from dosecal.app.study.entries import CALENDAR, TIMELINE, VISITS, WORKSHEET, Printed, note_printed
from dosecal.model.counts import counted
from dosecal.model.struct import replace
from dosecal.report.messages.language import Language

if TYPE_CHECKING:
    from datetime import datetime

    from dosecal.app.study.recordings import Person

_PagesName = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE|FOLDER",
        help="FILE.pdf or FILE.html for all, FILE.svg or FILE.png of a timeline; or a FOLDER, a file each.",
        callback=a_file_alone,
    ),
]
_PAPERS = {"participant": CALENDAR, "coordinator": VISITS, "worksheet": WORKSHEET, "timeline": TIMELINE}
"""What is noted in a study folder that was printed of a subject."""


@takes_inputs("maybe")
def print_pages(
    context: typer.Context,
    inputs: Inputs,
    output: _PagesName,
    what: Annotated[
        Literal["participant", "coordinator", "worksheet", "soa", "timeline"],
        typer.Option("--what", help="What is printed."),
    ] = "participant",
    subject: OneSubject = None,
    visit: Annotated[str | None, option("--visit", "VISIT", "Worksheets: the doses of one visit alone.")] = None,
    only: Annotated[
        Literal["preparation", "check"] | None,
        typer.Option("--only", help="Worksheets: one of the two sheets of each dose alone."),
    ] = None,
    language: Annotated[Language, typer.Option("--lang", help="The language of the pages.")] = Language.ENGLISH,
    paper: Annotated[Literal["a4", "letter"], typer.Option("--paper", help="The paper.")] = "a4",
    contact: Annotated[
        str, option("--contact", "TEXT", 'Whom participants ask; or a YAML file, "site: contact" a line.')
    ] = "",
    words: Annotated[
        str | None, option("--words", "FILE", "YAML with further wordings of the protocol's labels.")
    ] = None,
    form: Annotated[
        Literal["pdf", "html", "svg", "png"] | None,
        typer.Option("--format", help="In a folder: how the files are written; not said: pdf, or svg."),
    ] = None,
    force: Force = False,
    by: PrintedBy = "",
    role: RoleOption = "coordinator",
) -> None:
    """Print on paper: calendars for participants and coordinators, sheets of doses, schedules of activities, timelines.

    A participant's calendar has no word of what is given; doses on a coordinator's are without amounts. The language of
    the protocol's labels comes from the glossary of the program, and from --words: "es-MX:" and under it a line each,
    "Chest CT: TC de tórax".

    \b
    Examples:
      dosecal print NCT04611256 subjects.csv -o calendars.pdf
      dosecal print NCT04611256 subjects.csv --subject 001 --lang es-MX --contact "Study office, 55 0000" -o 001.pdf
      dosecal print NCT04611256 subjects.csv --lang zh-CN --paper letter -o calendars/
      dosecal print NCT04611256 subjects.csv --what coordinator --actuals actuals.csv -o visits.pdf
      dosecal print NCT04611256 subjects.csv --what worksheet --subject 001 --visit D1 -o 001-D1.pdf
      dosecal print NCT04611256 --what soa --lang es-MX -o activities.pdf
      dosecal print my-trial --subject 001 --by MG -o 001.pdf
      dosecal print NCT04611256 subjects.csv --what timeline --subject 001 -o 001.svg
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    kind = BY_NAME[what]
    require_folder(inputs, by)
    if inputs.folder and not kind.needs_subjects:
        inputs = replace(inputs, subjects="")
    request = PrintRequest(
        inputs=replace(inputs, subject=subject),
        what=what,
        output=_output(output, form, kind, force=force),
        language=language,
        paper=paper,
        contact=contact,
        words=words,
        visit=visit,
        only=only or "",
    )
    _refuse_what_does_not_fit(request, kind)
    with shown_progress("setting pages") as progress:
        outcome = print_papers(request, progress)
    say_found(outcome.warnings, outcome.problems)
    say(_summary(outcome, output))
    if by and outcome.is_written and what in _PAPERS:
        _note(request, person_of(by, role), moment_of(context, inputs.folder))
    if outcome.problems or not outcome.is_written:
        raise typer.Exit(1)


def _note(request: PrintRequest, person: Person, moment: datetime) -> None:
    """Note in the study folder what was printed."""
    inputs, what = request.inputs, request.what
    printed = Printed(_PAPERS[what], inputs.subject or "", request.visit or "", tells_doses=what == "worksheet")
    note_printed(inputs.folder, printed, person, moment)


def _summary(outcome: Outcome, output: str) -> str:
    documents, problems = counted(outcome.documents, "document"), counted(len(outcome.problems), "problem")
    if outcome.is_written:
        return f"{documents} written to {output}; {problems}"
    hint = " (--skip-bad prints the good rows)" if outcome.problems and not outcome.is_cut else ""
    return f"nothing was written: {problems}, {documents}{hint}"


def _output(name: str, form: str | None, kind: PaperKind, *, force: bool) -> Output:
    """Where the documents go: a folder or a file, and the format by the end of its name, or as it is asked for."""
    if is_folder_name(name):
        if form is not None and form not in kind.forms:
            refuse("--format", f"{kind.name} is written as {' or '.join(kind.forms)}")
        return Output(name, form or kind.forms[0], force=force, is_folder=True)
    ending = ending_of(name)
    if ending not in kind.forms or form not in {None, ending}:
        names = ", ".join(f"FILE.{one}" for one in kind.forms)
        refuse("--output", f"expected {names} or a folder (which ends in / or is there already)")
    return Output(name, ending, force=force)


def _refuse_what_does_not_fit(request: PrintRequest, kind: PaperKind) -> None:
    """Refuse what a kind of pages can't be asked for.

    Raises:
        typer.BadParameter: If it is.
    """
    if kind.needs_subjects and not request.inputs.subjects:
        refuse("SUBJECTS", f"pages of the kind {kind.name} are made from subjects")
    if request.inputs.subjects and not kind.needs_subjects:
        refuse("SUBJECTS", f"pages of the kind {kind.name} are made from the protocol alone")
    if kind.name == "timeline" and not request.output.is_folder and request.inputs.subject is None:
        refuse("--subject", "a picture is of one subject; a folder has one of each")
    if kind.name == "timeline" and request.language != "en":
        refuse("--lang", "timelines are in English")
