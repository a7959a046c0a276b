"""Each subject's visits as FHIR resources: an Appointment for each visit, and a CarePlan that holds them.

Conventions: an appointment is proposed, never booked. Its requested period is the window, both ends inside; its start
and end are those of the target's day, which FHIR wants as instants and so in a time zone. A subject is a patient by
identifier; no dose, arm, product or assessment is said unless it is asked for. Ids are made from study, subject and
visit, so that a file that is loaded again changes what it made before, and hold no id of a subject in clear.

Reference:
    HL7 FHIR R4 and R5, Appointment, CarePlan and Bundle.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dosecal.exchange.calendar_entries import (
    ARMS,
    DOSES,
    NAMELESS,
    EntryState,
    dose_words,
    secret_words,
    state_of,
    told_by,
)
from dosecal.exchange.calendar_files import uid_of
from dosecal.exchange.findings import finding, refuse, refuse_option, rows_left_out
from dosecal.exchange.labels import distinct_labels
from dosecal.exchange.preset import Exported, ExportFile, Preset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.exchange.preset import ExportInput
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol
    from dosecal.report.subject_calendars import CalendarVisit, SubjectCalendar

    Resource = dict[str, Any]

_OPEN = (EntryState.PLANNED, EntryState.BOOKED)
_LAST_SECOND = time(23, 59, 59)
ASSESSMENTS = "assessments"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an export was told.

    Attributes:
        is_r5: Whether it is for R5; else for R4.
        zone: The time zone of the sites.
        system: The system of the subjects' identifiers; empty for none.
        names_doses, names_arms, names_assessments: What is said beside the dates.
        names: The names of the visits, by the version of the protocol and the visit's id.
    """

    is_r5: bool
    zone: tzinfo
    system: str
    names_doses: bool
    names_arms: bool
    names_assessments: bool
    names: dict[tuple[str, str], str]


def make_r4(given: ExportInput) -> Exported:
    """A bundle for R4.

    Raises:
        OutputError: If an option can't be read, or no visit is to be held.
    """
    return _make(given, is_r5=False)


def make_r5(given: ExportInput) -> Exported:
    """A bundle for R5.

    Raises:
        OutputError: If an option can't be read, or no visit is to be held.
    """
    return _make(given, is_r5=True)


def _make(given: ExportInput, *, is_r5: bool) -> Exported:
    asked = _asked(given, is_r5=is_r5)
    entries: list[Resource] = []
    without: list[tuple[str, str]] = []
    over: list[tuple[str, str]] = []
    for calendar in given.calendars:
        visits = []
        for visit in calendar.visits:
            if state_of(visit) not in _OPEN:
                over.append((calendar.subject, visit.visit.id))
            elif visit.target is None and visit.window is None:
                without.append((calendar.subject, visit.visit.id))
            else:
                visits.append(visit)
        entries += [_entry(one) for one in _resources(calendar, visits, given, asked)]
    if not entries:
        raise refuse(given.protocol, "X101", "", "expected at least one visit that is to be held, got none")
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    content = json.dumps(bundle, ensure_ascii=False, indent=2).encode() + b"\n"
    findings = (
        *_zone_said(given),
        *rows_left_out(given, without, "with neither a target nor a window in days"),
        *rows_left_out(given, over, "held, missed or cancelled"),
    )
    return Exported((ExportFile("fhir-r5.json" if is_r5 else "fhir.json", content),), findings)


def _asked(given: ExportInput, *, is_r5: bool) -> _Asked:
    doses, arms, assessments = (given.says_yes(name) for name in (DOSES, ARMS, ASSESSMENTS))
    versions = {calendar.protocol.sha256: calendar.protocol for calendar in given.calendars}
    names = {
        (version, visit): name
        for version, protocol in versions.items()
        for visit, name in _free_names(protocol, doses=doses, arms=arms)
    }
    return _Asked(is_r5, _zone(given), given.options.get("subject-system", ""), doses, arms, assessments, names)


def _free_names(protocol: Protocol, *, doses: bool, arms: bool) -> Iterator[tuple[str, str]]:
    """Each visit's id and its label, or where that gives something away its id, or else no name."""
    gives_away = told_by(tuple(secret_words(protocol, doses=doses, arms=arms)), amounts=not doses)
    for visit, label in distinct_labels(protocol).items():
        yield visit, next((name for name in (label, visit) if not gives_away(name)), NAMELESS)


def _zone(given: ExportInput) -> tzinfo:
    told = given.options.get("time-zone")
    if told is None:
        return UTC
    try:
        return ZoneInfo(told)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refuse_option("time-zone", 'a time zone such as "America/Mexico_City"', told) from None


def _zone_said(given: ExportInput) -> tuple[Problem, ...]:
    if "time-zone" in given.options:
        return ()
    message = "start and end are instants, written in UTC since no time zone was told: elsewhere they are other hours"
    return (finding(given.protocol, "W116", "time-zone", message, 'tell it: "time-zone=America/Mexico_City"'),)


def _resources(
    calendar: SubjectCalendar, visits: list[CalendarVisit], given: ExportInput, asked: _Asked
) -> Iterator[Resource]:
    """The appointments of a subject and then the plan that holds them; none for a subject without open visits."""
    if not visits:
        return
    appointments = [_appointment(calendar, visit, asked) for visit in visits]
    yield from appointments
    yield _care_plan(calendar, visits, appointments, given, asked)


def _appointment(calendar: SubjectCalendar, visit: CalendarVisit, asked: _Asked) -> Resource:
    patient = _patient(calendar, asked)
    resource: Resource = {
        "resourceType": "Appointment",
        "id": uid_of(calendar.protocol.study, calendar.subject, visit.visit.id),
        "status": "proposed",
        "description": _description(calendar, visit, asked),
    }
    if visit.target is not None:
        resource["start"] = _instant(visit.target, time.min, asked)
        resource["end"] = _instant(visit.target, _LAST_SECOND, asked)
    if visit.window is not None:
        first, last = visit.window
        resource["requestedPeriod"] = [{"start": first.isoformat(), "end": last.isoformat()}]
    if asked.is_r5:
        resource["subject"] = patient
    resource["participant"] = [{"actor": patient, "status": "needs-action"}]
    return resource


def _care_plan(
    calendar: SubjectCalendar,
    visits: list[CalendarVisit],
    appointments: list[Resource],
    given: ExportInput,
    asked: _Asked,
) -> Resource:
    protocol = calendar.protocol
    days = [day for visit in visits for day in (visit.target, *(visit.window or ())) if day is not None]
    made = f"dosecal {given.program_version}, {protocol.study} version {protocol.version}"
    reference = "plannedActivityReference" if asked.is_r5 else "reference"
    return {
        "resourceType": "CarePlan",
        "id": uid_of(calendar.protocol.study, calendar.subject, "care plan"),
        "status": "draft",
        "intent": "plan",
        "title": f"Visits of {protocol.study}",
        "subject": _patient(calendar, asked),
        "period": {"start": min(days).isoformat(), "end": max(days).isoformat()},
        "created": given.as_of.isoformat(),
        "activity": [{reference: {"reference": f"urn:uuid:{one['id']}"}} for one in appointments],
        "note": [{"text": f"{made}, protocol file {protocol.digest}, as of {given.as_of.isoformat()}"}],
    }


def _patient(calendar: SubjectCalendar, asked: _Asked) -> Resource:
    """The subject, by identifier alone: no resource of a patient is made."""
    identifier = {"system": asked.system} if asked.system else {}
    identifier["value"] = calendar.subject
    return {"type": "Patient", "identifier": identifier}


def _instant(day: date, clock: time, asked: _Asked) -> str:
    moment = datetime.combine(day, clock, asked.zone).isoformat()
    return moment.replace("+00:00", "Z")


def _description(calendar: SubjectCalendar, visit: CalendarVisit, asked: _Asked) -> str:
    """The visit in words: its name, its dates, and what was asked for."""
    parts = [f"{calendar.protocol.study}: {asked.names[calendar.protocol.sha256, visit.visit.id]}"]
    parts += [f"study day {visit.study_day}"] if visit.study_day else []
    parts += [f"target {visit.target.isoformat()}"] if visit.target is not None else ["no target, a window alone"]
    parts += ["window none stated"] if visit.window is None else []
    parts += [f"planned on {visit.planned.isoformat()}"] if visit.planned not in {None, visit.target} else []
    parts += [f"booked for {visit.booked.isoformat()}"] if visit.booked is not None else []
    parts += [f"Arm: {calendar.arm.label}"] if asked.names_arms else []
    if asked.names_assessments and visit.assessments:
        parts.append(f"Assessments: {', '.join(one.label for one in visit.assessments)}")
    if asked.names_doses:
        parts += [dose_words(dose) for dose in calendar.doses if dose.visit == visit.visit.id]
    return "; ".join(parts)


def _entry(resource: Resource) -> Resource:
    return {
        "fullUrl": f"urn:uuid:{resource['id']}",
        "resource": resource,
        "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"},
    }


_OPTIONS = (
    ("time-zone", "the time zone of the sites, such as America/Mexico_City; UTC unless told"),
    ("subject-system", "the system of the subjects' identifiers, a URI"),
    (DOSES, "yes: name the doses, and visits by labels that tell of them"),
    (ARMS, "yes: name the arm, and visits by labels that tell of it"),
    (ASSESSMENTS, "yes: name what is done at a visit"),
)

PRESETS = (
    Preset(
        "fhir",
        "FHIR R4: proposed appointments and a care plan for each subject",
        needs_subjects=True,
        make=make_r4,
        options=_OPTIONS,
    ),
    Preset(
        "fhir-r5",
        "FHIR R5: proposed appointments and a care plan for each subject",
        needs_subjects=True,
        make=make_r5,
        options=_OPTIONS,
    ),
)
