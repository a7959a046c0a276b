"""The list of participants, and the page of one: visits, doses, weights, deviations."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dosecal.model.adherence import VisitStatus
from dosecal.model.messages import Msg, plural, unsaid
from dosecal.model.spoken import grouped_digits
from dosecal.model.struct import Struct
from dosecal.planning.record.deviations import compare_doses, find_deviations
from dosecal.report.tables.deviations import deviations_table
from dosecal.web.pages.calendar import visit_label
from dosecal.web.pages.today import DueDose, due_doses
from dosecal.web.statuses import DONE, LATE, StatusMark, status_mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.responses import Response

    from dosecal.report.subjects.subject_view import SubjectView, SubjectVisit
    from dosecal.web.shell import Ask
    from dosecal.web.site import Site
    from dosecal.web.study import Plan

_WAITING = (VisitStatus.OVERDUE, VisitStatus.PAST_ITS_DAY, VisitStatus.DUE, VisitStatus.NOT_YET_DUE)
_METHODS = ("measured", "stated", "estimated")


class ListedParticipant(Struct, frozen=True):
    """A participant in the list: visits done of all, the next one, and how many are late."""

    subject: str
    site: str
    done: int
    count: int
    next: str
    day: date | None
    late: int


class VisitRow(Struct, frozen=True):
    """A visit of a participant, with its doses where these are not hidden."""

    id: str
    label: str
    day: date | None
    window: tuple[date, date] | None
    status: StatusMark | None
    is_provisional: bool
    is_now: bool
    is_open: bool
    doses: tuple[DueDose, ...]


class LineMark(Struct, frozen=True):
    """A visit on the line of time: where, in per mille of its length, and how it looks."""

    x: int
    id: str
    day: date
    kind: str
    is_up: bool


class WeightRow(Struct, frozen=True):
    """A weight on file: when, how much, and in which way it came to be known."""

    day: date | None
    kilograms: Msg
    method: str


class ParticipantView(Struct, frozen=True):
    """What the page of a participant shows.

    Attributes:
        subject, site: Who.
        facts: What is known of the person.
        done, count: How many visits were held, and how many there are.
        next: The next visit; None for none.
        visits: All visits.
        marks: The line of time.
        today_x: Where today is on it; None where it is outside.
        weights: The weights on file.
        deviations: What departed from the protocol: visit, what, notes.
        is_blinded: Whether doses are hidden.
    """

    subject: str
    site: str
    facts: tuple[Msg, ...]
    done: int
    count: int
    next: VisitRow | None
    visits: tuple[VisitRow, ...]
    marks: tuple[LineMark, ...]
    today_x: int | None
    weights: tuple[WeightRow, ...]
    deviations: tuple[tuple[str, str, str], ...]
    is_blinded: bool


def listed_participants(plan: Plan) -> tuple[ListedParticipant, ...]:
    """All participants, in the order of the file."""
    calendars = plan.views()
    return tuple(_listed(calendars[one]) for one in plan.subjects if one in calendars)


def _listed(calendar: SubjectView) -> ListedParticipant:
    following = _next_visit(calendar)
    return ListedParticipant(
        calendar.subject,
        calendar.site,
        sum(one.status in DONE for one in calendar.visits),
        len(calendar.visits),
        "" if following is None else following.visit.id,
        None if following is None else following.day,
        sum(one.status in LATE for one in calendar.visits),
    )


def _next_visit(calendar: SubjectView) -> SubjectVisit | None:
    """The first visit that is still to be held or asked after, by day."""
    found = [one for one in calendar.visits if one.status in _WAITING and one.day is not None and not one.awaits_event]
    return min(found, key=lambda one: one.day or date.max) if found else None


def participant_view(plan: Plan, subject: str) -> ParticipantView | None:
    """What the page of a participant shows; None for nobody."""
    calendar = plan.views().get(subject)
    if calendar is None:
        return None
    following = _next_visit(calendar)
    rows = tuple(_row(plan, calendar.subject, one, is_now=one is following) for one in calendar.visits)
    marks, today_x = _marks(calendar.visits, plan.inputs.judged_on)
    return ParticipantView(
        subject=subject,
        site=calendar.site,
        facts=tuple(_facts(plan, subject)),
        done=sum(one.status in DONE for one in calendar.visits),
        count=len(calendar.visits),
        next=next((row for row in rows if row.is_now), None),
        visits=rows,
        marks=marks,
        today_x=today_x,
        weights=tuple(_weights(plan, subject)),
        deviations=tuple(_deviations(plan, subject)),
        is_blinded=plan.is_blinded,
    )


def _row(plan: Plan, subject: str, one: SubjectVisit, *, is_now: bool) -> VisitRow:
    has_dose = bool(one.regimens) and not plan.is_blinded
    return VisitRow(
        id=one.visit.id,
        label=visit_label(one),
        day=one.day,
        window=one.window,
        status=None if one.status is None else status_mark(one.status),
        is_provisional=one.is_provisional and one.actual is None,
        is_now=is_now,
        is_open=one.status is None or one.status.is_open,
        doses=due_doses(plan, subject, one.visit.id) if has_dose else (),
    )


def _facts(plan: Plan, subject: str) -> Iterator[Msg]:
    """When the participant began, and how old; a blinded session sees no more than an open one."""
    place = plan.place_of(subject)
    if place is None:
        return
    schedule, row = place
    started = str(schedule.cohort.anchors[row, 0])
    if started != "NaT":
        yield Msg("started {day}", day=date.fromisoformat(started))
    age = int(schedule.age[row])
    if age >= 0:
        yield plural("{n} year old at the start", "{n} years old at the start", age)


def _marks(visits: Sequence[SubjectVisit], today: date) -> tuple[tuple[LineMark, ...], int | None]:
    """The visits on a line of time, those too near to each other for their names above and below it in turn."""
    known = sorted(((one.day, one) for one in visits if one.day is not None), key=lambda pair: pair[0])
    if not known:
        return (), None
    first, last = known[0][0], known[-1][0]
    width = max((last - first).days, 1)

    def x(day: date) -> int:
        return round(40 + 920 * (day - first).days / width)

    marks: list[LineMark] = []
    is_up = True
    for day, one in known:
        kind = (
            "done"
            if one.status in DONE
            else "over"
            if one.status in LATE
            else "due"
            if one.status is VisitStatus.DUE
            else "soon"
        )
        is_up = not is_up if marks and x(day) - marks[-1].x < 70 else True  # noqa: PLR2004 - the width of a name
        marks.append(LineMark(x(day), one.visit.id, day, kind, is_up))
    return tuple(marks), x(today) if first <= today <= last else None


def _weights(plan: Plan, subject: str) -> Iterator[WeightRow]:
    """The weights on file, newest first."""
    place = plan.place_of(subject)
    if place is None:
        return
    schedule, row = place
    weights = schedule.cohort.weights
    for at in reversed(range(len(weights.subject))):
        if int(weights.subject[at]) == row:
            day, method = str(weights.date[at]), int(weights.method[at])
            kilograms = weights.kilograms[int(weights.value[at])]
            yield WeightRow(
                None if day == "NaT" else date.fromisoformat(day),
                unsaid(f"{grouped_digits(kilograms)} kg"),
                _METHODS[method] if method >= 0 else "",
            )


def _deviations(plan: Plan, subject: str) -> Iterator[tuple[str, str, str]]:
    """What departed from the protocol, as the table of deviations has it."""
    for schedule in plan.schedules:
        if schedule.record is not None and subject in schedule.cohort.ids:
            given = compare_doses(schedule, schedule.record)
            table = deviations_table(schedule, find_deviations(schedule, given), given)
            for row in table.records():
                if row["subject_id"] == subject:
                    yield row["visit"], row["deviation"], row["notes"]


def show_list(site: Site, ask: Ask) -> Response:
    """The list of participants."""
    with site.opened.lock:
        plan = site.plan()
        listed = listed_participants(plan)
    return site.show(ask, "participants.html", {"participants": listed}, Msg("Participants"), nav="participants")


def show_participant(site: Site, ask: Ask) -> Response:
    """The page of a participant."""
    subject = ask.names["subject"]
    with site.opened.lock:
        view = participant_view(site.plan(), subject)
    if view is None:
        return site.show(ask, "nobody.html", title=Msg("No such participant"), nav="participants", status=404)
    title = Msg("Participant {subject}", subject=subject)
    return site.show(ask, "participant.html", {"view": view}, title, nav="participants")
