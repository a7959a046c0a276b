"""Doses that depend on a condition, with what is drawn of each: through the commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run, run_well

if TYPE_CHECKING:
    from pathlib import Path

PROTOCOL = """\
study: TEST-1
version: "1.0"
title: A trial for the tests
source: the tests
day_numbering: no day 0
anchors:
  start: {label: first infusion}
arms:
  active: {label: Active}
products:
  first: {label: first drug, concentration: 10 mg/mL, container: {called: vial, content: 100 mg, volume: 10 mL}}
  second: {label: second drug, concentration: 1 mg/mL}
regimens:
  first: {product: first, dose: 10 mg/kg, weight: none stated, visits: [D1, D8], if: sex is F}
  second: {product: second, dose: 3 mg, visits: [D1, D8]}
visits: {D1: {}, D8: {}}
"""
SUBJECTS = (
    "subject_id,arm,start,weight_kg,sex\nm,active,2026-03-02,70,M\nf,active,2026-03-02,60,F\nu,active,2026-03-02,50,\n"
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    protocol, subjects = tmp_path / "protocol.yaml", tmp_path / "subjects.csv"
    protocol.write_text(PROTOCOL, encoding="utf-8")
    subjects.write_text(SUBJECTS, encoding="utf-8")
    return protocol, subjects


def test_volume_stays_with_its_dose_where_a_condition_leaves_doses_out(files: tuple[Path, Path]) -> None:
    # 10 mg per kg from 10 mg per mL is 1 mL per kg: 60 mL and 50 mL; 3 mg from 1 mg per mL is 3 mL
    rows = csv_rows_of(run_well("doses", *files).stdout)
    assert [(row["subject_id"], row["regimen"], row["volume_ml"], row["containers"]) for row in rows] == [
        *([("m", "second", "3", "")] * 2),
        *([("f", "first", "60", "6"), ("f", "second", "3", "")] * 2),
        *([("u", "first", "50", "5"), ("u", "second", "3", "")] * 2),
    ]


def test_dose_whose_condition_is_not_known_says_so(files: tuple[Path, Path]) -> None:
    rows = csv_rows_of(run_well("doses", *files).stdout)
    said = {(row["subject_id"], row["regimen"]): "only if sex is F: not known" in row["notes"] for row in rows}
    assert {key for key, is_said in said.items() if is_said} == {("u", "first")}


def test_worksheet_has_no_dose_that_a_condition_leaves_out(files: tuple[Path, Path]) -> None:
    sheet = run_well("worksheet", *files, "--subject", "m").stdout
    assert "regimen       second" in sheet
    assert "regimen       first" not in sheet


def test_worksheet_warns_of_a_condition_that_is_not_known(files: tuple[Path, Path]) -> None:
    sheet = run_well("worksheet", *files, "--subject", "u", "--visit", "D1").stdout
    assert "! only if sex is F: not known" in sheet


def test_containers_are_not_promised_to_doses_that_a_condition_leaves_out(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    # of 7 vials, the 6 for the dose of f on D1 are there, although m stands before her
    lots = tmp_path / "lots.csv"
    rows = "".join(f"first,L1,V{place},100,mg,10\n" for place in range(1, 8))
    lots.write_text(f"product,lot,container,content,unit,volume_ml\n{rows}", encoding="utf-8")
    sheet = run_well("worksheet", *files, "--subject", "f", "--visit", "D1", "--lots", lots).stdout
    assert "V1, V2, V3, V4, V5, V6" in sheet


def test_single_dose_says_under_which_condition_it_is_given(files: tuple[Path, Path]) -> None:
    text = run("dose", files[0], "--arm", "active", "--weight", "60").stdout
    assert "only if sex is F: not known" in text
