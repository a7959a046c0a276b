"""On any console and with any stream closed: no traceback, no lost number or id, and the right exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dosecal.render.console_text import text_for
from tests.example_protocols import protocol_text

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "protocols" / "examples"
MEXICO = "NCT04611256"
ENCODINGS = ("gbk", "cp437", "cp1252", "ascii", "latin-1")
DOSE = ("dose", MEXICO, "--arm", "msc", "--weight", "70.25")
CLOSED = "<stdout>: expected a place that can be written to, got: it is closed [O002]\n"


def process(*arguments: str, encoding: str = "utf-8", **settings: str) -> subprocess.CompletedProcess[str]:
    """A run whose streams have an encoding, as those of an older console."""
    environment = os.environ | {"PYTHONIOENCODING": encoding, "COLUMNS": "100"} | settings
    command = [sys.executable, "-m", "dosecal", *arguments]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding=encoding, check=False)
    assert "Traceback" not in ended.stderr
    return ended


def in_shell(redirected: str, *arguments: str) -> tuple[int, str, str]:
    """The exit code and the streams of a run in a shell that redirects some of them."""
    command = ["sh", "-c", f'exec "$0" -m dosecal "$@" {redirected}', sys.executable, *arguments]
    ended = subprocess.run(
        command, cwd=ROOT, input=b"subject_id\n", env=os.environ | {"COLUMNS": "100"}, capture_output=True, check=False
    )
    assert b"Traceback" not in ended.stderr
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_dose_is_the_same_on_a_console_that_lacks_its_signs(encoding: str) -> None:
    whole, ended = process(*DOSE), process(*DOSE, encoding=encoding)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "7.025 × 10⁷" in whole.stdout
    assert ended.stdout == text_for(encoding, whole.stdout)[0]
    assert re.search(r"70,250,000 cells \(70\.25 million; 7\.025 [x×] 10\^7\)", ended.stdout)
    assert "?" not in ended.stdout


COMMANDS = (
    ("show", MEXICO),
    ("protocols",),
    ("read-dose", "≈ 5 µg/m²"),
    ("doses", "examples/ryoncil", "protocols/examples/ryoncil-subjects.csv", "--format", "table"),
    ("worksheet", MEXICO, f"protocols/examples/{MEXICO}-subjects.csv", "--subject", "001", "--visit", "D1"),
    ("visits", "--help"),
    ("check", "tests/bad_protocols/p105_power_of_ten.yaml"),
    ("visits", "患者.yaml", "subjects.csv"),
    ("visits", MEXICO, "--no-such-option-±"),
)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_every_command_speaks_on_a_console_with_ascii_alone(arguments: tuple[str, ...]) -> None:
    whole, ended = process(*arguments), process(*arguments, encoding="ascii")
    assert ended.returncode == whole.returncode
    assert (ended.stdout, lost(ended.stdout)) == (text_for("ascii", whole.stdout)[0], lost(whole.stdout))
    assert text_for("ascii", whole.stderr)[0] == re.sub("(?m)^warning: <std.*W131.*\n", "", ended.stderr)


def lost(text: str) -> int:
    """How many question marks there are, by which others write what a console lacks."""
    return text.count("?")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A trial, and a subject whose id and site some consoles can't write."""
    text = protocol_text(regimen="dose: 1 mg/kg").replace("A trial for the tests", "TNF-α ≥ 2 × 10⁷")
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    rows = "subject_id,arm,start,weight_kg,site\n患者-007,active,2026-03-09,70.25,Mérida\n"
    (tmp_path / "s.csv").write_text(rows, encoding="utf-8")
    return tmp_path


def test_id_that_a_console_lacks_is_written_by_number_and_that_is_said(folder: Path) -> None:
    table = process("doses", f"{folder}/p.yaml", f"{folder}/s.csv", "--format", "table", encoding="cp1252")
    assert table.returncode == 0
    assert "\\u60a3\\u8005-007" in table.stdout.replace("\n", "")
    assert "Mérida" in table.stdout
    said = "characters that cp1252 lacks are shown by number, such as \\u60a3; files have them as they are [W131]"
    assert said in table.stderr
    (folder / "s.csv").write_text("subject_id,arm,start\n患者-007,activ,2026-03-09\n", encoding="utf-8")
    refused = process("visits", f"{folder}/p.yaml", f"{folder}/s.csv", encoding="cp437")
    assert refused.returncode == 1
    assert "s.csv:2:8: arm: expected an arm of the protocol (active, control)" in refused.stderr


def test_files_and_what_programs_read_are_utf_8_whatever_the_console_has(folder: Path) -> None:
    names = (f"{folder}/p.yaml", f"{folder}/s.csv")
    for form in ("table", "csv", "jsonl"):
        process("doses", *names, "--format", form, "-o", f"{folder}/out.{form}", encoding="ascii")
        assert "Mérida" in (folder / f"out.{form}").read_text(encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "dosecal", "doses", *names],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert "患者-007" in ended.stdout.decode()


@pytest.mark.parametrize("arguments", [("protocols", "--json"), (*DOSE, "--json"), ("schema",)], ids=" ".join)
def test_json_loses_nothing_on_any_console(arguments: tuple[str, ...]) -> None:
    whole, ended = process(*arguments), process(*arguments, encoding="gbk")
    assert json.loads(ended.stdout) == json.loads(whole.stdout)
    assert ended.stdout.isascii()
    assert ended.stderr == ""


@pytest.mark.parametrize("arguments", [DOSE, ("show", MEXICO), ("--help",), ("schema",)], ids=" ".join)
def test_closed_standard_output_is_a_sentence_and_exit_code_1(arguments: tuple[str, ...]) -> None:
    assert in_shell(">&-", *arguments) == (1, "", CLOSED)


def test_table_for_a_closed_standard_output_is_a_sentence_and_exit_code_1() -> None:
    subjects = str(EXAMPLES / f"{MEXICO}-subjects.csv")
    code, _, said = in_shell(">&-", "doses", MEXICO, subjects)
    assert (code, said) == (1, CLOSED)


def test_file_is_written_with_every_stream_closed(tmp_path: Path) -> None:
    subjects, out = str(EXAMPLES / f"{MEXICO}-subjects.csv"), tmp_path / "out.csv"
    assert in_shell(">&- 2>&- <&-", "doses", MEXICO, subjects, "-o", str(out)) == (0, "", "")
    whole = process("doses", MEXICO, subjects)
    assert out.read_text(encoding="utf-8") == whole.stdout


@pytest.mark.parametrize(
    ("redirected", "arguments", "code"),
    [
        ("2>&-", DOSE, 0),
        ("2>&-", ("visits", "none.yaml", "none.csv"), 1),
        ("2>&-", ("visits",), 2),
        ("2>/dev/full", ("visits", "none.yaml", "none.csv"), 1),
        ("| head -n 1", ("show", MEXICO), 0),
    ],
    ids=str,
)
def test_closed_standard_error_and_a_reader_that_left_change_no_exit_code(
    redirected: str, arguments: tuple[str, ...], code: int
) -> None:
    ended, _, said = in_shell(redirected, *arguments)
    assert (ended, said) == (code, "")


def test_closed_standard_input_is_a_sentence() -> None:
    code, _, said = in_shell("<&-", "visits", MEXICO, "-")
    assert (code, said) == (1, "<stdin>: expected a table on standard input, got none: it is closed [C001]\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
@pytest.mark.parametrize("arguments", [DOSE, ("show", MEXICO), ("--help",)], ids=" ".join)
def test_full_disk_behind_standard_output_is_a_sentence_and_exit_code_1(arguments: tuple[str, ...]) -> None:
    said = "<stdout>: expected a place that can be written to, got: No space left on device [O002]\n"
    assert in_shell(">/dev/full", *arguments) == (1, "", said)
