"""Writes docs/reference/printed-words.md from the glossary of the program: all wordings of a thing side by side.

``--check`` writes nothing and ends with 1 when the page is not what the glossary says today, so that a reviewer never
reads wordings that no page has.
"""

from __future__ import annotations

import argparse
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE = Path(__file__).resolve().parent / "reference" / "printed-words.md"

_KIND = re.compile(r"\{[=~&#@!](?=[a-z])")
"""What marks the kind of a place: of use to the program, not to a reader."""

HEAD = """\
<!-- Written from the program's glossary by docs/generate_printed_words.py (make docs); edits here are lost. -->

# Printed words

Everything that printed pages say, in each of their languages side by side. **The wordings in Mexican Spanish and in
simplified Chinese are not yet reviewed by a clinician who speaks the language.** A site that prints pages for
participants has them reviewed, and approved by its ethics committee, first; `--words` gives other wordings of a
protocol's labels without a change to the program.

A place for a value is `{name}`; in the words of protocols `{}` stands for a number. `;` in a list of labels parts them.
"""

SECTIONS = (
    (
        "Phrases",
        "What pages say by themselves. Patterns of dates are in the letters of Unicode Technical Standard 35.",
        "PHRASES",
    ),
    (
        "Plain words for participants",
        "What a participant's page says in place of labels that are written for clinicians.",
        "LAY_WORDS",
    ),
    (
        "Words of protocols",
        "Labels of visits, assessments, arms, parts of the study, regimens and products of the shipped protocols.",
        "TERMS",
    ),
    (
        "Sentences of reports",
        "Notes, statuses, sheets and schedules of activities. Ids and numbers stay; other parts are said so, too.",
        "SENTENCES",
    ),
)


def table(first: str, rows: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    """Rows of wordings as a table; nothing in a wording ends a cell."""
    lines = [f"| {first} | English | Español (México) | 简体中文 |", "|---|---|---|---|"]
    for name, wordings in rows:
        cells = [name, *wordings] if first else list(wordings)
        lines.append("| " + " | ".join(_cell(one) for one in cells) + " |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return (
        _KIND.sub("{", text).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_").strip()
        or "–"
    )


def write_page() -> str:
    """The whole page."""
    glossary = import_module("dosecal.report.messages.glossary")
    parts = [HEAD]
    for title, about, name in SECTIONS:
        entries = getattr(glossary, name)
        if name == "LAY_WORDS":
            body = table("Labels", [("; ".join(one.labels), one.wordings) for one in entries])
        elif name == "PHRASES":
            body = table("Name", [(one.id, one.wordings) for one in entries])
        else:
            body = table("", [("", one.wordings) for one in entries]).replace("|  | ", "| ", 1).replace("|---", "", 1)
        parts.append(f"## {title}\n\n{about}\n\n{body}\n")
    return "\n".join(parts)


def main() -> int:
    """Writes the page, or with ``--check`` compares it; 1 if the comparison fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 if the page is out of date")
    parser.add_argument("--page", type=Path, default=PAGE, help="another file to write or to compare")
    arguments = parser.parse_args()
    page = write_page()
    path: Path = arguments.page
    if not arguments.check:
        path.write_text(page, encoding="utf-8", newline="\n")
        return 0
    if path.is_file() and path.read_text(encoding="utf-8") == page:
        return 0
    print(f"{path.name} is not what the glossary says today; write it with 'make docs'", file=sys.stderr)
    return 1


if __name__ == "__main__":
    # The script is started from its own folder's point of view; the program lies beside it.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.exit(main())
