"""The sheets of a dose whose amount the protocol leaves open within a range; ends worked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import json_of, run, run_well

EXAMPLES = Path(__file__).parents[2] / "protocols" / "examples"
SHEET = ("worksheet", "examples/tisagenlecleucel", EXAMPLES / "tisagenlecleucel-subjects.csv")
SPLIT = """\
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
  drug:
    label: study drug
    counts: viable cells
    container: {called: bag, content: 100 million viable cells, volume: 50 mL}
    dilution: {total: 100 mL}
    use_within: 90 min of thaw
    viability: {at_least: 70 %}
    limits: {volume: at most 10 mL/kg}
regimens:
  infusion:
    product: drug
    dose: {from: 1 million viable cells/kg, to: 4 million viable cells/kg, aim: none stated}
    split: {D1: 25 %, D2: 75 %}
    at_most: 200 million viable cells
    weight: none stated
    rate: {over: 30 min}
visits: {D1: {}, D2: {}}
"""


@pytest.fixture
def split(tmp_path: Path) -> tuple[Path, Path]:
    protocol, subjects = tmp_path / "protocol.yaml", tmp_path / "subjects.csv"
    protocol.write_text(SPLIT, encoding="utf-8")
    subjects.write_text("subject_id,arm,start,weight_kg\n1,active,2026-03-02,60\n", encoding="utf-8")
    return protocol, subjects


def test_order_is_blank_beside_the_allowed_range() -> None:
    # 0.2 million × 38 kg = 7.6 million, 5 million × 38 kg = 190 million
    text = run_well(*SHEET, "--subject", "001").stdout
    assert "  ordered dose   ________________________ viable cells  (within the allowed" in text
    assert "7,600,000 viable cells (7.6 million; 7.6 × 10⁶) to 190,000,000 viable cells" in " ".join(text.split())
    assert "200,000 viable cells per kg × 38 kg\n                             = 7,600,000 viable cells" in text
    assert "write the dose that was\n  ordered, and work it out by hand." in text


def test_flat_range_of_the_upper_band_has_no_weight_in_its_working() -> None:
    text = run_well(*SHEET, "--subject", "003").stdout  # 50.1 kg
    assert "weight band            over 50 kg" in text
    assert "least dose allowed     10,000,000 viable cells" in text
    assert "greatest dose allowed  250,000,000 viable cells" in text


def test_ends_of_a_part_have_cap_and_share_in_their_working(split: tuple[Path, Path]) -> None:
    # 60 and 240 million, at most 200 million; a quarter of them: 15 and 50 million
    text = run_well("worksheet", *split, "--subject", "1", "--visit", "D1").stdout
    flat = " ".join(text.split())
    assert "15,000,000 viable cells (15 million; 1.5 × 10⁷) to 50,000,000 viable cells" in flat
    for step in (
        "greatest dose by the rule 4,000,000 viable cells per kg × 60 kg = 240,000,000 viable cells",
        "greatest dose allowed 200,000,000 viable cells, by the cap",
        "greatest dose at the visit 25 % of 200,000,000 viable cells = 50,000,000 viable cells",
        "limit: volume allowed at most 10 mL per kg found ________",
        "limit: viability allowed at least 70 % found ________",
    ):
        assert step in flat
    assert "dilution bring up to 100 mL volume to infuse ________________________ mL" in flat
    assert "rate to program ________________________ mL/h (over 30 min; it needs the volume to infuse)" in flat
    assert "expires at ________________________ (thawed at + 90 min)" in flat


def test_every_format_has_the_blank_order() -> None:
    (sheet,) = json_of(run_well(*SHEET, "--subject", "001", "--format", "json"))["sheets"]
    order = next(section for section in sheet["sections"] if section["id"] == "order")
    assert order["lines"][0] == {
        "kind": "blank",
        "id": "ordered_dose",
        "name": "ordered dose",
        "unit": "viable cells",
        "hint": "within the allowed range",
    }
    page = run_well(*SHEET, "--subject", "001", "--format", "html").stdout
    assert "within the allowed range" in page
    assert "190,000,000 viable cells" in page


def test_check_sheet_has_the_rule_and_no_end_of_the_range() -> None:
    text = run_well(*SHEET, "--subject", "001", "--check-sheet").stdout
    assert "least dose allowed     ________________________ viable cells" in text
    assert "ordered dose           ________________________ viable cells" in text
    for result in ("7,600,000", "190,000,000", "7.6 million"):
        assert result not in text


@pytest.mark.parametrize(
    ("ordered", "said", "code"),
    [
        ("100 million viable cells", "within the allowed range", 0),
        ("7.6 million viable cells", "within the allowed range", 0),
        ("190 million viable cells", "within the allowed range", 0),
        ("190.1 million viable cells", "OUTSIDE the allowed range", 1),
        ("7 million viable cells", "OUTSIDE the allowed range", 1),
        ("", "missing", 1),
    ],
)
def test_ordered_dose_is_held_against_the_range(ordered: str, said: str, code: int, tmp_path: Path) -> None:
    path = tmp_path / "check.yaml"
    text = run_well(*SHEET, "--subject", "001", "--check-sheet", "--format", "yaml").stdout
    found = {
        "checked_by:": "AB",
        "least_dose:": "7,600,000 viable cells",
        "greatest_dose:": "190 million viable cells",
        "ordered_dose:": ordered,
    }
    for name, value in found.items():
        text = text.replace(name, f"{name} {value}")
    path.write_text(text, encoding="utf-8")
    result = run(*SHEET, "--subject", "001", "--verify", path)
    assert result.exit_code == code, result.stderr
    assert result.stdout.splitlines()[-3:] == [
        "  least dose allowed     agrees",
        "  greatest dose allowed  agrees",
        f"  ordered dose           {said}",
    ]


def test_lots_promise_no_container_before_the_order(split: tuple[Path, Path], tmp_path: Path) -> None:
    lots = tmp_path / "lots.csv"
    lots.write_text(
        "product,lot,container,content,unit,volume_ml\ndrug,L1,A,100000000,viable cells,50\n", encoding="utf-8"
    )
    text = run_well("worksheet", *split, "--subject", "1", "--visit", "D1", "--lots", lots).stdout
    assert "No container of the lots is promised before the dose is ordered" in text
    assert "L1" not in text
