"""A calendar is gone on from as it was written or as a server gives it back; one of something else is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.exchange.preset import ExportFile
from dosecal.exchange.previous_calendars import read_previous
from dosecal.model.problems import CohortError

if TYPE_CHECKING:
    from dosecal.exchange.previous_calendars import PreviousEvents

GOOD = b"""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//dosecal//dosecal 0.1.0//EN
X-DOSECAL-SCOPE:here
BEGIN:VEVENT
UID:one
SEQUENCE:3
DTSTAMP:20260309T000000Z
DTSTART;VALUE=DATE:20260302
DTEND;VALUE=DATE:20260303
SUMMARY:1: Day 1
DESCRIPTION:Window\\, stated\\nStudy
STATUS:TENTATIVE
X-DOSECAL-SCOPE:here
END:VEVENT
END:VCALENDAR
""".replace(b"\n", b"\r\n")


def read(
    content: bytes, name: str = "before.ics", scope: str = "here", planned: tuple[str, ...] = ()
) -> PreviousEvents:
    return read_previous((ExportFile(name, content),), scope, planned)


def refusal(content: bytes, scope: str = "here") -> str:
    with pytest.raises(CohortError) as caught:
        read(content, scope=scope)
    return str(caught.value)


def test_event_is_read_as_it_was_written() -> None:
    event = read(GOOD).events["one"]
    assert (event.sequence, event.day.isoformat(), event.summary) == (3, "2026-03-02", "1: Day 1")
    assert (event.text, event.location, event.status) == ("Window, stated\nStudy", "", "TENTATIVE")
    assert (event.stamp, event.is_whole_day) == ("20260309T000000Z", True)


def test_without_files_there_is_nothing_before() -> None:
    assert read_previous((), "here", ()).events == {}


def test_later_revision_of_two_files_counts() -> None:
    older = GOOD.replace(b"SEQUENCE:3", b"SEQUENCE:2").replace(b"Day 1", b"Day 2")
    for files in ((GOOD, older), (older, GOOD)):
        found = read_previous(tuple(ExportFile(f"{k}.ics", one) for k, one in enumerate(files)), "here", ())
        assert found.events["one"].summary == "1: Day 1"


@pytest.mark.parametrize(
    "content", [b"", b"nothing", b"BEGIN:VCARD\r\nEND:VCARD\r\n", b"\xff\xfe\x00", GOOD[:-50], GOOD + b"more"]
)
def test_what_is_no_calendar_is_refused(content: bytes) -> None:
    assert refusal(content).startswith("before.ics:")
    assert refusal(content).endswith("[X103]")


def test_calendar_with_nothing_of_ours_is_refused() -> None:
    message = refusal(GOOD.replace(b"X-DOSECAL-SCOPE:here\r\n", b""))
    assert message == ("before.ics: expected a calendar with events of this export, got 1 of others alone [X104]")
    assert read(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n").events == {}  # a server's, still empty


def test_calendar_that_was_written_before_events_had_a_scope_is_gone_on_from() -> None:
    older = GOOD.replace(b"X-DOSECAL-SCOPE:here\r\nEND:VEVENT", b"END:VEVENT")
    assert list(read(older).events) == ["one"]


THEIRS = b"""\
BEGIN:VEVENT
UID:theirs
DTSTART;TZID=Europe/Berlin:20260302T090000
SUMMARY:Team meeting
RRULE:FREQ=WEEKLY
END:VEVENT
BEGIN:VTODO
UID:task
SUMMARY:Order forms
END:VTODO
"""
SERVED = b"""\
\xef\xbb\xbfBEGIN:VCALENDAR
PRODID:-//A server//9.9//EN
VERSION:2.0
X-WR-CALNAME:Visits
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19961027T030000
END:STANDARD
END:VTIMEZONE
begin:vevent
x-dosecal-scope:here
X-SERVER-ETAG:17
LAST-MODIFIED:20260310T101112Z
status:tentative
DESCRIPTION;X-P="a:b;c":Window\\, stated\\NStudy
DTSTART;VALUE=DATE:20260302
DTSTAMP:20260309T000000Z
SUM
 MARY:1\\: Day
\t 1
UID:one
SEQUENCE:3
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Reminder
SUMMARY:Reminder
END:VALARM
end:vevent
END:VCALENDAR
"""


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_calendar_that_comes_back_from_a_server_is_read_as_it_was_written(line_end: bytes) -> None:
    served = SERVED.replace(b"1\\: Day", b"1: Day").replace(b"END:VCALENDAR", THEIRS + b"END:VCALENDAR")
    found = read(served.replace(b"\n", line_end))
    assert found.events == read(GOOD).events
    assert found.others == ["Team meeting", "Order forms"]


def test_character_that_is_cut_by_a_fold_is_joined() -> None:
    served = GOOD.replace(b"Day 1", "niño".encode()).replace("ñ".encode(), b"\xc3\r\n \xb1")
    assert read(served).events["one"].summary == "1: niño"


def test_event_without_a_scope_is_known_by_its_uid() -> None:
    bare = GOOD.replace(b"X-DOSECAL-SCOPE:here\r\n", b"").replace(b"SEQUENCE:3\r\n", b"")
    event = read(bare, planned=("one",)).events["one"]
    assert (event.sequence, event.summary) == (0, "1: Day 1")


def test_event_that_somebody_moved_to_an_hour_is_another_one_than_ours() -> None:
    moved = GOOD.replace(b"DTSTART;VALUE=DATE:20260302", b"DTSTART;TZID=Europe/Berlin:20260302T090000")
    event = read(moved).events["one"]
    assert (event.day.isoformat(), event.is_whole_day) == ("2026-03-02", False)
    assert event.content != read(GOOD).events["one"].content


def test_day_of_a_series_is_no_event_of_its_own() -> None:
    copy = GOOD[GOOD.index(b"BEGIN:VEVENT") : GOOD.index(b"END:VCALENDAR")]
    other = copy.replace(b"SUMMARY:", b"RECURRENCE-ID;VALUE=DATE:20260302\r\nSUMMARY:Moved ")
    found = read(GOOD.replace(b"END:VCALENDAR", other + b"END:VCALENDAR"))
    assert (found.events["one"].summary, found.others) == ("1: Day 1", [])


def test_calendar_of_another_study_is_refused_at_its_line() -> None:
    message = refusal(GOOD, scope="there")
    assert message == (
        "before.ics:4: expected a calendar of the same study, subjects and --per, got another one [X105]"
    )


def test_problem_of_an_event_is_told_at_its_line() -> None:
    second = GOOD[GOOD.index(b"BEGIN:VEVENT") : GOOD.index(b"END:VCALENDAR")].replace(b"SEQUENCE:3", b"SEQUENCE:x")
    message = refusal(GOOD.replace(b"END:VCALENDAR", second + b"END:VCALENDAR"))
    assert message == (
        "before.ics:16: expected an event with a UID, a day in DTSTART and a whole number in SEQUENCE, "
        'got the SEQUENCE "x" [X103]'
    )


def test_lines_that_are_folded_anywhere_are_read() -> None:
    folded = GOOD.replace(b"SUMMARY:1: Day 1", b"SUM\r\n MARY:1: D\r\n\tay 1").replace(
        b"BEGIN:VEVENT", b"BEGIN:VE\r\n VENT"
    )
    assert read(folded).events["one"].summary == "1: Day 1"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"SEQUENCE:3", b"SEQUENCE:-1"),
        (b"SEQUENCE:3", b"SEQUENCE:many"),
        (b"SEQUENCE:3", b"SEQUENCE:3\r\nSEQUENCE:4"),
        (b"SUMMARY:1: Day 1", b"SUMMARY:a\r\nSUMMARY:b"),
        (b"DTSTART;VALUE=DATE:20260302", b"DTSTART;VALUE=DATE:20260231"),
        (b"DTSTART;VALUE=DATE:20260302", b"DTSTART;VALUE=DATE:99991231"),
        (b"DTSTART;VALUE=DATE:20260302\r\n", b""),
        (b"END:VEVENT\r\n", b"END:VTODO\r\n"),
    ],
)
def test_event_that_nobody_can_go_on_from_is_refused(old: bytes, new: bytes) -> None:
    message = refusal(GOOD.replace(old, new))
    assert message.startswith("before.ics:")
    assert message.endswith("[X103]")


@given(
    st.integers(0, len(GOOD)),
    st.integers(0, 12),
    st.binary(max_size=6) | st.sampled_from((b"\r\n", b":", b";", b"\r\n ")),
)
def test_no_change_of_a_file_is_a_traceback(start: int, length: int, new: bytes) -> None:
    try:
        read(GOOD[:start] + new + GOOD[start + length :])
    except CohortError as error:
        assert all(problem.code in {"X103", "X104", "X105"} for problem in error.problems)  # noqa: PT017 - either may be
