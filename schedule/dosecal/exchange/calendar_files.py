"""iCalendar: the visits of subjects as all-day events that a later export brings up to date.

Conventions: an event's UID is made from study, subject and visit, is the same at every export, and shows none of them.
SEQUENCE begins at 0 and rises with each change against the export before; an event that is gone stays, as cancelled.
What the file was made from, and when, is no change of an event: one that says the same keeps its bytes.

Reference:
    RFC 5545, sections 3.1 (lines), 3.6.1 (events), 3.8.4.7 (UID), 3.8.7.4 (SEQUENCE).
"""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from dosecal.exchange.calendar_entries import OPTIONS, CalendarEntry, EntryState, calendar_entries, stamp_words
from dosecal.exchange.calendar_event import CANCELLED, SCOPE, FileEvent
from dosecal.exchange.parts import calendar_key, parts_of
from dosecal.exchange.preset import Exported, ExportFile, Preset
from dosecal.exchange.previous_calendars import read_previous
from dosecal.model.counts import counted
from dosecal.model.problems import OutputError, Problem, Source, quoted
from dosecal.report.sheets.sheet_words import day_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dosecal.exchange.preset import ExportInput
    from dosecal.exchange.previous_calendars import PreviousEvents

NAMESPACE = UUID("0e3a2c1f-7d0b-5a64-9c4e-3b1d5f8a6e27")
"""What every UID is made under; it never changes."""
NAME = "visits.ics"
PRODUCER = "-//dosecal//dosecal "
"""How the PRODID of every file begins; the program's version follows."""
_SHOWN = 5
_END = b"END:VCALENDAR\r\n"
_STATUS = {
    EntryState.PLANNED: "TENTATIVE",
    EntryState.BOOKED: "CONFIRMED",
    EntryState.HELD: "CONFIRMED",
    EntryState.MISSED: "CONFIRMED",
    EntryState.CANCELLED: CANCELLED,
}


def uid_of(study: str, subject: str, visit: str) -> str:
    """The UID of a visit's event, which shows none of what it is made from."""
    return str(uuid5(NAMESPACE, json.dumps([study, subject, visit])))


def scope_of(export: ExportInput) -> str:
    """A text that is the same for exports of one study, one choice of subjects and one way to part them."""
    return str(uuid5(NAMESPACE, json.dumps([export.protocol.study, export.per, export.scope])))


def make_calendar_files(export: ExportInput) -> Exported:
    """The calendar of all, or a file for each subject or site.

    Raises:
        CohortError: If a file of the export before is none of this export, or can't be read.
        OutputError: If no visit has a date.
    """
    found = calendar_entries(export)
    before = read_previous(export.previous, scope_of(export), {_uid(entry, export) for entry in found.entries})
    files: dict[str, list[FileEvent]] = {}
    for name, entries in parts_of(found.entries, export.per, calendar_key):
        file = f"{name}.ics" if name else NAME
        files[file] = [_event(entry, export).after(before.events.get(_uid(entry, export))) for entry in entries]
    changes = changes_since(before, [event for events in files.values() for event in events], export)
    _add_gone(files, before, export)
    if not any(files.values()):
        message = "expected at least one visit with a date, got none"
        raise OutputError((Problem(Source(export.protocol.file), "X101", "", message),))
    made = (ExportFile(name, calendar_bytes(events, export)) for name, events in files.items())
    return Exported(tuple(made), (*found.findings, *changes))


def changes_since(before: PreviousEvents, events: Sequence[FileEvent], export: ExportInput) -> tuple[Problem, ...]:
    """How many events are new, changed and gone, as a finding; nothing where there was no export before."""
    if not export.previous:
        return ()
    there = {event.uid for event in events}
    new = len(there - before.events.keys())
    changed = sum(event.sequence > before.events[event.uid].sequence for event in events if event.uid in before.events)
    gone = sum(one.status != CANCELLED for uid, one in before.events.items() if uid not in there)
    said = f"events since the export before: {new:,} new, {changed:,} changed, {gone:,} gone and cancelled now"
    source = Source(export.previous[0].name)
    return (Problem(source, "W106", "", said), *_others_said(before.others, source))


def _others_said(titles: Sequence[str], source: Source) -> tuple[Problem, ...]:
    """That events of somebody else are passed over; nothing where there are none."""
    if not titles:
        return ()
    one = len(titles) == 1
    count = counted(len(titles), "event is", "events are")
    more = f" and {len(titles) - _SHOWN:,} more" if len(titles) > _SHOWN else ""
    named = ", ".join(quoted(title) for title in titles[:_SHOWN])
    stay = "stays as it is" if one else "stay as they are"
    message = f"{count} of somebody else, and {stay}: {named}{more}"
    return (Problem(source, "W117", "", message, "one that this export planned once has to be taken out by hand"),)


def _add_gone(files: dict[str, list[FileEvent]], before: PreviousEvents, export: ExportInput) -> None:
    """Add the events that are gone, as cancelled, to the file in which they stood."""
    there = {event.uid for events in files.values() for event in events}
    made_from = stamp_words(export.protocol, export)
    for uid, event in before.events.items():
        if uid not in there:
            file = before.files[uid] if export.per else NAME
            files.setdefault(file, []).append(event.cancelled(made_from, _stamp(export)))


def calendar_bytes(events: Iterable[FileEvent], export: ExportInput) -> bytes:
    """The events as a calendar, in the bytes and the order of properties that the library gives it.

    The library makes each line: it escapes and folds. A line that comes again is not made again, which is most of the
    work: whole components of the library, made anew for each event, take several times as long.
    """
    from icalendar import Calendar, Event  # noqa: PLC0415 - 0.2 s, where a calendar is written
    from icalendar.prop import vDDDTypes, vInt, vText  # noqa: PLC0415 - likewise

    blank: Any = Event()

    def line(name: str, value: object) -> bytes:
        written: bytes = blank.content_line(name, value).to_ical()
        return written

    text = cache(lambda name, value: line(name, vText(value)))
    day = cache(lambda name, value: line(name, vDDDTypes(value)))
    revision = cache(lambda value: line("SEQUENCE", vInt(value)))
    stamp = cache(lambda value: line("DTSTAMP", vText(value)))
    calendar = Calendar()
    calendar["PRODID"] = vText(f"{PRODUCER}{export.program_version}//EN")
    calendar["VERSION"] = vText("2.0")
    calendar["CALSCALE"] = vText("GREGORIAN")
    calendar[SCOPE] = vText(scope_of(export))
    calendar["X-WR-CALDESC"] = vText(f"{stamp_words(export.protocol, export)}, as of {day_words(export.as_of)}")
    scope = line(SCOPE, vText(scope_of(export)))
    head: bytes = calendar.to_ical()
    lines: list[bytes] = []
    one_day = timedelta(days=1)
    for event in events:
        place = (text("LOCATION", event.location),) if event.location else ()
        lines += (
            b"BEGIN:VEVENT",
            text("SUMMARY", event.summary),
            day("DTSTART", event.day),
            day("DTEND", event.day + one_day),
            stamp(event.stamp),
            text("UID", event.uid),
            revision(event.sequence),
            text("CLASS", "PRIVATE"),
            text("DESCRIPTION", event.text),
            *place,
            text("STATUS", event.status),
            text("TRANSP", "TRANSPARENT"),
            scope,
            b"END:VEVENT",
        )
    return head.removesuffix(_END) + b"\r\n".join((*lines, _END))


def _stamp(export: ExportInput) -> str:
    """When the files are made, as DTSTAMP has it: the beginning of the day of judgement."""
    return f"{export.as_of:%Y%m%d}T000000Z"


def _uid(entry: CalendarEntry, export: ExportInput) -> str:
    return uid_of(export.protocol.study, entry.subject, entry.visit)


def _event(entry: CalendarEntry, export: ExportInput) -> FileEvent:
    return FileEvent(
        uid=_uid(entry, export),
        sequence=0,
        stamp=_stamp(export),
        day=entry.day,
        summary=entry.title,
        text="\n".join((*entry.lines, entry.stamp)),
        location=entry.site,
        status=_STATUS[entry.state],
    )


PRESETS = (
    Preset(
        name="ics",
        summary="iCalendar: an all-day event a visit, which a later export brings up to date",
        needs_subjects=True,
        make=make_calendar_files,
        options=OPTIONS,
        parts_itself=True,
        previous_ending=".ics",
    ),
)
