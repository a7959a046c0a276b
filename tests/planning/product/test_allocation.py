"""First expired, first out, over a cohort, and no container twice."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dosecal.load.protocol.protocol_file import read_protocol
from dosecal.planning.product.allocation import Allocation, Want, allocate
from tests.example_products import containers_of, product_protocol, product_text

if TYPE_CHECKING:
    from dosecal.model.preparation import LotContainer
    from dosecal.model.protocol import Protocol

PRODUCT = "container: {called: vial, content: 25 million cells, volume: 3.8 mL}"
PROTOCOL = product_protocol(PRODUCT, "dose: 50 million cells")
MILLION = 1_000_000


def row(lot: str, container: str, expires: str = "", site: str = "", content: int = 25, subject: str = "") -> str:
    return f"drug,{lot},{container},{content * MILLION},cells,,3.8,,,,{expires},{site},,,{subject}\n"


def served(lots: str, *wants: tuple[str | int, ...], protocol: Protocol = PROTOCOL) -> Allocation:
    """What doses get, each with its day, its millions of cells, its site and its subject."""
    needed = []
    for place, (day, millions, *whose) in enumerate(wants):
        site, subject = (*map(str, whose), "", "")[:2]
        need = Fraction(int(millions) * MILLION)
        needed.append(Want(place, str(day), site, protocol.products[0], "cells", need, subject))
    return allocate(needed, containers_of(lots, protocol))


def ids(containers: tuple[LotContainer, ...]) -> str:
    return " ".join(f"{one.lot}:{one.id}" for one in containers)


def test_first_expired_is_first_out_and_what_never_expires_comes_last() -> None:
    lots = row("C", "1") + row("B", "1", "2026-06-01") + row("A", "1", "2026-05-01") + row("A", "2", "2026-05-01")
    done = served(lots, ("2026-04-01", 50), ("2026-04-02", 50))
    assert [ids(done.promised[place]) for place in (0, 1)] == ["A:1 A:2", "B:1 C:1"]


def test_last_day_is_inside_and_the_next_is_not() -> None:
    lots = row("A", "1", "2026-05-01") + row("B", "1", "2026-05-02")
    done = served(lots, ("2026-05-02", 25))
    assert ids(done.promised[0]) == "B:1"
    assert {one.id: day for one, day in done.expired.items()} == {"1": "2026-05-02"}
    assert ids(served(row("A", "1", "2026-05-01"), ("2026-05-01", 25)).promised[0]) == "A:1"


def test_dose_gets_all_that_it_needs_or_nothing() -> None:
    done = served(row("A", "1") + row("A", "2"), ("2026-04-01", 75), ("2026-04-02", 50))
    assert done.short == {0: 25 * MILLION}
    assert ids(done.promised[1]) == "A:1 A:2"


def test_site_keeps_to_its_own_lots_and_those_of_no_site() -> None:
    lots = row("A", "1", "2026-05-01", "S1") + row("B", "1", "2026-06-01") + row("C", "1", "2026-04-20", "S2")
    done = served(lots, ("2026-04-01", 50, "S1"), ("2026-04-02", 25, "S1"), ("2026-04-03", 25, "S2"))
    assert ids(done.promised[0]) == "A:1 B:1"
    assert 1 in done.short
    assert ids(done.promised[2]) == "C:1"


def test_shared_lot_that_one_site_took_is_gone_for_the_others() -> None:
    done = served(row("B", "1"), ("2026-04-01", 25, "S1"), ("2026-04-02", 25, "S2"))
    assert ids(done.promised[0]) == "B:1"
    assert done.short == {1: 25 * MILLION}


def test_subject_without_a_site_gets_containers_without_one_alone() -> None:
    assert served(row("A", "1", "", "S1"), ("2026-04-01", 25)).short == {0: 25 * MILLION}


def test_bag_of_a_subject_goes_to_nobody_else() -> None:
    lots = row("A", "1", "2026-05-01", subject="002") + row("B", "1", "2026-06-01")
    done = served(lots, ("2026-04-01", 25, "", "001"), ("2026-04-02", 25, "", "002"))
    assert [ids(done.promised[place]) for place in (0, 1)] == ["B:1", "A:1"]
    done = served(row("A", "1", subject="002"), ("2026-04-01", 25, "", "001"), ("2026-04-02", 25))
    assert not done.promised
    assert done.short == {0: 25 * MILLION, 1: 25 * MILLION}


def test_bag_of_a_subject_at_another_site_is_not_taken() -> None:
    lots = row("A", "1", site="S1", subject="001")
    assert served(lots, ("2026-04-01", 25, "S2", "001")).short == {0: 25 * MILLION}
    assert ids(served(lots, ("2026-04-01", 25, "S1", "001")).promised[0]) == "A:1"


def test_own_and_common_bags_are_taken_as_they_expire() -> None:
    lots = row("A", "1", "2026-05-03") + row("B", "1", "2026-05-02", subject="001") + row("C", "1", "2026-05-01", "S1")
    done = served(lots, ("2026-04-01", 75, "S1", "001"))
    assert ids(done.promised[0]) == "C:1 B:1 A:1"


def test_bag_of_somebody_without_a_dose_is_said_to_be_left() -> None:
    done = served(row("A", "1", subject="01"), ("2026-04-01", 25, "", "001"))
    assert [one.reason for one in done.unusable] == ['it is for "01" alone, who has no dose here']


def test_product_for_one_subject_takes_no_bag_without_its_subject() -> None:
    own = product_protocol(f"for: one subject\n{PRODUCT}", "dose: 25 million cells")
    lots = row("A", "1", "2026-05-01") + row("B", "1", "2026-06-01", subject="001")
    done = served(lots, ("2026-04-01", 25, "", "001"), ("2026-04-02", 25, "", "002"), protocol=own)
    assert ids(done.promised[0]) == "B:1"
    assert done.short == {1: 25 * MILLION}
    assert [(one.container.lot, one.reason) for one in done.unusable] == [
        ("A", "the product is for one subject, and it does not say for whom (for_subject)")
    ]
    assert served(lots, ("2026-04-01", 25), protocol=own).promised == {}


def test_lot_of_another_product_is_never_taken() -> None:
    text = product_text(PRODUCT, "dose: 50 million cells").replace("products:", "products:\n  other: {label: other}")
    protocol = read_protocol(text.encode(), "p.yaml")
    (drug,) = (one for one in protocol.products if one.id == "drug")
    want = Want(0, "2026-04-01", "", drug, "cells", Fraction(25 * MILLION))
    done = allocate([want], containers_of(row("A", "1").replace("drug", "other"), protocol))
    assert not done.promised
    assert done.short == {0: 25 * MILLION}


def test_bag_that_expired_before_the_day_counts_for_nothing() -> None:
    lots = row("A", "1", "2026-03-06") + row("A", "2", "2026-03-06")
    assert served(lots, ("2026-03-09", 60)).short == {0: 60 * MILLION}


def test_lot_below_the_least_viability_is_not_used_and_says_so() -> None:
    protocol = product_protocol(f"viability: {{at_least: 70 %}}\n{PRODUCT}", "dose: 25 million cells")
    lots = "drug,A,1,25000000,cells,,3.8,69.9,,,,\ndrug,B,1,25000000,cells,,3.8,70,,,,\n"
    want = Want(0, "2026-04-01", "", protocol.products[0], "cells", Fraction(25 * MILLION))
    done = allocate([want], containers_of(lots, protocol))
    assert ids(done.promised[0]) == "B:1"
    assert [one.reason for one in done.unusable] == ["its viability of 69.9 % is below the least of 70 %"]


def test_lot_of_all_cells_without_a_viability_can_not_give_viable_ones() -> None:
    protocol = product_protocol(
        f"counts: total cells\nviability: {{at_least: 70 %}}\n{PRODUCT}", "dose: 25 million viable cells"
    )
    lots = "drug,A,1,25000000,cells,total cells,3.8,,,,,\n"
    want = Want(0, "2026-04-01", "", protocol.products[0], "viable cells", Fraction(MILLION))
    done = allocate([want], containers_of(lots, protocol))
    assert done.short == {0: MILLION}
    assert "the viability" in done.unusable[0].reason


@pytest.mark.parametrize(
    ("ml", "promised", "short"),
    [("3.8", "A:1", None), ("3.9", "A:1 A:2", None), ("7.6", "A:1 A:2", None), ("7.7", "", Fraction("0.1"))],
)
def test_dose_ordered_as_a_volume_takes_whole_containers_by_their_volume(
    ml: str, promised: str, short: Fraction | None
) -> None:
    want = Want(0, "2026-04-01", "", PROTOCOL.products[0], "mL", Fraction(ml))
    done = allocate([want], containers_of(row("A", "1") + row("A", "2"), PROTOCOL))
    assert (ids(done.promised.get(0, ())), done.short.get(0)) == (promised, short)


def test_container_without_a_volume_gives_nothing_to_a_dose_ordered_as_one() -> None:
    want = Want(0, "2026-04-01", "", PROTOCOL.products[0], "mL", Fraction(1))
    done = allocate([want], containers_of("drug,A,1,25000000,cells,,,,,,,\n", PROTOCOL))
    assert [one.reason for one in done.unusable] == ["its volume is not given"]
    assert done.short == {0: 1}


def test_what_one_dose_took_of_a_shelf_is_missing_to_the_next() -> None:
    # three vials of 25 million: two for 30 million, and then 25 of 40 million
    lots = row("A", "1") + row("A", "2") + row("A", "3")
    done = served(lots, ("2026-04-01", 30), ("2026-04-02", 40), ("2026-04-03", 25))
    assert (ids(done.promised[0]), ids(done.promised[2])) == ("A:1 A:2", "A:3")
    assert done.short == {1: 15 * MILLION}


def test_container_that_expired_is_named_with_the_first_day_that_passed_it_over() -> None:
    lots = row("A", "1", "2026-04-01") + row("B", "1", "2026-04-09") + row("C", "1")
    done = served(lots, ("2026-04-05", 25), ("2026-04-12", 25))
    assert (ids(done.promised[0]), ids(done.promised[1])) == ("B:1", "C:1")
    assert {one.lot: day for one, day in done.expired.items()} == {"A": "2026-04-05"}


def want(place: int, day: str, need: str, substance: str) -> Want:
    return Want(place, day, "", PROTOCOL.products[0], substance, Fraction(need))


def test_container_that_a_dose_in_cells_took_is_gone_for_one_in_ml() -> None:
    wants = [want(0, "2026-04-01", "25000000", "cells"), want(1, "2026-04-02", "0.5", "mL")]
    done = allocate(wants, containers_of(row("A", "1"), PROTOCOL))
    assert (ids(done.promised[0]), list(done.promised)) == ("A:1", [0])
    assert done.short == {1: Fraction(1, 2)}


def test_container_that_expired_for_a_dose_in_cells_is_not_named_again_for_one_in_ml() -> None:
    wants = [want(0, "2026-04-05", "25000000", "cells"), want(1, "2026-04-12", "0.5", "mL")]
    done = allocate(wants, containers_of(row("A", "1", "2026-04-01"), PROTOCOL))
    assert done.short == {0: 25 * MILLION, 1: Fraction(1, 2)}
    assert list(done.expired.values()) == ["2026-04-05"]


def test_lot_says_its_viability_though_the_protocol_states_no_least() -> None:
    protocol = product_protocol(
        f"counts: total cells\nviability: {{is: 85 %}}\n{PRODUCT}", "dose: 25 million viable cells"
    )
    lots = "drug,A,1,25000000,cells,total cells,3.8,80,,at thaw,2026-05-01,\n"
    needed = Want(0, "2026-04-01", "", protocol.products[0], "viable cells", Fraction(20 * MILLION))
    # 25 million × 0.8
    assert ids(allocate([needed], containers_of(lots, protocol)).promised[0]) == "A:1"


def test_container_that_was_taken_from_between_others_is_gone_for_a_dose_in_ml() -> None:
    # A has no viability, and can't give viable cells; B gives them, and is then missing among the volumes
    protocol = product_protocol(
        f"counts: total cells\nviability: {{at_least: 70 %}}\n{PRODUCT}", "dose: 20 million viable cells"
    )
    lots = "".join(
        f"drug,{lot},1,25000000,cells,total cells,3.8,{viability},,at thaw,2026-0{month}-01,\n"
        for lot, viability, month in (("A", "", 5), ("B", "80", 6), ("C", "", 7))
    )
    drug = protocol.products[0]
    wants = [
        Want(0, "2026-04-01", "", drug, "viable cells", Fraction(20 * MILLION)),
        Want(1, "2026-04-02", "", drug, "mL", Fraction("7.6")),
        Want(2, "2026-04-03", "", drug, "mL", Fraction("0.1")),
    ]
    done = allocate(wants, containers_of(lots, protocol))
    assert {place: ids(containers) for place, containers in done.promised.items()} == {0: "B:1", 1: "A:1 C:1"}
    assert done.short == {2: Fraction(1, 10)}
