"""The calendar of one participant: the next visit, all visits with their windows, months, and what if one moves.

Conventions: what a participant may be offered are days inside the window, late enough after other visits, and open at
the site. A date that may still move is never shown as certain. What if is tried, and books nothing.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import RedirectResponse

from dosecal.app.composition.trial import what_if
from dosecal.model.adherence import VisitStatus
from dosecal.model.days import as_date, read_date
from dosecal.model.findings import Why
from dosecal.model.messages import Msg, plural
from dosecal.model.problems import PlanError, RefusedError
from dosecal.model.struct import Struct, replace
from dosecal.planning.dates.cascade import Cascade
from dosecal.report.messages.language import Language
from dosecal.report.messages.notes import About
from dosecal.web.months import ClosedDays, DayMarks, Month, days_between, end_of_month, months_between, short_code
from dosecal.web.statuses import DONE, LATE, StatusMark, status_mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.responses import Response

    from dosecal.report.subjects.subject_view import SubjectView, SubjectVisit
    from dosecal.web.shell import Ask
    from dosecal.web.site import Site
    from dosecal.web.study import Plan

_NEXT = (VisitStatus.DUE, VisitStatus.NOT_YET_DUE)
_MOST_MONTHS = 36
_SATURDAY = 5
_SIGNS = ("v", "about", "dn", "win", "mv", "cl", "td")
"""How a day may look, in the order of the legend."""
CASCADES = {
    "none": Msg("nothing but what the protocol counts from it"),
    "later": Msg("all later visits, by as many days"),
    "chained": Msg("the visits that are counted from it"),
}


class VisitLine(Struct, frozen=True):
    """A visit of the calendar.

    Attributes:
        id, label: The visit; the label is empty where it says no more.
        day: The day on which it was held, is booked or planned; None where it is not known.
        window: The first and last allowed day; None where none is stated or known.
        has_window: Whether the protocol states one.
        status: Its status; None where nothing is judged.
        notes: What is to be said of it.
        off: By how many days it was off its target; None for none.
        is_booked: Whether the day is a booking.
        is_provisional: Whether the day may still move.
        awaits: Whether it comes only if something happens.
        is_next: Whether it is the next one.
    """

    id: str
    label: str
    day: date | None
    window: tuple[date, date] | None
    has_window: bool
    status: StatusMark | None
    notes: tuple[str, ...]
    off: Msg | None
    is_booked: bool
    is_provisional: bool
    awaits: bool
    is_next: bool


class NextVisit(Struct, frozen=True):
    """The next visit: on which day, the days on which it may be, and its window."""

    id: str
    label: str
    day: date | None
    is_provisional: bool
    window: tuple[date, date] | None
    offered: tuple[tuple[date, date], ...]
    when: Msg


class MoveLine(Struct, frozen=True):
    """A visit in what if: its day before and after, why, and what is to be said of it."""

    visit: str
    before: date | None
    after: date | None
    why: str
    notes: str
    is_out: bool


class Tried(Struct, frozen=True):
    """What was asked in what if, and what came of it.

    Attributes:
        visit, to, cascade: What was asked.
        error: Why it can't be told; empty where it can.
        moves: What moves.
        day: The day.
        closed: Why the site is closed on it; empty for an open day.
    """

    visit: str = ""
    to: str = ""
    cascade: str = "none"
    error: tuple[str, str] = ("", "")
    moves: tuple[MoveLine, ...] = ()
    day: date | None = None
    closed: str = ""


class CalendarView(Struct, frozen=True):
    """What the page shows."""

    subjects: tuple[str, ...]
    subject: str = ""
    site: str = ""
    anchors: tuple[tuple[str, date | None], ...] = ()
    next: NextVisit | None = None
    late: tuple[VisitLine, ...] = ()
    visits: tuple[VisitLine, ...] = ()
    said_once: tuple[str, ...] = ()
    months: tuple[Month, ...] = ()
    signs: tuple[str, ...] = ()
    closed: tuple[tuple[date, str], ...] = ()
    movable: tuple[VisitLine, ...] = ()
    tried: Tried = Tried()
    queries: int = 0


def calendar_view(plan: Plan, subject: str, tried: Tried) -> CalendarView:
    """What the page shows.

    Args:
        plan: The plan.
        subject: The participant.
        tried: What was asked in what if.
    """
    calendar = plan.views().get(subject)
    if calendar is None:
        return CalendarView(plan.subjects)
    following = _next(calendar, plan.inputs.judged_on)
    lines = tuple(_line(one, is_next=following is not None and one.visit.id == following.id) for one in calendar.visits)
    closed_days = ClosedDays(plan, calendar.site)
    months, signs, closed = _months(calendar, plan.inputs.judged_on, closed_days, tried)
    once = dict.fromkeys(note.text for one in calendar.visits for note in one.notes if note.about is About.ALL_ROWS)
    open_ids = {one.visit.id for one in calendar.visits if one.status is None or one.status.is_open}
    return CalendarView(
        subjects=plan.subjects,
        subject=subject,
        site=calendar.site,
        anchors=tuple(_anchors(plan, subject)),
        next=following,
        late=tuple(line for line, one in zip(lines, calendar.visits, strict=True) if one.status in LATE),
        visits=lines,
        said_once=tuple(once),
        months=months,
        signs=signs,
        closed=closed,
        movable=tuple(line for line in lines if line.id in open_ids),
        tried=tried,
        queries=len(calendar.protocol.queries),
    )


def _anchors(plan: Plan, subject: str) -> Iterator[tuple[str, date | None]]:
    place = plan.place_of(subject)
    if place is not None:
        schedule, row = place
        for number, anchor in enumerate(schedule.protocol.anchors):
            day = schedule.cohort.anchors[row, number]
            yield anchor.label or anchor.id, None if str(day) == "NaT" else date.fromisoformat(str(day))


def visit_label(visit: SubjectVisit) -> str:
    """The label of a visit; empty where it says no more than its id."""
    return "" if visit.visit.label == visit.visit.id else visit.visit.label


def _line(one: SubjectVisit, *, is_next: bool) -> VisitLine:
    notes = [note.text for note in one.notes if note.about is About.ROW]
    notes += [one.too_early] if one.too_early else []
    return VisitLine(
        id=one.visit.id,
        label=visit_label(one),
        day=one.day,
        window=one.window,
        has_window=one.visit.window is not None,
        status=None if one.status is None else status_mark(one.status),
        notes=tuple(dict.fromkeys((*notes, *((one.closed_day,) if one.closed_day else ())))),
        off=_off_words(one),
        is_booked=one.actual is None and one.booked is not None,
        is_provisional=one.is_provisional and one.actual is None,
        awaits=one.awaits_event and one.actual is None,
        is_next=is_next,
    )


def _off_words(one: SubjectVisit) -> Msg | None:
    """By how many days a visit was held off its target; None for on it, and for one that was not held."""
    days = one.deviation_days
    if not days or one.status not in DONE:
        return None
    if days > 0:
        return plural("{n} day after its target", "{n} days after its target", days)
    return plural("{n} day before its target", "{n} days before its target", -days)


def _next(calendar: SubjectView, today: date) -> NextVisit | None:
    """The first visit that is due or not yet due, by day."""
    found = [one for one in calendar.visits if one.status in _NEXT and one.day is not None and not one.awaits_event]
    if not found:
        return None
    one = min(found, key=lambda visit: visit.day or date.max)
    day = one.day or today
    days = (day - today).days
    when = Msg("today") if not days else plural("in {n} day", "in {n} days", days)
    if days < 0:
        when = plural("{n} day ago", "{n} days ago", -days)
    offered = tuple((max(first, today), last) for first, last in one.offered if last >= today)
    return NextVisit(one.visit.id, visit_label(one), one.day, one.is_provisional, one.window, offered, when)


def _months(
    calendar: SubjectView, today: date, closed_days: ClosedDays, tried: Tried
) -> tuple[tuple[Month, ...], tuple[str, ...], tuple[tuple[date, str], ...]]:
    """The months with a visit and those between; the signs that occur; and closed days that are no weekends."""
    days = [one.day for one in calendar.visits if one.day is not None] + [today]
    days += [span for one in calendar.visits for span in one.window or ()]
    first, last = min(days).replace(day=1), max(days)
    last = min(last, first + timedelta(days=31 * _MOST_MONTHS))
    marks = DayMarks()
    _mark_visits(marks, calendar)
    for move in tried.moves:
        if move.after is not None and move.after != move.before:
            marks.mark(move.after, "mv", f"{short_code(move.visit, 0)}?", move.visit)
    closed = []
    for day in days_between(first, end_of_month(last)) if closed_days.is_known else ():
        if reason := closed_days.reason(day):
            marks.mark(day, "cl")
            if day.weekday() < _SATURDAY:
                closed.append((day, reason))
    marks.mark(today, "td")
    cells = marks.cells()
    there = {kind for one in cells.values() for kind in one.kinds.split()}
    return months_between(first, last, cells), tuple(sign for sign in _SIGNS if sign in there), tuple(closed)


def _mark_visits(marks: DayMarks, calendar: SubjectView) -> None:
    """Mark the visits of a participant, and the days on which those to come may be."""
    for place, one in enumerate(calendar.visits, 1):
        for start, end in one.offered if one.status is None or one.status.is_open else ():
            for day in days_between(start, end):
                marks.mark(day, "win")
        if one.day is not None:
            is_done, code = one.status in DONE, short_code(one.visit.id, place)
            kind = "dn" if is_done else "v about" if one.is_provisional else "v"
            marks.mark(one.day, kind, f"✓{code}" if is_done else code, one.visit.id)


def tried_move(plan: Plan, subject: str, form: Mapping[str, str]) -> Tried:
    """What came of what was asked in what if."""
    visit, to, cascade = form.get("visit", ""), form.get("to", "").strip(), form.get("cascade", "none")
    asked = Tried(visit, to, cascade if cascade in CASCADES else "none")
    try:
        day = read_date(to)
    except RefusedError as refusal:
        return replace(asked, error=(refusal.expected, refusal.hint))
    try:
        found = what_if(replace(plan.inputs, subject=subject), visit, day, Cascade(asked.cascade))
    except PlanError as error:
        return replace(asked, error=(error.problems[0].message, error.problems[0].hint))
    visits = found.schedule.protocol.visits
    moves = tuple(
        MoveLine(
            visits[move.visit].id,
            None if move.before is None else as_date(move.before),
            None if move.after is None else as_date(move.after),
            move.why.value,
            notes,
            is_out=bool(move.days_out) or move.why in {Why.STAYS, Why.NO_DAY},
        )
        for move, notes in zip(found.moves, found.notes, strict=True)
    )
    calendar = plan.views()[subject]
    return replace(asked, moves=moves, day=as_date(day), closed=ClosedDays(plan, calendar.site).reason(as_date(day)))


def show_calendar(site: Site, ask: Ask) -> Response:
    """The calendar of a participant."""
    plan = site.plan()
    chosen = ask.query.get("subject", "")
    if chosen in plan.subjects:
        return RedirectResponse(f"/calendar/{quote(chosen, safe='')}", 303)
    subject = ask.names.get("subject", "") or ask.form.get("subject", "")
    with site.opened.lock:
        tried = tried_move(plan, subject, ask.form) if ask.form and subject in plan.subjects else Tried()
        view = calendar_view(plan, subject, tried)
    languages = [(one.value, one.own_name) for one in Language]
    title = Msg("Calendar of participant {subject}", subject=view.subject) if view.subject else Msg("Calendar")
    shown = {"view": view, "cascades": CASCADES, "languages": languages}
    return site.show(ask, "calendar.html", shown, title, nav="calendar")
