"""What happened is recorded by the loader's own rules, looked at before, and saved as it was looked at."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from dosecal.app.study.entries import Printed, note_printed
from dosecal.app.study.recording import (
    Preview,
    Receipt,
    Said,
    preview_recording,
    record,
)
from dosecal.app.study.recordings import LEDGERS, Kind, Person, Recording, Role
from dosecal.app.study.saving import history_of
from dosecal.app.study.settling import explain, history_state
from dosecal.model.problems import OutputError, ScheduleError
from tests.command_line import csv_rows_of, run, run_well
from tests.example_products import product_text

if TYPE_CHECKING:
    from pathlib import Path

MOMENT = datetime(2026, 3, 12, 8, 12, tzinfo=UTC)
VISITS = """\
  D1: {window: ±1 day}
  D8: {days: 7, after: D1, counted_from: actual, window: ±1 day}
  D15: {window: ±2 days}
"""
PROTOCOL = (
    "blinding: open label\n"
    + product_text(
        "container: {called: vial, content: 25 million cells, volume: 3.8 mL}",
        "dose: 50 million cells\ntolerance: ±5 % of the ordered dose",
        ("D1", "D8"),
    ).split("visits:\n  D1")[0]
    + "visits:\n"
    + VISITS
)
# D1 is aimed at 2 March; D8 is counted from the day on which D1 was held; D15 is 16 March whatever happens
FILES = {
    "protocol.yaml": PROTOCOL,
    "subjects.csv": "subject_id,arm,start,ward\r\n001,active,2026-03-02,B\r\n002,active,2026-03-04,C\r\n",
    "actuals.csv": '"subject_id","visit","date","status","dose","unit","note","reason"\n',
    "lots.csv": "product,lot,container,content,unit,volume_ml,expires\n"
    + "".join(f"drug,L,{place},25000000,cells,3.8,2026-03-{20 + place}\n" for place in range(1, 8)),
    "containers.csv": "date,lot,container,what,left,unit,subject_id,visit,by,witness\n",
}
MG, JB = Person("MG", Role.COORDINATOR), Person("JB", Role.PHARMACIST)


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """A study folder of two subjects with two doses of two vials each, and seven vials."""
    for name, text in FILES.items():
        (tmp_path / name).write_bytes(text.encode())
    return tmp_path


def what(kind: str, corrects: int | None = None, **cells: str) -> Recording:
    return Recording(Kind(kind), cells, corrects)


HELD = what("visit", subject_id="001", visit="D1", date="2026-03-03", status="done")
D1_MISSED = what("visit", subject_id="001", visit="D1", status="missed")


def previewed(trial: Path, recording: Recording, day: str = "2026-03-12") -> Preview:
    return preview_recording(trial, recording, date.fromisoformat(day))


def saved(trial: Path, recording: Recording, person: Person = MG, reason: str = "") -> Receipt:
    return record(trial, recording, Said(person, reason, has_looked=True), MOMENT)


def codes_of(error: pytest.ExceptionInfo[ScheduleError]) -> list[tuple[str, str]]:
    return [(one.code, one.subject) for one in error.value.problems]


def looks(preview: Preview) -> list[tuple[str, str, str]]:
    return [(one.kind.value, f"{one.subject} {one.visit}", str(one.text)) for one in preview.consequences.looks]


def test_preview_says_what_moves_and_why_and_writes_nothing(trial: Path) -> None:
    found = previewed(trial, HELD).consequences
    moved = [(one.visit, one.was, one.becomes, str(one.why)) for one in found.moved]
    assert moved == [
        ("D1", "2026-03-02", "2026-03-03", "recorded here"),
        ("D8", "2026-03-09", "2026-03-10", "counted from D1"),
    ]
    assert found.stays == 4
    assert sorted(path.name for path in trial.iterdir()) == sorted(FILES)


def test_preview_says_which_doses_change_their_day(trial: Path) -> None:
    assert ("dose", "001 D8", "its dose is on 2026-03-10: look at product, weight and expiry again") in looks(
        previewed(trial, HELD)
    )


def test_preview_is_the_plan_after_saving(trial: Path) -> None:
    preview = previewed(trial, HELD)
    saved(trial, HELD)
    rows = csv_rows_of(run_well("visits", trial, "--as-of", "2026-03-12").stdout)
    planned = {(row["subject_id"], row["visit"]): row["actual_date"] or row["planned_date"] for row in rows}
    assert all(planned[one.subject, one.visit] == one.becomes for one in preview.consequences.moved)


def test_row_and_entry_are_written_and_every_other_byte_stays(trial: Path) -> None:
    entry = saved(trial, HELD).entry
    row = b'"001","D1","2026-03-03","done","","","",""\n'
    assert (trial / "actuals.csv").read_bytes() == FILES["actuals.csv"].encode() + row
    assert (entry.n, entry.by, entry.role, entry.kind, entry.subject, entry.visit) == (
        2,
        "MG",
        "coordinator",
        "visit",
        "001",
        "D1",
    )
    assert (entry.before, (entry.after or {})["status"], entry.file) == (None, "done", "actuals.csv")
    assert history_state(trial).holds
    assert [one.kind for one in history_of(trial).entries] == ["begun", "visit"]


def test_new_subject_keeps_the_columns_that_nobody_asked_for(trial: Path) -> None:
    saved(trial, what("subject", subject_id="003", arm="active", start="2026-03-10"))
    assert (trial / "subjects.csv").read_bytes() == FILES["subjects.csv"].encode() + b"003,active,2026-03-10,\r\n"


def test_late_visit_needs_a_reason_and_a_broken_window_is_said(trial: Path) -> None:
    late = what("visit", subject_id="001", visit="D1", date="2026-03-05", status="done")
    preview = previewed(trial, late)
    assert [str(why) for why in preview.needs_reason] == ["the visit is off its day"]
    assert [look[1] for look in looks(preview) if look[0] == "broken" and "after its window" in look[2]] == ["001 D1"]
    with pytest.raises(ScheduleError) as refused:
        saved(trial, late)
    assert codes_of(refused) == [("L090", "reason")]
    assert saved(trial, late, reason="snow").entry.reason == "snow"


@pytest.mark.parametrize("status", ["missed", "cancelled"])
def test_visit_that_was_not_held_needs_a_reason(status: str, trial: Path) -> None:
    preview = previewed(trial, what("visit", subject_id="001", visit="D1", status=status))
    assert "the visit was not held" in [str(why) for why in preview.needs_reason]


def test_dose_other_than_the_ordered_one_needs_a_reason(trial: Path) -> None:
    given = what("dose", subject_id="001", visit="D1", date="2026-03-02", dose="40000000", unit="cells")
    assert [str(why) for why in previewed(trial, given).needs_reason] == ["the dose differs from what was ordered"]
    assert previewed(trial, Recording(Kind.DOSE, {**given.cells, "dose": "50000000"})).needs_reason == ()


def test_dose_goes_on_with_the_row_of_its_visit_and_is_no_correction(trial: Path) -> None:
    saved(trial, what("visit", subject_id="001", visit="D1", date="2026-03-02", status="done"))
    given = what("dose", subject_id="001", visit="D1", dose="50000000", unit="cells")
    entry = saved(trial, given, JB).entry
    assert (trial / "actuals.csv").read_bytes().endswith(b'"001","D1","2026-03-02","done","50000000","cells","",""\n')
    assert (entry.corrects, (entry.before or {})["dose"]) == (2, "")


def test_booking_goes_on_to_a_held_visit_and_is_no_correction(trial: Path) -> None:
    saved(trial, what("visit", subject_id="001", visit="D15", date="2026-03-17", status="planned"))
    held = what("visit", subject_id="001", visit="D15", date="2026-03-12", status="done")
    assert not previewed(trial, held).change.is_correction


def test_correction_changes_the_row_needs_a_reason_and_keeps_what_it_said(trial: Path) -> None:
    saved(trial, HELD)
    right = what("visit", subject_id="001", visit="D1", date="2026-03-02", status="done")
    assert [str(why) for why in previewed(trial, right).needs_reason] == ["it corrects what is recorded"]
    entry = saved(trial, right, reason="misread").entry
    assert ((entry.before or {})["date"], (entry.after or {})["date"], entry.corrects) == (
        "2026-03-03",
        "2026-03-02",
        2,
    )
    assert (trial / "actuals.csv").read_bytes().count(b"\n") == 2


def test_row_of_the_wrong_subject_is_put_right_by_its_entry(trial: Path) -> None:
    saved(trial, HELD)
    right = what("visit", 2, subject_id="002", visit="D1", date="2026-03-03", status="done")
    saved(trial, right, reason="the other one")
    assert b'"001"' not in (trial / "actuals.csv").read_bytes()
    assert b'"002","D1"' in (trial / "actuals.csv").read_bytes()


def test_ending_cancels_what_is_to_come(trial: Path) -> None:
    end = what("end", subject_id="001", visit="off_study", date="2026-03-11")
    assert ("broken", "001 D15", "is missed or cancelled then") in looks(previewed(trial, end))
    saved(trial, end, reason="moved")
    assert b'"001","off_study","2026-03-11","done"' in (trial / "actuals.csv").read_bytes()


def test_lost_container_leaves_a_dose_uncovered(trial: Path) -> None:
    lost = what("container", date="2026-03-01", lot="L", container="1", what="lost")
    said = [look for look in looks(previewed(trial, lost)) if look[0] == "lots"]
    assert any("the lots do not cover its dose" in text or "its dose gets" in text for _, _, text in said)
    assert saved(trial, lost, JB).entry.file == "containers.csv"


def test_weight_and_level_and_lot_are_new_rows_of_new_files(trial: Path) -> None:
    saved(trial, what("weight", subject_id="001", date="2026-03-03", weight_kg="70.5", method="measured"))
    assert (trial / "weights.csv").read_text() == "subject_id,date,weight_kg,method\n001,2026-03-03,70.5,measured\n"
    lot = what("lot", product="drug", lot="L", container="9", content="25000000", unit="cells")
    saved(trial, lot, JB)
    assert (trial / "lots.csv").read_text().endswith("\ndrug,L,9,25000000,cells,,\n")
    assert history_state(trial).holds


@pytest.mark.parametrize(
    ("recording", "code"),
    [
        (what("visit", subject_id="009", visit="D1", date="2026-03-02", status="done"), "C317"),
        (what("visit", subject_id="001", visit="D9", date="2026-03-02", status="done"), "C315"),
        (what("visit", subject_id="001", visit="D1", date="02/03/2026", status="done"), "C104"),
        (what("visit", subject_id="001", visit="D1", date="2026-03-02", status="held"), "C310"),
        (what("visit", subject_id="001", visit="D1", date="2026-03-13", status="done"), "L092"),
        (what("weight", subject_id="001", date="2026-03-02", weight_kg="70,5"), "C105"),
        (what("weight", subject_id="009", date="2026-03-02", weight_kg="70"), "C201"),
        (what("container", date="2026-03-01", lot="L", container="77", what="lost"), "C133"),
        (what("subject", subject_id="003", arm="other", start="2026-03-02"), "C103"),
        (what("dose", subject_id="001", visit="D1", dose="50", unit="cells"), "C311"),
        (what("visit", subject_id="001", visit="D1", date="2026-03-02", status="done", colour="red"), "O052"),
        (what("visit", subject_id="001", visit="D1", date="2026-03-02", status="done", note="=1+1"), "O050"),
        (what("visit", subject_id="001"), "L090"),
        (what("visit", subject_id="001", visit="off_study", status="done", date="2026-03-02"), "L092"),
        (what("end", subject_id="001", visit="D1", date="2026-03-02"), "L092"),
        (what("visit", 44, subject_id="001", visit="D1", status="missed"), "L092"),
    ],
)
def test_what_a_reader_refuses_is_refused_before_anything_is_written(
    recording: Recording, code: str, trial: Path
) -> None:
    with pytest.raises(ScheduleError) as refused:
        saved(trial, recording, JB if recording.kind in {Kind.CONTAINER, Kind.DOSE} else MG, "x")
    assert code in [one for one, _ in codes_of(refused)]
    assert {name: (trial / name).read_bytes().decode() for name in FILES} == FILES


def test_row_that_mends_a_file_can_be_recorded(trial: Path) -> None:
    bad = FILES["actuals.csv"] + '"001","D1","2026-03-03","held","","","",""\n'
    (trial / "actuals.csv").write_text(bad, encoding="utf-8")
    assert looks(previewed(trial, HELD))[0][2] == "the files could not be planned before, and can be with this row"


def test_same_row_again_is_refused(trial: Path) -> None:
    saved(trial, HELD)
    with pytest.raises(ScheduleError, match="does not say yet"):
        saved(trial, HELD)


def test_initials_a_role_and_a_look_are_needed_each_at_its_field(trial: Path) -> None:
    with pytest.raises(ScheduleError) as refused:
        record(trial, HELD, Said(Person(" ", Role.MONITOR)), MOMENT)
    assert codes_of(refused) == [("L090", "by"), ("L091", "role"), ("L090", "looked")]


def test_monitor_records_nothing() -> None:
    assert [kind for kind, ledger in LEDGERS.items() if Role.MONITOR in ledger.roles] == []


@pytest.mark.parametrize(
    "name", ["protocol.yaml", "subjects.csv", "lots.csv", "actuals.csv", "study.yaml", "weights.csv"]
)
def test_file_that_was_changed_after_the_preview_is_a_conflict(name: str, trial: Path) -> None:
    preview = previewed(trial, HELD)
    path = trial / name
    new = {"study.yaml": "# x\n", "weights.csv": "subject_id,date,weight_kg\n001,2026-03-01,70\n"}
    lines = {
        "actuals.csv": '"002","D1","2026-03-04","done","","","",""\n',
        "subjects.csv": "003,active,2026-03-02,\r\n",
    }
    content = (path.read_bytes() if path.exists() else b"") + (new | lines).get(name, "\n").encode()
    path.write_bytes(content)
    with pytest.raises(OutputError) as refused:
        record(trial, HELD, Said(MG, has_looked=True), MOMENT, seen=preview)
    assert [(one.code, one.source.file.rsplit("/", 1)[-1]) for one in refused.value.problems] == [("O054", name)]
    assert path.read_bytes() == content


def test_another_day_than_that_of_the_preview_is_a_conflict(trial: Path) -> None:
    preview = previewed(trial, HELD, "2026-03-11")
    with pytest.raises(OutputError, match="O054"):
        record(trial, HELD, Said(MG, has_looked=True), MOMENT, seen=preview)


def test_second_click_shows_the_first_receipt_and_writes_nothing(trial: Path) -> None:
    preview = previewed(trial, HELD)
    first, second = (record(trial, HELD, Said(MG, has_looked=True), MOMENT, seen=preview) for _ in range(2))
    assert (first.is_repeat, second.is_repeat, second.entry) == (False, True, first.entry)
    assert len(history_of(trial).entries) == 2


def test_what_was_printed_is_said_when_it_is_not_true_any_more(trial: Path) -> None:
    for subject in ("001", "002"):
        note_printed(trial, Printed("the calendar", subject), MG, MOMENT)
    said = [look for look in looks(previewed(trial, HELD)) if look[0] == "printed"]
    assert said == [("printed", "001 ", "the calendar was printed on 2026-03-12: print it again")]


def test_change_from_outside_is_said_and_explained(trial: Path) -> None:
    saved(trial, HELD)
    with (trial / "actuals.csv").open("ab") as actuals:
        actuals.write(b'"002","D1","2026-03-04","done","","","",""\n')
    receipt = saved(trial, what("weight", subject_id="001", date="2026-03-03", weight_kg="70"))
    assert [one.code for one in receipt.warnings] == ["W070"]
    assert not history_state(trial).holds
    explain(trial, "actuals.csv", "typed in by hand", MG, MOMENT)
    assert history_state(trial).holds


def test_closed_day_is_said(trial: Path) -> None:
    (trial / "sites.yaml").write_text("sites:\n  S1: {country: none stated, weekend: [Saturday, Sunday]}\n")
    (trial / "subjects.csv").write_text("subject_id,arm,start,site\n001,active,2026-03-02,S1\n")
    booked = what("visit", subject_id="001", visit="D15", date="2026-03-15", status="planned")
    said = [look for look in looks(previewed(trial, booked)) if look[0] == "closed day"]
    assert [(who, "Sunday" in text) for _, who, text in said] == [("001 D15", True)]


def test_command_shows_and_writes_nothing_without_a_yes(trial: Path) -> None:
    asked = ("record", trial, "visit", "--subject", "001", "--visit", "D15", "status=planned", "--date", "2026-03-16")
    for more in ((), ("--dry-run",), ("--dry-run", "--yes")):
        answer = run_well(*asked, "--by", "MG", *more)
        assert ("D15" in answer.stdout, "nothing was written" in answer.stderr) == (True, True)
    assert not (trial / "history.jsonl").exists()


def test_command_saves_with_a_yes_and_history_shows_it(trial: Path) -> None:
    asked = ("record", trial, "weight", "--subject", "001", "--date", "2026-03-02", "weight_kg=70.5")
    assert "saved as entry 2" in run_well(*asked, "--by", "MG", "--yes").stderr
    rows = csv_rows_of(run_well("history", trial, "--format", "csv", "--kind", "weight").stdout)
    assert [(row["n"], row["by"], row["after"]) for row in rows] == [
        ("2", "MG", "subject_id=001; date=2026-03-02; weight_kg=70.5")
    ]
    lines = run_well("history", trial, "--format", "jsonl", "--subject", "001").stdout.splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["weight"]
    assert run_well("history", trial, "--verify").exit_code == 0


def test_worksheet_is_noted_as_printed_by_whom_it_was(trial: Path) -> None:
    asked = ("worksheet", trial, "--subject", "001", "--visit", "D1")
    run_well(*asked)
    assert not (trial / "history.jsonl").exists()
    run_well(*asked, "--by", "JB")
    rows = csv_rows_of(run_well("history", trial, "--format", "csv", "--kind", "printed").stdout)
    assert [(row["by"], row["role"], row["subject_id"], row["visit"], row["reason"]) for row in rows] == [
        ("JB", "pharmacist", "001", "D1", "the worksheet")
    ]
    said = [text for kind, _, text in looks(previewed(trial, HELD)) if kind == "printed"]
    assert [text.split(" was printed on ")[0] for text in said] == ["the worksheet"]


def test_print_by_somebody_is_refused_without_a_folder(tmp_path: Path) -> None:
    subjects = tmp_path / "subjects.csv"
    subjects.write_text("subject_id,arm,start,weight_kg\n001,msc,2026-03-09,70\n")
    asked = ("worksheet", "NCT04611256", subjects, "--subject", "001", "--by", "JB")
    assert run(*asked).exit_code == 2


def test_each_container_has_its_balance(trial: Path) -> None:
    used = {"date": "2026-03-02", "lot": "L", "container": "1", "subject_id": "001", "visit": "D1", "unit": "cells"}
    saved(trial, Recording(Kind.CONTAINER, {**used, "what": "prepared", "left": "5000000", "by": "JB"}), JB)
    rows = csv_rows_of(run_well("history", trial, "--balances", "--format", "csv").stdout)
    assert [(row["container"], row["left"], row["what"], row["by"]) for row in rows[:2]] == [
        ("1", "5000000", "prepared", "JB"),
        ("2", "25000000", "", ""),
    ]


def test_balances_are_amounts_for_people(trial: Path) -> None:
    table = run_well("history", trial, "--balances", "--format", "table").stdout
    assert "25,000,000 cells" in table


def test_look_says_amounts_in_words_and_that_nothing_breaks(trial: Path) -> None:
    saved(trial, HELD)
    at = ("--subject", "001", "--visit", "D1", "--date", "2026-03-02")
    said = ("dose=500000000", "unit=cells", "--by", "JB", "--role", "pharmacist", "--dry-run")
    answer = run("record", trial, "dose", *at, *said)
    assert "dose read as: 500,000,000 cells (500 million; 5 × 10⁸)" in answer.stdout
    assert "50,000,000 cells (50 million; 5 × 10⁷) ordered: +900 %" in answer.stdout  # two vials of 25 million
    other = ("dose=60000000", "unit=cells", "--by", "JB", "--role", "pharmacist")
    run_well("record", trial, "dose", *at, *other, "--reason", "as the bag was labelled", "--corrects", "2", "--yes")
    worse = run("record", trial, "dose", *at, *said)  # what was off already is said again where it is off otherwise
    assert "50,000,000 cells (50 million; 5 × 10⁷) ordered: +900 %" in worse.stdout
    assert "broken: nothing" in run("record", trial, "weight", *at[:2], *at[4:], "weight_kg=71", *said[2:]).stdout


def test_broken_chain_ends_verify_with_one_until_it_is_explained(trial: Path) -> None:
    saved(trial, HELD)
    path = trial / "history.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"status":"done"', b'"status":"gone"'))
    answer = run("history", trial, "--verify")
    assert (answer.exit_code, "O056" in answer.stderr) == (1, True)
    with pytest.raises(ScheduleError, match="O056"):
        saved(trial, what("weight", subject_id="001", date="2026-03-02", weight_kg="70"))
    run_well("history", trial, "--explain", "history.jsonl", "--reason", "a slip in an editor", "--by", "MG")
    assert run_well("history", trial, "--verify").exit_code == 0


def test_entry_without_its_row_is_asked_about_by_history(trial: Path) -> None:
    before = (trial / "actuals.csv").read_bytes()
    saved(trial, HELD)
    after = (trial / "actuals.csv").read_bytes()
    (trial / "actuals.csv").write_bytes(before)
    answer = run("history", trial, "--verify")
    assert (answer.exit_code, "entry 2 was not carried out" in answer.stderr) == (1, True)
    with pytest.raises(ScheduleError, match="O055"):
        saved(trial, what("weight", subject_id="001", date="2026-03-02", weight_kg="70"))
    run_well("history", trial, "--carry-out")
    assert (trial / "actuals.csv").read_bytes() == after
    (trial / "actuals.csv").write_bytes(before)
    run_well("history", trial, "--withdraw", "--by", "MG")
    assert run_well("history", trial, "--verify").exit_code == 0


def test_usage_of_cells_is_refused_with_two() -> None:
    assert run("record", "trial", "weight", "weight_kg").exit_code == 2
    assert run("record", "trial", "weight", "date=2026-03-02", "--date", "2026-03-02").exit_code == 2
