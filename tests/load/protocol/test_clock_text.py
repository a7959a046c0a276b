"""A moment on a site's clock."""

from __future__ import annotations

import pytest

from dosecal.load.protocol.clock_text import read_moment, read_zone
from dosecal.model.problems import RefusedError

MADRID = read_zone("Europe/Madrid")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-06-01 10:00", "2026-06-01T10:00+02:00"),
        ("2026-12-01T10:00", "2026-12-01T10:00+01:00"),
        ("2026-10-25 02:30+02:00", "2026-10-25T02:30+02:00"),
        ("2026-10-25 02:30+01:00", "2026-10-25T02:30+01:00"),
    ],
)
def test_moment_is_read(text: str, moment: str) -> None:
    assert read_moment(text, MADRID).isoformat(timespec="minutes") == moment


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2026-10-25 02:30", "write 2026-10-25 02:30+02:00 or 2026-10-25 02:30+01:00"),
        ("2026-03-29 02:30", "the clock skips this time there"),
        ("2026-02-30 10:00", "there is no such day or time"),
        ("10:00", ""),
        ("01/06/2026 10:00", ""),
    ],
)
def test_time_with_two_or_no_meanings_is_refused(text: str, hint: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_moment(text, MADRID)
    assert refused.value.hint.endswith(hint)


@pytest.mark.parametrize("text", ["Madrid", "", "../etc/passwd", "Europe"])
def test_unknown_zone_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        read_zone(text)
