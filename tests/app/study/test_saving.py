"""A save is whole, or not at all, or asked about."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dosecal.app.study.history import Entry, digest_of, read_history
from dosecal.app.study.lock import LOCK, locked
from dosecal.app.study.saving import (
    carry_out,
    drop_torn,
    edited,
    history_of,
    open_entry,
    require_settled,
    save,
    withdrawal,
)
from dosecal.load.tables.table_reading import STRICT
from dosecal.model.problems import OutputError
from dosecal.model.struct import replace
from dosecal.render.scratch import machine

AT = "2026-03-09T08:12:00+01:00"
WEIGHTS = b"\xef\xbb\xbfsubject_id,date,weight_kg\r\n001,2026-03-02,70\r\n"
AFTER = {"subject_id": "001", "date": "2026-03-09", "weight_kg": "71"}
KILLS = int(os.environ.get("DOSECAL_KILLS", "8"))
"""How many random kills are drawn; ``make kills`` draws 200."""


def entry_of(content: bytes | None, number: int = 1) -> tuple[Entry, bytes]:
    """An entry with a weight's row, and the table with it."""
    entry = Entry(
        n=number, at=AT, by="MG", role="coordinator", kind="weight", file="weights.csv", after=AFTER, files={}
    )
    new = edited(content, entry, tuple(AFTER))
    return replace(entry, files={"weights.csv": (digest_of(content), digest_of(new))}), new


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one table."""
    (tmp_path / "weights.csv").write_bytes(WEIGHTS)
    return tmp_path


def save_in(folder: Path) -> None:
    entry, new = entry_of(WEIGHTS)
    save(folder, history_of(folder), entry, {"weights.csv": new})


def test_entry_and_row_are_written_and_the_rest_stays(folder: Path) -> None:
    save_in(folder)
    assert (folder / "weights.csv").read_bytes() == WEIGHTS + b"001,2026-03-09,71\r\n"
    assert [entry.after for entry in history_of(folder).entries] == [AFTER]
    assert sorted(path.name for path in folder.iterdir()) == ["history.jsonl", "weights.csv"]


def test_table_keeps_its_mode(folder: Path) -> None:
    (folder / "weights.csv").chmod(0o664)
    save_in(folder)
    assert stat.S_IMODE((folder / "weights.csv").stat().st_mode) == 0o664
    assert stat.S_IMODE((folder / "history.jsonl").stat().st_mode) == 0o600


def test_table_keeps_its_group(folder: Path) -> None:
    if os.geteuid():
        pytest.skip("another group can be given by root alone")
    os.chown(folder / "weights.csv", -1, 12345)
    save_in(folder)
    assert (folder / "weights.csv").stat().st_gid == 12345


def test_table_that_was_changed_since_is_not_written_over(folder: Path) -> None:
    (folder / "weights.csv").write_bytes(WEIGHTS + b"002,2026-03-09,80\r\n")
    with pytest.raises(OutputError, match=r"changed since.*O054"):
        save_in(folder)
    assert not (folder / "history.jsonl").exists()


def test_link_is_no_table(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "weights.csv"
    (folder / "weights.csv").rename(elsewhere)
    (folder / "weights.csv").symlink_to(elsewhere)
    with pytest.raises(OutputError, match="O050"):
        save_in(folder)


def test_disk_that_is_full_while_the_entry_is_written_leaves_both_as_they_were(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, line: write(descriptor, line[:20]))
    with pytest.raises(OutputError, match="No space left"):
        save_in(folder)
    monkeypatch.undo()
    assert (folder / "history.jsonl").read_bytes() == b""
    assert (folder / "weights.csv").read_bytes() == WEIGHTS
    assert sorted(path.name for path in folder.iterdir()) == ["history.jsonl", "weights.csv"]


def stopped_between(folder: Path) -> Entry:
    """An entry without its row."""
    save_in(folder)
    (folder / "weights.csv").write_bytes(WEIGHTS)
    entry = open_entry(folder, history_of(folder))
    assert entry is not None
    return entry


def test_entry_without_its_row_is_asked_about_and_nothing_goes_on(folder: Path) -> None:
    stopped_between(folder)
    with pytest.raises(OutputError, match=r"entry 1 to be carried out.*O055"):
        require_settled(folder, history_of(folder))
    assert (folder / "weights.csv").read_bytes() == WEIGHTS


def test_entry_without_its_row_is_carried_out(folder: Path) -> None:
    carry_out(folder, stopped_between(folder), tuple(AFTER), STRICT)
    require_settled(folder, history_of(folder))
    assert (folder / "weights.csv").read_bytes() == WEIGHTS + b"001,2026-03-09,71\r\n"


def test_entry_without_its_row_is_withdrawn(folder: Path) -> None:
    entry = stopped_between(folder)
    history = history_of(folder)
    save(folder, history, withdrawal(entry, history.next_number, AT, "MG", "coordinator"), {})
    require_settled(folder, history_of(folder))
    assert [(one.kind, one.corrects) for one in history_of(folder).entries] == [("weight", None), ("withdrawn", 1)]


def test_nothing_is_written_after_an_entry_without_its_row(folder: Path) -> None:
    stopped_between(folder)
    history = history_of(folder)
    other = Entry(n=2, at=AT, by="MG", role="coordinator", kind="explained", reason="x", files={"lots.csv": ("", "a")})
    with pytest.raises(OutputError, match="O055"):
        save(folder, history, other, {})
    assert history_of(folder) == history


def test_nothing_is_written_after_the_beginning_of_an_entry_until_it_is_taken_away(folder: Path) -> None:
    save_in(folder)
    whole = (folder / "history.jsonl").read_bytes()
    (folder / "history.jsonl").write_bytes(whole + b'{"n":2,')
    history = history_of(folder)
    other = Entry(n=2, at=AT, by="MG", role="coordinator", kind="printed", files={})
    with pytest.raises(OutputError, match="the beginning of one"):
        save(folder, history, other, {})
    drop_torn(folder, history)
    assert (folder / "history.jsonl").read_bytes() == whole


def test_entry_is_not_carried_out_on_another_table(folder: Path) -> None:
    entry = stopped_between(folder)
    (folder / "weights.csv").write_bytes(WEIGHTS.replace(b"70", b"80"))
    with pytest.raises(OutputError, match="O054"):
        carry_out(folder, entry, tuple(AFTER), STRICT)


def test_broken_chain_stops_a_save(folder: Path) -> None:
    save_in(folder)
    path = folder / "history.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"by":"MG"', b'"by":"XX"'))
    with pytest.raises(OutputError, match="O056"):
        require_settled(folder, history_of(folder))


def test_lock_is_held_for_one_save(folder: Path) -> None:
    with locked(folder, AT) as warnings:
        holder = json.loads((folder / LOCK).read_text())
        assert (holder, warnings) == ({"pid": os.getpid(), "host": machine(), "since": AT}, ())
    assert not (folder / LOCK).exists()


def test_second_save_waits_and_then_says_who_is_saving(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dosecal.app.study.lock._PATIENCE_SECONDS", 0.1)
    refused = pytest.raises(OutputError, match=rf"process {os.getpid()}, since 2026-03-09.*O053")
    with locked(folder, AT), refused, locked(folder, AT):
        raise AssertionError


@pytest.mark.parametrize("content", ["", json.dumps({"pid": 4_000_000, "host": machine(), "since": AT})])
def test_lock_of_a_dead_process_is_taken_over_and_said(content: str, folder: Path) -> None:
    (folder / LOCK).write_text(content)
    with locked(folder, AT) as warnings:
        assert [warning.code for warning in warnings] == ["W072"]
    assert not (folder / LOCK).exists()


def test_lock_of_another_machine_is_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dosecal.app.study.lock._PATIENCE_SECONDS", 0.1)
    (folder / LOCK).write_text(json.dumps({"pid": 1, "host": "0", "since": AT}))
    with pytest.raises(OutputError, match="of another machine"), locked(folder, AT):
        raise AssertionError


def started(script: str, *arguments: str | int | Path) -> subprocess.Popen[str]:
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(root / "schedule"), str(root)))}
    command = [sys.executable, str(Path(__file__).with_name(script)), *map(str, arguments)]
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_kill_at_any_moment_leaves_what_is_whole_or_asked_about(tmp_path: Path) -> None:
    run = started("kill_saves.py", tmp_path, KILLS, 20260309)
    out, err = run.communicate(timeout=300)
    assert run.returncode == 0, err
    seen = json.loads(out)["seen"]
    assert seen.keys() == {"nothing", "carried out", "withdrawn"}  # each of the three was met
    assert sum(seen.values()) >= KILLS + 50


def test_several_programs_at_once_lose_nothing(tmp_path: Path) -> None:
    runs = [started("kill_saves.py", tmp_path, "--save", 10) for _ in range(4)]
    assert [run.communicate(timeout=120)[1] for run in runs] == [""] * 4
    history = read_history((tmp_path / "history.jsonl").read_bytes())
    assert (history.next_number, history.faults) == (41, ())
    content: bytes | None = None
    for entry in history.entries:
        content = edited(content, entry, ("subject_id", "date", "weight_kg", "method"))
    assert (tmp_path / "weights.csv").read_bytes() == content
