"""A dose in the program's own spelling has one reading, and the reader of any text has the same."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.load.doses.dose_amounts import parse_dose, parsed_reading
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import SUBSTANCES, Amount, Unit

NUMBERS = ("1", "2", "9.5", "10", "0.6", "0.05", "12.25", "100", "101.7", "999.99")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1 million cells/kg", 1_000_000, Unit("cells", "kg")),
        ("2.5 mg/m²", Fraction(5, 2), Unit("mg", "m²")),
        ("30 million viable cells", 30_000_000, Unit("viable cells")),
        ("250 units", 250, Unit("units")),
    ],
)
def test_own_spelling_is_read(text: str, value: int | Fraction, unit: Unit) -> None:
    assert parse_dose(text) == Amount(Fraction(value), unit)


@pytest.mark.parametrize("substance", SUBSTANCES)
def test_reader_of_any_text_has_the_same(substance: str) -> None:
    for number, factor, per in product(NUMBERS, ("", " million"), ("", "/kg", "/m²")):
        text = f"{number}{factor} {substance}{per}"
        assert answer(parse_dose, text) == answer(parsed_reading, text), text


@pytest.mark.parametrize("what", ["mg", "million cells/kg"])
def test_every_whole_number_is_the_same_both_ways(what: str) -> None:
    for number in range(1, 1_000):
        assert answer(parse_dose, f"{number} {what}") == answer(parsed_reading, f"{number} {what}"), number


@given(
    st.integers(1, 99_999), st.sampled_from(("", " million")), st.sampled_from(SUBSTANCES), st.sampled_from(("", "/kg"))
)
def test_any_number_is_the_same_both_ways(hundredths: int, factor: str, substance: str, per: str) -> None:
    text = f"{hundredths / 100:g}{factor} {substance}{per}"
    assert answer(parse_dose, text) == answer(parsed_reading, text)


def answer(read: object, text: str) -> object:
    try:
        return read(text)  # type: ignore[operator]
    except RefusedError as refused:
        return refused.args
