"""The command of exports: its targets, what it refuses, and how its files appear."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from dosecal.exchange.targets import TARGETS
from tests.command_line import run, run_well
from tests.followed import files

if TYPE_CHECKING:
    from pathlib import Path

VISITS = "D1: {}\nD3: {window: ±1 day}"
TWO = "1,control,2026-03-02\n2,control,2026-03-09"


@pytest.fixture
def given(tmp_path: Path) -> tuple[Path, Path]:
    """A protocol and its two subjects."""
    protocol, subjects, *_ = files(tmp_path, visits=VISITS, subjects=TWO)
    return protocol, subjects


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def usage_error(*arguments: str | Path) -> str:
    """What is said of a wrong usage, on one line."""
    result = run("export", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    return " ".join(result.stderr.replace("│", " ").split())


def problem(*arguments: str | Path) -> str:
    result = run("export", *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    return result.stderr


def test_targets_are_listed_a_line_each() -> None:
    lines = run_well("export", "--list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [target.name for target in TARGETS]
    assert "ics" in lines[0]
    assert lines[0].endswith("(--set doses, arms)")
    assert {"ics", "google", "outlook", "csv"} <= {target.name for target in TARGETS}


def test_target_names_are_used_once() -> None:
    assert len({target.name for target in TARGETS}) == len(TARGETS)


def test_protocol_and_target_are_needed(given: tuple[Path, Path]) -> None:
    assert "Missing argument 'PROTOCOL'" in usage_error("--to", "ics")
    assert "a target is needed: ics, google, outlook, " in usage_error(*given)
    assert "there is no target 'ical': ics, google" in usage_error(*given, "--to", "ical")


def test_target_of_subjects_needs_them(given: tuple[Path, Path]) -> None:
    assert "the target ics is made from a list of subjects" in usage_error(given[0], "--to", "ics")
    assert "the target redcap is made from the protocol alone" in usage_error(*given, "--to", "redcap", "-o", "out")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--set", "colour=red"),
            "ics can be told, once: doses=yes (doses are named, and labels that tell of them); arms=yes",
        ),
        (("--set", "doses"), "got 'doses'"),
        (("--set", "doses=yes", "--set", "doses=no"), "got 'doses=no'"),
        (("--per", "arm"), "arm"),
        (("--per", "subject"), "name a folder with -o"),
        (("--columns", "x.yaml"), "the target ics has columns of its own"),
        (("--previous", "x.ics", "--skip-bad"), "what skipped subjects have would be cancelled"),
    ],
)
def test_wrong_usage_is_said(given: tuple[Path, Path], options: tuple[str, ...], said: str) -> None:
    assert said in usage_error(*given, "--to", "ics", *options)


def test_what_belongs_to_another_target_is_wrong_usage(given: tuple[Path, Path]) -> None:
    assert "the target google goes on from no export before" in usage_error(*given, "--to", "google", "--previous", "x")
    assert "the target csv needs a file that maps columns" in usage_error(*given, "--to", "csv")


def test_option_that_says_something_else_is_a_problem(given: tuple[Path, Path]) -> None:
    assert problem(*given, "--to", "ics", "--set", "doses=maybe") == (
        '--set: doses: expected yes or no, got "maybe" [X102]\n'
    )


@pytest.mark.parametrize("target", ["ics", "google", "outlook"])
def test_file_is_what_standard_output_gets_and_its_owner_reads_alone(
    given: tuple[Path, Path], tmp_path: Path, target: str
) -> None:
    printed = run_well("export", *given, "--to", target)
    assert printed.stdout_bytes == run_well("export", *given, "--to", target, "-o", "-").stdout_bytes
    result = run_well("export", *given, "--to", target, "-o", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == printed.stdout_bytes
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600
    assert result.stderr.endswith("2 subjects, 4 visits; 1 file written; 0 problems\n")


def test_nothing_is_replaced_without_force(given: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "out.ics").write_text("kept", encoding="utf-8")
    assert "[O001]" in problem(*given, "--to", "ics", "-o", tmp_path / "out.ics")
    assert (tmp_path / "out.ics").read_text(encoding="utf-8") == "kept"
    run_well("export", *given, "--to", "ics", "-o", tmp_path / "out.ics", "--force")
    assert (tmp_path / "out.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_file_of_a_folder_has_its_own_name(given: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    run_well("export", *given, "--to", "ics", "-o", tmp_path / "out")
    assert names(tmp_path / "out") == ["visits.ics"]


def test_folder_of_subjects_appears_whole_or_not_at_all(given: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "2.ics").write_text("kept", encoding="utf-8")
    arguments = (*given, "--to", "ics", "--per", "subject", "-o", tmp_path / "out")
    assert "2.ics: expected a name that is free" in problem(*arguments)
    assert names(tmp_path / "out") == ["2.ics"]
    run_well("export", *arguments, "--force")
    assert names(tmp_path / "out") == ["1.ics", "2.ics"]


def test_output_over_an_input_is_refused(given: tuple[Path, Path]) -> None:
    assert "[O005]" in problem(*given, "--to", "ics", "-o", given[1], "--force")


def test_bad_row_leaves_nothing_unless_it_is_skipped(given: tuple[Path, Path], tmp_path: Path) -> None:
    given[1].write_text("subject_id,arm,start\n1,control,2026-03-02\n2,control,soon\n", encoding="utf-8")
    arguments = (*given, "--to", "ics", "-o", tmp_path / "out.ics")
    assert "nothing was written: 1 problem" in problem(*arguments)
    assert not (tmp_path / "out.ics").exists()
    assert "1 subject, 2 visits; 1 file written; 1 problem" in problem(*arguments, "--skip-bad")
    assert (tmp_path / "out.ics").exists()


def test_one_subject_is_exported_alone(given: tuple[Path, Path]) -> None:
    result = run_well("export", *given, "--to", "ics", "--subject", "2")
    assert (result.stdout.count("SUMMARY:2: "), result.stdout.count("SUMMARY:1: ")) == (2, 0)
    assert result.stderr == "1 subject, 2 visits; 1 file written; 0 problems\n"
    assert "[L040]" in problem(*given, "--to", "ics", "--subject", "3")


def test_export_of_one_subject_is_not_gone_on_from_for_all(given: tuple[Path, Path], tmp_path: Path) -> None:
    run_well("export", *given, "--to", "ics", "-o", tmp_path / "all.ics")
    message = problem(*given, "--to", "ics", "--subject", "2", "--previous", tmp_path / "all.ics")
    assert "all.ics:7: expected a calendar of the same study, subjects and --per, got another one [X105]" in message


def test_export_before_must_be_there(given: tuple[Path, Path], tmp_path: Path) -> None:
    assert "none.ics: expected the export before, got none" in problem(*given, "--to", "ics", "--previous", "none.ics")
    (tmp_path / "empty").mkdir()
    message = problem(*given, "--to", "ics", "--previous", tmp_path / "empty")
    assert "expected files that end in .ics, got a folder without any [X106]" in message


def test_one_file_is_not_gone_on_from_for_several(given: tuple[Path, Path], tmp_path: Path) -> None:
    run_well("export", *given, "--to", "ics", "--per", "subject", "-o", tmp_path / "out")
    options = ("--per", "subject", "--previous", tmp_path / "out" / "1.ics", "-o", tmp_path / "next")
    message = problem(*given, "--to", "ics", *options)
    assert "1.ics: expected the folder of the export before, since each subject has a file, got a file" in message
    assert not (tmp_path / "next").exists()


def test_export_may_take_the_place_of_the_one_before(given: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out.ics"
    run_well("export", *given, "--to", "ics", "-o", out)
    given[1].write_text("subject_id,arm,start\n1,control,2026-03-02\n", encoding="utf-8")
    run_well("export", *given, "--to", "ics", "--previous", out, "-o", out, "--force")
    assert out.read_text(encoding="utf-8").count("STATUS:CANCELLED") == 2
