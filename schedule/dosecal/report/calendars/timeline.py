"""The visits of a protocol, or of one subject, along time: what is drawn, in no file format.

Conventions: a row is a visit, or the same day of all cycles; marks and bars stand on whole days, and both ends of a bar
are inside it. The days of a protocol are offsets from what its visits are counted from; those of a subject are days
since 1970-01-01. What a mark says, its row says in words too.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from dosecal.model.adherence import VisitStatus
from dosecal.model.days import iso_date
from dosecal.model.messages import COMMA, NOTHING, Msg, joined, msgid, named, term, unsaid
from dosecal.model.schedule import DateState
from dosecal.model.struct import Struct, replace
from dosecal.report.calendars.subject_plan import SubjectPlan
from dosecal.report.calendars.timeline_days import reach_of
from dosecal.report.messages import words
from dosecal.report.tables.date_columns import booking_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dosecal.model.protocol import Arm, Protocol, Visit
    from dosecal.model.schedule import Schedule
    from dosecal.report.calendars.timeline_days import DayRange, Reach


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

    def after(self, before: Timeline) -> Timeline:
        """The timeline below what an earlier version of the protocol says of the days on which it was in force."""
        return replace(self, panels=(*before.panels, *self.panels))


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
        said.append(Msg("window {window}", window=words.window_words(protocol, visit)))
    if visit.wider is not None:
        said.append(Msg("wider window {window}", window=visit.wider.words))
    reference = words.reference_words(protocol, visit)
    if reference != visit.anchor and not is_cycle:
        said.append(Msg("counted from {event}", event=reference))
    said += [] if is_cycle else words.gap_sentences(visit)
    said.append(words.contact_words(visit) if visit.contact else NOTHING)
    if visit.condition is not None:
        said.append(Msg("only if {condition}", condition=visit.condition.words))
    return [*said, words.horizon_words(visit, protocol)]


def _visit_words(visit: Visit, protocol: Protocol) -> Msg:
    """The label and the day of a visit, without what its id says already."""
    said = [term(visit.label), words.day_words(protocol, visit)]
    known = {visit.id, visit.id.replace("D", "Day ", 1)}
    return joined(dict.fromkeys(text for text in said if text not in known), COMMA)


def _cycle_words(visit: Visit, protocol: Protocol) -> Msg:
    cycles = next(one for one in protocol.cycles if visit.cycle is not None and one.id == visit.cycle.cycle)
    return joined((term(cycles.label), cycles.lengths.words), COMMA)


def subject_timeline(schedule: Schedule, row: int, made_by: str = "") -> Timeline:
    """One subject's visits by date: what was planned, what became of it, and the day of judgement.

    Args:
        schedule: The schedule of a cohort, with closed days and what happened where they are known.
        row: The place of the subject in the cohort.
        made_by: The program's version and the day, for the foot.
    """
    protocol, cohort = schedule.protocol, schedule.cohort
    plan = SubjectPlan.of(schedule, row)
    rows = [_planned_row(schedule, place, plan) for place in plan.visit_rows]
    rows += [_unscheduled_row(day) for day in plan.unscheduled]
    days = sorted(_shown_days(rows))
    parts = [Msg("subject {id}", id=cohort.ids[row]), Msg("arm {arm}", arm=protocol.arms[int(cohort.arm[row])].id)]
    parts.append(Msg("site {site}", site=cohort.sites[row]) if cohort.sites[row] else NOTHING)
    panel = Panel(
        joined(parts, COMMA), Msg("dates"), tuple(rows), tuple((day, iso_date(day)) for day in days), plan.lines
    )
    return Timeline(protocol_head(protocol), protocol.title, (panel,), has_dates=True, foot=made_by)


def _unscheduled_row(day: int) -> Row:
    """The row of a visit without a name."""
    said = Msg("held {day}, without the name of a visit", day=iso_date(day))
    return Row(Msg("unscheduled"), NOTHING, NOTHING, (Mark(MarkKind.HELD, day),), (), said)


def _planned_row(schedule: Schedule, place: int, plan: SubjectPlan) -> Row:
    """The row of one planned visit: its target and window, and what became of it."""
    protocol, visits = schedule.protocol, schedule.visits
    visit = protocol.visits[int(visits.visit[place])]
    target, planned, window, wider = plan.dates_of(place)
    held, booked = plan.held(place), plan.booked(place)
    marks = []
    if target is not None:
        marks.append(Mark(MarkKind.DOSE if plan.is_dosed(place) else MarkKind.TARGET, target))
    if held is not None:
        marks.append(Mark(MarkKind.GIVEN if plan.is_given(place) else MarkKind.HELD, held))
    else:
        marks += _expected_marks(target, planned, booked)
    ended = _ENDED.get(plan.status(place))
    if ended is not None and marks:
        marks[-1] = Mark(ended, marks[-1].day)  # in the place of what was expected last
    said = [plan.status_words(place), *_dates_said(target, planned, booked, held), plan.days_out_words(place)]
    said.append(booking_words(plan.schedule, place))
    said += [words.date_state_words(visit, protocol, DateState(int(visits.state[place]))), plan.closed_words(place)]
    bars = tuple(_bars(window, wider))
    return Row(unsaid(visit.id), _visit_words(visit, protocol), term(visit.epoch), tuple(marks), bars, joined(said))


_ENDED: dict[VisitStatus | None, MarkKind] = {
    VisitStatus.MISSED: MarkKind.MISSED,
    VisitStatus.CANCELLED: MarkKind.CANCELLED,
}


def _expected_marks(target: int | None, planned: int | None, booked: int | None) -> list[Mark]:
    """The marks of a visit that was not held, beside its target."""
    marks = [Mark(MarkKind.PLANNED, planned)] if planned is not None and planned != target else []
    return marks + ([Mark(MarkKind.BOOKED, booked)] if booked is not None else [])


def _dates_said(target: int | None, planned: int | None, booked: int | None, held: int | None) -> list[Msg]:
    """The dates of a visit in words: the one that it was held on, or else those that it is expected on."""
    if held is not None:
        return [Msg("held {day}", day=iso_date(held))]
    said = [] if booked is None else [Msg("booked for {day}", day=iso_date(booked))]
    if target is not None:
        said.append(Msg("target {day}", day=iso_date(target)))
    if planned is not None and planned != target:
        said.append(Msg("planned {day}", day=iso_date(planned)))
    return said
