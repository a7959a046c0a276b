"""The steps of a preparation in words."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dosecal.model.messages import Msg
from dosecal.model.preparation import LimitCheck, PumpCheck
from dosecal.model.spoken import exact_words, number_words
from dosecal.planning.doses.doses import work_out_dose
from dosecal.planning.product.product import prepare
from dosecal.report.messages.limit_words import limit_words
from dosecal.report.messages.preparation_steps import preparation_steps
from dosecal.report.messages.rate_words import pump_words
from dosecal.report.messages.workings import exact_json, minutes_words
from tests.example_products import product_protocol


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1234567", "1,234,567"),
        ("0.5", "0.5"),
        ("140/17", "≈ 8.235"),
        ("1/3000000", "≈ 0.0000003333"),  # never rounded to nothing
        ("0.1234567", "≈ 0.1235"),
    ],
)
def test_number_is_shown_with_all_its_digits_or_as_about(value: str, said: str) -> None:
    assert number_words(Fraction(value)) == said


def test_number_without_an_end_has_its_fraction_beside_it() -> None:
    assert exact_words(Fraction(140, 17), "mL") == "≈ 8.235 mL (exactly 140/17 mL)"
    assert exact_words(Fraction("8.25"), "mL") == "8.25 mL"


def test_program_reads_digits_and_the_fraction_of_a_number_without_an_end() -> None:
    assert exact_json(a=Fraction(140, 17), b=Fraction("8.25"), c=None, d=Fraction(-25, 3)) == {
        "a": "8.235294117647058824",
        "a_fraction": "140/17",
        "b": "8.25",
        "c": None,
        "d": "-8.333333333333333333",
        "d_fraction": "-25/3",
    }


@pytest.mark.parametrize(("minutes", "said"), [("75", "75 min"), ("120", "2 h"), ("1000", "≈ 16.67 h")])
def test_duration_is_said_in_minutes_or_hours(minutes: str, said: str) -> None:
    assert minutes_words(Fraction(minutes)) == said


def check(value: str, *, limit_is_inside: bool = True) -> LimitCheck:
    found, limit = Fraction(value), Fraction(10)
    return LimitCheck(
        "volume", is_most=True, limit=limit, value=found, unit="mL per kg", limit_is_inside=limit_is_inside
    )


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (check("8"), "at most 10 mL per kg: 8, within by 2"),
        (check("10"), "at most 10 mL per kg: 10, within"),
        (check("10", limit_is_inside=False), "less than 10 mL per kg: 10, beyond"),
        (check("12"), "at most 10 mL per kg: 12, beyond by 2"),
        (check("25"), "at most 10 mL per kg: 25, beyond by 15, 2.5-fold"),
    ],
)
def test_limit_says_its_verdict_and_by_how_much(limit: LimitCheck, said: str) -> None:
    assert limit_words(limit) == said


def test_limit_that_can_not_be_judged_is_not_known() -> None:
    unknown = LimitCheck(
        "DMSO", is_most=True, limit=Fraction(1), value=None, unit="g per kg", why=Msg("the weight is not known")
    )
    assert limit_words(unknown) == "at most 1 g per kg: not known, the weight is not known"


def test_pump_that_differs_says_how_many_times() -> None:
    fast = PumpCheck(Fraction("28.8"), Fraction("1.2"), is_duration=False, agrees=False)
    assert pump_words(fast) == "28.8 mL/h against 1.2 mL/h: DIFFERS, 24-fold too fast"
    slow = PumpCheck(Fraction(120), Fraction(60), is_duration=True, agrees=False)
    assert pump_words(slow) == "2 h against 60 min: DIFFERS, 2-fold too slow"


def test_steps_stand_in_the_order_in_which_they_are_done() -> None:
    protocol = product_protocol(
        "counts: total cells\nviability: {is: 85 %}\n"
        "container: {called: vial, content: 25 million cells, volume: 3.8 mL}\n"
        "dilution: {total: 100 mL}\nuse_within: 3 h of thaw\nlimits: {volume: at most 10 mL/kg}",
        "dose: 1 million viable cells/kg\nrate: {at_most: 4 mL/min}",
    )
    one = prepare(work_out_dose(protocol.regimens[0], Fraction(70)), protocol.products[0], Fraction(70))
    steps = {str(step.name): step for step in preparation_steps(one)}
    assert list(steps) == [
        *("strength", "content", "exact volume", "measured volume", "containers", "delivered dose"),
        *("delivered deviation", "left over", "diluent", "volume to infuse", "concentration", "rate", "syringe"),
        *("use within", "limit of volume"),
    ]
    # 70 million ÷ (25 million × 0.85 ÷ 3.8 mL) = 12.5176… mL; 70 ÷ 21.25 = 3.29… vials
    assert steps["exact volume"].working == "70,000,000 viable cells ÷ (21,250,000 viable cells ÷ 3.8 mL)"
    assert steps["measured volume"].result == "12.5 mL"
    assert steps["containers"].result == "4 vials"
    assert steps["rate"].result == "at most 240 mL/h, for at least 25 min"
