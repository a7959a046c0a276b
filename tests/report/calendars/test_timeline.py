"""What is drawn of a protocol and of a subject."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dosecal.app.composition.composition import Composition
from dosecal.app.composition.inputs import Inputs
from dosecal.app.composition.protocols import load_protocol
from dosecal.model.days import read_date
from dosecal.model.messages import NOTHING, unsaid
from dosecal.report.calendars.timeline import Bar, BarKind, Mark, MarkKind, Row, protocol_timeline, subject_timeline
from dosecal.report.subjects.subject_views import SubjectViews
from tests.example_protocols import protocol_of, protocol_text
from tests.followed import files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dosecal.report.calendars.timeline import Timeline


def rows_of(timeline: Timeline) -> dict[str, Row]:
    return {row.name: row for panel in timeline.panels for row in panel.rows}


def subject(
    folder: Path, *, visits: str, actuals: Iterable[str] = (), as_of: str = "2026-03-10", **more: str
) -> Timeline:
    """The timeline of subject 1, who starts on Monday 2 March 2026."""
    sites = more.pop("sites", "")
    names = files(folder, visits=visits, actuals=actuals, **more)
    if sites:
        (folder / "sites.yaml").write_text(sites, encoding="utf-8")
    inputs = Inputs(
        protocols=(names[0],),
        subjects=str(names[1]),
        actuals=str(names[3]),
        sites=str(folder / "sites.yaml") if sites else None,
        as_of=date.fromisoformat(as_of),
    )
    return subject_timeline(SubjectViews(Composition(inputs).schedules()[0]).of(0), "made by the test")


def day(text: str) -> int:
    return read_date(text)


def test_arms_are_panels_and_doses_are_marks_of_their_own() -> None:
    text = protocol_text(regimen="dose: 2 mg/kg", visits="D1: {}\nD8: {window: ±1 day}")
    timeline = protocol_timeline(protocol_of(text), "made by the test")
    assert [panel.title for panel in timeline.panels] == ["arm active: Active", "arm control: Control"]
    active, control = (panel.rows for panel in timeline.panels)
    assert active[0].marks == (Mark(MarkKind.DOSE, 0),)
    assert active[0].remark == "dose: infusion"
    assert control[0].marks == (Mark(MarkKind.TARGET, 0),)
    assert control[1] == Row(
        unsaid("D8"),
        NOTHING,
        NOTHING,
        (Mark(MarkKind.TARGET, 7),),
        (Bar(BarKind.WINDOW, 6, 8),),
        unsaid("window ±1 day"),
    )
    assert timeline.panels[0].days == ((0, "D1"), (7, "D8"))
    assert timeline.panels[0].axis == "days from start: first infusion"
    assert (timeline.title, timeline.foot, timeline.has_dates) == ("A trial for the tests", "made by the test", False)
    assert timeline.head.startswith("TEST-1  version 1.0  file ")


def test_arms_that_are_alike_share_a_panel() -> None:
    (panel,) = protocol_timeline(protocol_of(protocol_text(visits="D1: {}\nD8: {}"))).panels
    assert panel.title == "all arms: active, control"


def test_same_day_of_all_cycles_is_one_row_with_the_numbers_of_the_cycles() -> None:
    timeline = protocol_timeline(load_protocol("examples/es-sclc-chemotherapy"))
    row = rows_of(timeline)["C1D1 to C6D1"]
    # six cycles of 21 days from day 0; a window of 7 days from the second on
    assert [(mark.day, mark.text) for mark in row.marks] == [
        (0, "1"), (21, "2"), (42, "3"), (63, "4"), (84, "5"), (105, "6"),
    ]  # fmt: skip
    assert [(bar.first, bar.last) for bar in row.bars] == [(14, 28), (35, 49), (56, 70), (77, 91), (98, 112)]
    assert (row.said, row.group, row.remark) == ("chemotherapy cycles, 21 days", "treatment", "window ±7 days")


def test_range_of_days_is_a_bar_without_a_mark() -> None:
    row = rows_of(protocol_timeline(load_protocol("examples/inm004-phase-1")))["screening"]
    assert (row.marks, row.bars) == ((), (Bar(BarKind.WINDOW, -14, -1),))
    assert (row.group, row.remark) == ("screening", "window D-14 to D-1")


def test_target_in_months_is_drawn_over_the_days_that_it_can_be() -> None:
    row = rows_of(protocol_timeline(load_protocol("examples/hepatitis-e-vaccine")))["visit_27"]
    # 30 months: two years and a half of 183 to 184 days, or three leap days at the most
    assert row.bars == (Bar(BarKind.MONTHS, 911, 915),)


def test_what_is_counted_from_another_event_is_a_panel_of_its_own() -> None:
    text = protocol_text(visits="D1: {}\nlate: {anchor: ended, days: 30}")
    text = text.replace("arms:\n  active", "  ended: {label: off treatment, date: may be empty}\narms:\n  active", 1)
    panels = protocol_timeline(protocol_of(text)).panels
    assert [panel.axis for panel in panels] == ["days from start: first infusion", "days from ended: off treatment"]
    assert panels[1].rows[0].marks == (Mark(MarkKind.TARGET, 30),)


def test_subject_has_the_target_and_what_became_of_it(tmp_path: Path) -> None:
    visits = "D1: {}\nD3: {window: ±1 day}\nD8: {window: ±1 day}\nD15: {window: ±2 days}\nD22: {}"
    actuals = ["1,D1,2026-03-02,done", "1,D3,2026-03-06,done", "1,D8,,missed", "1,D15,2026-03-17,planned"]
    timeline = subject(tmp_path, visits=visits, actuals=[*actuals, "1,,2026-03-08,done"])
    rows = rows_of(timeline)
    assert rows["D3"].marks == (Mark(MarkKind.TARGET, day("2026-03-04")), Mark(MarkKind.HELD, day("2026-03-06")))
    assert rows["D3"].bars == (Bar(BarKind.WINDOW, day("2026-03-03"), day("2026-03-05")),)
    assert rows["D3"].remark == "done late; held 2026-03-06; 1 day after the window"
    assert rows["D8"].marks == (Mark(MarkKind.MISSED, day("2026-03-09")),)
    assert rows["D8"].remark == "missed; target 2026-03-09"
    assert rows["D15"].marks == (Mark(MarkKind.TARGET, day("2026-03-16")), Mark(MarkKind.BOOKED, day("2026-03-17")))
    assert rows["D15"].remark == "not yet due; booked for 2026-03-17; target 2026-03-16"
    assert rows["D22"].remark == "not yet due; target 2026-03-23"
    assert rows["unscheduled"].marks == (Mark(MarkKind.HELD, day("2026-03-08")),)
    (panel,) = timeline.panels
    assert panel.title == "subject 1, arm control"
    assert panel.lines == ((day("2026-03-10"), "as of 2026-03-10"),)
    assert (day("2026-03-16"), "2026-03-16") in panel.days
    assert (timeline.has_dates, timeline.foot) == (True, "made by the test")


def test_given_dose_is_a_mark_of_its_own(tmp_path: Path) -> None:
    actuals = ["1,D1,2026-03-02,done,2,mg", "1,D8,2026-03-09,done"]
    timeline = subject(
        tmp_path,
        visits="D1: {}\nD8: {}",
        actuals=actuals,
        subjects="1,active,2026-03-02",
        regimen="dose: 2 mg\nvisits: [D1, D8]",
    )
    rows = rows_of(timeline)
    assert [mark.kind for mark in rows["D1"].marks] == [MarkKind.DOSE, MarkKind.GIVEN]
    assert [mark.kind for mark in rows["D8"].marks] == [MarkKind.DOSE, MarkKind.HELD]


def test_ending_is_a_line_and_closes_what_does_not_survive_it(tmp_path: Path) -> None:
    actuals = ["1,D1,2026-03-02,done", "1,off_study,2026-03-05,done"]
    timeline = subject(tmp_path, visits="D1: {}\nD8: {}", actuals=actuals)
    assert timeline.panels[0].lines[1:] == ((day("2026-03-05"), "off study 2026-03-05"),)
    assert rows_of(timeline)["D8"].marks == (Mark(MarkKind.CANCELLED, day("2026-03-09")),)


def test_closed_day_is_said_and_the_planned_day_is_a_mark(tmp_path: Path) -> None:
    sites = "sites:\n  S1: {country: none stated, zone: Europe/Berlin, weekend: [Saturday, Sunday]}\n"
    timeline = subject(
        tmp_path,
        visits="D1: {}\nD6: {window: ±2 days, closed_day: next}\nD13: {}",
        subjects="1,control,2026-03-02,S1",
        columns=",site",
        sites=sites,
        as_of="2026-03-03",
    )
    rows = rows_of(timeline)
    # day 6 is Saturday 7 March; the next open day is Monday 9 March
    assert rows["D6"].marks == (Mark(MarkKind.TARGET, day("2026-03-07")), Mark(MarkKind.PLANNED, day("2026-03-09")))
    assert rows["D6"].remark.endswith("target 2026-03-07; planned 2026-03-09; target closed: Saturday")
    assert rows["D13"].remark.endswith("target 2026-03-14; target closed: Saturday, it stays")
    assert timeline.panels[0].title == "subject 1, arm control, site S1"


def test_visit_without_a_date_says_what_it_waits_for(tmp_path: Path) -> None:
    visits = "D1: {}\nlast: {after: D1, counted_from: actual, days: 7}"
    rows = rows_of(subject(tmp_path, visits=visits, actuals=["1,D1,,cancelled"]))
    assert (rows["last"].marks, rows["last"].bars) == ((), ())
    assert "to be determined: D1 has no date, or was cancelled" in rows["last"].remark


def test_booking_that_is_too_early_is_said_beside_its_day(tmp_path: Path) -> None:
    visits = "D1: {}\nD15: {window: ±3 days, at_least: 13 days after D1}"
    actuals = ["1,D1,2026-03-02,done", "1,D15,2026-03-13,planned"]
    remark = rows_of(subject(tmp_path, visits=visits, actuals=actuals))["D15"].remark
    assert "booked for 2026-03-13" in remark
    assert "booked too early: not before 2026-03-15, at least 13 days after D1" in remark


def test_schedule_without_a_record_has_no_statuses(protocols: Path) -> None:
    subjects = protocols / "examples" / "lzzt-subjects.csv"
    (schedule,) = Composition(Inputs(protocols=("examples/lzzt",), subjects=str(subjects))).schedules()
    (panel,) = subject_timeline(SubjectViews(schedule).of(0)).panels
    assert panel.lines == ()
    assert panel.rows[0].remark == "target 2026-02-16"
