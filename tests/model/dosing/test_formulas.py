"""Body surface and the weights that are not on the scale, against published numbers and numbers worked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dosecal.model.dosing.by_auc import Clearance
from dosecal.model.dosing.per_surface import PLACES, BodySurface
from dosecal.model.dosing.per_weight import AdjustedWeight, IdealWeight, LeanWeight, MassIndex, PredictedWeight
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import has_end


def near(value: Fraction, printed: str) -> bool:
    """Whether a value rounds to a printed number, half up."""
    places = len(printed.partition(".")[2])
    scaled = value * 10**places
    return Fraction((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator), 10**places) == Fraction(
        printed
    )


@pytest.mark.parametrize(
    ("formula", "height", "weight", "printed"),
    [
        ("Mosteller", 180, 80, "2"),  # √(180 × 80 ÷ 3600) = √4
        ("Mosteller", 170, 70, "1.818"),
        ("Du Bois", 170, 70, "1.81"),
        ("Du Bois", 120, 41, "1.12"),
        ("Haycock", 170, 70, "1.83"),
        ("Haycock", 110, 18, "0.74"),
        ("Gehan-George", 170, 70, "1.83"),
    ],
)
def test_body_surface_is_the_published_one(formula: str, height: int, weight: int, printed: str) -> None:
    assert near(BodySurface(formula, Fraction(height), Fraction(weight)).value(), printed)


def test_root_is_right_to_its_last_place() -> None:
    # √(11900 ÷ 3600): the square of the measure lies within half a step of 119 ÷ 36
    measure, half = BodySurface("Mosteller", Fraction(170), Fraction(70)).value(), Fraction(1, 2 * 10**PLACES)
    assert (measure - half) ** 2 <= Fraction(119, 36) <= (measure + half) ** 2


@pytest.mark.parametrize("formula", ["Mosteller", "Du Bois", "Haycock", "Gehan-George"])
def test_root_or_power_has_no_last_digit_that_a_table_could_show(formula: str) -> None:
    measure = BodySurface(formula, Fraction("171.3"), Fraction("68.45")).value()
    assert not has_end(measure)
    assert (measure * 10**PLACES).denominator == 1


def test_root_that_is_a_fraction_is_that_fraction() -> None:
    # √(100 × 4 ÷ 3600) = √(1 ÷ 9) = 1 ÷ 3; 75 mg per m² of it are 25 mg, and not a hair less
    assert BodySurface("Mosteller", Fraction(100), Fraction(4)).value() == Fraction(1, 3)


def test_unknown_formula_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        BodySurface("Boyd", Fraction(170), Fraction(70)).value()


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


def test_clearance_is_cockcroft_and_gaults() -> None:
    # (140 − 60) × 72 ÷ (72 × 1) = 80; for women 0.85 times that
    assert Clearance("M", 60, Fraction(72), Fraction(1)).value() == 80
    assert Clearance("F", 60, Fraction(72), Fraction(1)).value() == 68


@pytest.mark.parametrize("age", [17, 140])
def test_clearance_is_refused_for_ages_that_the_formula_was_not_made_for(age: int) -> None:
    with pytest.raises(RefusedError, match="estimated clearance"):
        Clearance("M", age, Fraction(72), Fraction(1)).value()
