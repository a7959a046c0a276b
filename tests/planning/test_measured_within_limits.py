"""No volume that is measured carries a dose over its cap, under its floor or out of its range; a dose far off is said.

Expected values are worked by hand.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosecal.model.preparation import Verdict
from dosecal.model.worked_dose import Variant
from dosecal.planning.doses.doses import LimitsConflictError, work_out_dose
from dosecal.planning.product.product import prepare
from dosecal.report.messages.preparation_steps import preparation_steps
from dosecal.report.tables.prepared_columns import note_text
from tests.example_products import containers_of, product_protocol

if TYPE_CHECKING:
    from dosecal.model.preparation import Preparation


def prepared(product: str, regimen: str, kg: str = "", lots: str | None = None) -> Preparation:
    protocol = product_protocol(product, regimen)
    weight = Fraction(kg) if kg else None
    containers = None if lots is None else containers_of(lots, protocol)
    return prepare(work_out_dose(protocol.regimens[0], weight), protocol.products[0], weight, containers)


def test_volume_of_a_capped_dose_goes_down() -> None:
    # 800 mg ÷ 30 = 26.667 mL; 26.7 mL would hold 801 mg, 26.6 mL hold 798 mg
    one = prepared("concentration: 30 mg/mL", "dose: 10 mg/kg\nat_most: 800 mg", "100")
    assert (one.drawn_ml, one.delivered.value) == (Fraction("26.6"), Fraction(798))
    assert (one.turned, one.turned_for) == ("down", ("cap",))
    assert not one.beyond
    assert "volume: here down, to keep the cap" in note_text(one)
    (measured,) = [step for step in preparation_steps(one) if step.name == "measured volume"]
    assert measured.working.endswith("ties up; here down, to keep the cap")


def test_volume_of_a_dose_just_below_its_cap_goes_down() -> None:
    # 799.5 mg ÷ 30 = 26.65 mL, a tie that goes up to 26.7 mL: 801 mg, though the dose itself is below the cap
    one = prepared("concentration: 30 mg/mL", "dose: 7.995 mg/kg\nat_most: 800 mg", "100")
    assert (one.drawn_ml, one.turned) == (Fraction("26.6"), "down")


def test_volume_whose_nearest_step_keeps_the_cap_is_the_nearest() -> None:
    # 24 mg ÷ 30 = 0.8 mL exactly; 801 mg ÷ 30 = 26.7 mL exactly, which is the cap
    exact = ("dose: 24 mg\nat_most: 24 mg", "", "0.8"), ("dose: 9 mg/kg\nat_most: 801 mg", "100", "26.7")
    for regimen, kg, drawn in exact:
        one = prepared("concentration: 30 mg/mL", regimen, kg)
        assert (one.drawn_ml, one.turned, one.turned_for) == (Fraction(drawn), "", ())


def test_volume_of_a_dose_at_its_floor_goes_up() -> None:
    # 100 mg ÷ 30 = 3.333 mL; 3.3 mL would hold 99 mg, 3.4 mL hold 102 mg
    one = prepared("concentration: 30 mg/mL", "dose: 1 mg/kg\nat_least: 100 mg", "50")
    assert (one.drawn_ml, one.delivered.value) == (Fraction("3.4"), Fraction(102))
    assert (one.turned, one.turned_for) == ("up", ("floor",))


def test_cap_goes_before_the_floor_where_no_volume_keeps_both() -> None:
    # floor and cap are 100 mg: 3.3 mL hold 99 mg, 3.4 mL hold 102 mg; the cap holds, and the floor is said not to
    one = prepared("concentration: 30 mg/mL", "dose: 1 mg/kg\nat_least: 100 mg\nat_most: 100 mg", "50")
    assert one.drawn_ml == Fraction("3.3")
    assert [(check.of, check.verdict, check.by) for check in one.beyond] == [("floor", Verdict.BEYOND, Fraction(1))]


def test_volume_of_a_dose_at_the_end_of_its_range_stays_inside() -> None:
    # 110 mg ÷ 30 = 3.667 mL: 3.7 mL would hold 111 mg, 3.6 mL hold 108 mg
    rule = "dose: {from: 50 mg, to: 110 mg, aim: %s}"
    one = prepared("concentration: 30 mg/mL", rule % "110 mg")
    assert (one.drawn_ml, one.turned_for) == (Fraction("3.6"), ("range",))
    # 50 mg ÷ 30 = 1.667 mL: 1.7 mL hold 51 mg, which is inside
    assert prepared("concentration: 30 mg/mL", rule % "50 mg").turned == ""


def test_cap_per_kg_holds_for_the_measured_volume() -> None:
    # 2 mg/kg × 50 kg = 100 mg; 3.3 mL in place of 3.333
    one = prepared("concentration: 30 mg/mL", "dose: 2 mg/kg\nat_most: 2 mg/kg", "50")
    assert (one.drawn_ml, one.turned) == (Fraction("3.3"), "")
    two = prepared("concentration: 30 mg/mL", "dose: 2 mg/kg\nat_most: 2 mg/kg", "55")  # 110 mg, 3.667 mL: 3.7 hold 111
    assert (two.drawn_ml, two.turned) == (Fraction("3.6"), "down")


def test_rounding_of_the_protocol_carries_no_dose_over_a_cap_per_kg() -> None:
    rule = "dose: 2 mg/kg\nat_most: 2 mg/kg\nrounding: {volume: {to: 0.5 mL, mode: up}}"
    one = prepared("concentration: 30 mg/mL", rule, "55")
    assert (one.drawn_ml, one.turned_for) == (Fraction("3.5"), ("cap",))


def test_parts_of_a_capped_dose_hold_no_more_than_their_share() -> None:
    # 100 mg in halves of 50 mg: 1.667 mL each; 1.7 mL would hold 51 mg, and both 102 mg
    protocol = product_protocol(
        "concentration: 30 mg/mL", "dose: 2 mg/kg\nat_most: 100 mg\nsplit: {D1: 50 %, D2: 50 %}", ("D1", "D2")
    )
    halves = [work_out_dose(protocol.regimens[0], Fraction(60), variant=Variant(part=part)) for part in (0, 1)]
    parts = [prepare(half, protocol.products[0], None) for half in halves]
    assert [one.drawn_ml for one in parts] == [Fraction("1.6")] * 2
    assert sum(one.delivered.value for one in parts) == 96


def test_lots_together_hold_no_more_than_the_cap() -> None:
    # 60 mg from A are 1.8 mL exactly; 20 mg from B (31 mg in a mL) are 0.645 mL, and 0.65 mL would hold 20.15 mg
    rows = "drug,A,1,60,mg,,1.8\ndrug,B,1,62,mg,,2\n"
    one = prepared(
        "container: {called: vial, content: 60 mg, volume: 2 mL}", "dose: 1 mg/kg\nat_most: 80 mg", "90", rows
    )
    assert [line.drawn_ml for line in one.lines] == [Fraction("1.8"), Fraction("0.64")]
    assert one.delivered.value == Fraction("79.84")
    assert one.turned_for == ("cap",)


def test_volume_that_is_limited_goes_down() -> None:
    # 29.93 mg ÷ 10 = 2.993 mL, measured 3 mL; at most 2.995 mL are allowed, and 2.9 mL are drawn
    one = prepared("concentration: 10 mg/mL\nlimits: {volume: at most 2.995 mL}", "dose: 29.93 mg")
    assert (one.drawn_ml, one.turned_for) == (Fraction("2.9"), ("volume",))


def test_diluent_goes_up_where_else_the_concentration_is_too_great() -> None:
    # 100 mg in 10 mL, to 3 mg/mL: 33.333 mL, so 23.333 mL are added; 23.3 mL make 3.003 mg/mL, 23.4 mL 2.994 mg/mL
    one = prepared(
        "concentration: 10 mg/mL\ndilution: {to: 3 mg/mL}\nlimits: {concentration: {at_most: 3 mg/mL}}", "dose: 100 mg"
    )
    assert one.diluted is not None
    assert (one.diluted.diluent_ml, one.turned, one.turned_diluent) == (Fraction("23.4"), "", "up")
    assert "diluent: here up, to keep the concentration" in note_text(one)


def test_tiny_dose_is_never_drawn_over_its_cap() -> None:
    # 0.008 mL is measured as 0.01 mL, a quarter too much: with a cap, nothing can be measured
    one = prepared("concentration: 1 mg/mL", "dose: 0.008 mg\nat_most: 0.008 mg")
    assert (one.drawn_ml, one.delivered.value) == (Fraction(0), Fraction(0))
    assert one.open == ("a volume that can be measured: 0.008 mL is rounded to 0 mL",)


@settings(max_examples=200)
@given(
    dose=st.integers(1, 100_000),
    cap=st.integers(1, 100_000),
    floor=st.integers(0, 100_000),
    per_ml=st.integers(1, 999),
)
def test_no_measured_volume_holds_more_than_the_cap(dose: int, cap: int, floor: int, per_ml: int) -> None:
    rule = f"dose: {dose} mg\nat_most: {cap} mg" + (f"\nat_least: {floor} mg" if 0 < floor <= cap else "")
    try:
        one = prepared(f"concentration: {per_ml} mg/mL", rule)
    except LimitsConflictError:
        return
    assert one.delivered.value <= cap
    if one.delivered.value < one.ordered.value and one.turned == "down":
        assert one.ordered.value - one.delivered.value < Fraction(per_ml, 10)  # less than a step of 0.1 mL


@pytest.mark.parametrize(
    ("dose", "percent", "is_far"),
    [
        ("0.008 mg", "25", True),  # 0.01 mL
        ("0.105 mg", "4.7619", False),  # 0.105 mL, the tie up to 0.11 mL: 4.76 % more
        ("0.2 mg", "0", False),
        ("0.0095 mg", "5.263", True),  # 0.01 mL
        ("0.014 mg", "28.57", True),  # 0.01 mL: 28.6 % less
    ],
)
def test_delivered_dose_more_than_five_percent_off_is_a_warning(dose: str, percent: str, is_far: bool) -> None:  # noqa: FBT001
    one = prepared("concentration: 1 mg/mL", f"dose: {dose}")
    assert abs(abs(one.deviation_percent) - Fraction(percent)) < Fraction("0.01")
    assert one.is_far_off is is_far
    assert ("WARNING: the delivered dose is " in note_text(one)) is is_far


def test_delivered_dose_exactly_five_percent_off_is_no_warning() -> None:
    # 2.1 mg ÷ 1 to 1 mL steps: 2 mL is 4.76 % less; 4 mL of 3.8095… hold 5 % more: 80 mg ÷ 21 = 3.809523… mL
    one = prepared("concentration: 21 mg/mL", "dose: 80 mg\nrounding: {volume: {to: 4 mL, ties: up}}")
    assert (one.drawn_ml, one.deviation_percent) == (Fraction(4), Fraction(5))
    assert not one.is_far_off
    more = prepared("concentration: 21.001 mg/mL", "dose: 80 mg\nrounding: {volume: {to: 4 mL, ties: up}}")
    assert more.deviation_percent == Fraction("5.005")
    assert more.is_far_off
    assert "the delivered dose is ≈ +5.01 % from the ordered one" in note_text(more)


def test_deviation_a_hair_above_five_percent_is_not_printed_as_five() -> None:
    one = prepared("concentration: 21.00001 mg/mL", "dose: 80 mg\nrounding: {volume: {to: 4 mL, ties: up}}")
    assert one.deviation_percent == Fraction("5.00005")
    assert "the delivered dose is ≈ +5.0001 % from the ordered one" in note_text(one)


def test_stated_tolerance_decides_in_place_of_five_percent() -> None:
    wide = prepared("concentration: 1 mg/mL", "dose: 0.008 mg\ntolerance: ±30 % of the ordered dose")
    assert (wide.is_far_off, wide.beyond) == (False, ())
    narrow = prepared("concentration: 1 mg/mL", "dose: 0.105 mg\ntolerance: ±4 % of the ordered dose")
    assert "WARNING: BEYOND the limit of tolerance" in note_text(narrow)


def test_lots_that_do_not_cover_a_dose_are_said_and_are_no_deviation() -> None:
    product = "container: {called: vial, content: 60 mg, volume: 2 mL}"
    one = prepared(product, "dose: 100 mg", lots="drug,A,1,50,mg,,2\n")
    assert (one.delivered.value, one.is_far_off) == (Fraction(50), False)
    assert "do not cover 50 mg of it" in note_text(one)
