"""Hours after thaw are hours that pass, whatever the clock on the wall does."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from schedule.plan.expiry import use_before

MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("thawed", "minutes", "end"),
    [
        ("2026-06-01T10:00", 180, "2026-06-01T13:00+02:00"),
        ("2026-03-29T01:30", 180, "2026-03-29T05:30+02:00"),  # the clock goes from 2 to 3
        ("2026-10-25T01:30", 180, "2026-10-25T03:30+01:00"),  # the clock goes from 3 to 2
        ("2026-12-31T23:00", 120, "2027-01-01T01:00+01:00"),
    ],
)
def test_end_is_so_many_hours_later_on_an_absolute_clock(thawed: str, minutes: int, end: str) -> None:
    begin = datetime.fromisoformat(thawed).replace(tzinfo=MADRID)
    found = use_before(begin, minutes)
    assert found.isoformat(timespec="minutes") == end
    assert found.timestamp() - begin.timestamp() == timedelta(minutes=minutes).total_seconds()


def test_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        use_before(datetime(2026, 6, 1, 10, 0), 180)  # noqa: DTZ001 - that is what is refused
