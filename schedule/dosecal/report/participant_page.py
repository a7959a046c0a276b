"""The calendar that a participant takes home: when to come, and what happens, in plain words.

Conventions: nothing on it tells an arm, a product, a regimen or a dose; a label that would is said in general words. It
is judged in English, as it stands and as participants read it, and a wording that the user gives by itself.
A visit is told as held, or as not held, only where there is a record. Of a visit that is still to come, the days are
said on which it may be held: those of its window without closed days and days that are too early after another visit.
A visit that only an event brings is left out until the event is on record.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from dosecal.model.adherence import VisitStatus
from dosecal.model.unblinding import Unblinding
from dosecal.report.month_grids import DayMark, month_grids
from dosecal.report.page_foot import foot_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from dosecal.model.protocol import Protocol
    from dosecal.report.page_foot import Stamp
    from dosecal.report.phrases import Wording
    from dosecal.report.subject_calendars import CalendarVisit, SubjectCalendar

PARTICIPANT_PHRASES = (
    "participant",
    "study",
    "site",
    "contact",
    "participant_advice",
    "number_head",
    "when_head",
    "what_head",
    "time_head",
    "key_visit",
    "key_window",
    "key_done",
)
"""The phrases that every page of this kind has."""

_DONE = {VisitStatus.DONE.words, VisitStatus.DONE_EARLY.words, VisitStatus.DONE_LATE.words}
_CLOSED = {VisitStatus.MISSED.words: "not_held", VisitStatus.CANCELLED.words: "not_planned"}


def participant_labels(protocol: Protocol, wording: Wording) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The protocol's labels that participants' pages say, and those that they don't since they would tell the arm."""
    tells = _teller(protocol, wording)
    labels = dict.fromkeys(
        (
            *(visit.label for visit in protocol.visits),
            *(visit.contact for visit in protocol.visits if visit.contact),
            *(assessment.label for assessment in protocol.assessments),
        )
    )
    return tuple(one for one in labels if not tells(one)), tuple(one for one in labels if tells(one))


def _teller(protocol: Protocol, wording: Wording) -> Callable[[str], bool]:
    """Whether a label would tell something on a page, as it stands, in plain words or in the wording of the user."""
    unblinding = Unblinding(protocol)

    def tells(label: str) -> bool:
        given = wording.given(label)
        return unblinding.is_told_by(wording.plain_english(label)) or (given != "" and unblinding.is_told_by(given))

    return tells


def participant_page(calendar: SubjectCalendar, wording: Wording, stamp: Stamp, contact: str) -> dict[str, object]:
    """The record of one participant's calendar.

    Args:
        calendar: The participant's visits.
        wording: The language.
        stamp: Which program made it, and when.
        contact: Whom to ask; empty for a place to write it in.
    """
    visits = [visit for visit in calendar.visits if not visit.awaits_event]
    numbered = [(str(number), visit) for number, visit in enumerate(visits, start=1)]
    tells = _teller(calendar.protocol, wording)
    return {
        "foot": foot_words(calendar.protocol, wording, stamp, calendar.subject, is_of_participant=True),
        "subject": calendar.subject,
        "study": calendar.protocol.study,
        "site": calendar.site,
        "contact": contact,
        "visits": [_visit(number, visit, tells, wording) for number, visit in numbered],
        "months": list(month_grids(_marks(numbered), _possible_days(visits), wording)),
    }


def _visit(number: str, visit: CalendarVisit, tells: Callable[[str], bool], wording: Wording) -> dict[str, object]:
    label = visit.visit.label
    contact = "" if tells(visit.visit.contact) else wording.lay(visit.visit.contact)
    is_done, is_open = visit.status in _DONE, visit.status not in _DONE and visit.status not in _CLOSED
    status = "done" if is_done else _CLOSED.get(visit.status, "")
    said = wording.say("study_visit") if tells(label) else wording.lay(label)
    return {
        "number": number,
        "label": f"{said} ({contact})" if contact and contact.casefold() not in said.casefold() else said,
        "date": _date_words(visit, wording),
        "window": _window_words(visit, wording) if is_open else "",
        "status": wording.say(status) if status else "",
        "is_open": is_open,
        "what": list(_what_happens(visit, tells, wording)),
    }


def _what_happens(visit: CalendarVisit, tells: Callable[[str], bool], wording: Wording) -> tuple[str, ...]:
    """What is done at a visit, each wording once; what would tell the arm is said in general words, at the end."""
    labels = [one.label for one in visit.assessments]
    said = [wording.lay(one) for one in labels if not tells(one)]
    if any(tells(one) for one in labels):
        said.append(wording.say("further_procedures"))
    return tuple(dict.fromkeys(said))


def _date_words(visit: CalendarVisit, wording: Wording) -> str:
    """The day of a visit; empty where its window says all that is known."""
    if visit.status in _CLOSED:
        return "" if visit.day is None else wording.full_date(visit.day)
    if visit.day is not None:
        return wording.full_date(visit.day)
    return "" if visit.offered else wording.say("to_be_arranged")


def _window_words(visit: CalendarVisit, wording: Wording) -> str:
    if not visit.offered:
        return ""
    first, last = visit.offered[0][0], visit.offered[-1][1]
    if first == last:
        return wording.say("this_day_only") if visit.day == first else wording.full_date(first)
    shown = {"first": wording.short_date(first), "last": wording.short_date(last)}
    if len(visit.offered) == 1:
        return wording.say("any_day", **shown)
    day = timedelta(days=1)
    between = [(end + day, start - day) for (_, end), (start, _) in pairwise(visit.offered)]
    return wording.say(
        "any_day_but", **shown, days=wording.say("list_joint").join(_span(*one, wording) for one in between)
    )


def _span(first: date, last: date, wording: Wording) -> str:
    if first == last:
        return wording.short_date(first)
    return wording.say("from_to", first=wording.short_date(first), last=wording.short_date(last))


def _marks(numbered: list[tuple[str, CalendarVisit]]) -> Mapping[date, DayMark]:
    """The days of the visits that were held or are to come."""
    marks: dict[date, DayMark] = {}
    for number, visit in numbered:
        if visit.day is None or visit.status in _CLOSED:
            continue
        before = marks.get(visit.day, DayMark((), is_done=True))
        is_done = before.is_done and visit.status in _DONE
        marks[visit.day] = DayMark((*before.numbers, number), is_done=is_done)
    return marks


def _possible_days(visits: list[CalendarVisit]) -> Iterator[date]:
    """The days on which visits to come may be held."""
    for visit in visits:
        if visit.status in _DONE or visit.status in _CLOSED:
            continue
        for first, last in visit.offered:
            yield from (first + timedelta(days) for days in range((last - first).days + 1))
