"""The dosing weight: what changes it, what asks, and what is only said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run_well
from tests.example_protocols import DAY_0, protocol_text

if TYPE_CHECKING:
    from pathlib import Path

VISITS = "D0: {}\nD7: {}\nD14: {}"


def doses(folder: Path, rule: str, weights: dict[str, str], method: str = "measured") -> list[dict[str, str]]:
    """The doses of one subject on 9, 16 and 23 March with weights of some days; 1 mg per kg."""
    regimen = f"dose: 1 mg/kg\nweight: {rule}\nrounding: none\nvisits: [D0, D7, D14]"
    text = protocol_text(regimen=regimen, visits=VISITS, numbering=DAY_0)
    (folder / "protocol.yaml").write_text(text, encoding="utf-8")
    (folder / "subjects.csv").write_text("subject_id,arm,start\n1,active,2026-03-09\n", encoding="utf-8")
    lines = [f"1,{day},{kilograms},{method}" for day, kilograms in weights.items()]
    (folder / "weights.csv").write_text("\n".join(["subject_id,date,weight_kg,method", *lines, ""]), encoding="utf-8")
    files = [folder / name for name in ("protocol.yaml", "subjects.csv")]
    return csv_rows_of(run_well("doses", *files, "--weights", folder / "weights.csv").stdout)


AGAIN = "{{which: actual, each_dose: weigh again{}}}"
RECALCULATE = AGAIN.format(", ask_from: 5 %, recalculate_from: 10 %")


@pytest.mark.parametrize(
    ("second", "ordered", "said"),
    [
        ("80", "80", ""),
        ("83.9", "80", "kept"),  # +4.875 %
        ("84", "80", "kept ask"),  # +5 %
        ("87.99", "80", "kept ask"),  # +9.99 %
        ("88", "88", "recalculated ask"),  # +10 %
        ("72", "72", "recalculated ask"),  # -10 %
        ("72.01", "80", "kept ask"),
    ],
)
def test_newer_weight_is_dosed_by_from_the_change_that_recalculates(
    second: str, ordered: str, said: str, tmp_path: Path
) -> None:
    row = doses(tmp_path, RECALCULATE, {"2026-03-09": "80", "2026-03-16": second})[1]
    assert (row["weight_kg"], row["ordered_dose"]) == (ordered, ordered)
    assert ("dosing weight kept" in row["notes"]) is ("kept" in said)
    assert ("recalculated" in row["notes"]) is ("recalculated" in said)
    assert ("ask for review" in row["notes"]) is ("ask" in said)


def test_limit_may_be_outside(tmp_path: Path) -> None:
    rule = AGAIN.format(", ask_over: 5 %, recalculate_over: 10 %")
    rows = doses(tmp_path, rule, {"2026-03-09": "80", "2026-03-16": "88", "2026-03-23": "88.01"})
    assert [row["ordered_dose"] for row in rows] == ["80", "80", "88.01"]
    assert (
        "newest weight 88 kg, +10 % since the dosing weight of 80 kg, not above 10 %: dosing weight kept"
        in rows[1]["notes"]
    )


def test_change_is_counted_from_the_dosing_weight_and_not_from_the_weight_before(tmp_path: Path) -> None:
    # 80, then 84 (+5 %, kept), then 88: +4.8 % since 84, but +10 % since the dosing weight
    rows = doses(tmp_path, RECALCULATE, {"2026-03-09": "80", "2026-03-16": "84", "2026-03-23": "88"})
    assert [row["ordered_dose"] for row in rows] == ["80", "80", "88"]
    assert (
        "weight changed by +10 % since the dosing weight of 80 kg, at or above 10 %: recalculated" in rows[2]["notes"]
    )


def test_new_dosing_weight_is_what_later_changes_are_counted_from(tmp_path: Path) -> None:
    rows = doses(tmp_path, RECALCULATE, {"2026-03-09": "80", "2026-03-16": "88", "2026-03-23": "80"})
    # 80 is −9.09 % of 88: not enough to go back
    assert [row["ordered_dose"] for row in rows] == ["80", "88", "88"]


def test_first_weight_stays_unless_the_change_recalculates(tmp_path: Path) -> None:
    rule = "{which: actual, each_dose: use the first weight, recalculate_from: 10 %}"
    rows = doses(tmp_path, rule, {"2026-03-09": "80", "2026-03-16": "85", "2026-03-23": "90"})
    assert [row["ordered_dose"] for row in rows] == ["80", "80", "90"]


def test_asking_alone_changes_no_weight(tmp_path: Path) -> None:
    rows = doses(tmp_path, AGAIN.format(", ask_from: 5 %"), {"2026-03-09": "80", "2026-03-16": "84"})
    assert [row["ordered_dose"] for row in rows] == ["80", "84", "84"]
    assert ["ask for review" in row["notes"] for row in rows] == [False, True, False]


def test_dose_for_which_nobody_weighed_again_is_said(tmp_path: Path) -> None:
    rows = doses(tmp_path, AGAIN.format(", ask_from: 5 %"), {"2026-03-09": "80", "2026-03-16": "80"})
    assert ["weigh again" in row["notes"] for row in rows] == [False, False, True]


@pytest.mark.parametrize(
    ("method", "words"), [("stated", "the weight was stated, not measured"), ("estimated", "estimated, not measured")]
)
def test_weight_that_was_not_measured_is_said(method: str, words: str, tmp_path: Path) -> None:
    assert all(words in row["notes"] for row in doses(tmp_path, AGAIN.format(""), {"2026-03-09": "80"}, method))


@pytest.mark.parametrize(("kilograms", "is_said"), [("30", False), ("29.99", True), ("200", False), ("200.01", True)])
def test_both_ends_of_the_plausible_weights_are_inside(kilograms: str, is_said: bool, tmp_path: Path) -> None:  # noqa: FBT001
    rows = doses(tmp_path, AGAIN.format(", plausible: 30 to 200 kg"), {"2026-03-09": kilograms})
    assert ("outside the plausible 30 to 200 kg" in rows[0]["notes"]) is is_said
    assert rows[0]["ordered_dose"] == kilograms


@pytest.mark.parametrize(
    ("before", "after", "question"),
    [
        ("70", "154.3", "pounds?"),  # 70 kg are 154.3 lb
        ("70", "140", "pounds?"),  # 2.0 times: inside
        ("70", "168", "pounds?"),  # 2.4 times: inside
        ("70", "168.1", ""),
        ("70", "139.9", ""),
        ("154.3", "70", "pounds?"),  # 0.4537 times
        ("100", "41", "pounds?"),
        ("100", "40.9", ""),
        ("100", "50", "pounds?"),
        ("100", "50.1", ""),
        ("8", "64", "decimal point?"),  # 8 times
        ("8", "96", "decimal point?"),  # 12 times
        ("8", "96.1", ""),
        ("70", "7", "decimal point?"),
        ("100", "12.5", "decimal point?"),
        ("100", "12.6", ""),
        ("100", "8", "decimal point?"),
        ("100", "7.9", ""),
    ],
)
def test_slip_of_the_unit_or_the_point_is_asked_about_and_never_mended(
    before: str, after: str, question: str, tmp_path: Path
) -> None:
    rows = doses(tmp_path, AGAIN.format(""), {"2026-03-09": before, "2026-03-16": after})
    assert (rows[0]["ordered_dose"], rows[1]["ordered_dose"]) == (before, after)
    assert "?" not in rows[0]["notes"]
    assert (question in rows[1]["notes"]) if question else ("?" not in rows[1]["notes"])


def test_weights_of_another_subject_cast_no_doubt(tmp_path: Path) -> None:
    regimen = "dose: 1 mg/kg\nvisits: [D0]"
    text = protocol_text(regimen=regimen, visits=VISITS, numbering=DAY_0)
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    rows = "1,active,2026-03-09,70,2026-03-08\n2,active,2026-03-09,154,2026-03-08\n"
    (tmp_path / "subjects.csv").write_text(f"subject_id,arm,start,weight_kg,weight_date\n{rows}", encoding="utf-8")
    planned = csv_rows_of(run_well("doses", tmp_path / "protocol.yaml", tmp_path / "subjects.csv").stdout)
    assert ["?" in row["notes"] for row in planned] == [False, False]
