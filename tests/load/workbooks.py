"""XLSX workbooks, written by hand, so that each cell is of exactly the type that a test is about."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'


def text_cell(text: str) -> str:
    """A cell of text."""
    return f't="inlineStr"><is><t>{escape(text)}</t></is>'


def number_cell(number: str) -> str:
    """A cell with a number, in the digits of the file."""
    return f"><v>{number}</v>"


def date_cell(days: str) -> str:
    """A cell with a date, as a spreadsheet holds it: days since 1899-12-30, shown as a date."""
    return f's="1"><v>{days}</v>'


def truth_cell(digit: str) -> str:
    """A cell with a truth value, 1 or 0."""
    return f't="b"><v>{digit}</v>'


def error_cell(error: str) -> str:
    """A cell whose formula failed."""
    return f't="e"><v>{error}</v>'


def formula_cell(result: str = "", kind: str = "n") -> str:
    """A cell with a formula and its stored result, if any."""
    return f't="{kind}"><f>A1</f>' + (f"<v>{result}</v>" if result else "")


def styled_cell(number: str, style: int) -> str:
    """A cell with a number in a style."""
    return f's="{style}"><v>{number}</v>'


def sheet_xml(*rows: tuple[str, ...], before: str = "", after: str = "", hidden: tuple[int, ...] = ()) -> str:
    """A sheet with these rows of cells; an empty text leaves a cell out.

    Args:
        rows: The rows from the first on.
        before: What stands before them, such as columns.
        after: What stands after them, such as merged cells.
        hidden: The numbers of rows that are hidden.
    """
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(f'<c r="{chr(65 + at)}{number}" {cell}</c>' for at, cell in enumerate(row) if cell)
        hides = ' hidden="1"' if number in hidden else ""
        lines.append(f'<row r="{number}"{hides}>{cells}</row>')
    return f'<worksheet xmlns="{_MAIN}">{before}<sheetData>{"".join(lines)}</sheetData>{after}</worksheet>'


def merged_xml(*ranges: str) -> str:
    """Merged cells, such as ``A2:A3``."""
    cells = "".join(f'<mergeCell ref="{one}"/>' for one in ranges)
    return f"<mergeCells>{cells}</mergeCells>"


def formats_xml(*codes: str, fonts: str = "<fonts><font/></fonts>", font: int = 0) -> str:
    """Styles of which style n shows numbers by the n-th code, counted from 1, in a font."""
    formats = "".join(
        f'<numFmt numFmtId="{164 + at}" formatCode="{escape(code, _QUOTE)}"/>' for at, code in enumerate(codes)
    )
    pairs = "".join(f'<xf numFmtId="{164 + at}" fontId="{font}"/>' for at in range(len(codes)))
    return (
        f'<styleSheet xmlns="{_MAIN}"><numFmts>{formats}</numFmts>{fonts}'
        f'<cellXfs><xf numFmtId="0"/>{pairs}</cellXfs></styleSheet>'
    )


_QUOTE = {'"': "&quot;"}


def book(
    sheets: Mapping[str, str],
    *,
    hidden: Mapping[str, str] | None = None,
    styles: str = _STYLES,
    strings: str = "",
    more: str = "",
) -> bytes:
    """A workbook with these sheets by name.

    Args:
        sheets: Their XML.
        hidden: The state of each sheet that is not shown: ``hidden`` or ``veryHidden``.
        styles: The XML of the styles.
        strings: The XML of the shared texts, ``<si>`` by ``<si>``.
        more: What else stands in the workbook part, such as its settings.
    """
    names = "".join(
        f'<sheet name="{escape(name, _QUOTE)}" sheetId="{at}" r:id="r{at}"'
        + (f' state="{hidden[name]}"' if hidden and name in hidden else "")
        + "/>"
        for at, name in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="r{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETS}.sheet.main+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{more}<sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
            f'<Relationship Id="s" Type="{_OFFICE}/styles" Target="styles.xml"/>'
            f'<Relationship Id="t" Type="{_OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>'
        ),
        "xl/styles.xml": styles,
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{strings}</sst>',
        **{f"xl/worksheets/sheet{at}.xml": text for at, text in enumerate(sheets.values(), 1)},
    }
    return archive({name: f'<?xml version="1.0" encoding="UTF-8"?>{text}' for name, text in parts.items()})


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip archive with these parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, text in parts.items():
            whole.writestr(name, text)
    return content.getvalue()


def workbook(*rows: tuple[str, ...]) -> bytes:
    """A workbook of one sheet with these rows of cells; an empty text leaves a cell out."""
    return book({"subjects": sheet_xml(*rows)})
