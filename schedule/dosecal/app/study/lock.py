"""The lock of a study folder: one save at a time, and a lock that a dead process left is taken over.

Conventions: the lock is a file that is made only if there is none (``O_EXCL``), says whose it is (process, machine,
since when) and is held for one save. Its holder holds it open with ``flock``, too, which ends with the process whatever
ends that: a lock file of this machine that nobody holds so is dead, and is taken over in its place, so that no second
one can do the same. A lock of another machine is never taken over, nor any where the system or the disk has no
``flock``: a person takes the file away. On a network share locks may not hold at all.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from dosecal.app.files.disk import refused_as_unwritable
from dosecal.model.problems import OutputError, Problem, Source
from dosecal.model.struct import Struct
from dosecal.render.scratch import machine

try:
    import fcntl
except ImportError:  # a system without it, where a dead lock is taken away by a person
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = ".dosecal-lock"
HELD, TAKEN_OVER = "O053", "W072"
_PATIENCE_SECONDS = 5
"""How long a save waits for another one, which takes milliseconds."""
_PAUSE_SECONDS = 0.02
_MOST_BYTES = 4096


class Holder(Struct, frozen=True):
    """Whose a lock is.

    Attributes:
        pid: The number of the process.
        host: The mark of the machine on which that number means something.
        since: Since when, as ISO text.
    """

    pid: int
    host: str
    since: str

    @property
    def words(self) -> str:
        """Whose it is, for people."""
        where = "" if self.host == machine() else " of another machine"
        return f"process {self.pid}{where}, since {self.since}"


@contextmanager
def locked(folder: Path, since: str) -> Iterator[tuple[Problem, ...]]:
    """Hold the lock of a folder, and give what is to be said of that: that a dead process's lock was taken over.

    Args:
        folder: The study folder.
        since: The moment, as ISO text.

    Raises:
        OutputError: If another process holds it for longer than a save takes, or the folder can't be written.
    """
    path = folder / LOCK
    deadline = time.monotonic() + _PATIENCE_SECONDS
    with refused_as_unwritable(path):
        while True:
            descriptor, dead = _made(path, since)
            if descriptor is None:
                descriptor, dead = _taken_over(path, since)
            if descriptor is not None:
                break
            if time.monotonic() > deadline:
                raise _held(path, _holder_of(path))
            time.sleep(_PAUSE_SECONDS)
    try:
        yield () if dead is None else (_said(path, dead),)
    finally:
        with suppress(OSError):
            path.unlink()
        with suppress(OSError):
            os.close(descriptor)


def _made(path: Path, since: str) -> tuple[int | None, Holder | None]:
    """The descriptor of a new lock; None where there is one already."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return None, None
    if _grasp(descriptor) is False:  # somebody took it for a dead one before it was ours: theirs it is
        os.close(descriptor)
        return None, None
    _sign(descriptor, since)
    return descriptor, None


def _taken_over(path: Path, since: str) -> tuple[int | None, Holder | None]:
    """The descriptor of a dead process's lock, which is ours now, and whose it was; None where it is not dead."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None, None
    if _grasp(descriptor) and _is_still(path, descriptor):
        holder = _read(descriptor)
        if holder is None or holder.host == machine():
            _sign(descriptor, since)
            return descriptor, holder or Holder(0, machine(), "")
    os.close(descriptor)
    return None, None


def _grasp(descriptor: int) -> bool | None:
    """Hold the file as long as this process has it open: whether it does; None where that can't be had."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether the name is still that of the open file."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _sign(descriptor: int, since: str) -> None:
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, json.dumps({"pid": os.getpid(), "host": machine(), "since": since}).encode())


def _read(descriptor: int) -> Holder | None:
    """Whose an open lock is; None where it does not say, since its process ended before it could."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        values = json.loads(os.read(descriptor, _MOST_BYTES))
        return Holder(int(values["pid"]), str(values["host"]), str(values["since"]))
    except (ValueError, TypeError, KeyError):
        return None


def _holder_of(path: Path) -> Holder | None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        return _read(descriptor)
    finally:
        os.close(descriptor)


def _held(path: Path, holder: Holder | None) -> OutputError:
    whose = "a process that it does not name" if holder is None else holder.words
    hint = "try again; if nothing is running there any more, take this file away"
    return OutputError((Problem(Source(str(path)), HELD, "", f"expected a folder that is free, got {whose}", hint),))


def _said(path: Path, dead: Holder) -> Problem:
    whose = dead.words if dead.pid else "a process that ended as it began"
    return Problem(
        Source(str(path)), TAKEN_OVER, "", f"the lock of {whose}, which is not running any more, was taken over"
    )
