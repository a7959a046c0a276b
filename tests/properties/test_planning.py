"""What holds for every protocol and every cohort."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dosecal.model.days import DayNumbering
from dosecal.model.quantity import round_half_up
from dosecal.planning.resolve import first_dose_problems
from dosecal.render.as_csv import csv_header, csv_rows
from dosecal.render.as_jsonl import jsonl_rows
from dosecal.render.as_parquet import ParquetRows
from dosecal.report.tables.schedule import assessments_table, doses_table, visits_table
from dosecal.report.tables.table import Kind, Table
from tests.properties.cases import (
    DOSES,
    Case,
    DoseRule,
    Someone,
    VisitRule,
    Weighing,
    cases,
    decimal_text,
    decimals,
    dose_rules,
    expected_amount,
    expected_doses,
    expected_visits,
    planned,
    rows_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import RawIOBase

pytestmark = pytest.mark.filterwarnings("error")
EXAMPLES = settings(max_examples=30)

DATES = ("anchor_date", "target_date", "window_start", "window_end", "planned_date")
Rows = list[dict[str, str]]


def visits_and_doses(case: Case) -> tuple[Rows, Rows]:
    schedule = planned(case)
    return rows_of(visits_table(schedule)), rows_of(doses_table(schedule))


def moved(text: str, days: int) -> str:
    return str(date.fromisoformat(text) + timedelta(days)) if text else text


@given(case=cases())
@EXAMPLES
def test_every_date_is_that_of_a_calculation_subject_by_subject(case: Case) -> None:
    visits, _ = visits_and_doses(case)
    columns = ("subject_id", "visit", "target_date", "window_start", "window_end")
    assert [tuple(row[name] for name in columns) for row in visits] == expected_visits(case)


@given(case=cases())
@EXAMPLES
def test_every_dose_is_that_of_a_calculation_subject_by_subject(case: Case) -> None:
    _, doses = visits_and_doses(case)
    got = [
        (
            *(row["subject_id"], row["visit"], row["planned_date"]),
            Fraction(row["ordered_dose"]) if row["ordered_dose"] else None,
        )
        for row in doses
    ]
    assert got == expected_doses(case)


@given(case=cases(is_per_kg=True))
@EXAMPLES
def test_first_dose_without_a_weight_is_a_problem_and_a_later_one_is_not(case: Case) -> None:
    open_first = []
    for one in case.subjects:
        own = [row for row in expected_doses(case) if row[0] == one.id]
        if own and own[0][3] is None:
            open_first.append(int(one.id) + 2)  # the line of the subject: the header is line 1
    assert [problem.source.line for problem in first_dose_problems(planned(case))] == open_first


@given(case=cases(), days=st.integers(-2000, 2000))
@EXAMPLES
def test_moving_the_anchor_moves_every_date_by_as_many_days_and_nothing_else(case: Case, days: int) -> None:
    # the weights of a case are counted from the start and move with it
    later = replace(case, subjects=tuple(replace(one, start=one.start + timedelta(days)) for one in case.subjects))
    for before, after in zip(visits_and_doses(case), visits_and_doses(later), strict=True):
        assert len(before) == len(after)
        for old, new in zip(before, after, strict=True):
            expected = dict(old)
            for name in (*DATES, "weight_date"):
                if name in old:
                    expected[name] = moved(old[name], days)
            if "weekday" in old:
                day = expected["target_date" if "target_date" in old else "planned_date"]
                expected["weekday"] = f"{date.fromisoformat(day):%A}"
            assert new == expected


@given(case=cases(), visit=st.integers(0, 5))
@EXAMPLES
def test_adding_an_assessment_moves_no_visit_and_no_dose(case: Case, visit: int) -> None:
    assume(visit < len(case.visits))
    more = f"assessments:\n  vital_signs: {{label: Vital signs, visits: [v{visit}]}}\n"
    for before, after in zip(visits_and_doses(case), visits_and_doses(replace(case, more=more)), strict=True):
        for old, new in zip(before, after, strict=True):
            if old.get("visit") == f"v{visit}" and "assessments" in old:
                assert new["assessments"] == "vital_signs"
            same = old.keys() - {"protocol_sha256", "assessments"}
            assert {name: old[name] for name in same} == {name: new[name] for name in same}


@given(case=cases(), data=st.data())
@EXAMPLES
def test_order_of_the_subjects_does_not_matter(case: Case, data: st.DataObject) -> None:
    subjects = data.draw(st.permutations(case.subjects))
    others = visits_and_doses(replace(case, subjects=tuple(subjects)))
    for before, after in zip(visits_and_doses(case), others, strict=True):
        for one in subjects:
            own = [row for row in before if row["subject_id"] == one.id]
            assert [row for row in after if row["subject_id"] == one.id] == own
        in_order = [row["subject_id"] for row in after]
        assert in_order == sorted(in_order, key=[one.id for one in subjects].index)


@given(case=cases(), other=cases())
@EXAMPLES
def test_a_subject_is_planned_alike_alone_and_among_others(case: Case, other: Case) -> None:
    strangers = tuple(replace(one, id=f"x{one.id}") for one in other.subjects)
    together = visits_and_doses(replace(case, subjects=(*strangers, *case.subjects)))
    for alone, among in zip(visits_and_doses(case), together, strict=True):
        assert [row for row in among if not row["subject_id"].startswith("x")] == alone


START = date(2026, 3, 9)
ONE_DOSE = (VisitRule(0, None, is_dosed=True),)


def ordered(rule: DoseRule, kilograms: str) -> Fraction:
    """The ordered dose of one subject of that weight, in mg."""
    one = Someone("1", "active", START, (Weighing(kilograms, 0, "measured"),))
    (row,) = rows_of(doses_table(planned(Case(ONE_DOSE, rule, (one,)))))
    assert row["unit"] == "mg"
    return Fraction(row["ordered_dose"])


def ten_times(text: str, places: int = 2) -> str:
    return decimal_text(int(Fraction(text) * 10 * 10**places), places) if text else text


@given(rule=dose_rules(), kilograms=decimals(1, 500))
@EXAMPLES
def test_ten_times_the_rule_is_ten_times_the_dose(rule: DoseRule, kilograms: str) -> None:
    larger = replace(
        rule,
        dose=ten_times(rule.dose),
        cap=ten_times(rule.cap),
        floor=ten_times(rule.floor),
        increment=ten_times(rule.increment),
    )
    assert ordered(larger, kilograms) == 10 * ordered(rule, kilograms)


@given(dose=DOSES, kilograms=decimals(1, 50))
@EXAMPLES
def test_ten_times_the_weight_is_ten_times_the_dose_without_limits(dose: str, kilograms: str) -> None:
    rule = DoseRule(dose, is_per_kg=True)
    assert (
        ordered(rule, ten_times(kilograms, 3))
        == 10 * ordered(rule, kilograms)
        == 10 * expected_amount(rule, Fraction(kilograms))
    )


@given(dose=DOSES, cap=decimals(100, 5000, places=2), kilograms=decimals(1, 500))
@EXAMPLES
def test_dose_is_linear_below_the_cap_and_constant_from_it_on(dose: str, cap: str, kilograms: str) -> None:
    rule = DoseRule(dose, is_per_kg=True, cap=cap)
    straight = Fraction(dose) * Fraction(kilograms)
    assert ordered(rule, kilograms) == (min(straight, Fraction(cap)))


@given(dose=DOSES, kilograms=decimals(1, 500))
@EXAMPLES
def test_flat_dose_is_the_same_for_every_weight(dose: str, kilograms: str) -> None:
    assert ordered(DoseRule(dose, is_per_kg=False), kilograms) == Fraction(dose)


@given(
    value=st.fractions(min_value=-(10**9), max_value=10**9),
    increment=st.fractions(min_value=Fraction(1, 10**4), max_value=10**4),
)
def test_rounding_errs_by_at_most_half_an_increment(value: Fraction, increment: Fraction) -> None:
    rounded = round_half_up(value, increment)
    assert abs(rounded - value) <= increment / 2
    assert (rounded / increment).denominator == 1
    assert round_half_up(rounded, increment) == rounded


@given(steps=st.integers(0, 10**12), increment=st.fractions(min_value=Fraction(1, 10**4), max_value=10**4))
def test_a_tie_goes_away_from_zero(steps: int, increment: Fraction) -> None:
    tie = (steps + Fraction(1, 2)) * increment
    assert round_half_up(tie, increment) == (steps + 1) * increment
    assert round_half_up(-tie, increment) == -(steps + 1) * increment


@given(
    first=st.fractions(min_value=0, max_value=10**6),
    second=st.fractions(min_value=0, max_value=10**6),
    increment=st.fractions(min_value=Fraction(1, 100), max_value=100),
)
def test_rounding_keeps_the_order_of_two_doses(first: Fraction, second: Fraction, increment: Fraction) -> None:
    low, high = sorted((first, second))
    assert round_half_up(low, increment) <= round_half_up(high, increment)


@given(numbering=st.sampled_from(DayNumbering), offset=st.integers(-99_999, 99_998))
def test_study_day_label_gives_its_offset_back(numbering: DayNumbering, offset: int) -> None:
    assert numbering.offset(numbering.label(offset)) == offset


@given(offset=st.integers(-99_999, 99_998))
def test_study_day_without_day_0_is_one_more_from_the_anchor_on(offset: int) -> None:
    assert DayNumbering.NO_DAY_0.study_day(offset) == (offset if offset < 0 else offset + 1)
    assert DayNumbering.DAY_0.study_day(offset) == offset


def tables_of(case: Case) -> list[Table]:
    schedule = planned(case)
    return [visits_table(schedule), assessments_table(schedule), doses_table(schedule)]


def as_csv(table: Table) -> bytes:
    return csv_header(table) + b"".join(csv_rows(table))


def as_jsonl(table: Table) -> bytes:
    return b"".join(jsonl_rows(table))


def as_parquet(table: Table) -> bytes:
    stream = io.BytesIO()
    rows = ParquetRows(cast("RawIOBase", stream))  # a stream in memory is one that takes all it is given
    rows.write(table)
    rows.close()
    return stream.getvalue()


@given(case=cases())
@EXAMPLES
def test_csv_and_json_lines_read_back_to_the_same_cells(case: Case) -> None:
    for table in tables_of(case):
        rows = rows_of(table)
        assert list(csv.DictReader(io.StringIO(as_csv(table).decode(), newline=""))) == rows
        kinds = {column.name: column.kind for column in table.columns}
        from_json = [json.loads(line) for line in as_jsonl(table).decode().splitlines()]
        assert len(from_json) == len(rows)
        for said, row in zip(from_json, rows, strict=True):
            whole = {name: int(text) for name, text in row.items() if text and kinds[name] is Kind.WHOLE}
            assert said == {name: text or None for name, text in row.items()} | whole


@given(case=cases())
@settings(max_examples=15)
def test_parquet_reads_back_to_the_same_values(case: Case) -> None:
    parse: dict[Kind, Callable[[str], object]] = {
        Kind.TEXT: str,
        Kind.WHOLE: int,
        Kind.DECIMAL: Decimal,
        Kind.DATE: date.fromisoformat,
    }
    for table in tables_of(case):
        kinds = {column.name: column.kind for column in table.columns}
        expected = [
            {name: parse[kinds[name]](text) if text else None for name, text in row.items()} for row in rows_of(table)
        ]
        assert pq.read_table(io.BytesIO(as_parquet(table))).to_pylist() == expected


@given(case=cases())
@settings(max_examples=15)
def test_same_input_gives_the_same_bytes(case: Case) -> None:
    for first, second in zip(tables_of(case), tables_of(case), strict=True):
        assert as_csv(first) == as_csv(second)
        assert as_jsonl(first) == as_jsonl(second)
        assert as_parquet(first) == as_parquet(second)
