"""Overfill: what a container holds beyond its label, counted as the file says. Worked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dosecal.planning.doses.doses import work_out_dose
from dosecal.planning.product.allocation import usable_content
from dosecal.planning.product.product import prepare
from tests.example_products import containers_of, product_protocol
from tests.planning.product.test_product import prepared

VIAL = "container: {called: vial, content: 40 mg, volume: 4 mL, overfill: 0.4 mL}"
USABLE = VIAL.replace("0.4 mL", "0.4 mL usable")


def test_overfill_lets_a_rounded_volume_be_drawn() -> None:
    # 40 mg are 4 mL, rounded up to 4.2 mL: the vial holds 4.4 mL
    one = prepared(VIAL, "dose: 40 mg\nrounding: {volume: {to: 0.3 mL, mode: up}}")
    assert (one.drawn_ml, one.containers, one.beyond) == (Fraction("4.2"), 1, ())
    assert one.delivered.value == 42
    assert one.leftover is not None
    assert (one.leftover_ml, one.leftover.value) == (Fraction(0), Fraction(0))


def test_no_more_than_label_and_overfill_is_drawn() -> None:
    one = prepared(VIAL, "dose: 40 mg\nrounding: {volume: {to: 5 mL, mode: up}}")
    assert one.drawn_ml == Fraction("4.4")
    (check,) = one.beyond
    assert (check.of, check.by) == ("drawn volume", Fraction("0.6"))


def test_overfill_is_not_counted_as_content() -> None:
    assert prepared(VIAL, "dose: 44 mg").containers == 2


def test_usable_overfill_is_counted_as_content() -> None:
    # 40 mg × 4.4 ÷ 4 = 44 mg in a vial
    one = prepared(USABLE, "dose: 44 mg")
    assert (one.containers, one.drawn_ml, one.leftover_ml) == (1, Fraction("4.4"), Fraction(0))
    assert prepared(USABLE, "dose: 44.1 mg").containers == 2


@pytest.mark.parametrize(("vial", "dose", "drawn"), [(VIAL, "40 mg", "7.3"), (USABLE, "44 mg", "8")])
def test_what_is_added_to_a_container_meets_its_overfill(vial: str, dose: str, drawn: str) -> None:
    # 4.4 mL of 10 mg per mL and 3.6 mL are 8 mL of 5.5 mg per mL; 40 ÷ 5.5 = 7.27 mL, 44 ÷ 5.5 = 8 mL
    one = prepared(f"{vial}\ndilution: {{add: 3.6 mL}}", f"dose: {dose}")
    assert one.drawn_ml == Fraction(drawn)
    assert one.diluted is not None
    assert one.diluted.concentration.value == Fraction("5.5")


@pytest.mark.parametrize(
    ("volume", "own", "content"),
    [
        ("4", "", 44),  # the protocol's overfill of a vial of 4 mL
        ("4", "0.2", 42),  # the lot's own
        ("5", "", 40),  # another volume: the protocol says nothing of its overfill
        ("5", "0.5", 44),
    ],
)
def test_lot_says_its_own_overfill_before_the_protocol_does(volume: str, own: str, content: int) -> None:
    protocol = product_protocol(USABLE, "dose: 40 mg")
    (one,) = containers_of(f"drug,A,1,40,mg,,{volume},,,,,,{own}\n", protocol)
    assert usable_content(one, protocol.products[0], "mg") == content
    made = prepare(work_out_dose(protocol.regimens[0], None), protocol.products[0], None, (one,))
    assert made.lines[0].per_container is not None
    assert made.lines[0].per_container.usable.value == content


def test_dose_in_ml_counts_usable_overfill_alone() -> None:
    of_ml = "container: {called: bag, content: 4 mL, volume: 4 mL, overfill: 0.4 mL"
    assert prepared(f"{of_ml}}}", "dose: 4.4 mL").containers == 2
    assert prepared(f"{of_ml} usable}}", "dose: 4.4 mL").containers == 1
