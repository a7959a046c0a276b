"""A moment on a site's clock, from text: a local time and its zone, with one meaning.

Conventions: a zone is a name of the IANA database; a local time that a change of the clock skips does not exist, and
one that it repeats is two moments: both are refused, unless the text says its distance from UTC.

Reference:
    IANA Time Zone Database, through Python's ``zoneinfo``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dosecal.model.problems import RefusedError
from dosecal.model.regex import regex

_LOCAL = regex(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", re.ASCII)
_ABSOLUTE = regex(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}[+-]\d{2}:\d{2}", re.ASCII)

TIME_EXPECTED = 'a local time such as "2026-03-29 01:30"'
ZONE_EXPECTED = 'a time zone such as "Europe/Madrid"'


def read_zone(text: str) -> ZoneInfo:
    """A time zone of the IANA database.

    Raises:
        RefusedError: If there is no such zone.
    """
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RefusedError(ZONE_EXPECTED) from None


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """A moment in a zone.

    Raises:
        RefusedError: If the text is no such time, or a local time that the clock skips or shows twice.
    """
    is_absolute = _ABSOLUTE.fullmatch(text) is not None
    if not is_absolute and _LOCAL.fullmatch(text) is None:
        raise RefusedError(TIME_EXPECTED)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RefusedError(TIME_EXPECTED, "there is no such day or time") from None
    if is_absolute:
        return moment.astimezone(zone)
    first = moment.replace(tzinfo=zone, fold=0)
    second = moment.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        raise RefusedError(TIME_EXPECTED, "the clock skips this time there")
    offsets = " or ".join(f"{text}{one.strftime('%z')[:3]}:{one.strftime('%z')[3:]}" for one in (first, second))
    raise RefusedError(TIME_EXPECTED, f"the clock shows this time twice: write {offsets}")
