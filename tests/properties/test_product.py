"""What holds of every preparation and every allocation."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from dosecal.model.preparation import LotContainer
from dosecal.model.product import VIABILITY, Percent, PlainCount
from dosecal.model.quantity import Amount, Unit
from dosecal.model.struct import replace
from dosecal.planning.doses.doses import work_out_dose
from dosecal.planning.product.allocation import Want, allocate
from dosecal.planning.product.product import measured, prepare
from tests.command_line import csv_rows_of, run_well
from tests.example_products import product_protocol, product_text

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from dosecal.model.preparation import Preparation
    from dosecal.model.product import Product

MILLION = 1_000_000
PRODUCT = (
    "counts: total cells\nviability: {is: 85 %}\ncontainer: {called: vial, content: 25 million cells, volume: 3.8 mL}"
)
EXACT = product_protocol(PRODUCT, "dose: 2 million viable cells/kg\nrounding: none")
ROUNDED = product_protocol(PRODUCT, "dose: 2 million viable cells/kg\nrounding: {volume: {to: 0.1 mL, ties: up}}")

kilograms = st.integers(1, 5_000).map(lambda tenths: Fraction(tenths, 10))
percents = st.integers(1, 1_000).map(lambda tenths: Fraction(tenths, 10))
contents = st.integers(1, 500).map(lambda millions: Fraction(millions * MILLION))
volumes = st.integers(1, 500).map(lambda tenths: Fraction(tenths, 10))


def with_container(product: Product, content: Fraction, ml: Fraction, percent: Fraction) -> Product:
    container, rule = product.container, product.viability
    assert container is not None
    assert rule is not None
    held = replace(container, content=Amount(content, Unit("cells")), volume_ml=ml)
    return replace(product, container=held, viability=replace(rule, stated=Percent(VIABILITY, percent)))


def made_up(protocol: object, kg: Fraction, content: Fraction, ml: Fraction, percent: Fraction) -> Preparation:
    whole = EXACT if protocol == "exact" else ROUNDED
    product = with_container(whole.products[0], content, ml, percent)
    return prepare(work_out_dose(whole.regimens[0], kg), product, kg)


@given(kilograms, contents, volumes, percents)
def test_volume_times_concentration_times_viability_is_the_dose(
    kg: Fraction, content: Fraction, ml: Fraction, percent: Fraction
) -> None:
    one = made_up("exact", kg, content, ml, percent)
    assert one.drawn_ml is not None
    assert one.drawn_ml * content / ml * percent / 100 == one.delivered.value == 2 * MILLION * kg
    rounded = made_up("rounded", kg, content, ml, percent)
    assert rounded.drawn_ml is not None
    assert rounded.drawn_ml * content / ml * percent / 100 == rounded.delivered.value


@given(kilograms, contents, volumes, percents)
def test_ten_times_the_dose_is_ten_times_the_volume(
    kg: Fraction, content: Fraction, ml: Fraction, percent: Fraction
) -> None:
    one, ten = (made_up("exact", kg * factor, content, ml, percent) for factor in (1, 10))
    assert one.exact_ml is not None
    assert ten.exact_ml == 10 * one.exact_ml
    assert ten.containers_exact == 10 * (one.containers_exact or 0)


@given(kilograms, contents, volumes, percents)
def test_containers_are_as_few_as_hold_the_need(
    kg: Fraction, content: Fraction, ml: Fraction, percent: Fraction
) -> None:
    one = made_up("rounded", kg, content, ml, percent)
    usable = content * percent / 100
    assert one.containers is not None
    assert one.containers * usable >= one.ordered.value > (one.containers - 1) * usable
    assert one.leftover is not None
    assert one.delivered.value + one.leftover.value == one.containers * usable


@given(st.fractions(min_value=Fraction(1, 1_000), max_value=1_000))
def test_measured_volume_is_within_half_an_increment(exact: Fraction) -> None:
    off = abs(measured(exact, ROUNDED.regimens[0]) - exact)
    assert off <= Fraction(1, 20)
    silent = product_protocol(PRODUCT, "dose: 2 million viable cells/kg").regimens[0]
    assert abs(measured(exact, silent) - exact) <= (Fraction(1, 200) if exact < 1 else Fraction(1, 20))


def container(number: int, millions: int, day: int, site: str) -> LotContainer:
    content = Amount(Fraction(millions * MILLION), Unit("cells"))
    return LotContainer(
        product="drug",
        lot=f"L{day}",
        id=str(number),
        content=content,
        counts="",
        count=PlainCount(content.value),
        volume_ml=Fraction(1),
        viability=None,
        method="",
        counted="",
        expires=f"2026-03-{day:02}" if day else "",
        site=site,
        line=number + 2,
    )


sites = st.sampled_from(("", "S1", "S2"))
stocks = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 28), sites), max_size=25)
needs = st.lists(st.tuples(st.integers(1, 28), st.integers(1, 120), sites), max_size=25)
PLAIN = product_protocol(
    "container: {called: vial, content: 25 million cells, volume: 3.8 mL}", "dose: 1 million cells"
)


@given(stocks, needs)
def test_allocation_never_exceeds_the_stock_nor_promises_a_container_twice(
    stock: list[tuple[int, int, str]], doses: list[tuple[int, int, str]]
) -> None:
    containers = tuple(container(number, *one) for number, one in enumerate(stock))
    wants = [
        Want(row, f"2026-03-{day:02}", site, PLAIN.products[0], "cells", Fraction(millions * MILLION))
        for row, (day, millions, site) in enumerate(sorted(doses))
    ]
    done = allocate(wants, containers)
    promised = [one for of_dose in done.promised.values() for one in of_dose]
    assert len(promised) == len(set(promised))
    assert set(promised) <= set(containers)
    assert done.promised.keys() | done.short.keys() == {want.row for want in wants}
    for row, of_dose in done.promised.items():
        want = wants[row]
        held = [one.content.value for one in of_dose]
        assert sum(held) >= want.need > sum(held[:-1])
        assert all(one.site in {"", want.site} for one in of_dose)
        assert all(not one.expires or one.expires >= want.day for one in of_dose)
        order = [one.expires or "9999" for one in of_dose]
        assert order == sorted(order)


@given(stocks, needs)
def test_dose_that_is_not_covered_finds_too_little_at_its_site(
    stock: list[tuple[int, int, str]], doses: list[tuple[int, int, str]]
) -> None:
    containers = tuple(container(number, *one) for number, one in enumerate(stock))
    wants = [
        Want(row, f"2026-03-{day:02}", site, PLAIN.products[0], "cells", Fraction(millions * MILLION))
        for row, (day, millions, site) in enumerate(sorted(doses))
    ]
    done = allocate(wants, containers)
    gone: set[LotContainer] = set()
    for want in wants:
        there = [
            one
            for one in containers
            if one not in gone and one.site in {"", want.site} and (not one.expires or one.expires >= want.day)
        ]
        is_enough = sum(one.content.value for one in there) >= want.need
        assert is_enough == (want.row in done.promised)
        gone |= set(done.promised.get(want.row, ()))


@given(st.lists(kilograms, min_size=1, max_size=30))
def test_columns_are_what_fractions_give_subject_by_subject(
    tmp_path_factory: pytest.TempPathFactory, weights: list[Fraction]
) -> None:
    folder: Path = tmp_path_factory.mktemp("columns")
    regimen = "dose: 2 million viable cells/kg\nrounding: {volume: {to: 0.1 mL, ties: up}}"
    (folder / "protocol.yaml").write_text(product_text(PRODUCT, regimen), encoding="utf-8")
    lines = [f"{k},active,2026-03-02,{float(kg):.1f}\n" for k, kg in enumerate(weights)]
    (folder / "subjects.csv").write_text("subject_id,arm,start,weight_kg\n" + "".join(lines), encoding="utf-8")
    rows = csv_rows_of(run_well("doses", folder / "protocol.yaml", folder / "subjects.csv").stdout)
    for kg, row in zip(weights, rows, strict=True):
        usable = Fraction(25 * MILLION) * 85 / 100
        vials = -(-(2 * MILLION * kg) // usable)
        tenths = (2 * MILLION * kg / usable * Fraction("3.8") * 20 + 1) // 2
        assert Fraction(row["containers"]) == vials
        assert Fraction(row["volume_ml"]) == min(Fraction(tenths, 10), vials * Fraction("3.8"))
