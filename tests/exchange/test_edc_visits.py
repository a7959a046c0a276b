"""Visits for OpenClinica, OpenSpecimen and Castor, read back by their documented rules."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from tests.example_protocols import protocol_text
from tests.exchange.exported import export

if TYPE_CHECKING:
    from pathlib import Path

SUBJECTS = "subject_id,arm,start,site\n007,active,2026-01-30,NA\n008,control,2026-02-02,B\n"
ACTUALS = (
    "subject_id,visit,date,status,dose,unit,note\n"
    "007,D1,2026-01-30,done,,,\n"
    "007,D3,,cancelled,,,\n"
    "007,D8,2026-02-09,planned,,,\n"
)
VISITS = "D1: {}\nD3: {}\nD8: {}"
LEFT_OUT = "held, missed or cancelled"


def subjects_of(protocols: Path, study: str) -> Path:
    """The example subjects of a registry trial."""
    return protocols / "examples" / f"{study}-subjects.csv"


@pytest.mark.parametrize(
    ("study", "rows", "dates"),
    [
        ("NCT04611256", 20 * 10, {"SE_BASELINE": "2020-08-04", "SE_D3": "2020-08-06", "SE_D25": "2020-08-28"}),
        ("NCT04252118", 10 * 10 + 10 * 9, {"SE_BASELINE": "2020-01-27", "SE_D180": "2020-07-25"}),
    ],
)
def test_openclinica_creates_an_event_for_each_visit(
    study: str, rows: int, dates: dict[str, str], tmp_path: Path, protocols: Path
) -> None:
    exported = export(tmp_path, study, "openclinica", subjects=subjects_of(protocols, study))
    assert exported.header("openclinica.csv") == (
        "ParticipantID,StudyEventOID,StudyEventRepeatKey,StartDate,EndDate,StudyEventStatus"
    )
    got = exported.rows("openclinica.csv")
    assert len(got) == rows
    assert all(date.fromisoformat(row["StartDate"]) for row in got)  # yyyy-MM-dd, always there
    assert {row["StudyEventRepeatKey"] for row in got} == {""}  # empty creates
    assert {row["EndDate"] + row["StudyEventStatus"] for row in got} == {""}
    assert all(re.fullmatch(r"SE_[A-Z0-9_]+", row["StudyEventOID"]) for row in got)
    mine = {row["StudyEventOID"]: row["StartDate"] for row in got if row["ParticipantID"] == "001"}
    assert {oid: mine[oid] for oid in dates} == dates


def test_openclinica_says_how_oids_are_made_and_that_it_takes_a_file_a_site(tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(), "openclinica", subjects=SUBJECTS)
    assert exported.lines_with("W113") == [
        "StudyEventOID: an OID is SE_ and the visit's id in capitals (D1 is SE_D1): compare them with the study's own"
    ]
    assert exported.lines_with("W116") == [
        "subjects of NA and B in one file, while OpenClinica takes a file a site (--per site writes them)"
    ]
    parted = export(tmp_path, protocol_text(), "openclinica", "--per", "site", "--force", subjects=SUBJECTS)
    assert parted.rows("NA-openclinica.csv")[0]["ParticipantID"] == "007"
    assert parted.rows("B-openclinica.csv")[0]["ParticipantID"] == "008"
    assert parted.lines_with("W116") == []


@pytest.mark.parametrize("target", ["openclinica", "openspecimen"])
def test_only_visits_that_are_to_be_held_go_out(target: str, tmp_path: Path) -> None:
    (tmp_path / "actuals.csv").write_text(ACTUALS, encoding="utf-8")
    exported = export(
        tmp_path, protocol_text(visits=VISITS), target, "--actuals", tmp_path / "actuals.csv", subjects=SUBJECTS
    )
    (name,) = exported.files
    ids, days = ("ParticipantID", "StartDate") if target == "openclinica" else ("PPID", "Visit Date")
    got = [(row[ids], row[days]) for row in exported.rows(name)]
    # subject 007: D8 would be 6 February and is booked for the 9th; the others are over
    assert got[0] == ("007", "2026-02-09")
    assert LEFT_OUT in exported.lines_with("W115")[0]
    assert "D1 of 007, D3 of 007" in exported.lines_with("W115")[0]


def test_openspecimen_has_no_blank_status_and_no_blank_date(tmp_path: Path, protocols: Path) -> None:
    exported = export(tmp_path, "NCT04611256", "openspecimen", subjects=subjects_of(protocols, "NCT04611256"))
    assert exported.header("openspecimen-visits.csv") == (
        "Identifier,CP Short Title,PPID,Event Label,Name,Visit Date,Visit Site,Visit Status,Clinical Diagnosis,"
        "Clinical Status,Cohort,Path. Number,Pathology Report Name"
    )
    rows = exported.rows("openspecimen-visits.csv")
    assert len(rows) == 200
    assert {row["Visit Status"] for row in rows} == {"Pending"}
    assert all(date.fromisoformat(row["Visit Date"]) for row in rows)
    mine = {row["Event Label"]: row["Visit Date"] for row in rows if row["PPID"] == "001"}
    assert (mine["Baseline"], mine["Day 3"], mine["Day 25"]) == ("2020-08-04", "2020-08-06", "2020-08-28")
    assert {row["CP Short Title"] for row in rows} == {"NCT04611256"}


def test_openspecimen_tells_shared_labels_apart_and_takes_a_title(tmp_path: Path, protocols: Path) -> None:
    hepatitis = protocols / "examples/hepatitis-e-vaccine.yaml"
    subjects = protocols / "examples/hepatitis-e-vaccine-subjects.csv"
    exported = export(tmp_path, hepatitis, "openspecimen", "cp-short-title=HEV", "--unblinded", subjects=subjects)
    rows = exported.rows("openspecimen-visits.csv")
    assert {row["CP Short Title"] for row in rows} == {"HEV"}
    assert "Home visit after dose 1 (A1D7)" in {row["Event Label"] for row in rows}
    assert exported.lines_with("W113")[0].startswith(
        "A1D1, A1D2, A1D3, A1D4, A1D5, A1D6 and A1D7: the label is that of"
    )


def test_visit_without_a_day_is_left_out_rather_than_left_blank(tmp_path: Path) -> None:
    exported = export(
        tmp_path, protocol_text(visits="D1: {}\nscreen: {window: D-7 to D-1}"), "openspecimen", subjects=SUBJECTS
    )
    assert [row["Event Label"] for row in exported.rows("openspecimen-visits.csv")] == ["Day 1", "Day 1"]
    assert exported.lines_with("W115") == ["2 visits are left out, without a day: screen of 007, screen of 008"]


def test_castor_has_a_row_a_subject_and_days_first(tmp_path: Path, protocols: Path) -> None:
    exported = export(tmp_path, "NCT04252118", "castor", subjects=subjects_of(protocols, "NCT04252118"))
    rows = exported.rows("castor.csv")
    assert len(rows) == 20
    mine = next(row for row in rows if row["participant_id"] == "001")
    assert (mine["site_abbreviation"], mine["d0_target"], mine["d180_planned"]) == ("CN02", "27-01-2020", "25-07-2020")
    other = next(row for row in rows if row["participant_id"] == "002")
    assert (other["d0_target"], other["d180_target"]) == ("", "30-07-2020")
    days = [cell for row in rows for name, cell in row.items() if name.endswith("_target") and cell]
    assert all(datetime.strptime(cell, "%d-%m-%Y") for cell in days)  # noqa: DTZ007 - a date has no zone
    assert not any("window" in name for name in mine)  # no window is stated, and a column of blanks says nothing


def test_castor_has_the_windows_that_are_stated(tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(visits="D8: {window: -1 to +2 days}"), "castor", subjects=SUBJECTS)
    assert exported.rows("castor.csv")[0] == {
        "participant_id": "007",
        "site_abbreviation": "NA",
        "d8_target": "06-02-2026",
        "d8_window_start": "05-02-2026",
        "d8_window_end": "08-02-2026",
        "d8_planned": "06-02-2026",
    }


def test_castor_has_as_many_files_as_imports(tmp_path: Path) -> None:
    visits = "\n".join(f"v{k}: {{days: {k}}}" for k in range(1, 101))  # 200 values a subject: 125 subjects an import
    subjects = "subject_id,arm,start\n" + "".join(f"{k:03d},active,2026-01-30\n" for k in range(126))
    exported = export(tmp_path, protocol_text(visits=visits), "castor", subjects=subjects)
    assert list(exported.files) == ["castor-2.csv", "castor.csv"]
    assert (len(exported.rows("castor.csv")), len(exported.rows("castor-2.csv"))) == (125, 1)
    (line,) = exported.lines_with("W116")
    assert line.startswith("2 files, since one import takes at most 25,000 values")


@pytest.mark.parametrize("target", ["openclinica", "castor"])
def test_visits_that_would_be_one_are_refused(target: str, tmp_path: Path) -> None:
    text = protocol_text(visits="a.b: {days: 1}\na_b: {days: 2}")
    refused = export(tmp_path, text, target, subjects=SUBJECTS)
    assert (refused.exit_code, refused.files) == (1, {})
    assert "expected visits whose names differ in letters or digits, got a.b and a_b" in refused.said
    assert "[X130]" in refused.said


@pytest.mark.parametrize("target", ["openclinica", "openspecimen", "castor", "fhir"])
def test_nothing_to_hold_is_refused(target: str, tmp_path: Path) -> None:
    start = "  start: {label: first infusion}\n"
    text = protocol_text(visits="end: {days: 1, anchor: stop}").replace(
        start, f"{start}  stop: {{label: stop, date: may be empty}}\n"
    )
    refused = export(tmp_path, text, target, subjects="subject_id,arm,start,stop\n1,active,2026-01-30,\n")
    assert (refused.exit_code, refused.files, "[X101]" in refused.said) == (1, {}, True)
