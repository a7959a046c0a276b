"""Several files of one output: all of them appear, or none.

Conventions: as for a single file (``store``): readable by their owner alone, never over another file unless that is
asked for. The files are finished in a hidden folder first. A folder that isn't there appears whole. In a folder that
is, the files appear one after another; should one fail, those before it are taken back.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dosecal.model.problems import OutputError, Problem, Source
from dosecal.workflow.store import require_free, unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_OWNER_ONLY = 0o600
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]|^[.-]")


@dataclass(frozen=True, slots=True)
class OutputPlace:
    """Where one or several documents go.

    Attributes:
        name: The name of the file, or of the folder.
        form: The format, which is the ending of the names of files.
        is_folder: Whether it is a folder with a file each.
        force: Whether files that are there already may be replaced.
    """

    name: str
    form: str
    is_folder: bool
    force: bool = False


def safe_name(text: str) -> str:
    """A text as the name of a file: whatever is no letter, digit, dot, hyphen or underscore becomes % and its bytes.

    Different texts have different names.
    """
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)


class OutputFolder:
    """A folder that is being filled.

    Attributes:
        names: The names of the files so far, in the order in which they were written.
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

    def write(self, name: str, content: bytes) -> None:
        """Write a file.

        Args:
            name: Its name; see ``safe_name`` for one that is made from data.
            content: Its bytes.

        Raises:
            OutputError: If there is such a file, or it can't be written.
        """
        require_free(self._folder / name, force=self._force)
        require_free(self._made / name, force=False)
        descriptor = os.open(self._made / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        self.names.append(name)


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
    if folder.exists() and not folder.is_dir():
        message = "expected the name of a folder, since there are several files, got a file"
        raise OutputError((Problem(Source(name), "O008", "", message),))
    is_there = folder.is_dir()
    beside = folder if is_there else folder.parent
    try:
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=beside) as spare:
            made = Path(spare) / "made"
            made.mkdir(mode=0o700)
            filled = OutputFolder(made, folder, force=force)
            yield filled
            if is_there:
                _join(made, folder, filled.names, force=force)
            else:
                made.rename(folder)
        _sync(beside)
    except OSError as error:
        raise unwritable(folder, error) from None


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


def _take_back(folder: Path, old: Path, names: Sequence[str]) -> None:
    """Leave the folder as it was before these files appeared."""
    for name in names:
        with suppress(OSError):
            if os.path.lexists(old / name):
                (old / name).replace(folder / name)
            else:
                (folder / name).unlink()


def _sync(folder: Path) -> None:
    """Let the names reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
