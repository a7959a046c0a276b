"""A header is ours to the character, or it is shown; what stands above it is no header; nobody is planned from none."""

from __future__ import annotations

import io

import pytest

from dosecal.app.composition.studies import Studies, StudyReaders
from dosecal.load.tables.actuals_file import read_actuals
from dosecal.load.tables.subjects import SubjectReader
from dosecal.load.tables.text_table import csv_table
from dosecal.load.tables.weights_file import read_weights
from dosecal.model.problems import CohortError
from tests.example_protocols import protocol_of, protocol_text

PROTOCOL = protocol_of(protocol_text(regimen='dose: 75 mg\nlevels: {"-1": 60 mg}'))
ROW = "007,active,2026-03-09\n"


def refusals(content: str) -> list[str]:
    """The problems of a table of subjects that is refused."""
    with pytest.raises(CohortError) as refused:
        list(SubjectReader(PROTOCOL).read(csv_table(io.BytesIO(content.encode()), "s.csv")))
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ("\u00a0arm", "\\u00a0arm"),
        (" arm", " arm"),
        ("arm ", "arm "),
        ("Arm", "Arm"),
        ("ARM", "ARM"),
        ("'arm'", "'arm'"),
        ("“arm”", "“arm”"),
        ("arm\u200b", "arm\\u200b"),
        ("ａｒｍ", "ａｒｍ"),
    ],
)
def test_name_that_is_nearly_ours_is_shown_with_the_header(found: str, shown: str) -> None:
    (problem,) = refusals(f"subject_id,{found},start\n{ROW}")
    assert problem == (
        f's.csv:1:1: arm: expected a column named "arm", got none ("{shown}" in column 2 is not the same; the header '
        f'found is "subject_id", "{shown}", "start") [C004]'
    )


def test_second_byte_order_mark_is_shown() -> None:
    (problem,) = refusals(f"\ufeff\ufeffsubject_id,arm,start\n{ROW}")
    assert '("\\ufeffsubject_id" in column 1 is not the same; the header found is "\\ufeffsubject_id", "arm"' in problem


def test_name_with_blanks_and_signs_is_nearly_ours() -> None:
    (problem,) = refusals(f"Subject ID,arm,start\n{ROW}")
    assert '"Subject ID" in column 1 is not the same' in problem


def test_header_found_is_shown_whole_up_to_twenty_names() -> None:
    names = [f"x{number}" for number in range(25)]
    (problem, *_) = refusals(f"{','.join(names)}\n")
    assert '"x19" and 5 more)' in problem


@pytest.mark.parametrize(
    "name", ["Dose_Level", " dose_level", "dose level", "DOSE_LEVEL", "dose_level\u00a0", "dose-level"]
)
def test_reduced_level_is_never_lost_to_a_header_that_is_nearly_ours(name: str) -> None:
    (problem,) = refusals(f"subject_id,arm,start,{name}\n{ROW.strip()},-1\n")
    assert problem.startswith('s.csv:1:4: dose_level: expected a column named "dose_level" or another one, got "')
    assert problem.endswith("(names are compared to the character) [C011]")


def test_name_that_is_nearly_ours_beside_ours_is_passed_over() -> None:
    reader = SubjectReader(PROTOCOL)
    content = "subject_id,arm,start,dose_level,Dose Level\n007,active,2026-03-09,-1,1\n"
    ((cohort, problems),) = reader.read(csv_table(io.BytesIO(content.encode()), "s.csv"))
    assert (cohort.ids, problems) == (("007",), [])
    assert [warning.code for warning in reader.warnings] == ["W001"]


@pytest.mark.parametrize(
    "title", ["Subjects of the trial\n", "Subjects,,\n", '"Subjects, all"\n\n', "Site A; 2026\n", ",Subjects,\n"]
)
def test_title_above_the_header_is_no_header(title: str) -> None:
    problems = refusals(f"{title}subject_id,arm,start\n{ROW}")
    line = 2 + title.count("\n\n")
    assert len(problems) == 3
    assert all(f"(line 1 is no header; line {line} looks like one: take away what" in problem for problem in problems)


def test_title_above_a_header_with_other_separators_is_no_header() -> None:
    (problem, *_) = refusals(f"Subjects\nsubject_id;arm;start\n{ROW.replace(',', ';')}")
    assert "line 2 looks like one, with semicolons between its names" in problem


@pytest.mark.parametrize("above", ["\n", "\n\n\n", ",,\n", "\r\n", ",,\r\n\n"])
def test_empty_rows_above_the_header_are_passed_over(above: str) -> None:
    content = f"{above}subject_id,arm,start\n{ROW}008,active,2026\n"
    ((cohort, (problem,)),) = SubjectReader(PROTOCOL).read(csv_table(io.BytesIO(content.encode()), "s.csv"))
    assert cohort.ids == ("007",)
    assert str(problem).startswith(f"s.csv:{3 + above.count(chr(10))}:12: start: ")


@pytest.mark.parametrize("end", [",,\n" * 3, "\n\n\n", ",,\n\n,,", ",,\r\n" * 2])
@pytest.mark.parametrize("quote", ["", '"'])
def test_empty_rows_at_the_end_are_passed_over(end: str, quote: str) -> None:
    content = f"subject_id,arm,start\n{quote}007{quote},active,2026-03-09\n{end}"
    ((cohort, problems),) = SubjectReader(PROTOCOL).read(csv_table(io.BytesIO(content.encode()), "s.csv"))
    assert (cohort.ids, problems) == (("007",), [])


@pytest.mark.parametrize("block", [8, 1 << 22])
@pytest.mark.parametrize("quote", ["", '"'])
def test_empty_rows_between_others_are_one_problem(block: int, quote: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dosecal.load.tables.text_blocks.BLOCK_BYTES", block)
    content = f"subject_id,arm,start\n007,active,2026-03-09\n,,\n,,\n{quote}008{quote},active,2026-03-09\n,,\n"
    read = list(SubjectReader(PROTOCOL).read(csv_table(io.BytesIO(content.encode()), "s.csv")))
    assert [one for cohort, _ in read for one in cohort.ids] == ["007", "008"]
    (problem,) = (problem for _, problems in read for problem in problems)
    assert str(problem) == (
        "s.csv:3:1: expected empty rows at the end alone, got empty rows up to line 4 between others (delete them, or "
        "fill them in: what stood there can't be known) [C013]"
    )


def test_empty_columns_at_the_end_are_passed_over_and_filled_ones_named() -> None:
    content = "subject_id,arm,start,,\n007,active,2026-03-09,,\n008,active,2026-03-09,,x\n009,active,2026-03-09\n"
    ((cohort, (problem,)),) = SubjectReader(PROTOCOL).read(csv_table(io.BytesIO(content.encode()), "s.csv"))
    assert cohort.ids == ("007", "009")
    assert str(problem) == (
        's.csv:3:1: header: expected a name for column 5, which holds something, got none: "x" [C012]'
    )


def test_column_without_a_name_between_others_is_refused() -> None:
    (problem,) = refusals(f"subject_id,,arm,start\n{ROW.replace(',', ',,', 1)}")
    assert problem.startswith(
        "s.csv:1:2: header: expected a name for each column up to the last, got none for column 2"
    )
    assert problem.endswith("[C012]")


def test_header_without_a_row_has_nobody_to_plan() -> None:
    expected = ["s.csv:1:1: expected a row for each subject, got a header and no row: there is nobody to plan [C003]"]
    for content in ("subject_id,arm,start\n", "subject_id,arm,start", "subject_id,arm,start\n,,\n\n"):
        assert refusals(content) == expected


def test_header_without_a_row_has_nobody_to_plan_by_several_versions_and_studies() -> None:
    other = protocol_of(protocol_text(regimen="dose: 1 mg").replace('version: "1.0"', 'version: "2.0"'))
    readers = StudyReaders(Studies.of((PROTOCOL, other)), (SubjectReader(PROTOCOL), SubjectReader(other)))
    with pytest.raises(CohortError) as refused:
        list(readers.read(csv_table(io.BytesIO(b"subject_id,arm,start,protocol_version\n"), "s.csv")))
    assert [problem.code for problem in refused.value.problems] == ["C003"]


def test_table_whose_rows_are_all_bad_says_what_is_wrong_with_them_alone() -> None:
    content = b"subject_id,arm,start\n007\n"
    ((_, problems),) = SubjectReader(PROTOCOL).read(csv_table(io.BytesIO(content), "s.csv"))
    assert [problem.code for problem in problems] == ["C006"]


def test_further_tables_may_have_no_row() -> None:
    assert read_weights(csv_table(io.BytesIO(b"subject_id,date,weight_kg\n"), "w.csv")) == {}
    assert len(read_actuals(csv_table(io.BytesIO(b"subject_id,visit,date,status\n"), "a.csv"))) == 0
