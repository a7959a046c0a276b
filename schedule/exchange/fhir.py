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
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schedule.exchange.findings import finding, refuse, rows_left_out
from schedule.exchange.preset import Exported, ExportFile, Preset
from schedule.model.problems import expected_got

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule.exchange.preset import ExportInput
    from schedule.report.subject_calendars import CalendarDose, CalendarVisit, SubjectCalendar

    Resource = dict[str, Any]

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:dosecal:fhir")
_NOT_OPEN = ("done", "done early", "done late", "missed", "cancelled")
_LAST_SECOND = time(23, 59, 59)
_SHOWN = ("arm", "assessments", "doses")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an export was told.

    Attributes:
        is_r5: Whether it is for R5; else for R4.
        zone: The time zone of the sites.
        system: The system of the subjects' identifiers; empty for none.
        shown: What is said beside the dates.
    """

    is_r5: bool
    zone: tzinfo
    system: str
    shown: frozenset[str]


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
    asked = _Asked(is_r5, _zone(given), given.options.get("subject-system", ""), _shown(given))
    entries: list[Resource] = []
    without: list[tuple[str, str]] = []
    over: list[tuple[str, str]] = []
    for calendar in given.calendars:
        visits = []
        for visit in calendar.visits:
            if visit.status in _NOT_OPEN:
                over.append((calendar.subject, visit.visit.id))
            elif visit.target is None and visit.window is None:
                without.append((calendar.subject, visit.visit.id))
            else:
                visits.append(visit)
        entries += [_entry(one) for one in _resources(calendar, visits, given, asked)]
    if not entries:
        raise refuse(given.protocol, "O072", "", "expected at least one visit that is to be held, got none")
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    content = json.dumps(bundle, ensure_ascii=False, indent=2).encode() + b"\n"
    findings = (
        *_zone_said(given),
        *rows_left_out(given, without, "with neither a target nor a window in days"),
        *rows_left_out(given, over, "held, missed or cancelled"),
    )
    return Exported((ExportFile("fhir-r5.json" if is_r5 else "fhir.json", content),), findings)


def _zone(given: ExportInput) -> tzinfo:
    told = given.options.get("time-zone")
    if told is None:
        return UTC
    try:
        return ZoneInfo(told)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        expected = 'a time zone such as "America/Mexico_City"'
        raise refuse(given.protocol, "O071", "time-zone", expected_got(expected, told)) from None


def _zone_said(given: ExportInput) -> tuple[Any, ...]:
    if "time-zone" in given.options:
        return ()
    message = "start and end are instants, written in UTC since no time zone was told: elsewhere they are other hours"
    return (finding(given.protocol, "W076", "time-zone", message, 'tell it: "time-zone=America/Mexico_City"'),)


def _shown(given: ExportInput) -> frozenset[str]:
    told = given.options.get("show", "")
    parts = frozenset(part.strip() for part in told.split(",") if part.strip())
    if not parts <= frozenset(_SHOWN):
        expected = f"some of {', '.join(_SHOWN)}, with commas between"
        raise refuse(given.protocol, "O071", "show", expected_got(expected, told))
    return parts


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
        "id": _id("Appointment", calendar, visit.visit.id),
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
        "id": _id("CarePlan", calendar, ""),
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


def _id(kind: str, calendar: SubjectCalendar, visit: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{kind}\n{calendar.protocol.study}\n{calendar.subject}\n{visit}"))


def _instant(day: date, clock: time, asked: _Asked) -> str:
    moment = datetime.combine(day, clock, asked.zone).isoformat()
    return moment.replace("+00:00", "Z")


def _description(calendar: SubjectCalendar, visit: CalendarVisit, asked: _Asked) -> str:
    """The visit in words: its label, its dates, and what was asked for."""
    parts = [f"{calendar.protocol.study}: {visit.visit.label}"]
    parts += [f"study day {visit.study_day}"] if visit.study_day else []
    parts += [f"target {visit.target.isoformat()}"] if visit.target is not None else ["no target, a window alone"]
    parts += ["window none stated"] if visit.window is None else []
    parts += [f"planned on {visit.planned.isoformat()}"] if visit.planned not in {None, visit.target} else []
    parts += [f"booked for {visit.booked.isoformat()}"] if visit.booked is not None else []
    if "arm" in asked.shown:
        parts.append(f"arm {calendar.arm.label}")
    if "assessments" in asked.shown and visit.assessments:
        parts.append(f"assessments {', '.join(one.label for one in visit.assessments)}")
    if "doses" in asked.shown:
        parts += [f"dose {_dose_words(d)}" for d in calendar.doses if d.visit == visit.visit.id]
    return "; ".join(parts)


def _dose_words(dose: CalendarDose) -> str:
    amount = f"{dose.ordered} {dose.unit}" if dose.ordered else "to be determined"
    return f"{dose.regimen.label} {amount}"


def _entry(resource: Resource) -> Resource:
    return {
        "fullUrl": f"urn:uuid:{resource['id']}",
        "resource": resource,
        "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"},
    }


_OPTIONS = (
    ("time-zone", "the time zone of the sites, such as America/Mexico_City; UTC unless told"),
    ("subject-system", "the system of the subjects' identifiers, a URI"),
    ("show", "what is said beside the dates: some of arm, assessments, doses"),
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
