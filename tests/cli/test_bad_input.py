"""Bad input is answered with a place and a code, exit code 1 and nothing written; never a traceback, never a number."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.command_line import run, run_well
from tests.example_protocols import protocol_text
from tests.load.workbooks import number_cell, text_cell, workbook

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

HEAD = "subject_id,arm,start,weight_kg,weight_date,weight_method,protocol_version"
GOOD = "007,active,2026-03-09,70.5,2026-03-08,measured,1.0"
PROTOCOL = protocol_text(regimen="dose: 1 million cells/kg\nvisits: [D1, D3]", visits="D1: {}\nD3: {window: ±1 day}")
PLACED = re.compile(r".+?:\d+:\d+: .*expected .+, got .+ \[[PCL]\d{3}\]")
"""File, line, column, what was expected, what was found, code."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a good protocol and a good table of one subject."""
    (tmp_path / "p.yaml").write_text(PROTOCOL, encoding="utf-8")
    (tmp_path / "s.csv").write_text(f"{HEAD}\n{GOOD}\n", encoding="utf-8")
    return tmp_path


def with_protocol(folder: Path, content: str | bytes) -> Result:
    """What comes of this protocol and the good subject; nothing may have been written."""
    (folder / "bad.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    return refused(folder, "bad.yaml", "s.csv")


def with_subjects(folder: Path, content: str | bytes, name: str = "bad.csv") -> Result:
    """What comes of the good protocol and this table; nothing may have been written."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return refused(folder, "p.yaml", name)


def refused(folder: Path, protocol: str, subjects: str, *more: str) -> Result:
    """What comes of a run that must end with exit code 1, with and without a file for the output."""
    before = sorted(folder.rglob("*"))
    to_file = run("doses", folder / protocol, folder / subjects, "-o", folder / "out.csv", *more)
    to_stdout = run("doses", folder / protocol, folder / subjects, *more)
    assert (to_file.exit_code, to_stdout.exit_code) == (1, 1), to_file.stderr
    assert (to_file.stdout, to_stdout.stdout) == ("", "")
    assert "Traceback" not in to_file.stderr
    assert sorted(folder.rglob("*")) == before
    return to_file


def codes(result: Result) -> list[str]:
    return re.findall(r"\[([PCLO]\d{3})\]$", result.stderr, re.MULTILINE)


def placed_codes(result: Result) -> list[str]:
    """The codes of a run, all of whose problems have file, line and column."""
    lines = [line for line in result.stderr.splitlines() if not line.startswith("nothing was written")]
    assert [line for line in lines if not PLACED.fullmatch(line)] == []
    return codes(result)


def cell(column: str, text: str) -> str:
    """The good table with another text in one column."""
    cells = GOOD.split(",")
    cells[HEAD.split(",").index(column)] = text
    return f"{HEAD}\n{','.join(cells)}\n"


def test_the_good_input_is_read(folder: Path) -> None:
    result = run_well("doses", folder / "p.yaml", folder / "s.csv")
    assert result.stdout.count("70500000") >= 2


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_change_nothing(folder: Path, end: str, mark: str) -> None:
    plain = run_well("doses", folder / "p.yaml", folder / "s.csv").stdout
    (folder / "other.csv").write_bytes((mark + f"{HEAD}\n{GOOD}\n".replace("\n", end)).encode())
    assert run_well("doses", folder / "p.yaml", folder / "other.csv").stdout == plain
    (folder / "other.yaml").write_bytes((mark + PROTOCOL.replace("\n", end)).encode())
    rows = run_well("doses", folder / "other.yaml", folder / "s.csv").stdout
    assert [line.split(",")[3:] for line in rows.splitlines()] == [line.split(",")[3:] for line in plain.splitlines()]


BOMB = "a: &a [x, x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param("", "P003", id="empty file"),
        pytest.param(PROTOCOL.encode("utf-16"), "P002", id="UTF-16"),
        pytest.param(PROTOCOL.encode("utf-16-le"), "P002", id="UTF-16 without a mark"),
        pytest.param(PROTOCOL.encode("latin-1"), "P002", id="Latin-1"),
        pytest.param(PROTOCOL.replace("  D1:", "\tD1:"), "P004", id="tab"),
        pytest.param(PROTOCOL.replace("D3: {win", "D1: {win"), "P007", id="a visit named twice"),
        pytest.param(PROTOCOL + "study: TEST-2\n", "P007", id="a key twice"),
        pytest.param(PROTOCOL.replace("title: A trial", "title: [" + "[" * 100), "P006", id="deep"),
        pytest.param(PROTOCOL.replace("1 million", "1*10E6"), "P105", id="1*10E6"),
        pytest.param(PROTOCOL.replace("1 million cells/kg", "1 million"), "P105", id="no unit"),
        pytest.param(PROTOCOL.replace("1 million cells/kg", "75 mg/m²"), "P220", id="per square metre"),
        pytest.param(PROTOCOL.replace("D3: {window: ±1 day}", "D3: {}\n  D0: {}"), "P207", id="day 0"),
        pytest.param(PROTOCOL.replace("[D1, D3]", "[D1, D2]"), "P202", id="a dose on no visit"),
        pytest.param(PROTOCOL.replace("±1 day", "+2 to -2 days"), "P104", id="a window that ends before it starts"),
        pytest.param(PROTOCOL.replace("±1 day", "D4 to D2"), "P209", id="labels that end before they start"),
        pytest.param("- a\n- b\n", "P103", id="a list"),
        pytest.param("study", "P103", id="a word"),
    ],
)
def test_bad_protocol_is_refused_with_its_place(folder: Path, content: str | bytes, code: str) -> None:
    assert placed_codes(with_protocol(folder, content)) == [code]


def test_yaml_bomb_is_refused_at_once(folder: Path) -> None:
    assert set(placed_codes(with_protocol(folder, BOMB))) == {"P005"}


def test_protocol_of_ten_megabytes_is_refused(folder: Path) -> None:
    assert codes(with_protocol(folder, "study: " + "x" * 10_000_000)) == ["P006"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param("", "C003", id="empty file"),
        pytest.param(f"{HEAD}\n{GOOD}\n".encode("utf-16"), "C002", id="UTF-16"),
        pytest.param(f"{HEAD}\n{GOOD}\n".encode("utf-16-be"), "C002", id="UTF-16 without a mark"),
        pytest.param(f"{HEAD}\n{GOOD}\n".encode().replace(b"007", b"\xe9"), "C002", id="Latin-1"),
        pytest.param(f"{HEAD}\n{GOOD}\n".encode().replace(b"007", b"\0"), "C002", id="zero byte"),
        pytest.param(f"{HEAD}\n{GOOD}\n{GOOD}\n", "C102", id="a subject twice"),
        pytest.param(f"{HEAD},arm\n{GOOD},active\n", "C005", id="a column twice"),
        pytest.param(f"{HEAD}\n{GOOD},\n", "C006", id="a cell too many"),
        pytest.param(f"{HEAD}\n{GOOD.replace(',measured', '')}\n", "C006", id="a cell too few"),
        pytest.param(f'{HEAD}\n{GOOD}\n"008,active\n', "C007", id="an open quote"),
        pytest.param(cell("subject_id", ""), "C101", id="no id"),
        pytest.param(cell("subject_id", " 007"), "C101", id="a blank before the id"),
        pytest.param(cell("subject_id", "x" * 10_000_000), "C008", id="a cell of ten megabytes"),
        pytest.param(cell("subject_id", "x" * 100_000), "C101", id="a long id"),
        pytest.param(cell("arm", "aktive"), "C103", id="an unknown arm"),
        pytest.param(cell("arm", ""), "C103", id="no arm"),
        pytest.param(cell("start", "2026-02-30"), "C104", id="2026-02-30"),
        pytest.param(cell("start", "05/10/26"), "C104", id="05/10/26"),
        pytest.param(cell("start", ""), "C104", id="no date"),
        pytest.param(cell("weight_date", "nan"), "C104", id="a date that is nan"),
        pytest.param(cell("weight_kg", '"70,5"'), "C105", id="70,5"),
        pytest.param(cell("weight_kg", "70 lb"), "C105", id="70 lb"),
        pytest.param(cell("weight_kg", "nan"), "C105", id="nan"),
        pytest.param(cell("weight_kg", "inf"), "C105", id="inf"),
        pytest.param(cell("weight_kg", "-1"), "C105", id="-1"),
        pytest.param(cell("weight_kg", "0"), "C105", id="0"),
        pytest.param(cell("weight_kg", "1_000"), "C105", id="1_000"),
        pytest.param(cell("weight_kg", "\uff17\uff10"), "C105", id="digits of full width"),
        pytest.param(cell("weight_kg", ""), "C105", id="no weight beside its date"),
        pytest.param(cell("weight_method", "scale"), "C107", id="an unknown method"),
        pytest.param(cell("protocol_version", "2.0"), "C108", id="another version"),
        pytest.param(HEAD.replace("arm", "Arm") + f"\n{GOOD}\n", "C004", id="a missing column"),
    ],
)  # fmt: skip
def test_bad_table_is_refused_with_its_place(folder: Path, content: str | bytes, code: str) -> None:
    result = with_subjects(folder, content)
    lines = [line for line in result.stderr.splitlines() if not line.startswith(("nothing", "warning"))]
    assert [line for line in lines if not PLACED.fullmatch(line)] == []
    assert codes(result)[-1:] == [code]


@pytest.mark.parametrize("content", ["", "subject_id,arm,start\n", "not a workbook"])
@pytest.mark.parametrize("name", ["bad.xlsx", "bad.parquet"])
def test_file_that_is_not_what_its_name_says_is_refused(folder: Path, name: str, content: str) -> None:
    assert codes(with_subjects(folder, content, name)) == ["C001"]


def test_number_in_the_ids_of_a_workbook_is_refused(folder: Path) -> None:
    names = tuple(text_cell(name) for name in HEAD.split(","))
    row = (number_cell("7"), *(text_cell(text) for text in GOOD.split(",")[1:]))
    assert codes(with_subjects(folder, workbook(names, row), "bad.xlsx")) == ["C009"]


def test_weight_that_is_missing_is_refused_for_a_dose_and_not_for_a_visit(folder: Path) -> None:
    table = "subject_id,arm,start\n007,active,2026-03-09\n"
    assert codes(with_subjects(folder, table)) == ["L001"]
    assert run_well("visits", folder / "p.yaml", folder / "bad.csv").stdout.count("007") == 2


def test_every_problem_of_every_row_is_told(folder: Path) -> None:
    bad = "008,activ,2026-02-30,70 kg,,measured,1.0\n,active,05/10/26,70.5,,,\n"
    result = with_subjects(folder, f"{HEAD}\n{GOOD}\n{bad}")
    assert placed_codes(result) == ["C103", "C104", "C105", "C101", "C104"]
    assert "5 problems" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("subject_id,date,weight_kg\n007,2026-03-08,70,5\n", "C006"),
        ("subject_id,date,weight_kg\n007,2026-03-08,70 lb\n", "C105"),
        ("subject_id,date,weight_kg\n007,2026-02-30,70\n", "C104"),
        ("subject_id,date,weight_kg\n008,2026-03-08,70\n", "C201"),
        ("subject_id,date,weight_kg\n007,2026-03-08,75\n", "C110"),
        ("subject_id,weight_kg\n007,70\n", "C004"),
        ("", "C003"),
    ],
)
def test_bad_weights_are_refused(folder: Path, content: str, code: str) -> None:
    (folder / "w.csv").write_text(content, encoding="utf-8")
    assert placed_codes(refused(folder, "p.yaml", "s.csv", "--weights", str(folder / "w.csv"))) == [code]


@pytest.mark.parametrize(
    ("content", "code"),
    [("arm: Group\n", "C202"), ("- arm\n", "C203"), ("", "C203"), ("arm: start\n", "C202"), ("arm: [\n", "P004")],
)
def test_bad_renames_are_refused(folder: Path, content: str, code: str) -> None:
    (folder / "map.yaml").write_text(content, encoding="utf-8")
    assert code in codes(refused(folder, "p.yaml", "s.csv", "--map", str(folder / "map.yaml")))


@pytest.mark.parametrize("name", ["nothing.csv", ".", "x" * 300, "a\0b", "s.csv/x"])
def test_file_that_cannot_be_opened_is_refused(folder: Path, name: str) -> None:
    assert codes(refused(folder, name, "s.csv")) == ["P001"]
    table = ["C018" if name == "." else "C001"]  # a folder of other files is no table
    assert codes(refused(folder, "p.yaml", name)) == table
    assert codes(refused(folder, "p.yaml", "s.csv", "--weights", str(folder / name))) == table
    assert codes(refused(folder, "p.yaml", "s.csv", "--map", str(folder / name))) == ["C001"]


def test_file_that_may_not_be_read_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", forbid)
    assert codes(run("doses", "NCT04252118", folder / "s.csv")) == ["P001"]
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda _: PROTOCOL.encode())
    result = run("doses", folder / "p.yaml", folder / "s.csv")
    assert (codes(result), result.exit_code, result.stdout) == (["C001"], 1, "")
    assert "may not be read by this user" in result.stderr


def test_name_that_is_no_text_is_refused_without_a_traceback(folder: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}
    commands = (
        "check \udcff.yaml",
        "check --format json \udcff.yaml",
        "show \udcff.yaml",
        "visits \udcff.yaml \udcff.csv",
    )
    for command in commands:
        ended = subprocess.run(
            [sys.executable, "-m", "dosecal", *command.split()],
            cwd=folder,
            env=environment,
            capture_output=True,
            check=False,
        )
        assert ended.returncode == 1
        assert b"P001" in ended.stdout + ended.stderr
        assert b"Traceback" not in ended.stderr


def test_standard_input_is_named_in_problems(folder: Path) -> None:
    result = run("visits", folder / "p.yaml", "-", stdin=cell("arm", "aktive"))
    assert result.stderr.startswith("<stdin>:2:5: arm: ")
    assert (result.exit_code, result.stdout) == (1, "")


@pytest.mark.parametrize(
    "weight", ["70,5", "70 lb", "nan", "inf", "-1", "0", "1_000", "\uff17\uff10", "", "1e2", "501"]
)
def test_weight_of_one_dose_is_refused_like_a_cell(folder: Path, weight: str) -> None:
    result = run("dose", folder / "p.yaml", "--arm", "active", f"--weight={weight}")
    assert (codes(result), result.exit_code, result.stdout) == (["C105"], 1, "")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--arm", "aktive", "--weight", "70"), "L004"),
        (("--arm", "active", "--weight", "70", "--visit", "D2"), "L005"),
        (("--arm", "control"), "L006"),
        (("--arm", "active"), "L007"),
    ],
)
def test_dose_that_is_not_there_is_refused(folder: Path, arguments: tuple[str, ...], code: str) -> None:
    result = run("dose", folder / "p.yaml", *arguments)
    assert (codes(result), result.exit_code, result.stdout) == ([code], 1, "")


@pytest.mark.parametrize(
    ("rule", "weight", "code"),
    [
        ("not_older_than: 7 days", "70,2026-03-02,measured", ""),
        ("not_older_than: 7 days", "70,2026-03-01,measured", "L002"),
        ("not_older_than: 7 days", "70,,measured", "L002"),
        ("measured: required", "70,2026-03-08,measured", ""),
        ("measured: required", "70,2026-03-08,stated", "L003"),
        ("measured: required", "70,2026-03-08,", "L003"),
        ("measured: required", "70,2026-03-10,measured", "L001"),
    ],
)
def test_weight_that_the_rule_refuses_gives_no_dose(folder: Path, rule: str, weight: str, code: str) -> None:
    text = PROTOCOL.replace("cells/kg\n", f"cells/kg\n    weight: {{which: actual, {rule}, each_dose: weigh again}}\n")
    (folder / "rule.yaml").write_text(text, encoding="utf-8")
    table = f"{HEAD}\n007,active,2026-03-09,{weight},\n"
    (folder / "one.csv").write_text(table, encoding="utf-8")
    result = run("doses", folder / "rule.yaml", folder / "one.csv")
    assert codes(result) == ([code] if code else [])
    assert result.exit_code == (1 if code else 0)
    assert ("70000000" in result.stdout) == (not code)
