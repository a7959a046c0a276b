"""Reads the calendar files of the export before, so that the next one goes on from them.

Conventions: only files that this program wrote are gone on from, of the same study, subjects and parts; anything else
is refused, since every event that isn't found again is cancelled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, NoReturn

from schedule.exchange.calendar_event import PRODUCER, SCOPE, FileEvent
from schedule.model.days import FIRST_YEAR, LAST_YEAR
from schedule.model.problems import CohortError, Problem, Source, expected_got

if TYPE_CHECKING:
    from icalendar import Calendar, Component

    from schedule.exchange.preset import ExportFile

_NEEDED = ("UID", "SEQUENCE", "DTSTART", "SUMMARY", "STATUS")
_EVENT = re.compile(rb"^BEGIN:VEVENT\r?$", re.MULTILINE)


@dataclass(slots=True)
class PreviousEvents:
    """What stood in the export before.

    Attributes:
        events: The latest revision of each event, by UID.
        files: The name of the file that it stood in, likewise.
    """

    events: dict[str, FileEvent] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


def read_previous(files: tuple[ExportFile, ...], scope: str) -> PreviousEvents:
    """The events of the export before; none where there are no files.

    Args:
        files: The files.
        scope: What the scope of each must be.

    Raises:
        CohortError: If a file is none of ours, is of another study or other subjects, or can't be read.
    """
    found = PreviousEvents()
    for file in files:
        calendar = _calendar(file)
        producer = str(calendar.get("PRODID", ""))
        if not producer.startswith(PRODUCER):
            _refuse(
                file, b"PRODID", "X104", expected_got(f'a calendar that begins with "PRODID:{PRODUCER}…"', producer)
            )
        if str(calendar.get(SCOPE, "")) != scope:
            message = "expected a calendar of the same study, subjects and --per, got another one"
            _refuse(file, SCOPE.encode(), "X105", message)
        _add_events(found, calendar, file)
    return found


def _calendar(file: ExportFile) -> Calendar:
    from icalendar import Calendar  # noqa: PLC0415 - 0.2 s, where a calendar is read

    try:
        return Calendar.from_ical(file.content)
    except ValueError:
        _refuse(file, b"", "X103", "expected an iCalendar file as this program writes it, got something else")


def _add_events(found: PreviousEvents, calendar: Calendar, file: ExportFile) -> None:
    lines = [file.content.count(b"\n", 0, match.start()) + 1 for match in _EVENT.finditer(file.content)]
    events = [component for component in calendar.subcomponents if component.name == "VEVENT"]
    if len(lines) != len(calendar.subcomponents) or len(events) != len(lines):
        _refuse(file, b"", "X103", "expected nothing but events, got something else")
    for component, line in zip(events, lines, strict=True):
        event = _event(component, Source(file.name, line))
        known = found.events.get(event.uid)
        if known is None or known.sequence < event.sequence:
            found.events[event.uid] = event
            found.files[event.uid] = file.name


def _event(component: Component, source: Source) -> FileEvent:
    """The event of a component.

    Raises:
        CohortError: If it is not as this program writes it.
    """
    if component.errors:
        raise _unlike(source, "one that can't be read")
    missing = [name for name in _NEEDED if name not in component]
    if missing:
        raise _unlike(source, f"one without {', '.join(missing)}")
    texts = {name: component.get(name, "") for name in ("UID", "SUMMARY", "DESCRIPTION", "LOCATION", "STATUS")}
    sequence, day = component["SEQUENCE"], getattr(component["DTSTART"], "dt", None)
    if not all(isinstance(text, str) for text in texts.values()):
        raise _unlike(source, "one with a property twice")
    if not isinstance(sequence, int) or sequence < 0:
        raise _unlike(source, "one with another SEQUENCE")
    if not isinstance(day, date) or isinstance(day, datetime) or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _unlike(source, "one with another DTSTART")
    return FileEvent(
        uid=str(texts["UID"]),
        sequence=int(sequence),
        day=day,
        summary=str(texts["SUMMARY"]),
        text=str(texts["DESCRIPTION"]),
        location=str(texts["LOCATION"]),
        status=str(texts["STATUS"]),
    )


def _unlike(source: Source, found: str) -> CohortError:
    expected = f"an event with {', '.join(_NEEDED)}, for a whole day"
    return CohortError((Problem(source, "X103", "", f"expected {expected}, got {found}"),))


def _refuse(file: ExportFile, what: bytes, code: str, message: str) -> NoReturn:
    """Refuse a file, at the first line that begins so.

    Raises:
        CohortError: Always.
    """
    at = file.content.find(what) if what else -1
    line = file.content.count(b"\n", 0, at) + 1 if at >= 0 else 1
    raise CohortError((Problem(Source(file.name, line), code, "", message),))
