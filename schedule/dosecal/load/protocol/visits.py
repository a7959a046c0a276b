"""Anchors, cycles, visits and assessments: the keys of each in a protocol file, and how the model has each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.protocol.condition_text import CONDITION
from dosecal.load.protocol.cycles import CYCLE_ID, VISIT_KEY, CycleSpan, cycles_within
from dosecal.load.protocol.grammar import IDENTIFIER, IDS, LABEL, QUOTE, ByShape, Field, ListOf, Record, one_of
from dosecal.load.protocol.timing_rules import IMPLIED_ANCHORS, cycles_start, gaps_of, implied_anchors, timing_rule
from dosecal.load.protocol.timing_texts import (
    COUNT,
    DAY_LABEL,
    DAYS,
    EVENT,
    GAP,
    LENGTH,
    MONTHS,
    TIMEPOINT,
    WEEKS,
    WIDER,
    WINDOW,
    YEARS,
    LabelRange,
)
from dosecal.model.closed_day import POLICY_WORDS, ClosedDayPolicy
from dosecal.model.counts import counted
from dosecal.model.days import DayNumbering, Window, day_name
from dosecal.model.messages import NOTHING, Msg
from dosecal.model.protocol import Anchor, Assessment, Visit
from dosecal.model.struct import replace
from dosecal.model.timing import CountedFrom, Cycles, Edge, Event, Lengths

if TYPE_CHECKING:
    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.model.timing import Horizon

VISIT_IDS = ListOf(VISIT_KEY, 'a list of ids such as "[D1, D3]"')
CLOSED_DAY = one_of(*POLICY_WORDS)

_COUNTED_FROM = one_of(*CountedFrom)
_FOLLOWED = "#visits-that-follow-others"

ANCHOR = Record(
    {
        "label": Field(LABEL, "the event in words", "", "first infusion (D1)"),
        "is": Field(
            EVENT,
            "the dose or visit that it is; then it is no column",
            " of the subjects' table: see [anchors that happen](#anchors-that-happen)",
            into=lambda event: {"event": event, "may_be_empty": True},
        ),
        "date": Field(
            one_of("may be empty", "required"),
            "whether a subject may have no date for it yet",
            "`required` also holds without the key",
            into=lambda words: {"may_be_empty": words == "may be empty"},
        ),
    },
    'what is said of an anchor, such as "{label: first infusion}", or "{}"',
)

CYCLE = Record(
    {
        "label": Field(LABEL, "the cycles in words", "", "21-day cycles"),
        "anchor": Field(
            IDENTIFIER,
            "the anchor that day 1 of cycle 1 is counted from; without it, the first",
            "",
            "start",
            into=None,
        ),
        "day": Field(DAY_LABEL, "the label of day 1 of cycle 1; without it, the anchor's day", into=None),
        "days": Field(DAYS, "days from the anchor to day 1 of cycle 1", into=None),
        "weeks": Field(WEEKS, "weeks from the anchor to day 1 of cycle 1", into=None),
        "after": Field(CYCLE_ID, "the cycles that it follows", "day 1 of cycle 1 falls on the day after their last"),
        "length": Field(
            LENGTH,
            "the length of a cycle",
            ", which may change once and again",
            is_required=True,
            into=lambda stretches: {"lengths": Lengths(stretches)},
        ),
        "count": Field(
            COUNT,
            "how many there are, or what ends them",
            "the number counts occurrences: 3 means three",
            is_required=True,
            into=lambda count: (
                {"count": count, "until": ""}
                if isinstance(count, int)
                else {"count": None, "until": count.removeprefix("until ")}
            ),
        ),
        "counted_from": Field(
            _COUNTED_FROM,
            "whether the planned or the actual day 1 of one starts the next",
            "`planned`: all days are counted from the anchor; `actual`: day 1 of a cycle is counted from the actual "
            "day 1 of the one before, and the other days from their own day 1, so that a late cycle moves the next",
            is_required=True,
        ),
        "quote": Field(QUOTE, "the source's sentence", "", '"every 3 weeks"'),
    },
    'cycles such as "{length: 21 days, count: 6, counted_from: actual}"',
)

VISIT = Record(
    {
        "label": Field(LABEL, "the visit in words", "without it `Day 8` for `D8`, else the id", "Baseline"),
        "day": Field(DAY_LABEL, "the protocol's own label of the day", into=None),
        "days": Field(
            DAYS, "days after the anchor, or after the visit that it follows", "negative for before it", into=None
        ),
        "weeks": Field(WEEKS, "weeks after it", ", of seven days", into=None),
        "months": Field(MONTHS, "calendar months after it", "see [calendar months](#calendar-months)", into=None),
        "years": Field(YEARS, "calendar years after it", into=None),
        "anchor": Field(
            IDENTIFIER, "the anchor that it is counted from; without it, the first", "", "surgery", into=None
        ),
        "after": Field(
            IDENTIFIER,
            "the visit that it follows",
            f", or an anchor: see [visits that follow others]({_FOLLOWED})",
            "dose_1",
            into=None,
        ),
        "counted_from": Field(
            _COUNTED_FROM,
            "whether it follows that visit's planned or actual date",
            "required beside `after` with a visit: `planned` or `actual`",
            into=None,
        ),
        "window": Field(
            WINDOW,
            "the days allowed around the target",
            ", a range of labels, or `none stated`; without it, the window of the top level",
            into=None,
        ),
        "wider": Field(WIDER, "a second, wider window around the target"),
        "at_least": Field(
            ByShape(ListOf(GAP, "a list of gaps"), GAP),
            "the least time after another visit, or a list of such",
            f"see [visits that follow others]({_FOLLOWED})",
            into=None,
        ),
        "timepoints": Field(
            ListOf(TIMEPOINT, "a list of timepoints"),
            "moments counted from a dose at the visit",
            "see [timepoints](#timepoints)",
            "[pre-dose, +1 h ± 5 min]",
            into=lambda pairs: {"timepoints": tuple(timepoint for timepoint, _ in pairs)},
        ),
        "contact": Field(LABEL, "how the subject is seen, where not at the site", "", "phone"),
        "arms": Field(IDS, "the arms that have it; without it, all", "", "[msc]", into=None),
        "epoch": Field(LABEL, "the part of the study", "", "follow-up"),
        "before": Field(
            IDENTIFIER,
            "the regimen whose infusion it precedes on its day",
            "it is noted in the arms that have that regimen",
            "infusion",
        ),
        "closed_day": Field(
            CLOSED_DAY,
            "what becomes of it where its target is a closed day of the site",
            "without it, as the top level says; see [closed days](#closed-days)",
            into=None,
        ),
        "if": Field(
            CONDITION,
            "the condition under which a subject has it; without it, always",
            "see [conditions](conditions.md)",
            into="condition",
        ),
        "quote": Field(QUOTE, "the source's sentence", "", '"Follow-up at 4 weeks"'),
    },
    'what is said of a visit, such as "{window: ±3 days}", or "{}"',
)

ASSESSMENT = Record(
    {
        "label": Field(LABEL, "the assessment in words", is_required=True),
        "visits": Field(VISIT_IDS, "the visits at which it is done", "", "[baseline, D3]", is_required=True, into=None),
        "arms": Field(IDS, "the arms in which it is done; without it, all", "", "[msc]", into=None),
        "if": Field(
            CONDITION,
            "the condition under which it is done; without it, always",
            "see [conditions](conditions.md)",
            into="condition",
        ),
        "quote": Field(QUOTE, "the source's sentence", ", printed as a footnote", '"chest x-ray at baseline"'),
    },
    'an assessment such as "{label: Chest CT, visits: [D3, D6]}"',
)


def build_anchors(draft: Draft) -> tuple[Anchor, ...]:
    """The anchors of the file, then the events that its visits follow beside them."""
    own = (
        Anchor(entry.id, **{"label": entry.value("is").words if entry.value("is") else entry.id, **entry.said.stated()})
        for entry in draft.entries["anchors"]
    )
    events = {name: IMPLIED_ANCHORS[name] for name in implied_anchors(draft)}
    implied = (
        Anchor(name, kind.words(""), True, Event(kind, "", Edge.START, kind.words("")))  # noqa: FBT003 - a date that may be empty
        for name, kind in events.items()
    )
    return (*own, *implied)


def build_cycles(entry: Entry, draft: Draft, horizon: Horizon | None) -> Cycles:
    """The cycles of one name."""
    start, span, follows = cycles_start(entry, draft), draft.spans[entry.id], entry.says("after")
    derived = {
        "label": f"cycles {entry.id}",
        "anchor": "" if follows else start.anchor,
        "offset": 0 if follows else start.offset or 0,
        "after": "",
        "planned": span.planned,
        "horizon": _horizon(span, horizon),
    }
    return Cycles(entry.id, **{**derived, **entry.said.stated()})


def _horizon(span: CycleSpan, horizon: Horizon | None) -> Msg:
    """How far cycles are planned that go on: as it was asked for, or as many as a date is counted from."""
    if horizon is None or not span.is_open:
        return NOTHING
    asked = cycles_within(span.lengths, horizon)
    return horizon.words if span.planned <= asked else counted(span.planned, "cycle")


def build_visit(entry: Entry, draft: Draft) -> Visit:
    """One visit."""
    rule = timing_rule(entry, draft)
    closed_day = entry.value("closed_day") or draft.said.value("closed_day")
    derived = {
        "label": _label(entry),
        "anchor": rule.anchor,
        "offset": rule.offset,
        "window": _window(draft.window_of(entry), rule.offset, draft),
        "arms": draft.arms_of(entry),
        "after": rule.after,
        "counted_from": rule.counted_from,
        "months": rule.months,
        "gaps": tuple(replace(gap, is_anchor=gap.after in draft.anchor_names) for gap in gaps_of(entry)),
        "cycle": entry.cycle,
        "closed_day": ClosedDayPolicy.NONE_STATED if closed_day is None else POLICY_WORDS[closed_day],
    }
    return Visit(entry.id, **{**derived, **entry.said.stated()})


def _label(entry: Entry) -> str:
    if entry.cycle is not None:
        return f"Cycle {entry.cycle.number} day {entry.cycle.day}"
    return day_name(entry.id)


def _window(window: Window | LabelRange | None, offset: int | None, draft: Draft) -> Window | None:
    if not isinstance(window, LabelRange):
        return window
    numbering: DayNumbering = draft.said.value("day_numbering")
    shift = offset or 0
    return Window(numbering.offset(window.first) - shift, numbering.offset(window.last) - shift)


def build_assessment(entry: Entry, draft: Draft) -> Assessment:
    """One assessment."""
    return Assessment(entry.id, visits=draft.visits_of(entry), arms=draft.arms_of(entry), **entry.said.stated())
