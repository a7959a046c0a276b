"""Every face of a plan says the same subjects, dates, doses, units and volumes, for drawn trials with all inputs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.faces.cohorts import FEATURES, KINDS, drawn_trial
from tests.faces.faces import FACES
from tests.faces.facts import Face, Shown

if TYPE_CHECKING:
    from pathlib import Path

TRIALS = 200
BATCH = 50


@pytest.mark.parametrize("first", range(0, TRIALS, BATCH))
def test_every_face_says_the_same(first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = []
    stated: Counter[str] = Counter()
    for number in range(first, first + BATCH):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)
        trial = drawn_trial(number)
        trial.write(folder)
        shown = Shown(trial)
        for face in _faces_of(shown):
            found, count = face.disagreements(shown)
            wrong += [f"trial {number}: {one}" for one in found]
            stated[face.name] += count
    assert wrong == []
    assert [face.name for face in FACES if stated[face.name] < face.least] == []


def _faces_of(shown: Shown) -> list[Face]:
    return [face for face in FACES if face.is_shown(shown.trial)]


def test_each_input_and_rule_is_in_enough_of_the_trials() -> None:
    trials = [drawn_trial(number) for number in range(TRIALS)]
    kinds = Counter(kind for trial in trials for kind in trial.kinds)
    assert [kind for kind in KINDS if kinds[kind] < TRIALS / 3] == []
    features = Counter(feature for trial in trials for feature in trial.features)
    assert [feature for feature in FEATURES if features[feature] < TRIALS / 20] == []
    assert min(trial.files["s.csv"].count("\n") - 1 for trial in trials) >= 3
    assert len({frozenset(trial.kinds) for trial in trials}) > TRIALS / 3  # and they meet


def test_a_number_draws_one_trial() -> None:
    assert drawn_trial(7) == drawn_trial(7)
