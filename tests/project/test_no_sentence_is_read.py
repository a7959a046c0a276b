"""Text is made at the end and never read back: no room after the plan splits, searches or compares sentences.

The syntax trees of the rooms that say things are read. What cuts or searches text is allowed by module, with what it
works on: layout, forms of files, ids, digits, or what a person typed. A new module has none, and no sentence that
another room has made is in the list: take the data that it was made of.
"""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "schedule" / "dosecal"
ROOMS = ("report", "render", "exchange", "web")
CUTS = {"split", "rsplit", "partition", "rpartition", "startswith", "endswith", "removeprefix", "removesuffix"}
SEARCHES = {"find", "rfind", "search", "match", "fullmatch", "findall", "finditer"}
IDS, DIGITS, LAYOUT, FORM, TYPED = "ids and names", "digits", "how text lies", "the form of a file", "what is typed"
ALLOWED = {
    "report/calendars/about.py": IDS,
    "report/calendars/activities_page.py": LAYOUT,
    "report/calendars/changes.py": IDS,
    "report/messages/language.py": "templates of the catalogues, and wordings of the user",
    "report/messages/preparation_steps.py": DIGITS,
    "report/messages/source_quotes.py": "quotations of the source",
    "report/messages/words.py": DIGITS,
    "report/messages/workings.py": DIGITS,
    "report/tables/formulas.py": "cells that a spreadsheet would compute",
    "report/tables/schemas.py": "its own list of columns",
    "report/tables/table.py": DIGITS,
    "render/activities_xlsx.py": LAYOUT,
    "render/as_html.py": LAYOUT,
    "render/as_terminal.py": LAYOUT,
    "render/as_xlsx.py": DIGITS,
    "render/paper_html.py": "places of a template of the page",
    "render/pdf_joining.py": FORM,
    "render/scratch.py": IDS,
    "render/sheet_room.py": LAYOUT,
    "render/table_forms.py": "names of columns, amounts in cells, and the first word of a status for its colour",
    "render/typeset.py": "what the typesetter says",
    "render/whole_text.py": LAYOUT,
    "render/workbook.py": FORM,
    "exchange/calendar_event.py": FORM,
    "exchange/calendar_files.py": FORM,
    "exchange/findings.py": FORM,
    "exchange/parts.py": IDS,
    "exchange/previous_calendars.py": FORM,
    "exchange/redcap_fields.py": IDS,
    "exchange/redcap_names.py": IDS,
    "exchange/usdm.py": IDS,
    "exchange/usdm_terms.py": "words of the protocol, for their codes",
    "web/months.py": IDS,
    "web/pages/calendar.py": LAYOUT,
    "web/pages/dose_fields.py": IDS,
    "web/pages/everybody.py": IDS,
    "web/pages/first.py": TYPED,
    "web/pages/printing.py": IDS,
    "web/pages/record.py": IDS,
    "web/pages/who.py": TYPED,
    "web/problems.py": FORM,
    "web/shell.py": FORM,
    "web/site.py": LAYOUT,
    "web/words.py": IDS,
}


def readers_of_text() -> dict[str, list[str]]:
    """What cuts or searches text, by module; methods that are called so on other things are not told apart."""
    found: dict[str, list[str]] = {}
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                call = node.func if isinstance(node, ast.Call) else None
                is_own = isinstance(call, ast.Attribute) and ast.unparse(call.value).startswith("self.")
                if isinstance(call, ast.Attribute) and call.attr in CUTS | SEARCHES and not is_own:
                    found.setdefault(path.relative_to(PACKAGE).as_posix(), []).append(ast.unparse(node))
    return found


def sentences_compared() -> list[str]:
    """Comparisons with a text of several words, or a search for one, in these rooms."""
    return [
        f"{path.name}: {ast.unparse(node)}"
        for room in ROOMS
        for path in sorted((PACKAGE / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators)
        if isinstance(side, ast.Constant) and isinstance(side.value, str) and len(side.value.split()) > 1
    ]


def test_no_module_cuts_or_searches_a_sentence() -> None:
    assert {module: calls for module, calls in readers_of_text().items() if module not in ALLOWED} == {}


def test_every_allowance_is_needed() -> None:
    assert sorted(ALLOWED.keys() - readers_of_text().keys()) == []


def test_no_sentence_is_compared() -> None:
    known = {"'body surface'", "'ordered dose'", "'home visit'", "'carry out'"}  # names of things, no sentences
    assert [one for one in sentences_compared() if not any(name in one for name in known)] == []
