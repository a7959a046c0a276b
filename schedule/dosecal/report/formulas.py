"""Texts that a spreadsheet would run, and the sign that keeps it from doing so.

Reference:
    OWASP, CSV Injection.
"""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
GUARD = "'"


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run the text."""
    return text.startswith(FORMULA_STARTS)
