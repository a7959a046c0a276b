"""Versions of a protocol: what a new one changes for whom, and subjects on different versions in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, json_of, run, run_well
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

REGIMEN = "dose: 1 mg/kg\nvisits: [D1, D8]"
OLD_VISITS, NEW_VISITS = "D1: {}\nD8: {window: ±1 day}\nD15: {}", "D1: {}\nD8: {window: ±2 days}\nD22: {}"
HEAD = "subject_id,arm,start,weight_kg,protocol_version\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    old = protocol_text(regimen=REGIMEN, visits=OLD_VISITS)
    new = protocol_text(regimen=f"{REGIMEN}\nat_most: 75 mg", visits=NEW_VISITS)
    new = new.replace('version: "1.0"', 'version: "2.0"\namends: "1.0"\neffective: 2026-03-12')
    (tmp_path / "old.yaml").write_text(old.replace('version: "1.0"', 'version: "1.0"\neffective: 2026-01-05'))
    (tmp_path / "new.yaml").write_text(new)
    return tmp_path


def planned(folder: Path, rows: str, *options: str) -> list[dict[str, str]]:
    (folder / "subjects.csv").write_text(HEAD + rows, encoding="utf-8")
    files: list[str | Path] = [folder / "new.yaml", folder / "subjects.csv", "--also", folder / "old.yaml"]
    return csv_rows_of(run_well("visits", *files, *options).stdout)


def test_each_subject_is_planned_by_the_version_that_it_names(folder: Path) -> None:
    rows = planned(folder, "1,active,2026-03-09,70,1.0\n2,active,2026-03-09,70,2.0\n")
    assert [(row["subject_id"], row["protocol_version"], row["visit"]) for row in rows] == [
        *[("1", "1.0", visit) for visit in ("D1", "D8", "D15")],
        *[("2", "2.0", visit) for visit in ("D1", "D8", "D22")],
    ]


@pytest.mark.parametrize(
    ("start", "version"),
    [("2026-01-05", "1.0"), ("2026-03-11", "1.0"), ("2026-03-12", "2.0"), ("2026-12-31", "2.0")],
)
def test_version_in_effect_on_the_first_day_holds_where_none_is_named(start: str, version: str, folder: Path) -> None:
    assert {row["protocol_version"] for row in planned(folder, f"1,active,{start},70,\n")} == {version}


def test_rows_stand_in_the_order_of_the_input_whatever_their_version(folder: Path) -> None:
    rows = "".join(f"{k},active,2026-03-09,70,{'12'[k % 2]}.0\n" for k in range(1, 8))
    subjects = list(dict.fromkeys(row["subject_id"] for row in planned(folder, rows)))
    assert subjects == ["1", "2", "3", "4", "5", "6", "7"]


def test_subject_before_every_version_is_a_problem(folder: Path) -> None:
    (folder / "subjects.csv").write_text(f"{HEAD}1,active,2026-01-04,70,\n", encoding="utf-8")
    result = run("visits", folder / "new.yaml", folder / "subjects.csv", "--also", folder / "old.yaml")
    assert result.exit_code == 1
    assert "none is in effect on 2026-01-04" in result.stderr
    assert "subjects.csv:2:" in result.stderr
    assert "[L082]" in result.stderr


def test_subject_stands_once_over_all_versions(folder: Path) -> None:
    (folder / "subjects.csv").write_text(f"{HEAD}1,active,2026-03-09,70,1.0\n1,active,2026-03-09,70,2.0\n")
    result = run("visits", folder / "new.yaml", folder / "subjects.csv", "--also", folder / "old.yaml")
    assert (result.exit_code, "[C102]" in result.stderr) == (1, True)


def test_doses_follow_the_version_too(folder: Path) -> None:
    (folder / "subjects.csv").write_text(f"{HEAD}1,active,2026-03-09,80,1.0\n2,active,2026-03-09,80,2.0\n")
    files: list[str | Path] = [folder / "new.yaml", folder / "subjects.csv", "--also", folder / "old.yaml"]
    rows = csv_rows_of(run_well("doses", *files).stdout)
    assert [(row["subject_id"], row["ordered_dose"]) for row in rows] == [
        ("1", "80"),
        ("1", "80"),
        ("2", "75"),
        ("2", "75"),
    ]


@pytest.mark.parametrize(
    ("text", "code"), [("study: TEST-1\n", "L081"), ("study: OTHER-1\n", "L080")], ids=["same-version", "other-study"]
)
def test_versions_are_of_one_study_and_each_once(text: str, code: str, folder: Path) -> None:
    other = (folder / "new.yaml").read_text(encoding="utf-8").replace("study: TEST-1\n", text)
    (folder / "other.yaml").write_text(other, encoding="utf-8")
    (folder / "subjects.csv").write_text(f"{HEAD}1,active,2026-03-12,70,\n")
    result = run("visits", folder / "new.yaml", folder / "subjects.csv", "--also", folder / "other.yaml")
    assert result.exit_code == 1
    assert f"[{code}]" in result.stderr


def test_difference_is_said_in_words_and_for_whom(folder: Path) -> None:
    (folder / "subjects.csv").write_text(f"{HEAD}1,active,2026-03-09,80,\n2,control,2026-03-02,60,\n")
    result = run_well("diff", folder / "old.yaml", folder / "new.yaml", "--subjects", folder / "subjects.csv")
    lines = result.stdout.splitlines()
    assert "the new version takes effect on 2026-03-12" in lines
    assert "  window: ±1 day -> ±2 days" in lines
    assert "  dose: 1 mg per kg -> 1 mg per kg, at most 75 mg" in lines
    of_subject_1 = lines[lines.index("subject 1") + 1 : lines.index("subject 2")]
    assert of_subject_1 == [
        "  D8 window start: 2026-03-15 -> 2026-03-14",
        "  D8 window end: 2026-03-17 -> 2026-03-18",
        "  D22 added: 2026-03-30",
        "  D15 removed: 2026-03-23",
        "  infusion at D8 ordered dose: 80 mg -> 75 mg",  # the dose of 9 March was before the new version
    ]
    # subject 2 of the control arm: its D8, 9 March, was before the new version
    assert lines[lines.index("subject 2") + 1 :] == ["  D22 added: 2026-03-23", "  D15 removed: 2026-03-16"]


def test_difference_of_a_version_with_itself_is_empty(folder: Path) -> None:
    (folder / "subjects.csv").write_text(f"{HEAD}1,active,2026-03-09,80,\n")
    options: list[str | Path] = ["--subjects", folder / "subjects.csv", "--json"]
    said = json_of(run_well("diff", folder / "old.yaml", folder / "old.yaml", *options))
    assert (said["changes"], said["subjects"]) == ([], [])


def test_difference_of_two_studies_is_refused(folder: Path) -> None:
    result = run("diff", folder / "old.yaml", "NCT04611256")
    assert (result.exit_code, "[L080]" in result.stderr) == (1, True)


TARGETS_OF_VISITS = ("ics", "google", "fhir", "openclinica", "openspecimen", "castor", "redcap-records")


def amended(folder: Path) -> list[str | Path]:
    """A subject who was seen under the old version and goes on under the new one, which has no D15."""
    (folder / "subjects.csv").write_text(f"{HEAD}1,active,2026-02-23,70,2.0\n", encoding="utf-8")
    (folder / "actuals.csv").write_text(
        "subject_id,visit,date,status\n1,D1,2026-02-23,done\n1,D8,2026-03-02,done\n1,D15,2026-03-09,done\n"
    )
    files: list[str | Path] = [folder / "new.yaml", folder / "subjects.csv", "--also", folder / "old.yaml"]
    return [*files, "--actuals", folder / "actuals.csv", "--as-of", "2026-03-13"]


@pytest.mark.parametrize("target", TARGETS_OF_VISITS)
def test_export_takes_each_visit_by_the_version_that_it_was_planned_by(target: str, folder: Path) -> None:
    result = run("export", *amended(folder), "--to", target, "-o", f"{folder}/out/")
    assert result.exit_code == 0
    assert list((folder / "out").iterdir())


def test_entry_of_a_calendar_names_the_version_of_its_visit(folder: Path) -> None:
    result = run_well("export", *amended(folder), "--to", "google")
    said = {row["Subject"]: row["Description"] for row in csv_rows_of(result.stdout)}
    versions = {subject: "version 1.0" if "version 1.0" in text else "version 2.0" for subject, text in said.items()}
    assert versions == {
        "1: Day 1": "version 1.0",
        "1: Day 8": "version 1.0",
        "1: Day 15": "version 1.0",
        "1: Day 22": "version 2.0",
    }


def test_timeline_of_a_subject_has_no_panel_of_a_version_without_visits(folder: Path) -> None:
    files = amended(folder)
    (folder / "subjects.csv").write_text(f"{HEAD}1,active,2026-02-23,70,2.0\n2,active,2026-03-16,70,\n")
    result = run("print", *files, "--what", "timeline", "-o", f"{folder}/out/")
    assert result.exit_code == 0
    panels = [text.count("subject ") for text in map(_text, sorted((folder / "out").iterdir()))]
    assert panels == [2, 1]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
