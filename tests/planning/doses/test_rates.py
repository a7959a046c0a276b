"""Rates in mL per hour, with durations: expected values worked by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.model.messages import NOTHING
from dosecal.model.problems import RefusedError
from dosecal.model.product import RateRule, Speed
from dosecal.model.quantity import Amount, Unit
from dosecal.planning.doses.rates import check_pump, work_out_rate
from tests.example_products import product_protocol

if TYPE_CHECKING:
    from dosecal.model.preparation import WorkedRate


def rate_of(rule: str, ml: str = "300", kg: str | None = None, per_ml: str | None = None) -> WorkedRate:
    regimen = product_protocol("concentration: 10 mg/mL", f"dose: 100 mg\nrate: {rule}").regimens[0]
    assert regimen.rate is not None
    concentration = None if per_ml is None else Amount(Fraction(per_ml), Unit("mg"))
    return work_out_rate(regimen.rate, Fraction(ml), concentration, None if kg is None else Fraction(kg))


@pytest.mark.parametrize(
    ("rule", "program", "minutes"),
    [
        ("{over: 96 h}", "3.125", "5760"),
        ("{over: 60 to 80 min, aim: 75 min}", "240", "75"),
        ("{at_most: 4 mL/min}", "240", "75"),
        ("{at_most: 4 mL/min, at_least: 240 mL/h}", "240", "75"),
    ],
)
def test_rule_gives_one_rate_and_its_duration(rule: str, program: str, minutes: str) -> None:
    rate = rate_of(rule)
    assert (rate.program, rate.minutes) == (Fraction(program), Fraction(minutes))


def test_range_without_an_aim_names_no_rate() -> None:
    rate = rate_of("{over: 60 to 80 min}")
    assert rate.program is None
    assert (rate.slowest, rate.fastest) == (Fraction(225), Fraction(300))


def test_limit_within_a_range_makes_it_narrower() -> None:
    rate = rate_of("{over: 60 to 80 min, at_most: 4 mL/min}")
    assert (rate.slowest, rate.fastest) == (Fraction(225), Fraction(240))


def test_rate_per_kg_takes_the_weight() -> None:
    assert rate_of("{at_most: 2 mL/kg/h}", kg="50").program == 100
    with pytest.raises(RefusedError, match="a body weight"):
        rate_of("{at_most: 2 mL/kg/h}")


def test_rate_of_the_dose_is_divided_by_the_strength() -> None:
    # 5 mcg × 80 × 60 = 24 mg an hour, from 1.6 mg in a mL
    assert rate_of("{give: 5 mcg/kg/min}", ml="250", kg="80", per_ml="1.6").program == 15


def test_contradicting_limits_are_refused() -> None:
    with pytest.raises(RefusedError, match="the least, 300 mL per hour, is above the greatest, 240 mL per hour"):
        rate_of("{over: 60 min, at_most: 4 mL/min}")


@pytest.mark.parametrize(
    ("ml", "setting"),
    [
        ("100", "1.4"),  # 100 ÷ 72 = 1.388…
        ("50", "0.69"),  # 0.6944…
        ("115.2073", "1.6"),
    ],
)
def test_pump_is_set_to_a_tenth_or_below_one_to_a_hundredth(ml: str, setting: str) -> None:
    assert rate_of("{over: 72 h}", ml=ml).setting == Fraction(setting)


def test_setting_is_never_above_the_greatest_rate() -> None:
    # 100 mL over at least 70 min: 85.714… mL/h, set to 85.7; at most 1.428 mL/min = 85.68 mL/h, set to 85.6
    assert rate_of("{at_most: 1.428 mL/min}").setting == Fraction("85.6")


@pytest.mark.parametrize(
    ("rule", "entered", "is_duration", "agrees", "fold", "too_fast"),
    [
        ("{over: 250 h}", "28.8", False, False, 24, True),
        ("{over: 250 h}", "1.2", False, True, 1, False),
        ("{over: 46 h}", "120", True, False, 23, True),
        ("{over: 46 h}", "2760", True, True, 1, False),
        ("{over: 46 h}", "5520", True, False, 2, False),
        ("{over: 60 to 80 min}", "250", False, True, Fraction(10, 9), False),
        ("{over: 60 to 80 min}", "600", False, False, 2, True),
        ("{over: 60 to 80 min}", "30", True, False, 2, True),
        ("{at_most: 4 mL/min}", "100", False, True, Fraction(12, 5), False),
        ("{at_most: 4 mL/min}", "480", False, False, 2, True),
    ],
)
def test_pump_is_held_against_the_rule(
    rule: str,
    entered: str,
    is_duration: bool,  # noqa: FBT001 - as above
    agrees: bool,  # noqa: FBT001 - as above
    fold: Fraction,
    too_fast: bool,  # noqa: FBT001 - as above
) -> None:
    check = check_pump(rate_of(rule), Fraction(entered), is_duration=is_duration)
    assert check is not None
    assert (check.agrees, check.fold, check.is_too_fast) == (agrees, fold, too_fast)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        # 10 mg an hour from 1 mg in a mL are 10 mL/h
        ("{give: 10 mg/h, at_most: 8 mL/h}", "10 mL per hour is above the greatest, 8 mL per hour"),
        ("{give: 10 mg/h, at_least: 12 mL/h}", "10 mL per hour is below the least, 12 mL per hour"),
        ("{give: 0.2 mg/kg/h, at_most: 8 mL/h}", "10 mL per hour is above the greatest, 8 mL per hour"),
        # 300 mL in 60 min are 300 mL/h
        (
            "{over: 60 to 80 min, aim: 60 min, at_most: 4 mL/min}",
            "300 mL per hour is above the greatest, 240 mL per hour",
        ),
        (
            "{over: 60 to 80 min, aim: 80 min, at_least: 4 mL/min}",
            "225 mL per hour is below the least, 240 mL per hour",
        ),
    ],
)
def test_rate_that_is_named_is_never_one_that_the_limits_forbid(rule: str, said: str) -> None:
    with pytest.raises(RefusedError) as refused:
        unchecked_rate_of(rule, per_ml="1", kg="50")
    assert refused.value.expected == f"a rate that keeps its limits, but {said}"


@pytest.mark.parametrize(
    ("rule", "ml", "setting"),
    [
        ("{at_most: 85.68 mL/h}", "100", "85.6"),  # and not 85.7, which is above it
        ("{at_most: 85.68 mL/h, at_least: 85.68 mL/h}", "100", "85.68"),  # to 0.1 none is allowed, to 0.01 one is
        # 85.714…: 85.7 is too slow and 85.8 too fast
        ("{at_most: 85.79 mL/h, at_least: 85.71 mL/h, over: 70 min}", "100", "85.71"),
        ("{at_most: 0.009 mL/h}", "1", "0.009"),  # 0.01 is above it, and 0 is none
        ("{over: 100 h}", "0.4", "0.004"),  # to 0.01 mL/h nothing would be left
        ("{over: 36 h}", "0.5", "0.014"),  # 0.01388…: 0.01 would be 28 % less
        ("{over: 72 h}", "100", "1.4"),  # 1.388…: one duration alone is no limit of the rate
        ("{over: 60 to 70 min, aim: 70 min}", "100", "85.8"),  # 85.714…: 85.7 would take longer than 70 min
        ("{over: 70 to 80 min, aim: 70 min}", "100", "85.7"),  # and 85.8 would take less than 70
        ("{over: 62 to 80 min, aim: 62 min}", "100", "96.7"),  # 96.774…: 96.8 is nearer, and takes less than 62
    ],
)
def test_setting_of_a_pump_keeps_both_limits_and_is_within_five_percent(rule: str, ml: str, setting: str) -> None:
    rate = rate_of(rule, ml=ml)
    assert rate.setting is not None
    assert rate.program is not None
    assert abs(rate.setting - Fraction(setting)) < Fraction(1, 10**4)
    assert 20 * abs(rate.setting - rate.program) <= rate.program
    assert rate.not_above is None or rate.setting <= rate.not_above
    assert rate.not_below is None or rate.setting >= rate.not_below


@given(
    most=st.fractions(min_value=Fraction(1, 1000), max_value=500, max_denominator=10_000),
    least=st.fractions(min_value=Fraction(1, 1000), max_value=500, max_denominator=10_000),
    minutes=st.integers(1, 10_000),
    ml=st.integers(1, 1_000),
)
def test_no_pump_is_set_beyond_a_limit(most: Fraction, least: Fraction, minutes: int, ml: int) -> None:
    fast, slow = (Speed(one, is_per_kg=False, words=NOTHING) for one in (most, least))
    rule = RateRule(fast, slow, Fraction(minutes), Fraction(2 * minutes), Fraction(minutes), None, NOTHING)
    try:
        rate = work_out_rate(rule, Fraction(ml), None, None)
    except RefusedError:
        return
    assert rate.setting is not None
    assert least <= rate.setting <= most


def unchecked_rate_of(rule: str, per_ml: str, kg: str) -> WorkedRate:
    """The rate of a file whose product has no strength, so that nothing is compared when it is read."""
    regimen = product_protocol("concentration: none stated", f"dose: 100 mg\nrate: {rule}").regimens[0]
    assert regimen.rate is not None
    return work_out_rate(regimen.rate, Fraction(300), Amount(Fraction(per_ml), Unit("mg")), Fraction(kg))


@pytest.mark.parametrize(
    ("rule", "entered", "is_duration", "agrees"),
    [
        # one duration: what is programmed, 3.125 mL/h, and what a pump takes of it
        ("{over: 96 h}", "3.125", False, True),
        ("{over: 96 h}", "3.1", False, True),
        ("{over: 96 h}", "3.2", False, False),
        ("{over: 96 h}", "5760", True, True),
        ("{over: 96 h}", "3.125", True, False),  # a rate is no duration
        # an aim is one rate, though a range is allowed: 300 mL in 75 min
        ("{over: 60 to 80 min, aim: 75 min}", "240", False, True),
        ("{over: 60 to 80 min, aim: 75 min}", "250", False, False),
        # without one, both ends of the range are inside
        ("{over: 60 to 80 min}", "300", False, True),
        ("{over: 60 to 80 min}", "225", False, True),
        ("{over: 60 to 80 min}", "300.1", False, False),
        ("{over: 60 to 80 min}", "224.9", False, False),
        # a least alone has no greatest
        ("{at_least: 4 mL/min}", "240", False, True),
        ("{at_least: 4 mL/min}", "600", False, True),
        ("{at_least: 4 mL/min}", "239", False, False),
    ],
)
def test_pump_agrees_with_one_rate_or_with_a_range(
    rule: str,
    entered: str,
    is_duration: bool,  # noqa: FBT001 - as above
    agrees: bool,  # noqa: FBT001 - as above
) -> None:
    check = check_pump(rate_of(rule), Fraction(entered), is_duration=is_duration)
    assert check is not None
    assert check.agrees is agrees


@pytest.mark.parametrize(("entered", "agrees"), [("10", True), ("20", False), ("9", False)])
def test_pump_agrees_with_the_rate_of_the_dose_whatever_its_limit_allows(entered: str, agrees: bool) -> None:  # noqa: FBT001 - as above
    # 10 mg an hour from 1 mg in a mL; 60 mL/h would be allowed, and is not what was ordered
    rate = rate_of("{give: 10 mg/h, at_most: 60 mL/h}", per_ml="1")
    check = check_pump(rate, Fraction(entered), is_duration=False)
    assert check is not None
    assert check.agrees is agrees


def test_rate_of_the_dose_needs_a_strength() -> None:
    with pytest.raises(RefusedError) as refused:
        rate_of("{give: 5 mg/h}")
    assert refused.value.expected == "a strength in a mL, since the rate is of the dose"


def test_rate_in_a_refusal_says_that_it_is_rounded() -> None:
    # 100 mL in 70 min are 85.714… mL/h
    with pytest.raises(RefusedError) as refused:
        rate_of("{over: 70 min, at_most: 1 mL/min}", ml="100")
    assert refused.value.expected == (
        "a rate that keeps both limits, but the least, ≈ 85.71 mL per hour, is above the greatest, 60 mL per hour"
    )
