"""A row of the subjects' table is read whole, or named with its place and left out."""

from __future__ import annotations

import io
from fractions import Fraction

import numpy as np
import pytest

from dosecal.load.tables.subjects import SubjectReader
from dosecal.load.tables.text_table import csv_table
from dosecal.load.tables.weights_file import read_weights
from dosecal.model.cohort import METHODS, Cohort
from dosecal.model.problems import CohortError
from dosecal.model.struct import replace
from tests.example_protocols import protocol_of, protocol_text

ANCHORS = "  start: {label: first infusion}\n  discharge: {date: may be empty}\n"
PROTOCOL = protocol_of(protocol_text(regimen="dose: 1 mg/kg").replace("  start: {label: first infusion}\n", ANCHORS))
AGED = protocol_of(protocol_text(more="eligibility: {age: 18 to 65 years}\n"))
HEAD = "subject_id,arm,start,discharge"


def read(text: str, weights: str = "") -> tuple[Cohort, list[str], SubjectReader]:
    """The cohort of a table in one chunk, the problems and the reader."""
    further = read_weights(csv_table(io.BytesIO(weights.encode()), "w.csv")) if weights else {}
    reader = SubjectReader(PROTOCOL, further)
    parts = list(reader.read(csv_table(io.BytesIO(text.encode()), "s.csv")))
    problems = [str(problem) for _, problems in parts for problem in problems]
    return parts[0][0], problems, reader


def problems_of(columns: str, *rows: str) -> list[str]:
    return read("\n".join((columns, *rows)) + "\n")[1]


def codes_of(columns: str, *rows: str) -> list[str]:
    return [line[-5:-1] for line in problems_of(columns, *rows)]


def weights_of(cohort: Cohort) -> list[tuple[int, str, Fraction, str]]:
    """Subject, date, kilograms and method of each weight."""
    weights = cohort.weights
    return [
        (int(subject), str(day), weights.kilograms[value], METHODS[method] if method >= 0 else "")
        for subject, day, value, method in zip(
            weights.subject, weights.date, weights.value, weights.method, strict=True
        )
    ]


def test_subject_is_read_whole() -> None:
    columns = f"{HEAD},weight_kg,weight_date,weight_method,birth_date,site,protocol_version"
    row = "007,control,2026-03-09,,70.25,2026-03-08,measured,1980-02-29,NA,1.0"
    cohort, problems, reader = read(f"{columns}\n{row}\n")
    assert (problems, reader.warnings) == ([], [])
    assert (cohort.ids, cohort.sites, cohort.arm.tolist()) == (("007",), ("NA",), [1])
    assert cohort.anchors.astype(str).tolist() == [["2026-03-09", "NaT"]]
    assert cohort.birth.astype(str).tolist() == ["1980-02-29"]
    assert weights_of(cohort) == [(0, "2026-03-08", Fraction("70.25"), "measured")]
    assert str(cohort.source(0)) == "s.csv:2"


@pytest.mark.parametrize(
    "subject_id",
    ["007", "NA", "nan", "1e5", "None", "null", "true", "患者1", "-5", "0", "a b", "O'Neil", '7 "b"', "医院（北京）"],
)
def test_id_is_kept_to_the_character(subject_id: str) -> None:
    cell = subject_id.replace('"', '""')
    cohort, problems, _ = read(f'{HEAD}\n"{cell}",active,2026-03-09,\n')
    assert (cohort.ids, problems) == ((subject_id,), [])


def test_ids_that_numbers_would_confuse_are_different_subjects() -> None:
    cohort, problems, _ = read(f"{HEAD}\n" + "".join(f"{one},active,2026-03-09,\n" for one in ("7", "07", "7.0")))
    assert (cohort.ids, problems) == (("7", "07", "7.0"), [])


@pytest.mark.parametrize("cell", ["", '" 7"', '"7 "', '"7\n8"', "7\u200b", "7\u00a0", "x" * 201, '"7\t8"', "\u202e7"])
def test_id_with_blanks_around_it_or_unseen_characters_is_refused(cell: str) -> None:
    found = problems_of(HEAD, f"{cell},active,2026-03-09,")
    assert [(line[:10], line[-5:-1]) for line in found] == [("s.csv:2:1:", "C101")]


def test_subject_that_stands_twice_is_refused_and_the_first_is_named() -> None:
    row = "007,active,2026-03-09,"
    assert problems_of(HEAD, row, "008,active,2026-03-09,", row) == [
        's.csv:4:1: subject_id: expected each subject once, got "007" again (first in line 2) [C102]'
    ]


@pytest.mark.parametrize("cell", ["", "Active", "ACTIVE", " active", "activ", "0"])
def test_arm_is_one_of_the_protocol(cell: str) -> None:
    found = f'"{cell}"' if cell else "nothing"
    assert problems_of(HEAD, f"1,{cell},2026-03-09,") == [
        f"s.csv:2:3: arm: expected an arm of the protocol (active, control), got {found} [C103]"
    ]


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "2026-02-30",
        "2025-02-29",
        "05/10/26",
        "2026-3-9",
        "20260309",
        "2026-03-09T00:00",
        "09.03.2026",
        " 2026-03-09",
        "46090",
        "\uff12\uff10\uff12\uff16-03-09",
        "0026-03-09",
        "2200-01-01",
        "1899-12-31",
        "9999-12-31",
        "today",
        "nan",
        "-2026-03-09",
    ],
)
def test_date_is_written_one_way_and_exists(cell: str) -> None:
    found = problems_of(HEAD, f"1,active,{cell},")
    assert [(line[:18], line[-5:-1]) for line in found] == [("s.csv:2:10: start:", "C104")]


@pytest.mark.parametrize("cell", ["2024-02-29", "2000-02-29", "1900-01-01", "2199-12-31"])
def test_leap_days_and_the_ends_of_the_years_are_dates(cell: str) -> None:
    cohort, problems, _ = read(f"{HEAD}\n1,active,{cell},{cell}\n")
    assert (cohort.anchors.astype(str).tolist(), problems) == ([[cell, cell]], [])


@pytest.mark.parametrize(
    "cell",
    [
        '"70,5"',
        "70 lb",
        "70kg",
        "70.5 kg",
        "nan",
        "inf",
        "-1",
        "0",
        "0.0",
        "1_000",
        "\uff17\uff10",
        "1e2",
        "+70",
        ".5",
        "70.",
        "070",
        "500.1",
        "501",
        " 70",
        "70 ",
        "0x46",
        "70.5.1",
        "NaN",
        "Infinity",
        "None",
        "½",
        "70\u00a0",
        "9" * 31,
        "154lbs",
        "70'5",
    ],
)
def test_weight_is_kilograms_in_plain_digits(cell: str) -> None:
    found = problems_of(f"{HEAD},weight_kg", f"1,active,2026-03-09,,{cell}")
    assert [(line[:23], line[-5:-1]) for line in found] == [("s.csv:2:22: weight_kg: ", "C105")]


@pytest.mark.parametrize("cell", ["70.5", "0.4", "500", "3.125", "1.0"])
def test_weight_is_read_exactly(cell: str) -> None:
    cohort, problems, _ = read(f"{HEAD},weight_kg\n1,active,2026-03-09,,{cell}\n")
    assert (weights_of(cohort), problems) == ([(0, "NaT", Fraction(cell), "")], [])


@pytest.mark.parametrize(("date", "method"), [("2026-03-09", ""), ("", "measured"), ("2026-03-09", "stated")])
def test_date_or_method_without_a_weight_is_refused(date: str, method: str) -> None:
    columns = f"{HEAD},weight_kg,weight_date,weight_method"
    assert codes_of(columns, f"1,active,2026-03-09,,,{date},{method}") == ["C105"]


@pytest.mark.parametrize("cell", ["Measured", "scale", "0", "m"])
def test_way_to_know_a_weight_is_one_of_three(cell: str) -> None:
    assert codes_of(f"{HEAD},weight_kg,weight_method", f"1,active,2026-03-09,,70,{cell}") == ["C107"]


@pytest.mark.parametrize(
    ("cell", "codes"), [("", []), ("1.0", []), ("1", ["C108"]), ("2.0", ["C108"]), ("v1.0", ["C108"])]
)
def test_version_is_the_file_s(cell: str, codes: list[str]) -> None:
    assert codes_of(f"{HEAD},protocol_version", f"1,active,2026-03-09,,{cell}") == codes


@pytest.mark.parametrize(("cell", "codes"), [("2026-03-09", []), ("2026-03-10", ["C109"]), ("2062-01-01", ["C109"])])
def test_nobody_is_born_after_the_first_anchor(cell: str, codes: list[str]) -> None:
    assert codes_of(f"{HEAD},birth_date", f"1,active,2026-03-09,,{cell}") == codes


@pytest.mark.parametrize("missing", ["subject_id", "arm", "start", "discharge"])
def test_missing_column_is_named(missing: str) -> None:
    columns = ",".join(name for name in HEAD.split(",") if name != missing)
    with pytest.raises(CohortError) as caught:
        read(f"{columns}\n")
    shown = ", ".join(f'"{name}"' for name in columns.split(","))
    assert [str(problem) for problem in caught.value.problems] == [
        f's.csv:1:1: {missing}: expected a column named "{missing}", got none (the header found is {shown}) [C004]'
    ]


def test_columns_that_nobody_asked_for_are_named_once() -> None:
    _, problems, reader = read(f"{HEAD},name,weight\n1,active,2026-03-09,,Ann,70\n")
    assert problems == []
    assert [str(warning) for warning in reader.warnings] == [
        's.csv:1:1: columns that nobody asks for are passed over: "name", "weight" [W001]'
    ]


def test_ages_that_cannot_be_checked_are_a_warning() -> None:
    reader = SubjectReader(AGED)
    table = csv_table(io.BytesIO(b"subject_id,arm,start\n1,active,2026-03-09\n"), "s.csv")
    assert [problems for _, problems in reader.read(table)] == [[]]
    assert [warning.code for warning in reader.warnings] == ["W002"]


def test_every_problem_of_every_row_is_found_in_the_order_of_the_file() -> None:
    rows = ("1,x,2026-02-30,", "2,active,2026-03-09,", ",active,2026-03-09,y", "4,active")
    assert codes_of(HEAD, *rows) == ["C103", "C104", "C101", "C104", "C006"]


def test_good_rows_beside_bad_ones_keep_their_own_cells() -> None:
    columns = f"{HEAD},weight_kg,weight_date,site"
    rows = (
        "1,active,2026-03-09,,70,2026-03-01,A",
        "2,activ,2026-03-10,,71,2026-03-02,B",
        "3,control,2026-03-11,,72,2026-03-03,C",
        "4,active,2026-03-12,,,,D",
    )
    cohort, problems, _ = read("\n".join((columns, *rows)) + "\n")
    assert [line[-5:-1] for line in problems] == ["C103"]
    assert (cohort.ids, cohort.sites, cohort.arm.tolist()) == (("1", "3", "4"), ("A", "C", "D"), [0, 1, 0])
    assert cohort.anchors[:, 0].astype(str).tolist() == ["2026-03-09", "2026-03-11", "2026-03-12"]
    assert cohort.line.tolist() == [2, 4, 5]
    assert weights_of(cohort) == [
        (0, "2026-03-01", Fraction(70), ""),
        (1, "2026-03-03", Fraction(72), ""),
    ]


def test_weights_of_both_tables_stand_by_subject_and_date() -> None:
    subjects = f"{HEAD},weight_kg,weight_date\n1,active,2026-03-09,,70,2026-03-05\n2,active,2026-03-09,,,\n"
    weights = "subject_id,date,weight_kg,method\n2,2026-03-08,81,stated\n1,2026-03-07,71.5,measured\n1,2026-03-01,69,\n"
    cohort, problems, _ = read(subjects, weights)
    assert problems == []
    assert weights_of(cohort) == [
        (0, "2026-03-01", Fraction(69), ""),
        (0, "2026-03-05", Fraction(70), ""),
        (0, "2026-03-07", Fraction("71.5"), "measured"),
        (1, "2026-03-08", Fraction(81), "stated"),
    ]


@pytest.mark.parametrize(("kilograms", "codes"), [("70", []), ("70.0", []), ("75", ["C110"])])
def test_two_weights_of_one_day_agree_or_are_refused(kilograms: str, codes: list[str]) -> None:
    subjects = f"{HEAD},weight_kg,weight_date\n1,active,2026-03-09,,70,2026-03-05\n"
    _, problems, _ = read(subjects, f"subject_id,date,weight_kg\n1,2026-03-05,{kilograms}\n")
    assert [line[-5:-1] for line in problems] == codes


def test_part_of_a_table_without_subjects_is_an_empty_cohort() -> None:
    part = replace(csv_table(io.BytesIO(f"{HEAD}\n".encode()), "s.csv"), is_whole=False)
    ((cohort, problems),) = SubjectReader(PROTOCOL).read(part)
    assert (len(cohort), problems) == (0, [])
    assert cohort.anchors.shape == (0, 2)
    assert cohort.arm.dtype == np.int32
