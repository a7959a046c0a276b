"""Texts of a product: each has one reading or is refused with an example."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dosecal.load.protocol.product_texts import (
    Overfill,
    parse_dmso_limit,
    parse_endotoxin_limit,
    parse_overfill,
    parse_volume_limit,
)
from dosecal.model.problems import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from dosecal.model.product import Bound


@pytest.mark.parametrize(
    ("parse", "text", "value", "unit", "per"),
    [
        (parse_volume_limit, "at most 10 mL/kg", "10", "mL per kg", ""),
        (parse_volume_limit, "at most 10 mL/kg per dose", "10", "mL per kg", ""),
        (parse_volume_limit, "at most 20 mL/kg per day", "20", "mL per kg per day", "day"),
        (parse_volume_limit, "at most 250 mL/day", "250", "mL per day", "day"),
        (parse_dmso_limit, "at most 1 g/kg per day", "1", "g per kg per day", "day"),
        (parse_dmso_limit, "at most 1 g/kg/day", "1", "g per kg per day", "day"),
        (parse_dmso_limit, "at most 0.5 g/kg per dose", "0.5", "g per kg", ""),
        (parse_endotoxin_limit, "at most 5 EU/kg", "5", "EU per kg", ""),
        (parse_endotoxin_limit, "at most 5 EU/kg/h", "5", "EU per kg per h", "h"),
        (parse_endotoxin_limit, "at most 5 EU/kg per h", "5", "EU per kg per h", "h"),
        (parse_endotoxin_limit, "at most 350 EU per h", "350", "EU per h", "h"),
    ],
)
def test_limit_says_what_it_is_of(parse: Callable[[str], Bound], text: str, value: str, unit: str, per: str) -> None:
    bound = parse(text)
    assert (bound.value, bound.unit, bound.per) == (Fraction(value), unit, per)
    assert bound.is_per_kg == ("/kg" in text)


@pytest.mark.parametrize(
    ("parse", "text", "hint"),
    [
        (parse_dmso_limit, "at most 1 g/kg", "say whether it is of a day or of one dose"),
        (parse_dmso_limit, "at most 1 g/kg/h", ""),
        (parse_dmso_limit, "at most 10 mL/kg per day", ""),
        (parse_volume_limit, "at most 10 mL/kg/h", ""),
        (parse_volume_limit, "10 mL/kg", ""),
        (parse_volume_limit, "at most 1,5 mL/kg", "a comma is read as a decimal mark"),
        (parse_endotoxin_limit, "at most 5 EU/kg/min", ""),
        (parse_endotoxin_limit, "at most 0 EU/kg", ""),
        (parse_endotoxin_limit, "at most 5 IU/kg", ""),
    ],
)
def test_limit_without_a_certain_reading_is_refused(parse: Callable[[str], Bound], text: str, hint: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse(text)
    assert refused.value.hint.startswith(hint)
    assert "such as" in refused.value.expected


def test_overfill_says_whether_it_may_be_given() -> None:
    assert parse_overfill("0.2 mL") == Overfill(Fraction("0.2"), is_usable=False)
    assert parse_overfill("0.2 mL usable") == Overfill(Fraction("0.2"), is_usable=True)


@pytest.mark.parametrize("text", ["0.2", "0.2 ml", "5 %", "0 mL", "0.2 mL or so", "0.2 mL not usable"])
def test_overfill_without_a_certain_reading_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="overfill"):
        parse_overfill(text)
