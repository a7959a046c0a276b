"""Words of sheets: dates with names, signed percents."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from dosecal.report.sheets.sheet_words import date_words, signed_words


def test_date_names_its_weekday_and_month() -> None:
    assert date_words(date(2020, 8, 4)) == "Tuesday 4 August 2020"
    assert date_words(date(2020, 2, 29)) == "Saturday 29 February 2020"
    assert date_words(None) == "not known yet"


@pytest.mark.parametrize(("value", "words"), [("0", "0"), ("3.75", "+3.75"), ("-4.15", "−4.15")])
def test_value_has_its_sign(value: str, words: str) -> None:
    assert signed_words(Fraction(value)) == words
