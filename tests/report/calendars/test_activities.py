"""The schedule of activities."""

from __future__ import annotations

from dosecal.report.calendars.activities import CLOSED_DAY, COUNTED_FROM, ONLY_IF, Activities, schedule_of_activities
from tests.example_protocols import protocol_of, protocol_text

MORE = """\
eligibility: {age: 18 to 65 years, quote: "aged 18 to 65"}
assessments:
  ct: {label: Chest CT, visits: [D1, D8], quote: "chest CT on days 1 and 8"}
  events: {label: Adverse events, arms: [active], visits: [D8], quote: "chest CT on days 1 and 8"}
  note: {label: Nothing quoted, visits: [D1]}
queries: ["Is day 8 a week?"]
"""


def activities_of(visits: str = "D1: {}\nD8: {window: ±1 day}", more: str = MORE) -> Activities:
    regimen = 'label: infusion\ndose: 2 mg/kg\nvisits: [D1]\nquote: "2 mg per kg on day 1"'
    return schedule_of_activities(protocol_of(protocol_text(regimen=regimen, visits=visits, more=more)))


def test_doses_come_first_and_then_the_assessments() -> None:
    assert [(row.kind, row.id) for row in activities_of().rows] == [
        ("dose", "infusion"),
        ("assessment", "ct"),
        ("assessment", "events"),
        ("assessment", "note"),
    ]


def test_mark_stands_where_a_thing_is_done() -> None:
    assert [row.marks for row in activities_of().rows] == [("X", ""), ("X", "X"), ("", "X"), ("X", "")]


def test_row_for_some_arms_alone_names_them() -> None:
    assert [row.label for row in activities_of().rows] == [
        "infusion: 2 mg per kg (arm active only)",
        "Chest CT",
        "Adverse events (arm active only)",
        "Nothing quoted",
    ]


def test_sentence_is_one_footnote_however_often_it_is_quoted() -> None:
    activities = activities_of()
    assert [row.footnote for row in activities.rows] == [1, 2, 2, 0]
    assert activities.footnotes == ("2 mg per kg on day 1", "chest CT on days 1 and 8", "aged 18 to 65")
    assert activities.queries == ("Is day 8 a week?",)


def test_heads_are_visit_day_and_window() -> None:
    assert activities_of().heads == (
        ("visit", ("D1", "D8")),
        ("study day", ("D1", "D8")),
        ("window", ("none stated", "±1 day")),
    )


def test_epochs_and_arms_are_heads_where_the_protocol_has_them() -> None:
    heads = activities_of("D1: {epoch: treatment}\nD8: {arms: [control]}", more="").heads
    assert heads == (
        ("epoch", ("treatment", "")),
        ("visit", ("D1", "D8")),
        ("study day", ("D1", "D8")),
        ("window", ("none stated", "none stated")),
        ("arms", ("all", "control")),
    )


def test_anchors_are_a_head_where_there_are_several() -> None:
    text = protocol_text(visits="D1: {}\nlater: {days: 3, anchor: relapse}")
    text = text.replace("anchors:\n", "anchors:\n  relapse: {}\n").replace("D1: {}", "D1: {anchor: start}")
    heads = dict(schedule_of_activities(protocol_of(text)).heads)
    assert heads[COUNTED_FROM] == ("start", "relapse")


def test_closed_days_are_a_head_where_the_protocol_states_a_policy() -> None:
    visits = 'D1: {arms: [active]}\nD8: {closed_day: "nearest, earlier first"}\nD15: {}'
    assert dict(activities_of(visits, more="").heads)[CLOSED_DAY] == ("keep", "nearest, earlier first", "none stated")
    assert dict(activities_of(visits, more="closed_day: next\n").heads)[CLOSED_DAY] == (
        *("keep", "nearest, earlier first", "next"),
    )
    assert CLOSED_DAY not in dict(activities_of().heads)


def test_conditions_stand_beside_what_depends_on_them() -> None:
    text = protocol_text(
        regimen="dose: 30 mg\nif: site is not 03",
        visits="D1: {}\nD8: {if: D1 missed}",
        more="assessments:\n  test: {label: Pregnancy test, visits: [D1], if: sex is F and age is under 50}\n",
    )
    activities = schedule_of_activities(protocol_of(text))
    assert dict(activities.heads)[ONLY_IF] == ("", "D1 missed")
    assert [row.label for row in activities.rows] == [
        "infusion: 30 mg (arm active only) (only if site is not 03)",
        "Pregnancy test (only if sex is F and age is under 50)",
    ]
