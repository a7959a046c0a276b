"""The short texts of a protocol's timing: gaps, events, lengths of cycles, counts and timepoints.

Conventions: each parser gives one value or refuses; nothing is taken for something near it.
"""

from __future__ import annotations

import re

from dosecal.model.counts import counted
from dosecal.model.days import MOST_DAYS
from dosecal.model.messages import Msg, written
from dosecal.model.problems import RefusedError, quoted
from dosecal.model.regex import regex
from dosecal.model.spoken import of_unit
from dosecal.model.timing import MOST_CYCLES, Edge, Event, EventKind, Gap, Stretch, Timepoint

MOST_MONTHS = 1_200
"""The longest offset in calendar months: a hundred years."""

MOST_MINUTES = 60 * 24 * 366
"""The longest time from a dose to a timepoint: a year."""

_ID = r"([A-Za-z][A-Za-z0-9_.-]{0,39})"
_COUNT = r"([1-9][0-9]{0,4})"
_GAP = regex(
    rf"{_COUNT} (hours?|days?|weeks?|months?|years?) after (?:the )?(?:(start|end) of (?:the )?)?{_ID}", re.ASCII
)
_EVENT = regex(
    rf"(?:(start|end) of (?:the )?)?(actual date of|first dose of|last dose of) {_ID}",
    re.ASCII,
)
_STRETCH = regex(rf"{_COUNT} (days?|weeks?)(?: for {_COUNT} cycles?)?", re.ASCII)
_WHOLE = regex(r"-?(0|[1-9][0-9]{0,4})", re.ASCII)
_UNTIL = regex(r"until [^\s].*")

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

GAP_EXPECTED = 'a gap such as "21 days after dose_1" or "48 hours after end of D1"'
EVENT_EXPECTED = 'an event such as "last dose of infusion", "first dose of infusion" or "actual date of D3"'
LENGTH_EXPECTED = 'a length such as "21 days" or "21 days for 4 cycles, then 28 days"'
COUNT_EXPECTED = 'a number of cycles such as "6", or "until progression"'
TIMEPOINT_EXPECTED = 'a timepoint such as "pre-dose", "end of infusion", "+15 min", "+1 h ± 5 min" or "+2 h after end"'


def parse_gap(text: str) -> Gap:
    """The least time after a visit or an anchor, in any unit; which of the two it names is not known yet.

    Raises:
        RefusedError: If the text is no such gap, or is longer than a hundred years.
    """
    match = _GAP.fullmatch(text)
    if match is None:
        raise RefusedError(GAP_EXPECTED)
    number, unit, edge = int(match[1]), match[2], Edge(match[3]) if match[3] else Edge.START
    hours = number if unit.startswith("hour") else 0
    months = number * {"m": 1, "y": 12}.get(unit[0], 0)
    days = number * {"d": 1, "w": 7}.get(unit[0], 0)
    if max(days, hours // 24) > MOST_DAYS:
        raise RefusedError(f"at most {MOST_DAYS:,} days")
    if months > MOST_MONTHS:
        raise RefusedError(f"at most {MOST_MONTHS:,} months")
    if match[3] and not hours:
        raise RefusedError(GAP_EXPECTED, "the start and the end of a dose matter for hours alone; days count dates")
    words = written(text, _gap_words(counted(number, unit.removesuffix("s")), match[3], match[4]))
    return Gap(match[4], is_anchor=False, edge=edge, days=days, hours=hours, words=words, months=months)


def _gap_words(length: Msg, edge: str | None, visit: str) -> Msg:
    if edge == "start":
        return Msg("{length} after start of {visit}", length=length, visit=visit)
    if edge == "end":
        return Msg("{length} after end of {visit}", length=length, visit=visit)
    return Msg("{length} after {visit}", length=length, visit=visit)


def parse_event(text: str) -> Event:
    """What happens, as an anchor.

    Raises:
        RefusedError: If the text names no such event.
    """
    match = _EVENT.fullmatch(text)
    if match is None:
        raise RefusedError(EVENT_EXPECTED)
    kind, edge = EventKind(match[2]), Edge(match[1]) if match[1] else Edge.START
    words = kind.words(match[3])
    if match[1]:
        of_edge = Msg("start of {event}", event=words) if edge is Edge.START else Msg("end of {event}", event=words)
        words = written(text, of_edge)
    return Event(kind, match[3], edge, words)


def parse_stretches(text: str) -> tuple[Stretch, ...]:
    """The lengths of cycles, in order; only the last holds for all that follow.

    Raises:
        RefusedError: If the text states no such lengths.
    """
    stretches = []
    parts = text.split(", then ")
    for place, part in enumerate(parts):
        match = _STRETCH.fullmatch(part)
        is_last = place == len(parts) - 1
        if match is None:
            raise RefusedError(LENGTH_EXPECTED)
        if (match[3] is None) is not is_last:
            raise RefusedError(LENGTH_EXPECTED, "all but the last say for how many cycles, and the last does not")
        days = int(match[1]) * (7 if match[2].startswith("week") else 1)
        if days > MOST_DAYS or int(match[3] or 0) > MOST_CYCLES:
            raise RefusedError(f"at most {MOST_DAYS:,} days and {MOST_CYCLES:,} cycles")
        stretches.append(Stretch(days, int(match[3]) if match[3] else None))
    return tuple(stretches)


def parse_cycle_count(text: str) -> int | str:
    """How many cycles there are, or the words of what ends them.

    Raises:
        RefusedError: If the text is neither.
    """
    if re.fullmatch(_COUNT, text, re.ASCII):
        if int(text) > MOST_CYCLES:
            raise RefusedError(f"at most {MOST_CYCLES:,} cycles")
        return int(text)
    if _UNTIL.fullmatch(text):
        return text
    raise RefusedError(COUNT_EXPECTED)


def parse_months(text: str) -> int:
    """A signed whole number of calendar months.

    Raises:
        RefusedError: If the text is not such a number, or is more than a hundred years.
    """
    return _months(text, 1, "months", "6")


def parse_years(text: str) -> int:
    """A signed whole number of calendar years, as months.

    Raises:
        RefusedError: If the text is not such a number, or is more than a hundred years.
    """
    return _months(text, 12, "years", "1")


def _months(text: str, each: int, unit: str, example: str) -> int:
    if _WHOLE.fullmatch(text) is None or text in {"-0", "0"}:
        raise RefusedError(f'a whole number of calendar {unit} such as "{example}"')
    if abs(int(text)) * each > MOST_MONTHS:
        raise RefusedError(f"at most {MOST_MONTHS // each:,} {unit}")
    return int(text) * each


def parse_timepoint(text: str) -> Timepoint:
    """A moment counted from the start or the end of a dose.

    Raises:
        RefusedError: If the text names no such moment, or one more than a year away.
    """
    if match := _PRE_DOSE.fullmatch(text):
        earliest = -_minutes(match[1], match[2]) if match[1] else None
        label = Msg("pre-dose") if earliest is None else Msg("pre-dose, within {time}", time=_time(match[1], match[2]))
        label = written(text, label)
        return Timepoint(label, Edge.START, 0, earliest, None if earliest is None else 0, is_before=True)
    if match := _AT_EDGE.fullmatch(text):
        about = _minutes(match[2], match[3]) if match[2] else None
        at = Msg("start of infusion") if match[1] == "start" else Msg("end of infusion")
        label = written(text, at if about is None else _about(at, match[2], match[3]))
        return Timepoint(label, Edge(match[1]), 0, None if about is None else -about, about)
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise RefusedError(TIMEPOINT_EXPECTED)
    minutes = _minutes(match[2], match[3])
    edge = Edge.END if " after end" in text else Edge.START
    if match[1] != "+":
        if edge is Edge.END:
            raise RefusedError(TIMEPOINT_EXPECTED, "a moment before the end is counted from the start")
        minutes = -minutes
    said = _time(f"{match[1]}{match[2]}", match[3])
    label = said if edge is Edge.START else Msg("{time} after end", time=said)
    ends: tuple[int | None, int | None] = None, None
    if match[4]:
        about = _minutes(match[4], match[5])
        ends, label = (-about, about), _about(label, match[4], match[5])
    elif match[6]:
        ends = -_minutes(match[6], match[8]), _minutes(match[7], match[8])
        window = Msg("{low} to {high}", low=f"-{match[6]}", high=_time(f"+{match[7]}", match[8]))
        label = Msg("{a} ({b})", a=label, b=window)
    return Timepoint(written(text, label), edge, minutes, *ends, is_before=minutes < 0)


def _time(number: str, unit: str) -> Msg:
    return Msg("{n} d", n=number) if unit == "d" else of_unit(number, unit)


def _about(label: Msg, number: str, unit: str) -> Msg:
    return Msg("{time} ± {about}", time=label, about=_time(number, unit))


def _minutes(number: str, unit: str) -> int:
    minutes = int(number) * _MINUTES_OF[unit]
    if minutes > MOST_MINUTES:
        raise RefusedError("a moment within a year of the dose", f"{quoted(number + ' ' + unit)} is too long")
    return minutes
