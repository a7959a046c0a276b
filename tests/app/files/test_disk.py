"""Outputs appear whole or not at all on any disk: also without links, modes, folders that open, or a way to sync."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from dosecal.app.files.folder import MOST_BYTES, open_output_folder, safe_name, write_folder
from dosecal.app.files.output import open_output
from dosecal.model.problems import OutputError
from dosecal.render.scratch import scratch_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Take = Callable[[pytest.MonkeyPatch], None]

FILES = (("a.txt", b"one"), ("b.txt", b"two"))
NOT_HERE = (errno.EOPNOTSUPP, errno.EPERM, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS, errno.EACCES)


def refusing(code: int) -> Callable[..., NoReturn]:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(code, os.strerror(code))

    return refuse


def without_links(code: int) -> Take:
    return lambda patch: patch.setattr(os, "link", refusing(code))


def without_sync(code: int) -> Take:
    return lambda patch: patch.setattr(os, "fsync", refusing(code))


def with_folders_that_do_not_open(patch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def refuse_folders(path: Any, *more: Any, **named: Any) -> int:
        if Path(path).is_dir():
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, *more, **named)

    patch.setattr(os, "open", refuse_folders)


def without_names(*names: str) -> Take:
    def take(patch: pytest.MonkeyPatch) -> None:
        for name in names:
            patch.delattr(os, name, raising=False)

    return take


def without_modes(patch: pytest.MonkeyPatch) -> None:
    for name in ("chmod", "fchmod", "chown", "fchown", "utime"):
        patch.setattr(os, name, refusing(errno.EPERM), raising=False)


TAKEN_AWAY: dict[str, tuple[Take, ...]] = {
    **{f"links {errno.errorcode[code]}": (without_links(code),) for code in NOT_HERE},
    **{f"sync {errno.errorcode[code]}": (without_sync(code),) for code in NOT_HERE},
    "folders": (with_folders_that_do_not_open,),
    "modes": (without_modes,),
    "names of the system": (without_names("O_TMPFILE", "link", "fchmod", "posix_fadvise", "getuid", "fsync"),),
    "all at once": (
        without_links(errno.EPERM),
        without_sync(errno.EINVAL),
        with_folders_that_do_not_open,
        without_modes,
        without_names("O_TMPFILE", "posix_fadvise", "getuid", "uname"),
    ),
}


@pytest.fixture(params=list(TAKEN_AWAY.values()), ids=list(TAKEN_AWAY))
def poor_disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A disk without something that others have."""
    with monkeypatch.context() as patch:
        for take in request.param:
            take(patch)
        yield


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def write(path: Path, content: bytes, *, force: bool = False) -> None:
    with open_output(str(path), force=force) as stream:
        stream.write(content)


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(OutputError) as caught:
        yield
    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.usefixtures("poor_disk")
def test_file_appears_whole_and_never_over_another_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with open_output(str(path), force=False) as stream:
        stream.write(b"one")
        assert not path.exists()
    assert contents(tmp_path) == {"out.csv": b"one"}
    with refused("O001"):
        write(path, b"two")
    assert contents(tmp_path) == {"out.csv": b"one"}
    write(path, b"three", force=True)
    assert contents(tmp_path) == {"out.csv": b"three"}


@pytest.mark.usefixtures("poor_disk")
def test_file_that_came_meanwhile_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with refused("O001"), open_output(str(path), force=False) as stream:
        stream.write(b"ours")
        path.write_bytes(b"theirs")
    assert contents(tmp_path) == {"out.csv": b"theirs"}


@pytest.mark.usefixtures("poor_disk")
def test_folder_appears_whole_and_files_join_one_that_is_there(tmp_path: Path) -> None:
    write_folder(str(tmp_path / "new"), FILES, force=False)
    assert contents(tmp_path / "new") == dict(FILES)
    (tmp_path / "new" / "other").write_bytes(b"kept")
    with refused("O001"):
        write_folder(str(tmp_path / "new"), (("c.txt", b""), *FILES), force=False)
    write_folder(str(tmp_path / "new"), (("a.txt", b"1"), ("c.txt", b"3")), force=True)
    assert contents(tmp_path / "new") == {"a.txt": b"1", "b.txt": b"two", "c.txt": b"3", "other": b"kept"}
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


@pytest.mark.usefixtures("poor_disk")
def test_folder_is_as_it_was_where_a_file_came_meanwhile(tmp_path: Path) -> None:
    with refused("O001"), open_output_folder(str(tmp_path), force=False) as folder:
        folder.write("a.txt", b"ours")
        folder.write("b.txt", b"ours")
        (tmp_path / "b.txt").write_bytes(b"theirs")
    assert contents(tmp_path) == {"b.txt": b"theirs"}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_disk_that_is_full_or_broken_at_the_end_is_said_and_leaves_nothing(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_sync(code)(monkeypatch)
    with refused("O002"):
        write(tmp_path / "out.csv", b"one")
    with refused("O002"):
        write_folder(str(tmp_path / "out"), FILES, force=False)
    with refused("O002"):
        write_folder(str(tmp_path), FILES, force=False)
    assert contents(tmp_path) == {}


def test_disk_that_can_neither_link_nor_rename_leaves_no_empty_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_links(errno.EPERM)(monkeypatch)
    monkeypatch.setattr(Path, "replace", refusing(errno.EIO))
    with refused("O002"):
        write(tmp_path / "out.csv", b"one")
    assert contents(tmp_path) == {}


def left_by(process: int, folder: Path, *, is_folder: bool = False) -> Path:
    """What a process that was killed left in a folder."""
    path = folder / f"{scratch_prefix().replace(str(os.getpid()), str(process))}abcdef"
    if is_folder:
        path.mkdir()
        (path / "001.pdf").write_bytes(b"a participant's")
    else:
        path.write_bytes(b"a participant's")
    return path


@pytest.fixture
def gone() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_what_killed_runs_left_is_removed_by_the_next_and_said(
    gone: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left_by(gone, tmp_path)
    (tmp_path / "out").mkdir()
    left_by(gone, tmp_path / "out", is_folder=True)
    write(tmp_path / "out.csv", b"one")
    said = f"warning: {tmp_path}: removed 1 hidden file or folder that a killed run had left [W132]\n"
    assert capsys.readouterr().err == said
    write_folder(str(tmp_path / "out"), FILES, force=False)
    assert capsys.readouterr().err == said.replace(f"{tmp_path}:", f"{tmp_path / 'out'}:")
    assert contents(tmp_path / "out") == dict(FILES)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "out.csv"]


def test_what_may_be_somebody_elses_is_left_alone(
    gone: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left_by(os.getppid(), tmp_path)  # a process that runs
    left_by(gone, tmp_path).rename(tmp_path / ".dosecal-00000000-1-abcdef")  # of another machine
    for name in (".dosecal-notes", ".dosecal-00000000-x-abcdef", "dosecal.csv"):
        (tmp_path / name).write_bytes(b"mine")
    target = tmp_path / "target"
    target.write_bytes(b"mine")
    (tmp_path / f"{scratch_prefix().replace(str(os.getpid()), str(gone))}link00").symlink_to(target)
    before = sorted(path.name for path in tmp_path.iterdir())
    write(tmp_path / "out.csv", b"one")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*before, "out.csv"])
    assert capsys.readouterr().err == ""


def test_what_is_older_than_any_work_is_removed_whichever_machine_left_it(tmp_path: Path) -> None:
    old = tmp_path / ".dosecal-00000000-1-abcdef"
    old.write_bytes(b"a participant's")
    eight_days_ago = old.stat().st_mtime - 8 * 24 * 3600
    os.utime(old, (eight_days_ago, eight_days_ago))
    write(tmp_path / "out.csv", b"one")
    assert contents(tmp_path) == {"out.csv": b"one"}


LONG = "患者" * 60


def test_long_id_gives_a_name_that_a_disk_takes_and_no_other_id_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = ("患者-001", LONG, f"{LONG}1", f"{LONG}2")
    write_folder(str(tmp_path / "out"), [(f"{safe_name(one)}.pdf", one.encode()) for one in ids], force=False)
    names = {content.decode(): name for name, content in contents(tmp_path / "out").items()}
    assert names["患者-001"] == "%E6%82%A3%E8%80%85-001.pdf"
    assert {len(name.encode()) <= MOST_BYTES and name.endswith(".pdf") for name in names.values()} == {True}
    assert set(names) == set(ids)
    said = (
        f"warning: {tmp_path / 'out'}: 3 names of files were longer than 255 bytes: they end in ~ and a number [W133]"
    )
    assert capsys.readouterr().err == f"{said}\n"


def test_name_that_windows_keeps_for_itself_is_written_another_way() -> None:
    assert [safe_name(name) for name in ("CON", "nul", "com1.x", "LPT9")] == ["%43ON", "%6Eul", "%63om1.x", "%4CPT9"]
    assert [safe_name(name) for name in ("CONTROL", "nul1", "com", "a.con")] == ["CONTROL", "nul1", "com", "a.con"]


def test_two_documents_of_one_name_are_refused(tmp_path: Path) -> None:
    with refused("O023"):
        write_folder(str(tmp_path / "out"), (FILES[0], FILES[0]), force=True)
    assert list(tmp_path.iterdir()) == []


def test_name_that_the_system_cannot_write_is_refused(tmp_path: Path) -> None:
    with refused("O002"):
        write(tmp_path / "a\ud800.csv", b"one")
    with refused("O002"):
        write_folder(f"{tmp_path}/a\ud800/", FILES, force=False)
