"""What rows and workings of doses say of horizons, of the weight of a rate, and of a rate that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run, run_well
from tests.example_products import product_text

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


def test_delivered_dose_that_is_too_far_off_is_warned_of_in_every_output(tmp_path: Path) -> None:
    protocol, subjects = tmp_path / "protocol.yaml", tmp_path / "subjects.csv"
    regimen = "dose: 0.001 mg/kg\nrounding: {volume: {to: 1 mL, ties: up}}"
    protocol.write_text(product_text("concentration: 0.01 mg/mL", regimen, ("D1", "D8")))
    rows = "1,active,2026-03-09,20\n2,active,2026-03-09,14\n"
    subjects.write_text(f"subject_id,arm,start,weight_kg\n{rows}")
    # 0.014 mg are 1.4 mL: 1 mL holds 0.01 mg, 28.57 % less; 0.02 mg are 2 mL
    said = "the delivered dose is ≈ −28.57 % from the ordered one"
    shown = run_well("dose", protocol, "--arm", "active", "--visit", "D1", "--weight", "14")
    assert said in " ".join(shown.stdout.split())
    assert said in shown.stderr
    assert shown.stderr.count("[W053]") == 1
    table = run_well("doses", protocol, subjects)
    assert [f"WARNING: {said}" in row["notes"] for row in csv_rows_of(table.stdout)] == [False, False, True, True]
    assert f"subjects.csv:3: 2 at D1: {said}" in table.stderr
    assert "(and 1 more dose: see the notes) [W053]" in table.stderr
    sheet = run_well("worksheet", protocol, subjects, "--subject", "2", "--visit", "D1")
    assert f"! {said}" in " ".join(sheet.stdout.split())
    assert "[W053]" in sheet.stderr


def test_pump_without_a_rate_to_compare_with_names_the_reason(tmp_path: Path) -> None:
    protocol = tmp_path / "protocol.yaml"
    protocol.write_text(TEXT)
    result = run("dose", protocol, "--arm", "a", "--visit", "C1D1", "--weight", "70", "--pump", "5 mL/h")
    assert result.exit_code == 1
    assert "it needs" in result.stderr
    assert "[L025]" in result.stderr
