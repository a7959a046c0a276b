"""Limits of a product and of its dose: values, verdicts and reasons, worked by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dosecal.model.preparation import Verdict
from dosecal.planning.doses.doses import work_out_dose
from dosecal.planning.product.product import prepare
from tests.example_products import containers_of, product_protocol

if TYPE_CHECKING:
    from dosecal.model.preparation import LimitCheck

WITHIN, BEYOND, UNKNOWN = Verdict.WITHIN, Verdict.BEYOND, Verdict.UNKNOWN
TEN_MG = "concentration: 10 mg/mL\n"


def checks_of(product: str, regimen: str, kg: str = "", lots: str | None = None) -> tuple[LimitCheck, ...]:
    protocol = product_protocol(product, regimen)
    weight = Fraction(kg) if kg else None
    containers = None if lots is None else containers_of(lots, protocol)
    return prepare(work_out_dose(protocol.regimens[0], weight), protocol.products[0], weight, containers).limits


def check_of(product: str, regimen: str, kg: str = "", lots: str | None = None) -> LimitCheck:
    (check,) = checks_of(product, regimen, kg, lots)
    return check


# 100 mg are 10 mL, with 20 EU in them: 0.4 EU per kg of 50 kg
ENDOTOXIN = "endotoxin: 2 EU/mL\nlimits: {endotoxin: at most %s EU/kg/h}"


@pytest.mark.parametrize(
    ("most", "rate", "value", "why", "verdict"),
    [
        ("5", "{over: 60 min}", "0.4", "at the rate to program", WITHIN),
        ("5", "{over: 60 to 120 min, aim: 120 min}", "0.2", "at the rate to program", WITHIN),
        ("5", "{give: 50 mg/h}", "0.2", "at the rate to program", WITHIN),
        ("5", "{at_most: 5 mL/h}", "0.2", "at the greatest rate", WITHIN),
        ("0.1", "{at_most: 5 mL/h}", "0.2", "at the greatest rate", BEYOND),
        ("0.4", "{over: 60 to 120 min}", "0.4", "at the greatest rate", WITHIN),  # the limit itself is inside
        ("0.3", "{over: 60 to 120 min}", None, "it depends on the rate that is chosen", UNKNOWN),
        ("0.2", "{over: 60 to 120 min}", None, "it depends on the rate that is chosen", UNKNOWN),
        ("0.1", "{over: 60 to 120 min}", "0.2", "even at the least rate", BEYOND),
        ("5", "none stated", None, "the infusion rate is not known", UNKNOWN),
    ],
)
def test_limit_of_an_hour_is_judged_by_the_rate(
    most: str, rate: str, value: str | None, why: str, verdict: Verdict
) -> None:
    checks = checks_of(TEN_MG + ENDOTOXIN % most, f"dose: 100 mg\nrate: {rate}", "50")
    check = checks[0]
    assert (check.of, check.why, check.verdict) == ("endotoxin", why, verdict)
    assert check.value == (None if value is None else Fraction(value))


def test_limit_of_an_hour_per_kg_needs_a_weight() -> None:
    check = check_of(TEN_MG + ENDOTOXIN % "5", "dose: 100 mg\nrate: {over: 60 min}")
    assert (check.value, check.why) == (None, "the body weight is not known")


def test_limit_of_an_hour_that_is_for_everybody_takes_no_weight() -> None:
    # 20 EU in an hour, whoever it is for
    product = f"{TEN_MG}endotoxin: 2 EU/mL\nlimits: {{endotoxin: at most 9 EU/h}}"
    check = check_of(product, "dose: 100 mg\nrate: {over: 60 min}", "50")
    assert (check.value, check.verdict) == (Fraction(20), BEYOND)


def test_range_of_rates_is_held_against_no_rate() -> None:
    assert checks_of(TEN_MG, "dose: 100 mg\nrate: {over: 60 to 120 min}") == ()


def test_limit_of_a_volume_is_reached_by_no_dmso() -> None:
    assert check_of(f"{TEN_MG}dmso: 10 % v/v\nlimits: {{volume: at most 10 mL}}", "dose: 100 mg").reached_ml is None


DMSO = "dmso: 10 %% v/v\nlimits: {dmso: at most 1 g%s}"


@pytest.mark.parametrize(
    ("of_what", "kg", "value", "reached", "why"),
    [
        # 10 mL with 0.11 g in each; 1 g is in 100/11 mL, 50 g are in fifty times as much
        (" per dose", "", "1.1", "100/11", ""),
        (" per dose", "50", "1.1", "100/11", ""),
        ("/kg per dose", "50", "0.022", "5000/11", ""),
        ("/kg per dose", "", None, None, "the body weight is not known"),
        ("/kg per day", "50", "0.022", "5000/11", "of this dose alone"),
        ("/kg per day", "", None, None, "the body weight is not known"),
    ],
)
def test_limit_of_what_is_in_a_ml_takes_a_weight_where_it_is_per_kg(
    of_what: str, kg: str, value: str | None, reached: str | None, why: str
) -> None:
    check = check_of(TEN_MG + DMSO % of_what, "dose: 100 mg", kg)
    assert check.value == (None if value is None else Fraction(value))
    assert check.reached_ml == (None if reached is None else Fraction(reached))
    assert check.why == why


@pytest.mark.parametrize(
    ("product", "regimen", "value", "why"),
    [
        (f"{TEN_MG}limits: {{dmso: at most 1 g per dose}}", "dose: 100 mg", None, "DMSO of the product: none stated"),
        (f"{TEN_MG}dmso: none\nlimits: {{dmso: at most 1 g per dose}}", "dose: 100 mg", "0", ""),
        (
            f"{TEN_MG}limits: {{endotoxin: at most 5 EU/kg}}",
            "dose: 1 mg/kg",
            None,
            "endotoxin of the product: none stated",
        ),
        (
            "concentration: none stated\ndmso: 10 % v/v\nlimits: {dmso: at most 1 g per dose}",
            "dose: 100 mg",
            None,
            "the volume is not known",
        ),
        (
            "concentration: none stated\nlimits: {volume: at most 9 mL}",
            "dose: 100 mg",
            None,
            "the volume is not known",
        ),
        (
            "concentration: none stated\nlimits: {concentration: {at_most: 5 mg/mL}}",
            "dose: 100 mg",
            None,
            "the concentration is not known",
        ),
        (
            "container: {called: bag, content: 100 mg}\ndmso: 10 % v/v\nlimits: {dmso: at most 1 g per dose}",
            "dose: 100 mg",
            None,
            "the volume is not known",
        ),
        (
            "concentration: none stated\nendotoxin: 2 EU/mL\nlimits: {endotoxin: at most 5 EU/kg}",
            "dose: 100 mg",
            None,
            "the volume is not known",
        ),
        (
            "concentration: none stated\nlimits: {endotoxin: at most 5 EU/kg}",
            "dose: 100 mg",
            None,
            "endotoxin of the product: none stated",
        ),
        # what is free of DMSO still has a volume and endotoxin: 20 EU for 50 kg
        (f"{TEN_MG}dmso: none\nlimits: {{volume: at most 10 mL}}", "dose: 100 mg", "10", ""),
        (f"{TEN_MG}dmso: none\nendotoxin: 2 EU/mL\nlimits: {{endotoxin: at most 5 EU/kg}}", "dose: 100 mg", "0.4", ""),
        (f"{TEN_MG}limits: {{volume: at most 10 mL}}", "dose: 100 mg", "10", ""),
        (f"{TEN_MG}limits: {{concentration: {{at_most: 10 mg/mL}}}}", "dose: 100 mg", "10", ""),
        (
            f"{TEN_MG}limits: {{container: at most 200 mg}}",
            "dose: 100 mg",
            "100",
            "the ordered dose in one container",
        ),
    ],
)
def test_limit_says_its_value_or_what_is_not_known(product: str, regimen: str, value: str | None, why: str) -> None:
    check = check_of(product, regimen, "50")
    assert (check.value, check.why) == (None if value is None else Fraction(value), why)


LOT = "drug,{lot},1,50,mg,,5,,,,2026-05-01,,,{endotoxin}\n"


def test_endotoxin_of_two_lots_is_the_sum_of_each_by_its_own() -> None:
    # 5 mL of 2 EU and 5 mL of 3 EU are 25 EU, 0.5 EU per kg of 50 kg; there is no one volume that reaches the limit
    limits = "concentration: none stated\nlimits: {endotoxin: at most 5 EU/kg}"
    two = LOT.format(lot="A", endotoxin="2") + LOT.format(lot="B", endotoxin="3")
    check = check_of(limits, "dose: 2 mg/kg", "50", two)
    assert (check.value, check.reached_ml, check.why) == (Fraction(1, 2), None, "")
    same = LOT.format(lot="A", endotoxin="2") + LOT.format(lot="B", endotoxin="2")
    check = check_of(limits, "dose: 2 mg/kg", "50", same)
    assert (check.value, check.reached_ml) == (Fraction(2, 5), Fraction(125))  # 250 EU ÷ 2


def test_lots_whose_endotoxin_nobody_gives_are_named() -> None:
    limits = "concentration: none stated\nlimits: {endotoxin: at most 5 EU/kg}"
    lots = LOT.format(lot="A", endotoxin="") + LOT.format(lot="B", endotoxin="3")
    assert check_of(limits, "dose: 2 mg/kg", "50", lots).why == "endotoxin of lot A: not given"


def test_dose_that_keeps_its_cap_floor_and_range_says_nothing() -> None:
    assert checks_of(TEN_MG, "dose: 5 mg/kg\nat_most: 800 mg\nat_least: 100 mg", "50") == ()
    assert checks_of(TEN_MG, "dose: {from: 50 mg, to: 110 mg, aim: 100 mg}") == ()


@pytest.mark.parametrize(
    ("percent", "verdict", "why"),
    [("80", WITHIN, "lot A"), ("70", WITHIN, "lot A"), ("69", BEYOND, "lot A"), ("", UNKNOWN, "lot A, to be measured")],
)
def test_least_viability_is_looked_at_lot_by_lot(percent: str, verdict: Verdict, why: str) -> None:
    product = "counts: viable cells\nviability: {at_least: 70 %}\nconcentration: none stated"
    lots = f"drug,A,1,25000000,cells,viable cells,4,{percent},,,2026-05-01,\n"
    check = check_of(product, "dose: 10 million viable cells", lots=lots)
    assert (check.of, check.verdict, check.why) == ("viability", verdict, why)


@pytest.mark.parametrize(
    ("tolerance", "limit", "value", "unit", "why"),
    [
        # 0.345 mg in 0.03 mL: 0.3 mg, 0.045 mg less
        ("±0.05 mg", "0.05", "0.045", "mg", ""),
        ("±20 % of the ordered dose", "20", "300/23", "% of the ordered dose", ""),
        ("±20 % of the given dose", "20", "15", "% of the given dose", ""),
    ],
)
def test_tolerance_is_the_deviation_without_its_sign(
    tolerance: str, limit: str, value: str, unit: str, why: str
) -> None:
    check = check_of(TEN_MG, f"dose: 0.345 mg\ntolerance: {tolerance}")
    assert (check.limit, check.value, check.unit, check.why) == (Fraction(limit), Fraction(value), unit, why)


def test_tolerance_of_what_is_not_measured_is_not_known() -> None:
    check = check_of("concentration: none stated", "dose: 0.345 mg\ntolerance: ±0.05 mg")
    assert (check.value, check.why, check.verdict) == (None, "nothing is measured", UNKNOWN)


def test_dose_that_is_measured_as_nothing_is_off_by_a_hundred_percent_of_it() -> None:
    check = check_of(TEN_MG, "dose: 0.04 mg\ntolerance: ±20 % of the given dose")
    assert (check.value, check.verdict) == (Fraction(100), BEYOND)


def test_volume_that_a_container_does_not_hold_is_drawn_as_far_as_it_goes() -> None:
    # 25 million cells fill one vial of 3.83 mL; 3.8 mL are drawn by rule, and 3.9 mL of one of 3.86
    vial = "container: {called: vial, content: 25 million cells, volume: %s mL}"
    assert checks_of(vial % "3.83", "dose: 25 million cells") == ()
    check = check_of(vial % "3.86", "dose: 25 million cells")
    assert (check.of, check.limit, check.value, check.why) == (
        "drawn volume",
        Fraction("3.86"),
        Fraction("3.9"),
        "all is drawn",
    )


def test_dose_that_the_lots_do_not_cover_is_not_said_to_be_under_its_floor_as_well() -> None:
    # 99.5 of 100 mg: what is missing is said by itself, however little
    lots = "drug,A,1,99.5,mg,,10,,,,2026-05-01,\n"
    assert checks_of("concentration: none stated", "dose: 1 mg/kg\nat_least: 100 mg", "50", lots) == ()


def test_volume_that_reaches_the_endotoxin_limit_is_known_before_the_dose_is() -> None:
    # 5 EU × 50 kg ÷ 2 EU in a mL
    product = "concentration: none stated\nendotoxin: 2 EU/mL\nlimits: {endotoxin: at most 5 EU/kg}"
    assert check_of(product, "dose: 100 mg", "50").reached_ml == 125


def test_least_viability_of_the_product_itself_is_of_no_lot() -> None:
    product = "counts: total cells\nconcentration: 10 million cells/mL\nviability: {is: 85 %, at_least: 70 %}"
    check = check_of(product, "dose: 10 million viable cells")
    assert (check.value, check.verdict, check.why) == (Fraction(85), WITHIN, "")
