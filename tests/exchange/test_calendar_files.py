"""Calendars are whole days that other programs read, give nothing away, and are kept up to date by later exports."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import icalendar
import ics
import pytest

from dosecal.exchange.calendar_files import uid_of
from tests.command_line import run, run_well
from tests.exchange.calendars import events_of, faults_of, held_in, store_of, values_of
from tests.followed import files

if TYPE_CHECKING:
    from pathlib import Path

VISITS = "D1: {}\nD3: {window: ±1 day}\nD8: {window: -1 to +2 days}"
# 2 March 2026 is day 1: D3 is 4 March (3 to 5 March), D8 is 9 March (8 to 11 March)
D1, D3, D8 = date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 9)


def exported(folder: Path, *options: str | Path, visits: str = VISITS, **more: str) -> bytes:
    """The calendar of one subject, with id 1, as of 10 March 2026, as it comes out of the command."""
    protocol, subjects, *_ = files(folder, visits=visits, **more)
    given = ("--to", "ics", "--as-of", "2026-03-10", *options)
    return run_well("export", protocol, subjects, *given).stdout_bytes


def followed_up(folder: Path, *actuals: str, visits: str = VISITS) -> bytes:
    """The same with what happened."""
    arguments = files(folder, visits=visits, actuals=actuals)
    return run_well("export", *arguments, "--to", "ics", "--as-of", "2026-03-10").stdout_bytes


def test_visit_is_a_whole_day_and_its_end_is_the_day_after(tmp_path: Path) -> None:
    content = exported(tmp_path)
    assert [(one.first, one.last_exclusive) for one in events_of(content)] == [
        (D1, date(2026, 3, 3)),
        (D3, date(2026, 3, 5)),
        (D8, date(2026, 3, 10)),
    ]
    assert b"DTSTART;VALUE=DATE:20260302\r\nDTEND;VALUE=DATE:20260303\r\n" in content


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_another_reader_finds_the_same_days(tmp_path: Path) -> None:
    read = ics.Calendar(exported(tmp_path).decode())
    assert sorted((event.begin.date(), event.all_day, event.name) for event in read.events) == [
        (D1, True, "1: Day 1"),
        (D3, True, "1: Day 3"),
        (D8, True, "1: Day 8"),
    ]


def test_file_has_what_no_reader_insists_on(tmp_path: Path) -> None:
    content = exported(tmp_path)
    assert faults_of(content) == []
    assert values_of(content, "VERSION") == ["2.0"]
    assert re.fullmatch(r"-//dosecal//dosecal \d+\.\d+\.\d+\S*//EN", values_of(content, "PRODID")[0])
    assert values_of(content, "DTSTAMP") == ["20260310T000000Z"] * 3
    assert values_of(content, "CLASS") == ["PRIVATE"] * 3
    assert values_of(content, "SEQUENCE") == ["0"] * 3


LONG = "Besuch äöü 访视 第一天 médico, niño; día\\x"


def test_long_lines_are_folded_between_characters_and_signs_are_escaped(tmp_path: Path) -> None:
    label = " ".join([LONG] * 6)
    content = exported(tmp_path, visits=f"D1: {{label: '{label}'}}")
    assert faults_of(content) == []
    assert [one.summary for one in events_of(content)] == [f"1: {label} (D1)"]
    assert "niño\\; día\\\\x" in values_of(content, "SUMMARY")[0]


def test_bytes_are_those_that_the_library_would_write(tmp_path: Path) -> None:
    content = exported(tmp_path, visits=f"D1: {{label: '{LONG * 3}'}}\nD3: {{}}", subjects="1,control,2026-03-02")
    assert icalendar.Calendar.from_ical(content).to_ical() == content


def test_description_has_the_window_in_words_and_what_it_is_made_from(tmp_path: Path) -> None:
    content = exported(tmp_path)
    *_, event = events_of(content)
    window, status, stamp = event.description.split("\n")
    assert window == "Window: 8 March 2026 to 11 March 2026"
    assert status == "Status: planned by the protocol, not booked"
    assert re.fullmatch(r"Study TEST-1, protocol version 1\.0 \([0-9a-f]{12}\); made by dosecal \S+", stamp)
    assert "as of 10 March 2026" in values_of(content, "X-WR-CALDESC")[0]
    assert event.status == "TENTATIVE"


def test_uid_is_the_same_at_every_export_and_shows_no_one(tmp_path: Path) -> None:
    subjects = "patient-77,control,2026-03-02"
    first, again = (exported(tmp_path, subjects=subjects) for _ in range(2))
    uids = values_of(first, "UID")
    assert uids == values_of(again, "UID")
    assert len(set(uids)) == 3
    assert {UUID(uid).version for uid in uids} == {5}
    assert not any("77" in uid and "patient" in uid for uid in uids)
    assert uids[0] == uid_of("TEST-1", "patient-77", "D1")


def test_uids_of_ids_that_run_together_differ() -> None:
    assert uid_of("A", "1", "11") != uid_of("A", "11", "1")
    assert uid_of("A", "1", "D1") != uid_of("A1", "", "D1")


def test_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    assert exported(tmp_path) == exported(tmp_path)


DOSED = "dose: 1 million cells\nlabel: cell infusion"


def test_neither_dose_nor_arm_is_named_unless_asked_for(tmp_path: Path) -> None:
    given = {"regimen": DOSED, "subjects": "1,active,2026-03-02"}
    silent = exported(tmp_path, **given).decode().casefold()
    assert not any(word in silent for word in ("active", "drug", "infusion", "cells", "million"))
    told = exported(tmp_path, "--set", "doses=yes", "--set", "arms=yes", **given)
    assert "Dose: cell infusion, 1,000,000 cells (1 million; 1 × 10⁶)" in events_of(told)[0].description
    assert "Arm: Active" in events_of(told)[0].description


@pytest.mark.parametrize(
    "label", ["Cell infusion 1", "Study drug", "Visit of the active arm", "Visit, 70 million cells"]
)
def test_label_that_gives_something_away_is_left_out(tmp_path: Path, label: str) -> None:
    given = {"regimen": DOSED, "subjects": "1,active,2026-03-02", "visits": f"D1: {{label: '{label}'}}"}
    assert [one.summary for one in events_of(exported(tmp_path, **given))] == ["1: D1"]
    told = exported(tmp_path, "--set", "doses=yes", "--set", "arms=yes", **given)
    assert [one.summary for one in events_of(told)] == [f"1: {label} (D1)"]


def test_visit_without_a_harmless_name_is_called_by_its_day(tmp_path: Path) -> None:
    visits = "infusion: {day: D1, label: Infusion}\nD3: {}"
    given = {"regimen": "dose: 1 mg\nvisits: [infusion]", "subjects": "1,active,2026-03-02", "visits": visits}
    assert [one.summary for one in events_of(exported(tmp_path, **given))] == ["1: D1", "1: Day 3"]


def test_label_left_out_is_told(tmp_path: Path) -> None:
    protocol, subjects, *_ = files(tmp_path, visits="D1: {label: Control arm visit}")
    result = run_well("export", protocol, subjects, "--to", "ics")
    assert "labels that name a product, a dose or an arm are left out: D1 as D1 [W102]" in result.stderr


def test_held_visit_stands_on_its_actual_day(tmp_path: Path) -> None:
    first, second, _ = events_of(followed_up(tmp_path, "1,D1,2026-03-02,done", "1,D3,2026-03-05,done"))
    assert (first.first, first.status) == (D1, "CONFIRMED")
    assert (second.first, second.status) == (date(2026, 3, 5), "CONFIRMED")
    assert second.description.split("\n")[:3] == [
        "Window: 3 March 2026 to 5 March 2026",
        "Status: held",
        "Target: 4 March 2026",
    ]


def test_missed_and_cancelled_visits_say_so(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=VISITS, actuals=["1,D3,,missed", "1,D8,,cancelled"])
    result = run_well("export", *arguments, "--to", "ics", "--as-of", "2026-03-10")
    _, missed, cancelled = events_of(result.stdout_bytes)
    assert (missed.summary, missed.status) == ("1: Day 3 (missed)", "CONFIRMED")
    assert (cancelled.summary, cancelled.status) == ("CANCELLED: 1: Day 8", "CANCELLED")
    assert "1 visit is missed, and marked so [W103]" in result.stderr
    assert "1 visit is cancelled, and marked so [W103]" in result.stderr


def test_visit_without_a_date_is_left_out_and_told(tmp_path: Path) -> None:
    visits = "D1: {}\nlast: {after: D1, days: 7, counted_from: actual}"
    arguments = files(tmp_path, visits=visits, actuals=["1,D1,,cancelled"])
    result = run_well("export", *arguments, "--to", "ics", "--as-of", "2026-03-10")
    assert [one.summary for one in events_of(result.stdout_bytes)] == ["CANCELLED: 1: Day 1"]
    assert "1 visit has no date yet, and no entry [W101]" in result.stderr


def test_calendar_of_nothing_is_refused(tmp_path: Path) -> None:
    protocol, subjects, *_ = files(tmp_path, visits="D1: {arms: [active]}", subjects="1,control,2026-03-02")
    result = run("export", protocol, subjects, "--to", "ics")
    assert result.exit_code == 1
    assert "expected at least one visit with a date, got none [X101]" in result.stderr


# --- brought up to date ---------------------------------------------------------------------------------------------


def again(folder: Path, before: bytes, *options: str, **more: str) -> bytes:
    """The next export, from the one before."""
    (folder / "before.ics").write_bytes(before)
    return exported(folder, "--previous", folder / "before.ics", *options, **more)


def blocks_of(content: bytes) -> list[bytes]:
    """The bytes of each event."""
    return re.findall(rb"BEGIN:VEVENT.*?END:VEVENT\r\n", content, re.DOTALL)


def test_same_events_keep_their_bytes_whenever_they_are_exported(tmp_path: Path) -> None:
    before = exported(tmp_path)
    after = again(tmp_path, before, "--as-of", "2026-04-01")
    assert blocks_of(after) == blocks_of(before)
    assert len(blocks_of(after)) == 3
    assert "as of 1 April 2026" in values_of(after, "X-WR-CALDESC")[0]


def test_changed_event_alone_gets_other_bytes(tmp_path: Path) -> None:
    before = exported(tmp_path)
    after = again(tmp_path, before, "--as-of", "2026-04-01", visits=VISITS.replace("±1 day", "±2 days"))
    same = [one == other for one, other in zip(blocks_of(before), blocks_of(after), strict=True)]
    assert same == [True, False, True]
    assert values_of(after, "DTSTAMP") == ["20260310T000000Z", "20260401T000000Z", "20260310T000000Z"]


def served(content: bytes) -> bytes:
    """The calendar as a server gives it back: LF, its own name, other order of events, further things in it."""
    events = [re.sub(rb"(SUMMARY:.*)\r\n", rb"\1\r\nX-ETAG:7\r\n", block) for block in reversed(blocks_of(content))]
    theirs = b"BEGIN:VEVENT\r\nUID:t\r\nDTSTART:20260302T090000Z\r\nSUMMARY:Team meeting\r\nEND:VEVENT\r\n"
    zone = b"BEGIN:VTIMEZONE\r\nTZID:UTC\r\nEND:VTIMEZONE\r\n"
    head = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//A server//EN\r\n"
    return (head + zone + theirs + b"".join(events) + b"END:VCALENDAR\r\n").replace(b"\r\n", b"\n")


def test_calendar_that_comes_back_from_a_server_is_gone_on_from(tmp_path: Path) -> None:
    before = exported(tmp_path)
    after = again(tmp_path, served(before))
    assert blocks_of(after) == blocks_of(before)
    (tmp_path / "before.ics").write_bytes(served(before))
    protocol, subjects, *_ = files(tmp_path, visits=VISITS.rpartition("\n")[0])
    result = run_well("export", protocol, subjects, "--to", "ics", "--previous", tmp_path / "before.ics")
    assert "0 new, 0 changed, 1 gone and cancelled now [W106]" in result.stderr
    (said,) = (line for line in result.stderr.splitlines() if line.endswith("[W117]"))
    assert 'before.ics: 1 event is of somebody else, and stays as it is: "Team meeting"' in said
    assert [one.summary for one in events_of(result.stdout_bytes)] == ["1: Day 1", "1: Day 3", "CANCELLED: 1: Day 8"]


def test_calendar_of_the_version_before_keeps_its_events(tmp_path: Path) -> None:
    before = exported(tmp_path)
    scope = values_of(before, "X-DOSECAL-SCOPE")[0].encode()
    older = before.replace(b"X-DOSECAL-SCOPE:" + scope + b"\r\nEND:VEVENT", b"END:VEVENT")
    gone = again(tmp_path, older, visits=VISITS.rpartition("\n")[0])
    assert values_of(gone, "SEQUENCE") == ["0", "0", "1"]
    plain = gone.replace(b"SUMMARY:CANCELLED: ", b"SUMMARY:")  # it gave what is gone a plain title
    still = again(tmp_path, plain, visits=VISITS.rpartition("\n")[0])
    assert [one.summary for one in events_of(still)][-1] == "CANCELLED: 1: Day 8"
    assert values_of(still, "SEQUENCE") == ["0", "0", "2"]


def test_changed_event_gets_the_next_revision_and_replaces_the_one_before(tmp_path: Path) -> None:
    visits = "D1: {}\nlast: {label: Last visit, day: D8}"
    before = exported(tmp_path, visits=visits)
    after = again(tmp_path, before, visits=visits.replace("D8", "D10"))
    assert values_of(after, "SEQUENCE") == ["0", "1"]
    third = again(tmp_path, after, visits=visits)
    assert values_of(third, "SEQUENCE") == ["0", "2"]
    moved = (date(2026, 3, 11), "1: Last visit (D10)")
    assert held_in(store_of(before, after)) == [(D1, "1: Day 1"), moved]
    assert held_in(store_of(before, after, third)) == [(D1, "1: Day 1"), (D8, "1: Last visit (D8)")]


def test_change_of_the_window_alone_is_a_change(tmp_path: Path) -> None:
    after = again(tmp_path, exported(tmp_path), visits=VISITS.replace("±1 day", "±2 days"))
    assert values_of(after, "SEQUENCE") == ["0", "1", "0"]


def test_visit_that_is_gone_is_cancelled_once_and_comes_back_as_a_revision(tmp_path: Path) -> None:
    before = exported(tmp_path)
    shorter = VISITS.rpartition("\n")[0]
    gone = again(tmp_path, before, visits=shorter)
    assert [(one.sequence, one.status) for one in events_of(gone)] == [
        (0, "TENTATIVE"),
        (0, "TENTATIVE"),
        (1, "CANCELLED"),
    ]
    assert held_in(store_of(before, gone)) == [(D1, "1: Day 1"), (D3, "1: Day 3")]
    still = again(tmp_path, gone, visits=shorter)
    assert [(one.sequence, one.status) for one in events_of(still)] == [
        (0, "TENTATIVE"),
        (0, "TENTATIVE"),
        (1, "CANCELLED"),
    ]
    back = again(tmp_path, still)
    assert [(one.sequence, one.status) for one in events_of(back)] == [
        (0, "TENTATIVE"),
        (0, "TENTATIVE"),
        (2, "TENTATIVE"),
    ]
    assert held_in(store_of(before, gone, still, back)) == [(D1, "1: Day 1"), (D3, "1: Day 3"), (D8, "1: Day 8")]
    assert faults_of(gone) == faults_of(back) == []


def test_what_changed_is_said(tmp_path: Path) -> None:
    (tmp_path / "before.ics").write_bytes(exported(tmp_path, visits="D1: {}\nD3: {}\nD8: {}"))
    protocol, subjects, *_ = files(tmp_path, visits="D1: {}\nD3: {window: ±1 day}\nD9: {}")
    options = ("--to", "ics", "--previous", tmp_path / "before.ics")
    said = run_well("export", protocol, subjects, *options).stderr
    assert "events since the export before: 1 new, 1 changed, 1 gone and cancelled now [W106]" in said
    assert "[W106]" not in run_well("export", protocol, subjects, "--to", "ics").stderr


def test_loading_the_same_export_twice_doubles_nothing(tmp_path: Path) -> None:
    before = exported(tmp_path)
    after = again(tmp_path, before)
    assert held_in(store_of(before, after)) == held_in(store_of(before))


TWO = "1,control,2026-03-02,A\n2,control,2026-03-03,B"


def parts(folder: Path, name: str, per: str, *options: str | Path, subjects: str = TWO) -> dict[str, bytes]:
    """The calendars of each subject or site, by the names of their files."""
    arguments = files(folder, visits="D1: {}\nD3: {}", subjects=subjects, columns=",site")
    run_well("export", *arguments[:2], "--to", "ics", "--per", per, "-o", folder / name, *options)
    return {path.name: path.read_bytes() for path in sorted((folder / name).iterdir())}


def test_calendar_of_a_subject_has_no_other_and_not_its_id(tmp_path: Path) -> None:
    made = parts(tmp_path, "out", "subject")
    assert sorted(made) == ["1.ics", "2.ics"]
    assert [one.summary for one in events_of(made["2.ics"])] == ["Day 1", "Day 3"]
    assert [one.first for one in events_of(made["2.ics"])] == [date(2026, 3, 3), date(2026, 3, 5)]


def test_calendar_of_a_site_has_its_subjects(tmp_path: Path) -> None:
    made = parts(tmp_path, "out", "site")
    assert sorted(made) == ["A.ics", "B.ics"]
    assert [one.summary for one in events_of(made["A.ics"])] == ["1: Day 1", "1: Day 3"]
    assert {one.location for one in events_of(made["A.ics"])} == {"A"}


def test_subject_that_is_gone_is_cancelled_in_its_own_file(tmp_path: Path) -> None:
    parts(tmp_path, "out", "subject")
    made = parts(tmp_path, "next", "subject", "--previous", tmp_path / "out", subjects=TWO.partition("\n")[0])
    assert sorted(made) == ["1.ics", "2.ics"]
    assert [(one.sequence, one.status) for one in events_of(made["2.ics"])] == [(1, "CANCELLED")] * 2
    assert {one.sequence for one in events_of(made["1.ics"])} == {0}


def test_subject_that_moved_to_another_site_is_cancelled_nowhere(tmp_path: Path) -> None:
    first = parts(tmp_path, "out", "site")
    made = parts(tmp_path, "next", "site", "--previous", tmp_path / "out", subjects=TWO.replace(",B", ",A"))
    assert sorted(made) == ["A.ics"]
    assert {(one.sequence, one.status) for one in events_of(made["A.ics"])} == {(0, "TENTATIVE"), (1, "TENTATIVE")}
    assert len(held_in(store_of(*first.values(), *made.values()))) == 4
