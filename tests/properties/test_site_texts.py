"""A site file, however it is damaged, is read whole or refused with places; it is never a traceback."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dosecal.load.sites.site_calendars import SiteBook
from dosecal.load.sites.site_file import read_closed_days, read_days, read_sites, read_zone
from dosecal.model.days import iso_date, read_date
from dosecal.model.problems import Problem, RefusedError, SiteError
from dosecal.model.site import Site, YearlyDay

GOOD = """\
sites:
  CDMX-01:
    country: MX
    weekend: [Saturday, Sunday]
    language: es
    zone: America/Mexico_City
    closed:
      2026-12-24 to 2027-01-02: the pharmacy is closed
      12-12 every year: Day of the Virgin of Guadalupe
    open:
      2026-11-21: a working Saturday
    capacity: {Monday: 12, Friday: 6}
  BY-02: {country: DE, subdivision: BY, categories: [public], weekend: none}
"""
SIGNS = st.sampled_from([*" \n\t:-,[]{}#&*!|>'\"%@`0123456789abcXYZ", "é", "北", "\x00", "\ufeff", "none stated", "MX"])


@given(at=st.integers(0, len(GOOD)), length=st.integers(0, 12), more=st.lists(SIGNS, max_size=4))
@settings(max_examples=300)
def test_damaged_file_is_read_or_refused_with_places(at: int, length: int, more: list[str]) -> None:
    text = GOOD[:at] + "".join(more) + GOOD[at + length :]
    sites: tuple[Site, ...] | None = None
    problems: tuple[Problem, ...] = ()
    try:
        sites = read_sites(text.encode(), "sites.yaml")
    except SiteError as error:
        problems = error.problems
    assert all(problem.source.file == "sites.yaml" and problem.code for problem in problems)
    if sites is not None:
        calendars = SiteBook(sites, "sites.yaml").covering(read_date("2026-01-01"), read_date("2026-12-31"))
        assert calendars.reason.shape == (len(sites), 365)


@given(st.text(max_size=30))
def test_text_that_is_no_day_is_refused(text: str) -> None:
    for read in (read_days, read_closed_days):
        try:
            found = read(text)
        except RefusedError:
            continue
        assert isinstance(found, YearlyDay) or found.first <= found.last


@given(st.text(max_size=40))
def test_text_that_is_no_zone_is_refused(text: str) -> None:
    try:
        found = read_zone(text)
    except RefusedError:
        found = text
    assert found == text


@given(first=st.integers(0, 60_000), length=st.integers(0, 999))
def test_range_of_days_reads_back_to_its_days(first: int, length: int) -> None:
    found = read_days(f"{iso_date(first)} to {iso_date(first + length)}")
    assert (found.first, found.last) == (first, first + length)
