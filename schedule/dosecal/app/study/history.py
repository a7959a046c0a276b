"""What was recorded in a study folder: one canonical JSON line an entry, each chained to the one before by SHA-256.

Conventions: the history is appended to and never rewritten. An entry's ``digest`` is over its line without the digest,
in which ``prev`` is the digest of the entry before; so whoever changes a line breaks the chain there. ``files`` has the
digests of each table before and after the entry; an empty one is that of a file that is not there. Whoever can write
the folder can make a whole new chain: the last digest, noted elsewhere, is what tells that. Initials as they are typed
are no electronic signature.

Nothing here reads or writes a file.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from dosecal.model.problems import Problem, Source
from dosecal.model.struct import Struct, names_of, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HISTORY = "history.jsonl"
BEGUN, EXPLAINED, WITHDRAWN = "begun", "explained", "withdrawn"
"""The kinds of entries that change no table."""
BROKEN = "O056"
FIRST = "0" * 64
"""What the first entry is chained to."""

Cells = dict[str, str]


class Entry(Struct, frozen=True, kw_only=True):
    """One entry; the fields stand in this order in its line.

    Attributes:
        n: Its number, from 1.
        at: The moment, ISO with its offset from UTC.
        by: The initials of the person, as they were typed.
        role: The person's role.
        kind: What was recorded: ``visit``, ``dose``, …, or ``begun``, ``explained``, ``withdrawn``.
        subject, visit: Whom and which visit it is about; empty for none.
        file: The table whose row it is; empty for none.
        before: The row as it was; None for a new one.
        after: The row as it is now; None where no row changes.
        reason: Why, in the person's words.
        corrects: The number of the entry that it corrects, carries on from or withdraws; None for none.
        preview: The digest of what the person was shown before; empty for none.
        files: The digests of each file before and after, by its name.
        protocol: The version of the protocol that the entry was judged by, and the beginning of its digest.
        program: The program and its version.
        prev: The digest of the entry before.
        digest: The digest of this one.
    """

    n: int
    at: str
    by: str
    role: str
    kind: str
    subject: str = ""
    visit: str = ""
    file: str = ""
    before: Cells | None = None
    after: Cells | None = None
    reason: str = ""
    corrects: int | None = None
    preview: str = ""
    files: dict[str, tuple[str, str]]
    protocol: str = ""
    program: str = ""
    prev: str = FIRST
    digest: str = ""

    @property
    def changes_a_table(self) -> bool:
        """Whether a row belongs to it."""
        return self.after is not None

    @property
    def line(self) -> bytes:
        """Its canonical line, with a line feed."""
        return (_canonical(self, names_of(Entry)) + "\n").encode()

    def sealed(self, prev: str) -> Entry:
        """The entry chained to the one before, with its own digest."""
        chained = replace(self, prev=prev, digest="")
        return replace(chained, digest=own_digest(chained))


def own_digest(entry: Entry) -> str:
    """The SHA-256 of an entry's line without its digest."""
    return digest_of(_canonical(entry, names_of(Entry)[:-1]).encode())


def digest_of(content: bytes | None) -> str:
    """The SHA-256 of a file's bytes; empty for a file that is not there."""
    return "" if content is None else sha256(content).hexdigest()


def _canonical(entry: Entry, names: Iterable[str]) -> str:
    return json.dumps({name: getattr(entry, name) for name in names}, ensure_ascii=False, separators=(",", ":"))


class Fault(Struct, frozen=True):
    """A place at which the history does not hold.

    Attributes:
        line: The line of the file.
        n: The number of the entry; 0 where there is none.
        what: What is wrong, in words.
        explained_by: The number of the entry that explains it; 0 for none.
    """

    line: int
    n: int
    what: str
    explained_by: int = 0


class History(Struct, frozen=True):
    """The entries of a history, and how far it holds.

    Attributes:
        file: Its name, for problems.
        entries: The entries that could be read, in order.
        faults: Where it does not hold.
        torn: The beginning of an entry at its end, whose writing was stopped; empty for none.
        size: How many bytes there are before that.
    """

    file: str
    entries: tuple[Entry, ...] = ()
    faults: tuple[Fault, ...] = ()
    torn: bytes = b""
    size: int = 0

    @property
    def last(self) -> Entry | None:
        """The last entry; None for none."""
        return self.entries[-1] if self.entries else None

    @property
    def head(self) -> str:
        """The digest that the next entry is chained to."""
        return FIRST if self.last is None else self.last.digest

    @property
    def next_number(self) -> int:
        """The number of the next entry."""
        return 1 if self.last is None else self.last.n + 1

    @property
    def problems(self) -> tuple[Problem, ...]:
        """A problem for each fault that no entry explains."""
        return tuple(
            Problem(Source(self.file, one.line), BROKEN, "", f"expected the chain to hold, got {one.what}")
            for one in self.faults
            if not one.explained_by
        )

    def entry(self, number: int) -> Entry | None:
        """The entry of a number; None where there is none."""
        return next((one for one in self.entries if one.n == number), None)


def read_history(content: bytes, file: str = HISTORY) -> History:
    """The history in a file; what does not hold is a fault in it, and no exception.

    Args:
        content: Its bytes; empty for a history that has not begun.
        file: Its name, for problems.
    """
    whole, _, torn = content.rpartition(b"\n")
    size = len(content) - len(torn)
    entries: list[Entry] = []
    faults: list[Fault] = []
    at = 0
    for number, line in enumerate(whole.split(b"\n") if size else (), start=1):
        entry = _read_entry(line)
        if entry is None:
            faults.append(Fault(number, 0, "a line that is no entry"))
        else:
            faults += _faults_of(entry, entries[-1] if entries else None, number, line)
            if (HISTORY, ("", digest_of(content[:at]))) in entry.files.items() and entry.kind == EXPLAINED:
                faults = [replace(one, explained_by=one.explained_by or entry.n) for one in faults]
            entries.append(entry)
        at += len(line) + 1
    return History(file, tuple(entries), tuple(faults), torn, size)


def _read_entry(line: bytes) -> Entry | None:
    try:
        values: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict) or tuple(values) != names_of(Entry) or not _has_types(values):
        return None
    files = {name: (old, new) for name, (old, new) in values["files"].items()}
    return Entry(**{**values, "files": files})


def _has_types(values: Mapping[str, Any]) -> bool:
    """Whether the values of a line are of the types of an entry."""
    numbers = isinstance(values["n"], int) and isinstance(values["corrects"], (int, type(None)))
    cells = all(values[name] is None or _are_texts(values[name]) for name in ("before", "after"))
    files = isinstance(values["files"], dict) and all(
        isinstance(pair, list) and [type(one) for one in pair] == [str, str] for pair in values["files"].values()
    )
    others = set(names_of(Entry)) - {"n", "corrects", "before", "after", "files"}
    return numbers and cells and files and all(isinstance(values[name], str) for name in others)


def _are_texts(cells: object) -> bool:
    return isinstance(cells, dict) and all(isinstance(text, str) for text in cells.values())


def _faults_of(entry: Entry, before: Entry | None, line: int, written: bytes) -> list[Fault]:
    """What does not hold of an entry after the one before it."""
    prev, number = (FIRST, 1) if before is None else (before.digest, before.n + 1)
    words = []
    if entry.line != written + b"\n" or own_digest(entry) != entry.digest:
        words.append(f"entry {entry.n}, which is not what was written")
    if entry.prev != prev:
        words.append(f"entry {entry.n}, which was chained to another entry than the one before it")
    if entry.n != number:
        words.append(f"entry {entry.n}, where {number} is the next")
    return [Fault(line, entry.n, one) for one in words]


class Gap(Struct, frozen=True):
    """A file that was changed from outside: not by an entry.

    Attributes:
        file: The name of the file.
        was: Its digest after an entry; empty where it was not there.
        found: Its digest before the next entry, or now; empty where it is not there.
        after: The number of the entry after which it was changed.
        before: The number of the entry before which it was found changed; 0 for now.
        explained_by: The number of the entry that explains it; 0 for none.
    """

    file: str
    was: str
    found: str
    after: int
    before: int = 0
    explained_by: int = 0


def changes_from_outside(history: History, now: Mapping[str, str]) -> tuple[Gap, ...]:
    """Where a file's digest is not what the entry before left, in order, with what explains it.

    Args:
        history: The history.
        now: The digests of the files as they are; a file that is not named is not looked at now.
    """
    left: dict[str, tuple[str, int]] = {}
    gaps: list[Gap] = []
    explained: dict[tuple[str, str, str], int] = {}
    for entry in history.entries:
        for name, (old, new) in entry.files.items():
            was, number = left.get(name, (old, 0))
            if entry.kind == EXPLAINED:
                explained[name, old, new] = entry.n
                is_of_now = was == old
                left[name] = (new, entry.n) if is_of_now else (was, number)
                gaps += [Gap(name, old, new, number, entry.n)] if is_of_now and name != HISTORY else []
                continue
            if was != old:
                gaps.append(Gap(name, was, old, number, entry.n))
            left[name] = (new, entry.n)
    gaps += [
        Gap(name, was, now[name], number) for name, (was, number) in left.items() if name in now and now[name] != was
    ]
    return tuple(replace(gap, explained_by=explained.get((gap.file, gap.was, gap.found), 0)) for gap in gaps)


def not_carried_out(history: History, now: Mapping[str, str]) -> Entry | None:
    """The last entry, if the table that it changes is still as it was before; None if it was carried out."""
    last = history.last
    if last is None or not last.changes_a_table:
        return None
    is_as_before = all(old != new and now.get(name, "") == old for name, (old, new) in last.files.items())
    return last if is_as_before else None
