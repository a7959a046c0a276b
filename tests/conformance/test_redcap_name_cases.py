"""Published names that REDCap gave to events, predicted through the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run_well
from tests.conformance.test_visit_cases import CASES
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [case for case in CASES.values() if case["kind"] == "redcap_unique_event_name"]


def test_all_four_cases_are_answered() -> None:
    assert len(NAMES) == 4
    assert not any(case["peer_quirk"] for case in NAMES)


@pytest.mark.parametrize("case", NAMES, ids=lambda case: str(case["id"]))
def test_name_is_the_one_that_redcap_gave(case: dict[str, dict[str, str]], tmp_path: Path) -> None:
    text = protocol_text(visits=f"D8: {{label: {case['input']['event_name']}}}")
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    run_well("export", tmp_path / "protocol.yaml", "--to", "redcap", "-o", f"{tmp_path / 'out'}/")
    rows = csv_rows_of((tmp_path / "out" / "redcap-predicted-names.csv").read_text(encoding="utf-8"))
    row = next(row for row in rows if row["arm_num"] == str(case["input"]["arm_num"]))
    assert row["event_name"] == case["input"]["event_name"]
    assert (row["predicted_unique_event_name"], row["certain"]) == (case["expected"]["unique_event_name"], "yes")
