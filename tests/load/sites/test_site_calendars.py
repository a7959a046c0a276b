"""A site's open and closed days: weekends, national holidays, days worked in exchange, and its own file on top.

Sources of the dates:
    Mexico: Ley Federal del Trabajo, article 74 (1 January; first Monday of February; third Monday of March; 1 May;
    16 September; third Monday of November; 1 October of every sixth year, 2024 among them; 25 December).
    China: notices of the General Office of the State Council on the holidays of 2025 (Guobanfadian [2024] No. 12, 12
    November 2024) and of 2026 (4 November 2025).
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dosecal.load.sites.site_calendars import SiteBook
from dosecal.load.sites.site_file import read_sites
from dosecal.model.days import iso_date, read_date


def book_of(site: str) -> SiteBook:
    """The book of one site, of which these things are said."""
    return SiteBook(read_sites(f"sites:\n  here: {{{site}}}\n".encode(), "sites.yaml"), "sites.yaml")


def reasons(site: str, first: str, last: str) -> dict[str, str]:
    """Why each day from the first to the last is closed; empty for open."""
    start, end = read_date(first), read_date(last)
    calendars = book_of(site).covering(start, end)
    days = range(start, end + 1)
    return {iso_date(day): calendars.reasons[calendars.reason[0, day - calendars.first]] for day in days}


def holidays_in(site: str, first: str, last: str) -> list[str]:
    """The days that are closed for another reason than a weekday."""
    found = reasons(site, first, last)
    return [day for day, why in found.items() if (why and not why.endswith("day")) or "(" in why]


MEXICO = "country: MX, weekend: [Saturday, Sunday]"
CHINA = "country: CN, weekend: [Saturday, Sunday]"


def test_mexico_2026_has_the_days_of_the_labour_law() -> None:
    # February 2026 begins on a Sunday, March too, November too: 2 February, 16 March, 16 November
    assert holidays_in(MEXICO, "2026-01-01", "2026-12-31") == [
        *("2026-01-01", "2026-02-02", "2026-03-16", "2026-05-01", "2026-09-16", "2026-11-16", "2026-12-25"),
    ]


def test_mexico_closes_for_the_change_of_government_every_sixth_year() -> None:
    assert "2024-10-01" in holidays_in(MEXICO, "2024-01-01", "2024-12-31")
    assert "2026-10-01" not in holidays_in(MEXICO, "2026-01-01", "2026-12-31")


def test_closed_day_keeps_its_name_and_country() -> None:
    assert reasons(MEXICO, "2026-02-02", "2026-02-02") == {"2026-02-02": "Constitution Day (MX)"}
    spanish = reasons(f"{MEXICO}, language: es", "2026-02-02", "2026-02-02")
    assert spanish == {"2026-02-02": "Día de la Constitución (MX)"}


def days_of(*spans: tuple[str, str]) -> list[str]:
    """Every day of some spans, both ends among them."""
    found = []
    for first, last in spans:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
        found += [str(start + timedelta(days)) for days in range((end - start).days + 1)]
    return found


CHINA_CLOSED = [
    *(("2025-01-01", "2025-01-01"), ("2025-01-28", "2025-02-04"), ("2025-04-04", "2025-04-06")),
    *(("2025-05-01", "2025-05-05"), ("2025-05-31", "2025-06-02"), ("2025-10-01", "2025-10-08")),
    *(("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"), ("2026-04-04", "2026-04-06")),
    *(("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21"), ("2026-09-25", "2026-09-27")),
    ("2026-10-01", "2026-10-07"),
]
CHINA_WORKED = [
    *("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
    *("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
]


def test_china_is_open_on_exactly_the_days_of_the_state_councils_notices() -> None:
    holidays = set(days_of(*CHINA_CLOSED))
    for day, why in reasons(CHINA, "2025-01-01", "2026-12-31").items():
        is_weekend = date.fromisoformat(day).weekday() >= 5
        is_open = day in CHINA_WORKED or (not is_weekend and day not in holidays)
        assert (why == "") == is_open, day


def test_day_off_in_exchange_names_the_worked_day_in_iso_form() -> None:
    found = reasons(CHINA, "2026-02-20", "2026-02-20")
    assert found == {"2026-02-20": "Day off (substituted from 2026-02-14) (CN)"}


def test_chinas_exchanged_days_that_are_not_decided_are_warned_of_by_year() -> None:
    book = book_of(CHINA)
    book.covering(read_date("2025-01-01"), read_date("2026-12-31"))
    assert book.warnings == []
    book.covering(read_date("2026-01-01"), read_date("2050-06-30"))
    (warning,) = book.warnings
    assert str(warning).startswith(
        "sites.yaml:2:3: sites.here: the weekend days that CN works in exchange for holidays"
    )
    assert " to 2050" in str(warning)
    assert str(warning).endswith("days may open or close [W014]")


def test_mexico_exchanges_no_days_and_needs_no_warning() -> None:
    book = book_of(MEXICO)
    book.covering(read_date("2025-01-01"), read_date("2050-12-31"))
    assert book.warnings == []


def test_years_that_the_holidays_are_not_known_of_are_warned_of() -> None:
    book = book_of(MEXICO)
    book.covering(read_date("2100-01-01"), read_date("2101-12-31"))
    (warning,) = book.warnings
    assert str(warning).startswith("sites.yaml:2:3: sites.here: the holidays of MX are known from ")
    assert str(warning).endswith(" to 2100 alone [W014]")


def test_part_of_a_country_adds_its_holidays() -> None:
    # Epiphany, 6 January, is a holiday in Bavaria and not in Berlin (Bayerisches Feiertagsgesetz, article 1)
    bavaria = reasons("country: DE, subdivision: BY, weekend: [Sunday]", "2026-01-06", "2026-01-06")
    assert bavaria == {"2026-01-06": "Epiphany (DE-BY)"}
    assert reasons("country: DE, subdivision: BE, weekend: [Sunday]", "2026-01-06", "2026-01-06") == {"2026-01-06": ""}


@pytest.mark.parametrize(
    ("more", "day", "why"),
    [
        ("", "2026-05-01", "Labor Day (MX)"),
        ("closed: {2026-05-01: stock-taking}", "2026-05-01", "stock-taking"),
        ("open: {2026-05-01: infusion day}", "2026-05-01", ""),
        ("open: {2026-05-02: a working Saturday}", "2026-05-02", ""),
        ("closed: {05-04 every year: the founder's day}", "2026-05-04", "the founder's day"),
        ("closed: {05-04 every year: the founder's day}", "2031-05-04", "the founder's day"),
        ("closed: {05-04 every year: day}, open: {2026-05-04: open}", "2026-05-04", ""),
        ("closed: {02-29 every year: leap day}", "2028-02-29", "leap day"),
        ("closed: {02-29 every year: leap day}", "2026-02-27", ""),
        ("closed: {2025-12-20 to 2026-01-05: move}", "2026-01-05", "move"),
        ("closed: {2025-12-20 to 2026-01-05: move}", "2026-01-06", ""),
    ],
)
def test_sites_own_file_lies_on_top(more: str, day: str, why: str) -> None:
    assert reasons(f"{MEXICO}, {more}" if more else MEXICO, day, day) == {day: why}


def test_site_without_country_has_its_weekend_alone() -> None:
    found = reasons("country: none stated, weekend: [Friday, Saturday]", "2026-05-01", "2026-05-03")
    assert found == {"2026-05-01": "Friday", "2026-05-02": "Saturday", "2026-05-03": ""}


def test_calendar_that_grows_keeps_what_it_had() -> None:
    book = book_of(MEXICO)
    small = book.covering(read_date("2026-03-01"), read_date("2026-03-31"))
    assert book.covering(read_date("2026-01-01"), read_date("2026-12-31")) is small
    large = book.covering(read_date("2027-01-01"), read_date("2027-01-02"))
    assert large.covers(read_date("2026-01-01"), read_date("2027-12-31"))


def test_next_and_previous_open_days_skip_all_closed_ones() -> None:
    # Thursday 24 December 2026 to Sunday 3 January 2027 are closed
    book = book_of(f"{MEXICO}, closed: {{2026-12-24 to 2027-01-01: the turn of the year}}")
    calendars = book.covering(read_date("2026-12-01"), read_date("2027-01-31"))
    place = read_date("2026-12-30") - calendars.first
    assert iso_date(int(calendars.next_open[0, place])) == "2027-01-04"
    assert iso_date(int(calendars.previous_open[0, place])) == "2026-12-23"
