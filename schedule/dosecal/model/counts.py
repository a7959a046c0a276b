"""Counts with their nouns, as a person reads them: separators from 1,000 on, the singular for one alone."""

from __future__ import annotations

from dosecal.model.messages import Msg, msgid, plural

_NOUNS = {
    "day": (msgid("{n} day"), msgid("{n} days")),
    "hour": (msgid("{n} hour"), msgid("{n} hours")),
    "week": (msgid("{n} week"), msgid("{n} weeks")),
    "month": (msgid("{n} month"), msgid("{n} months")),
    "year": (msgid("{n} year"), msgid("{n} years")),
    "cycle": (msgid("{n} cycle"), msgid("{n} cycles")),
    "dose": (msgid("{n} dose"), msgid("{n} doses")),
    "visit": (msgid("{n} visit"), msgid("{n} visits")),
    "vial": (msgid("{n} vial"), msgid("{n} vials")),
    "bag": (msgid("{n} bag"), msgid("{n} bags")),
    "cryobag": (msgid("{n} cryobag"), msgid("{n} cryobags")),
    "syringe": (msgid("{n} syringe"), msgid("{n} syringes")),
    "ampoule": (msgid("{n} ampoule"), msgid("{n} ampoules")),
    "container": (msgid("{n} container"), msgid("{n} containers")),
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
