"""Sheets as pages for a printer: each sheet on pages of its own, with places wide enough to write on.

Conventions: a page says no more and no less than the sheet; how lines lie beside each other is decided here, from how
long their texts are, so that the template only draws. Chinese characters count as two letters.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from schedule.render.typeset import typeset
from schedule.report.phrases import Language, Wording
from schedule.report.sheet import Blank, Fact, Grid, Note, NumberedStep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from schedule.report.sheet import Line, Marks, Section, Sheet

_PAIRED = {"subject", "weight", "rounding", "give", "product", "order", "rule"}
"""Sections whose short lines stand two beside each other."""
_WHOLE = {"subject", "order", "weight", "limits", "rounding", "give", "signatures", "results"}
"""Sections that are never parted by the end of a page."""
_MOST_LETTERS = 38
_MOST_NAME_LETTERS = 46
_MAIN_SIZES = {"ordered_dose": 14.0, "subject": 12.0}
_MAIN_SIZE = 11.0


def sheets_pdf(
    sheets: Iterable[Sheet], wording: Wording, paper: str, progress: Callable[[int], None] | None = None
) -> bytes:
    """Sheets as a PDF, in the order in which they come.

    Args:
        sheets: The sheets, said in the language; at least one.
        wording: The language of what the pages add.
        paper: ``a4`` or ``us-letter``.
        progress: Is told how many sheets were set, after each batch.

    Raises:
        GlyphError: If a character has no glyph.
        ToolMissingError: If the extra ``paper`` is not installed.
    """
    return typeset("sheet", _shared(wording, paper), (_record(one, wording) for one in sheets), progress)


def _shared(wording: Wording, paper: str) -> dict[str, object]:
    language, _, region = wording.language.value.partition("-")
    return {
        "paper": paper,
        "lang": language,
        "region": region.lower() or None,
        "page_words": wording.say("sheet_page", page="{page}", pages="{pages}"),
        "title": wording.say("sheet_document"),
        "words": {"warning": wording.say("sheet_warning"), "signed": signed_words(wording)},
    }


def signed_words(wording: Wording) -> list[str]:
    """The words of the four places of a signature."""
    return [wording.say(f"sheet_{part}") for part in ("name", "signature", "date", "time")]


def foot_words(marks: Marks, wording: Wording) -> str:
    """What stands at the foot of every page of a sheet."""
    parts = (
        marks.study,
        wording.say("sheet_version", version=marks.protocol_version),
        wording.say("sheet_file", digest=marks.protocol_sha256),
        wording.say("sheet_made_by", version=marks.program_version, as_of=marks.as_of),
        about_words(marks, wording),
    )
    return " · ".join(parts)


def about_words(marks: Marks, wording: Wording) -> str:
    """Which dose a sheet is about: subject, visit and the number of the dose."""
    parts = (
        wording.say("sheet_subject", subject=marks.subject),
        wording.say("sheet_visit", visit=marks.visit),
        wording.say("sheet_dose", number=marks.dose_number, count=marks.dose_count),
    )
    return " · ".join(parts)


def _record(sheet: Sheet, wording: Wording) -> dict[str, object]:
    marks = sheet.marks
    return {
        "kind": _capital(sheet.kind),
        "about": about_words(marks, wording),
        "title": f"{marks.study}: {marks.study_title}",
        "foot": foot_words(marks, wording),
        "sections": [_section(one) for one in sheet.sections],
        "caution": sheet.caution,
    }


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
    """Say of each line whether it has its row alone: a long one, and a short one without a short neighbour."""
    waiting: dict[str, object] | None = None
    for line in group:
        line["wide"] = not is_paired or not line["short"]
        if line["wide"]:
            if waiting is not None:
                waiting["wide"] = True
            waiting = None
        else:
            waiting = line if waiting is None else None
    if waiting is not None:
        waiting["wide"] = True


def letters_of(text: str) -> int:
    """How many letters wide a text is."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _line(line: Line) -> dict[str, object]:
    match line:
        case Fact():
            size = _MAIN_SIZES.get(line.id, _MAIN_SIZE)
            most = _MOST_LETTERS * 0.6 if line.is_main else _MOST_LETTERS
            short = letters_of(line.text) <= most and letters_of(line.name) <= _MOST_NAME_LETTERS
            return {
                "kind": "fact",
                "name": line.name,
                "text": line.text,
                "main": line.is_main,
                "size": size,
                "short": short,
            }
        case Blank():
            return {
                "kind": "blank",
                "name": line.name,
                "unit": line.unit,
                "hint": line.hint,
                "main": False,
                "short": letters_of(line.hint) <= _MOST_LETTERS,
            }
        case NumberedStep():
            return {
                "kind": "step",
                "number": line.number,
                "name": line.name,
                "working": line.working,
                "result": line.outcome if line.result else "",
            }
        case Note():
            return {"kind": "warning" if line.is_warning else "note", "text": line.text}
        case Grid():
            return {"kind": "grid", "heads": line.heads, "rows": line.rows, "widths": _widths(line)}
    return {"kind": "signature", "role": line.role}


_LEAST_WIDTH, _MOST_WIDTH = 11, 40


def _widths(grid: Grid) -> list[int]:
    """The shares of the columns in the width, by their longest texts."""
    columns = zip(grid.heads, *grid.rows, strict=True)
    return [min(max(*(letters_of(text) for text in column), _LEAST_WIDTH), _MOST_WIDTH) for column in columns]
