"""No text of a file steers a terminal, turns the direction of writing, or forges a line of ours."""

from __future__ import annotations

import io
import sys
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dosecal.app.dose.one_dose import DoseRequest, work_doses
from dosecal.app.files.output import open_output
from dosecal.app.files.table_rows import write_rows
from dosecal.app.options.speech import say, tell
from dosecal.model.struct import replace
from dosecal.render.activities_terminal import activities_terminal
from dosecal.render.activities_text import activities_markdown
from dosecal.render.as_terminal import table_terminal
from dosecal.render.sinks import CsvSink
from dosecal.report.calendars.activities import schedule_of_activities
from dosecal.report.sheets.worksheet import working_text
from dosecal.report.tables.columns import listed
from dosecal.report.tables.table import Table
from tests.example_protocols import protocol_of, protocol_text

if TYPE_CHECKING:
    from pathlib import Path

    from dosecal.model.protocol import Protocol

FORGED = "A trial\n  ordered dose     999 mg\x1b[1A\u202e\u200b"
SHOWN = "A trial\\n  ordered dose     999 mg\\u001b[1A\\u202e\\u200b"


@pytest.fixture
def protocol() -> Protocol:
    """A trial whose title would forge a line, if it could."""
    return replace(protocol_of(protocol_text(regimen="dose: 1 mg/kg")), title=FORGED)


def test_title_forges_no_line_of_a_dose(protocol: Protocol) -> None:
    workings = work_doses(protocol, DoseRequest("active", Fraction(70)))
    lines = working_text(workings, protocol, "made by a test").splitlines()
    assert lines[1] == SHOWN
    assert [line.split()[2] for line in lines if line.startswith("  ordered dose")] == ["70"]


def test_title_forges_no_line_of_a_schedule_of_activities(protocol: Protocol) -> None:
    activities = schedule_of_activities(protocol)
    for text in (activities_terminal(activities, "made by a test", 200), activities_markdown(activities, "")):
        assert "\n  ordered dose" not in text
        assert not {"\x1b", "\u202e", "\u200b"} & set(text)
    assert SHOWN in activities_terminal(activities, "made by a test", 200).splitlines()


def test_cell_of_a_table_stays_on_its_row_and_steers_nothing() -> None:
    table = Table("small", 2, (listed("site", [f"01{FORGED}", "02"]), listed("dose", ["1 mg", "2 mg"])))
    text = table_terminal(table, 120)
    assert f"01{SHOWN}" in text
    assert len(text.splitlines()) == len(
        table_terminal(Table("small", 2, (listed("site", ["1", "2"]),)), 120).splitlines()
    )


def test_cell_of_csv_forges_no_row_on_a_terminal_and_is_whole_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table("small", 1, (listed("site", ["01\n02,999 mg"]),))
    for is_terminal, line in ((True, b'"01\\n02,999 mg"\n'), (False, b'"01\n02,999 mg"\n')):
        monkeypatch.setattr(sys.stdout, "isatty", lambda is_terminal=is_terminal: is_terminal)
        stream = io.BytesIO()
        write_rows(CsvSink(stream, bom=False), table, None)
        assert stream.getvalue() == b"site\n" + line


def test_text_for_people_is_shown_in_a_file_too(tmp_path: Path) -> None:
    for for_people, content in ((True, "01\\u001b[2J\n"), (False, "01\x1b[2J\n")):
        with open_output(str(tmp_path / f"{for_people}.txt"), force=False, for_people=for_people) as stream:
            stream.write(b"01\x1b[2J\n")
        assert (tmp_path / f"{for_people}.txt").read_text(encoding="utf-8") == content


def test_talk_stands_on_one_line_and_what_is_told_steers_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"warning: {FORGED}")
    tell("one\ntwo\x1b[2J")
    captured = capsys.readouterr()
    assert captured.err == f"warning: {SHOWN}\n"
    assert captured.out == "one\ntwo\\u001b[2J\n"
