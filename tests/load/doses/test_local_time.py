"""A local time is one moment, or it is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dosecal.load.doses.local_time import read_moment, read_zone
from dosecal.model.problems import RefusedError

MADRID, MEXICO = ZoneInfo("Europe/Madrid"), ZoneInfo("America/Mexico_City")


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-03-09T08:30", MEXICO, datetime(2026, 3, 9, 14, 30, tzinfo=UTC)),
        ("2026-03-09 08:30", MEXICO, datetime(2026, 3, 9, 14, 30, tzinfo=UTC)),
        ("2026-07-09T08:30", MEXICO, datetime(2026, 7, 9, 14, 30, tzinfo=UTC)),  # no summer time since 2022
        ("2026-03-09T08:30", MADRID, datetime(2026, 3, 9, 7, 30, tzinfo=UTC)),
        ("2026-07-09T08:30", MADRID, datetime(2026, 7, 9, 6, 30, tzinfo=UTC)),
        ("2026-10-25T02:30+02:00", MADRID, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30+01:00", MADRID, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_local_time_is_a_moment(text: str, zone: ZoneInfo, moment: datetime) -> None:
    assert read_moment(text, zone) == moment


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2026-10-25T02:30", "the clocks show it twice: 2026-10-25T02:30+02:00 or 2026-10-25T02:30+01:00"),
        ("2026-03-29T02:30", "they skip this one, going forward"),
        ("2026-03-09T08:30-05:00", "the zone does not have this offset then"),
        ("2026-03-09T8:30", ""),
        ("2026-03-09T24:00", ""),
        ("2026-03-09T08:30:15", ""),
        ("2026-03-09T08:30Z", ""),
        ("2026-02-30T08:30", ""),
        ("", ""),
    ],
)
def test_other_time_is_refused(text: str, hint: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read_moment(text, MADRID)
    assert caught.value.hint == hint


@pytest.mark.parametrize("text", ["Madrid", "", "../etc/passwd", "Europe"])
def test_unknown_zone_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        read_zone(text)
