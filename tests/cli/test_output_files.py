"""Outputs appear whole or not at all, readable by their owner alone, never over another file, with formulas guarded."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
import time
from decimal import Decimal
from itertools import count
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.command_line import csv_rows_of, run, run_well
from tests.example_protocols import protocol_text

PROTOCOL = protocol_text(regimen="dose: 1 million cells/kg", visits="D1: {}\nD3: {}\nD8: {window: ±1 day}")
HEAD = "subject_id,arm,start,weight_kg\n"
GOOD = HEAD + "007,active,2026-03-09,70.5\n008,control,2026-03-10,\n"
COMMANDS = ("visits", "doses", "show")
EXAMPLES = Path(__file__).resolve().parents[2] / "protocols" / "examples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a protocol and a table of two subjects."""
    (tmp_path / "p.yaml").write_text(PROTOCOL, encoding="utf-8")
    (tmp_path / "s.csv").write_text(GOOD, encoding="utf-8")
    return tmp_path


def arguments(command: str, folder: Path) -> list[str]:
    tables = [] if command == "show" else [str(folder / "s.csv")]
    return [command, str(folder / "p.yaml"), *tables]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("command", COMMANDS)
def test_output_is_readable_by_its_owner_alone(folder: Path, command: str) -> None:
    before = os.umask(0)
    try:
        run_well(*arguments(command, folder), "-o", folder / "out")
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / "out").stat().st_mode) == 0o600
    assert names(folder) == ["out", "p.yaml", "s.csv"]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx", "table"])
def test_output_is_what_standard_output_gets(folder: Path, form: str) -> None:
    result = run_well(*arguments("visits", folder), "--format", form, "-o", folder / "out")
    assert result.stdout == ""
    assert (folder / "out").read_bytes() == run_well(*arguments("visits", folder), "--format", form).stdout_bytes


@pytest.mark.parametrize("command", COMMANDS)
def test_file_that_is_there_is_left_as_it_is(folder: Path, command: str) -> None:
    out = folder / "out.csv"
    out.write_text("mine", encoding="utf-8")
    result = run(*arguments(command, folder), "-o", out)
    assert (result.exit_code, result.stdout, out.read_text(encoding="utf-8")) == (1, "", "mine")
    assert result.stderr.startswith(f"{out}: ")
    assert "(--force replaces it) [O001]" in result.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_file_that_is_there_is_replaced_by_force_alone(folder: Path, command: str) -> None:
    out = folder / "out.csv"
    out.write_text("mine", encoding="utf-8")
    out.chmod(0o644)
    run_well(*arguments(command, folder), "-o", out, "--force")
    assert "mine" not in out.read_text(encoding="utf-8")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert names(folder) == ["out.csv", "p.yaml", "s.csv"]


def test_file_is_not_replaced_where_there_are_problems(folder: Path) -> None:
    out = folder / "out.csv"
    out.write_text("mine", encoding="utf-8")
    (folder / "s.csv").write_text(GOOD + "009,activ,2026-03-09,\n", encoding="utf-8")
    assert run(*arguments("visits", folder), "-o", out, "--force").exit_code == 1
    assert out.read_text(encoding="utf-8") == "mine"
    assert names(folder) == ["out.csv", "p.yaml", "s.csv"]


def test_input_may_not_be_written_over(folder: Path) -> None:
    assert "[O005]" in run(*arguments("visits", folder), "-o", folder / "s.csv").stderr
    assert (folder / "s.csv").read_text(encoding="utf-8") == GOOD


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("name", "code"), [(".", "O003"), ("none/out.csv", "O002"), ("s.csv/out.csv", "O002"), ("x" * 300, "O002")]
)
def test_place_that_cannot_be_written_to_is_refused(folder: Path, command: str, name: str, code: str) -> None:
    for force in ((), ("--force",)):
        result = run(*arguments(command, folder), "-o", folder / name, *force)
        assert (result.exit_code, result.stdout) == (1, "")
        assert f"[{code}]" in result.stderr
    assert names(folder) == ["p.yaml", "s.csv"]


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_pipes_and_devices_are_never_replaced(folder: Path, force: tuple[str, ...]) -> None:
    os.mkfifo(folder / "pipe")
    result = run(*arguments("visits", folder), "-o", folder / "pipe", *force)
    assert (result.exit_code, result.stdout) == (1, "")
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)


def small_files_alone() -> None:
    """Let the process write no more than a few bytes to a file, as on a full disk, and live on."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


@pytest.mark.parametrize("output", [("-o", "out.csv"), ()])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_full_disk_leaves_nothing_behind(folder: Path, form: str, output: tuple[str, ...]) -> None:
    command = [sys.executable, "-B", "-m", "dosecal", *arguments("visits", folder), "--format", form, *output]
    ended = subprocess.run(command, cwd=folder, capture_output=True, check=False, preexec_fn=small_files_alone)
    assert (ended.returncode, ended.stdout) == (1, b"")
    assert b"[O002]" in ended.stderr
    assert b"Traceback" not in ended.stderr
    assert names(folder) == ["p.yaml", "s.csv"]


def written_bytes(process: subprocess.Popen[str]) -> int:
    """How many bytes a process has given to the system to write."""
    lines = Path(f"/proc/{process.pid}/io").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("wchar:"))


def many(folder: Path, subjects: int = 150_000) -> None:
    rows = "".join(f"{number},active,2026-03-09,70.5\n" for number in range(subjects))
    (folder / "s.csv").write_text(HEAD + rows, encoding="utf-8")


def ended_by(number: signal.Signals, folder: Path, *options: str, after: int = 5_000_000) -> tuple[int, str]:
    """The exit code and the talk of a run that gets a signal after it has written some bytes."""
    command = [sys.executable, "-B", "-m", "dosecal", *arguments("visits", folder), *options]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, encoding="utf-8") as process:
        for _ in count():
            assert process.poll() is None
            if written_bytes(process) > after:
                break
            time.sleep(0.01)
        process.send_signal(number)
        _, said = process.communicate()
    return process.returncode, said


PARTS = ("-o", "parts/", "--format", "parquet")
needs_counts = pytest.mark.skipif(
    not Path("/proc/self/io").exists(), reason="nothing tells how much a process has written"
)


@needs_counts
@pytest.mark.parametrize("force", [(), ("--force",)])
def test_process_that_is_killed_leaves_nothing_under_the_name_and_the_next_removes_the_rest(
    folder: Path, force: tuple[str, ...]
) -> None:
    many(folder)
    out = folder / "out.csv"
    if force:
        out.write_text("mine", encoding="utf-8")
    before = names(folder)
    assert ended_by(signal.SIGKILL, folder, "-o", str(out), *force)[0] == -signal.SIGKILL
    left = [name for name in names(folder) if name not in before]
    assert [(folder / name).stat().st_mode & 0o077 for name in left if name.startswith(".dosecal-")] == [0]
    assert not force or out.read_text(encoding="utf-8") == "mine"
    (folder / "s.csv").write_text(GOOD, encoding="utf-8")
    assert "removed 1 hidden file or folder" in run_well(*arguments("visits", folder), "-o", out, *force).stderr
    assert names(folder) == ["out.csv", "p.yaml", "s.csv"]


@needs_counts
@pytest.mark.parametrize(
    ("number", "options", "after"),
    [
        (signal.SIGTERM, ("-o", "out.csv"), 5_000_000),
        (signal.SIGINT, ("-o", "out.csv"), 5_000_000),
        (signal.SIGHUP, ("-o", "out.csv"), 5_000_000),
        (signal.SIGTERM, PARTS, 10_000),
    ],
)
def test_signal_removes_what_was_begun(
    folder: Path, number: signal.Signals, options: tuple[str, ...], after: int
) -> None:
    many(folder, 500_000)  # of which the first part of several is written long before the end
    before = names(folder)
    code, said = ended_by(number, folder, *options, after=after)
    assert (code, said) == (128 + number, "stopped: what was begun was removed\n")
    assert names(folder) == before


FORMULAS = ("+1+1", "+x", "-x", "@x", "+cmd|' /C calc'!A0")


def with_ids(folder: Path, *ids: str) -> None:
    rows = "".join(f"{one},active,2026-03-09,70.5\n" for one in ids)
    (folder / "s.csv").write_text(HEAD + rows, encoding="utf-8")


@pytest.mark.parametrize("command", ["visits", "doses"])
def test_formulas_are_guarded_in_csv_and_said(folder: Path, command: str) -> None:
    with_ids(folder, *FORMULAS, "007")
    result = run_well(*arguments(command, folder))
    ids = {row["subject_id"] for row in csv_rows_of(result.stdout)}
    assert ids == {*(f"'{one}" for one in FORMULAS), "007"}
    assert "warning: <stdout>: 5 texts" in result.stderr
    assert "[W003]" in result.stderr


def test_numbers_below_zero_are_left_alone(folder: Path) -> None:
    (folder / "p.yaml").write_text(protocol_text(visits="D-3: {}\nD1: {}"), encoding="utf-8")
    result = run_well(*arguments("visits", folder))
    assert {row["offset_days"] for row in csv_rows_of(result.stdout)} == {"-3", "0"}
    assert "[W003]" not in result.stderr


def test_formulas_stay_as_they_are_where_no_spreadsheet_runs_them(folder: Path) -> None:
    with_ids(folder, *FORMULAS)
    lines = run_well(*arguments("visits", folder), "--format", "jsonl")
    assert '"subject_id":"+1+1"' in lines.stdout.replace('": "', '":"')
    assert "[W003]" not in lines.stderr
    run_well(*arguments("visits", folder), "--format", "parquet", "-o", folder / "out.parquet")
    table = pq.read_table(folder / "out.parquet")
    assert set(table.column("subject_id").to_pylist()) == set(FORMULAS)


BAD = HEAD + "007,active,2026-03-09,70.5\n008,activ,2026-03-10,\n009,active,2026-02-30,70\n010,active,2026-03-09,\n"


def test_nothing_is_written_where_a_row_is_bad(folder: Path) -> None:
    (folder / "s.csv").write_text(BAD, encoding="utf-8")
    for command in ("visits", "doses"):
        result = run(*arguments(command, folder))
        assert (result.exit_code, result.stdout) == (1, "")
        assert "nothing was written" in result.stderr
        assert run(*arguments(command, folder), "-o", folder / "out.csv").exit_code == 1
    assert names(folder) == ["p.yaml", "s.csv"]


@pytest.mark.parametrize(("command", "good"), [("visits", {"007", "010"}), ("doses", {"007"})])
def test_good_rows_are_written_where_bad_ones_are_skipped(folder: Path, command: str, good: set[str]) -> None:
    (folder / "s.csv").write_text(BAD, encoding="utf-8")
    result = run(*arguments(command, folder), "--skip-bad", "-o", folder / "out.csv")
    assert (result.exit_code, result.stdout) == (1, "")
    rows = csv_rows_of((folder / "out.csv").read_text(encoding="utf-8"))
    assert {row["subject_id"] for row in rows} == good
    named = [line for line in result.stderr.splitlines() if line.startswith(str(folder))]
    assert [line.split(" ", 1)[0].rsplit("/", 1)[1] for line in named[:2]] == ["s.csv:3:5:", "s.csv:4:12:"]
    assert ("[L001]" in result.stderr) == (command == "doses")


def test_rows_are_the_same_whether_bad_ones_stand_beside_them(folder: Path) -> None:
    (folder / "s.csv").write_text(BAD, encoding="utf-8")
    skipped = run(*arguments("doses", folder), "--skip-bad").stdout
    (folder / "s.csv").write_text(HEAD + "007,active,2026-03-09,70.5\n", encoding="utf-8")
    assert run_well(*arguments("doses", folder)).stdout == skipped


def test_all_rows_bad_leave_the_header_alone(folder: Path) -> None:
    (folder / "s.csv").write_text(HEAD + "007,activ,2026-03-09,70.5\n", encoding="utf-8")
    result = run(*arguments("visits", folder), "--skip-bad")
    assert result.exit_code == 1
    assert csv_rows_of(result.stdout) == []
    assert result.stdout.startswith("study,protocol_version,")


def test_skipping_bad_rows_does_not_excuse_a_bad_file(folder: Path) -> None:
    (folder / "s.csv").write_text("subject_id,arm\n007,active\n", encoding="utf-8")
    result = run(*arguments("visits", folder), "--skip-bad")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "[C004]" in result.stderr


def test_reader_that_goes_away_is_no_bug(folder: Path) -> None:
    rows = "".join(f"{number},active,2026-03-09,70.5\n" for number in range(2_000))
    (folder / "s.csv").write_text(HEAD + rows, encoding="utf-8")
    command = [sys.executable, "-B", "-m", "dosecal", *arguments("visits", folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_output_is_never_one_of_the_inputs(tmp_path: Path) -> None:
    subjects = tmp_path / "subjects.csv"
    subjects.write_text("subject_id,arm,start\n007,msc,2020-01-27\n", encoding="utf-8")
    before = subjects.read_bytes()
    ended = run("visits", "NCT04252118", str(subjects), "-o", str(subjects), "--force")
    assert ended.exit_code == 1
    assert "expected another file than the inputs, got one of them [O005]" in ended.stderr
    assert subjects.read_bytes() == before


def test_decimal_is_the_same_in_every_format_half_up_to_18_decimals(folder: Path) -> None:
    (folder / "s.csv").write_text(HEAD + "007,active,2026-03-09,70.1234567891234567895\n", encoding="utf-8")
    shown = "70.12345678912345679"  # to 18 decimals 70.123456789123456790, since the 19th is a 5
    assert [row["weight_kg"] for row in csv_rows_of(run_well(*arguments("doses", folder)).stdout)] == [shown]
    assert f'"weight_kg": "{shown}"' in run_well(*arguments("doses", folder), "--format", "jsonl").stdout
    run_well(*arguments("doses", folder), "--format", "parquet", "-o", folder / "out")
    assert pq.read_table(folder / "out")["weight_kg"].to_pylist() == [Decimal(shown)]


def test_volume_without_an_end_is_half_up_to_18_decimals_and_that_is_said(folder: Path) -> None:
    text = protocol_text(regimen="dose: 20 mg\nrounding: none", visits="D1: {}")
    text = text.replace("drug: {label: study drug}", "drug: {label: study drug, concentration: 3 mg/mL}")
    (folder / "p.yaml").write_text(text, encoding="utf-8")
    (row,) = csv_rows_of(run_well(*arguments("doses", folder)).stdout)
    assert row["volume_ml"] == "6.666666666666666667"  # 20 mg ÷ 3 mg/mL
    assert "volume not rounded, by the protocol: shown half up to 18 decimals" in row["notes"]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx", "table"])
def test_decimal_with_more_than_20_digits_before_the_point_is_refused_in_every_format(folder: Path, form: str) -> None:
    text = protocol_text(regimen=f"dose: 1{'0' * 20} cells/kg", visits="D1: {}")
    (folder / "p.yaml").write_text(text, encoding="utf-8")
    ended = run(*arguments("doses", folder), "--format", form, "-o", folder / "out")
    assert ended.exit_code == 1
    assert f'expected at most 20 digits before the point, got "705{"0" * 19}"' in ended.stderr
    assert "[O004]" in ended.stderr
    assert names(folder) == ["p.yaml", "s.csv"]


def test_parquet_goes_into_a_folder_of_parts_that_read_as_one_table(folder: Path) -> None:
    run_well(*arguments("visits", folder), "--format", "parquet", "-o", folder / "one.parquet")
    run_well(*arguments("visits", folder), "--format", "parquet", "-o", f"{folder}/parts/")
    assert names(folder / "parts") == ["part-00000.parquet"]
    assert pq.read_table(folder / "parts").equals(pq.read_table(folder / "one.parquet"))
    again = run(*arguments("visits", folder), "--format", "parquet", "-o", f"{folder}/parts/", "--force")
    assert (again.exit_code, "[O024]" in again.stderr) == (1, True)


RYONCIL = ("examples/ryoncil", EXAMPLES / "ryoncil-subjects.csv")


@pytest.mark.parametrize(
    "command",
    [
        ("doses", *RYONCIL, "--weights", EXAMPLES / "ryoncil-weights.csv"),
        ("visits", *RYONCIL),
        ("export", *RYONCIL, "--to", "google"),
        ("demand", *RYONCIL, "--weights", EXAMPLES / "ryoncil-weights.csv"),
    ],
)
def test_a_dash_is_standard_output(
    command: tuple[str | Path, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*command, "-o", "-").stdout == run(*command).stdout != ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [
        ("print", *RYONCIL, "--what", "participant"),
        ("reschedule", *RYONCIL, "--subject", "001", "--visit", "D4", "--to", "2026-03-02", "--apply"),
    ],
)
def test_what_is_a_file_alone_is_not_written_to_standard_output(
    command: tuple[str | Path, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = run(*command, "-o", "-")
    assert (refused.exit_code, refused.stdout, list(tmp_path.iterdir())) == (2, "", [])
    assert "nothing to standard output" in " ".join(refused.stderr.split())
