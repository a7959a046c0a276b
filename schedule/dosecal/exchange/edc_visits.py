"""Each subject's visits for systems that take a table: OpenClinica, OpenSpecimen, Castor.

Conventions: only visits that are still to be held go out, with the day for which they are booked or else planned; what
was held, missed or cancelled is a record, which these systems have from elsewhere. A visit without a day is left out,
and said: a blank date would become today in one of them.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from dosecal.exchange.calendar_entries import EntryState, state_of
from dosecal.exchange.csv_files import csv_file
from dosecal.exchange.findings import finding, guarded_texts, named, refuse, rows_left_out
from dosecal.exchange.labels import distinct_labels, label_findings
from dosecal.exchange.preset import Exported, Preset
from dosecal.model.regex import regex

if TYPE_CHECKING:
    from datetime import date

    from dosecal.exchange.preset import ExportInput
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol
    from dosecal.report.subjects.subject_view import SubjectView, SubjectVisit

_OPENCLINICA = ("ParticipantID", "StudyEventOID", "StudyEventRepeatKey", "StartDate", "EndDate", "StudyEventStatus")
_OPENSPECIMEN = (
    *("Identifier", "CP Short Title", "PPID", "Event Label", "Name", "Visit Date", "Visit Site", "Visit Status"),
    *("Clinical Diagnosis", "Clinical Status", "Cohort", "Path. Number", "Pathology Report Name"),
)
_CASTOR_DATES = ("target", "window_start", "window_end", "planned")
CASTOR_MOST_POINTS = 25_000
"""So many values one import takes."""

_SIGNS = regex(r"[^A-Za-z0-9]+", re.ASCII)
_OPEN = (EntryState.PLANNED, EntryState.BOOKED)


def make_openclinica(given: ExportInput) -> Exported:
    """Events to be created.

    Raises:
        OutputError: If two visits would have one OID, or no visit has a day.
    """
    visits, left_out = _open_visits(given)
    oids = {version: _oids(protocol) for version, protocol in given.versions.items()}
    rows = [
        (view.subject, oids[view.protocol.sha256][visit.visit.id], "", day.isoformat(), "", "")
        for view, visit, day in visits
    ]
    first = visits[0][1].visit.id
    example = oids[visits[0][0].protocol.sha256][first]
    message = f"an OID is SE_ and the visit's id in capitals ({first} is {example}): compare them with the study's own"
    said = [finding(given.protocol, "W113", "StudyEventOID", message)]
    sites = dict.fromkeys(view.site or "no site" for view, _, _ in visits)
    if len(sites) > 1:
        message = f"subjects of {named(sites)} in one file, while OpenClinica takes a file a site"
        said.append(finding(given.protocol, "W116", "", message, "--per site writes them"))
    files = (csv_file("openclinica.csv", _OPENCLINICA, rows),)
    return Exported(files, (*said, *left_out, *guarded_texts(files, given.protocol)))


def make_openspecimen(given: ExportInput) -> Exported:
    """Visits that are pending, each with its date.

    Raises:
        OutputError: If no visit has a day.
    """
    visits, left_out = _open_visits(given)
    title = given.options.get("cp-short-title", given.protocol.study)
    labels = {version: distinct_labels(protocol) for version, protocol in given.versions.items()}
    rows = []
    for view, visit, day in visits:
        label = labels[view.protocol.sha256][visit.visit.id]
        head = ("", title, view.subject, label, "", day.isoformat(), view.site, "Pending")
        rows.append((*head, *("" for _ in _OPENSPECIMEN[len(head) :])))
    said = tuple(one for protocol in given.versions.values() for one in label_findings(protocol))
    files = (csv_file("openspecimen-visits.csv", _OPENSPECIMEN, rows),)
    return Exported(files, (*said, *left_out, *guarded_texts(files, given.protocol)))


def make_castor(given: ExportInput) -> Exported:
    """One row a subject with four dates of each visit, in files that one import takes.

    Raises:
        OutputError: If two visits would have one variable, or no visit has a date.
    """
    variables = {version: _variables(protocol) for version, protocol in given.versions.items()}
    stems = tuple(dict.fromkeys(stem for of_version in variables.values() for stem in of_version.values()))
    rows = [_castor_row(view, variables[view.protocol.sha256], stems) for view in given.views]
    used = [column for column in range(2, 2 + len(stems) * len(_CASTOR_DATES)) if any(row[column] for row in rows)]
    if not used:
        raise refuse(given.protocol, "X101", "", "expected at least one visit with a date, got none")
    every = ("participant_id", "site_abbreviation", *(f"{s}_{name}" for s in stems for name in _CASTOR_DATES))
    columns = (0, 1, *used)
    at_once = max(CASTOR_MOST_POINTS // len(used), 1)
    parts = [rows[start : start + at_once] for start in range(0, len(rows), at_once)]
    header = [every[column] for column in columns]
    files = tuple(
        csv_file(
            f"castor{'' if number == 1 else f'-{number}'}.csv", header, [[row[c] for c in columns] for row in part]
        )
        for number, part in enumerate(parts, start=1)
    )
    undated = [
        (view.subject, visit.visit.id) for view in given.views for visit in view.visits if not any(_four_dates(visit))
    ]
    left_out = rows_left_out(given, undated, "without any date")
    return Exported(files, (*_parts_said(given, len(files)), *left_out, *guarded_texts(files, given.protocol)))


def _parts_said(given: ExportInput, files: int) -> tuple[Problem, ...]:
    if files == 1:
        return ()
    message = f"{files} files, since one import takes at most {CASTOR_MOST_POINTS:,} values: import each"
    return (finding(given.protocol, "W116", "", message),)


def _castor_row(view: SubjectView, variables: dict[str, str], stems: tuple[str, ...]) -> list[str]:
    dates = {variables[visit.visit.id]: _four_dates(visit) for visit in view.visits}
    empty = ("",) * len(_CASTOR_DATES)
    return [view.subject, view.site, *(cell for stem in stems for cell in dates.get(stem, empty))]


def _four_dates(visit: SubjectVisit) -> tuple[str, ...]:
    first, last = visit.window or (None, None)
    days = (visit.target, first, last, visit.planned)
    return tuple("" if day is None else f"{day:%d-%m-%Y}" for day in days)


def _open_visits(
    given: ExportInput,
) -> tuple[list[tuple[SubjectView, SubjectVisit, date]], tuple[Problem, ...]]:
    """The visits that are still to be held, with their day, and what is said of the others.

    Raises:
        OutputError: If there is none.
    """
    visits, without, over = [], [], []
    for view in given.views:
        for visit in view.visits:
            day = visit.booked or visit.planned
            if state_of(visit) not in _OPEN:
                over.append((view.subject, visit.visit.id))
            elif day is None:
                without.append((view.subject, visit.visit.id))
            else:
                visits.append((view, visit, day))
    if not visits:
        raise refuse(given.protocol, "X101", "", "expected at least one visit that is to be held on a day, got none")
    findings = rows_left_out(given, without, "without a day")
    return visits, (*findings, *rows_left_out(given, over, "held, missed or cancelled"))


def _oids(protocol: Protocol) -> dict[str, str]:
    """The OID of each visit's event definition, by the visit's id.

    Raises:
        OutputError: If two visits would have the same.
    """
    return _told_apart({v.id: f"SE_{_SIGNS.sub('_', v.id).upper()}" for v in protocol.visits}, protocol)


def _variables(protocol: Protocol) -> dict[str, str]:
    """What the variables of each visit begin with, by the visit's id.

    Raises:
        OutputError: If two visits would have the same.
    """
    return _told_apart({v.id: _SIGNS.sub("_", v.id).lower() for v in protocol.visits}, protocol)


def _told_apart(names: dict[str, str], protocol: Protocol) -> dict[str, str]:
    counts = Counter(names.values())
    alike = [visit for visit, name in names.items() if counts[name] > 1]
    if alike:
        message = f"expected visits whose names differ in letters or digits, got {named(alike)}"
        raise refuse(protocol, "X130", "visits", message, "give one of them another id")
    return names


PRESETS = (
    Preset(
        "openclinica",
        "OpenClinica 4: events to be created",
        needs_subjects=True,
        make=make_openclinica,
    ),
    Preset(
        "openspecimen",
        "OpenSpecimen: visits that are pending, with their date",
        needs_subjects=True,
        make=make_openspecimen,
        options=(("cp-short-title", "the short title of the collection protocol; the study's id unless told"),),
    ),
    Preset("castor", "Castor: one row a subject, dates as day-month-year", needs_subjects=True, make=make_castor),
)
