"""Doses that some subjects don't have: their numbers, what counts from them, and what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.command_line import csv_rows_of, run, run_well
from tests.example_protocols import protocol_text
from tests.followed import files, followed

if TYPE_CHECKING:
    from pathlib import Path

# the first infusion and the last one are for a late stage alone
VISITS = """\
D1: {if: stage is late}
D8: {}
D15: {}
D22: {if: stage is late}
after: {days: 7, after: last, window: ±1 day, arms: [active]}"""
REGIMEN = """\
dose: {first: 400 mcg/kg, then: 200 mcg/kg}
weight: {which: actual, each_dose: use the first weight}
visits: [D1, D8, D15, D22]"""
STAGES = "facts:\n  stage: {values: [early, late]}\n"
SUBJECTS = "1,active,2026-03-02,70,early\n2,active,2026-03-02,70,late\n3,active,2026-03-02,70,"


def staged(folder: Path, *actuals: str) -> tuple[Path, Path, str, Path]:
    """Three subjects of 70 kg: an early stage, a late one, and one that is not known."""
    found = files(
        folder,
        visits=VISITS,
        regimen=REGIMEN,
        more=STAGES,
        subjects=SUBJECTS,
        columns=",weight_kg,stage",
        actuals=actuals,
    )
    text = found[0].read_text(encoding="utf-8")
    last = "  last: {is: last dose of infusion}\narms:"
    found[0].write_text(text.replace("arms:", last, 1), encoding="utf-8")
    return found


def test_doses_are_numbered_among_those_that_the_subject_has(tmp_path: Path) -> None:
    protocol, subjects, *_ = staged(tmp_path)
    rows = csv_rows_of(run_well("doses", protocol, subjects).stdout)
    # 400 mcg/kg × 70 kg = 28,000 mcg is the first dose that somebody has, 14,000 mcg each later one
    assert [(row["subject_id"], row["dose_number"], row["visit"], row["ordered_dose"]) for row in rows] == [
        *[("1", "1", "D8", "28000"), ("1", "2", "D15", "14000")],
        *[("2", "1", "D1", "28000"), ("2", "2", "D8", "14000"), ("2", "3", "D15", "14000"), ("2", "4", "D22", "14000")],
        *[("3", "1", "D1", "28000"), ("3", "2", "D8", "14000"), ("3", "3", "D15", "14000"), ("3", "4", "D22", "14000")],
    ]
    unknown = "only if stage is late: not known"
    assert [unknown in row["notes"] for row in rows if row["subject_id"] == "3"] == [True, False, False, True]
    assert not any("not known" in row["notes"] for row in rows if row["subject_id"] != "3")


def test_what_counts_from_the_last_dose_counts_from_one_that_the_subject_has(tmp_path: Path) -> None:
    protocol, subjects, *_ = staged(tmp_path)
    rows = [row for row in csv_rows_of(run_well("visits", protocol, subjects).stdout) if row["visit"] == "after"]
    # D15 is Monday 16 March and D22 Monday 23 March
    assert [(row["anchor_date"], row["target_date"], row["window_start"], row["window_end"]) for row in rows] == [
        ("2026-03-16", "2026-03-23", "2026-03-22", "2026-03-24"),
        ("2026-03-23", "2026-03-30", "2026-03-29", "2026-03-31"),
        ("2026-03-23", "2026-03-30", "2026-03-29", "2026-03-31"),
    ]


def test_dose_that_was_missed_or_cancelled_keeps_its_number_and_says_so(tmp_path: Path) -> None:
    arguments = staged(tmp_path, "2,D1,,missed", "2,D15,,cancelled")
    rows = [row for row in followed("doses", arguments, "2026-03-12") if row["subject_id"] == "2"]
    assert [(row["dose_number"], row["visit"], row["ordered_dose"]) for row in rows] == [
        *[("1", "D1", "28000"), ("2", "D8", "14000"), ("3", "D15", "14000"), ("4", "D22", "14000")]
    ]
    place = "the first dose was not given: whether this one takes its place is not stated"
    said = ["the visit was missed", place, "the visit is cancelled", place]
    assert all(text in row["notes"] for text, row in zip(said, rows, strict=True))


def test_dose_at_a_visit_that_was_held_although_its_condition_is_false_is_numbered_with_the_others(
    tmp_path: Path,
) -> None:
    arguments = staged(tmp_path, "1,D1,2026-03-02,done")
    rows = [row for row in followed("doses", arguments, "2026-03-12") if row["subject_id"] == "1"]
    assert [(row["dose_number"], row["visit"]) for row in rows] == [("1", "D1"), ("2", "D8"), ("3", "D15")]


def test_dose_whose_own_condition_is_false_is_no_dose_of_a_visit_that_was_held(tmp_path: Path) -> None:
    more = {"subjects": "1,active,2026-03-02,M\n2,active,2026-03-02,M", "columns": ",sex"}
    given = ["1,D1,2026-03-02,done", "2,D1,2026-03-02,done,30,mg"]
    arguments = files(tmp_path, visits="D1: {}", regimen="dose: 30 mg\nif: sex is F", actuals=given, **more)
    # what was given to subject 2 all the same is on record, and stays
    assert [row["subject_id"] for row in followed("doses", arguments, "2026-03-12")] == ["2"]


def test_dose_that_was_given_although_its_condition_is_false_says_so_wherever_it_stands(tmp_path: Path) -> None:
    more = {"subjects": "2,active,2026-03-02,M", "columns": ",sex"}
    given = ["2,D1,2026-03-02,done", "2,D8,2026-03-09,done,30,mg"]
    regimen = "dose: 30 mg\nif: sex is F\nvisits: [D1, D8]"
    arguments = files(tmp_path, visits="D1: {}\nD8: {}", regimen=regimen, actuals=given, **more)
    said = "only if sex is F: false, and the visit was held"
    (dose,) = followed("doses", arguments, "2026-03-12")
    assert (dose["visit"], said in dose["notes"]) == ("D8", True)
    visits = followed("visits", arguments, "2026-03-12")
    assert [(row["doses"], said in row["notes"]) for row in visits] == [("", False), ("infusion", True)]
    assert f"infusion {said}" in visits[1]["notes"]
    sheet = run_well("worksheet", *arguments, "--subject", "2").stdout
    assert said in " ".join(sheet.split())
    page = tmp_path / "page.html"
    run_well("print", *arguments, "--what", "coordinator", "--lang", "es-MX", "--words", _words(tmp_path), "-o", page)
    assert "no se cumple, y la visita se realizó" in page.read_text(encoding="utf-8")


def _words(folder: Path) -> Path:
    (folder / "words.yaml").write_text("es-MX:\n  Active: Activo\n  Control: Control\n", encoding="utf-8")
    return folder / "words.yaml"


def test_nobody_prints_a_worksheet_of_a_dose_that_the_subject_does_not_have(tmp_path: Path) -> None:
    protocol, subjects, *_ = staged(tmp_path)
    assert "1 of 2" in run_well("worksheet", protocol, subjects, "--subject", "1", "--visit", "D8").stdout
    refused = run("worksheet", protocol, subjects, "--subject", "1", "--visit", "D1")
    assert (refused.exit_code, "[L006]" in refused.stderr) == (1, True)


def test_version_that_takes_a_visit_from_some_subjects_is_a_change_for_them(tmp_path: Path) -> None:
    old = protocol_text(visits="D1: {}\nD8: {}")
    new = protocol_text(visits="D1: {}\nD8: {if: sex is F}").replace('"1.0"', '"2.0"')
    (tmp_path / "old.yaml").write_text(old, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(new, encoding="utf-8")
    table = tmp_path / "subjects.csv"
    table.write_text("subject_id,arm,start,sex\n1,control,2026-03-02,F\n2,control,2026-03-02,M\n", encoding="utf-8")
    text = run_well("diff", tmp_path / "old.yaml", tmp_path / "new.yaml", "--subjects", table).stdout
    assert "1 subject has rows that change\nsubject 2\n  D8 removed: 2026-03-09\n" in text


def test_rescheduling_counts_from_the_last_dose_that_the_subject_has(tmp_path: Path) -> None:
    arguments = staged(tmp_path)
    options = ("--subject", "1", "--visit", "D15", "--to", "2026-03-18", "--as-of", "2026-03-08", "--format", "csv")
    rows = csv_rows_of(run_well("reschedule", *arguments, *options).stdout)
    # Wednesday 18 March and seven days are Wednesday 25 March; D22 is no dose of this subject
    assert [(row["visit"], row["from_date"], row["to_date"]) for row in rows] == [
        ("D15", "2026-03-16", "2026-03-18"),
        ("after", "2026-03-23", "2026-03-25"),
    ]
