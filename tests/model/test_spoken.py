"""Amounts in words: every unit that a dose can have is said by a wording of its own."""

from __future__ import annotations

import pytest

from dosecal.model.quantity import DIVISORS, SUBSTANCES, Unit
from dosecal.model.spoken import of_unit


@pytest.mark.parametrize("unit", [Unit(substance, per) for substance in SUBSTANCES for per in DIVISORS], ids=str)
def test_every_unit_of_a_dose_has_words_of_its_own(unit: Unit) -> None:
    said = of_unit("5", unit.spoken)
    assert said == f"5 {unit.spoken}"
    assert "what" not in said.arguments  # else it is taken for a container of the protocol's own
