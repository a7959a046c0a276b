"""A local time as people write it to a moment on the absolute clock.

Conventions: a zone is a name of the IANA database. A time that its clocks skip is refused, and so is one that they show
twice, unless its offset from UTC is written beside it: nobody picks one of the two.

Reference:
    IANA Time Zone Database, through Python's ``zoneinfo``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dosecal.model.days import read_date
from dosecal.model.problems import RefusedError
from dosecal.model.regex import regex

if TYPE_CHECKING:
    from datetime import tzinfo

_MOMENT = regex(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]((?:[01][0-9]|2[0-3]):[0-5][0-9])([+-][01][0-9]:[0-5][0-9])?", re.ASCII
)
_EXPECTED = 'a local time such as "2026-03-09T08:30"'


def read_zone(text: str) -> ZoneInfo:
    """A time zone of the IANA database.

    Raises:
        RefusedError: If there is no such zone.
    """
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RefusedError('a time zone such as "Europe/Madrid"') from None


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
    read_date(match[1])
    naive = datetime.fromisoformat(f"{match[1]}T{match[2]}")
    moments = {naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    shown = sorted(one for one in moments if one.astimezone(zone).replace(tzinfo=None) == naive)
    if match[3]:
        moment = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3]}").astimezone(UTC)
        if moment not in shown:
            raise RefusedError(_EXPECTED, "the zone does not have this offset then")
        return moment
    if not shown:
        raise RefusedError(f"{_EXPECTED}, which the clocks show", "they skip this one, going forward")
    if len(shown) > 1:
        both = " or ".join(text + one.astimezone(zone).isoformat()[-6:] for one in shown)
        raise RefusedError(f"{_EXPECTED}, with its offset from UTC", f"the clocks show it twice: {both}")
    return shown[0]
