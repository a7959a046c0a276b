"""Entries of a history that change no table: that a dose was checked, and that a study was opened unblinded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.app.study.entries import PROGRAM, begun
from dosecal.app.study.history import Entry
from dosecal.app.study.lock import locked
from dosecal.app.study.saving import history_of, require_settled, save
from dosecal.app.study.study_folder import open_study
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from dosecal.app.study.recordings import Person

CHECKED, OPENED_UNBLINDED = "check", "unblinded"
"""The kinds of these entries."""


class Noted(Struct, frozen=True):
    """What is noted.

    Attributes:
        kind: One of the kinds above.
        words: What it was, in words; never a value that somebody worked out.
        subject, visit: Whom and which visit it is about; empty for none.
    """

    kind: str
    words: str
    subject: str = ""
    visit: str = ""


def note(folder: str | Path, noted: Noted, person: Person, moment: datetime) -> Entry:
    """Note something in the history of a study folder.

    Args:
        folder: The study folder.
        noted: What.
        person: Who.
        moment: When, with its offset from UTC.

    Raises:
        ScheduleError: If the history is not settled, or can't be written.
    """
    study, at = open_study(folder), moment.isoformat(timespec="seconds")
    with locked(study.path, at):
        history = history_of(study.path)
        require_settled(study.path, history)
        history = begun(study, history, at, person)
        entry = Entry(
            n=history.next_number,
            at=at,
            by=person.by,
            role=person.role.value,
            kind=noted.kind,
            subject=noted.subject,
            visit=noted.visit,
            reason=noted.words,
            files={},
            program=PROGRAM,
        )
        return save(study.path, history, entry, {})
