"""Reads the calendar files of the export before, so that the next one goes on from them.

Conventions: a calendar may come back from a server, which writes it in its own way: folded, ordered and escaped
otherwise, with time zones, alarms and further properties, under its own name, and with events of other people. An event
is ours if it has the UID of one that is planned now, or says itself that it is of this export; the others are passed
over. Every event of ours that is planned no more is cancelled, so a calendar that is none of this export is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from dosecal.exchange.calendar_event import SCOPE, FileEvent
from dosecal.model.days import as_date, read_date
from dosecal.model.problems import CohortError, Problem, RefusedError, Source, quoted
from dosecal.model.regex import regex
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import date

    from icalendar.parser import Contentline

    from dosecal.exchange.preset import ExportFile

_LOOKED_AT = regex(
    rf"(UID|SEQUENCE|DTSTART|DTSTAMP|SUMMARY|STATUS|DESCRIPTION|LOCATION|RECURRENCE-ID|{SCOPE})[:;]", re.IGNORECASE
)
_CALENDAR, _EVENT = "VCALENDAR", "VEVENT"
_HELD = ("VEVENT", "VTODO", "VJOURNAL")
"""What of a calendar is somebody's; a time zone is nobody's."""
_REVISION = regex(r"[0-9]{1,9}", re.ASCII)
_DAY = regex(r"([0-9]{4})([0-9]{2})([0-9]{2})(T[0-9]{6}Z?)?", re.ASCII)
_STAMP = regex(r"[0-9]{8}T[0-9]{6}Z", re.ASCII)
_NO_STAMP = "19700101T000000Z"
_MARK_OF_ORDER = b"\xef\xbb\xbf"


class PreviousEvents(Struct):
    """What stood in the export before.

    Attributes:
        events: The latest revision of each event of ours, by UID.
        files: The name of the file that it stood in, likewise.
        others: The titles of what is somebody else's.
    """

    events: dict[str, FileEvent] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


def read_previous(files: tuple[ExportFile, ...], scope: str, planned: Collection[str]) -> PreviousEvents:
    """The events of the export before; none where there are no files.

    Args:
        files: The files.
        scope: What the scope of each must be.
        planned: The UIDs of the events that are planned now.

    Raises:
        CohortError: If a file is of another study or other subjects, has nothing of ours, or can't be read.
    """
    found = PreviousEvents()
    for file in files:
        components = _components(file)
        calendars = [one for one in components if one.kind == _CALENDAR]
        if any(one.first(SCOPE) not in {"", scope} for one in calendars):
            message = "expected a calendar of the same study, subjects and --per, got another one"
            line = file.content.partition(SCOPE.encode())[0].count(b"\n") + 1
            raise CohortError((Problem(Source(file.name, line), "X105", "", message),))
        is_marked = any(one.first(SCOPE) for one in components if one.kind == _EVENT)
        is_whole = not is_marked and any(one.first(SCOPE) for one in calendars)  # as they were written at first
        for one in components:
            if one.kind in _HELD:
                _add(
                    found, one, file.name, is_ours=is_whole or scope == one.first(SCOPE) or one.first("UID") in planned
                )
    if found.others and not found.events:
        message = f"expected a calendar with events of this export, got {len(found.others):,} of others alone"
        raise CohortError((Problem(Source(files[0].name), "X104", "", message),))
    return found


def _add(found: PreviousEvents, component: _Component, file: str, *, is_ours: bool) -> None:
    """Add what a calendar holds, as ours or as somebody else's; what was made of one day of a series is neither."""
    if component.kind != _EVENT or not is_ours or not component.first("UID"):
        found.others.append(component.first("SUMMARY"))
    elif not component.first("RECURRENCE-ID"):
        event = _event(component)
        known = found.events.get(event.uid)
        if known is None or known.sequence < event.sequence:
            found.events[event.uid] = event
            found.files[event.uid] = file


class _Component(Struct):
    """A calendar, an event, or something else that a calendar holds.

    Attributes:
        kind: What it is, in capitals.
        source: Where it begins.
        values: The unescaped values of the properties that matter, by name.
        is_day: Whether DTSTART says that it is a day.
    """

    kind: str
    source: Source
    values: dict[str, list[str]] = field(default_factory=dict)
    is_day: bool = False

    def first(self, name: str) -> str:
        """The first value of a property; empty where it has none."""
        return self.values.get(name, [""])[0]


def _components(file: ExportFile) -> list[_Component]:
    """The calendars of a file and what they hold.

    The library reads single lines; its reading of whole components takes long, for properties that nobody looks at.

    Raises:
        CohortError: If it is no iCalendar file.
    """
    from icalendar.parser import Contentline  # noqa: PLC0415 - 0.2 s, where a calendar is read

    content_line: Callable[[str], Contentline] = Contentline
    found: list[_Component] = []
    open_ones: list[_Component] = []
    try:
        for number, line in _lines(file.content):
            name, _, value = line.partition(":")
            kind = value.strip().upper()
            if name.upper() == "BEGIN" and (open_ones or kind == _CALENDAR):
                open_ones.append(_Component(kind, Source(file.name, number)))
                found += open_ones[-1:] if len(open_ones) <= 2 else []  # noqa: PLR2004 - a calendar, and in it
            elif not open_ones or (name.upper() == "END" and open_ones.pop().kind != kind):
                _refuse_file(file)
            elif _LOOKED_AT.match(line) and len(open_ones) <= 2:  # noqa: PLR2004 - likewise
                _add_property(open_ones[-1], content_line(line))
    except ValueError:
        _refuse_file(file)
    if not found or open_ones:
        _refuse_file(file)
    return found


def _lines(content: bytes) -> Iterator[tuple[int, str]]:
    """The lines that are not empty, each with its number, with what was folded joined again, within a character too.

    Raises:
        ValueError: If they are not UTF-8.
    """
    first, parts = 0, [b""]
    for number, line in enumerate(re.split(rb"\r\n|\n|\r", content.removeprefix(_MARK_OF_ORDER)), start=1):
        if line[:1] in {b" ", b"\t"} and first:
            parts.append(line[1:])
            continue
        if b"".join(parts):
            yield first, b"".join(parts).decode()
        first, parts = number, [line]
    if b"".join(parts):
        yield first, b"".join(parts).decode()


def _add_property(component: _Component, line: Contentline) -> None:
    name, _, value = line.parts()
    component.values.setdefault(name.upper(), []).append(value)
    if name.upper() == "DTSTART":
        component.is_day = "T" not in value


def _event(component: _Component) -> FileEvent:
    """The event of a component.

    Raises:
        CohortError: If nobody can go on from it.
    """
    twice = [name for name, found in component.values.items() if len(found) > 1]
    if twice:
        raise _unlike(component.source, f"one with {', '.join(twice)} twice")
    sequence = component.first("SEQUENCE") or "0"
    if _REVISION.fullmatch(sequence) is None:
        raise _unlike(component.source, f"the SEQUENCE {quoted(sequence)}")
    stamp = component.first("DTSTAMP")
    return FileEvent(
        uid=component.first("UID"),
        sequence=int(sequence),
        stamp=stamp if _STAMP.fullmatch(stamp) else _NO_STAMP,
        day=_day(component),
        summary=component.first("SUMMARY"),
        text=component.first("DESCRIPTION"),
        location=component.first("LOCATION"),
        status=component.first("STATUS").upper(),
        is_whole_day=component.is_day,
    )


def _day(component: _Component) -> date:
    text = component.first("DTSTART")
    match = _DAY.fullmatch(text)
    if match is not None:
        try:
            return as_date(read_date("-".join(match.groups()[:3])))
        except RefusedError:
            pass
    raise _unlike(component.source, f"the DTSTART {quoted(text)}")


def _unlike(source: Source, found: str) -> CohortError:
    expected = "an event with a UID, a day in DTSTART and a whole number in SEQUENCE"
    return CohortError((Problem(source, "X103", "", f"expected {expected}, got {found}"),))


def _refuse_file(file: ExportFile) -> NoReturn:
    """Refuse what is no calendar.

    Raises:
        CohortError: Always.
    """
    message = "expected an iCalendar file, whole from BEGIN:VCALENDAR to END:VCALENDAR, got something else"
    raise CohortError((Problem(Source(file.name, 1), "X103", "", message),))
