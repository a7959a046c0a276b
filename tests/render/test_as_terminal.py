"""Tables for people to look at: plain text, legible without colour."""

from __future__ import annotations

import numpy as np

from dosecal.render.activities_terminal import activities_terminal
from dosecal.render.as_terminal import table_terminal
from dosecal.report.activities import schedule_of_activities
from dosecal.report.tables import Column, Kind, Table
from tests.example_protocols import protocol_of, protocol_text


def small() -> Table:
    codes = np.array([0, 1])
    return Table(
        "small",
        2,
        (
            Column("study", Kind.TEXT, ("TEST-1",)),
            Column("subject_id", Kind.TEXT, ("007", "[bold]x[/bold]"), codes),
            Column("ordered_dose", Kind.DECIMAL, ("70250000", ""), codes),
            Column("closed_day", Kind.TEXT, ("",)),
        ),
    )


def test_cells_are_printed_as_they_are() -> None:
    text = table_terminal(small(), None)
    assert "007" in text
    assert "[bold]x[/bold]" in text  # no markup is read from data
    assert "70,250,000" in text
    assert "\x1b" not in text


def test_columns_that_are_empty_everywhere_are_named_below() -> None:
    text = table_terminal(small(), None)
    assert "empty in every row: closed_day" in text.splitlines()[-1]


def test_no_line_is_wider_than_the_terminal_or_ends_in_blanks() -> None:
    for width in (60, 100, None):
        for line in table_terminal(small(), width).splitlines():
            assert len(line) <= (width or 160)
            assert line == line.rstrip()


def test_long_id_is_folded_and_never_cut() -> None:
    table = Table("small", 1, (Column("id", Kind.TEXT, ("x" * 200,)), Column("b", Kind.TEXT, ("y",))))
    assert table_terminal(table, 60).count("x") == 200


def test_schedule_of_activities_has_marks_and_footnotes() -> None:
    more = 'assessments:\n  ct: {label: Chest CT, visits: [D8], quote: "chest CT on day 8"}\nqueries: ["Why day 8?"]\n'
    protocol = protocol_of(protocol_text(regimen="dose: 2 mg/kg", visits="D1: {}\nD8: {}", more=more))
    lines = activities_terminal(schedule_of_activities(protocol), "made by the test", None).splitlines()
    assert lines[0] == f"TEST-1  version 1.0  file {protocol.digest}"
    assert lines[1] == "A trial for the tests"
    (row,) = (line for line in lines if "Chest CT" in line)
    assert [cell.strip() for cell in row.strip("|").split("|")] == ["Chest CT [1]", "", "X"]
    assert lines[-3:] == ['[1] "chest CT on day 8"', "Query: Why day 8?", "made by the test"]
    (window,) = (line for line in lines if line.startswith("|window"))
    assert "none" in window
