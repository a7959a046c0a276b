"""What is given of a subject beside ``dose`` is believed in conditions: age, sex, arm, site and further facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, json_of, run, run_well

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
study: T
version: "1"
title: t
source: s
day_numbering: no day 0
anchors: {start: {label: s}}
arms: {a: {label: A}, b: {label: B}}
products: {p: {label: p}, q: {label: q}, r: {label: r}, s: {label: s}}
facts: {stage: {label: stage, values: [early, late]}, hb: {label: haemoglobin, is: a number}}
regimens:
  young: {product: p, dose: 10 mg, visits: [D1, D8], if: age is at most 19}
  old: {product: p, dose: 20 mg, visits: [D1, D8], if: age is over 19}
  late: {product: q, dose: 5 mg, visits: [D1], if: stage is late and hb is at least 10}
  women: {product: r, dose: {first: 4 mg, then: 2 mg}, visits: [D1, D8], if: sex is F}
  there: {product: s, dose: 3 mg, visits: [D1], if: site is 03}
visits: {D1: {if: stage is late}, D8: {}}
"""


@pytest.fixture
def protocol(tmp_path: Path) -> Path:
    path = tmp_path / "protocol.yaml"
    path.write_text(TEXT)
    return path


def doses(protocol: Path, *options: str) -> list[tuple[str, str, list[str]]]:
    """Regimen, ordered dose and visits of each dose."""
    worked = json_of(run_well("dose", protocol, "--arm", "a", *options, "--json"))["doses"]
    return [(one["regimen"], one["ordered_dose"], one["visits"]) for one in worked]


ALL_KNOWN = ["--sex", "M", "--site", "01", "--fact", "stage=late", "--fact", "hb=9.9"]


@pytest.mark.parametrize(("age", "regimen"), [("12", "young"), ("19", "young"), ("20", "old")])
def test_age_of_a_dose_is_believed(protocol: Path, age: str, regimen: str) -> None:
    dose = {"young": "10", "old": "20"}[regimen]
    assert doses(protocol, "--age", age, *ALL_KNOWN) == [(regimen, dose, ["D1", "D8"])]


def test_facts_of_a_dose_are_believed(protocol: Path) -> None:
    found = doses(
        protocol, "--fact", "age=12", "--fact", "sex=M", "--fact", "site=03", "--fact", "stage=late", "--fact", "hb=10"
    )
    assert found == [("young", "10", ["D1", "D8"]), ("late", "5", ["D1"]), ("there", "3", ["D1"])]


def test_visit_that_the_subject_does_not_have_is_left_out_and_the_first_dose_is_the_first_it_has(
    protocol: Path,
) -> None:
    early = doses(protocol, "--age", "12", "--sex", "F", "--site", "01", "--fact", "stage=early", "--fact", "hb=12")
    assert early == [("young", "10", ["D8"]), ("women", "4", ["D8"])]
    late = doses(protocol, "--age", "12", "--sex", "F", "--site", "01", "--fact", "stage=late", "--fact", "hb=9")
    assert late == [("young", "10", ["D1", "D8"]), ("women", "4", ["D1"]), ("women", "2", ["D8"])]


def test_what_is_not_known_stays_and_says_so(protocol: Path) -> None:
    shown = run_well("dose", protocol, "--arm", "a", "--age", "12").stdout
    assert "only if age" not in shown
    assert "old, arm a" not in shown
    assert "only if stage is late and hb is at least 10: not known" in shown
    assert "D1 only if stage is late: not known" in shown
    assert "only if sex is F: not known" in shown


def test_one_false_part_makes_a_condition_false_though_another_is_not_known(protocol: Path) -> None:
    assert "late" not in [regimen for regimen, *_ in doses(protocol, "--fact", "hb=9")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--fact", "stage=middle"], 'expected stage=early or stage=late, got "stage=middle" [L068]'),
        (["--fact", "hb=ten"], "[L068]"),
        (["--fact", "weight=70"], "expected one of the facts that the protocol's conditions ask for"),
        (["--age", "12", "--fact", "age=13"], "each once"),
        (["--fact", "stage=late", "--fact", "stage=early"], "each once"),
        (["--fact", "arm=b"], "[L068]"),
        (["--fact", "age=12.5"], 'expected completed years such as "age=49"'),
    ],
)
def test_fact_that_is_none_of_the_protocol_is_refused(protocol: Path, options: list[str], said: str) -> None:
    result = run("dose", protocol, "--arm", "a", *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr


def test_subject_without_any_dose_is_told(protocol: Path) -> None:
    options = ["--visit", "D1", "--fact", "stage=early"]
    result = run("dose", protocol, "--arm", "a", *options)
    assert result.exit_code == 1
    assert (
        "expected a subject with a dose, got one for whom the conditions of all of them are false [L006]"
        in result.stderr
    )


@pytest.mark.parametrize("age", ["19", "20", ""])
@pytest.mark.parametrize("sex", ["F", ""])
@pytest.mark.parametrize("stage", ["early", "late", ""])
@pytest.mark.parametrize("hb", ["9", "10"])
def test_dose_and_doses_judge_conditions_alike(protocol: Path, age: str, sex: str, stage: str, hb: str) -> None:
    birth = f"{2026 - int(age)}-03-02" if age else ""
    (protocol.parent / "subjects.csv").write_text(
        f"subject_id,arm,start,birth_date,sex,site,stage,hb\n1,a,2026-03-02,{birth},{sex},03,{stage},{hb}\n"
    )
    options = ["--site", "03"]
    for name, value in (("--age", age), ("--sex", sex)):
        options += [name, value] if value else []
    for name, value in (("stage", stage), ("hb", hb)):
        options += ["--fact", f"{name}={value}"] if value else []
    rows = csv_rows_of(run_well("doses", protocol, protocol.parent / "subjects.csv").stdout)
    planned = {(row["regimen"], row["visit"], row["ordered_dose"]) for row in rows}
    worked = {(regimen, visit, dose) for regimen, dose, visits in doses(protocol, *options) for visit in visits}
    assert worked == planned


OVERLAP = TEXT.replace("age is over 19", "age is at least 15")


def test_doses_that_overlap_say_so_on_their_rows(tmp_path: Path) -> None:
    protocol, subjects = tmp_path / "protocol.yaml", tmp_path / "subjects.csv"
    protocol.write_text(OVERLAP)
    subjects.write_text(
        "subject_id,arm,start,birth_date,sex,site,stage,hb\n1,a,2026-03-02,2014-03-02,M,01,late,9\n"
        "2,a,2026-03-02,2009-03-02,M,01,late,9\n"
    )
    rows = csv_rows_of(run_well("doses", protocol, subjects).stdout)
    said = {(row["subject_id"], row["regimen"], row["visit"]): row["notes"] for row in rows}
    too = "WARNING: {} is given at this visit, too: their conditions do not exclude each other"
    assert set(said) == {
        *(("1", "young", visit) for visit in ("D1", "D8")),
        *(("2", regimen, visit) for regimen in ("young", "old") for visit in ("D1", "D8")),
    }
    assert too.format("old") not in said["1", "young", "D1"]
    assert too.format("old") in said["2", "young", "D1"]
    assert too.format("young") in said["2", "old", "D8"]
    shown = run_well("dose", protocol, "--arm", "a", "--age", "17", *ALL_KNOWN).stdout
    assert "WARNING: old is given at D1, D8, too: their conditions do not exclude each other" in shown
    assert "WARNING" not in run_well("dose", protocol, "--arm", "a", "--age", "12", *ALL_KNOWN).stdout
    sheet = run_well("worksheet", protocol, subjects, "--subject", "2", "--visit", "D8").stdout
    assert f"! {too.format('old')}" in " ".join(sheet.split())
