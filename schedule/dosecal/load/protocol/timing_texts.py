"""The short texts of a protocol's timing: days, windows, gaps, events, lengths and counts of cycles, timepoints.

Conventions: the labels of days (``D15``) are kept as labels, since what they mean depends on the numbering that the
same file states. Nothing is taken for something near it.
"""

from __future__ import annotations

import re
from functools import partial

from dosecal.load.protocol.grammar import Text, or_none_stated
from dosecal.model.counts import counted
from dosecal.model.days import MOST_DAYS, WINDOW_EXPECTED, Window, is_day_label, read_length, read_window
from dosecal.model.messages import Msg, msgid, written
from dosecal.model.problems import RefusedError, quoted
from dosecal.model.regex import regex
from dosecal.model.spoken import of_unit
from dosecal.model.struct import Struct
from dosecal.model.timing import MOST_CYCLES, Edge, Event, EventKind, Gap, Stretch, Timepoint

MOST_MONTHS = 1_200
"""The longest offset in calendar months: a hundred years."""
MOST_MINUTES = 60 * 24 * 366
"""The longest time from a dose to a timepoint: a year."""

_ID = r"([A-Za-z][A-Za-z0-9_.-]{0,39})"
_COUNT = r"([1-9][0-9]{0,4})"
_WHOLE = regex(r"-?(0|[1-9][0-9]{0,4})", re.ASCII)
_WHOLE_PATTERN = "^-?[0-9]+$"
_LABEL_RANGE = regex(r"(D-?[0-9]+) to (D-?[0-9]+)", re.ASCII)


class LabelRange(Struct, frozen=True):
    """A window from one day label to another, about the anchor and not about a target."""

    first: str
    last: str


def _day_label(text: str) -> str:
    if not is_day_label(text):
        raise RefusedError("")
    return text


def _any_window(text: str) -> Window | LabelRange:
    match = _LABEL_RANGE.fullmatch(text)
    if match is None:
        return read_window(text)
    return LabelRange(_day_label(match[1]), _day_label(match[2]))


def _days(text: str, each: int, unit: str) -> int:
    """A signed number of days or weeks, as days."""
    if _WHOLE.fullmatch(text) is None or text == "-0":
        raise RefusedError('a whole number such as "14" or "-7"')
    if abs(int(text)) * each > MOST_DAYS:
        raise RefusedError(f"at most {MOST_DAYS // each:,} {unit}")
    return int(text) * each


def _months(text: str, each: int, unit: str) -> int:
    """A signed number of calendar months or years, but none, as months."""
    if _WHOLE.fullmatch(text) is None or text in {"-0", "0"}:
        raise RefusedError("")
    if abs(int(text)) * each > MOST_MONTHS:
        raise RefusedError(f"at most {MOST_MONTHS // each:,} {unit}")
    return int(text) * each


DAY_LABEL = Text(
    'a day label such as "D15" or "D-1"', _day_label, "P108", pattern="^D(-[1-9][0-9]{0,4}|0|[1-9][0-9]{0,4})$"
)
ANY_WINDOW = Text(WINDOW_EXPECTED, _any_window)
WINDOW = or_none_stated(ANY_WINDOW)
WIDER = or_none_stated(Text(WINDOW_EXPECTED, read_window))
DAYS = Text('a whole number of days such as "14"', partial(_days, each=1, unit="days"), pattern=_WHOLE_PATTERN)
WEEKS = Text('a whole number of weeks such as "2"', partial(_days, each=7, unit="weeks"), pattern=_WHOLE_PATTERN)
MONTHS = Text(
    'a whole number of calendar months such as "6"', partial(_months, each=1, unit="months"), pattern=_WHOLE_PATTERN
)
YEARS = Text(
    'a whole number of calendar years such as "1"', partial(_months, each=12, unit="years"), pattern=_WHOLE_PATTERN
)


def _gap(text: str, count: str, unit: str, edge: str | None, after: str) -> Gap:
    """The least time after a visit or an anchor; which of the two it names is not known yet."""
    number = int(count)
    hours = number if unit.startswith("hour") else 0
    months = number * {"m": 1, "y": 12}.get(unit[0], 0)
    days = number * {"d": 1, "w": 7}.get(unit[0], 0)
    if max(days, hours // 24) > MOST_DAYS:
        raise RefusedError(f"at most {MOST_DAYS:,} days")
    if months > MOST_MONTHS:
        raise RefusedError(f"at most {MOST_MONTHS:,} months")
    if edge and not hours:
        raise RefusedError("", "the start and the end of a dose matter for hours alone; days count dates")
    words = written(text, Msg(_GAPS[edge], length=counted(number, unit.removesuffix("s")), visit=after))
    return Gap(after, is_anchor=False, edge=Edge(edge or "start"), days=days, hours=hours, words=words, months=months)


_GAPS = {
    None: msgid("{length} after {visit}"),
    "start": msgid("{length} after start of {visit}"),
    "end": msgid("{length} after end of {visit}"),
}


def _event(text: str, edge: str | None, kind: str, of: str) -> Event:
    """The dose or the visit that an anchor is."""
    words = EventKind(kind).words(of)
    if edge:
        of_edge = Msg("start of {event}", event=words) if edge == "start" else Msg("end of {event}", event=words)
        words = written(text, of_edge)
    return Event(EventKind(kind), of, Edge(edge or "start"), words)


GAP = Text(
    'a gap such as "21 days after dose_1" or "48 hours after end of D1"',
    _gap,
    shape=regex(
        rf"({_COUNT} (hours?|days?|weeks?|months?|years?) after (?:the )?(?:(start|end) of (?:the )?)?{_ID})", re.ASCII
    ),
)
EVENT = Text(
    'an event such as "last dose of infusion", "first dose of infusion" or "actual date of D3"',
    _event,
    shape=regex(rf"((?:(start|end) of (?:the )?)?(actual date of|first dose of|last dose of) {_ID})", re.ASCII),
)

_STRETCH = regex(rf"{_COUNT} (days?|weeks?)(?: for {_COUNT} cycles?)?", re.ASCII)
_UNTIL = regex(r"until [^\s].*")


def _stretches(text: str) -> tuple[Stretch, ...]:
    """The lengths of cycles, in order; only the last holds for all that follow."""
    stretches = []
    parts = text.split(", then ")
    for place, part in enumerate(parts):
        match = _STRETCH.fullmatch(part)
        is_last = place == len(parts) - 1
        if match is None:
            raise RefusedError("")
        if (match[3] is None) is not is_last:
            raise RefusedError("", "all but the last say for how many cycles, and the last does not")
        days = int(match[1]) * (7 if match[2].startswith("week") else 1)
        if days > MOST_DAYS or int(match[3] or 0) > MOST_CYCLES:
            raise RefusedError(f"at most {MOST_DAYS:,} days and {MOST_CYCLES:,} cycles")
        stretches.append(Stretch(days, int(match[3]) if match[3] else None))
    return tuple(stretches)


def _cycle_count(text: str) -> int | str:
    """How many cycles there are, or the words of what ends them."""
    if re.fullmatch(_COUNT, text, re.ASCII):
        if int(text) > MOST_CYCLES:
            raise RefusedError(f"at most {MOST_CYCLES:,} cycles")
        return int(text)
    if _UNTIL.fullmatch(text):
        return text
    raise RefusedError("")


LENGTH = Text('a length such as "21 days" or "21 days for 4 cycles, then 28 days"', _stretches)
COUNT = Text('a number of cycles such as "6", or "until progression"', _cycle_count)

_MINUTES_OF = {"min": 1, "h": 60, "d": 24 * 60}
_NUMBER = r"(0|[1-9][0-9]{0,5})"
_UNIT = r"(min|h|d)"
_MOMENT = regex(
    rf"([+\-−]) ?{_NUMBER} ?{_UNIT}(?: after end)?"
    rf"(?: (?:± ?{_NUMBER} ?{_UNIT}|\(?-{_NUMBER} to \+{_NUMBER} ?{_UNIT}\)?))?",
    re.ASCII,
)
_PRE_DOSE = regex(rf"pre-dose(?:, within {_NUMBER} ?{_UNIT})?", re.ASCII)
_AT_EDGE = regex(rf"(start|end) of infusion(?: ± ?{_NUMBER} ?{_UNIT})?", re.ASCII)


def _timepoint(text: str) -> Timepoint:
    """A moment counted from the start or the end of a dose, within a year of it."""
    if match := _PRE_DOSE.fullmatch(text):
        earliest = -_minutes(match[1], match[2]) if match[1] else None
        label = Msg("pre-dose") if earliest is None else Msg("pre-dose, within {time}", time=_time(match[1], match[2]))
        latest = None if earliest is None else 0
        return Timepoint(written(text, label), Edge.START, 0, earliest, latest, is_before=True)
    if match := _AT_EDGE.fullmatch(text):
        about = _minutes(match[2], match[3]) if match[2] else None
        label = Msg("start of infusion") if match[1] == "start" else Msg("end of infusion")
        label = label if about is None else _about(label, match[2], match[3])
        return Timepoint(written(text, label), Edge(match[1]), 0, None if about is None else -about, about)
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise RefusedError("")
    edge = Edge.END if " after end" in text else Edge.START
    if match[1] != "+" and edge is Edge.END:
        raise RefusedError("", "a moment before the end is counted from the start")
    minutes = _minutes(match[2], match[3]) * (1 if match[1] == "+" else -1)
    time = _time(f"{match[1]}{match[2]}", match[3])
    label = time if edge is Edge.START else Msg("{time} after end", time=time)
    earliest = latest = None
    if match[4]:
        latest = _minutes(match[4], match[5])
        earliest, label = -latest, _about(label, match[4], match[5])
    elif match[6]:
        earliest, latest = -_minutes(match[6], match[8]), _minutes(match[7], match[8])
        window = Msg("{low} to {high}", low=f"-{match[6]}", high=_time(f"+{match[7]}", match[8]))
        label = Msg("{a} ({b})", a=label, b=window)
    return Timepoint(written(text, label), edge, minutes, earliest, latest, is_before=minutes < 0)


def _time(number: str, unit: str) -> Msg:
    return Msg("{n} d", n=number) if unit == "d" else of_unit(number, unit)


def _about(label: Msg, number: str, unit: str) -> Msg:
    return Msg("{time} ± {about}", time=label, about=_time(number, unit))


def _minutes(number: str, unit: str) -> int:
    minutes = int(number) * _MINUTES_OF[unit]
    if minutes > MOST_MINUTES:
        raise RefusedError("a moment within a year of the dose", f"{quoted(number + ' ' + unit)} is too long")
    return minutes


TIMEPOINT = Text(
    'a timepoint such as "pre-dose", "end of infusion", "+15 min", "+1 h ± 5 min" or "+2 h after end"', _timepoint
)


def _match_next(length: str) -> int:
    try:
        return read_length(length)
    except RefusedError:
        raise RefusedError("") from None


MATCH_NEXT = Text(
    'a rule such as "up to 7 days before its window"',
    _match_next,
    shape=regex(r"up to (.+) before its window", re.ASCII),
)
