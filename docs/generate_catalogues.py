"""Brings the catalogues of the pages' languages up to the templates of the program, by Babel's own extraction.

A new template gets an entry without a wording in each catalogue; one that nothing says any longer goes. The words of
protocols, participants and dates stay as they are. ``--check`` writes nothing: it names each template that a catalogue
lacks, has without a wording or has without its places, and ends with 1.

A place that English does not use, such as the ten thousands of an amount, may stand in a wording.
"""

from __future__ import annotations

import argparse
import re
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "schedule" / "dosecal"
CATALOGUES = PROGRAM / "report" / "messages" / "catalogues"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "Msg": (1,),
    "msgid": (1,),
    "plural": (1, 2),
    "forms": (1, 2),
    "in_context": ((1, "c"), 2),
    "t": (1,),
}
METHODS = [("**/templates/*.html", "jinja2"), ("**.py", "python")]
"""Where templates stand, in modules and on the page, as ``pybabel extract -k`` has it."""

OF_THE_PROTOCOL = {"term", "participant", "date"}
"""Contexts of entries that no call of the program has."""
MAY_STAND_ALONE = {"myriads"}
"""Places that other languages have and English has not."""

_PLACE = re.compile(r"\{([a-z_]+)\}")
_LETTER = re.compile("[A-Za-z]")
_MADE_BY = re.compile(
    r'"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Report-Msgid-Bugs-To|Generated-By|'
    r'Project-Id-Version): .*?\\n"\n'
)

Key = tuple[str, str, str]
"""Context, template, and the template of the plural; empty for none."""


def templates() -> dict[Key, str]:
    """The templates of the program, each with a place where it stands; signs alone are the same in all languages."""
    found: dict[Key, str] = {}
    for file, line, message, _, context in extract_from_dir(PROGRAM, METHODS, keywords=KEYWORDS):
        one, many = (message, "") if isinstance(message, str) else (message[0], message[1])
        if one and _LETTER.search(_PLACE.sub("", one)):
            found.setdefault((context or "", one, many), f"{file}:{line}")
    return found


def read_catalogue(path: Path) -> Catalog:
    """A catalogue from its file."""
    return read_po(BytesIO(path.read_bytes()), abort_invalid=True)


def write_catalogue(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue without what changes by itself."""
    stream = BytesIO()
    write_po(stream, catalogue, width=100, no_location=True)
    text = _MADE_BY.sub("", stream.getvalue().decode()).replace('#, fuzzy\nmsgid ""', 'msgid ""', 1)
    path.write_text(text, encoding="utf-8", newline="\n")


def key_of(message: Message) -> Key:
    """The key of an entry."""
    one, many = (message.id, "") if isinstance(message.id, str) else (message.id[0], message.id[1])
    return message.context or "", one, many


def wordings(message: Message) -> tuple[str, ...]:
    """The wordings of an entry, one a plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def problems_of(path: Path) -> Iterator[str]:
    """What is wrong with a catalogue, in words."""
    wanted = templates()
    found = {key_of(message): message for message in read_catalogue(path) if message.id}
    for (context, one, many), where in wanted.items():
        if (context, one, many) not in found:
            yield f'{path.name}: no entry for "{one}" ({where})'
    for (context, one, many), message in found.items():
        is_sign = not _LETTER.search(_PLACE.sub("", one))
        if context not in OF_THE_PROTOCOL and not is_sign and (context, one, many) not in wanted:
            yield f'{path.name}: nothing says "{one}"'
        for wording in wordings(message):
            if not wording:
                yield f'{path.name}: no wording for "{one}"'
            places = set(_PLACE.findall(wording)) - MAY_STAND_ALONE
            allowed = set(_PLACE.findall(one)) | set(_PLACE.findall(many))
            needed = allowed - ({"n", "count"} if many else set())
            if wording and not (needed - {"n"} <= places <= allowed):
                yield f'{path.name}: other places than in "{one}": "{wording}"'


def update(path: Path) -> None:
    """Add what a catalogue lacks, and take out what nothing says."""
    wanted, old = templates(), read_catalogue(path)
    new = Catalog(locale=old.locale, header_comment=old.header_comment, charset="utf-8")
    for message in old:
        context, one, many = key_of(message) if message.id else ("", "", "")
        is_sign = not _LETTER.search(_PLACE.sub("", one))
        if message.id and (context in OF_THE_PROTOCOL or is_sign or (context, one, many) in wanted):
            new[message.id] = message
    known = {key_of(message) for message in new if message.id}
    for context, one, many in wanted:
        if (context, one, many) not in known:
            new.add((one, many) if many else one, context=context or None)
    write_catalogue(path, new)


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 where something is missing")
    arguments = parser.parse_args()
    paths = [path for path in sorted(CATALOGUES.glob("*.po")) if path.stem != "en"]
    if not arguments.check:
        for path in paths:
            update(path)
    problems = [problem for path in paths for problem in problems_of(path)]
    print("\n".join(problems) or f"{len(paths)} catalogues have a wording for each of {len(templates())} templates")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
