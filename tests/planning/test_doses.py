"""How much: calculated, limited, rounded once."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dosecal.model.worked_dose import Body, Limit, WorkedDose
from dosecal.planning.doses import work_out_dose
from tests.example_protocols import protocol_of, protocol_text

if TYPE_CHECKING:
    from dosecal.model.regimen import Regimen


def regimen_of(lines: str) -> Regimen:
    return protocol_of(protocol_text(regimen=lines)).regimens[0]


def worked(lines: str, kilograms: str | None) -> WorkedDose:
    return work_out_dose(regimen_of(lines), None if kilograms is None else Fraction(kilograms))


def test_dose_per_kg_is_multiplied_exactly() -> None:
    # 1,000,000 × 70.25 = 70,250,000
    dose = worked("dose: 1 million cells/kg", "70.25")
    assert dose.calculated.value == dose.limited.value == dose.ordered.value == 70_250_000
    assert (dose.ordered.unit.symbol, dose.limited_by, dose.weight_kg) == ("cells", Limit.NONE, Fraction("70.25"))


def test_no_float_takes_part() -> None:
    # in binary floats 0.1 × 3 is 0.30000000000000004, and 1.1 × 1.1 is 1.2100000000000002
    assert worked("dose: 0.1 mg/kg", "3").ordered.value == Fraction(3, 10)
    assert worked("dose: 1.1 mg/kg", "1.1").ordered.value == Fraction(121, 100)


def test_flat_dose_takes_no_weight_even_where_one_is_given() -> None:
    dose = worked("dose: 30 million cells", "70.25")
    assert dose.ordered.value == 30_000_000
    assert dose.weight_kg is None


@pytest.mark.parametrize("kilograms", [None, "0", "-1"])
def test_dose_per_kg_without_a_weight_above_zero_is_impossible(kilograms: str | None) -> None:
    with pytest.raises(ValueError, match="a weight above 0"):
        worked("dose: 1 mg/kg", kilograms)


LIMITED = "dose: 2 mg/kg\nat_most: 200 mg\nat_least: 50 mg"


@pytest.mark.parametrize(
    ("kilograms", "ordered", "limit"),
    [
        ("24.999", "50", Limit.FLOOR),  # 49.998
        ("25", "50", Limit.NONE),  # the floor itself is inside
        ("25.001", "50.002", Limit.NONE),
        ("99.999", "199.998", Limit.NONE),
        ("100", "200", Limit.NONE),  # the cap itself is inside
        ("100.001", "200", Limit.CAP),  # 200.002
        ("250", "200", Limit.CAP),
    ],
)
def test_cap_and_floor_are_inclusive(kilograms: str, ordered: str, limit: Limit) -> None:
    dose = worked(LIMITED, kilograms)
    assert dose.ordered.value == Fraction(ordered)
    assert dose.limited_by is limit
    assert dose.calculated.value == 2 * Fraction(kilograms)


@pytest.mark.parametrize(
    ("kilograms", "ordered"),
    [
        ("10", "15"),  # 14.5: a tie goes up
        ("9.99", "14"),  # 14.4855
        ("10.01", "15"),  # 14.5145
        ("0.1", "0"),  # 0.145: nothing is left
    ],
)
def test_dose_is_rounded_to_the_increment_ties_up(kilograms: str, ordered: str) -> None:
    dose = worked("dose: 1.45 mg/kg\nrounding: {dose: {to: 1 mg, ties: up}}", kilograms)
    assert dose.ordered.value == Fraction(ordered)
    assert dose.limited.value == Fraction("1.45") * Fraction(kilograms)


def test_dose_is_rounded_once_and_after_the_limit() -> None:
    # 3.45 would be 3.5 to tenths and then 4 to whole: rounded once to whole it is 3
    assert worked("dose: 3.45 mg\nrounding: {dose: {to: 1 mg, ties: up}}", None).ordered.value == 3
    limits = "dose: 1 mg/kg\nat_most: 100 mg\nrounding: {dose: {to: 5 mg, ties: up}}"
    assert worked(limits, "103").ordered.value == 100
    assert worked(limits, "98").ordered.value == 100
    assert worked(limits, "98").limited_by is Limit.NONE


def test_deviation_is_signed_and_of_the_dose_before_rounding() -> None:
    dose = worked("dose: 1 mg/kg\nrounding: {dose: {to: 10 mg, ties: up}}", "64")
    assert dose.ordered.value == 60
    assert dose.deviation_percent == Fraction(-25, 4)  # -4 of 64


@pytest.mark.parametrize("rounding", ["", "\nrounding: none", "\nrounding: none stated"])
def test_dose_is_not_rounded_unless_the_protocol_says_so(rounding: str) -> None:
    assert worked(f"dose: 1 million cells/kg{rounding}", "70.1234567").ordered.value == Fraction("70123456.7")


def test_dose_by_measured_rate_looks_at_no_creatinine() -> None:
    # 5 × (90 + 25); the creatinine would give another rate
    regimen = regimen_of("dose: AUC 5 by Calvert\ngfr: {from: measured, cap: none stated}")
    body = Body(sex="M", age_years=60, gfr=Fraction(90), creatinine=Fraction(2))
    assert work_out_dose(regimen, Fraction(72), body).ordered.value == 575


def test_dose_by_estimated_rate_looks_at_no_measured_one() -> None:
    # (140 − 60) × 72 ÷ (72 × 2) = 40; 5 × (40 + 25)
    regimen = regimen_of("dose: AUC 5 by Calvert\ngfr: {from: estimated, weight: actual, cap: none stated}")
    body = Body(sex="M", age_years=60, gfr=Fraction(90), creatinine=Fraction(2))
    assert work_out_dose(regimen, Fraction(72), body).ordered.value == 325
