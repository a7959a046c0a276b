"""Every command's good paths: data on standard output or ``-o``, talk on standard error, exit codes 0, 1 and 2."""

from __future__ import annotations

import io
import json
import re
from fractions import Fraction
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

import dosecal
from tests.command_line import csv_rows_of, json_of, run, run_well
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = (
    *("protocols", "check", "show", "diff", "dose", "read-dose", "visits", "doses", "worksheet", "deviations"),
    *("unscheduled", "reschedule", "today", "new", "record", "history", "open", "starts", "timepoints", "count"),
    *("demand", "print", "export", "schema"),
)
MEXICO, CHINA = "NCT04611256", "NCT04252118"
SUBJECTS = """\
subject_id,arm,start,weight_kg,birth_date
007,msc,2026-03-09,70.25,1980-01-01
NA,control,2026-03-10,,1980-01-01
"""
SUMMARY = "2 subjects, 20 visits, 2 doses; 0 problems\n"
MADE_BY = re.compile(rf"made by dosecal {re.escape(dosecal.__version__)}, as of [0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}")


@pytest.fixture
def subjects(tmp_path: Path) -> Path:
    """Two subjects of the first trial."""
    path = tmp_path / "subjects.csv"
    path.write_text(SUBJECTS, encoding="utf-8")
    return path


def test_version_is_printed() -> None:
    assert run_well("--version").stdout == f"dosecal {dosecal.__version__}\n"


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_shows_examples_before_anything_else(command: str, option: str) -> None:
    text = run_well(*([command] if command else []), option).stdout
    examples = text.index("Examples:")
    assert f"dosecal {command}".rstrip() in text[examples : examples + 200]
    for later in ("Arguments:", "Options:", "Commands:"):
        assert later not in text[:examples]


def test_help_names_every_command() -> None:
    listed = re.findall(r"^  ([a-z-]+)  ", run_well("--help").stdout.split("Commands:")[1], re.MULTILINE)
    assert tuple(listed) == COMMANDS


def test_program_says_what_it_is() -> None:
    text = " ".join(run_well("--help").stdout.split())
    assert (
        "to be validated at the site before it is used for care; not a substitute for the pharmacist's judgement"
        in text
    )


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nothing",),
        ("visits",),
        ("visits", MEXICO),
        ("visits", MEXICO, "subjects.csv", "--format", "ods"),
        ("visits", MEXICO, "subjects.csv", "--lon"),
        ("dose", MEXICO),
        ("dose", MEXICO, "--arm"),
        ("show", MEXICO, "--format", "parquet"),
        ("check",),
        ("read-dose",),
    ],
)
def test_wrong_usage_ends_with_2_and_nothing_on_standard_output(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    if arguments:
        assert result.stdout == ""
        assert re.search("^(Usage|Error): ", result.stderr)


def test_protocols_lists_the_trials_and_then_the_examples(protocols: Path) -> None:
    result = run_well("protocols")
    first, second, *examples = [line.split()[0] for line in result.stdout.splitlines()]
    assert [first, second] == [CHINA, MEXICO]
    assert examples == sorted(f"examples/{path.stem}" for path in (protocols / "examples").glob("*.yaml"))
    assert result.stderr == ""


def test_protocols_as_json_have_version_and_digest() -> None:
    listed = json_of(run_well("protocols", "--json"))
    assert [(one["study"], one["protocol_version"]) for one in listed[:2]] == [
        (CHINA, "2020-04-15"),
        (MEXICO, "2020-11-12"),
    ]
    assert [one["id"] for one in listed[:3]] == [CHINA, MEXICO, "examples/axicabtagene"]
    assert all(re.fullmatch("[0-9a-f]{12}", one["protocol_sha256"]) for one in listed)


def test_check_of_good_files_counts_what_they_hold() -> None:
    assert run_well("check", CHINA, MEXICO).stdout.splitlines() == [
        "NCT04252118: no problems (NCT04252118, version 2020-04-15: 10 visits, 1 regimen, 9 assessments, 5 queries)",
        "NCT04611256: no problems (NCT04611256, version 2020-11-12: 10 visits, 1 regimen, 12 assessments, 9 queries)",
    ]
    assert json_of(run_well("check", CHINA, "--format", "json")) == []


def test_check_of_a_bad_file_gives_each_problem_its_place(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(protocol_text(), encoding="utf-8")
    bad.write_text(protocol_text(visits="D0: {}\nD1: {window: 3d}"), encoding="utf-8")
    result = run("check", good, bad)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith(f"{good}: no problems")
    # the head has twelve lines, "visits:" stands in line 13
    assert [line.removeprefix(f"{bad}:").split(" ")[0] for line in lines[1:]] == ["15:3:", "16:16:"]
    assert [line[-6:] for line in lines[1:]] == ["[P207]", "[P104]"]
    problems = json_of(run("check", bad, "--format", "json"))
    assert [(one["line"], one["column"], one["code"]) for one in problems] == [(15, 3, "P207"), (16, 16, "P104")]


@pytest.mark.parametrize("study", [MEXICO, CHINA])
@pytest.mark.parametrize("form", ["table", "markdown", "csv", "json"])
def test_show_prints_the_schedule_of_activities(study: str, form: str) -> None:
    result = run_well("show", study, "--format", form)
    assert result.stderr == ""
    assert "Chest" in result.stdout or "chest" in result.stdout
    assert "none" in result.stdout
    assert dosecal.load_protocol(study).digest in result.stdout
    if form in {"table", "markdown"}:
        assert MADE_BY.fullmatch(result.stdout.splitlines()[-1])
    if form == "json":
        assert json_of(result)["program_version"] == dosecal.__version__


def test_show_writes_a_file(tmp_path: Path) -> None:
    output = tmp_path / "activities.md"
    result = run_well("show", MEXICO, "--format", "markdown", "-o", output)
    assert result.stdout == ""
    assert output.read_text(encoding="utf-8").startswith("# NCT04611256  version 2020-11-12  file ")


def test_dose_is_worked_step_by_step() -> None:
    result = run_well("dose", MEXICO, "--arm", "msc", "--weight", "70.25")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("NCT04611256  version 2020-11-12  file ")
    assert MADE_BY.fullmatch(lines[2])
    assert "  calculated dose  1,000,000 cells per kg × 70.25 kg = 70,250,000 cells" in lines
    assert "  ordered dose     70,250,000 cells (70.25 million; 7.025 × 10⁷)" in lines
    assert any("1X106 [sic: read as 10⁶, see query]/kg each" in line for line in lines)


def test_dose_as_json_has_exact_texts() -> None:
    said = json_of(run_well("dose", MEXICO, "--arm", "msc", "--weight", "70.25", "--visit", "D3", "--json"))
    marks = {"study", "protocol_version", "protocol_sha256", "unblinded", "program_version", "as_of"}
    assert {*marks, "doses"} == set(said)
    (one,) = said["doses"]
    assert (one["visits"], one["ordered_dose"], one["unit"]) == (["D3"], "70250000", "cells")


def test_flat_dose_takes_no_weight() -> None:
    with_weight, without = (
        json_of(run_well("dose", CHINA, "--arm", "msc", "--json", *weight))["doses"]
        for weight in ((), ("--weight", "70"))
    )
    assert with_weight == without
    assert with_weight[0]["ordered_dose"] == "30000000"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--arm", "MSC", "--weight", "70"), "L004"),
        (("--arm", "msc", "--weight", "70", "--visit", "D4"), "L005"),
        (("--arm", "control", "--weight", "70"), "L006"),
        (("--arm", "msc"), "L007"),
        (("--arm", "msc", "--weight", "70,5"), "C105"),
        (("--arm", "msc", "--weight", "nan"), "C105"),
        (("--arm", "msc", "--weight", "-1"), "C105"),
        (("--arm", "msc", "--weight", "0"), "C105"),
        (("--arm", "msc", "--weight", "155 lb"), "C105"),
        (("--arm", "msc", "--weight", ""), "C105"),
    ],
)
def test_dose_that_cannot_be_worked_is_a_problem_and_no_number(arguments: tuple[str, ...], code: str) -> None:
    for as_json in ((), ("--json",)):
        result = run("dose", MEXICO, *arguments, *as_json)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.rstrip().endswith(f"[{code}]")


def test_read_dose_says_what_a_text_means() -> None:
    assert run_well("read-dose", "1 million cells/kg").stdout.splitlines()[0] == "read"
    said = json_of(run_well("read-dose", "1 million cells/kg", "--json"))
    assert set(said) == {"text", "status", "value", "unit", "readings", "note", "beside"}
    assert (said["status"], said["value"], said["unit"]) == ("read", "1000000", "cells/kg")


def test_read_dose_offers_readings_and_ends_with_1() -> None:
    result = run("read-dose", "1*10E6 cells/kg", "--json")
    said = json_of(result)
    assert (result.exit_code, said["status"], said["value"]) == (1, "ambiguous", None)
    assert [one["value"] for one in said["readings"]] == ["1000000", "10000000"]


def test_visits_are_written_to_standard_output_and_counted_on_standard_error(subjects: Path) -> None:
    result = run_well("visits", MEXICO, subjects)
    rows = csv_rows_of(result.stdout)
    assert len(rows) == 20
    assert [row["target_date"] for row in rows if row["visit"] == "D25"] == ["2026-04-02", "2026-04-03"]
    assert result.stderr == SUMMARY


def test_doses_are_written_to_standard_output_and_counted_on_standard_error(subjects: Path) -> None:
    result = run_well("doses", MEXICO, subjects)
    assert [(row["subject_id"], row["planned_date"], row["ordered_dose"]) for row in csv_rows_of(result.stdout)] == [
        ("007", "2026-03-09", "70250000"),
        ("007", "2026-03-11", "70250000"),
    ]
    assert result.stderr == SUMMARY


@pytest.mark.parametrize("command", ["visits", "doses"])
def test_subjects_come_from_standard_input(command: str, subjects: Path) -> None:
    from_file = run_well(command, MEXICO, subjects)
    from_input = run_well(command, MEXICO, "-", stdin=SUBJECTS)
    assert from_input.stdout == from_file.stdout
    assert from_input.stderr == SUMMARY


@pytest.mark.parametrize("command", ["visits", "doses"])
def test_file_holds_what_standard_output_would(command: str, subjects: Path, tmp_path: Path) -> None:
    for form in ("csv", "jsonl", "table"):
        output = tmp_path / form
        to_file = run_well(command, MEXICO, subjects, "--format", form, "-o", output)
        assert to_file.stdout == ""
        assert to_file.stderr == SUMMARY
        assert output.read_bytes().decode() == run_well(command, MEXICO, subjects, "--format", form).stdout


@pytest.mark.parametrize("command", [("visits",), ("visits", "--long"), ("doses",)], ids=" ".join)
def test_formats_hold_the_same_rows(command: tuple[str, ...], subjects: Path) -> None:
    def output(form: str) -> bytes:
        return run_well(command[0], MEXICO, subjects, *command[1:], "--format", form).stdout_bytes

    rows = csv_rows_of(output("csv").decode())
    lines = [json.loads(line) for line in output("jsonl").decode().splitlines()]
    assert [{name: "" if cell is None else str(cell) for name, cell in line.items()} for line in lines] == rows
    stored = pq.read_table(io.BytesIO(output("parquet"))).to_pylist()
    assert [list(row) for row in stored] == [list(row) for row in rows]
    for kept, row in zip(stored, rows, strict=True):
        for name, cell in kept.items():
            if name.endswith(("_dose", "_kg")) and cell is not None:
                assert Fraction(cell) == Fraction(row[name])
            else:
                assert ("" if cell is None else str(cell)) == row[name]


def test_long_table_has_a_row_an_assessment(subjects: Path) -> None:
    rows = csv_rows_of(run_well("visits", MEXICO, subjects, "--long").stdout)
    # in the record 2 assessments stand at 8 visits, 6 at 7 and 4 at 6: 16 + 42 + 24 = 82 a subject
    assert len([row for row in rows if row["assessment"]]) == 2 * 82
    assert "assessments" not in rows[0]


def test_table_is_plain_text(subjects: Path) -> None:
    text = run_well("visits", MEXICO, subjects, "--format", "table").stdout
    assert "\x1b" not in text
    assert "2026-04-02" in text


def test_byte_order_mark_is_written_where_it_is_asked_for(subjects: Path) -> None:
    plain, marked = (run_well("visits", MEXICO, subjects, *bom).stdout_bytes for bom in ((), ("--bom",)))
    assert marked == b"\xef\xbb\xbf" + plain


def test_weights_come_from_a_second_file(subjects: Path, tmp_path: Path) -> None:
    weights = tmp_path / "weights.csv"
    weights.write_text("subject_id,date,weight_kg,method\n007,2026-03-11,71.5,measured\n", encoding="utf-8")
    rows = csv_rows_of(run_well("doses", MEXICO, subjects, "--weights", weights).stdout)
    assert [(row["weight_kg"], row["weight_date"], row["ordered_dose"]) for row in rows] == [
        ("70.25", "", "70250000"),
        ("71.5", "2026-03-11", "71500000"),
    ]


def test_columns_are_renamed_by_a_map(subjects: Path, tmp_path: Path) -> None:
    renamed, names = tmp_path / "renamed.csv", tmp_path / "map.yaml"
    renamed.write_text(SUBJECTS.replace("subject_id,arm,start", "Patient No,Group,First dose"), encoding="utf-8")
    names.write_text("subject_id: Patient No\narm: Group\nstart: First dose\n", encoding="utf-8")
    assert run_well("visits", MEXICO, renamed, "--map", names).stdout == run_well("visits", MEXICO, subjects).stdout


def test_columns_that_nobody_asked_for_are_passed_over_with_one_warning(subjects: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.csv"
    lines = SUBJECTS.splitlines()
    more.write_text(
        "\n".join([f"{lines[0]},shoe,hat", *(f"{line},42,blue" for line in lines[1:])]) + "\n", encoding="utf-8"
    )
    result = run_well("visits", MEXICO, more)
    assert result.stdout == run_well("visits", MEXICO, subjects).stdout
    warning, summary = result.stderr.splitlines()
    assert '"shoe", "hat"' in warning
    assert warning.startswith("warning: ")
    assert warning.endswith("[W001]")
    assert f"{summary}\n" == SUMMARY


def test_formulas_are_guarded_and_said_to_be() -> None:
    result = run_well("visits", MEXICO, "-", stdin=SUBJECTS.replace("007", "@1+1"))
    assert csv_rows_of(result.stdout)[0]["subject_id"] == "'@1+1"
    assert "[W003]" in result.stderr


BAD = SUBJECTS + "008,msc,2026-02-30,70,1980-01-01\n"


def test_bad_row_leaves_nothing_written() -> None:
    result = run("visits", MEXICO, "-", stdin=BAD)
    assert (result.exit_code, result.stdout) == (1, "")
    problem, last = result.stderr.splitlines()
    assert problem.startswith("<stdin>:4:9: start: ")
    assert problem.endswith("[C104]")
    assert last == "nothing was written: 1 problem (--skip-bad writes the good rows)"


def test_good_rows_are_written_where_that_is_asked_for_and_the_exit_code_is_still_1() -> None:
    result = run("visits", MEXICO, "-", "--skip-bad", stdin=BAD)
    assert result.exit_code == 1
    assert result.stdout == run_well("visits", MEXICO, "-", stdin=SUBJECTS).stdout
    assert result.stderr.splitlines()[-1] == "2 subjects, 20 visits, 2 doses; 1 problem"


def test_schema_is_json_schema_that_the_shipped_files_satisfy(protocols: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    import yaml  # noqa: PLC0415 - with the schema, in this test alone

    schema = json_of(run_well("schema"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for path in sorted(protocols.glob("*.yaml")):
        said = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - texts alone
        assert list(jsonschema.Draft202012Validator(schema).iter_errors(said)) == []


MIXED = """\
subject_id,arm,start,weight_kg,weight_date
1,msc,2026-02-30,50,2026-03-01
2,msc,2026-03-09,61.5,2026-03-08
3,msc,2026-03-09,62.5,2026-03-10
4,control,2026-03-09,63.5,2026-03-08
5,msc,2026-03-09,,
6,msc,2026-03-09,64.5,2026-03-08
"""


def test_skipped_rows_leave_every_other_subject_its_own_weight(tmp_path: Path) -> None:
    # 1 has no such day; 3 and 5 have no weight on or before the first dose
    weights = tmp_path / "weights.csv"
    weights.write_text(
        "subject_id,date,weight_kg\n6,2026-03-11,66\n5,2026-03-11,77\n1,2026-03-01,88\n", encoding="utf-8"
    )
    result = run("doses", MEXICO, "-", "--weights", weights, "--skip-bad", stdin=MIXED)
    assert result.exit_code == 1
    assert [(row["subject_id"], row["weight_kg"], row["ordered_dose"]) for row in csv_rows_of(result.stdout)] == [
        ("2", "61.5", "61500000"),
        ("2", "61.5", "61500000"),
        ("6", "64.5", "64500000"),
        ("6", "66", "66000000"),
    ]
    assert [line.split(": ")[0] for line in result.stderr.splitlines() if line.endswith("]")] == [
        "warning",
        "<stdin>:2:7",
        "<stdin>:2:18",  # and two weights of one day that differ
        "<stdin>:4",
        "<stdin>:6",
    ]
