"""A file that renames columns says which of theirs is which of ours, each once."""

from __future__ import annotations

import io

import pytest

from dosecal.load.tables.cohort_file import renamed
from dosecal.load.tables.renames_file import read_renames
from dosecal.load.tables.text_table import csv_table
from dosecal.model.problems import CohortError


def problems(content: bytes) -> list[str]:
    with pytest.raises(CohortError) as caught:
        read_renames(content, "map.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_our_name_stands_for_theirs() -> None:
    content = b"subject_id: Patient No\narm: Grupo\nstart: '1st infusion: day'\n"
    assert read_renames(content, "map.yaml") == {
        "Patient No": "subject_id",
        "Grupo": "arm",
        "1st infusion: day": "start",
    }


@pytest.mark.parametrize("content", [b"- subject_id\n", b"subject_id\n"])
def test_file_of_another_shape_is_refused(content: bytes) -> None:
    assert problems(content) == [
        'map.yaml:1:1: expected lines such as "subject_id: Patient No", got something else [C203]'
    ]


def test_file_that_is_empty_is_refused() -> None:
    assert problems(b"# nothing\n") == [
        'map.yaml:1:1: expected lines such as "subject_id: Patient No", got an empty file [C203]'
    ]


@pytest.mark.parametrize("value", ["", "[a]", "{a: b}"])
def test_name_of_another_shape_is_refused(value: str) -> None:
    assert problems(f"arm: {value}\n".encode())[0].endswith("[C203]")


def test_each_of_their_columns_stands_once() -> None:
    assert problems(b"arm: Group\nsite: Group\n") == [
        "map.yaml:2:7: site: expected each of the table's columns once, got one again [C203]"
    ]


def test_faults_of_yaml_are_told_as_such() -> None:
    assert problems(b"arm: Group\narm: Other\n")[0].endswith("[P007]")
    assert problems(b"arm: [\n")[0].endswith("[P004]")


def table_codes(names: dict[str, str]) -> list[str]:
    table = csv_table(io.BytesIO(b"Patient,arm,start\n"), "s.csv")
    try:
        renamed(table, names, "map.yaml")
    except CohortError as error:
        return [str(problem) for problem in error.problems]
    return []


def test_column_that_is_not_there_cannot_be_renamed() -> None:
    assert table_codes({"Patient": "subject_id"}) == []
    (problem,) = table_codes({"Patient No": "subject_id"})
    found = '(the header found is "Patient", "arm", "start")'
    assert problem == f'map.yaml: subject_id: expected a column of the table, got "Patient No" {found} [C202]'


def test_two_columns_cannot_have_one_name() -> None:
    assert table_codes({"Patient": "arm"}) == [
        'map.yaml: arm: expected one column to be called "arm", got several [C202]'
    ]
