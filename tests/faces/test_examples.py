"""Every face of each shipped protocol and example says the same, for its example subjects."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.faces.cohorts import DrawnTrial
from tests.faces.faces import FACES
from tests.faces.facts import Shown

PROTOCOLS = Path(__file__).resolve().parents[2] / "protocols"
EXAMPLES = PROTOCOLS / "examples"
NAMES = sorted(path.stem.removesuffix("-subjects") for path in EXAMPLES.glob("*-subjects.csv"))
KINDS = {"topaz-1": {"horizon"}, "car-t-escalation": {"levels"}, "ryoncil": {"lots", "weights"}}
NEEDS_DRAWN = {"one dose", "one dose, lots aside", "work list", "infusions of the work list", "move"}
"""Faces that ask for what drawn subjects have, or judge by the condition that is drawn."""


def example(name: str) -> DrawnTrial:
    """An example as a trial of its own files."""
    protocol = PROTOCOLS / f"{name}.yaml" if name.startswith("NCT") else EXAMPLES / f"{name}.yaml"
    kinds = KINDS.get(name, set())
    trial = DrawnTrial(0, kinds=set(kinds), as_of=date(2026, 4, 9))
    trial.files = {"p.yaml": protocol.read_text(encoding="utf-8"), "words.yaml": "en:\n  Nothing: Nothing\n"}
    trial.files["s.csv"] = (EXAMPLES / f"{name}-subjects.csv").read_text(encoding="utf-8")
    for kind in kinds - {"horizon"}:
        trial.files[f"{kind}.csv"] = (EXAMPLES / f"{name}-{kind}.csv").read_text(encoding="utf-8")
    trial.is_masked = "blinding: open label" not in trial.files["p.yaml"]
    return trial


@pytest.mark.parametrize("name", NAMES)
def test_every_face_of_an_example_says_the_same(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = example(name)
    trial.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    shown = Shown(trial)
    wrong, stated = [], 0
    for face in FACES:
        if face.is_shown(trial) and face.name not in NEEDS_DRAWN and "label" not in face.fields:
            found, count = face.disagreements(shown)
            wrong += found
            stated += count
    assert wrong == []
    assert stated > 10 * len(shown.visits)


def test_every_protocol_that_is_shipped_is_looked_at() -> None:
    shipped = {path.stem for folder in (PROTOCOLS, EXAMPLES) for path in folder.glob("*.yaml")}
    assert shipped == set(NAMES)
