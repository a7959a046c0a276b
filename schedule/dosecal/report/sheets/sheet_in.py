"""A sheet in the language of a page.

Conventions: a sheet is made in English, once, and each of its texts is said by the glossary; its shape, its numbers and
its exact values stay. Ids, what was written on labels, and quotations of the source but for the marks in them stay as
they are. A query of the protocol that the glossary doesn't have is quoted in the protocol's words, and said to be. Any
other text without a wording is told, all of them at once, and no sheet is made.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dosecal.model.regex import regex
from dosecal.model.struct import replace
from dosecal.report.messages.phrases import Language
from dosecal.report.messages.sentences import Sayer
from dosecal.report.messages.source_quotes import quote_in
from dosecal.report.sheets.sheet import Blank, Fact, Grid, Note, NumberedStep, Section, Sheet, Signature
from dosecal.report.sheets.sheet_words import NOT_GIVEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from dosecal.report.messages.phrases import Wording
    from dosecal.report.sheets.sheet import Line, Marks

_AS_IT_IS = {"subject", "site", "level"}
"""Facts whose text is an id."""
_LABEL_COLUMNS = {("lots", "lot"), ("taken", "from lot"), ("taken", "containers to open")}
"""Columns of the grids that hold what stands on labels."""
_VISIT_DAY = regex(r"(.*?)((?: \((?:D-?[0-9]+(?: to D-?[0-9]+)?)\))?)", re.DOTALL)
"""The label of a visit and, in brackets, its day."""


def sheet_in(wording: Wording, sheet: Sheet) -> Sheet:
    """A sheet said in a language.

    Raises:
        TermUnknownError: For the texts that have no wording in the language, each named once.
    """
    if wording.language is Language.ENGLISH and not wording.has_own:
        return sheet
    say = Sayer(wording)
    said = Sheet(
        say(sheet.kind),
        sheet.marks,
        tuple(
            Section(
                section.id, say(section.title), tuple(_line(line, sheet.marks, wording, say) for line in section.lines)
            )
            for section in sheet.sections
        ),
        say(sheet.caution),
    )
    say.require_all()
    return said


def _line(line: Line, marks: Marks, wording: Wording, say: Callable[[str], str]) -> Line:
    match line:
        case Fact():
            return replace(line, name=say(line.name), text=_fact_text(line, marks, wording, say))
        case NumberedStep():
            return replace(line, name=say(line.name), working=say(line.working), result=say(line.result))
        case Note():
            return replace(line, text=_note_text(line, wording, say))
        case Blank():
            return replace(line, name=say(line.name), unit=say(line.unit), hint=say(line.hint))
        case Signature():
            return replace(line, role=say(line.role))
        case Grid():
            rows = tuple(
                tuple(
                    cell if (line.id, head) in _LABEL_COLUMNS else say(cell)
                    for head, cell in zip(line.heads, row, strict=True)
                )
                for row in line.rows
            )
            return Grid(line.id, tuple(say(head) for head in line.heads), rows)


def _fact_text(fact: Fact, marks: Marks, wording: Wording, say: Callable[[str], str]) -> str:
    if fact.id in _AS_IT_IS:
        return say(fact.text) if fact.text == NOT_GIVEN else fact.text
    if fact.id == "quote":
        return quote_in(fact.text, say)
    if fact.id == "regimen" and fact.text == marks.regimen and wording.missing_terms((fact.text,)):
        return fact.text  # it has no label, and its id stays
    if fact.id == "visit":
        found = _VISIT_DAY.fullmatch(fact.text.removeprefix(marks.visit))
        label, day = (found[1], found[2]) if found is not None else (fact.text, "")
        said = f"{marks.visit}, {say(label.removeprefix(', '))}" if label else marks.visit
        return said + (f" ({say(day[2:-1])})" if day else "")
    return say(fact.text)


def _note_text(note: Note, wording: Wording, say: Callable[[str], str]) -> str:
    if not note.query:
        return say(note.text)
    if wording.missing_terms((note.query,)):
        return wording.say("sheet_query_quoted", query=note.query)
    return wording.say("sheet_query", query=wording.term(note.query))
