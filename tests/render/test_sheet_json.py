"""Sheets as JSON: the same lines as on paper, exact values beside them."""

from __future__ import annotations

import json

from dosecal.render.sheet_json import sheets_json
from tests.render.sheets import SHEET

WHOLE = json.loads(sheets_json([SHEET, SHEET]))


def test_file_carries_protocol_program_and_day_once() -> None:
    assert {name: WHOLE[name] for name in WHOLE if name != "sheets"} == {
        "study": "ONC-101",
        "protocol_version": "1.0",
        "protocol_sha256": "0123456789ab",
        "program_version": "9.9.9",
        "as_of": "2026-11-25",
    }
    assert [(one["subject_id"], one["visit"], one["regimen"], one["dose_number"]) for one in WHOLE["sheets"]] == [
        ("007", "D1", "infusion", 1)
    ] * 2


def test_lines_have_their_kind_and_their_exact_value() -> None:
    lines = [line for section in WHOLE["sheets"][0]["sections"] for line in section["lines"]]
    assert [line["kind"] for line in lines] == [
        *("fact", "step", "step", "step", "table", "note", "note", "blank", "signature"),
    ]
    assert lines[0] == {
        "kind": "fact",
        "id": "dose",
        "name": "ordered dose",
        "text": "12.5 mg",
        "value": "12.5",
        "unit": "mg",
    }
    assert lines[4]["rows"] == [{"limit": "cap", "allowed": "at most 20 mg"}, {"limit": "floor", "allowed": ""}]
