"""What a file's doses may well not mean: said at ``check``, with a place and a code that begins with W."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import json_of, run, run_well
from tests.example_protocols import protocol_of, protocol_text

if TYPE_CHECKING:
    from pathlib import Path

RANGE = "{{from: {low}, to: {high}, aim: none stated}}"


def codes_of(regimen: str) -> list[str]:
    return [warning.code for warning in protocol_of(protocol_text(regimen=regimen)).warnings]


def bands(*rows: tuple[str, str]) -> str:
    return "dose:\n" + "\n".join(f"  - {{weight: {weight}, give: {give}}}" for weight, give in rows)


PER_KG = RANGE.format(low="0.2 million cells/kg", high="5 million cells/kg")


@pytest.mark.parametrize(
    ("above", "is_warned"),
    [
        (RANGE.format(low="10 million cells/kg", high="250 million cells/kg"), True),  # as a journal prints it: 50-fold
        (RANGE.format(low="10 million cells", high="250 million cells"), False),  # as the label has it: it goes on
        (RANGE.format(low="10 million cells", high="750 million cells"), False),  # exactly 3-fold at the greatest
        (RANGE.format(low="10 million cells", high="750.1 million cells"), True),
        (RANGE.format(low="3.3 million cells", high="250 million cells"), True),  # the least falls to less than a third
        ("150 million cells", True),  # one dose above a range: its least is 10 million
    ],
)
def test_range_that_jumps_at_the_edge_of_its_band_is_warned_of(above: str, is_warned: bool) -> None:  # noqa: FBT001
    assert codes_of(bands(("up to 50 kg", PER_KG), ("over 50 kg", above))) == (["W050"] if is_warned else [])


@pytest.mark.parametrize(
    ("rows", "more", "is_warned"),
    [
        ((("under 30 kg", "10 mg/kg"), ("30 kg and over", "300 mg")), "", False),  # 300 mg on either side
        ((("under 30 kg", "10 mg/kg"), ("30 kg and over", "900 mg")), "", False),  # exactly 3-fold
        ((("under 30 kg", "10 mg/kg"), ("30 kg and over", "901 mg")), "", True),
        ((("under 30 kg", "10 mg/kg"), ("30 kg and over", "99 mg")), "", True),  # downwards, too
        ((("under 30 kg", "10 mg"), ("30 kg and over", "10 mg/kg")), "", True),  # flat beside per kg: 30-fold
        ((("under 30 kg", "10 mg/kg"), ("30 kg and over", "100 mg/kg")), "", True),
        ((("under 30 kg", "10 mg/kg"), ("30 kg and over", "100 mg/kg")), "at_most: 500 mg", False),  # the cap takes it
        ((("under 30 kg", "10 mg/m²"), ("30 kg and over", "100 mg/m²")), "body_surface: Mosteller", True),
        ((("under 30 kg", "10 mg/m²"), ("30 kg and over", "30 mg/m²")), "body_surface: Mosteller", False),
        # per m² beside flat: nobody knows how tall a body of 30 kg is
        ((("under 30 kg", "10 mg/m²"), ("30 kg and over", "300 mg")), "body_surface: Mosteller", False),
        ((("under 30 kg", "1 mg/kg"), ("30 to under 60 kg", "60 mg"), ("60 kg and over", "600 mg")), "", True),
    ],
)
def test_dose_that_jumps_at_the_edge_of_its_band_is_warned_of(
    rows: tuple[tuple[str, str], ...],
    more: str,
    is_warned: bool,  # noqa: FBT001 - as above
) -> None:
    assert codes_of(f"{bands(*rows)}\n{more}") == (["W050"] if is_warned else [])


def test_jump_is_said_with_its_place_the_weight_and_both_doses() -> None:
    above = RANGE.format(low="10 million cells/kg", high="250 million cells/kg")
    (warning,) = protocol_of(protocol_text(regimen=bands(("up to 50 kg", PER_KG), ("over 50 kg", above)))).warnings
    assert str(warning) == (
        "protocol.yaml:20:36: regimens.infusion.dose: expected doses that go on from band to band, got for 50 kg "
        "10,000,000 cells in the band below and 500,000,000 cells in this one: 50-fold "
        "(is one of the two per kg and meant to be flat, or the other way round?) [W050]"
    )


TWO = """\
study: T
version: "1"
title: t
source: s
day_numbering: no day 0
anchors: {{start: {{label: s}}}}
blinding: open label
arms: {{a: {{label: A}}, b: {{label: B}}}}
products: {{p: {{label: p}}, q: {{label: q}}}}
facts: {{stage: {{label: stage, values: [early, mid, late]}}, hb: {{label: haemoglobin, is: a number}}}}
regimens:
  one: {{product: p, dose: 10 mg, visits: [D1, D8]{one}}}
  two: {{product: {product}, dose: 20 mg, visits: [{visit}]{two}}}
visits: {{D1: {{}}, D8: {{}}, D15: {{}}}}
"""


def overlaps(
    one: str, two: str, *, product: str = "p", visit: str = "D1", arms: tuple[str, str] = ("", "")
) -> list[str]:
    """The examples of the overlaps of two regimens with these conditions."""
    said = [
        f", arms: [{arm}]" * bool(arm) + f', if: "{words}"' * bool(words)
        for arm, words in zip(arms, (one, two), strict=True)
    ]
    protocol = protocol_of(TWO.format(one=said[0], two=said[1], product=product, visit=visit))
    assert [warning.code for warning in protocol.warnings] == ["W051"] * len(protocol.overlaps)
    return [overlap.example for overlap in protocol.overlaps]


@pytest.mark.parametrize(
    ("one", "two", "example"),
    [
        ("age is at most 15", "age is at least 15", "age 15"),
        ("age is at most 19", "age is at least 15", "age 15"),
        ("age is under 50", "sex is F", "age 49, sex F"),
        ("sex is F", "sex is M or stage is late", "sex F, stage late"),
        ("stage is either early or mid", "stage is not late", "stage early"),
        ("hb is at most 10", "hb is at least 10", "hb 10"),
        ("hb is under 10", "hb is over 9", "hb 9.5"),
        ("site is 03", "site is not 04", "site 03"),
        ("D1 done", "D1 not missed", "D1 done"),
        ("", "sex is F", "sex F"),  # one for all, and one beside it for some
    ],
)
def test_conditions_that_can_both_hold_are_warned_of_with_an_example(one: str, two: str, example: str) -> None:
    assert overlaps(one, two) == [example]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("age is at most 15", "age is over 15"),
        ("age is under 18", "age is at least 18"),
        ("age is at most 15", "age is at least 16"),  # completed years: there is none between
        ("sex is F", "sex is M"),
        ("stage is early", "stage is either mid or late"),
        ("hb is under 10", "hb is at least 10"),
        ("D1 done", "D1 missed"),
        ("sex is F and age is under 50", "sex is M or age is at least 50"),
        ("sex is F", "sex is F"),  # the same condition: both are meant
        ("", ""),
    ],
)
def test_conditions_that_exclude_each_other_or_are_the_same_are_not_warned_of(one: str, two: str) -> None:
    assert overlaps(one, two) == []


def test_only_doses_of_one_product_visit_and_arm_overlap() -> None:
    assert overlaps("sex is F", "age is under 50") == ["sex F, age 49"]
    assert overlaps("sex is F", "age is under 50", product="q") == []
    assert overlaps("sex is F", "age is under 50", visit="D15") == []
    assert overlaps("sex is F", "age is under 50", arms=("a", "b")) == []
    assert overlaps("sex is F", "arm is b", arms=("a", "a")) == []


def test_numbers_between_which_there_is_a_gap_do_not_overlap() -> None:
    assert overlaps("hb is at most 10", "hb is over 10.5") == []
    assert overlaps("hb is at most 10.5", "hb is over 10") == ["hb 10.25"]


def test_warnings_of_a_file_change_no_exit_code_and_stand_before_its_summary(tmp_path: Path) -> None:
    path = tmp_path / "protocol.yaml"
    path.write_text(TWO.format(one=", if: age is at most 19", two=", if: age is at least 15", product="p", visit="D1"))
    checked = run_well("check", path)
    warning, summary = checked.stdout.splitlines()
    assert warning == (
        f"warning: {path}:13:3: regimens.two.if: expected no two doses of p at D1, got one and two, with age 15 "
        "(a subject with both conditions gets both doses: make the conditions exclude each other, if one is meant) "
        "[W051]"
    )
    assert summary.startswith(f"{path}: no problems")
    (as_json,) = json_of(run("check", path, "--format", "json"))
    assert (as_json["code"], as_json["line"], as_json["subject"]) == ("W051", 13, "regimens.two.if")


@pytest.mark.parametrize("name", ["NCT04611256", "examples/tisagenlecleucel", "examples/carboplatin-auc"])
def test_shipped_files_have_no_warning(name: str) -> None:
    assert "warning" not in run_well("check", name).stdout
