"""The schedule of activities as a workbook."""

from __future__ import annotations

from datetime import date

import pytest

from dosecal.render.activities_xlsx import SHEET, activities_xlsx
from dosecal.render.workbook import SheetLimitError
from dosecal.report.calendars.about import About
from dosecal.report.calendars.activities import schedule_of_activities
from tests.example_protocols import protocol_of, protocol_text
from tests.render.workbooks import sheet_of, values_of

MORE = """\
assessments:
  ct: {label: "Chest CT", visits: [D1, D8], quote: "CT day 1, day 8"}
  sum: {label: "=1+1", visits: [D8]}
queries: ["Is day 8 a week?"]
"""


def workbook(more: str = MORE) -> bytes:
    protocol = protocol_of(protocol_text(regimen="dose: 2 mg/kg", visits="D1: {}\nD8: {window: ±1 day}", more=more))
    return activities_xlsx(schedule_of_activities(protocol), About((protocol,), "dosecal 9", date(2026, 3, 9)))


def test_visits_are_columns_and_doses_and_assessments_rows() -> None:
    assert values_of(workbook(), SHEET) == [
        ["kind", "visit", "D1", "D8"],
        ["", "study day", "D1", "D8"],
        ["", "window", "none stated", "±1 day"],
        ["dose", "infusion: 2 mg per kg (arm active only)", "X", ""],
        ["assessment", "Chest CT [1]", "X", "X"],
        ["assessment", "=1+1", "", "X"],
        ["", "", "", ""],
        ['[1] "CT day 1, day 8"', "", "", ""],
        ["Query: Is day 8 a week?", "", "", ""],
    ]


def test_heads_and_names_stay_in_sight_and_filter_and_are_on_each_page() -> None:
    sheet = sheet_of(workbook(), SHEET)
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("C4", "A3:D6", "$1:$3")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.oddFooter.left.text.startswith("TEST-1 · version 1.0 · file ")
    assert sheet["B6"].data_type == "s"


def test_same_schedule_gives_the_same_bytes() -> None:
    assert workbook() == workbook()


def test_label_longer_than_a_cell_is_refused() -> None:
    with pytest.raises(SheetLimitError, match="expected at most 32,767 characters") as refusal:
        workbook(MORE.replace("Chest CT", "C" * 32_764))  # the footnote adds four: one more than a cell holds
    assert (refusal.value.code, refusal.value.row) == ("O011", 5)


def test_heads_and_notes_are_as_high_as_their_lines() -> None:
    visits = "D1: {}\nnext: {days: 21, after: D1, counted_from: actual, window: ±7 days}"
    query = "word " * 60  # 2,445 thousandths of the font's size each, of which a digit has 556: 264 digits' width
    protocol = protocol_of(protocol_text(visits=visits, more=f'queries: ["{query}"]\n'))
    content = activities_xlsx(schedule_of_activities(protocol), About((protocol,), "dosecal 9", date(2026, 3, 9)))
    sheet = sheet_of(content, SHEET)
    rows = {row[1].value: row[0].row for row in sheet.iter_rows(max_row=4)}
    assert sheet.row_dimensions[rows["visit"]].height in {None, 15}
    assert sheet.row_dimensions[rows["study day"]].height == 2 * 12.75 + 1.5  # "21 days" over "after D1"
    note = next(row[0] for row in sheet.iter_rows() if str(row[0].value).startswith("Query"))
    width = sum(sheet.column_dimensions[letter].width for letter in "ABCD")
    assert sheet.row_dimensions[note.row].height >= 12.75 * (264 // width + 1)


def test_schedule_of_many_visits_goes_over_pages_and_notes_stand_once() -> None:
    visits = "\n".join(f"D{day}: {{window: -1 to +2 days}}" for day in range(1, 31))
    protocol = protocol_of(protocol_text(visits=visits, more='queries: ["Is day 8 a week?"]\n'))
    content = activities_xlsx(schedule_of_activities(protocol), About((protocol,), "dosecal 9", date(2026, 3, 9)))
    sheet = sheet_of(content, SHEET)
    assert (sheet.page_setup.scale, sheet.print_title_cols) == (65, "$A:$B")
    (note,) = (cell for row in sheet.iter_rows() for cell in row if cell.value == "Query: Is day 8 a week?")
    assert note.column_letter == "C"  # beside the columns that come again on each page
