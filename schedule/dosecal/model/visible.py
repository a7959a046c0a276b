r"""Signs that can't be seen, written out: what steers a terminal, turns the direction of writing, or has no width.

Conventions: such a sign is written as a backslash, ``u`` and its number in four hex digits (``\u001b``), or ``U`` and
eight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.regex import regex

if TYPE_CHECKING:
    import re

_SPACES = frozenset("\u00a0\u1680\u202f\u205f\u3000") | frozenset(map(chr, range(0x2000, 0x200B)))
_RUN = regex(r"[^ -~\n\t\r\f]+|\r(?!\n)|(?<=[^\n\f])\f")  # a form feed that begins a line parts two pages
_STYLE = regex(r"(\x1b\[(?:0|1|1;31|32|33)m)")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str, *, keeps_styles: bool = False) -> str:
    """The text with signs that can't be seen written out; line breaks, tabs and feeds of pages stay.

    Args:
        text: The text.
        keeps_styles: Whether the weights and colours that the program itself uses stay, for a terminal that has them.
    """
    if keeps_styles and "\x1b" in text:
        return "".join(part if place % 2 else visible(part) for place, part in enumerate(_STYLE.split(text)))
    return _RUN.sub(_written_run, text)


def one_line(text: str) -> str:
    """The text on one line: line breaks, tabs and unusual spaces are written out, too."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else _SHORT.get(sign) or by_number(sign) for sign in text)


def by_number(sign: str) -> str:
    """A character by its number."""
    return f"\\u{ord(sign):04x}" if ord(sign) <= 0xFFFF else f"\\U{ord(sign):08x}"  # noqa: PLR2004 - four hex digits


def _written_run(run: re.Match[str]) -> str:
    if run[0].isprintable():
        return run[0]
    return "".join(sign if sign.isprintable() or sign in _SPACES else by_number(sign) for sign in run[0])
