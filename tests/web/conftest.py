"""Study folders of the page's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.page_client import Page, study_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def ryoncil(protocols: Path, tmp_path: Path) -> Path:
    """An open trial with lots, weights and four participants, of whom some visits were held."""
    folder = study_folder(protocols, "ryoncil", tmp_path / "ryoncil")
    (folder / "actuals.csv").write_text(
        "subject_id,visit,date,status,dose,unit,note\n"
        "001,D1,2026-04-06,done,100000000,cells,\n"
        "001,D4,2026-04-09,done,100000000,cells,\n"
        "001,D8,2026-04-13,done,100000000,cells,\n"
        "003,D1,2026-04-09,done,25200000,cells,\n"
        "004,D1,2026-04-13,done,46800000,cells,\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def page(ryoncil: Path) -> Page:
    """The page of the open trial, on Thursday 16 April 2026."""
    return Page(ryoncil)


@pytest.fixture
def lzzt(protocols: Path, tmp_path: Path) -> Path:
    """A blinded trial with one participant on its high dose."""
    return study_folder(protocols, "lzzt", tmp_path / "lzzt")
