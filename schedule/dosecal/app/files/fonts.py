"""A font that pages or pictures need and this machine lacks, as a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.problems import OutputError, Problem, Source
from dosecal.render.fonts import FOLDER

if TYPE_CHECKING:
    from dosecal.render.fonts import FontMissingError


def missing_font(error: FontMissingError, output: str) -> OutputError:
    """Which font is missing, for which languages, where it was looked for, and what installs it.

    Args:
        error: What was missing.
        output: The name of the output that would have been set in it.
    """
    font = error.font
    where = f"the folder {error.place} that {FOLDER} names" if error.place else "the folders of fonts"
    wanted, got = ", ".join(font.faces), ", ".join(error.faces) or "none"
    message = f"expected the font {font.family} ({wanted}) for {font.purpose} in {where}, got {got}"
    hint = f"{font.install} installs it, or {FOLDER} names a folder that has it"
    return OutputError((Problem(Source(output), "O025", "", message, hint),))
