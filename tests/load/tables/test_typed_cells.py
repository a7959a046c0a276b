"""A cell with a type of its own becomes the text that was typed, or is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.load.tables.typed_cells import text_columns, text_of_cell
from dosecal.model.problems import RefusedError


@pytest.mark.parametrize("text", ["007", "NA", "nan", "", " x ", "=1+1", "患者", "1e5", "True"])
def test_text_is_kept_to_the_character(text: str) -> None:
    assert text_of_cell(text) == text
    assert text_of_cell(np.str_(text)) == text


@pytest.mark.parametrize(
    "cell",
    [
        None,
        float("nan"),
        np.nan,
        np.float32("nan"),
        pd.NA,
        pd.NaT,
        np.datetime64("NaT", "D"),
        Decimal("NaN"),
        Decimal("sNaN"),
    ],
    ids=repr,
)
def test_missing_value_is_an_empty_text(cell: object) -> None:
    assert text_of_cell(cell) == ""


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (7, "7"),
        (-7, "-7"),
        (np.int8(7), "7"),
        (np.uint64(18446744073709551615), "18446744073709551615"),
        (70.0, "70"),
        (70.25, "70.25"),
        (0.1, "0.1"),
        (np.float64(70.2), "70.2"),
        (np.float32(70.1), "70.1"),
        (np.float16(0.1), "0.1"),
        (0.0, "0"),
        (1e5, "100000"),
        (123456789012345.0, "123456789012345"),
        (Decimal("70.50"), "70.50"),
        (Decimal("1E+6"), "1000000"),
        (Decimal("0.001"), "0.001"),
    ],
    ids=repr,
)
def test_number_is_the_text_that_was_typed(cell: object, text: str) -> None:
    assert text_of_cell(cell) == text


@pytest.mark.parametrize(
    "cell",
    [
        0.1 + 0.2,
        100 / 3,
        70.123456789012345,
        1e16,
        1e-5,
        5e-324,
        float("inf"),
        float("-inf"),
        Decimal("Infinity"),
        Decimal("1E+1000000"),
        Decimal("1E-1000000"),
        Decimal("0." + "3" * 31),
        10**30,
        10**5000,
    ],
    ids=lambda cell: str(type(cell).__name__),
)
def test_number_that_nobody_typed_is_refused(cell: object) -> None:
    with pytest.raises(RefusedError):
        text_of_cell(cell)


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 3, 9),
        datetime(2026, 3, 9),  # noqa: DTZ001 - a naive midnight is a date
        pd.Timestamp("2026-03-09"),
        np.datetime64("2026-03-09"),
        np.datetime64("2026-03-09T00:00:00", "s"),
    ],
    ids=repr,
)
def test_date_is_an_iso_date(cell: object) -> None:
    assert text_of_cell(cell) == "2026-03-09"


@pytest.mark.parametrize(
    "cell",
    [
        datetime(2026, 3, 9, 0, 0, 1),  # noqa: DTZ001 - it is refused for its time
        datetime(2026, 3, 9, tzinfo=UTC),
        pd.Timestamp("2026-03-09 12:00"),
        pd.Timestamp("2026-03-09 00:00:00.000000001"),
        pd.Timestamp("2026-03-09", tz="Asia/Shanghai"),
        np.datetime64("2026-03-09", "ns"),
    ],
    ids=repr,
)
def test_moment_is_no_date(cell: object) -> None:
    with pytest.raises(RefusedError):
        text_of_cell(cell)


@pytest.mark.parametrize(
    "cell",
    [True, np.True_, b"7", [7], (7,), {}, {7}, np.array([7]), np.array([1, 2]), np.array(["x"]), 1j, time(1),
     timedelta(1), pd.Timedelta(days=1), pd.Period("2026-03"), object(), "7\ud800", slice(1)],
    ids=lambda cell: str(type(cell)),
)  # fmt: skip
def test_what_is_no_text_number_or_date_is_refused(cell: object) -> None:
    with pytest.raises(RefusedError):
        text_of_cell(cell)


@given(st.decimals(min_value=0, max_value=999, places=3))
def test_weight_goes_through_a_float_unchanged(kilograms: Decimal) -> None:
    assert Decimal(text_of_cell(float(kilograms))) == kilograms


def test_cell_without_a_text_is_left_empty_and_named() -> None:
    columns, problems = text_columns([("a", ["x", True]), ("b", [1.5, None])], "f", 2)
    assert columns == [["x", ""], ["1.5", ""]]
    assert [str(problem) for problem in problems] == [
        "f:3:1: a: expected a text, a number or a date, got something else (this is a truth value) [C009]"
    ]
