"""The grammar of a protocol file's calendar: anchors, cycles, visits and assessments.

Conventions: the labels of days (``D15``) are kept as labels here, since what they mean depends on the numbering that
the same file states; ``protocol_file`` turns them into offsets.
"""

from __future__ import annotations

import re

from dosecal.load.protocol.condition_grammar import CONDITION
from dosecal.load.protocol.cycle_patterns import VISIT_KEY_PATTERN, parse_cycle_id, parse_visit_key
from dosecal.load.protocol.grammar import (
    IDENTIFIER,
    IDS,
    LABEL,
    QUOTE,
    ByShape,
    Field,
    ListOf,
    Record,
    Text,
    one_of,
    or_none_stated,
)
from dosecal.load.protocol.timing_text import (
    COUNT_EXPECTED,
    EVENT_EXPECTED,
    GAP_EXPECTED,
    LENGTH_EXPECTED,
    TIMEPOINT_EXPECTED,
    parse_cycle_count,
    parse_event,
    parse_gap,
    parse_months,
    parse_stretches,
    parse_timepoint,
    parse_years,
)
from dosecal.model.closed_day import POLICY_WORDS
from dosecal.model.days import MOST_DAYS, WINDOW_EXPECTED, MonthEnd, Window, is_day_label, read_window
from dosecal.model.problems import RefusedError
from dosecal.model.regex import regex
from dosecal.model.struct import Struct

DAY_LABEL_PATTERN = "^D(-[1-9][0-9]{0,4}|0|[1-9][0-9]{0,4})$"

_OFFSET = regex(r"-?(0|[1-9][0-9]{0,4})", re.ASCII)

_LABEL_RANGE = regex(r"(D-?[0-9]+) to (D-?[0-9]+)", re.ASCII)


class LabelRange(Struct, frozen=True):
    """A window from one day label to another, about the anchor and not about a target."""

    first: str
    last: str


def parse_day_label(text: str) -> str:
    """A day label, kept as a label.

    Raises:
        RefusedError: If the text has not the shape of one.
    """
    if not is_day_label(text):
        raise RefusedError('a day label such as "D15" or "D-1"')
    return text


def parse_any_window(text: str) -> Window | LabelRange:
    """A window about the target, or a range of day labels.

    Raises:
        RefusedError: If the text is neither.
    """
    match = _LABEL_RANGE.fullmatch(text)
    if match is None:
        return read_window(text)
    if not (is_day_label(match[1]) and is_day_label(match[2])):
        raise RefusedError(WINDOW_EXPECTED)
    return LabelRange(match[1], match[2])


def parse_offset(text: str) -> int:
    """A signed whole number of days or weeks.

    Raises:
        RefusedError: If the text is not such a number.
    """
    if _OFFSET.fullmatch(text) is None or text == "-0":
        raise RefusedError('a whole number such as "14" or "-7"')
    return int(text)


def parse_weeks(text: str) -> int:
    """A signed whole number of weeks, as days.

    Raises:
        RefusedError: If the text is not such a number, or is more than a hundred years.
    """
    days = 7 * parse_offset(text)
    if abs(days) > MOST_DAYS:
        raise RefusedError(f"at most {MOST_DAYS // 7:,} weeks")
    return days


def parse_days(text: str) -> int:
    """A signed whole number of days.

    Raises:
        RefusedError: If the text is not such a number, or is more than a hundred years.
    """
    days = parse_offset(text)
    if abs(days) > MOST_DAYS:
        raise RefusedError(f"at most {MOST_DAYS:,} days")
    return days


DAY_LABEL = Text('a day label such as "D15" or "D-1"', parse=parse_day_label, code="P108", pattern=DAY_LABEL_PATTERN)

WINDOW = or_none_stated(Text(WINDOW_EXPECTED, parse=parse_any_window))

VISIT_KEY = Text(
    'a visit id such as "D3" or "month_6", or days of cycles such as "C2D8", "C*D1" or "C1-2D8"',
    parse=parse_visit_key,
    code="P107",
    pattern=VISIT_KEY_PATTERN,
)

VISIT_IDS = ListOf(VISIT_KEY, 'a list of ids such as "[D1, D3]"')

CYCLE_ID = Text('letters such as "C"', parse=parse_cycle_id, code="P107", pattern="^[A-Za-z]{1,8}$")

COUNTED_FROM = one_of("planned", "actual")

GAP = Text(GAP_EXPECTED, parse=parse_gap)

TIMEPOINT = Text(TIMEPOINT_EXPECTED, parse=parse_timepoint)

DAYS = Text('a whole number of days such as "14"', parse=parse_days, pattern="^-?[0-9]+$")

WEEKS = Text('a whole number of weeks such as "2"', parse=parse_weeks, pattern="^-?[0-9]+$")

CLOSED_DAY = one_of(*POLICY_WORDS)

MONTH_END = one_of(*(one.value for one in MonthEnd))

ANCHOR = Record(
    {
        "label": Field(LABEL, "the event in words"),
        "is": Field(Text(EVENT_EXPECTED, parse=parse_event), "the dose or visit that it is; then it is no column"),
        "date": Field(one_of("may be empty", "required"), "whether a subject may have no date for it yet"),
    },
    'what is said of an anchor, such as "{label: first infusion}", or "{}"',
)

CYCLE = Record(
    {
        "label": Field(LABEL, "the cycles in words"),
        "anchor": Field(IDENTIFIER, "the anchor that day 1 of cycle 1 is counted from; without it, the first"),
        "day": Field(DAY_LABEL, "the label of day 1 of cycle 1; without it, the anchor's day"),
        "days": Field(DAYS, "days from the anchor to day 1 of cycle 1"),
        "weeks": Field(WEEKS, "weeks from the anchor to day 1 of cycle 1"),
        "after": Field(CYCLE_ID, "the cycles that it follows"),
        "length": Field(Text(LENGTH_EXPECTED, parse=parse_stretches), "the length of a cycle", is_required=True),
        "count": Field(
            Text(COUNT_EXPECTED, parse=parse_cycle_count), "how many there are, or what ends them", is_required=True
        ),
        "counted_from": Field(
            COUNTED_FROM, "whether the planned or the actual day 1 of one starts the next", is_required=True
        ),
        "quote": Field(QUOTE, "the source's sentence"),
    },
    'cycles such as "{length: 21 days, count: 6, counted_from: actual}"',
)

VISIT = Record(
    {
        "label": Field(LABEL, "the visit in words"),
        "day": Field(DAY_LABEL, "the protocol's own label of the day"),
        "days": Field(DAYS, "days after the anchor, or after the visit that it follows"),
        "weeks": Field(WEEKS, "weeks after it"),
        "months": Field(
            Text('a whole number of calendar months such as "6"', parse=parse_months, pattern="^-?[0-9]+$"),
            "calendar months after it",
        ),
        "years": Field(
            Text('a whole number of calendar years such as "1"', parse=parse_years, pattern="^-?[0-9]+$"),
            "calendar years after it",
        ),
        "anchor": Field(IDENTIFIER, "the anchor that it is counted from; without it, the first"),
        "after": Field(IDENTIFIER, "the visit that it follows"),
        "counted_from": Field(COUNTED_FROM, "whether it follows that visit's planned or actual date"),
        "window": Field(WINDOW, "the days allowed around the target"),
        "wider": Field(
            or_none_stated(Text(WINDOW_EXPECTED, parse=read_window)), "a second, wider window around the target"
        ),
        "at_least": Field(
            ByShape(ListOf(GAP, "a list of gaps"), GAP), "the least time after another visit, or a list of such"
        ),
        "timepoints": Field(ListOf(TIMEPOINT, "a list of timepoints"), "moments counted from a dose at the visit"),
        "contact": Field(LABEL, "how the subject is seen, where not at the site"),
        "arms": Field(IDS, "the arms that have it; without it, all"),
        "epoch": Field(LABEL, "the part of the study"),
        "before": Field(IDENTIFIER, "the regimen whose infusion it precedes on its day"),
        "closed_day": Field(CLOSED_DAY, "what becomes of it where its target is a closed day of the site"),
        "if": Field(CONDITION, "the condition under which a subject has it; without it, always"),
        "quote": Field(QUOTE, "the source's sentence"),
    },
    'what is said of a visit, such as "{window: ±3 days}", or "{}"',
)

ASSESSMENT = Record(
    {
        "label": Field(LABEL, "the assessment in words", is_required=True),
        "visits": Field(VISIT_IDS, "the visits at which it is done", is_required=True),
        "arms": Field(IDS, "the arms in which it is done; without it, all"),
        "if": Field(CONDITION, "the condition under which it is done; without it, always"),
        "quote": Field(QUOTE, "the source's sentence"),
    },
    'an assessment such as "{label: Chest CT, visits: [D3, D6]}"',
)
