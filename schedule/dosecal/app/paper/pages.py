"""What is printed: each kind of page or picture with what it is made from, one file or a folder.

Conventions: a kind is a row of ``KINDS``. Its records are made in turn, and set in batches, so that memory is that of a
batch and of the finished document; PDF and HTML are made from the same records. Nothing is written where something is
wrong.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dosecal.app.composition.composition import Composition, shown_protocols
from dosecal.app.composition.purpose import ANY_PURPOSE, SHEETS, NothingToWriteError, Outcome
from dosecal.app.composition.subject_views import read_subjects, read_subjects_with_visits
from dosecal.app.files.folder import open_output_folder, safe_name
from dosecal.app.files.output import open_output, refuse_output_over_input
from dosecal.app.files.pictures import drawn
from dosecal.app.files.sources import read_mapping_file, read_trial_catalogue
from dosecal.app.options.speech import made_by
from dosecal.app.paper.doses import read_doses, worksheet_of
from dosecal.app.paper.request import PAPERS, PrintRequest, as_problems, no_wording
from dosecal.load.tables.page_words_file import read_contacts, read_wordings
from dosecal.model.messages import NOTHING, Msg
from dosecal.model.problems import CohortError, PlanError, Problem, Source
from dosecal.model.struct import Struct
from dosecal.render.paper_html import paper_html
from dosecal.render.typeset import typeset, typeset_to
from dosecal.report.calendars.activities_page import SOA_WORDS, activities_page
from dosecal.report.calendars.coordinator_page import COORDINATOR_WORDS, coordinator_labels, coordinator_page
from dosecal.report.calendars.participant_page import (
    PARTICIPANT_WORDS,
    participant_labels,
    participant_page,
    telling_phrases,
)
from dosecal.report.calendars.timeline import subject_timeline
from dosecal.report.messages.language import CatalogueError, Language, Wording, read_catalogue
from dosecal.report.sheets.check_sheet import check_sheet
from dosecal.report.sheets.sheet_page import SHEET_WORDS, sheet_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from gettext import NullTranslations

    from dosecal.app.files.output import Output
    from dosecal.model.protocol import Assessment, Protocol, Visit
    from dosecal.report.calendars.timeline import Timeline

CONTACT_ENDINGS = (".yaml", ".yml")
"""How the name of a file of contacts ends; anything else is the contact itself."""


class Paper(Struct, frozen=True):
    """One thing that is printed.

    Attributes:
        name: What its file is named by: a subject's id, or a study.
        record: What the templates of its kind show; of a picture nothing.
        timeline: What is drawn; None for pages.
    """

    name: str
    record: dict[str, object]
    timeline: Timeline | None = None


class PrintJob(Struct):
    """A request with what was read for it.

    Attributes:
        request: The request.
        wording: The language, with further wordings.
        protocols: The versions of the protocol.
        plan: The cohort; None for a kind that needs no subjects.
        contacts: The contact of each site; the one of "" is that of all others.
        outcome: What was done.
    """

    request: PrintRequest
    wording: Wording
    protocols: tuple[Protocol, ...]
    plan: Composition | None
    contacts: dict[str, str]
    outcome: Outcome

    def require(self, missing: tuple[str, ...]) -> None:
        """Refuse words for which the language has no wording.

        Raises:
            PlanError: If there are such words.
        """
        if missing:
            raise PlanError((no_wording(self.request, missing),))


class PaperKind(Struct, frozen=True):
    """A kind of page.

    Attributes:
        name: What asks for it.
        title: Its title; nothing for a picture, as the template and the words.
        template: The name of its templates, ``.typ`` for PDF and ``.html`` with ``.css`` for HTML.
        words: What its templates say, by the names that they have there.
        papers: Makes its papers, in turn.
        needs_subjects: Whether it is made from subjects, or from the protocol alone.
        is_wide: Whether its pages lie on their side.
        tells_doses: Whether it is made for those who may know what a subject is given.
        forms: The formats; the first is that of a folder unless another is asked for.
    """

    name: str
    title: Msg
    template: str
    words: Mapping[str, Msg]
    papers: Callable[[PrintJob], Iterator[Paper]]
    needs_subjects: bool = True
    is_wide: bool = False
    tells_doses: bool = False
    forms: tuple[str, ...] = ("pdf", "html")


def _participant_papers(job: PrintJob) -> Iterator[Paper]:
    """A calendar for each participant."""
    if job.plan is None:
        return
    protocols = job.plan.studies.protocols  # as they are in their files: what tells is left out by its own rule
    said, withheld = participant_labels(protocols, job.wording)
    job.require(job.wording.missing_lay(said))
    if withheld:
        job.outcome.warnings.append(_not_printed(protocols, withheld))
    for view in read_subjects_with_visits(job.plan):
        contact = job.contacts.get(view.site, job.contacts.get("", ""))
        yield Paper(view.subject, participant_page(view, protocols, job.wording, job.request.stamp, contact))


def _not_printed(protocols: Sequence[Protocol], withheld: tuple[str, ...]) -> Problem:
    """What is left out by its label; by the ids of what has the label where whoever prints may be blinded."""
    if any(protocol.is_blinded for protocol in protocols):
        things: list[Visit | Assessment] = []
        for protocol in protocols:
            things += [*protocol.visits, *protocol.assessments]
        withheld = tuple(dict.fromkeys(thing.id for thing in things if not _labels(thing).isdisjoint(withheld)))
    message = f"labels that would tell an arm, a product or a dose are not printed: {'; '.join(withheld)}"
    return Problem(Source(protocols[0].file), "W020", "", message)


def _labels(thing: Visit | Assessment) -> frozenset[str]:
    """What is printed of a visit or an assessment."""
    return frozenset((thing.label, getattr(thing, "contact", "")))


def _coordinator_papers(job: PrintJob) -> Iterator[Paper]:
    """A calendar for each subject, as its coordinator works by it."""
    for protocol in job.protocols:
        job.require(job.wording.missing_terms(coordinator_labels(protocol)))
    if job.plan is None:
        return
    for view in read_subjects_with_visits(job.plan):
        yield Paper(view.subject, coordinator_page(view, job.wording, job.request.stamp))


def _worksheet_papers(job: PrintJob) -> Iterator[Paper]:
    """The preparation worksheet of each dose, and its check sheet after it, each a paper of its own."""
    if job.plan is None:
        return
    request = job.request
    for dose in read_doses(job.plan, request.visit):
        for part, make in PARTS.items():
            if request.only in {"", part}:
                sheet = make(dose)
                marks = sheet.marks
                name = f"{marks.subject}-{marks.visit}-{marks.regimen}-{part}"
                yield Paper(name, sheet_page(sheet, job.wording))


def _soa_papers(job: PrintJob) -> Iterator[Paper]:
    """The schedule of activities of each version."""
    for protocol in job.protocols:
        record = activities_page(protocol, job.wording, job.request.stamp, job.request.paper)
        yield Paper(f"{protocol.study}-{protocol.version}", record)


def _timelines(job: PrintJob) -> Iterator[Paper]:
    """A picture of each subject's timeline."""
    if job.plan is None:
        return
    made = made_by(job.request.inputs.judged_on)
    for view in read_subjects(job.plan):
        yield Paper(view.subject, {}, subject_timeline(view, made))


PARTS = {"preparation": worksheet_of, "check": check_sheet}
"""The sheets of a dose, in the order in which they are printed."""

KINDS = (
    PaperKind("participant", Msg("Your visit calendar"), "participant", PARTICIPANT_WORDS, _participant_papers),
    PaperKind(
        "coordinator", Msg("Visit schedule"), "coordinator", COORDINATOR_WORDS, _coordinator_papers, is_wide=True
    ),
    PaperKind("worksheet", Msg("Worksheets of doses"), "dose_sheet", SHEET_WORDS, _worksheet_papers, tells_doses=True),
    PaperKind("soa", Msg("Schedule of activities"), "soa", SOA_WORDS, _soa_papers, needs_subjects=False, is_wide=True),
    PaperKind("timeline", NOTHING, "", {}, _timelines, forms=("svg", "png")),
)
"""Every kind of page."""

BY_NAME = {kind.name: kind for kind in KINDS}


def print_papers(request: PrintRequest, progress: Callable[[int], None] | None = None) -> Outcome:
    """Print what is asked for.

    Args:
        request: What is asked.
        progress: Is told how many papers were set, from time to time.

    Returns:
        What was done; with problems, unless bad rows are skipped, nothing was written.

    Raises:
        ScheduleError: If an input or the output is refused, the language has no wording for something, or what pages
            need is not installed.
    """
    kind = BY_NAME[request.what]
    further = (request.words,) if request.words else ()
    refuse_output_over_input(request.output.name, (*request.inputs.files, *further))
    job = _begin(request, kind)
    with as_problems(request), suppress(NothingToWriteError):
        if request.output.is_folder:
            _write_folder(job, kind, progress)
        else:
            _write_file(job, kind, progress)
        job.outcome.is_written = True
    return job.outcome


def papers_of(request: PrintRequest) -> Iterator[Paper]:
    """What would be printed, in turn, without its being set or written.

    Raises:
        ScheduleError: If an input is refused, or the language has no wording for something.
    """
    kind = BY_NAME[request.what]
    with as_problems(request):
        yield from kind.papers(_begin(request, kind))


def _begin(request: PrintRequest, kind: PaperKind) -> PrintJob:
    language = Language(request.language)
    words: dict[str, str] = {}
    if request.words is not None:
        words = read_wordings(
            read_mapping_file(request.words, "a file of wordings"), request.words, language, tuple(Language)
        )
    contacts = {"": request.contact}
    if request.contact.lower().endswith(CONTACT_ENDINGS):
        contacts = read_contacts(read_mapping_file(request.contact, "a file of contacts"), request.contact)
    wording = _wording(request, language, words)
    if not kind.needs_subjects:
        protocols, warnings = shown_protocols(request.inputs)
        return PrintJob(request, wording, protocols, None, contacts, Outcome(warnings=warnings))
    plan = Composition(request.inputs, SHEETS if kind.tells_doses else ANY_PURPOSE)
    if kind.name == "participant":
        told = telling_phrases(plan.studies.protocols, wording)
        kept = {english: said for english, said in words.items() if english not in told}
        wording = _wording(request, language, kept)
        plan.outcome.warnings += [_not_printed(plan.studies.protocols, told)] if told else []
    return PrintJob(request, wording, plan.protocols, plan, contacts, plan.outcome)


def _wording(request: PrintRequest, language: Language, own: dict[str, str]) -> Wording:
    """The language with the catalogues beside the protocol files, those of the newest version first."""
    files = [one for one in request.inputs.protocols[::-1] if isinstance(one, str)]
    return Wording(language, own, *(_trial_catalogues(files, one) for one in (language, Language.ENGLISH)))


def _trial_catalogues(files: Sequence[str], language: Language) -> tuple[NullTranslations, ...]:
    found = (read_trial_catalogue(file, language) for file in files)
    return tuple(_catalogue(*one) for one in found if one is not None)


def _catalogue(content: bytes, file: str) -> NullTranslations:
    try:
        return read_catalogue(content, is_of_trial=True)
    except CatalogueError as error:
        message = (
            f'expected a catalogue of gettext such as "msgid", "msgstr" and a text each, got another file: {error}'
        )
        raise CohortError((Problem(Source(file), "C242", "", message),)) from None


def _write_file(job: PrintJob, kind: PaperKind, progress: Callable[[int], None] | None) -> None:
    """One document with all papers."""
    output, shared = job.request.output, shared_words(job.request, kind, job.wording)
    with open_output(output.name, force=output.force) as stream:
        papers = _counted_papers(job, kind)
        if output.form == "pdf":
            typeset_to(stream, kind.template, shared, (paper.record for paper in papers), progress)
        else:
            stream.writelines(_parts(output, kind, shared, papers))
        _require_good(job)


def _write_folder(job: PrintJob, kind: PaperKind, progress: Callable[[int], None] | None) -> None:
    """A document for each paper, all or none."""
    output, shared = job.request.output, shared_words(job.request, kind, job.wording)
    with open_output_folder(output.shown, force=output.force) as folder:
        for paper in _counted_papers(job, kind):
            if output.form == "pdf":
                content = typeset(kind.template, shared, [paper.record])
            else:
                content = b"".join(_parts(output, kind, shared, [paper]))
            folder.write(f"{safe_name(paper.name)}.{output.form}", content)
            if progress is not None:
                progress(job.outcome.documents)
        _require_good(job)


def _parts(output: Output, kind: PaperKind, shared: dict[str, object], papers: Iterable[Paper]) -> Iterator[bytes]:
    """Papers as HTML, or as pictures."""
    if output.form == "html":
        for part in paper_html(kind.template, shared, (paper.record for paper in papers)):
            yield part.encode()
        return
    for paper in papers:
        if paper.timeline is not None:
            yield drawn(paper.timeline, output.form, output.shown)


def _counted_papers(job: PrintJob, kind: PaperKind) -> Iterator[Paper]:
    for paper in kind.papers(job):
        job.outcome.documents += 1
        yield paper


def _require_good(job: PrintJob) -> None:
    if not (job.plan is None or job.plan.may_be_written) or not job.outcome.documents:
        raise NothingToWriteError


def shared_words(request: PrintRequest, kind: PaperKind, wording: Wording) -> dict[str, object]:
    """What all papers of a kind share: paper, language, and the words of the pages; pictures share nothing."""
    if not kind.template:
        return {}
    lang, _, region = request.language.partition("-")
    return {
        "paper": PAPERS[request.paper],
        "size": request.paper.upper() if request.paper == "a4" else request.paper,
        "flipped": kind.is_wide,
        "lang": lang,
        "region": region or None,
        "title": wording.say(kind.title),
        "page_words": wording.say(Msg("page {page} of {pages}", page="{page}", pages="{pages}")),
        "words": {name: wording.say(said) for name, said in kind.words.items()},
        "weekdays": list(wording.weekdays()),
        "joint": wording.say(Msg("; ")),
    }
