"""Each subject's visits as records of a longitudinal REDCap project: one row a subject and visit.

Conventions: dates are year-month-day. An empty cell is an unknown or unstated date; REDCap's import leaves the field as
it is for an empty cell, unless it is told to overwrite with blanks. A row without any date is left out, and said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.exchange.csv_files import csv_file
from dosecal.exchange.findings import chosen, finding, guarded_texts, refuse, rows_left_out, visits_named
from dosecal.exchange.preset import Exported, Preset
from dosecal.exchange.redcap_fields import ADVISED_CHARACTERS, require_name
from dosecal.exchange.redcap_names import EVENT_NAMES, events_of, name_findings

if TYPE_CHECKING:
    from datetime import date

    from dosecal.exchange.preset import ExportInput
    from dosecal.exchange.redcap_names import Event
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol
    from dosecal.report.subjects.subject_view import SubjectVisit

_KEYS = ("redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance")
_DATES = ("target", "window_start", "window_end", "planned")


def make_records(given: ExportInput) -> Exported:
    """The planned dates of each subject and visit.

    Raises:
        OutputError: If a field can't have its name, a subject's arm is none of the protocol's, an event's name can't be
            predicted, or there is no row.
    """
    names = chosen(given, "event-names", EVENT_NAMES)
    arms = {arm.id: number for number, arm in enumerate(given.protocol.arms, start=1)}
    header = _header(given)
    by_version: dict[str, dict[str, Event]] = {}
    findings: dict[Problem, None] = {}
    rows, left_out = [], []
    for view in given.views:
        protocol = view.protocol
        if protocol.sha256 not in by_version:
            by_version[protocol.sha256] = events_of(protocol, names)
            findings |= dict.fromkeys(name_findings(by_version[protocol.sha256], protocol, names))
        events = by_version[protocol.sha256]
        for visit in view.visits:
            dates = _dates(visit)
            if not any(dates):
                left_out.append((view.subject, visit.visit.id))
                continue
            event = _event_name(events[visit.visit.id], arms.get(view.arm.id), protocol)
            rows.append((view.subject, event, "", "", *dates))
    if not rows:
        raise refuse(given.protocol, "X101", "", "expected at least one visit with a date, got none")
    files = (csv_file("redcap-records.csv", header, rows),)
    found = (
        *findings,
        *_unlike_versions(by_version, given),
        *_long_names(header, given),
        *rows_left_out(given, left_out, "without any date"),
        *guarded_texts(files, given.protocol),
    )
    return Exported(files, found)


def _unlike_versions(by_version: dict[str, dict[str, Event]], given: ExportInput) -> tuple[Problem, ...]:
    """That a version has events that the version that was named first, and its project, has not by this name."""
    first = by_version.get(given.protocol.sha256) or events_of(
        given.protocol, chosen(given, "event-names", EVENT_NAMES)
    )
    there = {event.stem for event in first.values()}
    unlike = [event.visit for events in by_version.values() for event in events.values() if event.stem not in there]
    if not unlike:
        return ()
    message = f"{visits_named(unlike)}: no event of the version that was named first has this name"
    return (finding(given.protocol, "W113", "", message, "add the events to the project before the records"),)


def _header(given: ExportInput) -> tuple[str, ...]:
    record_id = require_name(given.options.get("record-id", "record_id"), "record-id")
    prefix = given.options.get("prefix", "visit_")
    return (record_id, *_KEYS, *(require_name(f"{prefix}{name}", "prefix") for name in _DATES))


def _long_names(header: tuple[str, ...], given: ExportInput) -> tuple[Problem, ...]:
    return tuple(
        finding(given.protocol, "W116", name, f"REDCap advises names of at most {ADVISED_CHARACTERS} characters")
        for name in header
        if len(name) > ADVISED_CHARACTERS
    )


def _dates(visit: SubjectVisit) -> tuple[str, ...]:
    first, last = visit.window or (None, None)
    return tuple(_iso(day) for day in (visit.target, first, last, visit.planned))


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _event_name(event: Event, arm_num: int | None, protocol: Protocol) -> str:
    if arm_num is None:
        message = "expected the arms of the version that was named first, got a subject of an arm that it lacks"
        raise refuse(protocol, "X130", event.visit.id, message)
    if not event.stem:
        message = f"expected an event whose name in REDCap is known, got {event.name}: {event.doubt}"
        raise refuse(protocol, "X130", event.visit.id, message, 'give the visits other ids, or take "event-names=id"')
    return event.unique_name(arm_num)


PRESETS = (
    Preset(
        "redcap-records",
        "REDCap records: target, window and planned date of each subject and visit",
        needs_subjects=True,
        make=make_records,
        carries_arms=True,
        options=(
            ("event-names", "as for the target redcap: certain, label or id"),
            ("record-id", "the name of the record id's field; record_id unless told"),
            ("prefix", "what the names of the date fields begin with; visit_ unless told"),
        ),
    ),
)
