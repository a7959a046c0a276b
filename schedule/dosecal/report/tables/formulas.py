"""Texts that a spreadsheet would run, and the sign that keeps it from doing so.

Reference:
    OWASP, CSV Injection.
"""

from __future__ import annotations

from dosecal.model.messages import Msg, msgid

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
GUARD = "'"


def guarded_words(count: int) -> Msg:
    """That so many texts were guarded."""
    template = msgid("{n} texts that a spreadsheet would run as a formula begin with an apostrophe now")
    return Msg(template, n=f"{count:,}")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run the text."""
    return text.startswith(FORMULA_STARTS)
