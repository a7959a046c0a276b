"""How a save reaches the disk: the entry first, then its table, each whole, so that a kill at any moment is found.

Conventions: under the lock of the folder, the new table is written to a hidden file beside the old one and reaches the
disk; then the entry is appended to the history, with the table's digests before and after, and reaches the disk; then
the hidden file takes the table's name. So

    a kill before the entry leaves nothing but a hidden file, which the next save removes,
    a kill between the two leaves an entry whose table is as before: the next start asks, and does neither by itself,
    a kill after both leaves a lock, which the next save takes over.

A table keeps its mode, group and extended attributes; a link is no table. What another program changed between reading
and writing is not written over: the digest is looked at again under the lock.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dosecal.app.files.disk import (
    reach_disk,
    refused_as_unwritable,
    require_name,
    say_swept,
    sync_folder,
)
from dosecal.app.study.history import (
    HISTORY,
    WITHDRAWN,
    Entry,
    History,
    digest_of,
    not_carried_out,
    read_history,
)
from dosecal.app.study.table_edit import edited_table, new_table
from dosecal.load.tables.table_reading import STRICT
from dosecal.model.problems import OutputError, Problem, Source
from dosecal.model.struct import replace
from dosecal.render.scratch import scratch_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dosecal.load.tables.table_reading import TableReading

CONFLICT, OPEN_ENTRY = "O054", "O055"
_OWNERS_ALONE = 0o600


def read_whole(path: Path) -> bytes | None:
    """The bytes of a file of the folder; None where it is not there.

    Raises:
        OutputError: If it is a link or no file, or can't be read.
    """
    require_name(path)
    try:
        if stat.S_ISREG(path.lstat().st_mode):
            return path.read_bytes()
        reason = "a link, a folder or a device"
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = error.strerror or str(error)
    raise OutputError((Problem(Source(str(path)), "O050", "", f"expected a file that can be read, got: {reason}"),))


def history_of(folder: Path) -> History:
    """The history of a folder; one without entries where it has not begun."""
    path = folder / HISTORY
    return read_history(read_whole(path) or b"", str(path))


def digests_now(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """The digests of files of a folder as they are; empty for one that is not there."""
    return {name: digest_of(read_whole(folder / name)) for name in names}


def open_entry(folder: Path, history: History) -> Entry | None:
    """The last entry, if it was not carried out: its table is as it was before."""
    last = history.last
    return None if last is None else not_carried_out(history, digests_now(folder, tuple(last.files)))


def require_settled(folder: Path, history: History) -> None:
    """Refuse to go on while the history does not hold, or its last entry was not carried out.

    Raises:
        OutputError: If so.
    """
    if history.problems:
        hint = "dosecal history shows it; --explain says why, on record"
        raise OutputError(tuple(Problem(one.source, one.code, "", one.message, hint) for one in history.problems))
    _require_carried_out(folder, history)


def _require_carried_out(folder: Path, history: History) -> None:
    """Refuse to write after an entry that is not whole, or has no row: nobody would ask about it any more.

    Raises:
        OutputError: If the last one is such.
    """
    place = Source(history.file, len(history.entries) + len(history.faults) + 1 if history.torn else 0)
    if history.torn:
        message = "expected a whole entry at the end, got the beginning of one, whose writing was stopped"
        raise OutputError(
            (Problem(place, OPEN_ENTRY, "", message, "--withdraw takes it away: nothing of it was done"),)
        )
    entry = open_entry(folder, history)
    if entry is not None:
        message = f"expected entry {entry.n} to be carried out, got {entry.file} as it was before it"
        hint = "--carry-out does it, --withdraw takes it back, each by a person and on record"
        raise OutputError((Problem(Source(history.file), OPEN_ENTRY, "", message, hint),))


def edited(content: bytes | None, entry: Entry, columns: Sequence[str], reading: TableReading = STRICT) -> bytes:
    """A table with an entry's row.

    Args:
        content: The table before; None where there is none.
        entry: The entry; its row is new where it has none before.
        columns: The columns of a new table.
        reading: How the table is written.

    Raises:
        OutputError: If the row can't be written safely.
    """
    after = entry.after or {}
    if content is None or not content.strip():
        return new_table(columns, after, entry.file)
    table = edited_table(content, entry.file, reading)
    return table.appended(after) if entry.before is None else table.changed(entry.before, after)


def save(folder: Path, history: History, entry: Entry, tables: Mapping[str, bytes]) -> Entry:
    """Write an entry and its tables; to be called under the lock.

    Args:
        folder: The folder that has the history and the tables.
        history: The history as it is.
        entry: The entry; it is chained to the history here, and its ``files`` say the digests.
        tables: The bytes of each table that is written.

    Returns:
        The entry as it was written.

    Raises:
        OutputError: If a table was changed since it was read, or something can't be written; nothing is changed then.
    """
    if entry.kind != WITHDRAWN or history.torn:
        _require_carried_out(folder, history)
    sealed = entry.sealed(history.head)
    for name in tables:
        if digest_of(read_whole(folder / name)) != sealed.files[name][0]:
            raise changed_meanwhile(folder / name)
    with _waiting(folder, tables) as waiting:
        _append(folder / HISTORY, sealed.line, history.size + len(history.torn))
        with refused_as_unwritable(folder):
            for name, hidden in waiting.items():
                hidden.replace(folder / name)
            sync_folder(folder)
    say_swept(folder / HISTORY)
    return sealed


def carry_out(folder: Path, entry: Entry, columns: Sequence[str], reading: TableReading) -> None:
    """Write the table of an entry that was not carried out; to be called under the lock.

    Raises:
        OutputError: If the table is not as it was before the entry, or does not become what it was to be.
    """
    content = read_whole(folder / entry.file)
    old, new = entry.files[entry.file]
    made = edited(content, entry, columns, reading) if digest_of(content) == old else b""
    if digest_of(made) != new:
        raise changed_meanwhile(folder / entry.file)
    with _waiting(folder, {entry.file: made}) as waiting, refused_as_unwritable(folder):
        for name, hidden in waiting.items():
            hidden.replace(folder / name)
        sync_folder(folder)


def withdrawal(entry: Entry, number: int, moment: str, by: str, role: str) -> Entry:
    """The entry that takes back one that was not carried out; the table stays as it is.

    Args:
        entry: The entry that was not carried out.
        number: The number of the new entry.
        moment: When, as ISO text.
        by: The initials of the person.
        role: The person's role.
    """
    back = {name: (new, old) for name, (old, new) in entry.files.items()}
    own = Entry(n=number, at=moment, by=by, role=role, kind=WITHDRAWN, corrects=entry.n, files=back)
    return replace(own, subject=entry.subject, visit=entry.visit, file=entry.file, program=entry.program)


def drop_torn(folder: Path, history: History) -> None:
    """Take the beginning of an entry off the end of the history; to be called under the lock."""
    path = folder / HISTORY
    with refused_as_unwritable(path):
        descriptor = os.open(path, os.O_WRONLY)
        try:
            if os.fstat(descriptor).st_size == history.size + len(history.torn):
                os.ftruncate(descriptor, history.size)
            reach_disk(descriptor)
        finally:
            os.close(descriptor)


def changed_meanwhile(path: Path) -> OutputError:
    """The refusal to write over what somebody changed."""
    message = "expected the file that was looked at, got one that was changed since"
    return OutputError((Problem(Source(str(path)), CONFLICT, "", message, "nothing was written: look again"),))


@contextmanager
def _waiting(folder: Path, tables: Mapping[str, bytes]) -> Iterator[dict[str, Path]]:
    """The hidden files of tables, whole and on the disk; those that took no name are removed."""
    hidden: dict[str, Path] = {}
    try:
        with refused_as_unwritable(folder):
            for name, content in tables.items():
                descriptor, made = tempfile.mkstemp(prefix=scratch_prefix(), dir=folder)
                hidden[name] = Path(made)
                with os.fdopen(descriptor, "wb") as file:
                    _like(file.fileno(), folder / name, folder / HISTORY)
                    file.write(content)
                    file.flush()
                    reach_disk(file.fileno())
        yield hidden
    finally:
        for path in hidden.values():
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _like(descriptor: int, path: Path, other: Path) -> None:
    """Give a new file the mode, group and extended attributes of the one whose place it takes.

    A file that takes no place is like the history, so that whoever may write that may write it, too.

    Raises:
        OSError: If the group or the mode can't be kept.
    """
    like = next((one for one in (path, other) if one.exists()), None)
    if like is None:
        return
    facts, own = like.stat(), os.fstat(descriptor)
    if hasattr(os, "fchown") and facts.st_gid != own.st_gid:
        os.fchown(descriptor, -1, facts.st_gid)
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, stat.S_IMODE(facts.st_mode))
    if hasattr(os, "listxattr"):
        with suppress(OSError):  # lists of access are kept where the disk has them
            for name in os.listxattr(like):
                os.setxattr(descriptor, name, os.getxattr(like, name))


def _append(path: Path, line: bytes, size: int) -> None:
    """Append a line to the history, whole or not at all.

    Raises:
        OutputError: If it is not as long as it was when it was read, or can't be written.
    """
    with refused_as_unwritable(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _OWNERS_ALONE)
        try:
            if os.fstat(descriptor).st_size != size:
                raise changed_meanwhile(path)
            try:
                _write_whole(descriptor, line)
                reach_disk(descriptor)
            except OSError:
                os.ftruncate(descriptor, size)
                raise
        finally:
            os.close(descriptor)
    if size == 0:
        sync_folder(path.parent)


def _write_whole(descriptor: int, line: bytes) -> None:
    """Write a line at one stroke.

    Raises:
        OSError: If the disk takes a part of it alone.
    """
    if os.write(descriptor, line) != len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
