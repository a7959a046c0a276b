"""Caps and floors beside a dose per day: of each day's dose, or of the whole infusion; both are said in the file."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dosecal.model.dosing.body import Body
from dosecal.model.problems import ProtocolError
from dosecal.model.worked_dose import Limit
from dosecal.planning.doses.doses import LimitsConflictError, work_out_dose
from dosecal.report.messages import words
from tests.command_line import csv_rows_of, run_well
from tests.example_protocols import protocol_of, protocol_text

if TYPE_CHECKING:
    from pathlib import Path

    from dosecal.model.regimen import Regimen
    from dosecal.model.worked_dose import WorkedDose

BLINATUMOMAB = "dose: 15 mcg/m²\nbody_surface: Mosteller\ndose_is: per day\nfor: 7 days\nrounding: none\n"


def regimen_of(lines: str) -> Regimen:
    return protocol_of(protocol_text(regimen=lines)).regimens[0]


def of_child(limit: str, kg: str = "40", cm: str = "150") -> WorkedDose:
    return work_out_dose(regimen_of(BLINATUMOMAB + limit), Fraction(kg), Body(height_cm=Fraction(cm)))


def test_cap_of_a_day_holds_for_each_day_of_the_infusion() -> None:
    # √(150 × 40 ÷ 3600) = √(5 ÷ 3) = 1.290994448736 m², 19.364916731 mcg a day, below 28; seven days of it
    worked = of_child("at_most: 28 mcg per day")
    assert round(worked.ordered.value, 9) == Fraction("135.554417117")
    assert abs(worked.ordered.value**2 - 105**2 * Fraction(5, 3)) < Fraction(1, 10**30)
    assert worked.limits[0] is not None
    assert (worked.limits[0].value, worked.limited_by) == (Fraction(196), Limit.NONE)


def test_cap_of_a_day_that_is_reached_gives_its_days() -> None:
    # √(180 × 80 ÷ 3600) = 2 m²: 30 mcg a day, so 28 × 7
    worked = of_child("at_most: 28 mcg per day", "80", "180")
    assert (worked.calculated.value, worked.ordered.value, worked.limited_by) == (
        Fraction(210),
        Fraction(196),
        Limit.CAP,
    )


def test_cap_of_a_dose_holds_for_the_whole_infusion() -> None:
    worked = of_child("at_most: 28 mcg per dose")
    assert (worked.ordered.value, worked.limited_by) == (Fraction(28), Limit.CAP)


def test_floor_of_a_day_holds_for_each_day() -> None:
    worked = of_child("at_least: 20 mcg per day")
    assert (worked.ordered.value, worked.limited_by) == (Fraction(140), Limit.FLOOR)


def test_limits_of_a_day_and_of_a_dose_contradict_each_other_for_a_body() -> None:
    regimen = regimen_of(
        "dose: 1 mg/kg\ndose_is: per day\nfor: 4 days\nat_least: 0.5 mg/kg per day\nat_most: 100 mg per dose"
    )
    assert work_out_dose(regimen, Fraction(50)).ordered.value == 100  # 200 mg calculated, floor and cap 100 mg
    with pytest.raises(LimitsConflictError, match="the floor is 102 mg and the cap 100 mg"):
        work_out_dose(regimen, Fraction(51))


def test_plain_cap_beside_a_dose_per_day_is_refused_with_both_lines_to_write() -> None:
    with pytest.raises(ProtocolError) as refused:
        regimen_of(f"{BLINATUMOMAB}at_most: 28 mcg")
    (problem,) = refused.value.problems
    assert problem.code == "P250"
    assert problem.message == (
        'expected "at_most: 28 mcg per day" (of each day\'s dose) or "at_most: 28 mcg per dose" (of the whole '
        'infusion), got "28 mcg"'
    )


@pytest.mark.parametrize("limit", ["none stated", "28 mcg per day", "28 mcg per dose", "1 mcg/kg per day"])
def test_cap_beside_a_dose_per_day_says_what_it_is_of_or_is_none_stated(limit: str) -> None:
    assert regimen_of(f"{BLINATUMOMAB}at_most: {limit}").days == 7


def test_cap_per_dose_beside_a_plain_dose_is_the_plain_cap() -> None:
    assert regimen_of("dose: 10 mg/kg\nat_most: 800 mg per dose") == regimen_of("dose: 10 mg/kg\nat_most: 800 mg")


@pytest.mark.parametrize("limit", ["28 mcg a day", "28 mcg/day", "28 mcg per week", "28 mcg daily", "per day"])
def test_other_words_for_what_a_cap_is_of_are_refused(limit: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        regimen_of(f"{BLINATUMOMAB}at_most: {limit}")
    assert [problem.code for problem in refused.value.problems] == ["P105"]


def test_cap_of_a_day_is_said_with_its_days(tmp_path: Path) -> None:
    text = protocol_text(regimen=f"{BLINATUMOMAB}at_most: 28 mcg per day")
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "subjects.csv").write_text("subject_id,arm,start,weight_kg,height_cm\n1,active,2026-03-09,80,180\n")
    (row,) = csv_rows_of(run_well("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv").stdout)
    assert row["dose_rule"].endswith("per day, for 7 days in one infusion, at most 28 mcg per day")
    assert (row["ordered_dose"], row["limited_by"]) == ("196", "cap")
    options = ["--arm", "active", "--weight", "80", "--height", "180"]
    shown = " ".join(run_well("dose", tmp_path / "protocol.yaml", *options).stdout.split())
    assert "cap 28 mcg per day = 196 mcg: applied, in place of 210 mcg" in shown


def test_cap_of_a_dose_per_day_is_never_said_without_what_it_is_of() -> None:
    assert words.cap_words(regimen_of(f"{BLINATUMOMAB}at_most: 28 mcg per dose")) == "28 mcg per dose"
    assert words.cap_words(regimen_of(f"{BLINATUMOMAB}at_most: 28 mcg per day")) == "28 mcg per day"
    assert words.cap_words(regimen_of("dose: 10 mg/kg\nat_most: 800 mg")) == "800 mg"
