"""First expired, first out, over a cohort, and no container twice."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.planning.allocation import Allocation, Want, allocate
from tests.example_products import containers_of, product_protocol

if TYPE_CHECKING:
    from dosecal.model.preparation import LotContainer

PRODUCT = "container: {called: vial, content: 25 million cells, volume: 3.8 mL}"
PROTOCOL = product_protocol(PRODUCT, "dose: 50 million cells")
MILLION = 1_000_000


def row(lot: str, container: str, expires: str = "", site: str = "", content: int = 25) -> str:
    return f"drug,{lot},{container},{content * MILLION},cells,,3.8,,,,{expires},{site}\n"


def served(lots: str, *wants: tuple[str, int] | tuple[str, int, str]) -> Allocation:
    """What doses get, each with its day, its millions of cells and its site."""
    needed = [
        Want(place, day, site[0] if site else "", PROTOCOL.products[0], "cells", Fraction(millions * MILLION))
        for place, (day, millions, *site) in enumerate(wants)
    ]
    return allocate(needed, containers_of(lots, PROTOCOL))


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
