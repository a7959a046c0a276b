"""Workbooks, as two readers have them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, cast

import openpyxl
import python_calamine

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


def sheet_of(content: bytes, name: str) -> Worksheet:
    """A sheet of a workbook, with its cells and their formats."""
    return cast("Worksheet", openpyxl.load_workbook(io.BytesIO(content))[name])


def values_of(content: bytes, name: str) -> list[list[Any]]:
    """The values of a sheet, as the other reader has them; an empty cell is an empty text."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return cast("list[list[Any]]", book.get_sheet_by_name(name).to_python())
