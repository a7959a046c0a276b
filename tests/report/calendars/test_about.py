"""What made an output, and what its columns mean."""

from __future__ import annotations

from datetime import date

import pytest

from dosecal.report.calendars.about import About, about_rows, named_inputs
from dosecal.report.tables.column_notes import COLUMN_NOTES
from dosecal.report.tables.schemas import column_names
from tests.example_protocols import protocol_of, protocol_text


@pytest.mark.parametrize("table", ["visits", "doses", "deviations", "unscheduled", "moves"])
def test_every_column_has_its_meaning(table: str) -> None:
    assert [name for name in column_names(table) if not COLUMN_NOTES.get(name)] == []


def test_inputs_are_named_without_their_folders_and_those_not_given_are_left_out() -> None:
    given = named_inputs(("subjects", "lists/site/subjects.csv"), ("weights", None), ("actuals", "C:\\a\\actuals.csv"))
    assert given == (("subjects", "subjects.csv"), ("actuals", "actuals.csv"))


def test_several_versions_are_all_named() -> None:
    one = protocol_of(protocol_text())
    two = protocol_of(protocol_text().replace('"1.0"', '"2.0"'))
    about = About((one, two), "dosecal 9", date(2026, 3, 9))
    assert [text for name, text in about_rows(about) if name == "protocol_version"] == ["1.0", two.version]
    assert about.foot == f"TEST-1 · versions 1.0, {two.version}"
