"""Weights of a table of their own, each with its place; the table is used whole or not at all."""

from __future__ import annotations

import io
from fractions import Fraction

import pytest

from dosecal.load.tables.subjects import WEIGHT_OF_NOBODY, unknown_subjects
from dosecal.load.tables.text_table import csv_table
from dosecal.load.tables.typed_tables import frame_table
from dosecal.load.tables.weights_file import WeightEntry, read_weights
from dosecal.model.days import read_date
from dosecal.model.problems import CohortError, Source


def read(text: str) -> dict[str, tuple[WeightEntry, ...]]:
    return read_weights(csv_table(io.BytesIO(text.encode()), "w.csv"))


def problems(text: str) -> list[str]:
    with pytest.raises(CohortError) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


def test_weights_stand_by_subject_in_the_order_of_the_table() -> None:
    text = (
        "method,weight_kg,date,subject_id\nmeasured,70.5,2026-03-09,007\n,81,2026-03-01,NA\nstated,71,2026-03-01,007\n"
    )
    assert read(text) == {
        "007": (
            WeightEntry(read_date("2026-03-09"), Fraction("70.5"), 0, Source("w.csv", 2, 10)),
            WeightEntry(read_date("2026-03-01"), Fraction(71), 1, Source("w.csv", 4, 8)),
        ),
        "NA": (WeightEntry(read_date("2026-03-01"), Fraction(81), -1, Source("w.csv", 3, 2)),),
    }


def test_method_may_be_left_out() -> None:
    assert read("subject_id,date,weight_kg\n1,2026-03-09,70\n")["1"][0].method == -1


def test_every_problem_is_found_and_nothing_is_used() -> None:
    text = "subject_id,date,weight_kg,method\n,2026-02-30,70 kg,scale\n1,2026-03-09,70,measured\n2,,0,\n3,2026-03-09\n"
    assert [(line.split(" ", 1)[0], line[-5:-1]) for line in problems(text)] == [
        ("w.csv:2:1:", "C101"),
        ("w.csv:2:2:", "C104"),
        ("w.csv:2:13:", "C105"),
        ("w.csv:2:19:", "C107"),
        ("w.csv:4:3:", "C104"),
        ("w.csv:4:4:", "C105"),
        ("w.csv:5:1:", "C006"),
    ]


@pytest.mark.parametrize("missing", ["subject_id", "date", "weight_kg"])
def test_missing_column_is_named(missing: str) -> None:
    header = ",".join(name for name in ("subject_id", "date", "weight_kg", "method") if name != missing)
    (line,) = problems(f"{header}\n")
    assert line.startswith(
        f'w.csv:1:1: {missing}: expected a column named "{missing}", got none (the header found is "'
    )


def test_table_without_rows_has_no_weights() -> None:
    assert read("subject_id,date,weight_kg\n") == {}


def test_cell_without_a_certain_text_is_blamed_once() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"subject_id": ["1", "2"], "date": [True, "2026-03-09"], "weight_kg": ["70", "71"]})
    with pytest.raises(CohortError) as caught:
        read_weights(frame_table(frame))
    assert [(str(one.source), one.code) for one in caught.value.problems] == [("<frame>:1:2", "C009")]


def test_subject_of_the_weights_alone_is_a_problem() -> None:
    found = unknown_subjects(
        read("subject_id,date,weight_kg\n7,2026-03-09,70\n007,2026-03-09,70\n"), {"007": 2}, WEIGHT_OF_NOBODY
    )
    assert [str(problem) for problem in found] == [
        (
            'w.csv:2:14: subject_id: expected a subject of the subjects\' table, got "7"'
            " (ids are compared to the character) [C201]"
        )
    ]


@pytest.mark.parametrize(("cell", "kilograms"), [("500", "500"), ("1", "1"), ("0.5", "1/2"), ("0.1", "1/10")])
def test_weight_is_at_least_a_tenth_and_at_most_500_kg(cell: str, kilograms: str) -> None:
    assert read(f"subject_id,date,weight_kg\n1,2026-03-09,{cell}\n")["1"][0].kilograms == Fraction(kilograms)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("0", 'expected a weight in kilograms such as "70.5", above 0 and at most 500, got "0" [C105]'),
        ("500.001", 'expected a weight in kilograms such as "70.5", above 0 and at most 500, got "500.001" [C105]'),
        (
            "0.099",
            'expected a weight in kilograms such as "70.5", at least 0.1, got "0.099" (no body has so little) [C105]',
        ),
        (
            "0.000000000000000000001",
            (
                'expected a weight in kilograms such as "70.5", at least 0.1, got "0.000000000000000000001" '
                "(no body has so little) [C105]"
            ),
        ),
        (
            "70 kg",
            'expected a weight in kilograms such as "70.5", got "70 kg" (a number alone; the unit is always kg) [C105]',
        ),
        (
            "7 kg",
            'expected a weight in kilograms such as "70.5", got "7 kg" (a number alone; the unit is always kg) [C105]',
        ),
        ("about 70", 'expected a weight in kilograms such as "70.5", got "about 70" [C105]'),
        (".5", 'expected a weight in kilograms such as "70.5", got ".5" (write the zero before the point) [C105]'),
    ],
)
def test_refused_weight_says_what_would_be_read(cell: str, said: str) -> None:
    assert problems(f"subject_id,date,weight_kg\n1,2026-03-09,{cell}\n") == [f"w.csv:2:14: weight_kg: {said}"]


@pytest.mark.parametrize(("cell", "place"), [("measured", 0), ("stated", 1), ("estimated", 2), ("", -1)])
def test_way_to_know_a_weight_has_its_place(cell: str, place: int) -> None:
    assert read(f"subject_id,date,weight_kg,method\n1,2026-03-09,70,{cell}\n")["1"][0].method == place


@pytest.mark.parametrize("cell", ["Measured", "scale", "0", "m"])
def test_other_way_to_know_a_weight_is_refused_with_the_three(cell: str) -> None:
    assert problems(f"subject_id,date,weight_kg,method\n1,2026-03-09,70,{cell}\n") == [
        f'w.csv:2:17: method: expected measured, stated, estimated, or nothing, got "{cell}" [C107]'
    ]
