"""A sheet is read as it is shown, or its cells, rows, columns and sheets are named; nothing hidden is ever a value."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter

from dosecal.load.columns import SUBJECT_COLUMNS
from dosecal.load.tables import sheet_table, workbook_parts, xml_parts
from dosecal.load.tables.cohort_file import read_table, renamed
from dosecal.load.tables.levels_file import read_levels
from dosecal.load.tables.lots_file import LOT_COLUMNS
from dosecal.load.tables.subjects import SubjectReader
from dosecal.load.tables.table_header import require_columns
from dosecal.load.tables.table_reader import TableReader
from dosecal.load.tables.table_reading import STRICT, TableReading, table_reading
from dosecal.load.tables.xlsx_table import xlsx_table
from dosecal.model.problems import CohortError, Problem
from tests.example_protocols import protocol_of, protocol_text
from tests.load.workbooks import (
    archive,
    book,
    date_cell,
    error_cell,
    formats_xml,
    formula_cell,
    merged_xml,
    number_cell,
    sheet_xml,
    styled_cell,
    text_cell,
    workbook,
)

if TYPE_CHECKING:
    from dosecal.load.tables.text_table import TextTable

HEAD = tuple(text_cell(name) for name in ("subject_id", "arm", "start", "weight_kg"))
ROW = (text_cell("007"), text_cell("active"), text_cell("2026-03-09"), number_cell("70.5"))
OTHER = (text_cell("008"), text_cell("active"), text_cell("2026-03-10"), number_cell("80"))
PROTOCOL = protocol_of(protocol_text(regimen="dose: 1 mg/kg"))
LEVELS = protocol_of(protocol_text(regimen='dose: 75 mg\nlevels: {"-1": 60 mg}'))


def read(
    content: bytes, reading: TableReading = STRICT, name: str = "s.xlsx"
) -> tuple[list[tuple[str, ...]], list[str]]:
    """The rows and the problems of a workbook; of a refused one its problems."""
    try:
        table = xlsx_table(content, name, reading)
        rows: list[tuple[str, ...]] = []
        problems: list[str] = []
        for chunk in table.chunks:
            problems += map(str, chunk.problems)
            if chunk.lines:
                rows += zip(*(chunk.texts(column) for column in range(len(table.header))), strict=True)
    except CohortError as error:
        return [], [str(problem) for problem in error.problems]
    return rows, problems


def table_of(content: bytes, reading: TableReading = STRICT) -> TextTable:
    return read_table(io.BytesIO(content), "s.xlsx", reading)


def refusal(content: bytes, reading: TableReading = STRICT, name: str = "s.xlsx") -> str:
    """The only problem of a workbook."""
    rows, (problem,) = read(content, reading, name)
    assert rows == []
    return problem


def planned(table: TextTable, protocol: object = PROTOCOL) -> tuple[tuple[str, ...], list[Problem]]:
    """The ids of the subjects that can be read, and the problems of the others."""
    ids: tuple[str, ...] = ()
    problems: list[Problem] = []
    for cohort, bad in SubjectReader(protocol).read(table):  # type: ignore[arg-type]
        ids += cohort.ids
        problems += bad
    return ids, problems


# errors and formulas


@pytest.mark.parametrize(
    "error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"]
)
@pytest.mark.parametrize("column", range(4))
def test_cell_with_an_error_is_refused_in_every_column(error: str, column: int) -> None:
    row = [*ROW]
    row[column] = error_cell(error)
    _, (problem,) = read(workbook(HEAD, tuple(row)))
    name = ("subject_id", "arm", "start", "weight_kg")[column]
    place = f"s.xlsx:2:{column + 1}: {name}: expected a text, a number or a date, got the error {error} in the cell"
    assert problem == f"{place} {'ABCD'[column]}2 (mend the formula, or write the value) [C009]"


@pytest.mark.parametrize("cell", [error_cell("#N/A"), formula_cell(), formula_cell(kind="e", result="#REF!")])
def test_reduced_level_is_never_lost_to_a_cell_with_an_error(cell: str) -> None:
    header = (*HEAD[:3], text_cell("dose_level"))
    ids, problems = planned(table_of(workbook(header, (*ROW[:3], cell), (*OTHER[:3], text_cell("-1")))), LEVELS)
    assert ids == ("008",)
    assert [(str(one.source), one.subject, one.code) for one in problems] == [("s.xlsx:2:4", "dose_level", "C009")]


def test_level_of_the_levels_table_is_never_lost_to_a_cell_with_an_error() -> None:
    header = tuple(map(text_cell, ("subject_id", "date", "level")))
    content = workbook(header, (text_cell("007"), text_cell("2026-03-09"), error_cell("#N/A")))
    with pytest.raises(CohortError) as refused:
        read_levels(table_of(content))
    assert [(str(one.source), one.code) for one in refused.value.problems] == [("s.xlsx:2:3", "C009")]


def test_error_in_a_column_that_nobody_reads_is_passed_over() -> None:
    content = workbook((*HEAD, text_cell("note to self")), (*ROW, error_cell("#N/A")))
    assert planned(table_of(content)) == (("007",), [])


@pytest.mark.parametrize("result", ["<v></v>", "<v/>", ""])
def test_formula_without_a_result_is_refused(result: str) -> None:
    _, (problem,) = read(workbook(HEAD, (*ROW[:3], f"><f>70+0.5</f>{result}")))
    assert problem == (
        "s.xlsx:2:4: weight_kg: expected a text, a number or a date, got a formula without a result in the cell D2 "
        "(open the file in a spreadsheet, let it calculate, and save it) [C009]"
    )


def test_formula_with_its_result_is_that_result() -> None:
    row = (formula_cell("007", "str"), formula_cell("active", "str"), ROW[2], formula_cell("70.5"))
    assert read(workbook(HEAD, row))[0] == [("007", "active", "2026-03-09", "70.5")]


def test_formula_whose_result_is_an_empty_text_is_empty() -> None:
    assert read(workbook(HEAD, (*ROW[:3], 't="str"><f>IF(A1="","",1)</f><v></v>')))[0][0][3] == ""


def test_formula_that_no_spreadsheet_calculated_is_refused() -> None:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as made:  # it writes 0 as the result, and asks for a calculation
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ("subject_id", "arm", "start", "weight_kg"))
        sheet.write_row(1, 0, ("007", "active", "2026-03-09"))
        sheet.write_formula(1, 3, "=70+0.5")
    _, (problem,) = read(written.getvalue())
    assert "got a formula that was not calculated in the cell D2" in problem


def test_formula_of_a_library_that_stores_no_result_is_refused() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    for row in (("subject_id", "arm", "start", "weight_kg"), ("007", "active", "2026-03-09", "=70+0.5")):
        sheet.append(row)
    written = io.BytesIO()
    made.save(written)
    _, (problem,) = read(written.getvalue())
    assert problem.startswith("s.xlsx:2:4: weight_kg: ")
    assert "a formula" in problem


# what is shown


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        ("70.5", "General", "70.5"),
        ("70.5", "0.0", "70.5"),
        ("70.5", "#,##0.00", "70.5"),
        ("25000000", "#,##0", "25000000"),
        ("70.5", '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)', "70.5"),
        ("70.5", "[Red]0.0;[Blue]-0.0", "70.5"),
        ("0", "0", "0"),
        ("46090", "yyyy-mm-dd", "2026-03-09"),
        ("46090", 'yyyy"年"m"月"d"日"', "2026-03-09"),
        ("46090", "[$-409]d\\-mmm\\-yyyy;@", "2026-03-09"),
        ("46090", "dd/mm/yyyy\\ hh:mm", "2026-03-09"),
    ],
)
def test_number_is_read_where_the_sheet_shows_it_whole(number: str, code: str, text: str) -> None:
    content = book({"s": sheet_xml(HEAD, (*ROW[:3], styled_cell(number, 1)))}, styles=formats_xml(code))
    assert read(content) == ([("007", "active", "2026-03-09", text)], [])


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        ("0.85", "0%", "which is shown as a percentage"),
        ("70250000", "0.00E+00", "which is shown as something else than its digits"),
        ("70.26", "0.0", 'the number 70.26, which the format "0.0" shows otherwise'),
        ("70.5", "0", 'the number 70.5, which the format "0" shows otherwise'),
        ("70250", "#,##0.0,", "which is shown as something else than its digits"),
        ("70250000", '0.00,,"M"', "which is shown as something else than its digits"),
        ("154", '0 "lb"', "which is shown as something else than its digits"),
        ("70.5", "# ?/?", "which is shown as something else than its digits"),
        ("70.5", "[$€-2] 0.0", "which is shown as something else than its digits"),
        ("7", "000", 'the number 7, which the format "000" shows otherwise'),
        ("70.5", ";;;", "which is shown as something else than its digits"),
        ("0", "0;-0;;@", 'the number 0, which the format "0;-0;;@" shows otherwise'),
        ("0", "#", 'the number 0, which the format "#" shows otherwise'),
        ("46090", "d-mmm", "which is shown as a date without its year, month or day"),
        ("46090", "mmm yyyy", "which is shown as a date without its year, month or day"),
        ("46090", "[$-404]e/m/d", "which is shown as a date without its year, month or day"),
        ("46090", "h:mm", "which is shown as a time of day"),
        ("46090", "[h]:mm", "which is shown as a time of day"),
        ("46090.5", "yyyy-mm-dd", "a date with a time of day"),
        ("45", "yyyy-mm-dd", "the number 45, which is shown as a date"),
        ("70.5", "0." + "0" * 300, "which is shown as something else than its digits"),
    ],
)
def test_number_that_is_shown_as_something_else_is_refused(number: str, code: str, shown: str) -> None:
    content = book({"s": sheet_xml(HEAD, (*ROW[:3], styled_cell(number, 1)))}, styles=formats_xml(code))
    _, (problem,) = read(content)
    assert problem.startswith("s.xlsx:2:4: weight_kg: expected a text, a number or a date, got ")
    assert f"{shown} in the cell D2" in problem


@pytest.mark.parametrize(
    ("builtin", "text"), [(0, "46090"), (1, "46090"), (3, "46090"), (14, "2026-03-09"), (15, "2026-03-09")]
)
def test_formats_that_the_standard_numbers_are_known(builtin: int, text: str) -> None:
    styles = formats_xml("0").replace('<xf numFmtId="0"/>', f'<xf numFmtId="{builtin}"/>')
    content = book({"s": sheet_xml(HEAD, (*ROW[:3], styled_cell("46090", 0)))}, styles=styles)
    assert read(content)[0][0][3] == text


@pytest.mark.parametrize("builtin", [9, 10, 11, 12, 16, 17, 18, 20, 27, 45, 48, 50, 163])
def test_formats_of_the_standard_that_show_something_else_are_refused(builtin: int) -> None:
    styles = formats_xml("0").replace('<xf numFmtId="0"/>', f'<xf numFmtId="{builtin}"/>')
    content = book({"s": sheet_xml(HEAD, (*ROW[:3], styled_cell("46090", 0)))}, styles=styles)
    assert read(content)[1][0].endswith("[C009]")


def test_zero_that_the_sheet_does_not_show_is_refused() -> None:
    views = '<sheetViews><sheetView showZeros="0"/></sheetViews>'
    _, (problem,) = read(book({"s": sheet_xml(HEAD, (*ROW[:3], number_cell("0")), before=views)}))
    assert problem.startswith("s.xlsx:2:4: ")


def test_calendar_from_1904_is_counted_from_1904() -> None:
    # 1904-01-01 + 44628 days: 122 years with 31 leap days (1904 to 2024) to 2026-01-01 are 44561, and 67 more
    content = book({"s": sheet_xml(HEAD, (*ROW[:2], date_cell("44628"), ROW[3]))}, more='<workbookPr date1904="1"/>')
    assert read(content)[0][0][2] == "2026-03-09"


@pytest.mark.parametrize(
    ("text", "iso"), [("2026-03-09", "2026-03-09"), ("2026-03-09T00:00:00", "2026-03-09"), ("2026-03-09T08:00:00", "")]
)
def test_date_in_iso_is_read_without_a_time_of_day(text: str, iso: str) -> None:
    rows, problems = read(workbook(HEAD, (*ROW[:2], f't="d"><v>{text}</v>', ROW[3])))
    assert (rows[0][2], len(problems)) == (iso, 0 if iso else 1)


@pytest.mark.parametrize("number", ["1_000", "nan", "INF", "0x1F", "1,5", "--1", "70.5 kg"])
def test_value_that_is_no_number_is_refused(number: str) -> None:
    assert read(workbook(HEAD, (*ROW[:3], number_cell(number))))[1][0].endswith("[C009]")


def test_truth_value_is_named() -> None:
    _, (problem,) = read(workbook(HEAD, (*ROW[:3], 't="b"><v>1</v>')))
    assert "got the truth value TRUE in the cell D2" in problem


def shared(*texts: str) -> bytes:
    """A workbook whose first id is a shared text."""
    strings = "".join(f"<si>{text}</si>" for text in texts)
    return book({"s": sheet_xml(HEAD, ('t="s"><v>0</v>', *ROW[1:]))}, strings=strings)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<t>007</t>", "007"),
        ("<r><t>0</t></r><r><rPr><b/></rPr><t>07</t></r>", "007"),
        ('<t>患者</t><rPh sb="0" eb="1"><t>かんじゃ</t></rPh>', "患者"),
        ('<t xml:space="preserve"> 007</t>', " 007"),
        ("<t>a_x000D_b</t>", "a\rb"),
        ("<t>a_x005F_x000D_b</t>", "a_x000D_b"),
        ('<r><rPr><strike val="0"/></rPr><t>007</t></r>', "007"),
    ],
)
def test_text_made_of_parts_is_read_whole(text: str, found: str) -> None:
    assert read(shared(text))[0][0][0] == found


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("<rPr><strike/></rPr>", "text that is struck through"),
        ('<rPr><vertAlign val="superscript"/></rPr>', "text with raised or lowered parts"),
        ('<rPr><vertAlign val="subscript"/></rPr>', "text with raised or lowered parts"),
    ],
)
def test_text_that_shows_another_one_than_its_letters_is_refused(part: str, found: str) -> None:
    rich = f"<r><t>10</t></r><r>{part}<t>6</t></r>"
    _, (problem,) = read(shared(rich))
    assert f"got {found} in the cell A2" in problem
    _, (problem,) = read(workbook(HEAD, (f't="inlineStr"><is>{rich}</is>', *ROW[1:])))
    assert f"got {found} in the cell A2" in problem


@pytest.mark.parametrize(
    "cell", [styled_cell("70.5", 1), 's="1" t="str"><v>70.5</v>', 's="1" t="inlineStr"><is><t>70.5</t></is>']
)
def test_cell_that_is_struck_through_is_refused(cell: str) -> None:
    styles = formats_xml("General", fonts="<fonts><font/><font><strike/></font></fonts>", font=1)
    _, (problem,) = read(book({"s": sheet_xml(HEAD, (*ROW[:3], cell))}, styles=styles))
    assert "struck through in the cell D2" in problem


def test_text_that_its_format_hides_is_refused() -> None:
    content = book({"s": sheet_xml(HEAD, (*ROW[:3], 's="1" t="str"><v>70.5</v>'))}, styles=formats_xml(";;;"))
    assert "got text that its format hides in the cell D2" in read(content)[1][0]


# ids


@pytest.mark.parametrize("cell", [number_cell("7"), date_cell("46090"), formula_cell("7")])
@pytest.mark.parametrize("name", ["subject_id", "site", "lot", "container", "for_subject"])
def test_id_that_is_no_text_is_refused_in_each_of_its_rows(cell: str, name: str) -> None:
    content = workbook((text_cell(name), text_cell("x")), (cell, ROW[0]), (text_cell("7"), ROW[0]), (cell, ROW[0]))
    column = next(one for one in (*SUBJECT_COLUMNS, *LOT_COLUMNS) if one.name == name)
    problems = [str(one) for rows in TableReader(table_of(content), (column,)) for one in rows.problems]
    assert [problem.split(" ")[0] for problem in problems] == ["s.xlsx:2:1:", "s.xlsx:4:1:"]
    assert {problem[-5:-1] for problem in problems} == {"C009"}


def test_id_that_is_no_text_is_refused_under_another_name_too() -> None:
    table = table_of(workbook((text_cell("Patient"), *HEAD[1:]), (number_cell("7"), *ROW[1:]), OTHER))
    ids, problems = planned(renamed(table, {"Patient": "subject_id"}, "map.yaml"))
    assert (ids, [(str(one.source), one.code) for one in problems]) == (("008",), [("s.xlsx:2:1", "C009")])


# rows, columns, merged cells


def test_hidden_rows_are_named_and_not_read() -> None:
    third = (text_cell("009"), *ROW[1:])
    content = book({"s": sheet_xml(HEAD, ROW, OTHER, third, hidden=(2, 3))})
    rows, (problem,) = read(content)
    assert [row[0] for row in rows] == ["009"]
    assert problem == (
        "s.xlsx:2: expected rows that are shown, got hidden ones: 2 to 3 (show all rows (a filter may be set), or "
        "delete them) [C016]"
    )


@pytest.mark.parametrize("attribute", ['hidden="true"', 'ht="0"', 'ht="0.0" customHeight="1"'])
def test_row_without_height_is_hidden(attribute: str) -> None:
    sheet = sheet_xml(HEAD, ROW, OTHER, ROW, hidden=(3,)).replace('hidden="1"', attribute)
    assert [problem[-5:-1] for problem in read(book({"s": sheet}))[1]] == ["C016"]


def test_hidden_row_that_holds_nothing_is_passed_over() -> None:
    assert read(book({"s": sheet_xml(HEAD, ROW, (), hidden=(3,))}))[1] == []


def test_hidden_header_is_refused() -> None:
    assert refusal(book({"s": sheet_xml(HEAD, ROW, hidden=(1,))})).endswith("[C016]")


@pytest.mark.parametrize("hides", ['hidden="1"', 'width="0"'])
def test_hidden_column_is_refused_where_it_is_read(hides: str) -> None:
    columns = f'<cols><col min="4" max="5" {hides}/></cols>'
    table = table_of(book({"s": sheet_xml((*HEAD, text_cell("other")), (*ROW, ROW[0]), before=columns)}))
    with pytest.raises(CohortError) as refused:
        require_columns(table, ["subject_id"], ["weight_kg"])
    assert [(str(one.source), one.subject, one.code) for one in refused.value.problems] == [
        ("s.xlsx:1:4", "weight_kg", "C016")
    ]
    require_columns(table, ["subject_id"], ["arm"])


@pytest.mark.parametrize(
    ("merged", "places"),
    [
        ("A2:A3", ["2:1", "3:1"]),
        ("C3:D3", ["3:3", "3:4"]),
        ("D2:F9", ["2:4", "3:4"]),
        ("E2:E3", []),
        ("A9:D12", []),
        ("B2:B2", []),
        ("B2", []),
    ],
)
def test_merged_cells_are_refused_where_they_touch_the_table(merged: str, places: list[str]) -> None:
    _, problems = read(book({"s": sheet_xml(HEAD, ROW, OTHER, after=merged_xml(merged))}))
    assert [problem.split(": ")[0] for problem in problems] == [f"s.xlsx:{place}" for place in places]
    assert all("a part of the merged cells" in problem and problem.endswith("[C009]") for problem in problems)


def test_merged_header_is_refused() -> None:
    with pytest.raises(CohortError) as refused:
        planned(table_of(book({"s": sheet_xml(HEAD, ROW, after=merged_xml("A1:B1"))})))
    assert ["merged cells A1:B1" in str(one) for one in refused.value.problems] == [True, True]


def test_merged_site_of_two_subjects_leaves_none_of_them_without_a_site() -> None:
    header, site = (*HEAD[:3], text_cell("site")), text_cell("S1")
    content = book({"s": sheet_xml(header, (*ROW[:3], site), OTHER[:3], after=merged_xml("D2:D3"))})
    ids, problems = planned(table_of(content))
    assert (ids, [str(one.source) for one in problems]) == ((), ["s.xlsx:2:4", "s.xlsx:3:4"])


def test_cell_beyond_the_header_is_named() -> None:
    sheet = sheet_xml(HEAD, ROW).replace(
        "</sheetData>", '<row r="60000"><c r="XFD60000"><v>1</v></c></row></sheetData>'
    )
    _, problems = read(book({"s": sheet}))
    assert [(line.split(": ")[0], line[-5:-1]) for line in problems] == [
        ("s.xlsx:3:1", "C013"),
        ("s.xlsx:60000", "C012"),
    ]
    assert 'got "1" in the cell XFD60000; rows left out: 60000' in problems[1]


def test_title_above_the_header_is_named() -> None:
    sheet = sheet_xml((text_cell("Subjects of the trial"),), HEAD, ROW, after=merged_xml("A1:D1"))
    with pytest.raises(CohortError) as refused:
        planned(table_of(book({"s": sheet})))
    assert {one.code for one in refused.value.problems} == {"C004"}
    assert "line 1 is no header; line 2 looks like one" in str(refused.value)


def test_empty_rows_before_the_header_and_empty_columns_at_its_end_are_passed_over() -> None:
    content = workbook((), (), (*HEAD, text_cell("")), ROW)
    assert read(content) == ([("007", "active", "2026-03-09", "70.5")], [])
    assert xlsx_table(content, "s.xlsx").header_line == 3


# sheets


HIDDEN = sheet_xml(HEAD, OTHER)
SHOWN = sheet_xml(HEAD, ROW)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheet_is_never_read_and_the_shown_one_is_named(state: str) -> None:
    content = book({"old": HIDDEN, "new": SHOWN}, hidden={"old": state})
    table = xlsx_table(content, "s.xlsx")
    assert [str(warning) for warning in table.warnings] == [
        's.xlsx: read from the sheet "new"; not read: "old" (hidden) ("s.xlsx#new" names a sheet) [W041]'
    ]
    assert read(content)[0][0][0] == "007"


def test_sheets_with_the_same_columns_are_not_chosen_from() -> None:
    problem = refusal(book({"Site A": SHOWN, "Site B": HIDDEN}))
    assert problem == (
        's.xlsx: expected one sheet with these columns, got several: "Site A", "Site B" (name the file with its sheet, '
        'such as "s.xlsx#Site A") [C015]'
    )


def test_first_of_several_sheets_is_read_and_said() -> None:
    weights = sheet_xml(tuple(map(text_cell, ("subject_id", "date", "weight_kg"))))
    table = xlsx_table(book({"empty": sheet_xml(), "subjects": SHOWN, "weights": weights}), "s.xlsx")
    assert 'read from the sheet "subjects"; not read: "weights"' in str(table.warnings[0])
    reader = SubjectReader(PROTOCOL)
    list(reader.read(table))
    assert reader.warnings[0].code == "W041"


def test_sheet_is_chosen_by_its_name() -> None:
    content = book({"a": SHOWN, "b": HIDDEN})
    assert read(content, TableReading(sheet="b"))[0][0][0] == "008"
    assert refusal(content, TableReading(sheet="c")) == 's.xlsx: expected one of the sheets "a", "b", got "c" [C015]'


def test_workbook_whose_sheets_are_all_hidden_is_empty() -> None:
    assert refusal(book({"a": SHOWN}, hidden={"a": "hidden"})).endswith("[C003]")


def test_only_sheet_needs_no_word() -> None:
    assert xlsx_table(workbook(HEAD, ROW), "s.xlsx").warnings == ()


def test_macros_are_passed_over_and_that_is_said() -> None:
    table = read_table(io.BytesIO(workbook(HEAD, ROW)), "s.xlsm")
    assert [warning.code for warning in table.warnings] == ["W042"]


def test_workbook_with_a_header_and_no_row_has_nobody_to_plan() -> None:
    with pytest.raises(CohortError) as refused:
        planned(table_of(workbook(HEAD)))
    assert [one.code for one in refused.value.problems] == ["C003"]


def test_told_decimal_mark_is_for_texts_and_numbers_stay_what_they_are() -> None:
    content = workbook(HEAD, ROW, (*OTHER[:3], text_cell("70,25")))
    ((cohort, problems),) = SubjectReader(PROTOCOL).read(table_of(content, table_reading(decimal=",")))
    assert problems == []
    assert {str(kilograms) for kilograms in cohort.weights.kilograms} == {"141/2", "281/4"}


# sizes and damage


def test_dimensions_that_a_sheet_declares_take_no_memory() -> None:
    content = book({"s": sheet_xml(HEAD, ROW, before='<dimension ref="A1:XFD1048576"/>')})
    tracemalloc.start()
    assert read(content)[1] == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


def test_stray_cell_far_away_takes_no_memory() -> None:
    sheet = sheet_xml(HEAD, ROW).replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    tracemalloc.start()
    read(book({"s": sheet}))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


def bomb(part: str, size: int) -> bytes:
    """A workbook of which a part declares a size, and whose bytes unpack to it."""
    whole = {name: text for name, text in _parts(workbook(HEAD, ROW)).items() if name != part}
    content = io.BytesIO(archive(whole))
    with (
        zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as target,
        target.open(part, "w", force_zip64=True) as stream,
    ):
        for _ in range(size >> 20):
            stream.write(b" " * (1 << 20))
    return content.getvalue()


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        return {name: source.read(name) for name in source.namelist()}


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"]
)
def test_part_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MOST_SHEET_BYTES", "MOST_TEXT_BYTES", "MOST_PART_BYTES"):
        monkeypatch.setattr(workbook_parts, name, 1 << 20)
    content = bomb(part, 8 << 20)
    tracemalloc.start()
    problem = refusal(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "bytes when they are unpacked, got 8,388,608" in problem
    assert problem.endswith("[C014]")
    assert peak < 2_000_000


def test_part_larger_than_it_declares_is_cut_off_and_refused() -> None:
    content = bytearray(workbook(HEAD, *[ROW] * 100))
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        info = source.getinfo("xl/worksheets/sheet1.xml")
    real = info.file_size.to_bytes(4, "little")
    for at in [at for at in range(len(content) - 4) if content[at : at + 4] == real]:
        content[at : at + 4] = (100).to_bytes(4, "little")
    assert refusal(bytes(content)).endswith("[C001]")


def test_table_of_too_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_table, "MOST_CELLS", 7)
    assert refusal(workbook(HEAD, ROW, OTHER)).endswith(
        "got more (copy the table alone into a new workbook, or save it as CSV in UTF-8) [C014]"
    )


def test_more_faults_than_anybody_reads_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_table, "MOST_FAULTS", 3)
    assert refusal(workbook(HEAD, *[(*ROW[:3], error_cell("#N/A"))] * 4)).endswith("[C014]")
    assert refusal(book({"s": sheet_xml(HEAD, *[ROW] * 4, after=merged_xml("A2:D5"))})).endswith("[C014]")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<sheetData>", "<!DOCTYPE x [<!ENTITY a 'b'>]><sheetData>"),
        ('<row r="2"', '<row r="1"'),
        ('<row r="2"', '<row r="9999999"'),
        ('<row r="2"', '<row r="two"'),
        ('<c r="B2"', '<c r="A2"'),
        ('<c r="B2"', '<c r="B3"'),
        ('<c r="B2"', '<c r="XFE2"'),
        ('<c r="B2"', '<c r="AAAA2"'),
        ("</sheetData>", "<sheetData>"),
        ("<mergeCells>", "<mergeCells><oops>"),
    ],
)
def test_damaged_sheet_is_refused(old: str, new: str) -> None:
    sheet = sheet_xml(HEAD, ROW, OTHER, after=merged_xml("E1:F1"))
    assert old in sheet
    assert refusal(book({"s": sheet.replace(old, new)})).endswith("[C001]")


def test_entities_of_a_workbook_are_refused() -> None:
    parts = _parts(workbook(HEAD, ROW))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"<workbook", b"<!DOCTYPE x [<!ENTITY a 'b'>]><workbook"
    )
    assert refusal(archive(parts)).endswith("[C001]")


def test_text_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_parts, "MOST_TOKEN_BYTES", 1 << 16)
    parts = _parts(workbook(HEAD, ROW))
    parts["xl/worksheets/sheet1.xml"] = b'<worksheet><sheetData><row r="' + b"1" * (1 << 20)
    assert refusal(archive(parts)).endswith("[C001]")


@pytest.mark.parametrize("cell", ['t="inlineStr"><is><t>{}</t></is>', 't="str"><v>{}</v>'])
def test_text_longer_than_a_cell_is_no_cell(cell: str) -> None:
    long = cell.format("x" * 140_000)
    rows, problems = read(workbook(HEAD, (long, *ROW[1:])))
    assert (rows, len(problems)) == ([], 1)


def test_prefixes_and_the_strict_dialect_are_read() -> None:
    sheet = sheet_xml(HEAD, ROW).replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
    assert read(book({"s": sheet}))[0] == [("007", "active", "2026-03-09", "70.5")]


def test_cells_without_names_stand_side_by_side() -> None:
    sheet = sheet_xml(HEAD, ROW)
    for row in "12":
        sheet = sheet.replace(f'<row r="{row}"', "<row")
        for letter in "ABCD":
            sheet = sheet.replace(f'<c r="{letter}{row}"', "<c")
    assert read(book({"s": sheet}))[0] == [("007", "active", "2026-03-09", "70.5")]


# both ways of reading rows


def plain(count: int, odd: str = "", at: int = -1) -> bytes:
    """A sheet of many rows as most programs write them, one of which may be odd."""
    rows = []
    for number in range(2, count + 2):
        cells = (
            f'<c r="A{number}" t="s"><v>{number % 3}</v></c><c r="B{number}" s="1"><v>46090</v></c><c r="C{number}"/>'
        )
        cells += f'<c r="D{number}"><v>{number}.5</v></c>'
        extra = odd.format(number) if number == at else ""
        rows.append(f'<row r="{number}" spans="1:4" ht="15" x14ac:dyDescent="0.25">{cells}{extra}</row>')
    head = "".join(f'<c r="{letter}1" t="inlineStr"><is><t>{letter.lower()}</t></is></c>' for letter in "ABCD")
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:x14ac="x"><sheetData>'
        f'<row r="1">{head}</row>{"".join(rows)}</sheetData></worksheet>'
    )
    return book({"s": sheet}, strings="<si><t>x</t></si><si><t>y</t></si><si><t>z</t></si>")


@pytest.mark.parametrize("odd", ["", "<c r='E{0}'/>", "<!-- </row> -->", '<c r="E{0}"><f>1</f><v>2</v></c>'])
def test_rows_are_the_same_whichever_way_they_are_read(odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = plain(5_000, odd, 2_500)
    quick = read(content)
    monkeypatch.setattr("dosecal.load.tables.sheet_rows._SheetParser._take_plain_rows", lambda *_: False)
    assert read(content) == quick
    rows, problems = quick
    assert (len(rows) + len(problems), rows[0], rows[-1]) == (
        5_000,
        ("z", "2026-03-09", "", "2.5"),
        ("x", "2026-03-09", "", "5001.5"),
    )
    assert len(problems) == ("<f>" in odd)


def test_rows_inside_a_comment_are_no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = _parts(plain(9_000))
    sheet = parts["xl/worksheets/sheet1.xml"]
    at, end = sheet.index(b'<row r="3000"'), sheet.index(b'<row r="6000"')
    parts["xl/worksheets/sheet1.xml"] = sheet[:at] + b"<!--" + sheet[at:end] + b"-->" + sheet[end:]
    quick = read(archive(parts))
    monkeypatch.setattr("dosecal.load.tables.sheet_rows._SheetParser._take_plain_rows", lambda *_: False)
    assert read(archive(parts)) == quick
    assert len(quick[0]) == 6_000


def test_fault_among_plain_rows_is_found() -> None:
    for old, new in (
        (b'<c r="B4000"', b'<c r="A4000"'),
        (b'<row r="4000"', b'<row r="3999"'),
        (b'<c r="B4000"', b'<c r="B4001"'),
    ):
        parts = _parts(plain(5_000))
        parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(old, new, 1)
        assert refusal(archive(parts)).endswith("[C001]")


def test_hidden_row_among_plain_ones_is_found() -> None:
    parts = _parts(plain(5_000))
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'<row r="4000" ', b'<row r="4000" hidden="1" ')
    rows, (problem,) = read(archive(parts))
    assert (len(rows), problem[:12]) == (4_999, "s.xlsx:4000:")


def test_memory_of_a_long_sheet_is_a_few_times_its_cells() -> None:
    content = plain(60_000)  # 4 columns
    tracemalloc.start()
    table = xlsx_table(content, "s.xlsx")
    assert sum(len(chunk.lines) for chunk in table.chunks) == 60_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000 * 500


def test_damaged_bytes_are_refused_or_read() -> None:
    whole = workbook(HEAD, ROW)
    for at in range(0, len(whole), 7):
        content = bytearray(whole)
        content[at] ^= 0x55
        rows, problems = read(bytes(content))
        assert rows or problems
