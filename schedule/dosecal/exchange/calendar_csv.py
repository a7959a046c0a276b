"""Calendars as CSV: what Google Calendar and the classic Outlook take.

Conventions: a row is a visit, for a whole day; the description stands on one line. Neither program knows an event
again: what is loaded twice stands there twice, which is why iCalendar is the safer way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.exchange.calendar_entries import OPTIONS, calendar_entries
from dosecal.exchange.csv_text import CsvText
from dosecal.exchange.preset import Exported, ExportFile, Preset
from dosecal.model.problems import OutputError, Problem, Source
from dosecal.report.messages.notes import JOINT
from dosecal.report.sheets.sheet_words import day_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from dosecal.exchange.calendar_entries import CalendarEntry
    from dosecal.exchange.preset import ExportInput

GOOGLE_FILE, OUTLOOK_FILE = "google.csv", "outlook.csv"
GOOGLE = (
    *("Subject", "Start Date", "Start Time", "End Date", "End Time", "All Day Event", "Description", "Location"),
    "Private",
)
OUTLOOK = (
    *("Subject", "Start Date", "Start Time", "End Date", "End Time", "All day event", "Reminder on/off"),
    *("Reminder Date", "Reminder Time", "Meeting Organizer", "Required Attendees", "Optional Attendees"),
    *("Meeting Resources", "Billing Information", "Categories", "Description", "Location", "Mileage", "Priority"),
    *("Private", "Sensitivity", "Show time as"),
)
_TWICE = "what is loaded again stands in the calendar twice; the target ics brings events up to date"
_LANGUAGE = (
    "Outlook looks for the names of columns in the language it is used in, and these are English; the target ics is "
    "the safer way, which has no such names"
)


def make_google(export: ExportInput) -> Exported:
    """The CSV of Google Calendar.

    Raises:
        OutputError: If no visit has a date.
    """
    return _made(export, GOOGLE_FILE, GOOGLE, _google_cells)


def make_outlook(export: ExportInput) -> Exported:
    """The CSV of the classic Outlook, every cell in quotes.

    Raises:
        OutputError: If no visit has a date.
    """
    made = _made(export, OUTLOOK_FILE, OUTLOOK, _outlook_cells, quotes_all=True)
    return Exported(made.files, (*made.findings, Problem(Source(OUTLOOK_FILE), "W105", "", _LANGUAGE)))


def _made(
    export: ExportInput,
    name: str,
    header: tuple[str, ...],
    cells: Callable[[CalendarEntry], dict[str, str]],
    *,
    quotes_all: bool = False,
) -> Exported:
    found = calendar_entries(export)
    if not found.entries:
        message = "expected at least one visit with a date, got none"
        raise OutputError((Problem(Source(export.protocol.file), "X101", "", message),))
    text = CsvText(line_end="\r\n", quotes_all=quotes_all)
    text.add(header)
    for entry in found.entries:
        row = cells(entry)
        row["Description"] += f", as of {day_words(export.as_of)}"  # what is loaded again is another row, anyway
        text.add([text.guard(row.get(column, "")) for column in header])
    findings = (*found.findings, *text.findings(name), Problem(Source(name), "W104", "", _TWICE))
    return Exported((ExportFile(name, text.text().encode()),), findings)


def _google_cells(entry: CalendarEntry) -> dict[str, str]:
    day = f"{entry.day:%m/%d/%Y}"
    return {
        "Subject": entry.title,
        "Start Date": day,
        "End Date": day,
        "All Day Event": "True",
        "Description": JOINT.join((*entry.lines, entry.stamp)),
        "Location": entry.site,
        "Private": "True",
    }


def _outlook_cells(entry: CalendarEntry) -> dict[str, str]:
    cells = _google_cells(entry)
    del cells["All Day Event"]
    return {
        **cells,
        "All day event": "True",
        "Reminder on/off": "False",
        "Private": "True",
        "Sensitivity": "Private",
        "Priority": "Normal",
    }


PRESETS = (
    Preset(
        name="google",
        summary="CSV for Google Calendar: a row a visit",
        needs_subjects=True,
        make=make_google,
        options=OPTIONS,
    ),
    Preset(
        name="outlook",
        summary="CSV for the classic Outlook: a row a visit",
        needs_subjects=True,
        make=make_outlook,
        options=OPTIONS,
    ),
)
