"""Numbers that can hardly be of one body, and derived weights that are to be noted: said beside the dose."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dosecal.model.dosing.body import Body, Derivation, Formula, Measure
from dosecal.model.dosing.by_auc import CalvertSum
from dosecal.model.dosing.per_weight import AdjustedWeight, IdealWeight, LeanWeight, MassIndex, PredictedWeight
from dosecal.model.worked_dose import DoubtKind
from dosecal.planning.doses.body_doubts import doubts_of
from dosecal.report.messages.doubt_words import doubt_sentence
from tests.command_line import csv_rows_of, json_of, run_well
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

PER_AREA = "dose: 75 mg/m²\nbody_surface: Du Bois\nrounding: {dose: {to: 1 mg, ties: up}}"


def kinds_of(body: Body, kg: str = "", measure: Measure | None = None) -> list[DoubtKind]:
    return [doubt.kind for doubt in doubts_of(body, Fraction(kg) if kg else None, measure)]


@pytest.mark.parametrize(
    ("cm", "kg", "is_doubted"),
    [
        ("67", "75", True),  # 67 inches typed as centimetres: 167 kg/m²
        ("75", "170", True),  # the two swapped: 302 kg/m²
        ("110", "180", True),  # 180 cm and 110 kg swapped: 149 kg/m²
        ("45", "20", True),  # a child of 45 inches: 99 kg/m²
        ("25", "7", True),  # an infant of 25 inches: 112 kg/m²
        ("170", "7.5", True),  # a point that slipped: 2.6 kg/m²
        ("167", "165", False),  # 59.2 kg/m²: rare, and a body
        ("170", "70", False),
        ("170", "29", False),  # 10.03 kg/m²
        ("170", "28.9", False),  # exactly 10 kg/m²
        ("170", "28.89", True),
        ("100", "60", False),  # exactly 60 kg/m²
        ("100", "60.1", True),
        ("110", "18", False),  # 14.9 kg/m²
        ("50", "3.5", False),  # a newborn child: 14 kg/m²
        ("30", "0.5", False),  # one born far too early: 5.6 kg/m²
        ("67", "7.6", False),  # a child of half a year: 16.9 kg/m²
        ("99.9", "35.1", True),
    ],
)
def test_height_and_weight_that_can_hardly_be_of_one_body_are_doubted(cm: str, kg: str, is_doubted: bool) -> None:  # noqa: FBT001
    assert kinds_of(Body(height_cm=Fraction(cm)), kg) == ([DoubtKind.MASS_INDEX] if is_doubted else [])


@pytest.mark.parametrize(
    ("cm", "age", "is_doubted"),
    [
        ("67", 40, True),
        ("119.9", 18, True),
        ("120", 18, False),
        ("110", 17, False),
        ("110", None, False),
        ("230", 40, False),
        ("231", None, True),
    ],
)
def test_height_that_is_hardly_an_adults_is_doubted_without_a_weight(
    cm: str,
    age: int | None,
    is_doubted: bool,  # noqa: FBT001 - as above
) -> None:
    assert kinds_of(Body(height_cm=Fraction(cm), age_years=age)) == ([DoubtKind.HEIGHT] if is_doubted else [])


@pytest.mark.parametrize(
    ("surface", "kg", "age", "is_doubted"),
    [
        ("1.82", "70", None, False),  # 0.1 × 70^⅔ = 1.70
        ("0.182", "70", None, True),
        ("1.13", "70", None, True),  # 1.1325 is two thirds of 1.6985
        ("1.14", "70", None, False),
        ("2.6", "70", None, True),  # 2.5478 is one and a half times that
        ("2.5", "70", None, False),
        ("0.22", "3.5", None, False),  # a newborn child
        ("0.22", "", None, False),
        ("0.22", "", 40, True),
        ("1", "", 40, False),
        ("3.1", "", None, True),
        ("0.09", "", None, True),
    ],
)
def test_recorded_surface_that_can_hardly_be_of_its_body_is_doubted(
    surface: str,
    kg: str,
    age: int | None,
    is_doubted: bool,  # noqa: FBT001 - as above
) -> None:
    found = kinds_of(Body(surface_m2=Fraction(surface), age_years=age), kg)
    assert found == ([DoubtKind.SURFACE] if is_doubted else [])


CM = Fraction(160)
OF_FORTY = (
    IdealWeight("F", CM, 40),
    PredictedWeight("F", CM, 40),
    LeanWeight("F", MassIndex(CM, Fraction(50)), 40),
)


def weight_of(formula: Formula, kilograms: str) -> Measure:
    """A weight in place of the one on the scale."""
    found = Derivation(formula, Fraction(kilograms))
    return Measure(found, (found,), (found,), found)


@pytest.mark.parametrize("formula", OF_FORTY)
def test_derived_weight_above_the_actual_one_is_noted(formula: Formula) -> None:
    body = Body(height_cm=CM, sex="F", age_years=40)
    assert kinds_of(body, "50", weight_of(formula, "52.4")) == [DoubtKind.ABOVE_ACTUAL]
    assert kinds_of(body, "52.4", weight_of(formula, "52.4")) == []


def test_predicted_weight_below_sixty_inches_and_weights_of_an_unknown_age_are_noted() -> None:
    cm, low = Fraction("152.4"), Fraction("152.3")
    short, unknown = Body(height_cm=low, sex="F", age_years=40), Body(height_cm=cm, sex="F")
    assert kinds_of(short, "60", weight_of(PredictedWeight("F", low, 40), "45.409")) == [DoubtKind.BELOW_FORMULA]
    assert kinds_of(unknown, "60", weight_of(PredictedWeight("F", cm, None), "45.5")) == [DoubtKind.AGE_UNKNOWN]
    lean = LeanWeight("F", MassIndex(cm, Fraction(60)), None)
    assert kinds_of(unknown, "60", weight_of(lean, "40")) == [DoubtKind.AGE_UNKNOWN]
    adjusted = AdjustedWeight(Fraction("45.5"), Fraction(60), Fraction(40))
    assert kinds_of(unknown, "60", weight_of(adjusted, "51.3")) == []


def test_weight_of_an_estimated_rate_is_noted_like_the_weight_of_a_dose() -> None:
    total = Derivation(CalvertSum(Fraction(75)), Fraction(100))
    measure = Measure(total, (total,), (total,), Derivation(IdealWeight("F", CM, 40), Fraction("52.4")))
    assert kinds_of(Body(height_cm=CM, age_years=40), "50", measure) == [DoubtKind.ABOVE_ACTUAL]


def test_doubts_say_the_numbers_with_their_units() -> None:
    (one,) = doubts_of(Body(height_cm=Fraction(67)), Fraction(75), None)
    # 75 ÷ 0.67² = 167.07…
    assert doubt_sentence(one) == (
        "height 67 cm and weight 75 kg give a body mass index of ≈ 167.1 kg per m²: check both, and their units"
    )
    (two,) = doubts_of(Body(height_cm=Fraction(67), age_years=40), None, None)
    assert doubt_sentence(two) == "height 67 cm at 40 years: check it, and its unit"
    (three,) = doubts_of(Body(surface_m2=Fraction("0.182")), Fraction(70), None)
    assert doubt_sentence(three) == "body surface 0.182 m² for 70 kg: check it"


def test_doubt_stands_beside_the_dose_in_every_output_that_shows_it(tmp_path: Path) -> None:
    protocol, subjects = tmp_path / "protocol.yaml", tmp_path / "subjects.csv"
    protocol.write_text(protocol_text(regimen=PER_AREA), encoding="utf-8")
    subjects.write_text(
        "subject_id,arm,start,weight_kg,height_cm\n1,active,2026-03-09,75,67\n2,active,2026-03-09,75,170\n"
    )
    said = "height 67 cm and weight 75 kg give a body mass index of ≈ 167.1 kg per m²: check both, and their units"
    options = ["--arm", "active", "--weight", "75", "--height", "67"]
    shown = run_well("dose", protocol, *options)
    assert f"note             WARNING: {said}" in shown.stdout
    assert f"infusion: {said} [W052]" in shown.stderr
    (as_json,) = json_of(run_well("dose", protocol, *options, "--json"))["doses"]
    assert f"WARNING: {said}" in as_json["notes"]
    table = run_well("doses", protocol, subjects)
    first, second = csv_rows_of(table.stdout)
    assert first["notes"].startswith(f"WARNING: {said}; ")
    assert "WARNING" not in second["notes"]
    assert (first["ordered_dose"], second["ordered_dose"]) == ("71", "140")  # nothing is changed
    assert f"subjects.csv:2: 1: {said} [W052]" in table.stderr
    for further in ([], ["--check-sheet"]):
        sheet = run_well("worksheet", protocol, subjects, "--subject", "1", *further)
        assert f"! {said}" in " ".join(sheet.stdout.split())
        assert "[W052]" in sheet.stderr


def test_doubted_subjects_are_counted_once_each(tmp_path: Path) -> None:
    protocol, subjects = tmp_path / "protocol.yaml", tmp_path / "subjects.csv"
    protocol.write_text(
        protocol_text(regimen=f"{PER_AREA}\nvisits: [D1, D8]", visits="D1: {}\nD8: {}"), encoding="utf-8"
    )
    rows = "".join(f"{k},active,2026-03-09,75,{cm}\n" for k, cm in enumerate((170, 67, 68, 69), 1))
    subjects.write_text(f"subject_id,arm,start,weight_kg,height_cm\n{rows}")
    said = run_well("doses", protocol, subjects).stderr
    assert said.count("[W052]") == 1
    assert "subjects.csv:3: 2: height 67 cm" in said
    assert "(and 2 more subjects: see the notes) [W052]" in said


def test_weight_of_a_height_is_held_against_the_scale_and_does_not_take_it(tmp_path: Path) -> None:
    protocol, subjects = tmp_path / "protocol.yaml", tmp_path / "subjects.csv"
    rule = "dose: 10 mg/kg\nweight: {which: ideal, ideal: Devine, each_dose: none stated}"
    protocol.write_text(protocol_text(regimen=rule), encoding="utf-8")
    subjects.write_text(
        "subject_id,arm,start,weight_kg,height_cm,sex,birth_date\n1,active,2026-03-09,50,160,F,1986-03-09\n"
        "2,active,2026-03-09,,160,F,1986-03-09\n3,active,2026-03-09,60,160,F,1986-03-09\n"
    )
    rows = csv_rows_of(run_well("doses", protocol, subjects).stdout)
    # 45.5 + 2.3 × (160 ÷ 2.54 − 60) = 52.381889763780
    assert [row["ordered_dose"] for row in rows] == ["523.818897637795275591"] * 3
    assert [row["weight_kg"] for row in rows] == ["", "", ""]
    above = "the ideal weight, ≈ 52.38 kg, is above the weight on the scale, 50 kg"
    assert [above in row["notes"] for row in rows] == [True, False, False]
