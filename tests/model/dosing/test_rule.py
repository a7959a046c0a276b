"""What each rule of dosing needs, and the steps that it keeps."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dosecal.model.dosing.body import Body
from dosecal.planning.doses.doses import work_out_dose
from tests.example_protocols import protocol_of, protocol_text

if TYPE_CHECKING:
    from dosecal.model.regimen import Regimen

ADJUSTED = "dose: 1 mg/kg\nweight: {which: adjusted 40 %, ideal: Devine, each_dose: weigh again}"
MEASURED = "dose: AUC 5 by Calvert\ngfr: {from: measured, cap: 125 mL/min}"
ESTIMATED = "dose: AUC 5 by Calvert\ngfr: {from: estimated, weight: ideal, ideal: Devine, cap: none stated}"


def regimen_of(lines: str) -> Regimen:
    return protocol_of(protocol_text(regimen=lines)).regimens[0]


@pytest.mark.parametrize(
    ("text", "needs", "takes_scale"),
    [
        ("dose: 30 mg", (), False),
        ("dose: 1 mg/kg", (), True),
        (ADJUSTED, ("height_cm", "sex", "birth_date"), True),
        ("dose: 75 mg/m²\nbody_surface: Haycock", ("height_cm",), True),
        ("dose: 75 mg/m²\nbody_surface: none stated", ("body_surface_m2",), False),
        (MEASURED, ("gfr_ml_min",), False),
        (ESTIMATED, ("height_cm", "sex", "birth_date", "creatinine_mg_dl"), False),
    ],
)
def test_rule_knows_what_it_needs_of_a_body(text: str, needs: tuple[str, ...], *, takes_scale: bool) -> None:
    rule = regimen_of(text).rule
    assert (rule.needs, rule.takes_scale) == (needs, takes_scale)


@pytest.mark.parametrize(
    ("text", "body", "kilograms", "steps"),
    [
        # 70 inches: ideal 73 kg; 103 kg is 30 kg above it, or 3000 ÷ 73 %; 73 + 0.4 × 30 = 85
        (ADJUSTED, Body(Fraction("177.8"), "M", 40), "103", ("73", "3000/73", "85")),
        # 150 mL/min count as 125; 125 + 25
        (MEASURED, Body(gfr=Fraction(150)), "", ("150", "125", "150")),
        ("dose: 1 mg/kg", Body(), "70", ()),
    ],
)
def test_steps_are_kept_in_the_order_of_the_working(
    text: str, body: Body, kilograms: str, steps: tuple[str, ...]
) -> None:
    worked = work_out_dose(regimen_of(text), Fraction(kilograms) if kilograms else None, body)
    kept = () if worked.measure is None else worked.measure.steps
    assert [step.value for step in kept] == [Fraction(step) for step in steps]


def test_uncapped_dose_is_that_of_the_whole_rate() -> None:
    # 5 × (150 + 25) = 875 mg, where 5 × (125 + 25) = 750 mg are given
    worked = work_out_dose(regimen_of(MEASURED), None, Body(gfr=Fraction(150)))
    assert worked.calculated.value == 750
    assert worked.measure is not None
    assert "875 mg without the cap" in worked.regimen.rule.measure_words(worked.measure)
