"""What rows and workings of doses say of horizons, of the weight of a rate, and of a rate that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run_well

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
study: T
version: "1"
title: t
source: s
day_numbering: no day 0
anchors: {start: {label: s}}
arms: {a: {label: A}}
products:
  tablet: {label: tablet}
  drip: {label: drip, concentration: 1 mg/mL}
  bag: {label: bag, dilution: {total: 100 mL}}
regimens:
  tablet: {product: tablet, dose: 10 mg, visits: [C*D1], rate: {over: 60 min}}
  drip: {product: drip, dose: 10 mg, visits: [C1D1], rate: {at_most: 2 mL/kg/h}}
  bag: {product: bag, dose: 10 mg, visits: [C1D1], rate: {over: 60 min}}
  once: {product: tablet, dose: 10 mg, visits: [early]}
cycles: {C: {length: 21 days, count: until progression, counted_from: planned}}
visits: {early: {day: D-1}, C*D1: {}}
"""
HORIZON = "cycles C go on until progression, planned for 2 cycles"
NOT_KNOWN = "over 60 min: rate not known in mL/h: no concentration"


@pytest.fixture
def rows(tmp_path: Path) -> dict[tuple[str, str], str]:
    """The notes of each dose of one subject of 70 kg, by regimen and visit."""
    (tmp_path / "protocol.yaml").write_text(TEXT)
    (tmp_path / "subjects.csv").write_text("subject_id,arm,start,weight_kg\n1,a,2026-03-02,70\n")
    run_ = run_well("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv", "--horizon", "2 cycles")
    return {(row["regimen"], row["visit"]): row["notes"] for row in csv_rows_of(run_.stdout)}


def test_doses_of_cycles_without_an_end_name_the_horizon(rows: dict[tuple[str, str], str]) -> None:
    assert {key: HORIZON in notes for key, notes in rows.items()} == {
        ("tablet", "C1D1"): True,
        ("tablet", "C2D1"): True,
        ("drip", "C1D1"): True,
        ("bag", "C1D1"): True,
        ("once", "early"): False,
    }


def test_rate_without_a_volume_is_said_to_be_not_known(rows: dict[tuple[str, str], str]) -> None:
    assert {key for key, notes in rows.items() if NOT_KNOWN in notes} == {("tablet", "C1D1"), ("tablet", "C2D1")}


def test_rate_per_kg_of_a_flat_dose_names_its_weight(rows: dict[tuple[str, str], str], tmp_path: Path) -> None:
    assert "the rate takes a weight of 70 kg" in rows["drip", "C1D1"]
    assert "flat dose: the rate alone takes a weight" in rows["drip", "C1D1"]
    assert "flat dose: weight is not used" in rows["once", "early"]
    options = ["--arm", "a", "--visit", "C1D1", "--weight", "70"]
    shown = " ".join(run_well("dose", tmp_path / "protocol.yaml", *options).stdout.split())
    # 2 mL × 70 an hour: 10 mL in 4.2857 min
    assert "at most 140 mL/h, for at least ≈ 4.3 min, the rate takes a weight of 70 kg" in shown
    assert NOT_KNOWN in shown


def test_rate_that_lots_make_known_is_not_said_to_be_unknown(tmp_path: Path) -> None:
    protocol, subjects, lots = (tmp_path / name for name in ("protocol.yaml", "subjects.csv", "lots.csv"))
    protocol.write_text(TEXT.replace("tablet: {label: tablet}", "tablet: {label: tablet, counts: none stated}"))
    subjects.write_text("subject_id,arm,start,weight_kg\n1,a,2026-03-02,70\n")
    lots.write_text("product,lot,container,content,unit,counts,volume_ml\ntablet,A,1,10,mg,,5\ntablet,A,2,10,mg,,5\n")
    table = run_well("doses", protocol, subjects, "--horizon", "2 cycles", "--lots", lots)
    notes = {(row["regimen"], row["visit"]): row["notes"] for row in csv_rows_of(table.stdout)}
    # the first container goes to the dose before, which has no rate, and the second to cycle 1; nothing is left then
    assert [NOT_KNOWN in notes[key] for key in (("once", "early"), ("tablet", "C1D1"), ("tablet", "C2D1"))] == [
        *(False, False, True)
    ]
