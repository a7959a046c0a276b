"""The times of a thawed product's use in words: when it expires, and whether the infusion ends before.

Conventions: local times with the names of day and month, the zone and its distance from UTC; lengths in hours and
minutes that pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.messages import LINE_WORDS, NOTHING, Msg, joined
from dosecal.model.preparation import Verdict
from dosecal.model.spoken import of_unit
from dosecal.report.sheets.sheet import Fact

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from dosecal.model.preparation import UseCheck


def moment_words(moment: datetime) -> Msg:
    """A local time: ``Sunday 29 March 2026, 05:30 CEST (UTC+02:00)``; with seconds where it has any."""
    offset = f"{moment:%z}"
    return Msg(
        "{day}, {clock} {zone} (UTC{offset})",
        day=moment.date(),
        clock=f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}",
        zone=moment.tzname() or "",
        offset=f"{offset[:3]}:{offset[3:5]}",
    )


def length_words(length: timedelta) -> Msg:
    """A length of time: ``45 min``, ``3 h``, ``1 h 20 min``; under a minute in seconds."""
    seconds = length.days * 86_400 + length.seconds
    if seconds < 60:  # noqa: PLR2004 - seconds in a minute
        return of_unit(str(seconds), "s")
    hours, minutes = divmod(seconds // 60, 60)
    parts = [of_unit(f"{hours:,}", "h")] * bool(hours) + [of_unit(str(minutes), "min")] * bool(minutes or not hours)
    return joined(parts, LINE_WORDS)


def use_facts(use: UseCheck) -> tuple[Fact, ...]:
    """What is known of the times; what is not known is left out."""
    times, earliest, latest = use.times, use.earliest_end, use.latest_end
    ends: list[tuple[str, Msg, datetime | None]] = [("planned_end", Msg("planned end"), latest)]
    if times.end is not None:
        ends = [("end", Msg("infusion ends"), times.end)]
    elif earliest != latest:
        ends = [("earliest_end", Msg("earliest end"), earliest), ("latest_end", Msg("latest end"), latest)]
    moments = (
        ("thawed_at", Msg("thawed at"), times.thawed),
        ("use_before", Msg("expires at"), use.use_before),
        ("start", Msg("infusion begins"), times.start),
        *ends,
        ("thaw_not_before", Msg("thaw not before"), use.thaw_not_before if times.thawed is None else None),
    )
    facts = [Fact(key, name, moment_words(moment)) for key, name, moment in moments if moment is not None]
    said = verdict_words(use)
    return (*facts, Fact("in_time", Msg("ends before expiry"), said)) if said else tuple(facts)


def verdict_words(use: UseCheck) -> Msg:
    """Whether the infusion ends before the product expires, and by how much; empty where no start is known."""
    if use.verdict is None:
        return NOTHING
    if use.verdict is Verdict.UNKNOWN:
        return Msg("not known: {why}", why=use.why)
    by = length_words(use.by) if use.by else Msg("no time")
    if use.verdict is Verdict.WITHIN:
        return Msg("yes, {length} before", length=by) if use.by else Msg("yes, exactly then")
    if use.earliest_end is None:
        return Msg("NO: it begins {length} after", length=by)
    return Msg("NO: it ends {length} after", length=by)
