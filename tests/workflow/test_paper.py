"""Pages that are printed: what stands on them, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pdfplumber

from tests.command_line import run_well

if TYPE_CHECKING:
    from pathlib import Path


def text_of(file: Path) -> str:
    """The text of a PDF."""
    with pdfplumber.open(file) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def test_participants_calendar_says_days_in_full(root: Path, tmp_path: Path) -> None:
    subjects = root / "protocols" / "examples" / "NCT04611256-subjects.csv"
    file = tmp_path / "calendar.pdf"
    run_well("print", "NCT04611256", subjects, "--subject", "001", "-o", file)
    text = text_of(file)
    # started on Tuesday 4 August 2020: day 25 is 24 days later
    assert "Tuesday, 4 August 2020" in text
    assert "Friday, 28 August 2020" in text
