"""A calendar is gone on from only if this program wrote it, for the same study, subjects and parts."""

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
END:VEVENT
END:VCALENDAR
""".replace(b"\n", b"\r\n")


def read(content: bytes, name: str = "before.ics", scope: str = "here") -> PreviousEvents:
    return read_previous((ExportFile(name, content),), scope)


def refusal(content: bytes, scope: str = "here") -> str:
    with pytest.raises(CohortError) as caught:
        read(content, scope=scope)
    return str(caught.value)


def test_event_is_read_as_it_was_written() -> None:
    event = read(GOOD).events["one"]
    assert (event.sequence, event.day.isoformat(), event.summary) == (3, "2026-03-02", "1: Day 1")
    assert (event.text, event.location, event.status) == ("Window, stated\nStudy", "", "TENTATIVE")


def test_without_files_there_is_nothing_before() -> None:
    assert read_previous((), "here").events == {}


def test_later_revision_of_two_files_counts() -> None:
    older = GOOD.replace(b"SEQUENCE:3", b"SEQUENCE:2").replace(b"Day 1", b"Day 2")
    for files in ((GOOD, older), (older, GOOD)):
        found = read_previous(tuple(ExportFile(f"{k}.ics", one) for k, one in enumerate(files)), "here")
        assert found.events["one"].summary == "1: Day 1"


@pytest.mark.parametrize(
    "content", [b"", b"nothing", b"BEGIN:VCARD\r\nEND:VCARD\r\n", b"\xff\xfe\x00", GOOD[:-50], GOOD + GOOD]
)
def test_what_is_no_calendar_is_refused(content: bytes) -> None:
    assert refusal(content).startswith("before.ics:")
    assert refusal(content)[-6:] in {"[X103]", "[X104]"}


def test_calendar_of_another_program_is_refused_at_its_line() -> None:
    message = refusal(GOOD.replace(b"-//dosecal//", b"-//Somebody//"))
    assert message == (
        'before.ics:3: expected a calendar that begins with "PRODID:-//dosecal//dosecal …", '
        'got "-//Somebody//dosecal 0.1.0//EN" [X104]'
    )


def test_calendar_of_another_study_is_refused_at_its_line() -> None:
    message = refusal(GOOD, scope="there")
    assert message == (
        "before.ics:4: expected a calendar of the same study, subjects and --per, got another one [X105]"
    )


def test_problem_of_an_event_is_told_at_its_line() -> None:
    second = GOOD[GOOD.index(b"BEGIN:VEVENT") : GOOD.index(b"END:VCALENDAR")].replace(b"SEQUENCE:3", b"SEQUENCE:x")
    message = refusal(GOOD.replace(b"END:VCALENDAR", second + b"END:VCALENDAR"))
    assert message == (
        "before.ics:15: expected an event with UID, SEQUENCE, DTSTART, SUMMARY, STATUS, for a whole day, "
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
        (b"UID:one\r\n", b""),
        (b"SEQUENCE:3\r\n", b""),
        (b"SEQUENCE:3", b"SEQUENCE:-1"),
        (b"SEQUENCE:3", b"SEQUENCE:many"),
        (b"SEQUENCE:3", b"SEQUENCE:3\r\nSEQUENCE:4"),
        (b"SUMMARY:1: Day 1", b"SUMMARY:a\r\nSUMMARY:b"),
        (b"DTSTART;VALUE=DATE:20260302", b"DTSTART:20260302T100000Z"),
        (b"DTSTART;VALUE=DATE:20260302", b"DTSTART;VALUE=DATE:20260231"),
        (b"DTSTART;VALUE=DATE:20260302", b"DTSTART;VALUE=DATE:99991231"),
        (b"END:VEVENT\r\n", b"BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT\r\nBEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\n"),
    ],
)
def test_event_that_is_not_as_it_was_written_is_refused(old: bytes, new: bytes) -> None:
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
