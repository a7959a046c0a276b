"""Calendar files read by hand and with other programs' readers, for the tests of iCalendar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import vobject

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event as another program reads it."""

    uid: str
    sequence: int
    first: date
    last_exclusive: date
    summary: str
    description: str
    status: str
    location: str


def events_of(content: bytes) -> list[ReadEvent]:
    """The events of a calendar as vobject reads and validates them, in the order of the file."""
    calendar = vobject.readOne(content.decode())
    calendar.validate()
    return [
        ReadEvent(
            uid=event.uid.value,
            sequence=int(event.sequence.value),
            first=event.dtstart.value,
            last_exclusive=event.dtend.value,
            summary=event.summary.value,
            description=event.description.value,
            status=event.status.value,
            location=event.location.value if hasattr(event, "location") else "",
        )
        for event in getattr(calendar, "vevent_list", [])
    ]


def store_of(*files: bytes) -> dict[str, ReadEvent]:
    """What a calendar holds after the files were loaded one after another: of each UID the highest SEQUENCE."""
    store: dict[str, ReadEvent] = {}
    for content in files:
        for event in events_of(content):
            known = store.get(event.uid)
            if known is None or event.sequence >= known.sequence:
                store[event.uid] = event
    return store


def held_in(store: dict[str, ReadEvent]) -> list[tuple[date, str]]:
    """The days and titles that a calendar shows: everything but what is cancelled."""
    return sorted((event.first, event.summary) for event in store.values() if event.status != "CANCELLED")


def faults_of(content: bytes) -> list[str]:
    """What no reader tells: bare line feeds, long lines, characters cut by a fold, missing properties."""
    faults = []
    if content.replace(b"\r\n", b"").find(b"\n") >= 0 or content.replace(b"\r\n", b"").find(b"\r") >= 0:
        faults.append("a line end that is not CRLF")
    lines = content.split(b"\r\n")
    if lines[-1]:
        faults.append("no line end at the end")
    for line in lines:
        if len(line) > 75:
            faults.append(f"{len(line)} octets in a line")
        try:
            line.decode()
        except UnicodeDecodeError:
            faults.append("a character that is cut")
    names = [line.split(b":")[0].split(b";")[0] for line in unfolded(content)]
    faults += [f"{name!r} missing" for name in (b"VERSION", b"PRODID") if names.count(name) != 1]
    events = names.count(b"BEGIN") - 1
    faults += [f"{name!r} missing" for name in (b"UID", b"DTSTAMP", b"DTSTART") if names.count(name) != events]
    return faults


def unfolded(content: bytes) -> list[bytes]:
    """The content lines, with what was folded joined again."""
    return [line for line in content.replace(b"\r\n ", b"").split(b"\r\n") if line]


def values_of(content: bytes, name: str) -> list[str]:
    """The values of a property, as they stand in the file."""
    lines: Iterable[str] = (line.decode() for line in unfolded(content))
    return [line.partition(":")[2] for line in lines if line.split(":")[0].split(";")[0] == name]
