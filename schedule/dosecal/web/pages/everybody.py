"""The page of everybody: a month of a site, each day with whoever comes, like the board of a ward."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import RedirectResponse

from dosecal.model.messages import Msg
from dosecal.model.regex import regex
from dosecal.model.struct import Struct
from dosecal.web.months import WEEKS, ClosedDays
from dosecal.web.statuses import LATE, StatusMark, status_mark

if TYPE_CHECKING:
    from starlette.responses import Response

    from dosecal.model.adherence import VisitStatus
    from dosecal.web.shell import Ask
    from dosecal.web.site import Site
    from dosecal.web.study import Plan

ALL_SITES = "all"
MOST_SHOWN = 12
"""How many visits of a day stand there at once; the others open below them."""
_MONTH = regex(r"([12][0-9]{3})-(0[1-9]|1[0-2])")
_SATURDAY = 5


class Coming(Struct, frozen=True):
    """Somebody on a day: who, at which visits, in which state, and whether something is infused."""

    subject: str
    visits: tuple[str, ...]
    status: StatusMark | None
    is_infused: bool
    is_provisional: bool


class BoardDay(Struct, frozen=True):
    """A day of the board."""

    day: date
    is_out: bool
    is_today: bool
    closed: str
    first: tuple[Coming, ...]
    rest: tuple[Coming, ...]


class EverybodyView(Struct, frozen=True):
    """What the page shows.

    Attributes:
        site, sites: The chosen site, and all of them; empty for all.
        month: The first day of the month.
        before, after, now: The months beside it, and that of today, as addresses have them.
        days: The days, in whole weeks from Monday on.
        late: The visits of the site whose day is past and of which nothing is recorded: participant, visit, day.
        participants: How many participants the site has.
        signs: The signs that occur.
        is_blinded: Whether doses are hidden.
    """

    site: str
    sites: tuple[str, ...]
    month: date
    before: str
    after: str
    now: str
    days: tuple[BoardDay, ...]
    late: tuple[tuple[str, str, date | None], ...]
    participants: int
    signs: tuple[StatusMark, ...]
    is_blinded: bool


def everybody_view(plan: Plan, site: str, month: date) -> EverybodyView:
    """What the page shows.

    Args:
        plan: The plan.
        site: The site; empty for all.
        month: The first day of the month.
    """
    today, closed_days = plan.inputs.judged_on, ClosedDays(plan, site)
    calendars = [one for one in plan.views().values() if site in {"", one.site}]
    on: dict[date, dict[tuple[str, VisitStatus | None], list[tuple[str, bool, bool]]]] = {}
    late = []
    for calendar in calendars:
        for one in calendar.visits:
            if one.status in LATE:
                late.append((calendar.subject, one.visit.id, one.day))
            if one.day is None or one.awaits_event:
                continue
            is_infused = any(not regimen.is_masked for regimen in one.regimens) and not plan.is_blinded
            entry = (one.visit.id, is_infused, one.is_provisional and one.actual is None)
            on.setdefault(one.day, {}).setdefault((calendar.subject, one.status), []).append(entry)
    days = []
    for day in WEEKS.itermonthdates(month.year, month.month):
        coming = tuple(
            Coming(
                subject,
                tuple(visit for visit, _, _ in entries),
                None if status is None else status_mark(status),
                any(infused for _, infused, _ in entries),
                any(about for _, _, about in entries),
            )
            for (subject, status), entries in sorted(on.get(day, {}).items(), key=lambda item: item[0][0])
        )
        closed = closed_days.reason(day)
        days.append(
            BoardDay(day, day.month != month.month, day == today, closed, coming[:MOST_SHOWN], coming[MOST_SHOWN:])
        )
    marks = {one.status for day in days for one in (*day.first, *day.rest) if one.status is not None}
    return EverybodyView(
        site=site,
        sites=plan.sites,
        month=month,
        before=_name_of(month - timedelta(days=1)),
        after=_name_of(month + timedelta(days=31)),
        now=_name_of(today),
        days=tuple(days),
        late=tuple(late),
        participants=len(calendars),
        signs=tuple(sorted(marks, key=lambda mark: (mark.kind, mark.sign))),
        is_blinded=plan.is_blinded,
    )


def _name_of(day: date) -> str:
    return f"{day:%Y-%m}"


def show_everybody(site: Site, ask: Ask) -> Response:
    """The board of a month; ids and months that are none lead to this month of all sites."""
    plan = site.plan()
    place = ask.names.get("site", ask.query.get("site", "")) or ALL_SITES
    match = _MONTH.fullmatch(ask.names.get("month", ""))
    if match is None or place not in {ALL_SITES, *plan.sites}:
        known = place if place in plan.sites else plan.sites[0] if len(plan.sites) == 1 else ALL_SITES
        month = ask.query.get("month", "")
        month = month if _MONTH.fullmatch(month) else _name_of(plan.inputs.judged_on)
        return RedirectResponse(f"/everybody/{quote(known, safe='')}/{month}", 303)
    with site.opened.lock:
        view = everybody_view(plan, "" if place == ALL_SITES else place, date(int(match[1]), int(match[2]), 1))
    return site.show(ask, "everybody.html", {"view": view}, Msg("Everybody"), nav="everybody")
