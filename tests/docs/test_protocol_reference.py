"""The reference names every column of the tables, with its kind."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from dosecal.app.cohort.frames import plan

ROOT = Path(__file__).resolve().parent.parent.parent
REFERENCE = ROOT / "docs" / "reference"
KINDS = {
    "string": "text",
    "Int64": "whole number",
    "decimal128(38, 18)[pyarrow]": "decimal",
    "date32[day][pyarrow]": "date",
}

_SECTION = re.compile(r"^#{2,3} (.+?)\n(.*?)(?=^#{2,3} |\Z)", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| `(\w+)` \| (.+) \|$", re.MULTILINE)


def test_every_column_of_the_tables_has_its_row_with_its_kind() -> None:
    text = (REFERENCE / "tables.md").read_text(encoding="utf-8")
    sections = {title: dict(_ROW.findall(body)) for title, body in _SECTION.findall(text)}
    subjects = pd.DataFrame({"subject_id": ["1"], "arm": ["msc"], "start": ["2026-03-02"], "weight_kg": ["70"]})
    subjects["birth_date"] = "1970-05-01"
    for name, frame in plan("NCT04611256", subjects)._asdict().items():
        kinds = [(column, KINDS[str(dtype)]) for column, dtype in frame.dtypes.items()]
        assert [(column, rest.split(" | ")[0]) for column, rest in sections[name].items()] == kinds
