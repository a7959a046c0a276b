"""Writes docs/reference/printed-words.md from the catalogues: all wordings of a thing side by side.

``--check`` writes nothing and ends with 1 when the page is not what the catalogues say today, so that a reviewer never
reads wordings that no page has.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po

from dosecal.report.messages.language import Language

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "printed-words.md"
CATALOGUES = ROOT / "schedule" / "dosecal" / "report" / "messages" / "catalogues"
LANGUAGES = tuple(Language)
OTHERS = LANGUAGES[1:]

HEAD = """\
<!-- Written from the catalogues by docs/generate_printed_words.py (make docs); edits here are lost. -->

# Printed words

Everything that printed pages say, in each of their languages side by side. **The wordings in Mexican Spanish and in
simplified Chinese are not yet reviewed by a clinician who speaks the language.** A site that prints pages for
participants has them reviewed, and approved by its ethics committee, first; `--words` gives other wordings of a
protocol's labels without a change to the program, and so does a catalogue of its own
[beside the protocol file](../how-to/print-calendars.md).

A place for a value is `{name}`; in the words of protocols `{}` stands for a number. Of two wordings in a cell the first
is for one, the other for more.
"""
SECTIONS = (
    ("date", "Patterns of dates", "In the letters of Unicode Technical Standard 35."),
    ("", "What pages say", "Notes, statuses, sheets and schedules of activities."),
    ("participant", "Plain words for participants", "In place of labels that are written for clinicians."),
    ("term", "Words that many protocols have", "Labels of visits, assessments, arms and epochs."),
)

Rows = dict[tuple[str, str], dict[str, str]]
"""Wordings by language, of each context and English text."""


def rows_of(folder: Path) -> Rows:
    """The entries of a folder of catalogues."""
    rows: Rows = {}
    for language in LANGUAGES:
        path = folder / f"{language}.po"
        if not path.is_file():
            continue
        with path.open("rb") as stream:
            for message in read_po(stream):
                if message.id:
                    english = message.id if isinstance(message.id, str) else " / ".join(message.id)
                    said = message.string if isinstance(message.string, str) else " / ".join(message.string or ())
                    rows.setdefault((message.context or "", english), {})[language] = said
    return rows


def table(rows: Rows, context: str | None = None) -> Iterator[str]:
    """The rows of a context as a table, or of all."""
    yield f"| {' | '.join(language.own_name for language in LANGUAGES)} |"
    yield f"|{'---|' * len(LANGUAGES)}"
    for (of, english), said in rows.items():
        is_own = of not in {"date", "term", "participant"}
        if context is None or of == context or (not context and is_own):
            first = english if of != "participant" or "en" not in said else f"{english}: {said['en']}"
            first = f"{first} ({of})" if is_own and of else first
            yield "| " + " | ".join(map(_cell, (first, *(said.get(language, "") for language in OTHERS)))) + " |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_").strip() or "–"


def write_page() -> str:
    """The whole page."""
    rows, parts = rows_of(CATALOGUES), [HEAD]
    for context, title, text in SECTIONS:
        parts.append(f"## {title}\n\n{text}\n\n" + "\n".join(table(rows, context)) + "\n")
    protocols = ROOT / "protocols"
    for file in (*sorted(protocols.glob("*.yaml")), *sorted((protocols / "examples").glob("*.yaml"))):
        own = rows_of(file.with_suffix(""))
        if own:
            name = file.relative_to(protocols).with_suffix("").as_posix()
            parts.append(f"## Words of {name}\n\n" + "\n".join(table(own)) + "\n")
    return "\n".join(parts)


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 when the page is stale")
    parser.add_argument("--page", type=Path, default=PAGE, help="another page")
    arguments = parser.parse_args()
    page = write_page()
    if arguments.check:
        if arguments.page.read_text(encoding="utf-8") == page:
            return 0
        print(f"{arguments.page} is not what the catalogues say: run make docs")
        return 1
    arguments.page.write_text(page, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
