"""The visits of a protocol, or of one subject, along time: what is drawn, in no file format.

Conventions: a row is a visit, or the same day of all cycles; marks and bars stand on whole days, and both ends of a bar
are inside it. The days of a protocol are offsets from what its visits are counted from; those of a subject are days
since 1970-01-01. What a mark says, its row says in words too.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from dosecal.model.adherence import VisitStatus
from dosecal.model.days import day_name, held_day, iso_date
from dosecal.model.messages import COMMA, NOTHING, Msg, joined, msgid, named, term, unsaid
from dosecal.model.struct import Struct
from dosecal.report.calendars.timeline_days import DayRange, reach_of
from dosecal.report.messages import visit_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from dosecal.model.protocol import Arm, Protocol, Visit
    from dosecal.report.calendars.timeline_days import Reach
    from dosecal.report.subjects.subject_view import Span, SubjectView, SubjectVisit


class MarkKind(Enum):
    """What stands on a day; the words are those of the legend."""

    TARGET = msgid("visit: target day")
    DOSE = msgid("visit with a dose: target day")
    PLANNED = msgid("planned for another day than the target")
    BOOKED = msgid("booked")
    HELD = msgid("held")
    GIVEN = msgid("held, a dose on record")
    MISSED = msgid("missed")
    CANCELLED = msgid("cancelled")

    @property
    def words(self) -> Msg:
        """The mark in the legend."""
        return Msg(self.value)


class BarKind(Enum):
    """What lasts for some days; the words are those of the legend."""

    WINDOW = msgid("window")
    WIDER = msgid("wider window")
    MONTHS = msgid("days that a target in months may be")

    @property
    def words(self) -> Msg:
        """The bar in the legend."""
        return Msg(self.value)


class Mark(Struct, frozen=True):
    """Something on a day.

    Attributes:
        kind: What.
        day: The day.
        text: A short text at the mark, such as the number of a cycle; empty for none.
    """

    kind: MarkKind
    day: int
    text: str = ""


class Bar(Struct, frozen=True):
    """Something that lasts.

    Attributes:
        kind: What.
        first: The first day.
        last: The last day, inside it.
    """

    kind: BarKind
    first: int
    last: int


class Row(Struct, frozen=True):
    """One line of a timeline.

    Attributes:
        name: The id of the visit, or the ids of the first and the last of its cycles.
        said: The visit in words, with its day; empty where the name says it.
        group: The part of the study; empty where it is not stated.
        marks: What stands on a day.
        bars: What lasts.
        remark: What is to be said beside it.
    """

    name: Msg
    said: Msg
    group: Msg
    marks: tuple[Mark, ...]
    bars: tuple[Bar, ...]
    remark: Msg


class Panel(Struct, frozen=True):
    """The rows that have one axis of days.

    Attributes:
        title: Whose they are.
        axis: What the days are counted from, in words; panels of one axis are drawn to one scale.
        rows: At least one.
        days: The days that the axis can name, each with its label; where there is no room for all, the first ones.
        lines: Days that go through all rows, such as the day of judgement, each with its words.
    """

    title: Msg
    axis: Msg
    rows: tuple[Row, ...]
    days: tuple[tuple[int, str], ...]
    lines: tuple[tuple[int, Msg], ...] = ()


class Timeline(Struct, frozen=True):
    """What is drawn.

    Attributes:
        head: The study with version and digest.
        title: What it is of.
        panels: One for each arm, or for arms that are alike, and for each event that days are counted from.
        has_dates: Whether the days are dates.
        foot: What made it; empty for nothing said.
    """

    head: Msg
    title: str
    panels: tuple[Panel, ...]
    has_dates: bool
    foot: str = ""


def protocol_head(protocol: Protocol) -> Msg:
    """The study with version and digest, as pictures carry it."""
    template = msgid("{study}  version {version}  file {digest}")
    return Msg(template, study=protocol.study, version=protocol.version, digest=protocol.digest)


def protocol_timeline(protocol: Protocol, made_by: str = "") -> Timeline:
    """The visits of a protocol by study day: targets, windows and doses, arm by arm.

    A visit that follows another one stands where it would be if all before it were held on their targets. Arms that
    have the same visits and doses share a panel.

    Args:
        protocol: The protocol.
        made_by: The program's version and the day, for the foot.
    """
    alike: dict[tuple[str, tuple[Row, ...]], list[Arm]] = {}
    for arm in protocol.arms:
        by_origin: dict[str, list[tuple[Visit, Reach]]] = {}
        for place in protocol.visits_of(arm.id):
            visit = protocol.visits[place]
            reach = reach_of(visit, protocol, arm.id)
            by_origin.setdefault(reach.origin, []).append((visit, reach))
        for origin, visits in by_origin.items():
            alike.setdefault((origin, _rows(visits, protocol, arm.id)), []).append(arm)
    panels = tuple(
        Panel(_arm_words(arms, protocol), _axis_words(origin, protocol), rows, _day_labels(rows, protocol))
        for (origin, rows), arms in sorted(alike.items(), key=lambda one: protocol.anchor_index(one[0][0]))
    )
    return Timeline(protocol_head(protocol), protocol.title, panels, has_dates=False, foot=made_by)


def _arm_words(arms: list[Arm], protocol: Protocol) -> Msg:
    if len(arms) == 1:
        arm = Msg("arm {arm}", arm=arms[0].id)
        return arm if arms[0].label == arms[0].id else Msg("{what}: {reason}", what=arm, reason=term(arms[0].label))
    ids = ", ".join(arm.id for arm in arms)
    return Msg("all arms: {arms}", arms=ids) if len(arms) == len(protocol.arms) else Msg("arms: {arms}", arms=ids)


def _axis_words(origin: str, protocol: Protocol) -> Msg:
    anchor = protocol.anchors[protocol.anchor_index(origin)]
    said = named(anchor.label, anchor.id) if anchor.event is None else anchor.event.words
    return Msg("days from {anchor}: {event}", anchor=anchor.id, event=said)


def _day_labels(rows: Sequence[Row], protocol: Protocol) -> tuple[tuple[int, str], ...]:
    """The days on which something stands: that which all are counted from, then the others in order."""
    days = sorted(_shown_days(rows), key=lambda day: (day != 0, day))
    return tuple((day, protocol.numbering.label(day)) for day in days)


def _shown_days(rows: Sequence[Row]) -> set[int]:
    """The days of marks, and the ends of bars in rows without any."""
    days = {mark.day for row in rows for mark in row.marks}
    return days | {end for row in rows if not row.marks for bar in row.bars for end in (bar.first, bar.last)}


def _rows(visits: Sequence[tuple[Visit, Reach]], protocol: Protocol, arm_id: str) -> tuple[Row, ...]:
    """The rows of an arm, by the first day on which each may be; the same day of several cycles is one row."""
    together: dict[tuple[str, object], list[tuple[Visit, Reach]]] = {}
    for visit, reach in visits:
        key = (visit.id, None) if visit.cycle is None else (visit.cycle.cycle, visit.cycle.day)
        together.setdefault(key, []).append((visit, reach))
    ordered = sorted(together.values(), key=lambda some: some[0][1].first)
    return tuple(_row(some, protocol, arm_id) for some in ordered)


def _row(some: Sequence[tuple[Visit, Reach]], protocol: Protocol, arm_id: str) -> Row:
    first, last = some[0][0], some[-1][0]
    is_cycle = len(some) > 1
    doses = [{regimen.id: regimen.label for regimen in protocol.regimens_at(visit.id, arm_id)} for visit, _ in some]
    marks, bars = [], []
    for (visit, reach), dosed in zip(some, doses, strict=True):
        text = str(visit.cycle.number) if is_cycle and visit.cycle is not None else ""
        if reach.target is not None:
            marks.append(Mark(MarkKind.DOSE if dosed else MarkKind.TARGET, reach.target.first, text))
            if reach.target.last > reach.target.first:
                bars.append(Bar(BarKind.MONTHS, reach.target.first, reach.target.last))
        bars += _bars(reach.window, reach.wider)
    labels = list({label: None for dosed in doses for label in dosed.values()})
    said = [Msg("dose: {dose}", dose=joined(map(term, labels), COMMA))] if labels else []
    said += _distinct(_remarks(visit, protocol, is_cycle=is_cycle) for visit, _ in some)
    name = Msg("{low} to {high}", low=first.id, high=last.id) if is_cycle else unsaid(first.id)
    shown = _cycle_words(first, protocol) if is_cycle else _visit_words(first, protocol)
    return Row(name, shown, term(first.epoch), tuple(marks), tuple(bars), joined(said))


def _bars(window: DayRange | None, wider: DayRange | None) -> list[Bar]:
    ranges = ((BarKind.WIDER, wider), (BarKind.WINDOW, window))
    return [Bar(kind, one.first, one.last) for kind, one in ranges if one is not None]


def _distinct(texts: Iterable[list[Msg]]) -> list[Msg]:
    return list(dict.fromkeys(text for some in texts for text in some if text))


def _remarks(visit: Visit, protocol: Protocol, *, is_cycle: bool) -> list[Msg]:
    """What is to be said of a visit beside its marks; of a cycle's, not what each follows."""
    said = []
    if visit.window is not None:
        said.append(Msg("window {window}", window=visit_words.window_words(protocol, visit)))
    if visit.wider is not None:
        said.append(Msg("wider window {window}", window=visit.wider.words))
    reference = visit_words.reference_words(protocol, visit)
    if reference != visit.anchor and not is_cycle:
        said.append(Msg("counted from {event}", event=reference))
    said += [] if is_cycle else visit_words.gap_sentences(visit)
    said.append(visit_words.contact_words(visit) if visit.contact else NOTHING)
    if visit.condition is not None:
        said.append(Msg("only if {condition}", condition=visit.condition.words))
    return [*said, visit_words.horizon_words(visit, protocol)]


def _visit_words(visit: Visit, protocol: Protocol) -> Msg:
    """The label and the day of a visit, without what its id says already."""
    said = [term(visit.label), visit_words.day_words(protocol, visit)]
    known = {visit.id, day_name(visit.id)}
    return joined(dict.fromkeys(text for text in said if text not in known), COMMA)


def _cycle_words(visit: Visit, protocol: Protocol) -> Msg:
    cycles = next(one for one in protocol.cycles if visit.cycle is not None and one.id == visit.cycle.cycle)
    return joined((term(cycles.label), cycles.lengths.words), COMMA)


def subject_timeline(view: SubjectView, made_by: str = "") -> Timeline:
    """One subject's visits by date: what was planned, what became of it, and the day of judgement.

    Args:
        view: The subject, with closed days and what happened where they are known; each version has a panel for its
            visits.
        made_by: The program's version and the day, for the foot.
    """
    parts = [Msg("subject {id}", id=view.subject), Msg("arm {arm}", arm=view.arm.id)]
    parts.append(Msg("site {site}", site=view.site) if view.site else NOTHING)
    title, axis, lines, panels = joined(parts, COMMA), Msg("dates"), _lines(view), []
    for protocol in view.protocols:
        rows = [_planned_row(visit) for visit in view.visits if visit.protocol is protocol]
        rows += [_unscheduled_row(visit.day) for visit in view.unscheduled if visit.protocol is protocol]
        days = tuple((day, iso_date(day)) for day in sorted(_shown_days(rows)))
        panels.append(Panel(title, axis, tuple(rows), days, lines))
    shown = tuple(panel for panel in panels if panel.rows) or tuple(panels[-1:])
    return Timeline(protocol_head(view.protocol), view.protocol.title, shown, has_dates=True, foot=made_by)


def _lines(view: SubjectView) -> tuple[tuple[int, Msg], ...]:
    """The day of judgement and the subject's endings, each with its words; none without a record."""
    if view.as_of is None:
        return ()
    days = (
        (view.as_of, msgid("as of {day}")),
        (view.off_treatment, msgid("off treatment {day}")),
        (view.off_study, msgid("off study {day}")),
    )
    return tuple((held_day(day), Msg(template, day=day.isoformat())) for day, template in days if day is not None)


def _unscheduled_row(day: date) -> Row:
    """The row of a visit without a name."""
    said = Msg("held {day}, without the name of a visit", day=day.isoformat())
    return Row(Msg("unscheduled"), NOTHING, NOTHING, (Mark(MarkKind.HELD, held_day(day)),), (), said)


def _planned_row(visit: SubjectVisit) -> Row:
    """The row of one planned visit: its target and window, and what became of it."""
    own, protocol = visit.visit, visit.protocol
    said = [NOTHING if visit.status is None else visit.status.words, *_dates_said(visit)]
    said += [visit_words.days_out_words(visit.days_out), visit.too_early_by_gaps]
    said += [visit_words.date_state_words(own, protocol, visit.state), _closed_words(visit)]
    bars = tuple(_bars(_days_of(visit.window), _days_of(visit.wider)))
    return Row(unsaid(own.id), _visit_words(own, protocol), term(own.epoch), _marks(visit), bars, joined(said))


_ENDED: dict[VisitStatus | None, MarkKind] = {
    VisitStatus.MISSED: MarkKind.MISSED,
    VisitStatus.CANCELLED: MarkKind.CANCELLED,
}


def _marks(visit: SubjectVisit) -> tuple[Mark, ...]:
    """The marks of a visit: its target, and the day on which it was held, or else those on which it is expected."""
    days = [(MarkKind.DOSE if visit.doses else MarkKind.TARGET, visit.target)]
    if visit.actual is not None:
        days.append((MarkKind.GIVEN if visit.given else MarkKind.HELD, visit.actual))
    else:
        days.append((MarkKind.PLANNED, visit.planned if visit.planned != visit.target else None))
        days.append((MarkKind.BOOKED, visit.booked))
    marks = [Mark(kind, held_day(day)) for kind, day in days if day is not None]
    ended = _ENDED.get(visit.status)
    if ended is not None and marks:
        marks[-1] = Mark(ended, marks[-1].day)  # in the place of what was expected last
    return tuple(marks)


def _dates_said(visit: SubjectVisit) -> list[Msg]:
    """The dates of a visit in words: the one that it was held on, or else those that it is expected on."""
    if visit.actual is not None:
        return [Msg("held {day}", day=visit.actual.isoformat())]
    said = [] if visit.booked is None else [Msg("booked for {day}", day=visit.booked.isoformat())]
    if visit.target is not None:
        said.append(Msg("target {day}", day=visit.target.isoformat()))
    if visit.planned is not None and visit.planned != visit.target:
        said.append(Msg("planned {day}", day=visit.planned.isoformat()))
    return said


def _closed_words(visit: SubjectVisit) -> Msg:
    """Why the site is closed on the wanted day of a visit, and that it stays if it does; empty for an open day."""
    if not visit.closed_day:
        return NOTHING
    stays = visit.closed_day_stays and visit.actual is None
    closed = visit.closed_day
    return Msg("target {closed}, it stays", closed=closed) if stays else Msg("target {closed}", closed=closed)


def _days_of(span: Span | None) -> DayRange | None:
    return None if span is None else DayRange(held_day(span[0]), held_day(span[1]))
