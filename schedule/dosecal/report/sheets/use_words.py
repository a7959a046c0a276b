"""The times of a thawed product's use in words: when it expires, and whether the infusion ends before.

Conventions: local times with the names of day and month, the zone and its distance from UTC; lengths in hours and
minutes that pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.preparation import Verdict
from dosecal.report.sheets.sheet_words import date_words

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from dosecal.model.preparation import UseCheck


def moment_words(moment: datetime) -> str:
    """A local time: ``Sunday 29 March 2026, 05:30 CEST (UTC+02:00)``; with seconds where it has any."""
    clock = f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
    offset = f"{moment:%z}"
    return f"{date_words(moment.date())}, {clock} {moment.tzname()} (UTC{offset[:3]}:{offset[3:5]})"


def length_words(length: timedelta) -> str:
    """A length of time: ``45 min``, ``3 h``, ``1 h 20 min``; under a minute in seconds."""
    seconds = length.days * 86_400 + length.seconds
    if seconds < 60:  # noqa: PLR2004 - seconds in a minute
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    parts = [f"{hours:,} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes or not hours)
    return " ".join(parts)


def use_facts(use: UseCheck) -> tuple[tuple[str, str, str], ...]:
    """What is known of the times, each as id, name and words; what is not known is left out."""
    times, earliest, latest = use.times, use.earliest_end, use.latest_end
    ends: list[tuple[str, str, datetime | None]] = [("planned_end", "planned end", latest)]
    if times.end is not None:
        ends = [("end", "infusion ends", times.end)]
    elif earliest != latest:
        ends = [("earliest_end", "earliest end", earliest), ("latest_end", "latest end", latest)]
    moments = (
        ("thawed_at", "thawed at", times.thawed),
        ("use_before", "expires at", use.use_before),
        ("start", "infusion begins", times.start),
        *ends,
        ("thaw_not_before", "thaw not before", use.thaw_not_before if times.thawed is None else None),
    )
    facts = [(key, name, moment_words(moment)) for key, name, moment in moments if moment is not None]
    said = verdict_words(use)
    return (*facts, ("in_time", "ends before expiry", said)) if said else tuple(facts)


def verdict_words(use: UseCheck) -> str:
    """Whether the infusion ends before the product expires, and by how much; empty where no start is known."""
    if use.verdict is None or use.verdict is Verdict.UNKNOWN:
        return "" if use.verdict is None else f"not known: {use.why}"
    by = length_words(use.by) if use.by else "no time"
    if use.verdict is Verdict.WITHIN:
        return f"yes, {by} before" if use.by else "yes, exactly then"
    what = "it begins" if use.earliest_end is None else "it ends"
    return f"NO: {what} {by} after"
