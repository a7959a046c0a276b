"""Counts with their nouns, as a person reads them: separators from 1,000 on, the singular for one alone."""

from __future__ import annotations


def counted(count: int, one: str, more: str = "") -> str:
    """A count with its noun: ``1 day``, ``2 days``, ``1,000 subjects``.

    Args:
        count: The count; -1 is one, too.
        one: The noun in the singular.
        more: The noun in the plural, with what follows it; empty for the singular with an s.
    """
    return f"{count:,} {one if abs(count) == 1 else more or f'{one}s'}"
