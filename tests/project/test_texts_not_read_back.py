"""No room that says or writes something takes apart, searches or compares a sentence that another one has made.

Whoever needs to know what a sentence says needs a type. What is allowed stands below with its reason: ids, digits, file
formats, widths of a terminal or a page, the words of the protocol file.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).resolve().parents[2] / "schedule" / "dosecal"
ROOMS = ("report", "render", "exchange", "web")

READS = frozenset(
    (
        *("split", "rsplit", "splitlines", "partition", "rpartition", "find", "rfind"),
        *("startswith", "endswith", "removeprefix", "removesuffix", "translate"),
        *("match", "search", "fullmatch", "findall", "finditer", "sub", "subn"),
    )
)
"""Methods of texts and patterns that read a text; ``replace`` and ``index`` are looked at by their arguments."""

IDS = {"names", "needs", "options", "resource", "days"}
"""What holds ids: whether one is there is no search of a text."""

FORMAT = "the format of a file"
PAGE = "how a text is laid out: widths, line breaks, blanks that do not break, signs that a console lacks"
DIGITS = "digits, signs and dates of our own"
NAMES = "ids, names of columns, of files and of attributes"
DECLARED = "a list of names that the module itself declares"
OF_THE_FILE = "words of the protocol file, of a catalogue, of a form or of a person, which nobody here has made"
OTHERS = "what another program says"

ALL = ("*",)
"""All functions of a module that is about nothing else."""

ALLOWED = (
    ("report.calendars.activities_page", ("_width_of_cell", "_longest_run"), PAGE),
    ("report.calendars.changes", ("_compared", "_field_name", "_enum_words"), NAMES),
    ("report.calendars.participant_page", ("_whole_numbers",), OF_THE_FILE),
    ("report.messages.language", ALL, OF_THE_FILE),
    ("report.messages.source_quotes", ("marked_quote", "_mark"), OF_THE_FILE),
    ("report.messages.words", ("digits_as_read",), DIGITS),
    ("report.messages.workings", ("outcome",), DIGITS),
    ("report.sheets.check_sheet", ("CheckItem.is_exact",), DIGITS),
    ("report.sheets.sheet_page", ("unbroken",), PAGE),
    ("report.tables.formulas", ("is_formula",), FORMAT),
    ("report.tables.schemas", ("_columns", "<module>"), DECLARED),
    ("report.tables.table", ("Table.require_room",), DIGITS),
    ("render.activities_text", ("_escaped",), FORMAT),
    ("render.activities_text", ("activities_csv", "activities_json"), NAMES),
    ("render.activities_xlsx", ("_width",), PAGE),
    ("render.as_csv", ("_may_hold_formula", "quoted_cell"), FORMAT),
    ("render.as_html", ("whole_words",), PAGE),
    ("render.as_terminal", ("_column_width",), PAGE),
    ("render.as_xlsx", ("_Formats.of_text", "escaped"), FORMAT),
    ("render.as_xlsx", ("_RowSheet._cell", "is_exact"), DIGITS),
    ("render.console_text", ALL, PAGE),
    ("render.fonts", ("require",), NAMES),
    ("render.paper_html", ("_page_words",), OF_THE_FILE),
    ("render.pdf_joining", ALL, FORMAT),
    ("render.scratch", ("_is_left",), NAMES),
    ("render.sheet_room", ALL, PAGE),
    ("render.table_forms", ("_names",), DECLARED),
    ("render.table_forms", ("_unit_columns", "_unit_of_name", "_label"), NAMES),
    ("render.table_forms", ("_in_words",), DIGITS),
    ("render.typeset", ("_as_glyph_error",), OTHERS),
    ("render.whole_text", ALL, PAGE),
    ("render.workbook", ("set_pages", "cell_text"), FORMAT),
    ("render.worklist_text", ("_part",), PAGE),
    ("exchange.calendar_entries", ("_Writer._free_title",), OF_THE_FILE),
    ("exchange.calendar_event", ("FileEvent.content", "cancelled_title"), FORMAT),
    ("exchange.calendar_files", ("calendar_bytes",), FORMAT),
    ("exchange.csv_text", ("CsvText._quoted",), FORMAT),
    ("exchange.edc_visits", ("_oids", "_variables"), NAMES),
    ("exchange.fhir", ("_instant", "_entry"), FORMAT),
    ("exchange.fhir_plan", ("_action_id",), NAMES),
    ("exchange.findings", ("guarded_texts",), FORMAT),
    ("exchange.parts", ("file_names",), NAMES),
    ("exchange.previous_calendars", ALL, FORMAT),
    ("exchange.redcap_fields", ("require_name",), NAMES),
    ("exchange.redcap_names", ("predict_stem", "_with_minus_in_words"), NAMES),
    ("exchange.sdtm", ("_element_code",), NAMES),
    ("exchange.usdm", ("_version",), NAMES),
    ("exchange.usdm_doses", ("_administration",), NAMES),
    ("exchange.usdm_terms", ("epoch_term", "contact_term", "route_term"), OF_THE_FILE),
    ("exchange.usdm_terms", ("usdm_json",), FORMAT),
    ("exchange.usdm_timeline", ("_encounter",), OF_THE_FILE),
    ("web.months", ("DayMarks.cells", "short_code"), NAMES),
    ("web.pages.calendar", ("_months",), NAMES),
    ("web.pages.dose_fields", ("place_words",), NAMES),
    ("web.pages.everybody", ("show_everybody",), OF_THE_FILE),
    ("web.pages.first", ("look_around", "make_folder"), NAMES),
    ("web.pages.history", ("settle",), OF_THE_FILE),
    ("web.pages.printing", ("print_of_subject",), NAMES),
    ("web.pages.record", ("_saved", "_refused"), NAMES),
    ("web.pages.who", ("is_initials", "_own_path"), OF_THE_FILE),
    ("web.problems", ("may_show_files", "_shown", "_around"), OF_THE_FILE),
    ("web.shell", ("Door.opens", "<module>"), FORMAT),
    ("web.site", ("whole", "_is_hyphened"), PAGE),
    ("web.words", ("Speaker._date", "Speaker._argument", "_date_words"), DIGITS),
)
"""What may read a text: the module, its functions, and what the text is that they read."""


def reads_in(path: Path) -> Iterator[tuple[str, int]]:
    """The functions of a module that read a text, with the line; ``<module>`` outside of any."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from _reads(tree, "<module>")


def _reads(node: ast.AST, function: str) -> Iterator[tuple[str, int]]:
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef | ast.ClassDef) else function
        if isinstance(child, ast.FunctionDef) and isinstance(node, ast.ClassDef):
            inside = f"{function}.{child.name}"
        if (isinstance(child, ast.Call) and _is_read(child)) or (isinstance(child, ast.Compare) and _compares(child)):
            yield inside, child.lineno
        yield from _reads(child, inside)


def _is_read(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "replace":
        return len(call.args) > 1
    if call.func.attr in {"index", "rindex"}:
        return bool(call.args) and _is_text(call.args[0]) and not _is_of_ids(call.func.value)
    return call.func.attr in READS


def _compares(compare: ast.Compare) -> bool:
    """Whether a text is searched for another one, or is compared with a sentence."""
    sides = [compare.left, *compare.comparators]
    for operator, left, right in zip(compare.ops, sides[:-1], sides[1:], strict=True):
        if isinstance(operator, ast.In | ast.NotIn) and _is_text(left):
            if not (_is_of_ids(right) or isinstance(right, ast.Set | ast.Tuple | ast.List)):
                return True
        elif isinstance(operator, ast.Eq | ast.NotEq) and (_is_sentence(left) or _is_sentence(right)):
            return True
    return False


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))


def _is_sentence(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and " " in node.value.strip()
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"Msg", "plural"}


def _is_of_ids(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id in IDS) or (isinstance(node, ast.Attribute) and node.attr in IDS)


def modules() -> list[Path]:
    return [path for room in ROOMS for path in sorted((PACKAGE / room).rglob("*.py"))]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_module_reads_no_sentence_that_another_has_made(path: Path) -> None:
    name = name_of(path)
    allowed = {function for module, functions, _ in ALLOWED if module == name for function in functions}
    found = tuple(reads_in(path))
    if "*" not in allowed:
        assert [f"{path.name}:{line} in {function}" for function, line in found if function not in allowed] == []
        assert allowed - {function for function, _ in found} == set(), "what is allowed is there"
    assert found or not allowed


def test_every_module_of_the_list_is_there() -> None:
    assert {module for module, _, _ in ALLOWED} <= {name_of(path) for path in modules()}


@pytest.mark.parametrize(
    "line",
    [
        'note.startswith("closed day")',
        'text.split("; ")[0]',
        '"overdue" in row.what',
        'status == "not yet due"',
        'status == Msg("done")',
        're.search("missed", text)',
        'said.replace("days", "d")',
        "f'{a} b' in text",
    ],
)
def test_reading_of_a_sentence_is_found(line: str, tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(f"def words(text):\n    return {line}\n", encoding="utf-8")
    assert list(reads_in(tmp_path / "one.py")) == [("words", 2)]


@pytest.mark.parametrize("line", ["day.replace(day=1)", "ids.index(one)", '"visit" in names', 'kind in {"a b", "c"}'])
def test_what_reads_no_text_is_passed_over(line: str, tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(f"def words(text):\n    return {line}\n", encoding="utf-8")
    assert list(reads_in(tmp_path / "one.py")) == []
