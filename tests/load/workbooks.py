"""XLSX workbooks with one sheet, written by hand, so that each cell is of exactly the type that a test is about."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETS}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEETS}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_SHEETS}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="subjects" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    ),
}


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


def workbook(*rows: tuple[str, ...]) -> bytes:
    """A workbook with these rows of cells; an empty text leaves a cell out."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(f'<c r="{chr(65 + at)}{number}" {cell}</c>' for at, cell in enumerate(row) if cell)
        lines.append(f'<row r="{number}">{cells}</row>')
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in {**_PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return content.getvalue()
