r"""Text for a console that lacks some characters: the one place where they are written another way.

Conventions: no number and no id is lost. A power stays a power (``10^7``), a sign of the program has its fallback here,
and any other character, above all a letter of an id, is written by its number (``\u60a3``), which is counted so that
it can be said. Fallbacks are plain ASCII, which every console has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.regex import regex
from dosecal.model.visible import by_number

if TYPE_CHECKING:
    import re

SIGNS = {
    # numbers and what is done with them
    **dict.fromkeys("×✕✖⨯", "x"),
    **dict.fromkeys("·∗⋅∙•", "*"),
    **dict.fromkeys("−–—‐‑‒―－﹣", "-"),
    **dict.fromkeys("≈∼～", "~"),
    **dict.fromkeys("≤≦", "<="),
    **dict.fromkeys("≥≧", ">="),
    "÷": "/",
    "√": "sqrt",
    "±": "+/-",
    "°": "deg",
    "½": "1/2",
    # micro is never a u: mcg can't be read as mg
    **dict.fromkeys("\u00b5\u03bc", "mc"),
    # letters by which substances are called
    **dict(zip("αβγδκ", ("alpha", "beta", "gamma", "delta", "kappa"), strict=True)),
    # marks of writing
    **dict.fromkeys("‘’ʼ", "'"),
    **dict.fromkeys("“”«»", '"'),
    "…": "...",
    "§": "S.",
    "†": "+",
    "‡": "++",
    "®": "(R)",
    "™": "(TM)",
    "©": "(C)",
    "→": "->",
    # lines, bars and boxes
    **dict.fromkeys("─━═╸╺", "-"),
    **dict.fromkeys("│┃║", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯", "+"),
    **dict(zip("▁▂▃▄▅▆▇█", "_.:-=+*#", strict=True)),
    # spaces of any width
    **dict.fromkeys("\u00a0\u2007\u2009\u202f\u3000", " "),
}
"""What stands for a sign of the program on a console that lacks it."""

_POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_POWER = regex("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_NOT_ASCII = regex(r"[^\x00-\x7f]")


def text_for(encoding: str, text: str) -> tuple[str, int]:
    """A text in characters that an encoding has, and how many of them had to be written by number.

    Args:
        encoding: The name of an encoding that has at least ASCII.
        text: Any text.
    """
    if _has(encoding, text):
        return text, 0
    counted = 0

    def power(run: re.Match[str]) -> str:
        # all of it or nothing: with a 1 that is raised and a 0 that is not, a power would be another number
        return run[0] if _has(encoding, run[0]) else f"^{run[0].translate(_POWERS)}"

    def sign(found: re.Match[str]) -> str:
        nonlocal counted
        if _has(encoding, found[0]):
            return found[0]
        fallback = SIGNS.get(found[0])
        counted += fallback is None
        return by_number(found[0]) if fallback is None else fallback

    return _NOT_ASCII.sub(sign, _POWER.sub(power, text)), counted


def _has(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
