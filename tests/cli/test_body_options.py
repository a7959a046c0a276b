"""Doses that need a height, a sex or an age: asked for by name, read strictly, refused where no formula holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run, run_well
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

PER_AREA = "dose: 75 mg/m²\nbody_surface: Mosteller\nrounding: {dose: {to: 1 mg, ties: up}}"
PER_IDEAL = "dose: 10 mg/kg\nweight: {which: ideal, ideal: Devine, each_dose: weigh again}"
HEAD = "subject_id,arm,start,weight_kg,height_cm,sex,birth_date\n"


def protocol(tmp_path: Path, regimen: str) -> Path:
    path = tmp_path / "protocol.yaml"
    path.write_text(protocol_text(regimen=regimen), encoding="utf-8")
    return path


def test_dose_per_area_is_worked_with_the_numbers_put_in(tmp_path: Path) -> None:
    shown = run_well(
        "dose", protocol(tmp_path, PER_AREA), "--arm", "active", "--weight", "80", "--height", "180"
    ).stdout
    # √(180 × 80 ÷ 3600) = 2; 75 × 2 = 150
    assert "dose rule        75 mg per m² of body surface (Mosteller)" in shown
    assert "body surface     √(180 cm × 80 kg ÷ 3,600) = 2 m²" in shown
    assert "calculated dose  75 mg per m² × 2 m² = 150 mg" in shown
    assert "ordered dose     150 mg" in shown


def test_adjusted_weight_is_worked_in_two_steps(tmp_path: Path) -> None:
    path = protocol(tmp_path, PER_IDEAL.replace("which: ideal", "which: adjusted 40 %"))
    options = ["--weight", "103", "--height", "177.8", "--sex", "M", "--age", "40"]
    shown = " ".join(run_well("dose", path, "--arm", "active", *options).stdout.split())
    assert "ideal weight 50 kg + 2.3 kg × (177.8 cm ÷ 2.54 cm − 60) = 73 kg" in shown
    assert "weight over ideal (103 kg ÷ 73 kg − 1) × 100 ≈ +41.1 %" in shown
    assert "adjusted weight 73 kg + 0.4 × (103 kg − 73 kg) = 85 kg" in shown
    assert "calculated dose 10 mg per kg × 85 kg = 850 mg" in shown


@pytest.mark.parametrize("which", ["predicted", "lean"])
def test_other_weights_are_worked_without_an_age(which: str, tmp_path: Path) -> None:
    rule = {"predicted": "which: predicted", "lean": "which: lean, lean: Janmahasatian"}[which]
    path = protocol(tmp_path, PER_IDEAL.replace("which: ideal, ideal: Devine", rule))
    options = ["--weight", "90", "--height", "175", "--sex", "M"]
    shown = run_well("dose", path, "--arm", "active", *options).stdout
    # predicted: 50 + 0.91 × 22.6 = 70.566; lean: 2044035 ÷ 31918 = 64.040196754183…
    assert {"predicted": "= 705.66 mg", "lean": "≈ 640.4 mg (exactly 10,220,175/15,959 mg)"}[which] in shown


def test_what_a_formula_needs_is_asked_for_by_name(tmp_path: Path) -> None:
    result = run("dose", protocol(tmp_path, PER_IDEAL), "--arm", "active", "--weight", "70", "--sex", "F")
    assert result.exit_code == 1
    assert "--height and --age: expected --height and --age for the dose of infusion, got none [L008]" in result.stderr


def test_formula_that_was_not_made_for_the_body_is_refused(tmp_path: Path) -> None:
    options = ["--weight", "50", "--height", "150", "--sex", "F", "--age", "40"]
    result = run("dose", protocol(tmp_path, PER_IDEAL), "--arm", "active", *options)
    assert result.exit_code == 1
    assert "expected a height of at least 152.4 cm (60 inches) for the ideal weight" in result.stderr
    assert "[L009]" in result.stderr


@pytest.mark.parametrize(
    ("option", "text", "code"),
    [
        ("--height", "1,70", "C111"),
        ("--height", "0", "C111"),
        ("--height", "301", "C111"),
        ("--sex", "female", "C112"),
        ("--age", "41.5", "C113"),
        ("--age", "131", "C113"),
        ("--gfr", "501", "C114"),
        ("--creatinine", "80", "C115"),  # that is in µmol/L
        ("--creatinine", "0.049", "C115"),  # no body has so little
    ],
)
def test_bad_option_is_refused_with_what_was_expected(option: str, text: str, code: str, tmp_path: Path) -> None:
    result = run("dose", protocol(tmp_path, PER_IDEAL), "--arm", "active", "--weight", "70", option, text)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{option}: expected ")
    assert f"[{code}]" in result.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1.75", 'at least 20, got "1.75" (is it in metres?) [C111]'),
        ("19.9", 'at least 20, got "19.9" [C111]'),
        ("1.75 m", "(metres are not read: 1.75 m is 175 cm; write that) [C111]"),
        ("70 in", "(inches are not read: 70 in is 177.8 cm; write that) [C111]"),
        ("175 cm", "(a number alone; the unit is always cm) [C111]"),
    ],
)
def test_height_in_another_unit_is_refused_with_what_it_would_be(text: str, said: str, tmp_path: Path) -> None:
    result = run("dose", protocol(tmp_path, PER_IDEAL), "--arm", "active", "--weight", "70", "--height", text)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr


def test_cohort_names_the_subjects_whose_body_is_not_known_or_not_fitting(tmp_path: Path) -> None:
    rows = (
        "a,active,2026-03-09,70,177.8,M,1980-01-01\n"  # 73 kg ideal
        "b,active,2026-03-09,70,,M,1980-01-01\n"
        "c,active,2026-03-09,70,150,M,1980-01-01\n"
        "d,active,2026-03-09,70,170,x,1980-01-01\n"
        "e,active,2026-03-09,70,1.7 m,M,1980-01-01\n"
    )
    (tmp_path / "subjects.csv").write_text(HEAD + rows, encoding="utf-8")
    result = run("doses", protocol(tmp_path, PER_IDEAL), tmp_path / "subjects.csv", "--skip-bad")
    assert result.exit_code == 1
    assert [row["ordered_dose"] for row in csv_rows_of(result.stdout)] == ["730"]
    codes = [line.rsplit("[", 1)[1][:4] for line in result.stderr.splitlines() if line.endswith("]")]
    assert sorted(codes) == ["C111", "C112", "L008", "L009"]


def test_height_and_sex_are_not_looked_at_where_no_dose_depends_on_them(tmp_path: Path) -> None:
    (tmp_path / "subjects.csv").write_text(HEAD + "a,active,2026-03-09,70,1.7 m,female,1980-01-01\n", encoding="utf-8")
    result = run_well("doses", protocol(tmp_path, "dose: 1 mg/kg"), tmp_path / "subjects.csv")
    assert csv_rows_of(result.stdout)[0]["ordered_dose"] == "70"


def test_notes_of_a_planned_dose_say_the_measure(tmp_path: Path) -> None:
    (tmp_path / "subjects.csv").write_text(HEAD + "a,active,2026-03-09,80,180,,\n", encoding="utf-8")
    (row,) = csv_rows_of(run_well("doses", protocol(tmp_path, PER_AREA), tmp_path / "subjects.csv").stdout)
    assert row["notes"].startswith("body surface 2 m² (Mosteller); ")
    assert row["dose_rule"] == "75 mg per m² of body surface (Mosteller)"


PER_AUC = "dose: AUC 5 by Calvert\ngfr: {from: measured, cap: 125 mL/min}\nrounding: none"
ESTIMATED = PER_AUC.replace("measured", "estimated, weight: actual")


def test_dose_by_auc_is_calverts_with_its_cap(tmp_path: Path) -> None:
    shown = run_well("dose", protocol(tmp_path, PER_AUC), "--arm", "active", "--gfr", "140").stdout
    assert "dose rule        AUC 5 (Calvert, measured filtration rate, at most 125 mL per min)" in shown
    assert "filtration rate  140 mL per min, measured" in shown
    assert "rate cap         125 mL per min: applied; 825 mg without the cap" in shown
    assert "rate + 25        125 + 25 = 150 mL per min" in shown
    assert "calculated dose  AUC 5 × 150 mL per min = 750 mg" in shown
    assert "weight           weight is not used" in shown


def test_dose_by_auc_takes_the_rate_that_the_protocol_names(tmp_path: Path) -> None:
    path = protocol(tmp_path, ESTIMATED)
    options = ["--weight", "72", "--sex", "F", "--age", "60", "--creatinine", "1"]
    # 0.85 × 80 × 72 ÷ 72 = 68; 5 × (68 + 25) = 465; a measured rate is not what this protocol asks for
    shown = run_well("dose", path, "--arm", "active", *options, "--gfr", "100").stdout
    assert "filtration rate  0.85 × (140 − 60) × 72 kg ÷ (72 × 1 mg per dL) = 68 mL per min" in shown
    assert "rate cap         125 mL per min: not reached" in shown
    assert "ordered dose     465 mg" in shown
    without = run("dose", path, "--arm", "active", "--weight", "72", "--gfr", "100")
    assert "expected --sex and --age and --creatinine for the dose of infusion, got none [L008]" in without.stderr


def test_cohort_is_dosed_by_auc(tmp_path: Path) -> None:
    head = "subject_id,arm,start,weight_kg,sex,birth_date,gfr_ml_min,creatinine_mg_dl\n"
    rows = "a,active,2026-03-09,72,M,1966-03-09,90,1\nb,active,2026-03-09,72,M,1966-03-10,140,1\n"
    (tmp_path / "subjects.csv").write_text(head + rows, encoding="utf-8")
    measured = run_well("doses", protocol(tmp_path, PER_AUC), tmp_path / "subjects.csv").stdout
    # 5 × (90 + 25), 5 × (125 + 25)
    assert [row["ordered_dose"] for row in csv_rows_of(measured)] == ["575", "750"]
    assert ["capped" in row["notes"] for row in csv_rows_of(measured)] == [False, True]
    estimated = run_well("doses", protocol(tmp_path, ESTIMATED), tmp_path / "subjects.csv").stdout
    # at 60 years 80 mL/min; one day short of it, at 59, 81 mL/min
    assert [row["ordered_dose"] for row in csv_rows_of(estimated)] == ["525", "530"]


@pytest.mark.parametrize(("column", "text", "code"), [("gfr_ml_min", "0", "C114"), ("gfr_ml_min", "9,5", "C114")])
def test_bad_rate_of_a_subject_is_refused_in_its_place(column: str, text: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "subjects.csv").write_text(f'subject_id,arm,start,{column}\na,active,2026-03-09,"{text}"\n')
    result = run("doses", protocol(tmp_path, PER_AUC), tmp_path / "subjects.csv")
    assert f"subjects.csv:2:21: {column}: expected a filtration rate in mL/min" in result.stderr
    assert f"[{code}]" in result.stderr
