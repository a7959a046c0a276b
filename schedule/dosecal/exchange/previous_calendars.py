"""Reads the calendar files of the export before, so that the next one goes on from them.

Conventions: only files that this program wrote are gone on from, of the same study, subjects and parts; anything else
is refused, since every event that isn't found again is cancelled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from dosecal.exchange.calendar_event import PRODUCER, SCOPE, FileEvent
from dosecal.model.days import as_date, read_date
from dosecal.model.problems import CohortError, Problem, RefusedError, Source, expected_got, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from icalendar.parser import Contentline

    from dosecal.exchange.preset import ExportFile

_NEEDED = ("UID", "SEQUENCE", "DTSTART", "SUMMARY", "STATUS")
_LOOKED_AT = (*_NEEDED, "DESCRIPTION", "LOCATION", "PRODID", SCOPE)
_BEGINNINGS = {"BEGIN:VCALENDAR": [], "BEGIN:VEVENT": ["VCALENDAR"]}
"""The lines that begin something, and within what they may stand."""
_REVISION = re.compile(r"[0-9]{1,9}", re.ASCII)
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})", re.ASCII)


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
        calendar, *events = _components(file)
        producer = calendar.first("PRODID")
        if not producer.startswith(PRODUCER):
            message = expected_got(f'a calendar that begins with "PRODID:{PRODUCER}…"', producer)
            _refuse(file, "X104", message, b"PRODID")
        if calendar.first(SCOPE) != scope:
            message = "expected a calendar of the same study, subjects and --per, got another one"
            _refuse(file, "X105", message, SCOPE.encode())
        for one in events:
            event = _event(one)
            known = found.events.get(event.uid)
            if known is None or known.sequence < event.sequence:
                found.events[event.uid] = event
                found.files[event.uid] = file.name
    return found


@dataclass(slots=True)
class _Component:
    """A calendar or an event, as its lines say it.

    Attributes:
        source: Where it begins.
        values: The unescaped values of the properties that matter, by name.
        is_day: Whether DTSTART says that it is a day.
    """

    source: Source
    values: dict[str, list[str]] = field(default_factory=dict)
    is_day: bool = False

    def first(self, name: str) -> str:
        """The first value of a property; empty where it has none."""
        return self.values.get(name, [""])[0]


def _components(file: ExportFile) -> list[_Component]:
    """The calendar and its events.

    The library parts the lines; its reading of whole components takes long, for properties that nobody looks at.

    Raises:
        CohortError: If there is anything else.
    """
    from icalendar.parser import Contentlines  # noqa: PLC0415 - 0.2 s, where a calendar is read

    parted: Callable[[str], list[Contentline]] = Contentlines.from_ical
    begins = (number for number, line in enumerate(file.content.splitlines(), 1) if line == b"BEGIN:VEVENT")
    found: list[_Component] = []
    open_names: list[str] = []
    try:
        lines = [line for line in parted(file.content.decode()) if line]
        for place, line in enumerate(lines):
            if line in _BEGINNINGS and open_names == _BEGINNINGS[line]:
                found.append(_Component(Source(file.name, 1 if not open_names else next(begins, 0))))
                open_names.append(line.partition(":")[2])
            elif open_names and line == f"END:{open_names[-1]}" and (len(open_names) > 1 or place == len(lines) - 1):
                open_names.pop()
            elif not open_names or line.startswith(("BEGIN:", "END:")):
                _refuse(file, "X103", "expected one calendar with nothing but events, got something else")
            elif line.startswith(_LOOKED_AT):
                _add_property(found[0] if len(open_names) == 1 else found[-1], *line.parts())
    except ValueError:
        found = []
    if not found or open_names:
        _refuse(file, "X103", "expected an iCalendar file as this program writes it, got something else")
    return found


def _add_property(component: _Component, name: str, parameters: Mapping[str, str], value: str) -> None:
    component.values.setdefault(name, []).append(value)
    if name == "DTSTART":
        component.is_day = parameters.get("VALUE") == "DATE"


def _event(component: _Component) -> FileEvent:
    """The event of a component.

    Raises:
        CohortError: If it is not as this program writes it.
    """
    source, values = component.source, component.values
    missing = [name for name in _NEEDED if name not in values]
    if missing:
        raise _unlike(source, f"one without {', '.join(missing)}")
    twice = [name for name, found in values.items() if len(found) > 1]
    if twice:
        raise _unlike(source, f"one with {', '.join(twice)} twice")
    sequence = component.first("SEQUENCE")
    if _REVISION.fullmatch(sequence) is None:
        raise _unlike(source, f"the SEQUENCE {quoted(sequence)}")
    return FileEvent(
        uid=component.first("UID"),
        sequence=int(sequence),
        day=_day(component),
        summary=component.first("SUMMARY"),
        text=component.first("DESCRIPTION"),
        location=component.first("LOCATION"),
        status=component.first("STATUS"),
    )


def _day(component: _Component) -> date:
    text = component.first("DTSTART")
    match = _DAY.fullmatch(text)
    if match is not None and component.is_day:
        try:
            return as_date(read_date("-".join(match.groups())))
        except RefusedError:
            pass
    raise _unlike(component.source, f"the DTSTART {quoted(text)}")


def _unlike(source: Source, found: str) -> CohortError:
    expected = f"an event with {', '.join(_NEEDED)}, for a whole day"
    return CohortError((Problem(source, "X103", "", f"expected {expected}, got {found}"),))


def _refuse(file: ExportFile, code: str, message: str, what: bytes = b"") -> NoReturn:
    """Refuse a file, at the first line that says so, or as a whole.

    Raises:
        CohortError: Always.
    """
    at = file.content.find(what) if what else -1
    line = file.content.count(b"\n", 0, at) + 1 if at >= 0 else 1
    raise CohortError((Problem(Source(file.name, line), code, "", message),))
