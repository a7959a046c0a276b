"""What a person decides of a study folder's history: an entry without its row, a change from outside, a broken chain.

Conventions: nothing here happens by itself. Each decision is an entry of its own, with who and why; carrying out an
entry is none, since that entry says already who and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.app.study.entries import PROGRAM, begun
from dosecal.app.study.history import EXPLAINED, HISTORY, Entry, changes_from_outside, digest_of
from dosecal.app.study.lock import locked
from dosecal.app.study.recordings import NEEDED, NOT_SO, NOT_THEIRS, Role
from dosecal.app.study.saving import (
    carry_out,
    digests_now,
    drop_torn,
    history_of,
    open_entry,
    read_whole,
    save,
    withdrawal,
)
from dosecal.app.study.study_folder import open_study
from dosecal.model.problems import PlanError, Problem, Source, expected_got
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from dosecal.app.study.history import Gap, History
    from dosecal.app.study.recordings import Person
    from dosecal.model.problems import ScheduleError


class HistoryState(Struct, frozen=True):
    """How a study folder's history stands.

    Attributes:
        history: The entries, and where the chain does not hold.
        outside: The files that were changed from outside, with what explains each.
        open_entry: The last entry, if it was not carried out; None if it was.
    """

    history: History
    outside: tuple[Gap, ...]
    open_entry: Entry | None

    @property
    def holds(self) -> bool:
        """Whether nothing is left to be explained or settled."""
        is_explained = all(gap.explained_by for gap in self.outside)
        return not self.history.problems and is_explained and self.open_entry is None and not self.history.torn


def history_state(folder: str | Path, *, unblinded: bool = False) -> HistoryState:
    """How the history of a study folder stands, or of what tells arms in it; nothing is written.

    Raises:
        ScheduleError: If it is no study folder, or can't be read.
    """
    study = open_study(folder)
    room = study.room(unblinded=unblinded)
    history = history_of(room)
    waiting = open_entry(room, history)
    waits = () if waiting is None else tuple(waiting.files)
    now = digests_now(room, [name for name in study.watched_in(unblinded=unblinded) if name not in waits])
    return HistoryState(history, changes_from_outside(history, now), waiting)


def carry_out_open_entry(folder: str | Path, moment: datetime, *, unblinded: bool = False) -> Entry:
    """Write the row of the entry that was not carried out.

    Raises:
        ScheduleError: If there is none, or its table is not as it was before the entry.
    """
    study = open_study(folder)
    with locked(study.path, moment.isoformat(timespec="seconds")):
        room = study.room(unblinded=unblinded)
        entry = _open(room)
        carry_out(room, entry, tuple(entry.after or ()), study.settings.reading)
    return entry


def withdraw_open_entry(
    folder: str | Path, person: Person, moment: datetime, *, unblinded: bool = False
) -> Entry | None:
    """Take back the entry that was not carried out, by a further entry.

    Returns:
        The further entry; None where nothing but the beginning of an entry was there, which is taken away.

    Raises:
        ScheduleError: If there is neither.
    """
    _require_initials(person)
    study, at = open_study(folder), moment.isoformat(timespec="seconds")
    with locked(study.path, at):
        room = study.room(unblinded=unblinded)
        history = history_of(room)
        if history.torn:
            drop_torn(room, history)
            return None
        entry = withdrawal(_open(room), history.next_number, at, person.by, person.role.value)
        return save(room, history, entry, {})


def explain(
    folder: str | Path, name: str, reason: str, person: Person, moment: datetime, *, unblinded: bool = False
) -> Entry:
    """Say why a file was changed from outside, or why the chain does not hold, by a further entry.

    Args:
        folder: The study folder.
        name: The name of the file; ``history.jsonl`` for the chain.
        reason: Why.
        person: Who says so.
        moment: When.
        unblinded: Whether it is a file among what tells arms.

    Raises:
        ScheduleError: If nothing of the file is to be explained, or the reason is missing.
    """
    _require_initials(person)
    if not reason.strip():
        raise _refused(folder, NEEDED, "reason", "why the file was changed", "")
    study, at = open_study(folder), moment.isoformat(timespec="seconds")
    with locked(study.path, at):
        room = study.room(unblinded=unblinded)
        history = begun(study, history_of(room), at, person, unblinded=unblinded)
        entry = Entry(
            n=history.next_number,
            at=at,
            by=person.by.strip(),
            role=person.role.value,
            kind=EXPLAINED,
            file=name,
            reason=reason.strip(),
            files={name: _unexplained(room, study.watched_in(unblinded=unblinded), history, name)},
            program=PROGRAM,
        )
        return save(room, history, entry, {})


def _unexplained(room: Path, watched: tuple[str, ...], history: History, name: str) -> tuple[str, str]:
    """The digests of the first change of a file that no entry explains; of the history the one of all its bytes.

    Raises:
        PlanError: If there is none.
    """
    if name == HISTORY:
        if history.problems and not history.torn:
            return "", digest_of((read_whole(room / HISTORY) or b"")[: history.size])
        raise _refused(room, NOT_SO, name, "a chain that does not hold", "one that does")
    for gap in changes_from_outside(history, digests_now(room, watched)):
        if gap.file == name and not gap.explained_by:
            return gap.was, gap.found
    raise _refused(room, NOT_SO, name, "a file that was changed from outside", name)


def _open(room: Path) -> Entry:
    entry = open_entry(room, history_of(room))
    if entry is None:
        raise _refused(room, NOT_SO, "", "an entry that was not carried out", "none")
    return entry


def _require_initials(person: Person) -> None:
    """Refuse a decision of nobody, or of somebody who reads alone.

    Raises:
        PlanError: If so.
    """
    if not person.by.strip():
        raise _refused("", NEEDED, "by", "the initials of who decides it", "")
    if person.role is Role.MONITOR:
        raise _refused("", NOT_THEIRS, "role", "somebody who records in the study", person.role.value)


def _refused(place: object, code: str, about: str, expected: str, found: str) -> ScheduleError:
    return PlanError((Problem(Source(str(place)), code, about, expected_got(expected, found)),))
