"""The command line as a process of its own: streams, colours, encodings, pipes and completion."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MEXICO = "NCT04611256"
SUBJECTS = """\
subject_id,arm,start,weight_kg,birth_date
007,msc,2026-03-09,70.25,1980-01-01
NA,control,2026-03-10,,1980-01-01
"""
SUMMARY = "2 subjects, 20 visits, 2 doses; 0 problems\n"


def whole_process(*arguments: str, **settings: str) -> subprocess.CompletedProcess[bytes]:
    program = [sys.executable, "-m", "dosecal", *arguments]
    environment = {name: text for name, text in os.environ.items() if name not in {"NO_COLOR", "TERM"}} | settings
    root = Path(__file__).parents[2]
    return subprocess.run(program, input=SUBJECTS.encode(), capture_output=True, cwd=root, env=environment, check=False)


@pytest.mark.parametrize("settings", [{"NO_COLOR": "1", "TERM": "xterm-256color"}, {"TERM": "xterm-256color"}], ids=str)
def test_whole_process_prints_no_colour_where_nobody_looks_at_a_terminal(settings: dict[str, str]) -> None:
    ended = whole_process("visits", MEXICO, "-", "--format", "table", **settings)
    assert (ended.returncode, ended.stderr.decode()) == (0, SUMMARY)
    assert b"\x1b" not in ended.stdout
    assert b"2026-04-02" in ended.stdout


def test_what_programs_read_is_utf_8_whatever_the_surroundings_say() -> None:
    surroundings = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    ended = whole_process("show", MEXICO, "--format", "csv", **surroundings)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert "TNF-\N{GREEK SMALL LETTER ALPHA}" in ended.stdout.decode()


def test_reader_that_stops_reading_is_no_fault() -> None:
    command = f'"{sys.executable}" -m dosecal visits {MEXICO} - --long | head -n 1'
    ended = subprocess.run(
        ["sh", "-c", command],
        input=SUBJECTS.encode(),
        capture_output=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert ended.returncode == 0
    assert ended.stdout.startswith(b"study,")
    assert b"Traceback" not in ended.stderr


@pytest.mark.parametrize("name", ["visits", "doses"])
def test_shell_completion_offers_the_shipped_studies(name: str) -> None:
    words = {"_DOSECAL_COMPLETE": "complete_bash", "COMP_WORDS": f"dosecal {name} NCT046", "COMP_CWORD": "2"}
    program = [sys.executable, "-c", "import sys; sys.argv = ['dosecal']; from dosecal.app.main import main; main()"]
    ended = subprocess.run(
        program, capture_output=True, cwd=Path(__file__).parents[2], env=os.environ | words, check=False
    )
    assert ended.stdout.decode().split() == [MEXICO]
