"""Each subject's visits as FHIR resources: a Patient, an Appointment for each visit, and a CarePlan that holds them.

Conventions: an appointment says where its visit stands: proposed, booked, fulfilled, noshow or cancelled. Its requested
period is the window, both ends inside; its start and end are those of a whole day, which FHIR wants as instants and so
in a time zone. A patient has an identifier and nothing else, and is made only where the server has none with it, so
that all references resolve. No dose, arm, product or assessment is said unless it is asked for. Ids are made from
study, subject and visit, so that a file that is loaded again changes what it made before, and hold no id of a subject
in clear.

Reference:
    HL7 FHIR R4 and R5, Appointment, CarePlan, Patient and Bundle; value sets AppointmentStatus and ParticipationStatus;
    "Conditional create" and the rules of transactions in the RESTful API.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dosecal.exchange.calendar_entries import (
    ARMS,
    DOSES,
    NAMELESS,
    EntryState,
    dose_words,
    left_out,
    state_of,
)
from dosecal.exchange.calendar_files import NAMESPACE, scope_of, uid_of
from dosecal.exchange.fhir_bundles import bundle_bytes, read_bundles
from dosecal.exchange.findings import finding, refuse, refuse_option, rows_left_out
from dosecal.exchange.labels import distinct_labels
from dosecal.exchange.parts import calendar_key, parts_of
from dosecal.exchange.preset import Exported, ExportFile, Preset
from dosecal.model.problems import Source
from dosecal.model.regex import regex
from dosecal.model.struct import Struct
from dosecal.model.unblinding import Unblinding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.exchange.fhir_bundles import Resource
    from dosecal.exchange.preset import ExportInput
    from dosecal.model.problems import Problem
    from dosecal.report.subjects.subject_view import SubjectView, SubjectVisit

_STATUS = {
    EntryState.PLANNED: "proposed",
    EntryState.BOOKED: "booked",
    EntryState.HELD: "fulfilled",
    EntryState.MISSED: "noshow",
    EntryState.CANCELLED: "cancelled",
}
_ACCEPTED = (EntryState.BOOKED, EntryState.HELD)
_NEED_START = (EntryState.BOOKED, EntryState.HELD, EntryState.MISSED)
_LAST_SECOND = time(23, 59, 59)
_TOKEN_SIGNS = regex(r"([\\,|$])")
ASSESSMENTS = "assessments"
FURTHER = "further procedures"
"""What stands for assessments whose labels give something away."""


class _Asked(Struct, frozen=True):
    """What an export was told.

    Attributes:
        is_r5: Whether it is for R5; else for R4.
        zone: The time zone of the sites.
        system: The system of the subjects' identifiers.
        names_doses, names_arms, names_assessments: What is said beside the dates.
        names: The names of the visits, by the version of the protocol and the visit's id.
        done: The labels of the assessments that give nothing away, likewise.
    """

    is_r5: bool
    zone: tzinfo
    system: str
    names_doses: bool
    names_arms: bool
    names_assessments: bool
    names: dict[tuple[str, str], str]
    done: dict[tuple[str, str], str]


def make_r4(given: ExportInput) -> Exported:
    """A bundle for R4.

    Raises:
        CohortError: If a file of the export before is none of this export, or can't be read.
        OutputError: If an option can't be read, or no visit has a day or a window.
    """
    return _make(given, is_r5=False)


def make_r5(given: ExportInput) -> Exported:
    """A bundle for R5.

    Raises:
        CohortError: If a file of the export before is none of this export, or can't be read.
        OutputError: If an option can't be read, or no visit has a day or a window.
    """
    return _make(given, is_r5=True)


def _make(given: ExportInput, *, is_r5: bool) -> Exported:
    asked = _asked(given, is_r5=is_r5)
    name = "fhir-r5.json" if is_r5 else "fhir.json"
    without = [(one.subject, visit.visit.id) for one in given.views for visit in one.visits if not _has_time(visit)]
    made: dict[str, list[Resource]] = {}
    for part, views in parts_of(given.views, given.per, calendar_key):
        entries = [_entry(one) for view in views for one in _resources(view, given, asked)]
        made[f"{part}-{name}" if part else name] = entries
    scope = f"urn:uuid:{uuid5(NAMESPACE, scope_of(given) + name)}"
    before = read_bundles(given.previous, scope)
    changes = before.bring_up_to_date(made, name)
    if not any(made.values()):
        raise refuse(given.protocol, "X101", "", "expected at least one visit with a day or a window, got none")
    files = tuple(ExportFile(file, bundle_bytes(entries, scope)) for file, entries in made.items() if entries)
    findings = (
        *_told(given),
        *_withheld(given, asked),
        *rows_left_out(given, without, "with neither a day nor a window in days"),
        *changes,
    )
    return Exported(files, findings)


def _asked(given: ExportInput, *, is_r5: bool) -> _Asked:
    doses, arms, assessments = (given.says_yes(name) for name in (DOSES, ARMS, ASSESSMENTS))
    names: dict[tuple[str, str], str] = {}
    done: dict[tuple[str, str], str] = {}
    for version, protocol in given.versions.items():
        is_told_by = Unblinding(protocol, doses=doses, arms=arms).is_told_by
        for visit, label in distinct_labels(protocol).items():
            names[version, visit] = next((one for one in (label, visit) if not is_told_by(one)), NAMELESS)
        shown = protocol.assessments if assessments else ()
        done |= {(version, one.id): one.label for one in shown if not is_told_by(one.label)}
    system = given.options.get("subject-system") or f"urn:uuid:{uid_of(given.protocol.study, '', 'the subjects')}"
    return _Asked(is_r5, _zone(given), system, doses, arms, assessments, names, done)


def _withheld(given: ExportInput, asked: _Asked) -> Iterator[Problem]:
    """That labels of visits and assessments which give something away are left out."""
    instead: dict[str, str] = {}
    for version, protocol in given.versions.items():
        labels = distinct_labels(protocol)
        instead |= {one: asked.names[version, one] for one in labels if asked.names[version, one] != labels[one]}
        hidden = protocol.assessments if asked.names_assessments else ()
        instead |= {one.id: FURTHER for one in hidden if (version, one.id) not in asked.done}
    yield from left_out(instead, Source(given.protocol.file))


def _zone(given: ExportInput) -> tzinfo:
    told = given.options.get("time-zone")
    if told is None:
        return UTC
    try:
        return ZoneInfo(told)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refuse_option("time-zone", 'a time zone such as "America/Mexico_City"', told) from None


def _told(given: ExportInput) -> Iterator[Problem]:
    """What should be told, and was not."""
    if "time-zone" not in given.options:
        message = (
            "start and end are instants, written in UTC since no time zone was told: elsewhere they are other hours"
        )
        yield finding(given.protocol, "W116", "time-zone", message, 'tell it: "time-zone=America/Mexico_City"')
    if not given.options.get("subject-system"):
        message = "subjects get identifiers of a system of this study's own, so that the server makes patients of them"
        yield finding(
            given.protocol, "W116", "subject-system", message, "tell the system that the server knows them by"
        )


def _has_time(visit: SubjectVisit) -> bool:
    return visit.day is not None or visit.window is not None


def _resources(view: SubjectView, given: ExportInput, asked: _Asked) -> Iterator[Resource]:
    """The patient, the appointments and the plan that holds them; none for a subject without any."""
    dated = [visit for visit in view.visits if _has_time(visit)]
    if not dated:
        return
    appointments = [_appointment(view, visit, asked) for visit in dated]
    yield _patient(view, asked)
    yield from appointments
    yield _care_plan(view, dated, appointments, given, asked)


def _patient(view: SubjectView, asked: _Asked) -> Resource:
    return {"resourceType": "Patient", "identifier": [_identifier(view, asked)]}


def _appointment(view: SubjectView, visit: SubjectVisit, asked: _Asked) -> Resource:
    patient, state = _patient_reference(view, asked), state_of(visit)
    resource: Resource = {
        "resourceType": "Appointment",
        "id": uid_of(view.protocol.study, view.subject, visit.visit.id),
        "status": _STATUS[state],
        "description": _description(view, visit, state, asked),
    }
    days = _days(visit, state)
    if days is not None:
        resource["start"] = _instant(days[0], time.min, asked)
        resource["end"] = _instant(days[1], _LAST_SECOND, asked)
    if visit.window is not None:
        first, last = visit.window
        resource["requestedPeriod"] = [{"start": first.isoformat(), "end": last.isoformat()}]
    if asked.is_r5:
        resource["subject"] = patient
    status = "accepted" if state in _ACCEPTED else "needs-action"
    resource["participant"] = [{"actor": patient, "status": status}]
    return resource


def _days(visit: SubjectVisit, state: EntryState) -> tuple[date, date] | None:
    """The first and the last day of an appointment; None for one without a day, which its status allows.

    What was not held has the day for which it was booked, else the planned one; its window where it must have a day.
    """
    if visit.day is None:
        return visit.window if state in _NEED_START else None
    return visit.day, visit.day


def _care_plan(
    view: SubjectView,
    visits: list[SubjectVisit],
    appointments: list[Resource],
    given: ExportInput,
    asked: _Asked,
) -> Resource:
    protocol = view.protocol
    days = [day for visit in visits for day in (visit.target, visit.day, *(visit.window or ())) if day is not None]
    made = f"dosecal {given.program_version}, {protocol.study} version {protocol.version}"
    reference = "plannedActivityReference" if asked.is_r5 else "reference"
    return {
        "resourceType": "CarePlan",
        "id": uid_of(view.protocol.study, view.subject, "care plan"),
        "status": "active" if any(visit.actual is not None for visit in visits) else "draft",
        "intent": "plan",
        "title": f"Visits of {protocol.study}",
        "subject": _patient_reference(view, asked),
        "period": {"start": min(days).isoformat(), "end": max(days).isoformat()},
        "created": given.as_of.isoformat(),
        "activity": [{reference: {"reference": f"urn:uuid:{one['id']}"}} for one in appointments],
        "note": [{"text": f"{made}, protocol file {protocol.digest}, as of {given.as_of.isoformat()}"}],
    }


def _patient_reference(view: SubjectView, asked: _Asked) -> Resource:
    """The subject as the patient of the bundle, or the one that the server has with the identifier."""
    name = f"urn:uuid:{_patient_name(_identifier(view, asked))}"
    return {"reference": name, "type": "Patient", "identifier": _identifier(view, asked)}


def _identifier(view: SubjectView, asked: _Asked) -> dict[str, str]:
    return {"system": asked.system, "value": view.subject}


def _patient_name(identifier: dict[str, str]) -> str:
    return uid_of(identifier["system"], identifier["value"], "the patient")


def _instant(day: date, clock: time, asked: _Asked) -> str:
    moment = datetime.combine(day, clock, asked.zone).isoformat()
    return moment.replace("+00:00", "Z")


def _description(view: SubjectView, visit: SubjectVisit, state: EntryState, asked: _Asked) -> str:
    """The visit in words: its name, its dates, where it stands, and what was asked for."""
    parts = [f"{view.protocol.study}: {asked.names[view.protocol.sha256, visit.visit.id]}"]
    parts += [f"study day {visit.study_day}"] if visit.study_day else []
    parts += [f"target {visit.target.isoformat()}"] if visit.target is not None else ["no target, a window alone"]
    parts += ["window none stated"] if visit.window is None else []
    parts += [f"planned on {visit.planned.isoformat()}"] if visit.planned not in {None, visit.target} else []
    parts += [f"booked for {visit.booked.isoformat()}"] if visit.booked is not None else []
    parts += [f"held on {visit.actual.isoformat()}"] if visit.actual is not None else []
    parts += [state.value] if state in {EntryState.MISSED, EntryState.CANCELLED} else []
    parts += [f"Arm: {view.arm.label}"] if asked.names_arms else []
    if asked.names_assessments and visit.assessments:
        labels = (asked.done.get((view.protocol.sha256, one.id), FURTHER) for one in visit.assessments)
        parts.append(f"Assessments: {', '.join(dict.fromkeys(labels))}")
    if asked.names_doses:
        parts += map(dose_words, visit.doses)
    return "; ".join(parts)


def _entry(resource: Resource) -> Resource:
    """A resource with what a server is to do with it: make a patient where it has none, put everything else."""
    if resource["resourceType"] == "Patient":
        (identifier,) = resource["identifier"]
        token = "|".join(_TOKEN_SIGNS.sub(r"\\\1", identifier[part]) for part in ("system", "value"))
        request = {"method": "POST", "url": "Patient", "ifNoneExist": f"identifier={quote(token, safe='')}"}
        return {"fullUrl": f"urn:uuid:{_patient_name(identifier)}", "resource": resource, "request": request}
    request = {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource, "request": request}


_OPTIONS = (
    ("time-zone", "the time zone of the sites, such as America/Mexico_City; UTC unless told"),
    ("subject-system", "the system of the subjects' identifiers, a URI by which the server knows them"),
    (DOSES, "yes: name the doses, and visits by labels that tell of them"),
    (ARMS, "yes: name the arm, and visits by labels that tell of it"),
    (ASSESSMENTS, "yes: name what is done at a visit"),
)

PRESETS = (
    Preset(
        "fhir",
        "FHIR R4: a patient, appointments and a care plan for each subject",
        needs_subjects=True,
        make=make_r4,
        options=_OPTIONS,
        parts_itself=True,
        previous_ending=".json",
    ),
    Preset(
        "fhir-r5",
        "FHIR R5: a patient, appointments and a care plan for each subject",
        needs_subjects=True,
        make=make_r5,
        options=_OPTIONS,
        parts_itself=True,
        previous_ending=".json",
    ),
)
