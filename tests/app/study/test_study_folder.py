"""A folder stands for a protocol, its subjects and what goes with them; nothing is written over."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dosecal.app.study.new_study import empty_protocol, new_study
from dosecal.app.study.study_folder import open_study
from dosecal.load.protocol.protocol_file import PROTOCOL
from dosecal.load.tables.study_file import StudySettings, read_study_settings
from dosecal.model.problems import CohortError, OutputError
from tests.command_line import csv_rows_of, json_of, run, run_well

NAMES = [
    "actuals.csv",
    "containers.csv",
    "history.jsonl",
    "levels.csv",
    "lots.csv",
    "protocol.yaml",
    "sites.yaml",
    "study.yaml",
    "subjects.csv",
    "weights.csv",
]
SUBJECT = "001,msc,2026-03-02,70,2026-03-01,measured,,,,,\n"


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study folder ``trial`` of a shipped trial with one subject, in the current folder."""
    monkeypatch.chdir(tmp_path)
    new_study("NCT04611256", "trial", datetime(2026, 3, 1, tzinfo=UTC), "MG", "coordinator")
    with (tmp_path / "trial" / "subjects.csv").open("a", encoding="utf-8") as subjects:
        subjects.write(SUBJECT)
    return tmp_path / "trial"


def test_new_folder_has_all_files(trial: Path) -> None:
    assert sorted(path.name for path in trial.iterdir() if path.is_file()) == NAMES


def test_new_folder_has_the_words_of_its_trial(trial: Path) -> None:
    words = Path(__file__).parents[3] / "protocols" / "NCT04611256" / "es-MX.po"
    assert (trial / "protocol" / "es-MX.po").read_bytes() == words.read_bytes()


@pytest.mark.parametrize("source", ["empty", "examples/docetaxel-cycles"])
def test_other_sources_make_the_same_files(source: str, tmp_path: Path) -> None:
    made = run_well("new", source, tmp_path / "new", "--by", "MG")
    assert sorted(line.rsplit("/", 1)[-1] for line in made.stdout.split()) == NAMES
    assert run_well("history", tmp_path / "new", "--verify").exit_code == 0


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_written_over(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine\n", encoding="utf-8")
    answer = run("new", "NCT04611256", tmp_path)
    assert (answer.exit_code, "O001" in answer.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine\n"


def test_empty_protocol_explains_every_key() -> None:
    lines = empty_protocol().splitlines()
    for key in PROTOCOL.fields:
        assert any(line.startswith(f"# {key}:") for line in lines), key
    assert all(line.startswith("#") or not line for line in lines)


@pytest.mark.parametrize(
    "command",
    [("visits",), ("doses",), ("today", "--format", "csv"), ("print", "--what", "coordinator", "--format", "text")],
)
def test_folder_alone_says_the_same_as_its_files(command: tuple[str, ...], trial: Path) -> None:
    name, *options = command
    day = ("--as-of", "2026-03-05")
    named = (
        "trial/protocol.yaml",
        "trial/subjects.csv",
        "--weights",
        "trial/weights.csv",
        "--levels",
        "trial/levels.csv",
    )
    by_files = run(name, *named, "--actuals", "trial/actuals.csv", *day, *options)
    by_folder = run(name, "trial", *day, *options)
    assert by_folder.stdout == by_files.stdout
    assert by_folder.exit_code == by_files.exit_code
    assert trial.is_dir()


@pytest.mark.parametrize("command", [("show",), ("dose", "--arm", "msc", "--weight", "70")])
def test_folder_stands_for_its_protocol(command: tuple[str, ...], trial: Path) -> None:
    name, *options = command
    assert run_well(name, "trial", *options).stdout == run_well(name, trial / "protocol.yaml", *options).stdout.replace(
        f"{trial}/", "trial/"
    )


def test_explicit_option_wins_over_the_file_of_the_folder(trial: Path) -> None:
    (trial.parent / "w.csv").write_text("subject_id,date,weight_kg\n001,2026-03-02,80\n", encoding="utf-8")
    (trial / "weights.csv").write_text("subject_id,date,weight_kg\n001,2026-03-02,90\n", encoding="utf-8")
    rows = {
        options: csv_rows_of(run_well("doses", "trial", *options).stdout)[0]["weight_kg"]
        for options in [(), ("--weights", "w.csv")]
    }
    assert rows == {(): "90", ("--weights", "w.csv"): "80"}


def test_explicit_subjects_win(trial: Path) -> None:
    other = trial.parent / "s.csv"
    other.write_text("subject_id,arm,start,weight_kg,weight_date\n009,msc,2026-03-02,70,2026-03-01\n", encoding="utf-8")
    assert {row["subject_id"] for row in csv_rows_of(run_well("visits", "trial", other).stdout)} == {"009"}


def test_command_without_subjects_and_without_a_folder_is_refused() -> None:
    answer = run("visits", "NCT04611256")
    assert (answer.exit_code, "name the subjects, or a study folder" in answer.stderr) == (2, True)


def test_versions_beside_the_protocol_are_versions(trial: Path) -> None:
    text = (trial / "protocol.yaml").read_text(encoding="utf-8")
    version = next(line for line in text.splitlines() if line.startswith("version:"))
    later = text.replace(version, 'version: "9"\neffective: 2026-04-01\namends: ' + version.split(":", 1)[1].strip())
    (trial / "protocol-9.yaml").write_text(later, encoding="utf-8")
    assert open_study(trial).protocols == ("protocol.yaml", "protocol-9.yaml")


def test_sites_of_comments_alone_and_lots_of_a_header_alone_are_not_there(trial: Path) -> None:
    assert csv_rows_of(run_well("doses", "trial").stdout)[0]["containers"] == ""
    assert trial.joinpath("lots.csv").read_text(encoding="utf-8").count("\n") == 1


def test_several_folders_have_one_list_of_work(trial: Path) -> None:
    new_study("NCT04252118", "other", datetime(2026, 3, 1, tzinfo=UTC))
    with (trial.parent / "other" / "subjects.csv").open("a", encoding="utf-8") as subjects:
        subjects.write("77,msc,2026-03-03\n".rstrip("\n") + "," * 8 + "\n")
    asked = ("--as-of", "2026-03-02", "--format")
    rows = csv_rows_of(run_well("today", "trial", "other", *asked, "csv").stdout)
    assert {row["subject_id"] for row in rows} == {"001", "77"}
    about = json_of(run_well("today", "trial", "other", *asked, "json"))
    assert [one["study"] for one in about["protocols"]] == ["NCT04611256", "NCT04252118"]


def test_released_protocol_that_is_another_one_is_warned_of(trial: Path) -> None:
    digest = hashlib.sha256((trial / "protocol.yaml").read_bytes()).hexdigest()
    settings = trial / "study.yaml"
    settings.write_text(f"released: {{protocol.yaml: {digest}}}\n", encoding="utf-8")
    assert "W071" not in run_well("visits", "trial").stderr
    with (trial / "protocol.yaml").open("a", encoding="utf-8") as protocol:
        protocol.write("# a comment\n")
    assert "W071" in run_well("visits", "trial").stderr


def test_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "C261" in run("history", tmp_path).stderr


def test_link_in_the_folder_is_refused(trial: Path) -> None:
    (trial / "weights.csv").rename(trial.parent / "w.csv")
    (trial / "weights.csv").symlink_to(trial.parent / "w.csv")
    with pytest.raises(OutputError, match="O050"):
        open_study(trial).contents()


def test_settings_are_read() -> None:
    text = (
        'horizon: 12 cycles\nzone: Europe/Madrid\ncover_after: 30 minutes\nend_after: 8 hours\nseparator: ";"\n'
        f'dates: dd/mm/yyyy\ndecimal: ","\nreleased:\n  protocol.yaml: {"0" * 64}\n'
    )
    found = read_study_settings(text.encode(), "study.yaml")
    assert (found.zone, found.cover_minutes, found.end_minutes) == ("Europe/Madrid", 30, 480)
    assert (found.reading.separator, found.reading.decimal) == (";", ",")
    assert (found.horizon is not None, found.released) == (True, {"protocol.yaml": "0" * 64})
    assert read_study_settings(b"# nothing\n", "study.yaml") == StudySettings()


@pytest.mark.parametrize(
    "text",
    [
        "zone: Atlantis",
        "horizon: soon",
        "cover_after: 30",
        "colour: red",
        "released: yes",
        "separator: x",
        "- a",
        "a: [b",
    ],
)
def test_settings_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(CohortError) as refused:
        read_study_settings(text.encode(), "study.yaml")
    assert {one.code for one in refused.value.problems} == {"P004" if text == "a: [b" else "C260"}
