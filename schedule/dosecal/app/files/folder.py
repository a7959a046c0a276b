"""Several files of one output: all of them appear, or none.

Conventions: as for a single file (``output``): readable by their owner alone, never over another file unless that is
asked for. The files are finished in a hidden folder first. A folder that isn't there appears whole. In a folder that
is, the files appear one after another; should one fail, those before it are taken back.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dosecal.app.files import disk
from dosecal.exchange.parts import DEVICE
from dosecal.model.problems import OutputError, Problem, Source
from dosecal.model.regex import regex
from dosecal.render.scratch import remove, scratch_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_BYTES = 255
"""A name of more bytes is refused by nearly every disk."""

_UNSAFE = regex(r"[^A-Za-z0-9._-]|^[.-]")


def is_folder_name(name: str) -> bool:
    """Whether a name is meant as that of a folder: it ends so, or is there as one."""
    return name.endswith(("/", os.sep)) or Path(name).is_dir()


def safe_name(text: str) -> str:
    """A text as the name of a file: whatever is no letter, digit, dot, hyphen or underscore becomes % and its bytes.

    Different texts have different names.
    """
    safe = _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)
    return f"%{ord(safe[0]):02X}{safe[1:]}" if DEVICE.match(safe) else safe


def fitting_name(name: str) -> str:
    """A name that disks take: one that is too long is cut, and ends in ``~`` and a number that no other name has."""
    if len(name.encode()) <= MOST_BYTES:
        return name
    ending = f"~{hashlib.sha256(name.encode()).hexdigest()[:16]}{Path(name).suffix[:8]}"
    kept = name.encode()[: MOST_BYTES - len(ending)].decode(errors="ignore")
    return re.sub("%[0-9A-F]?$", "", kept) + ending


class OutputFolder:
    """A folder that is being filled.

    Attributes:
        names: The names of the files so far, in the order in which they were written.
        shortened: How many of them were too long and were cut.
    """

    def __init__(self, made: Path, folder: Path, *, force: bool) -> None:
        """Put files into a hidden folder, for another one.

        Args:
            made: The hidden folder.
            folder: Where they are going to appear.
            force: Whether files that are there already may be replaced.
        """
        self._made = made
        self._folder = folder
        self._force = force
        self.names: list[str] = []
        self.shortened = 0

    def write(self, name: str, content: bytes) -> None:
        """Write a file.

        Args:
            name: Its name; see ``safe_name`` for one that is made from data. One that is too long is cut.
            content: Its bytes.

        Raises:
            OutputError: If there is such a file, or it can't be written.
        """
        fitting = fitting_name(name)
        place = self._folder / fitting
        disk.require_free(place, force=self._force)
        with disk.refused_as_unwritable(place):
            try:
                descriptor = disk.new_file(self._made / fitting)
            except FileExistsError:
                message = "expected names that this disk tells apart, got one twice (there, A and a may be one name)"
                raise OutputError((Problem(Source(str(place)), "O023", "", message),)) from None
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                disk.reach_disk(file.fileno())
        self.names.append(fitting)
        self.shortened += fitting != name


@contextmanager
def open_output_folder(name: str, *, force: bool) -> Iterator[OutputFolder]:
    """A folder whose files appear when the block ends without an exception, and not at all otherwise.

    Args:
        name: A path; the folder is made where it isn't there, and its own parent must be.
        force: Whether files that are there already may be replaced.

    Raises:
        OutputError: If a file is there already, or something can't be written.
    """
    folder = Path(name)
    disk.require_name(folder)
    is_there = folder.is_dir()
    if not is_there and os.path.lexists(folder):
        message = "expected the name of a folder, since there are several files, got a file"
        raise OutputError((Problem(Source(name), "O008", "", message),))
    beside = folder if is_there else folder.parent
    with disk.refused_as_unwritable(folder):
        waiting = Path(tempfile.mkdtemp(prefix=scratch_prefix(), dir=beside))
        try:
            disk.say_swept(waiting)
            made = waiting / "made"
            made.mkdir(mode=0o700)
            filled = OutputFolder(made, folder, force=force)
            yield filled
            if is_there:
                _join(made, folder, filled.names, force=force)
            else:
                made.rename(folder)
        finally:
            remove(waiting)
    disk.sync_folder(beside)
    if filled.shortened:
        message = f"{filled.shortened:,} names of files were longer than {MOST_BYTES} bytes: they end in ~ and a number"
        disk.warn_person(Problem(Source(name), "W133", "", message))


def write_folder(name: str, files: Sequence[tuple[str, bytes]], *, force: bool) -> None:
    """Write files into a folder, all or none.

    Args:
        name: The folder, as for ``open_output_folder``.
        files: The name and content of each.
        force: Whether files that are there already may be replaced.

    Raises:
        OutputError: If a file is there already, or something can't be written.
    """
    with open_output_folder(name, force=force) as folder:
        for file, content in files:
            folder.write(file, content)


def _join(made: Path, folder: Path, names: Sequence[str], *, force: bool) -> None:
    """Let finished files appear beside what is in the folder."""
    old = made.parent / "old"
    old.mkdir(mode=0o700)
    appeared: list[str] = []
    is_whole = False
    try:
        for name in names:
            if force:
                _keep(folder / name, old / name)
                appeared.append(name)
            disk.appear(made / name, folder / name, force=force)
            if not force:
                appeared.append(name)
        is_whole = True
    finally:  # also where somebody stops the program
        if not is_whole:
            _take_back(folder, old, appeared)


def _keep(path: Path, copy: Path) -> None:
    """Copy a file that is going to be replaced, if there is one."""
    with suppress(FileNotFoundError):
        shutil.copyfile(path, copy, follow_symlinks=False)
        with suppress(OSError):  # times and modes, where the disk knows them
            shutil.copystat(path, copy, follow_symlinks=False)


def _take_back(folder: Path, old: Path, names: Sequence[str]) -> None:
    """Leave the folder as it was before these files appeared."""
    for name in names:
        with suppress(OSError):
            if os.path.lexists(old / name):
                (old / name).replace(folder / name)
            else:
                (folder / name).unlink()
