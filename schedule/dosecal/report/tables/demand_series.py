"""What a plan needs as series over time, with the empty periods between, for a picture."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from dosecal.model.messages import COMMA, NOTHING, Msg, joined, msgid, named
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from dosecal.model.demand import Demand

MOST_PANELS = 12
"""So many products and sites are drawn; beyond, the sites of a product are drawn together."""
_DAYS = {"day": 1, "week": 7}


class SiteSeries(Struct, frozen=True):
    """One panel.

    Attributes:
        title: The product and the site.
        starts: The first day of each period, without a gap.
        doses: The planned doses of each.
        not_covered: Those that no lot covers; None where no lots are given.
        runs_out: The day of the first dose that is not covered; None where there is none.
    """

    title: Msg
    starts: tuple[date, ...]
    doses: tuple[int, ...]
    not_covered: tuple[int, ...] | None
    runs_out: date | None


class DemandSeries(Struct, frozen=True):
    """All panels.

    Attributes:
        head: The study, its version and digest.
        foot: What made it.
        by: ``day`` or ``week``.
        panels: By product, then site.
    """

    head: Msg
    foot: str
    by: str
    panels: tuple[SiteSeries, ...]


def demand_series(demand: Demand, made_by: str) -> DemandSeries:
    """The series of a demand; sites are added up where there would be too many panels."""
    study = demand.protocols[0].study
    keys = list(dict.fromkeys((one.product, one.site) for one in demand.needs))
    if len(keys) > MOST_PANELS:
        keys = list(dict.fromkeys((product, "*") for product, _ in keys))
    starts = _starts(demand)
    panels = tuple(_panel(demand, product, site, starts) for product, site in sorted(keys))
    by = Msg("doses planned by day") if demand.by == "day" else Msg("doses planned by week")
    template = msgid("{study}  version {version}  file {digest}")
    file = Msg(template, study=study, version=demand.versions, digest=demand.digests)
    head = Msg("{what}: {reason}", what=file, reason=by)
    return DemandSeries(head, made_by, demand.by, panels)


def _starts(demand: Demand) -> tuple[date, ...]:
    if not demand.needs:
        return ()
    first, last = demand.needs[0].start, demand.needs[-1].start
    step = _DAYS[demand.by]
    return tuple(first + timedelta(days=step * k) for k in range((last - first).days // step + 1))


def _panel(demand: Demand, product: str, site: str, starts: tuple[date, ...]) -> SiteSeries:
    own = [one for one in demand.needs if one.product == product and site in {one.site, "*"}]
    place = {start: index for index, start in enumerate(starts)}
    doses, covered = [0] * len(starts), [0] * len(starts)
    for one in own:
        doses[place[one.start]] += one.doses
        covered[place[one.start]] += one.covered or 0
    ends = [
        one.runs_out
        for one in demand.cover
        if one.product == product and site in {one.site, "*"} and one.runs_out is not None
    ]
    label = next(one.label for protocol in demand.protocols for one in protocol.products if one.id == product)
    where = {"": NOTHING, "*": Msg("all sites")}.get(site, Msg("site {site}", site=site))
    missing = tuple(n - c for n, c in zip(doses, covered, strict=True)) if demand.has_lots else None
    return SiteSeries(
        joined((named(label, product), where), COMMA), starts, tuple(doses), missing, min(ends, default=None)
    )
