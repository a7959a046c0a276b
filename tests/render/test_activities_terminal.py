"""The schedule of activities on a terminal: every visit at every width."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosecal.app.composition.protocols import load_for_planning
from dosecal.model.timing import read_horizon
from dosecal.render.activities_terminal import activities_terminal
from dosecal.render.as_terminal import Look
from dosecal.render.whole_text import display_width
from dosecal.report.calendars.activities import VISIT, Activities, schedule_of_activities
from tests.example_protocols import protocol_of, protocol_text

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "protocols").rglob("*.yaml"))
DAYS = range(1, 26)
MORE = "assessments:\n  ct: {label: Chest CT of both lungs, visits: [D3, D25]}\n"


def activities_of(*, visits: str, more: str = "") -> Activities:
    return schedule_of_activities(protocol_of(protocol_text(regimen="dose: 2 mg/kg", visits=visits, more=more)))


DAILY = activities_of(visits="\n".join(f"D{day}: {{}}" for day in DAYS), more=MORE)


def marked(text: str) -> dict[str, list[str]]:
    """What each row of the bands of a text says of each visit: the texts of a row by the visit's id."""
    found: dict[str, list[str]] = {}
    heads: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith(("|", "+")):
            heads = []  # a band begins
        elif line.startswith("|visit"):
            heads = cells[1:]
            found |= {head: [] for head in heads}
        elif heads and line.startswith("|"):
            for head, cell in zip(heads, cells[1:], strict=True):
                found[head].append(cell)
    return found


def visits_in(text: str) -> list[str]:
    """The ids of the visits of a text, of its bands and of those that stand by themselves."""
    return [*re.findall(r"^  visit: (\S+)$", text, re.MULTILINE), *marked(text)]


def test_schedule_has_marks_and_footnotes() -> None:
    more = 'assessments:\n  ct: {label: Chest CT, visits: [D8], quote: "chest CT on day 8"}\nqueries: ["Why day 8?"]\n'
    activities = activities_of(visits="D1: {}\nD8: {}", more=more)
    lines = activities_terminal(activities, "made by the test", None).splitlines()
    assert lines[0] == f"TEST-1  version 1.0  file {activities.protocol.digest}"
    assert lines[1] == "A trial for the tests"
    (row,) = (line for line in lines if "Chest CT" in line)
    assert [cell.strip() for cell in row.strip("|").split("|")] == ["Chest CT [1]", "", "X"]
    assert lines[-3:] == ['[1] "chest CT on day 8"', "Query: Why day 8?", "made by the test"]
    (window,) = (line for line in lines if line.startswith("|window"))
    assert "none" in window


def test_bands_say_which_visits_they_have_and_repeat_what_the_rows_are() -> None:
    text = activities_terminal(DAILY, "made by the test", 80)
    said = re.findall(r"^visits? (\d+)(?: to (\d+))? of 25$", text, re.MULTILINE)
    firsts = [int(first) for first, _ in said]
    lasts = [int(last or first) for first, last in said]
    assert (firsts[0], lasts[-1]) == (1, 25)
    assert firsts[1:] == [last + 1 for last in lasts[:-1]]
    for name in ("|visit", "|study day", "|window", "|Chest CT of both lungs"):
        assert text.count(name) == len(said)


@settings(max_examples=60)
@given(width=st.integers(40, 300))
def test_every_visit_is_there_at_every_width_with_its_marks(width: int) -> None:
    text = activities_terminal(DAILY, "made by the test", width)
    assert all(display_width(line) <= width for line in text.splitlines())
    assert visits_in(text) == [f"D{day}" for day in DAYS]
    alone = re.findall(r"^  visit: (\S+)\n  study day: \S+\n  window: none stated\n  X  ", text, re.MULTILINE)
    in_bands = [visit for visit, cells in marked(text).items() if "X" in cells]
    assert alone + in_bands == ["D1", "D3", "D25"]  # the dose, and the two scans


def test_every_visit_is_in_a_file() -> None:
    assert list(marked(activities_terminal(DAILY, "made by the test", None))) == [f"D{day}" for day in DAYS]


def test_visits_stand_below_one_another_where_no_two_fit() -> None:
    label = "a_visit_with_a_long_id"
    activities = activities_of(visits=f"D1: {{}}\n{label}_2: {{day: D8}}\n{label}_3: {{day: D15}}")
    text = activities_terminal(activities, "made by the test", 40)
    assert f"visit 2 of 3\n  visit: {label}_2\n  study day: D8\n  window: none stated\n" in text
    assert "visit 1 of 3\n  visit: D1\n" in text
    assert "  X  infusion: 2 mg per kg (arm active\n     only)\n" in text


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_every_visit_of_a_shipped_protocol_is_there_and_no_number_is_parted(path: Path) -> None:
    horizon = read_horizon("3 cycles") if path.stem == "topaz-1" else None
    activities = schedule_of_activities(load_for_planning(str(path), horizon))
    ids = dict(activities.heads)[VISIT]
    amounts = set(
        re.findall(
            r"\d[\d,.]*\d (?:viable cells|cells|mg|mcg|units)\b", "\n".join(row.label for row in activities.rows)
        )
    )
    for width in (*range(40, 201, 16), None):
        text = activities_terminal(activities, "made by the test", width)
        assert sorted(visits_in(text)) == sorted(ids)
        assert all(amount in text for amount in amounts)


def test_notes_break_between_words_and_hang() -> None:
    more = 'queries: ["The dose is printed as 1,000,000 cells per kg, and as 2 million cells for everybody else."]\n'
    text = activities_terminal(activities_of(visits="D1: {}", more=more), "made by the test", 44)
    assert (
        "Query: The dose is printed as\n    1,000,000 cells per kg, and as\n    2 million cells for everybody else.\n"
    ) in text


def test_heads_are_bold_where_there_are_colours_and_say_the_same_without() -> None:
    plain = activities_terminal(DAILY, "made by the test", 80)
    coloured = activities_terminal(DAILY, "made by the test", 80, Look(is_coloured=True))
    assert "\x1b[1m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain
