"""The calendar of a draft without problems as types of the model: anchors, cycles, visits and assessments."""

from __future__ import annotations

from dosecal.load.protocol.cycle_expansion import CycleSpan, cycles_within
from dosecal.load.protocol.draft import IMPLIED_ANCHORS, Draft, Entry
from dosecal.load.protocol.timing_rules import cycles_start, gaps_of, implied_anchors, timing_rule
from dosecal.load.protocol.visit_grammar import LabelRange
from dosecal.model.closed_day import POLICY_WORDS, ClosedDayPolicy
from dosecal.model.conditions import DeclaredFact
from dosecal.model.counts import counted
from dosecal.model.days import DayNumbering, Window, is_day_label
from dosecal.model.messages import NOTHING, Msg
from dosecal.model.protocol import Anchor, Assessment, Visit
from dosecal.model.struct import replace
from dosecal.model.timing import CountedFrom, Cycles, Edge, Event, Horizon, Lengths


def build_anchors(draft: Draft) -> tuple[Anchor, ...]:
    """The anchors of the file, then the events that its visits follow beside them."""
    own = tuple(
        Anchor(
            id=entry.id,
            label=entry.value("label") or (entry.value("is").words if entry.value("is") else entry.id),
            may_be_empty=entry.value("date") == "may be empty" or entry.value("is") is not None,
            event=entry.value("is"),
        )
        for entry in draft.entries["anchors"]
    )
    events = {name: IMPLIED_ANCHORS[name] for name in implied_anchors(draft)}
    implied = tuple(
        Anchor(name, kind.words(""), True, Event(kind, "", Edge.START, kind.words("")))  # noqa: FBT003 - a date that may be empty
        for name, kind in events.items()
    )
    return (*own, *implied)


def build_cycles(entry: Entry, draft: Draft, horizon: Horizon | None) -> Cycles:
    """The cycles of one name."""
    count = entry.value("count")
    start = cycles_start(entry, draft)
    is_open = not isinstance(count, int)
    return Cycles(
        id=entry.id,
        label=entry.value("label") or f"cycles {entry.id}",
        anchor="" if entry.says("after") else start.anchor,
        offset=0 if entry.says("after") else start.offset or 0,
        after=entry.value("after") or "",
        lengths=Lengths(entry.value("length")),
        count=None if is_open else count,
        until=count.removeprefix("until ") if is_open else "",
        planned=draft.spans[entry.id].planned,
        horizon=_horizon(draft.spans[entry.id], horizon),
        counted_from=CountedFrom(entry.value("counted_from")),
        quote=entry.value("quote") or "",
    )


def _horizon(span: CycleSpan, horizon: Horizon | None) -> Msg:
    """How far cycles are planned that go on: as it was asked for, or as many as a date is counted from."""
    if horizon is None or not span.is_open:
        return NOTHING
    asked = cycles_within(span.lengths, horizon)
    return horizon.words if span.planned <= asked else counted(span.planned, "cycle")


def build_visit(entry: Entry, draft: Draft) -> Visit:
    """One visit."""
    rule = timing_rule(entry, draft)
    return Visit(
        id=entry.id,
        label=entry.value("label") or _label(entry),
        anchor=rule.anchor,
        offset=rule.offset,
        window=_window(draft.window_of(entry), rule.offset, draft),
        arms=draft.arms_of(entry),
        epoch=entry.value("epoch") or "",
        before=entry.value("before") or "",
        quote=entry.value("quote") or "",
        after=rule.after,
        counted_from=rule.counted_from,
        months=rule.months,
        wider=entry.value("wider"),
        gaps=tuple(replace(gap, is_anchor=gap.after in draft.anchor_names) for gap in gaps_of(entry)),
        timepoints=tuple(timepoint for timepoint, _ in entry.value("timepoints") or ()),
        cycle=entry.cycle,
        contact=entry.value("contact") or "",
        closed_day=_closed_day(entry, draft),
        condition=entry.value("if"),
    )


def _closed_day(entry: Entry, draft: Draft) -> ClosedDayPolicy:
    words = entry.value("closed_day") or draft.said.values.get("closed_day")
    return ClosedDayPolicy.NONE_STATED if words is None else POLICY_WORDS[words]


def _label(entry: Entry) -> str:
    if entry.cycle is not None:
        return f"Cycle {entry.cycle.number} day {entry.cycle.day}"
    return f"Day {entry.id[1:]}" if is_day_label(entry.id) else entry.id


def _window(window: Window | LabelRange | None, offset: int | None, draft: Draft) -> Window | None:
    if not isinstance(window, LabelRange):
        return window
    numbering = DayNumbering(draft.said.values["day_numbering"])
    shift = offset or 0
    return Window(numbering.offset(window.first) - shift, numbering.offset(window.last) - shift)


def build_assessment(entry: Entry, draft: Draft) -> Assessment:
    """One assessment, with its visits in the order of the file."""
    listed = {visit for visit, _ in entry.listed("visits")}
    visits = tuple(visit.id for visit in draft.entries["visits"] if visit.id in listed)
    return Assessment(
        id=entry.id,
        label=entry.value("label"),
        visits=visits,
        arms=draft.arms_of(entry),
        quote=entry.value("quote") or "",
        condition=entry.value("if"),
    )


def build_fact(entry: Entry) -> DeclaredFact:
    """One declared fact."""
    return DeclaredFact(entry.id, entry.value("label") or entry.id, tuple(value for value, _ in entry.listed("values")))
