"""A local time as people write it to a moment on the absolute clock.

Conventions: a time that the clocks skip is refused, and so is one that they show twice, unless its offset from UTC is
written beside it: nobody picks one of the two.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from dosecal.model.days import as_date, read_date
from dosecal.model.problems import RefusedError
from dosecal.model.regex import regex

if TYPE_CHECKING:
    from datetime import tzinfo

_MOMENT = regex(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):([0-5][0-9])(?:([+-])([01][0-9]):([0-5][0-9]))?", re.ASCII
)
_EXPECTED = 'a local time such as "2026-03-09T08:30"'


def read_moment(text: str, zone: tzinfo) -> datetime:
    """The moment, in UTC, of a local time in a zone.

    Args:
        text: Date and time of day to the minute; an offset such as ``-05:00`` may follow.
        zone: The zone.

    Raises:
        RefusedError: If the text is no such time, if the zone never shows it, or if it shows it twice.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise RefusedError(_EXPECTED)
    day = as_date(read_date(match[1]))
    naive = datetime(day.year, day.month, day.day, int(match[2]), int(match[3]))  # noqa: DTZ001 - its zone is found below
    shown = _moments(naive, zone)
    if match[4]:
        offset = timedelta(hours=int(match[5]), minutes=int(match[6])) * (1 if match[4] == "+" else -1)
        moment = naive.replace(tzinfo=timezone(offset)).astimezone(UTC)
        if moment not in shown:
            raise RefusedError(_EXPECTED, "the zone does not have this offset then")
        return moment
    if not shown:
        raise RefusedError(f"{_EXPECTED}, which the clocks show", "they skip this one, going forward")
    if len(shown) > 1:
        both = " or ".join(f"{text}{_offset(one, zone)}" for one in shown)
        raise RefusedError(f"{_EXPECTED}, with its offset from UTC", f"the clocks show it twice: {both}")
    return shown[0]


def _moments(naive: datetime, zone: tzinfo) -> list[datetime]:
    """The moments at which a zone shows a local time: one, none, or two."""
    moments = [naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    there = [one for one in dict.fromkeys(moments) if one.astimezone(zone).replace(tzinfo=None) == naive]
    return sorted(there)


def _offset(moment: datetime, zone: tzinfo) -> str:
    text = moment.astimezone(zone).strftime("%z")
    return f"{text[:3]}:{text[3:]}"
