"""The status of a visit as the page shows it: a sign, a word, then a colour. The word is the command line's."""

from __future__ import annotations

from dosecal.model.adherence import VisitStatus
from dosecal.model.struct import Struct


class StatusMark(Struct, frozen=True):
    """A status.

    Attributes:
        kind: ``over``, ``due``, ``done``, ``soon`` or ``none``, which choose the colour.
        sign: The sign.
        words: The words.
    """

    kind: str
    sign: str
    words: str


_SIGNS = {
    VisitStatus.NOT_YET_DUE: ("soon", "○"),
    VisitStatus.DUE: ("due", "◆"),
    VisitStatus.OVERDUE: ("over", "■"),
    VisitStatus.MISSED: ("over", "✕"),
    VisitStatus.CANCELLED: ("none", "–"),
    VisitStatus.DONE: ("done", "✓"),
    VisitStatus.DONE_EARLY: ("due", "▲"),
    VisitStatus.DONE_LATE: ("due", "▲"),
    VisitStatus.PAST_ITS_DAY: ("over", "■"),
    VisitStatus.NOT_KNOWN_WHETHER_DUE: ("none", "?"),
}
DONE = frozenset((VisitStatus.DONE, VisitStatus.DONE_EARLY, VisitStatus.DONE_LATE))
LATE = frozenset((VisitStatus.OVERDUE, VisitStatus.PAST_ITS_DAY))


def status_mark(status: VisitStatus) -> StatusMark:
    """A status with its sign."""
    kind, sign = _SIGNS[status]
    return StatusMark(kind, sign, status.words)
