"""An event as it stands in an iCalendar file, and what makes it another one than before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

CANCELLED = "CANCELLED"
SCOPE = "X-DOSECAL-SCOPE"
"""The property of a calendar that says whose events it has, so that no other one is gone on from."""
PRODUCER = "-//dosecal//dosecal "
"""How the PRODID of every file begins; the program's version follows."""
GONE = "Cancelled: no longer planned"


@dataclass(frozen=True, slots=True)
class FileEvent:
    """An event for a whole day.

    Attributes:
        uid: Its UID.
        sequence: Which revision of the event it is, from 0.
        day: The day.
        summary: The title.
        text: The description; its last line says what it was made from.
        location: The site; empty for none.
        status: ``TENTATIVE``, ``CONFIRMED`` or ``CANCELLED``.
    """

    uid: str
    sequence: int
    day: date
    summary: str
    text: str
    location: str
    status: str

    def after(self, before: FileEvent | None) -> FileEvent:
        """The event with its SEQUENCE after the one before: the same for the same event, else one more.

        Args:
            before: The event with this UID in the export before; None for none.
        """
        if before is None:
            return self
        return replace(self, sequence=before.sequence + (self.content != before.content))

    def cancelled(self, stamp: str) -> FileEvent:
        """The event after it is gone: cancelled, once.

        Args:
            stamp: The line that says what the file is made from.
        """
        if self.status == CANCELLED:
            return self
        return replace(self, sequence=self.sequence + 1, status=CANCELLED, text=f"{GONE}\n{stamp}")

    @property
    def content(self) -> tuple[object, ...]:
        """What the event says, but for what it was made from."""
        return self.day, self.summary, self.text.rpartition("\n")[0], self.location, self.status
