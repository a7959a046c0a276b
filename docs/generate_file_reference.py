"""Writes the tables of keys in docs/reference/protocol-file.md and site-file.md from the grammar that reads the files.

A section whose title is that of a record has a table of its keys; all else on the pages is written by hand. ``--check``
writes nothing and ends with 1 where a table is not what the grammar says today.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.protocol.grammar import Field, Reader, Record

FOLDER = Path(__file__).resolve().parent / "reference"
HEAD = "| Key | Required | Meaning | Example |\n| --- | --- | --- | --- |\n"
MOST_EXAMPLES = 3

_SECTION = re.compile(r"^(#{2,3} (.+)\n(?:(?!#{2,3} ).*\n)*?)" + re.escape(HEAD) + r"(?:\|.*\n)*", re.MULTILINE)


def records_within(name: str, record: Record) -> Iterator[tuple[str, Record]]:
    """A record of the grammar and those below it, each with the title of its section."""
    from dosecal.load.protocol import grammar  # noqa: PLC0415 - once the path is set

    yield name, record
    for key, field in record.fields.items():
        below = innermost(field.reader)
        if isinstance(below, grammar.Record):
            yield from records_within(f"{name}: {key}" if name == "rounding" else key, below)


def innermost(reader: Reader) -> Reader:
    """The reader of the values themselves, within lists, mappings and alternatives."""
    while hasattr(reader, "reader"):
        reader = reader.reader
    return reader


def words_of(reader: Reader) -> list[str]:
    """The fixed words that a value, or each item of it, may be."""
    words = [reader.word] if hasattr(reader, "word") else []
    if hasattr(reader, "reader"):
        return [*words, *words_of(reader.reader)]
    return [*words, *getattr(reader, "choices", ())]


def meaning(key: str, field: Field, titles: frozenset[str]) -> str:
    """What a key says, with the words that it takes."""
    direct = field.more if field.more[:1] in {",", ":", " "} else ""
    words = [f"`{word}`" for word in words_of(field.reader) if f"`{word}`" not in field.more]
    stated = [word for word in words if word != "`none stated`"]
    listed = ", ".join(stated[:-1]) + " or " * (len(stated) > 1) + stated[-1] if stated else ""
    has_section = key in titles and hasattr(innermost(field.reader), "fields")
    about = f"[{field.about}](#{key})" if has_section else field.about
    parts = [
        about + direct,
        f": {listed}" if listed else "",
        ", or `none stated`" if len(words) > len(stated) else "",
        f"; {field.more}" if field.more and not direct else "",
    ]
    return "".join(parts)


def example(field: Field) -> str:
    """A value of a key: the one of its field, or those that its reader names."""
    if field.example:
        return field.example if field.example.startswith("`") else f"`{field.example}`"
    reader: Any = field.reader
    while hasattr(reader, "word") or hasattr(reader, "of_other"):
        reader = reader.reader if hasattr(reader, "word") else reader.of_other
    named = getattr(reader, "choices", ())[:1] or re.findall(r'"([^"]+)"', reader.expected)[:MOST_EXAMPLES]
    return ", ".join(f"`{value}`" for value in named)


def table(record: Record, titles: frozenset[str]) -> str:
    """The table of the keys of a record."""
    rows = []
    for key, field in record.fields.items():
        cells = (f"`{key}`", "yes" if field.is_required else "no", meaning(key, field, titles), example(field))
        rows.append(f"| {' | '.join(cells)} |\n")
    return HEAD + "".join(rows)


def written(page: str, root: Record) -> str:
    """The page with the tables as the grammar has them."""
    records = dict(records_within("Top level", root))
    titles = frozenset(re.findall(r"^#{2,3} (.+)$", page, re.MULTILINE)) & records.keys()
    if missing := records.keys() - titles:
        message = f"no section for {sorted(missing)}"
        raise SystemExit(message)
    return _SECTION.sub(lambda found: found[1] + table(records[found[2]], titles), page)


def main() -> int:
    """Writes the pages, or with ``--check`` compares them; 1 if the comparison fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 if a page is out of date")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="another folder of the pages")
    arguments = parser.parse_args()
    from dosecal.load.protocol.protocol_file import PROTOCOL  # noqa: PLC0415 - once the path is set
    from dosecal.load.sites.site_file import SITES  # noqa: PLC0415 - likewise

    behind = []
    for name, root in (("protocol-file.md", PROTOCOL), ("site-file.md", SITES)):
        path: Path = arguments.folder / name
        page = path.read_text(encoding="utf-8")
        if (today := written(page, root)) != page:
            behind.append(name)
            if not arguments.check:
                path.write_text(today, encoding="utf-8", newline="\n")
    if behind and arguments.check:
        print(f"{', '.join(behind)}: not what the grammar says today; write with 'make docs'", file=sys.stderr)
    return int(bool(behind) and arguments.check)


if __name__ == "__main__":
    # The script is started from its own folder's point of view; the program lies beside it.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "schedule"))
    sys.exit(main())
