"""The dosing weight: what changes it, what asks, and what is only said of it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dosecal.model.dosing.per_weight import ACTUAL
from dosecal.model.regimen import EachDose, Threshold, WeightRule
from dosecal.model.struct import replace
from dosecal.model.worked_dose import WeightFlag
from dosecal.planning.doses.weight_changes import hold_weights
from tests.command_line import csv_rows_of, run_well
from tests.example_protocols import DAY_0, protocol_of, protocol_text
from tests.planning.planned import cohort_of

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


# places of the weights of three subjects, by subject and date: 0 to 2, 3, and 4 and 5
KILOGRAMS = (("1", "80"), ("1", "84"), ("1", "88"), ("2", "60"), ("3", "70"), ("3", "77.7"))
ASK, RECALCULATED, KEPT = WeightFlag.ASK, WeightFlag.RECALCULATED, WeightFlag.KEPT
AGAIN_AND_ASK = WeightRule(ACTUAL, measured_only=False, not_older_than=None, each_dose=EachDose.WEIGH_AGAIN)
FIVE, TEN = (Threshold(Fraction(percent), is_inside=True) for percent in (5, 10))


def held(
    found: list[int], subject: list[int], number: list[int], rule: WeightRule | None
) -> tuple[list[int], list[int], list[int]]:
    """The places of the dosing weights, the flags, and the places of the weights that a change is from."""
    subjects = "subject_id,arm,start\n" + "".join(f"{one},active,2026-03-09\n" for one in "123")
    lines = [f"{one},2026-03-{day:02},{kg},measured\n" for day, (one, kg) in enumerate(KILOGRAMS, 1)]
    protocol = protocol_of(protocol_text(regimen="dose: 1 mg/kg"))
    weights = cohort_of(protocol, subjects, "subject_id,date,weight_kg,method\n" + "".join(lines)).weights
    places, subjects_of, numbers = (np.array(column, dtype=np.int32) for column in (found, subject, number))
    done = hold_weights(weights, places, subjects_of, numbers, rule)
    return done.weight.tolist(), done.flags.tolist(), done.before.tolist()


def test_dosing_weights_of_several_subjects_are_held_apart() -> None:
    found, subject, number = [0, 1, 2, -1, 3, 3, 4, -1, 5], [0, 0, 0, 1, 1, 1, 2, 2, 2], [1, 2, 3] * 3
    weight, flags, before = held(found, subject, number, replace(AGAIN_AND_ASK, ask=FIVE, recalculate=TEN))
    # 84 is +5 % of 80 and kept, 88 is +10 %; nothing before the first 60, which is not weighed again; 77.7 is +11 %
    # of 70, which stays the dosing weight while there is none
    assert weight == [0, 0, 2, -1, 3, 3, 4, -1, 5]
    assert flags == [0, ASK | KEPT, ASK | RECALCULATED, 0, 0, WeightFlag.NOT_WEIGHED_AGAIN, 0, 0, ASK | RECALCULATED]
    assert before == [-1, 0, 0, -1, -1, -1, -1, -1, 4]


def test_change_that_nobody_has_to_be_asked_about_is_still_from_the_weight_before() -> None:
    weight, flags, before = held([0, 1, 4, 5], [0, 0, 2, 2], [1, 2, 1, 2], replace(AGAIN_AND_ASK, ask=TEN))
    assert (weight, flags, before) == ([0, 1, 4, 5], [0, 0, 0, ASK], [-1, 0, -1, 4])


@pytest.mark.parametrize(
    ("rule", "flag"),
    [
        (replace(AGAIN_AND_ASK, ask=FIVE), WeightFlag.NOT_WEIGHED_AGAIN),
        (replace(AGAIN_AND_ASK, ask=FIVE, each_dose=EachDose.FIRST_WEIGHT), 0),
        (AGAIN_AND_ASK, 0),  # a rule that asks nothing says nothing
        (None, 0),
    ],
)
def test_same_weight_is_said_where_the_rule_asks_for_another(rule: WeightRule | None, flag: int) -> None:
    assert held([0, 0], [0, 0], [1, 2], rule) == ([0, 0], [0, flag], [-1, -1])


def test_nobody_has_no_dosing_weight() -> None:
    assert held([], [], [], replace(AGAIN_AND_ASK, ask=FIVE, recalculate=TEN)) == ([], [], [])
