"""Fonts: those of the machine, or of the folder that the user names; one that is missing is named."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pdfplumber
import pytest
from matplotlib.font_manager import FontProperties, findfont

from dosecal.model.messages import NOTHING, unsaid
from dosecal.render.fonts import CHINESE, LATIN, FontMissingError, chinese_font_file, page_fonts, require
from dosecal.render.timeline_plot import timeline_picture
from dosecal.render.typeset import GlyphError, typeset
from dosecal.report.calendars.timeline import Mark, MarkKind, Panel, Row, Timeline
from tests.command_line import run

SHARED = {"paper": "a4", "lang": "en", "page_words": "page {page} of {pages}", "title": "A sheet"}
STUDY = "NCT04611256"
SUBJECTS = Path(__file__).parents[2] / "protocols" / "examples" / f"{STUDY}-subjects.csv"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is named for the fonts."""
    monkeypatch.setenv("DOSECAL_FONTS", str(tmp_path))
    return tmp_path


def put(folder: Path, *faces: tuple[str, str, int]) -> None:
    """Copy the files of some faces of this machine's fonts to a folder: family, style, weight."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DOSECAL_FONTS", raising=False)
        files = [file for file in page_fonts().fonts() if (file.family, file.style, file.weight) in faces]
    for file in files:
        shutil.copy(file.path or "", folder)


LATIN_FACES = (("Noto Sans", "normal", 400), ("Noto Sans", "normal", 700), ("Noto Sans", "italic", 400))
CHINESE_FACES = (("Noto Sans CJK SC", "normal", 400), ("Noto Sans CJK SC", "normal", 700))


def fonts_of(text: str) -> set[str]:
    """The fonts in which a page with a text is set, without the mark of a subset."""
    content = typeset("plain", SHARED, [{"foot": ["TEST-1"], "text": text, "lines": 1}])
    with pdfplumber.open(io.BytesIO(content)) as document:
        return {char["fontname"].partition("+")[2] for char in document.pages[0].chars if char["text"] != " "}


def timeline_of(text: str) -> Timeline:
    row = Row(unsaid(text), NOTHING, NOTHING, (Mark(MarkKind.TARGET, 0),), (), NOTHING)
    panel = Panel(unsaid("arm a"), unsaid("days from start"), (row,), (), ())
    return Timeline(unsaid("T-1"), "A trial", (panel,), has_dates=False)


def test_fonts_of_the_machine_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOSECAL_FONTS", raising=False)
    for font in (LATIN, CHINESE):
        require(page_fonts(), font)
    assert {name.partition("-")[0] for name in fonts_of("dose 访视")} == {"NotoSans", "NotoSansCJKsc"}


def test_folder_that_is_named_is_looked_through_instead_of_the_machine(folder: Path) -> None:
    with pytest.raises(FontMissingError) as caught:
        page_fonts()
    assert (caught.value.font, caught.value.faces, caught.value.place) == (LATIN, (), str(folder))
    (folder / "inside").mkdir()
    put(folder / "inside", *LATIN_FACES)
    assert {Path(file.path or "").parent for file in page_fonts().fonts()} == {folder / "inside"}


def test_font_is_missing_where_one_of_its_faces_is(folder: Path) -> None:
    put(folder, *LATIN_FACES[:2])
    with pytest.raises(FontMissingError) as caught:
        page_fonts()
    assert caught.value.faces == ("regular", "bold")


def test_chinese_font_is_needed_for_what_the_other_lacks_alone(folder: Path) -> None:
    put(folder, *LATIN_FACES)
    assert {name.partition("-")[0] for name in fonts_of("7.025 × 10⁷, por acordar")} == {"NotoSans"}
    with pytest.raises(FontMissingError) as caught:
        fonts_of("访视日历")
    assert caught.value.font == CHINESE


def test_no_other_font_stands_in(folder: Path) -> None:
    put(folder, *LATIN_FACES, *CHINESE_FACES, ("DejaVu Sans", "normal", 400))
    with pytest.raises(GlyphError) as caught:
        fonts_of("a ⠓ b")  # Braille, which DejaVu Sans has
    assert caught.value.characters == ("⠓",)


@pytest.mark.parametrize(
    ("faces", "language", "said"),
    [
        ((), "en", ("Noto Sans (regular, bold, italic) for all languages", "got none", "fonts-noto-core")),
        (LATIN_FACES, "zh-CN", ("Noto Sans CJK SC (regular, bold) for Chinese, Japanese and Korean", "fonts-noto-cjk")),
    ],
)
def test_refusal_says_which_font_for_which_language_and_what_installs_it(
    folder: Path, faces: tuple[tuple[str, str, int], ...], language: str, said: tuple[str, ...]
) -> None:
    put(folder, *faces)
    output = folder / "out.pdf"
    result = run("print", STUDY, SUBJECTS, "--subject", "001", "--lang", language, "-o", output)
    assert (result.exit_code, output.exists()) == (1, False)
    for words in (*said, str(output), f"{folder} that DOSECAL_FONTS names", "brew install", "[O025]"):
        assert words in result.stderr, words


def test_picture_has_signs_of_east_asia_from_the_folder_or_is_refused(folder: Path) -> None:
    timeline_picture(timeline_of("Visit 30"), "svg")
    with pytest.raises(FontMissingError):
        timeline_picture(timeline_of("移植後三十日"), "svg")
    put(folder, *CHINESE_FACES)
    assert Path(chinese_font_file()).parent == folder
    timeline_picture(timeline_of("移植後三十日"), "svg")
    assert Path(findfont(FontProperties(family=["Noto Sans CJK SC"]))).parent == folder
