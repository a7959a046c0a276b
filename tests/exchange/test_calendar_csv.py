"""Calendars as CSV are read back by their documented rules: columns, dates, whole days, and nothing given away."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from tests.command_line import run, run_well
from tests.followed import files

if TYPE_CHECKING:
    from pathlib import Path

GOOGLE = "Subject,Start Date,Start Time,End Date,End Time,All Day Event,Description,Location,Private"
OUTLOOK = (
    '"Subject","Start Date","Start Time","End Date","End Time","All day event","Reminder on/off","Reminder Date",'
    '"Reminder Time","Meeting Organizer","Required Attendees","Optional Attendees","Meeting Resources",'
    '"Billing Information","Categories","Description","Location","Mileage","Priority","Private","Sensitivity",'
    '"Show time as"'
)
VISITS = "D1: {label: 'Visit 1, \"first\"'}\nD3: {window: ±1 day}"


def rows_of(folder: Path, target: str, *options: str, **more: str) -> list[dict[str, str]]:
    """The rows of a target, each by the names of the header."""
    protocol, subjects, *_ = files(folder, visits=more.pop("visits", VISITS), **more)
    content = run_well("export", protocol, subjects, "--to", target, *options).stdout_bytes
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))


@pytest.mark.parametrize(("target", "header"), [("google", GOOGLE), ("outlook", OUTLOOK)])
def test_header_is_that_of_the_target(tmp_path: Path, target: str, header: str) -> None:
    protocol, subjects, *_ = files(tmp_path, visits=VISITS)
    content = run_well("export", protocol, subjects, "--to", target).stdout_bytes
    assert content.startswith(header.encode() + b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == 3


def test_google_row_is_a_whole_private_day(tmp_path: Path) -> None:
    first, second = rows_of(tmp_path, "google", "--as-of", "2026-03-01")
    assert first["Subject"] == '1: Visit 1, "first" (D1)'
    assert (second["Subject"], second["Start Date"], second["End Date"]) == ("1: Day 3", "03/04/2026", "03/04/2026")
    assert (second["All Day Event"], second["Private"]) == ("True", "True")
    assert (second["Start Time"], second["End Time"]) == ("", "")
    assert second["Description"].startswith("Window: 3 March 2026 to 5 March 2026; Status: planned by the protocol")
    assert second["Description"].endswith(", as of 1 March 2026")


def test_outlook_row_is_a_whole_private_day(tmp_path: Path) -> None:
    first, second = rows_of(tmp_path, "outlook")
    assert first["Subject"] == '1: Visit 1, "first" (D1)'
    assert datetime.strptime(second["Start Date"], "%m/%d/%Y").date().isoformat() == "2026-03-04"  # noqa: DTZ007 - a day
    assert (second["All day event"], second["Private"], second["Reminder on/off"]) == ("True", "True", "False")
    assert second["Sensitivity"] == "Private"


@pytest.mark.parametrize("target", ["google", "outlook"])
def test_neither_dose_nor_arm_is_named_unless_asked_for(tmp_path: Path, target: str) -> None:
    given = {"regimen": "dose: 1 million cells\nlabel: cell infusion", "subjects": "1,active,2026-03-02"}
    given["visits"] = "D1: {label: Cell infusion}"
    (silent,) = rows_of(tmp_path, target, **given)
    said = " ".join(silent.values()).casefold()
    assert not any(word in said for word in ("active", "drug", "infusion", "million"))
    (told,) = rows_of(tmp_path, target, "--set", "doses=yes", "--set", "arms=yes", **given)
    assert told["Subject"] == "1: Cell infusion (D1)"
    assert "Dose: cell infusion, 1,000,000 cells (1 million; 1 × 10⁶)" in told["Description"]
    assert "Arm: Active" in told["Description"]


@pytest.mark.parametrize("target", ["google", "outlook"])
def test_formulas_are_guarded_and_counted(tmp_path: Path, target: str) -> None:
    protocol, subjects, *_ = files(tmp_path, visits=VISITS, subjects="@1+1,control,2026-03-02")
    result = run_well("export", protocol, subjects, "--to", target)
    rows = list(csv.DictReader(io.StringIO(result.stdout, newline="")))
    assert [row["Subject"] for row in rows] == ['\'@1+1: Visit 1, "first" (D1)', "'@1+1: Day 3"]
    assert f"{target}.csv: 2 texts that a spreadsheet would run as a formula" in result.stderr


def test_what_the_program_would_do_is_said(tmp_path: Path) -> None:
    protocol, subjects, *_ = files(tmp_path, visits=VISITS)
    google = run_well("export", protocol, subjects, "--to", "google").stderr
    outlook = run_well("export", protocol, subjects, "--to", "outlook").stderr
    assert "stands in the calendar twice; the target ics brings events up to date [W104]" in google
    assert "the language it is used in, and these are English; the target ics is the safer way" in outlook
    assert ("[W105]" in outlook, "[W105]" in google) == (True, False)


def test_calendar_of_nothing_is_refused(tmp_path: Path) -> None:
    protocol, subjects, *_ = files(tmp_path, visits="D1: {arms: [active]}", subjects="1,control,2026-03-02")
    result = run("export", protocol, subjects, "--to", "google")
    assert (result.exit_code, "[X101]" in result.stderr) == (1, True)


def test_each_subject_gets_a_file_that_names_nobody(tmp_path: Path) -> None:
    protocol, subjects, *_ = files(tmp_path, visits=VISITS, subjects="1,control,2026-03-02\n2,control,2026-03-09")
    run_well("export", protocol, subjects, "--to", "google", "--per", "subject", "-o", tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["1-google.csv", "2-google.csv"]
    rows = csv.DictReader(io.StringIO((tmp_path / "out" / "2-google.csv").read_text(encoding="utf-8"), newline=""))
    assert [(row["Subject"], row["Start Date"]) for row in rows] == [
        ('Visit 1, "first" (D1)', "03/09/2026"),
        ("Day 3", "03/11/2026"),
    ]
