"""What a disk is asked for, so that it works on every one: names, links, and what has reached it.

Conventions: nothing here needs links, modes, or folders that can be opened; where a disk has them, they are used.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from dosecal.model.counts import counted
from dosecal.model.problems import OutputError, Problem, Source
from dosecal.render.scratch import sweep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NO_SERVICE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM, errno.EACCES, errno.EBADF}
"""What a disk answers that has no such service."""


def require_name(path: Path) -> None:
    """Refuse a name that this system can't write, as one may be that was typed in another encoding.

    Raises:
        OutputError: If it is such a name.
    """
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        message = f"expected a name in this system's encoding, {sys.getfilesystemencoding()}, got one in another"
        raise OutputError((Problem(Source(str(path)), "O002", "", message),)) from None


def require_free(path: Path, *, force: bool) -> None:
    """Refuse a name that a file can't take.

    Raises:
        OutputError: If it is a folder's or a device's, or a file's that may not be replaced.
    """
    require_name(path)
    try:
        mode = path.lstat().st_mode
        if path.is_dir():
            raise OutputError((Problem(Source(str(path)), "O003", "", "expected the name of a file, got a folder"),))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise unwritable(path, error) from None
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        message = "expected the name of a file, got a device or a pipe"
        raise OutputError((Problem(Source(str(path)), "O002", "", message),))
    if not force:
        raise taken(path)


def taken(path: Path) -> OutputError:
    """The refusal of a name that another file has."""
    message = "expected a name that is free, got a file that is there already"
    return OutputError((Problem(Source(str(path)), "O001", "", message, "--force replaces it"),))


@contextmanager
def refused_as_unwritable(place: Path | str) -> Iterator[None]:
    """What the system refuses, as a problem of a place."""
    try:
        yield
    except OSError as error:
        raise unwritable(place, error) from None


def unwritable(place: Path | str, error: OSError) -> OutputError:
    """The refusal of a place that can't be written to, with the system's reason."""
    message = f"expected a place that can be written to, got: {error.strerror or error}"
    return OutputError((Problem(Source(str(place)), "O002", "", message),))


def new_file(path: Path) -> int:
    """The descriptor of a new file, its owner's alone where the disk knows owners.

    Raises:
        FileExistsError: If the name is taken.
    """
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)


def appear(waiting: Path, path: Path, *, force: bool) -> None:
    """Give a finished file its name.

    Where there are no links, an empty file takes the name first, so that it can't be anybody else's.

    Args:
        waiting: The file, on the same disk; it may keep its hidden name beside the new one.
        path: The new name.
        force: Whether a file of that name may be replaced.

    Raises:
        OutputError: If the name is taken and may not be.
        OSError: If the disk refuses.
    """
    try:
        if force:
            waiting.replace(path)
        else:
            _take_name(waiting, path)
    except FileExistsError:
        raise taken(path) from None


def _take_name(waiting: Path, path: Path) -> None:
    try:
        os.link(waiting, path)
    except FileExistsError:
        raise
    except (AttributeError, NotImplementedError, OSError):
        os.close(new_file(path))
        is_whole = False
        try:
            waiting.replace(path)
            is_whole = True
        finally:  # also where somebody stops the program
            if not is_whole:
                path.unlink()


def reach_disk(descriptor: int) -> None:
    """Wait until what was written is on the disk, where that can be asked.

    Raises:
        OSError: If the disk is full or broken.
    """
    try:
        os.fsync(descriptor)
    except AttributeError:
        return
    except OSError as error:
        if error.errno not in _NO_SERVICE:
            raise


def sync_folder(folder: Path) -> None:
    """Let the names in a folder reach the disk, where a folder can be asked; they stand in any case."""
    with suppress(OSError, AttributeError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def say_swept(own: Path) -> None:
    """Remove what killed runs left beside a file or folder of ours, and say it."""
    count = sweep(own)
    if count:
        what = counted(count, "hidden file or folder", "hidden files or folders")
        warn_person(Problem(Source(str(own.parent)), "W132", "", f"removed {what} that a killed run had left"))


def warn_person(warning: Problem) -> None:
    """Say on standard error what no outcome carries, since only the disk knows it."""
    if sys.stderr is not None:
        sys.stderr.write(f"warning: {warning}\n")
