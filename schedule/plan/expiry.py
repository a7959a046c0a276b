"""Until when a thawed product may be used: on an absolute clock, so that no change to summer time shifts it.

Conventions: moments carry their zone; hours after thaw are hours that pass, not hours of the wall clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def use_before(thawed: datetime, minutes: int) -> datetime:
    """The moment so many minutes after thaw, in the zone of the thaw.

    Args:
        thawed: The moment of thaw, with its zone.
        minutes: The minutes that may pass, above 0.

    Raises:
        ValueError: If the moment has no zone.
    """
    if thawed.tzinfo is None:
        message = "a moment of thaw has a zone"
        raise ValueError(message)
    return (thawed.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(thawed.tzinfo)
