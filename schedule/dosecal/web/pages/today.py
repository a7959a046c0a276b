"""The page of today: what is late, what is due, what comes, how much there is each day, and when lots run out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dosecal.model.adherence import VisitStatus
from dosecal.model.counts import counted
from dosecal.model.days import as_date
from dosecal.model.messages import Msg, plural
from dosecal.model.problems import Problem
from dosecal.model.quantity import Amount
from dosecal.model.spoken import number_words
from dosecal.model.struct import Struct
from dosecal.report.messages.words import WEIGHT_STATES, is_whole
from dosecal.report.messages.workings import short_words
from dosecal.report.sheets.sheet_sections import DoseToPrepare
from dosecal.report.worklists.work_list import work_list
from dosecal.web.pages.dose import Taken, visits_with_dose
from dosecal.web.statuses import LATE, StatusMark, status_mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.responses import Response

    from dosecal.report.worklists.work_list import WorkList, WorkRow
    from dosecal.web.shell import Ask
    from dosecal.web.site import Site
    from dosecal.web.study import Plan

MOST_LISTED = 60
"""How many visits of each block are listed at once."""
DAYS = (7, 14, 30)
"""The periods that may be chosen."""
_ALL = 1_000_000


class DueDose(Struct, frozen=True):
    """A dose to be prepared.

    Attributes:
        number, count: Which of how many it is.
        amount: The ordered dose; empty where it is to be determined, or the prescriber states it.
        why: Why there is no amount; empty where there is one.
        opened: What is opened; empty for none.
        taken: From which lots.
        drawn: The volume to draw; empty for none.
        is_short: Whether the lots at hand don't cover it.
    """

    number: int
    count: int
    amount: str = ""
    why: str = ""
    opened: str = ""
    taken: tuple[Taken, ...] = ()
    drawn: str = ""
    is_short: bool = False


class DueVisit(Struct, frozen=True):
    """A visit of the list."""

    subject: str
    site: str
    visit: str
    label: str
    status: StatusMark
    what: str
    notes: str
    day: date | None
    has_dose: bool
    doses: tuple[DueDose, ...]


class DayWork(Struct, frozen=True):
    """What there is on a day: visits, and infusions where these are not hidden."""

    day: date
    visits: int
    infusions: int | None


class Shortage(Struct, frozen=True):
    """The first day on which the lots of a site don't cover its doses: what is missing then, and how many in all."""

    site: str
    day: date
    missing: str
    doses: Msg


class TodayView(Struct, frozen=True):
    """What the page shows.

    Attributes:
        day: The day of judgement.
        days: How many days are listed.
        site, sites: The chosen site, empty for all; and all of them.
        late, due, coming: The visits.
        load: The work of each day.
        most: The most visits on a day.
        to_open: How many containers the doses of this day need, by site.
        shortages: Where the lots at hand run out.
        is_blinded: Whether doses are hidden.
        counts: How many visits there are in all, late, due and coming.
    """

    day: date
    days: int
    site: str
    sites: tuple[str, ...]
    late: tuple[DueVisit, ...]
    due: tuple[DueVisit, ...]
    coming: tuple[DueVisit, ...]
    load: tuple[DayWork, ...]
    most: int
    to_open: tuple[tuple[str, Msg], ...]
    shortages: tuple[Shortage, ...]
    is_blinded: bool
    counts: tuple[int, int, int] = (0, 0, 0)


def today_view(plan: Plan, days: int, site: str, most: int = MOST_LISTED) -> TodayView:
    """What the page shows.

    Args:
        plan: The plan.
        days: How many days are listed, from the day of judgement on.
        site: The site; empty for all.
        most: How many visits of each block are listed; the page says how many others there are.
    """
    sites = plan.sites
    site = site if site in sites else ""
    if not plan.schedules:
        return TodayView(plan.inputs.judged_on, days, "", (), (), (), (), (), 0, (), (), plan.is_blinded)
    work = work_list(plan.schedules, days, site or None)
    late = [row for row in work.work if row.status in LATE]
    due = [row for row in work.work if row.status is VisitStatus.DUE]
    coming = [row for row in work.work if row.status is VisitStatus.NOT_YET_DUE]
    coming.sort(key=lambda row: (row.day or date.max, row.site, row.subject))
    load = tuple(_load(work, days))
    return TodayView(
        day=work.as_of,
        days=days,
        site=site,
        sites=sites,
        late=tuple(_due(plan, row) for row in late[:most]),
        due=tuple(_due(plan, row) for row in due[:most]),
        coming=tuple(_due(plan, row) for row in coming[:most]),
        load=load,
        most=max((one.visits for one in load), default=0),
        to_open=tuple(_to_open(plan, [row for row in due if row.day == work.as_of])),
        shortages=() if plan.is_blinded else tuple(_shortages(plan, site)),
        is_blinded=plan.is_blinded,
        counts=(len(late), len(due), len(coming)),
    )


def _due(plan: Plan, row: WorkRow) -> DueVisit:
    doses = () if plan.is_blinded or not row.doses else due_doses(plan, row.subject, row.visit)
    return DueVisit(
        subject=row.subject,
        site=row.site,
        visit=row.visit,
        label="" if row.label == row.visit else row.label,
        status=status_mark(row.status),
        what=row.what,
        notes=row.notes,
        day=row.day,
        has_dose=bool(doses),
        doses=doses,
    )


def due_doses(plan: Plan, subject: str, visit: str) -> tuple[DueDose, ...]:
    """The doses of a participant at a visit, as the lists show them; never asked of a blinded plan."""
    numbers = {one: (number, count) for one, number, count in visits_with_dose(plan, subject)}
    found = []
    for dose in plan.doses_at(subject, visit):
        number, count = numbers[visit]
        if isinstance(dose, Problem):
            planned = plan.planned_at(subject, visit)
            found.append(DueDose(number, count, why="" if planned is None else WEIGHT_STATES[planned.state]))
        elif isinstance(dose, DoseToPrepare):
            found.append(_prepared(dose))
        else:
            found.append(DueDose(dose.dose.number, dose.dose.count, why=Msg("the prescriber states the dose")))
    return tuple(found)


def _prepared(dose: DoseToPrepare) -> DueDose:
    preparation, ordered = dose.preparation, dose.worked.ordered
    called = "container" if preparation.product.container is None else preparation.product.container.called
    is_short = preparation.short is not None
    return DueDose(
        number=dose.dose.number,
        count=dose.dose.count,
        amount=short_words(ordered) if is_whole(ordered) else "",
        why="" if is_whole(ordered) else Msg("the prescriber states the dose"),
        opened="" if preparation.containers is None or is_short else counted(preparation.containers, called),
        taken=tuple(
            Taken(one.lot, one.containers, date.fromisoformat(one.expires) if one.expires else None)
            for one in preparation.lines
            if one.lot and not is_short
        ),
        drawn="" if preparation.drawn_ml is None or is_short else f"{number_words(preparation.drawn_ml)} mL",
        is_short=is_short,
    )


def _load(work: WorkList, days: int) -> Iterator[DayWork]:
    for day, visits, infusions in work.load_by_day[:days]:
        yield DayWork(day, visits, None if work.hides_doses else infusions)


def _to_open(plan: Plan, due: Sequence[WorkRow]) -> Iterator[tuple[str, Msg]]:
    """How many containers are opened on the day at each site, for doses with containers of the lots."""
    if plan.is_blinded or plan.composition.lots is None:
        return
    counts: dict[str, int] = {}
    for row in due:
        for dose in due_doses(plan, row.subject, row.visit) if row.doses else ():
            for lot in dose.taken:
                counts[row.site] = counts.get(row.site, 0) + len(lot.containers)
    for site, count in sorted(counts.items()):
        yield site, plural("{n} container", "{n} containers", count)


def _shortages(plan: Plan, site: str) -> Iterator[Shortage]:
    """The first day of each site on which the lots at hand don't cover its doses."""
    missing: dict[str, dict[int, list[Amount]]] = {}
    for schedule in plan.schedules if plan.composition.lots is not None else ():
        doses, prepared = schedule.doses, schedule.prepared
        for row in range(len(doses)):
            place = int(prepared.place[row])
            short = prepared.preparations[place].short if place >= 0 else None
            own = schedule.cohort.sites[int(doses.subject[row])]
            if short is not None and site in {"", own}:
                day = int(doses.day[row].astype("int64"))
                missing.setdefault(own, {}).setdefault(day, []).append(short)
    for own, days in sorted(missing.items()):
        first = min(days)
        count = sum(len(one) for one in days.values())
        amounts = days[first]
        total = short_words(Amount(sum((one.value for one in amounts), amounts[0].value * 0), amounts[0].unit))
        same = all(one.unit == amounts[0].unit for one in amounts)
        yield Shortage(own, as_date(first), total if same else "", plural("{n} dose", "{n} doses", count))


def show_today(site: Site, ask: Ask) -> Response:
    """The page of today."""
    asked = ask.query.get("days", "")
    days = int(asked) if asked in {str(one) for one in DAYS} else DAYS[0]
    with site.opened.lock:
        most = MOST_LISTED if ask.query.get("all") != "yes" else _ALL
        view = today_view(site.plan(), days, ask.query.get("site", ""), most)
    title = Msg("Today, {day}", day=view.day)
    return site.show(ask, "today.html", {"view": view, "periods": DAYS}, title, nav="today")
