"""A sheet as the record of a page: which lines lie beside each other, and what the page says around them.

Conventions: a page says no more and no less than its sheet. How lines lie is decided here, from how long their texts
are, so that the templates only draw; a Chinese character is as wide as two letters.
"""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from dosecal.model.messages import Msg, in_context, unsaid
from dosecal.model.regex import regex
from dosecal.model.struct import Struct, names_of, replace
from dosecal.report.messages.language import Sayer
from dosecal.report.sheets.sheet import Blank, Fact, Grid, Note, NumberedStep

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dosecal.report.messages.language import Wording
    from dosecal.report.sheets.sheet import Line, Marks, Section, Sheet

SHEET_WORDS = {
    "sheet_warning": Msg("WARNING"),
    "sheet_name": Msg("name"),
    "sheet_signature": Msg("signature"),
    "sheet_date": Msg("date"),
    "sheet_time": Msg("time"),
}
"""What every page of a sheet says, by its names in the templates."""

_PAIRED = {"subject", "order", "rule", "weight", "product", "rounding", "give"}
"""Sections whose short lines stand two beside each other."""
_WHOLE = {"subject", "order", "rule", "weight", "limits", "rounding", "give", "signatures", "results"}
"""Sections that are never parted by the end of a page."""
_MOST_LETTERS = 38
_MOST_MAIN_LETTERS = 22
"""How many letters go beside another line."""
_MAIN_SIZES = {"ordered_dose": 14.0, "subject": 12.0}
_MAIN_SIZE = 11.0
"""The size, in points, of what a reader looks for first."""
_NUMBER_AND_UNIT = regex(r"(?<=[0-9]) (?=[a-zA-Z%])|(?<=[≈=÷]) (?=[±+−]?[0-9])")
_POWER = regex(r" × (?=10[⁰¹²³⁴⁵⁶⁷⁸⁹])")
_LEAST_WIDTH, _MOST_WIDTH = 11, 40
"""The letters that a column is wide at least and at most."""
_LEAST_TO_WRITE = 26
"""The letters that a column is wide at least in which a cell is left to be written in."""


def said_sheet(sheet: Sheet, wording: Wording) -> Sheet:
    """A sheet in the language of a page: each of its messages said, all else as it is.

    A query of the protocol that the language has no wording for is quoted in the protocol's words, and said to be.

    Raises:
        TermUnknownError: For the texts that have no wording in the language, each named once.
    """
    say = Sayer(wording)

    def said(value: Any) -> Any:  # noqa: ANN401 - a part of a sheet, whatever it is
        if isinstance(value, Msg):
            return unsaid(say(value))
        if isinstance(value, tuple):
            return tuple(map(said, value))
        if isinstance(value, Note) and wording.missing_terms((value.query,)):
            return replace(value, text=unsaid(wording.say(in_context("quoted", "Query: {query}", query=value.query))))
        if isinstance(value, Struct):
            return replace(value, **{name: said(getattr(value, name)) for name in names_of(value)})
        return value

    whole: Sheet = said(sheet)
    say.require_all()
    return whole


def sheet_page(sheet: Sheet, wording: Wording) -> dict[str, object]:
    """The record of one sheet.

    Raises:
        TermUnknownError: As ``said_sheet`` does.
    """
    sheet = said_sheet(sheet, wording)
    marks = sheet.marks
    return {
        "kind": f"{wording.say(Msg('UNBLINDED'))}: {sheet.kind}" if marks.is_unblinding else _capital(sheet.kind),
        "about": about_words(marks, wording),
        "title": f"{marks.study}: {marks.study_title}",
        "foot": foot_lines(marks, wording),
        "sections": [_section(one) for one in sheet.sections],
        "caution": sheet.caution,
    }


def foot_lines(marks: Marks, wording: Wording) -> list[str]:
    """The lines at the foot of every page of a sheet: which dose it is about, and what it was made from."""
    made = wording.say(
        Msg(
            "{study} · version {version} · file {digest} · made by dosecal {program}, as of {day}",
            study=marks.study,
            version=marks.protocol_version,
            digest=marks.protocol_sha256,
            program=marks.program_version,
            day=wording.plain_date(date.fromisoformat(marks.as_of)),
        )
    )
    return [about_words(marks, wording), made]


def about_words(marks: Marks, wording: Wording) -> str:
    """Which dose a sheet is about: subject, visit and the number of the dose."""
    parts = (
        wording.say(Msg("subject {subject}", subject=marks.subject)),
        wording.say(Msg("visit {visit}", visit=marks.visit)),
        wording.say(Msg("dose {number} of {count}", number=str(marks.dose_number), count=str(marks.dose_count))),
    )
    return " · ".join(parts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _section(section: Section) -> dict[str, object]:
    lines = [_line(one) for one in section.lines]
    return {
        "title": _capital(section.title),
        "whole": section.id in _WHOLE,
        "groups": list(_groups(lines, is_paired=section.id in _PAIRED)),
    }


def _groups(lines: Sequence[dict[str, object]], *, is_paired: bool) -> Iterator[list[dict[str, object]]]:
    """The lines of one kind after each other, which are drawn as one table."""
    for is_named, found in groupby(lines, lambda line: line["kind"] in {"fact", "blank"}):
        if is_named:
            group = list(found)
            _lay_out(group, is_paired=is_paired)
            yield group
        else:
            for _, same in groupby(found, lambda line: line["kind"]):
                yield list(same)


def _lay_out(group: list[dict[str, object]], *, is_paired: bool) -> None:
    """Say of each line whether it has its row alone, or else whether it is the one on the right.

    Alone are a long one, and a short one without a short neighbour.
    """
    waiting: dict[str, object] | None = None
    for line in group:
        line["wide"] = not is_paired or not line["short"]
        line["right"] = not line["wide"] and waiting is not None
        if line["wide"]:
            if waiting is not None:
                waiting["wide"] = True
            waiting = None
        else:
            waiting = line if waiting is None else None
    if waiting is not None:
        waiting["wide"] = True


def unbroken(text: str) -> str:
    """A text in which no line ends between a number and its unit, or within a power of ten."""
    return _POWER.sub("\u00a0×\u00a0", _NUMBER_AND_UNIT.sub("\u00a0", text))


def letters_of(text: str) -> int:
    """How many letters wide a text is."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _line(line: Line) -> dict[str, object]:
    match line:
        case Fact():
            return _fact(line)
        case Blank():
            said: dict[str, object] = {"kind": "blank", "name": line.name, "unit": line.unit, "hint": line.hint}
            return {**said, "main": False, "short": letters_of(line.hint) <= _MOST_LETTERS}
        case NumberedStep():
            said = {"kind": "step", "number": line.number, "name": line.name, "working": unbroken(line.working)}
            return {**said, "result": unbroken(line.outcome) if line.result else ""}
        case Note():
            return {"kind": "warning" if line.is_warning else "note", "text": unbroken(line.text)}
        case Grid():
            rows = [[unbroken(cell) for cell in row] for row in line.rows]
            return {"kind": "grid", "heads": line.heads, "rows": rows, "widths": _widths(line)}
    return {"kind": "signature", "role": line.role}


def _fact(line: Fact) -> dict[str, object]:
    most = _MOST_MAIN_LETTERS if line.is_main else _MOST_LETTERS
    return {
        "kind": "fact",
        "id": line.id,
        "name": line.name,
        "text": unbroken(line.text),
        "main": line.is_main,
        "size": _MAIN_SIZES.get(line.id, _MAIN_SIZE),
        "short": letters_of(line.text) <= most,
    }


def _widths(grid: Grid) -> list[int]:
    """The shares of the columns in the width, by their longest texts; a column to write in is wide enough for it."""
    columns = zip(grid.heads, *grid.rows, strict=True)
    return [_width(column) for column in columns]


def _width(column: tuple[str, ...]) -> int:
    least = _LEAST_WIDTH if all(column) else _LEAST_TO_WRITE
    return min(max(*(letters_of(text) for text in column), least), _MOST_WIDTH)
