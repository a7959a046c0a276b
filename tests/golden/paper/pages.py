"""The printed calendars that are kept: each word with its place, in points, for both registry trials in each language.

The files change only together with a line in the changelog. ``python -m tests.golden.paper.pages`` writes them anew,
which nothing does by itself; what it changed is then to be read, and the pages to be looked at.
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pdfplumber

from tests.command_line import run_well

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[2] / "protocols" / "examples"
NEAR = 2
"""Points by which a place may differ: letters of other versions of the fonts are a little wider or narrower."""
SUBJECT, DAY = "001", "2026-11-28"
NAMES = tuple(
    (kind, study, language)
    for kind in ("participant", "coordinator")
    for study in ("NCT04611256", "NCT04252118")
    for language in ("en", "es-MX", "zh-CN")
)


def path_of(kind: str, study: str, language: str) -> Path:
    """The kept file of a calendar."""
    return HERE / f"{kind}-{study}-{language}.json"


def printed(kind: str, study: str, language: str, file: Path) -> None:
    """Print a calendar as the program does now."""
    subjects = EXAMPLES / f"{study}-subjects.csv"
    options = ("--what", kind, "--lang", language, "--subject", SUBJECT, "--as-of", DAY)
    run_well("print", study, subjects, *options, "-o", file)


def words_of(file: Path) -> list[dict[str, Any]]:
    """The lines of each page of a PDF: where each piece begins, from the left and the top in points, and its text."""
    with pdfplumber.open(file) as document:
        return [
            {
                "size": [round(page.width), round(page.height)],
                "words": [
                    [round(word["x0"]), round(word["top"]), _masked(word["text"])]
                    for word in page.extract_words(use_text_flow=True, keep_blank_chars=True)
                ],
            }
            for page in document.pages
        ]


def _masked(text: str) -> str:
    return re.sub(r"dosecal [0-9.]+[0-9a-z.+]*", "dosecal (version)", text)


def kept_text(pages: list[dict[str, Any]]) -> str:
    """Pages as the kept files have them: a line a word."""
    lines = json.dumps(pages, ensure_ascii=False, indent=1)
    return re.sub(r"\[\n\s+(\d+),\n\s+(\d+)(?:,\n\s+(\".*\"))?\n\s+\]", _on_one_line, lines) + "\n"


def _on_one_line(found: re.Match[str]) -> str:
    return f"[{', '.join(part for part in found.groups() if part is not None)}]"


def write_all() -> None:
    """Write every kept file anew."""
    with tempfile.TemporaryDirectory() as folder:
        for name in NAMES:
            file = Path(folder) / f"{'-'.join(name)}.pdf"
            printed(*name, file)
            path_of(*name).write_text(kept_text(words_of(file)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_all()
