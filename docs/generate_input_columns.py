"""Writes the columns of the tables that go in into the reference, from the declarations that read them.

A table stands between two comments, ``<!-- columns of NAME -->`` and ``<!-- end of columns -->``; the rest of a page is
written by hand. ``--check`` writes nothing and ends with 1 when a page is not what the program reads today.
"""

from __future__ import annotations

import argparse
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dosecal.load.columns import Column

REFERENCE = Path(__file__).resolve().parent / "reference"
PAGES = ("tables.md", "lots.md", "actuals-file.md", "study-folder.md")
BLOCK = re.compile(r"(<!-- columns of (\w+) -->\n\n).*?(\n\n<!-- end of columns -->)", re.DOTALL)
HEAD = ("Column", "Required", "Kind", "Meaning", "Example", "When it is empty or missing")


def tables() -> dict[str, Sequence[Column]]:
    """The columns of each table that goes in; those of anchors stand behind the arm."""
    columns, files = import_module("dosecal.load.columns"), "dosecal.load.tables"
    subject_id, arm, *others = columns.SUBJECT_COLUMNS
    return {
        "subjects": (subject_id, arm, columns.ANCHOR, *others),
        "weights": import_module(f"{files}.weights_file").WEIGHT_COLUMNS,
        "levels": import_module(f"{files}.levels_file").LEVEL_COLUMNS,
        "lots": import_module(f"{files}.lots_file").LOT_COLUMNS,
        "containers": import_module(f"{files}.containers_file").CONTAINER_COLUMNS,
        "actuals": import_module(f"{files}.actuals_file").ACTUAL_COLUMNS,
    }


def markdown(columns: Sequence[Column]) -> str:
    """Columns as a table, a row each."""
    rows = [HEAD, ("---",) * len(HEAD)]
    for one in columns:
        name = one.name if " " in one.name else f"`{one.name}`"
        required = one.needed or ("yes" if one.is_required else "no")
        rows.append((name, required, one.kind.value, one.meaning, f"`{one.example}`", one.when_empty))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> int:
    """Writes the tables, or with ``--check`` compares them; 1 if the comparison fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 if a page is out of date")
    parser.add_argument("--page", type=Path, help="another page to write or to compare")
    arguments = parser.parse_args()
    known = tables()
    old = []
    for path in (arguments.page,) if arguments.page else (REFERENCE / page for page in PAGES):
        text = path.read_text(encoding="utf-8")
        new = BLOCK.sub(lambda match: f"{match[1]}{markdown(known[match[2]])}{match[3]}", text)
        if new != text or BLOCK.search(text) is None:
            old.append(path.name)
        if not arguments.check:
            path.write_text(new, encoding="utf-8", newline="\n")
    if arguments.check and old:
        print(f"{', '.join(old)}: not what the program reads today; write it with 'make docs'", file=sys.stderr)
    return int(arguments.check and bool(old))


if __name__ == "__main__":
    # The script is started from its own folder's point of view; the program lies beside it.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.exit(main())
