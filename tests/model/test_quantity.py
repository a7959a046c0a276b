"""Exact numbers, units, and the one rounding."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dosecal.model.problems import RefusedError
from dosecal.model.quantity import (
    DIVISORS,
    READ_PLACES,
    SUBSTANCES,
    Amount,
    Rounding,
    Unit,
    column_digits,
    exact_fraction,
    has_end,
    has_fraction,
    is_terminating,
    plain_digits,
    read_grouped_number,
    read_number,
    round_by,
    round_half_up,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", Fraction(0)),
        ("70.5", Fraction(141, 2)),
        ("70.50", Fraction(141, 2)),
        ("0.1", Fraction(1, 10)),
        ("68.45", Fraction(1369, 20)),
        ("1000000", Fraction(1_000_000)),
        ("123456789012345678901234567890", Fraction(123_456_789_012_345_678_901_234_567_890)),
    ],
)
def test_number_is_exact(text: str, value: Fraction) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "nan", "NaN", "inf", "-inf", "Infinity", "-1", "+1", "1e5", "1E5", "1_000", "1,234", "70,5", ".5"),
        *(
            "5.",
            "007",
            "00.5",
            "70.5 ",
            " 70.5",
            "70.5\n",
            "\uff17\uff10",
            "\u0667\u0660",
            "1.2.3",
            "0x1F",
            "1/2",
            "½",
            "70 kg",
            "--1",
        ),
        *("1" * 31, "1.000.000", "1 000", "1\u00a0000", "1'000", "²", "None", "true"),
    ],
)
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="a number in plain digits"):
        read_number(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("70,5", "a comma is read as a decimal mark by some and as a separator by others; write a point"),
        (".5", "write the zero before the point"),
        ("\uff17\uff10", "the digits are not 0 to 9"),
        ("1_000", "write all the digits"),
        ("1e5", "write all the digits"),
        ("abc", ""),
    ],
)
def test_refused_number_has_a_way_out(text: str, hint: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        read_number(text)
    assert refusal.value.hint == hint


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,000,000", 1_000_000),
        ("1,234.5", Fraction(2469, 2)),
        ("70,250,000", 70_250_000),
        ("12", 12),
        ("0.5", Fraction(1, 2)),
    ],
)
def test_grouped_number_with_one_reading_is_read(text: str, value: Fraction) -> None:
    assert read_grouped_number(text) == value


@pytest.mark.parametrize("text", ["1,234", "1,5", "1.000.000", "1,00,000", "0,123,456", ",123", "1,234,56", "1234,567"])
def test_group_that_could_be_decimals_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        read_grouped_number(text)


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (Fraction(0), "0"),
        (Fraction(70_250_000), "70250000"),
        (Fraction(1, 2), "0.5"),
        (Fraction(141, 2), "70.5"),
        (Fraction(1, 1000), "0.001"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(-3), "-3"),
        (Fraction(10**30), "1" + "0" * 30),
        (Fraction(1, 10**12), "0.000000000001"),
    ],
)
def test_digits_are_plain_and_exact(value: Fraction, digits: str) -> None:
    assert plain_digits(value) == digits


def test_value_without_finite_digits_is_never_cut_off() -> None:
    assert not is_terminating(Fraction(1, 3))
    assert is_terminating(Fraction(7, 80))
    with pytest.raises(ValueError, match="1/3 has no finite decimal form"):
        plain_digits(Fraction(1, 3))


# The first four are those that Python's own round() gets wrong; the numbers are printed in pharmacy courses.
@pytest.mark.parametrize(
    ("value", "increment", "rounded"),
    [
        ("34.5", "1", "35"),
        ("1.25", "0.1", "1.3"),
        ("0.345", "0.01", "0.35"),
        ("5.35", "0.1", "5.4"),
        ("0.45", "0.1", "0.5"),
        ("1.345", "0.1", "1.3"),
        ("0.969", "0.01", "0.97"),
        ("0.963", "0.01", "0.96"),
        ("7", "5", "5"),
        ("7.5", "5", "10"),
        ("2.4", "5", "0"),
        ("0", "0.1", "0"),
        ("-1.25", "0.1", "-1.3"),
        ("-34.5", "1", "-35"),
        ("68450000", "1000000", "68000000"),
        ("68500000", "1000000", "69000000"),
    ],
)
def test_rounding_takes_ties_away_from_zero(value: str, increment: str, rounded: str) -> None:
    assert round_half_up(Fraction(value), Fraction(increment)) == Fraction(rounded)


@pytest.mark.parametrize("increment", [Fraction(0), Fraction(-1)])
def test_increment_is_above_zero(increment: Fraction) -> None:
    with pytest.raises(ValueError, match="above 0"):
        round_half_up(Fraction(1), increment)


def test_unit_is_written_with_a_stroke_and_printed_with_per() -> None:
    unit = Unit("cells", "kg")
    assert (unit.symbol, unit.spoken, unit.flat) == ("cells/kg", "cells per kg", Unit("cells"))
    assert (Unit("mg").symbol, Unit("mg").spoken) == ("mg", "mg")


@pytest.mark.parametrize(("substance", "per"), [("lb", ""), ("µg", ""), ("cc", ""), ("IU", ""), ("mg", "lb"), ("", "")])
def test_units_are_a_closed_set(substance: str, per: str) -> None:
    with pytest.raises(ValueError, match="no such unit"):
        Unit(substance, per)


def test_cells_and_viable_cells_are_different_kinds() -> None:
    assert Unit("cells") != Unit("viable cells")
    assert len({Unit(substance, per) for substance in SUBSTANCES for per in DIVISORS}) == len(SUBSTANCES) * len(
        DIVISORS
    )


def test_amount_is_never_negative() -> None:
    assert Amount(Fraction(0), Unit("mg")).value == 0
    with pytest.raises(ValueError, match="not negative"):
        Amount(Fraction(-1), Unit("mg"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9", Fraction(9)),
        ("99", Fraction(99)),
        ("0.9", Fraction(9, 10)),
        ("90.09", Fraction(9009, 100)),
        ("0." + "0" * 27 + "1", Fraction(1, 10**28)),  # 30 characters
    ],
)
def test_every_digit_of_a_number_counts(text: str, value: Fraction) -> None:
    assert read_number(text) == value
    assert read_grouped_number(text) == value


def test_number_of_more_than_thirty_characters_is_refused_with_its_point() -> None:
    with pytest.raises(RefusedError):
        read_number("0." + "0" * 28 + "1")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234,567", 1_234_567),
        ("12,345,678", 12_345_678),
        ("123,456,789", 123_456_789),
        ("999,999,999", 999_999_999),
        ("909,090.9", Fraction(9_090_909, 10)),
        ("1,000,000.05", Fraction(100_000_005, 100)),
        ("12" + ",345" * 7, 12_345_345_345_345_345_345_345),  # 30 characters
    ],
)
def test_groups_of_three_are_read_from_one_to_three_digits_on(text: str, value: Fraction) -> None:
    assert read_grouped_number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("1234,567,000", "1,234,5678", "12,34,567", "1,2345,678", "1,234,567.", "1,234.5.6", "1,234;5", "1,234.5 "),
        *("0,123.5", "1,234,567 ", "1,234.5,6"),
        "123" + ",456" * 7,  # 31 characters
    ],
)
def test_group_of_any_other_length_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        read_grouped_number(text)


def test_refused_number_comes_with_an_example_of_its_kind() -> None:
    for read, example in ((read_number, "70.5"), (read_grouped_number, "1,000,000")):
        with pytest.raises(RefusedError) as refusal:
            read("abc")
        assert refusal.value.expected == f'a number in plain digits such as "{example}"'


@pytest.mark.parametrize(
    "substance", ["cells", "viable cells", "viral particles", "vesicles", "g", "mg", "mcg", "units", "mL"]
)
@pytest.mark.parametrize(("per", "symbol"), [("", ""), ("kg", "/kg"), ("m²", "/m²")])
def test_each_unit_of_the_closed_set_is_written_in_full(substance: str, per: str, symbol: str) -> None:
    assert Unit(substance, per).symbol == substance + symbol


def test_one_digit_from_elsewhere_is_enough_to_say_so() -> None:
    with pytest.raises(RefusedError) as refusal:
        read_number("7\uff10")
    assert refusal.value.hint == "the digits are not 0 to 9"


@pytest.mark.parametrize("text", ["½", "1\u00a0000", "−1"])
def test_sign_that_is_no_digit_is_not_said_to_be_one(text: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        read_number(text)
    assert refusal.value.hint == ""


@pytest.mark.parametrize(
    ("value", "increment", "rounded"), [("-0.5", "1", "-1"), ("-0.49", "1", "0"), ("-0.25", "0.1", "-0.3")]
)
def test_small_value_below_zero_keeps_its_sign(value: str, increment: str, rounded: str) -> None:
    assert round_half_up(Fraction(value), Fraction(increment)) == Fraction(rounded)


def test_what_cannot_be_is_refused_in_whole_sentences() -> None:
    with pytest.raises(ValueError, match=r"^an amount is not negative$"):
        Amount(Fraction(-1, 1000), Unit("mg"))
    with pytest.raises(ValueError, match=r"^a rounding increment is above 0$"):
        round_half_up(Fraction(1), Fraction(-1, 10))
    with pytest.raises(ValueError, match=r"^no such unit: 'lb' per 'kg'$"):
        Unit("lb", "kg")


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (Fraction(1, 10), "0.1"),
        (Fraction(1, 3), "0.333333333333333333"),
        (Fraction(2, 3), "0.666666666666666667"),
        (Fraction(1, 11), "0.090909090909090909"),
        (Fraction(1, 2**18), "0.000003814697265625"),  # eighteen decimals: exact
        (Fraction(1, 2**19), "0.000001907348632813"),  # …2812|5: nineteen, half up
    ],
)
def test_decimal_of_a_table_is_exact_to_eighteen_places_and_half_up_beyond(value: Fraction, digits: str) -> None:
    assert column_digits(value) == digits


def by(mode: str, ties: str = "") -> Rounding:
    """Rounding to half a mg."""
    return Rounding(Amount(Fraction(1, 2), Unit("mg")), mode, ties)


@pytest.mark.parametrize(
    ("rounding", "value", "rounded"),
    [
        (by("nearest", "up"), "1.25", "1.5"),  # half-way between 1 and 1.5
        (by("nearest", "down"), "1.25", "1"),
        (by("nearest", "even"), "1.25", "1"),  # two steps, and not three
        (by("nearest", "even"), "1.75", "2"),  # four steps, and not three
        (by("nearest", "down"), "1.75", "1.5"),  # three steps, though four would be even
        (by("nearest", "up"), "1.24", "1"),
        (by("nearest", "down"), "1.26", "1.5"),
        (by("up"), "1.01", "1.5"),
        (by("up"), "1", "1"),
        (by("down"), "1.49", "1"),
        (by("down"), "1.5", "1.5"),
        (by("nearest", "up"), "0", "0"),
    ],
)
def test_rule_rounds_as_it_says(rounding: Rounding, value: str, rounded: str) -> None:
    assert round_by(rounding, Fraction(value)) == Fraction(rounded)


@pytest.mark.parametrize(
    ("rounding", "words"),
    [
        (by("nearest", "up"), "ties up"),
        (by("nearest", "down"), "ties down"),
        (by("nearest", "even"), "ties to the even step"),
        (by("up"), "always up"),
        (by("down"), "always down"),
    ],
)
def test_rule_of_rounding_is_said_in_words(rounding: Rounding, words: str) -> None:
    assert rounding.words == words


@pytest.mark.parametrize(
    ("increment", "mode", "ties", "said"),
    [
        ("1", "nearest", "", "to the nearest step says where ties go"),
        ("1", "up", "up", "to the nearest step says where ties go"),
        ("0", "nearest", "up", "no step is 0"),
        ("0", "up", "", "no step is 0"),
        ("1", "sideways", "", "no such rounding"),
        ("1", "nearest", "sideways", "no such rounding"),
    ],
)
def test_rule_of_rounding_that_says_too_much_or_too_little_is_refused(
    increment: str, mode: str, ties: str, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Rounding(Amount(Fraction(increment), Unit("mg")), mode, ties)


@pytest.mark.parametrize(
    ("value", "is_shown"),
    [
        (Fraction(7), True),
        (Fraction(1, 10**READ_PLACES), True),
        (Fraction(1, 2 * 10**READ_PLACES), False),  # one decimal more
        (Fraction(1, 3), False),
    ],
)
def test_value_has_an_end_where_all_its_digits_can_be_shown(value: Fraction, is_shown: bool) -> None:  # noqa: FBT001 - a case
    assert has_end(value) is is_shown


@pytest.mark.parametrize(
    ("value", "fraction"),
    [
        (Fraction(36625, 72), "36625/72"),
        (Fraction(1, 2), ""),
        (Fraction(1, 3**62), f"1/{3**62}"),  # 3.8 × 10²⁹
        (Fraction(1, 3**63), ""),  # 1.1 × 10³⁰: a root that was carried to many places
        (Fraction(1, 10**30), ""),
    ],
)
def test_fraction_is_said_of_what_has_no_end_and_is_no_root(value: Fraction, fraction: str) -> None:
    assert exact_fraction(value) == fraction
    assert has_fraction(value) is bool(fraction)
