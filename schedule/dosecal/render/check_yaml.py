"""Check sheets as one file to be filled in: the inputs as comments, and after each name a place for what was found.

Conventions: YAML that a person can read and fill in without knowing it. Ids are quoted, so that ``007`` stays as it is.
"""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

from dosecal.report.sheets.sheet import Blank, Fact, Grid, Note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dosecal.report.sheets.sheet import Line, Section, Sheet

_RESULTS = "results"
_WIDTH = 100


def check_sheets_yaml(sheets: Sequence[Sheet]) -> str:
    """The check sheets of one subject as a file of entries; at least one."""
    marks = sheets[0].marks
    lines = [
        f"# {f'{marks.heading}: ' if marks.heading else ''}{sheets[0].kind.capitalize()}, {marks.made_by}",
        *(f"# {text}" for text in _flat(sheets[0].caution)),
        "# Write each value after its colon, with its unit, such as: 12.5 mg",
        f"study: {_quoted(marks.study)}",
        f"protocol_version: {_quoted(marks.protocol_version)}",
        f"protocol_sha256: {_quoted(marks.protocol_sha256)}",
        f"subject_id: {_quoted(marks.subject)}",
        "checked_by:",
        "doses:",
    ]
    for sheet in sheets:
        lines += _dose(sheet)
    return "\n".join(lines) + "\n"


def _dose(sheet: Sheet) -> Iterator[str]:
    marks = sheet.marks
    yield f"  - visit: {_quoted(marks.visit)}"
    yield f"    regimen: {_quoted(marks.regimen)}"
    yield f"    dose_number: {marks.dose_number}"
    for section in sheet.sections:
        if section.id not in {_RESULTS, "signatures"}:
            yield f"    # {section.title}"
            yield from (f"    #   {text}" for line in section.lines for text in _comment(line))
    yield "    entries:"
    results = next(section for section in sheet.sections if section.id == _RESULTS)
    yield from _entries(results)


def _entries(section: Section) -> Iterator[str]:
    blanks = [line for line in section.lines if isinstance(line, Blank)]
    for note in (line for line in section.lines if isinstance(line, Note)):
        yield from (f"      # {text}" for text in _flat(note.text))
    width = max(len(blank.id) for blank in blanks)
    for blank in blanks:
        about = f"{blank.name}, in {blank.unit}" + (f": {blank.hint}" if blank.hint else "")
        yield f"      {blank.id + ':':<{width + 1}}  # {about}"


def _comment(line: Line) -> list[str]:
    """The lines of an input as a comment; places to write in are on paper alone."""
    if isinstance(line, Fact):
        return _flat(f"{line.name}: {line.text}")
    if isinstance(line, Note) and line.is_warning:
        return _flat(f"! {line.text}")
    if isinstance(line, Grid):
        rows = (", ".join(f"{head} {cell}" for head, cell in zip(line.heads, row, strict=True)) for row in line.rows)
        return [text for row in rows for text in _flat(row)]
    return []


def _flat(text: str) -> list[str]:
    """A text on lines of our own length, whatever line breaks it has; no line for an empty one."""
    flat = "".join(c if c.isprintable() else " " for c in text)
    return textwrap.wrap(flat, _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
