"""Counts with their nouns, as a person reads them: separators from 1,000 on, the singular for one alone."""

from __future__ import annotations

from dosecal.model.messages import Msg, forms, plural

_NOUNS = {
    "day": forms("{n} day", "{n} days"),
    "hour": forms("{n} hour", "{n} hours"),
    "week": forms("{n} week", "{n} weeks"),
    "month": forms("{n} month", "{n} months"),
    "year": forms("{n} year", "{n} years"),
    "cycle": forms("{n} cycle", "{n} cycles"),
    "dose": forms("{n} dose", "{n} doses"),
    "visit": forms("{n} visit", "{n} visits"),
    "vial": forms("{n} vial", "{n} vials"),
    "bag": forms("{n} bag", "{n} bags"),
    "cryobag": forms("{n} cryobag", "{n} cryobags"),
    "syringe": forms("{n} syringe", "{n} syringes"),
    "ampoule": forms("{n} ampoule", "{n} ampoules"),
    "container": forms("{n} container", "{n} containers"),
}
"""What pages count, in the singular and the plural."""


def counted(count: int, one: str, more: str = "", *, sign: str = "") -> Msg:
    """A count with its noun: ``1 day``, ``2 days``, ``±3 days``, ``1,000 subjects``.

    Args:
        count: The count; -1 is one, too.
        one: The noun in the singular.
        more: The noun in the plural, with what follows it; empty for the singular with an s.
        sign: What stands before the number.
    """
    forms = _NOUNS.get(one, (f"{{n}} {one}", f"{{n}} {more or f'{one}s'}"))
    return plural(*forms, count, n=f"{sign}{count:,}")
