"""A subject who is refused in the subjects' table is nobody's unknown subject in another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import run
from tests.example_protocols import protocol_text
from tests.load.workbooks import number_cell, text_cell, workbook

if TYPE_CHECKING:
    from pathlib import Path

PROTOCOL = protocol_text(regimen="dose: 1 mg/kg\nvisits: [D1]", visits="D1: {}\nD8: {}")
HEAD = "subject_id,arm,start,weight_kg"
ROWS = ("001,active,2026-03-09,70", "002,active,2026-03-10,71", "003,active,2026-03-11,72")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a protocol, and weights and visits of three subjects."""
    (tmp_path / "p.yaml").write_text(PROTOCOL, encoding="utf-8")
    ids = ("001", "002", "003")
    (tmp_path / "w.csv").write_text(
        "\n".join(("subject_id,date,weight_kg", *(f"{one},2026-03-01,70" for one in ids))), encoding="utf-8"
    )
    (tmp_path / "a.csv").write_text(
        "\n".join(("subject_id,visit,date,status", *(f"{one},D8,2026-03-20,done" for one in ids))), encoding="utf-8"
    )
    return tmp_path


def codes(folder: Path, subjects: bytes, name: str = "s.csv", *options: str) -> list[str]:
    """The codes of what is wrong with subjects, with the further tables beside them."""
    (folder / name).write_bytes(subjects)
    further = ("--weights", str(folder / "w.csv"), "--actuals", str(folder / "a.csv"), "--as-of", "2026-03-30")
    result = run("visits", str(folder / "p.yaml"), str(folder / name), *further, *options)
    assert result.exit_code == 1
    lines = [line for line in result.stderr.splitlines() if not line.startswith(("warning", "nothing was"))]
    return [line[-5:-1] for line in lines]


def csv_of(*rows: str) -> bytes:
    return "\n".join((HEAD, *rows)).encode()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("002,active,Mar 10, 2026,71", "C006"),
        ("002,active,10/03/2026,71", "C104"),
        ("'002,active,2026-03-10,71", "C101"),
        ("002 ,active,2026-03-10,71", "C101"),
    ],
)
def test_refused_row_is_the_only_problem(folder: Path, row: str, code: str) -> None:
    assert codes(folder, csv_of(ROWS[0], row, ROWS[2])) == [code]


def test_byte_that_is_no_text_is_the_only_problem(folder: Path) -> None:
    assert codes(folder, csv_of(*ROWS).replace(b"71", b"7\x81")) == ["C002"]


def test_what_was_not_read_after_a_quote_is_nobody_unknown(folder: Path) -> None:
    assert codes(folder, csv_of(ROWS[0], '002,active,"2026-03-10,71', ROWS[2])) == ["C007"]


def test_id_that_a_workbook_has_as_a_number_is_the_only_problem(folder: Path) -> None:
    rows = [tuple(text_cell(cell) for cell in row.split(",")) for row in (HEAD, *ROWS)]
    rows[2] = (number_cell("2"), *rows[2][1:])
    assert codes(folder, workbook(*rows), "s.xlsx") == ["C009"]


def test_row_of_a_workbook_with_more_cells_is_the_only_problem(folder: Path) -> None:
    rows = [tuple(text_cell(cell) for cell in row.split(",")) for row in (HEAD, *ROWS)]
    content = workbook(*rows[:2], (*rows[2], text_cell("71 kg")), *rows[3:])
    assert codes(folder, content, "s.xlsx") == ["C012"]


def test_subject_whose_version_is_not_certain_is_the_only_problem(folder: Path) -> None:
    text = (folder / "p.yaml").read_text(encoding="utf-8")
    for version, day in (("1.0", "2026-01-01"), ("2.0", "2026-03-10")):
        dated = text.replace('version: "1.0"', f'version: "{version}"\neffective: {day}')
        (folder / f"v{version[0]}.yaml").write_text(dated, encoding="utf-8")
    (folder / "p.yaml").write_text((folder / "v1.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    also = ("--also", str(folder / "v2.yaml"))
    assert codes(folder, csv_of(ROWS[0], "002,active,10/03/2026,71", ROWS[2]), "s.csv", *also) == ["C104"]
    assert codes(folder, csv_of(ROWS[0], "002,active,2025-03-10,71", ROWS[2]), "s.csv", *also) == ["L082"]


def test_subject_who_stands_nowhere_is_still_named(folder: Path) -> None:
    assert codes(folder, csv_of(ROWS[0], "004,active,Mar 10, 2026,71", ROWS[2])) == ["C006", "C201", "C317"]
    assert codes(folder, csv_of(ROWS[0], ROWS[2])) == ["C201", "C317"]
