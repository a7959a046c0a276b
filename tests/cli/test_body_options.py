"""Doses that need a height, a sex or an age: asked for by name, read strictly, refused where no formula holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run, run_well
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

PER_AREA = "dose: 75 mg/m²\nbody_surface: Mosteller\nrounding: {dose: {to: 1 mg, ties: up}}"
PER_IDEAL = "dose: 10 mg/kg\nweight: {which: ideal, each_dose: weigh again}"
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
    path = protocol(tmp_path, PER_IDEAL.replace("ideal", "adjusted"))
    options = ["--weight", "103", "--height", "177.8", "--sex", "M", "--age", "40"]
    shown = run_well("dose", path, "--arm", "active", *options).stdout
    assert "ideal weight     50 kg + 2.3 kg × (177.8 cm ÷ 2.54 cm − 60) = 73 kg" in shown
    assert "adjusted weight  73 kg + 0.4 × (103 kg − 73 kg) = 85 kg" in shown
    assert "calculated dose  10 mg per kg × 85 kg = 850 mg" in shown


@pytest.mark.parametrize("which", ["predicted", "lean"])
def test_other_weights_are_worked_without_an_age(which: str, tmp_path: Path) -> None:
    path = protocol(tmp_path, PER_IDEAL.replace("ideal", which))
    options = ["--weight", "90", "--height", "175", "--sex", "M"]
    shown = run_well("dose", path, "--arm", "active", *options).stdout
    # predicted: 50 + 0.91 × 22.6 = 70.566; lean: 2044035 ÷ 31918 = 64.040196754183…
    assert {"predicted": "= 705.66 mg", "lean": "= 640.40196754183 mg"}[which] in shown


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
    ],
)
def test_bad_option_is_refused_with_what_was_expected(option: str, text: str, code: str, tmp_path: Path) -> None:
    result = run("dose", protocol(tmp_path, PER_IDEAL), "--arm", "active", "--weight", "70", option, text)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{option}: expected ")
    assert f"[{code}]" in result.stderr


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
