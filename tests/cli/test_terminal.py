"""Commands on a terminal of their own: its width, weight and colour, and the columns that are asked for."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.command_line import run, run_well

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "protocols" / "examples"
RYONCIL = (EXAMPLES / "ryoncil.yaml", EXAMPLES / "ryoncil-subjects.csv", "--lots", EXAMPLES / "ryoncil-lots.csv")
COLOUR = re.compile(r"\x1b\[[\d;]*m")


def on_terminal(width: int, *arguments: str | Path, **settings: str) -> str:
    """What a command prints, all streams together, on a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    environment = {name: text for name, text in os.environ.items() if name not in {"NO_COLOR", "TERM", "COLUMNS"}}
    program = [sys.executable, "-m", "dosecal", *map(str, arguments)]
    with subprocess.Popen(
        program, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, cwd=ROOT, env=environment | settings
    ):
        os.close(theirs)
        said = b""
        while block := _read(ours):
            said += block
    os.close(ours)
    return said.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # the other end is closed
        return b""


@pytest.mark.parametrize("width", [40, 80])
def test_amounts_are_whole_on_a_terminal_and_every_line_fits(width: int) -> None:
    text = on_terminal(width, "doses", *RYONCIL, "--format", "table", TERM="dumb")
    assert text.count("100,000,000 cells") >= 8  # each of the eight doses of subject 001, 50 kg
    assert "15.2 mL" in text
    assert all(len(line) <= width for line in text.splitlines())


def test_working_of_a_dose_breaks_between_words_with_its_text_below_itself() -> None:
    text = on_terminal(60, "dose", "NCT04611256", "--arm", "msc", "--weight", "70.25", TERM="dumb")
    assert (
        "  calculated dose  1,000,000 cells per kg × 70.25 kg\n                   = 70,250,000 cells\n"
        "  rounding         none stated: not rounded\n"
        "  ordered dose     70,250,000 cells (70.25 million;\n                   7.025 × 10⁷)\n"
    ) in text
    assert all(len(line) <= 60 for line in text.splitlines())


@pytest.mark.parametrize(
    "arguments",
    [
        ("read-dose", "1*10E6 cells/kg"),
        ("check", "NCT04611256"),
        ("check", "tests/bad_protocols/p104_days.yaml"),
        ("worksheet", "NCT04611256", EXAMPLES / "NCT04611256-subjects.csv", "--subject", "001", "--visit", "D1"),
        ("demand", *RYONCIL),
    ],
    ids=lambda arguments: " ".join(map(str, arguments[:2])),
)
def test_every_line_fits_a_narrow_terminal(arguments: tuple[str | Path, ...]) -> None:
    for line in on_terminal(44, *arguments, TERM="dumb").splitlines():
        assert len(line) <= 44 or " " not in line.strip()


@pytest.mark.parametrize(
    ("settings", "is_coloured"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ({"TERM": "xterm", "NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
    ids=str,
)
def test_amounts_are_bold_on_a_terminal_that_shows_it_and_where_nobody_said_no(
    *, settings: dict[str, str], is_coloured: bool
) -> None:
    text = on_terminal(120, "doses", *RYONCIL, "--format", "table", **settings)
    assert ("\x1b[1m100,000,000 cells\x1b[0m" in text) is is_coloured
    assert ("\x1b" in text) is is_coloured
    assert "100,000,000 cells" in COLOUR.sub("", text)


def test_file_has_no_colour_and_a_width_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "doses.txt"
    on_terminal(40, "doses", *RYONCIL, "--format", "table", "-o", file, TERM="xterm")
    text = file.read_text(encoding="utf-8")
    assert "\x1b" not in text
    assert "left out" not in text
    assert max(map(len, text.splitlines())) > 120
    assert run_well("doses", *RYONCIL, "--format", "table").stdout == text


@pytest.mark.parametrize("command", ["doses", "demand"])
def test_columns_are_chosen_by_name_and_an_amount_brings_its_unit(command: str) -> None:
    name, heads = {
        "doses": ("subject_id,ordered_dose", "subject       ordered dose"),
        "demand": ("period_start,amount", "period start             amount"),
    }[command]
    lines = run_well(command, *RYONCIL, "--format", "table", "--columns", name).stdout.splitlines()
    assert lines[0] == heads
    assert all(line.endswith(" cells") for line in lines[2:])


@pytest.mark.parametrize(
    "arguments",
    [
        ("doses", *RYONCIL),
        ("visits", *RYONCIL[:2]),
        ("demand", *RYONCIL),
        (
            *("starts", "NCT04611256", "--sites", EXAMPLES / "NCT04611256-sites.yml"),
            *("--from", "2026-01-05", "--to", "2026-01-05"),
        ),
    ],
    ids=lambda arguments: str(arguments[0]),
)
def test_unknown_column_is_refused_with_the_names_and_nothing_is_written(
    arguments: tuple[str | Path, ...], tmp_path: Path
) -> None:
    file = tmp_path / "out.txt"
    result = run(*arguments, "--format", "table", "--columns", "subjct", "-o", file)
    assert result.exit_code == 1
    assert f"{file}: --columns: expected names of columns of the table (study, protocol_version, " in result.stderr
    assert 'got "subjct" [O040]' in result.stderr
    assert not file.exists()


def test_columns_of_another_format_are_wrong_usage() -> None:
    result = run("doses", *RYONCIL, "--columns", "subject_id", "--format", "csv")
    assert result.exit_code == 2
    assert "columns are chosen for the format table alone" in " ".join(result.stderr.split())
