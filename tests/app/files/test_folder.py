"""Several files appear all or not at all, for their owner alone, and never over others unless that is asked for."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from dosecal.app.files.folder import open_output_folder, safe_name, write_folder
from dosecal.model.problems import OutputError

FILES = (("a.txt", b"one"), ("b.txt", b"two"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def refusal(folder: Path, *, force: bool = False) -> str:
    with pytest.raises(OutputError) as caught:
        write_folder(str(folder), FILES, force=force)
    return str(caught.value)


def test_folder_that_is_not_there_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_folder(str(tmp_path / "out"), FILES, force=False)
    finally:
        os.umask(before)
    assert contents(tmp_path / "out") == dict(FILES)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "out").iterdir()} == {0o600}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_files_join_what_is_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"kept")
    write_folder(str(tmp_path), FILES, force=False)
    assert contents(tmp_path) == {**dict(FILES), "other": b"kept"}


def test_no_file_appears_where_one_is_there_already(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"old")
    assert "b.txt: expected a name that is free" in refusal(tmp_path)
    assert contents(tmp_path) == {"b.txt": b"old"}


def test_force_replaces_files_and_leaves_others(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"old")
    (tmp_path / "other").write_bytes(b"kept")
    write_folder(str(tmp_path), FILES, force=True)
    assert contents(tmp_path) == {**dict(FILES), "other": b"kept"}


def test_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"a file")
    assert refusal(tmp_path / "out", force=True).endswith("[O008]")
    assert (tmp_path / "out").read_bytes() == b"a file"


def test_folder_within_nothing_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none" / "out").endswith("[O002]")


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_appeared_is_taken_back_where_a_later_file_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, force: bool, fault: BaseException
) -> None:
    if force:
        (tmp_path / "a.txt").write_bytes(b"old a")
        (tmp_path / "b.txt").write_bytes(b"old b")
    before = contents(tmp_path)
    link, replace = os.link, Path.replace

    def failing_link(source: Path, target: Path, **more: bool) -> None:
        if not force and Path(target).name == "b.txt":
            raise fault
        link(source, target, **more)

    def failing_replace(self: Path, target: Path) -> Path:
        if self.parent.name == "made" and self.name == "b.txt":
            raise fault
        return replace(self, target)

    monkeypatch.setattr(os, "link", failing_link)
    monkeypatch.setattr(Path, "replace", failing_replace)
    with pytest.raises((OutputError, KeyboardInterrupt)) as caught:
        write_folder(str(tmp_path), FILES, force=force)
    assert isinstance(caught.value, OutputError if isinstance(fault, OSError) else KeyboardInterrupt)
    assert contents(tmp_path) == before


def fill(name: str, *files: str) -> None:
    """Put files into a folder."""
    with open_output_folder(name, force=False) as folder:
        for file in files:
            folder.write(f"{file}.pdf", b"content")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("MX01-001", "MX01-001"),
        ("a/b", "a%2Fb"),
        ("..", "%2E."),
        ("-rf", "%2Drf"),
        ("ä 1", "%C3%A4%201"),
        ("100%", "100%25"),
    ],
)
def test_name_of_a_file_can_be_told_from_any_other(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_files_appear_together_and_are_their_owners_alone(tmp_path: Path) -> None:
    with open_output_folder(f"{tmp_path}/out/", force=False) as folder:
        folder.write("1.pdf", b"one")
        folder.write("2.pdf", b"two")
        assert not (tmp_path / "out").exists()
    assert {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()} == {"1.pdf": b"one", "2.pdf": b"two"}
    assert [path.stat().st_mode & 0o077 for path in (tmp_path / "out", tmp_path / "out" / "1.pdf")] == [0, 0]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_nothing_appears_where_something_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        fill(str(tmp_path / "out"), "1", "2", "1")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_taken_stops_all_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "2.pdf").write_bytes(b"old")
    with pytest.raises(OutputError) as caught:
        fill(str(tmp_path), "1", "2")
    assert [one.code for one in caught.value.problems] == ["O001"]
    assert [path.name for path in tmp_path.iterdir()] == ["2.pdf"]
    with open_output_folder(str(tmp_path), force=True) as folder:
        folder.write("2.pdf", b"two")
    assert (tmp_path / "2.pdf").read_bytes() == b"two"
