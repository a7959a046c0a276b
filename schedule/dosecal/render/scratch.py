"""Files that wait for their end under a name of their own, and the sweeping of those that a killed program left.

Conventions: such a file or folder is hidden and its name tells the machine and the process that made it:
``.dosecal-`` with eight hex digits, a hyphen, the process's number, a hyphen and letters by chance. What is certainly
ours and of a process that is gone is removed; anything else is left alone.
"""

from __future__ import annotations

import os
import stat
import zlib
from contextlib import suppress
from pathlib import Path

from dosecal.model.regex import regex

_NAME = regex(r"\.dosecal-([0-9a-f]{8})-([0-9]+)-[A-Za-z0-9_]+")
_WEEK_SECONDS = 7 * 24 * 3600
"""No work takes a week: what is older is of a process that is gone, whichever machine it ran on."""


def scratch_prefix() -> str:
    """How the name of a waiting file or folder of this process begins."""
    return f".dosecal-{machine()}-{os.getpid()}-"


def sweep(own: Path) -> int:
    """Remove what programs that were killed left in a folder, and nothing else.

    Args:
        own: A file or folder of this process in it, made just now: its time is that of the disk's own clock.

    Returns:
        How many files and folders were removed.
    """
    try:
        now = own.stat().st_mtime
        with os.scandir(own.parent) as entries:
            left = [path for path in map(Path, entries) if _is_left(path, now)]
    except OSError:
        return 0
    for path in left:
        remove(path)
    return sum(not os.path.lexists(path) for path in left)


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it, as far as that can be done; folders need not open."""
    with suppress(OSError):
        if path.is_symlink() or not path.is_dir():
            path.unlink()
            return
        for inner in tuple(path.iterdir()):
            remove(inner)
        path.rmdir()


def machine() -> str:
    """A mark of where numbers of processes are the same: others, and containers here, may write to the same disk."""
    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    with suppress(OSError):
        name += os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - a name of the system, no path
    return f"{zlib.crc32(name.encode('utf-8', 'replace')):08x}"


def _is_left(path: Path, now: float) -> bool:
    """Whether a file or folder is ours, of this user, and of a process that is gone."""
    named = _NAME.fullmatch(path.name)
    if named is None:
        return False
    facts = path.lstat()
    is_own = not hasattr(os, "getuid") or facts.st_uid == os.getuid()
    is_plain = stat.S_ISREG(facts.st_mode) or stat.S_ISDIR(facts.st_mode)
    is_gone = named[1] == machine() and not _is_running(int(named[2]))
    return is_own and is_plain and (is_gone or now - facts.st_mtime > _WEEK_SECONDS)


def _is_running(process: int) -> bool:
    """Whether there is such a process; where that can't be asked, as if there were."""
    if os.name != "posix":
        return True  # elsewhere the question would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
