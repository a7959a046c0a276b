"""Body surfaces, against published numbers and numbers worked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dosecal.model.dosing.per_surface import PLACES, BodySurface
from dosecal.model.quantity import has_end
from tests.model.dosing.published import near


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
