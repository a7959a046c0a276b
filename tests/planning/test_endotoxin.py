"""Endotoxin of a dose and of an hour: expected values worked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dosecal.model.preparation import LimitCheck, Verdict
from tests.planning.product.test_product import prepared

PRODUCT = "concentration: 10 mg/mL\nendotoxin: 3 EU/mL\nlimits: {endotoxin: at most 5 EU/kg/h}"
VIALS = "container: {called: vial, content: 100 mg, volume: 10 mL}\nlimits: {endotoxin: at most 5 EU/kg}"
# 10 mg per kg for 60 kg are 600 mg, 60 mL, 180 EU: 3 EU per kg


def check_of(product: str, regimen: str, kg: str = "60", lots: str | None = None) -> LimitCheck:
    (check,) = [one for one in prepared(product, regimen, kg, lots).limits if one.of == "endotoxin"]
    return check


@pytest.mark.parametrize(
    ("rate", "value", "verdict", "why"),
    [
        ("{over: 60 min}", "3", Verdict.WITHIN, "at the rate to program"),
        ("{over: 36 min}", "5", Verdict.WITHIN, "at the rate to program"),  # exactly at the limit
        ("{over: 30 min}", "6", Verdict.BEYOND, "at the rate to program"),
        ("{at_most: 2 mL/min}", "6", Verdict.BEYOND, "at the greatest rate"),  # 60 mL in 30 min
        ("{over: 60 to 80 min}", "3", Verdict.WITHIN, "at the greatest rate"),
        ("{over: 20 to 30 min}", "6", Verdict.BEYOND, "even at the least rate"),
        ("{over: 30 to 60 min}", None, Verdict.UNKNOWN, "it depends on the rate that is chosen"),
        ("{over: 20 to 36 min}", None, Verdict.UNKNOWN, "it depends on the rate that is chosen"),  # 5 at the least
        ("{over: 30 to 60 min, aim: 45 min}", "4", Verdict.WITHIN, "at the rate to program"),
        ("{at_least: 1 mL/min}", None, Verdict.UNKNOWN, "it depends on the rate that is chosen"),
        ("{give: 10 mg/kg/h}", "3", Verdict.WITHIN, "at the rate to program"),
        ("none stated", None, Verdict.UNKNOWN, "the infusion rate is not known"),
    ],
)
def test_endotoxin_of_an_hour_goes_by_the_rate(rate: str, value: str | None, verdict: Verdict, why: str) -> None:
    check = check_of(PRODUCT, f"dose: 10 mg/kg\nrate: {rate}")
    assert (check.value, check.verdict, check.why) == (None if value is None else Fraction(value), verdict, why)
    assert check.unit == "EU per kg per h"


def test_dilution_changes_the_rate_and_not_the_endotoxin() -> None:
    check = check_of(f"{PRODUCT}\ndilution: {{total: 120 mL}}", "dose: 10 mg/kg\nrate: {over: 60 min}")
    assert check.value == 3


def test_what_the_limit_needs_and_nobody_states_is_not_known() -> None:
    without = PRODUCT.replace("endotoxin: 3 EU/mL\n", "")
    assert check_of(without, "dose: 10 mg/kg\nrate: {over: 1 h}").why == "endotoxin of the product: none stated"
    assert check_of(PRODUCT, "dose: 600 mg\nrate: {over: 1 h}", "").why == "the body weight is not known"


@pytest.mark.parametrize(
    ("first", "second", "value", "why"),
    [
        ("3", "6", "5", ""),  # 100 mg are 10 mL: 10 × 3 + 10 × 6 = 90 EU; ÷ 18 kg = 5
        ("0", "0", "0", ""),
        ("4", "5", "5", ""),  # 10 × 4 + 10 × 5 = 90 EU
        ("3", "", None, "endotoxin of lot B: not given"),
    ],
)
def test_each_lot_has_its_own_endotoxin(first: str, second: str, value: str | None, why: str) -> None:
    lots = f"drug,A,1,100,mg,,10,,,,,,,{first}\ndrug,B,1,100,mg,,10,,,,,,,{second}\n"
    check = check_of(VIALS, "dose: 200 mg", "18", lots)
    assert (check.value, check.why) == (None if value is None else Fraction(value), why)


def test_lots_own_endotoxin_stands_before_the_protocols() -> None:
    lots = "drug,A,1,100,mg,,10,,,,,,,3\n"
    check = check_of(f"{VIALS}\nendotoxin: 9 EU/mL", "dose: 100 mg", "6", lots)
    assert (check.value, check.reached_ml) == (Fraction(5), Fraction(10))  # 5 EU per kg × 6 kg ÷ 3 EU


def test_what_is_added_to_a_container_holds_no_endotoxin() -> None:
    # 10 mL of product in the 20 mL that are drawn: 10 × 9 ÷ 18 kg
    assert check_of(f"{VIALS}\nendotoxin: 9 EU/mL\ndilution: {{add: 10 mL}}", "dose: 100 mg", "18").value == 5


def test_lot_that_says_nothing_has_what_the_protocol_states() -> None:
    lots = "drug,A,1,100,mg,,10,,,,,,,\n"
    assert check_of(f"{VIALS}\nendotoxin: 9 EU/mL", "dose: 100 mg", "18", lots).value == 5
