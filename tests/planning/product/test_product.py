"""From a dose to its volume and containers: expected values worked by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dosecal.model.preparation import Verdict
from dosecal.model.product import PlainCount, TotalCount, ViableCount
from dosecal.planning.doses.doses import work_out_dose
from dosecal.planning.product.product import prepare
from tests.example_products import containers_of, product_protocol

if TYPE_CHECKING:
    from dosecal.model.preparation import Preparation

VIALS = "container: {called: vial, content: 25 million cells, volume: 3.8 mL}"


def prepared(product: str, regimen: str, kg: str = "", lots: str | None = None) -> Preparation:
    protocol = product_protocol(product, regimen)
    weight = Fraction(kg) if kg else None
    containers = None if lots is None else containers_of(lots, protocol)
    return prepare(work_out_dose(protocol.regimens[0], weight), protocol.products[0], weight, containers)


def test_volume_is_rounded_once_and_the_delivered_dose_worked_again() -> None:
    # 70 million ÷ (10 million × 0.85) = 8.2353 mL, drawn as 8.2 mL, which hold 69.7 million: 0.4286 % less
    one = prepared(
        "counts: total cells\nconcentration: 10 million cells/mL\nviability: {is: 85 %}",
        "dose: 1 million viable cells/kg",
        "70",
    )
    assert one.exact_ml == Fraction(140, 17)
    assert one.drawn_ml == Fraction("8.2")
    assert one.delivered.value == 69_700_000
    assert one.deviation_percent == Fraction(-3, 7)


@pytest.mark.parametrize(
    ("dose", "drawn"),
    [
        ("9.96 mg", "1"),  # 0.996 mL to 0.01 mL
        ("9.94 mg", "0.99"),
        ("10 mg", "1"),
        ("12.5 mg", "1.3"),  # 1.25 mL to 0.1 mL, the tie away from zero
        ("0.345 mg", "0.03"),
    ],
)
def test_volume_without_a_rule_is_measured_to_a_hundredth_below_one_ml(dose: str, drawn: str) -> None:
    one = prepared("concentration: 10 mg/mL", f"dose: {dose}")
    assert one.drawn_ml == Fraction(drawn)
    assert not one.volume_rounding_is_stated


@pytest.mark.parametrize(
    ("rule", "drawn"),
    [
        ("{volume: {to: 0.5 mL, mode: up}}", "1.5"),
        ("{volume: {to: 0.5 mL, mode: down}}", "1"),
        ("{volume: {to: 0.1 mL, ties: even}}", "1.2"),
        ("{volume: none}", "1.25"),
        ("none", "1.25"),
    ],
)
def test_stated_rule_of_the_volume_is_followed(rule: str, drawn: str) -> None:
    one = prepared("concentration: 10 mg/mL", f"dose: 12.5 mg\nrounding: {rule}")
    assert one.drawn_ml == Fraction(drawn)
    assert one.volume_rounding_is_stated


def test_containers_are_the_exact_need_rounded_up_and_the_rest_is_left_over() -> None:
    # 125 million ÷ 25 million = 5 exactly; 126 million need a sixth: 126 ÷ 25 × 3.8 = 19.152, drawn as 19.2 of 22.8 mL
    assert prepared(VIALS, "dose: 125 million cells").containers == 5
    six = prepared(VIALS, "dose: 126 million cells")
    assert (six.containers, six.containers_exact) == (6, Fraction(126, 25))
    assert six.drawn_ml == Fraction("19.2")
    assert six.leftover_ml == Fraction("3.6")
    assert six.leftover is not None
    assert six.leftover.value == 150_000_000 - Fraction("19.2") * 25_000_000 / Fraction("3.8")


def test_rounded_volume_is_never_more_than_the_containers_hold() -> None:
    one = prepared(VIALS, "dose: 25 million cells\nrounding: {volume: {to: 1 mL, mode: up}}")
    assert (one.drawn_ml, one.containers) == (Fraction("3.8"), 1)
    (check,) = one.beyond
    assert (check.of, check.by) == ("drawn volume", Fraction("0.2"))


def test_cells_counted_at_freeze_lose_what_does_not_recover() -> None:
    # 25 million × 0.8 recovered × 0.9 viable = 18 million in 3.8 mL: 90 million need 5 vials and 19 mL
    product = f"counts: total cells\ncounted: at freeze\nrecovery: 80 %\nviability: {{is: 90 %}}\n{VIALS}"
    one = prepared(product, "dose: 90 million viable cells")
    assert (one.containers, one.drawn_ml, one.deviation_percent) == (5, Fraction(19), Fraction(0))
    (line,) = one.lines
    assert line.per_container is not None
    assert [factor.name for factor in line.per_container.factors] == ["recovery after thaw", "viability"]


def test_recovery_that_is_not_stated_leaves_the_volume_open() -> None:
    product = f"counts: total cells\ncounted: at freeze\nrecovery: none stated\n{VIALS}"
    one = prepared(product, "dose: 90 million cells")
    assert (one.lines, one.drawn_ml, one.containers) == ((), None, None)
    assert one.open == ("the recovery after thaw, since the cells were counted at freeze",)


def test_recovery_that_is_not_applied_doses_the_cells_as_frozen() -> None:
    product = f"counts: total cells\ncounted: at freeze\nrecovery: not applied\n{VIALS}"
    assert prepared(product, "dose: 50 million cells").containers == 2


def test_viable_cells_can_not_be_multiplied_with_a_viability() -> None:
    assert hasattr(TotalCount(Fraction(1)), "viable")
    assert not hasattr(ViableCount(Fraction(1)), "viable")
    assert not hasattr(PlainCount(Fraction(1)), "viable")


def test_viability_that_nobody_states_leaves_the_volume_open() -> None:
    product = f"counts: total cells\nviability: {{at_least: 70 %, method: trypan blue}}\n{VIALS}"
    one = prepared(product, "dose: 50 million viable cells")
    assert one.drawn_ml is None
    assert one.open == ("the viability, since all cells are counted and viable ones are dosed",)


def test_grams_are_dosed_from_milligrams() -> None:
    assert prepared("concentration: 400 mg/mL", "dose: 2 g").drawn_ml == 5


@pytest.mark.parametrize(
    ("dilution", "diluent", "total", "per_ml"),
    [
        ("{to: 2.5 million cells/mL}", "30", "40", 2_500_000),
        ("{total: 100 mL}", "90", "100", 1_000_000),
    ],
)
def test_dose_is_diluted(dilution: str, diluent: str, total: str, per_ml: int) -> None:
    one = prepared(f"concentration: 10 million cells/mL\ndilution: {dilution}", "dose: 100 million cells")
    assert one.diluted is not None
    assert (one.drawn_ml, one.diluted.diluent_ml, one.infused_ml) == (Fraction(10), Fraction(diluent), Fraction(total))
    assert one.diluted.concentration.value == per_ml


def test_drawn_volume_above_the_total_is_said_and_not_diluted() -> None:
    one = prepared("concentration: 1 million cells/mL\ndilution: {total: 50 mL}", "dose: 100 million cells")
    assert one.diluted is None
    assert "the drawn volume is above it already" in one.open[0]


LOTS = """\
drug,A,1,30000000,cells,,3,,,,2026-05-01,
drug,A,2,30000000,cells,,3,,,,2026-05-01,
drug,B,1,20000000,cells,,4,,,,2026-06-01,
"""


def test_mixed_lots_are_each_drawn_by_their_own_strength() -> None:
    # A holds 10 million in a mL and is used up: 6 mL for 60 million; 15 million are left to B's 5 million in a mL: 3 mL
    one = prepared(VIALS, "dose: 75 million cells", lots=LOTS)
    assert [(line.lot, line.containers, line.drawn_ml) for line in one.lines] == [
        ("A", ("1", "2"), Fraction(6)),
        ("B", ("1",), Fraction(3)),
    ]
    assert (one.containers, one.drawn_ml, one.deviation_percent) == (3, Fraction(9), Fraction(0))
    assert one.leftover is not None
    assert one.leftover.value == 5_000_000


def test_lot_with_its_own_viability_is_drawn_by_it() -> None:
    product = f"counts: total cells\nviability: {{is: 90 %, at_least: 70 %}}\n{VIALS}"
    lots = "drug,A,1,25000000,cells,total cells,3.8,80,trypan blue,at thaw,2026-05-01,\n"
    one = prepared(product, "dose: 10 million viable cells", lots=lots)
    # 25 million × 0.8 ÷ 3.8 mL: 1.9 mL
    assert one.drawn_ml == Fraction("1.9")


def test_lots_that_do_not_reach_say_how_much_is_missing() -> None:
    one = prepared(VIALS, "dose: 100 million cells", lots=LOTS)
    assert one.short is not None
    assert one.short.value == 20_000_000


LIMITED = "concentration: 10 million cells/mL\n"


@pytest.mark.parametrize(
    ("more", "value", "verdict"),
    [
        ("limits: {volume: at most 0.2 mL/kg}", Fraction("0.2"), Verdict.WITHIN),  # 10 mL ÷ 50 kg: inside
        ("limits: {volume: at most 0.19 mL/kg}", Fraction("0.2"), Verdict.BEYOND),
        ("limits: {volume: at most 9 mL}", Fraction(10), Verdict.BEYOND),
        ("limits: {endotoxin: at most 5 EU/kg}\nendotoxin: 2 EU/mL", Fraction("0.4"), Verdict.WITHIN),
        ("limits: {endotoxin: at most 5 EU/kg}", None, Verdict.UNKNOWN),
        ("limits: {dmso: at most 1 g/kg per day}\ndmso: 10 % v/v", Fraction("0.022"), Verdict.WITHIN),
        ("limits: {dmso: at most 1 g/kg per day}\ndmso: 10 % w/v", Fraction("0.02"), Verdict.WITHIN),
        ("limits: {concentration: {at_most: 5 million cells/mL}}", Fraction(10_000_000), Verdict.BEYOND),
        ("limits: {concentration: {at_least: 5 million cells/mL}}", Fraction(10_000_000), Verdict.WITHIN),
    ],
)
def test_limit_says_what_was_found(more: str, value: Fraction | None, verdict: Verdict) -> None:
    one = prepared(LIMITED + more, "dose: 2 million cells/kg", "50")
    (check,) = one.limits
    assert (check.value, check.verdict) == (value, verdict)


def test_limit_that_is_passed_twofold_says_so() -> None:
    one = prepared(f"{LIMITED}limits: {{volume: at most 5 mL}}", "dose: 100 million cells")
    (check,) = one.beyond
    assert (check.by, check.fold) == (Fraction(5), Fraction(2))


def test_limit_per_kg_of_a_flat_dose_needs_a_weight() -> None:
    product = f"{LIMITED}limits: {{volume: at most 1 mL/kg}}"
    assert [check.verdict for check in prepared(product, "dose: 100 million cells").limits] == [Verdict.UNKNOWN]
    assert prepared(product, "dose: 100 million cells", "50").limits[0].value == Fraction("0.2")


@pytest.mark.parametrize(
    ("tolerance", "verdict"),
    [
        ("±4 % of the ordered dose", Verdict.WITHIN),  # 1.3 mL of 1.25: exactly 4 %
        ("less than ±4 % of the ordered dose", Verdict.BEYOND),
        ("±3.9 % of the ordered dose", Verdict.BEYOND),
        ("±3.9 % of the given dose", Verdict.WITHIN),  # 0.5 of 13 mg: 3.85 %
        ("±0.5 mg", Verdict.WITHIN),
    ],
)
def test_tolerance_is_of_its_base(tolerance: str, verdict: Verdict) -> None:
    one = prepared("concentration: 10 mg/mL", f"dose: 12.5 mg\ntolerance: {tolerance}")
    assert [check.verdict for check in one.limits] == [verdict]


def test_limit_of_what_is_in_a_ml_says_with_which_volume_it_is_reached() -> None:
    # 1 g per kg × 50 kg ÷ 0.11 g in a mL
    product = f"{LIMITED}dmso: 10 % v/v\nlimits: {{dmso: at most 1 g/kg per dose}}"
    assert prepared(product, "dose: 100 million cells", "50").limits[0].reached_ml == Fraction(50) / Fraction("0.11")
    assert prepared(product, "dose: 100 million cells").limits[0].reached_ml is None


@pytest.mark.parametrize(
    ("rate", "checks"),
    [
        ("{over: 60 min}", []),  # the rate is the rule itself: there is nothing to hold against it
        ("{at_most: 2 mL/min}", []),
        ("{over: 60 to 80 min, aim: 70 min}", [Verdict.WITHIN, Verdict.WITHIN]),
        ("{give: 10 mg/min, at_most: 60 mL/h}", [Verdict.WITHIN]),  # 1 mL in a min, exactly the most
    ],
)
def test_rate_is_held_against_the_limits_that_it_does_not_come_from(rate: str, checks: list[Verdict]) -> None:
    one = prepared("concentration: 10 mg/mL", f"dose: 700 mg\nrate: {rate}")
    assert [check.verdict for check in one.limits] == checks


def test_viability_to_be_measured_is_not_known_even_without_a_volume() -> None:
    (check,) = prepared("counts: total cells\nviability: {at_least: 70 %}", "dose: 1 million viable cells").limits
    assert (check.of, check.verdict, check.why) == ("viability", Verdict.UNKNOWN, "to be measured")


def test_lot_says_by_itself_what_it_counts_and_when() -> None:
    # 25 million cells, 80 % of them viable: 20 million in 4 mL, 10 million in 2 mL
    total = "drug,A,1,25000000,cells,total cells,4,80,trypan blue,{},2026-05-01,\n"
    one = prepared("concentration: none stated", "dose: 10 million viable cells", lots=total.format("at thaw"))
    assert one.drawn_ml == Fraction(2)
    frozen = prepared("concentration: none stated", "dose: 10 million viable cells", lots=total.format("at freeze"))
    assert frozen.drawn_ml is None
    assert frozen.open == ("the recovery after thaw, since the cells were counted at freeze",)


@pytest.mark.parametrize(("most", "is_conflict"), [("50 mg", False), ("49.9 mg", True)])
def test_floor_at_what_a_container_may_hold_is_no_conflict(most: str, is_conflict: bool) -> None:  # noqa: FBT001 - a case
    product = f"concentration: 10 mg/mL\nlimits: {{container: at most {most}}}"
    assert bool(prepared(product, "dose: 1 mg/kg\nat_least: 50 mg", "40").conflict) == is_conflict


@pytest.mark.parametrize(
    ("product", "dose", "unit"),
    [
        ("concentration: 10 mg/mL", "100 mg", "mg"),
        ("container: {called: bag, content: 25 million cells}", "50 million cells", "cells"),
        ("concentration: none stated", "20 mL", "mL"),
    ],
)
def test_line_is_counted_in_what_the_dose_is(product: str, dose: str, unit: str) -> None:
    (line,) = prepared(product, f"dose: {dose}").lines
    assert (line.part.unit.symbol, line.delivered.unit.symbol) == (unit, unit)


def test_undiluted_volume_is_what_is_drawn_without_its_share_of_what_was_added() -> None:
    # 3.8 mL and 1.2 mL are 5 mL of 5 million in a mL: 2 mL for 10 million, 2 × 3.8 ÷ 5 of it product
    one = prepared(f"{VIALS}\ndilution: {{add: 1.2 mL}}", "dose: 10 million cells")
    assert (one.drawn_ml, one.lines[0].product_ml) == (Fraction(2), Fraction("1.52"))


@pytest.mark.parametrize(
    ("dose", "containers"),
    [
        ("30 million", ("1",)),  # the first holds just that: the second stays closed
        ("30000001", ("1", "2")),
    ],
)
def test_no_container_is_opened_for_nothing(dose: str, containers: tuple[str, ...]) -> None:
    one = prepared(VIALS, f"dose: {dose} cells", lots=LOTS)
    assert [line.containers for line in one.lines] == [containers]
    assert (one.containers, one.short) == (len(containers), None)


@pytest.mark.parametrize(
    ("product", "dose", "lots", "said"),
    [
        (
            "concentration: none stated",
            "20 mL",
            "drug,A,1,30000000,cells,,,,,,2026-05-01,\n",
            "the content of a container",
        ),
        ("concentration: none stated", "20 mg", None, "the strength of the product"),
        (
            f"{VIALS}\ndilution: {{add: 1.2 mL}}",
            "20 million cells",
            "drug,A,1,30000000,cells,,,,,,2026-05-01,\n",
            "the volume of a container, since something is added to each",
        ),
    ],
)
def test_what_can_not_be_known_is_open_and_nothing_is_drawn(
    product: str, dose: str, lots: str | None, said: str
) -> None:
    one = prepared(product, f"dose: {dose}", lots=lots)
    assert (one.open, one.lines, one.drawn_ml) == ((said,), (), None)


def test_floor_above_another_limit_than_that_of_a_container_is_no_conflict() -> None:
    # 50 mg in 5 mL, of at most 9: a floor in mg and a limit in mL do not meet
    one = prepared("concentration: 10 mg/mL\nlimits: {volume: at most 9 mL}", "dose: 1 mg/kg\nat_least: 50 mg", "40")
    assert (one.conflict, one.drawn_ml) == ("", Fraction(5))


def test_conflict_of_a_container_is_said_and_nothing_is_drawn() -> None:
    product = "concentration: 10 mg/mL\nlimits: {container: at most 49.9 mg}"
    one = prepared(product, "dose: 1 mg/kg\nat_least: 50 mg", "40")
    said = "a floor at or below what a container may hold, but the floor is 50 mg and that 49.9 mg"
    assert (one.conflict, one.open, one.lines) == (said, (said,), ())


def test_volume_that_is_rounded_to_nothing_is_said() -> None:
    # 0.04 mg ÷ 10 mg in a mL = 0.004 mL, to 0.01 mL
    one = prepared("concentration: 10 mg/mL", "dose: 0.04 mg")
    assert one.open == ("a volume that can be measured: 0.004 mL is rounded to 0 mL",)
    assert prepared("concentration: 10 mg/mL", "dose: 0.05 mg").open == ()


def test_dose_of_an_unknown_strength_is_not_short_of_lots() -> None:
    one = prepared("concentration: none stated", "dose: 20 mg")
    assert (one.short, one.delivered.value) == (None, Fraction(20))


def test_tolerance_alone_turns_no_volume() -> None:
    # 1.249 mL goes to 1.2, 4.08 % of the 12 mg given; 1.3 mL would be off by 3.92 %, but is not the nearest step
    one = prepared("concentration: 10 mg/mL", "dose: 12.49 mg\ntolerance: ±4 % of the given dose")
    assert (one.drawn_ml, one.turned, [check.of for check in one.beyond]) == (Fraction("1.2"), "", ["tolerance"])


def test_cap_is_kept_even_where_the_tolerance_is_not() -> None:
    # 26.7 mL hold 801 mg, 0.125 % too much; 26.6 mL hold 798 mg, 0.25 % too little
    rule = "dose: 10 mg/kg\nat_most: 800 mg\ntolerance: ±0.2 % of the ordered dose"
    one = prepared("concentration: 30 mg/mL", rule, "100")
    assert (one.drawn_ml, one.turned_for, [check.of for check in one.beyond]) == (
        Fraction("26.6"),
        ("cap",),
        ["tolerance"],
    )


def test_limit_that_no_volume_keeps_is_not_said_to_be_kept() -> None:
    # 3.3 mL hold 99 mg and 3.4 mL hold 102 mg, where floor and cap are 100 mg
    one = prepared("concentration: 30 mg/mL", "dose: 1 mg/kg\nat_least: 100 mg\nat_most: 100 mg", "50")
    assert (one.turned, one.turned_for, [check.of for check in one.beyond]) == ("", (), ["floor"])


@pytest.mark.parametrize(
    ("dose", "said"),
    [
        ("0.01 mg", "≈ 0.003333 mL"),  # 0.01 ÷ 3 = 0.0033333…: four digits that count
        ("0.003001 mg", "≈ 0.001 mL"),  # 0.001000333…
        ("0.00299 mg", "≈ 0.0009967 mL"),  # 0.00099666…
        ("0.012 mg", "0.004 mL"),
    ],
)
def test_volume_that_is_too_small_is_said_with_four_digits(dose: str, said: str) -> None:
    one = prepared("concentration: 3 mg/mL", f"dose: {dose}")
    assert one.open == (f"a volume that can be measured: {said} is rounded to 0 mL",)


def test_dose_of_nothing_is_no_volume_that_is_too_small() -> None:
    # 1.45 mg × 0.1 = 0.145 mg, to 0 mg
    one = prepared("concentration: 10 mg/mL", "dose: 1.45 mg/kg\nrounding: {dose: {to: 1 mg, ties: up}}", "0.1")
    assert (one.ordered.value, one.drawn_ml, one.open) == (Fraction(0), Fraction(0), ())


def test_ordered_volume_is_held_against_what_the_lots_hold() -> None:
    # 3.8 mL a vial: 7.6 mL are two, and 7.7 mL lack 0.1 mL
    lots = "drug,A,1,25000000,cells,,3.8,,,,2026-05-01,\ndrug,A,2,25000000,cells,,3.8,,,,2026-05-01,\n"
    one = prepared(VIALS, "dose: 7.6 mL", lots=lots)
    assert (one.containers, one.drawn_ml, one.short) == (2, Fraction("7.6"), None)
    other = prepared(VIALS, "dose: 7.7 mL", lots=lots)
    assert other.short is not None
    assert (other.drawn_ml, other.short.value) == (Fraction("7.6"), Fraction("0.1"))


def test_what_is_in_no_container_leaves_nothing_over() -> None:
    for product in ("concentration: 10 mg/mL", "concentration: none stated"):
        one = prepared(product, "dose: 100 mg")
        assert (one.containers, one.containers_exact, one.leftover, one.leftover_ml) == (None, None, None, None)


def test_content_without_a_volume_leaves_an_amount_over_and_no_volume() -> None:
    one = prepared("container: {called: bag, content: 25 million cells}", "dose: 40 million cells")
    assert one.leftover is not None
    assert (one.containers, one.leftover.value, one.leftover_ml) == (2, Fraction(10_000_000), None)


def test_bag_whose_volume_nobody_states_is_not_diluted_to_a_strength() -> None:
    product = "container: {called: bag, content: 25 million cells}\ndilution: {to: 2.5 million cells/mL}"
    one = prepared(product, "dose: 50 million cells")
    assert (one.diluted, one.infused_ml) == (None, None)


def test_drawn_volume_a_little_above_the_total_is_not_diluted_either() -> None:
    # 50.5 mL and a total of 50 mL
    one = prepared("concentration: 10 mg/mL\ndilution: {total: 50 mL}", "dose: 505 mg")
    assert one.diluted is None
    assert "the drawn volume is above it already" in one.open[0]


def test_total_is_what_the_protocol_says_whatever_the_diluent_is_rounded_to() -> None:
    # 0.55 mL and 99.45 mL, measured as 99.5 mL: 100 mL, of 5.5 mg
    one = prepared("concentration: 10 mg/mL\ndilution: {total: 100 mL}", "dose: 5.5 mg")
    assert one.diluted is not None
    assert (one.diluted.diluent_ml, one.infused_ml) == (Fraction("99.5"), Fraction(100))
    assert one.diluted.concentration.value == Fraction("0.055")


def test_grams_are_diluted_to_milligrams_in_a_ml() -> None:
    # 2 g ÷ 400 mg in a mL = 5 mL; 2 g ÷ 100 mg in a mL = 20 mL
    one = prepared("concentration: 400 mg/mL\ndilution: {to: 100 mg/mL}", "dose: 2 g")
    assert one.diluted is not None
    assert (one.drawn_ml, one.diluted.diluent_ml, one.infused_ml) == (Fraction(5), Fraction(15), Fraction(20))


def test_volume_of_nothing_has_no_concentration_and_no_rate() -> None:
    one = prepared(f"{VIALS}\ndilution: {{add: 1.2 mL}}", "dose: 10 cells\nrate: {over: 60 min}")
    assert (one.drawn_ml, one.diluted, one.rate) == (Fraction(0), None, None)


def test_rate_waits_for_the_volume_and_says_what_else_it_needs() -> None:
    assert prepared("concentration: none stated", "dose: 20 mg\nrate: {over: 60 min}").rate is None
    one = prepared("concentration: 10 mg/mL", "dose: 20 mg\nrate: {at_most: 2 mL/kg/h}")
    assert (one.rate, one.open) == (None, ("a body weight, since the rate is per kg",))


def test_volume_that_could_not_be_measured_keeps_no_limit() -> None:
    # 0.06 mg ÷ 10 = 0.006 mL, drawn as 0.01 mL; nothing at all would keep the limit, and give no dose
    one = prepared("concentration: 10 mg/mL\nlimits: {volume: at most 0.008 mL}", "dose: 0.06 mg")
    assert (one.drawn_ml, [check.of for check in one.beyond]) == (Fraction("0.01"), ["volume"])


def test_volume_is_said_to_be_turned_for_the_limits_it_is_turned_for() -> None:
    # 1.249 mL: 1.2 mL hold 12 mg, below the floor and 4.08 % of 12 mg off; 1.3 mL hold 13 mg, 3.92 % off
    rule = "dose: 1 mg/kg\nat_least: 12.49 mg\ntolerance: ±4 % of the given dose"
    one = prepared("concentration: 10 mg/mL", rule, "12")
    assert (one.drawn_ml, one.turned_for, one.beyond) == (Fraction("1.3"), ("floor",), ())
