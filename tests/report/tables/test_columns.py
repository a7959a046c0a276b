"""The pieces of tables: dates as codes, and two columns of codes as one."""

from __future__ import annotations

import numpy as np
import pytest

from dosecal.model import distinct
from dosecal.report.tables.columns import MOST_DAYS_APART, DateCodes, coded, constant, paired
from dosecal.report.tables.table import Kind


def days(*texts: str) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    return np.array(texts, dtype="datetime64[D]")


def test_constant_is_one_text_in_all_rows() -> None:
    column = constant("study", "T")
    assert (column.name, column.kind, column.codes, column.cells(3)) == ("study", Kind.TEXT, None, ["T", "T", "T"])
    assert constant("notes").cells(2) == ["", ""]


def test_coded_column_is_of_text_unless_it_is_said() -> None:
    codes = np.array([1, 0, 1])
    assert coded("arm", ["a", "b"], codes).cells(3) == ["b", "a", "b"]
    assert coded("arm", ["a", "b"], codes).kind is Kind.TEXT
    assert coded("count", ["1", "2"], codes, Kind.WHOLE).kind is Kind.WHOLE


def test_dates_are_written_in_the_order_of_their_rows() -> None:
    column = DateCodes(days("2026-03-11", "2026-03-09", "NaT", "2026-03-11", "2026-02-28")).dates("day")
    assert (column.name, column.kind) == ("day", Kind.DATE)
    assert column.cells(5) == ["2026-03-11", "2026-03-09", "", "2026-03-11", "2026-02-28"]


def test_dates_on_both_sides_of_1970_are_written() -> None:
    column = DateCodes(days("1970-01-02", "1969-12-31", "1970-01-01", "NaT")).dates("day")
    assert column.cells(4) == ["1970-01-02", "1969-12-31", "1970-01-01", ""]


@pytest.mark.parametrize("text", ["2026-03-09", "1970-01-01", "1969-12-31"])
def test_one_date_alone_is_written(text: str) -> None:
    assert DateCodes(days(text)).dates("day").cells(1) == [text]
    assert DateCodes(days(text, "NaT")).dates("day").cells(2) == [text, ""]


# 9 March 2026 was a Monday; 1 January 1970 a Thursday; 1 January 1900 a Monday
@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-03-09", "Monday"),
        ("2026-03-10", "Tuesday"),
        ("2026-03-11", "Wednesday"),
        ("2026-03-12", "Thursday"),
        ("2026-03-13", "Friday"),
        ("2026-03-14", "Saturday"),
        ("2026-03-15", "Sunday"),
        ("1970-01-01", "Thursday"),
        ("1969-12-31", "Wednesday"),
        ("1900-01-01", "Monday"),
    ],
)
def test_weekday_is_that_of_the_date(day: str, name: str) -> None:
    column = DateCodes(days(day, "NaT")).weekdays("weekday")
    assert (column.name, column.kind, column.cells(2)) == ("weekday", Kind.TEXT, [name, ""])


def test_dates_far_apart_keep_their_places() -> None:
    codes = DateCodes(days("2199-12-31", "NaT", "1900-01-01", "2026-03-09", "2199-12-31"))
    assert codes.dates("day").cells(5) == ["2199-12-31", "", "1900-01-01", "2026-03-09", "2199-12-31"]
    # 2000-12-31 was a Sunday; 199 years and 48 leap days (2004 … 2196 without 2100) later: 247 = 35 × 7 + 2 days on
    assert codes.weekdays("weekday").cells(5) == ["Tuesday", "", "Monday", "Monday", "Tuesday"]
    assert len(codes.dates("day").texts) == 4  # nothing, and the three that occur


@pytest.mark.parametrize("unknown", [0, 3])
def test_days_between_are_written_out_up_to_the_limit(unknown: int) -> None:
    # two dates: with as many days apart as the limit and one, all days between are written out; with one more, the two
    start, gap = np.datetime64("2026-03-09", "D"), MOST_DAYS_APART + 1
    for apart, written in ((gap, gap + 1), (gap + 1, 2)):
        later = start + np.timedelta64(apart, "D")
        dates = np.array([later, start, *(["NaT"] * unknown)], dtype="datetime64[D]")
        column = DateCodes(dates).dates("day")
        assert len(column.texts) == 1 + written
        assert column.cells(2 + unknown) == [str(later), str(start), *([""] * unknown)]


@pytest.mark.parametrize("dates", [days(), days("NaT"), days("NaT", "NaT"), np.broadcast_to(days("NaT")[0], (2,))])
def test_column_without_any_date_is_one_empty_text(dates: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> None:
    codes = DateCodes(dates)
    for column, kind in ((codes.dates("day"), Kind.DATE), (codes.weekdays("weekday"), Kind.TEXT)):
        assert (column.kind, column.texts, column.codes) == (kind, ("",), None)
        assert column.cells(len(dates)) == [""] * len(dates)


def test_one_date_for_all_rows_is_written_in_all_rows() -> None:
    dates = np.broadcast_to(days("2026-03-09")[0], (3,))
    assert DateCodes(dates).dates("day").cells(3) == ["2026-03-09"] * 3


@pytest.mark.parametrize("marked", [distinct.MARKED_PER_ROW, 0])
def test_two_columns_are_joined_where_both_say_something(monkeypatch: pytest.MonkeyPatch, marked: int) -> None:
    monkeypatch.setattr(distinct, "MARKED_PER_ROW", marked)
    first = ("", "a", "b"), np.array([1, 0, 2, 0, 1, 2])
    second = ("x", "", "never", "y"), np.array([0, 0, 1, 1, 0, 3])
    texts, codes = paired(first, second, "; ")
    assert [texts[code] for code in codes.tolist()] == ["a; x", "x", "b", "", "a; x", "b; y"]
    assert sorted(texts) == ["", "a; x", "b", "b; y", "x"]  # those that occur, each once
    assert codes.dtype == np.int64
