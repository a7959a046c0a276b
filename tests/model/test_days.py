"""Dates, offsets, study days and windows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from dosecal.model.days import (
    MOST_DAYS,
    DayNumbering,
    Window,
    as_date,
    is_day_label,
    iso_date,
    read_date,
    read_length,
    read_window,
)
from dosecal.model.problems import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

NO_DAY_0, DAY_0 = DayNumbering.NO_DAY_0, DayNumbering.DAY_0


def test_first_of_january_1970_is_day_0() -> None:
    assert read_date("1970-01-01") == 0
    assert read_date("1970-01-02") == 1
    assert read_date("1969-12-31") == -1


# 2000-03-01: 30 years of 365 days, 7 leap days (1972 … 1996), 31 + 29 days of 2000: 10,950 + 7 + 60
@pytest.mark.parametrize(("text", "day"), [("2000-03-01", 11_017), ("2000-02-29", 11_016), ("1900-01-01", -25_567)])
def test_date_is_counted_in_days(text: str, day: int) -> None:
    assert read_date(text) == day
    assert iso_date(day) == text
    assert as_date(day) == date.fromisoformat(text)


@pytest.mark.parametrize("text", ["2020-02-29", "2024-02-29", "2000-02-29", "1900-01-01", "2199-12-31"])
def test_leap_days_and_the_ends_of_the_calendar_are_read(text: str) -> None:
    assert iso_date(read_date(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026-02-30", "2023-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-04-31"),
        *(
            "05/10/26",
            "10.05.2026",
            "2026/03/09",
            "20260309",
            "2026-3-9",
            "26-03-09",
            "2026-03-09T00:00",
            " 2026-03-09",
        ),
        *(
            "2026-03-09 ",
            "2026-03-09\n",
            "٢٠٢٦-٠٣-٠٩",
            "\uff12\uff10\uff12\uff16-\uff10\uff13-\uff10\uff19",
            "1899-12-31",
            "2200-01-01",
            "0001-01-01",
        ),
        *("46090", "nan", "NaT", "today", "2026-W11-1", "+2026-03-09", "2026–03–09"),
    ],
)
def test_any_other_date_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match='a date such as "2026-03-09"'):
        read_date(text)


def test_anchor_is_day_1_where_there_is_no_day_0() -> None:
    assert NO_DAY_0.label(0) == "D1"
    assert NO_DAY_0.label(14) == "D15"


def test_day_before_first_dose_is_day_minus_one() -> None:
    assert NO_DAY_0.label(-1) == DAY_0.label(-1) == "D-1"


def test_anchor_is_day_0_where_there_is_one() -> None:
    assert DAY_0.label(0) == "D0"
    assert DAY_0.label(14) == "D14"


@pytest.mark.parametrize(
    ("numbering", "label", "offset"),
    [
        (NO_DAY_0, "D1", 0),
        (NO_DAY_0, "D2", 1),
        (NO_DAY_0, "D15", 14),
        (NO_DAY_0, "D-1", -1),
        (NO_DAY_0, "D-28", -28),
        (DAY_0, "D0", 0),
        (DAY_0, "D1", 1),
        (DAY_0, "D180", 180),
        (DAY_0, "D-1", -1),
    ],
)
def test_label_stands_for_its_offset(numbering: DayNumbering, label: str, offset: int) -> None:
    assert numbering.offset(label) == offset
    assert numbering.label(offset) == label


def test_day_0_is_refused_where_there_is_none() -> None:
    with pytest.raises(RefusedError) as refusal:
        NO_DAY_0.offset("D0")
    assert refusal.value.hint == "this protocol has no day 0: the day before D1 is D-1"


@pytest.mark.parametrize(
    "text", ["", "D", "1", "d1", "D01", "D-0", "D+1", "D1 ", "Day 1", "D1.5", "D1e2", "D\uff11", "D123456"]
)
def test_what_is_no_label_is_refused(text: str) -> None:
    assert not is_day_label(text)
    with pytest.raises(RefusedError, match="a day label"):
        DAY_0.offset(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("±3 days", -3, 3),
        ("± 3 days", -3, 3),
        ("+/-3 days", -3, 3),
        ("±1 day", -1, 1),
        ("±2 weeks", -14, 14),
        ("+14 days", 0, 14),
        ("-2 days", -2, 0),
        ("−2 days", -2, 0),  # the minus sign of typesetters
        ("-1 to +2 days", -1, 2),
        ("-3 to +7 days", -3, 7),
        ("-1 to +6 weeks", -7, 42),
        ("+2 to +5 days", 2, 5),
        ("-5 to -2 days", -5, -2),
        ("0 to +3 days", 0, 3),
        ("-3 to 0 days", -3, 0),
        ("±0 days", 0, 0),
    ],
)
def test_window_is_read(text: str, first: int, last: int) -> None:
    assert read_window(text) == Window(first, last)


@pytest.mark.parametrize(
    "text",
    [
        *("", "3 days", "±3", "3d", "±3 d", "±three days", "±3.5 days", "1 to 2 days", "-1 to 2 days", "+2 to -1 days"),
        *("±3 months", "±36526 days", "-1 +2 days", "±-3 days", "±3 days ", "± 3  days", "-1 to +5219 weeks", "none"),
    ],
)
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        read_window(text)


def test_window_never_ends_before_it_starts() -> None:
    with pytest.raises(ValueError, match="does not end before it starts"):
        Window(1, 0)


@pytest.mark.parametrize(
    ("window", "words"),
    [
        (Window(0, 0), "on the day"),
        (Window(-3, 3), "±3 days"),
        (Window(-1, 1), "±1 day"),
        (Window(0, 14), "+14 days"),
        (Window(0, 1), "+1 day"),
        (Window(-2, 0), "-2 days"),
        (Window(-1, 2), "-1 to +2 days"),
        (Window(2, 5), "+2 to +5 days"),
    ],
)
def test_window_is_printed_as_a_protocol_has_it(window: Window, words: str) -> None:
    assert window.words == words


@pytest.mark.parametrize("window", [Window(-3, 3), Window(0, 14), Window(-2, 0), Window(-1, 2), Window(-5, -2)])
def test_printed_window_is_read_back(window: Window) -> None:
    assert read_window(window.words) == window


@pytest.mark.parametrize(("text", "days"), [("7 days", 7), ("1 day", 1), ("2 weeks", 14), ("0 days", 0)])
def test_length_is_in_days(text: str, days: int) -> None:
    assert read_length(text) == days


@pytest.mark.parametrize("text", ["", "7", "7d", "-7 days", "1.5 days", "1 month", f"{MOST_DAYS + 1} days"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        read_length(text)


# 2009-09-09: 39 years of 365 days, 10 leap days (1972 … 2008), 243 days to the end of August, and 8: 14,235 + 10 + 251
def test_every_digit_of_a_date_is_read() -> None:
    assert read_date("2009-09-09") == 14_496
    assert iso_date(14_496) == "2009-09-09"


@pytest.mark.parametrize(
    ("label", "offset"),
    [("D9", 9), ("D-9", -9), ("D10", 10), ("D-10", -10), ("D-19", -19), ("D90", 90), ("D99999", 99_999)],
)
def test_label_has_up_to_five_digits(label: str, offset: int) -> None:
    assert is_day_label(label) is True
    assert DAY_0.offset(label) == offset


def test_sixth_digit_makes_no_label() -> None:
    assert DAY_0.offset("D-99999") == -99_999
    assert not is_day_label("D-100000")
    assert not is_day_label("D100000")


def test_day_0_has_the_shape_of_a_label_whatever_the_numbering() -> None:
    assert is_day_label("D0") is True


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("±3days", -3, 3),
        ("±9 days", -9, 9),
        ("±90 days", -90, 90),
        ("±1 week", -7, 7),
        ("+1 week", 0, 7),
        ("-1 to +1 day", -1, 1),
        ("-1 to +1 week", -7, 7),
        ("-1 to +2days", -1, 2),
        ("-9 to +19 days", -9, 19),
        ("-19 to +9 days", -19, 9),
        ("+2 to +2 days", 2, 2),  # one day alone is a window too
        ("−1 to +2 days", -1, 2),
        ("-5 to −2 days", -5, -2),
        ("±36525 days", -36_525, 36_525),  # the longest: a hundred years with 25 leap days
        ("-36525 to +36525 days", -36_525, 36_525),
        ("±5217 weeks", -36_519, 36_519),
    ],
)
def test_any_digits_and_both_ways_of_writing_a_window_are_read(text: str, first: int, last: int) -> None:
    assert read_window(text) == Window(first, last)


@pytest.mark.parametrize(
    "text",
    [
        *("± days", "+ days", "- to +2 days", "-1 to + days", "to +2 days"),
        *("±000003 days", "-000001 to +2 days", "-1 to +000002 days"),  # six digits
        *("±3 dayss", "+3 days or so", "-1 to +2 days or so", "±3 days\n"),
        *("±36526 days", "-36526 to +1 days", "±5218 weeks"),  # 5,218 weeks are 36,526 days
    ],
)
def test_half_a_window_and_more_than_a_window_are_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        read_window(text)


@pytest.mark.parametrize(
    ("text", "days"), [("36525 days", 36_525), ("5217 weeks", 36_519), ("1 week", 7), ("90 days", 90), ("9days", 9)]
)
def test_length_is_at_most_a_hundred_years(text: str, days: int) -> None:
    assert read_length(text) == days


@pytest.mark.parametrize("text", [" days", "days", "000007 days", "7 days or so", "36526 days", "5218 weeks"])
def test_length_is_the_whole_text(text: str) -> None:
    with pytest.raises(RefusedError):
        read_length(text)


WINDOW_EXPECTED = 'a window such as "±3 days", "-1 to +2 days", "+14 days", "D-28 to D-1" or "none stated"'


@pytest.mark.parametrize(
    ("read", "text", "expected", "hint"),
    [
        (
            *(read_date, "9.3.2026", 'a date such as "2026-03-09"'),
            "year-month-day, with four, two and two digits",
        ),
        (read_date, "1899-12-31", 'a date such as "2026-03-09" in the years 1900 to 2199', ""),
        (read_date, "2026-02-30", 'a date such as "2026-03-09", a day that exists', ""),
        (DAY_0.offset, "Day 1", 'a day label such as "D15" or "D-1"', ""),
        (
            *(NO_DAY_0.offset, "D0", 'a day label such as "D1" or "D-1"'),
            "this protocol has no day 0: the day before D1 is D-1",
        ),
        (read_window, "3 days", WINDOW_EXPECTED, ""),
        (read_window, "-1 to 2 days", WINDOW_EXPECTED, "write + or - before each end"),
        (
            *(read_window, "+2 to -1 days", f"{WINDOW_EXPECTED}, the earlier end first"),
            "this window ends before it starts",
        ),
        (read_window, "±36526 days", "at most 36,525 days", '"36526" is too long'),
        (read_length, "7d", 'whole days such as "7 days"', ""),
    ],
)
def test_refusal_says_what_would_be_read(read: Callable[[str], object], text: str, expected: str, hint: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        read(text)
    assert (refusal.value.expected, refusal.value.hint) == (expected, hint)


def test_window_that_ends_before_it_starts_is_refused_in_a_whole_sentence() -> None:
    with pytest.raises(ValueError, match=r"^a window does not end before it starts$"):
        Window(-2, -3)


@pytest.mark.parametrize("text", ["±03 days", "-01 to +2 days", "+014 days"])
def test_window_with_a_leading_zero_is_refused_as_other_numbers_are(text: str) -> None:
    with pytest.raises(RefusedError):
        read_window(text)


def test_window_of_no_hours_is_not_printed_as_one_of_no_days() -> None:
    assert Window(0, 0).words == "on the day"
    assert Window(0, 0, (0, 0)).words == "±0 hours"
