"""The grammar of a protocol file's calendar: anchors, visits and assessments.

Conventions: the labels of days (``D15``) are kept as labels here, since what they mean depends on the numbering that
the same file states; ``protocol_file`` turns them into offsets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from schedule.load.grammar import (
    IDENTIFIER,
    IDS,
    LABEL,
    QUOTE,
    Field,
    Record,
    Text,
    one_of,
    or_none_stated,
)
from schedule.model.days import MOST_DAYS, WINDOW_EXPECTED, Window, is_day_label, read_window
from schedule.model.problems import RefusedError

DAY_LABEL_PATTERN = "^D(-[1-9][0-9]{0,4}|0|[1-9][0-9]{0,4})$"

_OFFSET = re.compile(r"-?(0|[1-9][0-9]{0,4})", re.ASCII)

_LABEL_RANGE = re.compile(r"(D-?[0-9]+) to (D-?[0-9]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class LabelRange:
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

ANCHOR = Record(
    {
        "label": Field(LABEL, "the event in words"),
        "date": Field(one_of("may be empty", "required"), "whether a subject may have no date for it yet"),
    },
    'what is said of an anchor, such as "{label: first infusion}", or "{}"',
)

VISIT = Record(
    {
        "label": Field(LABEL, "the visit in words"),
        "day": Field(DAY_LABEL, "the protocol's own label of the day"),
        "days": Field(
            Text('a whole number of days such as "14"', parse=parse_days, pattern="^-?[0-9]+$"), "days after the anchor"
        ),
        "weeks": Field(
            Text('a whole number of weeks such as "2"', parse=parse_weeks, pattern="^-?[0-9]+$"),
            "weeks after the anchor",
        ),
        "anchor": Field(IDENTIFIER, "the anchor that it is counted from; without it, the first"),
        "window": Field(WINDOW, "the days allowed around the target"),
        "arms": Field(IDS, "the arms that have it; without it, all"),
        "epoch": Field(LABEL, "the part of the study"),
        "before": Field(IDENTIFIER, "the regimen whose infusion it precedes on its day"),
        "quote": Field(QUOTE, "the source's sentence"),
    },
    'what is said of a visit, such as "{window: ±3 days}", or "{}"',
)

ASSESSMENT = Record(
    {
        "label": Field(LABEL, "the assessment in words", is_required=True),
        "visits": Field(IDS, "the visits at which it is done", is_required=True),
        "arms": Field(IDS, "the arms in which it is done; without it, all"),
        "quote": Field(QUOTE, "the source's sentence"),
    },
    'an assessment such as "{label: Chest CT, visits: [D3, D6]}"',
)
