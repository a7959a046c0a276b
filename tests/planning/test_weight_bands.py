"""Doses by weight bands: every weight in one band, the limits where the protocol puts them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.model.dosing.body import Body, BodyUnknownError
from dosecal.planning.doses.doses import work_out_dose
from tests.command_line import csv_rows_of, run_well
from tests.example_protocols import protocol_of, protocol_text

if TYPE_CHECKING:
    from pathlib import Path

# a CAR-T band that changes kind at 50 kg, both ways of putting 50 kg on one side
UP_TO = "dose: [{weight: up to 50 kg, give: 2.5 million cells/kg}, {weight: over 50 kg, give: 150 million cells}]"
UNDER = "dose: [{weight: under 50 kg, give: 2.5 million cells/kg}, {weight: 50 kg and over, give: 150 million cells}]"
THREE = """dose:
  - {weight: up to 60 kg, give: 50 mg}
  - {weight: over 60 up to 80 kg, give: 1 mg/kg}
  - {weight: over 80 kg, give: 90 mg}"""
HALF_OPEN = """dose:
  - {weight: under 60 kg, give: 50 mg}
  - {weight: 60 to under 80 kg, give: 1 mg/kg}
  - {weight: 80 kg and over, give: 90 mg}"""


@pytest.mark.parametrize(
    ("bands", "kilograms", "dose"),
    [
        (UP_TO, "49.9", "124750000"),  # 2.5 million × 49.9
        (UP_TO, "50", "125000000"),
        (UP_TO, "50.001", "150000000"),
        (UNDER, "49.999", "124997500"),
        (UNDER, "50", "150000000"),
        (THREE, "60", "50"),
        (THREE, "60.5", "60.5"),
        (THREE, "80", "80"),
        (THREE, "80.1", "90"),
        (HALF_OPEN, "59.9", "50"),
        (HALF_OPEN, "60", "60"),
        (HALF_OPEN, "79.9", "79.9"),
        (HALF_OPEN, "80", "90"),
    ],
)
def test_band_holds_its_limit_where_the_protocol_says_so(bands: str, kilograms: str, dose: str) -> None:
    regimen = protocol_of(protocol_text(regimen=bands)).regimens[0]
    assert work_out_dose(regimen, Fraction(kilograms)).ordered.value == Fraction(dose)


BY_AREA = """dose: [{weight: up to 10 kg, give: 1 mg/kg}, {weight: over 10 kg, give: 30 mg/m²}]
body_surface: Mosteller"""


@pytest.mark.parametrize(
    ("kilograms", "height", "dose"),
    [
        ("8", None, "8"),  # a band per kg asks for no height
        ("10", "90", "10"),
        ("20", "72", "18.973665961"),  # √(72 × 20 ÷ 3600) = √0.4 = 0.632455532…; × 30
        ("25", "144", "30"),  # √(144 × 25 ÷ 3600) = 1
    ],
)
def test_band_may_change_from_per_kg_to_per_area(kilograms: str, height: str | None, dose: str) -> None:
    regimen = protocol_of(protocol_text(regimen=BY_AREA)).regimens[0]
    body = Body(height_cm=None if height is None else Fraction(height))
    ordered = work_out_dose(regimen, Fraction(kilograms), body).ordered.value
    assert abs(ordered - Fraction(dose)) < Fraction(1, 10**8)


def test_band_per_area_without_a_height_is_refused() -> None:
    regimen = protocol_of(protocol_text(regimen=BY_AREA)).regimens[0]
    with pytest.raises(BodyUnknownError, match="height_cm"):
        work_out_dose(regimen, Fraction(20))


def test_band_per_area_takes_the_recorded_surface_where_no_formula_is_stated() -> None:
    text = BY_AREA.replace("Mosteller", "none stated")
    regimen = protocol_of(protocol_text(regimen=text)).regimens[0]
    assert regimen.is_per_weight
    assert work_out_dose(regimen, Fraction(20), Body(surface_m2=Fraction("0.8"))).ordered.value == 24


def test_band_per_area_says_its_formula_in_the_table(tmp_path: Path) -> None:
    protocol, subjects = tmp_path / "protocol.yaml", tmp_path / "subjects.csv"
    protocol.write_text(protocol_text(regimen=BY_AREA), encoding="utf-8")
    rows = "a,active,2026-03-02,25,144\nb,active,2026-03-02,8,\n"
    subjects.write_text(f"subject_id,arm,start,weight_kg,height_cm\n{rows}", encoding="utf-8")
    first, second = csv_rows_of(run_well("doses", protocol, subjects).stdout)
    assert (first["ordered_dose"], second["ordered_dose"]) == ("30", "8")
    assert first["notes"].startswith("weight band: over 10 kg, body surface 1 m² (Mosteller)")
    assert first["dose_rule"] == ("1 mg per kg (up to 10 kg), 30 mg per m² of body surface, Mosteller (over 10 kg)")


@given(st.fractions(min_value="0.001", max_value=500, max_denominator=1000))
@pytest.mark.parametrize("bands", [UP_TO, UNDER, THREE, HALF_OPEN])
def test_every_weight_is_in_exactly_one_band(bands: str, kilograms: Fraction) -> None:
    regimen = protocol_of(protocol_text(regimen=bands)).regimens[0]
    assert [band.holds(kilograms) for band in regimen.bands].count(True) == 1


def test_cap_holds_over_all_bands() -> None:
    regimen = protocol_of(protocol_text(regimen=f"{THREE}\nat_most: 75 mg")).regimens[0]
    assert [work_out_dose(regimen, Fraction(kg)).ordered.value for kg in (50, 70, 79, 90)] == [50, 70, 75, 75]


def test_working_names_the_band_and_multiplies_only_where_it_is_per_kg(tmp_path: Path) -> None:
    path = tmp_path / "protocol.yaml"
    path.write_text(protocol_text(regimen=UP_TO), encoding="utf-8")
    light = run_well("dose", path, "--arm", "active", "--weight", "40").stdout
    assert "weight band      up to 50 kg: 2,500,000 cells per kg" in light
    assert "calculated dose  2,500,000 cells per kg × 40 kg = 100,000,000 cells" in light
    heavy = run_well("dose", path, "--arm", "active", "--weight", "70").stdout
    assert "weight band      over 50 kg: 150,000,000 cells" in heavy
    assert "calculated dose  150,000,000 cells" in heavy


def test_cohort_is_dosed_by_bands(tmp_path: Path) -> None:
    (tmp_path / "protocol.yaml").write_text(protocol_text(regimen=UP_TO), encoding="utf-8")
    rows = "a,active,2026-03-09,50\nb,active,2026-03-09,50.1\n"
    (tmp_path / "subjects.csv").write_text(f"subject_id,arm,start,weight_kg\n{rows}", encoding="utf-8")
    planned = csv_rows_of(run_well("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv").stdout)
    assert [row["ordered_dose"] for row in planned] == ["125000000", "150000000"]
    assert planned[0]["dose_rule"] == "2,500,000 cells per kg (up to 50 kg), 150,000,000 cells (over 50 kg)"
    assert planned[0]["notes"].startswith("weight band: up to 50 kg; ")
