"""The weights that are not on the scale, against published numbers and numbers worked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dosecal.model.dosing.per_weight import AdjustedWeight, IdealWeight, LeanWeight, MassIndex, PredictedWeight
from dosecal.model.problems import RefusedError
from tests.model.dosing.published import near


def test_ideal_weight_is_devines() -> None:
    # 50 + 2.3 × (175 ÷ 2.54 − 60) = 70.4645669…; at 60 inches nothing is added
    assert near(IdealWeight("M", Fraction(175), 40).value(), "70.464567")
    assert near(IdealWeight("F", Fraction(170), 40).value(), "61.437008")
    assert IdealWeight("F", Fraction("152.4"), 18).value() == Fraction("45.5")
    assert IdealWeight("M", Fraction("177.8"), 40).value() == 73  # 70 inches: 50 + 2.3 × 10


@pytest.mark.parametrize(("height", "age"), [("152.3", 40), ("170", 17)])
def test_ideal_weight_is_refused_under_sixty_inches_and_eighteen_years(height: str, age: int) -> None:
    with pytest.raises(RefusedError, match="for the ideal weight"):
        IdealWeight("M", Fraction(height), age).value()


@pytest.mark.parametrize(
    ("actual", "percent", "adjusted"),
    [
        ("103", "40", "85"),  # ideal 73: 73 + 0.4 × 30
        ("103", "25", "80.5"),  # 73 + 0.25 × 30
        ("103", "30", "82"),
        ("73.1", "40", "73.04"),
        ("73", "40", "73"),  # exactly the ideal weight: both are it
        ("63", "40", "63"),  # not above it: the actual one
    ],
)
def test_adjusted_weight_lies_so_far_above_the_ideal_one_and_is_never_above_the_actual(
    actual: str, percent: str, adjusted: str
) -> None:
    found = AdjustedWeight(Fraction(73), Fraction(actual), Fraction(percent)).value()
    assert found == Fraction(adjusted)


def test_adjusted_weight_of_a_light_woman_is_the_one_on_the_scale() -> None:
    # 160 cm: 45.5 + 2.3 × (160 ÷ 2.54 − 60) = 52.38 kg, which is above 50 kg
    ideal = IdealWeight("F", Fraction(160), 40).value()
    assert AdjustedWeight(ideal, Fraction(50), Fraction(40)).value() == 50


def test_predicted_weight_is_that_of_the_ards_network() -> None:
    # 50 + 0.91 × (175 − 152.4) = 70.566; 45.5 + 0.91 × (160 − 152.4) = 52.416
    assert PredictedWeight("M", Fraction(175), None).value() == Fraction("70.566")
    assert PredictedWeight("F", Fraction(160), None).value() == Fraction("52.416")


@pytest.mark.parametrize(("height", "age"), [("121.91", None), ("105", 40), ("160", 17)])
def test_predicted_weight_is_refused_under_forty_eight_inches_and_for_a_child(height: str, age: int | None) -> None:
    with pytest.raises(RefusedError, match="for the predicted weight"):
        PredictedWeight("F", Fraction(height), age).value()


def test_predicted_weight_begins_at_forty_eight_inches() -> None:
    # 45.5 + 0.91 × (121.92 − 152.4) = 17.7632
    assert PredictedWeight("F", Fraction("121.92"), 18).value() == Fraction("17.7632")


def test_lean_weight_is_refused_for_a_child() -> None:
    with pytest.raises(RefusedError, match="an age of at least 18 years for the lean weight"):
        LeanWeight("M", MassIndex(Fraction(150), Fraction(40)), 12).value()
    index = MassIndex(Fraction(175), Fraction(90))
    assert LeanWeight("M", index, 18).value() == LeanWeight("M", index, None).value()


def test_lean_weight_is_janmahasatians() -> None:
    # 9270 × 90 ÷ (6680 + 216 × 90 ÷ 1.75²) = 2044035 ÷ 31918 = 64.0401967…
    assert near(LeanWeight("M", MassIndex(Fraction(175), Fraction(90)), None).value(), "64.040197")
    # women: 9270 × 70 ÷ (8780 + 244 × 70 ÷ 1.7²) = 648900 ÷ 14690.0346… = 44.1728026…
    assert near(LeanWeight("F", MassIndex(Fraction(170), Fraction(70)), None).value(), "44.172803")


def test_body_mass_index_is_exact() -> None:
    assert MassIndex(Fraction(170), Fraction(70)).value() == Fraction(7000, 289)
