"""Invariants of reading a dose, over texts nobody has thought of."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st

from dosecal.load.doses.dose_text import Status, dose_json, read_dose
from dosecal.model.quantity import Unit, plain_digits
from dosecal.model.spoken import COUNTED, amount_words, grouped_digits, power_words

CASES_FILE = Path(__file__).resolve().parents[1] / "conformance" / "cases" / "dose_texts.json"
TEXTS: list[str] = [case["dose_text"] for case in json.loads(CASES_FILE.read_text(encoding="utf-8"))["cases"]]
CERTAIN = {Status.READ, Status.SEVERAL}

PIECES = st.sampled_from(
    [
        *("1", "2", "0.5", "10", "100", "106", "1,5", "1.000", "1,234", "10^6", "10E6", "1e6", "10⁶", "6", "0", "05"),
        *(" ", "x", "×", "*", "-", "–", "/", ",", ".", "(", ")", "^", "±", "~", ">", "%", "to", "and", "or", "up to"),
        *(
            "million",
            "M",
            "billion",
            "cells",
            "cells/kg",
            "/kg",
            "mg",
            "mg/m²",
            "U",
            "mL",
            "viable",
            "MSC",
            "day",
            "days",
        ),
        *("doses of", "total", "maximum", "per", "kg", "once", "CD34+", "on day 1", "foo", "half", "e"),
        *("\u2009", "\u0445"),
    ]
)

UNITS = st.builds(
    Unit,
    st.sampled_from(["cells", "viable cells", "viral particles", "vesicles", "mg", "mcg", "g", "units"]),
    st.sampled_from(["", "kg", "m²"]),
)


def is_a_lost_power(value: Fraction) -> bool:
    """Whether the plain digits look like 10 with an exponent that lost its superscript."""
    return plain_digits(value) in {f"10{exponent}" for exponent in range(2, 19)}


def is_in_doubtful_groups(value: Fraction) -> bool:
    """Whether separators leave a single group that could be decimals, as in ``1,234``."""
    digits = grouped_digits(value)
    return digits.count(",") == 1 and "." not in digits and not digits.endswith(",000")


@st.composite
def clean_amounts(draw: st.DrawFn) -> tuple[Fraction, Unit]:
    """Amounts that occur: whole pieces of what is counted, up to four digits of what is weighed."""
    unit = draw(UNITS)
    if unit.substance in COUNTED:
        return Fraction(draw(st.integers(1, 9_999)) * 10 ** draw(st.integers(3, 8))), unit
    return Fraction(draw(st.integers(1, 9_999)), draw(st.sampled_from([1, 10, 100]))), unit


@st.composite
def clean_texts(draw: st.DrawFn) -> tuple[str, Fraction, Unit]:
    """An amount in one of the spellings that have one reading."""
    value, unit = draw(clean_amounts())
    symbol = draw(st.sampled_from([unit.symbol, unit.spoken]))
    spellings = [f"{plain_digits(value)} {symbol}", amount_words(value, unit), f"{grouped_digits(value)} {symbol}"]
    if value >= 1_000_000:
        spellings += [f"{grouped_digits(value / 10**6)} million {symbol}", f"{power_words(value)} {symbol}"]
        exponent = len(plain_digits(value)) - 1
        factor = plain_digits(value / 10**exponent)
        spellings += [f"{factor}{e}{exponent} {symbol}" for e in ("e", "E", "e+", " x 10^", "×10^", " * 10^", "x10**")]
    text = draw(st.sampled_from(spellings))
    assume(not is_a_lost_power(value))
    assume(not is_in_doubtful_groups(value) and not is_in_doubtful_groups(value / 10**6))
    return text, value, unit


@given(st.text(max_size=600))
def test_any_text_has_an_answer(text: str) -> None:
    reading = read_dose(text)
    assert json.loads(json.dumps(dose_json(reading)))["status"] == reading.status


@given(st.lists(PIECES, max_size=25).map("".join) | st.lists(PIECES, max_size=25).map(" ".join))
def test_any_heap_of_pieces_has_an_answer(text: str) -> None:
    reading = read_dose(text)
    assert (reading.status is Status.UNREADABLE) == (not reading.readings)
    assert reading.status is not Status.READ or len(reading.readings) == 1
    assert reading.status is not Status.SEVERAL or len(reading.readings) > 1
    assert reading.status not in CERTAIN or all(one.value > 0 for one in reading.readings)
    assert reading.status not in {Status.AMBIGUOUS, Status.UNREADABLE} or reading.note


@given(st.sampled_from(TEXTS), st.data())
def test_any_slip_in_a_published_text_has_an_answer(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    gone = data.draw(st.integers(0, 2))
    read_dose(text[:at] + data.draw(PIECES) + text[at + gone :])


@given(clean_texts())
def test_clean_spelling_reads_back_to_the_same_amount(case: tuple[str, Fraction, Unit]) -> None:
    text, value, unit = case
    reading = read_dose(text)
    assert reading.status is Status.READ, reading.note
    assert (reading.value, reading.unit) == (value, unit)


@given(st.integers(1, 999), st.integers(4, 11), st.sampled_from(["e{}", " × 10^{}", "x10^{}", "*10^{}"]))
def test_ten_times_more_in_gives_ten_times_more_out(mantissa: int, exponent: int, spelling: str) -> None:
    assume(mantissa != 10)
    small, great = (read_dose(f"{mantissa}{spelling.format(e)} cells/kg").value for e in (exponent, exponent + 1))
    assert small is not None
    assert great == 10 * small


@given(clean_texts(), PIECES, st.data())
def test_garbage_in_a_clean_text_never_gives_another_certain_value_of_one_digit_more_or_less(
    case: tuple[str, Fraction, Unit], garbage: str, data: st.DataObject
) -> None:
    # A digit put in by a slip makes another clean text, and no reader can know; a sign or a word must be noticed.
    text, value, _ = case
    assume(not any(c.isdigit() for c in garbage) and garbage not in {".", ","})
    at = data.draw(st.sampled_from([place for place, c in enumerate(text) if c == " "]))
    reading = read_dose(f"{text[:at]} {garbage} {text[at:]}")
    assert reading.status is not Status.READ or reading.value == value or garbage in {"million", "mL", "e"}


@given(st.integers(1, 99), st.integers(5, 9))
def test_lost_superscript_is_never_certain(mantissa: int, exponent: int) -> None:
    for text in (
        f"{mantissa} x 10{exponent} cells/kg",
        f"{mantissa}*10E{exponent} cells",
        f"{mantissa}x 10 {exponent}",
    ):
        reading = read_dose(text)
        assert reading.status is Status.AMBIGUOUS
        assert reading.readings[0].value == mantissa * 10**exponent
