"""The fonts that pages and pictures are set in, as this machine has them.

Conventions: the folders of fonts of the system and of the user are looked through. Where the environment variable
``DOSECAL_FONTS`` names a folder, that folder and those in it are looked through instead: it alone decides. A face is
told by what its file says of itself, since each distribution names files in its own way. Nothing else stands in for a
font that is missing, so that a page looks the same wherever it is set.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dosecal.model.struct import Struct

if TYPE_CHECKING:
    import typst

FOLDER = "DOSECAL_FONTS"
"""The environment variable that names a folder of fonts; unset or empty means those of the system and the user."""

_FACES = {"regular": ("normal", 400), "bold": ("normal", 700), "italic": ("italic", 400)}
"""The style and weight of each face that pages use."""


class Font(Struct, frozen=True):
    """A family of fonts.

    Attributes:
        family: Its name, as its files have it.
        faces: Which of its faces pages use.
        purpose: The languages that are set in it.
        install: The lines that install it, by system.
    """

    family: str
    faces: tuple[str, ...]
    purpose: str
    install: str


LATIN = Font(
    family="Noto Sans",
    faces=("regular", "bold", "italic"),
    purpose="all languages",
    install="apt-get install fonts-noto-core, dnf install google-noto-sans-fonts, pacman -S noto-fonts or "
    "brew install --cask font-noto-sans",
)
CHINESE = Font(
    family="Noto Sans CJK SC",
    faces=("regular", "bold"),
    purpose="Chinese, Japanese and Korean",
    install="apt-get install fonts-noto-cjk, dnf install google-noto-sans-cjk-fonts, pacman -S noto-fonts-cjk or "
    "brew install --cask font-noto-sans-cjk-sc",
)
_CHINESE_FILES = ("NotoSansCJKsc-Regular.otf", "NotoSansCJK-Regular.ttc")
"""The names of its regular face: from the foundry for one region, and for all regions in one file."""


class FontMissingError(LookupError):
    """A font that is needed is not on this machine.

    Attributes:
        font: Which.
        faces: The faces of it that are there.
        place: The folder that was looked through; empty for those of the system and the user.
    """

    def __init__(self, font: Font, faces: tuple[str, ...] = ()) -> None:
        """Keep which font it is, what there is of it, and where it was looked for."""
        super().__init__(font.family)
        self.font = font
        self.faces = faces
        self.place = os.environ.get(FOLDER, "")


def page_fonts() -> typst.Fonts:
    """The fonts that the typesetter may take.

    Raises:
        FontMissingError: If the one that every page needs is not among them.
        ImportError: If the typesetter is not installed.
    """
    fonts = _fonts_in(os.environ.get(FOLDER, ""))
    require(fonts, LATIN)
    return fonts


@cache
def _fonts_in(folder: str) -> typst.Fonts:
    import typst  # noqa: PLC0415 - for pages alone

    return typst.Fonts(
        include_system_fonts=not folder, include_embedded_fonts=False, font_paths=[folder] if folder else []
    )


def require(fonts: typst.Fonts, font: Font) -> None:
    """Refuse a font that is not there with each of its faces.

    A variable font has all weights in one file, whose name tells its axes: ``NotoSans[wdth,wght].ttf``.

    Raises:
        FontMissingError: If it is not.
    """
    files = [file for file in fonts.fonts() if file.family == font.family]
    there = {(file.style, file.weight) for file in files}
    there |= {(file.style, _FACES["bold"][1]) for file in files if "wght" in Path(file.path or "").name}
    faces = tuple(face for face in font.faces if _FACES[face] in there)
    if faces != font.faces:
        _fonts_in.cache_clear()  # what is installed then is found without another start
        raise FontMissingError(font, faces)


def chinese_font_file() -> str:
    """The file of the regular face of the Chinese font, for pictures.

    Raises:
        FontMissingError: If there is none.
        ImportError: If the library that draws is not installed.
    """
    from matplotlib.font_manager import findSystemFonts  # noqa: PLC0415 - for pictures alone

    folder = os.environ.get(FOLDER)
    files = sorted(findSystemFonts([folder] if folder else None))
    file = next((file for name in _CHINESE_FILES for file in files if Path(file).name == name), None)
    if file is None:
        raise FontMissingError(CHINESE)
    return file
