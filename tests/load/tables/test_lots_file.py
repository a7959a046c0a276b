"""A lots table to containers, and what is refused in it."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dosecal.load.columns import names_of
from dosecal.load.tables.cohort_file import read_table
from dosecal.load.tables.lots_file import LOT_COLUMNS, read_lots
from dosecal.model.problems import CohortError
from dosecal.model.product import TotalCount, ViableCount
from dosecal.model.struct import replace
from tests.example_products import containers_of, product_protocol
from tests.load.workbooks import number_cell, text_cell, workbook

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol

PROTOCOL = product_protocol(
    "container: {called: vial, content: 25 million cells, volume: 3.8 mL}", "dose: 1 million cells"
)
GOOD = "drug,L1,V1,25000000,cells,total cells,3.8,85.5,trypan blue,at thaw,2026-05-01,S1\n"


def protocol(product: str = "") -> Protocol:
    return product_protocol(product or "concentration: 10 million cells/mL", "dose: 1 million cells")


def problems_of(rows: str, product: str = "") -> list[str]:
    with pytest.raises(CohortError) as refused:
        containers_of(rows, protocol(product))
    return [str(one) for one in refused.value.problems]


def test_row_is_a_container_with_its_own_strength() -> None:
    (one,) = containers_of(GOOD, protocol())
    assert (one.product, one.lot, one.id, one.site, one.expires) == ("drug", "L1", "V1", "S1", "2026-05-01")
    assert one.count == TotalCount(Fraction(25_000_000))
    assert one.volume_ml == Fraction("3.8")
    assert one.viability is not None
    assert one.viability.percent == Fraction("85.5")
    assert (one.counted, one.method, one.line) == ("at thaw", "trypan blue", 2)


def test_empty_cells_are_not_filled_in() -> None:
    (one,) = containers_of("drug,L1,V1,25000000,viable cells,,,,,,,\n", protocol())
    assert one.count == ViableCount(Fraction(25_000_000))
    assert (one.volume_ml, one.viability, one.expires, one.site) == (None, None, "", "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            ",85.5,",
            ",0.85,",
            '2:43: viability_percent: expected a viability in percent such as "85", over 1 and at most ',
        ),
        (",85.5,", ",101,", "[C126]"),
        (",85.5,", ",85 %,", "[C126]"),
        (",3.8,", ",0,", "[C125]"),
        (",3.8,", ",,", ""),
        ("25000000", "25 million", '2:12: content: expected a content such as "25000000", got "25 million" [C122]'),
        ("25000000", "0", "[C122]"),
        (",cells,", ",MM,", "[C123]"),
        (",total cells,", ",all,", "[C124]"),
        (",at thaw,", ",yesterday,", "[C127]"),
        ("2026-05-01", "05/01/26", "[C104]"),
        ("drug,", "drugs,", '2:1: product: expected a product of the protocol: drug, got "drugs" [C120]'),
        ("L1,", ",", "[C121]"),
        ("V1,", "V:1,", "[C121]"),
    ],
)
def test_cell_that_can_not_be_read_is_a_problem_with_its_place(old: str, new: str, said: str) -> None:
    rows = GOOD.replace(old, new, 1)
    if not said:
        assert containers_of(rows, protocol())[0].volume_ml is None
        return
    (problem,) = problems_of(rows)
    assert problem.startswith("lots.csv:2:")
    assert said in problem


WHOLE = "drug,L1,V1,25000000,cells,,3.8,,,,,,{},{}\n"


def test_overfill_and_endotoxin_of_a_lot_are_its_own() -> None:
    (one,) = containers_of(WHOLE.format("0.2", "0.5"), protocol())
    assert (one.overfill_ml, one.endotoxin) == (Fraction("0.2"), Fraction("0.5"))
    (one,) = containers_of(WHOLE.format("", ""), protocol())
    assert (one.overfill_ml, one.endotoxin) == (None, None)
    (one,) = containers_of(WHOLE.format("", "0"), protocol())
    assert one.endotoxin == 0


@pytest.mark.parametrize(
    ("overfill", "endotoxin", "said"),
    [
        ("0", "", "[C125]"),
        ("0.2 mL", "", "[C125]"),
        ("", "<0.5", 'got "<0.5" (for a result below 0.5, write 0.5: the most that it can be) [C131]'),
        ("", "0,5", "[C131]"),
        ("", "-1", "[C131]"),
    ],
)
def test_overfill_and_endotoxin_without_a_certain_reading_are_refused(overfill: str, endotoxin: str, said: str) -> None:
    (problem,) = problems_of(WHOLE.format(f'"{overfill}"', f'"{endotoxin}"'))
    assert said in problem


OF_SUBJECT = "drug,L1,V1,25000000,cells,,3.8,,,,,,,,{}\n"


def test_container_may_be_for_one_subject() -> None:
    assert [one.for_subject for one in containers_of(OF_SUBJECT.format("007"), protocol())] == ["007"]
    assert [one.for_subject for one in containers_of(OF_SUBJECT.format(""), protocol())] == [""]


@pytest.mark.parametrize("subject", [" 007", "'007", "００７", "#N/A", "0\u200b07"])
def test_subject_of_a_container_is_an_id_or_nothing(subject: str) -> None:
    (problem,) = problems_of(OF_SUBJECT.format(subject))
    assert problem.startswith("lots.csv:2:39: for_subject: expected an id")
    assert problem.endswith("[C101]")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (",L1,", ",L\x1b1,", "C121"),
        (",L1,", ",='1',", "C121"),
        (",V1,", ",“V1”,", "C121"),
        (",V1,", ",#REF!,", "C121"),
        (",S1\n", ",S\u00a01\n", "C121"),
        (",S1\n", ", S1\n", "C121"),
        (",trypan blue,", ",trypan\tblue,", "C017"),
    ],
)
def test_names_and_words_of_a_lot_hold_nothing_that_is_not_seen(old: str, new: str, code: str) -> None:
    assert [problem[-5:-1] for problem in problems_of(GOOD.replace(old, new))] == [code]


def test_container_that_stands_twice_would_be_promised_twice() -> None:
    (problem,) = problems_of(GOOD + GOOD)
    assert problem == (
        'lots.csv:3:9: container: expected each container once, got "V1" of lot L1 again (it stands at line 2) [C128]'
    )


@pytest.mark.parametrize(
    ("row", "product"),
    [
        ("drug,L1,V1,25000000,viable cells,total cells,3.8,,,,,\n", ""),
        ("drug,L1,V1,25,mg,total cells,3.8,,,,,\n", ""),
        ("drug,L1,V1,25000000,cells,total cells,3.8,,,,,\n", "counts: viable cells"),
        ("drug,L1,V1,25000000,viable cells,,3.8,,,,,\n", "counts: total cells"),
    ],
)
def test_counts_that_contradict_are_a_problem(row: str, product: str) -> None:
    regimen = "dose: 1 million viable cells" if product == "counts: viable cells" else "dose: 1 million cells"
    with pytest.raises(CohortError) as refused:
        containers_of(row, product_protocol(product or "concentration: none stated", regimen))
    assert [one.code for one in refused.value.problems] == ["C129"]


def test_missing_columns_are_named() -> None:
    table = read_table(io.BytesIO(b"product,lot\ndrug,L1\n"), "lots.csv")
    with pytest.raises(CohortError) as refused:
        read_lots(table, PROTOCOL)
    assert [one.subject for one in refused.value.problems] == ["container", "content", "unit"]


def _cell(text: str) -> str:
    return number_cell(text) if text.replace(".", "").isdigit() else text_cell(text)


def test_workbook_gives_the_same_containers() -> None:
    cells = ("25000000", "cells", "total cells", "3.8", "85.5", "trypan blue", "at thaw", "2026-05-01", "S1")
    row = [*(text_cell(one) for one in ("drug", "L1", "V1")), *(_cell(one) for one in cells)]
    content = workbook(tuple(text_cell(name) for name in names_of(LOT_COLUMNS)[: len(row)]), tuple(row))
    read = read_lots(read_table(io.BytesIO(content), "lots.xlsx"), protocol())
    assert {one.file for one in read} == {"lots.xlsx"}
    assert tuple(replace(one, file="lots.csv") for one in read) == containers_of(GOOD, protocol())


def test_lot_that_a_sheet_holds_as_a_number_is_refused() -> None:
    row = [text_cell("drug"), number_cell("7"), text_cell("V1"), number_cell("25000000"), text_cell("cells")]
    content = workbook(tuple(text_cell(name) for name in names_of(LOT_COLUMNS)[:5]), tuple(row))
    with pytest.raises(CohortError) as refused:
        read_lots(read_table(io.BytesIO(content), "lots.xlsx"), protocol())
    assert [one.code for one in refused.value.problems] == ["C009"]
