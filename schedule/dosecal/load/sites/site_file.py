"""A site file to its sites, whole or with every problem that was found.

Conventions: what a file says of a day is read from the text that was typed; a day that is named twice, or as closed and
as open, is a problem. A range of days that a site closes every year is given as ``12-12 every year``.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dosecal.load.protocol.grammar import (
    LABEL,
    UNREAD,
    Field,
    ListOf,
    MapOf,
    OrWord,
    Place,
    Record,
    Said,
    Schema,
    Text,
    one_of,
    or_none_stated,
    schema_of,
)
from dosecal.load.protocol.yaml_text import YamlFile, read_yaml
from dosecal.load.sites.national_days import (
    EXPECTED_COUNTRY,
    PUBLIC,
    read_country,
    require_categories,
    require_language,
    require_subdivision,
)
from dosecal.model.days import iso_date, read_date
from dosecal.model.problems import RefusedError, SiteError, Source, expected_got
from dosecal.model.regex import regex
from dosecal.model.site import WEEKDAYS, DayRange, Site, YearlyDay
from dosecal.model.struct import replace

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_NAME_CHARACTERS = 100
MOST_CAPACITY = 9_999
MOST_DAYS_CLOSED = 1_000

_YEARLY = regex(r"([0-9]{2})-([0-9]{2}) every year", re.ASCII)
_NUMBER = regex(r"0|[1-9][0-9]{0,3}", re.ASCII)
_CLOSED_EXPECTED = 'days such as "2026-12-24", "2026-12-24 to 2027-01-02" or "12-12 every year"'
_OPEN_EXPECTED = 'days such as "2026-11-21" or "2026-11-21 to 2026-11-22"'
_LEAP_YEAR = 2024
_NOT_ZONES = ("posix/", "right/")
"""Folders of some systems that hold the zones once more, with and without leap seconds."""


def read_site_name(text: str) -> str:
    """The name of a site, kept to the character, since the subjects' table is compared with it.

    Raises:
        RefusedError: If it has blanks around it, or characters that can't be seen, or none.
    """
    if not text or text != text.strip() or not text.isprintable() or len(text) > MOST_NAME_CHARACTERS:
        raise RefusedError(f'the name of a site such as "CDMX-01", up to {MOST_NAME_CHARACTERS} characters')
    return text


def read_days(text: str) -> DayRange:
    """The days that a text such as ``2026-12-24 to 2027-01-02`` names, without their reason.

    Raises:
        RefusedError: If it names none, ends before it starts, or is longer than any closure.
    """
    return _read_range(text, _OPEN_EXPECTED)


def read_closed_days(text: str) -> DayRange | YearlyDay:
    """Likewise, or the day of each year that a text such as ``12-12 every year`` names.

    Raises:
        RefusedError: If it is neither.
    """
    match = _YEARLY.fullmatch(text)
    if match is None:
        return _read_range(text, _CLOSED_EXPECTED)
    month, day = int(match[1]), int(match[2])
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        raise RefusedError(_CLOSED_EXPECTED, "month-day, a day that exists") from None
    return YearlyDay(month, day, "")


def _read_range(text: str, expected: str) -> DayRange:
    first_text, joint, last_text = text.partition(" to ")
    try:
        first = read_date(first_text)
        last = read_date(last_text) if joint else first
    except RefusedError as refusal:
        raise RefusedError(expected, refusal.hint) from None
    if first > last:
        raise RefusedError(f"{expected}, the earlier day first")
    if last - first >= MOST_DAYS_CLOSED:
        raise RefusedError(f"at most {MOST_DAYS_CLOSED:,} days together")
    return DayRange(first, last, "")


def read_zone(text: str) -> str:
    """The name of a time zone.

    Raises:
        RefusedError: If there is no such zone.
    """
    expected = 'a time zone such as "America/Mexico_City"'
    if ("/" not in text and text != "UTC") or text.startswith(_NOT_ZONES):
        raise RefusedError(expected, "the names of the IANA database")
    try:
        ZoneInfo(text)
    except (OSError, ValueError):  # what it raises for an unknown key is a KeyError; for a strange one, these
        raise RefusedError(expected) from None
    except KeyError:
        raise RefusedError(expected, "the names of the IANA database") from None
    return text


def _read_capacity(text: str) -> int:
    if _NUMBER.fullmatch(text) is None:
        raise RefusedError(f'a whole number of visits up to {MOST_CAPACITY:,}, such as "12"')
    return int(text)


_SITE_NAME = Text('the name of a site such as "CDMX-01"', parse=read_site_name, code="S101", pattern="^\\S(.*\\S)?$")
_WEEKDAY = one_of(*WEEKDAYS)

SITE = Record(
    {
        "country": Field(
            or_none_stated(Text(EXPECTED_COUNTRY, parse=read_country, code="S102", pattern="^[A-Z]{2}$")),
            "the country whose holidays are closed days",
            ", by its two letters of ISO 3166-1",
            "MX",
            is_required=True,
        ),
        "subdivision": Field(Text('a part of the country such as "BY"'), "the part whose holidays are closed days too"),
        "categories": Field(
            ListOf(Text('a kind of holidays such as "public"'), 'a list of kinds of holidays such as "[public]"'),
            "which kinds of holidays are closed days; without it, the public ones",
            "",
            "[public, bank]",
        ),
        "language": Field(
            Text('a language such as "es"'),
            "the language of the holidays' names",
            "without it, English where they are known in it",
        ),
        "weekend": Field(
            OrWord(ListOf(_WEEKDAY, 'a list of weekdays such as "[Saturday, Sunday]"'), "none", None),
            'the weekdays that are closed, or "none"',
            "",
            "[Saturday, Sunday]",
            is_required=True,
        ),
        "zone": Field(
            Text('a time zone such as "America/Mexico_City"', parse=read_zone, code="S105"),
            "the time zone",
            ", by its IANA name",
        ),
        "closed": Field(
            MapOf(LABEL, "days with a reason", key=Text(_CLOSED_EXPECTED, parse=read_closed_days, code="S106")),
            "further closed days, each with its reason",
            "see [days](#days)",
            "{2026-12-24: Christmas Eve}",
        ),
        "open": Field(
            MapOf(LABEL, "days with a reason", key=Text(_OPEN_EXPECTED, parse=read_days, code="S106")),
            "days that are open all the same, each with its reason",
            "see [days](#days)",
            "{2026-11-21: a working Saturday}",
        ),
        "capacity": Field(
            MapOf(
                Text('a number of visits such as "12"', parse=_read_capacity),
                "weekdays with a number of visits",
                key=_WEEKDAY,
            ),
            "how many visits a weekday has room for",
            "a weekday that is not named has nothing stated",
            "{Monday: 12}",
        ),
    },
    'what is said of a site, such as "{country: MX, weekend: [Saturday, Sunday]}"',
)

SITES = Record(
    {
        "sites": Field(
            MapOf(SITE, "sites by name", key=_SITE_NAME),
            "the sites by name",
            "a name is what the column `site` of the subjects' table has, to the character",
            "CDMX-01: {…}",
            is_required=True,
        )
    },
    'sites, beginning with a line "sites:"',
)


SITE_FILE = YamlFile('sites, beginning with a line "sites:"', "S002", "list of sites", SiteError)


def sites_schema() -> Schema:
    """The JSON Schema of a site file, for editors; the program itself checks more."""
    about = "Sites and the days on which each is closed. The program checks more than this schema can say."
    return schema_of(SITES, "dosecal site file", about)


def read_sites(content: bytes, file: str) -> tuple[Site, ...]:
    """The sites of a file, in its order.

    Args:
        content: The bytes of the file.
        file: The name for problems.

    Raises:
        SiteError: With every problem that was found, in file order.
    """
    root = read_yaml(content, file, SITE_FILE)
    place = Place()
    said = SITES.read(root, place)
    sites: list[Site] = []
    if isinstance(said, Said):
        for name, one, source in said.values.get("sites", ()):
            if one is not UNREAD:
                below = place.at("sites", name)
                _check(one, below)
                sites.append(_site(name, one, source, below))
    if place.problems:
        raise SiteError(tuple(sorted(place.problems, key=lambda one: (one.source.line, one.source.column))))
    return tuple(sites)


def _check(said: Said, place: Place) -> None:
    """Hold what a site says of its country against what is known of it."""
    country = said.values.get("country")
    kinds = tuple(one for one, _ in said.values.get("categories", ()))
    checks: tuple[tuple[str, str, Any, Callable[[str, Any], None]], ...] = (
        ("subdivision", "S103", said.values.get("subdivision"), require_subdivision),
        ("categories", "S104", kinds or None, require_categories),
        ("language", "S104", said.values.get("language"), require_language),
    )
    for key, code, value, require in checks:
        if value is None or ("country" in said.sources and "country" not in said.values):
            continue
        if country is None:
            found = "one without a country"
            place.at(key).refuse(said.where(key), code, f"expected a {key} together with a country, got {found}")
            continue
        try:
            require(country, value)
        except RefusedError as refusal:
            text = value if isinstance(value, str) else ", ".join(value)
            place.at(key).refuse(said.where(key), code, expected_got(refusal.expected, text))


def _site(name: str, said: Said, source: Source, place: Place) -> Site:
    values = said.values
    closed, opened = _readable(values.get("closed", ())), _readable(values.get("open", ()))
    dated = [(replace(days, reason=reason), where) for days, reason, where in closed if isinstance(days, DayRange)]
    yearly = [replace(day, reason=reason) for day, reason, _ in closed if isinstance(day, YearlyDay)]
    ranges = [(replace(days, reason=reason), where) for days, reason, where in opened]
    _refuse_days_named_twice([*dated, *ranges], place)
    weekend = [WEEKDAYS.index(day) for day, _ in values.get("weekend") or ()]
    if len(set(weekend)) < len(weekend):
        place.at("weekend").refuse(said.where("weekend"), "S107", "expected each weekday once, got one again")
    room = {day: number for day, number, _ in _readable(values.get("capacity", ()))}
    return Site(
        name=name,
        zone=values.get("zone", ""),
        country=values.get("country") or "",
        subdivision=values.get("subdivision", ""),
        categories=tuple(one for one, _ in values.get("categories", ())) or (PUBLIC,),
        language=values.get("language", ""),
        weekend=tuple(sorted(set(weekend))),
        closed=tuple(days for days, _ in dated),
        yearly=tuple(yearly),
        opened=tuple(days for days, _ in ranges),
        capacity=tuple(room.get(day) for day in WEEKDAYS),
        source=source,
    )


def _readable(triples: tuple[tuple[Any, Any, Source], ...]) -> list[tuple[Any, Any, Source]]:
    return [triple for triple in triples if triple[1] is not UNREAD]


def _refuse_days_named_twice(ranges: list[tuple[DayRange, Source]], place: Place) -> None:
    """Record a problem for each range that names a day of an earlier one."""
    in_order = sorted(ranges, key=lambda pair: (pair[0].first, pair[0].last))
    reach: tuple[DayRange, Source] | None = None
    for one, where in in_order:
        if reach is not None and one.first <= reach[0].last:
            later = max(where, reach[1])
            earlier = min(where, reach[1])
            message = f"expected each day once, as closed or as open, got {iso_date(one.first)} again"
            place.refuse(later, "S107", f"{message} (first in line {earlier.line})")
        if reach is None or one.last > reach[0].last:
            reach = (one, where)
