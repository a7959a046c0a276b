"""What a calendar shows of visits: a day, a title that gives nothing away, and a few lines of text.

Conventions: a title and a text name no product, dose or arm unless that is asked for, since a calendar is read over a
shoulder. Names that would give one away are left for others: the label of a visit, then its id, then its study day.
What gives one away is what ``Unblinding`` says, as on every page.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from dosecal.exchange.calendar_event import cancelled_title
from dosecal.model.adherence import VisitStatus
from dosecal.model.counts import counted
from dosecal.model.problems import Problem, Source
from dosecal.model.spoken import amount_words
from dosecal.model.struct import Struct
from dosecal.model.unblinding import Unblinding
from dosecal.report.sheets.sheet_words import day_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from dosecal.exchange.preset import ExportInput
    from dosecal.model.protocol import Protocol, Visit
    from dosecal.report.subjects.subject_view import SubjectDose, SubjectView, SubjectVisit

NAMELESS = "Visit"
DOSES, ARMS = "doses", "arms"
OPTIONS = (
    (DOSES, "yes (doses are named, and labels that tell of them)"),
    (ARMS, "yes (the arm is named, and labels that tell of it)"),
)


class EntryState(Enum):
    """Where the visit of an entry stands."""

    PLANNED = "planned by the protocol, not booked"
    BOOKED = "booked"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"


class CalendarEntry(Struct, frozen=True):
    """A visit as a calendar shows it, for a whole day.

    Attributes:
        subject: The subject's id.
        site: The site's id; empty for none.
        visit: The visit's id.
        day: The day.
        title: The title.
        lines: What is said beside.
        stamp: Which protocol it follows.
        state: Where the visit stands.
    """

    subject: str
    site: str
    visit: str
    day: date
    title: str
    lines: tuple[str, ...]
    stamp: str
    state: EntryState


class Entries(Struct, frozen=True):
    """The entries of some calendars.

    Attributes:
        entries: In the order of the calendars.
        undated: How many visits have no date, and no entry.
        findings: What has to be said of them.
    """

    entries: tuple[CalendarEntry, ...]
    undated: int
    findings: tuple[Problem, ...]


def calendar_entries(export: ExportInput) -> Entries:
    """The entries of an export's calendars.

    Raises:
        OutputError: If an option says what it can't.
    """
    writer = _Writer(export)
    entries = tuple(writer.entries())
    return Entries(entries, writer.undated, tuple(writer.findings(entries)))


class _Writer:
    """Writes the entries, and counts what has none."""

    def __init__(self, export: ExportInput) -> None:
        self.export = export
        self.names_doses, self.names_arms = export.says_yes(DOSES), export.says_yes(ARMS)
        self.undated = 0
        self.renamed: dict[str, str] = {}
        self._titles: dict[tuple[str, str], str] = {}
        self._stamps: dict[str, str] = {}
        self._secrets: dict[str, Unblinding] = {}

    def entries(self) -> Iterator[CalendarEntry]:
        for view in self.export.views:
            stamp = self._stamp(view.protocol)
            for visit in view.visits:
                day = visit.day
                if day is None:
                    self.undated += 1
                    continue
                title = self._title(view.protocol, visit.visit, visit.study_day)
                if self.export.per != "subject":
                    title = f"{view.subject}: {title}"
                state = state_of(visit)
                if state is EntryState.MISSED:
                    title = f"{title} ({state.value})"
                elif state is EntryState.CANCELLED:
                    title = cancelled_title(title)
                lines = tuple(self._lines(view, visit, state))
                place = view.subject, view.site, visit.visit.id
                yield CalendarEntry(*place, day, title, lines, stamp, state)

    def _title(self, protocol: Protocol, visit: Visit, study_day: str) -> str:
        key = protocol.sha256, visit.id
        if key not in self._titles:
            if protocol.sha256 not in self._secrets:
                secrets = Unblinding(protocol, doses=self.names_doses, arms=self.names_arms)
                self._secrets[protocol.sha256] = secrets
            self._titles[key] = self._free_title(visit, study_day, self._secrets[protocol.sha256])
        return self._titles[key]

    def _free_title(self, visit: Visit, study_day: str, secrets: Unblinding) -> str:
        """The first name of a visit that gives nothing away, with the study day where the name has it not."""
        name = next((one for one in (visit.label, visit.id) if one and not secrets.is_told_by(one)), "")
        if name != visit.label:
            self.renamed[visit.id] = name or study_day or NAMELESS
        if not name:
            return study_day or NAMELESS
        said = name.casefold().replace("day ", "d")
        return name if not study_day or study_day.casefold() in said else f"{name} ({study_day})"

    def _lines(self, view: SubjectView, visit: SubjectVisit, state: EntryState) -> Iterator[str]:
        if visit.window is not None:
            first, last = visit.window
            yield f"Window: {day_words(first)} to {day_words(last)}" if first != last else f"Window: {day_words(first)}"
        else:
            yield "Window: none stated"
        yield f"Status: {state.value}"
        if visit.too_early:
            yield visit.too_early.capitalize()
        if state is EntryState.HELD and visit.target is not None and visit.target != visit.actual:
            yield f"Target: {day_words(visit.target)}"
        if self.names_arms:
            yield f"Arm: {view.arm.label}"
        if self.names_doses:
            yield from map(dose_words, visit.doses)

    def _stamp(self, protocol: Protocol) -> str:
        if protocol.sha256 not in self._stamps:
            self._stamps[protocol.sha256] = stamp_words(protocol, self.export)
        return self._stamps[protocol.sha256]

    def findings(self, entries: tuple[CalendarEntry, ...]) -> Iterator[Problem]:
        source = Source(self.export.protocol.file)
        if self.undated:
            said = f"{counted(self.undated, 'visit has', 'visits have')} no date yet, and no entry"
            yield Problem(source, "W101", "", said)
        yield from left_out(self.renamed, source)
        for state in (EntryState.MISSED, EntryState.CANCELLED):
            count = sum(entry.state is state for entry in entries)
            if count:
                said = f"{counted(count, 'visit is', 'visits are')} {state.value}, and marked so"
                yield Problem(source, "W103", "", said)


def stamp_words(protocol: Protocol, export: ExportInput) -> str:
    """Which protocol a visit follows, and what made its entry."""
    made_from = f"Study {protocol.study}, protocol version {protocol.version} ({protocol.digest})"
    return f"{made_from}; made by dosecal {export.program_version}"


def state_of(visit: SubjectVisit) -> EntryState:
    """Where a visit stands, by its record."""
    if visit.actual is not None:
        return EntryState.HELD
    if visit.status == VisitStatus.MISSED:
        return EntryState.MISSED
    if visit.status == VisitStatus.CANCELLED:
        return EntryState.CANCELLED
    return EntryState.PLANNED if visit.booked is None else EntryState.BOOKED


def left_out(instead: Mapping[str, str], source: Source) -> Iterator[Problem]:
    """That labels which would give something away are left out; nothing where none are.

    Args:
        instead: What stands in their place, by the id of the visit or the assessment.
        source: The protocol.
    """
    if instead:
        names = ", ".join(f"{one} as {name}" for one, name in instead.items())
        yield Problem(source, "W102", "", f"labels that name a product, a dose or an arm are left out: {names}")


def dose_words(dose: SubjectDose) -> str:
    """A dose as a calendar says it."""
    if dose.ordered is None:
        return f"Dose: {dose.regimen.label}, to be determined"
    return f"Dose: {dose.regimen.label}, {amount_words(dose.ordered.value, dose.ordered.unit)}"
