"""In a blinded trial what tells arms lies apart, and visits are planned without it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from dosecal.app.study.new_study import new_study
from dosecal.app.study.recording import Said, preview_recording, record
from dosecal.app.study.recordings import Kind, Person, Recording, Role
from dosecal.app.study.settling import history_state
from dosecal.load.protocol.protocol_file import read_protocol
from dosecal.load.tables.subjects import shared_words
from dosecal.model.problems import ScheduleError
from tests.command_line import csv_rows_of, run, run_well
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

ARMS = "  active: {label: Active}\n  control: {label: Control}\n"
BLINDED = ARMS.replace("}", ", blinded_as: study treatment}")
PROTOCOL = protocol_text(regimen="dose: 10 mg").replace("blinding: open label\n", "").replace(ARMS, BLINDED)
MOMENT = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)
MG, JB = Person("MG", Role.COORDINATOR), Person("JB", Role.PHARMACIST)
DAY = ("--as-of", "2026-03-05")


def saved(trial: Path, kind: str, person: Person, /, **cells: str) -> None:
    record(trial, Recording(Kind(kind), cells), Said(person, "as it was", has_looked=True), MOMENT)


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study folder of a blinded trial with one subject, whose arm stands apart."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(PROTOCOL, encoding="utf-8")
    new_study("p.yaml", "trial", MOMENT)
    folder = tmp_path / "trial"
    saved(folder, "subject", MG, subject_id="001", arm="study treatment", start="2026-03-02")
    saved(folder, "arm", JB, subject_id="001", arm="active")
    return folder


def test_what_tells_arms_lies_apart_with_rights_and_a_history_of_its_own(trial: Path) -> None:
    apart = sorted(path.name for path in (trial / "unblinded").iterdir())
    assert apart == ["arms.csv", "containers.csv", "doses.csv", "history.jsonl", "levels.csv", "lots.csv"]
    assert (trial / "unblinded").stat().st_mode & 0o777 == 0o700
    assert not (trial / "lots.csv").exists()
    assert history_state(trial).holds
    assert history_state(trial, unblinded=True).holds


def test_nothing_outside_the_room_unblinds(trial: Path) -> None:
    saved(trial, "visit", MG, subject_id="001", visit="D1", date="2026-03-02", status="done")
    saved(trial, "dose", JB, subject_id="001", visit="D1", dose="10", unit="mg")
    for path in trial.iterdir():
        if path.is_file() and path.name != "protocol.yaml":
            content = path.read_text(encoding="utf-8")
            assert ("active" in content, "10,mg" in content) == (False, False), path.name


def test_visits_are_planned_without_the_room(trial: Path) -> None:
    whole = run_well("visits", trial, *DAY).stdout
    for path in (trial / "unblinded").iterdir():
        path.unlink()
    (trial / "unblinded").rmdir()
    assert run_well("visits", trial, *DAY).stdout == whole
    assert {row["arm"] for row in csv_rows_of(whole)} == {"study treatment"}


def test_doses_are_planned_with_the_arms_that_stand_apart(trial: Path) -> None:
    assert [row["arm"] for row in csv_rows_of(run_well("doses", trial).stdout)][:1] == ["active"]


def test_shared_words_are_no_arm_for_doses(trial: Path) -> None:
    (trial / "unblinded" / "arms.csv").write_text("subject_id,arm\n", encoding="utf-8")
    answer = run("doses", trial)
    assert (answer.exit_code, "C103" in answer.stderr) == (1, True)


def test_shared_words_are_none_where_an_anchor_is_a_dose() -> None:
    assert shared_words(read_protocol(PROTOCOL.encode(), "p.yaml")) == {"study treatment": 0}
    event = "  last: {label: last dose, is: last dose of infusion}\narms:\n"
    text = PROTOCOL.replace("arms:\n", event, 1).replace("arms: [active]", "arms: [active, control]")
    assert shared_words(read_protocol(text.encode(), "p.yaml")) == {}


def test_dose_stands_in_the_row_of_its_visit_for_whom_is_unblinded(trial: Path) -> None:
    saved(trial, "visit", MG, subject_id="001", visit="D1", date="2026-03-02", status="done")
    saved(trial, "dose", JB, subject_id="001", visit="D1", dose="12", unit="mg")
    rows = csv_rows_of(run_well("deviations", trial, "--unblinded", *DAY).stdout)
    assert [row["actual"] for row in rows if row["visit"] == "D1"] == ["12 mg"]
    assert "12 mg" not in run_well("deviations", trial, *DAY).stdout


def test_coordinator_records_no_dose_of_a_blinded_trial(trial: Path) -> None:
    dose = Recording(Kind.DOSE, {"subject_id": "001", "visit": "D1", "dose": "10", "unit": "mg"})
    with pytest.raises(ScheduleError, match="L091"):
        record(trial, dose, Said(MG, has_looked=True), MOMENT)


def test_preview_of_a_blinded_person_says_no_dose(trial: Path) -> None:
    late = Recording(Kind.VISIT, {"subject_id": "001", "visit": "D1", "date": "2026-03-05", "status": "done"})
    shown = repr(preview_recording(trial, late, date(2026, 3, 5)).consequences)
    assert ("active" in shown, "10 mg" in shown) == (False, False)


def test_balances_tell_arms_and_ask_for_the_flag(trial: Path) -> None:
    answer = run("history", trial, "--balances")
    assert (answer.exit_code, "L092" in answer.stderr) == (1, True)
    run_well("history", trial, "--balances", "--unblinded", "--format", "csv")


def test_history_without_the_flag_shows_the_folder_alone(trial: Path) -> None:
    shown = run_well("history", trial, "--format", "csv").stdout
    assert ("arm=study treatment" in shown or "arm=hidden" in shown, "active" in shown) == (True, False)
    assert "arm=active" in run_well("history", trial, "--unblinded", "--format", "csv").stdout


def test_printed_worksheet_is_noted_among_what_tells_arms(trial: Path) -> None:
    before = (trial / "history.jsonl").read_bytes()
    run_well("worksheet", trial, "--subject", "001", "--visit", "D1", "--by", "JB", *DAY)
    assert (trial / "history.jsonl").read_bytes() == before
    held = Recording(Kind.VISIT, {"subject_id": "001", "visit": "D1", "date": "2026-03-03", "status": "done"})
    said = [
        [str(one.text) for one in found.consequences.looks if one.kind.value == "printed"]
        for found in (preview_recording(trial, held, MOMENT.date(), unblinded=is_told) for is_told in (False, True))
    ]
    assert [len(texts) for texts in said] == [0, 1]
