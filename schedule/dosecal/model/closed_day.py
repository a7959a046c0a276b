"""What a protocol wants of a visit whose target is a closed day, and what came of it.

Conventions: the target and the window never move; a closed day may move the planned date, and only inside the window.
"""

from __future__ import annotations

from enum import IntEnum

from dosecal.model.messages import NOTHING, Msg, msgid


class ClosedDayPolicy(IntEnum):
    """What is to become of a visit whose target is a closed day; the numbers are the codes of columns."""

    NONE_STATED = 0
    """The protocol says nothing: the target stays, and that is said."""
    KEEP = 1
    """The target stays."""
    NEAREST = 2
    """The nearest open day inside the window; of two that are equally near, neither."""
    NEAREST_EARLIER = 3
    """Likewise; of two that are equally near, the earlier."""
    NEAREST_LATER = 4
    """Likewise; of two that are equally near, the later."""
    NEXT = 5
    """The first open day after the target inside the window."""
    PREVIOUS = 6
    """The last open day before the target inside the window."""
    DOSE = 7
    """A dose is given: it is never moved, whatever else is said."""


POLICY_WORDS = {
    msgid("keep"): ClosedDayPolicy.KEEP,
    msgid("nearest"): ClosedDayPolicy.NEAREST,
    msgid("nearest, earlier first"): ClosedDayPolicy.NEAREST_EARLIER,
    msgid("nearest, later first"): ClosedDayPolicy.NEAREST_LATER,
    msgid("next"): ClosedDayPolicy.NEXT,
    msgid("previous"): ClosedDayPolicy.PREVIOUS,
}
"""Every policy that a protocol file can state, by its words there."""


class ClosedDayOutcome(IntEnum):
    """What a closed day did to the planned date; the numbers are the codes of columns."""

    OPEN = 0
    """The target is an open day, or there is none; nothing was done."""
    MOVED = 1
    """The planned date is another, open day inside the window."""
    KEPT = 2
    """The policy keeps the target."""
    NONE_STATED = 3
    """No policy is stated: the target stays."""
    DOSE_KEPT = 4
    """A dose is given on the target, which stays."""
    NO_WINDOW = 5
    """No window is stated, inside which the date could move: the target stays."""
    NO_OPEN_DAY = 6
    """The window has no open day that the policy allows: the target stays."""
    TIE = 7
    """Two open days are equally near, and the policy doesn't say which: the target stays."""
    WINDOW_CLOSED = 8
    """There is a window and no target, and every day of the window is closed."""


def closed_words(reason: Msg) -> Msg:
    """That a site is closed, and why; empty for an open day.

    Args:
        reason: Why, such as ``Monday`` or ``Constitution Day (MX)``; empty for an open day.
    """
    return Msg("closed: {reason}", reason=reason) if reason else NOTHING
