"""What became of containers, row by row, or every problem of the table."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from dosecal.load.tables.containers_file import read_containers
from dosecal.load.tables.text_table import csv_table
from dosecal.model.problems import CohortError
from dosecal.planning.product.accounts import Accounts, accounts_of, balances
from tests.example_products import containers_of, product_protocol

if TYPE_CHECKING:
    from dosecal.model.preparation import ContainerMove

PROTOCOL = product_protocol("container: {called: vial, content: 25 million cells}", "dose: 50 million cells")
LOTS = containers_of("drug,A,1,25000000,cells\ndrug,A,2,25000000,cells\ndrug,B,1,25000000,cells\n", PROTOCOL)
HEADER = "date,lot,container,what,left,unit,subject_id,visit,by,witness\n"


def moves_of(rows: str) -> tuple[ContainerMove, ...]:
    return read_containers(csv_table(io.BytesIO((HEADER + rows).encode()), "containers.csv"), LOTS)


def accounts(rows: str) -> Accounts:
    return accounts_of(moves_of(rows))


@pytest.mark.parametrize(
    ("rows", "at_hand"),
    [
        ("", "A1 A2 B1"),
        ("2026-03-01,A,1,received,,,,,MG,\n", "A1 A2 B1"),
        ("2026-03-01,A,1,set aside,,,,,MG,\n", "A2 B1"),
        ("2026-03-01,A,1,set aside,,,,,MG,\n2026-03-02,A,1,received,,,,,MG,\n", "A1 A2 B1"),
        ("2026-03-01,A,1,prepared,,,001,D1,MG,JB\n2026-03-01,A,1,given,0,cells,001,D1,MG,JB\n", "A2 B1"),
        ("2026-03-01,B,1,lost,,,,,MG,\n2026-03-01,A,2,destroyed,0,cells,,,MG,JB\n", "A1"),
    ],
)
def test_last_row_says_whether_a_container_is_at_hand(rows: str, at_hand: str) -> None:
    found = accounts(rows)
    assert " ".join(f"{one.lot}{one.id}" for one in LOTS if found.is_at_hand(one)) == at_hand


def test_balance_is_what_was_last_said_or_the_content() -> None:
    rows = "2026-03-01,A,1,prepared,5000000,cells,001,D1,MG,\n2026-03-01,A,2,given,,,001,D1,MG,\n"
    left = [None if one.left is None else int(one.left.value) for one in balances(LOTS, accounts(rows))]
    assert left == [5_000_000, None, 25_000_000]


def test_dose_has_the_containers_that_were_used_or_set_aside_for_it() -> None:
    rows = (
        "2026-03-01,A,1,set aside,,,001,D1,MG,\n2026-03-01,A,2,given,,,001,D1,MG,\n2026-03-02,A,2,destroyed,,,,,MG,\n"
        "2026-03-01,B,1,set aside,,,002,D1,MG,\n2026-03-02,B,1,received,,,,,MG,\n"
    )
    of_doses = {dose: [one.id for one in own] for dose, own in accounts(rows).of_doses.items()}
    assert of_doses == {("001", "D1", "drug"): ["1", "2"]}


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ("2026-03-01,A,1,opened,,,,,MG,\n", "C132 2"),
        ("2026-03-01,A,9,received,,,,,MG,\n", "C133 2"),
        ("2026-03-02,A,1,received,,,,,,\n2026-03-01,A,1,lost,,,,,,\n", "C134 3"),
        ("2026-03-01,A,1,destroyed,,,,,,\n2026-03-02,A,1,given,,,001,D1,,\n", "C134 3"),
        ("2026-03-01,A,1,given,,,,,,\n", "C134 2"),
        ("2026-03-01,A,1,prepared,26000000,cells,001,D1,,\n", "C135 2"),
        ("2026-03-01,A,1,prepared,5,mg,001,D1,,\n", "C135 2"),
        ("2026-03-01,A,1,prepared,5,cells,001,D1,,\n2026-03-01,A,1,given,6,cells,001,D1,,\n", "C135 3"),
        ("01/03/2026,A,1,received,,,,,,\n", "C104 2"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(rows: str, place: str) -> None:
    with pytest.raises(CohortError) as refused:
        moves_of(rows)
    assert " ".join(f"{one.code} {one.source.line}" for one in refused.value.problems) == place
