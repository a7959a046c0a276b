"""A protocol as the arms, events and instruments of a longitudinal REDCap project.

Conventions: arms are numbered from 1 in file order; an event stands once for each arm that has it. A new event has no
unique name in the file, since REDCap makes it; the predicted names stand in a file beside. Days early and late are 0 or
more, both ends inside.

Reference:
    The columns of REDCap's "Define My Events" and "Designate Instruments for My Events" and of its API's ``event``,
    ``arm`` and ``formEventMapping``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.exchange.csv_files import csv_file
from dosecal.exchange.day_counts import day_counts, details_left_out, events_by_plan, without_day
from dosecal.exchange.findings import chosen, finding, guarded_texts, refuse, visits_named
from dosecal.exchange.preset import Exported, Preset
from dosecal.exchange.redcap_fields import require_name
from dosecal.exchange.redcap_names import EVENT_NAMES, events_of, name_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.exchange.csv_files import Cell
    from dosecal.exchange.day_counts import DayCount
    from dosecal.exchange.preset import ExportFile, ExportInput
    from dosecal.exchange.redcap_names import Event
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol, Visit

    Findings = tuple[Problem, ...]

_ARMS = ("arm_num", "name")
_EVENTS = ("event_name", "arm_num", "day_offset", "offset_min", "offset_max", "unique_event_name", "custom_event_label")
_EVENTS_WITHOUT_SCHEDULING = ("event_name", "arm_num", "unique_event_name", "custom_event_label")
_MAPPING = ("arm_num", "unique_event_name", "form")
_PREDICTED = ("arm_num", "arm", "visit", "event_name", "predicted_unique_event_name", "certain", "why_not_certain")


def make_project(given: ExportInput) -> Exported:
    """All files of a project, in the order of their upload, and the predicted names.

    A file without a row is left out.
    """
    parts = (_arms(given), _events(given), _events_without_scheduling(given), _mapping(given), _predicted(given))
    files = tuple(file for file, _ in parts if file is not None)
    findings = dict.fromkeys(one for _, found in parts for one in found)
    return Exported(files, (*findings, *guarded_texts(files, given.protocol)))


def make_events(given: ExportInput) -> Exported:
    """The events of a project with scheduling on.

    Raises:
        OutputError: If no visit has a day.
    """
    file, findings = _events(given)
    if file is None:
        raise refuse(
            given.protocol, "X101", "", "expected at least one visit with a day from the first anchor, got none"
        )
    return Exported((file,), (*findings, *guarded_texts((file,), given.protocol)))


def make_events_without_scheduling(given: ExportInput) -> Exported:
    """The events of a project with scheduling off."""
    file, findings = _events_without_scheduling(given)
    return Exported((file,), (*findings, *guarded_texts((file,), given.protocol)))


def make_arms(given: ExportInput) -> Exported:
    """The arms of a project."""
    file, findings = _arms(given)
    return Exported((file,), (*findings, *guarded_texts((file,), given.protocol)))


def make_mapping(given: ExportInput) -> Exported:
    """Which instruments each event has.

    Raises:
        OutputError: If no event has an instrument.
    """
    file, findings = _mapping(given)
    if file is None:
        raise refuse(given.protocol, "X101", "", "expected at least one event with an instrument, got none")
    return Exported((file,), (*findings, *guarded_texts((file,), given.protocol)))


def _events_of(given: ExportInput) -> dict[str, Event]:
    return events_of(given.protocol, chosen(given, "event-names", EVENT_NAMES))


def _in_arms(protocol: Protocol) -> Iterator[tuple[int, str, Visit]]:
    """Each arm's number and id with each of its visits."""
    for number, arm in enumerate(protocol.arms, start=1):
        for place in protocol.visits_of(arm.id):
            yield number, arm.id, protocol.visits[place]


def _arms(given: ExportInput) -> tuple[ExportFile, Findings]:
    rows = [(number, arm.label) for number, arm in enumerate(given.protocol.arms, start=1)]
    return csv_file("redcap-arms.csv", _ARMS, rows), ()


def _events_without_scheduling(given: ExportInput) -> tuple[ExportFile, Findings]:
    events = _events_of(given)
    rows = [(events[visit.id].name, number, "", "") for number, _, visit in _in_arms(given.protocol)]
    file = csv_file("redcap-events-without-scheduling.csv", _EVENTS_WITHOUT_SCHEDULING, rows)
    return file, name_findings(events, given.protocol, chosen(given, "event-names", EVENT_NAMES))


def _predicted(given: ExportInput) -> tuple[ExportFile, Findings]:
    events = _events_of(given)
    rows = []
    for number, arm, visit in _in_arms(given.protocol):
        one = events[visit.id]
        rows.append((number, arm, visit.id, one.name, one.unique_name(number), "no" if one.doubt else "yes", one.doubt))
    return csv_file("redcap-predicted-names.csv", _PREDICTED, rows), ()


def _events(given: ExportInput) -> tuple[ExportFile | None, Findings]:
    """The events with days and windows; no file where no visit has a day."""
    protocol, events = given.protocol, _events_of(given)
    rows: list[tuple[Cell, ...]] = []
    counts: dict[DayCount, None] = {}
    findings = list(name_findings(events, protocol, chosen(given, "event-names", EVENT_NAMES)))
    for number, arm in enumerate(protocol.arms, start=1):
        of_arm = day_counts(protocol, arm.id)
        counts |= dict.fromkeys(of_arm)
        for one in of_arm:
            if one.target is not None:
                early, late = _early_and_late(one.visit)
                rows.append((events[one.visit.id].name, number, one.target, early, late, "", ""))
        findings += _same_day(of_arm, number, events, given)
    findings += _window_findings(tuple(counts), protocol)
    file = csv_file("redcap-events.csv", _EVENTS, rows) if rows else None
    return file, tuple(dict.fromkeys(findings))


def _early_and_late(visit: Visit) -> tuple[int, int]:
    """The days early and late that the window allows; both 0 where no window is stated."""
    return (0, 0) if visit.window is None else (max(-visit.window.first, 0), max(visit.window.last, 0))


def _window_findings(counts: tuple[DayCount, ...], protocol: Protocol) -> Findings:
    taken = [one.visit for one in counts if one.target is not None]
    none_stated = [visit for visit in taken if visit.window is None]
    hours = [visit for visit in taken if visit.window is not None and visit.window.hours is not None]
    outside = [visit for visit in taken if visit.window is not None and not visit.window.holds_target]
    before = [one.visit for one in counts if one.target is not None and one.target < 0]
    said = (
        (none_stated, "W111", "no window is stated; REDCap has no blank for it, so 0 days early and late stand there"),
        (hours, "W111", "the window is in hours; the whole days in it stand in the file"),
        (outside, "W111", "the window does not hold the target; in the file it reaches to the target"),
        (
            before,
            "W116",
            "before the anchor, with a negative day_offset: a public guide has it from 0 on, so try one upload first",
        ),
    )
    found = [finding(protocol, code, "", f"{visits_named(v)}: {message}") for v, code, message in said if v]
    visits = tuple(dict.fromkeys(taken))
    return (
        *without_day(counts, protocol),
        *found,
        *events_by_plan(visits, protocol),
        *details_left_out(visits, protocol),
    )


def _same_day(counts: tuple[DayCount, ...], arm_num: int, events: dict[str, Event], given: ExportInput) -> Findings:
    """That REDCap sorts the events of one day by name."""
    by_day: dict[int, list[Visit]] = {}
    for one in counts:
        if one.target is not None:
            by_day.setdefault(one.target, []).append(one.visit)
    found = []
    for day, visits in by_day.items():
        if len(visits) > 1:
            there = sorted(visits, key=lambda visit: events[visit.id].unique_name(arm_num))
            order = "in this order" if there == visits else f"as {visits_named(there)}"
            message = f"{visits_named(visits)} are all on day {day}; REDCap sorts them by name, {order}"
            found.append(finding(given.protocol, "W114", "", message))
    return tuple(found)


def _mapping(given: ExportInput) -> tuple[ExportFile | None, Findings]:
    """Each event with its instruments, one for each assessment and one for the dates where it is named.

    Returns:
        The file, none where no event has an instrument, and the findings.

    Raises:
        OutputError: If an instrument's name can't be one.
    """
    protocol, events = given.protocol, _events_of(given)
    dates = given.options.get("form", "")
    rows: list[tuple[Cell, ...]] = []
    bare: list[Visit] = []
    unnamed: list[Visit] = []
    for number, arm, visit in _in_arms(protocol):
        forms = [*([dates] if dates else []), *(one.id.lower() for one in protocol.assessments_at(visit.id, arm))]
        forms = [_form(form) for form in forms]
        unique = events[visit.id].unique_name(number)
        if not unique:
            unnamed.append(visit)
        elif not forms:
            bare.append(visit)
        else:
            rows += [(number, unique, form) for form in dict.fromkeys(forms)]
    findings = [
        finding(protocol, "W110", "", f"{visits_named(v)}: left out of the mapping, since {why}")
        for v, why in ((unnamed, "its name in REDCap is not known"), (bare, "no assessment is done there"))
        if v
    ]
    if not rows:
        return None, tuple(findings)
    message = "the upload of a mapping replaces the whole mapping: what the file leaves out is unchecked there"
    findings.append(finding(protocol, "W116", "redcap-mapping.csv", message, "the instrument with the record id too"))
    return csv_file("redcap-mapping.csv", _MAPPING, rows), tuple(findings)


def _form(text: str) -> str:
    """The name of an instrument: the text with underscores for what a name may not have."""
    return require_name("".join(sign if sign.isalnum() else "_" for sign in text.lower()), "form")


_NAMES = ("event-names", "certain (the label, or the id where REDCap's name of the label is not certain), label or id")
_FORM = ("form", "the instrument with the planned dates, designated to each event")

PRESETS = (
    Preset(
        "redcap",
        "a REDCap project: arms, events with and without scheduling, mapping, predicted names",
        needs_subjects=False,
        make=make_project,
        carries_arms=True,
        options=(_NAMES, _FORM),
    ),
    Preset("redcap-arms", "REDCap arms", needs_subjects=False, make=make_arms, carries_arms=True),
    Preset(
        "redcap-events",
        "REDCap events with days and windows, for a project with scheduling",
        needs_subjects=False,
        make=make_events,
        carries_arms=True,
        options=(_NAMES,),
    ),
    Preset(
        "redcap-events-classic",
        "REDCap events without days, for a project without scheduling",
        needs_subjects=False,
        make=make_events_without_scheduling,
        carries_arms=True,
        options=(_NAMES,),
    ),
    Preset(
        "redcap-mapping",
        "which REDCap instruments each event has",
        needs_subjects=False,
        make=make_mapping,
        carries_arms=True,
        options=(_NAMES, _FORM),
    ),
)
