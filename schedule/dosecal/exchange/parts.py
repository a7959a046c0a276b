"""Whose calendars go into which file, and how the file is called.

Conventions: an id is any text, and the name of a file is not: signs that some system refuses become ``_``, and the name
then ends with eight digits that are made from the id, so that two ids never share a file on a system that tells no
capitals.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from dosecal.model.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dosecal.exchange.calendar_entries import CalendarEntry
    from dosecal.report.subjects.subject_view import SubjectView

Thing = TypeVar("Thing")

NO_SITE = "no-site"
_NOT_PLAIN = regex(r"[^A-Za-z0-9_-]")
_LONGEST = 60


def parts_of(
    things: Iterable[Thing], per: str, key: Callable[[Thing, str], str]
) -> tuple[tuple[str, tuple[Thing, ...]], ...]:
    """The things of each subject or site with the name of their file, in the order of the input.

    Args:
        things: Calendars, or rows.
        per: ``subject`` or ``site``; empty for one part without a name.
        key: The id of a thing's subject or site.
    """
    if not per:
        return (("", tuple(things)),)
    parts: dict[str, list[Thing]] = {}
    for thing in things:
        parts.setdefault(key(thing, per), []).append(thing)
    names = file_names(tuple(parts))
    return tuple((name, tuple(part)) for name, part in zip(names, parts.values(), strict=True))


def calendar_key(view: SubjectView | CalendarEntry, per: str) -> str:
    """The id of the subject or the site of a calendar, or of an entry of one."""
    return view.subject if per == "subject" else view.site


DEVICE = regex(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)", re.IGNORECASE)
"""How the names of devices begin, which Windows takes for no file."""


def file_names(ids: tuple[str, ...]) -> tuple[str, ...]:
    """A name for each id's file, without its ending; no two are alike, however a system writes them."""
    plain = [_NOT_PLAIN.sub("_", one)[:_LONGEST] or NO_SITE for one in ids]
    twice = Counter(name.casefold() for name in plain)
    return tuple(
        name
        if name in (one, NO_SITE) and twice[name.casefold()] == 1 and not DEVICE.match(name)
        else f"{name}-{_digits(one)}"
        for one, name in zip(ids, plain, strict=True)
    )


def _digits(one: str) -> str:
    return hashlib.sha256(one.encode()).hexdigest()[:8]
