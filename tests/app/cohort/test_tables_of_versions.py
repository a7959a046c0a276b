"""Levels and lots are one table each, whatever versions and studies the subjects are of; each row is its subject's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run, run_well
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

VISITS = "D1: {}\nD29: {}"
OLD = protocol_text(
    regimen='dose: 100 mg\nlevels: {"-1": 75 mg}\nvisits: [D1, D29]\ntolerance: ±5 % of the ordered dose', visits=VISITS
).replace('version: "1.0"', 'version: "1"')
NEW = (
    protocol_text(regimen='dose: 100 mg\nlevels: {"-1": 75 mg, "-2": 50 mg}\nvisits: [D1, D29]', visits=VISITS).replace(
        'version: "1.0"', 'version: "2"\namends: "1"\neffective: 2026-03-20'
    )
).replace("  drug: {label: study drug}", "  drug: {label: study drug}\n  granules: {label: study granules}")
SUBJECTS = "subject_id,arm,start,protocol_version\n001,active,2026-03-02,2\n002,active,2026-03-02,1\n"
PROTOCOLS = ("old.yaml", "s.csv", "--also", "new.yaml")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Subject 001 is planned by version 2, which has a further level and a further product, and 002 by version 1."""
    for name, text in (("old.yaml", OLD), ("new.yaml", NEW), ("s.csv", SUBJECTS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def levels(folder: Path, *rows: str, head: str = "subject_id,date,level") -> tuple[str, str]:
    (folder / "l.csv").write_text("\n".join((head, *rows, "")), encoding="utf-8")
    return "--levels", "l.csv"


def ordered(*arguments: str) -> list[tuple[str, str, str]]:
    rows = csv_rows_of(run_well("doses", *arguments).stdout)
    return [(row["subject_id"], row["visit"], row["ordered_dose"]) for row in rows]


def test_level_is_one_of_its_subjects_version(folder: Path) -> None:
    table = levels(folder, "001,2026-03-25,-2", "002,2026-03-25,-1")
    doses = [("001", "D1", "100"), ("001", "D29", "50"), ("002", "D1", "100"), ("002", "D29", "75")]
    assert ordered(*PROTOCOLS, *table) == doses


def test_level_that_its_subjects_version_lacks_is_refused_with_its_place(folder: Path) -> None:
    table = levels(folder, "001,2026-03-25,-2", "002,2026-03-25,-2")
    result = run("doses", *PROTOCOLS, *table)
    assert (result.exit_code, result.stdout) == (1, "")
    assert 'l.csv:3:16: level: expected a level of the protocol (-1), got "-2" [C150]' in result.stderr
    skipped = run("doses", *PROTOCOLS, *table, "--skip-bad")
    assert {row["subject_id"] for row in csv_rows_of(skipped.stdout)} == {"001"}
    assert run("worksheet", *PROTOCOLS, *table, "--subject", "002", "--visit", "D29").exit_code == 1


@pytest.mark.parametrize(("regimen", "is_good"), [("infusion", True), ("", True), ("tablets", False)])
def test_regimen_of_a_level_is_one_of_its_subjects_version(regimen: str, folder: Path, *, is_good: bool) -> None:
    table = levels(folder, f"001,2026-03-25,-2,{regimen}", head="subject_id,date,level,regimen")
    result = run("doses", *PROTOCOLS, *table)
    assert result.exit_code == (0 if is_good else 1)
    refusal = 'l.csv:2: regimen: expected a regimen with levels (infusion), or nothing, got "tablets" [C150]'
    assert (refusal in result.stderr) is not is_good


def test_level_that_came_with_the_amendment_takes_nobody_out_of_the_version_before(folder: Path) -> None:
    # 90 mg for 100 mg on 2 March is beyond the ±5 % of version 1, which was in force; version 2 states no tolerance
    table = levels(folder, "001,2026-03-25,-2")
    actuals = "subject_id,visit,date,status,dose,unit,note\n001,D1,2026-03-02,done,90,mg,\n"
    (folder / "a.csv").write_text(actuals, encoding="utf-8")
    judged = ("--actuals", "a.csv", "--as-of", "2026-04-10")
    found = csv_rows_of(run_well("deviations", *PROTOCOLS, *table, *judged).stdout)
    own = [(row["visit"], row["protocol_version"]) for row in found if row["subject_id"] == "001"]
    assert ("D1", "1") in own
    rows = csv_rows_of(run_well("doses", *PROTOCOLS, *table, *judged).stdout)
    own = [(row["protocol_version"], row["ordered_dose"]) for row in rows if row["subject_id"] == "001"]
    assert own == [("1", "100"), ("2", "50")]


def test_difference_names_the_subject_whose_level_one_version_lacks(folder: Path) -> None:
    table = levels(folder, "001,2026-03-25,-2", "002,2026-03-25,-1")
    result = run("diff", "old.yaml", "new.yaml", "--subjects", "s.csv", *table)
    assert 'l.csv:2:16: level: expected a level of the protocol (-1), got "-2" [C150]' in result.stderr
    assert "l.csv:3" not in result.stderr


def test_columns_of_levels_that_nobody_asks_for_are_said_once(folder: Path) -> None:
    table = levels(folder, "001,2026-03-25,-2,x", head="subject_id,date,level,comment")
    said = run_well("doses", *PROTOCOLS, *table).stderr
    assert said.count('columns that nobody asks for are passed over: "comment"') == 1


LOTS = "product,lot,container,content,unit\ndrug,L1,1,100,mg\ngranules,G1,1,5,mg\n"


@pytest.mark.parametrize("command", ["doses", "demand"])
def test_lots_may_be_of_a_product_of_any_version(command: str, folder: Path) -> None:
    (folder / "lots.csv").write_text(LOTS, encoding="utf-8")
    run_well(command, *PROTOCOLS, "--lots", "lots.csv")
    (folder / "lots.csv").write_text(LOTS + "syrup,S1,1,5,mg\n", encoding="utf-8")
    refused = run(command, *PROTOCOLS, "--lots", "lots.csv")
    assert 'lots.csv:4:1: product: expected a product of the protocol: drug, granules, got "syrup"' in refused.stderr


def test_lot_whose_product_two_studies_have_is_promised_to_neither(folder: Path) -> None:
    (folder / "other.yaml").write_text(OLD.replace("study: TEST-1", "study: TEST-2"), encoding="utf-8")
    (folder / "s.csv").write_text("subject_id,arm,start,study\n001,active,2026-03-02,TEST-1\n", encoding="utf-8")
    (folder / "lots.csv").write_text(LOTS, encoding="utf-8")
    refused = run("today", "new.yaml", "other.yaml", "s.csv", "--lots", "lots.csv", "--as-of", "2026-03-02")
    assert refused.exit_code == 1
    assert (
        'lots.csv:2:1: product: expected a product of one study, got "drug" (TEST-1, TEST-2 have one of this id) [C120]'
        in refused.stderr
    )
    assert "granules" not in refused.stderr


def test_bad_row_on_record_leaves_out_its_own_subject_alone(folder: Path) -> None:
    # both rows stand on line 2 of their files
    (folder / "a").mkdir()
    head = "subject_id,visit,date,status\n"
    (folder / "a" / "1.csv").write_text(f"{head}001,D99,2026-03-02,done\n", encoding="utf-8")
    (folder / "a" / "2.csv").write_text(f"{head}002,D1,2026-03-02,done\n", encoding="utf-8")
    result = run("visits", *PROTOCOLS, "--actuals", "a", "--as-of", "2026-04-10", "--skip-bad")
    assert "a/1.csv:2: visit: expected a visit" in result.stderr
    assert {row["subject_id"] for row in csv_rows_of(result.stdout)} == {"002"}
