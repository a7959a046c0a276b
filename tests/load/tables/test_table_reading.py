"""What was told of a table is read so; what is found instead of the default is named with the option that reads it."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dosecal.app.composition.studies import Studies, StudyReaders
from dosecal.load.tables.actuals_file import read_actuals, strict_rows
from dosecal.load.tables.cohort_file import read_table
from dosecal.load.tables.levels_file import read_levels
from dosecal.load.tables.lots_file import read_lots
from dosecal.load.tables.subjects import MetSubjects, SubjectReader
from dosecal.load.tables.table_reading import STRICT, TableReading, table_reading
from dosecal.load.tables.weights_file import read_weights
from dosecal.model.days import iso_date
from dosecal.model.problems import CohortError, RefusedError
from dosecal.model.quantity import read_grouped_number, read_number
from tests.example_products import product_protocol
from tests.example_protocols import protocol_of, protocol_text

if TYPE_CHECKING:
    from dosecal.load.tables.text_table import TextTable
    from dosecal.model.cohort import Cohort

PROTOCOL = protocol_of(protocol_text(regimen="dose: 1 mg/kg"))
HEAD = "subject_id;arm;start;weight_kg;weight_date\n"
ROW = "007;active;09/03/2026;70,5;8/3/2026\n"
TOLD = table_reading(";", "cp1252", "dd/mm/yyyy", ",")


def table(content: str | bytes, reading: TableReading = STRICT, encoding: str = "utf-8") -> TextTable:
    return read_table(io.BytesIO(content if isinstance(content, bytes) else content.encode(encoding)), "s.csv", reading)


def cohort(content: str | bytes, reading: TableReading = STRICT) -> tuple[Cohort, list[str]]:
    ((found, problems),) = SubjectReader(PROTOCOL).read(table(content, reading))
    return found, [str(problem) for problem in problems]


def refusal(content: str | bytes, reading: TableReading = STRICT) -> str:
    """The only problem of a table that is refused whole."""
    with pytest.raises(CohortError) as refused:
        cohort(content, reading)
    (problem,) = refused.value.problems
    return str(problem)


def test_table_is_read_as_it_was_told() -> None:
    found, problems = cohort((HEAD + ROW.replace("007", "Muñoz")).encode("cp1252"), TOLD)
    assert (found.ids, problems) == (("Muñoz",), [])
    assert found.anchors.astype(str).tolist() == [["2026-03-09"]]
    assert found.weights.date.astype(str).tolist() == ["2026-03-08"]
    assert found.weights.kilograms == (Fraction("70.5"),)


@pytest.mark.parametrize(
    ("separator", "words"),
    [
        (";", ";"),
        ("semicolon", ";"),
        ("tab", "\t"),
        ("\t", "\t"),
        ("\\t", "\t"),
        ("|", "|"),
        ("pipe", "|"),
        ("，", "，"),
    ],
)
def test_every_separator_that_is_named_is_read(separator: str, words: str) -> None:
    content = "subject_id,arm,start\n007,active,2026-03-09\n".replace(",", words)
    for quoted in (content, content.replace("007", '"007"')):
        found, problems = cohort(quoted, table_reading(separator))
        assert (found.ids, problems) == (("007",), [])
    bad = content.replace("2026-03-09", "2026")
    assert cohort(bad, table_reading(separator))[1][0].startswith("s.csv:2:12: start: ")


@pytest.mark.parametrize(("sign", "name"), [(";", ";"), ("\t", "tab"), ("|", "|"), ("，", "，")])
def test_separator_that_is_found_is_named_with_its_option(sign: str, name: str) -> None:
    content = "subject_id,arm,start\n007,active,2026-03-09\n".replace(",", sign)
    assert f'--separator "{name}" reads it' in refusal(content)
    assert refusal(content).endswith("[C010]")
    assert refusal(content.split("\n")[0]).endswith("[C010]")


def test_comma_where_something_else_was_told_is_named() -> None:
    problem = refusal("subject_id,arm,start\n007,active,2026-03-09\n", table_reading(";"))
    assert problem == "s.csv:1:1: expected cells separated by semicolons, got commas (leave --separator out) [C010]"


def test_line_that_names_the_separator_is_passed_over_where_it_says_what_was_told() -> None:
    content = f"sep=;\r\n{HEAD}{ROW}"
    found, problems = cohort(content.encode("cp1252"), TOLD)
    assert (found.ids, problems, found.line.tolist()) == (("007",), [], [3])
    assert refusal(content) == (
        "s.csv:1:1: expected cells separated by commas, got semicolons (line 1 says so; "
        '--separator ";" reads it) [C010]'
    )
    assert cohort("sep=,\nsubject_id,arm,start\n007,active,2026-03-09\n")[0].ids == ("007",)


def test_separator_inside_a_name_is_no_separator() -> None:
    assert cohort("subject_id,arm,start,Wt; kg\n007,active,2026-03-09,70\n")[0].ids == ("007",)


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("gbk", "患者1"),
        ("gb18030", "患者1"),
        ("big5", "病人1"),
        ("shift_jis", "患者1"),
        ("utf-16", "患者1"),
        ("utf-16-le", "患者1"),
        ("utf-16-be", "患者1"),
        ("latin-1", "Muñoz"),
        ("mac-roman", "Muñoz"),
        ("Windows-1252", "Muñoz"),
        ("ISO-8859-15", "Muñoz"),
        ("utf-8", "患者1"),
    ],
)
def test_encoding_that_was_told_is_read(encoding: str, content: str) -> None:
    rows = "".join(f"{content}-{number},active,2026-03-09\n" for number in range(2_000))
    whole = ("subject_id,arm,start\r\n" + rows).encode(encoding)
    found, problems = cohort(whole, table_reading(encoding=encoding))
    assert (len(found), found.ids[1_999], problems) == (2_000, f"{content}-1999", [])


def test_lines_of_two_bytes_a_character_are_never_parted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dosecal.load.tables.text_blocks.BLOCK_BYTES", 7)
    ids = [f"{number}\u0a0a\u0d0a" for number in range(50)]  # each character has a byte like a line feed
    content = "subject_id,arm,start\n" + "".join(f"{one},active,2026-03-09\n" for one in ids)
    reader = SubjectReader(PROTOCOL)
    for name in ("utf-16", "utf-16-be", "utf-16-le"):
        read = table(content, table_reading(encoding=name), name)
        reader.met.lines.clear()
        assert [one for found, _ in reader.read(read) for one in found.ids] == ids


def test_byte_that_the_told_encoding_lacks_has_its_place() -> None:
    content = "subject_id,arm,start\n患者,active,2026-03-09\n".encode("gbk") + b"0\xff1,active,2026-03-09\n"
    assert refusal(content, table_reading(encoding="gbk")) == (
        "s.csv:3:2: expected text in gbk, as told, got the byte 0xff [C002]"
    )


@pytest.mark.parametrize(
    ("content", "encoding", "reads"),
    [
        ("Muñoz", "cp1252", '--encoding cp1252 reads "Muñoz"'),
        ("患者", "gbk", '--encoding gbk reads "患者"'),
    ],
)
def test_encoding_that_may_be_meant_is_shown_with_what_it_reads(content: str, encoding: str, reads: str) -> None:
    rows = f"subject_id,arm,start\n001,active,2026-03-09\n{content},active,2026-03-09\n002,active,2026-03-09\n"
    found, (problem,) = cohort(rows.encode(encoding))
    assert found.ids == ("001", "002")
    assert problem.startswith(f"s.csv:3:{len(content.encode(encoding)) and (3 if encoding == 'cp1252' else 1)}: ")
    assert reads in problem
    assert problem.endswith("[C002]")


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")]
)
def test_two_bytes_a_character_are_named(encoding: str, told: str) -> None:
    problem = refusal("subject_id,arm,start\n007,active,2026-03-09\n".encode(encoding))
    assert problem.startswith("s.csv:1:1: expected text in UTF-8, got UTF-16")
    assert f"--encoding {told} reads it" in problem


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ("dd/mm/yyyy", "09/03/2026"),
        ("dd/mm/yyyy", "9/3/2026"),
        ("mm/dd/yyyy", "03/09/2026"),
        ("dd.mm.yyyy", "09.03.2026"),
        ("dd-mm-yyyy", "09-03-2026"),
        ("yyyy/mm/dd", "2026/03/09"),
        ("dd-mmm-yyyy", "09-Mar-2026"),
        ("dd mmm yyyy", "9 MAR 2026"),
        ("ddmmmyyyy", "09mar2026"),
        ("yyyymmdd", "20260309"),
        ("DD/MM/YYYY", "09/03/2026"),
        ("mm/dd/yyyy", "2026-03-09"),
    ],
)
def test_order_of_dates_that_was_told_is_read_and_iso_beside_it(order: str, text: str) -> None:
    assert iso_date(table_reading(dates=order).date(text)) == "2026-03-09"


@pytest.mark.parametrize(
    "text", ["31/02/2026", "03/13/2026", "09.03.2026", "09/03/26", "9/3", "09/Mar/2026", "", "46090"]
)
def test_date_in_another_order_than_told_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(RefusedError) as refused:
        table_reading(dates="dd/mm/yyyy").date(text)
    assert refused.value.expected == 'a date such as "09/03/2026"'
    assert refused.value.hint == "dates are read as dd/mm/yyyy, as told"


DAY_FIRST = "--dates dd/mm/yyyy reads it as 2026-03-02"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (
            "02/03/2026",
            f"{DAY_FIRST}, --dates mm/dd/yyyy reads it as 2026-02-03: whoever wrote it knows",
        ),
        ("25/12/2026", "--dates dd/mm/yyyy reads it as 2026-12-25"),
        ("12/25/2026", "--dates mm/dd/yyyy reads it as 2026-12-25"),
        ("2026.03.09", "--dates yyyy.mm.dd reads it as 2026-03-09"),
        ("9-Mar-2026", "--dates dd-mmm-yyyy reads it as 2026-03-09"),
        ("20260309", "--dates yyyymmdd reads it as 2026-03-09"),
        ("46090", "a spreadsheet counts days so, and shows 2026-03-09: format the column as dates, or write them out"),
        ("02/03/26", "year-month-day, with four, two and two digits"),
        ("2026-02-30", ""),
    ],
)
def test_date_in_another_order_is_named_with_every_option_that_reads_it(text: str, hint: str) -> None:
    with pytest.raises(RefusedError) as refused:
        STRICT.date(text)
    assert refused.value.hint == hint


@pytest.mark.parametrize(("text", "value"), [("70,5", "70.5"), ("70", "70"), ("0,25", "0.25")])
def test_decimal_comma_that_was_told_is_read(text: str, value: str) -> None:
    assert table_reading(decimal=",").number(text, read_number) == Fraction(value)


@pytest.mark.parametrize("text", ["70.5", "1.234", "1.234,5", "70,5,", "7,0,5", ",5", "70,"])
def test_point_where_a_comma_was_told_is_refused(text: str) -> None:
    with pytest.raises(RefusedError) as refused:
        table_reading(decimal=",").number(text, read_number)
    assert refused.value.hint == "the decimal mark is a comma, as told"


def test_points_between_thousands_are_read_where_a_comma_was_told() -> None:
    told = table_reading(decimal=",")
    assert told.number("25.000.000", read_grouped_number) == 25_000_000
    with pytest.raises(RefusedError):
        told.number("25.000", read_grouped_number)


@pytest.mark.parametrize("text", ["70,5", "1,234"])
def test_comma_in_a_number_is_named_with_its_option(text: str) -> None:
    with pytest.raises(RefusedError) as refused:
        STRICT.number(text, read_number)
    assert f'--decimal "," reads it as {text.replace(",", ".")}; else write a point' in refused.value.hint


@pytest.mark.parametrize(
    "told",
    [
        {"separator": "x"},
        {"separator": ""},
        {"separator": ";;"},
        {"encoding": "klingon"},
        {"encoding": "rot13"},
        {"encoding": "unicode_escape"},
        {"encoding": "idna"},
        {"encoding": "utf-7"},
        {"encoding": "x" * 500},
        {"encoding": "\0"},
        {"dates": "dd/mm"},
        {"dates": "dd/mm/yy"},
        {"dates": ""},
        {"decimal": ";"},
        {"decimal": ""},
    ],
)
def test_what_cannot_be_told_is_refused(told: dict[str, str]) -> None:
    with pytest.raises(RefusedError):
        table_reading(**told)


def test_every_table_takes_what_was_told() -> None:
    weights = read_weights(table("subject_id;date;weight_kg\n1;09/03/2026;70,5\n", TOLD))
    assert [(iso_date(one.day), one.kilograms) for one in weights["1"]] == [("2026-03-09", Fraction("70.5"))]
    levels = read_levels(table("subject_id;date;level\n1;09/03/2026;-1\n", TOLD))
    assert [(iso_date(one.day), one.name) for one in levels["1"]] == [("2026-03-09", "-1")]
    product = product_protocol("container: {called: vial, content: 25 million cells}", "dose: 1 million cells")
    lots = "product;lot;container;content;unit;volume_ml;expires\ndrug;L;1;25.000.000;cells;3,8;9/3/2026\n"
    (one,) = read_lots(table(lots, TOLD), product)
    assert (one.content.value, one.volume_ml) == (Fraction(25_000_000), Fraction("3.8"))
    assert one.expires == "2026-03-09"
    head = "subject_id;visit;date;status;dose;unit;dose_start;dose_end;planned_first\n"
    row = "1;D1;09/03/2026;done;1,5;mg;9/3/2026 09:30;09/03/2026 10:00;08/03/2026\n"
    record = read_actuals(table(head + row, TOLD))
    assert record.date.astype(str).tolist() == ["2026-03-09"]
    assert record.amounts[0].value == Fraction("1.5")
    assert record.start.astype(str).tolist() == ["2026-03-09T09:30"]
    assert record.planned_first.astype(str).tolist() == ["2026-03-08"]


def test_record_is_given_on_in_our_own_writing() -> None:
    head = "subject_id;visit;date;status;dose;unit;dose_start;note\n"
    rows = "1;D1;09/03/2026;done;1,5;mg;9/3/2026 09:30;1,5 or 09/03/2026\n1;D3;;cancelled;;;;\n"
    assert list(strict_rows(table(head + rows, TOLD))) == [
        ("1", "D1", "2026-03-09", "done", "1.5", "mg", "2026-03-09 09:30", "1,5 or 09/03/2026"),
        ("1", "D3", "", "cancelled", "", "", "", ""),
    ]


def test_version_in_effect_is_found_by_the_date_as_it_was_told() -> None:
    text = protocol_text(regimen="dose: 1 mg/kg")
    first = protocol_of(text.replace('version: "1.0"', 'version: "1.0"\neffective: 2026-01-01'))
    second = protocol_of(text.replace('version: "1.0"', 'version: "2.0"\neffective: 2026-03-05'))
    content = "subject_id;arm;start\n1;active;04/03/2026\n2;active;05/03/2026\n"
    studies = Studies.of((first, second))
    met = MetSubjects()
    readers = StudyReaders(studies, (SubjectReader(first, met=met), SubjectReader(second, met=met)))
    ((group, problems),) = readers.read(table(content, TOLD))
    found = [(one.protocol.version, one.cohort.ids) for one in group]
    assert (found, problems) == ([("1.0", ("1",)), ("2.0", ("2",))], [])
