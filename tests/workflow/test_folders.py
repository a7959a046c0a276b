"""Folders of outputs: safe names, and all files or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schedule.model.problems import OutputError
from schedule.workflow.folders import open_output_folder, safe_name

if TYPE_CHECKING:
    from pathlib import Path


def fill(name: str, *files: str) -> None:
    """Put files into a folder."""
    with open_output_folder(name, force=False) as folder:
        for file in files:
            folder.write(file, "pdf", b"content")


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
        folder.write("1", "pdf", b"one")
        folder.write("2", "pdf", b"two")
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
        folder.write("2", "pdf", b"two")
    assert (tmp_path / "2.pdf").read_bytes() == b"two"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(OutputError) as caught, open_output_folder(f"{tmp_path}/out", force=True):
        pass
    assert [one.code for one in caught.value.problems] == ["O023"]


def test_a_folder_that_is_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught, open_output_folder(f"{tmp_path}/no/where/", force=False):
        pass
    assert [one.code for one in caught.value.problems] == ["O002"]
