"""The calendar that a study coordinator works by: windows, what is to be done, what was done, and places to sign.

Conventions: doses are told by their regimens alone, without amounts, which are a worksheet's. What the visits table
says of a row stands here in words of the language, once; nothing is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.messages import Msg, in_context, msgid, plural
from dosecal.report.calendars.page_foot import foot_lines
from dosecal.report.messages.notes import About

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol
    from dosecal.report.calendars.page_foot import Stamp
    from dosecal.report.messages.language import Wording
    from dosecal.report.subjects.subject_view import SubjectView, SubjectVisit

COORDINATOR_WORDS = {
    "participant": in_context("staff", "Participant"),
    "study": Msg("Study"),
    "site": Msg("Site"),
    "arm": Msg("Arm"),
    "visit_head": Msg("Visit"),
    "planned_head": Msg("Planned"),
    "window_head": Msg("Window"),
    "to_do_head": Msg("To be done"),
    "notes_head": Msg("Status and notes"),
    "actual_head": Msg("Actual date"),
    "initials_head": Msg("Initials"),
}
"""What every page of this kind says, by its names in the templates."""


def coordinator_labels(protocol: Protocol) -> tuple[str, ...]:
    """The protocol's words that coordinators' pages say."""
    return (
        *(arm.label for arm in protocol.arms),
        *(text for visit in protocol.visits for text in (visit.label, visit.epoch, visit.contact)),
        *(assessment.label for assessment in protocol.assessments),
        *(regimen.label for regimen in protocol.regimens),
        *(cycles.until for cycles in protocol.cycles),
    )


def coordinator_page(view: SubjectView, wording: Wording, stamp: Stamp) -> dict[str, object]:
    """The record of one subject's calendar for the coordinator.

    Args:
        view: The subject.
        wording: The language.
        stamp: Which program made it, and when.

    Raises:
        TermUnknownError: If the language has no wording for something on it.
    """
    protocol, arm = view.protocol, wording.term(view.arm.label)
    return {
        "foot": foot_lines(protocol, wording, stamp, view.subject),
        "subject": view.subject,
        "study": protocol.study,
        "study_title": protocol.title,
        "site": view.site,
        "arm": f"{arm} ({wording.say(Msg('UNBLINDED'))})" if protocol.is_blinded else arm,
        "notes": [wording.say(note) for note in _notes_of_all(view)],
        "visits": [_visit(visit, wording) for visit in view.visits],
    }


def _notes_of_all(view: SubjectView) -> tuple[Msg, ...]:
    """The notes that the page says once for all its rows."""
    notes = (note for visit in view.visits for note in visit.notes)
    return tuple(dict.fromkeys(note.text for note in notes if note.about is About.ALL_ROWS))


def _visit(visit: SubjectVisit, wording: Wording) -> dict[str, object]:
    one = visit.visit
    return {
        "label": wording.term(one.label),
        "marks": list(dict.fromkeys(text for text in (one.id, visit.study_day, wording.term(one.epoch)) if text)),
        "planned": wording.short_date(visit.planned) if visit.planned else wording.say(Msg("to be determined")),
        "beside_planned": _beside_planned(visit, wording),
        "window": _window(visit, wording),
        "gives": [
            wording.say(Msg("give: {regimen}", regimen=wording.term(regimen.label))) for regimen in visit.regimens
        ],
        "checks": [wording.term(assessment.label) for assessment in visit.assessments],
        "status": _status(visit, wording),
        "notes": [wording.say(note.text) for note in visit.notes if note.about is About.ROW],
        "actual": wording.short_date(visit.actual) if visit.actual else "",
    }


def _beside_planned(visit: SubjectVisit, wording: Wording) -> list[str]:
    """What is said beside the planned date: another target, a booking, and why the site is closed."""
    lines = []
    if visit.target is not None and visit.target != visit.planned:
        lines.append(wording.say(Msg("target {day}", day=wording.short_date(visit.target))))
    if visit.booked is not None:
        lines.append(wording.say(Msg("booked for {day}", day=wording.short_date(visit.booked))))
    if visit.closed_day:
        lines.append(wording.say(visit.closed_day))
    return lines


def _window(visit: SubjectVisit, wording: Wording) -> list[str]:
    """The window's dates, and those of the wider one; a word where none is stated, nothing where it is not known."""
    if visit.visit.window is None:
        return [wording.say(Msg("none stated"))]
    spans = [(msgid("{first} to {last}"), visit.window), (msgid("wider: {first} to {last}"), visit.wider)]
    return [
        wording.say(Msg(template, first=wording.short_date(span[0]), last=wording.short_date(span[1])))
        for template, span in spans
        if span is not None
    ]


def _status(visit: SubjectVisit, wording: Wording) -> list[str]:
    """The status, and by how many days the visit was off its target."""
    lines = [] if visit.status is None else [wording.say(visit.status.words)]
    if visit.deviation_days is not None:
        days = visit.deviation_days
        signed = f"{days:+d}".replace("-", "−")
        off = plural("{n} day from target", "{n} days from target", days, n=signed)
        lines.append(wording.say(off if days else Msg("on the target date")))
    return lines
