"""One dose worked step by step."""

from __future__ import annotations

from fractions import Fraction

from dosecal.planning.doses.doses import work_out_dose
from dosecal.report.sheets.worksheet import Working, dose_working, working_json, working_text
from tests.example_protocols import protocol_of, protocol_text

FULL = """\
label: study infusion
dose: 2 mg/kg
at_most: 200 mg
at_least: 50 mg
rounding: {dose: {to: 5 mg, ties: up}}
quote: "2 mg per kg, at most 200 mg"
"""


def working_of(lines: str, kilograms: str | None) -> Working:
    regimen = protocol_of(protocol_text(regimen=lines)).regimens[0]
    return dose_working(work_out_dose(regimen, None if kilograms is None else Fraction(kilograms)), "active", ("D1",))


def steps_of(lines: str, kilograms: str | None) -> list[tuple[str, str, str]]:
    return [(step.name, step.working, step.result) for step in working_of(lines, kilograms).steps]


def test_dose_per_kg_is_worked_with_numbers_and_units_put_in() -> None:
    assert steps_of("dose: 1 million cells/kg", "70.25") == [
        ("dose rule", "", "1,000,000 cells per kg (1 million; 1 × 10⁶)"),
        ("weight", "", "70.25 kg, as given"),
        ("calculated dose", "1,000,000 cells per kg × 70.25 kg", "70,250,000 cells"),
        ("rounding", "", "none stated: not rounded"),
        ("ordered dose", "", "70,250,000 cells (70.25 million; 7.025 × 10⁷)"),
    ]


def test_flat_dose_says_that_weight_is_not_used() -> None:
    assert steps_of("dose: 30 mg\nrounding: none", "70.25") == [
        ("dose rule", "", "30 mg"),
        ("weight", "", "flat dose: weight is not used"),
        ("calculated dose", "", "30 mg"),
        ("rounding", "", "none, by the protocol"),
        ("ordered dose", "", "30 mg"),
    ]


def test_cap_is_shown_with_the_dose_before_it() -> None:
    steps = steps_of(FULL, "104.3")  # 208.6 mg
    assert ("cap", "", "200 mg: applied, in place of 208.6 mg") in steps
    assert ("floor", "", "50 mg: not reached") in steps
    assert ("rounding", "200 mg to 5 mg, ties up", "200 mg") in steps
    assert steps[-1] == ("ordered dose", "", "200 mg")


def test_floor_is_shown_with_the_dose_before_it() -> None:
    steps = steps_of(FULL, "20")
    assert ("cap", "", "200 mg: not reached") in steps
    assert ("floor", "", "50 mg: applied, in place of 40 mg") in steps


def test_rounding_is_the_last_step_before_the_order() -> None:
    # 2 mg/kg × 71.25 kg = 142.5 mg, a tie between 140 and 145
    steps = steps_of(FULL, "71.25")
    assert steps[-2] == ("rounding", "142.5 mg to 5 mg, ties up", "145 mg")
    assert [name for name, _, _ in steps] == [
        *("dose rule", "weight", "calculated dose", "cap", "floor", "rounding", "ordered dose"),
    ]


def test_text_has_the_rule_its_source_and_the_caution() -> None:
    protocol = protocol_of(protocol_text(regimen=FULL))
    text = working_text((working_of(FULL, "71.25"),), protocol, "made by the test")
    lines = text.splitlines()
    assert lines[0] == f"TEST-1  version 1.0  file {protocol.digest}"
    assert lines[1:3] == ["A trial for the tests", "made by the test"]
    assert "study infusion, arm active, D1" in lines
    assert "  calculated dose  2 mg per kg × 71.25 kg = 142.5 mg" in lines
    assert '  source           "2 mg per kg, at most 200 mg"' in lines
    assert (
        lines[-1] == "A calculation to be checked against the protocol; it does not replace the pharmacist's judgement."
    )


def test_json_has_exact_decimal_texts() -> None:
    said = working_json(working_of(FULL, "71.25"), protocol_of(protocol_text(regimen=FULL)))
    assert {name: said[name] for name in ("arm", "regimen", "visits", "weight_kg", "unit", "limited_by")} == {
        "arm": "active",
        "regimen": "infusion",
        "visits": ["D1"],
        "weight_kg": "71.25",
        "unit": "mg",
        "limited_by": "",
    }
    assert (said["calculated_dose"], said["ordered_dose"], said["words"]) == ("142.5", "145", "145 mg")


def test_json_of_a_flat_dose_has_no_weight() -> None:
    flat = protocol_of(protocol_text(regimen="dose: 30 mg"))
    assert working_json(working_of("dose: 30 mg", None), flat)["weight_kg"] is None
