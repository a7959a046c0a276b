"""What has happened is judged by the version of the protocol that was in force on its day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run, run_well
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

OLD = protocol_text(
    regimen="dose: 100 mg\ntolerance: ±5 % of the ordered dose\nvisits: [D1, D29]",
    visits="D1: {}\nD4: {window: ±1 day}\nD15: {window: ±1 day}\nD29: {}",
).replace('version: "1.0"', 'version: "1"')
NEW = protocol_text(
    regimen="dose: 80 mg\ntolerance: ±5 % of the ordered dose\nvisits: [D1, D29]",
    visits="D1: {}\nD2: {}\nD15: {window: ±3 days}\nD29: {}",
).replace('version: "1.0"', 'version: "2"\namends: "1"\neffective: 2026-03-20')
SUBJECTS = "subject_id,arm,start,protocol_version\n001,active,2026-03-02,2\n002,active,2026-03-02,1\n"
HEAD = "subject_id,visit,date,status,dose,unit,note\n"
FILES = ("new.yaml", "s.csv", "--also", "old.yaml", "--actuals", "a.csv", "--as-of", "2026-04-10")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Subject 001 began under version 1 and was moved to version 2, which is in force from 20 March on."""
    for name, text in (("old.yaml", OLD), ("new.yaml", NEW), ("s.csv", SUBJECTS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def given(folder: Path, *rows: str) -> None:
    (folder / "a.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")


def deviations_of(subject: str) -> list[tuple[str, str, str]]:
    rows = csv_rows_of(run_well("deviations", *FILES).stdout)
    return [(row["visit"], row["protocol_version"], row["deviation"]) for row in rows if row["subject_id"] == subject]


def test_dose_of_a_day_before_the_amendment_is_held_against_the_dose_of_then(folder: Path) -> None:
    given(folder, "001,D1,2026-03-02,done,100,mg,")
    assert [one for one in deviations_of("001") if one[0] == "D1"] == []


def test_dose_of_a_day_after_the_amendment_is_held_against_the_new_dose(folder: Path) -> None:
    given(folder, "001,D1,2026-03-02,done,100,mg,", "001,D29,2026-03-30,done,100,mg,")
    assert [(visit, version) for visit, version, _ in deviations_of("001") if visit == "D29"] == [("D29", "2")]


def test_dose_that_is_booked_for_a_day_after_the_amendment_is_the_new_one(folder: Path) -> None:
    # planned for 2 March, when version 1 was in force, and booked for 21 March, the day after version 2 took effect
    given(folder, "001,D1,2026-03-21,planned,,,")
    row = csv_rows_of(run_well("doses", *FILES).stdout)[0]
    assert (row["visit"], row["protocol_version"], row["ordered_dose"]) == ("D1", "2", "80")


def test_window_is_that_of_the_version_in_force_on_the_day(folder: Path) -> None:
    # 16 March is the target: 19 March is 3 days late, in the new window alone, which came into force a day later
    given(folder, "001,D1,2026-03-02,done,100,mg,", "001,D15,2026-03-19,done,,,")
    assert [(visit, version) for visit, version, _ in deviations_of("001") if visit == "D15"] == [("D15", "1")]


def test_visit_that_the_amendment_dropped_may_be_on_record_from_before(folder: Path) -> None:
    given(folder, "001,D1,2026-03-02,done,100,mg,", "001,D4,2026-03-05,done,,,")
    rows = csv_rows_of(run_well("visits", *FILES).stdout)
    own = [(row["visit"], row["protocol_version"], row["status"]) for row in rows if row["subject_id"] == "001"]
    assert ("D4", "1", "done") in own
    assert [visit for visit, _, _ in own] == ["D1", "D4", "D15", "D29"]  # D2 came in after its day


def test_visit_that_the_amendment_dropped_can_t_be_held_after_it(folder: Path) -> None:
    given(folder, "001,D1,2026-03-02,done,100,mg,", "001,D4,2026-03-21,done,,,")
    result = run("visits", *FILES)
    assert (result.exit_code, "a.csv:3:0: visit" in result.stderr or "a.csv:3: visit" in result.stderr) == (1, True)
    assert "C315" in result.stderr


def test_every_dose_stands_once_in_the_version_of_its_day(folder: Path) -> None:
    given(folder, "001,D1,2026-03-02,done,100,mg,")
    rows = csv_rows_of(run_well("doses", *FILES).stdout)
    own = [(row["visit"], row["protocol_version"], row["ordered_dose"]) for row in rows if row["subject_id"] == "001"]
    assert own == [("D1", "1", "100"), ("D29", "2", "80")]


def test_subject_of_the_older_version_stays_with_it(folder: Path) -> None:
    given(folder, "002,D1,2026-03-02,done,100,mg,")
    rows = csv_rows_of(run_well("doses", *FILES).stdout)
    own = [(row["visit"], row["protocol_version"], row["ordered_dose"]) for row in rows if row["subject_id"] == "002"]
    assert own == [("D1", "1", "100"), ("D29", "1", "100")]


def test_calendar_of_a_moved_subject_is_one(folder: Path) -> None:
    given(folder, "001,D1,2026-03-02,done,100,mg,", "001,D4,2026-03-05,done,,,")
    run_well("print", *FILES, "--what", "coordinator", "--subject", "001", "-o", "c.html")
    page = (folder / "c.html").read_text(encoding="utf-8")
    assert page.count("Day 4") >= 1
    assert page.count("<h1") == 1


def test_three_versions_each_judge_their_own_days(folder: Path) -> None:
    third = NEW.replace('version: "2"\namends: "1"\neffective: 2026-03-20', 'version: "3"\neffective: 2026-03-25')
    (folder / "third.yaml").write_text(third.replace("80 mg", "60 mg"), encoding="utf-8")
    (folder / "s.csv").write_text(SUBJECTS.replace("001,active,2026-03-02,2", "001,active,2026-03-02,3"))
    given(folder, "001,D1,2026-03-21,done,80,mg,")
    files = ("third.yaml", "s.csv", "--also", "old.yaml", "--also", "new.yaml", *FILES[4:])
    rows = csv_rows_of(run_well("doses", *files).stdout)
    own = [(row["visit"], row["protocol_version"], row["ordered_dose"]) for row in rows if row["subject_id"] == "001"]
    assert own == [("D1", "2", "80"), ("D29", "3", "60")]
