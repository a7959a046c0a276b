"""Hooks of MkDocs: the sections in the order in which a reader meets them, and the names of the files of a page.

A page is in the navigation because its file is in a section's folder, so no list of pages can fall behind; ``index.md``
comes first, the others by file name. A fence with a title is a file, and its name stands above it.
"""

from __future__ import annotations

import re
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
_TITLED_FENCE = re.compile(r'^(```\w+) title="(.+)"$', re.MULTILINE)


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


def on_page_markdown(markdown: str, **_: object) -> str:
    """The page with the name of each file above it, since the theme shows no title of a fence."""
    return _TITLED_FENCE.sub(r"**`\2`**\n\n\1", markdown)
