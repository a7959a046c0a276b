"""A folder or a pattern of files is one table, in the order of their names; each problem names its file."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dosecal.load.tables.actuals_file import read_actuals
from dosecal.load.tables.cohort_file import open_table
from dosecal.load.tables.lots_file import read_lots
from dosecal.load.tables.subjects import SubjectReader
from dosecal.load.tables.table_reading import STRICT, TableReading, table_reading
from dosecal.load.tables.weights_file import read_weights
from dosecal.model.problems import CohortError
from tests.example_products import product_protocol
from tests.example_protocols import protocol_of, protocol_text
from tests.load.workbooks import book, sheet_xml, text_cell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

PROTOCOL = protocol_of(protocol_text(regimen="dose: 1 mg/kg"))
HEAD = "subject_id,arm,start\n"


@contextmanager
def opened(name: str) -> Iterator[tuple[BinaryIO, str, int]]:
    """A file as the commands open it."""
    with Path(name).open("rb") as stream:
        yield stream, name, 0


def row(subject: str, start: str = "2026-03-09") -> str:
    return f"{subject},active,{start}\n"


def planned(name: Path | str, reading: TableReading = STRICT) -> tuple[list[str], list[str]]:
    """The ids of the subjects of a name, and the problems with their files."""
    ids: list[str] = []
    problems: list[str] = []
    try:
        with open_table(str(name), opened, reading) as table:
            for cohort, bad in SubjectReader(PROTOCOL).read(table):
                ids += cohort.ids
                problems += map(str, bad)
                assert all(cohort.source(place).file != str(name) for place in range(len(cohort)))
    except CohortError as error:
        problems += map(str, error.problems)
    return ids, [problem.replace(f"{name}/", "") for problem in problems]


def write(folder: Path, **files: str) -> None:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")


def test_folder_is_one_table_in_the_order_of_its_names(tmp_path: Path) -> None:
    write(tmp_path / "s", b=HEAD + row("2"), a=HEAD + row("1"), c=HEAD)
    assert planned(tmp_path / "s") == (["1", "2"], [])


def test_pattern_is_one_table(tmp_path: Path) -> None:
    write(tmp_path / "s", b=HEAD + row("2"), a=HEAD + row("1"), other="x\n")
    (tmp_path / "s" / "x=1.csv").write_text(HEAD + row("3"), encoding="utf-8")  # a file may be called so
    assert planned(f"{tmp_path}/s/[abx]*.csv") == (["1", "2", "3"], [])
    assert planned(f"{tmp_path}/s/[ab].csv") == (["1", "2"], [])
    assert planned(f"{tmp_path}/*/a.*") == (["1"], [])


def test_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "s[1].csv").write_text(HEAD + row("1"), encoding="utf-8")
    with open_table(str(tmp_path / "s[1].csv"), opened) as table:
        assert table.file.endswith("s[1].csv")


def test_problem_names_the_file_of_its_row(tmp_path: Path) -> None:
    write(tmp_path / "s", a=HEAD + row("1"), b=HEAD + row("2", "2026") + row("3"), c=HEAD + row("4") + row("1"))
    ids, problems = planned(tmp_path / "s")
    assert ids == ["1", "3", "4"]
    assert [problem.split(" ")[0] for problem in problems] == ["b.csv:2:10:", "c.csv:3:1:"]
    assert f"first in line 2 of {tmp_path}" in problems[1].replace("a.csv", f"{tmp_path}/s/a.csv")


def test_subject_on_the_same_line_of_two_files_stands_twice(tmp_path: Path) -> None:
    write(tmp_path / "s", a=HEAD + row("1"), b=HEAD + row("1"))
    ids, (problem,) = planned(tmp_path / "s")
    assert (ids, problem[:10], problem[-6:]) == (["1"], "b.csv:2:1:", "[C102]")


def test_file_with_another_header_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "s", a=HEAD + row("1"), b="subject_id,start,arm\n2,2026-03-09,active\n")
    ids, (problem,) = planned(tmp_path / "s")
    assert ids == ["1"]
    assert problem.startswith('b.csv:1: header: expected the header of "a.csv", got another one: "subject_id", "start"')
    assert problem.endswith("[C018]")


def test_header_with_a_fault_is_said_of_the_whole(tmp_path: Path) -> None:
    write(tmp_path / "s", a="subject_id,Arm,start\n", b="subject_id,Arm,start\n")
    assert len(planned(tmp_path / "s")[1]) == 1


@pytest.mark.parametrize("name", ["_SUCCESS", ".part-0.csv.crc", "_committed_1"])
def test_what_other_programs_leave_beside_their_data_is_passed_over(name: str, tmp_path: Path) -> None:
    write(tmp_path / "s", a=HEAD + row("1"))
    (tmp_path / "s" / name).write_text("x", encoding="utf-8")
    assert planned(tmp_path / "s") == (["1"], [])


@pytest.mark.parametrize("name", ["notes.md", "s.xlsx", "part.parquet", "s.csv.gz", "README"])
def test_files_of_several_kinds_are_refused(name: str, tmp_path: Path) -> None:
    write(tmp_path / "s", a=HEAD + row("1"))
    (tmp_path / "s" / name).write_text("x", encoding="utf-8")
    ids, (problem,) = planned(tmp_path / "s")
    assert (ids, problem[-6:]) == ([], "[C018]")
    assert f'"{name}"' in problem


@pytest.mark.parametrize("name", ["s", "s/*.csv", "s/*/*.csv"])
def test_nothing_to_read_is_a_problem(name: str, tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    ids, (problem,) = planned(f"{tmp_path}/{name}")
    assert (ids, "expected files with a table, got none" in problem, problem[-6:]) == ([], True, "[C018]")


def test_files_with_headers_and_no_row_have_nobody_to_plan(tmp_path: Path) -> None:
    write(tmp_path / "s", a=HEAD, b=HEAD)
    ids, (problem,) = planned(tmp_path / "s")
    assert (ids, problem[-6:]) == ([], "[C003]")


def test_folders_by_value_are_refused_since_their_names_stand_in_no_column(tmp_path: Path) -> None:
    for site in ("A", "B"):
        (tmp_path / "s" / f"site={site}").mkdir(parents=True)
        pq.write_table(pa.table({"subject_id": [site]}), tmp_path / "s" / f"site={site}" / "part.parquet")
    for name in ("s", "s/*/*.parquet", "s/site=*/*.parquet"):
        ids, (problem,) = planned(f"{tmp_path}/{name}")
        assert (ids, "folders by value" in problem, problem[-6:]) == ([], True, "[C018]")


def test_folder_in_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s" / "more").mkdir(parents=True)
    assert "got a folder" in planned(tmp_path / "s")[1][0]


def test_parquet_files_of_other_types_are_read_by_their_texts(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    columns = {"subject_id": ["1"], "arm": ["active"], "start": ["2026-03-09"], "weight_kg": ["70.5"]}
    others = {
        "subject_id": pa.array(["2"]).dictionary_encode(),
        "arm": pa.array(["active"], pa.large_string()),
        "start": pa.array([date(2026, 3, 10)]),
        "weight_kg": pa.array([Decimal("70.5")], pa.decimal128(38, 18)),
    }
    third = {**columns, "subject_id": ["3"], "weight_kg": pa.array([70.5], pa.float32())}
    for name, table in (("a", columns), ("b", others), ("c", third)):
        pq.write_table(pa.table(table), tmp_path / "s" / f"{name}.parquet")
    with open_table(str(tmp_path / "s"), opened) as read:
        cohorts = [cohort for cohort, _ in SubjectReader(PROTOCOL).read(read)]
    assert [cohort.ids for cohort in cohorts] == [("1",), ("2",), ("3",)]
    assert {kilograms for cohort in cohorts for kilograms in cohort.weights.kilograms} == {Decimal("70.5")}


@pytest.mark.parametrize("whole", ["0.000000000000000001", "70.25", "25000000", "123456789012", "99999999999999999999"])
def test_decimals_of_thirty_eight_digits_are_read_exactly(whole: str, tmp_path: Path) -> None:
    pq.write_table(pa.table({"w": pa.array([Decimal(whole)], pa.decimal128(38, 18))}), tmp_path / "a.parquet")
    with open_table(str(tmp_path / "a.parquet"), opened) as table:
        (chunk,) = table.chunks
        assert (Decimal(chunk.texts(0)[0]), len(chunk.texts(0)[0]) <= 30) == (Decimal(whole), True)


def test_sheet_is_named_behind_its_workbook(tmp_path: Path) -> None:
    sheet = sheet_xml(*(tuple(map(text_cell, line.strip().split(","))) for line in (HEAD, row("1"))))
    other = sheet.replace("<t>1</t>", "<t>2</t>")
    (tmp_path / "s.xlsx").write_bytes(book({"A": sheet, "B #2": other}))
    assert planned(f"{tmp_path}/s.xlsx#B #2")[0] == ["2"] or planned(f"{tmp_path}/s.xlsx#B #2")[1] == []
    assert planned(tmp_path / "s.xlsx")[1][0].endswith("[C015]")
    assert planned(f"{tmp_path}/s.xlsx#C")[1][0].endswith("[C015]")


def test_told_reading_holds_for_every_file(tmp_path: Path) -> None:
    write(
        tmp_path / "s", a="subject_id;arm;start\n1;active;09/03/2026\n", b="subject_id;arm;start\n2;active;9/3/2026\n"
    )
    assert planned(tmp_path / "s", table_reading(";", dates="dd/mm/yyyy")) == (["1", "2"], [])
    assert planned(tmp_path / "s")[1][0].endswith("[C010]")


def test_further_tables_may_be_folders_too(tmp_path: Path) -> None:
    write(
        tmp_path / "w",
        a="subject_id,date,weight_kg\n1,2026-03-09,70\n",
        b="subject_id,date,weight_kg\n2,2026-03-09,80\n",
    )
    with open_table(str(tmp_path / "w"), opened) as table:
        weights = read_weights(table)
    assert [str(weights[one][0].source) for one in "12"] == [f"{tmp_path}/w/{one}.csv:2:14" for one in "ab"]

    head = "subject_id,visit,date,status\n"
    write(tmp_path / "r", a=f"{head}1,D1,2026-03-09,done\n", b=f"{head}2,D1,2026-03-09,done\n1,D3,2026-03-11,done\n")
    with open_table(str(tmp_path / "r"), opened) as table:
        record = read_actuals(table)
    assert [str(record.source(at)) for at in range(3)] == [
        f"{tmp_path}/r/{one}" for one in ("a.csv:2", "b.csv:2", "b.csv:3")
    ]

    write(tmp_path / "r", c=f"{head}1,D1,2026-03-09,missed\n")
    with open_table(str(tmp_path / "r"), opened) as table, pytest.raises(CohortError) as refused:
        read_actuals(table)
    assert f"(the first is in line 2 of {tmp_path}/r/a.csv)" in str(refused.value)

    product = product_protocol("container: {called: vial, content: 25 million cells}", "dose: 1 million cells")
    lots = "product,lot,container,content,unit\ndrug,L,{},25000000,cells\n"
    write(tmp_path / "l", a=lots.format(1), b=lots.format(2))
    with open_table(str(tmp_path / "l"), opened) as table:
        assert [(one.file, one.line) for one in read_lots(table, product)] == [
            (f"{tmp_path}/l/{one}.csv", 2) for one in "ab"
        ]


def test_files_are_closed_again(tmp_path: Path) -> None:
    write(tmp_path / "s", a=HEAD + row("1"), b=HEAD + row("2"))
    streams: list[BinaryIO] = []

    @contextmanager
    def counted(name: str) -> Iterator[tuple[BinaryIO, str, int]]:
        with Path(name).open("rb") as stream:
            streams.append(stream)
            yield stream, name, 0

    with open_table(str(tmp_path / "s"), counted) as table:
        next(table.chunks)
        assert [stream.closed for stream in streams] == [False]
    assert [stream.closed for stream in streams] == [True]
