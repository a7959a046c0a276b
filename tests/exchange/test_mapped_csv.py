"""Any CSV has the columns, dates, signs and encoding that its mapping file asks for."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.command_line import run, run_well
from tests.followed import files

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

VISITS = "screening: {window: D-2 to D-1}\nD1: {}\nD3: {window: ±1 day}"
DOSED = "dose: 1.5 mg\nvisits: [D1]"


def written(folder: Path, mapping: str, *options: str | Path, **more: str) -> Result:
    """What comes of a mapping file for a few subjects."""
    protocol, subjects, *_ = files(folder, visits=more.pop("visits", VISITS), **more)
    (folder / "map.yaml").write_text(mapping, encoding="utf-8")
    return run("export", protocol, subjects, "--to", "csv", "--columns", folder / "map.yaml", *options)


def rows(content: bytes, encoding: str = "utf-8", delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=delimiter, strict=True))


def test_columns_are_renamed_and_in_the_order_of_the_file(tmp_path: Path) -> None:
    mapping = "table: visits\ncolumns:\n  - Besuch: visit\n  - 'Patient, No': subject_id\n  - Source: {text: dosecal}\n"
    result = written(tmp_path, mapping, subjects="007,control,2026-03-02")
    assert rows(result.stdout_bytes) == [
        ["Besuch", "Patient, No", "Source"],
        ["screening", "007", "dosecal"],
        ["D1", "007", "dosecal"],
        ["D3", "007", "dosecal"],
    ]


@pytest.mark.parametrize(
    ("pattern", "written_as"),
    [
        ("YYYY-MM-DD", "2026-03-04"),
        ("DD/MM/YYYY", "04/03/2026"),
        ("MM/DD/YYYY", "03/04/2026"),
        ("DD.MM.YYYY", "04.03.2026"),
        ("DD-MMM-YYYY", "04-Mar-2026"),
        ("DD MMM YYYY", "04 Mar 2026"),
        ("YYYYMMDD", "20260304"),
    ],
)
def test_dates_are_written_as_the_file_asks(tmp_path: Path, pattern: str, written_as: str) -> None:
    mapping = f"table: visits\ndates: {pattern}\ncolumns:\n  - Day: planned_date\n  - Visit: visit\n"
    assert rows(written(tmp_path, mapping).stdout_bytes)[-1] == [written_as, "D3"]


def test_column_has_a_pattern_of_its_own(tmp_path: Path) -> None:
    mapping = "table: visits\ndates: DD/MM/YYYY\ncolumns:\n  - A: window_end\n"
    mapping += "  - B: {column: window_end, dates: DD-MMM-YYYY}\n"
    assert rows(written(tmp_path, mapping).stdout_bytes)[-1] == ["05/03/2026", "05-Mar-2026"]


def test_what_is_not_known_is_blank_as_the_file_says(tmp_path: Path) -> None:
    mapping = "table: visits\nblank: NA\ncolumns:\n  - A: actual_date\n  - B: site\n  - C: {text: ''}\n"
    assert rows(written(tmp_path, mapping).stdout_bytes)[-1] == ["NA", "NA", ""]


def test_row_of_one_empty_cell_is_still_a_row(tmp_path: Path) -> None:
    content = written(tmp_path, "table: visits\ncolumns:\n  - A: site\n").stdout_bytes
    assert rows(content) == [["A"], [""], [""], [""]]


def test_delimiter_line_ends_and_encoding_are_those_of_the_file(tmp_path: Path) -> None:
    mapping = "table: visits\ndelimiter: semicolon\nencoding: Windows-1252\nline_end: CRLF\ncolumns:\n"
    mapping += "  - Subject; é: subject_id\n  - B: visit\n"
    content = written(tmp_path, mapping, subjects="a;é,control,2026-03-02").stdout_bytes
    assert content.startswith('"Subject; é";B\r\n'.encode("cp1252"))
    assert rows(content, "cp1252", ";")[1] == ["a;é", "screening"]


@pytest.mark.parametrize(("encoding", "name"), [("UTF-8 with BOM", "utf-8-sig"), ("UTF-16", "utf-16")])
def test_encodings_with_a_mark_are_read_back(tmp_path: Path, encoding: str, name: str) -> None:
    content = written(tmp_path, f"table: visits\nencoding: {encoding}\ncolumns:\n  - Día: visit\n").stdout_bytes
    assert rows(content, name)[0] == ["Día"]


def test_character_that_the_encoding_lacks_is_refused_at_its_row(tmp_path: Path) -> None:
    mapping = "table: visits\nencoding: ISO-8859-1\ncolumns:\n  - A: subject_id\n"
    result = written(tmp_path, mapping, subjects="1,control,2026-03-02\n访,control,2026-03-02")
    assert result.exit_code == 1
    assert "visits.csv:5: expected characters of the encoding iso-8859-1, got U+8BBF" in result.stderr
    assert "[X113]" in result.stderr


def test_formulas_are_guarded_and_counted_and_numbers_left_alone(tmp_path: Path) -> None:
    mapping = "table: visits\ncolumns:\n  - Id: subject_id\n  - Offset: offset_days\n  - Sign: {text: '@here'}\n"
    result = written(tmp_path, mapping, visits="D-1: {}", subjects="@1+1,control,2026-03-02")
    assert rows(result.stdout_bytes)[1] == ["'@1+1", "-1", "'@here"]
    assert "visits.csv: 2 texts that a spreadsheet would run as a formula begin with an apostrophe now [W003]" in (
        result.stderr
    )


def test_doses_are_written_in_exact_digits(tmp_path: Path) -> None:
    mapping = "table: doses\ncolumns:\n  - Dose: ordered_dose\n  - Unit: unit\n  - On: planned_date\n"
    result = written(tmp_path, mapping, regimen=DOSED, subjects="1,active,2026-03-02")
    assert rows(result.stdout_bytes)[1:] == [["1.5", "mg", "2026-03-02"]]


def test_first_dose_that_cannot_be_worked_out_is_a_problem(tmp_path: Path) -> None:
    mapping = "table: doses\ncolumns:\n  - Dose: ordered_dose\n"
    result = written(tmp_path, mapping, regimen="dose: 1.5 mg/kg\nvisits: [D1]", subjects="1,active,2026-03-02")
    assert (result.exit_code, result.stdout) == (1, "")


def test_each_site_gets_a_file(tmp_path: Path) -> None:
    subjects = "1,control,2026-03-02,North\n2,control,2026-03-02,\n3,control,2026-03-02,North"
    mapping = "table: visits\ncolumns:\n  - Id: subject_id\n  - Visit: visit\n"
    written(
        tmp_path, mapping, "--per", "site", "-o", tmp_path / "out", subjects=subjects, columns=",site", visits="D1: {}"
    )
    made = {path.name: rows(path.read_bytes()) for path in (tmp_path / "out").iterdir()}
    assert made == {
        "North.csv": [["Id", "Visit"], ["1", "D1"], ["3", "D1"]],
        "no-site.csv": [["Id", "Visit"], ["2", "D1"]],
    }


def test_one_subject_is_written_alone(tmp_path: Path) -> None:
    subjects = "1,control,2026-03-02\n2,control,2026-03-02"
    mapping = "table: visits\ncolumns:\n  - Id: subject_id\n"
    result = written(tmp_path, mapping, "--subject", "2", subjects=subjects, visits="D1: {}")
    assert rows(result.stdout_bytes) == [["Id"], ["2"]]
    assert written(tmp_path, mapping, "--subject", "3", subjects=subjects).stderr.endswith("[L040]\n")


def test_no_rows_make_no_files_of_their_own(tmp_path: Path) -> None:
    protocol, subjects, *_ = files(tmp_path, visits=VISITS, regimen=DOSED, subjects="1,control,2026-03-02")
    (tmp_path / "map.yaml").write_text("table: doses\ncolumns:\n  - Id: subject_id\n", encoding="utf-8")
    arguments = ("export", protocol, subjects, "--to", "csv", "--columns", tmp_path / "map.yaml")
    assert run_well(*arguments).stdout == "Id\n"
    assert "[X101]" in run(*arguments, "--per", "site", "-o", tmp_path / "out").stderr
    assert not (tmp_path / "out").exists()
