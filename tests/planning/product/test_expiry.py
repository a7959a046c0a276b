"""Hours after thaw are hours that pass, whatever the clock on the wall does."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dosecal.model.moments import UseTimes
from dosecal.model.preparation import Verdict
from dosecal.planning.product.expiry import check_use, use_before
from tests.planning.product.test_product import prepared

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


def times(thawed: str = "", start: str = "", end: str = "") -> UseTimes:
    def moment(text: str) -> datetime | None:
        return datetime.fromisoformat(text).replace(tzinfo=MADRID) if text else None

    return UseTimes(moment(thawed), moment(start), moment(end))


@pytest.mark.parametrize(
    ("rate", "start", "verdict", "minutes"),
    [
        # thawed at 9:00 and used within 3 h: it expires at 12:00
        ("{over: 60 min}", "2026-06-01T10:30", Verdict.WITHIN, 30),
        ("{over: 60 min}", "2026-06-01T11:00", Verdict.WITHIN, 0),
        ("{over: 60 min}", "2026-06-01T11:01", Verdict.BEYOND, 1),
        ("{over: 60 to 80 min}", "2026-06-01T10:40", Verdict.WITHIN, 0),
        ("{over: 60 to 80 min}", "2026-06-01T10:50", Verdict.UNKNOWN, None),  # 11:50 or 12:10
        ("{over: 60 to 80 min}", "2026-06-01T11:05", Verdict.BEYOND, 5),
        ("{over: 60 to 80 min, aim: 75 min}", "2026-06-01T10:45", Verdict.WITHIN, 0),
        ("{at_most: 100 mL/h}", "2026-06-01T10:00", Verdict.UNKNOWN, None),  # at least 60 min
        ("{at_most: 100 mL/h}", "2026-06-01T11:10", Verdict.BEYOND, 10),
        ("none stated", "2026-06-01T10:00", Verdict.UNKNOWN, None),
        ("none stated", "2026-06-01T12:30", Verdict.BEYOND, 30),  # it begins too late, however long it takes
    ],
)
def test_end_of_an_infusion_of_100_ml_beside_the_expiry(
    rate: str, start: str, verdict: Verdict, minutes: int | None
) -> None:
    worked = prepared("concentration: 1 mg/mL", f"dose: 100 mg\nrate: {rate}").rate
    use = check_use(180, times("2026-06-01T09:00", start), worked)
    assert use.verdict is verdict
    assert use.by == (None if minutes is None else timedelta(minutes=minutes))


def test_given_end_stands_before_the_rate() -> None:
    worked = prepared("concentration: 1 mg/mL", "dose: 100 mg\nrate: {over: 60 min}").rate
    use = check_use(180, times("2026-06-01T09:00", "2026-06-01T10:00", "2026-06-01T12:20"), worked)
    assert (use.verdict, use.by) == (Verdict.BEYOND, timedelta(minutes=20))


def test_hours_between_thaw_and_end_are_hours_that_pass() -> None:
    # the clock goes from 2 to 3: 1:00 and three hours are 5:00; an infusion from 3:30 to 4:30 ends 30 min before
    worked = prepared("concentration: 1 mg/mL", "dose: 100 mg\nrate: {over: 60 min}").rate
    use = check_use(180, times("2026-03-29T01:00", "2026-03-29T03:30"), worked)
    assert (use.verdict, use.by) == (Verdict.WITHIN, timedelta(minutes=30))
    # the clock goes from 3 to 2: 1:00 and three hours are 3:00; from 2:30 (the first) 60 min end at 2:30 (the second)
    use = check_use(180, times("2026-10-25T01:00", "2026-10-25T02:30"), worked)
    assert (use.verdict, use.by) == (Verdict.WITHIN, timedelta(minutes=30))


def test_setting_that_is_rounded_down_takes_longer() -> None:
    # 100 mL in 70 min are 85.714 mL/h, set to 85.7: 70.0117 min, 4,201 s rounded up
    worked = prepared("concentration: 1 mg/mL", "dose: 100 mg\nrate: {over: 70 min}").rate
    use = check_use(180, times("2026-06-01T09:00", "2026-06-01T10:00"), worked)
    assert use.latest_end is not None
    assert use.latest_end.isoformat() == "2026-06-01T11:10:01+02:00"


def test_without_a_thaw_the_earliest_one_is_said_and_nothing_judged() -> None:
    worked = prepared("concentration: 1 mg/mL", "dose: 100 mg\nrate: {over: 60 min}").rate
    use = check_use(180, times(start="2026-06-01T11:00"), worked)
    assert (use.use_before, use.verdict) == (None, None)
    assert use.thaw_not_before is not None
    assert use.thaw_not_before.isoformat(timespec="minutes") == "2026-06-01T09:00+02:00"


def test_without_a_start_nothing_is_judged() -> None:
    use = check_use(180, times("2026-06-01T09:00"), None)
    assert (use.verdict, use.earliest_end, use.latest_end) == (None, None, None)


def test_setting_that_is_rounded_up_ends_nothing_earlier() -> None:
    # 100 mL in 72 h are 1.388… mL/h, set to 1.4: the end stays where the protocol has it
    worked = prepared("concentration: 1 mg/mL", "dose: 100 mg\nrate: {over: 72 h}").rate
    use = check_use(5000, times("2026-06-01T09:00", "2026-06-01T10:00"), worked)
    assert use.latest_end is not None
    assert use.latest_end.isoformat() == "2026-06-04T10:00:00+02:00"


def test_rate_of_the_dose_has_one_end_whatever_its_limit_allows() -> None:
    # 100 mg at 50 mg an hour: two hours, though 100 mL/h would be allowed
    worked = prepared("concentration: 1 mg/mL", "dose: 100 mg\nrate: {give: 50 mg/h, at_most: 100 mL/h}").rate
    use = check_use(180, times("2026-06-01T09:00", "2026-06-01T10:00"), worked)
    assert use.earliest_end == use.latest_end
    assert (use.verdict, use.by) == (Verdict.WITHIN, timedelta(0))


def test_least_rate_alone_has_a_latest_end_and_no_earliest() -> None:
    # 100 mL at 100 mL/h or more: within an hour
    worked = prepared("concentration: 1 mg/mL", "dose: 100 mg\nrate: {at_least: 100 mL/h}").rate
    use = check_use(180, times("2026-06-01T09:00", "2026-06-01T10:30"), worked)
    assert use.earliest_end is None
    assert (use.verdict, use.by) == (Verdict.WITHIN, timedelta(minutes=30))


@pytest.mark.parametrize(
    ("rate", "start", "why"),
    [
        ("{over: 60 to 80 min}", "2026-06-01T11:00", "it depends on the rate"),  # 12:00, the last moment, or 12:20
        ("none stated", "2026-06-01T12:00", "how long the infusion takes is not known"),
        ("{at_most: 100 mL/h}", "2026-06-01T11:00", "it depends on the rate"),
    ],
)
def test_end_at_the_last_moment_is_not_too_late(rate: str, start: str, why: str) -> None:
    worked = prepared("concentration: 1 mg/mL", f"dose: 100 mg\nrate: {rate}").rate
    use = check_use(180, times("2026-06-01T09:00", start), worked)
    assert (use.verdict, use.by, use.why) == (Verdict.UNKNOWN, None, why)
