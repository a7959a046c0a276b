"""Orders the sections of the site as a reader meets them; the pages of a section follow their folder.

A hook of MkDocs. A page is in the navigation because its file is in a section's folder, so no list of pages can fall
behind; ``index.md`` comes first, the others by file name.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

SECTIONS = (
    ("Tutorial", "tutorial"),
    ("How-to guides", "how-to"),
    ("Reference", "reference"),
    ("Explanation", "explanation"),
)


def pages_of(docs: Path, folder: str) -> list[str]:
    """The pages of a section, as paths from the documentation's folder, its index first."""
    found = sorted((docs / folder).rglob("*.md"), key=lambda page: (page.name != "index.md", page.as_posix()))
    return [page.relative_to(docs).as_posix() for page in found]


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """The settings with the navigation made from the folders; a section without pages is left out."""
    docs = Path(config.docs_dir)
    sections = [{title: pages} for title, folder in SECTIONS if (pages := pages_of(docs, folder))]
    config.nav = ["index.md", *sections]
    return config
