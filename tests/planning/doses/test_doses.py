"""How much: calculated, limited, rounded once."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dosecal.model.dosing.body import Body, BodyUnknownError
from dosecal.model.struct import replace
from dosecal.model.worked_dose import Limit, Variant, WorkedDose
from dosecal.planning.doses.doses import LevelUnknownError, NoAimError, work_out_dose
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


def test_first_level_is_a_level() -> None:
    # the first stands at place 0: 1 mg × 70 kg
    regimen = regimen_of('levels: {"1": 1 mg/kg, "2": 3 mg/kg}\nlevel: each subject\'s')
    first = work_out_dose(regimen, Fraction(70), variant=Variant(level=0))
    assert first.level is not None
    assert (first.level.id, first.ordered.value) == ("1", Fraction(70))


def test_refusal_without_a_level_names_the_first_of_them() -> None:
    regimen = regimen_of('levels: {"1": 1 mg/kg, "2": 3 mg/kg}\nlevel: each subject\'s')
    with pytest.raises(LevelUnknownError) as refused:
        work_out_dose(regimen, Fraction(70))
    assert refused.value.expected == "a level such as 1 for the dose of infusion"


def test_later_dose_without_a_maintenance_dose_is_the_same() -> None:
    assert work_out_dose(regimen_of("dose: 1 mg/kg"), Fraction(70), variant=Variant(is_later=True)).ordered.value == 70


def test_dose_that_looks_at_no_height_says_nothing_about_it() -> None:
    # 70 would be a height in inches; a dose per kg of the weight on the scale does not ask for one
    body = Body(height_cm=Fraction(70), age_years=40)
    assert work_out_dose(regimen_of("dose: 1 mg/kg"), Fraction(80), body).doubts == ()
    by_area = work_out_dose(regimen_of("dose: 1 mg/m²\nbody_surface: Mosteller"), Fraction(80), body)
    assert by_area.doubts != ()


def test_surface_of_a_formula_is_never_the_recorded_one() -> None:
    # √(180 × 80 ÷ 3600) = 2 m², whatever else was recorded
    regimen = regimen_of("dose: 30 mg/m²\nbody_surface: Mosteller")
    body = Body(height_cm=Fraction(180), surface_m2=Fraction("1.5"))
    assert work_out_dose(regimen, Fraction(80), body).ordered.value == 60


@pytest.mark.parametrize(
    ("limit", "ordered"),
    [
        ("at_most: 0.5 mg/kg", "40"),  # 60 mg calculated; 0.5 × 80, and not 0.5 × 2
        ("at_least: 1 mg/kg", "80"),
        ("at_most: 0.8 mg/kg", "60"),
    ],
)
def test_limit_per_kg_of_a_dose_per_area_takes_the_weight_on_the_scale(limit: str, ordered: str) -> None:
    regimen = regimen_of(f"dose: 30 mg/m²\nbody_surface: Mosteller\n{limit}")
    assert work_out_dose(regimen, Fraction(80), Body(height_cm=Fraction(180))).ordered.value == Fraction(ordered)


@pytest.mark.parametrize(
    ("limit", "ordered"),
    [
        ("at_most: 8 mg/kg", "584"),  # 730 mg calculated; 8 × 73, and not 8 × 103
        ("at_least: 12 mg/kg", "876"),
        ("at_least: 9 mg/kg", "730"),
    ],
)
def test_limit_per_kg_takes_the_kilograms_that_the_dose_takes(limit: str, ordered: str) -> None:
    # a man of 70 inches: 50 + 2.3 × 10 = 73 kg
    regimen = regimen_of(f"dose: 10 mg/kg\nweight: {{which: ideal, ideal: Devine, each_dose: none stated}}\n{limit}")
    body = Body(height_cm=Fraction("177.8"), sex="M", age_years=40)
    assert work_out_dose(regimen, Fraction(103), body).ordered.value == Fraction(ordered)


def test_limit_per_kg_of_a_dose_by_rate_takes_the_weight_on_the_scale() -> None:
    # 5 × (90 + 25) = 575 mg; at most 6 × 72 = 432 mg
    regimen = regimen_of("dose: AUC 5 by Calvert\ngfr: {from: measured, cap: none stated}\nat_most: 6 mg/kg")
    assert work_out_dose(regimen, Fraction(72), Body(gfr=Fraction(90))).ordered.value == 432


def test_weight_outside_all_bands_is_never_given_another_bands_dose() -> None:
    bands = "dose: [{weight: up to 50 kg, give: 1 mg/kg}, {weight: over 50 kg, give: 60 mg}]"
    regimen = regimen_of(bands)
    with pytest.raises(ValueError, match="weight bands hold every weight"):
        work_out_dose(replace(regimen, bands=regimen.bands[:1]), Fraction(51))


def test_rate_that_is_estimated_from_an_ideal_weight_takes_it_and_not_the_scale() -> None:
    # 73 kg for a man of 70 inches: (140 − 60) × 73 ÷ (72 × 2) = 365/9; 5 × (365/9 + 25) = 2950/9
    rule = "dose: AUC 5 by Calvert\ngfr: {from: estimated, weight: ideal, ideal: Devine, cap: none stated}"
    body = Body(height_cm=Fraction("177.8"), sex="M", age_years=60, creatinine=Fraction(2))
    dose = work_out_dose(regimen_of(rule), Fraction(103), body)
    assert dose.ordered.value == Fraction(2950, 9)


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        (Body(sex="M", age_years=60, creatinine=Fraction(2)), "height_cm"),
        (Body(height_cm=Fraction(170), age_years=60, creatinine=Fraction(2)), "sex"),
        (Body(height_cm=Fraction(170), sex="M", creatinine=Fraction(2)), "birth_date"),
        (Body(height_cm=Fraction(170), sex="M", age_years=60), "creatinine_mg_dl"),
        (Body(sex="M", age_years=60), "height_cm and creatinine_mg_dl"),
    ],
)
def test_what_a_formula_needs_of_a_body_and_is_not_known_is_named(body: Body, missing: str) -> None:
    rule = "dose: AUC 5 by Calvert\ngfr: {from: estimated, weight: ideal, ideal: Devine, cap: none stated}"
    with pytest.raises(BodyUnknownError) as refused:
        work_out_dose(regimen_of(rule), Fraction(103), body)
    assert refused.value.expected == missing


def test_range_without_an_aim_is_refused_with_both_its_ends() -> None:
    # 40 kg × 1 and × 5 million cells
    rule = "dose: {from: 1 million cells/kg, to: 5 million cells/kg, aim: none stated}"
    with pytest.raises(NoAimError) as refused:
        work_out_dose(regimen_of(rule), Fraction(40))
    assert refused.value.expected == (
        "one dose that is aimed at, but any from 40,000,000 cells (40 million; 4 × 10⁷) to 200,000,000 cells "
        "(200 million; 2 × 10⁸) is allowed"
    )
    assert [end.value for end in refused.value.order.range] == [40_000_000, 200_000_000]
