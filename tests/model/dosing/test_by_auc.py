"""Clearances, against numbers worked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dosecal.model.dosing.by_auc import Clearance
from dosecal.model.problems import RefusedError


def test_clearance_is_cockcroft_and_gaults() -> None:
    # (140 − 60) × 72 ÷ (72 × 1) = 80; for women 0.85 times that
    assert Clearance("M", 60, Fraction(72), Fraction(1)).value() == 80
    assert Clearance("F", 60, Fraction(72), Fraction(1)).value() == 68


@pytest.mark.parametrize("age", [17, 140])
def test_clearance_is_refused_for_ages_that_the_formula_was_not_made_for(age: int) -> None:
    with pytest.raises(RefusedError, match="estimated clearance"):
        Clearance("M", age, Fraction(72), Fraction(1)).value()
