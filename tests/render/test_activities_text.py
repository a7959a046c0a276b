"""The schedule of activities as Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json

from dosecal.render.activities_text import activities_csv, activities_json, activities_markdown
from dosecal.report.calendars.activities import Activities, schedule_of_activities
from tests.example_protocols import protocol_of, protocol_text

MORE = """\
eligibility: {age: 18 years and over}
assessments:
  ct: {label: "Chest *CT* | thorax", visits: [D1, D8], quote: "CT <day 1>, [day 8]"}
  sum: {label: "=1+1", visits: [D8]}
queries: ["Is day 8 a week?"]
"""


def activities() -> Activities:
    text = protocol_text(regimen="dose: 2 mg/kg", visits="D1: {}\nD8: {window: ±1 day}", more=MORE)
    return schedule_of_activities(protocol_of(text))


def test_markdown_is_a_page_with_a_table() -> None:
    lines = activities_markdown(activities(), "made by the test").splitlines()
    digest = activities().protocol.digest
    assert lines == [
        f"# TEST-1  version 1.0  file {digest}",
        "",
        "A trial for the tests",
        "",
        "days: no day 0; ages: 18 years and over; source: the tests",
        "",
        "| visit | D1 | D8 |",
        "| --- | --- | --- |",
        "| study day | D1 | D8 |",
        "| window | none stated | ±1 day |",
        "| infusion: 2 mg per kg (arm active only) | X |  |",
        "| Chest \\*CT\\* \\| thorax \\[1\\] | X | X |",
        "| =1+1 |  | X |",
        "",
        '\\[1\\] "CT \\<day 1\\>, \\[day 8\\]"  ',
        "Query: Is day 8 a week?  ",
        "",
        "made by the test",
    ]


def test_csv_has_a_row_a_head_dose_or_assessment() -> None:
    rows = list(csv.reader(io.StringIO(activities_csv(activities()), newline="")))
    assert rows[0] == ["study", "protocol_version", "protocol_sha256", "kind", "id", "label", "D1", "D8"]
    assert {tuple(row[:3]) for row in rows[1:]} == {("TEST-1", "1.0", activities().protocol.digest)}
    assert [row[3:] for row in rows[1:]] == [
        ["head", "visit", "visit", "D1", "D8"],
        ["head", "study_day", "study day", "D1", "D8"],
        ["head", "window", "window", "none stated", "±1 day"],
        ["dose", "infusion", "infusion: 2 mg per kg (arm active only)", "X", ""],
        ["assessment", "ct", "Chest *CT* | thorax", "X", "X"],
        ["assessment", "sum", "'=1+1", "", "X"],
    ]


def test_json_has_visits_activities_footnotes_and_queries() -> None:
    said = json.loads(activities_json(activities(), {"program_version": "0", "as_of": "2026-03-09"}))
    assert (said["study"], said["day_numbering"], said["ages"]) == ("TEST-1", "no day 0", "18 years and over")
    assert (said["program_version"], said["as_of"]) == ("0", "2026-03-09")
    assert said["visits"] == [
        {
            "id": "D1",
            "label": "Day 1",
            "arms": ["active", "control"],
            "offset_days": 0,
            "study_day": "D1",
            "window": "none stated",
        },
        {
            "id": "D8",
            "label": "Day 8",
            "arms": ["active", "control"],
            "offset_days": 7,
            "study_day": "D8",
            "window": "±1 day",
        },
    ]
    assert [(one["id"], one["kind"], one["visits"], one["footnote"]) for one in said["activities"]] == [
        ("infusion", "dose", ["D1"], None),
        ("ct", "assessment", ["D1", "D8"], 1),
        ("sum", "assessment", ["D8"], None),
    ]
    assert (said["footnotes"], said["queries"]) == (["CT <day 1>, [day 8]"], ["Is day 8 a week?"])
