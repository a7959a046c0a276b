"""Subjects as columns."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from dosecal.model.cohort import Cohort, KnownFact, Levels, Weights, keep_subjects
from dosecal.model.problems import Source


def three_subjects() -> Cohort:
    weights = Weights(
        subject=np.array([0, 0, 1, 2], dtype=np.int32),
        date=np.array(["NaT", "2026-03-02", "2026-03-03", "2026-03-04"], dtype="datetime64[D]"),
        value=np.array([0, 1, 2, 0], dtype=np.int32),
        method=np.array([0, 1, -1, 2], dtype=np.int32),
        kilograms=(Fraction(70), Fraction(141, 2), Fraction(3)),
    )
    levels = Levels(
        subject=np.array([0, 1, 2], dtype=np.int32),
        date=np.array(["NaT", "2026-03-10", "2026-04-01"], dtype="datetime64[D]"),
        regimen=np.array([-1, 0, -1], dtype=np.int32),
        name=np.array([0, 1, 1], dtype=np.int32),
        names=("1", "2"),
    )
    return Cohort(
        ids=("007", "NA", "x,y"),
        sites=("A", "", "B"),
        arm=np.array([0, 1, 0], dtype=np.int32),
        anchors=np.array([["2026-03-09"], ["2026-03-10"], ["2026-03-11"]], dtype="datetime64[D]"),
        birth=np.array(["1990-01-01", "NaT", "2000-02-29"], dtype="datetime64[D]"),
        sex=np.array([0, 1, -1], dtype=np.int32),
        weights=weights,
        levels=levels,
        file="subjects.csv",
        line=np.array([2, 3, 5], dtype=np.int32),
        facts={
            "height_cm": KnownFact(np.array([1, -1, 0], dtype=np.int32), (Fraction(170), Fraction("162.5"))),
            "marker": KnownFact(np.array([-1, 0, 0], dtype=np.int32), ("positive",)),
        },
    )


def test_cohort_is_as_long_as_its_ids() -> None:
    assert len(three_subjects()) == 3


def test_subject_stands_in_its_line() -> None:
    assert three_subjects().source(2) == Source("subjects.csv", 5)


def test_kept_subjects_keep_their_own_columns_and_weights() -> None:
    kept = keep_subjects(three_subjects(), np.array([True, False, True]))
    assert kept.ids == ("007", "x,y")
    assert kept.sites == ("A", "B")
    assert kept.arm.tolist() == [0, 0]
    assert kept.anchors[:, 0].astype(str).tolist() == ["2026-03-09", "2026-03-11"]
    assert kept.birth.astype(str).tolist() == ["1990-01-01", "2000-02-29"]
    assert kept.line.tolist() == [2, 5]
    heights = kept.facts["height_cm"].codes.tolist()
    assert [kept.measure("height_cm", place) for place in heights] == [Fraction("162.5"), 170]
    assert kept.sex.tolist() == [0, -1]
    assert (kept.facts["marker"].codes.tolist(), kept.facts["marker"].values) == ([-1, 0], ("positive",))
    assert kept.measure("height_cm", -1) is None
    weights = kept.weights
    assert weights.subject.tolist() == [0, 0, 1]
    assert weights.date.astype(str).tolist() == ["NaT", "2026-03-02", "2026-03-04"]
    assert [weights.kilograms[value] for value in weights.value.tolist()] == [70, Fraction(141, 2), 70]
    assert weights.method.tolist() == [0, 1, 2]
    levels = kept.levels
    assert (levels.subject.tolist(), levels.name.tolist(), levels.names) == ([0, 1], [0, 1], ("1", "2"))
    assert (levels.date.astype(str).tolist(), levels.regimen.tolist()) == (["NaT", "2026-04-01"], [-1, -1])


def test_all_or_none_can_be_kept() -> None:
    everyone, nobody = (keep_subjects(three_subjects(), np.full(3, kept)) for kept in (True, False))
    assert everyone.ids == three_subjects().ids
    assert (len(nobody), len(nobody.weights.subject), nobody.anchors.shape) == (0, 0, (0, 1))
