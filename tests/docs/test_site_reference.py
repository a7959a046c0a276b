"""The site file that its reference shows is read."""

from __future__ import annotations

from pathlib import Path

from dosecal.load.sites.site_file import read_sites
from tests.docs.console_examples import fenced_blocks

ROOT = Path(__file__).resolve().parent.parent.parent


def test_file_of_the_reference_is_read() -> None:
    page = (ROOT / "docs" / "reference" / "site-file.md").read_text(encoding="utf-8")
    shown = next("\n".join(block.lines) for block in fenced_blocks(page) if block.title == "sites.yaml")
    assert [site.name for site in read_sites(shown.encode(), "sites.yaml")] == ["CDMX-01", "MUC-02", "lab"]
