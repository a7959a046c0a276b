"""The command that prints pages: calendars, worksheets and schedules on paper."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from dosecal import __version__
from dosecal.app.options.inputs import takes_inputs
from dosecal.app.options.pages import (
    ContactText,
    FormName,
    Kind,
    KindName,
    LanguageName,
    OneSheet,
    OneVisit,
    PageFormat,
    PageLanguage,
    PagePaper,
    PagesOutput,
    PaperName,
    WordsName,
)
from dosecal.app.options.speech import Force, OneSubject, ShownProgress, fail, made_by, say, started_bar
from dosecal.model.counts import counted
from dosecal.model.problems import ScheduleError
from dosecal.model.struct import replace

if TYPE_CHECKING:
    from dosecal.app.composition.composition import Outcome
    from dosecal.app.composition.inputs import Inputs
    from dosecal.app.files.folder import OutputPlace
    from dosecal.app.paper.pages import PrintRequest


PAGES = (PageFormat.pdf, PageFormat.html)
PICTURES = (PageFormat.svg, PageFormat.png)
"""The formats of pages and of timelines; the first is that of a folder unless another is asked for."""


@takes_inputs("maybe")
def print_pages(
    inputs: Inputs,
    output: PagesOutput,
    what: KindName = Kind.participant,
    subject: OneSubject = None,
    visit: OneVisit = None,
    only: OneSheet = None,
    language: LanguageName = PageLanguage.english,
    paper: PaperName = PagePaper.a4,
    contact: ContactText = "",
    words: WordsName = None,
    form: FormName = None,
    force: Force = False,
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
      dosecal print NCT04611256 subjects.csv --what timeline --subject 001 -o 001.svg
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.app.paper.pages import PrintRequest  # noqa: PLC0415 - see the module

    own, place = replace(inputs, subject=subject), _place(output, form, what, force=force)
    _refuse_what_does_not_fit(what, own, language, place)
    request = PrintRequest(
        inputs=own,
        what=what.value,
        place=place,
        language=language.value,
        paper=paper.value,
        contact=contact,
        words=words,
        program_version=__version__,
        visit=visit,
        only="" if only is None else only.value,
    )
    _draw(request) if what is Kind.timeline else _set(request)


def _refuse_what_does_not_fit(what: Kind, inputs: Inputs, language: PageLanguage, place: OutputPlace) -> None:
    """Refuse what a kind of pages can't be asked for.

    Raises:
        typer.BadParameter: If it is.
    """
    if not inputs.subjects and what is not Kind.soa:
        raise typer.BadParameter(f"pages of the kind {what.value} are made from subjects", param_hint="SUBJECTS")
    if what is Kind.timeline and not place.is_folder and inputs.subject is None:
        raise typer.BadParameter("a picture is of one subject; a folder has one of each", param_hint="--subject")
    if what is Kind.timeline and language is not PageLanguage.english:
        raise typer.BadParameter("timelines are in English", param_hint="--lang")


def _set(request: PrintRequest) -> None:
    """Print pages, and say what was done."""
    from dosecal.app.paper.pages import print_papers  # noqa: PLC0415 - see the module

    try:
        with _Progress() as progress:
            job = print_papers(request, progress.advance)
    except ScheduleError as error:
        fail(error.problems)
    _say_outcome(job.outcome, job.papers, request.place.name)


def _draw(asked: PrintRequest) -> None:
    """Draw timelines, and say what was done."""
    from dosecal.app.paper.timelines import TimelineRequest, print_timelines  # noqa: PLC0415 - see the module

    request = TimelineRequest(asked.inputs, asked.place, made_by(asked.inputs.judged_on))
    try:
        with _Progress() as progress:
            outcome, count = print_timelines(request, progress.advance)
    except ScheduleError as error:
        fail(error.problems)
    _say_outcome(outcome, count, asked.place.name)


def _place(output: str, form: PageFormat | None, what: Kind, *, force: bool) -> OutputPlace:
    """Where the documents go: a folder or a file, and the format by the end of its name, or as it is asked for."""
    from dosecal.app.files.folder import OutputPlace, is_folder_name  # noqa: PLC0415 - see the module

    forms = PICTURES if what is Kind.timeline else PAGES
    if is_folder_name(output):
        if form is not None and form not in forms:
            message = f"{what.value} is written as {' or '.join(forms)}"
            raise typer.BadParameter(message, param_hint="--format")
        return OutputPlace(output, (form or forms[0]).value, is_folder=True, force=force)
    ending = output.rsplit(".", 1)[-1].lower()
    if ending not in forms or form not in {None, ending}:
        names = ", ".join(f"FILE.{one.value}" for one in forms)
        message = f"expected {names} or a folder (which ends in / or is there already)"
        raise typer.BadParameter(message, param_hint="--output")
    return OutputPlace(output, ending, is_folder=False, force=force)


def _say_outcome(outcome: Outcome, count: int, output: str) -> None:
    """What was done; ends with 1 where there were problems."""
    for warning in outcome.warnings:
        say(f"warning: {warning}")
    for problem in outcome.problems:
        say(str(problem))
    problems = counted(len(outcome.problems), "problem")
    if outcome.is_written:
        say(f"{counted(count, 'document')} written to {output}; {problems}")
    else:
        hint = " (--skip-bad prints the good rows)" if outcome.problems and not outcome.is_cut else ""
        say(f"nothing was written: {problems}, {counted(count, 'document')}{hint}")
    if outcome.problems or not outcome.is_written:
        raise typer.Exit(1)


class _Progress(ShownProgress):
    """A count on standard error of what was set so far, where somebody looks."""

    def advance(self, done: int) -> None:
        """Show that so many documents are set."""
        if not sys.stderr.isatty():
            return
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - only where a bar is shown

        if self._bar is None:
            columns = (TextColumn("setting pages"), BarColumn(), TextColumn("{task.completed:,}"), TimeElapsedColumn())
            self._bar = started_bar(*columns)
            self._bar.add_task("setting pages", total=None)
        self._bar.update(self._bar.task_ids[0], completed=done)
