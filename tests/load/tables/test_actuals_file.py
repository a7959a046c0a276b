"""What happened, from a table: every row is read whole, or the table is refused with every problem in its place."""

from __future__ import annotations

import io
from fractions import Fraction

import numpy as np
import pytest

from dosecal.load.tables.actuals_file import read_actuals
from dosecal.load.tables.cohort_file import read_table
from dosecal.load.tables.text_table import csv_table
from dosecal.model.problems import CohortError, Source
from dosecal.model.quantity import Amount, Unit
from dosecal.model.record import Outcome, Record

HEADER = "subject_id,visit,date,status,dose,unit,note"


def read(*rows: str, header: str = HEADER) -> Record:
    return read_actuals(csv_table(io.BytesIO("\n".join((header, *rows, "")).encode()), "a.csv"))


def problems(*rows: str, header: str = HEADER) -> list[str]:
    with pytest.raises(CohortError) as caught:
        read(*rows, header=header)
    return [str(problem) for problem in caught.value.problems]


def test_rows_stand_in_the_order_of_the_table_with_their_lines() -> None:
    record = read("007,D3,2026-03-04,done,70250000,cells,at home", "NA,D3,,missed,,,", "007,,2026-03-06,done,,,")
    assert [record.ids[place] for place in record.subject] == ["007", "NA", "007"]
    assert [record.visits[place] for place in record.visit] == ["D3", "D3", ""]
    assert record.outcome.tolist() == [Outcome.DONE, Outcome.MISSED, Outcome.DONE]
    assert np.datetime_as_string(record.date).tolist() == ["2026-03-04", "NaT", "2026-03-06"]
    assert [record.texts[place] for place in record.note] == ["at home", "", ""]
    assert record.source(1) == Source("a.csv", 3)


def test_dose_is_exact_with_its_unit() -> None:
    record = read("1,D1,2026-03-02,done,69.3,mg,", "1,D3,2026-03-04,done,,,")
    assert [record.amounts[place] if place >= 0 else None for place in record.amount] == [
        Amount(Fraction("69.3"), Unit("mg")),
        None,
    ]


def test_times_of_a_dose_are_local_minutes() -> None:
    header = "subject_id,visit,date,status,dose_start,dose_end"
    record = read("1,D1,2026-03-02,done,2026-03-02 23:30,2026-03-03T00:15", header=header)
    assert (str(record.start[0]), str(record.end[0])) == ("2026-03-02T23:30", "2026-03-03T00:15")


def test_bookings_keep_their_reason_and_first_date() -> None:
    header = "subject_id,visit,date,status,planned_first,reason"
    record = read("1,D8,2026-03-12,planned,2026-03-09,away", header=header)
    assert record.outcome.tolist() == [Outcome.PLANNED]
    assert (str(record.planned_first[0]), record.texts[record.reason[0]]) == ("2026-03-09", "away")


@pytest.mark.parametrize(
    ("row", "start", "code"),
    [
        (",D1,2026-03-02,done,,,", "a.csv:2:1: subject_id: expected an id", "C101"),
        ("1,D1,02/03/2026,done,,,", 'a.csv:2:6: date: expected a date such as "2026-03-09"', "C104"),
        ("1,D1,2026-02-30,done,,,", 'a.csv:2:6: date: expected a date such as "2026-03-09", a day', "C104"),
        ("1,D1,2026-03-02,completed,,,", "a.csv:2:17: status: expected done, missed, cancelled, planned", "C310"),
        ("1,D1,2026-03-02,,,,", "a.csv:2:17: status: expected done, missed, cancelled, planned, got nothing", "C310"),
        ("1,D1,,done,,,", 'a.csv:2:6: date: expected a date such as "2026-03-09" of a visit that is done', "C311"),
        ("1,D1,,planned,,,", 'a.csv:2:6: date: expected a date such as "2026-03-09" of a visit that is done', "C311"),
        ("1,,2026-03-02,missed,,,", 'a.csv:2:15: status: expected status "done" of a visit without a name', "C310"),
        ("1,off_study,2026-03-02,missed,,,", 'a.csv:2:24: status: expected status "done" of an ending', "C310"),
        ("1,D1,2026-03-02,done,70,,", "a.csv:2:22: dose: expected a given dose with its unit", "C312"),
        ("1,D1,2026-03-02,done,,mg,", "a.csv:2:22: dose: expected a given dose with its unit", "C312"),
        ("1,D1,2026-03-02,done,70,mg/kg,", "a.csv:2:22: dose: expected a given dose with its unit", "C312"),
        ('1,D1,2026-03-02,done,"1,234",mg,', "a.csv:2:22: dose: expected a given dose with its unit", "C312"),
        ("1,D1,2026-03-02,missed,70,mg,", "a.csv:2:24: dose: expected no dose beside another status", "C312"),
        ("1,off_study,2026-03-02,done,70,mg,", "a.csv:2:29: dose: expected no dose beside an ending", "C312"),
    ],
)
def test_row_is_refused_in_its_place(row: str, start: str, code: str) -> None:
    (line,) = problems(row)
    assert line.startswith(start)
    assert line.endswith(f"[{code}]")


@pytest.mark.parametrize(
    ("times", "column"),
    [
        ("9:30,", "dose_start"),
        ("2026-03-03 09:30,", "dose_start"),
        (",2026-03-02 09:30", "dose_end"),
        ("2026-03-02 10:00,2026-03-02 09:30", "dose_end"),
    ],
)
def test_times_that_contradict_the_row_are_refused(times: str, column: str) -> None:
    header = "subject_id,visit,date,status,dose_start,dose_end"
    (line,) = problems(f"1,D1,2026-03-02,done,{times}", header=header)
    assert (f": {column}: " in line, line[-6:]) == (True, "[C313]")


def test_every_problem_of_the_table_is_found() -> None:
    found = problems("1,D1,x,done,,,", "1,D3,2026-03-04,gone,,,", "1,D5,2026-03-06", "2,D1,,done,,,")
    assert [(line.split(" ")[0], line[-5:-1]) for line in found] == [
        ("a.csv:2:6:", "C104"),
        ("a.csv:3:17:", "C310"),
        ("a.csv:4:1:", "C006"),
        ("a.csv:5:6:", "C311"),
    ]


@pytest.mark.parametrize("missing", ["subject_id", "visit", "date", "status"])
def test_missing_column_is_named(missing: str) -> None:
    header = ",".join(name for name in ("subject_id", "visit", "date", "status") if name != missing)
    (line,) = problems(header=header)
    assert line.startswith(
        f'a.csv:1:1: {missing}: expected a column named "{missing}", got none (the header found is "'
    )


def test_two_rows_of_one_visit_are_refused_and_unscheduled_ones_are_not() -> None:
    unscheduled = ("1,,2026-03-06,done,,,", "1,,2026-03-06,done,,,")
    (line,) = problems("1,D1,2026-03-02,done,,,", *unscheduled, "1,D1,2026-03-02,done,,,")
    assert line.startswith('a.csv:5: visit: expected one row for D1 of "1", got another one (the first is in line 2)')
    assert line.endswith("[C314]")


def test_doses_of_two_regimens_have_a_row_each() -> None:
    header = f"{HEADER},regimen"
    record = read("1,D1,2026-03-02,done,70,mg,,first", "1,D1,2026-03-02,done,5,mg,,second", header=header)
    assert [record.regimens[place] for place in record.regimen] == ["first", "second"]


@pytest.mark.parametrize(
    "second",
    [
        "1,D1,2026-03-03,done,5,mg,,second",
        "1,D1,2026-03-02,missed,,,,second",
        "1,D1,2026-03-02,done,5,mg,,first",
        "1,D1,2026-03-02,done,5,mg,,",
    ],
)
def test_rows_of_one_visit_agree_and_name_other_regimens(second: str) -> None:
    (line,) = problems("1,D1,2026-03-02,done,70,mg,,first", second, header=f"{HEADER},regimen")
    assert line.endswith("[C314]")


def test_header_alone_says_that_nothing_happened() -> None:
    assert len(read()) == 0


def test_parquet_is_read_by_the_same_rules() -> None:
    import pyarrow as pa  # noqa: PLC0415 - for this test alone
    import pyarrow.parquet as pq  # noqa: PLC0415 - likewise

    stream = io.BytesIO()
    columns = {
        name: [text]
        for name, text in zip(HEADER.split(","), ("007", "D3", "2026-03-04", "done", "70", "mg", ""), strict=True)
    }
    pq.write_table(pa.table(columns), stream)
    record = read_actuals(read_table(io.BytesIO(stream.getvalue()), "a.parquet"))
    assert (record.ids, record.visits, str(record.date[0])) == (("007",), ("D3",), "2026-03-04")
