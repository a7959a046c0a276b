"""National holidays, and the weekend days that a country works in exchange, from a maintained library.

Conventions: the library is imported where it is asked, since reading its countries takes time; its names are kept, in
English where it knows them and nothing else is asked for. What it can't know yet is told as a year and never guessed.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from dosecal.model.days import EPOCH
from dosecal.model.problems import RefusedError
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from dosecal.model.site import Site

PUBLIC = "public"
_ENGLISH = ("en_US", "en_GB", "en")
_NOT_CLOSED = ("workday",)
"""Categories of the library that name days of work."""

EXPECTED_COUNTRY = 'a country by its two letters, such as "MX" or "CN"'


class NationalDays(Struct, frozen=True):
    """The holidays of a country over some years.

    Attributes:
        closed: The name of each holiday, by its day.
        worked: The weekend days that are worked.
        swaps_known_to: The last year whose exchanged weekend days are decided, as far as the library knows; None for
            a country that exchanges none.
        known_from, known_to: The years that the library knows.
    """

    closed: dict[int, str]
    worked: frozenset[int]
    swaps_known_to: int | None
    known_from: int
    known_to: int


def read_country(text: str) -> str:
    """The code of a country whose holidays are known.

    Raises:
        RefusedError: If it is none.
    """
    from holidays import list_supported_countries  # noqa: PLC0415 - see the module

    if text not in list_supported_countries(include_aliases=False):
        raise RefusedError(EXPECTED_COUNTRY, 'the code of ISO 3166-1, or "none stated" for no national holidays')
    return text


def require_subdivision(country: str, subdivision: str) -> None:
    """Accept a part of a country that the library knows.

    Raises:
        RefusedError: If the country has no such part; the text names those that there are.
    """
    known = tuple(str(one) for one in _country(country).subdivisions)
    if subdivision not in known:
        shown = ", ".join(known) if known else "none: no part of it has holidays of its own"
        raise RefusedError(f"a part of {country} ({shown})")


def require_categories(country: str, categories: tuple[str, ...]) -> None:
    """Accept kinds of holidays that the library knows for the country.

    Raises:
        RefusedError: If one is unknown; the text names those that there are.
    """
    known = tuple(one for one in _country(country).supported_categories if one not in _NOT_CLOSED)
    if not set(categories) <= set(known):
        raise RefusedError(f"kinds of holidays of {country} ({', '.join(known)})")


def require_language(country: str, language: str) -> None:
    """Accept a language in which the library names the country's holidays.

    Raises:
        RefusedError: If it is none; the text names those that there are.
    """
    known = _languages(_country(country))
    if language not in known:
        raise RefusedError(f"a language of the holidays of {country} ({', '.join(known)})")


def national_days(site: Site, first_year: int, last_year: int) -> NationalDays:
    """The holidays of a site's country in some years, the first and the last among them.

    Args:
        site: A site with a country.
        first_year: The first year.
        last_year: The last year.
    """
    from holidays import country_holidays  # noqa: PLC0415 - see the module

    languages = _languages(_country(site.country))
    language = site.language or next((one for one in _ENGLISH if one in languages), None)
    # a day at the turn of the year may be exchanged by the rules of its neighbour
    found: Any = country_holidays(
        site.country,
        subdiv=site.subdivision or None,
        years=range(first_year - 1, last_year + 2),
        expand=False,
        language=language,
        categories=site.categories,
    )
    years = range(first_year, last_year + 1)
    closed = {day.toordinal() - EPOCH: _name(found, str(name)) for day, name in found.items() if day.year in years}
    worked = frozenset(day.toordinal() - EPOCH for day in found.weekend_workdays if day.year in years)
    swaps = _swaps_known_to(found, site.categories) if found.has_substituted_holidays else None
    return NationalDays(closed, worked, swaps, found.start_year, found.end_year)


def _country(country: str) -> Any:  # noqa: ANN401 - the library's own type of a country has no common face
    import holidays  # noqa: PLC0415 - see the module

    return getattr(holidays, country)


def _languages(country: Any) -> tuple[str, ...]:  # noqa: ANN401 - likewise
    named = tuple(country.supported_languages)
    return named or ((country.default_language,) if country.default_language else ())


def _name(country: Any, name: str) -> str:  # noqa: ANN401 - likewise
    """The name of a holiday; the date within that of an exchanged day, which has a national order, in ISO's."""
    if not country.has_substituted_holidays:
        return name
    before, _, after = country.tr(country.substituted_label).partition("%s")
    form = country.tr(country.substituted_date_format)

    def in_iso(match: re.Match[str]) -> str:
        day = datetime.strptime(match[1], form).date()  # noqa: DTZ007 - a date alone
        return f"{before}{day.isoformat()}{after}"

    return re.sub(f"{re.escape(before)}([0-9./-]+){re.escape(after)}", in_iso, name)


_SWAP_PARTS = (4, 5)
"""An exchanged day is held as its month and day with those of the day that is worked for it, and perhaps its year."""


def _swaps_known_to(country: Any, categories: tuple[str, ...]) -> int:  # noqa: ANN401 - likewise
    """The last year for which exchanged days are written down."""
    last: int = country.start_year
    for category in categories:
        for year, days in getattr(country, f"special_{category}_holidays", {}).items():
            listed = days if isinstance(days[0], tuple) else (days,)
            if any(len(day) in _SWAP_PARTS and isinstance(day[2], int) for day in listed):
                last = max(last, year)
    return last


def year_of(day: int) -> int:
    """The year of a held day."""
    return date.fromordinal(day + EPOCH).year


def first_day_of(year: int) -> int:
    """The first of January, as a held day."""
    return date(year, 1, 1).toordinal() - EPOCH
