"""An export makes its files from the plan, parts them by subject where that is asked, and writes them together."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from dosecal.app.composition.inputs import Inputs
from dosecal.app.export import ExportRequest, write_export
from dosecal.exchange.mapped_csv import make_mapped_csv
from dosecal.exchange.preset import Exported, ExportFile, ExportInput, Preset
from dosecal.model.problems import OutputError, Problem, Source
from tests.example_protocols import protocol_of, protocol_text
from tests.followed import files

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = date(2026, 3, 9)


def make_two(export: ExportInput) -> Exported:
    """Two files that name the subjects, and a finding."""
    ids = ",".join(view.subject for view in export.views)
    made = (ExportFile("main.txt", f"{export.protocol.study} {ids}".encode()), ExportFile("names.txt", b"names"))
    return Exported(made, (Problem(Source("main.txt"), "W104", "", "a finding"),))


OF_SUBJECTS = Preset("two", "two files", needs_subjects=True, make=make_two)
OF_PROTOCOL = Preset("two", "two files", needs_subjects=False, make=make_two)


def request(folder: Path, target: Preset, output: str | None, per: str = "") -> ExportRequest:
    protocol, subjects, *_ = files(folder, visits="D1: {}", subjects="1,control,2026-03-02\n2,control,2026-03-02")
    inputs = Inputs(protocols=(str(protocol),), subjects=str(subjects) if target.needs_subjects else "", as_of=AS_OF)
    return ExportRequest(inputs=inputs, target=target, options={}, output=output, per=per)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_several_files_come_into_a_folder(tmp_path: Path) -> None:
    outcome = write_export(request(tmp_path, OF_SUBJECTS, str(tmp_path / "out")))
    assert contents(tmp_path / "out") == {"main.txt": b"TEST-1 1,2", "names.txt": b"names"}
    assert outcome.documents == 2
    assert [str(one) for one in outcome.warnings] == ["main.txt: a finding [W104]"]


def test_several_files_are_not_for_standard_output(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        write_export(request(tmp_path, OF_SUBJECTS, None))
    assert str(caught.value) == (
        "<stdout>: expected a folder for several files, got none: main.txt, names.txt (name one with -o) [O008]"
    )


def test_files_of_each_subject_are_named_by_it_and_a_finding_is_told_once(tmp_path: Path) -> None:
    outcome = write_export(request(tmp_path, OF_SUBJECTS, str(tmp_path / "out"), per="subject"))
    assert contents(tmp_path / "out") == {
        "1-main.txt": b"TEST-1 1",
        "1-names.txt": b"names",
        "2-main.txt": b"TEST-1 2",
        "2-names.txt": b"names",
    }
    assert len(outcome.warnings) == 1


def test_target_of_the_protocol_alone_is_handed_no_subjects(tmp_path: Path) -> None:
    outcome = write_export(request(tmp_path, OF_PROTOCOL, str(tmp_path / "out")))
    assert (tmp_path / "out" / "main.txt").read_bytes() == b"TEST-1 "
    assert (outcome.subjects, outcome.is_written) == (0, True)


def test_mapped_table_is_not_made_without_a_mapping() -> None:
    with pytest.raises(ValueError, match="a mapping is needed"):
        make_mapped_csv(ExportInput(protocol_of(protocol_text()), (), "0", AS_OF))
