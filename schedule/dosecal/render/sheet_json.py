"""Sheets as JSON: the lines as on paper, with plain digits beside the words, and a fraction where they have no end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dosecal.model.struct import names_of
from dosecal.report.sheets.sheet import Blank, Fact, Grid, Note, NumberedStep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dosecal.report.sheets.sheet import Line, Marks, Sheet


def sheets_json(sheets: Sequence[Sheet]) -> str:
    """The sheets as JSON; at least one, and all of one protocol and one run of the program."""
    whole = {**marks_json(sheets[0].marks), "sheets": [_sheet(one) for one in sheets]}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def marks_json(marks: Marks) -> dict[str, str]:
    """What the whole file carries; subject, visit and dose stand with each sheet."""
    return {
        "study": marks.study,
        "protocol_version": marks.protocol_version,
        "protocol_sha256": marks.protocol_sha256,
        "program_version": marks.program_version,
        "as_of": marks.as_of,
    }


def _sheet(sheet: Sheet) -> dict[str, object]:
    marks = sheet.marks
    return {
        "kind": sheet.kind,
        "unblinded": marks.is_unblinding,
        "subject_id": marks.subject,
        "visit": marks.visit,
        "regimen": marks.regimen,
        "dose_number": marks.dose_number,
        "sections": [
            {"id": section.id, "title": section.title, "lines": [_line(line) for line in section.lines]}
            for section in sheet.sections
        ],
        "caution": sheet.caution,
    }


def _line(line: Line) -> dict[str, object]:
    kinds = {Fact: "fact", NumberedStep: "step", Note: "note", Blank: "blank", Grid: "table"}
    said = {"kind": kinds.get(type(line), "signature"), **{name: getattr(line, name) for name in names_of(line)}}
    if isinstance(line, Fact):
        del said["is_main"]
        if not line.value:
            del said["value"], said["unit"]
        if not line.fraction:
            del said["fraction"]
    if isinstance(line, Note):
        del said["query"]
    if isinstance(line, Grid):
        said["rows"] = [dict(zip(line.heads, row, strict=True)) for row in line.rows]
    return said
