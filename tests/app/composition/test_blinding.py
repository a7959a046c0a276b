"""Who may see what of a blinded trial, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dosecal.app.protocol.show import load_shown
from tests.command_line import run
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "blinding: open label\n"
ARMS = "  active: {label: Active}\n  control: {label: Control}\n"
BLINDED = ARMS.replace("}", ", blinded_as: study treatment}")


def codes_of(folder: Path, arms: str, *, unblinded: bool) -> list[str]:
    path = folder / "protocol.yaml"
    path.write_text(protocol_text().replace(HEAD, "").replace(ARMS, arms), encoding="utf-8")
    return [warning.code for warning in load_shown(str(path), None, unblinded=unblinded)[1]]


@pytest.mark.parametrize(
    ("arms", "unblinded", "codes"),
    [
        (BLINDED, True, ["W021"]),
        (BLINDED, False, []),
        (ARMS, False, ["W022"]),
    ],
)
def test_what_unblinds_and_a_file_that_is_silent_are_said(
    arms: str, codes: list[str], tmp_path: Path, *, unblinded: bool
) -> None:
    assert codes_of(tmp_path, arms, unblinded=unblinded) == codes


@pytest.mark.parametrize("arms", [BLINDED, ARMS])
def test_record_of_a_dose_tells_a_blinded_reader_no_arm(
    arms: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    protocol = protocol_text(regimen="dose: 10 mg").replace(HEAD, "").replace(ARMS, arms)
    (tmp_path / "p.yaml").write_text(protocol, encoding="utf-8")
    (tmp_path / "s.csv").write_text("subject_id,arm,start\n001,active,2026-03-02\n002,control,2026-03-02\n")
    head, rest = "subject_id,visit,date,status,dose,unit\n", ",D1,2026-03-02,done,10,mg\n"
    (tmp_path / "a.csv").write_text(f"{head}001{rest}002{rest}")
    asked = ("p.yaml", "s.csv", "--actuals", "a.csv", "--as-of", "2026-03-03")
    for command in ("visits", "deviations", "today"):
        answer = run(command, *asked)
        assert (answer.exit_code, "C316" in answer.stderr) == (0, False), command
    answer = run("deviations", *asked, "--unblinded")  # who may know is told that 002 has no dose there
    assert (answer.exit_code, "a.csv:3: regimen" in answer.stderr) == (1, True)
