"""The calendar that a participant takes home: when to come, and what happens, in plain words.

Conventions: nothing on it tells an arm, a product, a regimen or a dose, whether the trial is blinded or not; a label
that would is said in general words. It is judged in English, as it stands and as participants read it, and a wording
that the user gives by itself. A visit is told as held, or as not held, only where there is a record. Of a visit that is
still to come, the days are said on which it may be held: those of its window without closed days and days that are too
early after another visit. A date that may still move is said to be about that day. A visit that only an event brings is
left out until the event is on record. A day on which something is due at a stated time from a visit's dose is a row of
its own, unless another visit is on it.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from dosecal.model.adherence import VisitStatus
from dosecal.model.messages import NOTHING, Msg, plural
from dosecal.model.regex import regex
from dosecal.model.struct import Struct
from dosecal.model.unblinding import Unblinding
from dosecal.report.calendars.month_grids import DayMark, month_grids
from dosecal.report.calendars.page_foot import foot_lines
from dosecal.report.calendars.sample_days import sample_days

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from dosecal.model.protocol import Protocol
    from dosecal.model.timing import Cycles
    from dosecal.report.calendars.page_foot import Stamp
    from dosecal.report.calendars.sample_days import SampleDay
    from dosecal.report.messages.language import Wording
    from dosecal.report.subjects.subject_view import SubjectView, SubjectVisit

PARTICIPANT_WORDS = {
    "participant": Msg("Participant"),
    "study": Msg("Study"),
    "site": Msg("Site"),
    "contact": Msg("Questions? Please contact"),
    "participant_advice": Msg(
        "Please bring this page to each visit. If you can't come on a day, call us as soon as you can."
    ),
    "number_head": Msg("No."),
    "when_head": Msg("When"),
    "what_head": Msg("What happens"),
    "time_head": Msg("Time"),
    "key_not_fixed": Msg("about this date: we confirm it at the visit before"),
    "key_visit": Msg("your visit"),
    "key_about": Msg("a visit at about this date"),
    "key_window": Msg("another possible day"),
    "key_done": Msg("a visit already made"),
}
"""What every page of this kind says, by its names in the templates."""

_DONE = {VisitStatus.DONE, VisitStatus.DONE_EARLY, VisitStatus.DONE_LATE}
_CLOSED: dict[VisitStatus | None, Msg] = {
    VisitStatus.MISSED: Msg("did not take place"),
    VisitStatus.CANCELLED: Msg("no longer planned"),
}
_INSIDE_NUMBER = regex(r"(?<=[0-9)]) (?=[(+0-9])")
_DAY, _WEEK_DAYS = timedelta(days=1), 7


def participant_labels(protocols: Sequence[Protocol], wording: Wording) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The protocols' labels that participants' pages say, and those that they don't since they would tell the arm."""
    tells = _teller(protocols, wording)
    labels = dict.fromkeys(label for protocol in protocols for label in _labels(protocol))
    return tuple(one for one in labels if not tells(one)), tuple(one for one in labels if tells(one))


def _labels(protocol: Protocol) -> Iterator[str]:
    yield from (visit.label for visit in protocol.visits)
    yield from (visit.contact for visit in protocol.visits if visit.contact)
    yield from (assessment.label for assessment in protocol.assessments)


def telling_phrases(protocols: Sequence[Protocol], wording: Wording) -> tuple[str, ...]:
    """The user's wordings of what the page says by itself that would tell something, by their English."""
    unblinding = [Unblinding(protocol) for protocol in protocols]
    labels = {label for protocol in protocols for label in _labels(protocol)}
    return tuple(
        english
        for english, given in wording.own.items()
        if english not in labels and any(one.is_told_by(given) for one in unblinding)
    )


def _teller(protocols: Sequence[Protocol], wording: Wording) -> Callable[[str], bool]:
    """Whether a label would tell something on a page, as it stands, in plain words or in the wording of the user."""
    unblinding = [Unblinding(protocol) for protocol in protocols]

    def tells(label: str) -> bool:
        texts = (wording.plain_english(label), wording.given(label))
        return any(one.is_told_by(text) for one in unblinding for text in texts if text)

    return tells


class _Labels:
    """The words for a participant of what the protocol has labels for, by ids, since a masked plan has other labels."""

    def __init__(self, protocols: Sequence[Protocol], wording: Wording) -> None:
        """Say labels in a language.

        Args:
            protocols: The versions as they are in their files; of an id that several have, the last one counts.
            wording: The language.
        """
        self._wording = wording
        self._tells = _teller(protocols, wording)
        self._visits = {visit.id: visit.label for one in protocols for visit in one.visits}
        self._assessments = {assessment.id: assessment.label for one in protocols for assessment in one.assessments}

    def visit(self, visit: SubjectVisit) -> str:
        """What a visit is called, with how the participant is seen where that isn't said by it."""
        label, contact = self._visits[visit.visit.id], visit.visit.contact
        said = self._wording.say(Msg("Study visit")) if self._tells(label) else self._wording.lay(label)
        how = "" if self._tells(contact) else self._wording.lay(contact)
        return f"{said} ({how})" if how and how.casefold() not in said.casefold() else said

    def what_happens(self, visit: SubjectVisit) -> list[str]:
        """What is done at a visit, each wording once; what would tell is said in general words, at the end."""
        labels = [self._assessments[one.id] for one in visit.assessments]
        said = [self._wording.lay(one) for one in labels if not self._tells(one)]
        if any(self._tells(one) for one in labels):
            said.append(self._wording.say(Msg("Other study procedures, which the study team explains")))
        return list(dict.fromkeys(said))

    def samples(self, visit: SubjectVisit) -> str:
        """What is done at the times that are counted from a visit's dose: the one thing done at it, or in general."""
        what = self.what_happens(visit)
        return what[0] if len(what) == 1 else self._wording.say(Msg("Tests at set times"))


class _Row(Struct, frozen=True):
    """A row of the page.

    Attributes:
        label: What it is called.
        what: What is done.
        visit: The visit, or that from whose dose the day is counted.
        day: The day; None where it is not known, or one of several.
        offered: The days of which one is it, as runs from a first to a last day, both inside.
        is_sample: Whether it is a day on which something is due from the dose of another one.
    """

    label: str
    what: tuple[str, ...]
    visit: SubjectVisit
    day: date | None
    offered: tuple[tuple[date, date], ...]
    is_sample: bool = False

    @property
    def closed_as(self) -> Msg:
        """What is said of a visit that was not held, or is no longer planned; empty for any other."""
        return NOTHING if self.is_sample else _CLOSED.get(self.visit.status, NOTHING)

    @property
    def is_done(self) -> bool:
        """Whether the visit was held."""
        return not self.is_sample and self.visit.status in _DONE

    @property
    def is_open(self) -> bool:
        """Whether it may still come."""
        return not self.is_done and not self.closed_as

    @property
    def is_about(self) -> bool:
        """Whether its date may still move: it follows a visit that has not happened yet, and no day is booked."""
        return self.is_open and self.visit.is_provisional and self.visit.actual is None and self.visit.booked is None


def participant_page(
    view: SubjectView, protocols: Sequence[Protocol], wording: Wording, stamp: Stamp, contact: str
) -> dict[str, object]:
    """The record of one participant's calendar.

    Args:
        view: The participant.
        protocols: The versions as they are in their files.
        wording: The language.
        stamp: Which program made it, and when.
        contact: Whom to ask; empty for a place to write it in.
    """
    own_last = sorted(protocols, key=lambda one: one.digest == view.protocol.digest)
    rows = _rows(view, _Labels(own_last, wording))
    marks, possible = _marks(rows), frozenset(_possible_days(rows))
    return {
        "foot": foot_lines(view.protocol, wording, stamp, view.subject, may_tell=False),
        "subject": view.subject,
        "study": view.protocol.study,
        "site": view.site,
        "contact": _whole_numbers(contact),
        "visits": [_record(str(number), row, wording) for number, row in enumerate(rows, start=1)],
        "is_about": any(row.is_about for row in rows),
        "ends": [_goes_on(one, view, wording) for one in _endless(view)],
        "months": list(month_grids(marks, possible, wording)),
        "kinds": [*sorted({mark.word for mark in marks.values()}), *(["possible"] if possible - marks.keys() else [])],
    }


def _whole_numbers(contact: str) -> str:
    """A contact in which no line ends inside a telephone number."""
    return _INSIDE_NUMBER.sub("\N{NO-BREAK SPACE}", contact)


def _rows(view: SubjectView, labels: _Labels) -> list[_Row]:
    """The visits in turn, and among them the days of samples: each at a visit of its day, or else a row of its own."""
    visits = [one for one in view.visits if not one.awaits_event]
    rows = [_Row(labels.visit(one), tuple(labels.what_happens(one)), one, one.day, one.offered) for one in visits]
    seen: set[tuple[date, date]] = set()
    for visit in visits:
        if visit.status in _CLOSED:
            continue
        for sample in sample_days(visit):
            words = labels.samples(visit)
            on_day = [place for place, row in enumerate(rows) if _is_on(row, sample) and not row.closed_as]
            if on_day:
                row = rows[on_day[0]]
                if words not in (row.label, *row.what):
                    rows[on_day[0]] = _Row(
                        row.label, (*row.what, words), row.visit, row.day, row.offered, row.is_sample
                    )
            elif (sample.first, sample.last) not in seen:
                seen.add((sample.first, sample.last))
                rows.insert(_place(rows, sample), _sample_row(words, sample))
    return rows


def _is_on(row: _Row, sample: SampleDay) -> bool:
    return sample.first == sample.last and row.day == sample.first


def _sample_row(words: str, sample: SampleDay) -> _Row:
    if sample.first == sample.last:
        return _Row(words, (), sample.visit, sample.first, (), is_sample=True)
    return _Row(words, (), sample.visit, None, ((sample.first, sample.last),), is_sample=True)


def _place(rows: list[_Row], sample: SampleDay) -> int:
    """Where a row of a day goes: before the first one that is later."""
    later = (at for at, row in enumerate(rows) if row.day is not None and row.day > sample.first)
    return next(later, len(rows))


def _record(number: str, row: _Row, wording: Wording) -> dict[str, object]:
    status = Msg("done") if row.is_done else row.closed_as
    return {
        "number": number,
        "label": row.label,
        "date": _date_words(row, wording),
        "window": _window_words(row, wording) if row.is_open else "",
        "status": wording.say(status) if status else "",
        "is_open": row.is_open,
        "is_about": row.is_about,
        "what": list(row.what),
    }


def _date_words(row: _Row, wording: Wording) -> str:
    """The day of a row; empty where its window says all that is known."""
    if row.day is not None:
        day = wording.full_date(row.day)
        return wording.say(Msg("about {day}", day=day)) if row.is_about else day
    return "" if row.offered or row.closed_as else wording.say(Msg("to be arranged"))


def _window_words(row: _Row, wording: Wording) -> str:
    if not row.offered:
        return ""
    first, last = row.offered[0][0], row.offered[-1][1]
    if first == last:
        return (
            ""
            if row.is_about
            else wording.say(Msg("on this day only"))
            if row.day == first
            else wording.full_date(first)
        )
    shown = {"first": wording.short_date(first), "last": wording.short_date(last)}
    if row.is_sample:
        words = wording.say(Msg("on one day from {first} to {last}: the study team tells you which", **shown))
    elif len(row.offered) == 1:
        words = wording.say(Msg("any day from {first} to {last}", **shown))
    else:
        between = [(end + _DAY, start - _DAY) for (_, end), (start, _) in pairwise(row.offered)]
        joined = wording.say(Msg(", ")).join(_span(*one, wording) for one in between)
        words = wording.say(Msg("any day from {first} to {last}, except {days}", **shown, days=joined))
    return wording.say(Msg("probably {window}", window=words)) if row.is_about else words


def _span(first: date, last: date, wording: Wording) -> str:
    if first == last:
        return wording.short_date(first)
    return wording.say(Msg("{first} to {last}", first=wording.short_date(first), last=wording.short_date(last)))


def _endless(view: SubjectView) -> list[Cycles]:
    """The cycles that go on until something happens, and of which the participant still has visits to come."""
    last = {one.visit.cycle.cycle: one for one in view.visits if one.visit.cycle is not None}
    return [
        cycles
        for cycles in view.protocol.cycles
        if cycles.count is None and cycles.id in last and last[cycles.id].status != VisitStatus.CANCELLED
    ]


def _goes_on(cycles: Cycles, view: SubjectView, wording: Wording) -> str:
    """That visits go on after the last one of the page; how often, where each cycle has one of one length."""
    own = [one.visit.cycle for one in view.visits if one.visit.cycle is not None and one.visit.cycle.cycle == cycles.id]
    days = cycles.lengths.stretches[-1].days
    if len({one.day for one in own}) > 1:
        often = wording.say(Msg("After that your visits go on in the same way."))
    elif days % _WEEK_DAYS:
        often = wording.say(Msg("After that you come every {days} days.", days=str(days)))
    else:
        weeks = days // _WEEK_DAYS
        often = wording.say(plural("After that you come every week.", "After that you come every {n} weeks.", weeks))
    return wording.say(
        Msg(
            "{often} There is no fixed last visit: your visits go on until you or your study doctor decide to stop. "
            "You get a new page before this one ends.",
            often=often,
        )
    )


def _marks(rows: list[_Row]) -> Mapping[date, DayMark]:
    """The days of the visits that were held or are to come; of several on a day, what is surer to be still to come."""
    marks: dict[date, DayMark] = {}
    for row in rows:
        if row.day is None or row.closed_as:
            continue
        mark = DayMark.DONE if row.is_done else DayMark.ABOUT if row.is_about else DayMark.VISIT
        marks[row.day] = min(marks.get(row.day, mark), mark)
    return marks


def _possible_days(rows: list[_Row]) -> Iterator[date]:
    """The days on which visits to come may be held."""
    for row in rows:
        if row.is_open:
            for first, last in row.offered:
                yield from (first + timedelta(days) for days in range((last - first).days + 1))
