"""Several files of one output: all of them appear, or none.

Conventions: as for a single file (``store``): readable by their owner alone, never over another file unless that is
asked for. A folder that isn't there appears whole. In a folder that is, the files are finished first and then appear
one after another; should one fail, those before it are taken back.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from schedule.model.problems import OutputError, Problem, Source
from schedule.workflow.store import require_free, unwritable

if TYPE_CHECKING:
    from collections.abc import Sequence

_OWNER_ONLY = 0o600


def write_folder(name: str, files: Sequence[tuple[str, bytes]], *, force: bool) -> None:
    """Write files into a folder, which is made where it isn't there; its own parent must be.

    Args:
        name: The folder.
        files: The name and content of each.
        force: Whether files that are there already may be replaced.

    Raises:
        OutputError: If a file is there already, or something can't be written.
    """
    folder = Path(name)
    if folder.exists() and not folder.is_dir():
        message = "expected the name of a folder, since there are several files, got a file"
        raise OutputError((Problem(Source(name), "O008", "", message),))
    try:
        if folder.is_dir():
            _write_into(folder, files, force=force)
        else:
            _write_new(folder, files)
    except OSError as error:
        raise unwritable(folder, error) from None


def _write_new(folder: Path, files: Sequence[tuple[str, bytes]]) -> None:
    """Make the folder with its files under another name, and give it its own when it is whole."""
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as spare:
        made = Path(spare) / "made"
        made.mkdir(mode=0o700)
        _write_all(made, files)
        made.rename(folder)
    _sync(folder.parent)


def _write_into(folder: Path, files: Sequence[tuple[str, bytes]], *, force: bool) -> None:
    """Write the files beside what is in the folder."""
    for name, _ in files:
        require_free(folder / name, force=force)
    with tempfile.TemporaryDirectory(prefix=".export.", dir=folder) as spare:
        made, old = Path(spare) / "made", Path(spare) / "old"
        made.mkdir(mode=0o700)
        old.mkdir(mode=0o700)
        _write_all(made, files)
        appeared: list[str] = []
        is_whole = False
        try:
            for name, _ in files:
                if force:
                    with suppress(FileNotFoundError):
                        os.link(folder / name, old / name, follow_symlinks=False)
                    appeared.append(name)
                    (made / name).replace(folder / name)
                else:
                    os.link(made / name, folder / name)  # unlike a renaming, it takes no other file's place
                    appeared.append(name)
            is_whole = True
        finally:  # also where somebody stops the program
            if not is_whole:
                _take_back(folder, old, appeared)
    _sync(folder)


def _take_back(folder: Path, old: Path, names: Sequence[str]) -> None:
    """Leave the folder as it was before these files appeared."""
    for name in names:
        with suppress(OSError):
            if os.path.lexists(old / name):
                (old / name).replace(folder / name)
            else:
                (folder / name).unlink()


def _write_all(folder: Path, files: Sequence[tuple[str, bytes]]) -> None:
    for name, content in files:
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Let the names reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
