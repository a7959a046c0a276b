"""A site file is read whole, or refused with the place of every problem."""

from __future__ import annotations

import jsonschema
import pytest

from dosecal.load.sites.site_file import read_sites, sites_schema
from dosecal.model.days import read_date
from dosecal.model.problems import SiteError
from dosecal.model.site import DayRange, YearlyDay

PLAIN = "country: MX, weekend: [Saturday, Sunday]"


def site_text(*lines: str, name: str = "CDMX-01") -> bytes:
    """A file with one site, whose country and weekend are stated, and these further lines."""
    more = "".join(f"    {line}\n" for line in lines)
    return f"sites:\n  {name}:\n    country: MX\n    weekend: [Saturday, Sunday]\n{more}".encode()


def problems(content: bytes) -> list[str]:
    with pytest.raises(SiteError) as caught:
        read_sites(content, "sites.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_everything_that_a_site_states_is_read() -> None:
    content = b"""\
sites:
  CDMX-01:
    country: MX
    weekend: [Sunday, Saturday]
    language: es
    zone: America/Mexico_City
    closed:
      2026-12-24 to 2027-01-02: the pharmacy is closed
      12-12 every year: Day of the Virgin of Guadalupe
      2026-04-03: Good Friday
    open:
      2026-11-21: a working Saturday
    capacity: {Monday: 12, Friday: 0}
"""
    (site,) = read_sites(content, "sites.yaml")
    assert (site.name, site.country, site.language, site.zone) == ("CDMX-01", "MX", "es", "America/Mexico_City")
    assert (site.subdivision, site.categories, site.weekend) == ("", ("public",), (5, 6))
    assert site.closed == (
        DayRange(read_date("2026-12-24"), read_date("2027-01-02"), "the pharmacy is closed"),
        DayRange(read_date("2026-04-03"), read_date("2026-04-03"), "Good Friday"),
    )
    assert site.yearly == (YearlyDay(12, 12, "Day of the Virgin of Guadalupe"),)
    assert site.opened == (DayRange(read_date("2026-11-21"), read_date("2026-11-21"), "a working Saturday"),)
    assert site.capacity == (12, None, None, None, 0, None, None)
    assert (site.source.line, site.source.column) == (2, 3)


@pytest.mark.parametrize("name", ["NA", '"007"', "Hospital General, torre 2", "北京-01"])
def test_name_of_a_site_is_text_to_the_character(name: str) -> None:
    (site,) = read_sites(site_text(name=name), "sites.yaml")
    assert site.name == name.strip('"')


def test_weekend_and_country_may_be_none_and_have_to_say_so() -> None:
    (site,) = read_sites(b"sites: {A: {country: none stated, weekend: none}}", "sites.yaml")
    assert (site.country, site.weekend) == ("", ())
    assert problems(b"sites: {A: {}}") == [
        (
            "sites.yaml:1:12: sites.A.country: expected the country whose holidays are closed days, got nothing: "
            "the key is missing [P102]"
        ),
        (
            'sites.yaml:1:12: sites.A.weekend: expected the weekdays that are closed, or "none", got nothing: '
            "the key is missing [P102]"
        ),
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("zone: Mexico", 'zone: expected a time zone such as "America/Mexico_City", got "Mexico"'),
        ("zone: ../../etc/passwd", "zone: expected a time zone"),
        ("zone: localtime", "zone: expected a time zone"),
        ("zone: America", "zone: expected a time zone"),
        ("zone: right/America/Mexico_City", "zone: expected a time zone"),
        (
            "subdivision: BY",
            'subdivision: expected a part of MX (none: no part of it has holidays of its own), got "BY"',
        ),
        ("categories: [bank]", 'categories: expected kinds of holidays of MX (public), got "bank"'),
        ("language: tlh", 'language: expected a language of the holidays of MX (en_US, es, uk), got "tlh"'),
        ("closed: {2026-02-30: x}", 'closed.2026-02-30: expected days such as "2026-12-24", '),
        ("closed: {05/10/26: x}", "closed.05/10/26: expected days such as"),
        ("closed: {02-30 every year: x}", "closed.02-30 every year: expected days such as"),
        ("closed: {2026-12-24 to 2026-12-20: x}", "closed.2026-12-24 to 2026-12-20: expected days such as"),
        (
            "closed: {2020-01-01 to 2026-12-31: x}",
            "closed.2020-01-01 to 2026-12-31: expected at most 1,000 days together",
        ),
        ("closed: {2026-12-24: ''}", 'closed.2026-12-24: expected words such as "Chest X-ray or CT", got nothing'),
        ("open: {12-12 every year: x}", 'open.12-12 every year: expected days such as "2026-11-21" or'),
        ("capacity: {Monday: many}", 'capacity.Monday: expected a whole number of visits up to 9,999, such as "12"'),
        ("capacity: {Mon: 2}", 'capacity.Mon: expected "Monday" or "Tuesday"'),
        ("colour: red", "colour: expected one of country, subdivision, categories, language, weekend, zone, "),
    ],
)
def test_what_can_not_be_read_is_refused_at_its_place(line: str, problem: str) -> None:
    (found,) = problems(site_text(line))
    assert found.startswith("sites.yaml:5:")
    assert f": sites.CDMX-01.{problem}" in found


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("zone: Mexico", "S105"),
        ("subdivision: BY", "S103"),
        ("categories: [bank]", "S104"),
        ("language: tlh", "S104"),
        ("closed: {2026-02-30: x}", "S106"),
        ("open: {2026-02-30: x}", "S106"),
        ("capacity: {Monday: 1.5}", "P104"),
    ],
)
def test_refusal_has_its_code(line: str, code: str) -> None:
    (found,) = problems(site_text(line))
    assert found.endswith(f"[{code}]")


def test_country_that_nobody_knows_is_refused_and_what_hangs_on_it_is_passed_over() -> None:
    assert problems(b"sites:\n  A: {country: ZZ, subdivision: Q, weekend: none}\n") == [
        (
            'sites.yaml:2:16: sites.A.country: expected a country by its two letters, such as "MX" or "CN", got "ZZ" '
            '(the code of ISO 3166-1, or "none stated" for no national holidays) [S102]'
        )
    ]


def test_part_of_no_country_is_refused() -> None:
    assert problems(b"sites:\n  A: {country: none stated, subdivision: BY, weekend: none}\n") == [
        (
            "sites.yaml:2:42: sites.A.subdivision: expected a subdivision together with a country, got one without "
            "a country [S103]"
        )
    ]


@pytest.mark.parametrize(
    "days",
    [
        "closed: {2026-12-24 to 2026-12-31: x, 2026-12-25: y}",
        "closed: {2026-12-25: y, 2026-12-24 to 2026-12-31: x}",
        "{closed: {2026-12-20 to 2026-12-25: x}, open: {2026-12-25 to 2026-12-26: y}}",
    ],
)
def test_day_that_is_named_twice_is_refused(days: str) -> None:
    inner = days.removeprefix("{").removesuffix("}}") + ("}" if days.startswith("{") else "")
    (found,) = problems(f"sites:\n  A: {{{PLAIN}, {inner}}}\n".encode())
    assert "expected each day once, as closed or as open, got 2026-12-25 again" in found
    assert found.endswith("[S107]")


def test_days_side_by_side_are_no_day_twice() -> None:
    days = "closed: {2026-12-24 to 2026-12-26: x, 2026-12-27: y}, open: {2026-12-28: z}"
    (site,) = read_sites(f"sites:\n  A: {{{PLAIN}, {days}}}\n".encode(), "sites.yaml")
    assert len(site.closed) == 2


def test_weekday_that_stands_twice_is_refused() -> None:
    assert problems(b"sites:\n  A: {country: MX, weekend: [Sunday, Sunday]}\n") == [
        "sites.yaml:2:29: sites.A.weekend: expected each weekday once, got one again [S107]"
    ]


@pytest.mark.parametrize("name", ['""', '" A"', '"A\\tB"', "A" * 101])
def test_name_that_no_column_could_hold_is_refused(name: str) -> None:
    found = problems(f"sites:\n  {name}: {{{PLAIN}}}\n".encode())
    assert any(one.endswith(("[S101]", "[P103]")) for one in found)


def test_empty_file_is_refused_as_one_of_sites() -> None:
    assert problems(b"# nothing yet\n") == [
        'sites.yaml:1:1: expected sites, beginning with a line "sites:", got an empty file [S002]'
    ]


def test_faults_of_yaml_are_told_as_such() -> None:
    twice = f"sites:\n  A: {{{PLAIN}}}\n  A: {{{PLAIN}}}\n".encode()
    assert problems(twice) == ['sites.yaml:3:3: expected each key once, got "A" again (first in line 2) [P007]']
    assert problems(b"sites: {}\n---\nsites: {}\n") == [
        "sites.yaml:2:1: expected one list of sites in a file, got a second document [P008]"
    ]


def test_all_problems_are_told_in_the_order_of_the_file() -> None:
    content = site_text("open: {soon: x}", "closed: {never: y}", "zone: Moon")
    assert [one.split(":")[1] for one in problems(content)] == ["5", "6", "7"]


def test_schema_accepts_what_is_read_and_refuses_an_unknown_key() -> None:
    validator = jsonschema.Draft202012Validator(sites_schema())
    good = {
        "country": "MX",
        "weekend": ["Sunday"],
        "closed": {"2026-12-24": "Christmas Eve"},
        "capacity": {"Monday": 3},
    }
    assert list(validator.iter_errors({"sites": {"CDMX-01": good}})) == []
    assert list(validator.iter_errors({"sites": {"NA": {"country": "none stated", "weekend": "none"}}})) == []
    found = [error.message for error in validator.iter_errors({"sites": {"CDMX-01": {**good, "colour": "red"}}})]
    assert len(found) == 1
    assert "colour" in found[0]
