"""Entries that are no row of a table: how a history begins, and what was printed; and what no entry explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal import __version__
from dosecal.app.study.history import BEGUN, Entry, changes_from_outside
from dosecal.app.study.lock import locked
from dosecal.app.study.saving import digests_now, history_of, require_settled, save
from dosecal.app.study.study_folder import open_study
from dosecal.model.messages import Msg
from dosecal.model.problems import Problem, Source
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from dosecal.app.study.history import History
    from dosecal.app.study.recordings import Person
    from dosecal.app.study.study_folder import StudyFolder

PRINTED = "printed"
"""The kind of an entry that says that something was printed of a subject."""
CALENDAR, VISITS, WORKSHEET, CHECK_SHEET, TIMELINE = (
    Msg("the participant's calendar"),
    Msg("the coordinator's calendar"),
    Msg("the worksheet"),
    Msg("the check sheet"),
    Msg("the timeline"),
)
PAPERS = {str(one): one for one in (CALENDAR, VISITS, WORKSHEET, CHECK_SHEET, TIMELINE)}
"""What may be printed, by the words that an entry has for it."""
OUTSIDE = "W070"
PROGRAM = f"dosecal {__version__}"


class Printed(Struct, frozen=True):
    """What was printed.

    Attributes:
        paper: One of ``PAPERS``.
        subject: The subject; empty for all.
        visit: The visit; empty for a paper that has them all.
        tells_doses: Whether it tells doses, so that it is noted where these stand apart.
    """

    paper: str
    subject: str = ""
    visit: str = ""
    tells_doses: bool = False


def begun(study: StudyFolder, history: History, at: str, person: Person, *, unblinded: bool = False) -> History:
    """The history of a room, which begins with the digests of its files; to be called under the lock."""
    if history.last is not None:
        return history
    room = study.room(unblinded=unblinded)
    digests = digests_now(room, study.watched_in(unblinded=unblinded))
    entry = Entry(
        n=1,
        at=at,
        by=person.by,
        role=person.role.value,
        kind=BEGUN,
        files={name: ("", digest) for name, digest in digests.items() if digest},
        program=PROGRAM,
    )
    save(room, history, entry, {})
    return history_of(room)


def outside_warnings(study: StudyFolder, history: History, *, unblinded: bool = False) -> tuple[Problem, ...]:
    """A warning for each file of a room that was changed from outside and that no entry explains."""
    room = study.room(unblinded=unblinded)
    now = digests_now(room, study.watched_in(unblinded=unblinded))
    return tuple(
        Problem(
            Source(str(room / gap.file)),
            OUTSIDE,
            "",
            f"was changed from outside after entry {gap.after}",
            "dosecal history shows it, and --explain says why",
        )
        for gap in changes_from_outside(history, now)
        if not gap.explained_by
    )


def note_printed(folder: str | Path, printed: Printed, person: Person, moment: datetime) -> Entry:
    """Note in the history that something was printed, so that a later change can say so.

    Args:
        folder: The study folder.
        printed: What was printed.
        person: Who printed it.
        moment: When.

    Raises:
        OutputError: If it can't be written.
    """
    study, at = open_study(folder), moment.isoformat(timespec="seconds")
    with locked(study.path, at):
        room = study.room(unblinded=printed.tells_doses)
        history = history_of(room)
        require_settled(room, history)
        history = begun(study, history, at, person, unblinded=printed.tells_doses)
        entry = Entry(
            n=history.next_number,
            at=at,
            by=person.by,
            role=person.role.value,
            kind=PRINTED,
            subject=printed.subject,
            visit=printed.visit,
            reason=printed.paper,
            files={},
            program=PROGRAM,
        )
        return save(room, history, entry, {})
