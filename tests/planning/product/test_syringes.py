"""Syringes after ISO 7886-1, table 1."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dosecal.planning.product.syringes import syringe_for


@pytest.mark.parametrize(
    ("volume", "nominal", "tolerance"),
    [
        ("0.3", "1", "0.021"),  # below half: 1.5 % of 1 and 2 % of 0.3
        ("0.5", "1", "0.025"),  # from half on: 5 % of 0.5
        ("2", "10", "0.17"),  # 1.5 % of 10 and 1 % of 2
        ("5", "10", "0.2"),  # 4 % of 5
        ("10", "50", "0.85"),  # 1.5 % of 50 and 1 % of 10
    ],
)
def test_tolerance_depends_on_half_of_the_nominal_capacity(volume: str, nominal: str, tolerance: str) -> None:
    syringe = syringe_for(Fraction(volume), Fraction(nominal))
    assert syringe is not None
    assert syringe.tolerance_ml == Fraction(tolerance)


@pytest.mark.parametrize(
    ("volume", "nominal"),
    [("0.01", 1), ("1", 1), ("1.01", 2), ("2.5", 3), ("3.1", 5), ("8.2", 10), ("28.8", 30), ("50", 50), ("50.1", 60)],
)
def test_smallest_syringe_that_holds_the_volume_is_suggested(volume: str, nominal: int) -> None:
    syringe = syringe_for(Fraction(volume))
    assert syringe is not None
    assert syringe.nominal_ml == nominal


@pytest.mark.parametrize(("volume", "nominal"), [("60.1", None), ("0", None), ("4", "3")])
def test_no_syringe_holds_more_than_its_capacity(volume: str, nominal: str | None) -> None:
    assert syringe_for(Fraction(volume), None if nominal is None else Fraction(nominal)) is None
