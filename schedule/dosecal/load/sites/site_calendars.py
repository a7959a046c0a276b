"""Sites to calendars: weekends, then national holidays and exchanged days, then the site's own file on top.

Conventions: a calendar covers whole years. Of several reasons why a day is closed the more particular one is kept: the
site's own before the holiday, the holiday before the weekend. A day that the site's file opens is open.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import numpy as np

from dosecal.load.sites.national_days import NationalDays, first_day_of, national_days, year_of
from dosecal.model.days import EPOCH
from dosecal.model.messages import NOTHING, Msg, unsaid
from dosecal.model.problems import Problem
from dosecal.model.site import THURSDAY, WEEKDAYS, Calendars, Site, calendars_of
from dosecal.model.struct import Struct, field


class SiteBook(Struct):
    """The sites of a file, and their calendars over the years that were asked for so far.

    Attributes:
        sites: The sites.
        file: The name of the file, for warnings.
        warnings: What can't be known of the years asked for: each site and matter once.
    """

    sites: tuple[Site, ...]
    file: str
    warnings: list[Problem] = field(default_factory=list)
    _calendars: Calendars | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the sites."""
        return tuple(site.name for site in self.sites)

    def only(self, name: str) -> SiteBook:
        """The book with one of its sites alone."""
        return SiteBook(tuple(site for site in self.sites if site.name == name), self.file)

    def covering(self, first: int, last: int) -> Calendars:
        """Calendars that cover all days from the first to the last, and the rest of their years.

        Args:
            first: The first day, in days since 1970-01-01.
            last: The last day.
        """
        known = self._calendars
        if known is None or not known.covers(first, last):
            if known is not None:
                first, last = min(first, known.first), max(last, known.last)
            known = self._calendars = self._built(year_of(first), year_of(last))
        return known

    def _built(self, first_year: int, last_year: int) -> Calendars:
        first, end = first_day_of(first_year), first_day_of(last_year + 1)
        reasons: dict[Msg, int] = {NOTHING: 0}
        rows = np.zeros((len(self.sites), end - first), dtype=np.int16)
        for row, site in zip(rows, self.sites, strict=True):
            national = national_days(site, first_year, last_year) if site.country else None
            _fill(row, first, site, national, reasons)
            if national is not None:
                self._warn(site, national, first_year, last_year)
        return calendars_of(self.names, first, rows, tuple(reasons))

    def _warn(self, site: Site, national: NationalDays, first_year: int, last_year: int) -> None:
        swaps = national.swaps_known_to
        told = []
        if swaps is not None and last_year > swaps:
            years = _years(max(first_year, swaps + 1), last_year)
            told.append(
                f"the weekend days that {site.country} works in exchange for holidays are not decided yet for {years}: "
                "days may open or close"
            )
        if first_year < national.known_from or last_year > national.known_to:
            told.append(
                f"the holidays of {site.country} are known from {national.known_from} to {national.known_to} alone"
            )
        kept = [one for one in self.warnings if one.subject != f"sites.{site.name}"]
        self.warnings = [*kept, *(Problem(site.source, "W014", f"sites.{site.name}", text) for text in told)]


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _fill(
    row: np.ndarray[tuple[int, ...], np.dtype[np.int16]],
    first: int,
    site: Site,
    national: NationalDays | None,
    reasons: dict[Msg, int],
) -> None:
    """Write why each day of a site's row is closed."""

    def code(reason: Msg) -> int:
        return reasons.setdefault(reason, len(reasons))

    weekday = (np.arange(first, first + len(row)) + THURSDAY) % 7
    for day in site.weekend:
        row[weekday == day] = code(Msg(WEEKDAYS[day]))
    if national is not None:
        row[[day - first for day in national.worked]] = 0
        place = f"{site.country}-{site.subdivision}" if site.subdivision else site.country
        for day, name in national.closed.items():
            row[day - first] = code(unsaid(f"{name} ({place})"))
    for year in range(year_of(first), year_of(first + len(row) - 1) + 1):
        for one in site.yearly:
            if one.day <= monthrange(year, one.month)[1]:
                row[date(year, one.month, one.day).toordinal() - EPOCH - first] = code(unsaid(one.reason))
    for closed in site.closed:
        row[max(closed.first - first, 0) : max(closed.last + 1 - first, 0)] = code(unsaid(closed.reason))
    for opened in site.opened:
        row[max(opened.first - first, 0) : max(opened.last + 1 - first, 0)] = 0
