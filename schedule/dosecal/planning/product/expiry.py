"""Until when a thawed product may be used: on an absolute clock, so that no change to summer time shifts it.

Conventions: moments carry their zone; hours after thaw are hours that pass, not hours of the wall clock. An infusion
that ends exactly when the product expires is still in time. A time that is not known is not filled in: what depends on
it is "not known".
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.messages import NOTHING, Msg
from dosecal.model.preparation import UseCheck, Verdict

if TYPE_CHECKING:
    from dosecal.model.moments import UseTimes
    from dosecal.model.preparation import WorkedRate


def use_before(thawed: datetime, minutes: int) -> datetime:
    """The moment so many minutes after thaw, in the zone of the thaw.

    Args:
        thawed: The moment of thaw, with its zone.
        minutes: The minutes that may pass, above 0.

    Raises:
        ValueError: If the moment has no zone.
    """
    return _later(thawed, timedelta(minutes=minutes))


def _later(moment: datetime, by: timedelta) -> datetime:
    """The moment so much later on the absolute clock, in its own zone."""
    if moment.tzinfo is None:
        message = "a moment of thaw has a zone"
        raise ValueError(message)
    return (moment.astimezone(UTC) + by).astimezone(moment.tzinfo)


def check_use(minutes: int, times: UseTimes, rate: WorkedRate | None) -> UseCheck:
    """Whether an infusion ends before its product expires.

    Args:
        minutes: The minutes after thaw in which the product is used.
        times: The times that are known.
        rate: How fast the infusion runs; None where that is not known.
    """
    expiry = None if times.thawed is None else use_before(times.thawed, minutes)
    earliest, latest = _ends(times, rate)
    not_before = None if latest is None else _later(latest, -timedelta(minutes=minutes))
    verdict, by, why = _verdict(expiry, times, earliest, latest)
    return UseCheck(times, expiry, earliest, latest, not_before, verdict, by, why)


def _ends(times: UseTimes, rate: WorkedRate | None) -> tuple[datetime | None, datetime | None]:
    """The earliest and the latest end: the one that is given, or the start and how long the infusion takes."""
    if times.end is not None:
        return times.end, times.end
    if times.start is None or rate is None:
        return None, None
    is_one = rate.rule.aim is not None or rate.rule.give is not None or rate.slowest == rate.fastest
    if is_one and rate.minutes is not None and rate.program and rate.setting:
        slower = max(rate.program / rate.setting, Fraction(1))  # a pump's setting that was rounded down takes longer
        end = _after(times.start, rate.minutes * slower)
        return end, end
    shortest, longest = rate.shortest, rate.longest
    return (
        None if shortest is None else _after(times.start, shortest),
        None if longest is None else _after(times.start, longest),
    )


def _after(start: datetime, minutes: Fraction) -> datetime:
    """So many minutes later; a part of a second counts as a whole one, so that nothing ends too early."""
    seconds = minutes * 60
    return _later(start, timedelta(seconds=-(-seconds.numerator // seconds.denominator)))


def _verdict(
    expiry: datetime | None, times: UseTimes, earliest: datetime | None, latest: datetime | None
) -> tuple[Verdict | None, timedelta | None, Msg]:
    first = earliest or times.start
    if expiry is None or first is None:
        return None, None, NOTHING
    if latest is not None and latest <= expiry:
        return Verdict.WITHIN, expiry.astimezone(UTC) - latest.astimezone(UTC), NOTHING
    if first > expiry:
        return Verdict.BEYOND, first.astimezone(UTC) - expiry.astimezone(UTC), NOTHING
    why = Msg("how long the infusion takes is not known") if earliest is None else Msg("it depends on the rate")
    return Verdict.UNKNOWN, None, why
