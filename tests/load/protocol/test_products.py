"""Texts of a product: each has one reading or is refused with an example."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dosecal.load.protocol.products import DMSO_LIMIT, ENDOTOXIN_LIMIT, OVERFILL, VOLUME_LIMIT
from dosecal.model.problems import RefusedError

if TYPE_CHECKING:
    from dosecal.load.protocol.grammar import Text
    from dosecal.model.product import Bound


@pytest.mark.parametrize(
    ("reader", "text", "value", "unit", "per"),
    [
        (VOLUME_LIMIT, "at most 10 mL/kg", "10", "mL per kg", ""),
        (VOLUME_LIMIT, "at most 10 mL/kg per dose", "10", "mL per kg", ""),
        (VOLUME_LIMIT, "at most 20 mL/kg per day", "20", "mL per kg per day", "day"),
        (VOLUME_LIMIT, "at most 250 mL/day", "250", "mL per day", "day"),
        (DMSO_LIMIT, "at most 1 g/kg per day", "1", "g per kg per day", "day"),
        (DMSO_LIMIT, "at most 1 g/kg/day", "1", "g per kg per day", "day"),
        (DMSO_LIMIT, "at most 0.5 g/kg per dose", "0.5", "g per kg", ""),
        (ENDOTOXIN_LIMIT, "at most 5 EU/kg", "5", "EU per kg", ""),
        (ENDOTOXIN_LIMIT, "at most 5 EU/kg/h", "5", "EU per kg per h", "h"),
        (ENDOTOXIN_LIMIT, "at most 5 EU/kg per h", "5", "EU per kg per h", "h"),
        (ENDOTOXIN_LIMIT, "at most 350 EU per h", "350", "EU per h", "h"),
    ],
)
def test_limit_says_what_it_is_of(reader: Text, text: str, value: str, unit: str, per: str) -> None:
    bound: Bound = reader.parsed(text)
    assert (bound.value, bound.unit, bound.per) == (Fraction(value), unit, per)
    assert bound.is_per_kg == ("/kg" in text)


@pytest.mark.parametrize(
    ("reader", "text", "hint"),
    [
        (DMSO_LIMIT, "at most 1 g/kg", "say whether it is of a day or of one dose"),
        (DMSO_LIMIT, "at most 1 g/kg/h", ""),
        (DMSO_LIMIT, "at most 10 mL/kg per day", ""),
        (VOLUME_LIMIT, "at most 10 mL/kg/h", ""),
        (VOLUME_LIMIT, "10 mL/kg", ""),
        (VOLUME_LIMIT, "at most 1,5 mL/kg", "a comma is read as a decimal mark"),
        (ENDOTOXIN_LIMIT, "at most 5 EU/kg/min", ""),
        (ENDOTOXIN_LIMIT, "at most 0 EU/kg", ""),
        (ENDOTOXIN_LIMIT, "at most 5 IU/kg", ""),
    ],
)
def test_limit_without_a_certain_reading_is_refused(reader: Text, text: str, hint: str) -> None:
    with pytest.raises(RefusedError) as refused:
        reader.parsed(text)
    assert refused.value.hint.startswith(hint)
    assert "such as" in refused.value.expected


def test_overfill_says_whether_it_may_be_given() -> None:
    assert OVERFILL.parsed("0.2 mL") == {"overfill_ml": Fraction("0.2"), "overfill_is_usable": False}
    assert OVERFILL.parsed("0.2 mL usable") == {"overfill_ml": Fraction("0.2"), "overfill_is_usable": True}


@pytest.mark.parametrize("text", ["0.2", "0.2 ml", "5 %", "0 mL", "0.2 mL or so", "0.2 mL not usable"])
def test_overfill_without_a_certain_reading_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="overfill"):
        OVERFILL.parsed(text)
