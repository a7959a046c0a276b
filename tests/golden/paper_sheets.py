"""Pages of worksheets and schedules of activities that are kept: their texts and where they stand, in points.

The files change only together with a line in the changelog. ``python -m tests.golden.paper_sheets`` writes them anew,
which nothing does by itself; what it changed is then to be read and the pages are to be looked at.
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

import pdfplumber

from tests.command_line import run_well

HERE = Path(__file__).parent / "paper"
EXAMPLES = Path(__file__).parents[2] / "protocols" / "examples"
LANGUAGES = ("en", "es-MX", "zh-CN")
VISITS = {"NCT04611256": "D1", "NCT04252118": "D3"}
"""The studies, with the visit whose sheets are kept: the first dose of one, the second of the other."""


def worksheet(study: str) -> tuple[str | Path, ...]:
    """The arguments for both sheets of a dose of a study's first example subject."""
    subjects = EXAMPLES / f"{study}-subjects.csv"
    return study, subjects, "--what", "worksheet", "--subject", "001", "--visit", VISITS[study]


def soa(study: str) -> tuple[str | Path, ...]:
    """The arguments for a study's schedule of activities."""
    return study, "--what", "soa"


PAGES: dict[str, tuple[str | Path, ...]] = {
    f"{make.__name__}-{study}-{language}-{paper}.txt": (*make(study), "--lang", language, "--paper", paper)
    for make in (worksheet, soa)
    for study in VISITS
    for language in LANGUAGES
    for paper in (("a4", "letter") if (study, language) == ("NCT04611256", "es-MX") else ("a4",))
}


def content_of(name: str) -> bytes:
    """The bytes of a document as the program makes it now."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.pdf"
        run_well("print", *PAGES[name], "--as-of", "2026-11-25", "-o", file)
        return file.read_bytes()


def layout_of(content: bytes) -> str:
    """Each text of each page with its box (left, top, right, bottom, in whole points); the version is masked."""
    lines = []
    with pdfplumber.open(io.BytesIO(content)) as document:
        for page in document.pages:
            lines.append(f"page {page.page_number}: {page.width:.0f} x {page.height:.0f}, {len(page.edges)} edges")
            for word in page.extract_words(keep_blank_chars=True, x_tolerance=4):
                box = " ".join(f"{word[side]:4.0f}" for side in ("x0", "top", "x1", "bottom"))
                text = re.sub(r"dosecal [0-9]\S*", "dosecal (version)", word["text"].replace("\u00a0", " "))
                lines.append(f"{box}  {text}")
    return "\n".join(lines) + "\n"


def write_all() -> None:
    """Write every kept file anew."""
    for name in PAGES:
        (HERE / name).write_text(layout_of(content_of(name)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_all()
