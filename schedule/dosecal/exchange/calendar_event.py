"""An event as it stands in an iCalendar file, and what makes it another one than before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.struct import Struct, replace

if TYPE_CHECKING:
    from datetime import date

CANCELLED = "CANCELLED"
SCOPE = "X-DOSECAL-SCOPE"
"""The property of a calendar, and of each event, that says whose events they are, so that no others are gone on from.

A calendar that comes back from a server has lost its own; the events keep theirs."""
GONE = "Cancelled: no longer planned"
_MARK = "CANCELLED: "


class FileEvent(Struct, frozen=True):
    """An event for a whole day.

    Attributes:
        uid: Its UID.
        sequence: Which revision of the event it is, from 0.
        stamp: When this revision was made, as DTSTAMP has it.
        day: The day.
        summary: The title.
        text: The description; its last line says what it was made from.
        location: The site; empty for none.
        status: ``TENTATIVE``, ``CONFIRMED`` or ``CANCELLED``; empty where a server left it out.
        is_whole_day: Whether it is for a whole day, as all of ours are; somebody may have moved it to an hour.
    """

    uid: str
    sequence: int
    stamp: str
    day: date
    summary: str
    text: str
    location: str
    status: str
    is_whole_day: bool = True

    def after(self, before: FileEvent | None) -> FileEvent:
        """The event after the one before: that one, as it stood, where it says the same; else its next revision.

        Args:
            before: The event with this UID in the export before; None for none.
        """
        if before is None:
            return self
        if self.content == before.content:
            return before
        return replace(self, sequence=before.sequence + 1)

    def cancelled(self, made_from: str, stamp: str) -> FileEvent:
        """The event after it is gone: cancelled, once, with a title that says so.

        Args:
            made_from: The line that says what the file is made from.
            stamp: When the file is made.
        """
        title = cancelled_title(self.summary)
        if self.status == CANCELLED and self.summary == title:
            return self
        changed = replace(self, sequence=self.sequence + 1, stamp=stamp, summary=title, is_whole_day=True)
        return replace(changed, text=f"{GONE}\n{made_from}", status=CANCELLED)

    @property
    def content(self) -> tuple[object, ...]:
        """What the event says, but for what it was made from."""
        said = self.text.rpartition("\n")[0]
        return self.day, self.is_whole_day, self.summary, said, self.location, self.status


def cancelled_title(title: str) -> str:
    """The title of an event that is not to take place: many programs show a cancelled event as any other."""
    return title if title.startswith(_MARK) else f"{_MARK}{title}"
