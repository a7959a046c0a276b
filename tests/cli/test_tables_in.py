"""Tables that can't be read whole leave nothing that looks whole, whichever command reads them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dosecal.app.composition.composition import Composition
from dosecal.app.composition.inputs import Inputs
from dosecal.app.composition.purpose import DOSING
from dosecal.load.tables.table_reading import table_reading
from tests.command_line import csv_rows_of, run, run_well
from tests.example_protocols import protocol_text
from tests.load.workbooks import book as book_of
from tests.load.workbooks import error_cell, formula_cell, sheet_xml, text_cell, workbook

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "subject_id,arm,start\n"
ROWS = [f"{number:03},active,2026-03-09\n" for number in range(1, 101)]
LEVELS = protocol_text(regimen='dose: 75 mg\nlevels: {"-1": 60 mg}')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a protocol of dose levels."""
    (tmp_path / "p.yaml").write_text(LEVELS, encoding="utf-8")
    return tmp_path


def subjects(folder: Path, content: str | bytes, name: str = "s.csv") -> Path:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / name


@pytest.mark.parametrize("command", ["visits", "doses"])
def test_row_with_a_bad_byte_is_skipped_alone(folder: Path, command: str) -> None:
    rows = [*ROWS[:9], "0\xf10,active,2026-03-09\n", *ROWS[10:]]
    table = subjects(folder, (HEAD + "".join(rows)).encode("latin-1"))
    result = run(command, folder / "p.yaml", table, "--skip-bad", "-o", folder / "out.csv")
    assert result.exit_code == 1
    assert "s.csv:11:2: expected text in UTF-8, got the byte 0xf1" in result.stderr
    assert "99 subjects, 99 visits" in result.stderr
    assert len((folder / "out.csv").read_text(encoding="utf-8").splitlines()) == 100


@pytest.mark.parametrize("command", ["visits", "doses"])
@pytest.mark.parametrize("skip", [(), ("--skip-bad",)])
def test_rows_that_were_not_read_leave_nothing_written(folder: Path, command: str, skip: tuple[str, ...]) -> None:
    table = subjects(folder, HEAD + "".join([*ROWS[:9], '010,"active,2026-03-09\n', *ROWS[10:]]))
    result = run(command, folder / "p.yaml", table, *skip, "-o", folder / "out.csv")
    assert (result.exit_code, (folder / "out.csv").exists()) == (1, False)
    assert "lines 11 to 101 are not read" in result.stderr
    assert result.stderr.splitlines()[-1] == "nothing was written: 1 problem"
    assert run(command, folder / "p.yaml", table, *skip).stdout == ""


def test_rows_that_were_not_read_leave_nothing_exported_or_printed(folder: Path) -> None:
    table = subjects(folder, HEAD + "".join([*ROWS[:9], '010,"active,2026-03-09\n', *ROWS[10:]]))
    for arguments in (("export", "--to", "ics"), ("print", "--what", "participant"), ("demand",)):
        command, *options = arguments
        result = run(command, folder / "p.yaml", table, *options, "--skip-bad", "-o", folder / "out.pdf")
        assert (result.exit_code, (folder / "out.pdf").exists()) == (1, False), command
        assert "lines 11 to 101 are not read" in result.stderr


def test_sheet_of_a_subject_is_not_made_where_it_may_stand_once_more(folder: Path) -> None:
    table = subjects(folder, HEAD + "".join([*ROWS[:9], '010,"active,2026-03-09\n', *ROWS[10:]]))
    result = run("worksheet", folder / "p.yaml", table, "--subject", "001")
    assert (result.exit_code, result.stdout) == (1, "")


@pytest.mark.parametrize("cell", [error_cell("#N/A"), error_cell("#REF!"), formula_cell()])
def test_full_dose_is_never_ordered_for_a_level_that_could_not_be_read(folder: Path, cell: str) -> None:
    names = tuple(text_cell(name) for name in ("subject_id", "arm", "start", "dose_level"))
    row = tuple(text_cell(text) for text in ("007", "active", "2026-03-09"))
    good = run_well("doses", folder / "p.yaml", subjects(folder, workbook(names, (*row, text_cell("-1"))), "s.xlsx"))
    assert ",60,mg," in good.stdout
    result = run("doses", folder / "p.yaml", subjects(folder, workbook(names, (*row, cell)), "s.xlsx"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "s.xlsx:2:4: dose_level: " in result.stderr
    assert "[C009]" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("visits",),
        ("doses",),
        ("export", "--to", "ics"),
        ("print", "--what", "participant"),
        ("demand",),
        ("worksheet", "--subject", "001"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_table_without_subjects_is_a_problem_everywhere(folder: Path, arguments: tuple[str, ...], form: str) -> None:
    book = workbook(tuple(text_cell(name) for name in HEAD.strip().split(",")))
    table = subjects(folder, HEAD if form == "csv" else book, f"s.{form}")
    result = run(arguments[0], folder / "p.yaml", table, *arguments[1:], "-o", folder / "out.pdf")
    assert (result.exit_code, (folder / "out.pdf").exists()) == (1, False)
    assert "got a header and no row: there is nobody to plan [C003]" in result.stderr


def test_sheet_that_was_read_is_said_as_a_warning(folder: Path) -> None:
    rows = [tuple(map(text_cell, line.strip().split(","))) for line in (HEAD, ROWS[0])]
    content = book_of({"old": sheet_xml(*rows), "new": sheet_xml(*rows)}, hidden={"old": "hidden"})
    result = run_well("visits", folder / "p.yaml", subjects(folder, content, "s.xlsx"))
    assert 'read from the sheet "new"; not read: "old" (hidden)' in result.stderr
    assert "[W041]" in result.stderr


def test_site_that_could_forge_a_line_is_refused(folder: Path) -> None:
    table = subjects(folder, 'subject_id,arm,start,site\n007,active,2026-03-09,"A\nordered dose 999 mg"\n')
    result = run("doses", folder / "p.yaml", table)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "[C017]" in result.stderr
    assert "\nordered dose" not in result.stderr


@pytest.mark.parametrize("skip", [(), ("--skip-bad",)])
def test_folder_and_pattern_of_files_are_planned_as_one_table(folder: Path, skip: tuple[str, ...]) -> None:
    (folder / "lists").mkdir()
    for name, row in (("b", ROWS[1]), ("a", ROWS[0])):
        subjects(folder / "lists", HEAD + row, f"{name}.csv")
    for name in (f"{folder}/lists", f"{folder}/lists/*.csv"):
        rows = run_well("visits", folder / "p.yaml", name, *skip).stdout.splitlines()[1:]
        assert [row.split(",")[3] for row in rows] == ["001", "002"]
    subjects(folder / "lists", HEAD + ROWS[0], "c.csv")
    result = run("visits", folder / "p.yaml", folder / "lists", *skip)
    assert result.exit_code == 1
    assert "c.csv:2:1: subject_id: expected each subject once" in result.stderr


def test_sheet_of_a_workbook_is_planned_by_its_name(folder: Path) -> None:
    sheets = {
        name: sheet_xml(*(tuple(map(text_cell, line.strip().split(","))) for line in (HEAD, row)))
        for name, row in (("A", ROWS[0]), ("B", ROWS[1]))
    }
    table = subjects(folder, book_of(sheets), "s.xlsx")
    rows = run_well("visits", folder / "p.yaml", f"{table}#B").stdout.splitlines()[1:]
    assert [row.split(",")[3] for row in rows] == ["002"]
    assert run("visits", folder / "p.yaml", table).stderr.count("[C015]") == 1


@pytest.mark.parametrize("skip", [(), ("--skip-bad",)])
def test_standard_input_is_read_twice_where_bad_rows_are_skipped(folder: Path, skip: tuple[str, ...]) -> None:
    rows = run_well("visits", folder / "p.yaml", "-", *skip, stdin=HEAD + ROWS[0]).stdout.splitlines()[1:]
    assert [row.split(",")[3] for row in rows] == ["001"]


TOLD = ("--separator", ";", "--encoding", "cp1252", "--dates", "dd/mm/yyyy", "--decimal", ",")
TABLES = {
    "s.csv": "subject_id;arm;start;site\n001;active;09/03/2026;Mu\xf1oz\n",
    "w.csv": "subject_id;date;weight_kg\n001;9/3/2026;70,5\n",
    "l.csv": "subject_id;date;level\n001;09/03/2026;-1\n",
    "lots.csv": "product;lot;container;content;unit;expires;site\ndrug;L;1;200,5;mg;01/06/2099;Mu\xf1oz\n",
    "a.csv": "subject_id;visit;date;status;dose;unit;note\n001;D1;09/03/2026;done;70,5;mg;\n",
}
WITH_ALL = ("--weights", "w.csv", "--levels", "l.csv", "--lots", "lots.csv", "--actuals", "a.csv")


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every table with semicolons, in cp1252, with dates by the day and a comma in numbers."""
    regimen = 'dose: 2 mg/kg\nlevels: {"-1": 1 mg/kg}\nvisits: [D1, D8]'
    (tmp_path / "p.yaml").write_text(protocol_text(regimen=regimen, visits="D1: {}\nD8: {}"), encoding="utf-8")
    for name, text in TABLES.items():
        (tmp_path / name).write_bytes(text.encode("cp1252"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        ("visits",),
        ("doses",),
        ("deviations",),
        ("unscheduled",),
        ("today",),
        ("demand",),
        ("reschedule", "--subject", "001", "--visit", "D8", "--to", "2026-03-17"),
        ("worksheet", "--subject", "001", "--visit", "D8"),
        ("print", "--what", "worksheet", "-o", "w.html"),
        ("export", "--to", "ics"),
    ],
    ids=lambda command: command[0],
)
def test_every_command_reads_every_table_as_it_was_told(command: tuple[str, ...], told: Path) -> None:
    name, *options = command
    given = ("p.yaml", "s.csv", *WITH_ALL, "--as-of", "2026-03-16", *options)
    run_well(name, *given, *TOLD)
    (told / "w.html").unlink(missing_ok=True)
    refused = run(name, *given)
    assert (refused.exit_code, "[C010]" in refused.stderr) == (1, True)


@pytest.mark.usefixtures("told")
def test_what_was_told_is_read_exactly() -> None:
    first, second = csv_rows_of(run_well("doses", "p.yaml", "s.csv", *WITH_ALL, "--as-of", "2026-03-16", *TOLD).stdout)
    # 1 mg/kg of the level × 70.5 kg, of the one container with 200.5 mg
    assert (first["site"], first["ordered_dose"], second["ordered_dose"]) == ("Mu\xf1oz", "70.5", "70.5")
    assert (first["planned_date"], first["containers"], second["containers"]) == ("2026-03-09", "L:1", "")


@pytest.mark.usefixtures("told")
def test_lots_of_a_single_dose_are_read_as_they_were_told() -> None:
    asked = ("dose", "p.yaml", "--arm", "active", "--weight", "70.5", "--lots", "lots.csv", "--site", "Mu\xf1oz")
    assert "200.5 mg" in run_well(*asked, *TOLD).stdout
    assert "[C010]" in run(*asked).stderr


def test_differences_for_subjects_are_read_as_they_were_told(told: Path) -> None:
    text = (told / "p.yaml").read_text(encoding="utf-8").replace('version: "1.0"', 'version: "2.0"')
    (told / "new.yaml").write_text(text.replace("dose: 2 mg/kg", "dose: 3 mg/kg"), encoding="utf-8")
    (told / "s.csv").write_text("subject_id;arm;start\n001;active;09/03/2026\n", encoding="utf-8")
    assert "001" in run_well("diff", "p.yaml", "new.yaml", "--subjects", "s.csv", "--weights", "w.csv", *TOLD).stdout


@pytest.mark.parametrize(
    ("option", "text"),
    [("--separator", "x"), ("--encoding", "utf-7"), ("--dates", "dd/mm/yy"), ("--decimal", ";")],
)
@pytest.mark.parametrize("command", [("visits", "p.yaml", "s.csv"), ("dose", "p.yaml", "--arm", "active")])
@pytest.mark.usefixtures("told")
def test_way_to_write_a_table_that_there_is_not_is_refused(command: tuple[str, ...], option: str, text: str) -> None:
    result = run(*command, option, text)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{option}: expected ")
    assert "[C019]" in result.stderr


def test_folder_of_parquet_is_planned_and_typed_numbers_need_no_telling(folder: Path) -> None:
    (folder / "p.yaml").write_text(protocol_text(regimen="dose: 1 mg/kg"), encoding="utf-8")
    (folder / "lists").mkdir()
    for name, weights in (("b", [61.5]), ("a", [70.25]), ("c", [])):
        columns = {"subject_id": [name] * len(weights), "arm": ["active"] * len(weights)}
        columns |= {"start": ["09/03/2026"] * len(weights)}
        table = pa.table({**columns, "weight_kg": pa.array(weights, pa.float64())})
        pq.write_table(
            table.cast(pa.schema([*((one, pa.string()) for one in columns), ("weight_kg", pa.float64())])),
            folder / "lists" / f"{name}.parquet",
        )
    for name in (f"{folder}/lists", f"{folder}/lists/*.parquet"):
        told = ("--dates", "dd/mm/yyyy", "--decimal", ",")
        rows = csv_rows_of(run_well("doses", folder / "p.yaml", name, *told).stdout)
        assert [(row["subject_id"], row["ordered_dose"]) for row in rows] == [("a", "70.25"), ("b", "61.5")]


def test_output_never_takes_the_place_of_a_part_of_an_input(folder: Path) -> None:
    (folder / "lists").mkdir()
    part = subjects(folder / "lists", HEAD + ROWS[0], "a.csv")
    for name in (f"{folder}/lists", f"{folder}/lists/*.csv"):
        refused = run("visits", folder / "p.yaml", name, "-o", part, "--force")
        assert (refused.exit_code, "[O005]" in refused.stderr) == (1, True)
    assert part.read_text(encoding="utf-8") == HEAD + ROWS[0]


def test_every_input_is_read_as_it_was_told(folder: Path) -> None:
    told = table_reading(";", "cp1252", "dd/mm/yyyy", ",")
    (folder / "p.yaml").write_text(protocol_text(regimen="dose: 1 mg/kg"), encoding="utf-8")
    table = subjects(folder, "subject_id;arm;start\nMu\xf1oz;active;09/03/2026\n".encode("cp1252"))
    weights = subjects(folder, "subject_id;date;weight_kg\nMu\xf1oz;8/3/2026;70,5\n".encode("cp1252"), "w.csv")
    inputs = Inputs(protocols=(str(folder / "p.yaml"),), subjects=str(table), weights=str(weights), reading=told)
    (schedule,) = Composition(inputs, DOSING).schedules()
    (worked,) = schedule.doses.calculations
    assert (schedule.cohort.ids, worked.ordered.value) == (("Mu\xf1oz",), Fraction("70.5"))


@pytest.mark.parametrize("option", [("--separator", ";"), ("--encoding", "gbk")])
def test_option_of_csv_that_no_table_is_read_by_is_said(folder: Path, option: tuple[str, str]) -> None:
    pq.write_table(pa.table({"subject_id": ["001"], "arm": ["active"], "start": ["2026-03-09"]}), folder / "s.parquet")
    said = f"warning: {option[0]} is for CSV, and no table is one"
    assert said in run_well("visits", folder / "p.yaml", folder / "s.parquet", *option).stderr
    levels = subjects(
        folder, "subject_id,date,level\n" if option[0] == "--encoding" else "subject_id;date;level\n", "l.csv"
    )
    result = run("visits", folder / "p.yaml", folder / "s.parquet", "--levels", levels, *option)
    assert said not in result.stderr
